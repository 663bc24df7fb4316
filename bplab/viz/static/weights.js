// Histograms of weights: one slider through the strengths of weight decay.

function draw(root, data) {
  const stage = h("div"), say = voice(), { edges, counts, lams, sizes } = data;

  function show(index) {
    const top = Math.max(...counts[index]);
    const chart = plot({ x: [edges[0], edges[edges.length - 1]], y: [0, 1.08 * top], width: 820, height: 340,
      xLabel: "weight", yLabel: "number of weights", label: "Histogram of the weights" });
    counts[index].forEach((count, i) => chart.layer.append(s("rect", { x: chart.x(edges[i]), y: chart.y(count),
      width: Math.max(1, chart.x(edges[i + 1]) - chart.x(edges[i]) - 1), height: chart.y(0) - chart.y(count), fill: "var(--blue)" })));
    const first = counts[0].map((count, i) => [[edges[i], scaled(count)], [edges[i + 1], scaled(count)]]).flat();
    function scaled(count) { return (count / Math.max(...counts[0])) * top; }
    if (index) {
      chart.layer.append(s("path", { d: chart.line(first), fill: "none", stroke: "var(--ink)", "stroke-dasharray": "4 4" }));
      chart.over.append(words(chart.box.left + 12, chart.box.top + 18, `dashed: lam = ${lams[0]}, same height`));
    }
    chart.over.append(words(chart.box.right - 8, chart.box.top + 18, `typical size ${num(sizes[index], 2)}`, { anchor: "end", weight: 700 }));
    stage.replaceChildren(chart.svg);
    say.textContent = `lam = ${lams[index]}: the typical weight (root mean square) has size ${num(sizes[index])}`
      + (index ? `, ${num(sizes[index] / sizes[0], 2)} of that at lam = ${lams[0]}.` : ".");
  }
  const strength = slider({ name: "weight decay, lam", min: 0, max: lams.length - 1, value: 0,
    show: (i) => String(lams[i]), input: show });
  root.append(row(strength.node), stage, say);
  show(0);
}
