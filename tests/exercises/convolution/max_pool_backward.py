"""max_pool_backward: what must pass, and what must be told."""

import numpy as np

from bplab import nn


def by_argmax(dout, X, size):
    N, C, H, W = X.shape
    dX = np.zeros(X.shape)
    for n, c, i, j in np.ndindex(*dout.shape):
        window = X[n, c, i * size : (i + 1) * size, j * size : (j + 1) * size]
        u, v = divmod(int(window.argmax()), size)
        dX[n, c, i * size + u, j * size + v] = dout[n, c, i, j]
    return dX


def by_mask(dout, X, size):
    largest = nn.max_pool_forward(X, size).repeat(size, axis=2).repeat(size, axis=3)
    return (largest == X) * dout.repeat(size, axis=2).repeat(size, axis=3)


def by_kron(dout, X, size):
    ones = np.ones((1, 1, size, size))
    return np.where(np.kron(nn.max_pool_forward(X, size), ones) == X, np.kron(dout, ones), 0)


def by_loops_and_masks(dout, X, size):
    dX = np.zeros_like(X)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            at = np.s_[:, :, i * size : (i + 1) * size, j * size : (j + 1) * size]
            mask = X[at] == X[at].max(axis=(2, 3), keepdims=True)
            dX[at] += mask * dout[:, :, i : i + 1, j : j + 1]
    return dX


def by_put(dout, X, size):
    N, C, H, W = X.shape
    flat = X.reshape(N, C, H // size, size, W // size, size).swapaxes(3, 4)
    flat = flat.reshape(*dout.shape, size * size)
    d = np.zeros(flat.shape)
    np.put_along_axis(d, flat.argmax(axis=-1)[..., None], dout[..., None], axis=-1)
    return d.reshape(*dout.shape, size, size).swapaxes(3, 4).reshape(X.shape)


def one_too_far(dout, X, size):
    return np.roll(by_mask(dout, X, size), 1, axis=3)


def shrunk(dout, X, size):
    return dout


def negative_blame(dout, X, size):
    return -by_mask(dout, X, size)


def doubled(dout, X, size):
    return 2 * by_mask(dout, X, size)


def blame_of_all_windows(dout, X, size):
    return (by_mask(dout, X, size) != 0) * dout.sum(axis=(2, 3), keepdims=True)


def relu_slope_too(dout, X, size):
    return by_mask(dout, X, size) * (X > 0)


def next_to_the_largest(dout, X, size):
    flat = np.array(by_mask(dout, X, size))
    N, C, H, W = X.shape
    T = flat.reshape(N, C, H // size, size, W // size, size)
    return np.roll(T, 1, axis=5).reshape(X.shape)


def x_with_zeros(dout, X, size):
    X[by_mask(dout, X, size) == 0] = 0
    return X


def only_last_axis(dout, X, size):
    N, C, H, W = X.shape
    T = X.reshape(N, C, H, W // size, size)
    return ((T == T.max(axis=-1, keepdims=True)).reshape(X.shape)) * np.kron(
        dout, np.ones((1, 1, size, size))
    )


ACCEPTED = [by_argmax, by_mask, by_kron, by_loops_and_masks, by_put]


def tiled_both(dout, X, size):
    def laid(small):
        return np.tile(small, (1, 1, size, size))

    return (laid(nn.max_pool_forward(X, size)) == X) * laid(dout)


def landing(row, column, best=np.argmax, share=lambda size: 1.0):
    """A loop over windows, with other places or another pixel."""

    def max_pool_backward(dout, X, size):
        dX = np.zeros(X.shape)
        for n, c, i, j in np.ndindex(*dout.shape):
            window = X[n, c, i * size : (i + 1) * size, j * size : (j + 1) * size]
            u, v = divmod(int(best(window)), size)
            dX[n, c, row(i, u, size), column(j, v, size)] = dout[n, c, i, j] * share(size)
        return dX

    return max_pool_backward


def there(i, u, size):
    return i * size + u


def one_by_one(i, u, size):
    return i + u


def shared_among_the_positive(dout, X, size):
    def stretched(small):
        return small.repeat(size, axis=2).repeat(size, axis=3)

    return (X > 0) / size**2 * stretched(dout)


TOLD = [
    (shared_among_the_positive, "blame-shared", "every pixel above 0"),
    (
        landing(lambda i, u, size: i * size + size - 1 - u, there),
        "lands-otherwise",
        "row i * size + size - 1 - u",
    ),
    (
        landing(one_by_one, one_by_one),
        "lands-otherwise",
        "row i + u, where i * size + u belongs",
        "column j + v, where j * size + v belongs",
    ),
    (
        landing(there, there, lambda W: np.abs(W).argmax(), lambda size: 1 / size**2),
        "lands-otherwise",
        "its pixel of largest absolute size",
        "what lands is dout / size**2",
    ),
    (
        landing(there, one_by_one, np.argmin),
        "lands-otherwise",
        "goes to its smallest pixel",
        "column j + v",
    ),
    (tiled_both, "tiled-before-the-comparison"),
    (one_too_far, "dX"),
    (shrunk, "shape"),
    (negative_blame, "opposite"),
    (doubled, "dX", "2"),
    (blame_of_all_windows, "blame-of-another-size"),
    (relu_slope_too, "dX"),
    (next_to_the_largest, "blame-misplaced"),
    (x_with_zeros, "changed what it was given"),
    (only_last_axis, "dX"),
]
