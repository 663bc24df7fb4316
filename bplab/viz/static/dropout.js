// A network under dropout: draw again, keep more or fewer, or look at it at test time.

function draw(root, data) {
  const { widths } = data, hidden = widths.slice(1, -1), W = 820, H = Math.max(300, 36 * Math.max(...widths) + 40);
  const place = widths.map((n, i) => [...Array(n).keys()].map((j) =>
    [60 + (i * (W - 120)) / (widths.length - 1), H / 2 + 12 + (j - (n - 1) / 2) * Math.min(60, (H - 60) / n)]));
  const state = { keep: data.keep, round: 0, test: false };
  const svg = s("svg", { viewBox: `0 0 ${W} ${H}`, role: "img", "aria-label": "A network; crossed units are switched off" }), say = voice();
  const names = widths.map((n, i) => i === 0 ? "inputs" : i === widths.length - 1 ? "output" : `hidden ${i}`);

  function masks() {
    const draws = data.u[state.round];
    let from = 0;
    return widths.map((n, i) => {
      if (i === 0 || i === widths.length - 1) return Array(n).fill(true);
      from += n;
      return draws.slice(from - n, from).map((u) => state.test || u < state.keep);
    });
  }
  function show() {
    const on = masks(), lines = s("g"), units = s("g");
    let d = "";
    for (let i = 0; i + 1 < widths.length; i++) {
      place[i].forEach(([x0, y0], a) => place[i + 1].forEach(([x1, y1], b) => {
        if (on[i][a] && on[i + 1][b]) d += `M${x0},${y0.toFixed(1)}L${x1},${y1.toFixed(1)}`;
      }));
    }
    lines.append(s("path", { d, stroke: "var(--sky)", fill: "none" }));
    place.forEach((layer, i) => {
      units.append(words(layer[0][0], 18, names[i], { anchor: "middle", weight: 700 }));
      layer.forEach(([x, y], j) => units.append(unit(x, y, on[i][j])));
    });
    svg.replaceChildren(lines, units);
    const flat = on.slice(1, -1).flat(), kept = flat.filter(Boolean).length;
    say.textContent = state.test
      ? "At test time every unit works and nothing is scaled."
      : `Draw ${state.round + 1}: ${kept} of ${flat.length} hidden units kept, their activations multiplied by 1 / ${num(state.keep, 2)} = ${num(1 / state.keep, 2)}.`;
  }
  function unit(x, y, alive) {
    if (alive) return s("circle", { cx: x, cy: y, r: 12, fill: "var(--blue)" });
    return s("g", {}, s("circle", { cx: x, cy: y, r: 12, fill: "var(--paper)", stroke: "var(--muted)", "stroke-dasharray": "3 3" }),
      s("path", { d: `M${x - 6},${y - 6}l12,12m0,-12l-12,12`, stroke: "var(--vermilion)", "stroke-width": 2.5 }));
  }
  const keep = slider({ name: "keep_prob", min: 0.05, max: 1, step: 0.05, value: data.keep, show: (v) => v.toFixed(2),
    input: (v) => { state.keep = v; show(); } });
  const again = button("Draw again", () => { state.round = (state.round + 1) % data.u.length; show(); }, { class: "main" });
  const test = h("input", { type: "checkbox", style: "width:18px;height:18px;margin:0 6px 0 0;vertical-align:-3px",
    onchange: (event) => { state.test = event.target.checked; again.disabled = keep.bar.disabled = state.test; show(); } });
  root.append(row(again, keep.node, h("label", {}, test, "test time")), svg, say);
  show();
}
