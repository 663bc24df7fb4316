"""Differences of a function, one entry nudged at a time."""

import numpy as np


def nudged(f, x, difference):
    """One entry after another; `difference(f, x, i)` nudges entry i of a fresh copy."""
    grad = np.zeros(np.shape(x))
    for i in np.ndindex(np.shape(x)):
        grad[i] = difference(f, np.array(x, dtype=float), i)
    return grad


def at(f, x, i, nudge):
    x = x.copy()
    x[i] += nudge
    return f(x)
