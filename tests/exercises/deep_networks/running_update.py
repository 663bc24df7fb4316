"""running_update: what must pass, and what must be told."""

import numpy as np


def step_towards(running, X, momentum=0.9):
    mean, var = running
    return mean + (1 - momentum) * (X.mean(0) - mean), var + (1 - momentum) * (X.var(0) - var)


def by_hand(running, X, momentum=0.9):
    mu = sum(X) / len(X)
    spread = np.sum((X - mu) ** 2, axis=0) / len(X)
    return [
        [momentum * a + (1 - momentum) * b for a, b in zip(old, new, strict=True)]
        for old, new in zip(running, (mu, spread), strict=True)
    ]


ACCEPTED = [step_towards, by_hand]


def in_place(running, X, momentum=0.9):
    mean, var = running
    mean *= momentum
    mean += (1 - momentum) * X.mean(0)
    var *= momentum
    var += (1 - momentum) * X.var(0)
    return mean, var


TOLD = [
    (
        lambda r, X, momentum=0.9: (
            step_towards(r, X, momentum)[0],
            (1 - momentum) * r[1] + momentum * X.std(0),
        ),
        "mixed-otherwise",
        "(1 - momentum) times the old variance, plus momentum times the batch's standard deviation",
    ),
    (
        lambda r, X, momentum=0.9: (
            step_towards(r, X, momentum)[0],
            momentum * r[1] + (1 - momentum) * X.mean(0),
        ),
        "mixed-otherwise",
        "(1 - momentum) times the batch's mean",
    ),
    (lambda r, X, momentum=0.9: (X.mean(0), X.var(0)), "only-the-batch"),
    (
        lambda r, X, momentum=0.9: (
            (1 - momentum) * r[0] + momentum * X.mean(0),
            (1 - momentum) * r[1] + momentum * X.var(0),
        ),
        "shares-swapped",
    ),
    (
        lambda r, X, momentum=0.1: step_towards(r, X, momentum),
        "the default is 0.9",
    ),
    (
        lambda r, X, momentum=0.9: (
            momentum * r[0] + (1 - momentum) * X.mean(0),
            momentum * r[1] + (1 - momentum) * X.std(0),
        ),
        "deviation-for-variance",
    ),
    (
        lambda r, X, momentum=0.9: (
            momentum * r[0] + X.mean(0),
            momentum * r[1] + (1 - momentum) * X.var(0),
        ),
        "mixed-otherwise",
        "plus once the batch's mean",
    ),
    (lambda r, X, momentum=0.9: (r[0], step_towards(r, X, momentum)[1]), "mean"),
    (lambda r, X, momentum=0.9: step_towards((r[1], r[0]), X, momentum), "mean"),
    (lambda r, X, momentum=0.9: momentum * r + (1 - momentum) * X.mean(0), "raised"),
    (in_place, "changed"),
]
