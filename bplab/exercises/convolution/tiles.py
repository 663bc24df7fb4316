"""Images cut into windows that lie side by side, rightly and wrongly."""

import numpy as np

POOL_SIZES = ((6, 2, 8, 12, 2), (7, 4, 15, 9, 3), (6, 5, 8, 16, 4))  # N, C, H, W, size


def tiles(X, size):
    """(N, C, H / size, size, W / size, size)."""
    N, C, H, W = X.shape
    return X.reshape(N, C, H // size, size, W // size, size)


def strided(X, size):
    """The two axes of each side the wrong way round: (N, C, size, H / size, size, W / size)."""
    N, C, H, W = X.shape
    return X.reshape(N, C, size, H // size, size, W // size)


def moving(X, size):
    """Windows that move by one pixel, as many as there should be: (N, C, H', W', size, size)."""
    N, C, H, W = X.shape
    view = np.lib.stride_tricks.sliding_window_view(X, (size, size), axis=(2, 3))
    return view[:, :, : H // size, : W // size]


def spread(small, size):
    """Every number copied to its whole window, (N, C, H, W)."""
    return small.repeat(size, axis=2).repeat(size, axis=3)
