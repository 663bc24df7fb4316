"""col2im: what must pass, and what must be told."""

import numpy as np

from bplab import nn
from tests.exercises.convolution.im2col import sides


def place_by_place(cols, shape, K, stride=1, pad=0):
    N, C, H, W = shape
    rows, columns = sides(shape, K, stride, pad)
    Xp = np.zeros((N, C, H + 2 * pad, W + 2 * pad))
    parts = iter(cols.reshape(-1, C, K, K))
    for n in range(N):
        for i in range(rows):
            for j in range(columns):
                at = np.s_[n, :, i * stride : i * stride + K, j * stride : j * stride + K]
                Xp[at] += next(parts)
    return Xp[:, :, pad : H + pad, pad : W + pad]


def by_add_at(cols, shape, K, stride=1, pad=0):
    N, C, H, W = shape
    Xp = np.zeros((N, C, H + 2 * pad, W + 2 * pad))
    c, u, v = (a.ravel() for a in np.indices((C, K, K)))
    n, i, j = (a.reshape(-1, 1) for a in np.indices((N, *sides(shape, K, stride, pad))))
    np.add.at(Xp, (n, c, i * stride + u, j * stride + v), cols)
    return Xp[:, :, pad : Xp.shape[2] - pad, pad : Xp.shape[3] - pad]


def by_numbers_of_pixels(cols, shape, K, stride=1, pad=0):
    """im2col of the pixels' own numbers says where every entry goes."""
    number = np.arange(1, np.prod(shape) + 1.0).reshape(shape)
    to = nn.im2col(number, K, stride, pad).astype(int).ravel()
    total = np.bincount(to, weights=cols.ravel(), minlength=np.prod(shape) + 1)
    return total[1:].reshape(shape)


def into_lists(cols, shape, K, stride=1, pad=0):
    return place_by_place(cols, shape, K, stride, pad).tolist()


def not_cut_at_pad_zero(cols, shape, K, stride=1, pad=0):
    N, C, H, W = shape
    Xp = nn.col2im(cols, (N, C, H + 2 * pad, W + 2 * pad), K, stride, 0)
    return Xp[:, :, pad:-pad, pad:-pad]


def added_and_halved(cols, shape, K, stride=1, pad=0):
    return nn.col2im(cols, shape, K, stride, pad) / 2


def largest_share(cols, shape, K, stride=1, pad=0):
    N, C, H, W = shape
    rows, columns = sides(shape, K, stride, pad)
    Xp = np.zeros((N, C, H + 2 * pad, W + 2 * pad))
    parts = cols.reshape(N, rows, columns, C, K, K)
    for i in range(rows):
        for j in range(columns):
            at = np.s_[:, :, i * stride : i * stride + K, j * stride : j * stride + K]
            Xp[at] = np.maximum(Xp[at], parts[:, i, j])
    return Xp[:, :, pad : H + pad, pad : W + pad]


def padded_as_well(cols, shape, K, stride=1, pad=0):
    return np.pad(nn.col2im(cols, shape, K, stride, pad), ((0, 0), (0, 0), (pad, pad), (pad, pad)))


def table_reshaped(cols, shape, K, stride=1, pad=0):
    return np.resize(cols, shape)


def fancy_index_added(cols, shape, K, stride=1, pad=0):
    """Xp[index] += cols: of equal indices only the last one counts."""
    N, C, H, W = shape
    Xp = np.zeros((N, C, H + 2 * pad, W + 2 * pad))
    c, u, v = (a.ravel() for a in np.indices((C, K, K)))
    n, i, j = (a.reshape(-1, 1) for a in np.indices((N, *sides(shape, K, stride, pad))))
    Xp[n, c, i * stride + u, j * stride + v] += cols
    return Xp[:, :, pad : Xp.shape[2] - pad, pad : Xp.shape[3] - pad]


def side_by_side(cols, shape, K, stride=1, pad=0):
    return nn.col2im(cols, shape, K, stride, pad)[:, :, ::-1]


ACCEPTED = [place_by_place, by_add_at, by_numbers_of_pixels, into_lists]


def cut_at_the_start(cols, shape, K, stride=1, pad=0):
    N, C, H, W = shape
    Xp = nn.col2im(cols, (N, C, H + 2 * pad, W + 2 * pad), K, stride, 0)
    return Xp[:, :, 2 * pad :, 2 * pad :]


def overwritten_by_columns(cols, shape, K, stride=1, pad=0):
    parts = cols.reshape(len(cols), -1, K, K).swapaxes(2, 3).reshape(cols.shape)
    return fancy_index_added(parts, shape, K, stride, pad)


def cut_at(row, column):
    def col2im(cols, shape, K, stride=1, pad=0):
        N, C, H, W = shape
        Xp = nn.col2im(cols, (N, C, H + 2 * pad, W + 2 * pad), K, stride, 0)
        return Xp[:, :, row * pad :, column * pad :][:, :, :H, :W]

    return col2im


def places_behind(cols, shape, K, stride=1, pad=0):
    N, C, H, W = shape
    rows, columns = (nn.conv_output_side(side, K, stride, pad) for side in (H, W))
    windows = cols.reshape(N, C, K, K, rows, columns)
    padded = np.zeros((N, C, H + 2 * pad, W + 2 * pad))
    for u in range(K):
        for v in range(K):
            down = slice(u, u + stride * rows, stride)
            along = slice(v, v + stride * columns, stride)
            padded[:, :, down, along] += windows[:, :, u, v]
    return padded[:, :, pad : pad + H, pad : pad + W]


def turned_and_overwritten(cols, shape, K, stride=1, pad=0):
    N, C, H, W = shape
    rows, columns = (nn.conv_output_side(side, K, stride, pad) for side in (H, W))
    windows = cols.reshape(N, rows, columns, C, K, K).transpose(0, 3, 4, 5, 1, 2)
    padded = np.zeros((N, C, H + 2 * pad, W + 2 * pad))
    for u in range(K):
        for v in range(K):
            down = slice(u, u + stride * rows, stride)
            along = slice(v, v + stride * columns, stride)
            padded[:, :, down, along] = windows[:, :, K - 1 - u, K - 1 - v]
    return padded[:, :, pad : pad + H, pad : pad + W]


TOLD = [
    (turned_and_overwritten, "window-flipped-and-first-window-kept"),
    (places_behind, "places-behind-the-window"),
    (cut_at(1, 0), "margin-of-columns-cut-to-the-right"),
    (cut_at(2, 1), "margin-of-rows-cut-above"),
    (cut_at_the_start, "margin-cut-at-the-start"),
    (overwritten_by_columns, "overwritten-and-window-by-columns"),
    (not_cut_at_pad_zero, "nothing-left-without-margin"),
    (added_and_halved, "half", "X"),
    (largest_share, "X"),
    (padded_as_well, "shape"),
    (table_reshaped, "X"),
    (fancy_index_added, "overwritten"),
    (side_by_side, "X"),
]
