"""How large the signal is on its way up, and the blame on its way down, layer by layer."""

import numpy as np

from bplab.nn.class_scores import softmax_cross_entropy_backward
from bplab.nn.layers import activation_backward, activation_forward, linear_backward, linear_forward


def signal_by_layer(X, params, kind):
    """Standard deviation of the activations of every hidden layer, first layer first.

    Parameters
    ----------
    X : ndarray, (N, D)
    params : list of (W, b), length L
    kind : {"relu", "tanh", "sigmoid"}

    Returns
    -------
    ndarray, (L - 1,)
        About the mean, divided by the count; all examples and units of a layer together.
    """
    A, signal = X, []
    for W, b in params[:-1]:
        A = activation_forward(linear_forward(A, W, b), kind)
        signal.append(A.std())
    return np.array(signal)


def blame_by_layer(P, y, cache, params, kind):
    """Root mean square of dZ of every layer, first layer first.

    Parameters
    ----------
    P : ndarray, (N, C)
    y : ndarray of int, (N,)
    cache : dict
        From `mlp_forward` with the same `params` and `kind`.
    params : list of (W, b), length L
    kind : {"relu", "tanh", "sigmoid"}

    Returns
    -------
    ndarray, (L,)
    """
    dZ = softmax_cross_entropy_backward(P, y)
    blame = [np.sqrt(np.mean(dZ**2))]
    for layer in reversed(range(1, len(params))):
        dA, _, _ = linear_backward(dZ, cache["A"][layer], params[layer][0])
        dZ = activation_backward(dA, cache["Z"][layer - 1], kind)
        blame.append(np.sqrt(np.mean(dZ**2)))
    return np.array(blame[::-1])
