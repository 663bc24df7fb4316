"""tanh_grad: what must pass, and what must be told."""

import numpy as np
from scipy.special import expit

from bplab import nn


def tanh_slope_by_cosh(z):
    return 1 / np.cosh(z) ** 2


def tanh_slope_by_sigmoid(z):
    a = expit(2 * z)
    return 4 * a * (1 - a)


def tanh_slope_by_exponentials(z):
    p, m = np.exp(z), np.exp(-z)
    return 1 - ((p - m) / (p + m)) ** 2


def tanh_slope_factored(z):
    a = np.tanh(z)
    return (1 - a) * (1 + a)


def square_of_the_difference(z):
    return (1 - np.tanh(z)) ** 2


ACCEPTED = [
    tanh_slope_by_cosh,
    tanh_slope_by_sigmoid,
    tanh_slope_by_exponentials,
    tanh_slope_factored,
]

TOLD = [
    (square_of_the_difference, "(1 - tanh(z)) * (1 - tanh(z))"),
    (lambda z: 1 - 2 * np.tanh(z) ** 2, "slope["),
    (lambda z: 0.5 * nn.tanh_grad(z), "half-as-steep"),
    (lambda z: 1 / (1 + z**2), "belongs there"),
    (lambda z: -2 * np.tanh(z), "belongs there"),
]
