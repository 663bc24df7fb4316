"""Chapter 1, written differently."""

import math

import numpy as np
from scipy.special import expit

from bplab import nn


def step_with_named_gradient(x, w, y, learning_rate):
    error = w * x - y
    return w - learning_rate * (2 * error * x)


def step_as_numpy_scalar(x, w, y, learning_rate):
    return np.array(w + 2 * learning_rate * x * (y - w * x))


def by_tanh(z):
    return 0.5 * (1 + np.tanh(0.5 * np.asarray(z)))


def by_scipy(z):
    return expit(z)


def by_clip(z):
    return 1 / (1 + np.exp(-np.clip(z, -700, 700)))


def by_two_branches(z):
    z = np.asarray(z, dtype=float)
    a = np.empty_like(z)
    a[z >= 0] = 1 / (1 + np.exp(-z[z >= 0]))
    a[z < 0] = np.exp(z[z < 0]) / (1 + np.exp(z[z < 0]))
    return a


def forward_by_rows(X, w, b):
    return [float(nn.sigmoid(sum(x * v for x, v in zip(row, w, strict=True)) + b)) for row in X]


def forward_by_einsum(X, w, b):
    return nn.sigmoid(np.einsum("ij,j->i", X, w) + b)


def mse_by_dot(p, y):
    return (p - y) @ (p - y) / len(y)


def mse_by_loop(p, y):
    return sum((a - b) ** 2 for a, b in zip(p, y, strict=True)) / len(p)


def bce_by_where(a, y):
    a = np.clip(a, 1e-12, 1 - 1e-12)
    return -np.mean(np.where(y == 1, np.log(a), np.log(1 - a)))


def bce_by_maximum(a, y):
    return -np.mean(y * np.log(np.maximum(a, 1e-12)) + (1 - y) * np.log(np.maximum(1 - a, 1e-12)))


def bce_by_loop(a, y):
    total = 0.0
    for ai, yi in zip(a, y, strict=True):
        p = ai if yi == 1 else 1 - ai
        total -= math.log(min(max(p, 1e-12), 1 - 1e-12))
    return total / len(y)


def backward_by_mean(X, a, y):
    dz = a - y
    return (X * dz[:, None]).mean(axis=0), dz.mean()


def backward_by_loop(X, a, y):
    dw, db = np.zeros(X.shape[1]), 0.0
    for x, ai, yi in zip(X, a, y, strict=True):
        dw += (ai - yi) * x
        db += ai - yi
    return [dw / len(y), db / len(y)]


def backward_uncancelled(X, a, y):
    dz = (a - y) / (a * (1 - a)) * (a * (1 - a)) / len(y)
    return dz @ X, np.array(dz.sum())


def step_as_list(w, b, dw, db, learning_rate):
    return [list(w - learning_rate * dw), np.float64(b - learning_rate * db)]


def train_with_array_of_losses(X, y, learning_rate, epochs):
    w, b, losses = np.zeros(X.shape[1]), 0.0, np.zeros(epochs)
    for i in range(epochs):
        a = nn.neuron_forward(X, w, b)
        losses[i] = nn.bce_loss(a, y)
        dw, db = nn.neuron_backward(X, a, y)
        w -= learning_rate * dw
        b -= learning_rate * db
    return w, b, losses


ALTERNATIVES = {
    "linear_neuron_step": [step_with_named_gradient, step_as_numpy_scalar],
    "sigmoid": [by_tanh, by_scipy, by_clip, by_two_branches],
    "neuron_forward": [forward_by_rows, forward_by_einsum],
    "mse_loss": [mse_by_dot, mse_by_loop],
    "bce_loss": [bce_by_where, bce_by_maximum, bce_by_loop],
    "neuron_backward": [backward_by_mean, backward_by_loop, backward_uncancelled],
    "gradient_step": [step_as_list],
    "train_neuron": [train_with_array_of_losses],
}
