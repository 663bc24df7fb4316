// Thirty layers learning: the loss of each cure up to the step of the slider, every seed a line, and
// after how many steps each is below a loss that one chooses.

// The first step at which a run is below a loss; null: at none.
function below(run, loss) {
  const step = run.findIndex((value) => value !== null && value < loss);
  return step < 0 ? null : step;
}

function range(values, digits) {
  const known = values.filter((value) => value !== null);
  if (known.length < values.length) return known.length ? `${num(Math.min(...known), digits)} to nan` : "nan";
  const ends = [Math.min(...known), Math.max(...known)].map((value) => num(value, digits));
  return ends[0] === ends[1] ? ends[0] : `${ends[0]} to ${ends[1]}`;
}

function soon(runs, loss) {
  const steps = runs.map((run) => below(run, loss)), reached = steps.filter((step) => step !== null);
  if (!reached.length) return "never";
  const told = range(reached, 0);
  return reached.length < steps.length ? `${told}, only ${reached.length} of ${steps.length} seeds` : told;
}

function draw(root, data) {
  const last = data.runs[0].losses[0].length - 1;
  const state = { step: last, bar: data.bar, shown: new Set(data.runs.keys()) };
  const chart = plot({ width: 760, height: 330, left: 60, x: [0, 1.015 * Math.max(1, last)], y: [0, data.top], label: data.alt,
    xLabel: data.rate === null ? "step" : `step, rate ${data.rate}`, yLabel: "mean loss (nats)" });
  const ink = chart.layer.appendChild(s("g")), say = voice();

  function lines({ losses, color, dash }, k) {
    return losses.map((run) => {
      const known = run.slice(0, state.step + 1), gone = known.indexOf(null);
      const points = (gone < 0 ? known : known.slice(0, gone)).map((value, step) => [step, value]);
      if (!points.length) return null;
      const [u, v] = points[points.length - 1];
      return s("g", {}, s("path", { d: chart.line(points), fill: "none", stroke: color, "stroke-width": 2, "stroke-dasharray": dash, opacity: 0.85 }),
        marker(k, chart.x(u), chart.y(Math.min(v, data.top)), 5.5, { fill: color, stroke: "var(--paper)" }));
    }).filter(Boolean);
  }

  function show() {
    ink.replaceChildren(s("line", { x1: chart.box.left, x2: chart.box.right, y1: chart.y(state.bar), y2: chart.y(state.bar),
      stroke: "var(--ink)", "stroke-dasharray": "3 4" }),
    ...data.runs.flatMap((run, k) => (state.shown.has(k) ? lines(run, k) : [])));
    data.runs.forEach(({ losses }, k) => {
      cells[k].now.textContent = range(losses.map((run) => run[state.step]), 3);
      cells[k].soon.textContent = soon(losses, state.bar);
    });
    head.now.textContent = `loss after step ${state.step}`;
    head.soon.textContent = `steps until below ${num(state.bar, 2)}`;
  }
  function tell() {
    const learned = data.runs.filter(({ losses }) => losses.every((run) => below(run, state.bar) !== null));
    say.textContent = learned.length
      ? `Below ${num(state.bar, 2)} with every seed: ${learned.map(({ name }) => name).join("; ")}.`
      : `None is below ${num(state.bar, 2)} with every seed.`;
  }

  const cell = (tag, style = "") => h(tag, { style: `padding:1px 12px 1px 0;text-align:left;font-weight:400;${style}` });
  const head = { now: cell("th"), soon: cell("th") };
  const cells = data.runs.map(() => ({ now: cell("td", "font-weight:600"), soon: cell("td", "font-weight:600") }));
  const table = h("table", { style: "border-collapse:collapse;margin:2px 0", "aria-label": "losses and steps, lowest to highest over seeds" },
    h("tr", {}, cell("th"), head.now, head.soon),
    data.runs.map(({ name, color, dash }, k) => {
      const box = h("input", { type: "checkbox", checked: true, style: "width:17px;height:17px;margin:0;flex:none",
        onchange: (event) => { state.shown[event.target.checked ? "add" : "delete"](k); show(); } });
      const sign = s("svg", { viewBox: "0 0 40 14", style: "width:40px;flex:none", "aria-hidden": "true" },
        s("line", { x1: 0, x2: 40, y1: 7, y2: 7, stroke: color, "stroke-width": 3, "stroke-dasharray": dash }), marker(k, 20, 7, 5.5, { fill: color }));
      const first = cell("th");
      first.append(h("label", { style: "display:flex;align-items:center;gap:8px" }, box, sign, name));
      return h("tr", {}, first, cells[k].now, cells[k].soon);
    }));
  const step = slider({ name: "step", min: 0, max: last, value: last, input: (v) => { state.step = v; show(); } });
  const bar = slider({ name: "below a loss of", min: 0.02, max: data.top, step: 0.02, value: data.bar,
    show: (v) => num(v, 2), input: (v) => { state.bar = v; show(); tell(); } });
  root.append(row(player(step), step.node), row(bar.node), chart.svg, h("div", { style: "overflow-x:auto" }, table), say);
  show();
  tell();
}
