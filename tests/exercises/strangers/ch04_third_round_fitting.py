"""A third round, chapter 4, from clipping on: from the table of exercises, before any run."""

import math

import numpy as np

from bplab import nn
from tests.exercises.strangers.table import right, wrong


@wrong("clip_by_global_norm", "norm after clipping is returned")
def _(grads, max_norm):
    norm = float(np.sqrt(sum(np.sum(g**2) for g in grads)))
    if norm > max_norm:
        grads = [g * (max_norm / norm) for g in grads]
        norm = max_norm
    return grads, norm


@wrong("clip_by_global_norm", "norms added up in place of their squares")
def _(grads, max_norm):
    norm = float(sum(np.sqrt(np.sum(g**2)) for g in grads))
    k = min(1.0, max_norm / norm)
    return [g * k for g in grads], norm


@wrong("clip_by_global_norm", "scaled by the root of the ratio")
def _(grads, max_norm):
    norm = float(np.sqrt(sum(np.sum(g**2) for g in grads)))
    if norm <= max_norm:
        return grads, norm
    return [g * np.sqrt(max_norm / norm) for g in grads], norm


@wrong("clip_by_global_norm", "largest entry taken for the norm")
def _(grads, max_norm):
    norm = float(max(np.abs(g).max() for g in grads))
    k = min(1.0, max_norm / norm)
    return [g * k for g in grads], norm


@right("clip_by_global_norm", "one long vector and np.linalg.norm")
def _(grads, max_norm):
    norm = np.linalg.norm(np.concatenate([np.ravel(g) for g in grads]))
    factor = 1.0 if norm <= max_norm else max_norm / norm
    return tuple(factor * np.asarray(g) for g in grads), float(norm)


wrong("inverse_time_rate", "one over one plus t")(lambda learning_rate, t: learning_rate / (1 + t))
wrong("inverse_time_rate", "rate over root t")(
    lambda learning_rate, t: learning_rate / math.sqrt(t)
)
wrong("inverse_time_rate", "t minus the rate, slip of the pen")(
    lambda learning_rate, t: learning_rate - 1 / t
)
wrong("inverse_time_rate", "exponential decay in place of 1/t")(
    lambda learning_rate, t: learning_rate * math.exp(1 - t)
)
right("inverse_time_rate", "power -1")(lambda learning_rate, t: learning_rate * float(t) ** -1)


def _epochs(X, y, params, step, learning_rate, batch_size, epochs, rng, **change):
    tensors = [t for pair in params for t in pair]
    state, losses = {}, []
    for _ in range(epochs):
        total = 0.0
        for idx in nn.minibatches(len(y), batch_size, rng):
            pairs = list(zip(tensors[::2], tensors[1::2], strict=True))
            Xb, yb = X[idx], (y[change["labels"](idx)] if "labels" in change else y[idx])
            P, cache = nn.mlp_forward(Xb, pairs)
            total += nn.cross_entropy(P, yb) * len(idx)
            grads = [g for pair in nn.mlp_backward(P, yb, cache, pairs) for g in pair]
            if change.get("fresh"):
                state = {}
            tensors, state = step(tensors, grads, state, learning_rate)
        losses.append(total / len(y))
    return list(zip(tensors[::2], tensors[1::2], strict=True)), losses


@wrong("fit_minibatch", "state emptied at every batch: the optimiser has no memory")
def _(X, y, params, step, learning_rate, batch_size, epochs, rng):
    return _epochs(X, y, params, step, learning_rate, batch_size, epochs, rng, fresh=True)


@wrong("fit_minibatch", "labels sorted within the batch: rows and labels part")
def _(X, y, params, step, learning_rate, batch_size, epochs, rng):
    return _epochs(
        X, y, params, step, learning_rate, batch_size, epochs, rng, labels=lambda i: np.sort(i)
    )


@wrong("fit_minibatch", "the whole set as one batch, minibatches never asked")
def _(X, y, params, step, learning_rate, batch_size, epochs, rng):
    return _epochs(X, y, params, step, learning_rate, len(y), epochs, rng)


@wrong("fit_minibatch", "one shuffle made before the loop serves all epochs")
def _(X, y, params, step, learning_rate, batch_size, epochs, rng):
    tensors = [t for pair in params for t in pair]
    state, losses = {}, []
    batches = nn.minibatches(len(y), batch_size, rng)
    for _ in range(epochs):
        total = 0.0
        for idx in batches:
            pairs = list(zip(tensors[::2], tensors[1::2], strict=True))
            P, cache = nn.mlp_forward(X[idx], pairs)
            total += nn.cross_entropy(P, y[idx]) * len(idx)
            grads = [g for pair in nn.mlp_backward(P, y[idx], cache, pairs) for g in pair]
            tensors, state = step(tensors, grads, state, learning_rate)
        losses.append(total / len(y))
    return list(zip(tensors[::2], tensors[1::2], strict=True)), losses


@wrong("fit_minibatch", "losses of the batches added, not averaged")
def _(X, y, params, step, learning_rate, batch_size, epochs, rng):
    new, losses = _epochs(X, y, params, step, learning_rate, batch_size, epochs, rng)
    return new, [loss * len(y) for loss in losses]


@right("fit_minibatch", "np.average with weights, state kept outside the loops")
def _(X, y, params, step, learning_rate, batch_size, epochs, rng):
    flat = []
    for W, b in params:
        flat += [W, b]
    memory, curve = {}, []
    for _ in range(epochs):
        seen = []
        for rows in nn.minibatches(X.shape[0], batch_size, rng):
            net = [(flat[i], flat[i + 1]) for i in range(0, len(flat), 2)]
            P, cache = nn.mlp_forward(X[rows], net, "tanh")
            seen.append((nn.cross_entropy(P, y[rows]), rows.size))
            flat, memory = step(
                flat,
                sum(map(list, nn.mlp_backward(P, y[rows], cache, net)), []),
                memory,
                learning_rate,
            )
        curve.append(np.average([a for a, _ in seen], weights=[n for _, n in seen]))
    return [(flat[i], flat[i + 1]) for i in range(0, len(flat), 2)], curve


wrong("anneal_accept", "temperature multiplied in the exponent")(
    lambda change, temperature, u: bool(change <= 0 or u < math.exp(-change * temperature))
)
wrong("anneal_accept", "worse ones are taken when u is above")(
    lambda change, temperature, u: bool(change <= 0 or u > math.exp(-change / temperature))
)
wrong("anneal_accept", "minus forgotten: worse ones always pass")(
    lambda change, temperature, u: bool(change <= 0 or u < math.exp(min(change / temperature, 700)))
)
wrong("anneal_accept", "Fermi rule 1 / (1 + exp(change / T)), improvements drawn too")(
    lambda change, temperature, u: bool(u < 0.5 * (1 - math.tanh(0.5 * change / temperature)))
)
wrong("anneal_accept", "squared change, as a Gaussian")(
    lambda change, temperature, u: bool(change <= 0 or u < math.exp(-(change**2) / temperature))
)
right("anneal_accept", "one min in the exponent, improvements first by themselves")(
    lambda change, temperature, u: bool(u < math.exp(min(0.0, -change / temperature)) or change < 0)
)
