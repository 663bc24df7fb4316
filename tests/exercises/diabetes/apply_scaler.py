"""apply_scaler: what must pass, and what must be told."""

import numpy as np


def apply_where(X, scaler):
    mean, std = scaler
    return np.divide(X - mean, std, out=np.zeros_like(X), where=std > 0)


def apply_by_column(X, scaler):
    columns = [
        (X[:, j] - scaler[0][j]) / (scaler[1][j] if scaler[1][j] else 1) for j in range(X.shape[1])
    ]
    return np.stack(columns, axis=1)


def apply_with_a_trace(X, scaler):
    return (X - scaler[0]) / (np.asarray(scaler[1]) + 1e-12)


def apply_with_the_usual_eps(X, scaler):
    return (X - scaler[0]) / (scaler[1] + 1e-8)


ACCEPTED = [
    apply_with_a_trace,
    apply_with_the_usual_eps,
    apply_where,
    apply_by_column,
]
TOLD = [
    (lambda X, scaler: (X - X.mean(axis=0)) / scaler[1], "not the scaler's"),
    (lambda X, scaler: (X + scaler[0]) / scaler[1], "You added the mean"),
    (lambda X, scaler: (scaler[0] - X) / scaler[1], "opposite"),
    (lambda X, scaler: (X - scaler[0]) / np.maximum(scaler[1], 1), "small-std-raised"),
]
