"""Pictures of chapters 4 to 6: they build, say what they show, and the numbers are right."""

import json
import warnings
from functools import cache

import numpy as np
import pytest
from sklearn.calibration import calibration_curve
from sklearn.metrics import roc_auc_score, roc_curve

from bplab import nn, viz
from bplab.viz import clinic, overfitting, patients, race, style, walks
from tests.viz.letters import smallest


def rng():
    return np.random.default_rng(7)


X = rng().normal([35, 32, 120], [11, 6, 30], (200, 3)).clip([19, 16, 60], [80, 58, 210])
Y = (rng().random(200) < 1 / (1 + np.exp(-(X[:, 2] - 130) / 15))).astype(int)


def risk(A):
    return 1 / (1 + np.exp(-((A[:, 2] - 125) / 22 + (A[:, 1] - 32) / 11 + (A[:, 0] - 35) / 40)))


P = risk(X)
FALLING, TURNING = np.linspace(1, 0.1, 30), np.abs(np.linspace(-1, 0.6, 30)) + 0.3
BATCH = rng().normal(size=(64, 3)) * [3, 1, 0.2] + [0, 5, -2]
PARAMS = [(rng().normal(size=(3, 8)), np.zeros(8)), (rng().normal(size=(8, 2)), np.zeros(2))]

STATIC = {
    "paths": lambda: viz.optimizer_paths({"mine": np.array([[-5, 1.2], [-4, 0.5], [-3.5, 0.1]])}),
    "batch": lambda: viz.batch_curves(
        {"batch": FALLING, "one by one": (2 * np.arange(30), TURNING)}
    ),
    "smoothed": lambda: viz.batch_curves({"batch": TURNING}, smooth=5),
    "memory": lambda: viz.memorization([0, 0.01, 0.1], [0.1, 0.3, 0.6], [1.2, 0.6, 0.7]),
    "batchnorm": lambda: viz.batchnorm_histograms(BATCH, (BATCH - BATCH.mean(0)) / BATCH.std(0)),
    "calibration": lambda: viz.calibration(Y, P),
    "models": lambda: viz.calibration(Y, {"one": P, "other": P**2}, bins=5),
    "features": lambda: viz.feature_histograms(X, Y),
    "scaling": lambda: viz.scaling(X, (X - X.mean(0)) / X.std(0)),
}
INTERACTIVE = {
    "race": viz.optimizer_race,
    "saddle": lambda: viz.optimizer_race("saddle", 0.3, steps=20),
    "flies out": lambda: viz.optimizer_race("ravine", 1.0, steps=400),
    "ravine": viz.ravine,
    "clipping": viz.clipping,
    "annealing": viz.annealing,
    "stopping": lambda: viz.stopping_point(FALLING, TURNING, patience=3),
    "never": lambda: viz.stopping_point(FALLING, FALLING, patience=3),
    "weights": lambda: viz.weight_histograms({0.0: PARAMS, 0.1: np.array([0.1, -0.2])}),
    "dropout": lambda: viz.dropout_network((2, 5, 4, 1), 0.5),
    "roc": lambda: viz.roc(Y, P, 0.3),
    "surface": lambda: viz.probability_surface(risk, X, Y, age=36),
    "patient": lambda: viz.one_patient(risk, X, Y),
}


@cache
def made(name):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return (STATIC | INTERACTIVE)[name]()


@pytest.mark.parametrize("name", STATIC | INTERACTIVE)
def test_builds_without_warnings_and_carries_its_picture_with_alt_text(name):
    shown = made(name)
    data, metadata = shown._repr_mimebundle_()
    assert data["image/png"].startswith("iVBOR")
    assert metadata["image/png"]["alt"] == data["text/plain"] == shown.alt
    assert len(shown.alt) > 40 and "nan" not in shown.alt
    assert metadata["image/png"]["width"] <= 800
    assert smallest(shown)[0] >= style.SMALLEST, smallest(shown)


@pytest.mark.parametrize("name", INTERACTIVE)
def test_interactive_ones_carry_a_drawing_of_bearable_size(name):
    shown = made(name)
    html = shown._repr_mimebundle_()[0]["text/html"]
    assert "<script" in html and "<img" in html
    assert len(json.dumps(shown.state, allow_nan=False)) < 120_000


# ---- chapter 4 ----


@pytest.mark.parametrize("name", ["ravine", "bowl", "saddle", "valleys"])
def test_surfaces_have_the_gradient_of_their_loss_and_rest_at_zero(name):
    field = viz.surface(name)
    for w in rng().uniform(-2, 2, (5, 2)):
        np.testing.assert_allclose(field.grad(w), nn.numerical_gradient(field.loss, w), atol=1e-6)
    for bottom in field.minima:
        assert field.loss(np.array(bottom)) == pytest.approx(0, abs=1e-12)
        np.testing.assert_allclose(field.grad(np.array(bottom)), 0, atol=1e-9)


def test_the_race_tells_the_story_the_chapter_tells():
    def loss(name, path):
        return viz.surface(name).loss(path[-1])

    ravine = {key: loss("ravine", path) for key, path in race.race_paths("ravine").items()}
    assert ravine["momentum"] < 1e-3 < ravine["rmsprop"] < ravine["adam"] < ravine["plain"]
    valleys = {key: loss("valleys", path) for key, path in race.race_paths("valleys").items()}
    assert valleys["momentum"] < 1e-3
    assert min(valleys[key] for key in ("plain", "rmsprop", "adam")) > 0.2


def test_rates_of_the_ravine_crawl_bounce_and_fly_out():
    field = viz.surface("ravine")
    ends = {}
    for rate in (0.01, 0.19, 0.21):
        w = np.array(field.start)
        for _ in range(40):
            w = w - rate * field.grad(w)
        ends[rate] = np.abs(w)
    assert ends[0.01][0] > 4.5  # crawls
    assert 0.9 < ends[0.19][0] < 1.2
    assert ends[0.21][1] > 50  # flies out


def test_annealing_takes_steps_by_the_course_s_rule():
    jumps, u = walks.luck(1)
    path = walks.anneal(0.5, jumps[0], u[0])
    for k in range(50):
        new = path[k] + jumps[0, k]
        change = walks.bumpy(new) - walks.bumpy(path[k])
        taken = abs(new) <= 7 and nn.anneal_accept(change, 0.5 * walks.COOLING**k, u[0, k])
        assert path[k + 1] == (new if taken else path[k])


def test_annealing_leaves_the_valley_where_descent_stays():
    stuck = walks.bumpy(walks.descend()[-1])
    jumps, u = walks.luck(walks.WALKS)
    hot = [walks.bumpy(walks.anneal(1.0, j, v)[-1]) for j, v in zip(jumps, u, strict=True)]
    assert stuck == pytest.approx(1.93, abs=0.01)
    assert np.median(hot) < 0.5
    x = np.linspace(-2, 4, 7)
    slope = [nn.numerical_gradient(walks.bumpy, np.array(v)) for v in x]
    np.testing.assert_allclose(walks.bumpy_grad(x), slope, atol=1e-6)


# ---- chapter 5 ----


@pytest.mark.parametrize("patience", [1, 2, 5, 50])
def test_the_stopping_point_is_early_stopping_s(patience):
    losses = rng().normal(size=80).cumsum().round(1)
    watch, stop = nn.EarlyStopping(patience), None
    for epoch, loss in enumerate(losses):
        if watch.update(loss, None):
            stop = epoch
            break
    assert overfitting.early_stop(losses, patience) == (watch.best_epoch, stop)


def test_weight_histograms_count_every_weight_and_no_bias():
    state = viz.weight_histograms({0.0: PARAMS}).state
    assert sum(state["counts"][0]) == 3 * 8 + 8 * 2


# ---- chapter 6 ----


def test_roc_points_agree_with_scikit_learn_also_with_ties():
    for p in (P, P.round(1)):
        thresholds, tp, fp = clinic.roc_points(Y, p)
        fpr, tpr, theirs = roc_curve(Y, p, drop_intermediate=False)
        np.testing.assert_allclose(tp / tp[-1], tpr)
        np.testing.assert_allclose(fp / fp[-1], fpr)
        np.testing.assert_allclose(thresholds, theirs)
        assert clinic._auc(tp, fp) == pytest.approx(roc_auc_score(Y, p), abs=1e-12)
        assert clinic._auc(tp, fp) == pytest.approx(nn.roc_auc(Y, p), abs=1e-12)


def test_calibration_points_agree_with_scikit_learn():
    told, seen, count = clinic.calibration_points(Y, P, np.linspace(0, 1, 11))
    theirs_seen, theirs_told = calibration_curve(Y, P, n_bins=10)
    np.testing.assert_allclose(told, theirs_told)
    np.testing.assert_allclose(seen, theirs_seen)
    assert count.sum() == len(Y)


def test_the_surface_is_the_model_on_its_grid():
    state = viz.probability_surface(risk, X, Y, age=36).state
    assert state["ages"][state["start"]] == 36
    line = np.array(state["lines"][0][0])  # glucose, BMI at age 20
    at = np.column_stack([np.full(len(line), 20), line[:, 1], line[:, 0]])
    np.testing.assert_allclose(risk(at), 0.5, atol=0.01)


def test_the_patient_grid_holds_log_odds():
    state = viz.one_patient(risk, X, Y).state
    corner = [[axis[-1] for axis in patients.PATIENT_AXES]]
    assert 1 / (1 + np.exp(-state["grid"][-1])) == pytest.approx(
        risk(np.array(corner))[0], abs=1e-3
    )


def test_the_patient_grid_reads_a_trained_network_within_a_percent():
    from scipy.interpolate import RegularGridInterpolator

    train, validation, _ = nn.stratified_split(Y, (0.7, 0.2, 0.1), rng())
    predict = nn.train_classifier(X[train], Y[train], X[validation], Y[validation], rng())
    state = viz.one_patient(predict, X, Y).state
    grid = np.reshape(state["grid"], [len(axis) for axis in state["axes"]])
    log_odds = RegularGridInterpolator(state["axes"], grid)(X)
    np.testing.assert_allclose(1 / (1 + np.exp(-log_odds)), predict(X), atol=0.01)


# ---- bad input ----

BAD = {
    "surface must be one of": lambda: viz.optimizer_race("canyon"),
    "learning_rate must be in": lambda: viz.optimizer_race(learning_rate=7),
    "beta must be in": lambda: viz.optimizer_race(beta=1.0),
    "path of 'mine' must be": lambda: viz.optimizer_paths({"mine": np.zeros(3)}),
    "curves is empty": lambda: viz.batch_curves({}),
    "x is (2,), losses (3,)": lambda: viz.batch_curves({"a": ([0, 1], [1, 2, 3])}),
    "gradient must be two numbers": lambda: viz.clipping((1, 2, 3)),
    "one length": lambda: viz.stopping_point([1, 2], [1, 2, 3]),
    "are empty": lambda: viz.stopping_point([], []),
    "patience must be at least 1": lambda: viz.stopping_point([1], [1], patience=0),
    "weights is empty": lambda: viz.weight_histograms({}),
    "keep_prob must be in (0, 1]": lambda: viz.dropout_network(keep_prob=0),
    "widths needs": lambda: viz.dropout_network((3, 1)),
    "one class only": lambda: viz.roc(np.ones(4), np.full(4, 0.5)),
    "must be probabilities": lambda: viz.roc([0, 1], [-2.0, 3.0]),
    "one entry a patient": lambda: viz.roc([0, 1, 1], [0.2, 0.3]),
    "X must be (2, 3)": lambda: viz.one_patient(risk, np.zeros((5, 3)), [0, 1]),
    "one probability a patient": lambda: viz.one_patient(lambda A: A, X, Y),
    "age (years) must be from": lambda: viz.one_patient(risk, X, Y, patient=(400, 30, 100)),
}


@pytest.mark.parametrize("message", BAD)
def test_bad_input_is_refused_with_the_value(message):
    with pytest.raises(ValueError) as error:
        BAD[message]()
    assert message in str(error.value)
