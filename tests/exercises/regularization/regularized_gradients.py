"""regularized_gradients: what must pass, and what must be told."""

import numpy as np

from bplab import nn
from bplab.nn import l2_gradients, l2_penalty, mlp_backward


def regularized_by_sum(P, y, cache, params, lam, kind="tanh"):
    data = nn.mlp_backward(P, y, cache, params, kind)
    pull = nn.l2_gradients(params, lam)
    return [(a[0] + p[0], a[1] + p[1]) for a, p in zip(data, pull, strict=True)]


def regularized_in_place(P, y, cache, params, lam, kind="tanh"):
    grads = [list(layer) for layer in nn.mlp_backward(P, y, cache, params, kind)]
    for layer, (W, _) in zip(grads, params, strict=True):
        layer[0] += lam * W
    return grads


def regularized_from_scratch(P, y, cache, params, lam, kind="tanh"):
    N = len(y)
    dZ = P.copy()
    dZ[np.arange(N), y] -= 1
    dZ /= N
    grads = []
    for layer in range(len(params) - 1, -1, -1):
        W, _ = params[layer]
        A = cache["A"][layer]
        grads.append((A.T @ dZ + lam * W, dZ.sum(axis=0)))
        if layer:
            slope = 1 - A**2 if kind == "tanh" else A * (1 - A) if kind == "sigmoid" else A > 0
            dZ = dZ @ W.T * slope
    return grads[::-1]


def regularized(change):
    def gradients(P, y, cache, params, lam, kind="tanh"):
        grads = nn.mlp_backward(P, y, cache, params, kind)
        return [change(dW, db, W, lam) for (dW, db), (W, _) in zip(grads, params, strict=True)]

    return gradients


def plain_regularized_gradients(P, y, cache, params, lam, kind="tanh"):
    grads = nn.mlp_backward(P, y, cache, params, kind)
    return [(dW + lam * W, db) for (dW, db), (W, b) in zip(grads, params, strict=False)]


def with_own(P, y, cache, params, lam, kind="tanh"):
    out = []
    for (a, b), (c, d) in zip(
        mlp_backward(P, y, cache, params, kind), l2_gradients(params, lam), strict=False
    ):
        out.append([a + c, b + d])
    return out


def kind_missing(P, y, cache, params, lam, kind="tanh"):
    grads = nn.mlp_backward(P, y, cache, params)
    return [(dW + lam * W, db) for (dW, db), (W, b) in zip(grads, params, strict=False)]


def list_plus_list(P, y, cache, params, lam, kind="tanh"):
    return mlp_backward(P, y, cache, params, kind) + l2_gradients(params, lam)


def lam_m(P, y, cache, params, lam, kind="tanh"):
    grads = nn.mlp_backward(P, y, cache, params, kind)
    return [(dW + lam / len(y) * W, db) for (dW, db), (W, b) in zip(grads, params, strict=False)]


def penalty_scalar(P, y, cache, params, lam, kind="tanh"):
    p = l2_penalty(params, lam)
    return [(dW + p, db) for dW, db in mlp_backward(P, y, cache, params, kind)]


def reversed_zip(P, y, cache, params, lam, kind="tanh"):
    grads = nn.mlp_backward(P, y, cache, params, kind)
    return [(dW + lam * W, db) for (dW, db), (W, b) in zip(grads, params[::-1], strict=False)]


def biases(P, y, cache, params, lam, kind="tanh"):
    grads = nn.mlp_backward(P, y, cache, params, kind)
    return [(dW + lam * W, db + lam * b) for (dW, db), (W, b) in zip(grads, params, strict=False)]


def in_place_grads_ok_but_w(P, y, cache, params, lam, kind="tanh"):
    grads = nn.mlp_backward(P, y, cache, params, kind)
    for (dW, _db), (W, _b) in zip(grads, params, strict=False):
        W += lam * dW
    return grads


ACCEPTED = [
    regularized_by_sum,
    regularized_in_place,
    regularized_from_scratch,
    plain_regularized_gradients,
    with_own,
]
TOLD = [
    (regularized(lambda dW, db, W, lam: (dW + lam * W**2, db)), "l2_gradients/squared"),
    (regularized(lambda dW, db, W, lam: (lam * W, db)), "nothing of the gradient of the data loss"),
    (kind_missing, "kind-ignored"),
    (list_plus_list, "lists-joined"),
    (lam_m, "divided-by-n"),
    (penalty_scalar, "constant"),
    (reversed_zip, "raised"),
    (biases, "biases-too"),
    (in_place_grads_ok_but_w, "changed-arguments"),
]
