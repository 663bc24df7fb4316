"""momentum_step: what must pass, and what must be told."""

import numpy as np

from bplab import nn


def momentum_in_place_state(params, grads, state, learning_rate, beta=0.9):
    if "v" not in state:
        state["v"] = [np.zeros_like(w) for w in params]
    for v, g in zip(state["v"], grads, strict=True):
        v *= beta
        v += g
    return [w - learning_rate * v for w, v in zip(params, state["v"], strict=True)], state


def momentum_with_the_rate_in_v(params, grads, state, learning_rate, beta=0.9):
    old = state.get("v", [0.0] * len(params))
    v = [beta * v - learning_rate * g for v, g in zip(old, grads, strict=True)]
    return [w + v for w, v in zip(params, v, strict=True)], {"v": v}


def momentum_by_index(params, grads, state, learning_rate, beta=0.9):
    v = list(state.get("v", [np.zeros(w.shape) for w in params]))
    moved = list(params)
    for i in range(len(params)):
        v[i] = grads[i] + beta * v[i]
        moved[i] = params[i] - learning_rate * v[i]
    return moved, {"v": v, "note": "extra keys do no harm"}


def momentum_by_scaled_mean(params, grads, state, learning_rate, beta=0.9):
    old = state.get("v", [0, 0, 0])
    v = {i: beta * old[i] + (1 - beta) * g for i, g in enumerate(grads)}
    moved = [w - learning_rate / (1 - beta) * v[i] for i, w in enumerate(params)]
    return moved, {"v": v}


def momentum(velocity, move=lambda w, v, g, rate: w - rate * v):
    def step(params, grads, state, learning_rate, beta=0.9):
        old = state.get("v") or [np.zeros_like(w) for w in params]
        v = [velocity(u, g, beta) for u, g in zip(old, grads, strict=True)]
        moved = zip(params, v, grads, strict=True)
        return [move(w, u, g, learning_rate) for w, u, g in moved], {"v": v}

    return step


def setdefault(params, grads, state, learning_rate, beta=0.9):
    v = state.get("v")
    if v is None:
        v = [np.zeros_like(p) for p in params]
    new_v, new_p = ([], [])
    for p, g, vi in zip(params, grads, v, strict=False):
        vi = beta * vi + g
        new_v.append(vi)
        new_p.append(p - learning_rate * vi)
    return (new_p, {"v": new_v})


def forgotten_default(params, grads, state, learning_rate, beta=0.9):
    v = [beta * vi + g for vi, g in zip(state.get("v"), grads, strict=False)]
    return ([p - learning_rate * vi for p, vi in zip(params, v, strict=False)], {"v": v})


def keyerror(params, grads, state, learning_rate, beta=0.9):
    v = [beta * vi + g for vi, g in zip(state["v"], grads, strict=False)]
    return ([p - learning_rate * vi for p, vi in zip(params, v, strict=False)], {"v": v})


def minus_beta_v_cs231_sign_wrong(params, grads, state, learning_rate, beta=0.9):
    v = state.get("v", [np.zeros_like(p) for p in params])
    v = [beta * vi - learning_rate * g for vi, g in zip(v, grads, strict=False)]
    return ([p - vi for p, vi in zip(params, v, strict=False)], {"v": v})


def other_key(params, grads, state, learning_rate, beta=0.9):
    v = state.get("velocity", [np.zeros_like(p) for p in params])
    v = [beta * vi + g for vi, g in zip(v, grads, strict=False)]
    return ([p - learning_rate * vi for p, vi in zip(params, v, strict=False)], {"v": v})


def v_overwritten_in_loop_single(params, grads, state, learning_rate, beta=0.9):
    v = state.get("v", 0)
    out = []
    for p, g in zip(params, grads, strict=False):
        v = beta * v + g
        out.append(p - learning_rate * v)
    return (out, {"v": v})


ACCEPTED = [
    momentum_by_scaled_mean,
    momentum_in_place_state,
    momentum_with_the_rate_in_v,
    momentum_by_index,
    setdefault,
]


def starts_as_params(params, grads, state, learning_rate, beta=0.9):
    v = state.get("v", [w.copy() for w in params])
    v = [beta * old + g for old, g in zip(v, grads, strict=True)]
    return [w - learning_rate * step for w, step in zip(params, v, strict=True)], {"v": v}


TOLD = [
    (momentum(lambda v, g, b: (1 - b) * v + g), "Step 2", "(1 - beta)"),
    (momentum(lambda v, g, b: v + g), "the weight 1 in it", "= beta belongs"),
    (momentum(lambda v, g, b: b * v + g, lambda w, v, g, rate: w - v), "1/learning_rate"),
    (
        lambda params, grads, state, rate, beta=0.99: nn.momentum_step(
            params, grads, state, rate, beta
        ),
        "2 of 3 cases",
        "beta = 0.9",
    ),
    (
        momentum(lambda v, g, b: b * v + g, lambda w, v, g, rate: w - rate * (v + g)),
        "the weight 2 in it",
    ),
    (forgotten_default, "no-memory-yet"),
    (keyerror, "no-entry-yet"),
    (minus_beta_v_cs231_sign_wrong, "uphill"),
    (other_key, "no-memory"),
    (v_overwritten_in_loop_single, "raised"),
    (starts_as_params, "velocity-starts-as-params"),
]
