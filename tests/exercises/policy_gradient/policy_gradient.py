"""policy_gradient: what must pass, and what must be told."""

import numpy as np

from bplab import nn


def step_by_step(theta, S, actions, advantages):
    total = np.zeros(theta.shape)
    for s, a, w in zip(S, actions, advantages, strict=True):
        total -= w * nn.log_policy_gradient(theta, s, a)
    return total / len(S)


def by_einsum(theta, S, actions, advantages):
    E = nn.policy(theta, S)
    E[np.arange(len(S)), actions] -= 1
    return np.einsum("nd,na,n->da", S, E, advantages / len(S))


def by_chapter_3(theta, S, actions, advantages):
    dscores = nn.softmax_cross_entropy_backward(nn.policy(theta, S), actions)
    _, dtheta, _ = nn.linear_backward(dscores * np.reshape(advantages, (-1, 1)), S, theta)
    return dtheta


def weighted_states(theta, S, actions, advantages):
    E = nn.policy(theta, S) - np.eye(theta.shape[1])[actions]
    return np.mean((S * advantages[:, None])[:, :, None] * E[:, None, :], axis=0)


def weights_along_actions(theta, S, actions, advantages):
    E = nn.policy(theta, S) - np.eye(theta.shape[1])[actions]
    return S.T @ (E * np.resize(advantages, E.shape)) / len(S)


def broadcast_by_row(theta, S, actions, advantages):
    E = nn.policy(theta, S) - np.eye(theta.shape[1])[actions]
    return S.T @ (E * advantages) / len(S)


def halved(theta, S, actions, advantages):
    return nn.policy_gradient(theta, S, actions, advantages) / 2


def transposed(theta, S, actions, advantages):
    return nn.policy_gradient(theta, S, actions, advantages).T


def shifted_by_one(theta, S, actions, advantages):
    return nn.policy_gradient(theta, S, actions, np.roll(advantages, 1))


def actions_sorted(theta, S, actions, advantages):
    return nn.policy_gradient(theta, S, np.sort(actions), advantages)


def centred(theta, S, actions, advantages):
    return nn.policy_gradient(theta, S, actions, advantages - advantages.mean())


def averaged_over_entries(theta, S, actions, advantages):
    return nn.policy_gradient(theta, S, actions, advantages) / theta.shape[1]


def rows_of_actions(theta, S, actions, advantages):
    dZ = nn.policy(theta, S)
    dZ[actions] -= 1
    return S.T @ (dZ * np.asarray(advantages)[:, None]) / len(S)


def taken_alone(theta, S, actions, advantages):
    P = nn.policy(theta, S)
    dZ = np.zeros_like(P)
    at = np.arange(len(S)), actions
    dZ[at] = P[at] - 1
    return S.T @ (dZ * np.asarray(advantages)[:, None]) / len(S)


def through_the_softmax(slope):
    def fn(theta, S, actions, advantages):
        P = nn.policy(theta, S)
        dZ = P.copy()
        dZ[np.arange(len(S)), actions] -= 1
        return S.T @ (dZ * advantages[:, None] * slope(P)) / len(S)

    return fn


def made_returns_again(theta, S, actions, advantages):
    return nn.policy_gradient(theta, S, actions, nn.discounted_returns(advantages, 1.0))


ACCEPTED = [step_by_step, by_einsum, by_chapter_3, weighted_states]

TOLD = [
    (weights_along_actions, "dtheta"),
    (broadcast_by_row, "ValueError"),
    (halved, "1/2"),
    (transposed, "shape"),
    (shifted_by_one, "dtheta"),
    (actions_sorted, "dtheta"),
    (centred, "centred"),
    (averaged_over_entries, "1/A"),
    (rows_of_actions, "rows-for-pairs"),
    (taken_alone, "chosen-only"),
    (through_the_softmax(lambda P: P), "times-probabilities"),
    (through_the_softmax(lambda P: P * (1 - P)), "softmax-slope-twice"),
    (made_returns_again, "advantages-added-up"),
]
