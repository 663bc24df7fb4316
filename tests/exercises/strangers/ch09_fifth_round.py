"""A fifth round, chapter 9, convolutions and the table of windows: before any run."""

import numpy as np

from tests.exercises.strangers.table import right, wrong


@right("conv_output_side", "counts the places in a range")
def _(side, K, stride=1, pad=0):
    last = side + 2 * pad - K
    places = range(0, last + 1, stride)
    if not len(places) or places[-1] != last:
        raise ValueError(f"{side}, {K}, {stride}, {pad} do not fit")
    return len(places)


@wrong("conv_output_side", "rounded up")
def _(side, K, stride=1, pad=0):
    if side + 2 * pad < K:
        raise ValueError("window larger than the image")
    return int(np.ceil((side + 2 * pad - K) / stride)) + 1


@wrong("conv_output_side", "the + 1 is missing")
def _(side, K, stride=1, pad=0):
    if (side + 2 * pad - K) % stride or side + 2 * pad < K:
        raise ValueError
    return (side + 2 * pad - K) // stride


@wrong("conv_output_side", "assert in place of ValueError")
def _(side, K, stride=1, pad=0):
    out = (side + 2 * pad - K) / stride + 1
    assert out == int(out) and out >= 1, "does not fit"
    return int(out)


@wrong("conv_output_side", "raises for a remainder, but not below 1")
def _(side, K, stride=1, pad=0):
    moves, rest = divmod(side + 2 * pad - K, stride)
    if rest != 0:
        raise ValueError("uneven")
    return moves + 1


def _padded(X, pad):
    return np.pad(X, [(0, 0), (0, 0), (pad, pad), (pad, pad)])


@right("conv_forward", "sliding_window_view and einsum")
def _(X, W, b, stride=1, pad=0):
    K = W.shape[2]
    v = np.lib.stride_tricks.sliding_window_view(_padded(X, pad), (K, K), axis=(2, 3))
    return np.einsum("nchwuv,fcuv->nfhw", v[:, :, ::stride, ::stride], W) + b[None, :, None, None]


@right("conv_forward", "a sum over the K x K offsets")
def _(X, W, b, stride=1, pad=0):
    Xp, K = _padded(X, pad), W.shape[-1]
    rows = (Xp.shape[2] - K) // stride + 1
    cols = (Xp.shape[3] - K) // stride + 1
    Z = 0
    for u in range(K):
        for v in range(K):
            part = Xp[:, :, u:, v:][:, :, ::stride, ::stride][:, :, :rows, :cols]
            Z = Z + np.tensordot(part, W[:, :, u, v], (1, 1))
    return np.moveaxis(Z + b, -1, 1)


def _conv(X, W, b, stride=1, pad=0, Xp=None, at=None):
    Xp = _padded(X, pad) if Xp is None else Xp
    N, F, K = len(X), len(W), W.shape[-1]
    rows, cols = ((s + 2 * pad - K) // stride + 1 for s in X.shape[2:])
    Z = np.zeros((N, F, rows, cols))
    for n in range(N):
        for f in range(F):
            for i in range(rows):
                for j in range(cols):
                    p, q = (i * stride, j * stride) if at is None else at(i, j)
                    Z[n, f, i, j] = (Xp[n, :, p : p + K, q : q + K] * W[f]).sum() + b[f]
    return Z


@wrong("conv_forward", "signal processing: the kernel turned round")
def _(X, W, b, stride=1, pad=0):
    return _conv(X, np.flip(W, (2, 3)), b, stride, pad)


@wrong("conv_forward", "bias added once for every channel, inside the loop")
def _(X, W, b, stride=1, pad=0):
    return _conv(X, W, X.shape[1] * b, stride, pad)


@wrong("conv_forward", "the window starts at i, not at i times stride")
def _(X, W, b, stride=1, pad=0):
    return _conv(X, W, b, stride, pad, at=lambda i, j: (i, j))


@wrong("conv_forward", "padding repeats the edge")
def _(X, W, b, stride=1, pad=0):
    Xp = np.pad(X, ((0, 0), (0, 0), (pad, pad), (pad, pad)), mode="edge")
    return _conv(X, W, b, stride, pad, Xp)


@wrong("conv_forward", "padding all at the end: below and to the right")
def _(X, W, b, stride=1, pad=0):
    Xp = np.pad(X, ((0, 0), (0, 0), (0, 2 * pad), (0, 2 * pad)))
    return _conv(X, W, b, stride, pad, Xp)


@wrong("conv_forward", "channels averaged")
def _(X, W, b, stride=1, pad=0):
    return _conv(X, W / W.shape[1], b, stride, pad)


@wrong("conv_forward", "the channels' last in the result (TensorFlow)")
def _(X, W, b, stride=1, pad=0):
    return _conv(X, W, b, stride, pad).transpose(0, 2, 3, 1)


@wrong("conv_forward", "rows and columns of the window exchanged")
def _(X, W, b, stride=1, pad=0):
    return _conv(X, W.transpose(0, 1, 3, 2), b, stride, pad)


def _back(dout, X, W, stride=1, pad=0, write=False):
    Xp, K = _padded(X, pad), W.shape[-1]
    dXp, dW = np.zeros_like(Xp), np.zeros_like(W)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            s = np.s_[:, :, i * stride : i * stride + K, j * stride : j * stride + K]
            share = np.tensordot(dout[:, :, i, j], W, 1)
            dXp[s] = share if write else dXp[s] + share
            dW += np.tensordot(dout[:, :, i, j], Xp[s], (0, 0))
    H, V = X.shape[2:]
    return dXp[:, :, pad : pad + H, pad : pad + V], dW, dout.sum((0, 2, 3)), dXp


@right("conv_backward", "windows by einsum, dX by loops over offsets")
def _(dout, X, W, stride=1, pad=0):
    K = W.shape[2]
    v = np.lib.stride_tricks.sliding_window_view(_padded(X, pad), (K, K), axis=(2, 3))
    dW = np.einsum("nfhw,nchwuv->fcuv", dout, v[:, :, ::stride, ::stride])
    dXp = np.zeros((*X.shape[:2], X.shape[2] + 2 * pad, X.shape[3] + 2 * pad))
    for u in range(K):
        for w in range(K):
            view = dXp[:, :, u:, w:][:, :, ::stride, ::stride]
            view[:, :, : dout.shape[2], : dout.shape[3]] += np.einsum(
                "nfhw,fc->nchw", dout, W[:, :, u, w]
            )
    H, V = X.shape[2:]
    return dXp[:, :, pad : H + pad, pad : V + pad], dW, np.einsum("nfhw->f", dout)


@wrong("conv_backward", "dX[:, :, pad:-pad, pad:-pad], empty for pad 0")
def _(dout, X, W, stride=1, pad=0):
    _, dW, db, dXp = _back(dout, X, W, stride, pad)
    return dXp[:, :, pad:-pad, pad:-pad], dW, db


@wrong("conv_backward", "= where windows overlap, not +=")
def _(dout, X, W, stride=1, pad=0):
    return _back(dout, X, W, stride, pad, write=True)[:3]


@wrong("conv_backward", "the filter turned round in dX although shares are dealt out")
def _(dout, X, W, stride=1, pad=0):
    _, dW, db, _ = _back(dout, X, W, stride, pad)
    dX = _back(dout, X, np.flip(W, (2, 3)), stride, pad)[0]
    return dX, dW, db


@wrong("conv_backward", "dW turned round (deeplearning blog: conv of X with rotated dout)")
def _(dout, X, W, stride=1, pad=0):
    dX, dW, db, _ = _back(dout, X, W, stride, pad)
    return dX, np.rot90(dW, 2, (2, 3)), db


@wrong("conv_backward", "db summed over examples, averaged over places")
def _(dout, X, W, stride=1, pad=0):
    dX, dW, _, _ = _back(dout, X, W, stride, pad)
    return dX, dW, dout.mean(axis=(2, 3)).sum(axis=0)


@wrong("conv_backward", "cropped at the top left: dX[:H, :W]")
def _(dout, X, W, stride=1, pad=0):
    _, dW, db, dXp = _back(dout, X, W, stride, pad)
    return dXp[:, :, : X.shape[2], : X.shape[3]], dW, db


@wrong("conv_backward", "stride forgotten on the way back")
def _(dout, X, W, stride=1, pad=0):
    dX, dW, db, _ = _back(dout, X, W, 1, pad)
    return dX, dW, db


@wrong("conv_backward", "divided by N at the end, dW and db")
def _(dout, X, W, stride=1, pad=0):
    dX, dW, db, _ = _back(dout, X, W, stride, pad)
    return dX, dW / len(X), db / len(X)


@wrong("conv_backward", "db keeps the filter's axes: (F, 1, 1, 1), and dX is overwritten", "two")
def _(dout, X, W, stride=1, pad=0):
    dX, dW, db, _ = _back(dout, X, W, stride, pad, write=True)
    return dX, dW, db.reshape(-1, 1, 1, 1)


@right("im2col", "a row appended for each window")
def _(X, K, stride=1, pad=0):
    rows = []
    for image in _padded(X, pad):
        for i in range(0, image.shape[1] - K + 1, stride):
            for j in range(0, image.shape[2] - K + 1, stride):
                rows.append(image[:, i : i + K, j : j + K].ravel())
    return np.array(rows)


@right("im2col", "as_strided")
def _(X, K, stride=1, pad=0):
    Xp = np.ascontiguousarray(_padded(X, pad))
    N, C, H, W = Xp.shape
    n, c, h, w = Xp.strides
    shape = (N, (H - K) // stride + 1, (W - K) // stride + 1, C, K, K)
    steps = (n, h * stride, w * stride, c, h, w)
    return np.lib.stride_tricks.as_strided(Xp, shape, steps).reshape(-1, C * K * K).copy()


def _windows(X, K, stride, pad):
    v = np.lib.stride_tricks.sliding_window_view(_padded(X, pad), (K, K), axis=(2, 3))
    return v[:, :, ::stride, ::stride]


@wrong("im2col", "CS231n's order: rows by place, examples last")
def _(X, K, stride=1, pad=0):
    v = _windows(X, K, stride, pad)
    return v.transpose(2, 3, 0, 1, 4, 5).reshape(-1, X.shape[1] * K * K)


@wrong("im2col", "a column for each window (MATLAB)")
def _(X, K, stride=1, pad=0):
    v = _windows(X, K, stride, pad)
    return v.transpose(0, 2, 3, 1, 4, 5).reshape(-1, X.shape[1] * K * K).T


@wrong("im2col", "channel runs fastest (Keras)")
def _(X, K, stride=1, pad=0):
    v = _windows(X, K, stride, pad)
    return v.transpose(0, 2, 3, 4, 5, 1).reshape(-1, X.shape[1] * K * K)


@wrong("im2col", "reshape without transpose")
def _(X, K, stride=1, pad=0):
    return _windows(X, K, stride, pad).reshape(-1, X.shape[1] * K * K)


@wrong("im2col", "columns before rows of the image")
def _(X, K, stride=1, pad=0):
    v = _windows(X, K, stride, pad)
    return v.transpose(0, 3, 2, 1, 4, 5).reshape(-1, X.shape[1] * K * K)


@right("col2im", "np.add.at with indices of each entry")
def _(cols, shape, K, stride=1, pad=0):
    N, C, H, W = shape
    index = np.arange(N * C * (H + 2 * pad) * (W + 2 * pad)).reshape(N, C, H + 2 * pad, -1)
    v = np.lib.stride_tricks.sliding_window_view(index, (K, K), axis=(2, 3))
    v = v[:, :, ::stride, ::stride].transpose(0, 2, 3, 1, 4, 5)
    flat = np.bincount(v.ravel(), weights=np.asarray(cols).ravel(), minlength=index.size)
    return flat.reshape(index.shape)[:, :, pad : pad + H, pad : pad + W]


def _fold(cols, shape, K, stride=1, pad=0, add=True):
    N, C, H, W = shape
    out = np.zeros((N, C, H + 2 * pad, W + 2 * pad))
    rows, columns = (H + 2 * pad - K) // stride + 1, (W + 2 * pad - K) // stride + 1
    k = 0
    for n in range(N):
        for i in range(rows):
            for j in range(columns):
                s = np.s_[n, :, i * stride : i * stride + K, j * stride : j * stride + K]
                block = cols[k].reshape(C, K, K)
                out[s] = out[s] + block if add else block
                k += 1
    return out


@wrong("col2im", "written over, not added")
def _(cols, shape, K, stride=1, pad=0):
    out = _fold(cols, shape, K, stride, pad, add=False)
    return out[:, :, pad : pad + shape[2], pad : pad + shape[3]]


@wrong("col2im", "mean of what a pixel got, so that it undoes im2col")
def _(cols, shape, K, stride=1, pad=0):
    out = _fold(cols, shape, K, stride, pad)
    n = np.maximum(_fold(np.ones_like(cols), shape, K, stride, pad), 1)
    return (out / n)[:, :, pad : pad + shape[2], pad : pad + shape[3]]


@wrong("col2im", "the rim of zeros is left on")
def _(cols, shape, K, stride=1, pad=0):
    return _fold(cols, shape, K, stride, pad)


@wrong("col2im", "out[:, :, pad:-pad, pad:-pad] for pad 0 as well")
def _(cols, shape, K, stride=1, pad=0):
    return _fold(cols, shape, K, stride, pad)[:, :, pad:-pad, pad:-pad]


@wrong("col2im", "stride 1 assumed in the places")
def _(cols, shape, K, stride=1, pad=0):
    N, C, H, W = shape
    out = np.zeros((N, C, H + 2 * pad, W + 2 * pad))
    rows, columns = (H + 2 * pad - K) // stride + 1, (W + 2 * pad - K) // stride + 1
    blocks = cols.reshape(N, rows, columns, C, K, K)
    for i in range(rows):
        for j in range(columns):
            out[:, :, i : i + K, j : j + K] += blocks[:, i, j]
    return out[:, :, pad : pad + H, pad : pad + W]
