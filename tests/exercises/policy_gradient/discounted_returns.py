"""discounted_returns: what must pass, and what must be told."""

import numpy as np


def by_definition(rewards, gamma):
    T = len(rewards)
    return [sum(gamma ** (k - t) * rewards[k] for k in range(t, T)) for t in range(T)]


def by_matrix(rewards, gamma):
    t = np.arange(len(rewards))
    powers = np.where(t >= t[:, None], float(gamma) ** np.maximum(t - t[:, None], 0), 0)
    return powers @ np.asarray(rewards, dtype=float)


def inserted_in_front(rewards, gamma):
    returns, later = [], 0
    for r in rewards[::-1]:
        later = r + gamma * later
        returns.insert(0, later)
    return np.array(returns)


def recursion(rewards, gamma):
    rewards = list(rewards)
    if not rewards:
        return []
    rest = recursion(rewards[1:], gamma)
    return [rewards[0] + gamma * (rest[0] if rest else 0), *rest]


def in_the_array(rewards, gamma):
    G = np.array(rewards, dtype=float)
    for t in range(len(G) - 2, -1, -1):
        G[t] += gamma * G[t + 1]
    return G


def changed_rewards(rewards, gamma):
    for t in range(len(rewards) - 2, -1, -1):
        rewards[t] += gamma * rewards[t + 1]
    return rewards


def total_only(rewards, gamma):
    return sum(gamma**k * r for k, r in enumerate(rewards))


def only_two_steps(rewards, gamma):
    r = np.asarray(rewards, dtype=float)
    return r + gamma * np.append(r[1:], 0)


def squared_gamma(rewards, gamma):
    return in_the_array(rewards, gamma**2)


def walked_forward(rewards, gamma):
    G = np.array(rewards, dtype=float)
    for t in range(len(G) - 1):
        G[t] += gamma * G[t + 1]
    return G


def divided_by_gamma(rewards, gamma):
    t = np.arange(len(rewards))
    discounted = np.asarray(rewards) * gamma**t
    return discounted[::-1].cumsum()[::-1] / gamma**t


def negative_gamma(rewards, gamma):
    return in_the_array(rewards, -gamma)


ACCEPTED = [by_definition, by_matrix, inserted_in_front, recursion, in_the_array]

TOLD = [
    (changed_rewards, "changed what it was given: rewards"),
    (total_only, "returns"),
    (only_two_steps, "next-reward-only"),
    (squared_gamma, "returns"),
    (walked_forward, "next-reward-only"),
    (divided_by_gamma, "nan"),
    (negative_gamma, "returns"),
    (
        lambda r, gamma: np.array(
            [sum(gamma**k * x for k, x in enumerate(r[t : t + 2])) for t in range(len(r))]
        ),
        "next-reward-only",
    ),
    (
        lambda r, gamma: np.array(
            [sum(gamma**k * x for k, x in enumerate(r[t:-1])) for t in range(len(r))]
        ),
        "last-reward-left-out",
    ),
    (
        lambda r, gamma: np.array(
            [sum(gamma**k * x for k, x in enumerate(r[t : t + 3])) for t in range(len(r))]
        ),
        "last-step-right",
    ),
]
