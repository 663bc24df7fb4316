"""conv_forward: what must pass, and what must be told."""

import numpy as np

from bplab import nn


def padded(X, pad):
    return np.pad(X, ((0, 0), (0, 0), (pad, pad), (pad, pad)))


def places(X, W, stride, pad):
    return [(side + 2 * pad - W.shape[-1]) // stride + 1 for side in X.shape[2:]]


def seven_loops(X, W, b, stride=1, pad=0):
    Xp, (rows, columns) = padded(X, pad), places(X, W, stride, pad)
    F, C, K, _ = W.shape
    Z = np.zeros((len(X), F, rows, columns))
    for n in range(len(X)):
        for f in range(F):
            for i in range(rows):
                for j in range(columns):
                    total = b[f]
                    for c in range(C):
                        for u in range(K):
                            for v in range(K):
                                total += Xp[n, c, i * stride + u, j * stride + v] * W[f, c, u, v]
                    Z[n, f, i, j] = total
    return Z


def place_by_place(X, W, b, stride=1, pad=0):
    Xp, (rows, columns), K = padded(X, pad), places(X, W, stride, pad), W.shape[-1]
    Z = np.empty((len(X), len(W), rows, columns))
    for i in range(rows):
        for j in range(columns):
            window = Xp[:, :, i * stride : i * stride + K, j * stride : j * stride + K]
            Z[:, :, i, j] = np.einsum("ncuv,fcuv->nf", window, W) + b
    return Z


def weight_by_weight(X, W, b, stride=1, pad=0):
    Xp, (rows, columns) = padded(X, pad), places(X, W, stride, pad)
    Z = np.zeros((len(X), len(W), rows, columns)) + b.reshape(1, -1, 1, 1)
    for u, v in np.ndindex(*W.shape[2:]):
        seen = Xp[:, :, u : u + stride * rows : stride, v : v + stride * columns : stride]
        Z += np.einsum("ncij,fc->nfij", seen, W[:, :, u, v])
    return Z


def by_strides(X, W, b, stride=1, pad=0):
    Xp, (rows, columns), K = padded(X, pad), places(X, W, stride, pad), W.shape[-1]
    n, c, h, w = Xp.strides
    view = np.lib.stride_tricks.as_strided(
        Xp,
        (*X.shape[:2], rows, columns, K, K),
        (n, c, h * stride, w * stride, h, w),
    )
    return np.einsum("ncijuv,fcuv->nfij", view, W, optimize=True) + b[:, None, None]


def as_lists(X, W, b, stride=1, pad=0):
    return place_by_place(X, W, b, stride, pad).tolist()


def by_scipy(X, W, b, stride=1, pad=0):
    from scipy.signal import correlate

    Xp = padded(X, pad)
    Z = [[correlate(x, w, mode="valid")[0] + bias for w, bias in zip(W, b)] for x in Xp]  # noqa: B905
    return np.array(Z)[:, :, ::stride, ::stride]


def bias_of_place(X, W, b, stride=1, pad=0):
    Z = nn.conv_forward(X, W, b * 0, stride, pad)
    return Z + np.resize(b, Z.shape[-1])


def flipped_without_bias(X, W, b, stride=1, pad=0):
    return nn.conv_forward(X, W[:, :, ::-1, ::-1], b * 0, stride, pad)


def flipped_one_way(X, W, b, stride=1, pad=0):
    return nn.conv_forward(X, W[:, :, :, ::-1], b, stride, pad)


def every_second_of_all(X, W, b, stride=1, pad=0):
    return nn.conv_forward(X, W, b, 1, pad)[:, :, ::stride, :]


def in_float32(X, W, b, stride=1, pad=0):
    return nn.conv_forward(X.astype(np.float32), W.astype(np.float32), b, stride, pad).astype(
        np.float32
    )


def one_image_only(X, W, b, stride=1, pad=0):
    return nn.conv_forward(X[:1], W, b, stride, pad)[0]


def pad_in_place_of_stride(X, W, b, stride=1, pad=0):
    return nn.conv_forward(X, W, b, 1, pad + stride - 1)


def negative_bias_and_weights(X, W, b, stride=1, pad=0):
    return -nn.conv_forward(X, W, b, stride, pad)


def product_without_sum(X, W, b, stride=1, pad=0):
    Xp, (rows, columns), K = padded(X, pad), places(X, W, stride, pad), W.shape[-1]
    Z = np.zeros((len(X), len(W), rows, columns))
    for i in range(rows):
        for j in range(columns):
            for f in range(len(W)):
                window = Xp[:, :, i * stride : i * stride + K, j * stride : j * stride + K]
                Z[:, f, i, j] = window * W[f] + b[f]
    return Z


def square_images_only(X, W, b, stride=1, pad=0):
    Xp, (rows, _), K = padded(X, pad), places(X, W, stride, pad), W.shape[-1]
    Z = np.zeros((len(X), len(W), rows, rows))
    for i in range(rows):
        for j in range(rows):
            window = Xp[:, :, i * stride : i * stride + K, j * stride : j * stride + K]
            Z[:, :, i, j] = np.tensordot(window, W, axes=([1, 2, 3], [1, 2, 3])) + b
    return Z


def bias_once_a_window_row(X, W, b, stride=1, pad=0):
    return nn.conv_forward(X, W, b * W.shape[-1], stride, pad)


ACCEPTED = [
    seven_loops,
    place_by_place,
    weight_by_weight,
    by_strides,
    as_lists,
    by_scipy,
    nn.conv_forward,
]


def margin_of_columns_at_the_left(X, W, b, stride=1, pad=0):
    Xp = np.pad(X, ((0, 0), (0, 0), (pad, pad), (2 * pad, 0)))
    return nn.conv_forward(Xp, W, b, stride)


def columns_repeated(X, W, b, stride=1, pad=0):
    Xp = np.pad(padded(X, pad)[:, :, :, pad : -pad or None], [(0, 0)] * 3 + [(pad, pad)], "edge")
    return nn.conv_forward(Xp, W, b, stride)


def averaged_with_two_biases(X, W, b, stride=1, pad=0):
    return nn.conv_forward(X, W / X.shape[1], 2 * b, stride, pad)


def window_by_window(product):
    """The right answer, but for product(window, W): a row of numbers, one for each filter."""

    def forward(X, W, b, stride=1, pad=0):
        K = W.shape[-1]
        rows, columns = places(X, W, stride, pad)
        Xp, Z = padded(X, pad), np.zeros((len(X), len(W), rows, columns))
        for i, j in np.ndindex(rows, columns):
            top, left = i * stride, j * stride
            Z[:, :, i, j] = product(Xp[:, :, top : top + K, left : left + K], W) + b
        return Z

    forward.__name__ = product.__name__
    return forward


@window_by_window
def filters_cut_across(window, W):
    return window.reshape(len(window), -1) @ W.reshape(-1, len(W))


@window_by_window
def channels_last_windows(window, W):
    return window.transpose(0, 2, 3, 1).reshape(len(window), -1) @ W.reshape(len(W), -1).T


TOLD = [
    (channels_last_windows, "windows-channels-last"),
    (filters_cut_across, "filters-cut-across"),
    (margin_of_columns_at_the_left, "margin-all-to-the-left"),
    (columns_repeated, "margin-columns-repeated"),
    (averaged_with_two_biases, "the sum over the windows is there 1/C times", "b is there 2 times"),
    (bias_of_place, "Z"),
    (flipped_without_bias, "filter-flipped-and-bias-forgotten"),
    (flipped_one_way, "Z"),
    (every_second_of_all, "(6, 8, 7, 9)"),
    (in_float32, "float32"),
    (one_image_only, "shape"),
    (pad_in_place_of_stride, "shape"),
    (negative_bias_and_weights, "opposite"),
    (product_without_sum, "ValueError"),
    (square_images_only, "ValueError"),
    (bias_once_a_window_row, "Z"),
]
