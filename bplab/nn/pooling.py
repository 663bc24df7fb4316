"""Max pooling: of every window only the strongest answer, wherever in the window it was."""


def max_pool_forward(X, size):
    """The largest entry of every size x size window; windows lie side by side.

    Parameters
    ----------
    X : ndarray, (N, C, H, W)
        `size` divides H and W.
    size : int

    Returns
    -------
    ndarray, (N, C, H / size, W / size)
    """
    return _windows(X, size).max(axis=(3, 5))


def max_pool_backward(dout, X, size):
    """The blame of every window goes to its largest entry; among equals it is shared.

    Parameters
    ----------
    dout : ndarray, (N, C, H / size, W / size)
    X : ndarray, (N, C, H, W)
        What went into `max_pool_forward`.
    size : int

    Returns
    -------
    dX : ndarray, (N, C, H, W)
    """
    windows = _windows(X, size)
    largest = windows == windows.max(axis=(3, 5), keepdims=True)
    share = largest / largest.sum(axis=(3, 5), keepdims=True)
    return (share * dout[:, :, :, None, :, None]).reshape(X.shape)


def _windows(X, size):
    N, C, height, width = X.shape
    return X.reshape(N, C, height // size, size, width // size, size)
