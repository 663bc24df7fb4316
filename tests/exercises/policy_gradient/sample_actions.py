"""sample_actions: what must pass, and what must be told."""

import numpy as np

from bplab import nn


def by_counting(P, rng):
    u = rng.random(len(P))
    return np.minimum((P.cumsum(axis=1) <= u[:, None]).sum(axis=1), P.shape[1] - 1)


def row_by_row(P, rng):
    actions = []
    for row, u in zip(P, rng.random(len(P)), strict=True):
        total, chosen = 0.0, len(row) - 1
        for a, p in enumerate(row):
            total += p
            if total > u:
                chosen = a
                break
        actions.append(chosen)
    return actions


def by_searchsorted(P, rng):
    u = rng.random(len(P))
    found = [np.searchsorted(np.cumsum(row), x, side="right") for row, x in zip(P, u, strict=True)]
    return np.clip(found, 0, P.shape[1] - 1)


def last_sum_set_to_one(P, rng):
    sums = np.cumsum(P, axis=1)
    sums[:, -1] = 1.0
    return (sums > rng.random((len(P), 1))).argmax(axis=1)


def one_number_at_a_time(P, rng):
    return np.array([nn.sample_actions(row[None], rng)[0] for row in P])


def by_choice(P, rng):
    return np.array([rng.choice(len(row), p=row / row.sum()) for row in P])


def own_generator(P, rng):
    return nn.sample_actions(P, np.random.default_rng(0))


def global_generator(P, rng):
    np.random.seed(0)  # noqa: NPY002
    u = np.random.rand(len(P), 1)  # noqa: NPY002
    return np.minimum((P.cumsum(axis=1) <= u).sum(axis=1), P.shape[1] - 1)


def one_minus_u(P, rng):
    u = 1 - rng.random(len(P))
    return np.minimum((P.cumsum(axis=1) <= u[:, None]).sum(axis=1), P.shape[1] - 1)


def along_the_states(P, rng):
    return (np.cumsum(P, axis=0) > rng.random((len(P), 1))).argmax(axis=1)


def column(P, rng):
    return nn.sample_actions(P, rng)[:, None]


def probabilities_of_chosen(P, rng):
    return P[np.arange(len(P)), nn.sample_actions(P, rng)]


def P_changed(P, rng):
    P[:] = P.cumsum(axis=1)
    return np.minimum((P <= rng.random((len(P), 1))).sum(axis=1), P.shape[1] - 1)


ACCEPTED = [
    by_counting,
    row_by_row,
    by_searchsorted,
    last_sum_set_to_one,
    one_number_at_a_time,
    by_choice,
]

TOLD = [
    (own_generator, "other-numbers"),
    (global_generator, "other-numbers"),
    (one_minus_u, "u-turned-round"),
    (along_the_states, "actions"),
    (column, "shape"),
    (probabilities_of_chosen, "actions"),
    (P_changed, "changed what it was given: P"),
    (
        lambda P, rng: (P.cumsum(1) > rng.random(len(P))[:, None]).sum(1) - 1,
        "counted-from-the-right",
    ),
    (lambda P, rng: (P.cumsum(1) > rng.random(len(P))[:, None]).sum(1), "sums-above-counted"),
]
