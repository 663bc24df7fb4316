// Sliders for one patient; the probability comes from a grid of log-odds, read between its points.

// Trilinear: exact for anything linear in the three features.
function logOdds(data, patient) {
  const spots = patient.map((value, i) => {
    const axis = data.axes[i];
    const below = axis.filter((place) => place <= value).length - 1;
    const floor = Math.max(0, Math.min(axis.length - 2, below));
    return [floor, (value - axis[floor]) / (axis[floor + 1] - axis[floor])];
  });
  const [, m, n] = data.axes.map((axis) => axis.length);
  let sum = 0;
  for (let corner = 0; corner < 8; corner++) {
    const bits = [corner >> 2, (corner >> 1) & 1, corner & 1];
    const weight = bits.reduce((w, bit, i) => w * (bit ? spots[i][1] : 1 - spots[i][1]), 1);
    const [a, b, c] = bits.map((bit, i) => spots[i][0] + bit);
    sum += weight * data.grid[(a * m + b) * n + c];
  }
  return sum;
}

function probability(data, patient) { return 1 / (1 + Math.exp(-logOdds(data, patient))); }

function draw(root, data) {
  const patient = [...data.patient], say = voice(), alike = h("p", { class: "say" });
  const bar = h("div", { style: "height:100%;width:0;background:var(--purple)" });
  const told = h("output", { style: "font-size:26px;font-weight:700;min-width:3.2em;text-align:right" });
  const meter = h("div", { role: "meter", "aria-label": "predicted probability of diabetes", "aria-valuemin": 0, "aria-valuemax": 100,
    style: "flex:1 1 200px;height:30px;border:1px solid var(--muted);border-radius:4px;overflow:hidden;background:#f1f3f5" }, bar);

  const bins = 25, counts = [0, 1].map(() => Array(bins).fill(0));
  data.p.forEach((value, i) => { counts[data.y[i]][Math.min(bins - 1, Math.floor(value * bins))] += 1; });
  const top = Math.max(...counts.flat());
  const crowd = plot({ x: [0, 1], y: [0, 1.25 * top], width: 640, height: 260, xLabel: "predicted probability of diabetes",
    yLabel: "patients", title: "Among the patients of the data", label: "Histogram of predictions, healthy and diabetic patients" });
  counts.forEach((row, k) => crowd.layer.append(s("path", { fill: "none", stroke: data.classes.colors[k], "stroke-width": 2.6,
    "stroke-dasharray": k ? "8 4" : null, d: crowd.line([[0, 0], ...row.flatMap((c, i) => [[i / bins, c], [(i + 1) / bins, c]]), [1, 0]]) })));
  const here = s("line", { y1: crowd.box.top, y2: crowd.box.bottom, stroke: "#9a4576", "stroke-width": 3 });
  const label = words(0, crowd.box.top + 16, "this patient", { color: "#7d3860", weight: 700, halo: 2 });
  crowd.over.append(here, label, ...[0, 1].flatMap((k) => [
    s("line", { x1: 390 + 120 * k, x2: 424 + 120 * k, y1: 18, y2: 18, stroke: data.classes.colors[k], "stroke-width": 3,
      "stroke-dasharray": k ? "8 4" : null }), words(430 + 120 * k, 23, data.names[k])]));

  function show() {
    const p = probability(data, patient), percent = Math.round(100 * p);
    bar.style.width = `${100 * p}%`;
    told.textContent = `${percent}%`;
    meter.setAttribute("aria-valuenow", percent);
    meter.setAttribute("aria-valuetext", `${percent} percent`);
    for (const end of ["x1", "x2"]) here.setAttribute(end, crowd.x(p));
    label.setAttribute("x", crowd.x(p) + (p > 0.75 ? -8 : 8));
    label.setAttribute("text-anchor", p > 0.75 ? "end" : "start");
    const lower = data.p.filter((other) => other < p).length / data.p.length;
    say.textContent = `The model says ${percent}%, more than for ${Math.round(100 * lower)}% of the ${data.p.length} patients.`;
    const like = data.y.filter((_, i) => data.X[i].every((v, j) => Math.abs(v - patient[j]) <= data.near[j]));
    const sick = like.filter((v) => v === 1).length;
    alike.textContent = `Patients like this one (age ± ${data.near[0]}, BMI ± ${data.near[1]}, glucose ± ${data.near[2]}): ${like.length}`
      + (like.length ? `, of whom ${sick} diabetic.` : ". The model has seen none: its answer is a guess from afar.");
  }
  const units = ["years", "kg/m²", "mg/dl"];
  const sliders = ["age", "BMI", "glucose"].map((name, i) => slider({ name: `${name} (${units[i]})`, min: data.axes[i][0],
    max: data.axes[i][data.axes[i].length - 1], step: i === 1 ? 0.5 : 1, value: patient[i],
    show: (v) => num(v, i === 1 ? 1 : 0), input: (v) => { patient[i] = v; show(); } }));
  for (const { node } of sliders) node.firstChild.style.width = "130px";
  root.append(...sliders.map((one) => row(one.node)), row(meter, told), say, alike, crowd.svg);
  show();
}
