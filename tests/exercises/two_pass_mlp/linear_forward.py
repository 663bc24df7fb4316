"""linear_forward: what must pass, and what must be told."""

# ruff: noqa: B007, B905, E501, F841, UP031 (people write as they do)

import numpy as np


def linear_by_einsum(X, W, b):
    return np.einsum("nd,dh->nh", X, W) + b


def linear_by_rows(X, W, b):
    return [[sum(x * w for x, w in zip(row, col, strict=True)) for col in W.T] + b for row in X]


def linear_with_a_column_of_ones(X, W, b):
    return np.hstack([X, np.ones((len(X), 1))]) @ np.vstack([W, b])


def tiled_bias(x, w, bias):
    return np.dot(x, w) + np.tile(bias, (x.shape[0], 1))


def three_loops(X, W, b):
    N = X.shape[0]
    M = W.shape[1]
    Z = np.zeros((N, M))
    for n in range(N):
        for m in range(M):
            s = 0.0
            for d in range(X.shape[1]):
                s += X[n, d] * W[d, m]
            Z[n, m] = s + b[m]
    return Z


def dot_and_newaxis(X, W, b):
    out = X.reshape(X.shape[0], -1).dot(W) + b[np.newaxis, :]
    return out


def columns_first(X, W, b):
    return (W.T @ X.T + b.reshape(-1, 1)).T


def lists_of_lists(X, W, b):
    return np.array(
        [
            [float(sum(xi * wi for xi, wi in zip(row, col)) + bj) for col, bj in zip(W.T, b)]
            for row in X
        ]
    ).tolist()


def b_sliced_as_column_reshape_1_1(X, W, b):
    return X @ W + b.reshape(-1, 1)


def w_x(X, W, b):
    return W @ X + b


def w_t_x_b(X, W, b):
    return np.dot(W.T, X) + b


def relu_applied(X, W, b):
    return np.maximum(0, X @ W + b)


def loop_overwritten_sum(X, W, b):
    Z = np.zeros((X.shape[0], W.shape[1]))
    for i in range(X.shape[0]):
        for j in range(W.shape[1]):
            for k in range(X.shape[1]):
                Z[i, j] = X[i, k] * W[k, j] + b[j]
    return Z


def bias_inside_loop_k(X, W, b):
    Z = np.zeros((X.shape[0], W.shape[1]))
    for i in range(X.shape[0]):
        for j in range(W.shape[1]):
            for k in range(X.shape[1]):
                Z[i, j] += X[i, k] * W[k, j] + b[j]
    return Z


def off_by_one_in_range_k(X, W, b):
    Z = np.zeros((X.shape[0], W.shape[1]))
    for k in range(1, X.shape[1]):
        Z += np.outer(X[:, k], W[k])
    return Z + b


def divided_by_n(X, W, b):
    return (X @ W + b) / len(X)


def returns_tuple_with_cache_cs231n(X, W, b):
    return X @ W + b, (X, W, b)


def forgot_return(X, W, b):
    Z = X @ W + b


def print_only(X, W, b):
    return (X @ W + b).sum(axis=1)


ACCEPTED = [
    linear_by_einsum,
    linear_by_rows,
    linear_with_a_column_of_ones,
    tiled_bias,
    three_loops,
    dot_and_newaxis,
    columns_first,
    lists_of_lists,
]

TOLD = [
    (b_sliced_as_column_reshape_1_1, "raised"),
    (w_x, "raised"),
    (w_t_x_b, "raised"),
    (relu_applied, "transformed"),
    (loop_overwritten_sum, "as-if"),
    (bias_inside_loop_k, "bias-per-input"),
    (off_by_one_in_range_k, "as-if"),
    (divided_by_n, "factor-size"),
    (returns_tuple_with_cache_cs231n, "too-many-returned"),
    (forgot_return, "returned-nothing"),
    (print_only, "reduced-too-far"),
]
