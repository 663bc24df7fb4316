"""A ReLU that never goes quite silent.

Maas, Hannun and Ng 2013, "Rectifier nonlinearities improve neural network acoustic models".
"""

import numpy as np


def leaky_relu_forward(Z, slope=0.01):
    """Z where it is positive, slope * Z elsewhere.

    Parameters
    ----------
    Z : ndarray, (N, H)
    slope : float
        Above 0, below 1.

    Returns
    -------
    ndarray, (N, H)

    Raises
    ------
    ValueError
        For another `slope`.
    """
    return np.where(Z > 0, Z, _checked(slope) * Z)


def leaky_relu_backward(dA, Z, slope=0.01):
    """dZ: dA where Z is positive, slope * dA elsewhere.

    Parameters
    ----------
    dA, Z : ndarray, (N, H)
    slope : float
        Above 0, below 1.

    Returns
    -------
    ndarray, (N, H)

    Raises
    ------
    ValueError
        For another `slope`.
    """
    return np.where(Z > 0, dA, _checked(slope) * dA)


def _checked(slope):
    if not 0 < slope < 1:
        raise ValueError(f"slope must be above 0 and below 1, got {slope}.")
    return slope
