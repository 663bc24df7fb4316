"""Batch normalization: every column to mean 0 and spread 1, then stretched as training likes.

Ioffe and Szegedy 2015, "Batch normalization: accelerating deep network training by reducing
internal covariate shift".
"""

import numpy as np


def batchnorm_forward(X, gamma, beta, eps=1e-5):
    """gamma * X_hat + beta with X_hat = (X - mean) / sqrt(var + eps), by column.

    Parameters
    ----------
    X : ndarray, (N, D)
    gamma, beta : ndarray, (D,)
    eps : float

    Returns
    -------
    out : ndarray, (N, D)
    cache : dict
        `X_hat` (N, D) and `std` (D,), which is sqrt(var + eps) with the biased variance.
    """
    std = np.sqrt(X.var(axis=0) + eps)
    X_hat = (X - X.mean(axis=0)) / std
    return gamma * X_hat + beta, {"X_hat": X_hat, "std": std}


def batchnorm_backward(dout, cache, gamma):
    """Gradients through the normalization, mean and variance included.

    dX = (dX_hat - mean(dX_hat) - X_hat * mean(dX_hat * X_hat)) / std, means by column: the two
    subtractions are what shifting and scaling a whole column took away.

    Parameters
    ----------
    dout : ndarray, (N, D)
    cache : dict
        From `batchnorm_forward`.
    gamma : ndarray, (D,)

    Returns
    -------
    dX : ndarray, (N, D)
    dgamma, dbeta : ndarray, (D,)
    """
    X_hat, std = cache["X_hat"], cache["std"]
    dX_hat = dout * gamma
    dX = (dX_hat - dX_hat.mean(axis=0) - X_hat * (dX_hat * X_hat).mean(axis=0)) / std
    return dX, (dout * X_hat).sum(axis=0), dout.sum(axis=0)
