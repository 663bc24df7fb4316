"""A policy: probabilities of actions, and how to make those more likely that went well.

Williams 1992, "Simple statistical gradient-following algorithms for connectionist reinforcement
learning" (REINFORCE).
"""

import numpy as np

from bplab.nn.class_scores import softmax


def policy(theta, S):
    """softmax(S @ theta): the probability of each action in each state.

    Parameters
    ----------
    theta : ndarray, (D, A)
    S : ndarray, (N, D)

    Returns
    -------
    ndarray, (N, A)
        Finite for scores of any size; rows sum to 1.
    """
    return softmax(S @ theta)


def sample_actions(P, rng):
    """An action for each row, drawn with its probabilities.

    One uniform number a row; the first action whose cumulative probability exceeds it.

    Parameters
    ----------
    P : ndarray, (N, A)
    rng : numpy.random.Generator

    Returns
    -------
    ndarray of int, (N,)
    """
    u = rng.random(len(P))
    reached = np.cumsum(P, axis=1) > u[:, None]
    reached[:, -1] = True  # rounding may leave the sum of a row below 1
    return reached.argmax(axis=1)


def log_policy_gradient(theta, s, a):
    """Gradient of log pi(a given s): s times (one-hot(a) - pi(s)). Uphill.

    Parameters
    ----------
    theta : ndarray, (D, A)
    s : ndarray, (D,)
    a : int

    Returns
    -------
    ndarray, (D, A)
    """
    p = policy(theta, s[None])[0]
    return np.outer(s, np.eye(len(p))[a] - p)


def policy_gradient(theta, S, actions, advantages):
    """Gradient of the loss -mean(advantages * log pi(actions given S)).

    The softmax and cross-entropy gradient of chapter 3, every row weighted by its advantage.

    Parameters
    ----------
    theta : ndarray, (D, A)
    S : ndarray, (N, D)
    actions : ndarray of int, (N,)
    advantages : ndarray, (N,)
        Constants: no gradient flows through them.

    Returns
    -------
    ndarray, (D, A)
    """
    P = policy(theta, S)
    dscores = (P - np.eye(P.shape[1])[actions]) * np.asarray(advantages)[:, None] / len(S)
    return S.T @ dscores
