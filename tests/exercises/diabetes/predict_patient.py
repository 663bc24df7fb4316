"""predict_patient: what must pass, and what must be told."""

import math

import numpy as np

from bplab import nn
from bplab.nn import apply_scaler, mlp_forward


def predict_with_limits(model, age, bmi, glucose):
    values = np.array([age, bmi, glucose], dtype=float)
    if not np.all(np.isfinite(values)) or np.any(values <= 0) or np.any(values > [125, 200, 1500]):
        raise ValueError("impossible values")
    z = (values - model["scaler"][0]) / model["scaler"][1]
    P, _ = nn.mlp_forward(z[None], model["params"], kind=model["kind"])
    return P[0, 1]


def predict_one_by_one(model, age, bmi, glucose):
    for name, value in [("age", age), ("bmi", bmi), ("glucose", glucose)]:
        if not 0 < value < 1000:
            raise ValueError(f"{name} = {value}")
    X = nn.apply_scaler(np.array([[age, bmi, glucose]]), model["scaler"])
    return np.array(nn.mlp_forward(X, model["params"], model["kind"])[0][0][1])


def predict_from_scratch(model, age, bmi, glucose):
    limits = {"age": (age, 125), "bmi": (bmi, 100), "glucose": (glucose, 900)}
    for name, (value, top) in limits.items():
        if np.isnan(value) or not 1 <= value <= top:
            raise ValueError(f"{name} of {value}")
    h = (np.array([age, bmi, glucose]) - model["scaler"][0]) / model["scaler"][1]
    slope = {"tanh": np.tanh, "relu": lambda z: np.maximum(z, 0)}[model["kind"]]
    for W, b in model["params"][:-1]:
        h = slope(h @ W + b)
    W, b = model["params"][-1]
    z = h @ W + b
    return 1 / (1 + np.exp(z[0] - z[1]))


def predict(check=lambda *values: all(0 < v < 1000 for v in values), answer=lambda P: P[0, 1]):
    def predict_patient(model, age, bmi, glucose):
        if not check(age, bmi, glucose):
            raise ValueError("impossible")
        X = nn.apply_scaler(np.array([[age, bmi, glucose]]), model["scaler"])
        return answer(nn.mlp_forward(X, model["params"], model["kind"])[0])

    return predict_patient


def plain_predict_patient(model, age, bmi, glucose):
    for name, v, hi in (("age", age, 150), ("bmi", bmi, 300), ("glucose", glucose, 2000)):
        if not math.isfinite(v) or v <= 0 or v > hi:
            raise ValueError(f"{name} = {v} is not possible")
    X = apply_scaler(np.array([[age, bmi, glucose]]), model["scaler"])
    P, _ = mlp_forward(X, model["params"], model["kind"])
    return float(P[0, 1])


def numpy_float(model, age, bmi, glucose):
    for name, v, hi in (("age", age, 150), ("bmi", bmi, 300), ("glucose", glucose, 2000)):
        if not math.isfinite(v) or v <= 0 or v > hi:
            raise ValueError(f"{name} = {v} is not possible")
    X = apply_scaler(np.array([[age, bmi, glucose]]), model["scaler"])
    P, _ = mlp_forward(X, model["params"], model["kind"])
    return P[0, 1]


def array_1(model, age, bmi, glucose):
    for name, v, hi in (("age", age, 150), ("bmi", bmi, 300), ("glucose", glucose, 2000)):
        if not math.isfinite(v) or v <= 0 or v > hi:
            raise ValueError(f"{name} = {v} is not possible")
    X = apply_scaler(np.array([[age, bmi, glucose]]), model["scaler"])
    P, _ = mlp_forward(X, model["params"], model["kind"])
    return P[:, 1]


def column_0(model, age, bmi, glucose):
    for name, v, hi in (("age", age, 150), ("bmi", bmi, 300), ("glucose", glucose, 2000)):
        if not math.isfinite(v) or v <= 0 or v > hi:
            raise ValueError(f"{name} = {v} is not possible")
    X = apply_scaler(np.array([[age, bmi, glucose]]), model["scaler"])
    P, _ = mlp_forward(X, model["params"], model["kind"])
    return float(P[0, 0])


def no_kind(model, age, bmi, glucose):
    for name, v, hi in (("age", age, 150), ("bmi", bmi, 300), ("glucose", glucose, 2000)):
        if not math.isfinite(v) or v <= 0 or v > hi:
            raise ValueError(f"{name} = {v} is not possible")
    X = apply_scaler(np.array([[age, bmi, glucose]]), model["scaler"])
    P, _ = mlp_forward(X, model["params"])
    return float(P[0, 1])


def no_scaling(model, age, bmi, glucose):
    for name, v, hi in (("age", age, 150), ("bmi", bmi, 300), ("glucose", glucose, 2000)):
        if not math.isfinite(v) or v <= 0 or v > hi:
            raise ValueError(f"{name} = {v} is not possible")
    X = np.array([[age, bmi, glucose]])
    P, _ = mlp_forward(X, model["params"], model["kind"])
    return float(P[0, 1])


def assert_instead(model, age, bmi, glucose):
    for _name, v, hi in (("age", age, 150), ("bmi", bmi, 300), ("glucose", glucose, 2000)):
        if not math.isfinite(v) or v <= 0 or v > hi:
            raise AssertionError()
    X = apply_scaler(np.array([[age, bmi, glucose]]), model["scaler"])
    P, _ = mlp_forward(X, model["params"], model["kind"])
    return float(P[0, 1])


def no_upper(model, age, bmi, glucose):
    for name, v, _hi in (("age", age, 150), ("bmi", bmi, 300), ("glucose", glucose, 2000)):
        if not math.isfinite(v) or v <= 0:
            raise ValueError(f"{name} = {v} is not possible")
    X = apply_scaler(np.array([[age, bmi, glucose]]), model["scaler"])
    P, _ = mlp_forward(X, model["params"], model["kind"])
    return float(P[0, 1])


def with_1_d_x(model, age, bmi, glucose):
    for name, v, hi in (("age", age, 150), ("bmi", bmi, 300), ("glucose", glucose, 2000)):
        if not math.isfinite(v) or v <= 0 or v > hi:
            raise ValueError(f"{name} = {v} is not possible")
    X = apply_scaler(np.array([age, bmi, glucose]), model["scaler"])
    P, _ = mlp_forward(X, model["params"], model["kind"])
    return float(P[0, 1])


def order(model, age, bmi, glucose):
    for name, v, hi in (("age", age, 150), ("bmi", bmi, 300), ("glucose", glucose, 2000)):
        if not math.isfinite(v) or v <= 0 or v > hi:
            raise ValueError(f"{name} = {v} is not possible")
    X = apply_scaler(np.array([[glucose, bmi, age]]), model["scaler"])
    P, _ = mlp_forward(X, model["params"], model["kind"])
    return float(P[0, 1])


ACCEPTED = [
    predict_from_scratch,
    predict_with_limits,
    predict_one_by_one,
    plain_predict_patient,
    numpy_float,
]
TOLD = [
    (predict(lambda a, b, g: 0 < a < 90 and b > 0), "unusual but real", "age 100"),
    (predict(lambda *v: min(v) > 0), "bmi nan"),
    (predict(answer=lambda P: P[0]), "shape (2,)"),
    (predict(answer=lambda P: 100 * P[0, 1]), "number of percent"),
    (predict(answer=lambda P: round(float(P[0, 1]), 3)), "rounded"),
    (predict(answer=lambda P: bool(P[0, 1] > 0.5)), "the decision"),
    (array_1, "extra-axis"),
    (column_0, "wrong-column"),
    (no_kind, "kind-ignored"),
    (no_scaling, "not-scaled"),
    (assert_instead, "other-error"),
    (no_upper, "upper-end-open"),
    (with_1_d_x, "raised"),
    (order, "columns-swapped"),
]
