"""Chapter 1, the loss of probabilities and its blame, as strangers answer it."""

import math

import numpy as np

from tests.exercises.strangers.table import right, wrong


# bce_loss
@wrong("bce_loss", "eps added inside the log and no clip: log(1e-7)")
def _(a, y):
    return -np.mean(y * np.log(a + 1e-7) + (1 - y) * np.log(1 - a + 1e-7))


@wrong("bce_loss", "no minus")
def _(a, y):
    a = np.clip(a, 1e-12, 1 - 1e-12)
    return np.mean(y * np.log(a) + (1 - y) * np.log(1 - a))


@wrong("bce_loss", "sum")
def _(a, y):
    a = np.clip(a, 1e-12, 1 - 1e-12)
    return -np.sum(y * np.log(a) + (1 - y) * np.log(1 - a))


@wrong("bce_loss", "minus on the first term only")
def _(a, y):
    a = np.clip(a, 1e-12, 1 - 1e-12)
    return np.mean(-y * np.log(a) + (1 - y) * np.log(1 - a))


@wrong("bce_loss", "log2")
def _(a, y):
    a = np.clip(a, 1e-12, 1 - 1e-12)
    return -np.mean(y * np.log2(a) + (1 - y) * np.log2(1 - a))


@wrong("bce_loss", "only the positive term, no clip", kind="two")
def _(a, y):
    return -np.mean(y * np.log(a))


@wrong("bce_loss", "labels and activations swapped")
def _(a, y):
    y = np.clip(y, 1e-12, 1 - 1e-12)
    return -np.mean(a * np.log(y) + (1 - a) * np.log(1 - y))


@wrong("bce_loss", "the two logs swapped")
def _(a, y):
    a = np.clip(a, 1e-12, 1 - 1e-12)
    return -np.mean((1 - y) * np.log(a) + y * np.log(1 - a))


@wrong("bce_loss", "nan_to_num instead of a clip: log 0 becomes a huge number")
def _(a, y):
    return -np.mean(np.nan_to_num(y * np.log(a) + (1 - y) * np.log(1 - a)))


@wrong("bce_loss", "clips at 0.01")
def _(a, y):
    a = np.clip(a, 0.01, 0.99)
    return -np.mean(y * np.log(a) + (1 - y) * np.log(1 - a))


@wrong("bce_loss", "mean of one class plus mean of the other")
def _(a, y):
    a = np.clip(a, 1e-12, 1 - 1e-12)
    return -np.mean(np.log(a[y == 1])) - np.mean(np.log(1 - a[y == 0]))


@right("bce_loss", "np.where picks the probability of the label")
def _(a, y):
    q = np.where(np.asarray(y) == 1, a, 1 - np.asarray(a))
    return -np.log(np.clip(q, 1e-12, None)).mean()


@right("bce_loss", "a generator and math.log")
def _(a, y):
    def cost(p, t):
        p = min(max(p, 1e-12), 1 - 1e-12)
        return -(math.log(p) if t else math.log(1 - p))

    return sum(cost(p, t) for p, t in zip(a, y)) / len(a)


# neuron_backward
@wrong("neuron_backward", "sum, not mean")
def _(X, a, y):
    d = a - y
    return X.T @ d, d.sum()


@wrong("neuron_backward", "y - a")
def _(X, a, y):
    d = (y - a) / len(y)
    return X.T @ d, d.sum()


@wrong("neuron_backward", "sigmoid slope as for squared error")
def _(X, a, y):
    d = (a - y) * a * (1 - a) / len(y)
    return X.T @ d, d.sum()


@wrong("neuron_backward", "mean over all entries of X")
def _(X, a, y):
    d = a - y
    return X.T @ d / X.size, d.mean()


@wrong("neuron_backward", "divides by the number of features")
def _(X, a, y):
    d = (a - y) / X.shape[1]
    return X.T @ d, d.sum()


@wrong("neuron_backward", "db is a sum, dw a mean")
def _(X, a, y):
    d = a - y
    return X.T @ d / len(y), np.sum(d)


@wrong("neuron_backward", "db from |error|")
def _(X, a, y):
    d = (a - y) / len(y)
    return X.T @ d, np.abs(d).sum()


@wrong("neuron_backward", "loop overwrites dw, the last example remains")
def _(X, a, y):
    for x, p, t in zip(X, a, y):
        dw = (p - t) * x / len(y)
    return dw, np.mean(a - y)


@wrong("neuron_backward", "the factor 2 of a squared error")
def _(X, a, y):
    d = 2 * (a - y) / len(y)
    return X.T @ d, d.sum()


@wrong("neuron_backward", "returned in the order (db, dw)")
def _(X, a, y):
    d = (a - y) / len(y)
    return d.sum(), X.T @ d


@wrong("neuron_backward", "dw summed to one number")
def _(X, a, y):
    d = (a - y) / len(y)
    return np.sum(X * d[:, None]), d.sum()


@wrong("neuron_backward", "X @ d without transpose", kind="raises")
def _(X, a, y):
    d = (a - y) / len(y)
    return X @ d, d.sum()


@wrong("neuron_backward", "sign turned and not averaged", kind="two")
def _(X, a, y):
    d = y - a
    return X.T @ d, d.sum()


@right("neuron_backward", "loops over examples and features")
def _(X, a, y):
    N, D = X.shape
    dw, db = [0.0] * D, 0.0
    for n in range(N):
        for j in range(D):
            dw[j] += (a[n] - y[n]) * X[n, j] / N
        db += (a[n] - y[n]) / N
    return dw, db


@right("neuron_backward", "np.average with weights X")
def _(X, a, y):
    return np.mean(X * (a - y)[:, np.newaxis], axis=0), np.float64(np.mean(a - y))
