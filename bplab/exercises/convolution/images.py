"""Images and filters of the chapter's papers, and convolution with one step done otherwise.

`windows` and `scattered` are im2col and col2im as 6-D arrays (N, H', W', C, K, K), with the
settings that people get wrong.
"""

import numpy as np

CHAPTER = "09_convolution"
# N, C, H, W, F, K, then stride and pad where they are given. In each row all lengths differ,
# those of the result too: 4 x 7, 7 x 5, 8 x 11 and 3 x 5.
SIZES = (
    (8, 2, 6, 9, 5, 3, {}),
    (6, 4, 13, 9, 8, 3, {"stride": 2, "pad": 1}),
    (6, 2, 7, 10, 3, 4, {"stride": 1, "pad": 2}),
    (6, 4, 8, 14, 7, 2, {"stride": 3}),
)


def biases(rng, F):
    """(F,) numbers, none of them near 0."""
    return rng.uniform(0.3, 1.0, F) * rng.choice([-1, 1], F)


def result_sides(X, K, stride=1, pad=0):
    """(H', W')."""
    return tuple((side + 2 * pad - K) // stride + 1 for side in np.shape(X)[2:])


def windows(X, K, stride=1, pad=0, step=None, before=None, fill="constant"):
    """Every window, (N, H', W', C, K, K).

    step : (down, along) of the windows, if it is not the stride; the number of places is right
    before : zeros at the top and at the left, if they are not `pad` of the 2 * pad: a number, or
        one for rows and one for columns
    fill : what stands in the margin, as np.pad calls it: one word, or one for each of the two
    """
    rows, columns = result_sides(X, K, stride, pad)
    padded = X
    for axis, first, mode in zip((2, 3), _both(before, pad), _both(fill), strict=True):
        margins = [(0, 0)] * 4
        margins[axis] = (first, 2 * pad - first)
        padded = np.pad(padded, margins, mode=mode)
    view = np.lib.stride_tricks.sliding_window_view(padded, (K, K), axis=(2, 3))
    down, along = step or (stride, stride)
    return view[:, :, ::down, ::along][:, :, :rows, :columns].transpose(0, 2, 3, 1, 4, 5)


def scattered(parts, shape, stride=1, pad=0, step=None, before=None, put="add"):
    """Windows (N, H', W', C, K, K) back into images of `shape`.

    step, before : as in `windows`
    put : "add"; "over" if a later window replaces what an earlier one brought, "under" if an
        earlier one replaces what a later one brought
    """
    N, rows, columns, C, K, _ = parts.shape
    down, along = step or (stride, stride)
    top, left = _both(before, pad)
    padded = np.zeros((N, C, shape[2] + 2 * pad, shape[3] + 2 * pad))
    turn = -1 if put == "under" else 1
    for i in range(rows)[::turn]:
        for j in range(columns)[::turn]:
            at = np.s_[:, :, i * down : i * down + K, j * along : j * along + K]
            padded[at] = parts[:, i, j] + (padded[at] if put == "add" else 0)
    return padded[:, :, top : top + shape[2], left : left + shape[3]]


def _both(setting, default=None):
    """One for rows and one for columns, of a setting that may be one for both."""
    setting = default if setting is None else setting
    return setting if type(setting) is tuple else (setting, setting)


def filtered(parts, W):
    """Windows times filters, (N, F, H', W')."""
    return np.tensordot(parts, W, axes=([3, 4, 5], [1, 2, 3])).transpose(0, 3, 1, 2)


def weight_shares(parts, dout):
    """dW (F, C, K, K) of windows and the blame of every place."""
    return np.tensordot(dout, parts, axes=([0, 2, 3], [0, 1, 2]))


def window_shares(dout, W):
    """What every window sends back, (N, H', W', C, K, K)."""
    return np.tensordot(dout.transpose(0, 2, 3, 1), W, axes=([3], [0]))


def flipped(W):
    """The filters turned by half a turn."""
    return W[..., ::-1, ::-1]


def turned(W):
    """The filters with rows and columns exchanged."""
    return W.swapaxes(-1, -2)
