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


def step_by_halves(x, w, y, learning_rate):
    return float(w - np.multiply(learning_rate, x * (w * x - y)) * 2)


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


def by_log(z):
    return np.exp(-np.logaddexp(0, -np.asarray(z)))


@np.vectorize
def by_one_number_at_a_time(z):
    return 1 / (1 + math.exp(-z)) if z > -700 else 0.0


def by_quiet_overflow(z):
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-z))


def forward_by_rows(X, w, b):
    return [float(nn.sigmoid(sum(x * v for x, v in zip(row, w, strict=True)) + b)) for row in X]


def forward_by_einsum(X, w, b):
    return nn.sigmoid(np.einsum("ij,j->i", X, w) + b)


def forward_by_column(X, w, b):
    return nn.sigmoid(X @ w.reshape(-1, 1) + b)[:, 0]


def forward_with_bias_as_weight(X, w, b):
    return nn.sigmoid(np.hstack([X, np.ones((len(X), 1))]) @ np.append(w, b))


def forward_transposed(X, w, b):
    return tuple(nn.sigmoid(w @ X.T + b))


def mse_by_dot(p, y):
    return (p - y) @ (p - y) / len(y)


def mse_by_loop(p, y):
    return sum((a - b) ** 2 for a, b in zip(p, y, strict=True)) / len(p)


def mse_by_norm(p, y):
    return np.linalg.norm(p - y) ** 2 / np.size(y)


def mse_expanded(p, y):
    return np.array(np.mean(p**2) - 2 * np.mean(p * y) + np.average(y**2))


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


def bce_by_power(a, y):
    a = np.clip(a, 1e-12, 1 - 1e-12)
    return -np.log(a**y * (1 - a) ** (1 - y)).mean()


def bce_with_small_addends(a, y):
    return -np.mean(y * np.log(a + 1e-12) + (1 - y) * np.log(1 - a + 1e-12))


def bce_by_class(a, y):
    a = np.clip(a, 1e-12, 1 - 1e-12)
    return -(np.log(a[y == 1]).sum() + np.log(1 - a[y == 0]).sum()) / len(a)


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


def backward_with_bias_as_weight(X, a, y):
    gradient = np.c_[X, np.ones(len(y))].T @ (a - y) / a.size
    return gradient[:-1], gradient[-1]


def backward_by_column(X, a, y):
    dz = (a - y).reshape(-1, 1) / X.shape[0]
    return (X.T @ dz).ravel(), dz.sum(axis=0)[0]


def backward_in_two_slopes(X, a, y):
    da = (-y / a + (1 - y) / (1 - a)) / len(y)
    dz = da * a * (1 - a)
    return tuple(X.T @ dz), dz.sum().item()


def step_as_list(w, b, dw, db, learning_rate):
    return [list(w - learning_rate * dw), np.float64(b - learning_rate * db)]


def step_on_a_copy(w, b, dw, db, learning_rate):
    w = w.copy()
    w -= learning_rate * dw
    b -= learning_rate * db
    return w, b


def step_by_entries(w, b, dw, db, learning_rate):
    return tuple(v - learning_rate * g for v, g in zip(w, dw, strict=True)), np.array(
        b - learning_rate * db
    )


def train_with_array_of_losses(X, y, learning_rate, epochs):
    w, b, losses = np.zeros(X.shape[1]), 0.0, np.zeros(epochs)
    for i in range(epochs):
        a = nn.neuron_forward(X, w, b)
        losses[i] = nn.bce_loss(a, y)
        dw, db = nn.neuron_backward(X, a, y)
        w -= learning_rate * dw
        b -= learning_rate * db
    return w, b, losses


def train_with_bias_as_weight(X, y, learning_rate, epochs):
    X1, v, losses = np.hstack([X, np.ones((len(X), 1))]), np.zeros(X.shape[1] + 1), ()
    for _ in range(epochs):
        a = 1 / (1 + np.exp(-X1 @ v))
        losses += (-np.mean(y * np.log(a) + (1 - y) * np.log(1 - a)),)
        v = v + learning_rate * np.mean((y - a)[:, None] * X1, axis=0)
    return [list(v[:-1]), v[-1], losses]


def train_by_columns(X, y, learning_rate, epochs):
    w, b, losses = np.zeros((X.shape[1], 1)), np.zeros(1), []
    target = y.reshape(-1, 1)
    while len(losses) < epochs:
        z = X @ w + b
        losses.append(np.mean(np.logaddexp(0, z) - target * z))
        dz = (nn.sigmoid(z) - target) / len(y)
        w = w - learning_rate * X.T @ dz
        b = b - learning_rate * dz.sum(axis=0)
    return w.ravel(), b[0], losses


def step_by_differences(x, w, y, learning_rate):
    def loss(v):
        return (y - v * x) ** 2

    return w - learning_rate * (loss(w + 1) - loss(w - 1)) / 2


def by_own_copy(z):
    z = np.clip(z, -500, 500)
    return np.reciprocal(1 + np.exp(np.negative(z)))


def by_parts(z):
    if np.ndim(z) == 0:
        return float(expit(z))
    return [by_parts(item) for item in z]


def forward_recursive(X, w, b=0.0):
    if len(X) == 0:
        return np.zeros(0)
    return np.concatenate([[nn.sigmoid(X[0] @ w + b)], forward_recursive(X[1:], w, b)])


def mse_by_moments(p, y, axis=None):
    return np.var(p - y) + np.mean(p - y) ** 2


def bce_by_distance(a, y, *, eps=1e-12):
    return -np.log(np.clip(1 - np.abs(y - a), eps, None)).mean()


def backward_by_covariance(X, a, y):
    dz = a - y
    rows = np.cov(X.T, dz, bias=True)[-1, :-1] if X.shape[1] else []
    return [r + m * dz.mean() for r, m in zip(rows, X.mean(axis=0), strict=True)], dz.mean()


def step_mapped(w, b, dw, db, learning_rate):
    return [p - learning_rate * g for p, g in ((w, dw), (b, db))]


def train_recursive(X, y, learning_rate=0.1, epochs=100):
    def go(w, b, left):
        if left == 0:
            return w, b, []
        a = nn.sigmoid(X @ w + b)
        loss = np.mean(np.logaddexp(0, X @ w + b) - y * (X @ w + b))
        dw, db = X.T @ (a - y) / len(y), (a - y).mean()
        w, b, losses = go(w - learning_rate * dw, b - learning_rate * db, left - 1)
        return w, b, [loss, *losses]

    return go(np.zeros(X.shape[1]), 0.0, epochs)


ALTERNATIVES = {
    "linear_neuron_step": [
        step_with_named_gradient,
        step_as_numpy_scalar,
        step_by_halves,
        step_by_differences,
    ],
    "sigmoid": [
        by_tanh,
        by_scipy,
        by_clip,
        by_two_branches,
        by_log,
        by_one_number_at_a_time,
        by_quiet_overflow,
        by_own_copy,
        by_parts,
    ],
    "neuron_forward": [
        forward_by_rows,
        forward_by_einsum,
        forward_by_column,
        forward_with_bias_as_weight,
        forward_transposed,
        forward_recursive,
    ],
    "mse_loss": [mse_by_dot, mse_by_loop, mse_by_norm, mse_expanded, mse_by_moments],
    "bce_loss": [
        bce_by_where,
        bce_by_maximum,
        bce_by_loop,
        bce_by_power,
        bce_with_small_addends,
        bce_by_class,
        bce_by_distance,
    ],
    "neuron_backward": [
        backward_by_mean,
        backward_by_loop,
        backward_uncancelled,
        backward_with_bias_as_weight,
        backward_by_column,
        backward_in_two_slopes,
        backward_by_covariance,
    ],
    "gradient_step": [step_as_list, step_on_a_copy, step_by_entries, step_mapped],
    "train_neuron": [
        train_with_array_of_losses,
        train_with_bias_as_weight,
        train_by_columns,
        train_recursive,
    ],
}
