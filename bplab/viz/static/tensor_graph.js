// The graph of a tensor expression: shapes, and entries as tiles; values forward, gradients back.

function draw(root, data) {
  const wide = 132, high = 116, box = { w: 106, h: 92 };
  const [columns, rows] = data.size;
  const gutter = 28, px = ([x, y]) => [x * wide + box.w / 2 + gutter, y * high + box.h / 2 + 8];
  const width = (columns - 1) * wide + box.w + 2 * gutter, height = (rows - 1) * high + box.h + 16;
  const svg = s("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": data.alt,
    style: `min-width:${Math.min(width, columns * 100)}px;max-width:${width * 1.1}px` });
  const edges = data.edges.map((edge) => {
    const runs = edge.runs.map((points) => bends(points.map(px), box.w / 2));
    const turns = edge.turns.map((points) => `M${points.map(px).join("L")}`);
    const line = s("path", { d: [...runs, ...turns].join(""), fill: "none", "stroke-width": 2,
      "stroke-linejoin": "round" });
    svg.append(line);
    return { ...edge, line };
  });
  const nodes = data.nodes.map((node, i) => {
    if (!data.at[i]) return null;
    const [x, y] = px(data.at[i]);
    const frame = s("rect", { x: x - box.w / 2, y: y - box.h / 2, width: box.w, height: box.h, rx: 7 });
    const value = entries(node.value, node.numbers[0], x - 25, y + 2, "var(--value)");
    const grad = entries(node.gradient, node.numbers[1], x + 25, y + 2, "var(--gradient)");
    svg.append(s("g", {}, frame,
      words(x, y - 30, `${node.name} ${node.sign}`.trim(), { anchor: "middle", size: 14.5, weight: 600 }),
      value, grad,
      words(x, y + 39, node.shape, { anchor: "middle", size: 14.5, color: "var(--muted)" })));
    return { frame, value, grad };
  });

  const last = data.steps.length - 1;
  const say = voice(), count = h("span", { class: "quiet" }), badge = h("span", { class: "badge" });
  say.style.minHeight = "2.9em";
  const stage = h("div", { style: "overflow-x:auto;padding:2px 0" }, svg);
  let now = 0;

  function show(step) {
    now = Math.max(0, Math.min(last, step));
    const current = data.steps[now];
    const known = new Set(data.steps.slice(0, now + 1).flatMap((one) => one.values));
    const blamed = new Set(current.gradients);
    data.nodes.forEach((node, i) => {
      if (!nodes[i]) return;
      const focus = current.focus === i;
      nodes[i].value.style.visibility = known.has(i) ? "visible" : "hidden";
      nodes[i].grad.style.visibility = blamed.has(i) ? "visible" : "hidden";
      fill(nodes[i].frame, {
        fill: focus ? (current.way === "forward" ? "#cfe5f2" : "#fbdcc6") : node.parents.length ? "#f1f6fa" : "var(--paper)",
        stroke: focus ? `var(--${current.way})` : "var(--ink)", "stroke-width": focus ? 3 : 1.3,
      }, []);
    });
    for (const edge of edges) {
      const paint = edge.to === current.focus && now > 0;
      fill(edge.line, { stroke: paint ? `var(--${current.way})` : "#9aa4ae", "stroke-width": paint ? 3.5 : 1.8 }, []);
    }
    if (current.focus !== null && data.at[current.focus]) {
      const [x] = px(data.at[current.focus]), scale = svg.getBoundingClientRect().width / width;
      stage.scrollLeft = x * scale - stage.clientWidth / 2;
    }
    badge.textContent = current.way === "forward" ? "forward →" : "← backward";
    badge.style.background = current.way === "forward" ? "var(--forward)" : "var(--gradient)";
    count.textContent = `step ${now} of ${last}`;
    say.textContent = current.say;
    controls.refresh();
  }
  const controls = stepButtons(() => now, last, show);
  const wider = h("p", { class: "quiet", style: "margin:2px 0 0" });
  new ResizeObserver(() => {
    const cut = stage.scrollWidth > stage.clientWidth + 1;
    wider.textContent = cut ? "The drawing is wider than the page: scroll it sideways, or step." : "";
  }).observe(stage);
  root.append(row(...controls.nodes, badge, count), stage, wider, say,
    h("p", { class: "quiet", style: "margin:2px 0 0" },
      "Tiles: entries, blue below zero, vermilion above, the largest of each array darkest. Left: values. ",
      h("b", { style: "color:var(--gradient)" }, "Right: gradients."), " Arrow keys step, too."));
  root.addEventListener("keydown", (event) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    show(now + by);
  });
  show(0);
}

// An array as tiles around a point, or its number if it has only one entry.
function entries(tiles, number, x, y, color) {
  if (number) return s("g", {}, words(x, y + 5, number, { anchor: "middle", size: 14.5, color, weight: 600 }));
  const columns = tiles[0].length, cell = Math.min(42 / columns, 40 / tiles.length);
  const left = x - (cell * columns) / 2, top = y - (cell * tiles.length) / 2;
  return s("g", {}, tiles.flatMap((line, i) => line.map((entry, j) => s("rect", {
    x: left + j * cell, y: top + i * cell, width: cell - 0.6, height: cell - 0.6, fill: shade(entry) }))));
}

function shade(entry) {
  const [r, g, b] = entry < 0 ? [0, 114, 178] : [213, 94, 0], part = 0.08 + 0.92 * Math.abs(entry);
  const mixed = [r, g, b].map((c) => Math.round(255 + (c - 255) * part));
  return `rgb(${mixed.join(",")})`;
}

// A smooth way from the right side of a box, past the stations of an edge, to the left of another.
function bends(points, half) {
  let d = `M${points[0][0] + half},${points[0][1]}`, [fx, fy] = [points[0][0] + half, points[0][1]];
  points.slice(1).forEach(([x, y], i) => {
    const to = x - half, middle = (fx + to) / 2;
    d += `C${middle},${fy} ${middle},${y} ${to},${y}`;
    if (i < points.length - 2) d += `L${x + half},${y}`;
    [fx, fy] = [x + half, y];
  });
  return d;
}
