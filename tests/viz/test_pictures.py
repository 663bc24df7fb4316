"""The house style and the pictures of chapters 1 to 3: they speak, and show the right numbers."""

import base64
import io
import json
import re
import subprocess
import sys
import warnings

import numpy as np
import pytest

from bplab import data, nn, viz
from bplab.viz import regions, style, two_pass, widget

PATIENTS = np.random.default_rng(5).normal(size=(90, 2))
SICK = (PATIENTS @ [1.5, 1.0] + np.random.default_rng(6).normal(size=90) > 0).astype(int)


def network(widths, seed=2):
    rng = np.random.default_rng(seed)
    return [(W, b + rng.normal(0, 0.3, b.shape)) for W, b in nn.init_params(widths, rng)]


def two_neurons():
    x, w1, b1, w2, b2, y = map(nn.Value, (0.5, 0.8, -0.1, 1.2, 0.3, 1.0))
    loss = ((((x * w1 + b1).tanh()) * w2 + b2).tanh() - y) ** 2
    loss.backward()
    return viz.graph_stepper(loss, {"x": x, "w1": w1, "b1": b1, "w2": w2, "b2": b2, "y": y})


def xor_training():
    X, y = data.xor()
    history = [network((2, 3, 2))]
    for _ in range(40):
        history.append(nn.train_step(X, y, history[-1], 0.5)[0])
    return viz.decision_regions(X, y, history)


def chain_with_numbers():
    given = {"x": 2.0, "y": 1.0, "w1": 0.6, "b1": -0.2, "w2": -1.5, "b2": 0.5}
    values = nn.two_neuron_forward(**given)
    grads = nn.two_neuron_backward(2.0, 1.0, 0.6, -1.5, values)
    return viz.neuron_chain(values, grads, **given)


STATIC = {
    "neuron": lambda: viz.neuron_drawing([0.5, 0.3, 0.2], [0.4, 0.7, 0.2], 0.1, y=1),
    "linear neuron": lambda: viz.neuron_drawing([2], [0.5], y=4, kind="linear"),
    "six inputs": lambda: viz.neuron_drawing([1] * 6, [-0.1, 0.2, -0.3, 1, -2, 0.05], 3),
    "two neurons": viz.neuron_chain,
    "two neurons, both passes": chain_with_numbers,
    "activations": viz.activations,
    "sigmoid at": lambda: viz.activations("sigmoid", at=0.55),
    "neuron fit": lambda: viz.neuron_fit(PATIENTS[:, 0], SICK, 1.4, 0.2, name="glucose (scaled)"),
    "losses": lambda: viz.loss_curves({"a": [3, 2, 1], "b": [3, 1]}, marks={1: "stop"}, log=True),
    "gradient error": lambda: viz.gradient_error(np.tanh, nn.tanh_grad, 0.7),
}
INTERACTIVE = {
    "bowl": lambda: viz.loss_bowl(2.0, 4.0, 0.5, 0.1),
    "bowl from above": lambda: viz.loss_bowl(PATIENTS[:, 0], PATIENTS[:, 1], (-2, 1.5), 0.3),
    "sigmoid bowl": lambda: viz.loss_bowl(PATIENTS[:, 0], SICK, (-2, 2), 1.0, kind="sigmoid"),
    "decision line": lambda: viz.decision_line(
        PATIENTS, SICK, viz.neuron_history(PATIENTS, SICK, 0.5, 60), names=("healthy", "diabetic")
    ),
    "graph": two_neurons,
    "two passes": lambda: viz.two_pass_stepper(*data.xor(), network((2, 3, 2))),
    "three layers": lambda: viz.two_pass_stepper(
        np.random.default_rng(0).normal(size=(30, 3)), np.arange(30) % 3, network((3, 5, 4, 3))
    ),
    "regions": xor_training,
}
ALL = STATIC | INTERACTIVE


def test_importing_viz_loads_no_matplotlib():
    code = "import sys, bplab.viz; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_every_name_in_the_table_is_there_and_documented():
    for module, names in viz.MODULES.items():
        for name in names:
            found = getattr(viz, name)
            assert found.__doc__, f"{module}.{name} has no docstring"
            assert name in dir(viz)
    with pytest.raises(AttributeError, match="no attribute 'loss_bowel'"):
        viz.loss_bowel  # noqa: B018


@pytest.fixture(scope="module")
def drawn():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return {name: make() for name, make in ALL.items()}


@pytest.mark.parametrize("name", ALL)
def test_a_picture_has_alt_text_in_html_and_in_the_metadata_of_its_png(drawn, name):
    from PIL import Image

    shown = drawn[name]
    bundle, metadata = shown._repr_mimebundle_()
    assert len(shown.alt) > 40 and "nan" not in shown.alt
    assert metadata["image/png"]["alt"] == bundle["text/plain"] == shown.alt
    assert re.search(r'<img alt="[^"]{40,}" width="\d+"', bundle["text/html"])
    picture = Image.open(io.BytesIO(base64.b64decode(bundle["image/png"])))
    assert picture.width >= 1.5 * metadata["image/png"]["width"]
    assert len(shown.png) < 200_000


@pytest.mark.parametrize("name", ALL)
def test_text_is_large_enough_at_800_pixels_and_nothing_is_cut_off(drawn, name):
    shown = drawn[name]
    figure = (shown.picture if name in INTERACTIVE else shown).figure
    shrink = min(1, 8.0 / figure.get_figwidth())
    for text in figure.findobj(lambda artist: hasattr(artist, "get_fontsize")):
        pixels = text.get_fontsize() / 72 * 100 * shrink
        assert pixels >= 10 or not text.get_text().strip(), text.get_text()
    drawn_on, (width, height) = figure.get_tightbbox(), figure.get_size_inches()
    assert drawn_on.x0 > -0.01 and drawn_on.x1 < width + 0.01
    assert drawn_on.y0 > -0.01 and drawn_on.y1 < height + 0.01


@pytest.mark.parametrize("name", INTERACTIVE)
def test_an_interactive_picture_is_the_picture_and_a_script_in_its_place(drawn, name):
    shown = drawn[name]
    page = shown._repr_mimebundle_()[0]["text/html"]
    assert page.count("<script") == page.count("</script>") == 1
    assert (
        "http://" not in page.replace("http://www.w3.org/2000/svg", "") and "https://" not in page
    )
    assert len(json.dumps(shown.state, allow_nan=False)) < 250_000
    assert len(page) < 700_000


@pytest.mark.parametrize("name", INTERACTIVE)
def test_a_still_says_how_to_wake_it(drawn, name):
    page = drawn[name].html
    still = page[: page.index("<script")]
    assert re.search(r"Run this cell to (move|step|play)[\w ,]+\.", still)


def test_an_interactive_picture_is_an_anywidget_too(drawn):
    pytest.importorskip("anywidget")
    made = drawn["two passes"].widget()
    assert "application/vnd.jupyter.widget-view+json" in made._repr_mimebundle_()[0]
    assert made.data == drawn["two passes"].state
    assert "export default" in made._esm and "function draw(" in made._esm


def test_names_from_data_cannot_end_the_script():
    names = ("</script><b>", "<!-- & '\"")
    shown = viz.decision_line(PATIENTS, SICK, [(np.ones(2), 0.0)], names=names)
    assert shown.html.count("</script>") == 1 and "<b>" not in shown.html
    assert shown.state["names"] == list(names)
    assert viz.show(viz.figure()[0], alt='a "<b>" & c').html.startswith(
        '<img alt="a &quot;&lt;b&gt;&quot; &amp; c"'
    )


def test_show_wants_alt_text():
    fig, _ = viz.figure()
    with pytest.raises(ValueError, match="alt is empty"):
        viz.show(fig, alt=" ")


def test_exported_html_keeps_every_alt_text(drawn):
    nbformat, nbconvert = pytest.importorskip("nbformat"), pytest.importorskip("nbconvert")
    bundles = [drawn[name]._repr_mimebundle_() for name in ("neuron", "bowl")]
    outputs = [
        nbformat.v4.new_output("display_data", bundle, metadata=metadata)
        for bundle, metadata in bundles
    ]
    cell = nbformat.v4.new_code_cell("viz", outputs=outputs)
    page, _ = nbconvert.HTMLExporter().from_notebook_node(nbformat.v4.new_notebook(cells=[cell]))
    images = re.findall(r"<img[^>]*>", page, re.S)
    assert len(images) == 2
    assert "A neuron, 3 inputs" in images[0] and "Paths of gradient" in images[1]


def test_colors_of_text_stand_out_from_white():
    for color in (style.INK, style.MUTED, style.GRADIENT, style.BLUE):
        r, g, b = (int(color[i : i + 2], 16) / 255 for i in (1, 3, 5))
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (r, g, b)]
        luminance = np.dot(linear, (0.2126, 0.7152, 0.0722))
        assert 1.05 / (luminance + 0.05) >= 4.5, color  # WCAG 2.1, level AA


# ---- chapter 1 ----


def test_the_bowl_takes_the_seed_step_and_names_what_each_rate_does(drawn):
    state = drawn["bowl"].state
    run = state["runs"][state["chosen"]]
    assert state["rates"][state["chosen"]] == 0.1
    assert run["path"][0] == [0.5] and run["path"][1] == pytest.approx([1.7])
    assert run["losses"][0] == 9 and run["verdict"] == "converges"
    verdicts = dict(zip(state["rates"], (r["verdict"] for r in state["runs"]), strict=True))
    assert all(v == "diverges" for rate, v in verdicts.items() if rate > 0.2501)
    assert all(v != "diverges" for rate, v in verdicts.items() if rate < 0.2499)
    assert {"crawls", "converges", "bounces", "diverges"} == set(verdicts.values())
    for word in ("crawls", "converges", "diverges"):
        assert word in drawn["bowl"].alt


def test_the_bowl_s_paths_follow_the_reference_gradient(drawn):
    state, X = drawn["sigmoid bowl"].state, PATIENTS[:, :1]
    rate, run = state["rates"][10], state["runs"][10]
    w, b = np.array(run["path"][3][:1]), run["path"][3][1]
    a = nn.neuron_forward(X, w, b)
    assert run["losses"][3] == pytest.approx(nn.bce_loss(a, SICK))
    dw, db = nn.neuron_backward(X, a, SICK)
    assert run["path"][4] == pytest.approx([w[0] - rate * dw[0], b - rate * db])


def test_the_decision_line_tells_losses_and_errors_of_its_weights(drawn):
    state = drawn["decision line"].state
    for i in (0, 7, 60):
        a = nn.neuron_forward(PATIENTS, np.array(state["w"][i]), state["b"][i])
        assert state["losses"][i] == pytest.approx(nn.bce_loss(a, SICK))
        assert state["wrong"][i] == np.sum((a >= 0.5) != SICK)
    w, b, _ = nn.train_neuron(PATIENTS, SICK, 0.5, 60)
    assert state["w"][-1] == pytest.approx(w) and state["b"][-1] == pytest.approx(b)


def test_the_neuron_s_alt_text_has_the_seed_numbers(drawn):
    assert "0.55" in drawn["neuron"].alt and "0.4555" in drawn["neuron"].alt
    assert "= 1." in drawn["linear neuron"].alt and "loss 9." in drawn["linear neuron"].alt


# ---- chapter 2 ----


def test_the_two_neurons_are_drawn_with_the_numbers_of_both_passes(drawn):
    alt = drawn["two neurons, both passes"].alt
    assert "a1 = 0.7616" in alt and "loss = 0.4294" in alt and "dw1 = 0.373" in alt
    assert "Values" not in drawn["two neurons"].alt


def steps(shown):
    return [step["say"] for step in shown.state["steps"]]


def test_the_graph_adds_up_what_comes_along_two_ways():
    x = nn.Value(0.7)
    out = (x * x + x) * x
    out.backward()
    shown = viz.graph_stepper(out, {"x": x})
    assert shown.state["nodes"][0]["grad"] == pytest.approx(3 * 0.49 + 1.4)
    final = shown.state["steps"][-1]["sums"]
    assert final["0"] == pytest.approx(x.grad)
    assert "from before" in " ".join(steps(shown))
    assert len(shown.state["steps"]) == 1 + 3 + 1 + 3


def test_the_graph_without_backward_steps_forward_only():
    x = nn.Value(2.0)
    shown = viz.graph_stepper(x * 3 + 1, {"x": x})
    assert {step["way"] for step in shown.state["steps"]} == {"forward"}
    assert "call backward()" in steps(shown)[-1] and "v2 = v1 + 1 = 6 + 1 = 7" in steps(shown)[-1]


class Tape:
    """A learner's own: parents in a set, no record of the operation, a gradient overwritten."""

    def __init__(self, data, *made_from):
        self.data, self.grad, self._made_from = data, 0.0, set(made_from)


def test_the_graph_reads_any_class_and_says_where_its_gradient_is_wrong():
    a, b = Tape(3.0), Tape(4.0)
    product = Tape(12.0, a, b)
    total = Tape(15.0, product, a)
    total.grad, product.grad, a.grad, b.grad = 1.0, 1.0, 1.0, 3.0  # a's first share was lost
    shown = viz.graph_stepper(total, {"a": a, "b": b})
    assert {node["op"] for node in shown.state["nodes"]} == {"", "*", "+"}
    assert "(but its .grad is 1)" in " ".join(steps(shown))
    assert "b gets 1 × 3 = 3" in " ".join(steps(shown))


def test_the_graph_takes_pairs_of_value_and_slope_and_plain_nodes():
    class Pair:
        def __init__(self, data, grad, inputs=()):
            self.data, self.grad, self.inputs = data, grad, inputs

    x = Pair(0.5, 0.7)
    shown = viz.graph_stepper(Pair(9.0, 1.0, [(x, 0.7)]))
    assert shown.state["nodes"][1]["slopes"] == [0.7]
    nodes = [
        {"name": "x", "data": 2.0, "grad": 4.0, "parents": []},
        {"data": 4.0, "grad": 1.0, "op": "**2", "parents": [0]},
    ]
    assert "x gets 1 × 4 = 4" in " ".join(steps(viz.graph_stepper(nodes)))


@pytest.mark.parametrize("op", ["**", "^", "pow"])
def test_a_power_whose_class_keeps_no_exponent_is_written_with_it(op):
    nodes = [
        {"name": "x", "data": 3.0, "grad": 6.0, "parents": []},
        {"name": "y", "data": 9.0, "grad": 1.0, "op": op, "parents": [0]},
    ]
    told = " ".join(steps(viz.graph_stepper(nodes)))
    assert "y = x^2 = (3)^2 = 9" in told and "x gets 1 × 6 = 6" in told


def test_the_graph_refuses_what_cannot_be_read():
    x = nn.Value(1.0)
    for _ in range(45):
        x = x + 1
    with pytest.raises(ValueError, match="at most 40"):
        viz.graph_stepper(x)
    with pytest.raises(TypeError, match="has no .data"):
        viz.graph_stepper(3.5)


def test_boxes_of_a_graph_do_not_overlap(drawn):
    placed = [at for at in drawn["graph"].state["at"] if at is not None]
    for i, (x, y) in enumerate(placed):
        assert all(x != u or abs(y - v) > 0.99 for u, v in placed[:i])


def test_the_v_has_its_bottom_near_1e_5(drawn):
    centered, one_sided = re.findall(r"near h = ([\de.-]+)", drawn["gradient error"].alt)
    assert 1e-7 < float(centered) < 1e-4 and 1e-10 < float(one_sided) < 1e-6


# ---- chapter 3 ----


@pytest.mark.parametrize("kind", ["tanh", "relu", "sigmoid"])
def test_the_stepper_shows_the_learner_s_arrays(kind):
    rng = np.random.default_rng(1)
    X, y, params = rng.normal(size=(9, 3)), rng.integers(0, 3, 9), network((3, 5, 4, 3))
    seen = {}

    def forward(X, params, kind):
        P, cache = nn.mlp_forward(X, params, kind)
        seen.update(P=P, **cache)
        return P, cache

    def backward(P, y, cache, params, kind):
        seen["grads"] = nn.mlp_backward(P, y, cache, params, kind)
        return seen["grads"]

    state = viz.two_pass_stepper(X, y, params, forward, backward, kind).state
    np.testing.assert_array_equal(state["P"], seen["P"])
    for i in range(3):
        np.testing.assert_array_equal(state["Z"][i], seen["Z"][i])
        np.testing.assert_array_equal(state["A"][i], seen["A"][i])
        np.testing.assert_array_equal(state["dW"][i], seen["grads"][i][0])
        np.testing.assert_array_equal(state["db"][i], seen["grads"][i][1])
    assert state["doubts"] == {}
    assert state["loss"] == pytest.approx(nn.cross_entropy(seen["P"], y))


def test_the_steps_between_are_the_chain_rule(drawn):
    state, (X, y), params = drawn["two passes"].state, data.xor(), network((2, 3, 2))
    for n in range(4):
        for j in range(2):

            def loss(x, n=n, j=j):
                moved = X.copy()
                moved[n, j] = x
                return nn.cross_entropy(nn.mlp_forward(moved, params)[0], y)

            slope = nn.numerical_gradient(loss, np.array(X[n, j]))
            assert state["dA"][0][n][j] == pytest.approx(float(slope), abs=1e-8)


def test_the_stepper_passes_through_every_layer_and_back(drawn):
    keys = [f"{s['what']}{s['layer']}" for s in drawn["three layers"].state["steps"]]
    assert keys == ("X0 Z1 A1 Z2 A2 Z3 P3 loss3 dZ3 dW3 dA2 dZ2 dW2 dA1 dZ1 dW1 dX0".split())


def test_the_stepper_says_which_of_the_learner_s_arrays_is_off():
    X, y = data.xor()

    def averaged(P, y, cache, params, kind):
        return [(dW, db / 4) for dW, db in nn.mlp_backward(P, y, cache, params, kind)]

    def flat(P, y, cache, params, kind):
        return [(dW.ravel(), db) for dW, db in nn.mlp_backward(P, y, cache, params, kind)]

    shown = viz.two_pass_stepper(X, y, network((2, 3, 2)), backward=averaged)
    assert set(shown.state["doubts"]) == {"db1", "db2"}
    assert re.search(r"Your db2\[\d\] is .* the formula gives", shown.alt)
    shown = viz.two_pass_stepper(X, y, network((2, 3, 2)), backward=flat)
    assert shown.state["doubts"]["dW1"] == "Your dW1 has shape (6,); expected (2, 3)."


@pytest.mark.parametrize(
    "change, message",
    [
        ({"params": network((2, 7, 2))}, "at most 4 layers of 6 units"),
        ({"params": network((3, 3, 2))}, r"W1 must be \(2, 3\)"),
        ({"kind": "gelu"}, "gelu"),
        ({"example": 4}, "example must be one of the first 4"),
        ({"forward": lambda X, params, kind: (X, {"A": [X]})}, "list 'Z'"),
        ({"forward": lambda X, params, kind: (X, {"A": [X, X], "Z": [X]})}, "must hold 2 arrays"),
        ({"backward": lambda *a: None}, "must return a list of"),
        ({"backward": lambda *a: [(1, 2)]}, "must return 2 pairs"),
    ],
)
def test_the_stepper_says_what_it_cannot_draw(change, message):
    X, y = data.xor()
    arguments = {"X": X, "y": y, "params": network((2, 3, 2))} | change
    with pytest.raises((ValueError, KeyError), match=message):
        viz.two_pass_stepper(**arguments)


def test_the_stepper_leaves_its_arguments_alone():
    X, y = data.xor()
    params = network((2, 3, 2))
    before = [(W.copy(), b.copy()) for W, b in params]
    viz.two_pass_stepper(X, y, params)
    for (W, b), (V, c) in zip(params, before, strict=True):
        np.testing.assert_array_equal(W, V)
        np.testing.assert_array_equal(b, c)


@pytest.mark.parametrize(
    "x, text",
    [(0, "0"), (1.0, "1"), (-0.0, "0"), (0.55, "0.550"), (-0.0277, "−0.0277"), (0.0012, "0.0012"),
     (4.2e-4, "4.2e−4"), (-12.34, "−12.3"), (123456.0, "1.2e5"), (np.nan, "nan")],
)  # fmt: skip
def test_numbers_fit_their_cells(x, text):
    assert two_pass._f(x) == text and len(text) <= 7


def test_regions_are_the_network_s_answers(drawn):
    state, (X, y) = drawn["regions"].state, data.xor()
    codes = np.frombuffer(base64.b64decode(state["maps"][-1]), dtype=np.uint8)
    params = network((2, 3, 2))
    for _ in range(40):
        params, _ = nn.train_step(X, y, params, 0.5)
    grid = regions._squares(np.array(state["view"]), state["side"])
    P = nn.mlp_forward(grid, params)[0]
    assert np.array_equal(codes >> 6, P.argmax(axis=1))
    assert state["losses"][-1] == pytest.approx(nn.cross_entropy(nn.mlp_forward(X, params)[0], y))


def test_plain_knows_arrays_and_what_json_does_not():
    tree = {"a": np.array([1.0, np.nan]), 2: (np.float64(3), np.int64(4), np.inf)}
    assert widget.plain(tree) == {"a": [1.0, None], "2": [3.0, 4, None]}
