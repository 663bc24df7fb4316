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
    return unfolded(X, K, stride, pad).transpose(0, 2, 1).reshape(-1, X.shape[1] * K * K)


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
    return folded(
        cols.reshape(shape[0], -1, cols.shape[1]).transpose(0, 2, 1), shape, K, stride, pad
    )


def unfolded(X, K, stride=1, pad=0):
    """im2col image by image and lying on its side, (N, C K K, H' W'): places run fastest.

    So arranged, whole rows of an image are copied at once, and filters times windows, one product
    for each image, come out in the order of an image.
    """
    N, C = X.shape[:2]
    rows, columns = (conv_output_side(side, K, stride, pad) for side in X.shape[2:])
    padded = np.pad(X, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    windows = np.empty((N, C, K, K, rows, columns))
    for u, v in np.ndindex(K, K):
        windows[:, :, u, v] = padded[_seen_by(u, v, rows, columns, stride)]
    return windows.reshape(N, C * K * K, rows * columns)


def folded(windows, shape, K, stride=1, pad=0):
    """The backward pass of `unfolded`: (N, C K K, H' W') to images of `shape`."""
    N, C, height, width = shape
    rows, columns = (conv_output_side(side, K, stride, pad) for side in (height, width))
    windows = windows.reshape(N, C, K, K, rows, columns)
    padded = np.zeros((N, C, height + 2 * pad, width + 2 * pad))
    for u, v in np.ndindex(K, K):
        padded[_seen_by(u, v, rows, columns, stride)] += windows[:, :, u, v]
    return padded[:, :, pad : pad + height, pad : pad + width]


def _seen_by(u, v, rows, columns, stride):
    """Which pixels the entry (u, v) of a window meets, place by place."""
    return np.s_[:, :, u : u + stride * rows : stride, v : v + stride * columns : stride]
