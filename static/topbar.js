// The top bar: the bell looks again while somebody looks, and the search box is one key away.

const POLL_MS = 30_000;
const READ_MS = 1_500; // so long a person looks before what is shown counts as read
const bell = document.querySelector("[data-bell]");
const count = document.getElementById("bell-count");
const panel = document.getElementById("bell-panel");
const isSeen = () => document.visibilityState === "visible";
const tell = (element, event) => element?.dispatchEvent(new CustomEvent(event));

function poll() {
  if (isSeen()) tell(count, "bellpoll");
}

// What is shown long enough is read; the marks of what is new stay as long as the page does.
function read(form) {
  const isOpen = bell?.open || !panel?.contains(form);
  if (!form.isConnected || !isSeen() || !isOpen || "sent" in form.dataset) return;
  form.dataset.sent = "";
  form.requestSubmit();
}

function readSoon() {
  for (const form of document.querySelectorAll("[data-reads]:not([data-sent])")) {
    setTimeout(() => read(form), READ_MS);
  }
}

let counted = count?.textContent.trim();

bell?.addEventListener("toggle", () => bell.open && tell(panel, "bellopen"));
bell?.addEventListener("htmx:after:swap", () => {
  const now = count.textContent.trim();
  if (now && now !== counted) {
    document.getElementById("announcer").textContent = `${bell.querySelector("summary").title} ${now}`;
  }
  counted = now;
});
document.addEventListener("htmx:after:swap", readSoon);
document.addEventListener("htmx:after:request", (event) => {
  const form = event.detail?.ctx?.sourceElement;
  if (!form?.matches?.("[data-reads]") || !event.detail.ctx.response?.raw?.ok) return;
  form.remove();
  poll(); // The count asks for itself: it knows which number it shows.
});

// A poll that fails is no news: the next one may succeed.
for (const name of ["htmx:response:error", "htmx:error"]) {
  count?.addEventListener(name, (event) => event.stopPropagation());
}

setInterval(poll, POLL_MS);
document.addEventListener("visibilitychange", () => {
  poll();
  readSoon();
});
readSoon();

// Search: `/` leads into the box, the arrows into what it suggests, Escape back out.

const box = document.getElementById("search-words");
const found = document.getElementById("search-found");
const suggestions = () => [...found.querySelectorAll("a")];
const isWriting = (element) => element.isContentEditable || element.matches("input, textarea, select");

function close() {
  found.replaceChildren();
}

document.addEventListener("keydown", (event) => {
  if (!box || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/" && !isWriting(event.target) && !document.querySelector("dialog[open]")) {
    event.preventDefault();
    if (box.checkVisibility()) box.select();
    else document.querySelector("[data-search-link]").click();
  }
  const isInside = event.target.closest?.("[data-search]");
  if (event.key === "Escape" && isInside && found.hasChildNodes()) {
    close();
    box.focus();
  }
  if (!isInside || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
  const stops = [box, ...suggestions()];
  const step = event.key === "ArrowDown" ? 1 : -1;
  const next = stops[(stops.indexOf(document.activeElement) + step + stops.length) % stops.length];
  event.preventDefault();
  next.focus();
});
document.addEventListener("click", (event) => {
  if (box && !event.target.closest("[data-search]")) close();
});
found?.addEventListener("htmx:after:swap", () => {
  const said = found.querySelector("[data-said]");
  if (said) document.getElementById("announcer").textContent = said.textContent;
});
