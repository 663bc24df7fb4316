"""softmax_cross_entropy_backward: what must pass, and what must be told."""

# ruff: noqa: B007, B905, E501, F841, UP031 (people write as they do)

import numpy as np


def targets(P, y):
    return np.eye(P.shape[1])[y]


def one_hot(y, C):
    return np.eye(C)[y]


def scores_by_one_hot(P, y):
    return (P - one_hot(y, P.shape[1])) / P.shape[0]


def scores_by_comparison(P, y):
    return (P - (np.arange(P.shape[1]) == y[:, None])) / len(P)


def scores_by_jacobian(P, y):
    dZ = np.empty_like(P)
    for i, (p, c) in enumerate(zip(P, y, strict=True)):
        dP = np.zeros_like(p)
        dP[c] = -1 / p[c] / len(y)
        dZ[i] = (np.diag(p) - np.outer(p, p)) @ dP
    return dZ


def scores_by_loop(P, y):
    dZ = [[p / len(P) for p in row] for row in P]
    for i, c in enumerate(y):
        dZ[i][c] -= 1 / len(P)
    return dZ


def in_place_on_a_copy(P, y):
    m = y.shape[0]
    grad = np.copy(P)
    grad[range(m), y] -= 1
    grad /= m
    return grad


def entry_by_entry(P, y):
    return np.array(
        [
            [(P[i, c] - (1.0 if c == y[i] else 0.0)) / P.shape[0] for c in range(P.shape[1])]
            for i in range(P.shape[0])
        ]
    )


def labels_compared_with_classes(P, y):
    T = (y[:, None] == np.arange(P.shape[1])).astype(float)
    return (P - T) * (1 / len(P))


def sum_over_instead_of_n_no_division_in_place(P, y):
    P[np.arange(len(y)), y] -= 1
    return P


def in_place_right(P, y):
    P[np.arange(len(y)), y] -= 1
    return P / len(y)


def a_1_p_at_true(P, y):
    d = np.zeros_like(P)
    d[np.arange(len(y)), y] = -1 / P[np.arange(len(y)), y]
    return d / len(y)


def p_y_1(P, y):
    d = P.copy()
    d[:, y] -= 1
    return d / len(y)


def p_y_none(P, y):
    return (P - y.reshape(-1, 1)) / len(y)


def p_y_broadcasting_error(P, y):
    return (P - y) / len(y)


def off_by_one_label(P, y):
    d = P.copy()
    d[np.arange(len(y)), y - 1] -= 1
    return d / len(y)


def sum_over_rows(P, y):
    return ((P - targets(P, y)) / len(y)).sum(axis=0)


ACCEPTED = [
    scores_by_one_hot,
    scores_by_comparison,
    scores_by_jacobian,
    scores_by_loop,
    in_place_on_a_copy,
    entry_by_entry,
    labels_compared_with_classes,
]


def one_class_early_and_summed(P, y):
    dZ = P.copy()
    dZ[np.arange(len(y)), y - 1] -= 1
    return dZ


def one_over_n_taken_off(P, y):
    dZ = P.copy()
    dZ[np.arange(len(y)), y] -= 1 / len(y)
    return dZ


def with_smoothed_labels(P, y):
    T = np.full(P.shape, 0.1 / P.shape[1])
    T[np.arange(len(y)), y] += 0.9
    return (P - T) / len(y)


TOLD = [
    (sum_over_instead_of_n_no_division_in_place, "changed-arguments"),
    (in_place_right, "in-place"),
    (a_1_p_at_true, "stops-at-the-probabilities"),
    (p_y_1, "columns-not-entries"),
    (p_y_none, "no-one-hot"),
    (p_y_broadcasting_error, "labels-subtracted"),
    (off_by_one_label, "class-before"),
    (sum_over_rows, "reduced-too-far"),
    (one_class_early_and_summed, "class-before-and-factor"),
    (one_over_n_taken_off, "only-the-one-averaged"),
    (with_smoothed_labels, "labels-smoothed", "0.9 of the label"),
    (
        lambda P, y: np.where(np.arange(P.shape[1]) == y[:, None], 0, P) / len(y),
        "label-emptied",
    ),
]
