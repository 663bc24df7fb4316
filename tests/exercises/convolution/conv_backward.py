"""conv_backward: what must pass, and what must be told."""

import numpy as np

from bplab import nn
from tests.exercises.convolution.conv_forward import padded


def cut(dXp, X, pad):
    return dXp[:, :, pad : pad + X.shape[2], pad : pad + X.shape[3]]


def place_by_place(dout, X, W, stride=1, pad=0):
    Xp, K = padded(X, pad), W.shape[-1]
    dXp, dW = np.zeros_like(Xp), np.zeros_like(W)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            at = np.s_[:, :, i * stride : i * stride + K, j * stride : j * stride + K]
            dW += np.tensordot(dout[:, :, i, j], Xp[at], axes=(0, 0))
            dXp[at] += np.tensordot(dout[:, :, i, j], W, axes=(1, 0))
    return cut(dXp, X, pad), dW, dout.sum(axis=(0, 2, 3))


def five_loops(dout, X, W, stride=1, pad=0):
    Xp, K = padded(X, pad), W.shape[-1]
    dXp, dW, db = np.zeros(Xp.shape), np.zeros(W.shape), np.zeros(len(W))
    for n in range(len(X)):
        for f in range(len(W)):
            for i in range(dout.shape[2]):
                for j in range(dout.shape[3]):
                    r, s = i * stride, j * stride
                    blame = dout[n, f, i, j]
                    dW[f] += blame * Xp[n, :, r : r + K, s : s + K]
                    dXp[n, :, r : r + K, s : s + K] += blame * W[f]
                    db[f] += blame
    return [cut(dXp, X, pad), dW, db.tolist()]


def by_sliding_back(dout, X, W, stride=1, pad=0):
    """dX as a convolution of dout, spread by stride, with the filters turned by half a turn."""
    K = W.shape[-1]
    N, F, rows, columns = dout.shape
    wide = np.zeros((N, F, (rows - 1) * stride + 1, (columns - 1) * stride + 1))
    wide[:, :, ::stride, ::stride] = dout
    turned = W[:, :, ::-1, ::-1].transpose(1, 0, 2, 3)
    dXp = nn.conv_forward(wide, turned, np.zeros(W.shape[1]), 1, K - 1)
    dW = (
        nn.conv_forward(
            padded(X, pad).transpose(1, 0, 2, 3), wide.transpose(1, 0, 2, 3), np.zeros(F)
        )
        if wide.shape[2] == wide.shape[3]
        else place_by_place(dout, X, W, stride, pad)[1]
    )
    return cut(dXp, X, pad), dW, dout.sum((0, 2, 3))


def by_einsum(dout, X, W, stride=1, pad=0):
    K, (N, _, rows, columns) = W.shape[-1], dout.shape
    table = nn.im2col(X, K, stride, pad).reshape(N, rows, columns, -1)
    dW = np.einsum("nfij,nijk->fk", dout, table).reshape(W.shape)
    cols = np.einsum("nfij,fcuv->nijcuv", dout, W).reshape(N * rows * columns, -1)
    return nn.col2im(cols, X.shape, K, stride, pad), dW, np.einsum("nfij->f", dout)


def by_weight(dout, X, W, stride=1, pad=0):
    Xp = padded(X, pad)
    dXp, dW = np.zeros(Xp.shape), np.empty(W.shape)
    rows, columns = dout.shape[2:]
    for u, v in np.ndindex(*W.shape[2:]):
        at = np.s_[:, :, u : u + stride * rows : stride, v : v + stride * columns : stride]
        dW[:, :, u, v] = np.einsum("nfij,ncij->fc", dout, Xp[at])
        dXp[at] += np.einsum("nfij,fc->ncij", dout, W[:, :, u, v])
    return cut(dXp, X, pad), dW, dout.sum(axis=3).sum(axis=2).sum(axis=0)


def change(dX=lambda g, *a: g, dW=lambda g, *a: g, db=lambda g, *a: g):
    def conv_backward(dout, X, W, stride=1, pad=0):
        right = nn.conv_backward(dout, X, W, stride, pad)
        return tuple(f(g, dout, X, W) for f, g in zip((dX, dW, db), right, strict=True))

    return conv_backward


def unpadded_weights(dout, X, W, stride=1, pad=0):
    """The loop goes over X, which ends before the windows do."""
    dX, dW, db = nn.conv_backward(dout, X, W, stride, pad)
    K, dW = W.shape[-1], np.zeros_like(W)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            window = X[:, :, i * stride : i * stride + K, j * stride : j * stride + K]
            dW += np.tensordot(dout[:, :, i, j], window, axes=(0, 0))
    return dX, dW, db


def blame_of_outputs_for_weights(dout, X, W, stride=1, pad=0):
    _, dW, db = nn.conv_backward(dout, X, W, stride, pad)
    return X * 0, dW, db


def pixels_of_first_example(dout, X, W, stride=1, pad=0):
    dX, dW, db = nn.conv_backward(dout, X, W, stride, pad)
    dX = np.zeros_like(dX)
    dX[0] = nn.conv_backward(dout[:1], X[:1], W, stride, pad)[0]
    return dX, dW, db


def two_returned(dout, X, W, stride=1, pad=0):
    return nn.conv_backward(dout, X, W, stride, pad)[:2]


def dout_changed(dout, X, W, stride=1, pad=0):
    dout *= 1.0 / len(X)
    return nn.conv_backward(dout, X, W, stride, pad)


def overwritten_and_averaged(dout, X, W, stride=1, pad=0):
    Xp, K = padded(X, pad), W.shape[-1]
    dXp, (_, dW, db) = np.zeros_like(Xp), nn.conv_backward(dout, X, W, stride, pad)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            at = np.s_[:, :, i * stride : i * stride + K, j * stride : j * stride + K]
            dXp[at] = np.tensordot(dout[:, :, i, j], W, axes=(1, 0))
    return cut(dXp, X, pad), dW / len(X), db / len(X)


def flipped_and_overwritten(dout, X, W, stride=1, pad=0):
    Xp, K = padded(X, pad), W.shape[-1]
    dXp, (_, dW, db) = np.zeros_like(Xp), nn.conv_backward(dout, X, W, stride, pad)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            at = np.s_[:, :, i * stride : i * stride + K, j * stride : j * stride + K]
            dXp[at] = np.tensordot(dout[:, :, i, j], W[:, :, ::-1, ::-1], axes=(1, 0))
    return cut(dXp, X, pad), dW, db


def written_over(dout, X, W, stride=1, pad=0):
    """dW and dX of the five loops with = in the place of +=."""
    Xp, K = padded(X, pad), W.shape[-1]
    dXp, dW = np.zeros(Xp.shape), np.zeros(W.shape)
    for n, f, i, j in np.ndindex(*dout.shape):
        at = np.s_[n, :, i * stride : i * stride + K, j * stride : j * stride + K]
        dW[f] = dout[n, f, i, j] * Xp[at]
        dXp[at] = dout[n, f, i, j] * W[f]
    return cut(dXp, X, pad), dW


def weights_written_over(dout, X, W, stride=1, pad=0):
    dX, _, db = nn.conv_backward(dout, X, W, stride, pad)
    return dX, written_over(dout, X, W, stride, pad)[1], db


def pixels_written_over(dout, X, W, stride=1, pad=0):
    _, dW, db = nn.conv_backward(dout, X, W, stride, pad)
    return written_over(dout, X, W, stride, pad)[0], dW, db


def pixels_for_weights(dout, X, W, stride=1, pad=0):
    _, dW, db = nn.conv_backward(dout, X, W, stride, pad)
    Xp, K = padded(X, pad), W.shape[-1]
    dXp = np.zeros(Xp.shape)
    for n, f, i, j in np.ndindex(*dout.shape):
        at = np.s_[n, :, i * stride : i * stride + K, j * stride : j * stride + K]
        dXp[at] += dout[n, f, i, j] * Xp[at]
    return cut(dXp, X, pad), dW, db


def from_table(by_filter):
    def conv_backward(dout, X, W, stride=1, pad=0):
        table, K = by_filter(dout), W.shape[-1]
        dW = (table @ nn.im2col(X, K, stride, pad)).reshape(W.shape)
        dX = nn.col2im(table.T @ W.reshape(len(W), -1), X.shape, K, stride, pad)
        return dX, dW, table.sum(axis=1)

    return conv_backward


ACCEPTED = [place_by_place, five_loops, by_sliding_back, by_einsum, by_weight]


def one_pixel_along(dout, X, W, stride=1, pad=0):
    """Backward with windows that move by stride downwards, and by one pixel along."""
    N, F, rows, columns = dout.shape
    Xp, K = padded(X, pad), W.shape[-1]
    dXp, dW = np.zeros(Xp.shape), np.zeros(W.shape)
    for i in range(rows):
        for j in range(columns):
            at = np.s_[:, :, i * stride : i * stride + K, j : j + K]
            dW += np.einsum("nf,ncuv->fcuv", dout[:, :, i, j], Xp[at])
            dXp[at] += np.einsum("nf,fcuv->ncuv", dout[:, :, i, j], W)
    H, V = X.shape[2:]
    return dXp[:, :, pad : pad + H, pad : pad + V], dW, dout.sum(axis=(0, 2, 3))


TOLD = [
    (one_pixel_along, "stride-down-only"),
    (
        lambda *given: (one_pixel_along(*given)[0], *nn.conv_backward(*given)[1:]),
        "pixels-stride-down-only",
    ),
    (weights_written_over, "weights-of-last-window"),
    (pixels_written_over, "pixels-last-share"),
    (pixels_for_weights, "pixels-for-weights"),
    (from_table(lambda dout: dout.reshape(dout.shape[1], -1)), "axes-not-moved"),
    (
        from_table(lambda dout: dout.transpose(1, 2, 3, 0).reshape(dout.shape[1], -1)),
        "examples-last",
    ),
    (change(dW=lambda g, *a: -g), "dW is exactly the opposite"),
    (change(db=lambda g, *a: g[::-1]), "db"),
    (change(dX=lambda g, *a: 2 * g), "dX", "2"),
    (change(dX=lambda g, *a: g / len(g)), "dX", "1/N"),
    (change(dX=lambda g, *a: g.transpose(0, 1, 3, 2)), "dX has shape"),
    (change(dW=lambda g, *a: g.transpose(1, 0, 2, 3)), "dW has shape"),
    (change(dW=lambda g, *a: g.reshape(len(g), -1)), "dW has shape"),
    (change(dW=lambda g, dout, X, W: g + W), "dW"),
    (change(db=lambda g, dout, X, W: dout.max(axis=(0, 2, 3))), "db"),
    (change(db=lambda g, dout, X, W: g.reshape(-1, 1)), "(5, 1)"),
    (unpadded_weights, "ValueError"),
    (blame_of_outputs_for_weights, "dX is zero"),
    (pixels_of_first_example, "dX"),
    (two_returned, "3 things (dX, dW, db)"),
    (dout_changed, "changed what it was given: dout"),
    (overwritten_and_averaged, "db is exactly 1/N times", "dW and dX are off too"),
    (flipped_and_overwritten, "pixels-overwritten-and-pixels-flipped"),
]
