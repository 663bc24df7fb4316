// Optimizers on a surface of two weights: all four with sliders, or plain descent alone in a ravine.

const SURFACES = {
  ravine: { loss: (u, v) => 0.1 * u * u + 5 * v * v, grad: (u, v) => [0.2 * u, 10 * v] },
  bowl: { loss: (u, v) => 0.5 * u * u + 0.5 * v * v, grad: (u, v) => [u, v] },
  saddle: { loss: (u, v) => 0.5 * u * u + 0.25 * (v * v - 1) ** 2, grad: (u, v) => [u, v ** 3 - v] },
  valleys: { loss: (u, v, depth) => 0.25 * (u * u - 1) ** 2 - 0.12 * u + 0.5 * v * v + depth,
    grad: (u, v) => [u ** 3 - u - 0.12, v] },
};

// The course's formulas for one weight w with gradient g; `memory` is the optimizer's state for it.
const RULES = {
  plain: (w, g, memory, { rate }) => w - rate * g,
  momentum: (w, g, memory, { rate, beta }) => {
    memory.v = beta * (memory.v || 0) + g;
    return w - rate * memory.v;
  },
  rmsprop: (w, g, memory, { rate, rho, eps }) => {
    memory.s = rho * (memory.s || 0) + (1 - rho) * g * g;
    return w - rate * g / (Math.sqrt(memory.s) + eps);
  },
  adam: (w, g, memory, { rate, beta, beta2, eps }) => {
    memory.t = (memory.t || 0) + 1;
    memory.m = beta * (memory.m || 0) + (1 - beta) * g;
    memory.v = beta2 * (memory.v || 0) + (1 - beta2) * g * g;
    const m = memory.m / (1 - beta ** memory.t), v = memory.v / (1 - beta2 ** memory.t);
    return w - rate * m / (Math.sqrt(v) + eps);
  },
};

// Weights before the first step and after each, until they leave for good.
function descend(racer, surface, start, steps, options) {
  const path = [start], memory = [{}, {}];
  for (let k = 0; k < steps; k++) {
    const here = path[k];
    const g = SURFACES[surface].grad(...here);
    path.push(here.map((w, i) => RULES[racer](w, g[i], memory[i], options)));
    if (!path[k + 1].every((w) => Math.abs(w) < 1e6)) break;
  }
  return path;
}

function draw(root, data) { (data.alone ? drawRavine : drawRace)(root, data); }

// A chart of the surface: shade, contour lines, deepest points, start.
function drawSurface(field, label, size) {
  const [x0, x1, y0, y1] = field.view;
  const chart = plot({ x: [x0, x1], y: [y0, y1], xLabel: "weight w₁", yLabel: "weight w₂",
    title: field.about, label, grid: false, ...size });
  chart.layer.append(s("rect", { x: chart.box.left, y: chart.box.top, fill: "#fbfcfd",
    width: chart.box.right - chart.box.left, height: chart.box.bottom - chart.box.top }));
  field.lines.forEach((lines) => lines.forEach((line) => chart.layer.append(
    s("path", { d: chart.line(line), fill: "none", stroke: "#a8b1bb" }))));
  for (const [u, v] of field.minima) chart.layer.append(star(chart.x(u), chart.y(v), 11));
  return chart;
}

function star(x, y, r) {
  const corners = [...Array(10).keys()].map((i) => {
    const size = i % 2 ? 0.42 * r : r, turn = (i * Math.PI) / 5;
    return `${x + size * Math.sin(turn)},${y - size * Math.cos(turn)}`;
  });
  return s("polygon", { points: corners.join(" "), fill: "var(--yellow)", stroke: "var(--ink)" });
}

function startLabel(chart, [u, v]) {
  return words(chart.x(u) + 8, chart.y(v) - 10, "start", { weight: 700, halo: 2 });
}

// A chart with a logarithmic y axis from 10**low to 10**high; draw with `logLine`.
function logChart(low, high, options) {
  const marks = [];
  for (let k = low; k <= high; k += high - low > 6 ? 2 : 1) marks.push({ value: k, text: power(k) });
  return plot({ y: [low, high], yTicks: marks, ...options });
}

function power(k) {
  return k === 0 ? "1" : `1e${k}`.replace("-", "−");
}

function logLine(chart, values) {
  return chart.line(values.map((value, i) => [i, Math.log10(Math.max(value, 1e-12))]));
}

// Dots of a path as one element.
function dots(chart, path) {
  return path.map(([u, v]) => `M${pixel(chart.x(u))},${pixel(chart.y(v))}h0`).join("");
}

// Of a path that leaves for good: as much as there is to see.
function inView(path, { view: [x0, x1, y0, y1] }, leaves = true) {
  const out = path.findIndex(([u, v]) => !(u >= x0 && u <= x1 && v >= y0 && v <= y1));
  return leaves && out >= 0 ? path.slice(0, out + 1) : path;
}

function pixel(value) { return clampPixel(value).toFixed(1); }

function trail(chart, path) {
  return path.map(([u, v], i) => `${i ? "L" : "M"}${pixel(chart.x(u))},${pixel(chart.y(v))}`).join("");
}

// ---- the race ----

function drawRace(root, data) {
  const state = { surface: data.surface, at: data.steps, beta: data.beta, rho: data.rho,
    rates: Object.fromEntries(data.racers.map((racer) => [racer.key, data.rate])),
    shown: new Set(data.racers.map((racer) => racer.key)) };
  const stage = h("div", {});
  const say = voice();
  let chart, curve, paths, losses;

  function compute() {
    const { beta, rho, surface, rates } = state, field = data.fields[surface];
    paths = {}, losses = {};
    for (const { key } of data.racers) {
      paths[key] = descend(key, surface, field.start, data.steps,
        { rate: rates[key], beta, rho, beta2: data.beta2, eps: data.eps });
      losses[key] = paths[key].map(([u, v]) => SURFACES[surface].loss(u, v, field.depth));
    }
  }

  function setStage() {
    const field = data.fields[state.surface];
    chart = drawSurface(field, "Paths of the optimizers over contour lines", { width: 450, height: 360 });
    const top = Math.ceil(Math.log10(SURFACES[state.surface].loss(...field.start, field.depth)) + 0.3);
    curve = logChart(-6, top, { x: [0, 1.03 * data.steps], width: 340, height: 360, title: "Loss",
      xLabel: "step", left: 56, label: "Loss of each optimizer by step, logarithmic scale" });
    stage.replaceChildren(sideBySide(chart, curve));
    chart.ink = s("g");
    curve.ink = s("g");
    chart.layer.append(chart.ink);
    chart.over.append(startLabel(chart, field.start));
    curve.layer.append(curve.ink);
  }

  function paint() {
    chart.ink.replaceChildren();
    curve.ink.replaceChildren();
    data.racers.forEach(({ key, color, shape }) => {
      const done = Math.min(state.at, paths[key].length - 1), loss = losses[key];
      rows[key].told.textContent = loss.length <= state.at ? "flew out" : num(loss[done], 3);
      if (!state.shown.has(key)) return;
      const path = inView(paths[key].slice(0, done + 1), data.fields[state.surface], loss.length <= data.steps);
      const [u, v] = path[path.length - 1];
      chart.ink.append(
        s("path", { d: trail(chart, path), fill: "none", stroke: color, "stroke-width": 1.6 }),
        s("path", { d: dots(chart, path), stroke: color, "stroke-width": 4.5, "stroke-linecap": "round" }),
        marker(shape, clampPixel(chart.x(u)), clampPixel(chart.y(v)), 8,
          { fill: color, stroke: "var(--paper)", "stroke-width": 1.5 }));
      curve.ink.append(
        s("path", { d: logLine(curve, loss.slice(0, done + 1)), fill: "none", stroke: color, "stroke-width": 2 }),
        marker(shape, curve.x(done), clampPixel(curve.y(Math.log10(Math.max(loss[done], 1e-12)))), 6,
          { fill: color, stroke: "var(--paper)" }));
    });
  }

  function tell() {
    const told = data.racers.map(({ key, label }) => `${label} ${rows[key].told.textContent}`);
    say.textContent = `Loss after step ${state.at}: ${told.join(", ")}.`;
  }

  function redraw() { compute(); paint(); tell(); }

  // Controls.
  const rateScale = { min: -3, max: 0, step: 0.02, value: Math.log10(data.rate) };
  const rateOf = (position) => Number((10 ** position).toPrecision(2));
  const rows = {};
  for (const racer of data.racers) rows[racer.key] = racerRow(racer);

  function racerRow({ key, label, color, shape }) {
    const told = h("output", { style: "min-width:5.5em;font-weight:600;text-align:right" });
    const bar = slider({ ...rateScale, name: "rate", show: (v) => `${rateOf(v)}`,
      input: (v) => { state.rates[key] = rateOf(v); redraw(); } });
    bar.node.style.flex = "1 1 180px"; // room for the loss on the same line
    bar.bar.setAttribute("aria-label", `learning rate of ${label}`);
    const box = h("input", { type: "checkbox", checked: true, style: "width:18px;height:18px;margin:0",
      onchange: (event) => { state.shown[event.target.checked ? "add" : "delete"](key); paint(); } });
    const sign = s("svg", { width: 22, height: 22, viewBox: "0 0 22 22", style: "flex:none;width:22px", "aria-hidden": "true" },
      marker(shape, 11, 11, 7, { fill: color }));
    const node = row(h("label", { style: "display:flex;align-items:center;gap:8px;width:165px" }, box, sign, label),
      bar.node, h("span", { class: "quiet" }, "loss"), told);
    return { node, told, bar };
  }

  const all = slider({ ...rateScale, name: "learning rate of all", show: (v) => `${rateOf(v)}`,
    input: (v) => {
      for (const { key } of data.racers) {
        state.rates[key] = rateOf(v);
        const { bar } = rows[key].bar;
        bar.value = v;
        bar.setAttribute("aria-valuetext", `${rateOf(v)}`);
        bar.nextSibling.textContent = `${rateOf(v)}`;
      }
      redraw();
    } });
  const beta = slider({ name: "β (momentum, Adam)", min: 0, max: 0.99, step: 0.01, value: data.beta,
    show: (v) => v.toFixed(2), input: (v) => { state.beta = v; redraw(); } });
  const rho = slider({ name: "ρ (RMSProp)", min: 0, max: 0.99, step: 0.01, value: data.rho,
    show: (v) => v.toFixed(2), input: (v) => { state.rho = v; redraw(); } });
  const choose = h("select", { "aria-label": "surface",
    onchange: (event) => { state.surface = event.target.value; setStage(); redraw(); } },
    Object.keys(data.fields).map((name) => h("option", { value: name, selected: name === data.surface }, name)));

  // Time: a scrubber, play and pause, one step, back to the start.
  const time = slider({ name: "step", min: 0, max: data.steps, value: data.steps,
    input: (v) => { state.at = v; paint(); tell(); } });
  const moveTo = (step) => {
    state.at = step;
    time.bar.value = step;
    time.bar.setAttribute("aria-valuetext", step);
    time.bar.nextSibling.textContent = step;
    paint();
  };
  const play = button("Play", () => (timer ? pause() : start()), { class: "main", style: "min-width:86px" });
  let timer = 0;
  function start() {
    if (state.at >= data.steps) moveTo(0);
    play.textContent = "Pause";
    timer = setInterval(() => {
      if (state.at >= data.steps || !root.isConnected) return pause();
      moveTo(state.at + 1);
    }, 60);
  }
  function pause() {
    clearInterval(timer);
    timer = 0;
    play.textContent = "Play";
    tell();
  }
  const step = button("Step", () => { pause(); moveTo((state.at + 1) % (data.steps + 1)); tell(); });
  const back = button("Restart", () => { pause(); moveTo(0); tell(); });

  root.append(row(h("label", {}, "surface ", choose), play, step, back, time.node),
    row(all.node), ...data.racers.map(({ key }) => rows[key].node), row(beta.node, rho.node), stage, say);
  setStage();
  redraw();
}

// ---- plain descent in a ravine ----

function drawRavine(root, data) {
  const field = data.fields.ravine;
  const chart = drawSurface(field, "Path of plain descent over contour lines", { width: 440, height: 350, title: "Plain descent in a ravine" });
  const curve = logChart(-3, 2, { x: [0, data.steps], width: 360, height: 350, title: "Distance to the minimum",
    xLabel: "step", left: 56, label: "Distance of each weight to the minimum by step, logarithmic scale" });
  const ink = s("g"), lines = s("g"), notes = s("g");
  chart.layer.append(ink);
  chart.over.append(startLabel(chart, field.start));
  curve.layer.append(lines);
  curve.over.append(notes);
  const badge = h("span", { class: "badge", style: "min-width:90px;text-align:center" }), say = voice();
  const colors = ["var(--blue)", "var(--vermilion)"], names = ["along, |w₁|", "across, |w₂|"];

  function show(rate) {
    const path = descend("plain", "ravine", field.start, data.steps, { rate }), seen = inView(path, field);
    ink.replaceChildren(
      s("path", { d: trail(chart, seen), fill: "none", stroke: "var(--ink)", "stroke-width": 1.4 }),
      s("path", { d: dots(chart, seen), stroke: "var(--ink)", "stroke-width": 7, "stroke-linecap": "round" }));
    lines.replaceChildren(...colors.map((stroke, i) => s("path", { fill: "none", stroke, "stroke-width": 2.4,
      "stroke-dasharray": i ? "8 5" : null, d: logLine(curve, path.map((w) => Math.abs(w[i]))) })));
    const factors = [1 - 0.2 * rate, 1 - 10 * rate], last = path[path.length - 1];
    notes.replaceChildren(...names.map((name, i) => words(curve.box.left + 12, curve.box.bottom - 36 + 22 * i,
      `${i ? "- -" : "—"} ${name}: × ${num(factors[i], 3)} a step`, { color: i ? "var(--gradient)" : colors[0], halo: 4 })));
    const [word, color, why] = verdict(rate);
    badge.textContent = word;
    badge.style.background = color;
    say.textContent = `${why} After ${path.length - 1} steps w₁ = ${num(last[0])}, w₂ = ${num(last[1])}.`;
  }
  const rate = slider({ name: "learning rate", min: 0.005, max: 0.22, step: 0.005, value: data.rate,
    show: (v) => v.toFixed(3), input: show });
  root.append(row(rate.node, badge), sideBySide(chart, curve), say);
  show(data.rate);
}

function verdict(rate) {
  if (rate > 0.2) return ["flies out", "var(--gradient)", "Above 0.2 every step across lands farther out than it left."];
  if (rate === 0.2) return ["never settles", "#9a4576", "At 0.2 it jumps from wall to wall forever."];
  if (rate > 0.1) return ["bounces", "#9a4576", "It jumps across the ravine at every step and still creeps along it."];
  return ["crawls", "var(--blue)", "No bouncing, but along the ravine hardly anything happens."];
}
