"""fit_minibatch: what must pass, and what must be told."""

import numpy as np

from bplab import nn


def fit_with_own_loop(X, y, params, step, learning_rate, batch_size, epochs, rng):
    flat = [np.array(t) for layer in params for t in layer]
    state, losses = {}, np.zeros(epochs)
    for epoch in range(epochs):
        order = np.arange(len(X))
        rng.shuffle(order)
        for start in range(0, len(X), batch_size):
            rows = order[start : start + batch_size]
            net = [(flat[i], flat[i + 1]) for i in range(0, len(flat), 2)]
            P, cache = nn.mlp_forward(X[rows], net, "tanh")
            losses[epoch] += nn.cross_entropy(P, y[rows]) * len(rows) / len(X)
            grads = [g for layer in nn.mlp_backward(P, y[rows], cache, net, "tanh") for g in layer]
            flat, state = step(flat, grads, state, learning_rate)
    return [[flat[i], flat[i + 1]] for i in range(0, len(flat), 2)], losses


def fit_with_per_example_losses(X, y, params, step, learning_rate, batch_size, epochs, rng):
    tensors, state, losses = nn.flatten(params), {}, []
    for _ in range(epochs):
        each = []
        shuffled = rng.permutation(len(y))
        for batch in [shuffled[i : i + batch_size] for i in range(0, len(y), batch_size)]:
            P, cache = nn.mlp_forward(X[batch], nn.pair_up(tensors))
            each += list(-np.log(np.clip(P[np.arange(len(batch)), y[batch]], 1e-12, 1)))
            grads = nn.flatten(nn.mlp_backward(P, y[batch], cache, nn.pair_up(tensors)))
            tensors, state = step(tensors, grads, state, learning_rate)
        losses.append(sum(each) / len(each))
    return nn.pair_up(tensors), losses


def fit_with_another_shuffle(X, y, params, step, learning_rate, batch_size, epochs, rng):
    flat, state, losses = [t for layer in params for t in layer], {}, []
    for _ in range(epochs):
        order, total = np.argsort(rng.random(len(X))), 0.0
        X_new, y_new = X[order], y[order]
        for start in range(0, len(X), batch_size):
            rows = slice(start, start + batch_size)
            net = list(zip(flat[::2], flat[1::2], strict=True))
            P, cache = nn.mlp_forward(X_new[rows], net)
            total += nn.cross_entropy(P, y_new[rows]) * len(y_new[rows])
            grads = nn.flatten(nn.mlp_backward(P, y_new[rows], cache, net))
            flat, state = step(flat, grads, state, learning_rate)
        losses.append(total / len(X))
    return tuple(zip(flat[::2], flat[1::2], strict=True)), tuple(losses)


def cut(order, size):
    return [order[i : i + size] for i in range(0, len(order), size)]


def fit(shuffle=nn.minibatches, kind="tanh", own_step=None, scale=1.0, weigh=len):
    def fit_minibatch(X, y, params, step, learning_rate, batch_size, epochs, rng):
        tensors, state, losses = nn.flatten(params), {}, []
        for _ in range(epochs):
            total = count = 0.0
            for batch in shuffle(len(y), batch_size, rng):
                P, cache = nn.mlp_forward(X[batch], nn.pair_up(tensors), kind)
                total += nn.cross_entropy(P, y[batch]) * weigh(batch)
                count += weigh(batch)
                grads = nn.mlp_backward(P, y[batch], cache, nn.pair_up(tensors), kind)
                grads = [scale * g for g in nn.flatten(grads)]
                tensors, state = (own_step or step)(tensors, grads, state, learning_rate)
            losses.append(total / count)
        return nn.pair_up(tensors), losses

    return fit_minibatch


ACCEPTED = [fit_with_another_shuffle, fit_with_own_loop, fit_with_per_example_losses]


def batches_only_count(X, y, params, step, learning_rate, batch_size, epochs, rng):
    losses, state = [], {}
    for _ in range(epochs):
        total = 0
        for batch in nn.minibatches(len(X), batch_size, rng):
            P, cache = nn.mlp_forward(X, params)
            total += nn.cross_entropy(P, y) * len(batch)
            grads = nn.flatten(nn.mlp_backward(P, y, cache, params))
            flat, state = step(nn.flatten(params), grads, state, learning_rate)
            params = nn.pair_up(flat)
        losses.append(total / len(X))
    return params, losses


TOLD = [
    (fit(kind="relu"), "W1", "relu network"),
    (fit(own_step=nn.sgd_step), "was never called"),
    (
        fit(shuffle=lambda N, size, rng: cut(rng.integers(0, N, N), size)),
        "which rows and which labels",
    ),
    (fit(shuffle=lambda N, size, rng: nn.minibatches(N, size, rng)[:1]), "one-step-per-epoch"),
    (
        fit(shuffle=lambda N, size, rng: nn.minibatches(N, size, np.random.default_rng())),
        "same rng",
    ),
    (
        fit(shuffle=lambda N, size, rng: cut(np.roll(np.arange(N), rng.integers(N)), size)),
        "orders-repeated",
    ),
    (
        fit(shuffle=lambda N, size, rng: [rng.permutation(b) for b in cut(np.arange(N), size)]),
        "the same order",
    ),
    (batches_only_count, "batch-not-used"),
]
