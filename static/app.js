// Behaviour of every page, delegated from data-attributes; without it, all forms still work.

const page = document.documentElement;
const announcer = document.getElementById("announcer");
const flashes = document.querySelector("[data-flashes]");

// Appearance: cookies, so that the server draws the next page right from its first byte.

function remember(name, value) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  const age = value ? 60 * 60 * 24 * 365 : 0;
  document.cookie = `${name}=${value}; Max-Age=${age}; Path=/; SameSite=Lax${secure}`;
}

function showTheme() {
  for (const button of document.querySelectorAll("[data-theme-choice]")) {
    const isChosen = button.dataset.themeChoice === (page.dataset.theme ?? "");
    button.setAttribute("aria-pressed", String(isChosen));
  }
}

function chooseTheme(theme) {
  if (theme) page.dataset.theme = theme;
  else delete page.dataset.theme;
  remember("theme", theme);
  showTheme();
}

function toggleSidebar(button) {
  const isCollapsed = page.dataset.sidebar !== "collapsed";
  if (isCollapsed) page.dataset.sidebar = "collapsed";
  else delete page.dataset.sidebar;
  remember("sidebar", isCollapsed ? "collapsed" : "");
  button.setAttribute("aria-expanded", String(!isCollapsed));
}

// What we tell people.

function announce(text) {
  announcer.textContent = "";
  requestAnimationFrame(() => (announcer.textContent = text));
}

function flash(text, kind = "info") {
  const box = document.getElementById("flash-template").content.cloneNode(true).firstElementChild;
  box.classList.add(kind);
  box.querySelector("div").textContent = text;
  flashes.replaceChildren(box);
}

// Forms: one submit at a time, whatever the number of clicks.

function setBusy(form, isBusy) {
  form.toggleAttribute("data-busy", isBusy);
  const buttons = [...form.elements].filter((control) => control.type === "submit");
  for (const button of buttons) {
    if (isBusy) button.setAttribute("aria-disabled", "true");
    else {
      button.removeAttribute("aria-disabled");
      button.removeAttribute("aria-busy");
    }
  }
}

function submitOnce(event) {
  const form = event.target;
  if (form.method === "dialog" || form.target || "noBusy" in form.dataset) return;
  if ("busy" in form.dataset) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  setBusy(form, true);
  event.submitter?.setAttribute("aria-busy", "true");
  // A download or a failed connection leaves us on this page: the button must come back.
  setTimeout(() => setBusy(form, false), 15_000);
}

function releaseForms() {
  for (const form of document.querySelectorAll("form[data-busy]")) setBusy(form, false);
}

// Text that would be lost: the browser asks before leaving a changed form.

const changedForms = new Set();

function askBeforeLeaving(event) {
  if ([...changedForms].some((form) => form.isConnected)) event.preventDefault();
}

// Copying.

async function copyText(text, button) {
  await navigator.clipboard.writeText(text);
  const label = button.dataset.copied ?? button.closest("[data-copied]")?.dataset.copied ?? "";
  if (!label) return;
  announce(label);
  const face = button.querySelector("span") ?? button;
  face.dataset.label ??= face.textContent;
  face.textContent = label;
  setTimeout(() => (face.textContent = face.dataset.label), 2000);
}

async function copyFrom(button) {
  const source = button.dataset.copy && document.querySelector(button.dataset.copy);
  const text = button.dataset.copyText ?? source?.value ?? source?.textContent ?? "";
  try {
    await copyText(text.trim(), button);
  } catch {
    source?.select?.(); // Without permission for the clipboard, at least the text is selected.
  }
}

async function copyLink(form, button) {
  try {
    const headers = { Accept: "application/json" };
    const body = new FormData(form);
    const response = await fetch(form.action, { method: "POST", body, headers });
    const { url } = await response.json();
    await copyText(url, button);
  } catch {
    form.submit(); // The plain page shows the link.
  }
}

// Menus, dialogs, panels.

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(except)) menu.open = false;
  }
}

function command(button) {
  const dialog = document.getElementById(button.getAttribute("commandfor"));
  if (button.getAttribute("command") === "show-modal") dialog?.showModal();
  if (button.getAttribute("command") === "close") dialog?.close();
}

function toggle(button) {
  const panel = document.getElementById(button.dataset.toggle);
  panel.hidden = !panel.hidden;
  const openers = document.querySelectorAll(`[aria-controls="${panel.id}"]`);
  for (const opener of openers) opener.setAttribute("aria-expanded", String(!panel.hidden));
  if (panel.hidden) openers[0]?.focus();
  else panel.querySelector("[autofocus], textarea, input, a, button")?.focus();
}

// Lists that are searched as you type; half and full width, kana and case do not matter.

const plain = (text) => text.normalize("NFKC").toLowerCase().trim();

function filterList(input) {
  const list = input.closest("[data-filter-list]");
  const wanted = plain(input.value);
  let shown = 0;
  for (const item of list.querySelectorAll("li")) {
    item.hidden = !plain(item.textContent).includes(wanted);
    if (!item.hidden) shown += 1;
  }
  const none = list.querySelector("[data-filter-empty]");
  if (none) none.hidden = shown > 0;
}

function revealFilters(root) {
  for (const input of root.querySelectorAll("[data-filter]")) {
    input.hidden = input.closest("[data-filter-list]").querySelectorAll("li").length <= 7;
  }
}

const clicks = {
  "[data-theme-choice]": (button) => chooseTheme(button.dataset.themeChoice),
  "[data-sidebar-toggle]": toggleSidebar,
  "[data-dismiss]": (button) => button.closest(".alert").remove(),
  "[data-copy], [data-copy-text]": copyFrom,
  "[data-toggle]": toggle,
  "[data-chat-view]": (button) =>
    (button.closest(".chat").dataset.view = button.dataset.chatView),
  "a[data-dialog]": (link, event) => {
    event.preventDefault();
    document.getElementById(link.dataset.dialog).showModal();
  },
};

if (!("command" in HTMLButtonElement.prototype)) clicks["[commandfor]"] = command;

document.addEventListener("click", (event) => {
  closeMenus(event.target);
  for (const [selector, act] of Object.entries(clicks)) {
    const found = event.target.closest(selector);
    if (found) act(found, event);
  }
  const isBackdrop = event.target.matches("dialog[closedby=any]") && !("closedBy" in event.target);
  if (isBackdrop) event.target.close();
});

document.addEventListener("keydown", (event) => {
  // Enter in a search field would submit the form around it.
  if (event.key === "Enter" && event.target.matches?.("[data-filter]")) event.preventDefault();
  const menu = event.target.closest?.("details.menu[open]");
  if (event.key !== "Escape" || !menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

document.addEventListener("change", (event) => {
  event.target.closest("[data-auto-submit]")?.requestSubmit();
});

document.addEventListener("input", (event) => {
  if (event.target.matches("[data-filter]")) filterList(event.target);
  if (event.target.matches("[data-writes]")) {
    document.querySelector(event.target.dataset.writes).value = event.target.value;
  }
  const guarded = event.target.closest("form[data-guard]");
  if (guarded) changedForms.add(guarded);
});

document.addEventListener("submit", submitOnce, { capture: true });
document.addEventListener("submit", (event) => {
  changedForms.delete(event.target);
  if (!("copyLink" in event.target.dataset)) return;
  event.preventDefault();
  setBusy(event.target, false);
  copyLink(event.target, event.submitter ?? event.target.querySelector("button"));
});

window.addEventListener("beforeunload", askBeforeLeaving);
window.addEventListener("pageshow", releaseForms);

document.addEventListener("htmx:finally:request", releaseForms);
document.addEventListener("htmx:after:swap", () => revealFilters(document));
function tellFailure(event) {
  // 422 is a form that came back with its errors: the swap shows them.
  const status = event.detail?.ctx?.response?.raw?.status;
  if (status !== 422) flash(flashes.dataset.failed, "bad");
}

document.addEventListener("htmx:response:error", tellFailure);
document.addEventListener("htmx:error", tellFailure);
// Passkeys: allauth reports what the browser refused; closing its window is no error.
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  if (event.detail.exception?.name !== "NotAllowedError") flash(flashes.dataset.failed, "bad");
});

for (const element of document.querySelectorAll("[data-needs-script]")) element.hidden = false;
document.querySelector("[data-sidebar-toggle]")?.setAttribute(
  "aria-expanded",
  String(page.dataset.sidebar !== "collapsed"),
);
document.querySelector("dialog[data-open]")?.showModal();
showTheme();
revealFilters(document);
