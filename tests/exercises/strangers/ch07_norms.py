"""Chapter 7, running statistics, layer norm and residual paths, as strangers answer it."""

import numpy as np

from tests.exercises.strangers.ch03_network import _act, _slope
from tests.exercises.strangers.table import right, wrong


@wrong("running_update", "momentum on the batch")
def _(running, X, momentum=0.9):
    m, v = running
    return (1 - momentum) * m + momentum * X.mean(0), (1 - momentum) * v + momentum * X.var(0)


@wrong("running_update", "unbiased variance")
def _(running, X, momentum=0.9):
    m, v = running
    return (
        momentum * m + (1 - momentum) * X.mean(0),
        momentum * v + (1 - momentum) * X.var(0, ddof=1),
    )


@wrong("running_update", "standard deviation averaged")
def _(running, X, momentum=0.9):
    m, v = running
    return momentum * m + (1 - momentum) * X.mean(0), momentum * v + (1 - momentum) * X.std(0)


@wrong("running_update", "the variance about the new running mean")
def _(running, X, momentum=0.9):
    m, v = running
    m = momentum * m + (1 - momentum) * X.mean(0)
    return m, momentum * v + (1 - momentum) * ((X - m) ** 2).mean(0)


@wrong("running_update", "in place")
def _(running, X, momentum=0.9):
    m, v = running
    m *= momentum
    m += (1 - momentum) * X.mean(0)
    v *= momentum
    v += (1 - momentum) * X.var(0)
    return m, v


@wrong("running_update", "sum without 1 - momentum")
def _(running, X, momentum=0.9):
    m, v = running
    return momentum * m + X.mean(0), momentum * v + X.var(0)


@right("running_update", "moves towards the batch")
def _(running, X, momentum=0.9):
    batch = np.mean(X, axis=0), np.mean((X - np.mean(X, axis=0)) ** 2, axis=0)
    return [r + (1 - momentum) * (b - r) for r, b in zip(running, batch)]


@wrong("batchnorm_predict", "statistics of the batch")
def _(X, gamma, beta, running, eps=1e-5):
    return gamma * (X - X.mean(0)) / np.sqrt(X.var(0) + eps) + beta


@wrong("batchnorm_predict", "no root")
def _(X, gamma, beta, running, eps=1e-5):
    return gamma * (X - running[0]) / (running[1] + eps) + beta


@wrong("batchnorm_predict", "eps outside the root")
def _(X, gamma, beta, running, eps=1e-5):
    return gamma * (X - running[0]) / (np.sqrt(running[1]) + eps) + beta


@wrong("batchnorm_predict", "gamma forgotten")
def _(X, gamma, beta, running, eps=1e-5):
    return (X - running[0]) / np.sqrt(running[1] + eps) + beta


@wrong("batchnorm_predict", "running mean, batch variance")
def _(X, gamma, beta, running, eps=1e-5):
    return gamma * (X - running[0]) / np.sqrt(X.var(0) + eps) + beta


@right("batchnorm_predict", "one affine map per column")
def _(X, gamma, beta, running, eps=1e-5):
    mean, var = running
    scale = gamma / np.sqrt(var + eps)
    return X * scale + (beta - mean * scale)


@wrong("layernorm_forward", "by column")
def _(X, gamma, beta, eps=1e-5):
    std = np.sqrt(X.var(0) + eps)
    hat = (X - X.mean(0)) / std
    return gamma * hat + beta, {"X_hat": hat, "std": std}


@wrong("layernorm_forward", "std with ddof 1")
def _(X, gamma, beta, eps=1e-5):
    std = np.sqrt(X.var(1, ddof=1) + eps)
    hat = (X - X.mean(1)[:, None]) / std[:, None]
    return gamma * hat + beta, {"X_hat": hat, "std": std}


@wrong("layernorm_forward", "eps outside")
def _(X, gamma, beta, eps=1e-5):
    std = X.std(1) + eps
    hat = (X - X.mean(1)[:, None]) / std[:, None]
    return gamma * hat + beta, {"X_hat": hat, "std": std}


@wrong("layernorm_forward", "std in the cache as a column")
def _(X, gamma, beta, eps=1e-5):
    std = np.sqrt(X.var(1, keepdims=True) + eps)
    hat = (X - X.mean(1, keepdims=True)) / std
    return gamma * hat + beta, {"X_hat": hat, "std": std}


@wrong("layernorm_forward", "beta added before gamma multiplies")
def _(X, gamma, beta, eps=1e-5):
    std = np.sqrt(X.var(1) + eps)
    hat = (X - X.mean(1)[:, None]) / std[:, None]
    return gamma * (hat + beta), {"X_hat": hat, "std": std}


@wrong("layernorm_forward", "keepdims forgotten", kind="raises")
def _(X, gamma, beta, eps=1e-5):
    std = np.sqrt(X.var(1) + eps)
    hat = (X - X.mean(1)) / std
    return gamma * hat + beta, {"X_hat": hat, "std": std}


@right("layernorm_forward", "a comprehension over rows")
def _(X, gamma, beta, eps=1e-5):
    stds = [(row.var() + eps) ** 0.5 for row in X]
    hat = np.stack([(row - row.mean()) / s for row, s in zip(X, stds)])
    return hat * gamma + beta, {"X_hat": hat, "std": stds}


def _ln(dout, cache, gamma, axis=1, keep=True, drop=None):
    hat, std, d = cache["X_hat"], np.asarray(cache["std"])[:, None], dout * gamma
    mean, proj = d.mean(axis, keepdims=True), hat * (d * hat).mean(axis, keepdims=True)
    if drop == "mean":
        mean = 0
    if drop == "var":
        proj = 0
    return (d - mean - proj) / std


@wrong("layernorm_backward", "dgamma summed over the row")
def _(dout, cache, gamma):
    hat = cache["X_hat"]
    return _ln(dout, cache, gamma), (dout * hat).sum(1), dout.sum(1)


@wrong("layernorm_backward", "means over the batch, as batch norm")
def _(dout, cache, gamma):
    return _ln(dout, cache, gamma, axis=0), (dout * cache["X_hat"]).sum(0), dout.sum(0)


@wrong("layernorm_backward", "variance taken as a constant")
def _(dout, cache, gamma):
    return _ln(dout, cache, gamma, drop="var"), (dout * cache["X_hat"]).sum(0), dout.sum(0)


@wrong("layernorm_backward", "mean taken as a constant")
def _(dout, cache, gamma):
    return _ln(dout, cache, gamma, drop="mean"), (dout * cache["X_hat"]).sum(0), dout.sum(0)


@wrong("layernorm_backward", "gamma applied after the means")
def _(dout, cache, gamma):
    one = np.ones_like(gamma)
    return gamma * _ln(dout, cache, one), (dout * cache["X_hat"]).sum(0), dout.sum(0)


@wrong("layernorm_backward", "not divided by std")
def _(dout, cache, gamma):
    c = {"X_hat": cache["X_hat"], "std": np.ones(len(dout))}
    return _ln(dout, c, gamma), (dout * cache["X_hat"]).sum(0), dout.sum(0)


@right("layernorm_backward", "row by row with the full Jacobian")
def _(dout, cache, gamma):
    D = dout.shape[1]
    dX = []
    for d, h, s in zip(dout * gamma, cache["X_hat"], cache["std"]):
        J = (np.eye(D) - 1 / D - np.outer(h, h) / D) / s
        dX.append(J @ d)
    return np.array(dX), np.einsum("nd,nd->d", dout, cache["X_hat"]), np.sum(dout, 0)


@wrong("residual_forward", "the path forgotten")
def _(X, W, b, kind):
    Z = X @ W + b
    return _act(Z, kind), Z


@wrong("residual_forward", "f(X + Z)")
def _(X, W, b, kind):
    Z = X @ W + b
    return _act(X + Z, kind), Z


@wrong("residual_forward", "X + Z, no activation")
def _(X, W, b, kind):
    Z = X @ W + b
    return X + Z, Z


@wrong("residual_forward", "returns A for Z")
def _(X, W, b, kind):
    A = _act(X @ W + b, kind)
    return X + A, A


@wrong("residual_forward", "X multiplied")
def _(X, W, b, kind):
    Z = X @ W + b
    return X * _act(Z, kind), Z


@right("residual_forward", "augmented matrix")
def _(X, W, b, kind):
    Z = np.c_[X, np.ones(len(X))] @ np.r_[W, b[None]]
    return np.add(_act(Z, kind), X), Z


@wrong("residual_backward", "dX without the path")
def _(dout, X, Z, W, kind):
    d = dout * _slope(Z, kind)
    return d @ W.T, X.T @ d, d.sum(0)


@wrong("residual_backward", "dX is the path only")
def _(dout, X, Z, W, kind):
    d = dout * _slope(Z, kind)
    return dout.copy(), X.T @ d, d.sum(0)


@wrong("residual_backward", "slope left out")
def _(dout, X, Z, W, kind):
    return dout + dout @ W.T, X.T @ dout, dout.sum(0)


@wrong("residual_backward", "dZ added where dout belongs")
def _(dout, X, Z, W, kind):
    d = dout * _slope(Z, kind)
    return d + d @ W.T, X.T @ d, d.sum(0)


@wrong("residual_backward", "slope of X + Z, and db a mean", kind="two")
def _(dout, X, Z, W, kind):
    d = dout * _slope(Z + X, kind)
    return dout + d @ W.T, X.T @ d, d.mean(0)


@wrong("residual_backward", "W not transposed (square, so it runs)")
def _(dout, X, Z, W, kind):
    d = dout * _slope(Z, kind)
    return dout + d @ W, X.T @ d, d.sum(0)


@right("residual_backward", "one matrix I + W diag")
def _(dout, X, Z, W, kind):
    d = np.einsum("nh,nh->nh", dout, _slope(Z, kind))
    dX = dout.copy()
    dX += np.einsum("nh,dh->nd", d, W)
    return dX, np.einsum("nd,nh->dh", X, d), d.sum(axis=0)
