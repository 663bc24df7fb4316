// Thirty layers learning: a panel a cure with the losses up to the step of the slider, every seed a
// line, and after how many steps each is below a loss that one chooses.

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

const WIDE = 760, HIGH = 190, MARGIN = 26; // of all panels, of a row of them, left of them

function draw(root, data) {
  const last = data.runs[0].losses[0].length - 1, count = data.runs.length;
  const state = { step: last, bar: data.bar };
  const longest = Math.max(...data.runs.map(({ name }) => name.length));
  const columns = Math.min(count, longest > 19 ? 3 : 4), rows = Math.ceil(count / columns);
  const width = (WIDE - MARGIN) / columns, say = voice();
  const whole = s("svg", { viewBox: `0 0 ${WIDE} ${rows * HIGH + 28}`, role: "img", "aria-label": data.alt },
    words(0, 0, "mean loss (nats)", { anchor: "middle", transform: `translate(16,${(rows * HIGH) / 2}) rotate(-90)` }),
    words(MARGIN + (WIDE - MARGIN) / 2, rows * HIGH + 20, data.rate === null ? "step" : `step, rate ${data.rate}`, { anchor: "middle" }));
  const inks = data.runs.map(panel);

  // One panel's place, axes and name; what is drawn on it later comes into the group returned.
  function panel({ name }, k) {
    const plain = ({ value }) => ({ value, text: "" }), lowest = k + columns >= count;
    const xTicks = ticks(0, last + 1, 2), yTicks = ticks(0, data.top, 3);
    const chart = plot({ width, height: HIGH, left: 28, right: 6, top: 26, bottom: 26, x: [0, 1.03 * Math.max(1, last)], y: [0, data.top],
      label: name, xTicks: lowest ? xTicks : xTicks.map(plain), yTicks: k % columns ? yTicks.map(plain) : yTicks });
    chart.over.append(words(28, 17, name, { weight: 700 }));
    const at = { x: MARGIN + (k % columns) * width, y: Math.floor(k / columns) * HIGH, width, height: HIGH };
    whole.append(fill(chart.svg, at, []));
    chart.svg.setAttribute("style", `width:${width}px;height:${HIGH}px;max-width:none`);
    return { chart, ink: chart.layer.appendChild(s("g")) };
  }

  // The lines of a run, in its own panel with a mark at the end of each.
  function lines({ chart }, { losses, color }, k, own) {
    return losses.flatMap((run) => {
      const known = run.slice(0, state.step + 1), gone = known.indexOf(null);
      const points = (gone < 0 ? known : known.slice(0, gone)).map((value, step) => [step, value]);
      if (!points.length) return [];
      const [u, v] = points[points.length - 1];
      return [s("path", { d: chart.line(points), fill: "none", stroke: color, "stroke-width": 1.4 }),
        own && marker(k, chart.x(u), chart.y(Math.min(v, data.top)), 5, { fill: color, stroke: "var(--paper)" })];
    }).filter(Boolean);
  }

  function show() {
    data.runs.forEach((run, k) => {
      const { chart, ink } = inks[k], { left, right } = chart.box, y = chart.y(state.bar);
      ink.replaceChildren(s("line", { x1: left, x2: right, y1: y, y2: y, stroke: "var(--ink)", "stroke-dasharray": "3 4" }),
        ...(k ? lines(inks[k], data.runs[0], 0, false) : []), ...lines(inks[k], run, k, true));
      cells[k].now.textContent = range(run.losses.map((losses) => losses[state.step]), 3);
      cells[k].soon.textContent = soon(run.losses, state.bar);
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
    data.runs.map(({ name, color }, k) => {
      const sign = s("svg", { viewBox: "0 0 16 14", style: "width:16px;flex:none", "aria-hidden": "true" }, marker(k, 8, 7, 5.5, { fill: color }));
      const first = cell("th");
      first.append(h("span", { style: "display:flex;align-items:center;gap:8px" }, sign, name));
      return h("tr", {}, first, cells[k].now, cells[k].soon);
    }));
  const step = slider({ name: "step", min: 0, max: last, value: last, input: (v) => { state.step = v; show(); } });
  const bar = slider({ name: "below a loss of", min: 0.02, max: data.top, step: 0.02, value: data.bar,
    show: (v) => num(v, 2), input: (v) => { state.bar = v; show(); tell(); } });
  root.append(row(player(step), step.node), row(bar.node), whole,
    h("p", { class: "quiet", style: "margin:2px 0 0" }, `Grey in every panel: ${data.runs[0].name}. Dotted: the loss that you chose.`),
    h("div", { style: "overflow-x:auto" }, table), say);
  show();
  tell();
}
