"""Chapter 3, written differently."""

import math

import numpy as np
from scipy.special import expit, log_softmax
from scipy.special import softmax as scipy_softmax

from bplab import nn


def one_hot(y, C):
    return np.eye(C)[y]


def linear_by_einsum(X, W, b):
    return np.einsum("nd,dh->nh", X, W) + b


def linear_by_rows(X, W, b):
    return [[sum(x * w for x, w in zip(row, col, strict=True)) for col in W.T] + b for row in X]


def linear_with_a_column_of_ones(X, W, b):
    return np.hstack([X, np.ones((len(X), 1))]) @ np.vstack([W, b])


def linear_back_by_einsum(dZ, X, W):
    return (
        np.einsum("nh,dh->nd", dZ, W),
        np.einsum("nd,nh->dh", X, dZ),
        np.einsum("nh->h", dZ),
    )


def linear_back_by_loops(dZ, X, W):
    dX, dW, db = np.zeros(X.shape), np.zeros(W.shape), np.zeros(W.shape[1])
    for i in range(len(X)):
        dX[i] = W @ dZ[i]
        dW += np.outer(X[i], dZ[i])
        db += dZ[i]
    return [dX, dW, db]


def linear_back_with_ones(dZ, X, W):
    return (W @ dZ.T).T, (dZ.T @ X).T, np.ones(len(dZ)) @ dZ


def linear_back_as_lists(dZ, X, W):
    return (dZ @ W.T).tolist(), np.dot(X.T, dZ).tolist(), list(dZ.sum(axis=0))


def activation_by_if(Z, kind):
    if kind == "relu":
        return Z * (Z > 0)
    if kind == "tanh":
        return 2 * expit(2 * Z) - 1
    return 1 / (1 + np.exp(-Z))


def activation_by_where(Z, kind):
    e = np.exp(Z)
    return {
        "relu": np.where(Z > 0, Z, 0),
        "tanh": (e - 1 / e) / (e + 1 / e),
        "sigmoid": e / (1 + e),
    }[kind]


def activation_by_entry(Z, kind):
    f = {
        "relu": lambda z: max(z, 0),
        "tanh": math.tanh,
        "sigmoid": lambda z: 1 / (1 + math.exp(-z)),
    }
    return [[f[kind](z) for z in row] for row in Z]


def back_from_the_activation(dA, Z, kind):
    A = nn.activation_forward(Z, kind)
    return dA * {"relu": A > 0, "tanh": 1 - A**2, "sigmoid": A * (1 - A)}[kind]


def back_with_other_forms(dA, Z, kind):
    if kind == "relu":
        return np.where(Z >= 0, dA, 0.0)
    if kind == "tanh":
        return dA / np.cosh(Z) ** 2
    return dA * expit(Z) * expit(-Z)


def back_with_int_mask(dA, Z, kind):
    if kind == "relu":
        return dA * (Z > 0).astype(int)
    if kind == "tanh":
        return dA * (1 + np.tanh(Z)) * (1 - np.tanh(Z))
    return dA * np.exp(-Z) / (1 + np.exp(-Z)) ** 2


def back_on_a_copy(dA, Z, kind):
    if kind == "relu":
        dZ = dA.copy()
        dZ[Z <= 0] = 0
        return dZ
    return nn.activation_backward(dA, Z, kind)


def softmax_by_rows(Z):
    P = []
    for row in Z:
        e = [math.exp(z - max(row)) for z in row]
        P.append([v / sum(e) for v in e])
    return P


def softmax_by_log(Z):
    return np.exp(log_softmax(Z, axis=1))


def softmax_by_scipy(Z):
    return scipy_softmax(Z, axis=1)


def softmax_by_transposes(Z):
    E = np.exp(Z.T - Z.max(axis=1))
    return (E / E.sum(axis=0)).T


def softmax_with_newaxis(Z):
    E = np.exp(Z - Z.max(axis=1)[:, None])
    return E / E.sum(axis=1)[:, None]


def loss_by_one_hot(P, y):
    return -np.sum(one_hot(y, P.shape[1]) * np.log(np.clip(P, 1e-12, 1))) / len(y)


def loss_by_loop(P, y):
    return sum(-math.log(max(P[i][c], 1e-12)) for i, c in enumerate(y)) / len(y)


def loss_with_added_eps(P, y):
    return np.array(-np.log(P[range(len(y)), y] + 1e-12).mean())


def loss_clipped_on_both_sides(P, y):
    p = np.clip(P, 1e-12, 1 - 1e-12)
    return np.mean([-np.log(row[c]) for row, c in zip(p, y, strict=True)])


def loss_by_take(P, y):
    p = np.take_along_axis(P, y[:, None], axis=1)
    return -np.mean(np.log(np.maximum(p, 1e-12)))


def scores_by_one_hot(P, y):
    return (P - one_hot(y, P.shape[1])) / P.shape[0]


def scores_by_comparison(P, y):
    return (P - (np.arange(P.shape[1]) == y[:, None])) / len(P)


def scores_by_jacobian(P, y):
    dZ = np.empty_like(P)
    for i, (p, c) in enumerate(zip(P, y, strict=True)):
        dP = np.zeros_like(p)
        dP[c] = -1 / p[c] / len(y)
        dZ[i] = (np.diag(p) - np.outer(p, p)) @ dP
    return dZ


def scores_by_loop(P, y):
    dZ = [[p / len(P) for p in row] for row in P]
    for i, c in enumerate(y):
        dZ[i][c] -= 1 / len(P)
    return dZ


def forward_with_more_in_the_cache(X, params, kind="tanh"):
    A, Zs = X, []
    inputs = []
    for layer, (W, b) in enumerate(params):
        inputs.append(A)
        Z = A @ W + b
        Zs.append(Z)
        last = layer == len(params) - 1
        A = nn.softmax(Z) if last else nn.activation_forward(Z, kind)
    return A, {"A": tuple(inputs), "Z": Zs, "P": A, "kind": kind, "params": params}


def forward_by_index(X, params, kind="tanh"):
    L = len(params)
    cache = {"Z": [None] * L, "A": [X.copy()] + [None] * (L - 1)}
    for l in range(L):
        W, b = params[l]
        cache["Z"][l] = cache["A"][l] @ W + b
        if l < L - 1:
            cache["A"][l + 1] = nn.activation_forward(cache["Z"][l], kind)
    return [nn.softmax(cache["Z"][-1]), cache]


def forward_recursive(X, params, kind="tanh"):
    (W, b), rest = params[0], params[1:]
    Z = X @ W + b
    if not rest:
        return nn.softmax(Z), {"A": [X], "Z": [Z]}
    P, above = forward_recursive(nn.activation_forward(Z, kind), rest, kind)
    return P, {"A": [X, *above["A"]], "Z": [Z, *above["Z"]]}


def backward_by_index(P, y, cache, params, kind="tanh"):
    L = len(params)
    grads = [None] * L
    delta = scores_by_one_hot(P, y)
    for l in range(L - 1, -1, -1):
        grads[l] = [cache["A"][l].T @ delta, delta.sum(axis=0)]
        if l:
            A = cache["A"][l]
            slope = {"relu": A > 0, "tanh": 1 - A * A, "sigmoid": A * (1 - A)}[kind]
            delta = delta @ params[l][0].T * slope
    return grads


def backward_dividing_at_each_layer(P, y, cache, params, kind="tanh"):
    N = P.shape[0]
    delta = P - one_hot(y, P.shape[1])
    grads = []
    for l in reversed(range(len(params))):
        grads.insert(0, (cache["A"][l].T @ delta / N, delta.mean(axis=0)))
        if l > 0:
            delta = nn.activation_backward(delta @ params[l][0].T, cache["Z"][l - 1], kind)
    return tuple(grads)


def backward_example_by_example(P, y, cache, params, kind="tanh"):
    grads = [(np.zeros_like(W), np.zeros_like(b)) for W, b in params]
    for i in range(len(y)):
        delta = P[i] - one_hot(y[i], P.shape[1])
        for l in range(len(params) - 1, -1, -1):
            dW, db = grads[l]
            dW += np.outer(cache["A"][l][i], delta) / len(y)
            db += delta / len(y)
            if l > 0:
                delta = nn.activation_backward(params[l][0] @ delta, cache["Z"][l - 1][i], kind)
    return grads


def backward_transposed(P, y, cache, params, kind="tanh"):
    delta = scores_by_comparison(P, y).T
    grads = []
    for l in range(len(params))[::-1]:
        grads = [((delta @ cache["A"][l]).T, delta.sum(axis=1))] + grads
        if l:
            delta = nn.activation_backward((params[l][0] @ delta).T, cache["Z"][l - 1], kind).T
    return grads


def step_on_copies(X, y, params, learning_rate, kind="tanh"):
    params = [(W.copy(), b.copy()) for W, b in params]
    P, cache = nn.mlp_forward(X, params, kind)
    for (W, b), (dW, db) in zip(params, nn.mlp_backward(P, y, cache, params, kind), strict=True):
        W -= learning_rate * dW
        b -= learning_rate * db
    return params, np.float64(nn.cross_entropy(P, y))


def step_with_own_passes(X, y, params, learning_rate, kind="tanh"):
    P, cache = forward_recursive(X, params, kind)
    grads = backward_by_index(P, y, cache, params, kind)
    new = []
    for l in range(len(params)):
        new.append([params[l][g] - learning_rate * grads[l][g] for g in range(2)])
    return new, np.array(loss_by_take(P, y))


def step_backwards_on_old_weights(X, y, params, learning_rate, kind="tanh"):
    P, cache = nn.mlp_forward(X, params, kind)
    loss = nn.cross_entropy(P, y)
    new, delta = list(params), scores_by_one_hot(P, y)
    for l in range(len(params) - 1, -1, -1):
        W, b = params[l]
        below = delta @ W.T
        new[l] = (W - learning_rate * cache["A"][l].T @ delta, b - learning_rate * delta.sum(0))
        if l:
            delta = nn.activation_backward(below, cache["Z"][l - 1], kind)
    return tuple(new), loss


def increments(x, t, weights, biases, l):
    O = [x]
    for w, theta in zip(weights, biases, strict=True):
        O.append(expit(O[-1] @ w + theta))
    err = O[-1] * (1 - O[-1]) * (t - O[-1])
    dw, db = [], []
    for layer in reversed(range(len(weights))):
        dw.insert(0, l * np.outer(O[layer], err))
        db.insert(0, l * err)
        err = O[layer] * (1 - O[layer]) * (weights[layer] @ err)
    return dw, db


def unit_vectorised(x, t, weights, biases, learning_rate):
    dw, db = increments(x, t, weights, biases, learning_rate)
    return (
        [w + d for w, d in zip(weights, dw, strict=True)],
        [b + d for b, d in zip(biases, db, strict=True)],
    )


def unit_by_descent_on_copies(x, t, weights, biases, learning_rate):
    weights, biases = [w.copy() for w in weights], [b.copy() for b in biases]
    dw, db = increments(x, t, weights, biases, learning_rate)
    for i in range(len(weights)):
        weights[i] -= -dw[i]
        biases[i] -= -db[i]
    return weights, biases


def unit_by_loops(x, t, weights, biases, learning_rate):
    O = [list(x)]
    for w, theta in zip(weights, biases, strict=True):
        O.append(
            [
                1 / (1 + math.exp(-(sum(w[i][j] * O[-1][i] for i in range(len(w))) + theta[j])))
                for j in range(len(theta))
            ]
        )
    Err = {len(O) - 1: [o * (1 - o) * (T - o) for o, T in zip(O[-1], t, strict=True)]}
    for layer in range(len(O) - 2, 0, -1):
        w = weights[layer]
        Err[layer] = [
            o * (1 - o) * sum(Err[layer + 1][k] * w[j][k] for k in range(w.shape[1]))
            for j, o in enumerate(O[layer])
        ]
    new_w = [
        [
            [w[i][j] + learning_rate * Err[n + 1][j] * O[n][i] for j in range(w.shape[1])]
            for i in range(w.shape[0])
        ]
        for n, w in enumerate(weights)
    ]
    new_b = [
        [b + learning_rate * e for b, e in zip(theta, Err[n + 1], strict=True)]
        for n, theta in enumerate(biases)
    ]
    return [new_w, new_b]


def epoch_by_matrices(X, T, weights, biases, learning_rate):
    O = [X]
    for w, theta in zip(weights, biases, strict=True):
        O.append(expit(O[-1] @ w + theta))
    Err = O[-1] * (1 - O[-1]) * (T - O[-1])
    new_w, new_b = list(weights), list(biases)
    for n in reversed(range(len(weights))):
        new_w[n] = weights[n] + learning_rate * O[n].T @ Err
        new_b[n] = biases[n] + learning_rate * Err.sum(axis=0)
        Err = O[n] * (1 - O[n]) * (Err @ weights[n].T)
    return new_w, new_b


def epoch_from_case_updates(X, T, weights, biases, learning_rate):
    new_w, new_b = [w.copy() for w in weights], [b.copy() for b in biases]
    for x, t in zip(X, T, strict=True):
        one_w, one_b = nn.per_unit_update(x, t, weights, biases, learning_rate)
        for n in range(len(weights)):
            new_w[n] += one_w[n] - weights[n]
            new_b[n] += one_b[n] - biases[n]
    return new_w, new_b


def epoch_by_summed_increments(X, T, weights, biases, learning_rate):
    found = [increments(x, t, weights, biases, learning_rate) for x, t in zip(X, T, strict=True)]
    return (
        tuple(w + sum(dw[n] for dw, _ in found) for n, w in enumerate(weights)),
        tuple(b + sum(db[n] for _, db in found) for n, b in enumerate(biases)),
    )


def until_by_while(X, y, params, learning_rate, max_epochs, min_change, max_error):
    losses, reason = [], None
    while reason is None:
        old = params
        params, loss = nn.train_step(X, y, old, learning_rate)
        losses.append(loss)
        settled = all(
            np.all(abs(new - before) < min_change)
            for layer, before_layer in zip(params, old, strict=True)
            for new, before in zip(layer, before_layer, strict=True)
        )
        P, _ = nn.mlp_forward(X, params)
        if settled:
            reason = "weights"
        elif 1 - np.mean(np.argmax(P, axis=1) == y) < max_error:
            reason = "error"
        elif len(losses) >= max_epochs:
            reason = "epochs"
    return params, losses, reason


def until_with_array_of_losses(X, y, params, learning_rate, max_epochs, min_change, max_error):
    losses = np.zeros(max_epochs)
    for epoch in range(max_epochs):
        new, losses[epoch] = nn.train_step(X, y, params, learning_rate, "tanh")
        change = max(
            max(abs(W2 - W1).max(), abs(b2 - b1).max())
            for (W1, b1), (W2, b2) in zip(params, new, strict=True)
        )
        params = new
        if change < min_change:
            return [params, losses[: epoch + 1], "weights"]
        wrong = sum(
            int(p.argmax() != c) for p, c in zip(nn.mlp_forward(X, params)[0], y, strict=True)
        )
        if wrong / len(y) < max_error:
            return [params, losses[: epoch + 1], "error"]
    return [params, losses, "epochs"]


def until_with_break(X, y, params, learning_rate, max_epochs, min_change, max_error):
    losses, reason = [], "epochs"
    for _ in range(max_epochs):
        step, loss = nn.train_step(X, y, params, learning_rate)
        losses += [float(loss)]
        flat = [np.concatenate([a.ravel() for pair in p for a in pair]) for p in (params, step)]
        params = step
        if np.linalg.norm(flat[1] - flat[0], np.inf) < min_change:
            reason = "weights"
            break
        if np.count_nonzero(nn.mlp_forward(X, params)[0].argmax(1) - y) < max_error * len(y):
            reason = "error"
            break
    return params, tuple(losses), reason


ALTERNATIVES = {
    "linear_forward": [linear_by_einsum, linear_by_rows, linear_with_a_column_of_ones],
    "linear_backward": [
        linear_back_by_einsum,
        linear_back_by_loops,
        linear_back_with_ones,
        linear_back_as_lists,
    ],
    "activation_forward": [activation_by_if, activation_by_where, activation_by_entry],
    "activation_backward": [
        back_from_the_activation,
        back_with_other_forms,
        back_with_int_mask,
        back_on_a_copy,
    ],
    "softmax": [
        softmax_by_rows,
        softmax_by_log,
        softmax_by_scipy,
        softmax_by_transposes,
        softmax_with_newaxis,
    ],
    "cross_entropy": [
        loss_by_one_hot,
        loss_by_loop,
        loss_with_added_eps,
        loss_clipped_on_both_sides,
        loss_by_take,
    ],
    "softmax_cross_entropy_backward": [
        scores_by_one_hot,
        scores_by_comparison,
        scores_by_jacobian,
        scores_by_loop,
    ],
    "mlp_forward": [forward_with_more_in_the_cache, forward_by_index, forward_recursive],
    "mlp_backward": [
        backward_by_index,
        backward_dividing_at_each_layer,
        backward_example_by_example,
        backward_transposed,
    ],
    "train_step": [step_on_copies, step_with_own_passes, step_backwards_on_old_weights],
    "per_unit_update": [unit_vectorised, unit_by_descent_on_copies, unit_by_loops],
    "epoch_update": [epoch_by_matrices, epoch_from_case_updates, epoch_by_summed_increments],
    "train_until": [until_by_while, until_with_array_of_losses, until_with_break],
}
