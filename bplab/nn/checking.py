"""Is this gradient right? Nudge every number and see what the loss does."""

import numpy as np


def numerical_gradient(f, x, h=1e-5):
    """Centred differences, (f(x + h) - f(x - h)) / 2h, one entry at a time.

    The error falls with h**2 until rounding takes over; h near 1e-5 is close to the best
    for float64 (Nocedal and Wright, Numerical Optimization, section 8.1).

    Parameters
    ----------
    f : callable
        Takes an array shaped like `x`, returns a number.
    x : array_like, any shape, 0-d too
        Left as it was: the nudges happen in a copy.
    h : float

    Returns
    -------
    ndarray, shape of `x`
    """
    x = np.array(x, dtype=float)
    grad = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        middle = x[i]
        x[i] = middle + h
        above = float(f(x))
        x[i] = middle - h
        below = float(f(x))
        x[i] = middle
        grad[i] = (above - below) / (2 * h)
    return grad


def relative_error(a, b):
    """max |a - b| / max(|a| + |b|, 1e-8), entry by entry.

    0 for equal arrays, 1 for opposite signs; the floor keeps two zeros from dividing by zero.

    Parameters
    ----------
    a, b : array_like, the same shape

    Returns
    -------
    float
    """
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    return float(np.max(np.abs(a - b) / np.maximum(np.abs(a) + np.abs(b), 1e-8)))


def gradient_check(f, grad_f, x):
    """Relative error of `grad_f(x)` against centred differences of `f` at `x`, h = 1e-5.

    Below 1e-7 the gradient is right; above 1e-3 it is wrong; in between, look at kinks and scale.

    Parameters
    ----------
    f : callable
        Array to number.
    grad_f : callable
        Array to array of the same shape, claimed to be the gradient of `f`.
    x : array_like

    Returns
    -------
    float
    """
    return relative_error(grad_f(x), numerical_gradient(f, x, h=1e-5))
