"""The widgets of chapters 4 to 6 in a real browser: right numbers, fast, quiet, reachable."""

import re
from functools import cache

import numpy as np
import pytest

from bplab import nn, viz
from bplab.viz import overfitting, race, walks

pytestmark = pytest.mark.browser

FAST = 500  # milliseconds that the page computes until it is painted


def rng():
    return np.random.default_rng(3)


X = rng().normal([35, 32, 120], [11, 6, 30], (600, 3)).clip([19, 16, 60], [80, 58, 210])
Y = (rng().random(600) < 1 / (1 + np.exp(-(X[:, 2] - 130) / 15))).astype(int)


def risk(A):
    """A bent surface: log-odds with a product of two features."""
    A = np.asarray(A, dtype=float)
    z = (A[:, 2] - 125) / 22 + (A[:, 1] - 32) / 11 + (A[:, 0] - 35) * (A[:, 2] - 100) / 1800
    return 1 / (1 + np.exp(-z))


EPOCHS = np.arange(120)
FALLING = 0.1 + 0.6 * np.exp(-EPOCHS / 30)
TURNING = 0.45 + 0.25 * np.exp(-EPOCHS / 15) + 0.002 * EPOCHS + 0.02 * rng().normal(size=120)
DECAYED = {lam: rng().normal(0, s, 400) for lam, s in ((0, 1.0), (0.01, 0.4), (0.1, 0.1))}
LOSSES = np.array([np.exp(-np.arange(40) / tau) for tau in (4, 8, 12)])
GONE = np.where(np.arange(40) < 8, LOSSES, np.nan)
FADING, KEPT = 0.5 ** np.arange(40), np.full((3, 40), 0.9)

# widget, and what each of its sliders is moved to
WIDGETS = {
    "race": (
        viz.optimizer_race,
        {
            "learning rate of all": [-3, -1, -0.5, 0],
            "learning rate of Adam": [-2, -1],
            "β (momentum, Adam)": [0, 0.5, 0.99],
            "ρ (RMSProp)": [0, 0.99],
            "step": [0, 1, 50],
        },
    ),
    "ravine": (viz.ravine, {"learning rate": [0.005, 0.1, 0.2, 0.22]}),
    "clipping": (
        viz.clipping,
        {"direction of the gradient": [-180, 0, 90], "its length": [0, 4], "limit": [0.2, 3]},
    ),
    "annealing": (
        viz.annealing,
        {"first temperature T": [-2, 0.5, 1], "T shrinks each step by ×": [0.96, 1]},
    ),
    "stopping": (
        lambda: viz.stopping_point(FALLING, TURNING),
        {"patience (epochs)": [1, 5, 100]},
    ),
    "weights": (lambda: viz.weight_histograms(DECAYED), {"weight decay, lam": [1, 2, 0]}),
    "dropout": (viz.dropout_network, {"keep_prob": [0.05, 0.5, 1]}),
    "depth": (
        lambda: viz.signal_and_blame(nn.signal_by_layer, nn.blame_by_layer),
        {"layers": [0, 3, 6], "spread × √fan_in": [-8, 0, 8]},
    ),
    "thirty layers": (
        lambda: viz.thirty_layers({"none": LOSSES + 0.9, "a cure": LOSSES, "gone": GONE}),
        {"step": [0, 7, 39], "below a loss of": [0.02, 0.5, 1]},
    ),
    "blame by age": (
        lambda: viz.blame_by_age({"RNN, Wh x": {0.5: FADING**3, 1: FADING}, "LSTM": KEPT}),
        {"age (steps)": [0, 20, 39], "RNN, Wh x": [0, 1]},
    ),
    "through time": (
        lambda: viz.through_time(
            nn.rnn_step_forward,
            nn.rnn_step_backward,
            rng().normal(size=(1, 5, 2)),
            np.zeros((1, 2)),
            *(rng().normal(size=shape) for shape in ((2, 2), (2, 2), (2,), (1, 5, 2))),
        ),
        {"step": [0, 4, 8, 11]},
    ),
    "roc": (lambda: viz.roc(Y, risk(X)), {"threshold": [0, 0.3, 0.7, 1]}),
    "surface": (lambda: viz.probability_surface(risk, X, Y), {"age (years)": [0, 10, 20]}),
    "patient": (
        lambda: viz.one_patient(risk, X, Y),
        {"age (years)": [18, 90], "BMI (kg/m²)": [14, 66], "glucose (mg/dl)": [40, 304]},
    ),
}


@cache
def made(name):
    return WIDGETS[name][0]()


@pytest.mark.parametrize("name", WIDGETS)
def test_every_slider_redraws_at_once_and_is_quiet(stage, name):
    sliders = WIDGETS[name][1]
    shown = stage.show(made(name))
    labels = {bar.get_attribute("aria-label") for bar in shown.locator("input[type=range]").all()}
    assert set(sliders) <= labels and None not in labels
    times = {label: stage.redraw_time(label, values) for label, values in sliders.items()}
    assert max(times.values()) < FAST, times
    assert not re.search(r"NaN|undefined|Infinity", shown.inner_html())
    assert not [url for url in stage.asked if not url.startswith(("about:", "blob:", "data:"))]


@pytest.mark.parametrize("name", WIDGETS)
def test_drawings_are_labeled_and_nothing_sticks_out(stage, name):
    shown = stage.show(made(name))
    for drawing in shown.locator("svg").all():
        labeled = drawing.get_attribute("aria-label") or drawing.get_attribute("aria-hidden")
        assert labeled, "an SVG has neither a label nor is hidden from screen readers"
    assert shown.locator("[aria-live=polite]").first.inner_text().strip()
    for width in (860, 560, 400):
        stage.page.set_viewport_size({"width": width, "height": 900})
        extra = stage.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert extra <= 0, f"{extra} pixels too wide at {width}"
    stage.sees_sliders_with_a_chart()


@pytest.mark.parametrize("name", WIDGETS)
def test_the_keyboard_reaches_and_moves_the_first_slider(stage, name):
    shown = stage.show(made(name))
    bar = shown.locator("input[type=range]").first
    for _ in range(12):
        stage.page.keyboard.press("Tab")
        if bar.evaluate("node => node === node.getRootNode().activeElement"):
            break
    else:
        pytest.fail("Tab does not reach the first slider")
    before, start = bar.get_attribute("aria-valuetext"), bar.input_value()
    low = float(bar.get_attribute("min"))
    stage.page.keyboard.press("ArrowRight" if float(start) == low else "ArrowLeft")
    assert bar.get_attribute("aria-valuetext") != before


@pytest.mark.parametrize("name", ["ravine", "bowl", "saddle", "valleys"])
def test_the_race_runs_the_course_s_own_formulas(stage, name):
    field = race.surface(name)
    for rate, beta, rho in ((0.05, 0.9, 0.9), (0.013, 0.5, 0.99), (0.31, 0, 0)):
        options = {"rate": rate, "beta": beta, "rho": rho, "beta2": 0.999, "eps": 1e-8}
        for racer, path in race.race_paths(name, rate, 40, beta, rho).items():
            drawn = stage.call("race", "descend(...a)", racer, name, field.start, 40, options)
            np.testing.assert_allclose(drawn, path[: len(drawn)], rtol=1e-9, atol=1e-12)
            assert len(drawn) == 41 or np.abs(drawn[-1]).max() >= 1e6
    loss = stage.call("race", "SURFACES[a[0]].loss(a[1], a[2], a[3])", name, 0.3, -0.7, race._DEPTH)
    assert loss == pytest.approx(field.loss(np.array([0.3, -0.7])), rel=1e-12)


def test_the_race_plays_pauses_and_steps(stage):
    stage.stop_the_clock()
    shown = stage.show(viz.optimizer_race(steps=50))
    step = shown.get_by_label("step", exact=True)
    shown.get_by_role("button", name="Restart").click()
    assert step.input_value() == "0"
    shown.get_by_role("button", name="Play").click()
    stage.after(400)
    shown.get_by_role("button", name="Pause").click()
    stage.after(400)
    reached = int(step.input_value())
    assert 1 <= reached < 10
    shown.get_by_role("button", name="Step").click()
    assert int(step.input_value()) == reached + 1
    assert f"step {reached + 1}" in shown.locator("[aria-live]").inner_text()


def test_a_race_told_in_the_page_ends_where_the_picture_says(stage):
    widget = viz.optimizer_race("valleys", 0.05)
    told = stage.show(widget).locator("[aria-live]").inner_text()
    for racer, path in race.race_paths("valleys", 0.05).items():
        loss = race.surface("valleys").loss(path[-1])
        printed = re.search(rf"{race.RACERS[racer][0]} ([\d.e−-]+\d)", told).group(1)
        assert float(printed.replace("−", "-")) == pytest.approx(loss, abs=6e-4)


def test_clipping_in_the_page_is_the_course_s(stage):
    for g in ([3.0, 0.8], [-0.2, 0.1], [0.0, 0.0], [-4.0, -4.0]):
        ours = nn.clip_by_global_norm([np.array(g)], 1.0)[0][0]
        assert stage.call("clipping", "byNorm(a[0], a[1])", g, 1.0) == pytest.approx(list(ours))
        assert stage.call("clipping", "byValue(a[0], a[1])", g, 1.0) == list(np.clip(g, -1, 1))


@pytest.mark.parametrize("temperature", [0.02, 0.5, 3.0])
def test_the_walks_of_the_page_are_python_s(stage, temperature):
    jumps, u = walks.luck(2)
    for j, v in zip(jumps, u, strict=True):
        path = stage.call(
            "walks", "anneal(...a)", temperature, walks.COOLING, j, v, walks.START,
            (walks.LOW, walks.HIGH),
        )  # fmt: skip
        np.testing.assert_allclose(path, walks.anneal(temperature, j, v), atol=1e-9)


@pytest.mark.parametrize("patience", [1, 3, 10, 100])
def test_the_page_stops_where_python_stops(stage, patience):
    best, stop = stage.call("stopping", "earlyStop(...a)", TURNING, patience)
    assert (best, stop) == overfitting.early_stop(TURNING, patience)


@pytest.mark.parametrize("threshold", [0.0, 0.3, 0.5, 1.0])
def test_confusion_counts_of_the_page(stage, threshold):
    p = risk(X).round(2)  # with ties at the threshold
    assert stage.call("roc", "countsAt(...a)", Y, p, threshold) == nn.confusion_counts(
        Y, p, threshold
    )


def test_the_roc_slider_starts_exactly_at_its_threshold(stage):
    p = risk(X)
    threshold = nn.choose_threshold(Y, p, 0.9)
    shown = stage.show(viz.roc(Y, p, threshold))
    counts = nn.confusion_counts(Y, p, threshold)
    cells = shown.locator("td").all_inner_texts()
    assert [int(cell.split()[0]) for cell in cells] == [counts[k] for k in ("tp", "fn", "fp", "tn")]


def test_one_patient_is_told_what_the_model_says(stage):
    state = viz.one_patient(risk, X, Y).state
    some = rng().uniform([18, 14, 40], [90, 66, 304], (60, 3))
    grid = {key: state[key] for key in ("axes", "grid")}
    told = stage.call("patient", "a[1].map((one) => probability(a[0], one))", grid, some)
    np.testing.assert_allclose(told, risk(some), atol=0.01)
    start = stage.call("patient", "[probability(a[0], a[0].patient)]", state)
    np.testing.assert_allclose(start, risk(np.array([state["patient"]])), atol=3e-4)


def test_dropout_draws_again_and_rests_at_test_time(stage):
    shown = stage.show(viz.dropout_network(keep_prob=0.5))
    say = shown.locator("[aria-live]")
    first = say.inner_text()
    shown.get_by_role("button", name="Draw again").click()
    assert say.inner_text() != first
    shown.get_by_label("test time").check()
    assert "every unit works" in say.inner_text()


def test_thirty_layers_tell_how_soon_each_seed_is_below_the_chosen_loss(stage):
    shown = stage.show(made("thirty layers"))
    stage.redraw_time("below a loss of", [0.5])
    rows = [row.all_inner_texts() for row in (r.locator("td") for r in shown.locator("tr").all())]
    first = [int(np.argmax(run < 0.5)) for run in LOSSES]
    assert [row[1] for row in rows[1:3]] == ["never", f"{first[0]} to {first[-1]}"]
    assert rows[3] == ["nan", f"{first[0]} to {first[1]}, only 2 of 3 seeds"]
    assert "with every seed: a cure." in shown.locator("[aria-live]").inner_text()
    stage.redraw_time("step", [8])
    ends = sorted(f"{run[8]:.3f}" for run in LOSSES)
    assert shown.locator("td").nth(2).inner_text() == f"{ends[0]} to {ends[-1]}"


def test_blame_by_age_is_told_at_the_age_and_setting_of_the_sliders(stage):
    shown = stage.show(made("blame by age"))
    stage.redraw_time("RNN, Wh x", [0])
    stage.redraw_time("age (steps)", [4])
    told = shown.locator("[aria-live]").inner_text()
    assert (
        "At age 4: RNN, Wh x 0.5: 2.4e−4, ×\u00a00.13 a step; LSTM: 1.000, ×\u00a01.00 a step."
        == told
    )
    stage.stop_the_clock()
    shown.get_by_role("button", name="Play").click()
    stage.after(400)
    assert 4 < int(stage.slider("age (steps)").input_value()) < 39
