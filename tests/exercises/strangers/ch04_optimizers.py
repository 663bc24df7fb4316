"""Chapter 4, steps of optimizers, as strangers answer it."""

import math

import numpy as np

from tests.exercises.strangers.table import right, wrong


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
