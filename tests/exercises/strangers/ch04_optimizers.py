"""Chapter 4 as strangers answer it."""

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


@wrong("sgd_step", "uphill")
def _(params, grads, state, learning_rate):
    return [p + learning_rate * g for p, g in zip(params, grads)], state


@wrong("sgd_step", "only the first tensor")
def _(params, grads, state, learning_rate):
    return [params[0] - learning_rate * grads[0]] + list(params[1:]), state


@wrong("sgd_step", "in place")
def _(params, grads, state, learning_rate):
    for p, g in zip(params, grads):
        p -= learning_rate * g
    return params, state


@wrong("sgd_step", "normalised by the size of the gradient")
def _(params, grads, state, learning_rate):
    return [p - learning_rate * g / np.linalg.norm(g) for p, g in zip(params, grads)], state


@wrong("sgd_step", "state forgotten in the return")
def _(params, grads, state, learning_rate):
    return [p - learning_rate * g for p, g in zip(params, grads)]


@wrong("sgd_step", "a list minus an array", kind="raises")
def _(params, grads, state, learning_rate):
    return params - learning_rate * grads, state


@right("sgd_step", "map, as a tuple")
def _(params, grads, state, learning_rate):
    return tuple(map(lambda p, g: p - np.multiply(g, learning_rate), params, grads)), state


@wrong("momentum_step", "exponential average: (1 - beta) g")
def _(params, grads, state, learning_rate, beta=0.9):
    v = state.get("v", [np.zeros_like(p) for p in params])
    v = [beta * a + (1 - beta) * g for a, g in zip(v, grads)]
    return [p - learning_rate * a for p, a in zip(params, v)], {"v": v}


@wrong("momentum_step", "velocity not kept")
def _(params, grads, state, learning_rate, beta=0.9):
    v = [np.zeros_like(p) for p in params]
    v = [beta * a + g for a, g in zip(v, grads)]
    return [p - learning_rate * a for p, a in zip(params, v)], {"v": v}


@wrong("momentum_step", "steps with the old velocity")
def _(params, grads, state, learning_rate, beta=0.9):
    v = state.get("v", [np.zeros_like(p) for p in params])
    new = [beta * a + g for a, g in zip(v, grads)]
    return [p - learning_rate * a for p, a in zip(params, v)], {"v": new}


@wrong("momentum_step", "Nesterov")
def _(params, grads, state, learning_rate, beta=0.9):
    v = state.get("v", [np.zeros_like(p) for p in params])
    v = [beta * a + g for a, g in zip(v, grads)]
    return [p - learning_rate * (g + beta * a) for p, a, g in zip(params, v, grads)], {"v": v}


@wrong("momentum_step", "rate in the velocity and in the step")
def _(params, grads, state, learning_rate, beta=0.9):
    v = state.get("v", [np.zeros_like(p) for p in params])
    v = [beta * a + learning_rate * g for a, g in zip(v, grads)]
    return [p - learning_rate * a for p, a in zip(params, v)], {"v": v}


@wrong("momentum_step", "minus in the velocity and minus in the step")
def _(params, grads, state, learning_rate, beta=0.9):
    v = state.get("v", [np.zeros_like(p) for p in params])
    v = [beta * a - g for a, g in zip(v, grads)]
    return [p - learning_rate * a for p, a in zip(params, v)], {"v": v}


@wrong("momentum_step", "state['v'] missing at the first call", kind="raises")
def _(params, grads, state, learning_rate, beta=0.9):
    state["v"] = [beta * a + g for a, g in zip(state["v"], grads)]
    return [p - learning_rate * a for p, a in zip(params, state["v"])], state


@wrong("momentum_step", "one velocity for all tensors", kind="raises")
def _(params, grads, state, learning_rate, beta=0.9):
    v, out = state.get("v", 0), []
    for p, g in zip(params, grads):
        v = beta * v + g
        out.append(p - learning_rate * v)
    return out, {"v": v}


@right("momentum_step", "setdefault, state updated in place")
def _(params, grads, state, learning_rate, beta=0.9):
    v = state.setdefault("v", [0.0] * len(params))
    for i, g in enumerate(grads):
        v[i] = v[i] * beta + g
    return [p - learning_rate * v[i] for i, p in enumerate(params)], state


def _rms(params, grads, state, rate, rho, eps, update, step):
    s = state.get("s", [np.zeros_like(p) for p in params])
    new = [update(a, g) for a, g in zip(s, grads)]
    return [p - step(a, old, g) for p, a, old, g in zip(params, new, s, grads)], {"s": new}


@wrong("rmsprop_step", "AdaGrad: squares are added")
def _(params, grads, state, learning_rate, rho=0.9, eps=1e-8):
    return _rms(
        params,
        grads,
        state,
        learning_rate,
        rho,
        eps,
        lambda s, g: s + g**2,
        lambda s, _o, g: learning_rate * g / (np.sqrt(s) + eps),
    )


@wrong("rmsprop_step", "rho and 1 - rho swapped")
def _(params, grads, state, learning_rate, rho=0.9, eps=1e-8):
    return _rms(
        params,
        grads,
        state,
        learning_rate,
        rho,
        eps,
        lambda s, g: (1 - rho) * s + rho * g**2,
        lambda s, _o, g: learning_rate * g / (np.sqrt(s) + eps),
    )


@wrong("rmsprop_step", "no root")
def _(params, grads, state, learning_rate, rho=0.9, eps=1e-8):
    return _rms(
        params,
        grads,
        state,
        learning_rate,
        rho,
        eps,
        lambda s, g: rho * s + (1 - rho) * g**2,
        lambda s, _o, g: learning_rate * g / (s + eps),
    )


@wrong("rmsprop_step", "eps inside the root")
def _(params, grads, state, learning_rate, rho=0.9, eps=1e-8):
    return _rms(
        params,
        grads,
        state,
        learning_rate,
        rho,
        eps,
        lambda s, g: rho * s + (1 - rho) * g**2,
        lambda s, _o, g: learning_rate * g / np.sqrt(s + eps),
    )


@wrong("rmsprop_step", "bias correction as in Adam, with len of calls in the state")
def _(params, grads, state, learning_rate, rho=0.9, eps=1e-8):
    t = state.get("t", 0) + 1
    out, new = _rms(
        params,
        grads,
        state,
        learning_rate,
        rho,
        eps,
        lambda s, g: rho * s + (1 - rho) * g**2,
        lambda s, _o, g: learning_rate * g / (np.sqrt(s / (1 - rho**t)) + eps),
    )
    return out, {**new, "t": t}


@wrong("rmsprop_step", "square of the mean gradient of the tensor, one number a tensor")
def _(params, grads, state, learning_rate, rho=0.9, eps=1e-8):
    return _rms(
        params,
        grads,
        state,
        learning_rate,
        rho,
        eps,
        lambda s, g: rho * s + (1 - rho) * np.mean(g**2),
        lambda s, _o, g: learning_rate * g / (np.sqrt(s) + eps),
    )


@wrong(
    "rmsprop_step", "s of the gradients, not of their squares, and abs under the root", kind="two"
)
def _(params, grads, state, learning_rate, rho=0.9, eps=1e-8):
    return _rms(
        params,
        grads,
        state,
        learning_rate,
        rho,
        eps,
        lambda s, g: rho * s + (1 - rho) * g,
        lambda s, _o, g: learning_rate * g / (np.sqrt(np.abs(s)) + eps),
    )


@right("rmsprop_step", "in place on own copies")
def _(params, grads, state, learning_rate, rho=0.9, eps=1e-8):
    if not state:
        state = {"s": [np.zeros(np.shape(g)) for g in grads]}
    out = []
    for i, g in enumerate(grads):
        s = state["s"][i].copy()
        s *= rho
        s += (1 - rho) * np.square(g)
        state["s"][i] = s
        out.append(params[i] - learning_rate * g / (s**0.5 + eps))
    return out, state


def _adam(params, grads, state, rate, b1, b2, eps, **k):
    m = state.get("m", [np.zeros_like(p) for p in params])
    v = state.get("v", [np.zeros_like(p) for p in params])
    t = state.get("t", 0) + 1
    out, M, V = [], [], []
    for p, g, a, c in zip(params, grads, m, v):
        a = b1 * a + (1 - b1) * g
        c = b2 * c + (1 - b2) * (g if k.get("first") else g**2)
        M.append(a)
        V.append(c)
        power = 1 if k.get("no_power") else t
        ah = a if k.get("raw") or k.get("only_v") else a / (1 - b1**power)
        ch = c if k.get("raw") or k.get("only_m") else c / (1 - b2**power)
        root = ch if k.get("no_root") else np.sqrt(np.abs(ch))
        if k.get("inside"):
            out.append(p - rate * ah / np.sqrt(ch + eps))
        else:
            out.append(p - rate * ah / (root + eps))
        if k.get("t_per"):
            t += 1
    return out, {"m": M, "v": V, "t": t - 1 if k.get("t_old") else t}


for _key, _note in {
    "raw": "no bias correction",
    "only_m": "only m is corrected",
    "only_v": "only v is corrected",
    "no_power": "1 - beta in place of 1 - beta**t",
    "no_root": "no root of v",
    "inside": "eps inside the root",
    "t_per": "t raised once per tensor",
    "first": "v averages g, not g squared (abs under the root)",
    "t_old": "t is never stored: always 0 in the state",
}.items():

    def _make(key):
        def adam_step(params, grads, state, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
            return _adam(params, grads, state, learning_rate, beta1, beta2, eps, **{key: True})

        return adam_step

    wrong("adam_step", _note)(_make(_key))


@right("adam_step", "the efficient form with eps_hat scaled")
def _(params, grads, state, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    state = state or dict(m=[0 * p for p in params], v=[0 * p for p in params], t=0)
    state["t"] += 1
    t = state["t"]
    state["m"] = [m + (1 - beta1) * (g - m) for m, g in zip(state["m"], grads)]
    state["v"] = [v + (1 - beta2) * (g * g - v) for v, g in zip(state["v"], grads)]
    root = math.sqrt(1 - beta2**t)
    rate = learning_rate * root / (1 - beta1**t)
    new = [
        p - rate * m / (np.sqrt(v) + eps * root) for p, m, v in zip(params, state["m"], state["v"])
    ]
    return new, state


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
