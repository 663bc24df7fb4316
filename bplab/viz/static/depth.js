// Signal and blame by layer: bars on a logarithmic scale.

function powerTicks(low, high) {
  const step = Math.max(1, Math.ceil((high - low) / 5));
  const found = [];
  for (let k = Math.ceil(low / step) * step; k <= high; k += step) {
    found.push({ value: k, text: k === 0 ? "1" : `1e${k}`.replace("-", "−") });
  }
  return found;
}

function bars(logs, color, title, label) {
  const low = Math.min(-2, Math.floor(Math.min(...logs)) - 1), high = Math.max(1, Math.ceil(Math.max(...logs)));
  const count = logs.length;
  const every = count > 20 ? 5 : 1;
  const xTicks = logs.map((_, i) => i + 1).filter((n) => n === 1 || n % every === 0).map((n) => ({ value: n, text: String(n) }));
  const chart = plot({ width: 760, height: 190, x: [0.3, count + 0.7], y: [low, high], title, grid: true,
    xTicks, yTicks: powerTicks(low, high), bottom: 40, left: 74, label });
  const width = (chart.x(1) - chart.x(0)) * 0.74;
  logs.forEach((value, i) => {
    const top = chart.y(value);
    chart.layer.append(s("rect", { x: chart.x(i + 1) - width / 2, y: top, width, height: Math.max(0, chart.y(low) - top), fill: color }));
  });
  chart.layer.append(s("line", { x1: chart.box.left, x2: chart.box.right, y1: chart.y(0), y2: chart.y(0), stroke: "var(--ink)" }));
  return chart.svg;
}

function draw(root, data) {
  const state = { depth: data.depth, kind: data.kind, step: data.step };
  const place = h("div", {}), say = voice();
  const shownSpread = (k) => 2 ** (k / 4);

  function show() {
    const k = data.steps.indexOf(state.step), depth = data.depths[state.depth];
    const signal = data.signal[state.kind][k].slice(0, depth - 1);
    const blame = data.blame[state.kind][k][state.depth];
    const power = (x) => (x <= data.floor ? "nothing at all" : num(10 ** x, 3));
    place.replaceChildren(
      bars(signal, "var(--forward)", "Signal: spread of the activations of each hidden layer", `Signal of ${depth - 1} hidden layers, log scale`),
      bars(blame, "var(--backward)", "Blame: size of dZ of each layer, output = 1", `Blame of ${depth} layers, log scale`));
    const factor = 10 ** ((signal[signal.length - 1] - signal[0]) / Math.max(1, signal.length - 1));
    const back = 10 ** ((blame[0] - blame[blame.length - 1]) / (depth - 1));
    say.textContent = `On average a layer multiplies the signal by ${num(factor, 2)} on its way up, and the blame by `
      + `${num(back, 2)} on its way down. What reaches the last hidden layer: ${power(signal[signal.length - 1])}; `
      + `what reaches layer 1 of the output's blame: ${power(blame[0])}.`;
    buttons.forEach((node, i) => { node.setAttribute("aria-pressed", i === state.kind); node.className = i === state.kind ? "main" : ""; });
  }
  const names = { tanh: "tanh", relu: "ReLU", sigmoid: "sigmoid" };
  const buttons = data.kinds.map((kind, i) => button(names[kind], () => { state.kind = i; show(); }));
  const depth = slider({ name: "layers", min: 0, max: data.depths.length - 1, value: state.depth,
    show: (i) => String(data.depths[i]), input: (i) => { state.depth = i; show(); } });
  const spread = slider({ name: "spread × √fan_in", min: data.steps[0], max: data.steps[data.steps.length - 1],
    value: state.step, width: "7em", show: (k) => {
      const mark = k === 0 ? " (Xavier)" : k === 2 ? " (He)" : "";
      return `${shownSpread(k).toFixed(2)}${mark}`;
    }, input: (k) => { state.step = k; show(); } });
  root.append(row(h("span", { class: "quiet" }, "activation"), ...buttons, depth.node), row(spread.node), place, say);
  show();
}
