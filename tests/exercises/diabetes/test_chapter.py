"""Chapter 6: files, partners and limits."""

import gzip
import json
import math
import pickle
from pathlib import Path

import numpy as np
import pytest

from bplab import nn
from bplab.exercises import find
from tests.exercises.diabetes.predict_patient import predict


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
        (forgiving, ["a pickle in its place was opened", "can unpickle"]),
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


def test_a_missing_partner_is_asked_for_and_what_is_returned_is_not_doubted():
    for name, function in (("save_model", to_json), ("load_model", from_json)):
        report = find(name).examine(function, namespace={})
        assert report.mistake == "partnerless", str(report)
        assert "is not defined yet" in report.observed
        assert "cell of the other one" in report.hints[1]


def test_limits_of_living_people_may_differ():
    wide = predict(lambda *values: all(math.isfinite(v) and 0 < v < 1999 for v in values))
    narrow = predict(lambda a, b, g: 1 <= a <= 120 and 8 <= b <= 100 and 20 <= g <= 700)
    assert find("predict_patient").examine(wide).passed
    assert find("predict_patient").examine(narrow).passed
