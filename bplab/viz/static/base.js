// Helpers shared by the course's widgets. A widget's own file adds `function draw(root, data)`.

const SVG = "http://www.w3.org/2000/svg";

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  for (const child of children.flat()) {
    if (child !== undefined && child !== null) node.append(child);
  }
  return node;
}

// An HTML element: h("button", {class: "main", onclick: f}, "Next").
function h(tag, attributes, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

// An SVG element: s("circle", {cx: 1, cy: 2, r: 3}).
function s(tag, attributes, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

// Text in an SVG: words(x, y, "loss", {anchor: "middle", size: 15, color: "#000", weight: 700}). Drawings
// of 800 pixels shrink by a quarter on a page of 620: nothing smaller than 14.5 stays legible there.
// `halo` keeps lines that pass behind it this many pixels away.
function words(x, y, text, { anchor = "start", size = 15, color, weight, halo, ...rest } = {}) {
  const around = halo && { stroke: "var(--paper)", "stroke-width": 2 * halo, "stroke-linejoin": "round", "paint-order": "stroke" };
  return s("text", { x, y, "text-anchor": anchor, "font-size": size, fill: color || "var(--ink)",
    "font-weight": weight, ...around, ...rest }, indexed(text));
}

// A font's own small digits are half as high as a letter: the 1 of w₁ is set as a digit, lowered.
function indexed(text) {
  const parts = String(text ?? "").split(/([₀-₉]+)/), digit = (d) => "₀₁₂₃₄₅₆₇₈₉".indexOf(d);
  return parts.map((part, i) => (i % 2
    ? s("tspan", { dy: "0.25em", "font-size": "0.85em" }, [...part].map(digit).join(""))
    : i && part ? s("tspan", { dy: "-0.21em" }, part) : part));
}

// A number in few characters, with a true minus sign; null (nan, inf) in words.
function num(x, digits = 3) {
  if (x === null || x === undefined || Number.isNaN(x)) return "nan";
  if (!Number.isFinite(x)) return x > 0 ? "inf" : "−inf";
  const size = Math.abs(x);
  let text;
  if (size !== 0 && (size >= 1e5 || size < 0.5 * 10 ** -digits)) {
    const [mantissa, power] = x.toExponential(1).split("e");
    text = `${mantissa}e${Number(power)}`;
  } else {
    text = x.toFixed(size >= 100 ? Math.min(1, digits) : size >= 10 ? Math.min(2, digits) : digits);
  }
  if (Number(text) === 0) text = text.replace("-", "");
  return text.replace(/-/g, "−");
}

// slider({name, min, max, step, value, show, input}): `show` words a value, `input` hears of it.
function slider({ name, min, max, step = 1, value, show = String, input, width }) {
  const out = h("output", width ? { style: `min-width:${width}` } : {}, show(value));
  const bar = h("input", { type: "range", min, max, step, value, "aria-label": name,
    "aria-valuetext": show(value) });
  const hear = () => {
    out.textContent = show(Number(bar.value));
    bar.setAttribute("aria-valuetext", show(Number(bar.value)));
    input(Number(bar.value));
  };
  bar.addEventListener("input", hear);
  const node = h("label", { class: "slider" }, h("span", { class: "name" }, name), bar, out);
  return { node, bar, set(to) { bar.value = to; hear(); } };
}

function button(text, onclick, attributes = {}) {
  return h("button", { type: "button", onclick, ...attributes }, text);
}

// Back, Next, Start, End for a stepper: `now()` is the step, `go(step)` shows another.
// At an end a button is dimmed, not disabled: a disabled button would swallow the arrow keys.
function stepButtons(now, last, go) {
  const back = button("Back", () => go(Math.max(0, now() - 1)), { "aria-keyshortcuts": "ArrowLeft" });
  const next = button("Next", () => go(Math.min(last, now() + 1)), { class: "main", "aria-keyshortcuts": "ArrowRight" });
  const nodes = [back, next, button("Start", () => go(0)), button("End", () => go(last))];
  const refresh = () => {
    back.setAttribute("aria-disabled", now() === 0);
    next.setAttribute("aria-disabled", now() === last);
  };
  return { nodes, refresh };
}

// Play and pause for a slider: from where it stands, or from the start if it stands at the end.
function player({ bar, set }) {
  const last = Number(bar.max);
  let timer = 0;
  const stop = () => {
    clearInterval(timer);
    timer = 0;
    play.textContent = "Play";
  };
  const play = button("Play", () => {
    if (timer) return stop();
    if (Number(bar.value) >= last) set(Number(bar.min));
    play.textContent = "Pause";
    timer = setInterval(() => {
      if (Number(bar.value) >= last || !play.isConnected) return stop();
      set(Number(bar.value) + 1);
    }, Math.max(60, Math.min(400, 6000 / last)));
  }, { class: "main", style: "min-width:86px" });
  bar.addEventListener("pointerdown", stop);
  return play;
}

// A drawing that may be wider than the page: scrolled sideways then, and told so.
function scrolled(svg, narrowest) {
  svg.style.minWidth = `${Math.round(narrowest)}px`;
  const box = h("div", { style: "overflow-x:auto;padding:2px 0" }, svg);
  const sign = h("p", { class: "quiet", style: "margin:0" }, "← → The drawing is wider than the page: scroll it sideways.");
  sign.style.display = "none";
  new ResizeObserver(() => {
    sign.style.display = box.scrollWidth > box.clientWidth + 1 ? "" : "none";
  }).observe(box);
  return { box, node: h("div", {}, box, sign) };
}

// Charts side by side while their text stays legible (on two thirds of their own width). Where
// they stand one above the other each is kept low, so that the first stays in view with its sliders.
const LOW = 300;
function sideBySide(...charts) {
  const sizes = charts.map(({ svg }) => svg.viewBox.baseVal), whole = sizes.reduce((sum, { width }) => sum + width, 0);
  const node = h("div", { class: "row" }, charts.map(({ svg }, i) =>
    h("div", { class: "grow", style: `flex:${sizes[i].width} 1 ${Math.round(0.67 * sizes[i].width)}px` }, svg)));
  new ResizeObserver(() => {
    const stacked = node.clientWidth < 0.67 * whole + 14 * (charts.length - 1);
    charts.forEach(({ svg }, i) => {
      const { width, height } = sizes[i];
      svg.style.maxWidth = `${Math.round(stacked ? Math.min(width, (LOW * width) / height) : 1.15 * width)}px`;
    });
  }).observe(node);
  return node;
}

// A row of controls.
function row(...children) { return h("div", { class: "row" }, ...children); }

// A paragraph that screen readers read out when its text changes.
function voice() { return h("p", { class: "say", "aria-live": "polite" }); }

// Round tick values that cover lo to hi.
function ticks(lo, hi, count = 5) {
  const raw = (hi - lo) / count;
  const unit = 10 ** Math.floor(Math.log10(raw));
  const step = unit * [1, 2, 2.5, 5, 10].find((m) => m * unit >= raw * 0.999);
  const found = [];
  for (let k = Math.ceil(lo / step - 1e-9); k * step <= hi + 1e-9 * step; k++) found.push(k * step);
  const digits = Math.max(0, Math.ceil(-Math.log10(step) - 1e-9 + (step / unit === 2.5 ? 1 : 0)));
  return found.map((value) => ({ value, text: value.toFixed(Math.min(digits, 8)).replace("-", "−") }));
}

// A chart in an SVG of its own: axes, grid, labels and a clipped layer to draw on.
// Returns {svg, layer, over, x, y, line}: x and y turn data into pixels.
let plots = 0;
function plot({ width = 520, height = 360, x, y, xLabel = "", yLabel = "", title = "", label = "",
  left = 64, right = 12, top = title ? 32 : 12, bottom = 50, grid = true, xTicks, yTicks }) {
  const px = (v) => left + ((v - x[0]) / (x[1] - x[0])) * (width - left - right);
  const py = (v) => height - bottom - ((v - y[0]) / (y[1] - y[0])) * (height - top - bottom);
  const id = `bplab-clip-${Date.now().toString(36)}-${plots++}`;
  const frame = s("g", { "aria-hidden": "true" });
  for (const { value, text } of xTicks || ticks(x[0], x[1])) {
    if (grid) frame.append(s("line", { x1: px(value), x2: px(value), y1: top, y2: height - bottom,
      stroke: "var(--grid)" }));
    frame.append(words(px(value), height - bottom + 20, text, { anchor: "middle" }));
  }
  for (const { value, text } of yTicks || ticks(y[0], y[1])) {
    if (grid) frame.append(s("line", { x1: left, x2: width - right, y1: py(value), y2: py(value),
      stroke: "var(--grid)" }));
    frame.append(words(left - 8, py(value) + 5, text, { anchor: "end" }));
  }
  const layer = s("g", { "clip-path": `url(#${id})` });
  const over = s("g");
  // A small plot that a narrow page gives a line of its own stays small.
  const svg = s("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label || title,
    style: `max-width:${Math.round(1.4 * width)}px` },
    s("defs", {}, s("clipPath", { id }, s("rect", { x: left, y: top, width: width - left - right,
      height: height - top - bottom }))),
    frame, layer,
    s("path", { d: `M${left},${top}V${height - bottom}H${width - right}`, fill: "none",
      stroke: "var(--muted)" }),
    title && words(left, 20, title, { size: 16, weight: 700 }),
    xLabel && words((left + width - right) / 2, height - 8, xLabel, { anchor: "middle" }),
    yLabel && words(0, 0, yLabel, { anchor: "middle",
      transform: `translate(16,${(top + height - bottom) / 2}) rotate(-90)` }),
    over);
  const line = (points) => points.map(([u, v], i) =>
    `${i ? "L" : "M"}${px(u).toFixed(1)},${clampPixel(py(v)).toFixed(1)}`).join("");
  return { svg, layer, over, x: px, y: py, line, box: { left, right: width - right, top, bottom: height - bottom } };
}

// SVG coordinates beyond some thousands confuse renderers; what is clipped anyway may stop there.
function clampPixel(v) { return Number.isFinite(v) ? Math.max(-5000, Math.min(5000, v)) : -5000; }

// A point of class k: circle, triangle, square, diamond.
function marker(k, x, y, r, attributes = {}) {
  const shape = ["o", "^", "s", "D"][k % 4];
  if (shape === "o") return s("circle", { cx: x, cy: y, r, ...attributes });
  const corners = {
    "^": [[0, -1.2], [1.1, 0.85], [-1.1, 0.85]],
    s: [[-0.9, -0.9], [0.9, -0.9], [0.9, 0.9], [-0.9, 0.9]],
    D: [[0, -1.25], [1.25, 0], [0, 1.25], [-1.25, 0]],
  }[shape];
  return s("polygon", { points: corners.map(([a, b]) => `${x + a * r},${y + b * r}`).join(" "), ...attributes });
}

// All points of a data set, as one group.
function scatter(chart, X, y, classes, r = 5) {
  return s("g", {}, X.map((point, i) => marker(y[i], chart.x(point[0]), chart.y(point[1]), r,
    { fill: classes.colors[y[i] % 4], stroke: "var(--paper)", "stroke-width": 1 })));
}

// Marker and name of each class in data.names.
function classLegend(data) {
  return h("span", { class: "quiet" }, data.names.map((name, k) => h("span", { style: "margin-right:12px;white-space:nowrap" },
    s("svg", { "aria-hidden": "true", width: 16, height: 14, viewBox: "0 0 16 14", style: "display:inline-block;width:16px;height:14px;vertical-align:-1px" },
      marker(k, 8, 7, 5.5, { fill: data.classes.colors[k] })), ` ${name}`)));
}

// The bytes of Python's `packed`.
function unpack(text) { return Uint8Array.from(atob(text), (c) => c.charCodeAt(0)); }

// "#rrggbb" as [r, g, b].
function rgb(hex) { return [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16)); }

// A grid of colors as the href of an SVG <image>; color(i) gives [r, g, b] of entry i, row by row
// from the top.
function raster(rows, columns, color) {
  const canvas = h("canvas", { width: columns, height: rows });
  const context = canvas.getContext("2d");
  const image = context.createImageData(columns, rows);
  for (let i = 0; i < rows * columns; i++) {
    const [r, g, b] = color(i);
    image.data.set([r, g, b, 255], 4 * i);
  }
  context.putImageData(image, 0, 0);
  return canvas.toDataURL();
}

// What a page calls: draw in place of the picture in every element of this class that has none yet.
// In a shadow root, where the page's styles and ours leave each other alone.
// The picture that was there stays in the slot: it is what paper shows.
function mount(name, css, data) {
  for (const host of document.getElementsByClassName(name)) {
    if (host.shadowRoot) continue;
    const shadow = host.attachShadow({ mode: "open" });
    shadow.append(h("style", {}, css), h("slot"));
    render({ model: { get: () => data }, el: shadow });
  }
}

function render({ model, el }) {
  const data = model.get("data");
  const root = h("div", { class: "bplab", role: "group", "aria-label": data.title || data.alt });
  // Enter and arrows are ours while the widget has the focus; Ctrl+S, Shift+Enter stay JupyterLab's.
  root.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey || event.altKey || event.shiftKey)) event.stopPropagation();
  });
  for (const [name, color] of Object.entries(data.palette)) root.style.setProperty(`--${name}`, color);
  el.append(root);
  draw(root, data);
}
