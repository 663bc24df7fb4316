"""A third round, chapter 5: written from the table of exercises alone, before any was run."""

import copy

import numpy as np

from bplab import nn
from tests.exercises.strangers.table import right, wrong

wrong("l2_penalty", "only the first layer counts")(
    lambda params, lam: float(lam / 2 * np.sum(params[0][0] ** 2))
)
wrong("l2_penalty", "mean of squares, not their sum")(
    lambda params, lam: float(lam / 2 * sum(np.mean(W**2) for W, _ in params))
)
wrong("l2_penalty", "L1: sum of sizes")(
    lambda params, lam: float(lam / 2 * sum(np.abs(W).sum() for W, _ in params))
)
wrong("l2_penalty", "norms added, not squared")(
    lambda params, lam: float(lam / 2 * sum(np.linalg.norm(W) for W, _ in params))
)


@wrong("l2_penalty", "overwrites the total: the last layer alone")
def _(params, lam):
    total = 0.0
    for W, _ in params:
        total = np.sum(W**2)
    return float(0.5 * lam * total)


right("l2_penalty", "vdot")(
    lambda params, lam: 0.5 * lam * sum(float(np.vdot(W, W)) for W, b in params)
)

wrong("l2_gradients", "sign of the weights, as for L1")(
    lambda params, lam: [(lam * np.sign(W), np.zeros_like(b)) for W, b in params]
)
wrong("l2_gradients", "lam W squared")(
    lambda params, lam: [(lam * W**2, np.zeros_like(b)) for W, b in params]
)
wrong("l2_gradients", "divided by the number of weights")(
    lambda params, lam: [(lam * W / W.size, np.zeros_like(b)) for W, b in params]
)
wrong("l2_gradients", "weights only, no pairs")(lambda params, lam: [lam * W for W, _ in params])
right("l2_gradients", "loop with append, 0 * b")(
    lambda params, lam: list(map(lambda p: (np.multiply(lam, p[0]), 0.0 * p[1]), params))
)

wrong("dropout_forward", "masks with normal numbers: rng.normal below keep_prob")(
    lambda A, keep_prob, rng, train=True: (
        ((m := (rng.normal(size=A.shape) < keep_prob).astype(float)), A * m / keep_prob)[::-1]
        if train
        else (A, np.ones_like(A))
    )
)


@wrong("dropout_forward", "the mask holds 1/keep_prob already")
def _(A, keep_prob, rng, train=True):
    if not train:
        return A.copy(), np.ones_like(A)
    mask = (rng.random(A.shape) < keep_prob) / keep_prob
    return A * mask, mask


@wrong("dropout_forward", "train and test exchanged")
def _(A, keep_prob, rng, train=True):
    if train:
        return A.copy(), np.ones_like(A)
    mask = (rng.random(A.shape) < keep_prob).astype(float)
    return A * mask / keep_prob, mask


@wrong("dropout_forward", "whole examples dropped: one draw per row")
def _(A, keep_prob, rng, train=True):
    if not train:
        return A.copy(), np.ones_like(A)
    mask = np.ones_like(A) * (rng.random((A.shape[0], 1)) < keep_prob)
    return A * mask / keep_prob, mask


@wrong("dropout_forward", "at test time scaled by keep_prob, in training not: the old paper")
def _(A, keep_prob, rng, train=True):
    if not train:
        return A * keep_prob, np.ones_like(A)
    mask = (rng.random(A.shape) < keep_prob).astype(float)
    return A * mask, mask


@right("dropout_forward", "np.where, bool mask")
def _(A, keep_prob, rng, train=True):
    if not train:
        return A, np.ones(A.shape, dtype=bool)
    keep = rng.random(A.shape) < keep_prob
    return np.where(keep, A / keep_prob, 0.0), keep


wrong("dropout_backward", "divides by 1 - keep_prob")(
    lambda dout, mask, keep_prob: dout * mask / (1 - keep_prob)
)
wrong("dropout_backward", "divides by the share really kept")(
    lambda dout, mask, keep_prob: dout * mask / np.mean(mask)
)
wrong("dropout_backward", "blame only to those switched off")(
    lambda dout, mask, keep_prob: dout * (1 - mask) / keep_prob
)
wrong("dropout_backward", "multiplies by keep_prob")(
    lambda dout, mask, keep_prob: dout * mask * keep_prob
)
right("dropout_backward", "copy, then zeros where the mask is 0")(
    lambda dout, mask, keep_prob: np.where(np.asarray(mask) != 0, dout, 0) * (1 / keep_prob)
)


def _bn(X, gamma, beta, eps=1e-5, center=None, spread=None, out=None):
    mean = X.mean(axis=0) if center is None else center(X)
    std = np.sqrt(X.var(axis=0) + eps) if spread is None else spread(X, eps)
    X_hat = (X - mean) / std
    y = gamma * X_hat + beta if out is None else out(X_hat, gamma, beta)
    return y, {"X_hat": X_hat, "std": std}


wrong("batchnorm_forward", "median in place of the mean")(
    lambda X, gamma, beta, eps=1e-5: _bn(X, gamma, beta, eps, center=lambda X: np.median(X, axis=0))
)
wrong("batchnorm_forward", "one spread for the whole batch")(
    lambda X, gamma, beta, eps=1e-5: _bn(
        X, gamma, beta, eps, spread=lambda X, e: np.full(X.shape[1], np.sqrt(X.var() + e))
    )
)
wrong("batchnorm_forward", "mean absolute deviation as the spread")(
    lambda X, gamma, beta, eps=1e-5: _bn(
        X, gamma, beta, eps, spread=lambda X, e: np.abs(X - X.mean(axis=0)).mean(axis=0) + e
    )
)
wrong("batchnorm_forward", "gamma (x_hat + beta)")(
    lambda X, gamma, beta, eps=1e-5: _bn(X, gamma, beta, eps, out=lambda h, g, b: g * (h + b))
)
wrong("batchnorm_forward", "gamma squared: scaled twice")(
    lambda X, gamma, beta, eps=1e-5: _bn(X, gamma, beta, eps, out=lambda h, g, b: g * g * h + b)
)


@wrong("batchnorm_forward", "std in the cache is the variance")
def _(X, gamma, beta, eps=1e-5):
    out, cache = _bn(X, gamma, beta, eps)
    return out, {"X_hat": cache["X_hat"], "std": X.var(axis=0) + eps}


@right("batchnorm_forward", "mean of squares minus square of the mean, extra keys")
def _(X, gamma, beta, eps=1e-5):
    centred = X - np.mean(X, axis=0, keepdims=True)
    var = np.einsum("nd,nd->d", centred, centred) / X.shape[0]
    std = (var + eps) ** 0.5
    hat = centred / std[None, :]
    return hat * gamma + beta, {"X_hat": hat, "std": std, "var": var, "eps": eps}


def _bnb(dout, cache, gamma, dx=None, dgamma=None, dbeta=None):
    h, std, N = cache["X_hat"], cache["std"], len(dout)
    d = dout * gamma
    dX = (d - d.mean(axis=0) - h * (d * h).mean(axis=0)) / std if dx is None else dx(d, h, std, N)
    return (
        dX,
        (dout * h).sum(axis=0) if dgamma is None else dgamma(dout, h),
        dout.sum(axis=0) if dbeta is None else dbeta(dout),
    )


wrong("batchnorm_backward", "divides by std squared")(
    lambda dout, cache, gamma: _bnb(
        dout,
        cache,
        gamma,
        dx=lambda d, h, s, N: (d - d.mean(axis=0) - h * (d * h).mean(axis=0)) / s**2,
    )
)
wrong("batchnorm_backward", "sums in the brackets where means belong")(
    lambda dout, cache, gamma: _bnb(
        dout,
        cache,
        gamma,
        dx=lambda d, h, s, N: (d - d.sum(axis=0) - h * (d * h).sum(axis=0)) / s,
    )
)
wrong("batchnorm_backward", "plus for the variance road")(
    lambda dout, cache, gamma: _bnb(
        dout,
        cache,
        gamma,
        dx=lambda d, h, s, N: (d - d.mean(axis=0) + h * (d * h).mean(axis=0)) / s,
    )
)
wrong("batchnorm_backward", "variance road without x_hat in the mean")(
    lambda dout, cache, gamma: _bnb(
        dout,
        cache,
        gamma,
        dx=lambda d, h, s, N: (d - d.mean(axis=0) - h * d.mean(axis=0)) / s,
    )
)
wrong("batchnorm_backward", "dbeta is a mean")(
    lambda dout, cache, gamma: _bnb(dout, cache, gamma, dbeta=lambda g: g.mean(axis=0))
)
wrong("batchnorm_backward", "dgamma and dbeta in each other's place")(
    lambda dout, cache, gamma: tuple(_bnb(dout, cache, gamma)[i] for i in (0, 2, 1))
)
wrong("batchnorm_backward", "means over the features, axis=1")(
    lambda dout, cache, gamma: _bnb(
        dout,
        cache,
        gamma,
        dx=lambda d, h, s, N: (
            (d - d.mean(axis=1, keepdims=True) - h * (d * h).mean(axis=1, keepdims=True)) / s
        ),
    )
)
right("batchnorm_backward", "N in front, the lecture's compact form")(
    lambda dout, cache, gamma: (
        gamma
        / (len(dout) * cache["std"])
        * (
            len(dout) * dout
            - dout.sum(axis=0)
            - cache["X_hat"] * np.sum(dout * cache["X_hat"], axis=0)
        ),
        np.sum(dout * cache["X_hat"], axis=0),
        np.sum(dout, axis=0),
    )
)


def _cut(order, a, b):
    return order[:a], order[a:b], order[b:]


@wrong("split_indices", "validation and test share rows: the second cut is counted from 0")
def _(N, fractions, rng):
    order = rng.permutation(N)
    a, b = round(N * fractions[0]), round(N * fractions[1])
    return order[:a], order[a : a + b], order[b:]


@wrong("split_indices", "not shuffled: first, middle, last")
def _(N, fractions, rng):
    a = round(N * fractions[0])
    return _cut(np.arange(N), a, a + round(N * fractions[1]))


@wrong("split_indices", "an index is lost at each cut by + 1")
def _(N, fractions, rng):
    order = rng.permutation(N)
    a = round(N * fractions[0])
    b = round(N * (fractions[0] + fractions[1]))
    return order[:a], order[a + 1 : b], order[b + 1 :]


@wrong("split_indices", "boolean masks in place of indices")
def _(N, fractions, rng):
    u = rng.permutation(N)
    a, b = round(N * fractions[0]), round(N * (fractions[0] + fractions[1]))
    return u < a, (u >= a) & (u < b), u >= b


@wrong("split_indices", "every row by its own draw: sizes come out by chance")
def _(N, fractions, rng):
    part = rng.choice(3, size=N, p=fractions)
    order = rng.permutation(N)
    return tuple(order[part[order] == k] for k in range(3))


@right("split_indices", "np.split at rounded cumulative shares")
def _(N, fractions, rng):
    order = np.arange(N)
    rng.shuffle(order)
    return np.split(order, np.rint(np.cumsum(fractions)[:2] * N).astype(int))


def _stopping(better=None, store=None, stop=None, reset=True):
    class EarlyStopping:
        def __init__(self, patience):
            self.patience, self.wait, self.epoch = patience, 0, -1
            self.best_loss, self.best_params, self.best_epoch = np.inf, None, -1

        def update(self, loss, params):
            self.epoch += 1
            if (better or (lambda a, b: a < b))(loss, self.best_loss):
                self.best_loss = loss
                self.best_params = (store or copy.deepcopy)(params)
                self.best_epoch = self.epoch
                if reset:
                    self.wait = 0
            else:
                self.wait += 1
            return bool((stop or (lambda w, p: w >= p))(self.wait, self.patience))

    return EarlyStopping


right("EarlyStopping", "a counter and deepcopy")(_stopping())
wrong("EarlyStopping", "ties count as better")(_stopping(better=lambda a, b: a <= b))
wrong("EarlyStopping", "higher is better, as for accuracy")(
    _stopping(better=lambda a, b: a > b or b == np.inf)
)
wrong("EarlyStopping", "the count of bad epochs is never reset")(_stopping(reset=False))
wrong("EarlyStopping", "must improve by 0.001 at least (min_delta)")(
    _stopping(better=lambda a, b: a < b - 1e-3)
)
wrong("EarlyStopping", "one epoch too patient: > for >=")(_stopping(stop=lambda w, p: w > p))
wrong("EarlyStopping", "a list copy: the arrays inside are the caller's")(_stopping(store=list))


def _reg(P, y, cache, params, lam, kind="tanh", add=None, kinds=True):
    plain = nn.mlp_backward(P, y, cache, params, kind if kinds else "tanh")
    return [
        (add or (lambda dW, db, W, b: (dW + lam * W, db)))(dW, db, W, b)
        for (dW, db), (W, b) in zip(plain, params, strict=True)
    ]


wrong("regularized_gradients", "kind is not passed on")(
    lambda P, y, cache, params, lam, kind="tanh": _reg(P, y, cache, params, lam, kinds=False)
)
wrong("regularized_gradients", "half lam W")(
    lambda P, y, cache, params, lam, kind="tanh": _reg(
        P, y, cache, params, lam, kind, add=lambda dW, db, W, b: (dW + lam / 2 * W, db)
    )
)
wrong("regularized_gradients", "the penalty's value, a number, is added to each")(
    lambda P, y, cache, params, lam, kind="tanh": _reg(
        P, y, cache, params, lam, kind, add=lambda dW, db, W, b: (dW + lam / 2 * np.sum(W**2), db)
    )
)
wrong("regularized_gradients", "multiplied with the penalty's gradient")(
    lambda P, y, cache, params, lam, kind="tanh": _reg(
        P, y, cache, params, lam, kind, add=lambda dW, db, W, b: (dW * (1 + lam * W), db)
    )
)


@wrong("regularized_gradients", "the last layer is not punished")
def _(P, y, cache, params, lam, kind="tanh"):
    full = _reg(P, y, cache, params, lam, kind)
    return [*full[:-1], nn.mlp_backward(P, y, cache, params, kind)[-1]]


@right("regularized_gradients", "both lists added up with zip")
def _(P, y, cache, params, lam, kind="tanh"):
    return [
        tuple(a + b for a, b in zip(one, two, strict=True))
        for one, two in zip(
            nn.mlp_backward(P, y, cache, params, kind), nn.l2_gradients(params, lam), strict=True
        )
    ]
