"""A third round, chapter 3, the textbook's units: from the table of exercises, before any run."""

import numpy as np

from bplab import nn
from tests.exercises.strangers.table import right, wrong


def _s(z):
    return 0.5 * (1 + np.tanh(0.5 * np.asarray(z)))


def _case(x, t, weights, biases, err_out=None, err_hidden=None, blame=None):
    """Increments of one tuple, per rate, with places to go wrong in."""
    O = [np.asarray(x, dtype=float)]
    for W, b in zip(weights, biases, strict=True):
        O.append(_s(O[-1] @ W + b))
    err = (err_out or (lambda o, t: o * (1 - o) * (t - o)))(O[-1], np.asarray(t, dtype=float))
    dW, db = [], []
    for i in reversed(range(len(weights))):
        dW.insert(0, np.outer(O[i], err))
        db.insert(0, err)
        if i:
            back = (blame or (lambda W, e: W @ e))(weights[i], err)
            err = (err_hidden or (lambda o, s: o * (1 - o) * s))(O[i], back)
    return dW, db


def _apply(weights, biases, dW, db, rate):
    return (
        [W + rate * d for W, d in zip(weights, dW, strict=True)],
        [b + rate * d for b, d in zip(biases, db, strict=True)],
    )


def _update(**change):
    def per_unit_update(x, t, weights, biases, learning_rate):
        return _apply(weights, biases, *_case(x, t, weights, biases, **change), learning_rate)

    return per_unit_update


wrong("per_unit_update", "hidden errors share the blame by weights normalised to sum 1")(
    _update(blame=lambda W, e: (W / W.sum(axis=0)) @ e)
)
wrong("per_unit_update", "output error with tanh's slope 1 - O^2")(
    _update(err_out=lambda o, t: (1 - o**2) * (t - o))
)
wrong("per_unit_update", "the squared error in place of the error at the output")(
    _update(err_out=lambda o, t: o * (1 - o) * (t - o) ** 2)
)
wrong("per_unit_update", "hidden error takes the mean of the blames, not their sum")(
    _update(blame=lambda W, e: W @ e / len(e))
)


@wrong("per_unit_update", "thresholds subtracted: theta is lowered by the error")
def _(x, t, weights, biases, learning_rate):
    dW, db = _case(x, t, weights, biases)
    new, _ = _apply(weights, biases, dW, db, learning_rate)
    return new, [b - learning_rate * d for b, d in zip(biases, db, strict=True)]


@wrong("per_unit_update", "increment uses the receiving unit's output")
def _(x, t, weights, biases, learning_rate):
    O = [np.asarray(x, dtype=float)]
    for W, b in zip(weights, biases, strict=True):
        O.append(_s(O[-1] @ W + b))
    _, db = _case(x, t, weights, biases)
    dW = [np.ones(len(W))[:, None] * (e * o) for W, e, o in zip(weights, db, O[1:], strict=True)]
    return _apply(weights, biases, dW, db, learning_rate)


@right("per_unit_update", "three nested loops, unit by unit")
def _(x, t, weights, biases, learning_rate):
    O = [list(map(float, x))]
    for W, b in zip(weights, biases, strict=True):
        layer = []
        for j in range(W.shape[1]):
            total = float(b[j])
            for i in range(W.shape[0]):
                total += W[i, j] * O[-1][i]
            layer.append(1 / (1 + np.exp(-total)))
        O.append(layer)
    err = [None] * len(weights)
    err[-1] = [o * (1 - o) * (tj - o) for o, tj in zip(O[-1], t, strict=True)]
    for k in range(len(weights) - 2, -1, -1):
        W = weights[k + 1]
        err[k] = [
            O[k + 1][j]
            * (1 - O[k + 1][j])
            * sum(err[k + 1][m] * W[j, m] for m in range(W.shape[1]))
            for j in range(W.shape[0])
        ]
    new_w, new_b = [], []
    for k, W in enumerate(weights):
        W = W.copy()
        for i in range(W.shape[0]):
            for j in range(W.shape[1]):
                W[i, j] += learning_rate * err[k][j] * O[k][i]
        new_w.append(W)
        new_b.append(
            np.array([biases[k][j] + learning_rate * err[k][j] for j in range(W.shape[1])])
        )
    return new_w, new_b


@wrong("epoch_update", "increments of the last tuple alone: the sum is reset in the loop")
def _(X, T, weights, biases, learning_rate):
    for x, t in zip(X, T, strict=True):
        dW = [np.zeros_like(W) for W in weights]
        db = [np.zeros_like(b) for b in biases]
        a, c = _case(x, t, weights, biases)
        dW = [p + q for p, q in zip(dW, a, strict=True)]
        db = [p + q for p, q in zip(db, c, strict=True)]
    return _apply(weights, biases, dW, db, learning_rate)


@wrong("epoch_update", "increments averaged, and biases updated case by case", "two")
def _(X, T, weights, biases, learning_rate):
    start = biases
    sums = [np.zeros_like(W) for W in weights]
    for x, t in zip(X, T, strict=True):
        a, c = _case(x, t, weights, biases)
        sums = [p + q / len(X) for p, q in zip(sums, a, strict=True)]
        biases = [b + learning_rate * d for b, d in zip(biases, c, strict=True)]
    return _apply(weights, start, sums, [np.zeros_like(b) for b in start], learning_rate)[0], biases


@wrong("epoch_update", "rate multiplied in for every tuple and again at the end")
def _(X, T, weights, biases, learning_rate):
    sums = [np.zeros_like(W) for W in weights], [np.zeros_like(b) for b in biases]
    for x, t in zip(X, T, strict=True):
        a, c = _case(x, t, weights, biases)
        for total, more in ((sums[0], a), (sums[1], c)):
            for i, m in enumerate(more):
                total[i] = total[i] + learning_rate * m
    return _apply(weights, biases, *sums, learning_rate)


@right("epoch_update", "differences of case updates from one frozen set of weights")
def _(X, T, weights, biases, learning_rate):
    new_w, new_b = list(weights), list(biases)
    for x, t in zip(X, T, strict=True):
        w, b = nn.per_unit_update(x, t, weights, biases, learning_rate)
        new_w = [n + (a - o) for n, a, o in zip(new_w, w, weights, strict=True)]
        new_b = [n + (a - o) for n, a, o in zip(new_b, b, biases, strict=True)]
    return new_w, new_b


def _until(stop, order=("weights", "error"), shown=None):
    def train_until(X, y, params, learning_rate, max_epochs, min_change, max_error):
        losses = []
        for _ in range(max_epochs):
            old = params
            params, loss = nn.train_step(X, y, params, learning_rate, "tanh")
            losses.append(loss)
            reason = stop(X, y, old, params, losses, min_change, max_error)
            if reason:
                return params, losses, reason
        return params, losses, "epochs"

    return train_until


def _moves(old, new):
    return [np.abs(p - q) for a, b in zip(old, new, strict=True) for p, q in zip(a, b, strict=True)]


def _share(X, y, params):
    return np.mean(nn.mlp_forward(X, params, "tanh")[0].argmax(axis=1) != y)


def _rules(changes, error):
    def stop(X, y, old, new, losses, min_change, max_error):
        if changes(_moves(old, new), min_change):
            return "weights"
        if error(X, y, old, new, losses, max_error):
            return "error"
        return None

    return stop


def _small(m, c):
    return max(x.max() for x in m) < c


def _few(X, y, old, new, losses, e):
    return _share(X, y, new) < e


wrong("train_until", "the mean change is compared, not the largest")(
    _until(_rules(lambda m, c: np.mean(np.concatenate([x.ravel() for x in m])) < c, _few))
)
wrong("train_until", "weights only: changes of the biases are not looked at")(
    _until(_rules(lambda m, c: max(x.max() for x in m[::2]) < c, _few))
)
wrong("train_until", "the smallest change is compared")(
    _until(_rules(lambda m, c: min(x.min() for x in m) < c, _few))
)
wrong("train_until", "the loss is compared with max_error")(
    _until(_rules(_small, lambda X, y, old, new, losses, e: losses[-1] < e))
)
wrong("train_until", "misclassified by the network before the update")(
    _until(_rules(_small, lambda X, y, old, new, losses, e: _share(X, y, old) < e))
)
wrong("train_until", "share right in place of share wrong")(
    _until(_rules(_small, lambda X, y, old, new, losses, e: 1 - _share(X, y, new) < e))
)


@wrong("train_until", "returns the weights before the last update when it stops early")
def _(X, y, params, learning_rate, max_epochs, min_change, max_error):
    losses = []
    for _ in range(max_epochs):
        new, loss = nn.train_step(X, y, params, learning_rate, "tanh")
        losses.append(loss)
        if _small(_moves(params, new), min_change):
            return params, losses, "weights"
        if _share(X, y, new) < max_error:
            return params, losses, "error"
        params = new
    return params, losses, "epochs"


@right("train_until", "a while loop and a flag")
def _(X, y, params, learning_rate, max_epochs, min_change, max_error):
    losses, reason, epoch = [], "epochs", 0
    while epoch < max_epochs:
        epoch += 1
        new, loss = nn.train_step(X, y, params, learning_rate)
        losses.append(float(loss))
        moved = any(
            np.any(np.abs(p - q) >= min_change)
            for a, b in zip(params, new, strict=True)
            for p, q in zip(a, b, strict=True)
        )
        params = new
        P, _ = nn.mlp_forward(X, params)
        if not moved:
            reason = "weights"
        elif np.count_nonzero(P.argmax(1) - y) / len(y) < max_error:
            reason = "error"
        else:
            continue
        break
    return params, losses, reason
