// The ROC curve with a slider for the threshold, and the counts that follow from it.

// Positive is p >= threshold.
function countsAt(y, p, threshold) {
  const counts = { tp: 0, fp: 0, fn: 0, tn: 0 };
  p.forEach((value, i) => { counts[value >= threshold ? (y[i] ? "tp" : "fp") : (y[i] ? "fn" : "tn")] += 1; });
  return counts;
}

function draw(root, data) {
  const { y, p } = data, say = voice();
  const curve = plot({ x: [-0.01, 1.01], y: [-0.01, 1.01], width: 370, height: 370, title: "ROC: every threshold a point",
    xLabel: "share of the healthy alarmed", yLabel: "share of the diabetic found (recall)", label: `ROC curve with area ${data.auc.toFixed(3)}` });
  curve.layer.append(
    s("path", { d: curve.line([[0, 0], [1, 1]]), stroke: "var(--muted)", "stroke-dasharray": "3 5", fill: "none" }),
    s("path", { d: curve.line(data.curve), stroke: "var(--blue)", "stroke-width": 2.6, fill: "none" }));
  curve.over.append(words(curve.box.right - 8, curve.box.bottom - 28, `area ${data.auc.toFixed(3)}`, { anchor: "end", weight: 700 }),
    words(curve.box.right - 8, curve.box.bottom - 8, "chance: 0.5", { anchor: "end" }));
  const point = s("circle", { r: 9, fill: "var(--yellow)", stroke: "var(--ink)", "stroke-width": 2 });
  curve.over.append(point);

  const bins = 25, heights = [0, 1].map(() => Array(bins).fill(0));
  p.forEach((value, i) => { heights[y[i]][Math.min(bins - 1, Math.floor(value * bins))] += 1; });
  const low = Math.max(...heights[0]), top = Math.max(0.7 * low, 1.6 * Math.max(...heights[1]));
  const split = plot({ x: [0, 1], y: [-1.4 * low, top], width: 370, height: 370, title: "Patients by prediction",
    xLabel: "predicted probability", yLabel: "patients", label: "Histogram of predictions, diabetic up, healthy down",
    yTicks: ticks(-1.4 * low, top, 6).map(({ value, text }) => ({ value, text: text.replace("−", "") })) });
  const bars = [0, 1].map((k) => heights[k].map((count, i) => s("rect", { x: split.x(i / bins) + 0.5,
    width: split.x(1 / bins) - split.x(0) - 1, y: split.y(k ? count : 0), height: split.y(0) - split.y(count),
    fill: data.classes.colors[k] })));
  split.layer.append(...bars.flat());
  const wall = s("line", { y1: split.box.top, y2: split.box.bottom, stroke: "var(--ink)", "stroke-width": 2, "stroke-dasharray": "7 5" });
  const sides = [words(0, split.box.top + 18, "← negative", { anchor: "end", halo: 3 }), words(0, split.box.top + 18, "positive →", { halo: 3 })];
  split.over.append(s("line", { x1: split.box.left, x2: split.box.right, y1: split.y(0), y2: split.y(0), stroke: "var(--ink)" }), wall, ...sides,
    words(split.box.right - 8, split.box.top + 44, "▲ diabetic, up", { anchor: "end", halo: 4 }),
    words(split.box.right - 8, split.box.bottom - 10, "● healthy, down", { anchor: "end", halo: 4 }));

  const cell = (style) => h("td", { style: `padding:4px 12px;text-align:right;font-weight:600;${style}` });
  const cells = { tp: cell("background:#c6eadf"), fn: cell("background:#fbd9c4"), fp: cell("background:#fbd9c4"), tn: cell("background:#c6eadf") };
  const head = (text, scope) => h("th", { scope, style: "padding:4px 12px;text-align:left;font-weight:400" }, text);
  const table = h("table", { style: "border-collapse:collapse;margin:4px 0", "aria-label": "confusion counts" },
    h("tr", {}, head("", "col"), head("predicted positive", "col"), head("predicted negative", "col")),
    h("tr", {}, head("diabetic", "row"), cells.tp, cells.fn),
    h("tr", {}, head("healthy", "row"), cells.fp, cells.tn));
  const names = { tp: "found", fn: "missed", fp: "false alarms", tn: "left in peace" };

  function show(threshold) {
    const counts = countsAt(y, p, threshold), { tp, fp, fn, tn } = counts;
    for (const key of Object.keys(cells)) cells[key].textContent = `${counts[key]} ${names[key]}`;
    const recall = tp / (tp + fn), alarmed = fp / (fp + tn);
    point.setAttribute("cx", curve.x(alarmed));
    point.setAttribute("cy", curve.y(recall));
    const at = split.x(threshold);
    for (const end of ["x1", "x2"]) wall.setAttribute(end, at);
    sides[0].setAttribute("x", at - 6);
    sides[1].setAttribute("x", at + 6);
    sides[0].style.display = threshold < 0.28 ? "none" : "";
    sides[1].style.display = threshold > 0.72 ? "none" : "";
    bars.forEach((row) => row.forEach((bar, i) => bar.setAttribute("opacity", (i + 0.5) / bins >= threshold ? 1 : 0.45)));
    const precise = tp + fp ? `Precision ${(tp / (tp + fp)).toFixed(2)}: that share of the alarms is right.`
      : "No precision: nobody is alarmed.";
    say.textContent = `Recall ${recall.toFixed(2)}: that share of the diabetic is found. ${precise} `
      + `Specificity ${(1 - alarmed).toFixed(2)}: that share of the healthy is left in peace.`;
  }
  const threshold = slider({ name: "threshold", min: 0, max: 1, step: 0.005, value: data.threshold,
    show: (v) => v.toFixed(3), input: show });
  root.append(row(threshold.node), sideBySide(curve, split), row(table), say);
  show(data.threshold); // exactly, where the slider stands on its nearest mark
}
