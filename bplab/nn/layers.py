"""One layer, both passes: the linear part and the activation."""

import numpy as np

from bplab.nn.neuron import sigmoid
from bplab.nn.slopes import relu_grad, sigmoid_grad, tanh_grad


def relu(Z):
    """max(Z, 0), entry by entry."""
    return np.maximum(Z, 0.0)


ACTIVATIONS = {
    "relu": (relu, relu_grad),
    "tanh": (np.tanh, tanh_grad),
    "sigmoid": (sigmoid, sigmoid_grad),
}


def linear_forward(X, W, b):
    """Z = X @ W + b.

    Parameters
    ----------
    X : ndarray, (N, D)
    W : ndarray, (D, H)
    b : ndarray, (H,)

    Returns
    -------
    ndarray, (N, H)
    """
    return X @ W + b


def linear_backward(dZ, X, W):
    """Gradients of the mean loss through Z = X @ W + b.

    Parameters
    ----------
    dZ : ndarray, (N, H)
    X : ndarray, (N, D)
    W : ndarray, (D, H)

    Returns
    -------
    dX : ndarray, (N, D)
    dW : ndarray, (D, H)
    db : ndarray, (H,)
    """
    return dZ @ W.T, X.T @ dZ, dZ.sum(axis=0)


def activation_forward(Z, kind):
    """A, the activation `kind` of every entry of Z.

    Parameters
    ----------
    Z : ndarray, (N, H)
    kind : {"relu", "tanh", "sigmoid"}

    Returns
    -------
    ndarray, (N, H)

    Raises
    ------
    ValueError
        For any other `kind`.
    """
    f, _ = _activation(kind)
    return f(Z)


def activation_backward(dA, Z, kind):
    """dZ = dA times the slope of the activation at Z, entry by entry.

    Parameters
    ----------
    dA, Z : ndarray, (N, H)
    kind : {"relu", "tanh", "sigmoid"}

    Returns
    -------
    ndarray, (N, H)

    Raises
    ------
    ValueError
        For any other `kind`.
    """
    _, slope = _activation(kind)
    return dA * slope(Z)


def _activation(kind):
    try:
        return ACTIVATIONS[kind]
    except (KeyError, TypeError):
        raise ValueError(f'kind must be "relu", "tanh" or "sigmoid", got {kind!r}.') from None
