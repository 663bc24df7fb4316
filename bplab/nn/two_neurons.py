"""Two neurons in a row: the shortest chain that has something to pass back."""

import math

from bplab.nn.neuron import sigmoid


def two_neuron_forward(x, y, w1, b1, w2, b2):
    """x -> tanh -> sigmoid -> squared error, one number at a time.

    Parameters
    ----------
    x, y, w1, b1, w2, b2 : float

    Returns
    -------
    dict
        `z1, a1, z2, a2, loss`: every value of the forward pass.
    """
    z1 = w1 * x + b1
    a1 = math.tanh(z1)
    z2 = w2 * a1 + b2
    a2 = float(sigmoid(z2))
    return {"z1": z1, "a1": a1, "z2": z2, "a2": a2, "loss": (a2 - y) ** 2}


def two_neuron_backward(x, y, w1, w2, values):
    """The same chain read backward: each line uses the one above it.

    Parameters
    ----------
    x, y, w1, w2 : float
    values : dict
        What `two_neuron_forward` returned.

    Returns
    -------
    dict
        `dw1, db1, dw2, db2, dx`, derivatives of the loss.
    """
    a1, a2 = values["a1"], values["a2"]
    da2 = 2 * (a2 - y)
    dz2 = da2 * a2 * (1 - a2)
    da1 = dz2 * w2
    dz1 = da1 * (1 - a1**2)
    return {"dw1": dz1 * x, "db1": dz1, "dw2": dz2 * a1, "db2": dz2, "dx": dz1 * w1}
