"""A short sixth round, chapter 4: more of what is rare and of two mistakes at once.

Written after the fifth was mended, before any of these was run.
"""

import numpy as np

from bplab import nn
from tests.exercises.strangers.ch04_fifth_round import _adam
from tests.exercises.strangers.table import wrong


def _zeros(params):
    return [np.zeros_like(p) for p in params]


@wrong("minibatches", "every k-th example: strided batches, shuffled rows")
def _(N, batch_size, rng):
    order, many = rng.permutation(N), -(-N // batch_size)
    return [order[k::many] for k in range(many)]


@wrong("minibatches", "the last batch is filled up from the front")
def _(N, batch_size, rng):
    order = rng.permutation(N)
    many = -(-N // batch_size)
    full = np.concatenate([order, order])[: many * batch_size]
    return list(full.reshape(many, batch_size))


@wrong("sgd_step", "gradient clipped to [-1, 1], and added", "two")
def _(params, grads, state, learning_rate):
    return [p + learning_rate * np.clip(g, -1, 1) for p, g in zip(params, grads)], state


@wrong("momentum_step", "dampened: (1 - beta) in front of the whole velocity when stepping")
def _(params, grads, state, learning_rate, beta=0.9):
    v = state.get("v") or _zeros(params)
    v = [beta * u + g for u, g in zip(v, grads)]
    return [p - learning_rate * (1 - beta) * u for p, u in zip(params, v)], {"v": v}


@wrong("momentum_step", "velocity reset when its sign differs from the gradient's")
def _(params, grads, state, learning_rate, beta=0.9):
    v = state.get("v") or _zeros(params)
    v = [np.where(u * g < 0, 0, beta * u) + g for u, g in zip(v, grads)]
    return [p - learning_rate * u for p, u in zip(params, v)], {"v": v}


@wrong("rmsprop_step", "centred: the variance of g in place of its mean square")
def _(params, grads, state, learning_rate, rho=0.9, eps=1e-8):
    s = state.get("s") or _zeros(params)
    m = state.get("m") or _zeros(params)
    s = [rho * u + (1 - rho) * g * g for u, g in zip(s, grads)]
    m = [rho * u + (1 - rho) * g for u, g in zip(m, grads)]
    new = [
        p - learning_rate * g / (np.sqrt(u - w * w) + eps)
        for p, g, u, w in zip(params, grads, s, m)
    ]
    return new, {"s": s, "m": m}


@wrong("rmsprop_step", "rate inside the mean and the root forgotten", "two")
def _(params, grads, state, learning_rate, rho=0.9, eps=1e-8):
    s = state.get("s") or _zeros(params)
    s = [rho * u + rho * g * g for u, g in zip(s, grads)]
    return [p - learning_rate * g / (u + eps) for p, g, u in zip(params, grads, s)], {"s": s}


@wrong("adam_step", "Nadam: looks ahead with beta1")
def _(params, grads, state, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    _, after = _adam(params, grads, state, learning_rate, beta1, beta2, eps)
    t = after["t"]
    new = [
        p
        - learning_rate
        * (beta1 * m + (1 - beta1) * g)
        / (1 - beta1**t)
        / (np.sqrt(v / (1 - beta2**t)) + eps)
        for p, g, m, v in zip(params, grads, after["m"], after["v"])
    ]
    return new, after


@wrong("adam_step", "AdamW with a decay of 0.01")
def _(params, grads, state, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    new, after = _adam(
        params,
        grads,
        state,
        learning_rate,
        beta1,
        beta2,
        eps,
        lambda m, v, t, b1, b2: (m / (1 - b1**t), v / (1 - b2**t)),
    )
    return [n - learning_rate * 0.01 * p for n, p in zip(new, params)], after


@wrong("adam_step", "Adamax: the largest decayed size in place of the root")
def _(params, grads, state, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    t = state.get("t", 0) + 1
    m = state.get("m") or _zeros(params)
    v = state.get("v") or _zeros(params)
    m = [beta1 * u + (1 - beta1) * g for u, g in zip(m, grads)]
    v = [np.maximum(beta2 * u, np.abs(g)) for u, g in zip(v, grads)]
    new = [p - learning_rate / (1 - beta1**t) * a / (s + eps) for p, a, s in zip(params, m, v)]
    return new, {"m": m, "v": v, "t": t}


@wrong("adam_step", "t counts from 2: raised twice a step")
def _(params, grads, state, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    t = state.get("t", 0) + 2
    return (lambda new, after: (new, after | {"t": t}))(
        *_adam(
            params,
            grads,
            state | {"t": t - 1},
            learning_rate,
            beta1,
            beta2,
            eps,
            lambda m, v, t, b1, b2: (m / (1 - b1**t), v / (1 - b2**t)),
        )
    )


@wrong("clip_by_global_norm", "mean norm of the tensors, not the global one")
def _(grads, max_norm):
    norm = np.mean([np.linalg.norm(g) for g in grads])
    return [g * min(1, max_norm / norm) for g in grads], norm


@wrong("clip_by_global_norm", "right factor, but applied to the first tensor only")
def _(grads, max_norm):
    norm = np.sqrt(sum(np.sum(g**2) for g in grads))
    return [grads[0] * min(1, max_norm / norm), *grads[1:]], norm


def _fit(X, y, params, step, rate, size, epochs, rng, grads_of, record):
    flat, state, losses = [v for pair in params for v in pair], {}, []
    for _ in range(epochs):
        seen = []
        for i in nn.minibatches(len(X), size, rng):
            net = list(zip(flat[::2], flat[1::2]))
            P, cache = nn.mlp_forward(X[i], net)
            seen.append((nn.cross_entropy(P, y[i]), len(i)))
            grads = [g for pair in nn.mlp_backward(P, y[i], cache, net) for g in pair]
            flat, state = step(flat, grads_of(grads, len(i)), state, rate)
        losses.append(record(seen))
    return list(zip(flat[::2], flat[1::2])), losses


def _mean(seen):
    return sum(a * n for a, n in seen) / sum(n for _, n in seen)


@wrong("fit_minibatch", "gradients multiplied by the batch's length")
def _(X, y, params, step, learning_rate, batch_size, epochs, rng):
    return _fit(
        X,
        y,
        params,
        step,
        learning_rate,
        batch_size,
        epochs,
        rng,
        lambda g, n: [n * v for v in g],
        _mean,
    )


@wrong("fit_minibatch", "the last batch's loss is the epoch's")
def _(X, y, params, step, learning_rate, batch_size, epochs, rng):
    return _fit(
        X,
        y,
        params,
        step,
        learning_rate,
        batch_size,
        epochs,
        rng,
        lambda g, n: g,
        lambda seen: seen[-1][0],
    )


@wrong("fit_minibatch", "plain mean of the batch losses, and biases stay", "two")
def _(X, y, params, step, learning_rate, batch_size, epochs, rng):
    return _fit(
        X,
        y,
        params,
        step,
        learning_rate,
        batch_size,
        epochs,
        rng,
        lambda g, n: [v if v.ndim == 2 else 0 * v for v in g],
        lambda seen: np.mean([a for a, _ in seen]),
    )


wrong("anneal_accept", "u < exp(-change) / temperature, and worse only", "two")(
    lambda change, temperature, u: u < np.exp(-abs(change)) / temperature
)
wrong("inverse_time_rate", "halved at every step")(
    lambda learning_rate, t: learning_rate * 0.5 ** (t - 1)
)
wrong("inverse_time_rate", "1/t subtracted")(lambda learning_rate, t: learning_rate - 1 / t)
