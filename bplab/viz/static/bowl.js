// The loss bowl: a curve (one weight) or contours (weight and bias), the path, a slider for the rate.

function draw(root, data) {
  const flat = data.dimensions === 1;
  const color = { crawls: "var(--blue)", converges: "var(--green)", bounces: "var(--purple)",
    diverges: "var(--vermilion)" };
  const dark = { crawls: "var(--blue)", converges: "#00795a", bounces: "#9a4576", diverges: "var(--gradient)" };
  const top = flat ? Math.max(...data.shape.losses) : 0;
  const bowl = plot({
    x: data.view[0], y: flat ? [-0.06 * top, 1.04 * top] : data.view[1], width: 440, height: 350,
    title: flat ? "The bowl and the path" : "The bowl from above",
    xLabel: data.names[0], yLabel: flat ? "loss" : data.names[1], grid: flat, label: data.alt,
  });
  const steps = Math.max(...data.runs.map((run) => run.losses.length)) - 1;
  const first = data.runs[0].losses[0];
  const time = plot({ x: [-0.02 * steps, 1.02 * steps], y: [0, 1.6 * first], width: 300, height: 350,
    title: "Loss after each step", xLabel: "step", left: 52 });
  if (flat) {
    bowl.layer.append(s("path", { fill: "none", stroke: "var(--muted)", "stroke-width": 2,
      d: bowl.line(data.shape.theta.map((t, i) => [t, data.shape.losses[i]])) }));
  } else {
    data.shape.lines.forEach((lines, level) => lines.forEach((line) => bowl.layer.append(
      s("path", { fill: "none", stroke: "var(--muted)", opacity: 0.85 - 0.05 * level, d: bowl.line(line) }))));
    bowl.layer.append(marker(3, bowl.x(data.best[0]), bowl.y(data.best[1]), 6, { fill: "var(--orange)",
      stroke: "var(--ink)" }));
  }
  const path = s("g"), losses = s("g");
  bowl.layer.append(path);
  time.layer.append(losses);
  const badge = h("span", { class: "badge" });
  const say = voice();

  function show(index) {
    const run = data.runs[index], paint = color[run.verdict];
    const points = run.path.map((theta, i) => (flat ? [theta[0], run.losses[i]] : theta));
    path.replaceChildren(
      s("path", { d: bowl.line(points), fill: "none", stroke: paint, "stroke-width": 1.6 }),
      ...points.map(([u, v]) => dot(bowl, u, v, paint)),
      start(bowl, points[0]));
    const curve = run.losses.map((loss, i) => [i, loss]);
    losses.replaceChildren(
      s("path", { d: time.line(curve), fill: "none", stroke: paint, "stroke-width": 1.6 }),
      ...curve.map(([u, v]) => dot(time, u, v, paint)));
    badge.textContent = run.verdict;
    badge.style.background = dark[run.verdict];
    say.textContent = sentence(run, data.rates[index]);
  }
  const rate = slider({ name: "learning rate", min: 0, max: data.rates.length - 1, value: data.chosen,
    show: (i) => num(data.rates[i], 4).replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, ""), input: show });
  root.append(row(rate.node, badge),
    sideBySide(bowl, time), say);
  show(data.chosen);
}

function dot(chart, u, v, paint) {
  return s("circle", { cx: chart.x(u), cy: clampPixel(chart.y(v)), r: 4.5, fill: paint,
    stroke: "var(--paper)", "stroke-width": 1 });
}

function start(chart, [u, v]) {
  return s("rect", { x: chart.x(u) - 6, y: chart.y(v) - 6, width: 12, height: 12, fill: "var(--ink)" });
}

function sentence(run, rate) {
  const count = run.losses.length - 1, last = run.losses[count];
  const told = `loss ${num(run.losses[0])} → ${num(last)} in ${count} steps`;
  if (run.verdict === "diverges") return `Rate ${rate} is too large: each step lands farther up than it left (${told}).`;
  if (run.verdict === "bounces") return `Rate ${rate} overshoots: the weights jump from side to side of the bottom (${told}).`;
  if (run.verdict === "crawls") return `Rate ${rate} is too small to arrive: ${told}.`;
  const turns = run.path.length > 2 && run.path.slice(2).some((theta, i) =>
    (theta[0] - run.path[i + 1][0]) * (run.path[i + 1][0] - run.path[i][0]) < 0 &&
    Math.abs(theta[0] - run.path[i + 1][0]) > 0.02 * Math.abs(run.path[1][0] - run.path[0][0]));
  return `Rate ${rate} arrives${turns ? ", jumping from side to side of the bottom" : ""}: ${told}.`;
}
