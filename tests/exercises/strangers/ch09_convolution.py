"""Chapter 9 as strangers answer it."""

import numpy as np

from tests.exercises.strangers.table import right, wrong


@wrong("conv_output_side", "plus one forgotten")
def _(side, K, stride=1, pad=0):
    if (side + 2 * pad - K) % stride or side + 2 * pad < K:
        raise ValueError("does not fit")
    return (side + 2 * pad - K) // stride


@wrong("conv_output_side", "pad counted once")
def _(side, K, stride=1, pad=0):
    if (side + pad - K) % stride or side + pad < K:
        raise ValueError("does not fit")
    return (side + pad - K) // stride + 1


@wrong("conv_output_side", "rounds down, never complains")
def _(side, K, stride=1, pad=0):
    return (side + 2 * pad - K) // stride + 1


@wrong("conv_output_side", "complains only when uneven, not below 1")
def _(side, K, stride=1, pad=0):
    if (side + 2 * pad - K) % stride:
        raise ValueError("uneven")
    return (side + 2 * pad - K) // stride + 1


@wrong("conv_output_side", "returns a float")
def _(side, K, stride=1, pad=0):
    out = (side + 2 * pad - K) / stride + 1
    if out < 1 or out != int(out):
        raise ValueError("does not fit")
    return out + 0.5 - 0.5 if stride > 1 else out + 1


@right("conv_output_side", "divmod")
def _(side, K, stride=1, pad=0):
    steps, rest = divmod(side + 2 * pad - K, stride)
    if rest or steps < 0:
        raise ValueError(f"a filter of {K} does not fit a side of {side}")
    return np.int64(steps + 1)


def _conv(X, W, b, stride=1, pad=0):
    N, C, H, V = X.shape
    F, _, K, _ = W.shape
    Xp = np.pad(X, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    h, v = (H + 2 * pad - K) // stride + 1, (V + 2 * pad - K) // stride + 1
    out = np.zeros((N, F, h, v))
    for i in range(h):
        for j in range(v):
            patch = Xp[:, :, i * stride : i * stride + K, j * stride : j * stride + K]
            out[:, :, i, j] = np.tensordot(patch, W, axes=([1, 2, 3], [1, 2, 3])) + b
    return out


@wrong("conv_forward", "filters flipped: a true convolution")
def _(X, W, b, stride=1, pad=0):
    return _conv(X, W[:, :, ::-1, ::-1], b, stride, pad)


@wrong("conv_forward", "bias forgotten")
def _(X, W, b, stride=1, pad=0):
    return _conv(X, W, 0 * b, stride, pad)


@wrong("conv_forward", "pads with the edge values")
def _(X, W, b, stride=1, pad=0):
    Xp = np.pad(X, ((0, 0), (0, 0), (pad, pad), (pad, pad)), mode="edge")
    return _conv(Xp, W, b, stride, 0)


@wrong("conv_forward", "stride ignored in the patch: always from i, j")
def _(X, W, b, stride=1, pad=0):
    full = _conv(X, W, b, 1, pad)
    h, v = (full.shape[2] - 1) // stride + 1, (full.shape[3] - 1) // stride + 1
    return full[:, :, :h, :v]


@wrong("conv_forward", "only the first channel")
def _(X, W, b, stride=1, pad=0):
    return _conv(X[:, :1], W[:, :1], b, stride, pad)


@wrong("conv_forward", "filter transposed (rows and columns swapped)")
def _(X, W, b, stride=1, pad=0):
    return _conv(X, W.swapaxes(2, 3), b, stride, pad)


@wrong("conv_forward", "mean over the patch, not the sum")
def _(X, W, b, stride=1, pad=0):
    return _conv(X, W / W[0].size, b, stride, pad)


@wrong("conv_forward", "bias added for every channel")
def _(X, W, b, stride=1, pad=0):
    return _conv(X, W, X.shape[1] * b, stride, pad)


@wrong("conv_forward", "pads only on the left and the top", kind="raises")
def _(X, W, b, stride=1, pad=0):
    Xp = np.pad(X, ((0, 0), (0, 0), (2 * pad, 0), (2 * pad, 0)))
    return _conv(Xp, W, b, stride, 0)


@right("conv_forward", "sliding windows")
def _(X, W, b, stride=1, pad=0):
    Xp = np.pad(X, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    view = np.lib.stride_tricks.sliding_window_view(Xp, W.shape[2:], axis=(2, 3))
    return np.einsum("nchwij,fcij->nfhw", view[:, :, ::stride, ::stride], W) + b[:, None, None]


@right("conv_forward", "scipy's correlate2d, strided after")
def _(X, W, b, stride=1, pad=0):
    from scipy.signal import correlate2d

    Xp = np.pad(X, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    return np.array(
        [
            [
                sum(correlate2d(x, w, mode="valid") for x, w in zip(image, f))[::stride, ::stride]
                + c
                for f, c in zip(W, b)
            ]
            for image in Xp
        ]
    )


def _cback(dout, X, W, stride=1, pad=0, **k):
    K = W.shape[2]
    Xp = np.pad(X, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    dXp, dW = np.zeros(Xp.shape), np.zeros(W.shape)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            at = np.s_[:, :, i * stride : i * stride + K, j * stride : j * stride + K]
            d = dout[:, :, i, j]
            share = np.tensordot(d, W[:, :, ::-1, ::-1] if k.get("flip") else W, axes=1)
            if k.get("overwrite"):
                dXp[at] = share
            else:
                dXp[at] += share
            dW += np.tensordot(d, Xp[at], axes=([0], [0]))
    H, V = X.shape[2:]
    dX = dXp[:, :, :H, :V] if k.get("corner") else dXp[:, :, pad : pad + H, pad : pad + V]
    return (dXp if k.get("padded") else dX), dW, dout.sum((0, 2, 3))


for _key, _note in {
    "flip": "dX with flipped filters",
    "overwrite": "overlapping patches overwrite in dX",
    "corner": "the padding is cut off at one end only",
    "padded": "dX still padded",
}.items():

    def _make(key):
        def conv_backward(dout, X, W, stride=1, pad=0):
            return _cback(dout, X, W, stride, pad, **{key: True})

        return conv_backward

    wrong("conv_backward", _note)(_make(_key))


@wrong("conv_backward", "db mean over places")
def _(dout, X, W, stride=1, pad=0):
    dX, dW, db = _cback(dout, X, W, stride, pad)
    return dX, dW, dout.mean((2, 3)).sum(0)


@wrong("conv_backward", "dW divided by N")
def _(dout, X, W, stride=1, pad=0):
    dX, dW, db = _cback(dout, X, W, stride, pad)
    return dX, dW / len(X), db


@wrong("conv_backward", "db of the first example")
def _(dout, X, W, stride=1, pad=0):
    dX, dW, db = _cback(dout, X, W, stride, pad)
    return dX, dW, dout[0].sum((1, 2))


@wrong("conv_backward", "dW flipped")
def _(dout, X, W, stride=1, pad=0):
    dX, dW, db = _cback(dout, X, W, stride, pad)
    return dX, dW[:, :, ::-1, ::-1], db


@wrong("conv_backward", "dW and db both divided by N", kind="two")
def _(dout, X, W, stride=1, pad=0):
    dX, dW, db = _cback(dout, X, W, stride, pad)
    return dX, dW / len(X), db / len(X)


@right("conv_backward", "loops over the filter's taps")
def _(dout, X, W, stride=1, pad=0):
    F, C, K, _ = W.shape
    h, v = dout.shape[2:]
    Xp = np.pad(X, [(0, 0), (0, 0), (pad, pad), (pad, pad)])
    dXp, dW = 0 * Xp, np.empty_like(W)
    for p in range(K):
        for q in range(K):
            at = np.s_[:, :, p : p + stride * h : stride, q : q + stride * v : stride]
            dW[:, :, p, q] = np.einsum("nfhv,nchv->fc", dout, Xp[at])
            dXp[at] += np.einsum("nfhv,fc->nchv", dout, W[:, :, p, q])
    end = -pad if pad else None
    return dXp[:, :, pad:end, pad:end], dW, dout.sum(axis=(0, 2, 3))
