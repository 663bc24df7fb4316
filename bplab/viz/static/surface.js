// The predicted probability over glucose and BMI at one age, with the patients of about that age.

function draw(root, data) {
  const { ages, glucoses, bmis } = data, say = voice();
  const chart = plot({ x: [glucoses[0], glucoses[1]], y: [bmis[0], bmis[1]], width: 700, height: 450, left: 66,
    xLabel: "glucose (mg/dl)", yLabel: "BMI (kg/m²)", grid: false, label: "Predicted probability over glucose and BMI, with patients" });
  const [rows, columns] = data.shape, grids = data.grids.map(unpack);
  // Entry (i, j) is the value at a grid point, so the image reaches half a cell beyond the axes.
  const cell = [(chart.x(glucoses[1]) - chart.x(glucoses[0])) / (columns - 1), (chart.y(bmis[0]) - chart.y(bmis[1])) / (rows - 1)];
  const image = s("image", { x: chart.x(glucoses[0]) - cell[0] / 2, y: chart.y(bmis[1]) - cell[1] / 2,
    width: cell[0] * columns, height: cell[1] * rows, preserveAspectRatio: "none" });
  const line = s("path", { fill: "none", stroke: "var(--ink)", "stroke-width": 2.6 });
  const [cold, warm] = [rgb("#7DB8DA"), rgb("#F2C464")];
  const tint = (t) => (t < 0.5 ? cold : warm).map((c) => 255 + (c - 255) * Math.abs(2 * t - 1));
  const people = data.X.map(([age, bmi, glucose], i) => {
    const node = marker(data.y[i], chart.x(glucose), chart.y(bmi), 4.6, { fill: data.classes.colors[data.y[i]],
      stroke: data.y[i] ? "var(--ink)" : "var(--paper)", "stroke-width": data.y[i] ? 0.7 : 1 });
    return { node, age };
  });
  chart.layer.append(image, line, s("g", {}, people.map((person) => person.node)));
  chart.over.append(words(chart.box.right - 8, chart.box.top + 20, `line: probability ${data.threshold}`, { anchor: "end",
    weight: 700, halo: 2 }));

  function show(index) {
    const grid = grids[index], age = ages[index];
    image.setAttribute("href", raster(rows, columns, (i) => tint(grid[(rows - 1 - Math.floor(i / columns)) * columns + (i % columns)] / 255)));
    line.setAttribute("d", data.lines[index].map((points) => chart.line(points)).join(""));
    let near = 0, wrong = 0;
    people.forEach(({ node, age: own }, i) => {
      const here = Math.abs(own - age) <= 5;
      node.style.display = here ? "" : "none";
      near += here;
      wrong += here && (data.p[i] >= data.threshold) !== (data.y[i] === 1);
    });
    say.textContent = `${near} patients within 5 years of age ${age}; the model is wrong about ${wrong} of them at this threshold.`;
  }
  const age = slider({ name: "age (years)", min: 0, max: ages.length - 1, value: data.start, show: (i) => String(ages[i]), input: show });
  root.append(row(age.node), h("div", { class: "row" }, key(data, tint)), chart.svg, say);
  show(data.start);
}

// Both classes, and the colors of the probability from 0 to 1.
function key(data, tint) {
  const stops = [0, 0.5, 1].map((t) => `rgb(${tint(t).join(",")})`).join(",");
  return [classLegend(data), h("span", { class: "quiet", style: "display:flex;align-items:center;gap:8px" }, "probability 0",
    h("span", { style: `width:140px;height:14px;border:1px solid var(--grid);background:linear-gradient(to right,${stops})` }), "1")];
}
