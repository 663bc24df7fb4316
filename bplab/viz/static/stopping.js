// Training and validation curves; the patience slider moves the stopping point.

// Where early stopping keeps the weights and where it stops (null: never).
function earlyStop(losses, patience) {
  let best = 0, waited = 0;
  for (let epoch = 0; epoch < losses.length; epoch++) {
    if (epoch === 0 || losses[epoch] < losses[best]) [best, waited] = [epoch, 0];
    else waited += 1;
    if (waited >= patience) return [best, epoch];
  }
  return [best, null];
}

function draw(root, data) {
  const { train, validation } = data, last = train.length - 1;
  const all = [...train, ...validation].filter((v) => v !== null);
  const [low, high] = [Math.min(...all), Math.max(...all)], room = 0.06 * (high - low) || 0.1;
  const chart = plot({ x: [0, Math.max(1, last)], y: [Math.min(low - room, Math.max(0, low - room)), high + room],
    width: 640, height: 340, xLabel: "epoch", yLabel: "mean loss (nats)", label: "Training and validation loss by epoch" });
  const under = s("g"), over = s("g"), say = voice();
  const curve = (losses, look) => s("path", { d: chart.line(losses.map((v, i) => [i, v])), fill: "none", "stroke-width": 2.4, ...look });
  chart.layer.append(under, curve(train, { stroke: "var(--train)" }),
    curve(validation, { stroke: "var(--validation)", "stroke-dasharray": "9 5" }), over);
  const labels = s("g");
  chart.over.append(labels);

  function show(patience) {
    const [best, stop] = earlyStop(validation, patience);
    const band = (from, to, fill) => s("rect", { x: chart.x(from), width: Math.max(0, chart.x(to) - chart.x(from)),
      y: chart.box.top, height: chart.box.bottom - chart.box.top, fill });
    const stopAt = stop === null ? last : stop;
    under.replaceChildren(band(best, stopAt, "#faf4c4"), band(stopAt, last, "#e8ebee"));
    over.replaceChildren(
      stop === null ? "" : s("line", { x1: chart.x(stop), x2: chart.x(stop), y1: chart.box.top, y2: chart.box.bottom,
        stroke: "var(--ink)", "stroke-width": 2 }),
      s("circle", { cx: chart.x(best), cy: chart.y(validation[best]), r: 8, fill: "var(--yellow)", stroke: "var(--ink)", "stroke-width": 2 }));
    const side = chart.x(stopAt) > 430 ? ["end", -8] : ["start", 8];
    labels.replaceChildren(
      words(Math.max(chart.x(best), chart.box.left + 70), Math.min(chart.box.bottom - 8, chart.y(validation[best]) + 28), `kept: epoch ${best}`,
        { anchor: chart.x(best) > 540 ? "end" : "middle", weight: 700, halo: 2 }),
      words(chart.x(stopAt) + side[1], chart.box.top + 18, stop === null ? "never stops" : `stops after epoch ${stop}`,
        { anchor: side[0], halo: 2 }));
    say.textContent = stop === null
      ? `With patience ${patience} training runs to the end; the weights of epoch ${best} are kept, validation loss ${num(validation[best])}.`
      : `With patience ${patience} training stops after epoch ${stop} and keeps the weights of epoch ${best}: `
        + `validation loss ${num(validation[best])}, lowest of all ${num(Math.min(...validation))}. ${last - stop} epochs saved.`;
  }
  const patience = slider({ name: "patience (epochs)", min: 1,
    max: Math.max(2, Math.min(100, last)), value: data.patience, input: show });
  root.append(row(patience.node), legend([["var(--train)", "training"], ["var(--validation)", "validation", "9 5"]]), chart.svg, say);
  show(data.patience);
}


function legend(entries) {
  return row(entries.map(([color, text, dash]) => h("span", { style: "display:flex;align-items:center;gap:6px" },
    s("svg", { viewBox: "0 0 34 10", style: "width:34px", "aria-hidden": "true" },
      s("line", { x1: 0, x2: 34, y1: 5, y2: 5, stroke: color, "stroke-width": 3, "stroke-dasharray": dash })), text)));
}
