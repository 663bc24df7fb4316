"""Chapter 4, fitting and annealing, as strangers answer it."""

import math

import numpy as np

from bplab import nn
from tests.exercises.strangers.ch03_network import _backward, _forward
from tests.exercises.strangers.table import right, wrong


def _fit(X, y, params, step, rate, size, epochs, rng, **k):
    flat = [a for pair in params for a in pair]
    state, losses = {}, []
    batches = nn.minibatches(len(X), size, rng) if k.get("once") else None
    for _e in range(epochs):
        total, parts = 0.0, []
        if k.get("fresh"):
            state = {}
        for rows in batches or nn.minibatches(len(X), size, rng):
            pairs = list(zip(flat[::2], flat[1::2]))
            P, cache = _forward(X[rows], pairs)
            loss = -np.mean(np.log(P[np.arange(len(rows)), y[rows]]))
            grads = [a for pair in _backward(P, y[rows], cache, pairs) for a in pair]
            flat, new_state = step(flat, grads, state, rate)
            if not k.get("lost"):
                state = new_state
            if k.get("after"):
                P, _ = _forward(X[rows], list(zip(flat[::2], flat[1::2])))
                loss = -np.mean(np.log(P[np.arange(len(rows)), y[rows]]))
            parts.append(loss)
            total += loss * len(rows)
        loss = total / len(X)
        if k.get("unweighted"):
            loss = np.mean(parts)
        if k.get("last"):
            loss = parts[-1]
        if k.get("sum"):
            loss = total
        if k.get("whole"):
            P, _ = _forward(X, list(zip(flat[::2], flat[1::2])))
            loss = -np.mean(np.log(P[np.arange(len(y)), y]))
        losses += parts if k.get("every") else [loss]
    if k.get("flat"):
        return flat, losses
    return list(zip(flat[::2], flat[1::2])), losses


for _key, _note in {
    "unweighted": "plain mean of the batch losses",
    "last": "loss of the epoch's last batch",
    "every": "one loss a batch",
    "lost": "the optimiser's state is thrown away after every step",
    "fresh": "a new state every epoch",
    "once": "shuffled once, the same batches every epoch",
    "whole": "loss of the whole set after the epoch",
    "after": "batch loss taken after its step",
    "sum": "sum of the losses over the examples, not their mean",
}.items():

    def _make(key):
        def fit_minibatch(X, y, params, step, learning_rate, batch_size, epochs, rng):
            return _fit(X, y, params, step, learning_rate, batch_size, epochs, rng, **{key: True})

        return fit_minibatch

    wrong("fit_minibatch", _note)(_make(_key))


@wrong("fit_minibatch", "labels not indexed by the batch")
def _(X, y, params, step, learning_rate, batch_size, epochs, rng):
    flat = [a for pair in params for a in pair]
    state, losses = {}, []
    for _e in range(epochs):
        total = 0
        for rows in nn.minibatches(len(X), batch_size, rng):
            pairs = list(zip(flat[::2], flat[1::2]))
            labels = y[: len(rows)]
            P, cache = nn.mlp_forward(X[rows], pairs)
            total += nn.cross_entropy(P, labels) * len(rows)
            grads = [a for pair in nn.mlp_backward(P, labels, cache, pairs) for a in pair]
            flat, state = step(flat, grads, state, learning_rate)
        losses.append(total / len(X))
    return list(zip(flat[::2], flat[1::2])), losses


@right("fit_minibatch", "the course's own functions, losses by np.average")
def _(X, y, params, step, learning_rate, batch_size, epochs, rng):
    def flatten(pairs):
        return [tensor for pair in pairs for tensor in pair]

    def pair_up(tensors):
        it = iter(tensors)
        return list(zip(it, it))

    state, history = {}, []
    for _e in range(epochs):
        sizes, costs = [], []
        for rows in nn.minibatches(len(y), batch_size, rng):
            P, cache = nn.mlp_forward(X[rows], params)
            costs.append(nn.cross_entropy(P, y[rows]))
            sizes.append(len(rows))
            grads = nn.mlp_backward(P, y[rows], cache, params)
            tensors, state = step(flatten(params), flatten(grads), state, learning_rate)
            params = pair_up(tensors)
        history.append(np.average(costs, weights=sizes))
    return params, history


@wrong("anneal_accept", "improvements only")
def _(change, temperature, u):
    return change < 0


@wrong("anneal_accept", "sign of the exponent")
def _(change, temperature, u):
    return change <= 0 or u < min(1, math.exp(min(change / temperature, 50)))


@wrong("anneal_accept", "u > p")
def _(change, temperature, u):
    return bool(change <= 0 or u > np.exp(-change / temperature))


@wrong("anneal_accept", "temperature multiplied")
def _(change, temperature, u):
    return bool(change <= 0 or u < np.exp(-change * temperature))


@wrong("anneal_accept", "the temperature left out")
def _(change, temperature, u):
    return bool(change <= 0 or u < np.exp(-change))


@wrong("anneal_accept", "fixed threshold of a half")
def _(change, temperature, u):
    return bool(change <= 0 or np.exp(-change / temperature) > 0.5)


@wrong("anneal_accept", "returns the probability")
def _(change, temperature, u):
    return 1.0 if change <= 0 else math.exp(-change / temperature)


@wrong("anneal_accept", "u drawn anew")
def _(change, temperature, u):
    return bool(change <= 0 or np.random.random() < math.exp(-change / temperature))


@right("anneal_accept", "in logs, as np.bool_")
def _(change, temperature, u):
    return np.log(np.maximum(u, 1e-300)) < -np.asarray(change) / temperature


@right("anneal_accept", "min(1, exp(...)) guarded")
def _(change, temperature, u):
    return u < min(1.0, math.exp(min(0.0, -change / temperature)))
