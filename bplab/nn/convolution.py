"""Convolution: the same few weights at every place of an image.

What deep learning calls a convolution is a cross-correlation: no filter is flipped.
LeCun et al. 1989, "Backpropagation applied to handwritten zip code recognition".
"""

from bplab.nn.image_columns import col2im, conv_output_side, im2col


def conv_forward(X, W, b, stride=1, pad=0):
    """Z[n, f, i, j] = sum over c, u, v of Xp[n, c, i s + u, j s + v] W[f, c, u, v], plus b[f].

    As one matrix product: a row for every place, a column for every weight of a filter.

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
    N, _, height, width = X.shape
    F, K = W.shape[0], W.shape[-1]
    rows, columns = (conv_output_side(side, K, stride, pad) for side in (height, width))
    Z = im2col(X, K, stride, pad) @ W.reshape(F, -1).T + b
    return Z.reshape(N, rows, columns, F).transpose(0, 3, 1, 2)


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
    rows = dout.transpose(0, 2, 3, 1).reshape(-1, F)
    dW = (rows.T @ im2col(X, K, stride, pad)).reshape(W.shape)
    dX = col2im(rows @ W.reshape(F, -1), X.shape, K, stride, pad)
    return dX, dW, rows.sum(axis=0)
