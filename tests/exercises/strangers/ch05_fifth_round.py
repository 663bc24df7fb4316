"""A fifth round, chapter 5: written from the table of exercises alone, before any was run."""

import numpy as np

from bplab import nn
from tests.exercises.strangers.table import right, wrong

# the penalty


@wrong("l2_penalty", "the norm, not its square")
def _(params, lam):
    return lam / 2 * sum(np.linalg.norm(W) for W, _ in params)


@wrong("l2_penalty", "root over all: lam / 2 times the global norm")
def _(params, lam):
    return lam / 2 * np.sqrt(sum(np.sum(W**2) for W, _ in params))


@wrong("l2_penalty", "the output layer is left out")
def _(params, lam):
    return lam / 2 * sum(np.sum(W * W) for W, _ in params[:-1])


@wrong("l2_penalty", "the mean over each layer's weights, not the sum")
def _(params, lam):
    return sum(lam / 2 * np.mean(W**2) for W, b in params)


@wrong("l2_penalty", "integer division of lam: lam // 2")
def _(params, lam):
    return lam // 2 * sum((W**2).sum() for W, b in params)


@wrong("l2_penalty", "overwritten in the loop: the last layer's only, and no half", "two")
def _(params, lam):
    for W, _b in params:
        penalty = lam * np.sum(W**2)
    return penalty


@right("l2_penalty", "vdot of one long vector")
def _(params, lam):
    w = np.concatenate([W.ravel() for W, _ in params])
    return 0.5 * lam * np.vdot(w, w)


@wrong("l2_gradients", "sign(W): the slope of L1")
def _(params, lam):
    return [(lam * np.sign(W), np.zeros_like(b)) for W, b in params]


@wrong("l2_gradients", "divided by the number of weights")
def _(params, lam):
    return [(lam * W / W.size, np.zeros_like(b)) for W, b in params]


@wrong("l2_gradients", "db is lam everywhere")
def _(params, lam):
    return [(lam * W, lam * np.ones_like(b)) for W, b in params]


@wrong("l2_gradients", "W squared remains: lam / 2 W**2 as the gradient")
def _(params, lam):
    return [(lam / 2 * W**2, np.zeros_like(b)) for W, b in params]


@wrong("l2_gradients", "the biases' place is None")
def _(params, lam):
    return [(lam * W, None) for W, _ in params]


@right("l2_gradients", "full_like and numpy functions")
def _(params, lam):
    return [[np.multiply(W, lam), np.full_like(b, 0.0)] for W, b in params]


# dropout


@wrong("dropout_forward", "scaled by keep_prob, as if at test time")
def _(A, keep_prob, rng, train=True):
    if not train:
        return A, np.ones_like(A)
    mask = rng.random(A.shape) < keep_prob
    return A * mask * keep_prob, mask


@wrong("dropout_forward", "the mask carries 1 / keep_prob")
def _(A, keep_prob, rng, train=True):
    if not train:
        return A, np.ones_like(A)
    mask = (rng.random(A.shape) < keep_prob) / keep_prob
    return A * mask, mask


@wrong("dropout_forward", "at test time scaled by keep_prob")
def _(A, keep_prob, rng, train=True):
    if not train:
        return A * keep_prob, np.ones_like(A)
    mask = rng.random(A.shape) < keep_prob
    return A * mask / keep_prob, mask


@wrong("dropout_forward", "exactly a share of the units by choice: not independent")
def _(A, keep_prob, rng, train=True):
    if not train:
        return A, np.ones_like(A)
    mask = np.zeros(A.size)
    mask[rng.choice(A.size, int(keep_prob * A.size), replace=False)] = 1
    mask = mask.reshape(A.shape)
    return A * mask / keep_prob, mask


@wrong("dropout_forward", "normal numbers below keep_prob: randn for rand")
def _(A, keep_prob, rng, train=True):
    if not train:
        return A, np.ones_like(A)
    mask = rng.standard_normal(A.shape) < keep_prob
    return A * mask / keep_prob, mask


@wrong("dropout_forward", "if train is the wrong way round")
def _(A, keep_prob, rng, train=True):
    if train:
        return A, np.ones_like(A)
    mask = (rng.random(A.shape) < keep_prob).astype(float)
    return A * mask / keep_prob, mask


@right("dropout_forward", "np.where, a bool mask")
def _(A, keep_prob, rng, train=True):
    if train:
        keep = np.less(rng.random(size=np.shape(A)), keep_prob)
        return np.where(keep, A / keep_prob, 0.0), keep
    return np.array(A), np.full(np.shape(A), True)


wrong("dropout_backward", "scaled by 1 - keep_prob")(
    lambda dout, mask, keep_prob: dout * mask / (1 - keep_prob)
)
wrong("dropout_backward", "multiplied with keep_prob")(
    lambda dout, mask, keep_prob: dout * mask * keep_prob
)
wrong("dropout_backward", "the mask turned round: dropped ones learn")(
    lambda dout, mask, keep_prob: dout * (1 - mask) / keep_prob
)
wrong("dropout_backward", "scaled by the mask's own mean, not keep_prob")(
    lambda dout, mask, keep_prob: dout * mask / np.mean(mask)
)
right("dropout_backward", "np.divide where the mask is set")(
    lambda dout, mask, keep_prob: np.divide(
        dout, keep_prob, out=np.zeros_like(dout), where=np.asarray(mask, dtype=bool)
    )
)


# batch norm


def _normed(X, gamma, beta, eps=1e-5, mean=None, std=None):
    mean = X.mean(axis=0) if mean is None else mean
    std = np.sqrt(X.var(axis=0) + eps) if std is None else std
    X_hat = (X - mean) / std
    return gamma * X_hat + beta, {"X_hat": X_hat, "std": std}


@wrong("batchnorm_forward", "variance of N - 1")
def _(X, gamma, beta, eps=1e-5):
    return _normed(X, gamma, beta, std=np.sqrt(X.var(axis=0, ddof=1) + eps))


@wrong("batchnorm_forward", "divided by the variance, not its root")
def _(X, gamma, beta, eps=1e-5):
    return _normed(X, gamma, beta, std=X.var(axis=0) + eps)


@wrong("batchnorm_forward", "mean and spread over the whole table")
def _(X, gamma, beta, eps=1e-5):
    return _normed(X, gamma, beta, mean=X.mean(), std=np.sqrt(X.var(axis=0) + eps) * 0 + X.std())


@wrong("batchnorm_forward", "gamma and beta exchanged")
def _(X, gamma, beta, eps=1e-5):
    return _normed(X, beta, gamma, eps)


@wrong("batchnorm_forward", "scaled to 0..1 by min and max")
def _(X, gamma, beta, eps=1e-5):
    low, high = X.min(axis=0), X.max(axis=0)
    return _normed(X, gamma, beta, mean=low, std=high - low + eps)


@wrong("batchnorm_forward", "std in the cache is the variance; out is right")
def _(X, gamma, beta, eps=1e-5):
    out, cache = _normed(X, gamma, beta, eps)
    return out, cache | {"std": cache["std"] ** 2}


@wrong("batchnorm_forward", "not centred: divided by the spread only")
def _(X, gamma, beta, eps=1e-5):
    return _normed(X, gamma, beta, eps, mean=0.0)


@right("batchnorm_forward", "variance as mean of squares of the centred, loops over columns")
def _(X, gamma, beta, eps=1e-5):
    out, hat, std = np.empty(X.shape), np.empty(X.shape), []
    for j, column in enumerate(X.T):
        c = column - sum(column) / len(column)
        std.append((c @ c / len(c) + eps) ** 0.5)
        hat[:, j] = c / std[-1]
        out[:, j] = gamma[j] * hat[:, j] + beta[j]
    return out, dict(X_hat=hat, std=np.array(std))


def _back(dout, cache, gamma, mean=True, var=True, scale=1.0):
    d, h = dout * gamma, cache["X_hat"]
    dX = d - (d.mean(axis=0) if mean else 0) - (h * (d * h).mean(axis=0) if var else 0)
    return dX / cache["std"] * scale, (dout * h).sum(axis=0), dout.sum(axis=0)


@wrong("batchnorm_backward", "gamma forgotten in dX")
def _(dout, cache, gamma):
    return _back(dout, cache, gamma * 0 + 1)[0], (dout * cache["X_hat"]).sum(0), dout.sum(0)


@wrong("batchnorm_backward", "dgamma and dbeta are means")
def _(dout, cache, gamma):
    dX, dgamma, dbeta = _back(dout, cache, gamma)
    return dX, dgamma / len(dout), dbeta / len(dout)


@wrong("batchnorm_backward", "dgamma and dbeta exchanged on return")
def _(dout, cache, gamma):
    dX, dgamma, dbeta = _back(dout, cache, gamma)
    return dX, dbeta, dgamma


@wrong("batchnorm_backward", "multiplied with std in place of divided")
def _(dout, cache, gamma):
    dX, dgamma, dbeta = _back(dout, cache, gamma)
    return dX * cache["std"] ** 2, dgamma, dbeta


@wrong("batchnorm_backward", "the variance's share has a plus")
def _(dout, cache, gamma):
    d, h = dout * gamma, cache["X_hat"]
    dX = (d - d.mean(axis=0) + h * (d * h).mean(axis=0)) / cache["std"]
    return dX, (dout * h).sum(axis=0), dout.sum(axis=0)


@wrong("batchnorm_backward", "means taken over columns: axis 1 with keepdims")
def _(dout, cache, gamma):
    d, h = dout * gamma, cache["X_hat"]
    dX = d - d.mean(axis=1, keepdims=True) - h * (d * h).mean(axis=1, keepdims=True)
    return dX / cache["std"], (dout * h).sum(axis=0), dout.sum(axis=0)


@right("batchnorm_backward", "the N by N Jacobian of each column")
def _(dout, cache, gamma):
    h, N = cache["X_hat"], len(dout)
    dX = np.empty_like(dout)
    for j in range(dout.shape[1]):
        J = (np.eye(N) - 1 / N - np.outer(h[:, j], h[:, j]) / N) / cache["std"][j]
        dX[:, j] = J @ (gamma[j] * dout[:, j])
    return dX, np.einsum("nd,nd->d", dout, h), np.sum(dout, 0)


# regularized_gradients


def _both(P, y, cache, params, lam, kind):
    grads = nn.mlp_backward(P, y, cache, params, kind)
    return grads, nn.l2_gradients(params, lam)


@wrong("regularized_gradients", "the penalty alone: cross-entropy's part forgotten")
def _(P, y, cache, params, lam, kind="tanh"):
    return _both(P, y, cache, params, lam, kind)[1]


@wrong("regularized_gradients", "mixed: (1 - lam) of one and lam of the other")
def _(P, y, cache, params, lam, kind="tanh"):
    grads = nn.mlp_backward(P, y, cache, params, kind)
    return [((1 - lam) * dW + lam * W, db) for (dW, db), (W, _) in zip(grads, params)]


@wrong("regularized_gradients", "biases are punished, too")
def _(P, y, cache, params, lam, kind="tanh"):
    grads = nn.mlp_backward(P, y, cache, params, kind)
    return [(dW + lam * W, db + lam * b) for (dW, db), (W, b) in zip(grads, params)]


@wrong("regularized_gradients", "layers paired the wrong way: last W with first dW", "raises")
def _(P, y, cache, params, lam, kind="tanh"):
    grads = nn.mlp_backward(P, y, cache, params, kind)
    return [(dW + lam * W, db) for (dW, db), (W, _) in zip(grads, params[::-1])]


@wrong("regularized_gradients", "lists added with +: twice as many pairs")
def _(P, y, cache, params, lam, kind="tanh"):
    a, b = _both(P, y, cache, params, lam, kind)
    return list(a) + list(b)


@right("regularized_gradients", "tree map by hand")
def _(P, y, cache, params, lam, kind="tanh"):
    return [
        tuple(np.add(u, v) for u, v in zip(*two))
        for two in zip(*_both(P, y, cache, params, lam, kind))
    ]
