// An expression graph: values appear on the way forward, gradients on the way back.

function draw(root, data) {
  const wide = 136, high = 86, box = { w: 88, h: 64 };
  const [columns, rows] = data.size;
  const px = ([x, y]) => [x * wide + box.w / 2 + 6, y * high + box.h / 2 + 8];
  const width = (columns - 1) * wide + box.w + 12, height = (rows - 1) * high + box.h + 16;
  const svg = s("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": data.alt,
    style: `max-width:${width * 1.15}px` });
  const edges = data.edges.map((edge) => {
    const line = s("path", { d: curve(edge.path.map(px), box.w / 2), fill: "none", "stroke-width": 2 });
    const label = words(0, 0, "", { anchor: "middle", size: 14.5, color: "var(--gradient)", weight: 600, halo: 2.5 });
    return { ...edge, line, label };
  });
  svg.append(...edges.map((edge) => edge.line));
  const nodes = data.nodes.map((node, i) => {
    if (!data.at[i]) return null;  // a constant, told in the head of the node that uses it
    const [x, y] = px(data.at[i]);
    const frame = s("rect", { x: x - box.w / 2, y: y - box.h / 2, width: box.w, height: box.h, rx: 7 });
    const value = words(x, y + 4, "", { anchor: "middle", size: 16, color: "var(--value)" });
    const grad = words(x, y + 24, "", { anchor: "middle", size: 16, color: "var(--gradient)", weight: 700 });
    svg.append(s("g", {}, frame,
      words(x, y - 14, `${node.name} ${node.sign}`.trim(), { anchor: "middle", size: 14.5, color: "var(--muted)" }),
      value, grad));
    return { frame, value, grad };
  });
  svg.append(...edges.map((edge) => edge.label));

  const last = data.steps.length - 1;
  const say = voice(), count = h("span", { class: "quiet" }), badge = h("span", { class: "badge" });
  say.style.minHeight = "2.9em";
  const { box: stage, node: drawing } = scrolled(svg, 0.73 * width);
  let now = 0;

  function show(step) {
    now = Math.max(0, Math.min(last, step));
    const current = data.steps[now];
    const known = new Set(data.steps.slice(0, now + 1).flatMap((one) => one.values));
    data.nodes.forEach((node, i) => {
      if (!nodes[i]) return;
      const focus = current.focus === i;
      nodes[i].value.textContent = known.has(i) ? short(node.data) : "";
      nodes[i].grad.textContent = i in current.sums ? short(current.sums[i]) : "";
      fill(nodes[i].frame, {
        fill: focus ? (current.way === "forward" ? "#cfe5f2" : "#fbdcc6") : node.parents.length ? "#f1f6fa" : "var(--paper)",
        stroke: focus ? `var(--${current.way})` : "var(--ink)", "stroke-width": focus ? 3 : 1.3,
      }, []);
    });
    for (const edge of edges) {
      const active = edge.to === current.focus && now > 0;
      const back = current.way === "backward";
      const seed = back && now > 0 && data.steps[now - 1].way === "forward";
      const paint = active && !seed;
      fill(edge.line, { stroke: paint ? `var(--${current.way})` : "#9aa4ae", "stroke-width": paint ? 3.5 : 1.8 }, []);
      edge.label.textContent = "";
      const slopes = data.nodes[edge.to].slopes;
      if (paint && back && slopes) {
        const parents = data.nodes[edge.to].parents;
        const total = parents.reduce((sum, p, k) => sum + (p === edge.from ? slopes[k] : 0), 0);
        const points = edge.path.map(px);
        const [ax, ay] = points[points.length - 2], [bx, by] = points[points.length - 1];
        edge.label.textContent = `×${short(total, 3)}`;
        fill(edge.label, { x: (ax + bx) / 2, y: (ay + by) / 2 + (Math.abs(ay - by) < 20 ? -7 : 5) }, []);
      }
    }
    if (current.focus !== null) {
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
  root.append(row(...controls.nodes, badge, count),
    drawing, say,
    h("p", { class: "quiet", style: "margin:2px 0 0" },
      "Black: values, forward. ", h("b", { style: "color:var(--gradient)" }, "Colored: gradients, backward."),
      " Arrow keys step, too."));
  root.addEventListener("keydown", (event) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    show(now + by);
  });
  show(0);
}

function short(x, digits = 4) {
  if (x === null || !Number.isFinite(x)) return num(x);
  if (x !== 0 && (Math.abs(x) >= 1e5 || Math.abs(x) < 1e-3)) return num(x, 3);
  return String(Number(x.toPrecision(digits))).replace("-", "−");
}

// A smooth way through the stations of an edge, from the right side of a box to the left of another;
// level where it passes a column, so that it stays clear of the boxes there.
function curve(points, half) {
  const p = points.flatMap(([x, y], i) => {
    if (i === 0) return [[x + half, y]];
    return i === points.length - 1 ? [[x - half, y]] : [[x - half, y], [x + half, y]];
  });
  let d = `M${p[0]}`;
  for (let i = 1; i < p.length; i++) {
    const middle = (p[i - 1][0] + p[i][0]) / 2;
    d += `C${middle},${p[i - 1][1]} ${middle},${p[i][1]} ${p[i]}`;
  }
  return d;
}
