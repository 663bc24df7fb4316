"""One sigmoid neuron: forward, loss, backward, step, and the loop around them."""

import numpy as np

SMALLEST_PROBABILITY = 1e-12


def sigmoid(z):
    """1 / (1 + exp(-z)), for scores of any size.

    Only ever takes exp of a number that is not positive, so nothing overflows:
    exp(z) / (1 + exp(z)) is the same function and serves where z < 0.

    Parameters
    ----------
    z : array_like, any shape

    Returns
    -------
    ndarray or float, shape of `z`
    """
    z = np.asarray(z, dtype=float)
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1.0, e) / (1 + e)


def neuron_forward(X, w, b):
    """Activations a = sigmoid(X @ w + b).

    Parameters
    ----------
    X : ndarray, (N, D)
    w : ndarray, (D,)
    b : float

    Returns
    -------
    ndarray, (N,)
    """
    return sigmoid(X @ w + b)


def mse_loss(p, y):
    """Mean squared error, mean((p - y)**2): no half.

    Parameters
    ----------
    p, y : ndarray, (N,)
        Predictions and targets.

    Returns
    -------
    float
    """
    return float(np.mean((p - y) ** 2))


def bce_loss(a, y):
    """Binary cross-entropy, -mean(y log a + (1 - y) log(1 - a)), natural log.

    Parameters
    ----------
    a : ndarray, (N,)
        Probabilities; clipped to [1e-12, 1 - 1e-12], so certainty costs much but not infinity.
    y : ndarray, (N,)
        Labels, 0 or 1.

    Returns
    -------
    float
    """
    a = np.clip(a, SMALLEST_PROBABILITY, 1 - SMALLEST_PROBABILITY)
    return float(-np.mean(y * np.log(a) + (1 - y) * np.log(1 - a)))


def neuron_backward(X, a, y):
    """Gradients of the mean cross-entropy of a sigmoid neuron.

    The slope of the sigmoid cancels against the loss: dz = (a - y) / N.

    Parameters
    ----------
    X : ndarray, (N, D)
    a, y : ndarray, (N,)
        Activations and labels.

    Returns
    -------
    dw : ndarray, (D,)
    db : float
    """
    dz = (a - y) / len(y)
    return X.T @ dz, float(dz.sum())


def gradient_step(w, b, dw, db, learning_rate):
    """One step downhill: w - learning_rate * dw, and the same for b.

    Parameters
    ----------
    w, dw : ndarray, (D,)
    b, db : float
    learning_rate : float

    Returns
    -------
    (w, b)
        New values; the arguments stay as they were.
    """
    return w - learning_rate * dw, b - learning_rate * db


def train_neuron(X, y, learning_rate, epochs):
    """Train a sigmoid neuron by batch gradient descent, starting at zeros.

    Parameters
    ----------
    X : ndarray, (N, D)
    y : ndarray, (N,)
        Labels, 0 or 1.
    learning_rate : float
    epochs : int
        Number of updates, each on the whole set.

    Returns
    -------
    w : ndarray, (D,)
    b : float
    losses : list of float, length `epochs`
        `losses[i]` is the loss before update i.
    """
    w, b, losses = np.zeros(X.shape[1]), 0.0, []
    for _ in range(epochs):
        a = neuron_forward(X, w, b)
        losses.append(bce_loss(a, y))
        dw, db = neuron_backward(X, a, y)
        w, b = gradient_step(w, b, dw, db, learning_rate)
    return w, b, losses
