"""batchnorm_backward: what must pass, and what must be told."""

import numpy as np

from bplab import nn


def batchnorm_backward_compact(dout, cache, gamma):
    h, std, N = cache["X_hat"], cache["std"], len(dout)
    dgamma, dbeta = np.sum(dout * h, axis=0), np.sum(dout, axis=0)
    return gamma / (N * std) * (N * dout - dbeta - h * dgamma), dgamma, dbeta


def batchnorm_backward_in_stages(dout, cache, gamma):
    h, std, N = cache["X_hat"], cache["std"], len(dout)
    dh = dout * gamma
    dvar = np.sum(dh * h * std, axis=0) * -0.5 / std**3
    dmu = np.sum(-dh / std, axis=0)
    dX = dh / std + dvar * 2 * (h * std) / N + dmu / N
    return dX, (dout * h).sum(0), dout.sum(0)


def batchnorm_backward_by_jacobian(dout, cache, gamma):
    h, std, N = cache["X_hat"], cache["std"], len(dout)
    dX = np.zeros_like(dout)
    for j in range(dout.shape[1]):
        J = (np.eye(N) - 1 / N - np.outer(h[:, j], h[:, j]) / N) / std[j]
        dX[:, j] = J @ (dout[:, j] * gamma[j])
    return [dX, np.einsum("ij,ij->j", dout, h), dout.sum(axis=0).tolist()]


def backward(through):
    def batchnorm_backward(dout, cache, gamma):
        dX = through(dout * gamma, cache["X_hat"], cache["std"])
        return dX, (dout * cache["X_hat"]).sum(axis=0), dout.sum(axis=0)

    return batchnorm_backward


def cs231n_compact(dout, cache, gamma):
    X_hat, std = (cache["X_hat"], cache["std"])
    N = dout.shape[0]
    dbeta = dout.sum(axis=0)
    dgamma = (dout * X_hat).sum(axis=0)
    dX_hat = dout * gamma
    dX = (N * dX_hat - dX_hat.sum(axis=0) - X_hat * (dX_hat * X_hat).sum(axis=0)) / (N * std)
    return (dX, dgamma, dbeta)


def long_graph(dout, cache, gamma):
    xh, s = (cache["X_hat"], cache["std"])
    N, D = dout.shape
    dbeta = np.sum(dout, axis=0)
    dgamma = np.sum(dout * xh, axis=0)
    dxh = dout * gamma
    xmu = xh * s
    divar = np.sum(dxh * xmu, axis=0)
    dxmu1 = dxh / s
    dsq = -1.0 / s**2 * divar
    dvar = 0.5 / s * dsq
    dsq2 = 1.0 / N * np.ones((N, D)) * dvar
    dxmu2 = 2 * xmu * dsq2
    dx1 = dxmu1 + dxmu2
    dmu = -np.sum(dx1, axis=0)
    dx2 = 1.0 / N * np.ones((N, D)) * dmu
    return (dx1 + dx2, dgamma, dbeta)


def gamma_twice_in_dgamma(dout, cache, gamma):
    X_hat, std = (cache["X_hat"], cache["std"])
    N = dout.shape[0]
    dbeta = dout.sum(axis=0)
    dgamma = (dout * X_hat * gamma * gamma).sum(axis=0)
    dX_hat = dout * gamma
    dX = (N * dX_hat - dX_hat.sum(axis=0) - X_hat * (dX_hat * X_hat).sum(axis=0)) / (N * std)
    return (dX, dgamma, dbeta)


def gamma_once_in_dgamma(dout, cache, gamma):
    X_hat, std = (cache["X_hat"], cache["std"])
    N = dout.shape[0]
    dbeta = dout.sum(axis=0)
    dgamma = (dout * gamma * X_hat).sum(axis=0)
    dX_hat = dout * gamma
    dX = (N * dX_hat - dX_hat.sum(axis=0) - X_hat * (dX_hat * X_hat).sum(axis=0)) / (N * std)
    return (dX, dgamma, dbeta)


def n_std_no_n(dout, cache, gamma):
    X_hat, std = (cache["X_hat"], cache["std"])
    N = dout.shape[0]
    dbeta = dout.sum(axis=0)
    dgamma = (dout * X_hat).sum(axis=0)
    dX_hat = dout * gamma
    dX = (N * dX_hat - dX_hat.sum(axis=0) - X_hat * (dX_hat * X_hat).sum(axis=0)) / std
    return (dX, dgamma, dbeta)


def mean_dgamma(dout, cache, gamma):
    X_hat, std = (cache["X_hat"], cache["std"])
    N = dout.shape[0]
    dbeta = dout.sum(axis=0)
    dgamma = (dout * X_hat).mean(axis=0)
    dX_hat = dout * gamma
    dX = (N * dX_hat - dX_hat.sum(axis=0) - X_hat * (dX_hat * X_hat).sum(axis=0)) / (N * std)
    return (dX, dgamma, dbeta)


def no_gamma(dout, cache, gamma):
    X_hat, std = (cache["X_hat"], cache["std"])
    N = dout.shape[0]
    dbeta = dout.sum(axis=0)
    dgamma = (dout * X_hat).sum(axis=0)
    dX_hat = dout
    dX = (N * dX_hat - dX_hat.sum(axis=0) - X_hat * (dX_hat * X_hat).sum(axis=0)) / (N * std)
    return (dX, dgamma, dbeta)


def direct(dout, cache, gamma):
    X_hat, std = (cache["X_hat"], cache["std"])
    dout.shape[0]
    dbeta = dout.sum(axis=0)
    dgamma = (dout * X_hat).sum(axis=0)
    dX_hat = dout * gamma
    dX = dX_hat / std
    return (dX, dgamma, dbeta)


def axis1(dout, cache, gamma):
    X_hat, std = (cache["X_hat"], cache["std"])
    N = dout.shape[0]
    dbeta = dout.sum(axis=1)
    dgamma = (dout * X_hat).sum(axis=1)
    dX_hat = dout * gamma
    dX = (N * dX_hat - dX_hat.sum(axis=1) - X_hat * (dX_hat * X_hat).sum(axis=1)) / (N * std)
    return (dX, dgamma, dbeta)


def order(dout, cache, gamma):
    X_hat, std = (cache["X_hat"], cache["std"])
    N = dout.shape[0]
    dbeta = dout.sum(axis=0)
    dgamma = (dout * X_hat).sum(axis=0)
    dX_hat = dout * gamma
    dX = (N * dX_hat - dX_hat.sum(axis=0) - X_hat * (dX_hat * X_hat).sum(axis=0)) / (N * std)
    return (dX, dbeta, dgamma)


def var_for_std(dout, cache, gamma):
    X_hat, std = (cache["X_hat"], cache["std"])
    N = dout.shape[0]
    dbeta = dout.sum(axis=0)
    dgamma = (dout * X_hat).sum(axis=0)
    dX_hat = dout * gamma
    dX = (N * dX_hat - dX_hat.sum(axis=0) - X_hat * (dX_hat * X_hat).sum(axis=0)) / (N * std**2)
    return (dX, dgamma, dbeta)


ACCEPTED = [
    batchnorm_backward_compact,
    batchnorm_backward_in_stages,
    batchnorm_backward_by_jacobian,
    cs231n_compact,
    long_graph,
]
TOLD = [
    (backward(lambda d, h, s: d * 0), "dX is zero"),
    (
        backward(lambda d, h, s: (d - d.mean(0) + h * (d * h).mean(0)) / s),
        "dX",
        "dgamma and dbeta are right",
    ),
    (
        backward(lambda d, h, s: (d + d.mean(0) - h * (d * h).mean(0)) / s),
        "The road through the mean is there with the other sign",
    ),
    (
        backward(lambda d, h, s: d - d.mean(0)),
        "The direct road is std times",
        "The road through the std is missing",
    ),
    (gamma_twice_in_dgamma, "gamma-twice"),
    (gamma_once_in_dgamma, "dgamma-scaled-by-gamma"),
    (n_std_no_n, "all-roads"),
    (mean_dgamma, "factor-size"),
    (no_gamma, "gamma-forgotten"),
    (direct, "direct-path-only"),
    (axis1, "raised"),
    (order, "dgamma-dbeta-swapped"),
    (var_for_std, "std-squared"),
    (
        lambda dout, cache, gamma: (
            nn.batchnorm_backward(dout, cache, gamma)[0],
            dout.sum(0),
            dout.mean(0),
        ),
        'Of it alone one would say: "dX is right; dgamma and dbeta have changed',
        "dbeta is off in another way",
    ),
]
