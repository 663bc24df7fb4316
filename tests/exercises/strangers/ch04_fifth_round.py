"""A fifth round, chapter 4: written from the table of exercises alone, before any was run."""

import numpy as np

from tests.exercises.strangers.table import right, wrong

# minibatches


@wrong("minibatches", "not shuffled at all: batches in order")
def _(N, batch_size, rng):
    return [np.arange(i, min(i + batch_size, N)) for i in range(0, N, batch_size)]


@wrong("minibatches", "each batch drawn anew: examples may repeat")
def _(N, batch_size, rng):
    return [rng.permutation(N)[: min(batch_size, N - i)] for i in range(0, N, batch_size)]


@wrong("minibatches", "batch_size taken for the number of batches")
def _(N, batch_size, rng):
    return np.array_split(rng.permutation(N), batch_size)


@wrong("minibatches", "starts at 1: indices 1..N")
def _(N, batch_size, rng):
    order = rng.permutation(np.arange(1, N + 1))
    return [order[i : i + batch_size] for i in range(0, N, batch_size)]


@wrong("minibatches", "windows slide by one")
def _(N, batch_size, rng):
    order = rng.permutation(N)
    return [order[i : i + batch_size] for i in range(N)]


@wrong("minibatches", "NumPy's global shuffle, rng unused")
def _(N, batch_size, rng):
    order = np.arange(N)
    np.random.shuffle(order)
    return [order[i : i + batch_size] for i in range(0, N, batch_size)]


@wrong("minibatches", "equal parts by array_split: sizes differ from batch_size")
def _(N, batch_size, rng):
    return np.array_split(rng.permutation(N), -(-N // batch_size))


@right("minibatches", "a generator, popped off a shuffled list")
def _(N, batch_size, rng):
    order = list(range(N))
    rng.shuffle(order)

    def dealt():
        while order:
            hand, order[:] = order[:batch_size], order[batch_size:]
            yield np.array(hand, dtype=int)

    return list(dealt())


# the steps


@wrong("sgd_step", "weight decay of 0.01 built in")
def _(params, grads, state, learning_rate):
    return [p - learning_rate * (g + 0.01 * p) for p, g in zip(params, grads)], state


@wrong("sgd_step", "only the first tensor is moved: return inside the loop")
def _(params, grads, state, learning_rate):
    new = []
    for p, g in zip(params, grads):
        new.append(p - learning_rate * g)
        return new, state


@wrong("sgd_step", "gradients normalised to length one each")
def _(params, grads, state, learning_rate):
    return [p - learning_rate * g / np.linalg.norm(g) for p, g in zip(params, grads)], state


@wrong("sgd_step", "list minus list", "raises")
def _(params, grads, state, learning_rate):
    return params - learning_rate * grads, state


@wrong("sgd_step", "the state is not returned")
def _(params, grads, state, learning_rate):
    return [p - learning_rate * g for p, g in zip(params, grads)]


@right("sgd_step", "map over operators")
def _(params, grads, state, learning_rate):
    return list(map(lambda p, g: np.subtract(p, np.multiply(learning_rate, g)), params, grads)), (
        state
    )


@wrong("momentum_step", "Nesterov's look-ahead step")
def _(params, grads, state, learning_rate, beta=0.9):
    v = state.get("v", [np.zeros_like(p) for p in params])
    v = [beta * u + g for u, g in zip(v, grads)]
    new = [p - learning_rate * (g + beta * u) for p, g, u in zip(params, grads, v)]
    return new, {"v": v}


@wrong("momentum_step", "the old velocity is used for the step, the new one stored")
def _(params, grads, state, learning_rate, beta=0.9):
    v = state.get("v", [np.zeros_like(p) for p in params])
    new = [p - learning_rate * u for p, u in zip(params, v)]
    return new, {"v": [beta * u + g for u, g in zip(v, grads)]}


@wrong("momentum_step", "velocity decays by 1 - beta: the shares exchanged")
def _(params, grads, state, learning_rate, beta=0.9):
    v = state.get("v", [np.zeros_like(p) for p in params])
    v = [(1 - beta) * u + g for u, g in zip(v, grads)]
    return [p - learning_rate * u for p, u in zip(params, v)], {"v": v}


@wrong("momentum_step", "first velocity is set to the first parameters")
def _(params, grads, state, learning_rate, beta=0.9):
    v = state.get("v", params)
    v = [beta * u + g for u, g in zip(v, grads)]
    return [p - learning_rate * u for p, u in zip(params, v)], {"v": v}


@wrong("momentum_step", "one velocity variable shared: the last tensor's spills over", "raises")
def _(params, grads, state, learning_rate, beta=0.9):
    v = state.get("v", 0)
    new = []
    for p, g in zip(params, grads):
        v = beta * v + g
        new.append(p - learning_rate * v)
    state["v"] = v
    return new, state


@wrong("momentum_step", "average form (1 - beta) g, and climbing", "two")
def _(params, grads, state, learning_rate, beta=0.9):
    v = state.get("v") or [0 * p for p in params]
    v = [beta * u + (1 - beta) * g for u, g in zip(v, grads)]
    return [p + learning_rate * u for p, u in zip(params, v)], {"v": v}


@right("momentum_step", "setdefault, velocities updated in place in the state")
def _(params, grads, state, learning_rate, beta=0.9):
    v = state.setdefault("v", [np.zeros(np.shape(p)) for p in params])
    for k, g in enumerate(grads):
        v[k] = v[k] * beta
        v[k] += g
    return [p - learning_rate * v[k] for k, p in enumerate(params)], state


@wrong("rmsprop_step", "divides by s, not by its root")
def _(params, grads, state, learning_rate, rho=0.9, eps=1e-8):
    s = state.get("s") or [np.zeros_like(p) for p in params]
    s = [rho * u + (1 - rho) * g**2 for u, g in zip(s, grads)]
    return [p - learning_rate * g / (u + eps) for p, g, u in zip(params, grads, s)], {"s": s}


@wrong("rmsprop_step", "bias-corrected like Adam by a step counter")
def _(params, grads, state, learning_rate, rho=0.9, eps=1e-8):
    t = state.get("t", 0) + 1
    s = state.get("s") or [np.zeros_like(p) for p in params]
    s = [rho * u + (1 - rho) * g**2 for u, g in zip(s, grads)]
    new = [
        p - learning_rate * g / (np.sqrt(u / (1 - rho**t)) + eps)
        for p, g, u in zip(params, grads, s)
    ]
    return new, {"s": s, "t": t}


@wrong("rmsprop_step", "mean square over the whole tensor: one number each")
def _(params, grads, state, learning_rate, rho=0.9, eps=1e-8):
    s = state.get("s") or [np.zeros_like(p) for p in params]
    s = [rho * u + (1 - rho) * np.mean(g**2) for u, g in zip(s, grads)]
    new = [p - learning_rate * g / (np.sqrt(u) + eps) for p, g, u in zip(params, grads, s)]
    return new, {"s": s}


@wrong("rmsprop_step", "s starts at ones")
def _(params, grads, state, learning_rate, rho=0.9, eps=1e-8):
    s = state.get("s") or [np.ones_like(p) for p in params]
    s = [rho * u + (1 - rho) * g**2 for u, g in zip(s, grads)]
    new = [p - learning_rate * g / (np.sqrt(u) + eps) for p, g, u in zip(params, grads, s)]
    return new, {"s": s}


@wrong("rmsprop_step", "the absolute gradient is averaged, not the square")
def _(params, grads, state, learning_rate, rho=0.9, eps=1e-8):
    s = state.get("s") or [np.zeros_like(p) for p in params]
    s = [rho * u + (1 - rho) * np.abs(g) for u, g in zip(s, grads)]
    new = [p - learning_rate * g / (np.sqrt(u) + eps) for p, g, u in zip(params, grads, s)]
    return new, {"s": s}


@right("rmsprop_step", "a loop with np.divide and a fresh dict")
def _(params, grads, state, learning_rate, rho=0.9, eps=1e-8):
    old = state["s"] if "s" in state else [0.0] * len(params)
    s, new = [], []
    for p, g, u in zip(params, grads, old):
        s.append(u + (1 - rho) * (np.square(g) - u))
        new.append(p - np.divide(g * learning_rate, s[-1] ** 0.5 + eps))
    return new, {**state, "s": s}


def _adam(params, grads, state, rate, b1, b2, eps, bend=lambda m, v, t, b1, b2: (m, v)):
    t = state.get("t", 0) + 1
    m = state.get("m") or [np.zeros_like(p) for p in params]
    v = state.get("v") or [np.zeros_like(p) for p in params]
    m = [b1 * u + (1 - b1) * g for u, g in zip(m, grads)]
    v = [b2 * u + (1 - b2) * g * g for u, g in zip(v, grads)]
    new = []
    for p, a, s in zip(params, m, v):
        a, s = bend(a, s, t, b1, b2)
        new.append(p - rate * a / (np.sqrt(s) + eps))
    return new, {"m": m, "v": v, "t": t}


@wrong("adam_step", "the root of v corrected by 1 - beta2**t outside the root")
def _(params, grads, state, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    return _adam(
        params,
        grads,
        state,
        learning_rate,
        beta1,
        beta2,
        eps,
        lambda m, v, t, b1, b2: (m / (1 - b1**t), v / (1 - b2**t) ** 2),
    )


@wrong("adam_step", "multiplied with 1 - beta**t in place of divided")
def _(params, grads, state, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    return _adam(
        params,
        grads,
        state,
        learning_rate,
        beta1,
        beta2,
        eps,
        lambda m, v, t, b1, b2: (m * (1 - b1**t), v * (1 - b2**t)),
    )


@wrong("adam_step", "the corrected moments are stored back in the state")
def _(params, grads, state, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    t = state.get("t", 0) + 1
    m = state.get("m") or [np.zeros_like(p) for p in params]
    v = state.get("v") or [np.zeros_like(p) for p in params]
    m = [(beta1 * u + (1 - beta1) * g) / (1 - beta1**t) for u, g in zip(m, grads)]
    v = [(beta2 * u + (1 - beta2) * g**2) / (1 - beta2**t) for u, g in zip(v, grads)]
    new = [p - learning_rate * a / (np.sqrt(s) + eps) for p, a, s in zip(params, m, v)]
    return new, {"m": m, "v": v, "t": t}


@wrong("adam_step", "AMSGrad: the largest v so far is used")
def _(params, grads, state, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    t = state.get("t", 0) + 1
    m = state.get("m") or [np.zeros_like(p) for p in params]
    v = state.get("v") or [np.zeros_like(p) for p in params]
    top = state.get("top") or [np.zeros_like(p) for p in params]
    m = [beta1 * u + (1 - beta1) * g for u, g in zip(m, grads)]
    v = [beta2 * u + (1 - beta2) * g**2 for u, g in zip(v, grads)]
    top = [np.maximum(a, b) for a, b in zip(top, v)]
    new = [
        p - learning_rate * (a / (1 - beta1**t)) / (np.sqrt(s / (1 - beta2**t)) + eps)
        for p, a, s in zip(params, m, top)
    ]
    return new, {"m": m, "v": v, "t": t, "top": top}


@wrong("adam_step", "the raw gradient over the root: m is kept but never used")
def _(params, grads, state, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    _, state = _adam(params, grads, state, learning_rate, beta1, beta2, eps)
    new = [
        p - learning_rate * g / (np.sqrt(v / (1 - beta2 ** state["t"])) + eps)
        for p, g, v in zip(params, grads, state["v"])
    ]
    return new, state


@wrong("adam_step", "t is never raised: stays 1")
def _(params, grads, state, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    new, after = _adam(
        params,
        grads,
        state,
        learning_rate,
        beta1,
        beta2,
        eps,
        lambda m, v, t, b1, b2: (m / (1 - b1), v / (1 - b2)),
    )
    return new, after | {"t": 1}


@wrong("adam_step", "(m / sqrt(v)) + eps: the bracket missing")
def _(params, grads, state, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    t = state.get("t", 0) + 1
    m = state.get("m") or [np.zeros_like(p) for p in params]
    v = state.get("v") or [np.zeros_like(p) for p in params]
    m = [beta1 * u + (1 - beta1) * g for u, g in zip(m, grads)]
    v = [beta2 * u + (1 - beta2) * g**2 for u, g in zip(v, grads)]
    new = [
        p - learning_rate * (a / (1 - beta1**t)) / np.sqrt(s / (1 - beta2**t)) + eps
        for p, a, s in zip(params, m, v)
    ]
    return new, {"m": m, "v": v, "t": t}


@right("adam_step", "the paper's last form with the rate corrected, eps scaled along")
def _(params, grads, state, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    t = 1 + state.get("t", 0)
    root = np.sqrt(1 - beta2**t)
    out, m, v = [], [], []
    for k, (p, g) in enumerate(zip(params, grads)):
        m.append(beta1 * (state["m"][k] if t > 1 else 0) + (1 - beta1) * g)
        v.append(beta2 * (state["v"][k] if t > 1 else 0) + (1 - beta2) * g**2)
        rate = learning_rate * root / (1 - beta1**t)
        out.append(p - rate * m[k] / (np.sqrt(v[k]) + eps * root))
    return out, {"m": m, "v": v, "t": t}
