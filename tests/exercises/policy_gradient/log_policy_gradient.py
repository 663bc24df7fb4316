"""log_policy_gradient: what must pass, and what must be told."""

import numpy as np

from bplab import nn


def column_by_column(theta, s, a):
    p = nn.softmax((s @ theta)[None])[0]
    g = -np.outer(s, p)
    g[:, a] += s
    return g


def as_negative_loss(theta, s, a):
    P = nn.policy(theta, s[None])
    return -s[:, None] @ nn.softmax_cross_entropy_backward(P, np.array([a]))


def entry_by_entry(theta, s, a):
    p = nn.policy(theta, s.reshape(1, -1)).ravel()
    return [[s[i] * ((j == a) - p[j]) for j in range(len(p))] for i in range(len(s))]


def by_quotient(theta, s, a):
    p = nn.policy(theta, s[None])[0]
    return np.outer(s, p[a] * (np.eye(len(p))[a] - p)) / p[a]


def flat(theta, s, a):
    return nn.log_policy_gradient(theta, s, a).ravel()


def of_action_0(theta, s, a):
    return nn.log_policy_gradient(theta, s, 0)


def of_next_action(theta, s, a):
    return nn.log_policy_gradient(theta, s, (a + 1) % theta.shape[1])


def by_scores(theta, s, a):
    return np.outer(s, np.eye(theta.shape[1])[a] - s @ theta)


def without_table(theta, s, a):
    p = nn.policy(theta, s[None])[0]
    return s @ np.outer(s, np.eye(len(p))[a] - p)


def doubled(theta, s, a):
    return 2 * nn.log_policy_gradient(theta, s, a)


def plus(theta, s, a):
    p = nn.policy(theta, s[None])[0]
    return np.outer(s, np.eye(len(p))[a] + p)


def largest_of_each_column(theta, s, a):
    Z = s[None] @ theta
    E = np.exp(Z - Z.max(axis=0))
    return np.outer(s, np.eye(theta.shape[1])[a] - (E / E.sum())[0])


ACCEPTED = [column_by_column, as_negative_loss, entry_by_entry, by_quotient]

TOLD = [
    (flat, "shape"),
    (of_action_0, "gradient"),
    (of_next_action, "gradient"),
    (by_scores, "gradient"),
    (without_table, "shape"),
    (doubled, "2 times"),
    (plus, "p-added"),
    (largest_of_each_column, "even-probabilities"),
]
