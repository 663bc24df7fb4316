"""Chapter 4, batches, clipping and rates, as strangers answer it."""

import math

import numpy as np

from tests.exercises.strangers.table import right, wrong


@wrong("minibatches", "last, smaller batch dropped")
def _(N, batch_size, rng):
    order = rng.permutation(N)
    return [order[i * batch_size : (i + 1) * batch_size] for i in range(N // batch_size)]


@wrong("minibatches", "not shuffled")
def _(N, batch_size, rng):
    return [np.arange(i, min(i + batch_size, N)) for i in range(0, N, batch_size)]


@wrong("minibatches", "drawn with replacement")
def _(N, batch_size, rng):
    order = rng.integers(0, N, size=N)
    return [order[i : i + batch_size] for i in range(0, N, batch_size)]


@wrong("minibatches", "shuffled by np.random, not by rng")
def _(N, batch_size, rng):
    order = np.random.permutation(N)
    return [order[i : i + batch_size] for i in range(0, N, batch_size)]


@wrong("minibatches", "array_split into batch_size batches")
def _(N, batch_size, rng):
    return np.array_split(rng.permutation(N), batch_size)


@wrong("minibatches", "batches overlap by one")
def _(N, batch_size, rng):
    order = rng.permutation(N)
    return [order[i : i + batch_size + 1] for i in range(0, N, batch_size)]


@wrong("minibatches", "a fixed seed inside")
def _(N, batch_size, rng):
    order = np.random.default_rng(0).permutation(N)
    return [order[i : i + batch_size] for i in range(0, N, batch_size)]


@wrong("minibatches", "np.array_split evens out the sizes")
def _(N, batch_size, rng):
    return np.array_split(rng.permutation(N), math.ceil(N / batch_size))


@right("minibatches", "a sort by random keys, lists of ints")
def _(N, batch_size, rng):
    keys = rng.random(N)
    order = sorted(range(N), key=lambda i: keys[i])
    return [order[i : i + batch_size] for i in range(0, N, batch_size)]


@right("minibatches", "shuffle of an own array, popped from the front")
def _(N, batch_size, rng):
    left, out = np.arange(N), []
    rng.shuffle(left)
    while left.size:
        out.append(left[:batch_size])
        left = left[batch_size:]
    return out


@wrong("clip_by_global_norm", "each tensor by its own norm")
def _(grads, max_norm):
    norm = np.sqrt(sum((g**2).sum() for g in grads))
    return [g * min(1, max_norm / np.linalg.norm(g)) for g in grads], norm


@wrong("clip_by_global_norm", "np.clip entry by entry")
def _(grads, max_norm):
    norm = np.sqrt(sum((g**2).sum() for g in grads))
    return [np.clip(g, -max_norm, max_norm) for g in grads], norm


@wrong("clip_by_global_norm", "always scaled to max_norm, small ones too")
def _(grads, max_norm):
    norm = np.sqrt(sum((g**2).sum() for g in grads))
    return [g * max_norm / norm for g in grads], norm


@wrong("clip_by_global_norm", "norm after clipping")
def _(grads, max_norm):
    norm = np.sqrt(sum((g**2).sum() for g in grads))
    return [g * min(1, max_norm / norm) for g in grads], min(norm, max_norm)


@wrong("clip_by_global_norm", "squared norm compared")
def _(grads, max_norm):
    norm = sum((g**2).sum() for g in grads)
    return [g * min(1, max_norm / norm) for g in grads], norm


@wrong("clip_by_global_norm", "sum of the norms")
def _(grads, max_norm):
    norm = sum(np.linalg.norm(g) for g in grads)
    return [g * min(1, max_norm / norm) for g in grads], norm


@wrong("clip_by_global_norm", "divided by the norm only")
def _(grads, max_norm):
    norm = np.sqrt(sum((g**2).sum() for g in grads))
    return [g / norm if norm > max_norm else g for g in grads], norm


@right("clip_by_global_norm", "one long vector, torch's 1e-6 left out")
def _(grads, max_norm):
    norm = np.linalg.norm(np.concatenate([np.ravel(g) for g in grads]))
    scale = max_norm / norm if norm > max_norm else 1.0
    return [scale * g for g in grads], float(norm)


@wrong("inverse_time_rate", "1 / (1 + t)")
def _(learning_rate, t):
    return learning_rate / (1 + t)


@wrong("inverse_time_rate", "root of t")
def _(learning_rate, t):
    return learning_rate / math.sqrt(t)


@wrong("inverse_time_rate", "whole-number division")
def _(learning_rate, t):
    return learning_rate // t


@wrong("inverse_time_rate", "the rate ignored")
def _(learning_rate, t):
    return 1 / t


@right("inverse_time_rate", "np.divide")
def _(learning_rate, t):
    return np.divide(learning_rate, t)
