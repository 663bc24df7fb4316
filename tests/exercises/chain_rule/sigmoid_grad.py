"""sigmoid_grad: what must pass, and what must be told."""

import math

import numpy as np
from scipy.special import expit

from bplab import nn


def sigmoid_slope_by_exponentials(z):
    e = np.exp(-z)
    return e / (1 + e) ** 2


def sigmoid_slope_by_tanh(z):
    return 0.25 * (1 - np.tanh(z / 2) ** 2)


def sigmoid_slope_by_cosh(z):
    return 1 / (2 + 2 * np.cosh(z))


def sigmoid_slope_as_list(z):
    a = expit(z)
    return (a - a * a).tolist()


ACCEPTED = [
    sigmoid_slope_by_exponentials,
    sigmoid_slope_by_tanh,
    sigmoid_slope_by_cosh,
    sigmoid_slope_as_list,
]

TOLD = [
    (lambda z: expit(z) * (1 - z), "slope["),
    (lambda z: 2 * nn.sigmoid_grad(z), "exactly 2 times"),
    (lambda z: nn.sigmoid_grad(2 * z), "sigmoid of 2z"),
    (lambda z: math.exp(-z) / (1 + math.exp(-z)) ** 2, "functions of math"),
    (lambda z: nn.sigmoid_grad(z).mean(), "sum or a mean"),
    (lambda z: nn.sigmoid_grad(z).astype(np.float32), "float32"),
]
