"""An LSTM through time, forward and back."""

import numpy as np

from bplab.nn.lstm_step import lstm_step_backward, lstm_step_forward


def lstm_forward(X, h0, c0, Wx, Wh, b):
    """State and memory after each step.

    Parameters
    ----------
    X : ndarray, (N, T, D)
    h0, c0 : ndarray, (N, H)
    Wx, Wh, b : ndarray
        (D, 4H), (H, 4H), (4H,).

    Returns
    -------
    H, C : ndarray, (N, T, H)
    """
    h, c, states, memories = h0, c0, [], []
    for t in range(X.shape[1]):
        h, c = lstm_step_forward(X[:, t], h, c, Wx, Wh, b)
        states.append(h)
        memories.append(c)
    return np.stack(states, axis=1), np.stack(memories, axis=1)


def lstm_backward(dH, X, h0, c0, H, C, Wx, Wh, b):
    """Blame through time, along h and along c.

    Parameters
    ----------
    dH : ndarray, (N, T, H)
        What each h receives from outside the recurrence. Nothing reaches the last c from later.
    X : ndarray, (N, T, D)
    h0, c0 : ndarray, (N, H)
    H, C : ndarray, (N, T, H)
        From `lstm_forward`.
    Wx, Wh, b : ndarray

    Returns
    -------
    dX, dh0, dc0, dWx, dWh, db : ndarray
    """
    dX, dh, dc = np.zeros(X.shape), np.zeros(h0.shape), np.zeros(c0.shape)
    dWx, dWh, db = np.zeros(Wx.shape), np.zeros(Wh.shape), np.zeros(len(b))
    for t in reversed(range(X.shape[1])):
        h_prev, c_prev = (H[:, t - 1], C[:, t - 1]) if t > 0 else (h0, c0)
        dX[:, t], dh, dc, dwx, dwh, d = lstm_step_backward(
            dH[:, t] + dh, dc, X[:, t], h_prev, c_prev, Wx, Wh, b
        )
        dWx, dWh, db = dWx + dwx, dWh + dwh, db + d
    return dX, dh, dc, dWx, dWh, db
