"""From scores to probabilities of classes, the loss on them, and the gradient of both at once."""

import numpy as np

from bplab.nn.neuron import SMALLEST_PROBABILITY


def softmax(Z):
    """exp(Z) / sum(exp(Z)) along each row.

    Subtracting a row's largest score changes nothing and keeps exp at most 1.

    Parameters
    ----------
    Z : ndarray, (N, C)
        Scores of any size.

    Returns
    -------
    ndarray, (N, C)
        Every row sums to 1.
    """
    E = np.exp(Z - Z.max(axis=-1, keepdims=True))
    return E / E.sum(axis=-1, keepdims=True)


def cross_entropy(P, y):
    """-mean(log P[i, y_i]), natural log; probabilities below 1e-12 count as 1e-12.

    Parameters
    ----------
    P : ndarray, (N, C)
        Rows of probabilities.
    y : ndarray of int, (N,)
        The true classes.

    Returns
    -------
    float
    """
    p = P[np.arange(len(y)), y]
    return float(-np.log(np.maximum(p, SMALLEST_PROBABILITY)).mean())


def softmax_cross_entropy_backward(P, y):
    """dZ of cross_entropy(softmax(Z), y): (P - one-hot(y)) / N.

    Parameters
    ----------
    P : ndarray, (N, C)
        softmax(Z).
    y : ndarray of int, (N,)

    Returns
    -------
    ndarray, (N, C)
    """
    one_hot = np.eye(P.shape[1])[y]
    return (P - one_hot) / len(y)
