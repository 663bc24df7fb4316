"""conv_net_backward: what must pass, and what must be told."""

import numpy as np

from bplab import nn
from tests.exercises.convolution import conv_backward as conv
from tests.exercises.convolution import max_pool_backward as pool


def by_loops(P, y, cache, params):
    (Wc, _), (W, _) = params
    dscores = P.copy()
    dscores[np.arange(len(y)), y] -= 1
    dscores /= len(y)
    pooled = cache["pooled"]
    dpooled = (dscores @ W.T).reshape(pooled.shape)
    dA = pool.by_argmax(dpooled, cache["A"], 2)
    dZ = np.where(cache["A"] > 0, dA, 0)
    _, dWc, dbc = conv.five_loops(dZ, cache["X"], Wc, 1, Wc.shape[-1] // 2)
    return [(dWc, dbc), (pooled.reshape(len(y), -1).T @ dscores, dscores.sum(axis=0))]


def relu_before_pool(P, y, cache, params):
    """The maximum of Z, and then the slope of the ReLU on the pooled values."""
    (Wc, _), (W, _) = params
    dscores = nn.softmax_cross_entropy_backward(P, y)
    dflat, dW, db = nn.linear_backward(dscores, cache["pooled"].reshape(len(P), -1), W)
    dpooled = dflat.reshape(cache["pooled"].shape) * (cache["pooled"] > 0)
    dZ = nn.max_pool_backward(dpooled, cache["Z"], 2)
    _, dWc, dbc = nn.conv_backward(dZ, cache["X"], Wc, 1, (Wc.shape[-1] - 1) // 2)
    return [[dWc, dbc], [dW, db]]


def by_einsum(P, y, cache, params):
    (Wc, _), (W, _) = params
    pooled = cache["pooled"]
    dscores = (P - np.eye(P.shape[1])[y]) / len(y)
    dpooled = np.einsum("nk,fijk->nfij", dscores, W.reshape(*pooled.shape[1:], -1))
    dZ = pool.by_mask(dpooled, cache["A"], 2) * (cache["Z"] > 0)
    _, dWc, dbc = conv.by_weight(dZ, cache["X"], Wc, 1, Wc.shape[-1] // 2)
    dW = np.einsum("nfij,nk->fijk", pooled, dscores).reshape(W.shape)
    return ((dWc, dbc), (dW, np.einsum("nk->k", dscores)))


def change(at, f):
    def conv_net_backward(P, y, cache, params):
        grads = [list(pair) for pair in nn.conv_net_backward(P, y, cache, params)]
        grads[at[0]][at[1]] = f(grads[at[0]][at[1]])
        return grads

    return conv_net_backward


def flat_list(P, y, cache, params):
    return [g for pair in nn.conv_net_backward(P, y, cache, params) for g in pair]


def blame_of_images_too(P, y, cache, params):
    return [cache["X"] * 0, *nn.conv_net_backward(P, y, cache, params)]


def through_pool_of_z_only(P, y, cache, params):
    (Wc, _), (W, _) = params
    dscores = nn.softmax_cross_entropy_backward(P, y)
    dflat, dW, db = nn.linear_backward(dscores, cache["pooled"].reshape(len(P), -1), W)
    dZ = nn.max_pool_backward(dflat.reshape(cache["pooled"].shape), cache["Z"], 2)
    _, dWc, dbc = nn.conv_backward(dZ, cache["X"], Wc, 1, (Wc.shape[-1] - 1) // 2)
    return [(dWc, dbc), (dW, db)]


def weights_of_first_class(P, y, cache, params):
    return nn.conv_net_backward(P, y * 0, cache, params)


def updated_in_place(P, y, cache, params):
    P[np.arange(len(y)), y] -= 1
    grads = nn.conv_net_backward(P, y, cache, params)
    return grads


ACCEPTED = [by_loops, relu_before_pool, by_einsum]


def by_columns(P, y, cache, params):
    (Wc, bc), (W, b) = params
    rows = cache["pooled"].reshape(len(P), -1)
    dflat, dW, db = nn.linear_backward(nn.softmax_cross_entropy_backward(P, y), rows, W)
    dA = nn.max_pool_backward(dflat.reshape(cache["pooled"].shape, order="F"), cache["A"], 2)
    dZ = dA * (cache["Z"] > 0)
    _, dWc, dbc = nn.conv_backward(dZ, cache["X"], Wc, 1, (Wc.shape[-1] - 1) // 2)
    return [(dWc, dbc), (dW, db)]


TOLD = [
    (by_columns, "rows-into-images-by-columns"),
    (change((0, 1), lambda g: g / 2), "db1"),
    (change((0, 0), lambda g: -g), "dW1 is exactly the opposite"),
    (change((1, 0), lambda g: g.T), "dW2 has shape"),
    (change((1, 1), lambda g: g * 7), "db2"),
    (flat_list, "2 things"),
    (blame_of_images_too, "2 things"),
    (through_pool_of_z_only, "relu-forgotten-pool-of-z"),
    (weights_of_first_class, "every label in y the same"),
    (updated_in_place, "changed what it was given: P"),
]
