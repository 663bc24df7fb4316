"""A small convolutional network: convolution, ReLU, max pooling, one linear layer, softmax."""

import numpy as np

from bplab.nn.class_scores import softmax, softmax_cross_entropy_backward
from bplab.nn.convolution import conv_backward, conv_forward
from bplab.nn.layers import (
    activation_backward,
    activation_forward,
    linear_backward,
    linear_forward,
)
from bplab.nn.pooling import max_pool_backward, max_pool_forward

POOL = 2


def init_conv_net(shape, filters, K, classes, rng):
    """Random weights, zero biases; the spread for a ReLU is sqrt(2 / fan_in) (He et al. 2015).

    Parameters
    ----------
    shape : (C, H, W)
        Of one image; H and W are even.
    filters, K, classes : int
        K is odd.
    rng : numpy.random.Generator

    Returns
    -------
    [(Wc, bc), (W, b)]
        Wc (filters, C, K, K), bc (filters,), W (filters * H / 2 * W / 2, classes), b (classes,).
    """
    C, height, width = shape
    flat = filters * (height // POOL) * (width // POOL)
    Wc = rng.normal(0, np.sqrt(2 / (C * K * K)), (filters, C, K, K))
    W = rng.normal(0, np.sqrt(1 / flat), (flat, classes))
    return [(Wc, np.zeros(filters)), (W, np.zeros(classes))]


def conv_net_forward(X, params):
    """Forward pass of the network.

    Parameters
    ----------
    X : ndarray, (N, C, H, W)
    params : [(Wc, bc), (W, b)]
        Wc (F, C, K, K) with K odd: padded by (K - 1) / 2, the convolution keeps H and W.

    Returns
    -------
    P : ndarray, (N, classes)
    cache : dict
        `X`; `Z` and `A` (N, F, H, W), before and after the ReLU; `pooled` (N, F, H / 2, W / 2).
    """
    (Wc, bc), (W, b) = params
    Z = conv_forward(X, Wc, bc, stride=1, pad=(Wc.shape[-1] - 1) // 2)
    A = activation_forward(Z, "relu")
    pooled = max_pool_forward(A, POOL)
    P = softmax(linear_forward(pooled.reshape(len(X), -1), W, b))
    return P, {"X": X, "Z": Z, "A": A, "pooled": pooled}


def conv_net_backward(P, y, cache, params):
    """Backward pass: gradients of the mean cross-entropy.

    Parameters
    ----------
    P : ndarray, (N, classes)
    y : ndarray of int, (N,)
    cache : dict
        From `conv_net_forward` with the same `params`.
    params : [(Wc, bc), (W, b)]

    Returns
    -------
    [(dWc, dbc), (dW, db)]
    """
    (Wc, _), (W, _) = params
    X, Z, A, pooled = (cache[name] for name in ("X", "Z", "A", "pooled"))
    dscores = softmax_cross_entropy_backward(P, y)
    dflat, dW, db = linear_backward(dscores, pooled.reshape(len(X), -1), W)
    dA = max_pool_backward(dflat.reshape(pooled.shape), A, POOL)
    dZ = activation_backward(dA, Z, "relu")
    _, dWc, dbc = conv_backward(dZ, X, Wc, stride=1, pad=(Wc.shape[-1] - 1) // 2)
    return [(dWc, dbc), (dW, db)]
