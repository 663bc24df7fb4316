// A filter that slides over an image: pixels under it, weights, products, and the map they make.

const CELL = 22, BOX = 52;

function draw(root, data) {
  const H = data.image.length, W = data.image[0].length, pad = data.pad;
  const state = { filter: 0, place: data.place };
  const K = data.filters[0].weights.length;
  const rows = H + 2 * pad - K + 1, columns = W + 2 * pad - K + 1;
  const pixel = (r, c) => (r < pad || c < pad || r >= H + pad || c >= W + pad ? 0 : data.image[r - pad][c - pad]);
  const wide = (W + 2 * pad) * CELL, tall = (H + 2 * pad) * CELL;
  const middle = wide + 24, right = middle + 2 * K * BOX + 44;
  const width = right + columns * CELL + 6, height = Math.max(tall + 36, 2 * K * BOX + 112);
  const top = 30;
  const svg = s("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": data.alt });
  const fixed = svg.appendChild(s("g")), ink = svg.appendChild(s("g"));
  const say = voice();

  for (let r = 0; r < H + 2 * pad; r++) for (let c = 0; c < W + 2 * pad; c++) {
    const margin = r < pad || c < pad || r >= H + pad || c >= W + pad;
    const cell = s("rect", { x: c * CELL, y: top + r * CELL, width: CELL, height: CELL, fill: shade(pixel(r, c)),
      stroke: "var(--grid)", "stroke-dasharray": margin ? "2 3" : null });
    cell.addEventListener("click", () => {
      const i = Math.min(Math.max(r - (K >> 1), 0), rows - 1), j = Math.min(Math.max(c - (K >> 1), 0), columns - 1);
      place.set(i * columns + j);
    });
    fixed.append(cell);
  }
  fixed.append(words(0, 18, "image, margin of zeros", { weight: 700 }));

  function value(filter, i, j) {
    let total = filter.bias;
    for (let u = 0; u < K; u++) for (let v = 0; v < K; v++) total += pixel(i + u, j + v) * filter.weights[u][v];
    return total;
  }

  function box(x, y, number, fill, strong) {
    return [s("rect", { x, y, width: BOX, height: BOX, fill, stroke: "var(--grid)" }),
      words(x + BOX / 2, y + BOX / 2 + 5, short(number), { anchor: "middle", weight: strong ? 700 : null,
        color: dark(fill) ? "var(--paper)" : "var(--ink)" })];
  }

  function show() {
    const filter = data.filters[state.filter];
    const i = Math.floor(state.place / columns), j = state.place % columns;
    const map = [...Array(rows).keys()].map((r) => [...Array(columns).keys()].map((c) => value(filter, r, c)));
    const reach = Math.max(...map.flat().map(Math.abs)) || 1;
    const drawn = [words(middle, 18, "pixels", { weight: 700 }), words(middle + K * BOX + 20, 18, "weights", { weight: 700 }),
      words(middle, top + K * BOX + 36, "products", { weight: 700 }),
      words(right, 18, "map", { weight: 700 })];
    const heavy = Math.max(...filter.weights.flat().map(Math.abs)) || 1;
    for (let u = 0; u < K; u++) for (let v = 0; v < K; v++) {
      const p = pixel(i + u, j + v), w = filter.weights[u][v];
      drawn.push(...box(middle + v * BOX, top + u * BOX, p, shade(p)),
        ...box(middle + K * BOX + 20 + v * BOX, top + u * BOX, w, signed(0.6 * w / heavy)),
        ...box(middle + v * BOX, top + (K + 1) * BOX + 6 + u * BOX, p * w, signed((0.6 * p * w) / heavy)));
    }
    const z = map[i][j], x = middle + K * BOX + 20, y = top + (K + 1) * BOX + 6;
    drawn.push(words(x, y + 26, "all added"), words(x, y + 50, `+ b = ${num(filter.bias, 2)}`),
      words(x, y + 86, `Z = ${num(z, 2)}`, { weight: 700, size: 19 }));
    for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) {
      const there = s("rect", { x: right + c * CELL, y: top + r * CELL, width: CELL, height: CELL,
        fill: signed(map[r][c] / reach), stroke: "var(--grid)" });
      there.addEventListener("click", () => place.set(r * columns + c));
      drawn.push(there);
    }
    drawn.push(s("rect", { x: j * CELL, y: top + i * CELL, width: K * CELL, height: K * CELL, fill: "none",
      stroke: "var(--vermilion)", "stroke-width": 3, "pointer-events": "none" }),
    s("rect", { x: right + j * CELL, y: top + i * CELL, width: CELL, height: CELL, fill: "none",
      stroke: "var(--vermilion)", "stroke-width": 3, "pointer-events": "none" }),
    words(right, top + rows * CELL + 24, "blue below 0,", { color: "var(--muted)" }),
    words(right, top + rows * CELL + 46, "orange above", { color: "var(--muted)" }));
    ink.replaceChildren(...drawn);
    say.textContent = `Row ${i}, column ${j} of the map: Z = ${num(z, 2)}. ${filter.says}`;
  }

  const place = slider({ name: "place", min: 0, max: rows * columns - 1, value: state.place,
    show: (v) => `(${Math.floor(v / columns)}, ${v % columns})`, input: (v) => { state.place = v; show(); } });
  const select = h("select", { "aria-label": "filter", onchange: (e) => { state.filter = Number(e.target.value); show(); } },
    data.filters.map((f, k) => h("option", { value: k }, f.name)));
  root.append(row(player(place), place.node), row(h("label", {}, "filter ", select)), svg, say);
  show();
}

// Two decimals where there are any.
function short(x) { return Number.isInteger(x) ? num(x, 0) : num(x, 2); }

function mix(a, b, t) { return `rgb(${a.map((v, k) => Math.round(v + (b[k] - v) * t)).join(",")})`; }
function shade(ink) { return mix([255, 255, 255], [31, 35, 40], Math.min(1, Math.max(0, ink))); }
function signed(t) {
  return t < 0 ? mix([255, 255, 255], [0, 114, 178], Math.min(1, -t)) : mix([255, 255, 255], [213, 94, 0], Math.min(1, t));
}
// Where white is the better read: below a luminance of 0.18.
function dark(fill) { return fill.match(/\d+/g).map(Number).reduce((a, b) => a + b) < 356; }
