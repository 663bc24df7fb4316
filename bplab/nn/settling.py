"""Recurrent backpropagation in the older sense: a network that settles, and its blame with it.

Almeida 1987, "A learning rule for asynchronous perceptrons with feedback in a combinatorial
environment"; Pineda 1987, "Generalization of back-propagation to recurrent neural networks".
"""

import numpy as np


def settle(x, W, U, b, tol=1e-12, max_steps=1000):
    """The a with a = tanh(a @ W + x @ U + b), by repeating just that from zeros.

    Parameters
    ----------
    x : ndarray, (N, D)
    W : ndarray, (H, H)
    U : ndarray, (D, H)
    b : ndarray, (H,)
    tol : float
        It has settled once no entry moves by as much.
    max_steps : int
        After that many steps the newest a comes back as it is.

    Returns
    -------
    ndarray, (N, H)
    """
    a = np.zeros((len(x), len(W)))
    for _ in range(max_steps):
        before, a = a, np.tanh(a @ W + x @ U + b)
        if np.max(np.abs(a - before)) < tol:
            break
    return a


def settle_backward(da, a, x, W, U):
    """Gradients at the fixed point.

    The blame goes round as the signal did, until it settles too: e = da + (e * slope) @ W.T.
    Where it settles is solved for.

    Parameters
    ----------
    da, a : ndarray, (N, H)
    x : ndarray, (N, D)
    W : ndarray, (H, H)
    U : ndarray, (D, H)

    Returns
    -------
    dx, dW, dU, db : ndarray
        In the shapes of x, W, U, b.
    """
    slope = 1 - a**2
    # Going round again and again ends where (I - W * slope) e = da: one system an example.
    systems = np.eye(len(W)) - W * slope[:, None, :]
    e = np.linalg.solve(systems, da[:, :, None])[:, :, 0]
    dz = e * slope
    return dz @ U.T, a.T @ dz, x.T @ dz, dz.sum(axis=0)
