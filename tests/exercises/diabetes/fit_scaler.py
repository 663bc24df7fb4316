"""fit_scaler: what must pass, and what must be told."""

import numpy as np
from sklearn.preprocessing import StandardScaler


def scaler_with_zero_std(X):
    return X.mean(0), X.std(0)


def scaler_of_lists(X):
    scaler = StandardScaler().fit(X)
    return [scaler.mean_.tolist(), scaler.scale_.tolist()]


def scaler_by_hand(X):
    mean = np.sum(X, axis=0) / len(X)
    std = np.sqrt(np.sum((X - mean) ** 2, axis=0) / len(X))
    std[std < 1e-12] = 1
    return mean, std


def scaler_as_one_array(X):
    return np.array([X.mean(axis=0), X.std(axis=0)])


def returns_scaled(X):
    return (X - X.mean(axis=0)) / X.std(axis=0)


ACCEPTED = [
    scaler_as_one_array,
    scaler_with_zero_std,
    scaler_of_lists,
    scaler_by_hand,
]
TOLD = [
    (
        lambda X: (X.mean(axis=0), np.abs(X - X.mean(axis=0)).mean(axis=0)),
        "mean absolute deviation",
    ),
    (lambda X: (X.mean(axis=0), X.std(axis=0) + 1e-3), "0.001 is added"),
    (lambda X: (X.std(axis=0), X.mean(axis=0)), "in the place of mean is std"),
    (lambda X: (X.sum(axis=0), X.std(axis=0)), "exactly N times"),
    (lambda X: (X.mean(axis=0), np.ones(X.shape[1])), "std is 1 in every case"),
    (returns_scaled, "wrong-type"),
    (
        lambda X: ((X - X.mean(axis=0)) / X.std(axis=0), (X.mean(axis=0), X.std(axis=0))),
        "one-level-deeper",
    ),
    (lambda X: (X.mean(axis=0), np.maximum(X.std(axis=0), 1)), "small-std-raised"),
    (
        lambda X: (X.mean(axis=0), ((X - np.median(X, axis=0)) ** 2).mean(axis=0) ** 0.5),
        "spread about the median",
    ),
]
