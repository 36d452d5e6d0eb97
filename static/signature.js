// The field to sign in. What is drawn goes into the form as strokes of whole numbers; typing is an
// equal choice, and the only one without this script.

const WIDTH = 600; // as in portal/signatures.py
const HEIGHT = 240;
const LONGEST = 20_000;
const STEP = 3; // shorter moves than this add nothing that one sees

const field = document.querySelector("[data-sign]");
const pad = field.querySelector("canvas");
const pen = pad.getContext("2d");
const kept = field.querySelector("[name=drawn]");
const ways = [...field.querySelectorAll("[name=way]")];
const parts = { drawn: field.querySelector("[data-sign-drawn]"), typed: field.querySelector("[data-sign-typed]") };

let strokes = kept.value.split(";").filter(Boolean).map(parsed);
let stroke = null;

function parsed(text) {
  return text.split(" ").map((point) => point.split(",").map(Number));
}

function written() {
  return strokes.map((line) => line.map((point) => point.join(",")).join(" ")).join(";");
}

function draw() {
  const scale = window.devicePixelRatio || 1;
  pad.width = pad.clientWidth * scale;
  pad.height = pad.clientHeight * scale;
  pen.setTransform(pad.width / WIDTH, 0, 0, pad.height / HEIGHT, 0, 0);
  pen.strokeStyle = getComputedStyle(pad).color;
  pen.lineWidth = 4;
  pen.lineCap = pen.lineJoin = "round";
  for (const line of strokes) {
    pen.beginPath();
    pen.moveTo(...line[0]);
    for (const point of line) pen.lineTo(...point);
    pen.stroke();
  }
}

function place(event) {
  const box = pad.getBoundingClientRect();
  const within = (share, size) => Math.round(Math.min(Math.max(share, 0), 1) * size);
  return [
    within((event.clientX - box.left) / box.width, WIDTH),
    within((event.clientY - box.top) / box.height, HEIGHT),
  ];
}

function begin(event) {
  if (!event.isPrimary || event.button > 0) return;
  event.preventDefault();
  pad.setPointerCapture(event.pointerId);
  stroke = [place(event)];
  strokes.push(stroke);
  draw();
}

function go(event) {
  if (!stroke || !event.isPrimary || written().length > LONGEST - 100) return;
  for (const move of event.getCoalescedEvents?.() ?? [event]) {
    const [x, y] = place(move);
    const [lastX, lastY] = stroke.at(-1);
    if (Math.hypot(x - lastX, y - lastY) >= STEP) stroke.push([x, y]);
  }
  draw();
}

function end() {
  if (!stroke) return;
  stroke = null;
  keep();
}

function keep() {
  kept.value = written();
  kept.dispatchEvent(new Event("input", { bubbles: true }));
}

function clear() {
  strokes = [];
  keep();
  draw();
}

function choose() {
  const chosen = ways.find((way) => way.checked).value;
  for (const [name, part] of Object.entries(parts)) part.hidden = name !== chosen;
  if (chosen === "drawn") draw();
}

if (!ways.some((way) => way.checked)) ways[0].checked = true;
for (const way of ways) way.addEventListener("change", choose);
pad.addEventListener("pointerdown", begin);
pad.addEventListener("pointermove", go);
pad.addEventListener("pointerup", end);
pad.addEventListener("pointercancel", end);
field.querySelector("[data-sign-clear]").addEventListener("click", clear);
new ResizeObserver(draw).observe(pad);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
choose();
