"""Images as tables of windows, and back: what turns a convolution into a matrix product.

Chellapilla, Puri and Simard 2006, "High performance convolutional neural networks for document
processing".
"""

import numpy as np


def conv_output_side(side, K, stride=1, pad=0):
    """(side + 2 pad - K) / stride + 1: how many places a window has along one side.

    Parameters
    ----------
    side, K, stride, pad : int
        Of the image; of the filter; the step; zeros at each end.

    Returns
    -------
    int
        At least 1.

    Raises
    ------
    ValueError
        If the window does not fit, or its last place would end before the image does.
    """
    room = side + 2 * pad - K
    if room < 0:
        raise ValueError(f"a window of {K} does not fit into {side} + 2 * {pad}.")
    if room % stride:
        raise ValueError(
            f"({side} + 2 * {pad} - {K}) / {stride} is no whole number: some pixels are left over."
        )
    return room // stride + 1


def im2col(X, K, stride=1, pad=0):
    """Every window of every image as a row of numbers.

    Parameters
    ----------
    X : ndarray, (N, C, H, W)
    K, stride, pad : int

    Returns
    -------
    ndarray, (N * H' * W', C * K * K)
        Rows by example, row, column of the place; columns by channel, row, column in the window.
    """
    padded = np.pad(X, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (K, K), axis=(2, 3))
    windows = windows[:, :, ::stride, ::stride]  # N, C, H', W', K, K
    return windows.transpose(0, 2, 3, 1, 4, 5).reshape(-1, X.shape[1] * K * K)


def col2im(cols, shape, K, stride=1, pad=0):
    """Every entry of a table of windows back to the pixel it came from, added.

    Parameters
    ----------
    cols : ndarray, (N * H' * W', C * K * K)
    shape : (N, C, H, W)
    K, stride, pad : int

    Returns
    -------
    ndarray of that shape
    """
    N, C, height, width = shape
    rows, columns = (conv_output_side(side, K, stride, pad) for side in (height, width))
    windows = cols.reshape(N, rows, columns, C, K, K).transpose(0, 3, 4, 5, 1, 2)
    padded = np.zeros((N, C, height + 2 * pad, width + 2 * pad))
    for u in range(K):
        for v in range(K):
            down = slice(u, u + stride * rows, stride)
            along = slice(v, v + stride * columns, stride)
            padded[:, :, down, along] += windows[:, :, u, v]
    return padded[:, :, pad : pad + height, pad : pad + width]
