"""activation_backward: what must pass, and what must be told."""

# ruff: noqa: B007, B905, E501, F841, UP031 (people write as they do)

import numpy as np
from scipy.special import expit

from bplab import nn


def back_from_the_activation(dA, Z, kind):
    A = nn.activation_forward(Z, kind)
    return dA * {"relu": A > 0, "tanh": 1 - A**2, "sigmoid": A * (1 - A)}[kind]


def back_with_other_forms(dA, Z, kind):
    if kind == "relu":
        return np.where(Z >= 0, dA, 0.0)
    if kind == "tanh":
        return dA / np.cosh(Z) ** 2
    return dA * expit(Z) * expit(-Z)


def back_with_int_mask(dA, Z, kind):
    if kind == "relu":
        return dA * (Z > 0).astype(int)
    if kind == "tanh":
        return dA * (1 + np.tanh(Z)) * (1 - np.tanh(Z))
    return dA * np.exp(-Z) / (1 + np.exp(-Z)) ** 2


def back_on_a_copy(dA, Z, kind):
    if kind == "relu":
        dZ = dA.copy()
        dZ[Z <= 0] = 0
        return dZ
    return nn.activation_backward(dA, Z, kind)


def mask_on_a_copy(dA, Z, kind):
    if kind == "relu":
        dZ = np.array(dA, copy=True)
        dZ[Z <= 0] = 0
        return dZ
    elif kind == "sigmoid":
        s = 1 / (1 + np.exp(-Z))
        return dA * s * (1 - s)
    elif kind == "tanh":
        t = np.tanh(Z)
        return dA * (1 - t * t)


def from_values(dA, Z, kind):
    A = nn.activation_forward(Z, kind)
    return np.multiply(
        dA, {"relu": (A > 0).astype(float), "tanh": 1 - np.power(A, 2), "sigmoid": A - A**2}[kind]
    )


def closed_forms(dA, Z, kind):
    h = 1e-6
    # closed forms without nn
    if kind == "tanh":
        return dA / np.cosh(Z) ** 2
    if kind == "sigmoid":
        return dA * np.exp(-Z) / (1 + np.exp(-Z)) ** 2
    return np.where(Z > 0, dA, 0)


def tanh_slope_of_1_z_2_sigmoid_right_but_upstream_missing(dA, Z, kind):
    if kind == "relu":
        return (Z > 0).astype(float)
    return nn.activation_backward(dA, Z, kind)


def upstream_missing_for_sigmoid_only(dA, Z, kind):
    if kind == "sigmoid":
        return nn.sigmoid(Z) * (1 - nn.sigmoid(Z))
    return nn.activation_backward(dA, Z, kind)


def upstream_missing_for_tanh_only(dA, Z, kind):
    if kind == "tanh":
        return 1 - np.tanh(Z) ** 2
    return nn.activation_backward(dA, Z, kind)


def relu_da_z_where_positive(dA, Z, kind):
    if kind == "relu":
        return dA * np.maximum(Z, 0)
    return nn.activation_backward(dA, Z, kind)


def slope_added_instead_of_multiplied(dA, Z, kind):
    return dA + nn.activation_backward(np.ones_like(dA), Z, kind)


def relu_z_0(dA, Z, kind):
    if kind == "relu":
        return dA * (Z < 0)
    return nn.activation_backward(dA, Z, kind)


def sigmoid_of_da_slope(dA, Z, kind):
    s = nn.activation_forward(dA, kind)
    return nn.activation_backward(np.ones_like(dA), dA, kind)


def double_negative_tanh_tanh_2_1(dA, Z, kind):
    if kind == "tanh":
        return dA * (np.tanh(Z) ** 2 - 1)
    return nn.activation_backward(dA, Z, kind)


def unknown_kind_kind_compared_with_is_relu(dA, Z, kind):
    if kind == "ReLU":
        return dA * (Z > 0)
    elif kind == "tanh":
        return dA * (1 - np.tanh(Z) ** 2)
    else:
        return dA * nn.sigmoid_grad(Z)


def returns_a_too(dA, Z, kind):
    return nn.activation_backward(dA, Z, kind), Z


ACCEPTED = [
    back_from_the_activation,
    back_with_other_forms,
    back_with_int_mask,
    back_on_a_copy,
    mask_on_a_copy,
    from_values,
    closed_forms,
]


def unsquared_and_deaf(dA, Z, kind):
    if kind == "tanh":
        return dA * (1 - np.tanh(Z))
    s = 1 / (1 + np.exp(-Z))
    return dA * (Z > 0) if kind == "relu" else s * (1 - s)


TOLD = [
    (tanh_slope_of_1_z_2_sigmoid_right_but_upstream_missing, "upstream-ignored-for-relu"),
    (upstream_missing_for_sigmoid_only, "upstream-ignored-for-sigmoid"),
    (upstream_missing_for_tanh_only, "upstream-ignored-for-tanh"),
    (relu_da_z_where_positive, "relu-value-for-slope"),
    (slope_added_instead_of_multiplied, "slope-added"),
    (relu_z_0, "relu-gate-reversed"),
    (sigmoid_of_da_slope, "slope-at-dA"),
    (double_negative_tanh_tanh_2_1, "sign"),
    (unknown_kind_kind_compared_with_is_relu, "relu-takes-the-slope-of-sigmoid"),
    (returns_a_too, "too-many-returned"),
    (unsquared_and_deaf, "tanh-slope-unsquared-and-upstream-ignored-for-sigmoid"),
    (
        lambda dA, Z, kind: (
            dA * (Z > 0) * nn.sigmoid_grad(Z)
            if kind == "relu"
            else nn.activation_backward(dA, Z, kind)
        ),
        "relu-and-sigmoid",
    ),
]
