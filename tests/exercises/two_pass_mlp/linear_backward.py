"""linear_backward: what must pass, and what must be told."""

# ruff: noqa: B007, B905, E501, F841, UP031 (people write as they do)

import numpy as np


def linear_back_by_einsum(dZ, X, W):
    return (
        np.einsum("nh,dh->nd", dZ, W),
        np.einsum("nd,nh->dh", X, dZ),
        np.einsum("nh->h", dZ),
    )


def linear_back_by_loops(dZ, X, W):
    dX, dW, db = np.zeros(X.shape), np.zeros(W.shape), np.zeros(W.shape[1])
    for i in range(len(X)):
        dX[i] = W @ dZ[i]
        dW += np.outer(X[i], dZ[i])
        db += dZ[i]
    return [dX, dW, db]


def linear_back_with_ones(dZ, X, W):
    return (W @ dZ.T).T, (dZ.T @ X).T, np.ones(len(dZ)) @ dZ


def linear_back_as_lists(dZ, X, W):
    return (dZ @ W.T).tolist(), np.dot(X.T, dZ).tolist(), list(dZ.sum(axis=0))


def dot_and_reshape(dout, x, w):
    dx = np.dot(dout, w.T).reshape(x.shape)
    dw = x.reshape(x.shape[0], -1).T.dot(dout)
    db = np.sum(dout, axis=0)
    return dx, dw, db


def row_by_row(dZ, X, W):
    m = X.shape[0]
    dW = np.zeros_like(W)
    db = np.zeros(W.shape[1])
    dX = np.zeros_like(X)
    for i in range(m):
        dW += X[i][:, None] * dZ[i][None, :]
        db += dZ[i]
        dX[i] = W @ dZ[i]
    return [dX, dW, db]


def tensordot(dZ, X, W):
    return (np.tensordot(dZ, W, axes=([1], [1])), (dZ.T @ X).T, np.ones(len(dZ)) @ dZ)


def all_averaged_incl_dx(dZ, X, W):
    N = len(X)
    return dZ @ W.T / N, X.T @ dZ / N, dZ.sum(0) / N


def db_mean_keepdims_and_dw_m_andrew_ng(dZ, X, W):
    m = X.shape[0]
    return dZ @ W.T, X.T @ dZ / m, np.sum(dZ, axis=0, keepdims=True) / m


def loop_db_assigned_not_added(dZ, X, W):
    dW = np.zeros_like(W)
    db = np.zeros(W.shape[1])
    for i in range(len(X)):
        dW += np.outer(X[i], dZ[i])
        db = dZ[i]
    return dZ @ W.T, dW, db


def dict(dZ, X, W):
    return {"dX": dZ @ W.T, "dW": X.T @ dZ, "db": dZ.sum(0)}


def dw_db_dx_order_other_dw_dx_db(dZ, X, W):
    return X.T @ dZ, dZ @ W.T, dZ.sum(0)


def l2_term_added(dZ, X, W):
    return dZ @ W.T, X.T @ dZ + 0.01 * W, dZ.sum(0)


def dx_summed(dZ, X, W):
    return (dZ @ W.T).sum(0), X.T @ dZ, dZ.sum(0)


def dx_with_bias_abs(dZ, X, W):
    return np.abs(dZ @ W.T), X.T @ dZ, dZ.sum(0)


ACCEPTED = [
    linear_back_by_einsum,
    linear_back_by_loops,
    linear_back_with_ones,
    linear_back_as_lists,
    dot_and_reshape,
    row_by_row,
    tensordot,
]

TOLD = [
    (all_averaged_incl_dx, "factor-size"),
    (db_mean_keepdims_and_dw_m_andrew_ng, "averaged-again"),
    (loop_db_assigned_not_added, "as-if"),
    (dict, "wrong-type"),
    (dw_db_dx_order_other_dw_dx_db, "swapped"),
    (l2_term_added, "term-extra"),
    (dx_summed, "reduced-too-far"),
    (dx_with_bias_abs, "transformed"),
    (
        lambda dZ, X, W: (dZ @ W.T, dZ.T @ X, dZ.mean(axis=0)),
        "factors-exchanged-and-bias-averaged",
    ),
    (
        lambda dZ, X, W: (dZ @ W.T, X.T @ dZ, (dZ @ W.T).sum(axis=0)),
        "bias-from-the-inputs-gradient",
    ),
    (lambda dZ, X, W: (dZ @ (dZ.T @ X), X.T @ dZ, dZ.sum(axis=0)), "back-through-dW"),
    (
        lambda dZ, X, W: (X.T @ dZ, dZ.sum(axis=0, keepdims=True), dZ @ W.T),
        "order-of-returns",
        "taken apart by place",
    ),
]
