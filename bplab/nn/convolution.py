"""Convolution: the same few weights at every place of an image.

What deep learning calls a convolution is a cross-correlation: no filter is flipped.
LeCun et al. 1989, "Backpropagation applied to handwritten zip code recognition".
"""

import numpy as np

from bplab.nn.image_columns import conv_output_side, folded, unfolded


def conv_forward(X, W, b, stride=1, pad=0):
    """Z[n, f, i, j] = sum over c, u, v of Xp[n, c, i s + u, j s + v] W[f, c, u, v], plus b[f].

    As a matrix product: filters laid flat, times a column for every place.

    Parameters
    ----------
    X : ndarray, (N, C, H, W)
    W : ndarray, (F, C, K, K)
    b : ndarray, (F,)
    stride, pad : int
        Step of the window; zeros added on each of the four sides.

    Returns
    -------
    ndarray, (N, F, H', W') with H' = (H + 2 pad - K) / stride + 1
    """
    F, K = W.shape[0], W.shape[-1]
    rows, columns = (conv_output_side(side, K, stride, pad) for side in X.shape[2:])
    Z = W.reshape(F, -1) @ unfolded(X, K, stride, pad)
    Z += b[:, None]
    return Z.reshape(len(X), F, rows, columns)


def conv_backward(dout, X, W, stride=1, pad=0):
    """Gradients of the loss through Z = conv_forward(X, W, b, stride, pad).

    A weight is used at every place of every example, so its gradient is a sum over them.

    Parameters
    ----------
    dout : ndarray, (N, F, H', W')
        dZ; it carries the loss's 1/N.
    X : ndarray, (N, C, H, W)
    W : ndarray, (F, C, K, K)
    stride, pad : int

    Returns
    -------
    dX : ndarray, (N, C, H, W)
    dW : ndarray, (F, C, K, K)
    db : ndarray, (F,)
    """
    F, K = W.shape[0], W.shape[-1]
    dZ = dout.reshape(len(X), F, -1)
    dW = np.matmul(dZ, unfolded(X, K, stride, pad).transpose(0, 2, 1)).sum(axis=0)
    dX = folded(W.reshape(F, -1).T @ dZ, X.shape, K, stride, pad)
    return dX, dW.reshape(W.shape), dZ.sum(axis=(0, 2))
