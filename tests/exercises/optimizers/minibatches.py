"""minibatches: what must pass, and what must be told."""

import math

import numpy as np

from bplab import nn


def batches_by_shuffle(N, batch_size, rng):
    order = np.arange(N)
    rng.shuffle(order)
    return [order[i : i + batch_size] for i in range(0, N, batch_size)]


def batches_by_sorting_random_numbers(N, batch_size, rng):
    order = np.argsort(rng.random(N))
    return np.array_split(order, np.arange(batch_size, N, batch_size))


def batches_of_lists(N, batch_size, rng):
    order = [int(i) for i in rng.choice(N, N, replace=False)]
    return tuple(order[i : i + batch_size] for i in range(0, N, batch_size))


def batches_by_yield(N, batch_size, rng):
    order = rng.permutation(N)
    for start in range(0, N, batch_size):
        yield order[start : start + batch_size]


def batches_sorted_inside(N, batch_size, rng):
    order = rng.permutation(N)
    return [np.sort(order[i : i + batch_size]) for i in range(0, N, batch_size)]


def batches_drawn_one_by_one(N, batch_size, rng):
    left, batches = list(range(N)), []
    while left:
        size = min(batch_size, len(left))
        batches.append([left.pop(int(rng.integers(len(left)))) for _ in range(size)])
    return batches


def cut(order, size):
    return [order[i : i + size] for i in range(0, len(order), size)]


def half_shuffled(N, size, rng):
    return cut(np.concatenate([rng.permutation(N // 2), np.arange(N // 2, N)]), size)


def array_split(N, batch_size, rng):
    idx = np.arange(N)
    rng.shuffle(idx)
    n = -(-N // batch_size)
    return [idx[k * batch_size : (k + 1) * batch_size] for k in range(n)]


def while_instead(N, batch_size, rng):
    perm = rng.permutation(N)
    batches = []
    start = 0
    while start < N:
        end = min(start + batch_size, N)
        batches.append(perm[start:end])
        start = end
    return batches


def full_then_rest_cs229_style(N, batch_size, rng):
    permutation = list(rng.permutation(N))
    num_complete = math.floor(N / batch_size)
    mini = []
    for k in range(num_complete):
        mini.append(permutation[k * batch_size : (k + 1) * batch_size])
    if N % batch_size != 0:
        mini.append(permutation[num_complete * batch_size :])
    return mini


def permuted_arange(N, batch_size, rng):
    order = rng.permuted(np.arange(N, dtype=np.int32))
    return np.split(order, range(batch_size, N, batch_size))


def rng_choice_with_replacement_per_batch(N, batch_size, rng):
    return [rng.choice(N, min(batch_size, N - i)) for i in range(0, N, batch_size)]


def rng_choice_no_replacement_in_batch(N, batch_size, rng):
    return [
        rng.choice(N, batch_size, replace=False) if batch_size <= N else rng.permutation(N)
        for _ in range(max(1, N // batch_size))
    ]


def shuffle_returns_none(N, batch_size, rng):
    idx = rng.shuffle(np.arange(N))
    return [idx[i : i + batch_size] for i in range(0, N, batch_size)]


def slices_off_by_one(N, batch_size, rng):
    idx = rng.permutation(N)
    return [idx[i : i + batch_size - 1] for i in range(0, N, batch_size)]


ACCEPTED = [
    batches_sorted_inside,
    batches_drawn_one_by_one,
    batches_by_shuffle,
    batches_by_sorting_random_numbers,
    batches_of_lists,
    batches_by_yield,
    array_split,
    while_instead,
    full_then_rest_cs229_style,
    permuted_arange,
]


def shortest_batch_anywhere(N, size, rng):
    batches = cut(np.arange(N), size)
    return [batches[i] for i in rng.permutation(len(batches))]


def shortest_batch_first(N, size, rng):
    order = rng.permutation(N)
    return [order[: N % size]] * (N % size > 0) + cut(order[N % size :], size)


TOLD = [
    (lambda N, size, rng: np.array_split(rng.permutation(N), N // size), "A rest makes a part"),
    (half_shuffled, "followed by a neighbor"),
    (lambda N, size, rng: cut(np.arange(N)[::-1], size), "backward"),
    (lambda N, size, rng: np.array_split(rng.permutation(N), size), "5, 5, 5"),
    (lambda N, size, rng: cut(rng.permutation(N) + 1, size), "numbered 0 to"),
    (
        lambda N, size, rng: [np.isin(np.arange(N), b) for b in nn.minibatches(N, size, rng)],
        "true and false",
    ),
    (lambda N, size, rng: cut(np.random.default_rng().permutation(N), size), "Two calls"),
    (lambda N, size, rng: [rng.permutation(N)[:0], rng.permutation(N)], "empty"),
    (lambda N, size, rng: rng.permutation(N), "one array of"),
    (rng_choice_with_replacement_per_batch, "with-replacement"),
    (rng_choice_no_replacement_in_batch, "with-replacement"),
    (shuffle_returns_none, "raised"),
    (slices_off_by_one, "not-once"),
    (shortest_batch_anywhere, "only-batches-shuffled"),
    (shortest_batch_first, "small-batch-not-last", "number 1"),
]
