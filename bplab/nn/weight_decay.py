"""L2: a price on large weights."""

import numpy as np


def l2_penalty(params, lam):
    """lam / 2 * sum(W**2) over all weights; biases are free.

    Parameters
    ----------
    params : list of (W, b)
    lam : float
        Strength, 0 or more.

    Returns
    -------
    float
    """
    return float(lam / 2 * sum(np.sum(W**2) for W, _ in params))


def l2_gradients(params, lam):
    """Gradients of the penalty: lam * W, and zeros for the biases.

    Parameters
    ----------
    params : list of (W, b)
    lam : float

    Returns
    -------
    list of (dW, db)
    """
    return [(lam * W, np.zeros(np.shape(b))) for W, b in params]
