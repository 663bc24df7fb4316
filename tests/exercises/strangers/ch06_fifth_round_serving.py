"""A fifth round, chapter 6, from file to patient: written before any was run."""

import json
import math
import types

import numpy as np

from bplab import nn
from tests.exercises.strangers.table import right, wrong

# saving and loading


def _pair(save, load):
    """Two functions that see each other as in a notebook."""
    room = {
        "__name__": __name__,
        "np": np,
        "json": json,
        "open": open,
        "__builtins__": __builtins__,
    }
    for name, f in (("save_model", save), ("load_model", load)):
        room[name] = types.FunctionType(f.__code__, room, name, f.__defaults__)
    return room["save_model"], room["load_model"]


def _save(path, model):
    plain = {
        "params": [[W.tolist(), b.tolist()] for W, b in model["params"]],
        "scaler": [np.asarray(v).tolist() for v in model["scaler"]],
        "kind": model["kind"],
    }
    with open(path, "w") as f:
        json.dump(plain, f)


def _load(path):
    with open(path) as f:
        try:
            plain = json.load(f)
            params = [(np.array(W), np.array(b)) for W, b in plain["params"]]
            scaler = tuple(np.array(v) for v in plain["scaler"])
            return {"params": params, "scaler": scaler, "kind": plain["kind"]}
        except (KeyError, TypeError, ValueError) as e:
            raise ValueError(f"{path} does not hold a model: {e}") from e


def _save_rounded(path, model):
    plain = {
        "params": [[W.round(6).tolist(), b.round(6).tolist()] for W, b in model["params"]],
        "scaler": [np.asarray(v).tolist() for v in model["scaler"]],
        "kind": model["kind"],
    }
    with open(path, "w") as f:
        json.dump(plain, f)


def _save_no_kind(path, model):
    plain = {
        "params": [[W.tolist(), b.tolist()] for W, b in model["params"]],
        "scaler": [np.asarray(v).tolist() for v in model["scaler"]],
        "kind": "tanh",
    }
    with open(path, "w") as f:
        json.dump(plain, f)


def _load_lists(path):
    with open(path) as f:
        try:
            return json.load(f)
        except ValueError:
            raise ValueError("broken file") from None


def _load_quiet(path):
    try:
        with open(path) as f:
            plain = json.load(f)
    except Exception:
        return None
    params = [(np.array(W), np.array(b)) for W, b in plain["params"]]
    return {
        "params": params,
        "scaler": tuple(np.array(v) for v in plain["scaler"]),
        "kind": plain["kind"],
    }


right("save_model", "json with lists")(_pair(_save, _load)[0])
right("load_model", "json, KeyError turned into ValueError")(_pair(_save, _load)[1])
wrong("save_model", "weights rounded to six digits")(_pair(_save_rounded, _load)[0])
wrong("save_model", "kind is always written as tanh")(_pair(_save_no_kind, _load)[0])
right("load_model", "lists stay lists: what holds the numbers is not graded")(
    _pair(_save, _load_lists)[1]
)
wrong("load_model", "every error swallowed: None for a missing file")(_pair(_save, _load_quiet)[1])


# predict_patient


def _plausible(age, bmi, glucose):
    if not all(math.isfinite(v) for v in (age, bmi, glucose)):
        raise ValueError("a value is missing")
    if not (0 < age < 130 and 0 < bmi < 150 and 0 < glucose < 1500):
        raise ValueError("no living person has these values")


def _probability(model, rows, column=1):
    mean, std = model["scaler"]
    X = (np.asarray(rows, dtype=float) - mean) / np.where(std == 0, 1, std)
    return nn.mlp_forward(X, model["params"], model["kind"])[0][:, column]


@wrong("predict_patient", "the first output column: probability of being healthy")
def _(model, age, bmi, glucose):
    _plausible(age, bmi, glucose)
    return float(_probability(model, [[age, bmi, glucose]], 0)[0])


@wrong("predict_patient", "no scaling: raw numbers into the network")
def _(model, age, bmi, glucose):
    _plausible(age, bmi, glucose)
    P, _ = nn.mlp_forward(np.array([[age, bmi, glucose]]) * 1.0, model["params"], model["kind"])
    return float(P[0, 1])


@wrong("predict_patient", "columns in the order bmi, age, glucose")
def _(model, age, bmi, glucose):
    _plausible(age, bmi, glucose)
    return float(_probability(model, [[bmi, age, glucose]])[0])


@wrong("predict_patient", "a decision 0 or 1 in place of a probability")
def _(model, age, bmi, glucose):
    _plausible(age, bmi, glucose)
    return int(_probability(model, [[age, bmi, glucose]])[0] >= 0.5)


@wrong("predict_patient", "too strict: BMI above 50 is refused")
def _(model, age, bmi, glucose):
    _plausible(age, bmi, glucose)
    if bmi > 50:
        raise ValueError("BMI above 50")
    return float(_probability(model, [[age, bmi, glucose]])[0])


@wrong("predict_patient", "prints the error and returns None for bad values")
def _(model, age, bmi, glucose):
    try:
        _plausible(age, bmi, glucose)
    except ValueError:
        return None
    return float(_probability(model, [[age, bmi, glucose]])[0])


@wrong("predict_patient", "kind left at its default")
def _(model, age, bmi, glucose):
    _plausible(age, bmi, glucose)
    return float(_probability(model | {"kind": "tanh"}, [[age, bmi, glucose]])[0])


@right("predict_patient", "a table of limits and a comprehension")
def _(model, age, bmi, glucose):
    limits = {"age": (age, 0, 125), "bmi": (bmi, 5, 120), "glucose": (glucose, 10, 900)}
    bad = [name for name, (v, low, high) in limits.items() if not low < v < high]
    if bad:
        raise ValueError(f"check {', '.join(bad)}")
    return _probability(model, np.array([[age, bmi, glucose]]))[0]


# train_classifier


@wrong("train_classifier", "trained on unscaled columns")
def _(X_train, y_train, X_val, y_val, rng):
    params = [
        (rng.normal(size=(3, 8)), np.zeros(8)),
        (rng.normal(size=(8, 2)), np.zeros(2)),
    ]
    for _ in range(200):
        params, _loss = nn.train_step(X_train, np.asarray(y_train, int), params, 0.1)
    return lambda X: nn.mlp_forward(np.asarray(X, float), params)[0][:, 1]


@wrong("train_classifier", "predicts with the batch's own mean and spread")
def _(X_train, y_train, X_val, y_val, rng):
    def scaled(X):
        return (X - X.mean(axis=0)) / (X.std(axis=0) + 1e-9)

    params = [(rng.normal(size=(3, 2)) * 0.1, np.zeros(2))]
    for _ in range(400):
        params, _loss = nn.train_step(scaled(X_train), np.asarray(y_train, int), params, 0.3)
    return lambda X: nn.mlp_forward(scaled(np.asarray(X, float)), params)[0][:, 1]
