"""mse_loss: what must pass, and what must be told."""

import numpy as np


def mse_by_dot(p, y):
    return (p - y) @ (p - y) / len(y)


def mse_by_loop(p, y):
    return sum((a - b) ** 2 for a, b in zip(p, y, strict=True)) / len(p)


def mse_by_norm(p, y):
    return np.linalg.norm(p - y) ** 2 / np.size(y)


def mse_expanded(p, y):
    return np.array(np.mean(p**2) - 2 * np.mean(p * y) + np.average(y**2))


def mse_by_moments(p, y, axis=None):
    return np.var(p - y) + np.mean(p - y) ** 2


def one_example_fewer(p, y):
    return np.sum((p - y) ** 2) / (len(y) - 1)


def half_of_the_sum(p, y):
    return np.sum((p - y) ** 2) / 2


def doubled(p, y):
    return 2 * np.mean((p - y) ** 2)


def size_written_in(p, y):
    return np.sum((p - y) ** 2) / 6


def whole_division(p, y):
    return np.sum((p - y) ** 2) // len(y)


def difference_in_place(p, y):
    p -= y
    return np.mean(p**2)


def told_in_words(p, y):
    return f"{np.mean((p - y) ** 2):.3f}"


def table_over_n(p, y):
    return ((p[:, None] - y[None, :]) ** 2).sum() / len(p)


def by_list(p, y):
    return np.mean([(a - b) ** 2 for a, b in zip(p, y, strict=False)])


ACCEPTED = [
    by_list,
    mse_by_dot,
    mse_by_loop,
    mse_by_norm,
    mse_expanded,
    mse_by_moments,
]

TOLD = [
    (table_over_n, "table-of-pairs-summed"),
    (one_example_fewer, "exactly N/(N - 1) times", "length of an axis"),
    (half_of_the_sum, "half-of-the-sum"),
    (doubled, "exactly 2 times"),
    (size_written_in, "N/6", "as if N were 6 throughout"),
    (whole_division, "whole part", "fractions"),
    (difference_in_place, "changed what it was given: p"),
    (told_in_words, "one number", "str"),
    (lambda p, y: 1 - np.sum((y - p) ** 2) / np.sum((y - y.mean()) ** 2), "r-squared"),
    (lambda p, y: np.mean((p - y) ** 2) / np.var(y), "share-of-the-spread"),
    (lambda p, y: np.mean(np.abs((p - y) / y)), "relative-errors"),
    (lambda p, y: np.mean(((y - p) / y) ** 2), "relative-errors-squared"),
]
