// The unrolled network: states forward, blame back, one moment at a time.

function draw(root, data) {
  const T = data.x.length, H = data.h0.length, last = 2 * T + 1;
  const state = { step: 0 }, say = voice(), place = h("div", {});
  const wide = 780, column = wide / (T + 1), line = 21;
  const mid = (t) => column * (t + 1.5);
  const top = 30, own = top + 26, box = own + H * line + 46, low = box + H * line + 44, under = low + 62;
  const ink = { size: 15 }, blame = { size: 15, color: "var(--gradient)" };
  const text2 = (v) => num(v, 2);

  function numbers(x, y, values, look) {
    return values.map((v, i) => words(x, y + i * line, text2(v), { anchor: "middle", ...look }));
  }
  function arrow(x1, y1, x2, y2, color) {
    const angle = Math.atan2(y2 - y1, x2 - x1), a = 8;
    const tip = [[x2, y2], ...[2.6, -2.6].map((d) => [x2 + a * Math.cos(angle + d), y2 + a * Math.sin(angle + d)])];
    return s("g", {}, s("line", { x1, y1, x2, y2, stroke: color, "stroke-width": 2 }),
      s("polygon", { points: tip.map((p) => p.join(",")).join(" "), fill: color }));
  }
  function list(values) { return `(${values.map(text2).join(", ")})`; }

  function show() {
    const k = state.step, seen = Math.min(k, T), back = Math.max(0, Math.min(k - T, T)), done = k > 2 * T;
    const first = T - back;  // the earliest moment blamed so far
    const svg = s("svg", { viewBox: `0 0 ${wide} ${under + H * line}`, role: "img",
      "aria-label": `Unrolled network, ${seen} of ${T} states made, ${back} of ${T} moments blamed` });
    svg.append(words(4, top, "from outside", { color: "var(--gradient)" }),
      words(4, low + 8, "inputs", {}), words(4, under - 25, "blame", { color: "var(--gradient)" }));
    for (let t = -1; t < T; t++) {
      const x = mid(t), made = t < seen, now = k >= 1 && k <= T ? t === k - 1 : k > T && !done && t === first;
      svg.append(words(x, box - 26, t < 0 ? "h₀" : `h${"₁₂₃₄₅₆"[t]}`, { anchor: "middle", weight: 700 }),
        s("rect", { x: x - column * 0.32, y: box - 20, width: column * 0.64, height: H * line + 12, rx: 8,
          fill: now ? "var(--highlight)" : "var(--paper)", stroke: made ? "var(--ink)" : "var(--grid)", "stroke-width": 1.6 }));
      if (made || t < 0) svg.append(...numbers(x, box, t < 0 ? data.h0 : data.h[t], ink));
      if (t < T - 1 && t + 1 < seen) svg.append(arrow(x + column * 0.34, box + 4, x + column * 0.64, box + 4, "var(--forward)"));
      if (t >= 0) {
        svg.append(...numbers(x, low + 8, [], ink), words(x, low + 8, data.x[t].map((v) => num(v, Number.isInteger(v) ? 0 : 2)).join("  "), { anchor: "middle", size: 15 }),
          ...numbers(x, own, data.own[t], { ...blame, weight: now && k > T ? 700 : undefined }));
        if (made) svg.append(arrow(x, low - 10, x, box + H * line - 4, "var(--forward)"));
        if (t >= first && k > T) svg.append(arrow(x, own + (H - 1) * line + 8, x, box - 42, "var(--backward)"),
          ...numbers(x, under, data.blame[t], { ...blame, weight: 700 }));
        if (t > first || done || (t === first && back === T)) svg.append(arrow(x - column * 0.36, under - 4, x - column * 0.64, under - 4, "var(--backward)"));
      }
    }
    if (done) svg.append(...numbers(mid(-1), under, data.dh0, { ...blame, weight: 700 }));
    place.replaceChildren(svg);
    if (k === 0) say.textContent = "The inputs wait below, the first state h₀ on the left. Next: one step forward.";
    else if (k <= T) say.textContent = `Forward, moment ${k}: h${"₁₂₃₄₅₆"[k - 1]} = tanh(x Wx + h${"₀₁₂₃₄₅"[k - 1]} Wh + b) = ${list(data.h[k - 1])}.`;
    else if (!done) {
      say.textContent = `Back, moment ${first + 1}: from outside ${list(data.own[first])} + from later ${list(data.later[first])} = ${list(data.blame[first])}. `
        + `The shares in dWh so far have length ${num(data.sums[first], 3)}.`;
    } else say.textContent = `What the first step sends back is dh₀ = ${list(data.dh0)}. dWh is the sum of ${T} shares, length ${num(data.sums[0], 3)}.`;
    buttons.refresh();
  }
  const go = (k) => { state.step = k; bar.bar.value = k; bar.set(k); };
  const buttons = stepButtons(() => state.step, last, go);
  const bar = slider({ name: "step", min: 0, max: last, value: 0, width: "8em",
    show: (k) => (k === 0 ? "start" : k <= T ? `forward ${k}` : k <= 2 * T ? `back ${2 * T + 1 - k}` : "h₀ blamed"),
    input: (k) => { state.step = k; show(); } });
  root.addEventListener("keydown", (event) => {
    if (event.target.type === "range") return;
    if (event.key === "ArrowRight") go(Math.min(last, state.step + 1));
    if (event.key === "ArrowLeft") go(Math.max(0, state.step - 1));
  });
  root.append(row(...buttons.nodes, bar.node), place, say);
  show();
}
