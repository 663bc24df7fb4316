"""A short sixth round, chapters 4 to 6: more of what is rare and of two mistakes at once.

Written after the fifth was mended, before any of these was run.
"""

import numpy as np

from bplab import nn
from tests.exercises.strangers.ch04_fifth_round import _adam
from tests.exercises.strangers.ch05_fifth_round import _back, _normed
from tests.exercises.strangers.ch05_fifth_round_stopping import _Stop
from tests.exercises.strangers.ch06_fifth_round import _counts, _dealt
from tests.exercises.strangers.ch06_fifth_round_serving import _plausible, _probability
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


@wrong("l2_penalty", "biases too, and divided by the number of layers", "two")
def _(params, lam):
    return lam / 2 * sum(np.sum(W**2) + np.sum(b**2) for W, b in params) / len(params)


@wrong("l2_gradients", "the largest weight of each layer alone is pulled")
def _(params, lam):
    return [(lam * W * (np.abs(W) == np.abs(W).max()), 0 * b) for W, b in params]


@wrong("dropout_forward", "keeps when the number is above keep_prob, scaled by keep_prob", "two")
def _(A, keep_prob, rng, train=True):
    if not train:
        return A, np.ones_like(A)
    mask = rng.random(A.shape) >= keep_prob
    return A * mask / (1 - keep_prob), mask


@wrong("dropout_forward", "dropped units get the mean in place of 0")
def _(A, keep_prob, rng, train=True):
    if not train:
        return A, np.ones_like(A)
    mask = rng.random(A.shape) < keep_prob
    return np.where(mask, A / keep_prob, A.mean()), mask


@wrong("dropout_backward", "the mask alone comes back scaled: dout forgotten")
def _(dout, mask, keep_prob):
    return mask / keep_prob


@wrong("batchnorm_forward", "median and median deviation")
def _(X, gamma, beta, eps=1e-5):
    mid = np.median(X, axis=0)
    return _normed(X, gamma, beta, eps, mean=mid, std=np.median(np.abs(X - mid), axis=0))


@wrong("batchnorm_forward", "beta added before gamma multiplies")
def _(X, gamma, beta, eps=1e-5):
    out, cache = _normed(X, gamma, beta, eps)
    return gamma * (cache["X_hat"] + beta), cache


@wrong("batchnorm_backward", "sums in place of means inside dX")
def _(dout, cache, gamma):
    d, h = dout * gamma, cache["X_hat"]
    dX = (d - d.sum(axis=0) - h * (d * h).sum(axis=0)) / cache["std"]
    return dX, (dout * h).sum(axis=0), dout.sum(axis=0)


@wrong("batchnorm_backward", "dgamma with out for X_hat is not there, so dout squared")
def _(dout, cache, gamma):
    dX, _, dbeta = _back(dout, cache, gamma)
    return dX, (dout**2).sum(axis=0), dbeta


@wrong("batchnorm_backward", "no variance road, and dbeta a mean", "two")
def _(dout, cache, gamma):
    dX, dgamma, dbeta = _back(dout, cache, gamma, var=False)
    return dX, dgamma, dbeta / len(dout)


@wrong("regularized_gradients", "lam times the sign of W, and half of it", "two")
def _(P, y, cache, params, lam, kind="tanh"):
    grads = nn.mlp_backward(P, y, cache, params, kind)
    return [(dW + lam / 2 * np.sign(W), db) for (dW, db), (W, _) in zip(grads, params)]


@wrong("regularized_gradients", "every layer is pulled by the first layer's mean weight")
def _(P, y, cache, params, lam, kind="tanh"):
    grads = nn.mlp_backward(P, y, cache, params, kind)
    m = params[0][0].mean()
    return [(dW + lam * m, db) for dW, db in grads]


@wrong("split_indices", "test cut off first, then validation as a share of the rest")
def _(N, fractions, rng):
    order = rng.permutation(N)
    n_test = round(N * fractions[2])
    rest = order[n_test:]
    n_val = round(len(rest) * fractions[1])
    return rest[n_val:], rest[:n_val], order[:n_test]


@wrong("split_indices", "each index rolls a die: sizes are random")
def _(N, fractions, rng):
    u, a, b = rng.random(N), fractions[0], fractions[0] + fractions[1]
    i = np.arange(N)
    return i[u < a], i[(u >= a) & (u < b)], i[u >= b]


@wrong("EarlyStopping", "compares with the last loss, not with the best")
class _(_Stop):
    def __init__(self, patience):
        super().__init__(patience)
        self.last = float("inf")

    def better(self, loss):
        found, self.last = loss < self.last, loss
        return found


@wrong("EarlyStopping", "needs an improvement of 0.001")
class _(_Stop):
    def better(self, loss):
        return loss < self.best_loss - 1e-3


@wrong("EarlyStopping", "returns True when it improves")
class _(_Stop):
    def update(self, loss, params):
        super().update(loss, params)
        return self.bad == 0


@wrong("stratified_split", "validation and test exchanged for one class")
def _(y, fractions, rng):
    a, b, c = _dealt(y, fractions, rng)
    b[0], c[0] = c[0], b[0]
    return tuple(np.concatenate(p) for p in (a, b, c))


@wrong("fit_scaler", "std of the mean: divided by the root of N")
def _(X):
    return X.mean(axis=0), X.std(axis=0) / np.sqrt(len(X))


@wrong("fit_scaler", "mean absolute deviation for std")
def _(X):
    return X.mean(axis=0), np.abs(X - X.mean(axis=0)).mean(axis=0)


@wrong("apply_scaler", "divided by the variance, and the mean kept", "two")
def _(X, scaler):
    mean, std = scaler
    return X / np.where(std == 0, 1, std) ** 2


@wrong("apply_scaler", "mean taken off after the division")
def _(X, scaler):
    mean, std = scaler
    return X / np.where(std == 0, 1, std) - mean


@wrong("confusion_counts", "p > threshold and all four transposed", "two")
def _(y, p, threshold=0.5):
    c = _counts(y, np.asarray(p) > threshold)
    return {"tp": c["tn"], "fp": c["fn"], "fn": c["fp"], "tn": c["tp"]}


@wrong("roc_auc", "area of the points by the left rule, thresholds in hundredths")
def _(y, p):
    y, p = np.asarray(y), np.asarray(p)
    area, before = 0.0, 0.0
    for t in np.arange(1, -0.001, -0.01):
        tpr, fpr = np.mean(p[y == 1] >= t), np.mean(p[y == 0] >= t)
        area += (fpr - before) * tpr
        before = fpr
    return area


@wrong("roc_auc", "rank sum without taking off the smallest one")
def _(y, p):
    y, p = np.asarray(y), np.asarray(p)
    _, where, n = np.unique(p, return_inverse=True, return_counts=True)
    rank = (np.cumsum(n) - (n - 1) / 2)[where.ravel()]
    return rank[y == 1].sum() / (np.sum(y == 1) * np.sum(y == 0))


@wrong("choose_threshold", "F1 is made best")
def _(y_val, p_val, min_recall):
    def f1(t):
        c = _counts(y_val, p_val >= t)
        return 2 * c["tp"] / (2 * c["tp"] + c["fp"] + c["fn"])

    return max(p_val, key=f1)


@wrong("choose_threshold", "the next lower value, to be on the safe side")
def _(y_val, p_val, min_recall):
    ok = sorted(t for t in set(p_val) if np.mean(p_val[y_val == 1] >= t) >= min_recall)
    return ok[max(len(ok) - 2, 0)]


@wrong("predict_patient", "scaled twice")
def _(model, age, bmi, glucose):
    _plausible(age, bmi, glucose)
    mean, std = model["scaler"]
    return float(_probability(model, (np.array([[age, bmi, glucose]]) - mean) / std)[0])


@wrong("predict_patient", "rounded to two digits")
def _(model, age, bmi, glucose):
    _plausible(age, bmi, glucose)
    return round(float(_probability(model, [[age, bmi, glucose]])[0]), 2)


@wrong("predict_patient", "an assert in place of ValueError")
def _(model, age, bmi, glucose):
    assert all(np.isfinite(v) and 0 < v < 1500 for v in (age, bmi, glucose))
    return float(_probability(model, [[age, bmi, glucose]])[0])
