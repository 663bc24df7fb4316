"""One step of a recurrent network: the same layer at every moment, fed with its own last answer.

Elman 1990, "Finding structure in time".
"""

import numpy as np


def rnn_step_forward(x, h_prev, Wx, Wh, b):
    """h = tanh(x @ Wx + h_prev @ Wh + b).

    Parameters
    ----------
    x : ndarray, (N, D)
    h_prev : ndarray, (N, H)
    Wx : ndarray, (D, H)
    Wh : ndarray, (H, H)
    b : ndarray, (H,)

    Returns
    -------
    ndarray, (N, H)
    """
    return np.tanh(x @ Wx + h_prev @ Wh + b)


def rnn_step_backward(dh, x, h_prev, h, Wx, Wh):
    """Blame for everything that went into one step.

    Parameters
    ----------
    dh, h_prev, h : ndarray, (N, H)
    x : ndarray, (N, D)
    Wx : ndarray, (D, H)
    Wh : ndarray, (H, H)

    Returns
    -------
    dx, dh_prev, dWx, dWh, db : ndarray
        In the shapes of x, h_prev, Wx, Wh, b.
    """
    da = dh * (1 - h**2)
    return da @ Wx.T, da @ Wh.T, x.T @ da, h_prev.T @ da, da.sum(axis=0)
