// Simulated annealing against descent on a bumpy line.

function bumpy(x) { return 0.05 * (x - 2) ** 2 + 0.45 - 0.45 * Math.cos(3 * (x - 2)); }

// The Metropolis rule, as in chapter 4: improvements always, else u < exp(-change / temperature).
function accept(change, temperature, u) { return change < 0 || u < Math.exp(-change / temperature); }

function anneal(temperature, cooling, jumps, luck, start, [low, high]) {
  const path = [start];
  jumps.forEach((jump, k) => {
    const here = path[k], next = here + jump;
    const taken = low <= next && next <= high && accept(bumpy(next) - bumpy(here), temperature, luck[k]);
    path.push(taken ? next : here);
    temperature *= cooling;
  });
  return path;
}

function draw(root, data) {
  const [low, high] = data.range, steps = data.jumps[0].length;
  const state = { heat: data.temperature, cooling: data.cooling, walk: data.walk };
  const common = { width: 370, height: 250 };
  const top = 4.6;
  const line = plot({ x: data.range, y: [-0.3, top], ...common, title: "Loss of one weight", yLabel: "loss",
    xLabel: "weight w", label: "The bumpy loss, where descent ends and where annealing walks" });
  const time = plot({ x: data.range, y: [steps, 0], ...common, title: "Where each is, step by step",
    xLabel: "weight w", yLabel: "step (downwards)",
    yTicks: ticks(0, steps, 4), label: "Weight of descent and of one annealing walk by step" });
  const chance = plot({ x: [0, 3], y: [0, 1], ...common, title: "Chance to accept a worse step",
    xLabel: "how much worse the loss gets", yLabel: "probability", label: "Acceptance probability at three temperatures" });
  const ends = plot({ x: [0, steps], y: [-0.1, top], ...common, title: `${data.jumps.length} walks`, xLabel: "step",
    yLabel: "loss", label: "Loss of all walks by step" });
  const grid = [...Array(401).keys()].map((i) => low + (i * (high - low)) / 400);
  line.layer.append(s("path", { d: line.line(grid.map((x) => [x, bumpy(x)])), fill: "none", stroke: "var(--muted)", "stroke-width": 2 }));
  time.layer.append(s("path", { d: time.line(data.descent.map((x, i) => [x, i])), fill: "none", stroke: "var(--ink)", "stroke-width": 2 }));
  const inks = [line, time, chance, ends].map((chart) => chart.layer.appendChild(s("g")));
  const notes = chance.over.appendChild(s("g"));
  const stopped = data.descent[data.descent.length - 1];
  line.layer.append(dot(line, stopped, bumpy(stopped), 0, "var(--ink)"));
  line.over.append(note(line, stopped - 0.4, bumpy(stopped), "descent"),
    words(line.x(data.start) + 9, line.y(bumpy(data.start)) - 6, "start", { weight: 700, halo: 2 }));
  line.layer.append(s("circle", { cx: line.x(data.start), cy: line.y(bumpy(data.start)), r: 4, fill: "var(--ink)" }));
  const say = voice(), red = "var(--vermilion)";

  function show() {
    const walks = data.jumps.map((jumps, i) => anneal(state.heat, state.cooling, jumps, data.luck[i], data.start, data.range));
    const walk = walks[state.walk], end = walk[steps];
    inks[0].replaceChildren(
      s("path", { d: walk.map((x) => `M${line.x(x).toFixed(1)},${line.y(bumpy(x)).toFixed(1)}h0`).join(""), stroke: red,
        "stroke-width": 6, "stroke-linecap": "round", opacity: 0.35 }), dot(line, end, bumpy(end), 1, red));
    inks[1].replaceChildren(s("path", { d: time.line(walk.map((x, i) => [x, i])), fill: "none", stroke: red, "stroke-width": 1.5 }));
    const kinds = [0, 100, 200].map((k) => [k, state.heat * state.cooling ** k]);
    const dashes = [null, "8 5", "2 4"];
    inks[2].replaceChildren(...kinds.map(([, t], i) => s("path", { fill: "none", stroke: red, "stroke-width": 2.2,
      "stroke-dasharray": dashes[i], d: chance.line([...Array(121).keys()].map((j) => [j / 40, Math.exp(-j / 40 / t)])) })));
    notes.replaceChildren(...kinds.flatMap(([k, t], i) => {
      const y = chance.box.top + 16 + 22 * i;
      return [i ? null : s("rect", { x: 146, y: y - 16, width: 212, height: 70, fill: "var(--paper)", opacity: 0.9 }),
        s("line", { x1: 150, x2: 182, y1: y - 5, y2: y - 5, stroke: red, "stroke-width": 2.2, "stroke-dasharray": dashes[i] }),
        words(188, y, `step ${k}: T ${num(t, 3)}`)];
    }).filter(Boolean));
    inks[3].replaceChildren(...walks.map((path, i) => s("path", { fill: "none", stroke: red,
      d: ends.line(path.map((x, k) => [k, bumpy(x)])), opacity: i === state.walk ? 1 : 0.25, "stroke-width": i === state.walk ? 1.8 : 1 })),
      s("path", { d: ends.line(data.descent.map((x, k) => [k, bumpy(x)])), fill: "none", stroke: "var(--ink)", "stroke-width": 2, "stroke-dasharray": "8 5" }));
    const found = walks.filter((path) => bumpy(path[steps]) < 0.1).length;
    say.textContent = `This walk ends at loss ${bumpy(end).toFixed(2)}, descent at ${bumpy(stopped).toFixed(2)}. `
      + `${found} of ${walks.length} walks end in the deepest valley.`;
  }
  const heat = slider({ name: "first temperature T", min: -2, max: 1, step: 0.05, value: Math.log10(data.temperature),
    show: (v) => num(10 ** v, 2), input: (v) => { state.heat = 10 ** v; show(); } });
  const cooling = slider({ name: "T shrinks each step by ×", min: 0.96, max: 1, step: 0.002, value: data.cooling,
    show: (v) => v.toFixed(3), input: (v) => { state.cooling = v; show(); } });
  const again = button("Another walk", () => { state.walk = (state.walk + 1) % data.jumps.length; show(); });
  root.append(row(heat.node, again), row(cooling.node), legend(), sideBySide(line, chance), sideBySide(time, ends), say);
  show();
}

function dot(chart, x, y, shape, fill) {
  return marker(shape, chart.x(x), chart.y(y), 7, { fill, stroke: "var(--paper)", "stroke-width": 1.5 });
}

function note(chart, x, y, text) {
  return words(chart.x(x), chart.y(y) + 22, text, { anchor: "middle", weight: 700, halo: 2 });
}

// Which line is whose, in all four panels.
function legend() {
  const entries = [["var(--ink)", 1, "descent"], ["var(--vermilion)", 1, "annealing, this walk"], ["var(--vermilion)", 0.3, "the other walks"]];
  return row(entries.map(([color, opacity, text]) => h("span", { style: "display:flex;align-items:center;gap:6px" },
    s("svg", { viewBox: "0 0 34 10", style: "width:34px", "aria-hidden": "true" },
      s("line", { x1: 0, x2: 34, y1: 5, y2: 5, stroke: color, opacity, "stroke-width": 3 })), text)));
}
