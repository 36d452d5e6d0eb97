// Rows of a form that are added, removed and moved without reloading. Without script the same form
// has one empty row, a number for the order and a box to remove a row.

const rowsOf = (box) => [...box.querySelectorAll("[data-row]:not([hidden])")];
const field = (row, name) => row.querySelector(`[name$="-${name}"]`);

function tell(box) {
  rowsOf(box).forEach((row, place) => {
    const order = field(row, "ORDER");
    if (order) order.value = place + 1;
  });
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

function focusIn(row) {
  row?.querySelector("input:not([type=hidden], [type=checkbox]), select, textarea")?.focus();
}

function add(box) {
  const count = box.querySelector('[name$="-TOTAL_FORMS"]');
  const blank = box.querySelector("template").content.cloneNode(true);
  for (const element of blank.querySelectorAll("*")) {
    for (const { name, value } of [...element.attributes]) {
      if (value.includes("__prefix__")) {
        element.setAttribute(name, value.replaceAll("__prefix__", count.value));
      }
    }
  }
  count.value = Number(count.value) + 1;
  box.querySelector("[data-rows-list]").append(blank);
  tell(box);
  focusIn(rowsOf(box).at(-1));
}

function remove(box, row) {
  const rows = rowsOf(box);
  const place = rows.indexOf(row);
  field(row, "DELETE").checked = true;
  row.hidden = true;
  tell(box);
  const next = rows[place + 1] ?? rows[place - 1];
  if (next) focusIn(next);
  else box.querySelector("[data-row-add]").focus();
}

function move(box, row, step) {
  const rows = rowsOf(box);
  const other = rows[rows.indexOf(row) + step];
  if (!other) return;
  const focused = document.activeElement;
  if (step < 0) other.before(row);
  else other.after(row);
  focused.focus();
  tell(box);
}

document.addEventListener("click", (event) => {
  const box = event.target.closest("[data-rows]");
  if (!box) return;
  const row = event.target.closest("[data-row]");
  if (event.target.closest("[data-row-add]")) add(box);
  else if (event.target.closest("[data-row-remove]")) remove(box, row);
  else if (event.target.closest("[data-row-up]")) move(box, row, -1);
  else if (event.target.closest("[data-row-down]")) move(box, row, 1);
});

document.addEventListener("keydown", (event) => {
  const row = event.target.closest?.("[data-row]");
  const box = row?.closest("[data-rows]");
  if (!box) return;
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (event.altKey && step && field(row, "ORDER")) {
    event.preventDefault();
    move(box, row, step);
  } else if (event.key === "Enter" && event.target.matches("input") && !event.isComposing) {
    // Enter goes on to the next row, as in a table; the button at the end saves.
    event.preventDefault();
    const rows = rowsOf(box);
    const next = rows[rows.indexOf(row) + 1];
    if (next) focusIn(next);
    else add(box);
  }
});

for (const box of document.querySelectorAll("[data-rows]")) {
  box.dataset.scripted = "";
  for (const row of box.querySelectorAll("[data-row]")) {
    row.hidden = Boolean(field(row, "DELETE")?.checked);
  }
}
