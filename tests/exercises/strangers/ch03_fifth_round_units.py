"""A fifth round, chapter 3b: written from the table of exercises alone, before any was run."""

import numpy as np

from bplab import nn
from tests.exercises.strangers.table import right, wrong


def _sig(z):
    return 1 / (1 + np.exp(-z))


def _outputs(x, weights, biases):
    O = [np.asarray(x, dtype=float)]  # noqa: E741
    for W, b in zip(weights, biases):
        O.append(_sig(O[-1] @ W + b))
    return O


def _increments(x, t, weights, biases, rate):
    O = _outputs(x, weights, biases)  # noqa: E741
    err = O[-1] * (1 - O[-1]) * (t - O[-1])
    dW, db = [], []
    for k in reversed(range(len(weights))):
        dW.insert(0, rate * np.outer(O[k], err))
        db.insert(0, rate * err)
        err = O[k] * (1 - O[k]) * (weights[k] @ err)
    return dW, db


def _added(weights, biases, dW, db):
    return [W + d for W, d in zip(weights, dW)], [b + d for b, d in zip(biases, db)]


@wrong("per_unit_update", "the error is O - T with a plus in the update: climbs")
def _(x, t, weights, biases, learning_rate):
    dW, db = _increments(x, t, weights, biases, learning_rate)
    return _added(weights, biases, [-d for d in dW], [-d for d in db])


@wrong("per_unit_update", "hidden errors without O (1 - O)")
def _(x, t, weights, biases, learning_rate):
    O = _outputs(x, weights, biases)  # noqa: E741
    err = O[-1] * (1 - O[-1]) * (t - O[-1])
    dW, db = [], []
    for k in reversed(range(len(weights))):
        dW.insert(0, learning_rate * np.outer(O[k], err))
        db.insert(0, learning_rate * err)
        err = weights[k] @ err
    return _added(weights, biases, dW, db)


@wrong("per_unit_update", "weights above are updated before the error goes down")
def _(x, t, weights, biases, learning_rate):
    O = _outputs(x, weights, biases)  # noqa: E741
    weights, biases = [W.copy() for W in weights], [b.copy() for b in biases]
    err = O[-1] * (1 - O[-1]) * (t - O[-1])
    for k in reversed(range(len(weights))):
        weights[k] += learning_rate * np.outer(O[k], err)
        biases[k] += learning_rate * err
        err = O[k] * (1 - O[k]) * (weights[k] @ err)
    return weights, biases


@wrong("per_unit_update", "the biases move without the rate")
def _(x, t, weights, biases, learning_rate):
    dW, db = _increments(x, t, weights, biases, learning_rate)
    return _added(weights, biases, dW, [d / learning_rate for d in db])


@wrong("per_unit_update", "the increment uses the unit's own output, O_j, not O_i", "raises")
def _(x, t, weights, biases, learning_rate):
    O = _outputs(x, weights, biases)  # noqa: E741
    err = O[-1] * (1 - O[-1]) * (t - O[-1])
    new = [W.copy() for W in weights]
    for k in reversed(range(len(weights))):
        new[k] += learning_rate * np.outer(O[k + 1], err)
        err = O[k] * (1 - O[k]) * (weights[k] @ err)
    return new, biases


@wrong("per_unit_update", "hidden error takes the largest blame above, not the sum")
def _(x, t, weights, biases, learning_rate):
    O = _outputs(x, weights, biases)  # noqa: E741
    err = O[-1] * (1 - O[-1]) * (t - O[-1])
    dW, db = [], []
    for k in reversed(range(len(weights))):
        dW.insert(0, learning_rate * np.outer(O[k], err))
        db.insert(0, learning_rate * err)
        err = O[k] * (1 - O[k]) * (weights[k] * err).max(axis=1)
    return _added(weights, biases, dW, db)


@wrong("per_unit_update", "the sign of the thresholds: subtracted, theta -= l Err")
def _(x, t, weights, biases, learning_rate):
    dW, db = _increments(x, t, weights, biases, learning_rate)
    return _added(weights, biases, dW, [-d for d in db])


@right("per_unit_update", "three nested loops over units")
def _(x, t, weights, biases, learning_rate):
    O = [list(map(float, x))]  # noqa: E741
    for W, b in zip(weights, biases):
        O.append(
            [
                _sig(b[j] + sum(O[-1][i] * W[i, j] for i in range(W.shape[0])))
                for j in range(W.shape[1])
            ]
        )
    errs = [[o * (1 - o) * (tj - o) for o, tj in zip(O[-1], t)]]
    for k in range(len(weights) - 1, 0, -1):
        W = weights[k]
        errs.insert(
            0,
            [
                O[k][i] * (1 - O[k][i]) * sum(e * W[i, j] for j, e in enumerate(errs[0]))
                for i in range(W.shape[0])
            ],
        )
    new_w = [np.array(W) for W in weights]
    new_b = [np.array(b) for b in biases]
    for k, err in enumerate(errs):
        for j, e in enumerate(err):
            new_b[k][j] += learning_rate * e
            for i, o in enumerate(O[k]):
                new_w[k][i, j] += learning_rate * e * o
    return new_w, new_b


def _summed(X, T, weights, biases, rate):
    parts = [_increments(x, t, weights, biases, rate) for x, t in zip(X, T)]
    return [sum(d) for d in zip(*(p[0] for p in parts))], [
        sum(d) for d in zip(*(p[1] for p in parts))
    ]


@wrong("epoch_update", "averaged over the tuples")
def _(X, T, weights, biases, learning_rate):
    return _added(weights, biases, *_summed(X, T, weights, biases, learning_rate / len(X)))


@wrong("epoch_update", "case updating: applied after every tuple")
def _(X, T, weights, biases, learning_rate):
    for x, t in zip(X, T):
        weights, biases = _added(
            weights, biases, *_increments(x, t, weights, biases, learning_rate)
        )
    return weights, biases


@wrong("epoch_update", "weights summed over the set, biases from the last tuple")
def _(X, T, weights, biases, learning_rate):
    dW, _ = _summed(X, T, weights, biases, learning_rate)
    _, db = _increments(X[-1], T[-1], weights, biases, learning_rate)
    return _added(weights, biases, dW, db)


@wrong("epoch_update", "the mean input and the mean target as one tuple")
def _(X, T, weights, biases, learning_rate):
    x, t = np.mean(X, axis=0), np.mean(T, axis=0)
    return _added(weights, biases, *_increments(x, t, weights, biases, learning_rate * len(X)))


@wrong("epoch_update", "only the sum of increments comes back, not the weights")
def _(X, T, weights, biases, learning_rate):
    return _summed(X, T, weights, biases, learning_rate)


@right("epoch_update", "whole matrices at once")
def _(X, T, weights, biases, learning_rate):
    O = _outputs(X, weights, biases)  # noqa: E741
    err = O[-1] * (1 - O[-1]) * (T - O[-1])
    new_w, new_b = list(weights), list(biases)
    for k in reversed(range(len(weights))):
        new_w[k] = weights[k] + learning_rate * O[k].T @ err
        new_b[k] = biases[k] + learning_rate * err.sum(axis=0)
        err = O[k] * (1 - O[k]) * (err @ weights[k].T)
    return new_w, new_b


# train_until


def _until(X, y, params, rate, max_epochs, small, share, order=None, last=False):
    losses, reason = [], "epochs"
    for _ in range(max_epochs):
        new, loss = nn.train_step(X, y, params, rate)
        losses.append(loss)
        moved = max(np.abs(a - b).max() for p, q in zip(params, new) for a, b in zip(p, q))
        old, params = params, new
        wrong_share = np.mean(nn.mlp_forward(X, old if last else new)[0].argmax(1) != y)
        rules = {"weights": moved < small, "error": wrong_share < share}
        hit = [name for name in order or ("weights", "error") if rules[name]]
        if hit:
            return params, losses, hit[0]
    return params, losses, reason


@wrong("train_until", "error is tested before weights")
def _(X, y, params, learning_rate, max_epochs, min_change, max_error):
    return _until(
        X, y, params, learning_rate, max_epochs, min_change, max_error, ("error", "weights")
    )


@wrong("train_until", "misclassified by the network before the update")
def _(X, y, params, learning_rate, max_epochs, min_change, max_error):
    return _until(X, y, params, learning_rate, max_epochs, min_change, max_error, last=True)


@wrong("train_until", "the weights' rule is not there at all")
def _(X, y, params, learning_rate, max_epochs, min_change, max_error):
    return _until(X, y, params, learning_rate, max_epochs, 0.0, max_error)


@wrong("train_until", "accuracy is compared with max_error")
def _(X, y, params, learning_rate, max_epochs, min_change, max_error):
    losses = []
    for _ in range(max_epochs):
        new, loss = nn.train_step(X, y, params, learning_rate)
        losses.append(loss)
        moved = max(np.abs(a - b).max() for p, q in zip(params, new) for a, b in zip(p, q))
        params = new
        if moved < min_change:
            return params, losses, "weights"
        if np.mean(nn.mlp_forward(X, params)[0].argmax(1) == y) < max_error:
            return params, losses, "error"
    return params, losses, "epochs"


@wrong("train_until", "any weight's small change is enough: min for max")
def _(X, y, params, learning_rate, max_epochs, min_change, max_error):
    losses = []
    for _ in range(max_epochs):
        new, loss = nn.train_step(X, y, params, learning_rate)
        losses.append(loss)
        moved = min(np.abs(a - b).min() for p, q in zip(params, new) for a, b in zip(p, q))
        params = new
        if moved < min_change:
            return params, losses, "weights"
        if np.mean(nn.mlp_forward(X, params)[0].argmax(1) != y) < max_error:
            return params, losses, "error"
    return params, losses, "epochs"


@wrong("train_until", "the old parameters come back when a rule holds")
def _(X, y, params, learning_rate, max_epochs, min_change, max_error):
    losses = []
    for _ in range(max_epochs):
        new, loss = nn.train_step(X, y, params, learning_rate)
        losses.append(loss)
        if all(np.abs(a - b).max() < min_change for p, q in zip(params, new) for a, b in zip(p, q)):
            return params, losses, "weights"
        if np.mean(nn.mlp_forward(X, new)[0].argmax(1) != y) < max_error:
            return params, losses, "error"
        params = new
    return params, losses, "epochs"


@wrong("train_until", "only the weights are watched, biases not")
def _(X, y, params, learning_rate, max_epochs, min_change, max_error):
    losses = []
    for _ in range(max_epochs):
        new, loss = nn.train_step(X, y, params, learning_rate)
        losses.append(loss)
        moved = max(np.abs(p[0] - q[0]).max() for p, q in zip(params, new))
        params = new
        if moved < min_change:
            return params, losses, "weights"
        if np.mean(nn.mlp_forward(X, params)[0].argmax(1) != y) < max_error:
            return params, losses, "error"
    return params, losses, "epochs"


@right("train_until", "while, any and a ravelled vector of everything")
def _(X, y, params, learning_rate, max_epochs, min_change, max_error):
    def flat(net):
        return np.concatenate([np.ravel(v) for pair in net for v in pair])

    losses = []
    while len(losses) < max_epochs:
        before = flat(params)
        params, loss = nn.train_step(X, y, params, learning_rate)
        losses += [float(loss)]
        if not np.any(np.abs(flat(params) - before) >= min_change):
            return params, losses, "weights"
        P, _ = nn.mlp_forward(X, params)
        if np.count_nonzero(np.argmax(P, axis=1) - y) < max_error * len(y):
            return params, losses, "error"
    return params, losses, "epochs"
