"""layernorm_backward: what must pass, and what must be told."""

import numpy as np

from bplab import nn


def row_by_row(dout, cache, gamma):
    dX = np.zeros_like(dout)
    for i, (d, h, s) in enumerate(zip(dout * gamma, cache["X_hat"], cache["std"], strict=True)):
        dX[i] = (d - d.mean() - h * (d @ h) / len(d)) / s
    return dX, np.einsum("nd,nd->d", dout, cache["X_hat"]), dout.sum(0)


def by_jacobians(dout, cache, gamma):
    D = dout.shape[1]
    J = np.eye(D) - 1 / D - np.einsum("ni,nj->nij", cache["X_hat"], cache["X_hat"]) / D
    dX = np.einsum("nij,nj->ni", J, dout * gamma) / cache["std"][:, None]
    return [dX, (dout * cache["X_hat"]).sum(0), np.ones(len(dout)) @ dout]


def by_turning(dout, cache, gamma):
    turned = {"X_hat": cache["X_hat"].T, "std": cache["std"]}
    dX, _, _ = nn.batchnorm_backward((dout * gamma).T, turned, np.ones(len(dout)))
    return dX.T, (dout * cache["X_hat"]).sum(axis=0), dout.sum(axis=0)


def with_sums(dout, cache, gamma):
    D, d = dout.shape[1], dout * gamma
    h, s = cache["X_hat"], np.reshape(cache["std"], (-1, 1))
    first = D * d - d.sum(1, keepdims=True) - h * (d * h).sum(1, keepdims=True)
    return first / (D * s), (dout * h).sum(0), dout.sum(0)


ACCEPTED = [row_by_row, by_jacobians, by_turning, with_sums]


def mean(a):
    return a.mean(axis=1, keepdims=True)


def back(dX, dgamma=lambda dout, h: (dout * h).sum(0), dbeta=lambda dout: dout.sum(0)):
    def layernorm_backward(dout, cache, gamma):
        h, s = cache["X_hat"], cache["std"][:, None]
        return dX(dout * gamma, h, s, dout, gamma), dgamma(dout, h), dbeta(dout)

    return layernorm_backward


def right(d, h, s, dout, gamma):
    return (d - mean(d) - h * mean(d * h)) / s


def gamma_late_and_mean_added(dout, cache, gamma):
    X_hat, std = cache["X_hat"], cache["std"][:, None]
    d = dout
    along = (d * X_hat).mean(axis=1, keepdims=True)
    dX = gamma * (d + d.mean(axis=1, keepdims=True) - X_hat * along) / std
    return dX, (dout * X_hat).sum(axis=0), dout.sum(axis=0)


TOLD = [
    (gamma_late_and_mean_added, "gamma-outside-and-mean-road-added"),
    (back(lambda d, h, s, dout, g: g * right(dout, h, s, dout, g)), "gamma-outside"),
    (back(lambda d, h, s, dout, g: d / s), "direct-road-only"),
    (back(lambda d, h, s, dout, g: (d - mean(d)) / s), "std-road-missing"),
    (back(lambda d, h, s, dout, g: (d - mean(d) + h * mean(d * h)) / s), "std-road-added"),
    (back(lambda d, h, s, dout, g: (d - h * mean(d * h)) * s), "dX"),
    (back(lambda d, h, s, dout, g: (d - d.mean(0) - h * (d * h).mean(0)) / s), "means-by-column"),
    (back(right, dgamma=lambda dout, h: (dout * h).sum(1)), "dgamma has shape"),
    (
        back(right, lambda dout, h: (dout * h).sum(1), lambda dout: dout.sum(1)),
        "summed-by-row",
    ),
    (back(right, lambda dout, h: (dout * h).mean(0), lambda dout: dout.mean(0)), "averaged"),
    (back(right, dbeta=lambda dout: dout.mean(0)), "1/N"),
    (back(lambda d, h, s, dout, g: right(dout, h, s, dout, g)), "gamma-forgotten"),
    (back(lambda d, h, s, dout, g: d - mean(d) - h * mean(d * h)), "std-forgotten"),
    (back(lambda d, h, s, dout, g: -right(d, h, s, dout, g)), "the other sign"),
    (
        back(lambda d, h, s, dout, g: (d - mean(dout) - h * mean(d * h)) / s),
        "On the road through the mean gamma is missing",
    ),
    (nn.batchnorm_backward, "raised"),
]
