"""split_indices: what must pass, and what must be told."""

import math

import numpy as np


def split_by_floor(N, fractions, rng):
    order = rng.permutation(N)
    a = int(fractions[0] * N)
    b = a + int(fractions[1] * N)
    return order[:a], order[a:b], order[b:]


def split_by_shuffle(N, fractions, rng):
    order = list(range(N))
    rng.shuffle(order)
    a, b = round(N * fractions[0]), round(N * (fractions[0] + fractions[1]))
    return [order[:a], order[a:b], order[b:]]


def split_by_choice(N, fractions, rng):
    order = rng.choice(np.arange(N), size=N, replace=False)
    return tuple(np.split(order, (np.cumsum(fractions[:2]) * N).astype(int)))


def split_by_drawing(N, fractions, rng):
    train = rng.choice(N, round(fractions[0] * N), replace=False)
    rest = np.setdiff1d(np.arange(N), train)
    validation = rng.choice(rest, round(fractions[1] * N), replace=False)
    return train, validation, np.setdiff1d(rest, validation)


def cut(order, fractions):
    a, b = round(fractions[0] * len(order)), round((fractions[0] + fractions[1]) * len(order))
    return order[:a], order[a:b], order[b:]


def plain_split_indices(N, fractions, rng):
    idx = rng.permutation(N)
    a = int(round(fractions[0] * N))
    b = int(round((fractions[0] + fractions[1]) * N))
    return (idx[:a], idx[a:b], idx[b:])


def floor_cumsum(N, fractions, rng):
    idx = rng.permutation(N)
    a = int(fractions[0] * N)
    b = int((fractions[0] + fractions[1]) * N)
    return (idx[:a], idx[a:b], idx[b:])


def rounded_sizes(N, fractions, rng):
    idx = np.arange(N)
    rng.shuffle(idx)
    n1, n2 = (round(N * fractions[0]), round(N * fractions[1]))
    return (idx[:n1], idx[n1 : n1 + n2], idx[n1 + n2 :])


def lists(N, fractions, rng):
    idx = rng.permutation(N)
    a = int(round(fractions[0] * N))
    b = int(round((fractions[0] + fractions[1]) * N))
    return (list(idx[:a]), list(idx[a:b]), list(idx[b:]))


def floors_rest_to_test(N, fractions, rng):
    idx = rng.permutation(N)
    n1 = int(N * fractions[0])
    n2 = int(N * fractions[1])
    return (idx[:n1], idx[n1 : n1 + n2], idx[n1 + n2 :])


def val_test_swapped(N, fractions, rng):
    idx = rng.permutation(N)
    a = int(round(fractions[0] * N))
    b = int(round((fractions[0] + fractions[1]) * N))
    return (idx[:a], idx[b:], idx[a:b])


def argwhere_column(N, fractions, rng):
    idx = rng.permutation(np.argwhere(np.ones(N)))
    a = int(round(fractions[0] * N))
    b = int(round((fractions[0] + fractions[1]) * N))
    return (idx[:a], idx[a:b], idx[b:])


def boolean_masks(N, fractions, rng):
    u = rng.permutation(N) / N
    return (
        u < fractions[0],
        (u >= fractions[0]) & (u < fractions[0] + fractions[1]),
        u >= fractions[0] + fractions[1],
    )


def overlap_of_one(N, fractions, rng):
    idx = rng.permutation(N)
    a = int(round(fractions[0] * N))
    b = int(round((fractions[0] + fractions[1]) * N))
    return (idx[:a], idx[a - 1 : b], idx[b:])


def second_cut_wrong(N, fractions, rng):
    idx = rng.permutation(N)
    a = round(N * fractions[0])
    b = round(N * fractions[1])
    return (idx[:a], idx[a:b], idx[b:])


def ceil(N, fractions, rng):
    idx = rng.permutation(N)
    a = math.ceil(N * fractions[0])
    b = math.ceil(N * fractions[1])
    return (idx[:a], idx[a : a + b], idx[a + b :])


ACCEPTED = [
    split_by_drawing,
    split_by_shuffle,
    split_by_choice,
    plain_split_indices,
    floor_cumsum,
    rounded_sizes,
    lists,
]


def all_but_one(N, fractions, rng):
    order = rng.permutation(N - 1)
    a, b = round(N * fractions[0]), round(N * (fractions[0] + fractions[1]))
    return order[:a], order[a:b], order[b:]


TOLD = [
    (split_by_floor, "rounded-down"),
    (
        lambda N, fractions, rng: tuple(map(rng.permutation, cut(np.arange(N), fractions))),
        "same indices with two different generators",
    ),
    (
        lambda N, fractions, rng: cut(np.roll(np.arange(N), rng.integers(1, N)), fractions),
        "without a gap",
    ),
    (lambda N, fractions, rng: cut(rng.permutation(N), (0.8, 0.1, 0.1)), "The shares ask for"),
    (floors_rest_to_test, "rounded-down"),
    (val_test_swapped, "order-swapped"),
    (argwhere_column, "not-a-row"),
    (boolean_masks, "wrong-type"),
    (overlap_of_one, "overlap"),
    (second_cut_wrong, "second-cut-before-the-first"),
    (ceil, "rounded-up"),
    (all_but_one, "rest-lost", "1 is in none."),
]
