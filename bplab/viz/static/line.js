// A neuron's decision line with a slider for the epoch.

function draw(root, data) {
  const chart = plot({ x: data.view[0], y: data.view[1], width: 470, height: 380,
    xLabel: data.features[0], yLabel: data.features[1], grid: false, label: data.alt });
  const planes = s("g");
  chart.layer.append(planes, scatter(chart, data.X, data.y, data.classes, 4.5));
  const last = data.epochs.length - 1;
  const time = plot({ x: [-0.02 * data.epochs[last], 1.03 * data.epochs[last] || 1], y: [0, 1.08 * Math.max(...data.losses)], width: 300,
    height: 380, title: "Loss", xLabel: "epoch", left: 52 });
  time.layer.append(s("path", { fill: "none", stroke: "var(--blue)", "stroke-width": 2,
    d: time.line(data.losses.map((loss, i) => [data.epochs[i], loss])) }));
  const here = s("circle", { r: 6, fill: "var(--blue)", stroke: "var(--paper)", "stroke-width": 1.5 });
  time.layer.append(here);
  const say = voice();

  function show(i) {
    const z = (u, v) => data.w[i][0] * u + data.w[i][1] * v + data.b[i];
    planes.replaceChildren(...regions(chart, data, z));
    here.setAttribute("cx", time.x(data.epochs[i]));
    here.setAttribute("cy", time.y(data.losses[i]));
    const [w1, w2] = data.w[i];
    say.textContent = (w1 || w2 ? "" : "No line yet: all weights are 0 and the answer is the same everywhere. ") +
      `Epoch ${data.epochs[i]}: w = (${num(w1)}, ${num(w2)}), b = ${num(data.b[i])}, ` +
      `loss ${num(data.losses[i])}, ${data.wrong[i]} of ${data.y.length} wrong.`;
  }
  const epoch = slider({ name: "epoch", min: 0, max: last, value: last,
    show: (i) => String(data.epochs[i]), input: show });
  root.append(row(player(epoch), epoch.node, classLegend(data)), sideBySide(chart, time), say,
    h("p", { class: "quiet", style: "margin:2px 0 0" },
      "Solid line: the neuron says 0.5. Dashed: it says 0.1 and 0.9; the closer they come, the surer it is."));
  show(last);
}

// The two half planes, and the lines at z = 0 and z = plus and minus log 9.
function regions(chart, data, z) {
  const [[x0, x1], [y0, y1]] = data.view;
  const corners = [[x0, y0], [x1, y0], [x1, y1], [x0, y1]];
  const area = (sign) => clip(corners, (p) => sign * z(...p));
  const points = (polygon) => polygon.map(([u, v]) => `${chart.x(u)},${chart.y(v)}`).join(" ");
  const drawn = [-1, 1].map((sign, k) => s("polygon", { points: points(area(sign)), fill: data.classes.tints[k] }));
  for (const level of [0, -Math.log(9), Math.log(9)]) {
    const cut = crossing(corners, (p) => z(...p) - level);
    if (cut.length === 2) drawn.push(s("line", {
      x1: chart.x(cut[0][0]), y1: chart.y(cut[0][1]), x2: chart.x(cut[1][0]), y2: chart.y(cut[1][1]),
      stroke: level ? "var(--muted)" : "var(--ink)", "stroke-width": level ? 1.3 : 2.6,
      "stroke-dasharray": level ? "6 5" : null }));
  }
  return drawn;
}

function between(p, q, f) {
  const t = f(p) / (f(p) - f(q));
  return [p[0] + t * (q[0] - p[0]), p[1] + t * (q[1] - p[1])];
}

// The part of a polygon in which f is positive.
function clip(polygon, f) {
  const kept = [];
  polygon.forEach((p, i) => {
    const q = polygon[(i + 1) % polygon.length];
    if (f(p) > 0) kept.push(p);
    if (f(p) * f(q) < 0) kept.push(between(p, q, f));
  });
  return kept;
}

function crossing(polygon, f) {
  return polygon.flatMap((p, i) => {
    const q = polygon[(i + 1) % polygon.length];
    return f(p) * f(q) < 0 ? [between(p, q, f)] : [];
  });
}
