"""One step of an LSTM: a memory with a road of its own, and gates that say what passes.

Hochreiter and Schmidhuber 1997, "Long short-term memory"; the forget gate is that of Gers,
Schmidhuber and Cummins 2000, "Learning to forget".
"""

import numpy as np

from bplab.nn.neuron import sigmoid


def lstm_step_forward(x, h_prev, c_prev, Wx, Wh, b):
    """c = f * c_prev + i * g and h = o * tanh(c).

    Parameters
    ----------
    x : ndarray, (N, D)
    h_prev, c_prev : ndarray, (N, H)
    Wx : ndarray, (D, 4H)
        Four blocks of H columns: input, forget, output, candidate.
    Wh : ndarray, (H, 4H)
    b : ndarray, (4H,)

    Returns
    -------
    h, c : ndarray, (N, H)
    """
    i, f, o, g = _gates(x, h_prev, Wx, Wh, b)
    c = f * c_prev + i * g
    return o * np.tanh(c), c


def lstm_step_backward(dh, dc, x, h_prev, c_prev, Wx, Wh, b):
    """Blame for everything that went into one step.

    Parameters
    ----------
    dh, dc : ndarray, (N, H)
        `dc` is what c receives from later; what h sends into c is added here.
    x, h_prev, c_prev, Wx, Wh, b : ndarray
        As for `lstm_step_forward`.

    Returns
    -------
    dx, dh_prev, dc_prev, dWx, dWh, db : ndarray
    """
    i, f, o, g = _gates(x, h_prev, Wx, Wh, b)
    bent = np.tanh(f * c_prev + i * g)
    into_c = dc + dh * o * (1 - bent**2)
    da = np.concatenate(
        [
            into_c * g * i * (1 - i),
            into_c * c_prev * f * (1 - f),
            dh * bent * o * (1 - o),
            into_c * i * (1 - g**2),
        ],
        axis=1,
    )
    return da @ Wx.T, da @ Wh.T, into_c * f, x.T @ da, h_prev.T @ da, da.sum(axis=0)


def _gates(x, h_prev, Wx, Wh, b):
    z, H = x @ Wx + h_prev @ Wh + b, len(b) // 4
    gates = sigmoid(z[:, : 3 * H])  # one call for three: a sequence has many steps
    return gates[:, :H], gates[:, H : 2 * H], gates[:, 2 * H :], np.tanh(z[:, 3 * H :])
