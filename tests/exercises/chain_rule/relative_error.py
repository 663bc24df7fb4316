"""relative_error: what must pass, and what must be told."""

import numpy as np

from bplab import nn


def error_by_entry(a, b):
    worst = 0.0
    for u, v in zip(np.ravel(a), np.ravel(b), strict=True):
        worst = max(worst, abs(u - v) / max(abs(u) + abs(v), 1e-8))
    return worst


def error_with_clip(a, b):
    return (np.abs(np.subtract(a, b)) / np.clip(np.abs(a) + np.abs(b), 1e-8, None)).max()


def error_as_array(a, b):
    size = np.where(np.abs(a) + np.abs(b) > 1e-8, np.abs(a) + np.abs(b), 1e-8)
    return np.array(np.amax(np.abs(b - a) / size))


def length_of_the_sum(a, b):
    return np.linalg.norm(a - b) / np.linalg.norm(a + b)


def sums_over_sums(a, b):
    return np.abs(a - b).sum() / max(np.abs(a).sum() + np.abs(b).sum(), 1e-08)


def by_generator(a, b):
    pairs = zip(np.ravel(a), np.ravel(b), strict=True)
    return max(abs(u - v) / max(1e-8, abs(u) + abs(v)) for u, v in pairs)


ACCEPTED = [
    by_generator,
    error_by_entry,
    error_with_clip,
    error_as_array,
]


def largest_sizes_added(a, b):
    return np.max(np.abs(a - b)) / max(np.max(np.abs(a)) + np.max(np.abs(b)), 1e-8)


def by_argmax(a, b):
    off = np.abs(a - b).reshape(-1)
    at = int(off.argmax())
    return off[at] / max(np.abs(a).reshape(-1)[at] + np.abs(b).reshape(-1)[at], 1e-8)


TOLD = [
    (by_argmax, "that-of-the-largest-difference"),
    (lambda a, b: np.max(np.abs(a - b) / np.maximum(a + b, 1e-8)), "sizes-with-signs"),
    (sums_over_sums, "sums-compared"),
    (length_of_the_sum, "norm-of-the-sum"),
    (lambda a, b: 100 * nn.relative_error(a, b), "100 times"),
    (lambda a, b: 1 - nn.relative_error(a, b), "belongs there"),
    (lambda a, b: max(abs(a - b) / (abs(a) + abs(b))), "whole array"),
    (lambda a, b: float(np.max((a - b) ** 2 / np.maximum(abs(a) + abs(b), 1e-8))), "belongs there"),
    (largest_sizes_added, "largest-sizes-added"),
    (
        lambda a, b: np.max((a - b) / (np.abs(a) + np.abs(b) + 1e-8)),
        "floor-added-and-difference-with-sign",
    ),
]
