"""A short sixth round, chapters 3 and 3b: more of what is rare and of two mistakes at once.

Written after the fifth was mended, before any of these was run.
"""

import numpy as np

from bplab import nn
from tests.exercises.strangers.ch03_fifth_round import ACT, SLOPE, _soft
from tests.exercises.strangers.ch03_fifth_round_network import _backward, _forward, _loss, _stepped
from tests.exercises.strangers.ch03_fifth_round_units import _added, _increments, _outputs
from tests.exercises.strangers.table import wrong


@wrong("activation_backward", "sigmoid and tanh slopes exchanged")
def _(dA, Z, kind):
    other = {"tanh": "sigmoid", "sigmoid": "tanh", "relu": "relu"}[kind]
    return dA * SLOPE[other](Z)


@wrong("activation_backward", "relu is leaky on the way back only")
def _(dA, Z, kind):
    return dA * np.where(Z > 0, 1, 0.01) if kind == "relu" else dA * SLOPE[kind](Z)


@wrong("linear_backward", "db from X, dW divided by N", "two")
def _(dZ, X, W):
    return dZ @ W.T, X.T @ dZ / len(X), X.sum(axis=0)[: W.shape[1]]


@wrong("softmax", "the temperature is the standard deviation of each row")
def _(Z):
    return _soft(Z / Z.std(axis=1, keepdims=True))


@wrong("cross_entropy", "squared logarithm")
def _(P, y):
    return np.mean(np.log(np.maximum(P[np.arange(len(y)), y], 1e-12)) ** 2)


@wrong("cross_entropy", "label smoothing of 0.1")
def _(P, y):
    T = 0.9 * np.eye(P.shape[1])[y] + 0.1 / P.shape[1]
    return -np.mean((T * np.log(np.maximum(P, 1e-12))).sum(axis=1))


@wrong("softmax_cross_entropy_backward", "rows are centred afterwards for safety, doubled", "two")
def _(P, y):
    dZ = 2 * (P - np.eye(P.shape[1])[y])
    return dZ - dZ.mean(axis=0)


@wrong("softmax_cross_entropy_backward", "P times (P - T), half a Jacobian")
def _(P, y):
    return P * (P - np.eye(P.shape[1])[y]) / len(y)


@wrong("mlp_forward", "biases subtracted in hidden layers, added at the output")
def _(X, params, kind="tanh"):
    return _forward(X, [(W, -b) for W, b in params[:-1]] + [params[-1]], kind)


@wrong("mlp_forward", "every hidden activation is normalised by its row's length")
def _(X, params, kind="tanh"):
    A, Z = [X], []
    for k, (W, b) in enumerate(params):
        Z.append(A[-1] @ W + b)
        if k < len(params) - 1:
            H = ACT[kind](Z[-1])
            A.append(H / (np.linalg.norm(H, axis=1, keepdims=True) + 1e-12))
    return _soft(Z[-1]), {"A": A, "Z": Z}


@wrong("mlp_backward", "slope at A of the wrong kind and dW not summed with db halved", "two")
def _(P, y, cache, params, kind="tanh"):
    return [(dW, db / 2) for dW, db in _backward(P, y, cache, params, "sigmoid")]


@wrong("mlp_backward", "each layer's delta is normalised to length one")
def _(P, y, cache, params, kind="tanh"):
    dZ = (P - np.eye(P.shape[1])[y]) / len(y)
    grads = []
    for k in reversed(range(len(params))):
        dZ = dZ / np.linalg.norm(dZ)
        grads.append((cache["A"][k].T @ dZ, dZ.sum(axis=0)))
        if k:
            dZ = (dZ @ params[k][0].T) * SLOPE[kind](cache["Z"][k - 1])
    return grads[::-1]


@wrong("mlp_backward", "random feedback in place of W.T")
def _(P, y, cache, params, kind="tanh"):
    rng = np.random.default_rng(0)
    dZ = (P - np.eye(P.shape[1])[y]) / len(y)
    grads = []
    for k in reversed(range(len(params))):
        grads.append((cache["A"][k].T @ dZ, dZ.sum(axis=0)))
        if k:
            B = rng.normal(size=params[k][0].shape)
            dZ = (dZ @ B.T) * SLOPE[kind](cache["Z"][k - 1])
    return grads[::-1]


@wrong("mlp_backward", "biases in the last layer forgotten: zeros there")
def _(P, y, cache, params, kind="tanh"):
    grads = _backward(P, y, cache, params, kind)
    return [*grads[:-1], (grads[-1][0], 0 * grads[-1][1])]


@wrong("mlp_backward", "the output's dW made with the normalised activations")
def _(P, y, cache, params, kind="tanh"):
    grads = _backward(P, y, cache, params, kind)
    A = cache["A"][-1]
    dZ = (P - np.eye(P.shape[1])[y]) / len(y)
    return [*grads[:-1], ((A - A.mean(0)).T @ dZ, grads[-1][1])]


@wrong("train_step", "moves along the sign of the gradient")
def _(X, y, params, learning_rate, kind="tanh"):
    P, cache = _forward(X, params, kind)
    grads = [(np.sign(a), np.sign(b)) for a, b in _backward(P, y, cache, params, kind)]
    return _stepped(params, grads, learning_rate), _loss(P, y)


@wrong("train_step", "only the output layer learns")
def _(X, y, params, learning_rate, kind="tanh"):
    P, cache = _forward(X, params, kind)
    new = _stepped(params, _backward(P, y, cache, params, kind), learning_rate)
    return [*params[:-1], new[-1]], _loss(P, y)


@wrong("train_step", "climbs, and the loss is summed", "two")
def _(X, y, params, learning_rate, kind="tanh"):
    P, cache = _forward(X, params, kind)
    grads = _backward(P, y, cache, params, kind)
    return _stepped(params, grads, -learning_rate), _loss(P, y) * len(y)


@wrong("train_step", "an L2 penalty of 0.001 in the step and in the loss")
def _(X, y, params, learning_rate, kind="tanh"):
    P, cache = _forward(X, params, kind)
    grads = [
        (dW + 0.001 * W, db)
        for (dW, db), (W, _) in zip(_backward(P, y, cache, params, kind), params)
    ]
    return _stepped(params, grads, learning_rate), _loss(P, y) + 0.0005 * sum(
        np.sum(W**2) for W, _ in params
    )


@wrong("train_step", "weights updated layer by layer while the blame goes down", "one")
def _(X, y, params, learning_rate, kind="tanh"):
    P, cache = _forward(X, params, kind)
    new = [list(p) for p in params]
    dZ = (P - np.eye(P.shape[1])[y]) / len(y)
    for k in reversed(range(len(params))):
        new[k][0] = new[k][0] - learning_rate * cache["A"][k].T @ dZ
        new[k][1] = new[k][1] - learning_rate * dZ.sum(axis=0)
        if k:
            dZ = (dZ @ new[k][0].T) * SLOPE[kind](cache["Z"][k - 1])
    return [tuple(p) for p in new], _loss(P, y)


@wrong("per_unit_update", "no factor O (1 - O) anywhere: plain differences")
def _(x, t, weights, biases, learning_rate):
    O = _outputs(x, weights, biases)  # noqa: E741
    err = t - O[-1]
    dW, db = [], []
    for k in reversed(range(len(weights))):
        dW.insert(0, learning_rate * np.outer(O[k], err))
        db.insert(0, learning_rate * err)
        err = weights[k] @ err
    return _added(weights, biases, dW, db)


@wrong("per_unit_update", "the error of the output is squared")
def _(x, t, weights, biases, learning_rate):
    O = _outputs(x, weights, biases)  # noqa: E741
    err = O[-1] * (1 - O[-1]) * (t - O[-1]) ** 2
    dW, db = [], []
    for k in reversed(range(len(weights))):
        dW.insert(0, learning_rate * np.outer(O[k], err))
        db.insert(0, learning_rate * err)
        err = O[k] * (1 - O[k]) * (weights[k] @ err)
    return _added(weights, biases, dW, db)


@wrong("per_unit_update", "the thresholds are not part of the net input")
def _(x, t, weights, biases, learning_rate):
    none = [0 * b for b in biases]
    dW, db = _increments(x, t, weights, none, learning_rate)
    return _added(weights, biases, dW, db)


@wrong("per_unit_update", "old weights come back with the new thresholds")
def _(x, t, weights, biases, learning_rate):
    _, db = _increments(x, t, weights, biases, learning_rate)
    return [W.copy() for W in weights], [b + d for b, d in zip(biases, db)]


@wrong("epoch_update", "increments summed but applied after each half of the set")
def _(X, T, weights, biases, learning_rate):
    for part in np.array_split(np.arange(len(X)), 2):
        parts = [_increments(X[i], T[i], weights, biases, learning_rate) for i in part]
        dW = [sum(d) for d in zip(*(p[0] for p in parts))]
        db = [sum(d) for d in zip(*(p[1] for p in parts))]
        weights, biases = _added(weights, biases, dW, db)
    return weights, biases


@wrong("epoch_update", "sums the weights of all single updates and divides by N")
def _(X, T, weights, biases, learning_rate):
    parts = [
        _added(weights, biases, *_increments(x, t, weights, biases, learning_rate))
        for x, t in zip(X, T)
    ]
    n = len(parts)
    return [sum(w) / n for w in zip(*(p[0] for p in parts))], [
        sum(b) / n for b in zip(*(p[1] for p in parts))
    ]


@wrong("train_until", "stops when the loss is below max_error")
def _(X, y, params, learning_rate, max_epochs, min_change, max_error):
    losses = []
    for _ in range(max_epochs):
        new, loss = nn.train_step(X, y, params, learning_rate)
        losses.append(loss)
        moved = max(np.abs(a - b).max() for p, q in zip(params, new) for a, b in zip(p, q))
        params = new
        if moved < min_change:
            return params, losses, "weights"
        if loss < max_error:
            return params, losses, "error"
    return params, losses, "epochs"


@wrong("train_until", "tests once before the first epoch")
def _(X, y, params, learning_rate, max_epochs, min_change, max_error):
    losses = []
    for _ in range(max_epochs):
        if np.mean(nn.mlp_forward(X, params)[0].argmax(1) != y) < max_error:
            return params, losses, "error"
        new, loss = nn.train_step(X, y, params, learning_rate)
        losses.append(loss)
        moved = max(np.abs(a - b).max() for p, q in zip(params, new) for a, b in zip(p, q))
        params = new
        if moved < min_change:
            return params, losses, "weights"
    return params, losses, "epochs"


@wrong("train_until", "sum of the changes, not their size: plus and minus cancel")
def _(X, y, params, learning_rate, max_epochs, min_change, max_error):
    losses = []
    for _ in range(max_epochs):
        new, loss = nn.train_step(X, y, params, learning_rate)
        losses.append(loss)
        moved = max((b - a).max() for p, q in zip(params, new) for a, b in zip(p, q))
        params = new
        if moved < min_change:
            return params, losses, "weights"
        if np.mean(nn.mlp_forward(X, params)[0].argmax(1) != y) < max_error:
            return params, losses, "error"
    return params, losses, "epochs"
