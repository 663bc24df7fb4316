"""A fifth round, chapter 4, clipping, rates and the loop: written before any was run."""

import math

import numpy as np

from bplab import nn
from tests.exercises.strangers.table import right, wrong


def _norm(grads):
    return math.sqrt(sum(float(np.sum(g * g)) for g in grads))


@wrong("clip_by_global_norm", "always rescaled to max_norm, short ones made longer")
def _(grads, max_norm):
    norm = _norm(grads)
    return [g * max_norm / norm for g in grads], norm


@wrong("clip_by_global_norm", "the norm's square is compared and returned")
def _(grads, max_norm):
    total = sum(np.sum(g**2) for g in grads)
    scale = max_norm / total if total > max_norm else 1.0
    return [g * scale for g in grads], total


@wrong("clip_by_global_norm", "the norm after clipping is returned")
def _(grads, max_norm):
    norm = _norm(grads)
    scale = min(1.0, max_norm / norm)
    return [g * scale for g in grads], norm * scale


@wrong("clip_by_global_norm", "too long gradients are set to zero: the step is skipped")
def _(grads, max_norm):
    norm = _norm(grads)
    return [g * (norm <= max_norm) for g in grads], norm


@wrong("clip_by_global_norm", "only divides by the norm: max_norm forgotten")
def _(grads, max_norm):
    norm = _norm(grads)
    return ([g / norm for g in grads] if norm > max_norm else list(grads)), norm


@wrong("clip_by_global_norm", "concatenate without ravel", "raises")
def _(grads, max_norm):
    norm = np.linalg.norm(np.concatenate(grads))
    return [g * min(1, max_norm / norm) for g in grads], norm


@right("clip_by_global_norm", "hypot folded over the tensors' norms")
def _(grads, max_norm):
    norm = 0.0
    for g in grads:
        norm = np.hypot(norm, np.linalg.norm(np.ravel(g)))
    over = max(1.0, norm / max_norm)
    return tuple(g / over for g in grads), norm


wrong("inverse_time_rate", "1 / (1 + t): starts at half the rate")(
    lambda learning_rate, t: learning_rate / (1 + t)
)
wrong("inverse_time_rate", "rate to the power of t")(lambda learning_rate, t: learning_rate**t)
wrong("inverse_time_rate", "root of t below the bar")(
    lambda learning_rate, t: learning_rate / np.sqrt(t)
)
wrong("inverse_time_rate", "integer division")(lambda learning_rate, t: learning_rate // t)
right("inverse_time_rate", "a power of minus one")(
    lambda learning_rate, t: learning_rate * float(t) ** -1
)


# fit_minibatch


def _fit(X, y, params, step, rate, size, epochs, rng, **bend):
    flat, state, losses = [v for pair in params for v in pair], {}, []
    for _ in range(epochs):
        total = 0.0
        batches = nn.minibatches(len(X), size, rng)
        if bend.get("drop_last"):
            batches = [i for i in batches if len(i) == size] or batches
        for batch in batches:
            if bend.get("forget"):
                state = {}
            net = list(zip(flat[::2], flat[1::2]))
            P, cache = nn.mlp_forward(X[batch], net)
            labels = y[: len(batch)] if bend.get("unpaired") else y[batch]
            if not bend.get("after"):
                total += nn.cross_entropy(P, labels) * len(batch)
            grads = [g for pair in nn.mlp_backward(P, labels, cache, net) for g in pair]
            flat, state = step(flat, grads, state, rate)
        if bend.get("after"):
            P, _ = nn.mlp_forward(X, list(zip(flat[::2], flat[1::2])))
            total = nn.cross_entropy(P, y) * len(X)
        losses.append(total / len(X))
    return list(zip(flat[::2], flat[1::2])), losses


@wrong("fit_minibatch", "the loss of the whole set after the epoch is recorded")
def _(X, y, params, step, learning_rate, batch_size, epochs, rng):
    return _fit(X, y, params, step, learning_rate, batch_size, epochs, rng, after=True)


@wrong("fit_minibatch", "the state is emptied before every batch")
def _(X, y, params, step, learning_rate, batch_size, epochs, rng):
    return _fit(X, y, params, step, learning_rate, batch_size, epochs, rng, forget=True)


@wrong("fit_minibatch", "labels of the first rows, whatever the batch")
def _(X, y, params, step, learning_rate, batch_size, epochs, rng):
    return _fit(X, y, params, step, learning_rate, batch_size, epochs, rng, unpaired=True)


@wrong("fit_minibatch", "the smaller last batch is left out")
def _(X, y, params, step, learning_rate, batch_size, epochs, rng):
    return _fit(X, y, params, step, learning_rate, batch_size, epochs, rng, drop_last=True)


@wrong("fit_minibatch", "one shuffle for all epochs")
def _(X, y, params, step, learning_rate, batch_size, epochs, rng):
    batches = nn.minibatches(len(X), batch_size, rng)
    flat, state, losses = [v for pair in params for v in pair], {}, []
    for _ in range(epochs):
        seen = []
        for i in batches:
            net = list(zip(flat[::2], flat[1::2]))
            P, cache = nn.mlp_forward(X[i], net)
            seen.append((nn.cross_entropy(P, y[i]), len(i)))
            grads = sum(map(list, nn.mlp_backward(P, y[i], cache, net)), [])
            flat, state = step(flat, grads, state, learning_rate)
        losses.append(sum(a * n for a, n in seen) / len(X))
    return list(zip(flat[::2], flat[1::2])), losses


@wrong("fit_minibatch", "the rate falls by 1/epoch inside, nobody asked")
def _(X, y, params, step, learning_rate, batch_size, epochs, rng):
    flat, state, losses = [v for pair in params for v in pair], {}, []
    for epoch in range(1, epochs + 1):
        seen = []
        for i in nn.minibatches(len(X), batch_size, rng):
            net = list(zip(flat[::2], flat[1::2]))
            P, cache = nn.mlp_forward(X[i], net)
            seen.append((nn.cross_entropy(P, y[i]), len(i)))
            grads = sum(map(list, nn.mlp_backward(P, y[i], cache, net)), [])
            flat, state = step(flat, grads, state, learning_rate / epoch)
        losses.append(sum(a * n for a, n in seen) / len(X))
    return list(zip(flat[::2], flat[1::2])), losses


@wrong("fit_minibatch", "the step's result thrown away: params never change")
def _(X, y, params, step, learning_rate, batch_size, epochs, rng):
    flat, state, losses = [v for pair in params for v in pair], {}, []
    for _ in range(epochs):
        total = 0
        for i in nn.minibatches(len(X), batch_size, rng):
            P, cache = nn.mlp_forward(X[i], params)
            total += nn.cross_entropy(P, y[i]) * len(i)
            grads = sum(map(list, nn.mlp_backward(P, y[i], cache, params)), [])
            step(flat, grads, state, learning_rate)
        losses.append(total / len(X))
    return params, losses


@wrong("fit_minibatch", "params come back flat")
def _(X, y, params, step, learning_rate, batch_size, epochs, rng):
    net, losses = _fit(X, y, params, step, learning_rate, batch_size, epochs, rng)
    return [v for pair in net for v in pair], losses


@right("fit_minibatch", "an epoch as an inner function, average with weights")
def _(X, y, params, step, learning_rate, batch_size, epochs, rng):
    state = {}

    def pairs(flat):
        it = iter(flat)
        return list(zip(it, it))

    def epoch(flat):
        nonlocal state
        losses, sizes = [], []
        for i in nn.minibatches(X.shape[0], batch_size, rng):
            P, cache = nn.mlp_forward(X[i], pairs(flat), kind="tanh")
            losses.append(nn.cross_entropy(P, y[i]))
            sizes.append(i.size)
            slopes = nn.mlp_backward(P, y[i], cache, pairs(flat), kind="tanh")
            flat, state = step(flat, [d for two in slopes for d in two], state, learning_rate)
        return flat, np.average(losses, weights=sizes)

    flat, curve = [np.copy(v) for pair in params for v in pair], []
    for _ in range(epochs):
        flat, mean = epoch(flat)
        curve.append(mean)
    return pairs(flat), np.array(curve)


# anneal_accept

wrong("anneal_accept", "worse moves are refused always: greedy")(
    lambda change, temperature, u: change <= 0
)
wrong("anneal_accept", "u > exp(...): the comparison turned round")(
    lambda change, temperature, u: change < 0 or u > np.exp(-change / temperature)
)
wrong("anneal_accept", "exp(-change * temperature)")(
    lambda change, temperature, u: change < 0 or u < np.exp(-change * temperature)
)
wrong("anneal_accept", "Barker's rule: 1 / (1 + exp(change / T))")(
    lambda change, temperature, u: bool(change < 0 or u < 1 / (1 + np.exp(change / temperature)))
)
wrong("anneal_accept", "its own dice: u ignored")(
    lambda change, temperature, u: (
        change < 0 or np.random.default_rng(0).random() < np.exp(-change / temperature)
    )
)
wrong("anneal_accept", "the probability comes back, not the decision")(
    lambda change, temperature, u: min(1.0, np.exp(-change / temperature))
)
right("anneal_accept", "in logarithms")(
    lambda change, temperature, u: bool(
        change <= 0 or u == 0 or math.log(u) < -change / temperature
    )
)
