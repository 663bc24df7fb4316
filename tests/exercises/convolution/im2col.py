"""im2col: what must pass, and what must be told."""

import numpy as np

from bplab import nn
from tests.exercises.convolution.conv_forward import padded


def sides(shape, K, stride, pad):
    return [(side + 2 * pad - K) // stride + 1 for side in shape[2:]]


def place_by_place(X, K, stride=1, pad=0):
    Xp, (rows, columns) = padded(X, pad), sides(X.shape, K, stride, pad)
    table = []
    for image in Xp:
        for i in range(rows):
            for j in range(columns):
                window = image[:, i * stride : i * stride + K, j * stride : j * stride + K]
                table.append(window.ravel())
    return np.array(table)


def by_columns(X, K, stride=1, pad=0):
    Xp, (rows, columns) = padded(X, pad), sides(X.shape, K, stride, pad)
    made = [
        Xp[:, c, u : u + stride * rows : stride, v : v + stride * columns : stride].ravel()
        for c in range(X.shape[1])
        for u in range(K)
        for v in range(K)
    ]
    return np.stack(made, axis=1)


def by_indices(X, K, stride=1, pad=0):
    Xp, (rows, columns) = padded(X, pad), sides(X.shape, K, stride, pad)
    c, u, v = (a.ravel() for a in np.indices((X.shape[1], K, K)))
    i, j = (a.ravel()[:, None] * stride for a in np.indices((rows, columns)))
    return Xp[:, c, i + u, j + v].reshape(-1, len(c))


def as_list_of_lists(X, K, stride=1, pad=0):
    return place_by_place(X, K, stride, pad).tolist()


def reshaped_only(X, K, stride=1, pad=0):
    right = nn.im2col(X, K, stride, pad)
    return right.T.reshape(right.shape)


def shifted_by_one(X, K, stride=1, pad=0):
    return np.roll(nn.im2col(X, K, stride, pad), 1, axis=0)


def three_axes(X, K, stride=1, pad=0):
    return nn.im2col(X, K, stride, pad).reshape(len(X), -1, X.shape[1] * K * K)


def first_channel(X, K, stride=1, pad=0):
    return nn.im2col(X[:, :1], K, stride, pad)


def padded_with_ones(X, K, stride=1, pad=0):
    Xp = np.pad(X, ((0, 0), (0, 0), (pad, pad), (pad, pad)), constant_values=1)
    return nn.im2col(Xp, K, stride)


def channels_first_axis(X, K, stride=1, pad=0):
    rows, columns = sides(X.shape, K, stride, pad)
    parts = nn.im2col(X, K, stride, pad).reshape(len(X), rows, columns, X.shape[1], K * K)
    return parts.transpose(0, 1, 2, 4, 3).reshape(-1, X.shape[1] * K * K)


def padded_only_down(X, K, stride=1, pad=0):
    Xp = np.pad(X, ((0, 0), (0, 0), (pad, pad), (0, 0)))
    return nn.im2col(Xp, K, stride)


ACCEPTED = [place_by_place, by_columns, by_indices, as_list_of_lists]


def padded_with(before, mode="constant"):
    def im2col(X, K, stride=1, pad=0):
        margin = before(pad), 2 * pad - before(pad)
        return nn.im2col(np.pad(X, ((0, 0), (0, 0), margin, margin), mode=mode), K, stride)

    return im2col


def channels_last_padded_at_the_end(X, K, stride=1, pad=0):
    table = padded_with(lambda pad: 0)(X, K, stride, pad)
    return table.reshape(len(table), -1, K * K).swapaxes(1, 2).reshape(table.shape)


def one_direction(rows, columns=None, mode="constant"):
    """Another margin above and below, or left and right, alone."""

    def im2col(X, K, stride=1, pad=0):
        up, left = (pad if of is None else of(pad) for of in (rows, columns))
        Xp = np.pad(X, ((0, 0), (0, 0), (up, 2 * pad - up), (0, 0)), mode=mode)
        Xp = np.pad(Xp, ((0, 0), (0, 0), (0, 0), (left, 2 * pad - left)))
        return nn.im2col(Xp, K, stride)

    return im2col


def every_third_window_empty(X, K, stride=1, pad=0):
    table = nn.im2col(X, K, stride, pad)
    return table * (np.arange(len(table)) % 3 > 0)[:, None]


def places_and_channels_last(X, K, stride=1, pad=0):
    N, C, H, W = X.shape
    Ho, Wo = nn.conv_output_side(H, K, stride, pad), nn.conv_output_side(W, K, stride, pad)
    Xp = np.pad(X, [(0, 0), (0, 0), (pad, pad), (pad, pad)])
    out = []
    for i in range(Ho):
        for j in range(Wo):
            for n in range(N):
                win = Xp[n, :, i * stride : i * stride + K, j * stride : j * stride + K]
                out.append(np.moveaxis(win, 0, -1).ravel())
    return np.array(out)


def places_first_and_backwards(X, K, stride=1, pad=0):
    N, C = X.shape[:2]
    rows, columns = (nn.conv_output_side(side, K, stride, pad) for side in X.shape[2:])
    padded = np.pad(X, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    cols = np.zeros((N, rows, columns, C, K, K))
    for u in range(K):
        for v in range(K):
            seen = padded[:, :, u : u + stride * rows : stride, v : v + stride * columns : stride]
            cols[:, :, :, :, K - 1 - u, K - 1 - v] = seen.transpose(0, 2, 3, 1)
    return cols.transpose(1, 2, 0, 3, 4, 5).reshape(-1, C * K * K)


TOLD = [
    (places_first_and_backwards, "counted-otherwise", "each window backwards"),
    (places_and_channels_last, "counted-otherwise", "rows are counted by row of the place"),
    (every_third_window_empty, "(0, 0, 0, ...; others are right)"),
    (one_direction(lambda pad: 0), "margin-all-below"),
    (one_direction(None, lambda pad: 0), "margin-all-to-the-right"),
    (one_direction(None, lambda pad: 2 * pad), "margin-all-to-the-left"),
    (one_direction(None, mode="edge"), "margin-rows-repeated"),
    (padded_with(lambda pad: 0), "margin-at-the-end"),
    (padded_with(lambda pad: 2 * pad), "margin-at-the-start"),
    (padded_with(lambda pad: pad, "reflect"), "margin-mirrored"),
    (channels_last_padded_at_the_end, "channels-last-and-margin-at-the-end"),
    (reshaped_only, "cols"),
    (shifted_by_one, "cols"),
    (three_axes, "(8, 28, 18)"),
    (first_channel, "(224, 9)"),
    (padded_with_ones, "cols", "is 1; 0 belongs there"),
    (channels_first_axis, "channels-last"),
    (padded_only_down, "shape"),
]
