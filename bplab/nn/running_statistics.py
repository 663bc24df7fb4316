"""Batch normalization once training is over: what it remembers of the batches it has seen."""

import numpy as np


def running_update(running, X, momentum=0.9):
    """Mix the statistics of one more batch into the running ones.

    Parameters
    ----------
    running : (mean, var)
        Two arrays (D,).
    X : ndarray, (N, D)
    momentum : float
        The share of the old; the batch has the rest.

    Returns
    -------
    mean, var : ndarray, (D,)
        New arrays. The batch's variance is the biased one.
    """
    mean, var = running
    return (
        momentum * mean + (1 - momentum) * X.mean(axis=0),
        momentum * var + (1 - momentum) * X.var(axis=0),
    )


def batchnorm_predict(X, gamma, beta, running, eps=1e-5):
    """gamma * (X - mean) / sqrt(var + eps) + beta, with the running mean and variance.

    Nothing here depends on the other rows: a patient who comes alone gets what the crowd gets.

    Parameters
    ----------
    X : ndarray, (N, D)
    gamma, beta : ndarray, (D,)
    running : (mean, var)
        From `running_update`.
    eps : float

    Returns
    -------
    ndarray, (N, D)
    """
    mean, var = running
    return gamma * (X - mean) / np.sqrt(var + eps) + beta
