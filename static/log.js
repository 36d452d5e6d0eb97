// The delivery log looks again while somebody looks at it; what is unfolded stays unfolded.

const POLL_MS = 4_000;
let unfolded = [];

function poll() {
  const log = document.getElementById("log");
  if (document.visibilityState === "visible") log.dispatchEvent(new CustomEvent("logpoll"));
}

document.addEventListener("htmx:before:swap", () => {
  unfolded = [...document.querySelectorAll("#log details[open]")].map((entry) => entry.id);
});
document.addEventListener("htmx:after:swap", () => {
  for (const id of unfolded) document.getElementById(id)?.setAttribute("open", "");
});
document.addEventListener("visibilitychange", poll);
setInterval(poll, POLL_MS);
