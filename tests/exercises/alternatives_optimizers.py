"""Chapter 4, written differently."""

import math

import numpy as np

from bplab import nn


def batches_by_shuffle(N, batch_size, rng):
    order = np.arange(N)
    rng.shuffle(order)
    return [order[i : i + batch_size] for i in range(0, N, batch_size)]


def batches_by_sorting_random_numbers(N, batch_size, rng):
    order = np.argsort(rng.random(N))
    return np.array_split(order, np.arange(batch_size, N, batch_size))


def batches_of_lists(N, batch_size, rng):
    order = [int(i) for i in rng.choice(N, N, replace=False)]
    return tuple(order[i : i + batch_size] for i in range(0, N, batch_size))


def batches_by_yield(N, batch_size, rng):
    order = rng.permutation(N)
    for start in range(0, N, batch_size):
        yield order[start : start + batch_size]


def sgd_by_loop(params, grads, state, learning_rate):
    moved = []
    for i in range(len(params)):
        moved.append(params[i] + (-learning_rate) * grads[i])
    return moved, state


def sgd_as_tuple_of_lists(params, grads, state, learning_rate):
    moved = tuple((w - learning_rate * g).tolist() for w, g in zip(params, grads, strict=True))
    return [moved, dict(state)]


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


def clip_flat(grads, max_norm):
    norm = np.linalg.norm(np.concatenate([g.ravel() for g in grads]))
    scale = min(1.0, max_norm / norm) if norm > 0 else 1.0
    return tuple(g * scale for g in grads), norm


def clip_with_if(grads, max_norm):
    norm = np.sqrt(sum(np.vdot(g, g) for g in grads))
    if norm <= max_norm:
        return grads, norm
    return [max_norm * g / norm for g in grads], norm


def rate_by_power(learning_rate, t):
    return learning_rate * t**-1.0


def rate_as_array(learning_rate, t):
    return np.array(learning_rate / t)


def fit_with_own_loop(X, y, params, step, learning_rate, batch_size, epochs, rng):
    flat = [np.array(t) for layer in params for t in layer]
    state, losses = {}, np.zeros(epochs)
    for epoch in range(epochs):
        order = np.arange(len(X))
        rng.shuffle(order)
        for start in range(0, len(X), batch_size):
            rows = order[start : start + batch_size]
            net = [(flat[i], flat[i + 1]) for i in range(0, len(flat), 2)]
            P, cache = nn.mlp_forward(X[rows], net, "tanh")
            losses[epoch] += nn.cross_entropy(P, y[rows]) * len(rows) / len(X)
            grads = [g for layer in nn.mlp_backward(P, y[rows], cache, net, "tanh") for g in layer]
            flat, state = step(flat, grads, state, learning_rate)
    return [[flat[i], flat[i + 1]] for i in range(0, len(flat), 2)], losses


def fit_with_per_example_losses(X, y, params, step, learning_rate, batch_size, epochs, rng):
    tensors, state, losses = nn.flatten(params), {}, []
    for _ in range(epochs):
        each = []
        shuffled = rng.permutation(len(y))
        for batch in [shuffled[i : i + batch_size] for i in range(0, len(y), batch_size)]:
            P, cache = nn.mlp_forward(X[batch], nn.pair_up(tensors))
            each += list(-np.log(np.clip(P[np.arange(len(batch)), y[batch]], 1e-12, 1)))
            grads = nn.flatten(nn.mlp_backward(P, y[batch], cache, nn.pair_up(tensors)))
            tensors, state = step(tensors, grads, state, learning_rate)
        losses.append(sum(each) / len(each))
    return nn.pair_up(tensors), losses


def accept_by_minimum(change, temperature, u):
    return u < min(1.0, math.exp(min(0.0, -change / temperature)))


def accept_with_if(change, temperature, u):
    if change <= 0:
        return True
    return np.bool_(u <= np.exp(-change / temperature))


def accept_as_number(change, temperature, u):
    return int(change < 0 or math.log(u) < -change / temperature)


def batches_sorted_inside(N, batch_size, rng):
    order = rng.permutation(N)
    return [np.sort(order[i : i + batch_size]) for i in range(0, N, batch_size)]


def batches_drawn_one_by_one(N, batch_size, rng):
    left, batches = list(range(N)), []
    while left:
        size = min(batch_size, len(left))
        batches.append([left.pop(int(rng.integers(len(left)))) for _ in range(size)])
    return batches


def sgd_that_counts(params, grads, state, learning_rate):
    state["steps"] = state.get("steps", 0) + 1
    moved = [w.copy() for w in params]
    for w, g in zip(moved, grads, strict=True):
        w -= learning_rate * g
    return moved, state


def momentum_by_scaled_mean(params, grads, state, learning_rate, beta=0.9):
    old = state.get("v", [0, 0, 0])
    v = {i: beta * old[i] + (1 - beta) * g for i, g in enumerate(grads)}
    moved = [w - learning_rate / (1 - beta) * v[i] for i, w in enumerate(params)]
    return moved, {"v": v}


def rmsprop_by_entries(params, grads, state, learning_rate, rho=0.9, eps=1e-8):
    s = [np.array(old) for old in state.get("s", [np.zeros(w.shape) for w in params])]
    moved = [w.copy() for w in params]
    for i, g in enumerate(grads):
        for at in np.ndindex(g.shape):
            s[i][at] = rho * s[i][at] + (1 - rho) * g[at] ** 2
            moved[i][at] -= learning_rate * g[at] / (math.sqrt(s[i][at]) + eps)
    return moved, {"s": s}


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


def clip_by_the_larger(grads, max_norm):
    norm = np.linalg.norm([np.linalg.norm(g) for g in grads])
    return [(max_norm / max(norm, max_norm) * g).tolist() for g in grads], np.array(norm)


def rate_by_logarithms(learning_rate, t):
    return math.exp(math.log(learning_rate) - math.log(t))


def fit_with_another_shuffle(X, y, params, step, learning_rate, batch_size, epochs, rng):
    flat, state, losses = [t for layer in params for t in layer], {}, []
    for _ in range(epochs):
        order, total = np.argsort(rng.random(len(X))), 0.0
        X_new, y_new = X[order], y[order]
        for start in range(0, len(X), batch_size):
            rows = slice(start, start + batch_size)
            net = list(zip(flat[::2], flat[1::2], strict=True))
            P, cache = nn.mlp_forward(X_new[rows], net)
            total += nn.cross_entropy(P, y_new[rows]) * len(y_new[rows])
            grads = nn.flatten(nn.mlp_backward(P, y_new[rows], cache, net))
            flat, state = step(flat, grads, state, learning_rate)
        losses.append(total / len(X))
    return tuple(zip(flat[::2], flat[1::2], strict=True)), tuple(losses)


ALTERNATIVES = {
    "minibatches": [
        batches_sorted_inside,
        batches_drawn_one_by_one,
        batches_by_shuffle,
        batches_by_sorting_random_numbers,
        batches_of_lists,
        batches_by_yield,
    ],
    "sgd_step": [sgd_that_counts, sgd_by_loop, sgd_as_tuple_of_lists],
    "momentum_step": [
        momentum_by_scaled_mean,
        momentum_in_place_state,
        momentum_with_the_rate_in_v,
        momentum_by_index,
    ],
    "rmsprop_step": [rmsprop_by_entries, rmsprop_in_place_state, rmsprop_by_power],
    "adam_step": [adam_with_running_products, adam_in_place_state, adam_with_scaled_rate],
    "clip_by_global_norm": [clip_by_the_larger, clip_flat, clip_with_if],
    "inverse_time_rate": [rate_by_logarithms, rate_by_power, rate_as_array],
    "fit_minibatch": [fit_with_another_shuffle, fit_with_own_loop, fit_with_per_example_losses],
    "anneal_accept": [accept_by_minimum, accept_with_if, accept_as_number],
}
