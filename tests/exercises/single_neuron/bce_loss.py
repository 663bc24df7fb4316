"""bce_loss: what must pass, and what must be told."""

import math

import numpy as np

from bplab import nn


def bce_by_where(a, y):
    a = np.clip(a, 1e-12, 1 - 1e-12)
    return -np.mean(np.where(y == 1, np.log(a), np.log(1 - a)))


def bce_by_maximum(a, y):
    return -np.mean(y * np.log(np.maximum(a, 1e-12)) + (1 - y) * np.log(np.maximum(1 - a, 1e-12)))


def bce_by_loop(a, y):
    total = 0.0
    for ai, yi in zip(a, y, strict=True):
        p = ai if yi == 1 else 1 - ai
        total -= math.log(min(max(p, 1e-12), 1 - 1e-12))
    return total / len(y)


def bce_by_power(a, y):
    a = np.clip(a, 1e-12, 1 - 1e-12)
    return -np.log(a**y * (1 - a) ** (1 - y)).mean()


def bce_with_small_addends(a, y):
    return -np.mean(y * np.log(a + 1e-12) + (1 - y) * np.log(1 - a + 1e-12))


def bce_by_class(a, y):
    a = np.clip(a, 1e-12, 1 - 1e-12)
    return -(np.log(a[y == 1]).sum() + np.log(1 - a[y == 0]).sum()) / len(a)


def bce_by_distance(a, y, *, eps=1e-12):
    return -np.log(np.clip(1 - np.abs(y - a), eps, None)).mean()


def halved(a, y):
    return nn.bce_loss(a, y) / 2


def clipped_on_one_side(a, y):
    with np.errstate(all="ignore"):
        a = np.maximum(a, 1e-12)
        return -np.mean(y * np.log(a) + (1 - y) * np.log(1 - a))


def infinities_dropped(a, y):
    with np.errstate(all="ignore"):
        yes, no = y * np.log(a), (1 - y) * np.log(1 - a)
    return -np.mean(np.nan_to_num(yes, neginf=0) + np.nan_to_num(no, neginf=0))


def clipped_in_place(a, y):
    np.clip(a, 1e-12, 1 - 1e-12, out=a)
    return -np.mean(y * np.log(a) + (1 - y) * np.log(1 - a))


def small_addend(a, y):
    return -np.mean(y * np.log(a + 1e-07) + (1 - y) * np.log(1 - a + 1e-07))


def larger_addend(a, y):
    return -np.mean(y * np.log(a + 1e-05) + (1 - y) * np.log(1 - a + 1e-05))


def one_term_and_no_clip(a, y):
    return -np.mean(y * np.log(a))


def sign_and_no_clip(a, y):
    return np.mean(-y * np.log(a) + (1 - y) * np.log(1 - a))


def labels_in_the_logarithm(a, y):
    return -np.mean(a * np.log(y + 1e-09) + (1 - a) * np.log(1 - y + 1e-09))


def labels_bare_in_the_logarithm(a, y):
    return -np.mean(a * np.log(y) + (1 - a) * np.log(1 - y))


def column_and_no_clip(a, y):
    a = a.reshape(-1, 1)
    return -np.mean(y * np.log(a) + (1 - y) * np.log(1 - a))


def column_summed(a, y):
    a = np.clip(a, 1e-12, 1 - 1e-12).reshape(-1, 1)
    return -np.sum(y * np.log(a) + (1 - y) * np.log(1 - a)) / len(y)


def summed_and_no_clip(a, y):
    return -np.sum(y * np.log(a) + (1 - y) * np.log(1 - a))


def negative_and_no_clip(a, y):
    return np.mean(y * np.log(a) + (1 - y) * np.log(1 - a))


def brackets_and_no_clip(a, y):
    return -np.mean(y * np.log(a) + 1 - y * np.log(1 - a))


def label_in_the_second_logarithm(a, y):
    return -np.mean(y * np.log(a) + (1 - y) * np.log(1 - y))


def by_loop_and_where(a, y):
    e = 1e-12
    a = np.where(a < e, e, np.where(a > 1 - e, 1 - e, a))
    s = 0
    for i in range(len(y)):
        s += y[i] * math.log(a[i]) + (1 - y[i]) * math.log(1 - a[i])
    return -s / len(y)


def by_log1p(a, y):
    a = np.minimum(np.maximum(a, 1e-12), 1 - 1e-12)
    return -(y @ np.log(a) + (1 - y) @ np.log1p(-a)) / y.shape[0]


ACCEPTED = [
    by_log1p,
    by_loop_and_where,
    bce_by_where,
    bce_by_maximum,
    bce_by_loop,
    bce_by_power,
    bce_with_small_addends,
    bce_by_class,
    bce_by_distance,
]


def nan_to_num_of_terms(a, y):
    return -np.mean(np.nan_to_num(y * np.log(a) + (1 - y) * np.log(1 - a)))


def mean_of_numbers_only(a, y):
    return -np.nanmean(y * np.log(a) + (1 - y) * np.log(1 - a))


TOLD = [
    (label_in_the_second_logarithm, "logarithm-of-a-label"),
    (brackets_and_no_clip, "brackets"),
    (negative_and_no_clip, "negative"),
    (summed_and_no_clip, "summed"),
    (column_summed, "table-of-pairs-summed"),
    (column_and_no_clip, "table-of-pairs"),
    (labels_bare_in_the_logarithm, "logarithm-of-a-label"),
    (labels_in_the_logarithm, "swapped-arguments"),
    (sign_and_no_clip, "sign-slip"),
    (one_term_and_no_clip, "healthy-free"),
    (larger_addend, "added-1e-05"),
    (small_addend, "added-1e-07"),
    (halved, "exactly 1/2 times"),
    (clipped_on_one_side, "not a finite number"),
    (infinities_dropped, "right on 5 of 6 cases", "a = [1. , 0. , 0.6, 0.2]"),
    (clipped_in_place, "changed what it was given: a"),
    (nan_to_num_of_terms, "nan-replaced"),
    (mean_of_numbers_only, "nan-left-out"),
]
