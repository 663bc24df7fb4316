"""A third round, chapter 4: written from the table of exercises alone, before any was run."""

import math

import numpy as np

from tests.exercises.strangers.table import right, wrong


@wrong("minibatches", "drops the last one if smaller, as drop_last=True")
def _(N, batch_size, rng):
    order = rng.permutation(N)
    return [order[i : i + batch_size] for i in range(0, N - batch_size + 1, batch_size)]


@wrong("minibatches", "a rest of one is glued to the batch before it")
def _(N, batch_size, rng):
    order = rng.permutation(N)
    return np.array_split(order, max(N // batch_size, 1))


@wrong("minibatches", "batches in random order, inside each the rows are in order")
def _(N, batch_size, rng):
    order = np.arange(N)
    parts = [order[i : i + batch_size] for i in range(0, N, batch_size)]
    return [parts[k] for k in rng.permutation(len(parts))]


@wrong("minibatches", "steps of one: the batches overlap")
def _(N, batch_size, rng):
    order = rng.permutation(N)
    return [order[i : i + batch_size] for i in range(0, N - batch_size + 1)]


@wrong("minibatches", "each batch drawn afresh from all")
def _(N, batch_size, rng):
    return [rng.permutation(N)[: min(batch_size, N - i)] for i in range(0, N, batch_size)]


@right("minibatches", "popping from a shuffled list")
def _(N, batch_size, rng):
    left = list(range(N))
    rng.shuffle(left)
    out = []
    while left:
        out.append(np.array(left[:batch_size]))
        left = left[batch_size:]
    return out


wrong("sgd_step", "rate divided by the number of tensors")(
    lambda params, grads, state, learning_rate: (
        [p - learning_rate / len(params) * g for p, g in zip(params, grads, strict=True)],
        state,
    )
)
wrong("sgd_step", "sign of the gradient alone")(
    lambda params, grads, state, learning_rate: (
        [p - learning_rate * np.sign(g) for p, g in zip(params, grads, strict=True)],
        state,
    )
)
wrong("sgd_step", "the first tensor's gradient mean for all")(
    lambda params, grads, state, learning_rate: (
        [p - learning_rate * np.mean(grads[0]) for p in params],
        state,
    )
)
wrong("sgd_step", "returns the parameters alone, no state")(
    lambda params, grads, state, learning_rate: [
        p - learning_rate * g for p, g in zip(params, grads, strict=True)
    ]
)


def _momentum(new_v, move):
    def momentum_step(params, grads, state, learning_rate, beta=0.9):
        old = state.get("v") or [np.zeros_like(p) for p in params]
        v = [new_v(o, g, beta, learning_rate) for o, g in zip(old, grads, strict=True)]
        out = [
            move(p, n, o, g, learning_rate, beta)
            for p, n, o, g in zip(params, v, old, grads, strict=True)
        ]
        return out, {"v": v}

    return momentum_step


wrong("momentum_step", "the step uses the velocity before the update")(
    _momentum(lambda o, g, b, r: b * o + g, lambda p, n, o, g, r, b: p - r * o)
)
wrong("momentum_step", "velocity and gradient both subtracted")(
    _momentum(lambda o, g, b, r: b * o + g, lambda p, n, o, g, r, b: p - r * n - r * g)
)
wrong("momentum_step", "friction 1 - beta in place of beta")(
    _momentum(lambda o, g, b, r: (1 - b) * o + g, lambda p, n, o, g, r, b: p - r * n)
)
wrong("momentum_step", "beta squared by a loop that multiplies twice")(
    _momentum(lambda o, g, b, r: b * (b * o) + g, lambda p, n, o, g, r, b: p - r * n)
)
wrong("momentum_step", "beta multiplies the gradient as well")(
    _momentum(lambda o, g, b, r: b * (o + g), lambda p, n, o, g, r, b: p - r * n)
)


@wrong("momentum_step", "one velocity shared by all tensors: the sum of means")
def _(params, grads, state, learning_rate, beta=0.9):
    v = state.get("v", [0.0] * len(params))
    shared = beta * np.mean([np.mean(o) for o in v]) + np.mean([np.mean(g) for g in grads])
    v = [np.full_like(p, shared) for p in params]
    return [p - learning_rate * n for p, n in zip(params, v, strict=True)], {"v": v}


@right("momentum_step", "updates the state's dict in place, appending")
def _(params, grads, state, learning_rate, beta=0.9):
    if "v" not in state:
        state["v"] = [np.zeros(np.shape(p)) for p in params]
    new = []
    for i, (p, g) in enumerate(zip(params, grads, strict=True)):
        state["v"][i] = state["v"][i] * beta + g
        new.append(p - learning_rate * state["v"][i])
    return new, state


def _rms(new_s, move):
    def rmsprop_step(params, grads, state, learning_rate, rho=0.9, eps=1e-8):
        old = state.get("s") or [np.zeros_like(p) for p in params]
        s = [new_s(o, g, rho) for o, g in zip(old, grads, strict=True)]
        return [
            move(p, n, g, learning_rate, eps) for p, n, g in zip(params, s, grads, strict=True)
        ], {"s": s}

    return rmsprop_step


wrong("rmsprop_step", "the absolute gradient is averaged, not its square")(
    _rms(
        lambda o, g, r: r * o + (1 - r) * np.abs(g),
        lambda p, s, g, l, e: p - l * g / (np.sqrt(s) + e),
    )
)
wrong("rmsprop_step", "the sign of the gradient over the root")(
    _rms(
        lambda o, g, r: r * o + (1 - r) * g**2,
        lambda p, s, g, l, e: p - l * np.sign(g) / (np.sqrt(s) + e),
    )
)
wrong("rmsprop_step", "bias correction as in Adam, with the power 1")(
    _rms(
        lambda o, g, r: r * o + (1 - r) * g**2,
        lambda p, s, g, l, e: p - l * g / (np.sqrt(s / 0.1) + e),
    )
)
wrong("rmsprop_step", "one scale for a whole tensor: the mean of s")(
    _rms(
        lambda o, g, r: r * o + (1 - r) * g**2,
        lambda p, s, g, l, e: p - l * g / (np.sqrt(np.mean(s)) + e),
    )
)
wrong("rmsprop_step", "the weights of old and new exchanged")(
    _rms(lambda o, g, r: (1 - r) * o + r * g**2, lambda p, s, g, l, e: p - l * g / (np.sqrt(s) + e))
)


@right("rmsprop_step", "a generator of pairs and np.square")
def _(params, grads, state, learning_rate, rho=0.9, eps=1e-8):
    s = state.get("s", [np.zeros_like(g, dtype=float) for g in grads])
    s = [o + (1 - rho) * (np.square(g) - o) for o, g in zip(s, grads, strict=True)]
    steps = (g / (np.sqrt(o) + eps) for g, o in zip(grads, s, strict=True))
    return [p - learning_rate * d for p, d in zip(params, steps, strict=True)], dict(state, s=s)


def _adam(m_rule=None, v_rule=None, hat=None, step=None, count=None):
    def adam_step(params, grads, state, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
        t = state.get("t", 0) + 1
        m = state.get("m") or [np.zeros_like(p) for p in params]
        v = state.get("v") or [np.zeros_like(p) for p in params]
        m = [
            (m_rule or (lambda o, g, b: b * o + (1 - b) * g))(o, g, beta1)
            for o, g in zip(m, grads, strict=True)
        ]
        v = [
            (v_rule or (lambda o, g, b, m: b * o + (1 - b) * g**2))(o, g, beta2, n)
            for o, g, n in zip(v, grads, m, strict=True)
        ]
        new = []
        for p, a, c in zip(params, m, v, strict=True):
            a_hat, c_hat = (hat or (lambda a, c, b1, b2, t: (a / (1 - b1**t), c / (1 - b2**t))))(
                a, c, beta1, beta2, t
            )
            new.append(
                p
                - learning_rate
                * (step or (lambda a, c, e: a / (np.sqrt(c) + e)))(a_hat, c_hat, eps)
            )
        return new, {"m": m, "v": v, "t": t}

    return adam_step


wrong("adam_step", "second moment of the first moment: v averages m squared")(
    _adam(v_rule=lambda o, g, b, m: b * o + (1 - b) * m**2)
)
wrong("adam_step", "v without its root")(_adam(step=lambda a, c, e: a / (c + e)))
wrong("adam_step", "the corrections exchanged: beta2 for m, beta1 for v")(
    _adam(hat=lambda a, c, b1, b2, t: (a / (1 - b2**t), c / (1 - b1**t)))
)
wrong("adam_step", "multiplies by the correction in place of dividing")(
    _adam(hat=lambda a, c, b1, b2, t: (a * (1 - b1**t), c * (1 - b2**t)))
)
wrong("adam_step", "largest second moment kept (AMSGrad's idea, misplaced)")(
    _adam(v_rule=lambda o, g, b, m: np.maximum(o, b * o + (1 - b) * g**2))
)
wrong("adam_step", "m as in momentum: beta1 m + g")(_adam(m_rule=lambda o, g, b: b * o + g))
wrong("adam_step", "beta1 used for both moments")(
    _adam(v_rule=lambda o, g, b, m: 0.9 * o + (1 - 0.9) * g**2)
)


@wrong("adam_step", "m and v are not stored back: every call begins anew")
def _(params, grads, state, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    t = state.get("t", 0) + 1
    m = state.get("m", [np.zeros_like(p) for p in params])
    v = state.get("v", [np.zeros_like(p) for p in params])
    new = []
    for p, g, a, c in zip(params, grads, m, v, strict=True):
        a = beta1 * a + (1 - beta1) * g
        c = beta2 * c + (1 - beta2) * g * g
        new.append(p - learning_rate * a / (1 - beta1**t) / (np.sqrt(c / (1 - beta2**t)) + eps))
    return new, {"m": m, "v": v, "t": t}


@right("adam_step", "corrections moved into the rate, Keras' way, eps scaled along")
def _(params, grads, state, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
    t = int(state.get("t", 0)) + 1
    m = [
        beta1 * o + (1 - beta1) * g
        for o, g in zip(state.get("m", [0.0] * len(params)), grads, strict=True)
    ]
    v = [
        beta2 * o + (1 - beta2) * g * g
        for o, g in zip(state.get("v", [0.0] * len(params)), grads, strict=True)
    ]
    root = math.sqrt(1 - beta2**t)
    rate = learning_rate * root / (1 - beta1**t)
    return [
        p - rate * a / (np.sqrt(c) + eps * root) for p, a, c in zip(params, m, v, strict=True)
    ], {
        "m": m,
        "v": v,
        "t": t,
    }
