"""cross_entropy: what must pass, and what must be told."""

# ruff: noqa: B007, B905, E501, F841, UP031 (people write as they do)

import math

import numpy as np


def targets(P, y):
    return np.eye(P.shape[1])[y]


def one_hot(y, C):
    return np.eye(C)[y]


def loss_by_one_hot(P, y):
    return -np.sum(one_hot(y, P.shape[1]) * np.log(np.clip(P, 1e-12, 1))) / len(y)


def loss_by_loop(P, y):
    return sum(-math.log(max(P[i][c], 1e-12)) for i, c in enumerate(y)) / len(y)


def loss_with_added_eps(P, y):
    return np.array(-np.log(P[range(len(y)), y] + 1e-12).mean())


def loss_clipped_on_both_sides(P, y):
    p = np.clip(P, 1e-12, 1 - 1e-12)
    return np.mean([-np.log(row[c]) for row, c in zip(p, y, strict=True)])


def loss_by_take(P, y):
    p = np.take_along_axis(P, y[:, None], axis=1)
    return -np.mean(np.log(np.maximum(p, 1e-12)))


def range_and_clip(P, y):
    N = P.shape[0]
    log_lik = -np.log(np.clip(P[range(N), y], 1e-12, None))
    return np.sum(log_lik) / N


def loop_with_if(P, y):
    total = 0.0
    for row, label in zip(P, y):
        p = row[label]
        if p < 1e-12:
            p = 1e-12
        total -= math.log(p)
    return total / len(y)


def one_hot_sum(P, y):
    one_hot = np.zeros_like(P)
    one_hot[np.arange(y.size), y] = 1
    return float(-(one_hot * np.log(np.maximum(P, 1e-12))).sum(axis=1).mean())


def comprehension(P, y):
    return np.mean([-np.log(max(P[i][c], 1e-12)) for i, c in enumerate(y)])


def log_p_1e_7(P, y):
    return -np.mean(np.log(P[np.arange(len(y)), y] + 1e-7))


def log_p_1e_8(P, y):
    return -np.sum(np.log(P[np.arange(len(y)), y] + 1e-8)) / len(y)


def log_p_1e_15(P, y):
    return -np.sum(np.log(P[np.arange(len(y)), y] + 1e-15)) / len(y)


def log_p_1e_9_and_one_hot(P, y):
    return -np.sum(targets(P, y) * np.log(P + 1e-9)) / P.shape[0]


def sum_no_clip(P, y):
    return -np.sum(np.log(P[np.arange(len(y)), y]))


def negative_no_clip(P, y):
    return np.mean(np.log(P[np.arange(len(y)), y]))


def mean_over_all_entries_no_clip_nan(P, y):
    return -np.mean(targets(P, y) * np.log(P))


def p_y_no_clip(P, y):
    return -np.mean(np.log(P[:, y]))


def log2_no_clip(P, y):
    return -np.mean(np.log2(P[range(len(y)), y]))


def y_treated_one_hot_y_log_p_shape_mismatch(P, y):
    return -np.sum(y * np.log(P)) / len(y)


def y_none_log_p(P, y):
    return -np.mean(y[:, None] * np.log(np.clip(P, 1e-12, 1)))


def sum_with_1e_7(P, y):
    return -np.sum(np.log(P[np.arange(len(y)), y] + 1e-7))


def divide_by_c(P, y):
    return -np.sum(np.log(np.maximum(P[np.arange(len(y)), y], 1e-12))) / P.shape[1]


def binary_cross_entropy_mean_over_all_entries(P, y):
    T = targets(P, y)
    p = np.clip(P, 1e-12, 1 - 1e-12)
    return -np.mean(T * np.log(p) + (1 - T) * np.log(1 - p))


def n_1(P, y):
    return -np.sum(np.log(np.maximum(P[np.arange(len(y)), y], 1e-12))) / (len(y) - 1)


def first_example_only_return_in_loop(P, y):
    for i in range(len(y)):
        return -np.log(max(P[i, y[i]], 1e-12))


def loss_overwritten_in_loop(P, y):
    for i in range(len(y)):
        loss = -np.log(max(P[i, y[i]], 1e-12))
    return loss / len(y)


ACCEPTED = [
    loss_by_one_hot,
    loss_by_loop,
    loss_with_added_eps,
    loss_clipped_on_both_sides,
    loss_by_take,
    range_and_clip,
    loop_with_if,
    one_hot_sum,
    comprehension,
]


def mean_of_class_means(P, y):
    losses = -np.log(np.clip(P[np.arange(len(y)), y], 1e-12, 1))
    return sum(losses[y == c].mean() for c in set(y.tolist())) / len(set(y.tolist()))


TOLD = [
    (log_p_1e_7, "added-1e-07"),
    (log_p_1e_8, "added-1e-08"),
    (log_p_1e_15, "other-clip"),
    (log_p_1e_9_and_one_hot, "added-1e-09"),
    (sum_no_clip, "summed"),
    (negative_no_clip, "negative"),
    (mean_over_all_entries_no_clip_nan, "mean-over-all-entries"),
    (p_y_no_clip, "columns-not-picked"),
    (log2_no_clip, "log-base-2"),
    (y_treated_one_hot_y_log_p_shape_mismatch, "labels-multiplied"),
    (y_none_log_p, "labels-as-factors-averaged"),
    (sum_with_1e_7, "added-1e-07-and-factor"),
    (divide_by_c, "factor-size"),
    (binary_cross_entropy_mean_over_all_entries, "binary-terms-added-and-factor"),
    (n_1, "factor-size"),
    (first_example_only_return_in_loop, "as-if"),
    (loss_overwritten_in_loop, "as-if"),
    (mean_of_class_means, "classes-averaged"),
]
