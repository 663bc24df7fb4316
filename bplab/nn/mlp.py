"""The network: layers in a row, forward, backward, one step."""

import numpy as np

from bplab.nn.class_scores import cross_entropy, softmax, softmax_cross_entropy_backward
from bplab.nn.layers import (
    activation_backward,
    activation_forward,
    linear_backward,
    linear_forward,
)


def init_params(widths, rng):
    """Random weights that keep the size of signals about the same, and zero biases.

    Standard deviation sqrt(2 / (fan_in + fan_out)): Glorot and Bengio 2010, "Understanding the
    difficulty of training deep feedforward neural networks".

    Parameters
    ----------
    widths : sequence of int
        Inputs, hidden layers, classes: (3, 16, 8, 2).
    rng : numpy.random.Generator

    Returns
    -------
    list of (W, b)
        W is (fan_in, fan_out), b is (fan_out,).
    """
    return [
        (rng.normal(0, np.sqrt(2 / (fan_in + fan_out)), (fan_in, fan_out)), np.zeros(fan_out))
        for fan_in, fan_out in zip(widths[:-1], widths[1:], strict=True)
    ]


def mlp_forward(X, params, kind="tanh"):
    """Forward pass: `kind` after every hidden layer, softmax after the last.

    Parameters
    ----------
    X : ndarray, (N, D)
    params : list of (W, b)
    kind : {"tanh", "relu", "sigmoid"}

    Returns
    -------
    P : ndarray, (N, C)
    cache : dict
        `A`: [X, A1, ..., A_{L-1}], what went into each layer; `Z`: [Z1, ..., ZL], what came out
        before the activation.
    """
    cache = {"A": [X], "Z": []}
    for W, b in params[:-1]:
        cache["Z"].append(linear_forward(cache["A"][-1], W, b))
        cache["A"].append(activation_forward(cache["Z"][-1], kind))
    cache["Z"].append(linear_forward(cache["A"][-1], *params[-1]))
    return softmax(cache["Z"][-1]), cache


def mlp_backward(P, y, cache, params, kind="tanh"):
    """Backward pass: gradients of the mean cross-entropy, last layer to first.

    Parameters
    ----------
    P : ndarray, (N, C)
    y : ndarray of int, (N,)
    cache : dict
        From `mlp_forward` with the same `params` and `kind`.
    params : list of (W, b)
    kind : {"tanh", "relu", "sigmoid"}

    Returns
    -------
    list of (dW, db), first layer first
    """
    dZ = softmax_cross_entropy_backward(P, y)
    grads = []
    for layer in reversed(range(len(params))):
        dA, dW, db = linear_backward(dZ, cache["A"][layer], params[layer][0])
        grads.append((dW, db))
        if layer > 0:
            dZ = activation_backward(dA, cache["Z"][layer - 1], kind)
    return grads[::-1]


def train_step(X, y, params, learning_rate, kind="tanh"):
    """Forward, loss, backward, and only then the update.

    Parameters
    ----------
    X : ndarray, (N, D)
    y : ndarray of int, (N,)
    params : list of (W, b)
    learning_rate : float
    kind : {"tanh", "relu", "sigmoid"}

    Returns
    -------
    params : list of (W, b)
        New arrays.
    loss : float
        Before the update.
    """
    P, cache = mlp_forward(X, params, kind)
    grads = mlp_backward(P, y, cache, params, kind)
    updated = [
        (W - learning_rate * dW, b - learning_rate * db)
        for (W, b), (dW, db) in zip(params, grads, strict=True)
    ]
    return updated, cross_entropy(P, y)
