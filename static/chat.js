// The chat bar: remembers what was open, polls while somebody looks, and loses nothing one wrote.

const panel = document.getElementById("chat");
const openers = document.querySelectorAll('[aria-controls="chat"]');
const THREAD_MS = 10_000;
const LIST_MS = 45_000;
const SOON_MS = 1_200; // a worker is asking Cliq: look again
const LATE_MS = 3_600_000; // what was said longer ago is not sent without asking
const NEAR_LIMIT = 500;
const limit = Number(panel.dataset.limit);
const isWide = matchMedia("(min-width: 48.01rem)");

// What this browser remembers for the user and the organisation, shared by its tabs.

const place = `chat:${panel.dataset.organisation}:${panel.dataset.user}`;
const OPEN = `${place}:open`;
const CHAT = `${place}:chat`;
const OUTBOX = `${place}:outbox`;
const draftKey = (chat) => `${place}:draft:${chat}`;

// What the browser refuses to keep (a private window, a full store), this page remembers.
const unkept = new Map();

function kept(key) {
  if (unkept.has(key)) return unkept.get(key);
  try {
    return localStorage.getItem(key) ?? "";
  } catch {
    return "";
  }
}

function keep(key, value) {
  try {
    if (value) localStorage.setItem(key, value);
    else localStorage.removeItem(key);
    unkept.delete(key);
  } catch {
    unkept.set(key, value);
  }
}

// Asking. Nothing is asked while nobody looks.

const thread = () => document.getElementById("chat-thread");
const form = () => panel.querySelector("form[data-draft]");
const chatOpen = () => panel.querySelector("[data-chat-open]")?.dataset.chatOpen ?? "";
const isSeen = () => document.visibilityState === "visible";
const tell = (element, event) => element?.dispatchEvent(new CustomEvent(event));

function pollThread() {
  if (isSeen() && !panel.hidden) tell(thread(), "chatpoll");
}

function pollLists() {
  if (!isSeen()) return;
  if (panel.hidden) tell(document.getElementById("chat-count"), "chatpoll");
  else if (hasFailed()) retry();
  else tell(document.getElementById("chat-rooms"), "chatpoll");
}

// Where words about a failure stand in place of the lists, the whole panel is asked for again.
const hasFailed = () => panel.querySelector("[data-chat-retry]") !== null;

function retry() {
  mayFocus = false;
  delete panel.dataset.loaded;
  tell(panel, "chatopen");
}

const again = new Map();

function askSoon(element) {
  if (!element || again.has(element.id)) return;
  const timer = setTimeout(() => {
    again.delete(element.id);
    if (isSeen()) tell(document.getElementById(element.id), "chatpoll");
  }, SOON_MS);
  again.set(element.id, timer);
}

let retrying = 0;

function retrySoon() {
  clearTimeout(retrying);
  retrying = setTimeout(() => hasFailed() && isSeen() && retry(), SOON_MS);
}

panel.parentElement.addEventListener("htmx:after:request", (event) => {
  const ctx = event.detail?.ctx;
  if (!ctx?.response?.headers?.get?.("Chat-Again")) return;
  const isPanel = ctx.sourceElement === panel;
  const asked = ctx.sourceElement?.id;
  setTimeout(() => {
    if (isPanel && hasFailed()) retrySoon();
    else if (asked === "chat-count") askSoon(document.getElementById("chat-count"));
    else if (isPanel || asked === "chat-rooms") askSoon(document.getElementById("chat-rooms"));
    else askSoon(thread());
  });
});

// Open and closed, which chat: the same in all tabs.

function load() {
  if (!panel.dataset.loaded) tell(panel, "chatopen");
  else {
    pollThread();
    pollLists();
  }
}

function show(isOpen) {
  if (panel.hidden === !isOpen) return;
  mayFocus = false;
  panel.hidden = !isOpen;
  for (const opener of openers) opener.setAttribute("aria-expanded", String(isOpen));
}

new MutationObserver(() => {
  keep(OPEN, panel.hidden ? "" : "yes");
  if (!panel.hidden) load();
}).observe(panel, { attributes: true, attributeFilter: ["hidden"] });

function markOpen() {
  const open = chatOpen();
  for (const link of panel.querySelectorAll("[data-chat]")) {
    if (link.dataset.chat === open) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

function openRemembered() {
  const chosen = kept(CHAT);
  if (!chosen || chosen === chatOpen()) return;
  const links = [...panel.querySelectorAll("[data-chat]")];
  links.find((link) => link.dataset.chat === chosen)?.click();
}

window.addEventListener("storage", (event) => {
  if (event.key === OPEN) show(Boolean(event.newValue));
  if (event.key === CHAT && !panel.hidden && panel.dataset.loaded) {
    mayFocus = false;
    openRemembered();
  }
  if (event.key === OUTBOX) drawOutbox();
  const box = form();
  // Another tab writes on, unless something else has been written here.
  const isSame = box?.elements.text.value === (event.oldValue ?? "");
  if (isSame && event.key === draftKey(box.dataset.draft)) {
    box.elements.text.value = event.newValue ?? "";
    countLetters(box);
  }
});

// The room after each swap.

const scroller = () => document.getElementById("chat-scroll");
const isAtEnd = (box) => box.scrollHeight - box.scrollTop - box.clientHeight < 48;
const messages = (root) => [...root.querySelectorAll('li[id^="message-"]')];
const timeOf = (message) => parseInt(message.id.slice("message-".length), 10);
let mayFocus = true; // Not while a page loads: the page, not the bar, is what was asked for.
let before = null;

panel.addEventListener("htmx:before:swap", () => {
  const box = scroller();
  if (!box) return;
  const shown = messages(thread()).map((message) => message.cloneNode(true));
  before = { chat: chatOpen(), shown, isAtEnd: isAtEnd(box), below: box.scrollHeight - box.scrollTop };
});

// A poll brings the newest messages only: those that it pushed out join the earlier ones.
function keepEarlier() {
  const first = messages(thread())[0];
  if (!first || before?.chat !== chatOpen()) return;
  const isGone = (message) => !document.getElementById(message.id) && timeOf(message) < timeOf(first);
  document.getElementById("chat-history").append(...before.shown.filter(isGone));
}

function toEnd() {
  scroller().scrollTop = scroller().scrollHeight;
}

function openRoom(room) {
  panel.dataset.view = "room";
  keep(CHAT, room.dataset.chatOpen);
  markOpen();
  drawOutbox();
  toEnd();
  const box = form();
  if (!box) return;
  box.elements.text.value = kept(draftKey(box.dataset.draft));
  countLetters(box);
  if (mayFocus && isWide.matches) box.elements.text.focus();
  mayFocus = true;
}

panel.addEventListener("htmx:after:swap", () => {
  if (document.getElementById("chat-rooms") && !panel.dataset.loaded) {
    panel.dataset.loaded = "yes";
    if (mayFocus && isWide.matches) document.getElementById("chat-search")?.focus();
    openRemembered();
  }
  markOpen();
  const room = panel.querySelector("[data-chat-open]:not([data-known])");
  if (room) {
    room.dataset.known = "";
    openRoom(room);
  } else if (thread() && before) {
    keepEarlier();
    drawOutbox();
    // What is read must not move away, whether something came below it or above.
    if (before.isAtEnd) toEnd();
    else if (!thread().contains(document.activeElement)) holdPlace();
  }
  if (thread()) tellRead();
});

let heightOfHistory = 0;

function holdPlace() {
  const height = document.getElementById("chat-history").scrollHeight;
  if (height !== heightOfHistory) scroller().scrollTop = scroller().scrollHeight - before.below;
  heightOfHistory = height;
}

// Reading: Cliq is told up to which message, once for each.

let told = "";

function tellRead() {
  const { newest, read } = thread().dataset;
  if (!newest || newest === told || !isSeen() || panel.hidden || !isAtEnd(scroller())) return;
  told = newest;
  const body = new URLSearchParams({ message: newest });
  fetch(read, { method: "POST", body, headers: csrf() }).catch(() => (told = ""));
  panel.querySelector("[data-chat][aria-current] .count")?.remove();
}

// Writing. What is said is kept until the server has it; its id makes it one message, however
// often and from whichever tab it is sent.

const outbox = () => JSON.parse(kept(OUTBOX) || "[]");
const keepOutbox = (items) => keep(OUTBOX, items.length ? JSON.stringify(items) : "");
const csrf = () => ({ "X-CSRFToken": panel.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "" });

function update(id, changes) {
  keepOutbox(outbox().map((item) => (item.id === id ? { ...item, ...changes } : item)));
  drawOutbox();
}

function forget(id) {
  keepOutbox(outbox().filter((item) => item.id !== id));
  drawOutbox();
}

async function transmit(item) {
  if (sending.has(item.id)) return;
  sending.add(item.id);
  drawOutbox();
  const body = new URLSearchParams({ client_id: item.id, text: item.text });
  try {
    const response = await fetch(item.to, { method: "POST", body, headers: csrf() });
    if (response.ok && response.status === 204) {
      forget(item.id);
      pollThread();
    } else if (response.status === 422) update(item.id, { error: await response.text() });
    else if (response.status >= 500) update(item.id, { error: panel.dataset.failed });
    else {
      // Signed out, the bar switched off, or the consent has ended: the panel says which.
      update(item.id, { error: panel.dataset.refused });
      retry();
    }
  } catch {
    update(item.id, { error: panel.dataset.failed });
  } finally {
    sending.delete(item.id);
    drawOutbox();
  }
}

const sending = new Set();

function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16)); // Plain http has no randomUUID.
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
}

function drawOutbox() {
  const list = thread();
  if (!list) return;
  for (const item of list.querySelectorAll(".unsent")) item.remove();
  for (const item of outbox().filter((one) => one.chat === chatOpen())) {
    const line = document.getElementById("chat-unsent").content.cloneNode(true).firstElementChild;
    line.dataset.id = item.id;
    line.querySelector(".bubble").textContent = item.text;
    line.querySelector(".state span").textContent = sending.has(item.id) ? "…" : item.error || "…";
    for (const button of line.querySelectorAll("button")) button.hidden = sending.has(item.id);
    list.querySelector("ul").append(line);
  }
}

function say(box) {
  const text = box.elements.text.value.trim();
  if (!text || text.length > limit) return;
  const item = { id: newId(), chat: box.dataset.draft, to: box.action, text, at: Date.now() };
  keepOutbox([...outbox(), item]);
  box.elements.text.value = "";
  keep(draftKey(item.chat), "");
  countLetters(box);
  drawOutbox();
  toEnd();
  transmit(item);
}

function sendLeft() {
  if (!isSeen() || !form() || navigator.onLine === false) return;
  for (const item of outbox()) {
    if (item.error && item.error !== panel.dataset.failed) continue;
    if (Date.now() - item.at > LATE_MS) update(item.id, { error: panel.dataset.late });
    else transmit(item);
  }
}

function countLetters(box) {
  const length = box.elements.text.value.length;
  const note = box.querySelector("#chat-letters");
  if (isAtEnd(scroller())) requestAnimationFrame(toEnd); // The box grows into the thread.
  const isNear = length > limit - NEAR_LIMIT;
  note.textContent = isNear ? `${length.toLocaleString()} ${note.dataset.words}` : "";
  note.classList.toggle("warn", length > limit);
  box.elements.text.toggleAttribute("aria-invalid", length > limit);
  box.querySelector("button.primary").disabled = length > limit;
}

panel.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-draft]")) return;
  event.preventDefault();
  say(event.target);
});

// Enter sends, Shift+Enter breaks the line, and Enter while composing kana does neither.
panel.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.isComposing) openers[0].click();
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
  if (!event.target.matches("form[data-draft] textarea")) return;
  event.preventDefault();
  say(event.target.form);
});

panel.addEventListener("input", (event) => {
  const box = event.target.closest("form[data-draft]");
  if (!box) return;
  keep(draftKey(box.dataset.draft), event.target.value);
  countLetters(box);
});

panel.addEventListener("click", (event) => {
  const id = event.target.closest(".unsent")?.dataset.id;
  if (event.target.closest("[data-chat-resend]")) transmit(outbox().find((item) => item.id === id));
  if (event.target.closest("[data-chat-forget]")) forget(id);
  if (event.target.closest("[data-chat-retry]")) {
    delete panel.dataset.loaded;
    load();
  }
});

panel.addEventListener("htmx:after:request", (event) => {
  if (event.detail?.ctx?.sourceElement?.matches?.("[data-chat-act]")) pollThread();
});

// What goes wrong in the bar is said in the bar; app.js would say it across the page.

function sayNoConnection(event) {
  event.stopPropagation();
  const notice = document.getElementById("chat-notice");
  const isRefused = event.detail?.ctx?.response?.status < 500;
  if (notice) notice.textContent = isRefused ? panel.dataset.refused : panel.dataset.failed;
}
panel.parentElement.addEventListener("htmx:response:error", sayNoConnection);
panel.parentElement.addEventListener("htmx:error", sayNoConnection);

// From a document's page into the chat in which it was discussed.

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-chat-go]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  keep(CHAT, link.dataset.chatGo);
  show(true);
  const how = { target: "#chat-room", swap: "outerHTML" };
  if (panel.dataset.loaded) htmx.ajax("GET", link.dataset.chatUrl, how);
});
if (document.querySelector("[data-chat-reload]")) setTimeout(() => location.reload(), SOON_MS);

setInterval(pollThread, THREAD_MS);
setInterval(sendLeft, THREAD_MS);
setInterval(pollLists, LIST_MS);
window.addEventListener("online", () => {
  sendLeft();
  pollThread();
});
document.addEventListener("visibilitychange", () => {
  pollThread();
  pollLists();
  sendLeft();
});

const isWanted = !document.querySelector("[data-chat-closed]");
if (isWanted && kept(OPEN) && isWide.matches) {
  // Until htmx has been here, nobody would hear the panel ask for its content.
  if (panel.hasAttribute("data-htmx-powered")) show(true);
  else panel.addEventListener("htmx:after:init", () => show(true), { once: true });
}
