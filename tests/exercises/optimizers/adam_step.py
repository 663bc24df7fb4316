"""adam_step: what must pass, and what must be told."""

import math

import numpy as np

from bplab import nn


def adam_in_place_state(params, grads, state, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    if not state:
        state.update(t=0, m=[0.0] * len(params), v=[0.0] * len(params))
    state["t"] += 1
    moved = []
    for i, (w, g) in enumerate(zip(params, grads, strict=True)):
        state["m"][i] = beta1 * state["m"][i] + (1 - beta1) * g
        state["v"][i] = beta2 * state["v"][i] + (1 - beta2) * g * g
        m_hat = state["m"][i] / (1 - beta1 ** state["t"])
        v_hat = state["v"][i] / (1 - beta2 ** state["t"])
        moved.append(w - learning_rate * m_hat / (np.sqrt(v_hat) + eps))
    return moved, state


def adam_with_scaled_rate(params, grads, state, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    t = state.get("t", 0) + 1
    c1, c2 = 1 - beta1**t, math.sqrt(1 - beta2**t)
    m, v, moved = [], [], []
    for i, (w, g) in enumerate(zip(params, grads, strict=True)):
        m.append(beta1 * (state["m"][i] if t > 1 else 0) + (1 - beta1) * g)
        v.append(beta2 * (state["v"][i] if t > 1 else 0) + (1 - beta2) * g**2)
        moved.append(w - learning_rate * c2 / c1 * m[i] / (np.sqrt(v[i]) + eps * c2))
    return moved, {"m": m, "v": v, "t": np.int64(t)}


def adam_with_running_products(
    params, grads, state, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8
):
    state = dict(state) or {"m": (0, 0, 0), "v": (0, 0, 0), "t": 0.0, "b1": 1.0, "b2": 1.0}
    b1, b2 = state["b1"] * beta1, state["b2"] * beta2
    m = tuple(old + (1 - beta1) * (g - old) for old, g in zip(state["m"], grads, strict=True))
    v = tuple(old + (1 - beta2) * (g * g - old) for old, g in zip(state["v"], grads, strict=True))
    moved = [
        w - learning_rate * a / (1 - b1) / (np.sqrt(b / (1 - b2)) + eps)
        for w, a, b in zip(params, m, v, strict=True)
    ]
    return moved, {"m": m, "v": v, "t": state["t"] + 1, "b1": b1, "b2": b2}


def adam(divide):
    def step(params, grads, state, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
        _, new = nn.adam_step(params, grads, state, learning_rate, beta1, beta2, eps)
        c1, c2 = 1 - beta1 ** new["t"], 1 - beta2 ** new["t"]
        steps = [divide(m, v, c1, c2, eps) for m, v in zip(new["m"], new["v"], strict=True)]
        return [w - learning_rate * s for w, s in zip(params, steps, strict=True)], new

    return step


def counting(kept):
    """Adam that leaves another t in the state."""

    def step(params, grads, state, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
        moved, new = nn.adam_step(params, grads, state, learning_rate, beta1, beta2, eps)
        return moved, {**new, "t": kept(new["t"])}

    return step


def class_style(params, grads, state, learning_rate, beta1=0.9, beta2=0.999, eps=1e-08):
    if not state:
        state = {
            "t": 0,
            "m": [np.zeros_like(p) for p in params],
            "v": [np.zeros_like(p) for p in params],
        }
    t = state["t"] + 1
    m, v, out = ([], [], [])
    for p, g, mi, vi in zip(params, grads, state["m"], state["v"], strict=False):
        mi = beta1 * mi + (1 - beta1) * g
        vi = beta2 * vi + (1 - beta2) * np.square(g)
        mh = mi / (1 - beta1**t)
        vh = vi / (1 - beta2**t)
        out.append(p - learning_rate * mh / (np.sqrt(vh) + eps))
        m.append(mi)
        v.append(vi)
    return (out, {"t": t, "m": m, "v": v})


def no_correction(params, grads, state, learning_rate, beta1=0.9, beta2=0.999, eps=1e-08):
    t = state.get("t", 0) + 1
    ms = state.get("m") or [np.zeros_like(p) for p in params]
    vs = state.get("v") or [np.zeros_like(p) for p in params]
    m, v, out = ([], [], [])
    for p, g, mi, vi in zip(params, grads, ms, vs, strict=False):
        mi = beta1 * mi + (1 - beta1) * g
        vi = beta2 * vi + (1 - beta2) * g**2
        mh, vh = (mi, vi)
        out.append(p - learning_rate * mh / (np.sqrt(vh) + eps))
        m.append(mi)
        v.append(vi)
    return (out, {"t": t, "m": m, "v": v})


def forgotten_default_m(params, grads, state, learning_rate, beta1=0.9, beta2=0.999, eps=1e-08):
    t = state.get("t", 0) + 1
    ms = state.get("m")
    vs = state.get("v") or [np.zeros_like(p) for p in params]
    m, v, out = ([], [], [])
    for p, g, mi, vi in zip(params, grads, ms, vs, strict=False):
        mi = beta1 * mi + (1 - beta1) * g
        vi = beta2 * vi + (1 - beta2) * g**2
        mh = mi / (1 - beta1**t)
        vh = vi / (1 - beta2**t)
        out.append(p - learning_rate * mh / (np.sqrt(vh) + eps))
        m.append(mi)
        v.append(vi)
    return (out, {"t": t, "m": m, "v": v})


def t_in_loop(params, grads, state, learning_rate, beta1=0.9, beta2=0.999, eps=1e-08):
    t = state.get("t", 0) + 1
    ms = state.get("m") or [np.zeros_like(p) for p in params]
    vs = state.get("v") or [np.zeros_like(p) for p in params]
    m, v, out = ([], [], [])
    for p, g, mi, vi in zip(params, grads, ms, vs, strict=False):
        t += 1
        mi = beta1 * mi + (1 - beta1) * g
        vi = beta2 * vi + (1 - beta2) * g**2
        mh = mi / (1 - beta1**t)
        vh = vi / (1 - beta2**t)
        out.append(p - learning_rate * mh / (np.sqrt(vh) + eps))
        m.append(mi)
        v.append(vi)
    return (out, {"t": t, "m": m, "v": v})


def t_starts_0_used_then(params, grads, state, learning_rate, beta1=0.9, beta2=0.999, eps=1e-08):
    t = state.get("t", 0)
    ms = state.get("m") or [np.zeros_like(p) for p in params]
    vs = state.get("v") or [np.zeros_like(p) for p in params]
    m, v, out = ([], [], [])
    for p, g, mi, vi in zip(params, grads, ms, vs, strict=False):
        mi = beta1 * mi + (1 - beta1) * g
        vi = beta2 * vi + (1 - beta2) * g**2
        mh = mi / (1 - beta1**t)
        vh = vi / (1 - beta2**t)
        out.append(p - learning_rate * mh / (np.sqrt(vh) + eps))
        m.append(mi)
        v.append(vi)
    return (out, {"t": t + 1, "m": m, "v": v})


def bracket_eps(params, grads, state, learning_rate, beta1=0.9, beta2=0.999, eps=1e-08):
    t = state.get("t", 0) + 1
    ms = state.get("m") or [np.zeros_like(p) for p in params]
    vs = state.get("v") or [np.zeros_like(p) for p in params]
    m, v, out = ([], [], [])
    for p, g, mi, vi in zip(params, grads, ms, vs, strict=False):
        mi = beta1 * mi + (1 - beta1) * g
        vi = beta2 * vi + (1 - beta2) * g**2
        mh = mi / (1 - beta1**t)
        vh = vi / (1 - beta2**t)
        out.append(p - learning_rate * mh / np.sqrt(vh) + eps)
        m.append(mi)
        v.append(vi)
    return (out, {"t": t, "m": m, "v": v})


def eps_in_root(params, grads, state, learning_rate, beta1=0.9, beta2=0.999, eps=1e-08):
    t = state.get("t", 0) + 1
    ms = state.get("m") or [np.zeros_like(p) for p in params]
    vs = state.get("v") or [np.zeros_like(p) for p in params]
    m, v, out = ([], [], [])
    for p, g, mi, vi in zip(params, grads, ms, vs, strict=False):
        mi = beta1 * mi + (1 - beta1) * g
        vi = beta2 * vi + (1 - beta2) * g**2
        mh = mi / (1 - beta1**t)
        vh = vi / (1 - beta2**t)
        out.append(p - learning_rate * mh / np.sqrt(vh + eps))
        m.append(mi)
        v.append(vi)
    return (out, {"t": t, "m": m, "v": v})


def g_not_m_in_step(params, grads, state, learning_rate, beta1=0.9, beta2=0.999, eps=1e-08):
    t = state.get("t", 0) + 1
    ms = state.get("m") or [np.zeros_like(p) for p in params]
    vs = state.get("v") or [np.zeros_like(p) for p in params]
    m, v, out = ([], [], [])
    for p, g, mi, vi in zip(params, grads, ms, vs, strict=False):
        mi = beta1 * mi + (1 - beta1) * g
        vi = beta2 * vi + (1 - beta2) * g**2
        mi / (1 - beta1**t)
        vh = vi / (1 - beta2**t)
        out.append(p - learning_rate * g / (np.sqrt(vh) + eps))
        m.append(mi)
        v.append(vi)
    return (out, {"t": t, "m": m, "v": v})


def correct_kept(params, grads, state, learning_rate, beta1=0.9, beta2=0.999, eps=1e-08):
    t = state.get("t", 0) + 1
    ms = state.get("m") or [np.zeros_like(p) for p in params]
    vs = state.get("v") or [np.zeros_like(p) for p in params]
    m, v, out = ([], [], [])
    for p, g, mi, vi in zip(params, grads, ms, vs, strict=False):
        mi = beta1 * mi + (1 - beta1) * g
        vi = beta2 * vi + (1 - beta2) * g**2
        mh = mi / (1 - beta1**t)
        vh = vi / (1 - beta2**t)
        out.append(p - learning_rate * mh / (np.sqrt(vh) + eps))
        m.append(mh)
        v.append(vh)
    return (out, {"t": t, "m": m, "v": v})


def v_key_typo(params, grads, state, learning_rate, beta1=0.9, beta2=0.999, eps=1e-08):
    t = state.get("t", 0) + 1
    ms = state.get("m") or [np.zeros_like(p) for p in params]
    vs = state.get("v") or [np.zeros_like(p) for p in params]
    m, v, out = ([], [], [])
    for p, g, mi, vi in zip(params, grads, ms, vs, strict=False):
        mi = beta1 * mi + (1 - beta1) * g
        vi = beta2 * vi + (1 - beta2) * g**2
        mh = mi / (1 - beta1**t)
        vh = vi / (1 - beta2**t)
        out.append(p - learning_rate * mh / (np.sqrt(vh) + eps))
        m.append(mi)
        v.append(vi)
    return (out, {"t": t, "m": m, "V": v})


def abs_not_square(params, grads, state, learning_rate, beta1=0.9, beta2=0.999, eps=1e-08):
    t = state.get("t", 0) + 1
    ms = state.get("m") or [np.zeros_like(p) for p in params]
    vs = state.get("v") or [np.zeros_like(p) for p in params]
    m, v, out = ([], [], [])
    for p, g, mi, vi in zip(params, grads, ms, vs, strict=False):
        mi = beta1 * mi + (1 - beta1) * g
        vi = beta2 * vi + (1 - beta2) * np.abs(g)
        mh = mi / (1 - beta1**t)
        vh = vi / (1 - beta2**t)
        out.append(p - learning_rate * mh / (np.sqrt(vh) + eps))
        m.append(mi)
        v.append(vi)
    return (out, {"t": t, "m": m, "v": v})


def plus(params, grads, state, learning_rate, beta1=0.9, beta2=0.999, eps=1e-08):
    t = state.get("t", 0) + 1
    ms = state.get("m") or [np.zeros_like(p) for p in params]
    vs = state.get("v") or [np.zeros_like(p) for p in params]
    m, v, out = ([], [], [])
    for p, g, mi, vi in zip(params, grads, ms, vs, strict=False):
        mi = beta1 * mi + (1 - beta1) * g
        vi = beta2 * vi + (1 - beta2) * g**2
        mh = mi / (1 - beta1**t)
        vh = vi / (1 - beta2**t)
        out.append(p + learning_rate * mh / (np.sqrt(vh) + eps))
        m.append(mi)
        v.append(vi)
    return (out, {"t": t, "m": m, "v": v})


def amsgrad(params, grads, state, learning_rate, beta1=0.9, beta2=0.999, eps=1e-08):
    t = state.get("t", 0) + 1
    ms = state.get("m") or [np.zeros_like(p) for p in params]
    vs = state.get("v") or [np.zeros_like(p) for p in params]
    m, v, out = ([], [], [])
    for p, g, mi, vi in zip(params, grads, ms, vs, strict=False):
        mi = beta1 * mi + (1 - beta1) * g
        vi = np.maximum(vi, beta2 * vi + (1 - beta2) * g**2)
        mh = mi / (1 - beta1**t)
        vh = vi / (1 - beta2**t)
        out.append(p - learning_rate * mh / (np.sqrt(vh) + eps))
        m.append(mi)
        v.append(vi)
    return (out, {"t": t, "m": m, "v": v})


def adamw_decay(params, grads, state, learning_rate, beta1=0.9, beta2=0.999, eps=1e-08):
    t = state.get("t", 0) + 1
    ms = state.get("m") or [np.zeros_like(p) for p in params]
    vs = state.get("v") or [np.zeros_like(p) for p in params]
    m, v, out = ([], [], [])
    for p, g, mi, vi in zip(params, grads, ms, vs, strict=False):
        mi = beta1 * mi + (1 - beta1) * g
        vi = beta2 * vi + (1 - beta2) * g**2
        mh = mi / (1 - beta1**t)
        vh = vi / (1 - beta2**t)
        out.append(p * (1 - 0.01 * learning_rate) - learning_rate * mh / (np.sqrt(vh) + eps))
        m.append(mi)
        v.append(vi)
    return (out, {"t": t, "m": m, "v": v})


def with_1_beta_t(params, grads, state, learning_rate, beta1=0.9, beta2=0.999, eps=1e-08):
    t = state.get("t", 0) + 1
    ms = state.get("m") or [np.zeros_like(p) for p in params]
    vs = state.get("v") or [np.zeros_like(p) for p in params]
    m, v, out = ([], [], [])
    for p, g, mi, vi in zip(params, grads, ms, vs, strict=False):
        mi = beta1 * mi + (1 - beta1) * g
        vi = beta2 * vi + (1 - beta2) * g**2
        mh = mi / (1 - beta1 * t)
        vh = vi / (1 - beta2 * t)
        out.append(p - learning_rate * mh / (np.sqrt(vh) + eps))
        m.append(mi)
        v.append(vi)
    return (out, {"t": t, "m": m, "v": v})


ACCEPTED = [
    adam_with_running_products,
    adam_in_place_state,
    adam_with_scaled_rate,
    class_style,
]


def t_stays_where_it_was(params, grads, state, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    t = state.get("t", 0)
    m = state.get("m", [np.zeros_like(w) for w in params])
    v = state.get("v", [np.zeros_like(w) for w in params])
    m = [beta1 * m_i + (1 - beta1) * g for m_i, g in zip(m, grads, strict=True)]
    v = [beta2 * v_i + (1 - beta2) * g**2 for v_i, g in zip(v, grads, strict=True)]
    new = []
    for w, m_i, v_i in zip(params, m, v, strict=True):
        m_hat, v_hat = m_i / (1 - beta1**t), v_i / (1 - beta2**t)
        new.append(w - learning_rate * m_hat / (np.sqrt(v_hat) + eps))
    return new, {"m": m, "v": v, "t": t}


def one_list_twice(params, grads, state, rate, beta1=0.9, beta2=0.999, eps=1e-8):
    if not state:
        zeros = [np.zeros_like(w) for w in params]
        state = {"m": zeros, "v": zeros, "t": 0}
    m, v, t = state["m"], state["v"], state["t"] + 1
    moved = []
    for i, g in enumerate(grads):
        m[i] = beta1 * m[i] + (1 - beta1) * g
        v[i] = beta2 * v[i] + (1 - beta2) * g**2
        m_hat, v_hat = m[i] / (1 - beta1**t), v[i] / (1 - beta2**t)
        moved.append(params[i] - rate * m_hat / (np.sqrt(v_hat) + eps))
    return moved, {"m": m, "v": v, "t": t}


def amsgrad_with_a_record(params, grads, state, rate, beta1=0.9, beta2=0.999, eps=1e-8):
    moved, new = [], {"t": state.get("t", 0) + 1, "m": [], "v": [], "v_max": []}
    for i, (w, g) in enumerate(zip(params, grads, strict=True)):
        m, v, top = (state[k][i] if state else np.zeros_like(w) for k in ("m", "v", "v_max"))
        m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
        top = np.maximum(top, v)
        root = np.sqrt(top / (1 - beta2 ** new["t"]))
        moved.append(w - rate * m / (1 - beta1 ** new["t"]) / (root + eps))
        for key, kept in (("m", m), ("v", v), ("v_max", top)):
            new[key].append(kept)
    return moved, new


def adamax(params, grads, state, rate, beta1=0.9, beta2=0.999, eps=1e-8):
    zeros = [np.zeros_like(w) for w in params]
    m, u, t = state.get("m", zeros), state.get("v", zeros), state.get("t", 0) + 1
    m = [beta1 * a + (1 - beta1) * g for a, g in zip(m, grads, strict=True)]
    u = [np.maximum(beta2 * a, np.abs(g)) for a, g in zip(u, grads, strict=True)]
    step = rate / (1 - beta1**t)
    moved = [w - step * a / (c + eps) for w, a, c in zip(params, m, u, strict=True)]
    return moved, {"m": m, "v": u, "t": t}


def adabelief(params, grads, state, rate, beta1=0.9, beta2=0.999, eps=1e-8):
    zeros = [np.zeros_like(w) for w in params]
    m, v, t = state.get("m", zeros), state.get("v", zeros), state.get("t", 0) + 1
    m = [beta1 * a + (1 - beta1) * g for a, g in zip(m, grads, strict=True)]
    v = [beta2 * c + (1 - beta2) * (g - a) ** 2 for c, g, a in zip(v, grads, m, strict=True)]
    c1, c2 = 1 - beta1**t, 1 - beta2**t
    moved = [
        w - rate * (a / c1) / (np.sqrt(c / c2) + eps) for w, a, c in zip(params, m, v, strict=True)
    ]
    return moved, {"m": m, "v": v, "t": t}


TOLD = [
    (t_stays_where_it_was, "stays 0"),
    (adam(lambda m, v, c1, c2, eps: m / c1 / (np.sqrt(v) / c2 + eps)), "outside the root"),
    (adam(lambda m, v, c1, c2, eps: m / c1 / (np.sqrt(v / c2) + 1e-8)), "right where eps is 1e-08"),
    (adam(lambda m, v, c1, c2, eps: m / c1 / (np.sqrt(v) / c1 + eps)), "3.162 times"),
    (adam(lambda m, v, c1, c2, eps: m / c1 / (v / c2 + eps)), "half as long"),
    (counting(lambda t: t - 1), "with t = 1 in the corrections"),
    (counting(lambda t: t + 1), "with t = 3 in the corrections"),
    (no_correction, "no-correction"),
    (forgotten_default_m, "no-memory-yet"),
    (t_in_loop, "length-of-each-tensor"),
    (t_starts_0_used_then, "t-from-zero"),
    (bracket_eps, "eps-after-the-division"),
    (eps_in_root, "eps-inside"),
    (g_not_m_in_step, "weights-in-m"),
    (correct_kept, "corrected-state-kept"),
    (v_key_typo, "weights-in-v"),
    (abs_not_square, "units"),
    (plus, "uphill"),
    (amsgrad, "square-never-falls"),
    (adamw_decay, "parameters-in-step"),
    (with_1_beta_t, "product-for-power"),
    (one_list_twice, "one-list-for-both"),
    (amsgrad_with_a_record, "largest-square-kept"),
    (adam(lambda m, v, c1, c2, eps: m / c1 / np.sqrt(v + eps)), "with m corrected and v not"),
    (adamax, "largest-gradient"),
    (adabelief, "squares-about-the-mean"),
]
