"""Inputs on one scale: learned from the training set, applied to everyone."""

import numpy as np


def fit_scaler(X):
    """Mean and standard deviation (divided by N) of every column.

    Parameters
    ----------
    X : ndarray, (N, D)
        The training set, and only that.

    Returns
    -------
    (mean, std) : ndarrays, (D,)
        std is 1 for a constant column, so that scaling it gives zeros.
    """
    # Comparing is exact; the std of a constant column may be 1e-17 by rounding.
    constant = (X == X[0]).all(axis=0)
    mean = np.where(constant, X[0], X.mean(axis=0))
    std = np.where(constant, 1.0, X.std(axis=0))
    return mean, std


def apply_scaler(X, scaler):
    """(X - mean) / std by column, with the mean and std of `fit_scaler`.

    Parameters
    ----------
    X : ndarray, (N, D)
    scaler : (mean, std)
        A std of 0 counts as 1.

    Returns
    -------
    ndarray, (N, D)
    """
    mean, std = (np.asarray(part, dtype=float) for part in scaler)
    return (X - mean) / np.where(std == 0, 1.0, std)
