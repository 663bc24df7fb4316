"""rmsprop_step: what must pass, and what must be told."""

import math

import numpy as np

from bplab import nn


def rmsprop_in_place_state(params, grads, state, learning_rate, rho=0.9, eps=1e-8):
    s = state.setdefault("s", [np.zeros_like(w) for w in params])
    moved = []
    for i, (w, g) in enumerate(zip(params, grads, strict=True)):
        s[i] = s[i] + (1 - rho) * (g * g - s[i])
        moved.append(w - learning_rate / (np.sqrt(s[i]) + eps) * g)
    return moved, state


def rmsprop_by_power(params, grads, state, learning_rate, rho=0.9, eps=1e-8):
    s = [
        rho * s + (1 - rho) * np.square(g)
        for s, g in zip(state.get("s", [0] * len(params)), grads, strict=True)
    ]
    moved = [
        w - learning_rate * g / (s**0.5 + eps) for w, g, s in zip(params, grads, s, strict=True)
    ]
    return moved, {"s": s}


def rmsprop_by_entries(params, grads, state, learning_rate, rho=0.9, eps=1e-8):
    s = [np.array(old) for old in state.get("s", [np.zeros(w.shape) for w in params])]
    moved = [w.copy() for w in params]
    for i, g in enumerate(grads):
        for at in np.ndindex(g.shape):
            s[i][at] = rho * s[i][at] + (1 - rho) * g[at] ** 2
            moved[i][at] -= learning_rate * g[at] / (math.sqrt(s[i][at]) + eps)
    return moved, {"s": s}


def rmsprop(mean=lambda s, g, rho: rho * s + (1 - rho) * g**2, divide=lambda s, e: np.sqrt(s) + e):
    def step(params, grads, state, learning_rate, rho=0.9, eps=1e-8):
        old = state.get("s") or [np.zeros_like(w) for w in params]
        s = [mean(u, g, rho) for u, g in zip(old, grads, strict=True)]
        moved = zip(params, s, grads, strict=True)
        return [w - learning_rate * g / divide(u, eps) for w, u, g in moved], {"s": s}

    return step


def tuple_loop(params, grads, state, learning_rate, rho=0.9, eps=1e-08):
    if "s" not in state:
        state = {"s": [np.zeros_like(p) for p in params]}
    s = [rho * a + (1 - rho) * b**2 for a, b in zip(state["s"], grads, strict=False)]
    params = [
        p - learning_rate / (np.sqrt(a) + eps) * b
        for p, a, b in zip(params, s, grads, strict=False)
    ]
    return (params, {"s": s})


def bracket_g_sqrt_s_eps(params, grads, state, learning_rate, rho=0.9, eps=1e-08):
    s = [
        rho * a + (1 - rho) * b**2
        for a, b in zip(state.get("s") or [np.zeros_like(p) for p in params], grads, strict=False)
    ]
    return (
        [
            p - learning_rate * g / np.sqrt(a) + eps
            for p, g, a in zip(params, grads, s, strict=False)
        ],
        {"s": s},
    )


def bracket_with_rate(params, grads, state, learning_rate, rho=0.9, eps=1e-08):
    s = [
        rho * a + (1 - rho) * b**2
        for a, b in zip(state.get("s") or [np.zeros_like(p) for p in params], grads, strict=False)
    ]
    return (
        [
            p - learning_rate * (g / np.sqrt(a) + eps)
            for p, g, a in zip(params, grads, s, strict=False)
        ],
        {"s": s},
    )


def s_updated_after_use(params, grads, state, learning_rate, rho=0.9, eps=1e-08):
    s = state.get("s") or [np.zeros_like(p) for p in params]
    new = [
        p - learning_rate * g / (np.sqrt(a) + eps)
        for p, g, a in zip(params, grads, s, strict=False)
    ]
    s = [rho * a + (1 - rho) * b**2 for a, b in zip(s, grads, strict=False)]
    return (new, {"s": s})


def clip_5(params, grads, state, learning_rate, rho=0.9, eps=1e-08):
    s = [
        rho * a + (1 - rho) * b**2
        for a, b in zip(state.get("s") or [np.zeros_like(p) for p in params], grads, strict=False)
    ]
    return (
        [
            p - learning_rate * np.clip(g / (np.sqrt(a) + eps), -5, 5)
            for p, g, a in zip(params, grads, s, strict=False)
        ],
        {"s": s},
    )


def grad_clipped(params, grads, state, learning_rate, rho=0.9, eps=1e-08):
    grads = [np.clip(g, -5, 5) for g in grads]
    s = [
        rho * a + (1 - rho) * b**2
        for a, b in zip(state.get("s") or [np.zeros_like(p) for p in params], grads, strict=False)
    ]
    return (
        [
            p - learning_rate * g / (np.sqrt(a) + eps)
            for p, g, a in zip(params, grads, s, strict=False)
        ],
        {"s": s},
    )


def s_ones(params, grads, state, learning_rate, rho=0.9, eps=1e-08):
    s = [
        rho * a + (1 - rho) * b**2
        for a, b in zip(state.get("s") or [np.ones_like(p) for p in params], grads, strict=False)
    ]
    return (
        [
            p - learning_rate * g / (np.sqrt(a) + eps)
            for p, g, a in zip(params, grads, s, strict=False)
        ],
        {"s": s},
    )


def adagrad(params, grads, state, learning_rate, rho=0.9, eps=1e-08):
    s = [
        a + b**2
        for a, b in zip(state.get("s") or [np.zeros_like(p) for p in params], grads, strict=False)
    ]
    return (
        [
            p - learning_rate * g / (np.sqrt(a) + eps)
            for p, g, a in zip(params, grads, s, strict=False)
        ],
        {"s": s},
    )


def list_float_memory(params, grads, state, learning_rate, rho=0.9, eps=1e-08):
    s = rho * state.get("s", 0) + (1 - rho) * grads**2
    return (params - learning_rate * grads / (np.sqrt(s) + eps), {"s": s})


def options_by_name_alone(params, grads, state, learning_rate, *, rho=0.9, eps=1e-8):
    return nn.rmsprop_step(params, grads, state, learning_rate, rho, eps)


ACCEPTED = [
    options_by_name_alone,
    rmsprop_by_entries,
    rmsprop_in_place_state,
    rmsprop_by_power,
    tuple_loop,
]


def large_eps(params, grads, state, learning_rate, rho=0.9, eps=1e-8):
    old = state.get("s", [np.zeros_like(g) for g in grads])
    s = [rho * a + (1 - rho) * g**2 for a, g in zip(old, grads, strict=True)]
    moved = [
        w - learning_rate * g / (np.sqrt(a) + 1e-3)
        for w, g, a in zip(params, grads, s, strict=True)
    ]
    return moved, {"s": s}


TOLD = [
    (rmsprop(lambda s, g, r: r * s + (1 - r) * np.abs(g)), "is not squared"),
    (rmsprop(lambda s, g, r: s + (1 - r) * g**2), "Step 2", "0.1 = (1 - rho)"),
    (rmsprop(lambda s, g, r: r * s + g**2, lambda s, e: s + e), "its length goes with 1 / |g|"),
    (rmsprop(divide=lambda s, e: np.sqrt(s) + 1e-6), "1e-06; eps is 1e-08"),
    (bracket_g_sqrt_s_eps, "eps-after-the-division"),
    (bracket_with_rate, "eps-beside-the-ratio"),
    (s_updated_after_use, "updated-after-use"),
    (clip_5, "step-clipped"),
    (grad_clipped, "imprecise"),
    (s_ones, "starts-elsewhere"),
    (adagrad, "sum-of-squares"),
    (list_float_memory, "raised"),
    (large_eps, "another-eps", "What you add to the root is 0.001"),
]
