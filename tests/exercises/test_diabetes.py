"""Chapter 6: wrong solutions nobody has named are told something true and useful."""

import gzip
import json
import math
import pickle
from pathlib import Path

import numpy as np
import pytest

from bplab import nn
from bplab.exercises import find


def stratify(shuffle, join=lambda part: part):
    def stratified_split(y, fractions, rng):
        parts = [[], [], []]
        for label in (0, 1):
            members = shuffle(np.flatnonzero(y == label), label, rng)
            cuts = np.rint(np.cumsum(fractions)[:2] * len(members)).astype(int)
            for part, piece in zip(parts, np.split(members, cuts), strict=True):
                part.extend(piece)
        return [join(np.array(part)) for part in parts]

    return stratified_split


def predict(check=lambda *values: all(0 < v < 1000 for v in values), answer=lambda P: P[0, 1]):
    def predict_patient(model, age, bmi, glucose):
        if not check(age, bmi, glucose):
            raise ValueError("impossible")
        X = nn.apply_scaler(np.array([[age, bmi, glucose]]), model["scaler"])
        return answer(nn.mlp_forward(X, model["params"], model["kind"])[0])

    return predict_patient


def grid_area(y, p):
    steps = np.linspace(1.001, 0, 101)
    hits = np.array([np.mean(p[y == 1] >= t) for t in steps])
    alarms = np.array([np.mean(p[y == 0] >= t) for t in steps])
    return float(np.sum(np.diff(alarms) * (hits[1:] + hits[:-1]) / 2))


def by_rank(y, p):
    ranks, sick = np.argsort(np.argsort(p)) + 1, np.sum(y == 1)
    return (ranks[y == 1].sum() - sick * (sick + 1) / 2) / (sick * np.sum(y == 0))


UNNAMED = [
    (
        "stratified_split",
        stratify(lambda members, label, rng: rng.permutation(members) if label else members),
        ["same people of one class"],
    ),
    (
        "stratified_split",
        lambda y, fractions, rng: nn.stratified_split(y, (0.7, 0.15, 0.15), rng),
        ["The shares ask for"],
    ),
    (
        "stratified_split",
        lambda y, fractions, rng: [[p[:5], p[5:]] for p in nn.stratified_split(y, fractions, rng)],
        ["lists of pieces"],
    ),
    (
        "stratified_split",
        lambda y, fractions, rng: nn.stratified_split(y, fractions, rng)[::-1],
        ["wrong order", "First train"],
    ),
    (
        "fit_scaler",
        lambda X: (X.mean(axis=0), np.abs(X - X.mean(axis=0)).mean(axis=0)),
        ["mean absolute deviation"],
    ),
    ("fit_scaler", lambda X: (X.mean(axis=0), X.std(axis=0) + 1e-3), ["0.001 is added"]),
    ("apply_scaler", lambda X, scaler: (X - X.mean(axis=0)) / scaler[1], ["not the scaler's"]),
    ("fit_scaler", lambda X: (X.std(axis=0), X.mean(axis=0)), ["in the place of mean is std"]),
    ("fit_scaler", lambda X: (X.sum(axis=0), X.std(axis=0)), ["exactly N times"]),
    ("fit_scaler", lambda X: (X.mean(axis=0), np.ones(X.shape[1])), ["std is 1 in every case"]),
    ("apply_scaler", lambda X, scaler: (X + scaler[0]) / scaler[1], ["You added the mean"]),
    ("apply_scaler", lambda X, scaler: (scaler[0] - X) / scaler[1], ["opposite"]),
    (
        "confusion_counts",
        lambda y, p, threshold=0.5: nn.confusion_counts(y[1:], p[1:], threshold),
        ["fp is 8; 9"],
    ),
    (
        "confusion_counts",
        lambda y, p, threshold=0.5: tuple(nn.confusion_counts(y, p, threshold).values()),
        ["dict with an entry 'tp'"],
    ),
    ("roc_auc", grid_area, ["6 of 7 cases"]),
    ("roc_auc", lambda y, p: 2 * nn.roc_auc(y, p) - 1, ["Gini"]),
    ("roc_auc", by_rank, ["equal p your ranks"]),
    ("roc_auc", lambda y, p: np.mean(p[y == 1] >= 0.5), ["one point of the curve"]),
    ("roc_auc", lambda y, p: max(nn.roc_auc(y, p), 1 - nn.roc_auc(y, p)), ["6 of 7 cases"]),
    ("choose_threshold", lambda y, p, recall: float(np.quantile(p[y == 1], 1 - recall)), ["p_val"]),
    ("choose_threshold", lambda y, p, recall: 1 - recall, ["none of the values in p_val"]),
    (
        "choose_threshold",
        lambda y, p, recall: max(t for t in p if np.mean(p[y == 1] > t) >= recall),
        ["you find 12 of the 12 ill", "is higher"],
    ),
    (
        "predict_patient",
        predict(lambda a, b, g: 0 < a < 90 and b > 0),
        ["unusual but real", "age 100"],
    ),
    ("predict_patient", predict(lambda *v: min(v) > 0), ["bmi nan", "no living person has"]),
    ("predict_patient", predict(answer=lambda P: P[0]), ["shape (2,)"]),
    ("predict_patient", predict(answer=lambda P: 100 * P[0, 1]), ["number of percent"]),
    (
        "confusion_counts",
        lambda y, p, threshold=0.5: {
            **nn.confusion_counts(y, p, threshold),
            "fp": int(np.sum(p >= threshold)),
        },
        ["fp counts all who are called ill"],
    ),
    ("predict_patient", predict(answer=lambda P: round(float(P[0, 1]), 3)), ["3 decimals"]),
    ("predict_patient", predict(answer=lambda P: bool(P[0, 1] > 0.5)), ["the decision"]),
]


@pytest.mark.parametrize("name, solution, words", UNNAMED)
def test_an_unnamed_wrong_solution_gets_numbers_and_a_place(name, solution, words):
    report = find(name).examine(solution)
    assert not report.passed and len(report.hints) == 3
    assert all(word in str(report) for word in words), str(report)
    assert "own is" not in str(report)


# --- files ---------------------------------------------------------------------------------------


def to_json(path, model):
    tree = {
        "params": [[t.tolist() for t in pair] for pair in model["params"]],
        "scaler": [t.tolist() for t in model["scaler"]],
        "kind": model["kind"],
    }
    Path(path).write_text(json.dumps(tree))


def from_json(path):
    text = Path(path).read_bytes()
    try:
        return json.loads(text)
    except ValueError as error:
        raise ValueError(f"{path} is broken") from error


def save_report(save, load=from_json):
    return find("save_model").examine(save, namespace={"load_model": load})


def load_report(load, save=to_json):
    return find("load_model").examine(load, namespace={"save_model": save})


def test_a_format_of_ones_own_passes():
    assert save_report(to_json).passed and load_report(from_json).passed


@pytest.mark.parametrize(
    "content",
    [
        lambda model: pickle.dumps(model, 0),
        lambda model: pickle.dumps(model),
        lambda model: gzip.compress(pickle.dumps(model)),
    ],
)
def test_a_pickle_is_found_in_any_dress(content):
    report = save_report(lambda path, model: Path(path).write_bytes(content(model)))
    assert report.mistake == "pickle", str(report)


def test_arrays_of_objects_are_pickles():
    def save(path, model):
        with open(path, "wb") as file:
            np.savez_compressed(file, model=np.array(model, dtype=object))

    assert save_report(save).mistake == "pickle"


@pytest.mark.parametrize(
    "save, words",
    [
        (lambda path, model: to_json(f"{path}.json", model), ["model.npz.json"]),
        (lambda path, model: to_json(path, {**model, "kind": "relu"}), ["'relu'", "'tanh'"]),
        (
            lambda path, model: to_json(
                path, {**model, "params": [(np.round(W, 6), b) for W, b in model["params"]]}
            ),
            ["6 decimals"],
        ),
        (
            lambda path, model: to_json(path, {**model, "scaler": model["scaler"][::-1]}),
            ["scaler[0] is what scaler[1] was"],
        ),
    ],
)
def test_what_saving_loses_is_told(save, words):
    report = save_report(save)
    assert not report.passed and all(word in str(report) for word in words), str(report)


def forgiving(path):
    try:
        return from_json(path)
    except ValueError:
        try:
            return pickle.loads(Path(path).read_bytes())
        except Exception as error:
            raise ValueError("neither JSON nor a pickle") from error


@pytest.mark.parametrize(
    "load, words",
    [
        (forgiving, ["a pickle", "no error"]),
        (lambda path: tuple(from_json(path).values()), ["A model is a dict", "tuple"]),
        (
            lambda path: {k: v for k, v in from_json(path).items() if k != "scaler"},
            ["no entry 'scaler'"],
        ),
        (lambda path: {**from_json(path), "kind": "tanh"}, ["kind is 'tanh'"]),
    ],
)
def test_what_loading_gets_wrong_is_told(load, words):
    report = load_report(load)
    assert not report.passed and all(word in str(report) for word in words), str(report)


# --- partners ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fit",
    [
        lambda X: (X.mean(axis=0), X.std(axis=0)),
        lambda X: (X.mean(axis=0), X.std(axis=0, ddof=1) + 1.0),
        lambda X: None,
        lambda X: np.array([X.mean(axis=0), X.std(axis=0)]),
    ],
)
def test_apply_scaler_is_not_blamed_for_its_partner(fit):
    report = find("apply_scaler").examine(nn.apply_scaler, namespace={"fit_scaler": fit})
    assert report.passed, str(report)


def test_a_scaler_may_keep_the_zero_or_a_trace_of_it():
    for std in (lambda X: X.std(axis=0), lambda X: X.std(axis=0) + 1e-8):
        report = find("fit_scaler").examine(lambda X, std=std: np.array([X.mean(axis=0), std(X)]))
        assert report.passed, str(report)


def test_limits_of_living_people_may_differ():
    wide = predict(lambda *values: all(math.isfinite(v) and 0 < v < 1999 for v in values))
    narrow = predict(lambda a, b, g: 1 <= a <= 120 and 8 <= b <= 100 and 20 <= g <= 700)
    assert find("predict_patient").examine(wide).passed
    assert find("predict_patient").examine(narrow).passed
