"""activation_forward: what must pass, and what must be told."""

# ruff: noqa: B007, B905, E501, F841, UP031 (people write as they do)

import math

import numpy as np
from scipy.special import expit

from bplab import nn


def activation_by_if(Z, kind):
    if kind == "relu":
        return Z * (Z > 0)
    if kind == "tanh":
        return 2 * expit(2 * Z) - 1
    return 1 / (1 + np.exp(-Z))


def activation_by_where(Z, kind):
    e = np.exp(Z)
    return {
        "relu": np.where(Z > 0, Z, 0),
        "tanh": (e - 1 / e) / (e + 1 / e),
        "sigmoid": e / (1 + e),
    }[kind]


def activation_by_entry(Z, kind):
    f = {
        "relu": lambda z: max(z, 0),
        "tanh": math.tanh,
        "sigmoid": lambda z: 1 / (1 + math.exp(-z)),
    }
    return [[f[kind](z) for z in row] for row in Z]


def table_of_functions(Z, kind):
    acts = {
        "relu": lambda z: np.maximum(0, z),
        "tanh": np.tanh,
        "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    }
    return acts[kind](Z)


def from_exponentials(Z, kind):
    if kind == "relu":
        A = Z.copy()
        A[A < 0] = 0
    elif kind == "tanh":
        A = (np.exp(Z) - np.exp(-Z)) / (np.exp(Z) + np.exp(-Z))
    elif kind == "sigmoid":
        A = 1.0 / (1.0 + np.exp(-Z))
    else:
        raise ValueError(kind)
    return A


def vectorized(Z, kind="relu"):
    f = np.vectorize(
        {
            "relu": lambda v: v if v > 0 else 0.0,
            "tanh": math.tanh,
            "sigmoid": lambda v: 1 / (1 + math.exp(-v)),
        }[kind]
    )
    return f(Z)


def other_forms(Z, kind):
    match kind:
        case "relu":
            return (Z + np.abs(Z)) / 2
        case "tanh":
            return 2 * nn.sigmoid(2 * Z) - 1
        case _:
            return 0.5 * (1 + np.tanh(Z / 2))


def kind_typo_sigmoid_else_none(Z, kind):
    if kind == "relu":
        return np.maximum(0, Z)
    if kind == "tanh":
        return np.tanh(Z)
    if kind == "sigmod":
        return nn.sigmoid(Z)


def sigmoid_is_exp_z_1_exp_z(Z, kind):
    if kind == "sigmoid":
        return np.exp(-Z) / (1 + np.exp(-Z))
    return nn.activation_forward(Z, kind)


def relu6(Z, kind):
    if kind == "relu":
        return np.clip(Z, 0, 1)
    return nn.activation_forward(Z, kind)


def math_tanh_on_array(Z, kind):
    if kind == "tanh":
        return math.tanh(Z)
    return nn.activation_forward(Z, kind)


def if_z_0_on_array(Z, kind):
    if kind == "relu":
        return Z if Z > 0 else 0
    return nn.activation_forward(Z, kind)


def elu_for_relu(Z, kind):
    if kind == "relu":
        return np.where(Z > 0, Z, np.exp(Z) - 1)
    return nn.activation_forward(Z, kind)


ACCEPTED = [
    activation_by_if,
    activation_by_where,
    activation_by_entry,
    table_of_functions,
    from_exponentials,
    vectorized,
    other_forms,
]


def largest_along_an_axis(Z, kind):
    return np.max(Z, 0) if kind == "relu" else nn.activation_forward(Z, kind)


TOLD = [
    (kind_typo_sigmoid_else_none, "nothing-in-some-cases", "kind is 'sigmoid'"),
    (sigmoid_is_exp_z_1_exp_z, "sigmoid-mirrored"),
    (relu6, "transformed"),
    (math_tanh_on_array, "raised"),
    (if_z_0_on_array, "raised"),
    (elu_for_relu, "one-sided"),
    (largest_along_an_axis, "largest-of-column"),
]
