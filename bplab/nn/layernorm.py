"""Layer normalization: every row to mean 0 and spread 1, whoever else is in the batch.

Ba, Kiros and Hinton 2016, "Layer normalization".
"""

import numpy as np


def layernorm_forward(X, gamma, beta, eps=1e-5):
    """gamma * X_hat + beta with X_hat = (X - mean) / sqrt(var + eps), by row.

    Parameters
    ----------
    X : ndarray, (N, D)
    gamma, beta : ndarray, (D,)
    eps : float

    Returns
    -------
    out : ndarray, (N, D)
    cache : dict
        `X_hat` (N, D) and `std` (N,), which is sqrt(var + eps) with the biased variance.
    """
    std = np.sqrt(X.var(axis=1) + eps)
    X_hat = (X - X.mean(axis=1, keepdims=True)) / std[:, None]
    return gamma * X_hat + beta, {"X_hat": X_hat, "std": std}


def layernorm_backward(dout, cache, gamma):
    """Gradients through the normalization, mean and variance included.

    dX = (dX_hat - mean(dX_hat) - X_hat * mean(dX_hat * X_hat)) / std, means by row; gamma and beta
    serve all rows, so their gradients add over the rows.

    Parameters
    ----------
    dout : ndarray, (N, D)
    cache : dict
        `X_hat` and `std`, from `layernorm_forward`.
    gamma : ndarray, (D,)

    Returns
    -------
    dX : ndarray, (N, D)
    dgamma, dbeta : ndarray, (D,)
    """
    X_hat, std = cache["X_hat"], cache["std"]
    d = dout * gamma
    away = d.mean(axis=1, keepdims=True) + X_hat * (d * X_hat).mean(axis=1, keepdims=True)
    return (d - away) / std[:, None], (dout * X_hat).sum(axis=0), dout.sum(axis=0)
