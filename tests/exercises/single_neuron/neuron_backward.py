"""neuron_backward: what must pass, and what must be told."""

import numpy as np

from bplab import nn


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


def backward_by_covariance(X, a, y):
    dz = a - y
    rows = np.cov(X.T, dz, bias=True)[-1, :-1] if X.shape[1] else []
    return [r + m * dz.mean() for r, m in zip(rows, X.mean(axis=0), strict=True)], dz.mean()


def entry_by_entry(X, a, y):
    return ((a - y) * X).mean(axis=0), np.mean(a - y)


def weights_not_averaged(X, a, y):
    return X.T @ (a - y), np.mean(a - y)


def weights_uphill(X, a, y):
    dw, db = nn.neuron_backward(X, a, y)
    return -dw, db


def bias_uphill(X, a, y):
    dw, db = nn.neuron_backward(X, a, y)
    return dw, -db


def bias_first(X, a, y):
    dw, db = nn.neuron_backward(X, a, y)
    return db, dw


def not_collected(X, a, y):
    return X * (a - y)[:, None], np.mean(a - y)


def column_of_weights(X, a, y):
    return X.T @ (a - y).reshape(-1, 1) / len(y), np.mean(a - y)


def bias_not_returned(X, a, y):
    return X.T @ (a - y) / len(y)


def divided_by_root(X, a, y):
    return X.T @ (a - y) / np.sqrt(len(y)), np.sum(a - y) / np.sqrt(len(y))


def batch_of_six(X, a, y):
    return X.T @ (a - y) / 6, np.sum(a - y) / 6


def rounded_gradient(X, a, y):
    dw, db = nn.neuron_backward(X, a, y)
    return np.round(dw, 4), round(db, 4)


def error_in_place(X, a, y):
    a -= y
    return X.T @ a / len(y), a.mean()


def every_pair(X, a, y):
    dz = (a.reshape(-1, 1) - y) / len(y)
    return X.T @ dz, dz.sum()


def slope_in_the_bias(X, a, y):
    return X.T @ (a - y) / len(y), np.mean((a - y) * a * (1 - a))


def replaced_in_the_loop(X, a, y):
    N = len(y)
    dw = np.zeros(X.shape[1])
    db = 0
    for i in range(N):
        dw = (a[i] - y[i]) * X[i] / N
        db = (a[i] - y[i]) / N
    return (dw, db)


def divided_in_the_loop(X, a, y):
    N = len(y)
    dw = np.zeros(X.shape[1])
    db = 0
    for i in range(N):
        dw += (a[i] - y[i]) * X[i]
        db += a[i] - y[i]
        dw /= N
        db /= N
    return (dw, db)


def as_a_dict(X, a, y):
    dz = a - y
    return {"dw": X.T @ dz / len(y), "db": dz.mean()}


def slope_of_tanh(X, a, y):
    da = -y / a + (1 - y) / (1 - a)
    dz = da * (1 - a**2)
    return (X.T @ dz / len(y), dz.mean())


def first_term_only(X, a, y):
    da = -y / a
    dz = da * a * (1 - a)
    return (X.T @ dz / len(y), dz.mean())


def by_two_loops(X, a, y):
    m = X.shape[0]
    return (
        np.array([sum((a[i] - y[i]) * X[i, j] for i in range(m)) / m for j in range(X.shape[1])]),
        sum(a - y) / m,
    )


ACCEPTED = [
    by_two_loops,
    backward_by_mean,
    backward_by_loop,
    backward_uncancelled,
    backward_with_bias_as_weight,
    backward_by_column,
    backward_in_two_slopes,
    backward_by_covariance,
]

TOLD = [
    (entry_by_entry, "lines (6,) up with the last axis of (6, 3)", "not with its 6 rows"),
    (first_term_only, "healthy-left-out"),
    (slope_of_tanh, "tanh-slope"),
    (as_a_dict, "dict"),
    (divided_in_the_loop, "averaged-in-the-loop"),
    (replaced_in_the_loop, "last-example-only"),
    (weights_not_averaged, "dw is exactly N times", "db is right", "Count the divisions"),
    (weights_uphill, "dw is exactly the opposite", "db is right"),
    (bias_uphill, "db is exactly the opposite", "dw is right"),
    (bias_first, "in the place of dw is db", "dw, db, in this order"),
    (not_collected, "(6, 3)", "(3,) belongs there", "mean over axis 0"),
    (column_of_weights, "(3, 1)", "axis of length 1"),
    (bias_not_returned, "2 things (dw, db)", "array of shape (3,)"),
    (divided_by_root, "exactly sqrt(N) times"),
    (batch_of_six, "N/6", "as if N were 6"),
    (rounded_gradient, "right to 4 decimals"),
    (error_in_place, "changed what it was given: a"),
    (every_pair, "dw has shape (3, 6)"),
    (slope_in_the_bias, "first number that is wrong is db", "dw is right"),
    (
        lambda X, a, y: ((X * (y - a)[:, None]).mean(axis=0), (y - a).sum()),
        "label-minus-prediction",
        "db is off in another way",
    ),
]
