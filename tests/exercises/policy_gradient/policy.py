"""policy: what must pass, and what must be told."""

import numpy as np

from bplab import nn


def row_by_row(theta, S):
    rows = []
    for s in S:
        scores = s @ theta
        e = np.exp(scores - scores.max())
        rows.append((e / e.sum()).tolist())
    return rows


def by_logsumexp(theta, S):
    scores = np.einsum("nd,da->na", S, theta)
    top = scores.max(axis=1, keepdims=True)
    return np.exp(scores - top - np.log(np.exp(scores - top).sum(axis=1, keepdims=True)))


def shifted_by_largest_of_its_row(theta, S):
    scores = (theta.T @ S.T).T
    return nn.softmax(scores)


def shifted_by_largest_of_all(theta, S):
    E = np.exp(S @ theta - (S @ theta).max())
    return E / E.sum(axis=1, keepdims=True)


def transposed(theta, S):
    return nn.policy(theta, S).T


def first_state_only(theta, S):
    return nn.policy(theta, S)[0]


def doubled_scores(theta, S):
    return nn.softmax(2 * S @ theta)


def not_divided(theta, S):
    return np.exp(S @ theta - (S @ theta).max(axis=1, keepdims=True))


def one_largest(theta, S):
    logits = S @ theta
    E = np.exp(logits - np.max(logits))
    return E / np.sum(E, axis=-1, keepdims=True)


ACCEPTED = [row_by_row, by_logsumexp, shifted_by_largest_of_its_row]

TOLD = [
    (shifted_by_largest_of_all, "P"),
    (transposed, "P has shape"),
    (first_state_only, "P has shape"),
    (doubled_scores, "P"),
    (not_divided, "P"),
    (one_largest, "one-shift-for-all"),
]
