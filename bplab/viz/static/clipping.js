// A gradient of two entries, clipped by value and by norm.

function byValue(g, limit) { return g.map((v) => Math.max(-limit, Math.min(limit, v))); }

function byNorm(g, limit) {
  const norm = Math.hypot(...g), factor = norm > limit ? limit / norm : 1;
  return g.map((v) => v * factor);
}

function degrees([u, v]) { return (Math.atan2(v, u) * 180) / Math.PI; }

function turned(g, clipped) {
  const turn = Math.abs(degrees(clipped) - degrees(g));
  return Math.min(turn, 360 - turn);
}

function arrow(chart, [u, v], color, width) {
  const [x0, y0, x1, y1] = [chart.x(0), chart.y(0), chart.x(u), chart.y(v)];
  const length = Math.hypot(x1 - x0, y1 - y0);
  if (length < 1) return s("circle", { cx: x0, cy: y0, r: 3, fill: color });
  const [a, b] = [(x1 - x0) / length, (y1 - y0) / length], head = Math.min(16, length);
  const [nx, ny] = [x1 - head * a, y1 - head * b];
  return s("g", {}, s("line", { x1: x0, y1: y0, x2: nx, y2: ny, stroke: color, "stroke-width": width }),
    s("polygon", { fill: color, points: [[x1, y1], [nx - 0.45 * head * b, ny + 0.45 * head * a],
      [nx + 0.45 * head * b, ny - 0.45 * head * a]].map((p) => p.join(",")).join(" ") }));
}

function draw(root, data) {
  const reach = 3.5;
  const state = { angle: Math.round(degrees(data.gradient)), length: Math.hypot(...data.gradient), limit: data.limit };
  const charts = ["By value", "By norm"].map((title) => plot({ x: [-reach, reach], y: [-reach, reach], width: 370,
    height: 410, top: 76, title, xLabel: "first entry of the gradient", yLabel: "second entry", label: `The gradient and what is left of it. ${title}` }));
  const inks = charts.map((chart) => chart.layer.appendChild(s("g")));
  const notes = charts.map((chart) => chart.over.appendChild(s("g")));
  const colors = ["var(--vermilion)", "var(--blue)"], say = voice();

  function show() {
    const turn = (state.angle * Math.PI) / 180, limit = state.limit;
    const g = [state.length * Math.cos(turn), state.length * Math.sin(turn)];
    const clipped = [byValue(g, limit), byNorm(g, limit)];
    charts.forEach((chart, i) => {
      const r = chart.x(limit) - chart.x(0), dash = { fill: "none", stroke: colors[i], "stroke-dasharray": "7 5", "stroke-width": 1.6 };
      const fence = i ? s("circle", { cx: chart.x(0), cy: chart.y(0), r, ...dash })
        : s("rect", { x: chart.x(-limit), y: chart.y(limit), width: 2 * r, height: chart.y(-limit) - chart.y(limit), ...dash });
      inks[i].replaceChildren(fence, arrow(chart, g, "var(--muted)", 3), arrow(chart, clipped[i], colors[i], 4));
      notes[i].replaceChildren(  // above the chart, where no fence passes
        words(chart.box.left, 44, `gradient (${num(g[0], 2)}, ${num(g[1], 2)})`),
        words(chart.box.left, 65, `clipped (${num(clipped[i][0], 2)}, ${num(clipped[i][1], 2)})`, { weight: 700 }));
    });
    const change = turned(g, clipped[0]);
    say.textContent = Math.hypot(...g) <= limit ? "The gradient is within the limit: neither changes it."
      : `By value the arrow turns by ${Math.round(change)}°; by norm it keeps its direction and has length ${num(limit, 2)}.`;
  }
  const make = (name, key, min, max, step, unit) => slider({ name, min, max, step, value: state[key],
    show: (v) => num(v, key === "angle" ? 0 : 2) + unit, input: (v) => { state[key] = v; show(); } });
  root.append(
    row(make("direction of the gradient", "angle", -180, 180, 5, "°").node, make("its length", "length", 0, 4.5, 0.05, "").node),
    row(make("limit", "limit", 0.2, 3, 0.05, "").node),
    sideBySide(...charts), say);
  show();
}
