"""Dropout: train with units missing, so that none can be relied on.

Srivastava et al. 2014, "Dropout: a simple way to prevent neural networks from overfitting"; in
the inverted form, which scales in training so that nothing is left to do at test time.
"""

import numpy as np


def dropout_forward(A, keep_prob, rng, train=True):
    """Keep each entry with probability `keep_prob`, scaled by 1 / keep_prob; else 0.

    Parameters
    ----------
    A : ndarray, any shape
    keep_prob : float
        In (0, 1].
    rng : numpy.random.Generator
        The mask is `rng.random(A.shape) < keep_prob`; not used at test time.
    train : bool
        False: nothing is dropped and nothing scaled.

    Returns
    -------
    out : ndarray, shape of `A`
    mask : ndarray of 0. and 1., shape of `A`

    Raises
    ------
    ValueError
        When `keep_prob` is not in (0, 1].
    """
    _check_keep_prob(keep_prob)
    if not train:
        return A.copy(), np.ones(A.shape)
    mask = (rng.random(A.shape) < keep_prob).astype(float)
    return A * mask / keep_prob, mask


def dropout_backward(dout, mask, keep_prob):
    """dA: what was dropped gets nothing, what was scaled is scaled again.

    Parameters
    ----------
    dout, mask : ndarray, the same shape
    keep_prob : float
        In (0, 1].

    Returns
    -------
    ndarray, shape of `dout`

    Raises
    ------
    ValueError
        When `keep_prob` is not in (0, 1].
    """
    _check_keep_prob(keep_prob)
    return dout * mask / keep_prob


def _check_keep_prob(keep_prob):
    if not 0 < keep_prob <= 1:
        raise ValueError(f"keep_prob must be in (0, 1], got {keep_prob}.")
