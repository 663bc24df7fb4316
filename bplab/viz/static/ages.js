// Blame against its age: a line a network, what is left at the age of the slider, and the moments
// themselves as tiles, dark where blame arrives.

function middle(values) {
  const sorted = [...values].sort((a, b) => a - b), half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

// Of a table of seeds and ages: lowest, middle and highest of each age.
function spread(table) {
  return table[0].map((_, age) => {
    const column = table.map((seed) => seed[age]);
    return [Math.min(...column), middle(column), Math.max(...column)];
  });
}

function powers(low, high) {
  const step = Math.max(1, Math.ceil((high - low) / 6)), found = [];
  for (let k = Math.ceil(low / step) * step; k <= high; k += step) {
    found.push({ value: k, text: k === 0 ? "1" : `1e${k}`.replace("-", "−") });
  }
  return found;
}

const TILE = 20, LINE = 26;

function draw(root, data) {
  const last = data.networks[0].tables[0][0].length - 1, count = data.networks.length;
  const state = { age: last, chosen: data.networks.map((network) => network.start) };
  const measured = data.networks.map((network) => network.tables.map(spread));
  const all = measured.flat(3), low = Math.floor(Math.min(-1, ...all)), high = Math.ceil(Math.max(0.3, ...all));
  const height = 270, chart = plot({ width: 760, height, left: 88, x: [-0.5, last + 0.5], y: [low, high], label: data.alt,
    xLabel: "age of the blame (steps)", yLabel: "size, at age 0 = 1", yTicks: powers(low, high) });
  chart.svg.setAttribute("viewBox", `0 0 760 ${height + 26 + LINE * count}`);
  const ink = chart.layer.appendChild(s("g")), tiles = chart.over.appendChild(s("g")), say = voice();
  const looks = data.networks.map((_, i) => ({ color: data.colors[i % data.colors.length], dash: [null, "9 5", "9 4 2 4", "2 4"][i % 4] }));
  const named = (i) => data.networks[i].name + (data.networks[i].settings ? ` ${data.networks[i].settings[state.chosen[i]]}` : "");
  const here = (i) => measured[i][state.chosen[i]];

  function line(i) {
    const points = here(i), { color, dash } = looks[i];
    const edge = [...points.map((p, age) => [age, p[2]]), ...points.map((p, age) => [age, p[0]]).reverse()];
    const at = points[state.age][1];
    return [s("path", { d: `${chart.line(edge)}Z`, fill: color, opacity: 0.13 }),
      s("path", { d: chart.line(points.map((p, age) => [age, p[1]])), fill: "none", stroke: color, "stroke-width": 2.6, "stroke-dasharray": dash }),
      marker(i, chart.x(state.age), chart.y(at), 7, { fill: color, stroke: "var(--paper)", "stroke-width": 1.5 })];
  }

  // One row a network: the moment of age 0 on the left, in step with the axis above.
  function row_(i) {
    const y = height + 22 + LINE * i, wide = chart.x(1) - chart.x(0);
    return [marker(i, 72, y + TILE / 2, 6, { fill: looks[i].color }), ...here(i).map((p, age) => s("rect", {
      x: chart.x(age) - wide / 2 + 0.5, y, width: Math.max(1, wide - 1), height: TILE, fill: looks[i].color,
      "fill-opacity": age > state.age ? 0 : Math.min(1, 10 ** p[1]).toFixed(3), stroke: "var(--grid)" }))];
  }

  function show() {
    ink.replaceChildren(s("line", { x1: chart.x(state.age), x2: chart.x(state.age), y1: chart.box.top, y2: chart.box.bottom,
      stroke: "var(--ink)", "stroke-dasharray": "3 4" }), ...data.networks.flatMap((_, i) => line(i)));
    tiles.replaceChildren(words(chart.box.left, height + 16, "blame that has arrived, on a plain scale: full color = as much as at age 0", {}),
      ...data.networks.flatMap((_, i) => row_(i)));
    say.textContent = `At age ${state.age}: ` + data.networks.map((_, i) => {
      const left = here(i)[state.age][1];
      if (left <= data.floor) return `${named(i)}: nothing at all`;
      const each = state.age ? `, ×\u00a0${num(10 ** (left / state.age), 2)} a step` : "";
      return `${named(i)}: ${num(10 ** left, 3)}${each}`;
    }).join("; ") + ".";
    signs.forEach((sign, i) => { sign.lastChild.textContent = ` ${named(i)}`; });
  }

  const signs = data.networks.map((_, i) => h("span", { style: "display:flex;align-items:center;gap:6px" },
    s("svg", { viewBox: "0 0 40 14", style: "width:40px", "aria-hidden": "true" },
      s("line", { x1: 0, x2: 40, y1: 7, y2: 7, stroke: looks[i].color, "stroke-width": 3, "stroke-dasharray": looks[i].dash }),
      marker(i, 20, 7, 5.5, { fill: looks[i].color })), h("span", {})));
  const age = slider({ name: "age (steps)", min: 0, max: last, value: last, input: (v) => { state.age = v; show(); } });
  const families = data.networks.flatMap((network, i) => (network.settings ? [slider({ name: network.name, min: 0,
    max: network.settings.length - 1, value: network.start, show: (k) => String(network.settings[k]),
    input: (k) => { state.chosen[i] = k; show(); } }).node] : []));
  root.append(row(player(age), age.node), ...(families.length ? [row(...families)] : []), row(...signs), chart.svg, say);
  show();
}
