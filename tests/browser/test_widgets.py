"""The widgets of chapters 1 to 3, and all steppers, in a real browser: stepped, moved, timed."""

import re

import numpy as np
import pytest

from bplab import data, nn, viz
from bplab.viz import two_pass_numbers

pytestmark = pytest.mark.browser

FAST = 500  # milliseconds that the page computes until it is painted


def network(widths, seed=2):
    rng = np.random.default_rng(seed)
    return [(W, b + rng.normal(0, 0.3, b.shape)) for W, b in nn.init_params(widths, rng)]


def expression():
    x, w, b = nn.Value(0.7), nn.Value(-1.5), nn.Value(0.2)
    out = (x * w + b).tanh() * x
    out.backward()
    return viz.graph_stepper(out, {"x": x, "w": w, "b": b, "out": out})


def expression_of_arrays():
    """Chapter 10's: too long for one row of boxes."""
    rng = np.random.default_rng(4)
    X, W1, b1, W2, y = (
        nn.Tensor(rng.normal(size=shape)) for shape in [(6, 3), (3, 4), (4,), (4, 1), (6, 1)]
    )
    loss = (((X @ W1 + b1).tanh() @ W2 - y) ** 2).mean()
    loss.backward()
    return viz.tensor_graph(loss, {"X": X, "W1": W1, "b1": b1, "W2": W2, "y": y, "loss": loss})


def spiral_training():
    X, y = data.spiral(40, 3)
    history = [network((2, 12, 3))]
    for _ in range(60):
        history.append(nn.train_step(X, y, history[-1], 0.5)[0])
    return viz.decision_regions(X, y, history)


X = np.random.default_rng(5).normal(size=(150, 2))
Y = (X @ [1.5, 1.0] + np.random.default_rng(6).normal(size=150) > 0).astype(int)
SLIDERS = {
    "bowl": (lambda: viz.loss_bowl(2.0, 4.0, 0.5, 0.1), "learning rate"),
    "bowl from above": (
        lambda: viz.loss_bowl(X[:, 0], X[:, 1], (-2, 1.5), 0.3),
        "learning rate",
    ),
    "decision line": (
        lambda: viz.decision_line(X, Y, viz.neuron_history(X, Y, 0.5, 200)),
        "epoch",
    ),
    "regions": (spiral_training, "epoch"),
}
STEPPERS = {
    "graph": expression,
    "graph of arrays": expression_of_arrays,
    "two passes": lambda: viz.two_pass_stepper(*data.xor(), network((2, 3, 2))),
    "three layers": lambda: viz.two_pass_stepper(
        np.random.default_rng(0).normal(size=(30, 3)), np.arange(30) % 3, network((3, 5, 4, 3))
    ),
}
ALL = {name: make for name, (make, _) in SLIDERS.items()} | STEPPERS


@pytest.mark.parametrize("name", SLIDERS)
def test_a_slider_redraws_at_once_and_is_quiet(stage, name):
    make, label = SLIDERS[name]
    shown = stage.show(make())
    bar = shown.get_by_role("slider", name=label)
    last = int(bar.get_attribute("max"))
    worst = stage.redraw_time(label, [0, 1, last // 3, last // 2, last - 1, last])
    assert worst < FAST
    assert not re.search(r"NaN|undefined|Infinity", shown.inner_html())
    assert not [url for url in stage.asked if not url.startswith(("about:", "blob:", "data:"))]


@pytest.mark.parametrize("name", SLIDERS)
def test_a_slider_moves_by_keyboard_and_says_what_it_shows(stage, name):
    make, label = SLIDERS[name]
    shown = stage.show(make())
    bar, said = shown.get_by_role("slider", name=label), shown.locator("[aria-live=polite]")
    for _ in range(1 + shown.get_by_role("button", name="Play").count()):  # Play comes before it
        stage.page.keyboard.press("Tab")
    assert bar.evaluate("node => node.matches(':focus')")
    bar.press("Home")
    first = said.inner_text()
    for _ in range(5):
        stage.page.keyboard.press("ArrowRight")
    assert said.inner_text() != first
    assert bar.get_attribute("aria-valuetext") in said.inner_text()


@pytest.mark.parametrize("name", ALL)
def test_drawings_are_labeled_and_fit_narrow_pages(stage, name):
    shown = stage.show(ALL[name]())
    for drawing in shown.locator("svg[viewBox]").all():
        assert drawing.get_attribute("aria-label") or drawing.evaluate(
            "node => node.closest('span')?.innerText.trim()"  # a marker in a legend
        )
    for width in (900, 560, 400):
        stage.page.set_viewport_size({"width": width, "height": 900})
        extra = stage.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert extra <= 0, f"{extra} pixels too wide at {width}"
    stage.sees_sliders_with_a_chart()


@pytest.mark.parametrize("name", ALL)
def test_on_paper_stands_the_whole_picture(stage, name):
    """A drawing is as the last click left it, and may be wider than the page; a picture is not."""
    made = ALL[name]()
    drawing = stage.show(made)
    picture = stage.page.get_by_alt_text(made.alt, exact=True)
    assert drawing.is_visible() and not picture.is_visible()
    stage.page.emulate_media(media="print")
    stage.page.set_viewport_size({"width": 560, "height": 900})
    assert picture.is_visible() and not drawing.is_visible()
    assert picture.evaluate("image => image.getBoundingClientRect().right") <= 560


@pytest.mark.parametrize("name", ["decision line", "regions"])
def test_epochs_play_from_the_start_to_the_end(stage, name):
    make, label = SLIDERS[name]
    shown = stage.show(make())
    stage.stop_the_clock()
    bar, play = shown.get_by_role("slider", name=label), shown.get_by_role("button", name="Play")
    last = bar.get_attribute("max")
    assert bar.input_value() == last
    play.click()
    pause = shown.get_by_role("button", name="Pause")
    assert pause.count() == 1 and bar.input_value() != last
    bar.fill(str(int(last) - 2))
    stage.after(2000)
    play.wait_for()  # it stops by itself
    assert bar.input_value() == last


def test_the_bowl_names_what_a_rate_does(stage):
    widget = viz.loss_bowl(2.0, 4.0, 0.5, 0.1)
    shown = stage.show(widget)
    bar, badge = shown.get_by_role("slider"), shown.locator(".badge")
    for i, run in enumerate(widget.state["runs"]):
        bar.fill(str(i))
        assert badge.inner_text() == run["verdict"]


# ---- steppers ----


@pytest.mark.parametrize("name", STEPPERS)
def test_a_stepper_goes_to_the_end_and_back_by_buttons_and_arrow_keys(stage, name):
    widget = STEPPERS[name]()
    shown, last = stage.show(widget), len(widget.state["steps"]) - 1
    count, said = shown.get_by_text("step 0 of"), shown.locator("[aria-live=polite]")
    texts = [said.inner_text()]
    step = shown.get_by_role("button", name="Next")
    for _ in range(last + 3):  # pressing on at the end does no harm
        step.click(force=True)
        texts.append(said.inner_text())
    assert shown.get_by_text(f"step {last} of {last}").count() == 1
    assert len(set(texts)) == last + 1
    for _ in range(last + 3):
        stage.page.keyboard.press("ArrowLeft")
    assert count.count() == 1 and said.inner_text() == texts[0]
    for i in range(1, last + 1):
        stage.page.keyboard.press("ArrowRight")
        assert said.inner_text() == texts[i]
    assert shown.get_by_role("button", name="Next").get_attribute("aria-disabled") == "true"
    assert not re.search(r"NaN|undefined|Infinity", shown.inner_html())


def test_a_drawing_wider_than_the_page_follows_the_step(stage):
    shown = stage.show(STEPPERS["three layers"]())
    stage.page.set_viewport_size({"width": 620, "height": 900})
    page = stage.page.locator(".bplab div[style*=overflow-x]").bounding_box()
    for name in ("go to X", "go to loss", "go to dW1 db1"):
        chip = shown.get_by_role("button", name=name, exact=True)
        chip.evaluate("node => node.dispatchEvent(new MouseEvent('click', { bubbles: true }))")
        at = chip.bounding_box()
        assert page["x"] <= at["x"] and at["x"] + at["width"] <= page["x"] + page["width"]


@pytest.mark.parametrize("name", STEPPERS)
def test_a_step_is_drawn_at_once(stage, name):
    step = stage.show(STEPPERS[name]()).get_by_role("button", name="Next")
    assert max(stage.computing(lambda: step.evaluate(CLICK)) for _ in range(10)) < FAST


CLICK = """async (next) => {
  next.click();
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));
}"""


def test_gradients_appear_only_on_the_way_back(stage):
    widget = expression()
    shown, colored = stage.show(widget), "text[fill='var(--gradient)'][font-weight='700']"
    written = lambda: [t for t in shown.locator(colored).all_text_contents() if t]  # noqa: E731
    forward = sum(step["way"] == "forward" for step in widget.state["steps"])
    for _ in range(forward - 1):
        shown.get_by_role("button", name="Next").click()
    assert written() == []
    shown.get_by_role("button", name="Next").click()
    assert written() == ["1"]
    shown.get_by_role("button", name="End").click()
    assert len(written()) == len(widget.state["nodes"])


def texts(shown):
    return [t for t in shown.locator("svg text").all_text_contents() if t]


@pytest.mark.parametrize("name", ["two passes", "three layers"])
def test_the_finished_passes_show_every_number_of_the_chosen_example(stage, name):
    widget = STEPPERS[name]()
    shown, state = stage.show(widget), widget.state
    for e in (0, 2):
        shown.get_by_label("example").select_option(str(e))
        shown.get_by_role("button", name="End").click()
        drawn = texts(shown)
        layers = [*state["Z"], *state["A"], state["P"], *state["dZ"], *state["dA"]]
        for array in layers:
            for value in array[e]:
                assert two_pass_numbers.short(value) in drawn
        for b, db in zip(sum(state["b"], []), sum(state["db"], []), strict=True):
            assert f"b {two_pass_numbers.short(b)}db {two_pass_numbers.short(db)}" in drawn
    if name == "two passes":  # few enough weights that all bear their numbers
        for value in np.concatenate([np.ravel(W) for W in state["W"] + state["dW"]]):
            assert two_pass_numbers.short(value) in drawn


def test_a_clicked_unit_shows_its_formula_with_the_numbers_put_in(stage):
    widget = STEPPERS["two passes"]()
    shown, state, f = stage.show(widget), widget.state, two_pass_numbers.short
    formula = shown.locator("[aria-live=polite]")
    shown.get_by_role("button", name="go to Z1").click()
    shown.get_by_role("button", name=re.compile("hidden 1 unit 2")).click()
    assert "Z1 = X @ W1 + b1" in formula.inner_text()
    assert "Z1[0,2] = X[0,0]·W1[0,2] + X[0,1]·W1[1,2] + b1[2]" in formula.inner_text()
    assert f(state["Z"][0][0][2]) in formula.inner_text()
    shown.get_by_role("button", name="go to dW2 db2").press("Enter")
    stage.page.keyboard.press("ArrowDown")
    assert "dW2[1,1]" in formula.inner_text() and f(state["dW"][1][1][1]) in formula.inner_text()
    shown.get_by_text("The whole arrays of this step").click()
    shown.locator("caption").nth(3).wait_for()
    assert shown.locator("caption").all_inner_texts() == ["A1", "dZ2", "dW2", "db2"]


def test_the_stepper_says_when_a_gradient_is_not_what_the_formula_gives(stage):
    def averaged(P, y, cache, params, kind):
        return [(dW, db / 4) for dW, db in nn.mlp_backward(P, y, cache, params, kind)]

    shown = stage.show(viz.two_pass_stepper(*data.xor(), network((2, 3, 2)), backward=averaged))
    shown.get_by_role("button", name="go to dW2 db2").click()
    assert re.search(r"Your db2\[\d\] is", shown.locator("[aria-live=polite]").inner_text())
    shown.get_by_role("button", name="go to dZ2").click()
    assert "Your" not in shown.locator("[aria-live=polite]").inner_text()


@pytest.mark.parametrize("seed", [0, 1])
def test_page_and_picture_write_numbers_alike(stage, seed):
    rng = np.random.default_rng(seed)
    numbers = np.concatenate([rng.normal(size=200) * 10 ** rng.uniform(-7, 6, 200), [0, -0.0, 1]])
    assert [stage.call("two_pass", "f(...a)", x) for x in numbers] == [
        two_pass_numbers.short(x) for x in numbers
    ]


# ---- in JupyterLab ----
