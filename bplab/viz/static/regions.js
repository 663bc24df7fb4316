// Decision regions of a network with a slider through its training.

function draw(root, data) {
  const chart = plot({ x: data.view[0], y: data.view[1], width: 440, height: 420, left: 70,
    xLabel: data.features[0], yLabel: data.features[1], grid: false, label: data.alt });
  const map = s("image", { x: chart.box.left, y: chart.box.top, width: chart.box.right - chart.box.left,
    height: chart.box.bottom - chart.box.top, preserveAspectRatio: "none" });
  chart.layer.append(map, scatter(chart, data.X, data.y, data.classes, data.y.length < 30 ? 9 : 4.5));
  const last = data.epochs.length - 1, unit = data.unit[0].toUpperCase() + data.unit.slice(1);
  const time = plot({ x: [-0.02 * data.epochs[last], 1.04 * data.epochs[last] || 1],
    y: [0, 1.08 * Math.max(...data.losses)], width: 300, height: 420, title: "Loss", xLabel: data.unit, left: 56 });
  time.layer.append(s("path", { fill: "none", stroke: "var(--blue)", "stroke-width": 2,
    d: time.line(data.losses.map((loss, i) => [data.epochs[i], loss])) }));
  const here = s("circle", { r: 6, fill: "var(--blue)", stroke: "var(--paper)", "stroke-width": 1.5 });
  time.layer.append(here);
  const say = voice(), strong = data.classes.colors.map(rgb), seen = new Map();

  function picture(i) {
    if (!seen.has(i)) {
      const codes = unpack(data.maps[i]);
      seen.set(i, raster(data.side, data.side, (n) => {
        const sure = (codes[n] & 63) / 63, depth = sure < 0.03 ? 0 : 0.12 + 0.33 * sure;
        return strong[codes[n] >> 6].map((c) => 255 - depth * (255 - c));
      }));
    }
    return seen.get(i);
  }
  function show(i) {
    map.setAttribute("href", picture(i));
    here.setAttribute("cx", time.x(data.epochs[i]));
    here.setAttribute("cy", time.y(data.losses[i]));
    say.textContent = `${unit} ${data.epochs[i]}: loss ${num(data.losses[i])}, ${data.wrong[i]} of ${data.y.length} wrong.`;
  }
  const moment = slider({ name: data.unit, min: 0, max: last, value: last,
    show: (i) => String(data.epochs[i]), input: show });
  root.append(row(player(moment), moment.node, classLegend(data)), sideBySide(chart, time), say,
    h("p", { class: "quiet", style: "margin:2px 0 0" },
      "The tint is the network's answer; it pales where two classes are about equally likely."));
  show(last);
}
