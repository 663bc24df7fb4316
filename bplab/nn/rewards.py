"""What a reward at the end says of the steps before it."""

import numpy as np


def discounted_returns(rewards, gamma):
    """G[t] = r[t] + gamma G[t + 1]: the rewards from each step to the end, later ones for less.

    Parameters
    ----------
    rewards : sequence of numbers, (T,)
    gamma : float, 0 to 1
        What a reward is worth a step before it comes.

    Returns
    -------
    ndarray, (T,)
    """
    returns = np.zeros(len(rewards))
    later = 0.0
    for t in reversed(range(len(rewards))):
        later = rewards[t] + gamma * later
        returns[t] = later
    return returns


def standardize(returns):
    """Returns with mean 0 and spread 1 (divided by N): better or worse than usual.

    Parameters
    ----------
    returns : ndarray, (N,)

    Returns
    -------
    ndarray, (N,)
        Zeros if all are equal.
    """
    returns = np.asarray(returns, dtype=float)
    spread = returns.std()
    # The mean of six times 0.1 is not quite 0.1: what rounding leaves is no spread.
    if spread <= 1e-12 * np.abs(returns).max(initial=0.0):
        return np.zeros(returns.shape)
    return (returns - returns.mean()) / spread
