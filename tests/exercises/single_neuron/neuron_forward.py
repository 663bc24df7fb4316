"""neuron_forward: what must pass, and what must be told."""

import math

import numpy as np

from bplab import nn


def forward_by_rows(X, w, b):
    return [float(nn.sigmoid(sum(x * v for x, v in zip(row, w, strict=True)) + b)) for row in X]


def forward_by_einsum(X, w, b):
    return nn.sigmoid(np.einsum("ij,j->i", X, w) + b)


def forward_by_column(X, w, b):
    return nn.sigmoid(X @ w.reshape(-1, 1) + b)[:, 0]


def forward_with_bias_as_weight(X, w, b):
    return nn.sigmoid(np.hstack([X, np.ones((len(X), 1))]) @ np.append(w, b))


def forward_transposed(X, w, b):
    return tuple(nn.sigmoid(w @ X.T + b))


def forward_recursive(X, w, b=0.0):
    if len(X) == 0:
        return np.zeros(0)
    return np.concatenate([[nn.sigmoid(X[0] @ w + b)], forward_recursive(X[1:], w, b)])


def of_the_other_class(X, w, b):
    return 1 - nn.sigmoid(X @ w + b)


def sigmoid_twice(X, w, b):
    return nn.sigmoid(nn.sigmoid(X @ w + b))


def column(X, w, b):
    return nn.sigmoid(X @ w.reshape(-1, 1) + b)


def both_z_and_a(X, w, b):
    z = X @ w + b
    return z, nn.sigmoid(z)


def one_for_all(X, w, b):
    return nn.sigmoid(np.sum(X * w) + b)


def squeezed(X, w, b):
    return np.squeeze(nn.sigmoid(X @ w.reshape(-1, 1) + b))


def rows_without_bias(X, w, b):
    return np.array([nn.sigmoid(np.dot(x, w)) for x in X])


def bias_in_the_inner_loop(X, w, b):
    a = []
    for i in range(X.shape[0]):
        z = 0
        for j in range(X.shape[1]):
            z += X[i, j] * w[j] + b
        a.append(1 / (1 + np.exp(-z)))
    return np.array(a)


def ends_at_the_first_row(X, w, b):
    for x in X:
        return nn.sigmoid(x @ w + b)


def exponent_without_minus(X, w, b):
    return 1 / (1 + np.exp(X @ w + b))


def minus_on_the_product_only(X, w, b):
    return 1 / (1 + np.exp(-X @ w + b))


def by_two_loops_of_math(X, w, b):
    return np.array(
        [
            1 / (1 + math.exp(-(sum(X[i][j] * w[j] for j in range(len(w))) + b)))
            for i in range(len(X))
        ]
    )


def by_a_squeezed_column(X, w, b):
    return nn.sigmoid(np.matmul(X, w[:, None]).squeeze(-1) + b)


ACCEPTED = [
    by_a_squeezed_column,
    by_two_loops_of_math,
    forward_by_rows,
    forward_by_einsum,
    forward_by_column,
    forward_with_bias_as_weight,
    forward_transposed,
    forward_recursive,
]


def returns_in_the_loop(X, w, b):
    found = []
    for x in X:
        found.append(1 / (1 + np.exp(-(x @ w + b))))
        return np.array(found)


def standardizes(X, w, b):
    X = (X - X.mean(0)) / X.std(0)
    return 1 / (1 + np.exp(-(X @ w + b)))


TOLD = [
    (minus_on_the_product_only, "bias-subtracted"),
    (exponent_without_minus, "mirrored"),
    (ends_at_the_first_row, "one number"),
    (bias_in_the_inner_loop, "bias-per-input"),
    (rows_without_bias, "no-bias"),
    (of_the_other_class, "sigmoid/sign-of-exponent"),
    (sigmoid_twice, "sigmoid of what it should be", "once too often"),
    (column, "(6, 1)", "(6,) belongs there", "axis of length 1"),
    (both_z_and_a, "2 things where one is asked, a", "Number 2"),
    (one_for_all, "one number", "(6,) belongs there", "Where does it lose an axis"),
    (squeezed, "right on 4 of 5 cases", "one number"),
    (returns_in_the_loop, "less-than-asked", "At which round of its loop"),
    (standardizes, "inputs-rescaled"),
    (lambda X, w, b: nn.sigmoid(X.dot(w + b)), "bias-in-weights"),
]
