"""relu_grad: what must pass, and what must be told."""

import numpy as np


def relu_slope_as_bools(z):
    return z > 0


def relu_slope_as_ints(z):
    return (z > 0).astype(int)


def relu_slope_as_floats(z):
    return (z > 0).astype(float)


def relu_slope_by_where(z):
    return np.where(z > 0, 1, 0)


def relu_slope_from_activation(z):
    return np.maximum(0, z) > 0


def relu_slope_by_heaviside(z):
    return np.heaviside(z, 0.5)


def relu_slope_by_mask(z):
    slope = np.zeros_like(z)
    slope[z >= 0] = 1
    return slope


def by_sign_of_relu(z):
    return np.sign(np.maximum(z, 0))


def open_at_zero(z):
    return np.where(z < 0, 0.0, 1.0)


ACCEPTED = [
    open_at_zero,
    by_sign_of_relu,
    relu_slope_as_bools,
    relu_slope_as_ints,
    relu_slope_as_floats,
    relu_slope_by_where,
    relu_slope_from_activation,
    relu_slope_by_heaviside,
    relu_slope_by_mask,
]

TOLD = [
    (lambda z: 1 if z > 0 else 0, "whole array"),
    (lambda z: np.max(0, z), "axis"),
    (lambda z: np.zeros_like(z), "zero everywhere"),
    (lambda z: np.array([float(v > 0) for v in np.ravel(z)]), "(3, 4)"),
    (lambda z: np.where(z > 1, 1, 0), "belongs there"),
    (lambda z: np.where(z > 1, 1.0, 0.0), "switch-elsewhere"),
    (
        lambda z: np.ones(z.shape) if (z > 0).all() else np.zeros(z.shape),
        "one-answer-for-all",
    ),
    (lambda z: np.where(z > 0, 1.0, -0.1), "one-sided", "-0.1 throughout"),
]
