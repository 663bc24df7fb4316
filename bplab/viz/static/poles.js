// Two carts with poles, side by side: one before learning, one after.

function draw(root, data) {
  const W = 380, H = 210, floor = 168, scale = 66;  // pixels a metre
  const last = Math.max(...data.runs.map((run) => run.x.length)) - 1;
  const state = { step: data.start, playing: null };
  const say = voice();
  const stages = data.runs.map((run) => {
    const svg = s("svg", { viewBox: `0 0 ${W} ${H}`, role: "img", "aria-label": run.name, style: "max-width:520px" });
    const ends = [-2.4, 2.4].map((x) => s("line", { x1: W / 2 + x * scale, x2: W / 2 + x * scale, y1: floor - 26, y2: floor + 12,
      stroke: "var(--vermilion)", "stroke-width": 3 }));
    const cart = s("rect", { width: 46, height: 22, y: floor - 24, rx: 4, fill: "var(--blue)" });
    const pole = s("line", { stroke: "var(--orange)", "stroke-width": 8, "stroke-linecap": "round" });
    const push = s("path", { fill: "var(--ink)" });
    const count = words(W - 8, 22, "", { anchor: "end", weight: 700 });
    svg.append(s("line", { x1: 6, x2: W - 6, y1: floor, y2: floor, stroke: "var(--muted)", "stroke-width": 2 }), ...ends,
      pole, cart, push, words(8, 22, run.name, { weight: 700 }), count,
      ...[-2, -1, 0, 1, 2].map((x) => words(W / 2 + x * scale, floor + 30, `${num(x, 0)} m`, { anchor: "middle", color: "var(--muted)" })));
    return { svg, cart, pole, push, count };
  });

  function show() {
    data.runs.forEach((run, k) => {
      const at = Math.min(state.step, run.x.length - 1), fallen = state.step >= run.x.length - 1 && run.fell;
      const { cart, pole, push, count } = stages[k];
      const x = W / 2 + run.x[at] * scale, top = floor - 24, reach = 2 * run.length * scale;
      cart.setAttribute("x", x - 23);
      fill(pole, { x1: x, y1: top, x2: x + reach * Math.sin(run.angle[at]), y2: top - reach * Math.cos(run.angle[at]) }, []);
      pole.setAttribute("stroke", fallen ? "var(--vermilion)" : "var(--orange)");
      const way = run.push[at];
      push.setAttribute("d", fallen || !way ? "" : `M${x - way * 27},${floor - 13}l${-way * 22},0m${way * 22},0l${-way * 8},-6l0,12z`);
      push.setAttribute("stroke", "var(--ink)");
      count.textContent = fallen ? `down after ${run.x.length - 1} steps` : `step ${at}`;
    });
    const seconds = (0.02 * state.step).toFixed(1);
    say.textContent = `After ${seconds} s: ` + data.runs.map((run) => state.step >= run.x.length - 1
      ? `${run.name}: ${run.fell ? "it is over" : "still up at the end"}` : `${run.name}: up`).join("; ") + ".";
  }

  const bar = slider({ name: "step", min: 0, max: last, value: state.step, input: (v) => { state.step = v; show(); } });
  function stop() { clearInterval(state.playing); state.playing = null; play.textContent = "Play"; }
  const play = button("Play", () => {
    if (state.playing) { stop(); return; }
    if (state.step >= last) bar.set(0);
    play.textContent = "Pause";
    state.playing = setInterval(() => {
      if (!root.isConnected || state.step >= last) { stop(); return; }
      bar.set(Math.min(last, state.step + 1));
    }, 20);
  }, { class: "main" });
  root.append(row(play, bar.node), h("div", { class: "row" }, stages.map((stage) => h("div", { class: "grow" }, stage.svg))), say);
  show();
}
