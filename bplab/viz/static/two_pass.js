// The two-pass stepper: a drawn network, forward through every layer and back again.

function draw(root, data) {
  const L = data.W.length, { columns, cell, loss, lanes, labels, width, height } = data.layout;
  const id = `bplab-tip-${Date.now().toString(36)}-${plots++}`;
  const half = cell.h / 2, last = data.steps.length - 1;
  const view = { step: 0, example: data.example, unit: data.widths.map(() => 0) };
  const svg = s("svg", { viewBox: `0 0 ${width} ${height}`, role: "group",
    "aria-label": "The network. Tab to a unit and press Enter for its formula." });
  const position = Object.fromEntries(data.steps.map((step, i) => [label(step), i]));
  const at = (key) => view.step >= position[key];

  // lanes: the two passes as arrows, every array a chip above or below its place
  const first = columns[0], right = loss.x + loss.w;
  for (const [k, color] of [[0, "var(--forward)"], [1, "var(--backward)"]]) {
    const [from, to] = k ? [right, first.x] : [first.x, right], sign = k ? 1 : -1;
    svg.append(s("path", { d: `M${from},${lanes[k]}H${to}m${sign * 10},-6l${-sign * 10},6l${sign * 10},6`,
      fill: "none", stroke: color, "stroke-width": 2.5 }));
  }
  svg.append(words(first.x, lanes[0] - 28, "forward: values", { color: "var(--forward)", weight: 700 }),
    words(right, lanes[1] - 22, "backward: gradients", { color: "var(--gradient)", weight: 700, anchor: "end" }));
  columns.slice(1).forEach((column, i) => svg.append(words(column.x + column.w / 2, lanes[0] - 28,
    i + 1 < L ? `hidden ${i + 1} (${data.kind})` : "output (softmax)", { anchor: "middle", color: "var(--muted)" })));
  const chips = data.steps.map((step, i) => chip(step, i));

  const tip = (way) => s("marker", { id: `${id}-${way}`, viewBox: "0 0 10 10", refX: 9, refY: 5, markerWidth: 15, markerHeight: 15,
    markerUnits: "userSpaceOnUse", orient: "auto-start-reverse" }, s("path", { d: "M0,0.5L10,5L0,9.5z", fill: `var(--${way})` }));
  svg.append(s("defs", {}, tip("forward"), tip("backward")));
  // An arrowhead in the direction of the pass: at the right end forward, at the left end backward.
  const point = (line, way) => {
    line.setAttribute("marker-end", way === "forward" ? `url(#${id}-forward)` : "none");
    line.setAttribute("marker-start", way === "backward" ? `url(#${id}-backward)` : "none");
  };

  // edges, then units over them
  const edges = [];
  for (let i = 0; i < L; i++) {
    const from = columns[i], to = columns[i + 1], x0 = from.x + from.w, x1 = to.x;
    const biggest = Math.max(1e-12, ...data.W[i].flat().map(Math.abs));
    from.y.forEach((u, j) => to.y.forEach((v, k) => {
      const line = s("line", { x1: x0, y1: u, x2: x1, y2: v });
      const place = (t) => [x0 + t * (x1 - x0), u + t * (v - u)];
      const [text, grad] = [0, 1].map(() => words(0, 0, "", { anchor: "middle", size: 14.5, halo: 2.5 }));
      grad.setAttribute("font-weight", 700);
      edges.push({ i, j, k, line, text, grad, place,
        size: Math.abs(data.W[i][j][k]) / biggest, negative: data.W[i][j][k] < 0 });
    }));
  }
  const toLoss = columns[L].y.map((y) => s("line", { x1: columns[L].x + columns[L].w, y1: y, x2: loss.x, y2: loss.y }));
  svg.append(...edges.map((edge) => edge.line), ...toLoss);
  svg.append(...edges.flatMap((edge) => [edge.text, edge.grad]));
  const units = columns.map((column, i) => column.y.map((y, k) => unit(column, i, k, y)));
  const box = lossBox();
  svg.append(...chips.map((one) => one.node));

  const count = h("span", { class: "quiet" }), badge = h("span", { class: "badge" });
  const formula = h("div", { "aria-live": "polite", style: "min-height:9.5em;margin-top:6px" });
  const arrays = h("div", { style: "display:flex;flex-wrap:wrap;gap:8px 26px;margin-top:6px" });
  const details = h("details", { ontoggle: () => show() }, h("summary", { style: "cursor:pointer" },
    "The whole arrays of this step"), arrays);
  const select = h("select", { "aria-label": "example", style: "max-width:270px;padding:4px 8px", onchange: () => { view.example = Number(select.value); show(); } },
    data.y.map((y, i) => h("option", { value: i, selected: i === data.example },
      `example ${i}: y = ${y}, x = (${data.A[0][i].map(f).join(", ")})`)));
  const controls = stepButtons(() => view.step, last, go);
  const drawing = scrolled(svg, 0.73 * width);
  root.append(row(...controls.nodes, badge, count, select),
    drawing.node, formula, details,
    h("p", { class: "quiet", style: "margin:6px 0 0" }, "Arrow keys: left and right step, up and down choose a unit. ",
      "Dashed edges are negative weights; thick ones are large."));
  root.addEventListener("keydown", (event) => {
    if (event.target === select || event.ctrlKey || event.metaKey || event.altKey) return;
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key], move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by) go(view.step + by);
    else if (move) choose(focusLayer(), (view.unit[focusLayer()] + move + data.widths[focusLayer()]) % data.widths[focusLayer()]);
    else return;
    event.preventDefault();
  });
  show();

  function go(step) { view.step = Math.max(0, Math.min(last, step)); show(); }
  function choose(layer, k) { view.unit[layer] = k; show(); }
  function focusLayer() { return data.steps[view.step].layer; }

  function chip(step, i) {
    const key = label(step), back = step.way === "backward";
    const column = columns[step.layer];
    const x = { loss: loss.x + loss.w / 2, X: column.x + column.w / 2, dX: column.x + column.w / 2,
      Z: column.x + column.w / 4, dZ: column.x + column.w / 4 }[step.what] ??
      (step.what === "dW" ? (columns[step.layer - 1].x + columns[step.layer - 1].w + column.x) / 2 : column.x + 0.75 * column.w);
    const text = step.what === "dW" ? `dW${step.layer} db${step.layer}` : key;
    const w = text.length * 9.5 + 12, y = lanes[back ? 1 : 0];
    const frame = s("rect", { x: x - w / 2, y: y - 14, width: w, height: 28, rx: 9, class: "ring" });
    const name = words(x, y + 5, text, { anchor: "middle", weight: 700 });
    const node = s("g", { tabindex: 0, role: "button", "aria-label": `go to ${text}`, style: "cursor:pointer",
      onclick: () => go(i), onkeydown: press(() => go(i)) }, frame, name);
    return { node, frame, name, back };
  }

  function unit(column, i, k, y) {
    const frame = s("rect", { x: column.x, y: y - half, width: column.w, height: cell.h, rx: 14, class: "ring" });
    const centers = i ? [column.x + column.w / 4, column.x + 0.75 * column.w] : [column.x + column.w / 2];
    const lit = s("rect", { y: y - half + 3, height: half - 4, rx: 8, fill: "none" });
    const texts = centers.map((x) => [words(x, y - 7, "", { anchor: "middle", size: 16, color: "var(--value)" }),
      words(x, y + 20, "", { anchor: "middle", size: 14.5, color: "var(--gradient)", weight: 700 })]);
    const under = i ? words(column.x + column.w / 2, y + half + 16, "", { anchor: "middle", size: 14.5 })
      : words(column.x + column.w / 2, y + half + 16, data.features[k], { anchor: "middle", size: 14.5, color: "var(--muted)" });
    const node = s("g", { tabindex: 0, role: "button", style: "cursor:pointer",
      onclick: () => visit(i, k), onkeydown: press(() => visit(i, k)) }, frame, lit,
      i ? s("line", { x1: column.x + column.w / 2, x2: column.x + column.w / 2, y1: y - half, y2: y + half, stroke: "var(--grid)" }) : null,
      ...texts.flat(), under);
    svg.append(node);
    return { node, frame, lit, texts, under, centers, y };
  }

  // A clicked unit is selected; if the step is about another layer, its own step is shown.
  function visit(i, k) {
    view.unit[i] = k;
    const step = data.steps[view.step];
    if (step.layer !== i) {
      const back = step.way === "backward" && (i || at("dX"));
      const key = i ? (back && at(`dZ${i}`) ? `dZ${i}` : `Z${i}`) : back ? "dX" : "X";
      view.step = position[key];
    }
    show();
  }

  function lossBox() {
    const frame = s("rect", { x: loss.x, y: loss.y - 46, width: loss.w, height: 92, rx: 8, fill: "#f6f8fa" });
    const texts = [0, 1, 2, 3].map((i) => words(loss.x + loss.w / 2, loss.y - 25 + 21 * i, "",
      { anchor: "middle", size: 15, weight: i === 3 ? 700 : 400 }));
    svg.append(frame, ...texts);
    return { frame, texts };
  }

  function show() {
    const step = data.steps[view.step], e = view.example, key = label(step), layer = step.layer;
    const way = `var(--${step.way})`;
    chips.forEach((one, i) => {
      const strong = one.back ? "var(--gradient)" : "var(--forward)";
      const reached = i <= view.step, here = i === view.step;
      fill(one.frame, { fill: here ? strong : "var(--paper)", stroke: reached ? strong : "#b6bec6",
        "stroke-width": here ? 2.5 : 1.4 }, []);
      one.name.setAttribute("fill", here ? "#fff" : reached ? strong : "var(--muted)");
    });
    for (const edge of edges) showEdge(edge, step, way);
    toLoss.forEach((line, k) => {
      const active = (key === "loss" && k === data.y[e]) || key === `dZ${L}`;
      fill(line, { stroke: active ? way : k === data.y[e] ? "var(--muted)" : "var(--grid)",
        "stroke-width": active ? 3 : 1.6 }, []);
      point(line, active && step.way);
    });
    units.forEach((column, i) => column.forEach((one, k) => showUnit(one, i, k, step, e)));
    const seen = at("loss"), y = data.y[e];
    fill(box.frame, { stroke: key === "loss" ? way : "var(--ink)", "stroke-width": key === "loss" ? 3 : 1.3 }, []);
    [`target y = ${y}`, seen ? `−ln ${f(data.P[e][y])}` : "", seen ? `= ${f(data.losses[e])}` : "",
      seen ? `mean ${f(data.loss)}` : "loss"].forEach((text, i) => { box.texts[i].textContent = text; });
    const here = columns[layer], middle = key === "loss" ? loss.x : step.what === "dW" ? here.x : here.x + here.w / 2;
    drawing.box.scrollLeft = (middle * svg.getBoundingClientRect().width) / width - drawing.box.clientWidth / 2;
    controls.refresh();
    badge.textContent = step.way === "forward" ? "forward →" : "← backward";
    badge.style.background = step.way === "forward" ? "var(--forward)" : "var(--gradient)";
    count.textContent = `step ${view.step} of ${last}`;
    tell(formula, step, e, view.unit[layer]);
    if (details.open) arrays.replaceChildren(...tables(step, e, view.unit[layer]));
  }

  function showEdge(edge, step, way) {
    const { i, j, k } = edge, layer = step.layer, chosen = view.unit;
    const into = (step.what === "Z" || step.what === "dW") && layer === i + 1;
    const out = (step.what === "dA" || step.what === "dX") && layer === i;
    const picked = (into && k === chosen[layer]) || (out && j === chosen[layer]);
    fill(edge.line, { stroke: picked ? way : into || out ? "#6b7680" : "#b6bec6",
      "stroke-width": (picked ? 2 : 1) + 2.4 * edge.size, "stroke-dasharray": edge.negative ? "7 4" : "none" }, []);
    point(edge.line, picked && step.way);
    // Numbers: all weights of the layers the pass has reached, where they fit; else the selected unit's.
    const t = labels[i] ? labels[i][j][k] : picked ? (out ? 0.5 : 0.42) : null;
    const known = t !== null && (labels[i] ? at(`Z${i + 1}`) : true);
    const [x, y] = edge.place(t ?? 0.5), graded = at(`dW${i + 1}`);
    const both = known && graded && (labels[i] || step.what === "dW");
    edge.text.textContent = known ? f(data.W[i][j][k]) : "";
    edge.grad.textContent = both ? f(data.dW[i]?.[j]?.[k]) : "";
    fill(edge.text, { x, y: both ? y - 3 : y + 5, fill: picked && step.way === "forward" ? "var(--forward)" : "var(--value)",
      "font-weight": picked ? 700 : 400 }, []);
    fill(edge.grad, { x, y: y + 13, fill: "var(--gradient)" }, []);
  }

  function showUnit(one, i, k, step, e) {
    const here = step.layer === i && step.what !== "loss", picked = here && view.unit[i] === k;
    fill(one.frame, { fill: picked ? "#fff9d6" : "var(--paper)", stroke: picked ? `var(--${step.way})` : "var(--ink)",
      "stroke-width": picked ? 3 : 1.3 }, []);
    const [z, a] = i ? one.texts : [null, one.texts[0]];
    const out = i === 0 ? "X" : i === L ? "P" : `A${i}`, blame = i === 0 ? "dX" : `dA${i}`;
    a[0].textContent = at(out) ? f(i === L ? data.P[e][k] : data.A[i][e][k]) : "";
    a[1].textContent = i < L && at(blame) ? f(data.dA[i][e][k]) : "";
    if (z) {
      z[0].textContent = at(`Z${i}`) ? f(data.Z[i - 1][e][k]) : "";
      z[1].textContent = at(`dZ${i}`) ? f(data.dZ[i - 1][e][k]) : "";
    }
    // Light the half-cells that this step fills.
    const slot = { Z: [0, 0], A: [1, 0], P: [1, 0], X: [0, 0], dZ: [0, 1], dA: [1, 1], dX: [0, 1] }[step.what];
    if (here && slot) {
      const wide = columns[i].w / one.centers.length;
      fill(one.lit, { x: columns[i].x + slot[0] * wide + 4, width: wide - 8,
        y: slot[1] ? one.y + 3 : one.y - half + 4, height: half - 8, fill: step.way === "forward" ? "#d6e9f5" : "#fde0cc" }, []);
    } else one.lit.setAttribute("fill", "none");
    if (i) {
      const graded = at(`dW${i}`);
      one.under.replaceChildren(...(at(`Z${i}`) ? [s("tspan", {}, `b ${f(data.b[i - 1][k])}`)] : []),
        ...(graded ? [s("tspan", { fill: "var(--gradient)", "font-weight": 700, dx: 10 }, `db ${f(data.db[i - 1]?.[k])}`)] : []));
    }
    const values = [at(`Z${i}`) && i ? `z ${f(data.Z[i - 1][e][k])}` : "", at(out) ? `output ${a[0].textContent}` : "",
      i && at(`dZ${i}`) ? `dZ ${f(data.dZ[i - 1][e][k])}` : ""].filter(Boolean).join(", ");
    one.node.setAttribute("aria-label", `${i === 0 ? "input" : i === L ? "output" : `hidden ${i}`} unit ${k}: ${values || "not computed yet"}`);
  }

  // -- formulas with the numbers put in ------------------------------------------------------

  function tell(element, step, e, k) {
    const { title, shapes, say, lines } = words_of(step, e, k);
    const mono = "font-family:ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace;font-size:14px";
    const doubt = [label(step), ...(step.what === "dW" ? [`db${step.layer}`] : [])].map((key) => data.doubts[key]).filter(Boolean);
    element.replaceChildren(
      h("div", {}, h("code", { style: `${mono};font-weight:700;font-size:15px;background:none;color:var(--${step.way === "forward" ? "forward" : "gradient"})` }, title),
        h("span", { class: "quiet", style: "margin-left:14px" }, shapes)),
      h("div", { style: "margin:2px 0 5px" }, say),
      ...lines.map((line) => h("div", { style: `${mono};padding-left:2ch;text-indent:-2ch;overflow-wrap:anywhere` }, line)),
      ...doubt.map((text) => h("div", { style: "margin-top:5px;padding:3px 8px;border-left:4px solid var(--vermilion);background:#fdf0e8" }, text)));
  }

  function words_of(step, e, k) {
    const i = step.layer, N = data.N, B = (x) => (x < 0 ? `(${f(x)})` : f(x));
    const into = i === 1 ? "X" : `A${i - 1}`, D = data.widths;
    const sum = (terms) => terms.join(" + "), strong = (x) => h("b", {}, f(x));
    switch (step.what) {
      case "X": return { title: "X", shapes: `(${N}, ${D[0]})`, lines: [],
        say: "One row of X is one example. It waits at the inputs; press Next." };
      case "Z": {
        const A = data.A[i - 1][e], W = data.W[i - 1];
        return { title: `Z${i} = ${into} @ W${i} + b${i}`, shapes: `(${N}, ${D[i - 1]}) @ (${D[i - 1]}, ${D[i]}) + (${D[i]},) → (${N}, ${D[i]})`,
          say: "Each unit weighs what comes in and adds its bias.",
          lines: [`Z${i}[${e},${k}] = ${sum(A.map((_, j) => `${into}[${e},${j}]·W${i}[${j},${k}]`))} + b${i}[${k}]`,
            [`= ${sum(A.map((a, j) => `${B(a)}·${B(W[j][k])}`))} + ${B(data.b[i - 1][k])} = `, strong(data.Z[i - 1][e][k])]] };
      }
      case "A": {
        const z = data.Z[i - 1][e][k], rule = { tanh: `tanh(${f(z)})`, relu: `max(0, ${f(z)})`, sigmoid: `1 / (1 + e^${B(-z)})` }[data.kind];
        return { title: `A${i} = ${data.kind}(Z${i})`, shapes: `(${N}, ${D[i]})`, say: "The activation, unit by unit.",
          lines: [[`A${i}[${e},${k}] = ${rule} = `, strong(data.A[i][e][k])]] };
      }
      case "P": {
        const z = data.Z[L - 1][e];
        return { title: `P = softmax(Z${L})`, shapes: `(${N}, ${D[L]})`, say: "Scores become probabilities; every row adds up to 1.",
          lines: [`P[${e},${k}] = e^Z${L}[${e},${k}] / (${sum(z.map((_, m) => `e^Z${L}[${e},${m}]`))})`,
            [`= ${f(Math.exp(z[k]))} / (${sum(z.map((v) => f(Math.exp(v))))}) = `, strong(data.P[e][k])]] };
      }
      case "loss": {
        const y = data.y[e];
        return { title: "loss = mean(−ln P[i, y[i]])", shapes: `over ${N} examples`,
          say: `Only the probability of the right class, ${data.outputs[y]}, counts. Here the way back begins.`,
          lines: [[`−ln P[${e},${y}] = −ln ${f(data.P[e][y])} = `, strong(data.losses[e]), `;  the mean over all ${N} examples is `, strong(data.loss)]] };
      }
      case "dZ": {
        if (i === L) {
          const hit = data.y[e] === k ? 1 : 0;
          return { title: `dZ${L} = (P − onehot(y)) / N`, shapes: `(${N}, ${D[L]})`,
            say: hit ? "The right class: its score should rise, so its gradient is negative." : "A wrong class: its score should fall, so its gradient is positive.",
            lines: [[`dZ${L}[${e},${k}] = (P[${e},${k}] − ${hit}) / N = (${f(data.P[e][k])} − ${hit}) / ${N} = `, strong(data.dZ[L - 1][e][k])]] };
        }
        const z = data.Z[i - 1][e][k], a = data.A[i][e][k], g = data.dA[i][e][k];
        const [rule, slope] = { tanh: [`(1 − A${i}²)`, `(1 − ${B(a)}²)`], sigmoid: [`A${i} * (1 − A${i})`, `${f(a)} · (1 − ${f(a)})`],
          relu: [`(Z${i} > 0)`, z > 0 ? "1" : "0"] }[data.kind];
        return { title: `dZ${i} = dA${i} * ${rule}`, shapes: `(${N}, ${D[i]})`, say: "Back through the activation: times its slope, unit by unit.",
          lines: [[`dZ${i}[${e},${k}] = ${f(g)} · ${slope} = `, strong(data.dZ[i - 1][e][k])]] };
      }
      case "dW": {
        const A = data.A[i - 1], dZ = data.dZ[i - 1], all = N <= 4;
        const total = (name, part, result) => [`${name} = `, all
          ? sum(A.map((_, n) => part(n)))
          : `… + ${part(e)} + …  (${N} rows)`, " = ", strong(result)];
        return { title: `dW${i} = ${into}.T @ dZ${i},   db${i} = dZ${i}.sum(axis=0)`, shapes: `(${D[i - 1]}, ${N}) @ (${N}, ${D[i]}) → (${D[i - 1]}, ${D[i]})`,
          say: "A weight's gradient: what came in, times the blame of the unit it feeds, added over all examples.",
          lines: [...data.W[i - 1].map((_, j) => total(`dW${i}[${j},${k}]`, (n) => `${B(A[n][j])}·${B(dZ[n][k])}`, data.dW[i - 1]?.[j]?.[k])),
            total(`db${i}[${k}]`, (n) => B(dZ[n][k]), data.db[i - 1]?.[k])] };
      }
      default: {  // dA, dX
        const name = i ? `dA${i}` : "dX", g = data.dZ[i][e], W = data.W[i][k], n = i + 1;
        return { title: `${name} = dZ${n} @ W${n}.T`, shapes: `(${N}, ${D[n]}) @ (${D[n]}, ${D[i]}) → (${N}, ${D[i]})`,
          say: i ? "The same weights, walked the other way: blame from every unit this one fed." : "How the loss would change with the input itself. The way back is done.",
          lines: [`${name}[${e},${k}] = ${sum(g.map((_, m) => `dZ${n}[${e},${m}]·W${n}[${k},${m}]`))}`,
            [`= ${sum(g.map((v, m) => `${B(v)}·${B(W[m])}`))} = `, strong(data.dA[i][e][k])]] };
      }
    }
  }

  // -- whole arrays --------------------------------------------------------------------------

  function tables(step, e, k) {
    const i = step.layer, into = i === 1 ? "X" : `A${i - 1}`, black = "var(--value)", red = "var(--gradient)";
    const t = (name, array, color, lit, rows) => table(name, array, color, lit, rows);
    const batch = (name, array, color, column) => t(name, array, color, (r, c) => r === e && (column === undefined || c === column), data.N);
    const out = i === L ? "P" : `A${i}`;
    switch (step.what) {
      case "X": return [batch("X", data.A[0], black)];
      case "Z": return [batch(into, data.A[i - 1], black), t(`W${i}`, data.W[i - 1], black, (r, c) => c === k),
        t(`b${i}`, [data.b[i - 1]], black, (r, c) => c === k), batch(`Z${i}`, data.Z[i - 1], black, k)];
      case "A": return [batch(`Z${i}`, data.Z[i - 1], black, k), batch(`A${i}`, data.A[i], black, k)];
      case "P": return [batch(`Z${L}`, data.Z[L - 1], black), batch("P", data.P, black, k)];
      case "loss": return [batch("P", data.P, black, data.y[e]), t("y", data.y.map((y) => [y]), black, (r) => r === e, data.N)];
      case "dZ": return i === L ? [batch("P", data.P, black, k), t("y", data.y.map((y) => [y]), black, (r) => r === e, data.N), batch(`dZ${L}`, data.dZ[L - 1], red, k)]
        : [batch(`dA${i}`, data.dA[i], red, k), batch(data.kind === "relu" ? `Z${i}` : out, data.kind === "relu" ? data.Z[i - 1] : data.A[i], black, k), batch(`dZ${i}`, data.dZ[i - 1], red, k)];
      case "dW": return [batch(into, data.A[i - 1], black), t(`dZ${i}`, data.dZ[i - 1], red, (r, c) => c === k, data.N),
        t(`dW${i}`, data.dW[i - 1], red, (r, c) => c === k), t(`db${i}`, [data.db[i - 1]], red, (r, c) => c === k)];
      default: return [batch(`dZ${i + 1}`, data.dZ[i], red), t(`W${i + 1}`, data.W[i], black, (r) => r === k),
        batch(i ? `dA${i}` : "dX", data.dA[i], red, k)];
    }
  }
}

function table(name, array, color, lit, rows) {
  const more = rows && rows > array.length ? h("tr", {}, h("td", { colspan: 9, class: "quiet" }, `… ${rows} rows`)) : null;
  const cell = "padding:1px 7px;text-align:right;font-variant-numeric:tabular-nums;border:0";
  return h("table", { style: `border-collapse:collapse;font-size:14px;margin:0;color:${color}` },
    h("caption", { style: "text-align:left;font-weight:700;padding:0 0 2px" }, name),
    array.map((line, r) => h("tr", { style: "background:none" }, line.map((x, c) =>
      h("td", { style: `${cell};${lit(r, c) ? "background:#fff3b0;font-weight:600" : "background:none"}` }, f(x))))), more);
}

function label(step) {
  if (["X", "P", "loss", "dX"].includes(step.what)) return step.what;
  return `${step.what}${step.layer}`;
}

function press(act) {
  return (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    act();
  };
}

// A number in at most seven characters (also in two_pass.py).
function f(x) {
  if (x === null || x === undefined || !Number.isFinite(x)) return "nan";
  const size = Math.abs(x);
  let text;
  if (Number.isInteger(x) && size < 1e5) text = String(x);
  else if (size < 1e-3 || size >= 1e4) {
    const [mantissa, power] = x.toExponential(1).split("e");
    text = `${mantissa}e${Number(power)}`;
  } else text = x.toFixed(size < 0.1 ? Math.min(4, 2 - Math.floor(Math.log10(size))) : size < 10 ? 3 : 1);
  return (Object.is(x, -0) ? "0" : text).replace(/-/g, "−");
}
