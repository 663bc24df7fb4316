"""The bars of train_classifier, and the measurement they were chosen from.

    python tests/exercises/test_classifier_bars.py 25

prints, over 25 papers, what every pipeline reaches and what it is told. The tests here hold the
same facts on fewer papers.
"""

import sys
from collections import Counter

import numpy as np
import pytest

from bplab import data, exercises, nn
from bplab.data.simulated import diabetes_likelihood_ratio
from bplab.exam import marking, sit
from bplab.exercises.diabetes import classifier_bars as bars
from bplab.exercises.diabetes.wrong_pipelines import WRONG

EXERCISE = exercises.find("train_classifier")

# What AUC cannot tell from the right pipeline, or not always: other rules catch them.
RANKS_WELL = {"own-statistics", "not-probabilities", "columns-swapped", "too-good"}
PIPELINES = [(slug, f) for slug, wrong in WRONG.items() for f in wrong.ways]
BASELINE = {"simulated": 0.866, "real": 0.839}  # logistic regression, mean over 25 papers


def judged(train_classifier, seed):
    """(slug or None, areas or {}) of a pipeline on the paper of a seed."""
    paper = EXERCISE.draw(seed)
    answer = marking.read(sit(train_classifier, paper.sheet()))[0]
    if "value" not in answer:
        return str(answer), {}
    case = paper.cases[0]
    fault = bars.judge(case, answer["value"])
    hopeless = fault is not None and fault.name in ("wrong-shape", "training-patients-scored")
    areas = {} if hopeless else bars.measured(case, answer["value"])
    return fault and fault.name, areas


def ids(values):
    return [value[1].__name__ for value in values]


# --- honest alternatives ------------------------------------------------------------------------


def logistic_regression(X_train, y_train, X_val, y_val, rng):
    """Newton's method: the baseline of the chapter."""
    scaler = nn.fit_scaler(X_train)

    def columns(X):
        return np.column_stack([np.ones(len(X)), nn.apply_scaler(X, scaler)])

    A, w = columns(X_train), np.zeros(4)
    for _ in range(12):
        p = nn.sigmoid(A @ w)
        w = w - np.linalg.solve(A.T @ (A * (p * (1 - p))[:, None]), A.T @ (p - y_train))
    return lambda X: nn.sigmoid(columns(X) @ w)


def neuron(X_train, y_train, X_val, y_val, rng):
    scaler = nn.fit_scaler(X_train)
    w, b, _ = nn.train_neuron(nn.apply_scaler(X_train, scaler), y_train.astype(float), 0.5, 300)
    return lambda X: nn.neuron_forward(nn.apply_scaler(X, scaler), w, b)


def minibatch_network_without_penalty(X_train, y_train, X_val, y_val, rng):
    scaler = nn.fit_scaler(X_train)
    params = nn.init_params((3, 8, 2), rng)
    A = nn.apply_scaler(X_train, scaler)
    params, _ = nn.fit_minibatch(A, y_train, params, nn.momentum_step, 0.01, 32, 20, rng)
    return lambda X: nn.mlp_forward(nn.apply_scaler(X, scaler), params)[0][:, 1]


def averaged_networks(X_train, y_train, X_val, y_val, rng):
    parts = X_train, y_train, X_val, y_val
    networks = [nn.train_classifier(*parts, rng) for _ in range(3)]
    return lambda X: np.mean([network(X) for network in networks], axis=0)


def near_patients(X_train, y_train, X_val, y_val, rng):
    scaler = nn.fit_scaler(X_train)
    A = nn.apply_scaler(X_train, scaler)

    def predict(X):
        Z = nn.apply_scaler(X, scaler)
        gaps = (Z**2).sum(axis=1)[:, None] - 2 * Z @ A.T + (A**2).sum(axis=1)
        return np.mean(y_train[np.argsort(gaps, axis=1)[:, :60]], axis=1)

    return predict


def nearer_patients_weigh_more(X_train, y_train, X_val, y_val, rng):
    """Right about every patient it was trained on, and no worse for that."""
    scaler = nn.fit_scaler(X_train)
    known = nn.apply_scaler(X_train, scaler)

    def predict(X):
        Z = nn.apply_scaler(X, scaler)
        gaps = (Z**2).sum(axis=1)[:, None] - 2 * Z @ known.T + (known**2).sum(axis=1)
        weights = np.exp(-np.maximum(gaps, 0) / 0.7) + (gaps < 1e-9) * 1e6
        return weights @ y_train / weights.sum(axis=1)

    return predict


def scaler_of_train_and_validation(X_train, y_train, X_val, y_val, rng):
    scaler = nn.fit_scaler(np.concatenate([X_train, X_val]))
    A, A_val = nn.apply_scaler(X_train, scaler), nn.apply_scaler(X_val, scaler)
    predict = nn.train_classifier(A, y_train, A_val, y_val, rng)
    return lambda X: predict(nn.apply_scaler(X, scaler))


def between_least_and_most(X_train, y_train, X_val, y_val, rng):
    low, high = X_train.min(axis=0), X_train.max(axis=0)
    w, b, _ = nn.train_neuron((X_train - low) / (high - low), y_train, 2.0, 2000)
    return lambda X: nn.neuron_forward((X - low) / (high - low), w, b)


class AsAnObject:
    """Any callable will do, and a list may stand for an array."""

    def __init__(self, X_train, y_train, X_val, y_val, rng):
        self.predict = nn.train_classifier(X_train, y_train, X_val, y_val, rng)

    def __call__(self, X):
        print("predicting", len(X))
        return list(self.predict(X))


ALTERNATIVES = [
    logistic_regression,
    neuron,
    minibatch_network_without_penalty,
    averaged_networks,
    near_patients,
    nearer_patients_weigh_more,
    scaler_of_train_and_validation,
    between_least_and_most,
    AsAnObject,
]


# --- right pipelines ----------------------------------------------------------------------------


def test_reference_clears_the_bars():
    for seed in range(3):  # more of them: see the command above
        slug, areas = judged(nn.train_classifier, seed)
        assert slug is None, (seed, slug, areas)


def test_reference_matches_the_baseline_within_its_spread():
    found = {"network": [], "baseline": []}
    for seed in range(100, 106):
        found["network"].append(judged(nn.train_classifier, seed)[1])
        found["baseline"].append(judged(logistic_regression, seed)[1])
    for name, stated in BASELINE.items():
        network, baseline = ([areas[name] for areas in kind] for kind in found.values())
        assert np.mean(baseline) == pytest.approx(stated, abs=0.01)
        assert np.mean(network) > np.mean(baseline) - 0.005
        # Paper by paper: the spread of the difference is far below that of luck in the patients.
        assert np.min(np.subtract(network, baseline)) > -0.015


def test_baseline_agrees_with_scikit_learn():
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold, cross_val_score
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    X, y = data.pima()
    model = make_pipeline(StandardScaler(), LogisticRegression(C=1e6))
    folds = StratifiedKFold(3, shuffle=True, random_state=0)
    areas = cross_val_score(model, X, y, cv=folds, scoring="roc_auc")
    assert np.mean(areas) == pytest.approx(BASELINE["real"], abs=0.01)


@pytest.mark.parametrize("alternative", ALTERNATIVES, ids=lambda f: f.__name__)
def test_honest_alternatives_pass(alternative):
    assert judged(alternative, 6)[0] is None  # on more papers: see the command above


# --- wrong pipelines ----------------------------------------------------------------------------


def check_wrong(slug, pipeline, seed):
    found, areas = judged(pipeline, seed)
    assert found == slug, (seed, areas)
    if slug not in RANKS_WELL and areas:
        assert any(areas[name] < bar for name, bar in bars.BARS.items()), (seed, areas)


@pytest.mark.parametrize(("slug", "pipeline"), PIPELINES, ids=ids(PIPELINES))
def test_wrong_pipelines_fail_by_their_own_name(slug, pipeline):
    check_wrong(slug, pipeline, 0)


@pytest.mark.parametrize("slug", WRONG)
def test_hints_climb_three_rungs_without_code(slug):
    wrong = WRONG[slug]
    assert wrong.ways
    for rung in (wrong.observed, wrong.look, wrong.derive):
        assert len(rung) > 30 and rung.rstrip().endswith((".", "?", ".)"))
        assert not any(code in rung for code in ("np.", "nn.", "X[", "axis=", "`", "{"))


# --- what is refused before values --------------------------------------------------------------


def general(predict):
    """The name of the fault when the reference's predictions go through `predict`."""

    def train_classifier(X_train, y_train, X_val, y_val, rng):
        reference = nn.train_classifier(X_train, y_train, X_val, y_val, rng)
        return lambda X: predict(reference(X), rng)

    return judged(train_classifier, 0)[0]


@pytest.mark.parametrize("seed", range(3))
def test_who_knows_the_law_of_the_course_knows_nothing_of_the_paper(seed):
    """Even with its sign learned from the labels."""

    def train_classifier(X_train, y_train, X_val, y_val, rng):
        sign = np.sign(nn.roc_auc(y_train, diabetes_likelihood_ratio(X_train)) - 0.5)
        return lambda X: nn.sigmoid(sign * diabetes_likelihood_ratio(X))

    slug, areas = judged(train_classifier, seed)
    assert slug and areas["simulated"] < bars.BARS["simulated"] - 0.05


def test_two_columns_are_a_wrong_shape():
    assert general(lambda p, rng: np.column_stack([1 - p, p])) == "wrong-shape"
    assert general(lambda p, rng: p[:, None]) == "wrong-shape"


def test_a_model_that_draws_anew_at_every_call_is_caught():
    # From the first patient's own two answers already: alone she gets another one.
    assert general(lambda p, rng: np.clip(p + 0.01 * rng.random(len(p)), 0, 1)) == "own-statistics"


def test_training_that_ignores_its_rng_is_not_repeatable():
    def train_classifier(X_train, y_train, X_val, y_val, rng):
        own = np.random.default_rng()
        return nn.train_classifier(X_train, y_train, X_val, y_val, own)

    assert judged(train_classifier, 0)[0] == "not-repeatable"


def test_probabilities_instead_of_a_function_are_a_wrong_type():
    def train_classifier(X_train, y_train, X_val, y_val, rng):
        return nn.train_classifier(X_train, y_train, X_val, y_val, rng)(X_val)

    paper = EXERCISE.draw(0)
    answer = marking.read(sit(train_classifier, paper.sheet()))[0]["value"]
    fault = bars.judge(paper.cases[0], answer)
    assert fault.name == "wrong-type" and "ndarray" in fault.observed


def test_nan_for_some_patients_is_not_finite():
    def train_classifier(X_train, y_train, X_val, y_val, rng):
        return lambda X: np.where(X[:, 0] > 80, np.nan, 0.5)

    paper = EXERCISE.draw(0)
    answer = marking.read(sit(train_classifier, paper.sheet()))[0]["value"]
    assert bars.judge(paper.cases[0], answer).name == "not-finite"


# --- the paper ----------------------------------------------------------------------------------


def test_labels_of_the_unseen_do_not_travel():
    paper = EXERCISE.draw(3)
    (case,) = paper.cases
    for training, truth in zip(case.inputs["trainings"], case.key, strict=True):
        assert len(training["X_new"]) == len(truth)
        assert set(training) == {"X_train", "y_train", "X_val", "y_val", "rng", "X_new"}
    assert len(paper.sheet()) < 2**21


def test_every_real_woman_is_unseen_in_exactly_one_training():
    (case,) = EXERCISE.draw(3).cases
    women = {tuple(woman) for woman in data.pima()[0]}
    unseen = [tuple(woman) for t in case.inputs["trainings"][1:] for woman in t["X_new"]]
    assert len(unseen) == 532 and set(unseen) == women
    for training, truth in zip(case.inputs["trainings"][1:], case.key[1:], strict=True):
        assert len(training["X_train"]) + len(training["X_val"]) + len(truth) == 532
        assert abs(truth.sum() - 177 / bars.FOLDS) < 1


def table(seeds):
    """Print what every pipeline reaches over `seeds` papers, and what it is told."""
    right = [("(reference)", nn.train_classifier), *(("(alternative)", f) for f in ALTERNATIVES)]
    print("| slug | pipeline | simulated: mean sd min max | real: mean sd min max | told |")
    print("|---|---|---|---|---|")
    for slug, pipeline in right + PIPELINES:
        found = [judged(pipeline, seed) for seed in range(seeds)]
        told = ", ".join(
            f"{n} {name or 'passed'}" for name, n in Counter(s for s, _ in found).items()
        )
        cells = []
        for name in bars.BARS:
            areas = [areas[name] for _, areas in found if areas] or [np.nan]
            numbers = np.mean(areas), np.std(areas), np.min(areas), np.max(areas)
            cells.append(" ".join(f"{number:.3f}" for number in numbers))
        print(f"| {slug} | {pipeline.__name__} | {' | '.join(cells)} | {told} |", flush=True)


if __name__ == "__main__":
    AsAnObject.__call__ = lambda self, X: list(self.predict(X))
    table(int(sys.argv[1]) if len(sys.argv) > 1 else 25)
