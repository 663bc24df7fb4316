"""What a running statistic was mixed from, and in which shares."""

from itertools import product

import numpy as np

from bplab.exam import Fault
from bplab.exam.compare import close

SHARES = {
    "momentum": lambda m: m,
    "(1 - momentum)": lambda m: 1 - m,
    "once": lambda m: 1.0,
    "half of": lambda m: 0.5,
    "nothing of": lambda m: 0.0,
}
OLD = {"the old mean": lambda mean, var: mean, "the old variance": lambda mean, var: var}
NEW = {
    "the batch's mean": lambda X, old: X.mean(axis=0),
    "the batch's variance": lambda X, old: X.var(axis=0),
    "the batch's variance, divided by N - 1": lambda X, old: X.var(axis=0, ddof=1),
    "the batch's standard deviation": lambda X, old: X.std(axis=0),
    "the batch's mean of squares": lambda X, old: (X**2).mean(axis=0),
    "the batch's mean squared distance from the old mean": lambda X, old: ((X - old) ** 2).mean(
        axis=0
    ),
    "the batch's sum of squared distances": lambda X, old: X.var(axis=0) * len(X),
    "the batch's sum": lambda X, old: X.sum(axis=0),
    "the batch's median": lambda X, old: np.median(X, axis=0),
    "the variance of the whole table": lambda X, old: X.var() + 0 * old,
    "the mean of the whole table": lambda X, old: X.mean() + 0 * old,
}
RIGHT = {
    "mean": ("momentum", "the old mean", "(1 - momentum)", "the batch's mean"),
    "var": ("momentum", "the old variance", "(1 - momentum)", "the batch's variance"),
}


def of_the_mixture(wrong, rows):
    """For `tells` of running_update: shares and what they are shares of, the nearest first."""
    due = RIGHT[wrong.name]
    ways = sorted(
        product(SHARES, OLD, SHARES, NEW),
        key=lambda way: sum(a != b for a, b in zip(way, due, strict=True)),
    )
    for way in ways:
        if way != due and all(_gives(way, given, leaf) for given, leaf, _ in rows):
            return Fault(
                "mixed-otherwise",
                f"{wrong.name} of yours is {_times(way[0])} {way[1]}, plus {_times(way[2])} "
                f"{way[3]}.",
                "Which two numbers are mixed here, and what is the share of each?",
                "momentum times the old, plus (1 - momentum) times the batch's: a mean is mixed "
                "with a mean, a variance with a variance.",
            )
    return None


def _times(share):
    return f"{share} times" if "momentum" in share else share


def _gives(way, given, leaf):
    mean, var = given["running"]
    m = given["momentum"]
    p, old, q, new = way
    mixed = SHARES[p](m) * OLD[old](mean, var) + SHARES[q](m) * NEW[new](given["X"], mean)
    return leaf.actual.shape == mixed.shape and bool(np.all(close(leaf.actual, mixed, 1e-9)))
