"""standardize: what must pass, and what must be told."""

import numpy as np

from bplab import nn


def with_eps(returns):
    return (returns - np.mean(returns)) / (np.std(returns) + 1e-8)


def with_smaller_eps(returns):
    r = np.asarray(returns, float)
    d = r - r.mean()
    return d / (np.sqrt((d**2).mean()) + 1e-9)


def with_a_guard(returns):
    if max(returns) - min(returns) < 1e-12:
        return np.zeros(len(returns))
    return (returns - np.mean(returns)) / np.std(returns)


def by_hand(returns):
    N = len(returns)
    mean = sum(returns) / N
    spread = (sum((r - mean) ** 2 for r in returns) / N) ** 0.5
    return [0.0 if spread < 1e-10 else (r - mean) / spread for r in returns]


def eps_in_the_root(returns):
    return (returns - np.mean(returns)) / np.sqrt(np.var(returns) + 1e-2)


def divided_first(returns):
    return returns / (np.std(returns) + 1e-8) - np.mean(returns)


def by_mean_distance(returns):
    d = returns - np.mean(returns)
    return d / (np.abs(d).mean() + 1e-8)


def negative(returns):
    return -with_eps(returns)


def by_largest(returns):
    return (returns - np.mean(returns)) / (np.max(np.abs(returns)) + 1e-8)


def by_median(returns):
    return (returns - np.median(returns)) / (np.std(returns) + 1e-8)


def in_place(returns):
    returns -= returns.mean().astype(returns.dtype)
    return with_eps(returns)


ACCEPTED = [with_eps, with_smaller_eps, with_a_guard, by_hand]

TOLD = [
    (eps_in_the_root, "advantages"),
    (divided_first, "advantages"),
    (by_mean_distance, "advantages"),
    (negative, "opposite"),
    (by_largest, "advantages"),
    (by_median, "advantages"),
    (in_place, "changed what it was given"),
    (lambda r: nn.standardize(r) if np.ptp(r) > 1e-9 else np.ones(len(r)), "all-ones-for-equals"),
    (lambda r: nn.standardize(r) if np.ptp(r) > 1e-9 else np.full(len(r), 0.5), "returns[0] = 0.1"),
]
