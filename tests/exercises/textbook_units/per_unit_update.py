"""per_unit_update: what must pass, and what must be told."""

# ruff: noqa: B007, B905, E501, F841, UP031 (people write as they do)

import math

import numpy as np
from scipy.special import expit

from bplab import nn


def increments(x, t, weights, biases, l):
    O = [x]
    for w, theta in zip(weights, biases, strict=True):
        O.append(expit(O[-1] @ w + theta))
    err = O[-1] * (1 - O[-1]) * (t - O[-1])
    dw, db = [], []
    for layer in reversed(range(len(weights))):
        dw.insert(0, l * np.outer(O[layer], err))
        db.insert(0, l * err)
        err = O[layer] * (1 - O[layer]) * (weights[layer] @ err)
    return dw, db


def unit_vectorised(x, t, weights, biases, learning_rate):
    dw, db = increments(x, t, weights, biases, learning_rate)
    return (
        [w + d for w, d in zip(weights, dw, strict=True)],
        [b + d for b, d in zip(biases, db, strict=True)],
    )


def unit_by_descent_on_copies(x, t, weights, biases, learning_rate):
    weights, biases = [w.copy() for w in weights], [b.copy() for b in biases]
    dw, db = increments(x, t, weights, biases, learning_rate)
    for i in range(len(weights)):
        weights[i] -= -dw[i]
        biases[i] -= -db[i]
    return weights, biases


def unit_by_loops(x, t, weights, biases, learning_rate):
    O = [list(x)]
    for w, theta in zip(weights, biases, strict=True):
        O.append(
            [
                1 / (1 + math.exp(-(sum(w[i][j] * O[-1][i] for i in range(len(w))) + theta[j])))
                for j in range(len(theta))
            ]
        )
    Err = {len(O) - 1: [o * (1 - o) * (T - o) for o, T in zip(O[-1], t, strict=True)]}
    for layer in range(len(O) - 2, 0, -1):
        w = weights[layer]
        Err[layer] = [
            o * (1 - o) * sum(Err[layer + 1][k] * w[j][k] for k in range(w.shape[1]))
            for j, o in enumerate(O[layer])
        ]
    new_w = [
        [
            [w[i][j] + learning_rate * Err[n + 1][j] * O[n][i] for j in range(w.shape[1])]
            for i in range(w.shape[0])
        ]
        for n, w in enumerate(weights)
    ]
    new_b = [
        [b + learning_rate * e for b, e in zip(theta, Err[n + 1], strict=True)]
        for n, theta in enumerate(biases)
    ]
    return [new_w, new_b]


def copies_updated(x, t, weights, biases, learning_rate):
    import copy

    W = copy.deepcopy(weights)
    B = copy.deepcopy(biases)
    O = [np.array(x)]
    for w, b in zip(W, B):
        O.append(1 / (1 + np.exp(-(O[-1].dot(w) + b))))
    err = [None] * len(W)
    err[-1] = O[-1] * (1 - O[-1]) * (t - O[-1])
    for l in range(len(W) - 2, -1, -1):
        err[l] = O[l + 1] * (1 - O[l + 1]) * (W[l + 1].dot(err[l + 1]))
    for l in range(len(W)):
        W[l] += learning_rate * np.outer(O[l], err[l])
        B[l] += learning_rate * err[l]
    return W, B


def unit_by_unit(x, t, weights, biases, l):
    outs = [x]
    for k in range(len(weights)):
        I = [
            biases[k][j] + sum(weights[k][i][j] * outs[k][i] for i in range(len(outs[k])))
            for j in range(len(biases[k]))
        ]
        outs.append([nn.sigmoid(v) for v in I])
    Err = {}
    top = len(weights)
    for j in range(len(outs[top])):
        Err[top, j] = outs[top][j] * (1 - outs[top][j]) * (t[j] - outs[top][j])
    for k in range(top - 1, 0, -1):
        for j in range(len(outs[k])):
            Err[k, j] = (
                outs[k][j]
                * (1 - outs[k][j])
                * sum(Err[k + 1, m] * weights[k][j, m] for m in range(len(outs[k + 1])))
            )
    nw = [
        np.array(
            [
                [w[i, j] + l * Err[k + 1, j] * outs[k][i] for j in range(w.shape[1])]
                for i in range(w.shape[0])
            ]
        )
        for k, w in enumerate(weights)
    ]
    nb = [np.array([b[j] + l * Err[k + 1, j] for j in range(len(b))]) for k, b in enumerate(biases)]
    return nw, nb


def update(
    err=lambda O, t: O * (1 - O) * (t - O),
    slope=lambda O: O * (1 - O),
    back=lambda e, w: w @ e,
    dw=None,
    db=None,
    act=nn.sigmoid,
):
    def per_unit_update(x, t, weights, biases, learning_rate):
        O = [x]
        for w, b in zip(weights, biases):
            O.append(act(O[-1] @ w + b))
        E = [err(O[-1], t)]
        for w, o in zip(weights[:0:-1], O[-2:0:-1]):
            E.insert(0, slope(o) * back(E[0], w))
        n = len(weights)
        return (
            [
                w + learning_rate * (np.outer(O[i], E[i]) if dw is None else dw(O, E, i, n))
                for i, w in enumerate(weights)
            ],
            [
                b + learning_rate * (E[i] if db is None else db(O, E, i, n))
                for i, b in enumerate(biases)
            ],
        )

    return per_unit_update


def returns_errors_too(x, t, weights, biases, l):
    return (*nn.per_unit_update(x, t, weights, biases, l), [0])


def list_of_pairs(x, t, weights, biases, l):
    return list(zip(*nn.per_unit_update(x, t, weights, biases, l)))


def biases_weights_swapped(x, t, weights, biases, l):
    return nn.per_unit_update(x, t, weights, biases, l)[::-1]


def last_layer_linear_output(x, t, weights, biases, l):
    O = [x]
    for w_, b in zip(weights, biases):
        O.append(nn.sigmoid(O[-1] @ w_ + b))
    O[-1] = O[-2] @ weights[-1] + biases[-1]
    E = [t - O[-1]]
    for w_, o in zip(weights[:0:-1], O[-2:0:-1]):
        E.insert(0, o * (1 - o) * (w_ @ E[0]))
    return [w_ + l * np.outer(o, e) for w_, o, e in zip(weights, O, E)], [
        b + l * e for b, e in zip(biases, E)
    ]


ACCEPTED = [
    unit_vectorised,
    unit_by_descent_on_copies,
    unit_by_loops,
    copies_updated,
    unit_by_unit,
]

TOLD = [
    # slope of slope (sigmoid_grad(O))
    (
        update(err=lambda O, t: nn.sigmoid_grad(O) * (t - O), slope=lambda O: nn.sigmoid_grad(O)),
        "other-slope",
    ),
    # slope of slope hidden only
    (update(slope=lambda O: nn.sigmoid_grad(O)), "other-hidden-error"),
    # slope of slope output only
    (update(err=lambda O, t: nn.sigmoid_grad(O) * (t - O)), "other-output-error"),
    # output slope missing in increment only
    (
        update(
            dw=lambda O, E, i, n: np.outer(
                O[i], E[i] / (O[-1] * (1 - O[-1])) if i == n - 1 else E[i]
            ),
            db=lambda O, E, i, n: E[i] / (O[-1] * (1 - O[-1])) if i == n - 1 else E[i],
        ),
        "output-slope-missing-in-the-increment",
    ),
    # own output in increment: outer(O[i+1])... shape err
    (update(dw=lambda O, E, i, n: np.outer(O[i + 1], E[i])), "raised"),
    # increment with own output times err broadcast
    (
        update(dw=lambda O, E, i, n: np.ones((len(O[i]), 1)) * (O[i + 1] * E[i])),
        "output-of-the-receiver",
    ),
    # transposed outer -> shape
    (update(dw=lambda O, E, i, n: np.outer(E[i], O[i])), "raised", "axes, in the opposite order"),
    # absolute error
    (update(err=lambda O, t: O * (1 - O) * np.abs(t - O)), "other-output-error"),
    # O(1-O)(O-T) sign
    (update(err=lambda O, t: O * (1 - O) * (O - t)), "sign"),
    # relu slope hidden
    (update(slope=lambda O: (O > 0) * 1.0), "hidden-slope-missing"),
    # err softmax style
    (update(err=lambda O, t: (t - O) / len(t)), "output-slope-missing-and-factor"),
    # O(1+O)
    (update(slope=lambda O: O * (1 + O)), "other-hidden-error"),
    # bias update scaled by O
    (update(db=lambda O, E, i, n: E[i] * O[i + 1]), "other-threshold-step"),
    # bias update averaged
    (update(db=lambda O, E, i, n: np.full_like(E[i], E[i].mean())), "other-threshold-step"),
    # back: w.T
    (update(back=lambda e, w: e @ w), "raised"),
    # back: mean
    (update(back=lambda e, w: w @ e / len(e)), "other-hidden-error"),
    (returns_errors_too, "wrong-type"),
    (list_of_pairs, "swapped"),
    (biases_weights_swapped, "swapped"),
    (last_layer_linear_output, "linear-output"),
]


def opposite_and_biases_half_as_far(x, t, weights, biases, l):
    new, moved = nn.per_unit_update(x, t, weights, biases, -l)
    return new, [(old + b) / 2 for old, b in zip(biases, moved, strict=True)]


NOT_SAID = [(opposite_and_biases_half_as_far, "Every step has the right length")]
