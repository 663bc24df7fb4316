"""Backpropagation through time: the steps of a recurrent network, forward and back.

Werbos 1990, "Backpropagation through time: what it does and how to do it".
"""

import numpy as np

from bplab.nn.recurrent_step import rnn_step_backward, rnn_step_forward


def rnn_forward(X, h0, Wx, Wh, b):
    """The state after each step.

    Parameters
    ----------
    X : ndarray, (N, T, D)
    h0 : ndarray, (N, H)
    Wx, Wh, b : ndarray
        (D, H), (H, H), (H,).

    Returns
    -------
    ndarray, (N, T, H)
    """
    h, states = h0, []
    for t in range(X.shape[1]):
        h = rnn_step_forward(X[:, t], h, Wx, Wh, b)
        states.append(h)
    return np.stack(states, axis=1)


def rnn_backward(dH, X, h0, H, Wx, Wh):
    """Blame through time: at each step what comes from outside, and what comes from later.

    The weights serve every step, so their gradients add over the steps.

    Parameters
    ----------
    dH : ndarray, (N, T, H)
        What each state receives from outside the recurrence.
    X : ndarray, (N, T, D)
    h0 : ndarray, (N, H)
    H : ndarray, (N, T, H)
        From `rnn_forward`.
    Wx, Wh : ndarray
        (D, H), (H, H).

    Returns
    -------
    dX, dh0, dWx, dWh, db : ndarray
        In the shapes of X, h0, Wx, Wh, b.
    """
    dX, later = np.zeros(X.shape), np.zeros(h0.shape)
    dWx, dWh, db = np.zeros(Wx.shape), np.zeros(Wh.shape), np.zeros(len(Wh))
    for t in reversed(range(X.shape[1])):
        h_prev = H[:, t - 1] if t > 0 else h0
        dX[:, t], later, dwx, dwh, d = rnn_step_backward(
            dH[:, t] + later, X[:, t], h_prev, H[:, t], Wx, Wh
        )
        dWx, dWh, db = dWx + dwx, dWh + dwh, db + d
    return dX, later, dWx, dWh, db


def truncated_rnn_backward(dH, X, h0, H, Wx, Wh, steps):
    """Blame through time that crosses no cut; the state does.

    Time is cut into stretches of `steps` from the beginning; the last may be shorter.

    Parameters
    ----------
    dH, X, h0, H, Wx, Wh
        As for `rnn_backward`.
    steps : int
        At least 1; may exceed T.

    Returns
    -------
    dX, dWx, dWh, db : ndarray

    Raises
    ------
    ValueError
        For `steps` below 1.
    """
    if steps < 1:
        raise ValueError(f"steps must be at least 1, got {steps}.")
    dX = np.zeros(X.shape)
    dWx, dWh, db = np.zeros(Wx.shape), np.zeros(Wh.shape), np.zeros(len(Wh))
    for start in range(0, X.shape[1], steps):
        part = slice(start, start + steps)
        before = H[:, start - 1] if start > 0 else h0
        dX[:, part], _, dwx, dwh, d = rnn_backward(
            dH[:, part], X[:, part], before, H[:, part], Wx, Wh
        )
        dWx, dWh, db = dWx + dwx, dWh + dwh, db + d
    return dX, dWx, dWh, db
