"""Chapter 3, softmax and its loss, as strangers answer it."""

import numpy as np

from tests.exercises.strangers.table import right, wrong


def _soft(Z):
    E = np.exp(Z - np.max(Z, axis=1, keepdims=True))
    return E / E.sum(axis=1, keepdims=True)


@wrong("softmax", "no shift: exp overflows")
def _(Z):
    E = np.exp(Z)
    return E / E.sum(axis=1, keepdims=True)


@wrong("softmax", "over columns")
def _(Z):
    E = np.exp(Z - Z.max(axis=0))
    return E / E.sum(axis=0)


@wrong("softmax", "one sum over the whole table")
def _(Z):
    E = np.exp(Z - Z.max())
    return E / E.sum()


@wrong("softmax", "one maximum over the whole table: rows far below vanish to 0/0")
def _(Z):
    E = np.exp(Z - np.max(Z))
    return E / np.sum(E, axis=1, keepdims=True)


@wrong("softmax", "no exp: Z divided by its row sum")
def _(Z):
    return Z / Z.sum(axis=1, keepdims=True)


@wrong("softmax", "keepdims forgotten", kind="raises")
def _(Z):
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    return E / E.sum(axis=1)


@wrong("softmax", "exp of minus the scores")
def _(Z):
    return _soft(-Z)


@wrong("softmax", "clips the scores at 30")
def _(Z):
    return _soft(np.clip(Z, -30, 30))


@wrong("softmax", "log-softmax returned")
def _(Z):
    M = Z - Z.max(axis=1, keepdims=True)
    return M - np.log(np.exp(M).sum(axis=1, keepdims=True))


@wrong("softmax", "divides by the row's maximum in place of subtracting it")
def _(Z):
    E = np.exp(Z / np.abs(Z).max(axis=1, keepdims=True))
    return E / E.sum(axis=1, keepdims=True)


@right("softmax", "scipy")
def _(Z):
    from scipy.special import softmax

    return softmax(Z, axis=1)


@right("softmax", "row by row with apply_along_axis")
def _(Z):
    def row(z):
        e = np.exp(z - max(z))
        return e / sum(e)

    return np.apply_along_axis(row, 1, Z)


@wrong("cross_entropy", "mean over the whole one-hot table")
def _(P, y):
    Y = np.eye(P.shape[1])[y]
    return -np.mean(Y * np.log(np.clip(P, 1e-12, 1)))


@wrong("cross_entropy", "adds 1e-9 in the log")
def _(P, y):
    return -np.mean(np.log(P[np.arange(len(y)), y] + 1e-9))


@wrong("cross_entropy", "P[:, y]: a table of pairs")
def _(P, y):
    return -np.mean(np.log(np.clip(P[:, y], 1e-12, 1)))


@wrong("cross_entropy", "sum")
def _(P, y):
    return -np.sum(np.log(np.clip(P[np.arange(len(y)), y], 1e-12, 1)))


@wrong("cross_entropy", "log of the mean probability")
def _(P, y):
    return -np.log(np.mean(np.clip(P[np.arange(len(y)), y], 1e-12, 1)))


@wrong("cross_entropy", "one minus the probability")
def _(P, y):
    return np.mean(1 - P[np.arange(len(y)), y])


@wrong("cross_entropy", "the largest probability, labels ignored")
def _(P, y):
    return -np.mean(np.log(np.clip(P.max(axis=1), 1e-12, 1)))


@wrong("cross_entropy", "adds the other classes' log(1 - p)")
def _(P, y):
    Y = np.eye(P.shape[1])[y]
    P = np.clip(P, 1e-12, 1 - 1e-12)
    return -np.mean(np.sum(Y * np.log(P) + (1 - Y) * np.log(1 - P), axis=1))


@right("cross_entropy", "take_along_axis")
def _(P, y):
    p = np.take_along_axis(P, np.asarray(y)[:, None], axis=1)
    return -np.log(np.maximum(p, 1e-12)).mean().item()


@wrong("softmax_cross_entropy_backward", "not divided by N")
def _(P, y):
    return P - np.eye(P.shape[1])[y]


@wrong("softmax_cross_entropy_backward", "Y - P")
def _(P, y):
    return (np.eye(P.shape[1])[y] - P) / len(y)


@wrong("softmax_cross_entropy_backward", "P changed in place")
def _(P, y):
    P[range(len(y)), y] -= 1
    return P / len(y)


@wrong("softmax_cross_entropy_backward", "times P(1 - P)")
def _(P, y):
    return (P - np.eye(P.shape[1])[y]) * P * (1 - P) / len(y)


@wrong("softmax_cross_entropy_backward", "divided by the number of classes")
def _(P, y):
    return (P - np.eye(P.shape[1])[y]) / P.shape[1]


@wrong("softmax_cross_entropy_backward", "divided by N C")
def _(P, y):
    return (P - np.eye(P.shape[1])[y]) / P.size


@wrong("softmax_cross_entropy_backward", "gradient of the loss with respect to P: -1/p")
def _(P, y):
    Y = np.eye(P.shape[1])[y]
    return -Y / np.clip(P, 1e-12, 1) / len(y)


@wrong("softmax_cross_entropy_backward", "1 taken off every class of the row")
def _(P, y):
    return (P - 1) / len(y)


@wrong("softmax_cross_entropy_backward", "sign and factor: Y - P summed", kind="two")
def _(P, y):
    return np.eye(P.shape[1])[y] - P


@right("softmax_cross_entropy_backward", "np.subtract.at on a copy")
def _(P, y):
    d = np.array(P, copy=True)
    np.subtract.at(d, (np.arange(len(y)), y), 1)
    d /= P.shape[0]
    return d
