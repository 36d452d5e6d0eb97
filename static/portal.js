// The customer's pages: telling that somebody looks, printing, going on where a form failed.

const SIGNS = ["pointerdown", "pointermove", "wheel", "scroll", "keydown", "touchstart"];
const READING = 3000; // milliseconds of visibility after which somebody looks, though at rest

const opened = document.querySelector("[data-view][data-csrf]");
let timer;

function isSeen() {
  return document.visibilityState === "visible" && !document.prerendering;
}

function confirmView() {
  if (!isSeen()) return;
  stop();
  const headers = { "X-CSRFToken": opened.dataset.csrf };
  // A note that gets lost is made up for by whatever the customer does next.
  fetch(opened.dataset.view, { method: "POST", headers, keepalive: true }).catch(() => {});
}

function startReading() {
  clearTimeout(timer);
  if (isSeen()) timer = setTimeout(confirmView, READING);
}

function stop() {
  clearTimeout(timer);
  document.removeEventListener("visibilitychange", startReading);
  for (const sign of SIGNS) window.removeEventListener(sign, confirmView, { capture: true });
}

if (opened) {
  const options = { capture: true, passive: true };
  for (const sign of SIGNS) window.addEventListener(sign, confirmView, options);
  document.addEventListener("visibilitychange", startReading);
  document.addEventListener("prerenderingchange", startReading, { once: true });
  startReading();
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});

document.querySelector(".tabs [aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });
document.querySelector("[aria-invalid=true]")?.focus();
document.querySelector("form[data-submit-now]")?.requestSubmit();

// To the payment page by a link, as the CSP wants it; coming back, one stays here.
const leaving = document.querySelector("a[data-follow]");
if (leaving) {
  history.replaceState(null, "", location.pathname);
  location.assign(leaving.href);
}

// What was chosen adds up as one chooses; the server does the sum, and without it a button asks.
for (const form of document.querySelectorAll("form[data-sum]")) {
  const button = form.querySelector("[name=sum]");
  button.hidden = true;
  form.addEventListener("change", async () => {
    const chosen = new FormData(form, button);
    try {
      const answer = await fetch(form.action, { method: "POST", body: chosen });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const latest = String([...new FormData(form, button)]) === String([...chosen]);
      const sum = page.getElementById(form.dataset.sum);
      if (latest && sum) document.getElementById(form.dataset.sum).replaceChildren(...sum.childNodes);
    } catch {
      button.hidden = false;
    }
  });
}
