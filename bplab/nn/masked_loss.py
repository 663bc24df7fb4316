"""Cross-entropy over sequences of which some places do not count."""

import numpy as np


def masked_cross_entropy(scores, y, mask):
    """Mean cross-entropy of softmax over what is not masked, and its slope at the scores.

    Parameters
    ----------
    scores : ndarray, (N, T, C)
    y : ndarray of int, (N, T)
        A class at every place, masked ones too.
    mask : ndarray of 0 and 1, (N, T)
        1 where it counts; at least one.

    Returns
    -------
    loss : float
    dscores : ndarray, (N, T, C)
        0 where masked.
    """
    mask, count = np.asarray(mask, dtype=float), np.sum(mask)
    lowered = scores - scores.max(axis=-1, keepdims=True)
    log_p = lowered - np.log(np.exp(lowered).sum(axis=-1, keepdims=True))
    of_label = np.take_along_axis(log_p, y[..., None], axis=-1)[..., 0]
    one_hot = np.arange(scores.shape[-1]) == y[..., None]
    dscores = (np.exp(log_p) - one_hot) * mask[..., None] / count
    return float(-np.sum(of_label * mask) / count), dscores
