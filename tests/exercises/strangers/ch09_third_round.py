"""A third round, chapter 9: written from the table of exercises alone, before any was run."""

import numpy as np

from bplab import nn
from tests.exercises.strangers.table import right, wrong


def _side(side, K, stride=1, pad=0, room=None, even=True):
    span = side + 2 * pad - K if room is None else room(side, K, pad)
    if (even and span % stride) or span < 0:
        raise ValueError("the windows do not fit")
    return span // stride + 1


right("conv_output_side", "span, remainder, ValueError")(_side)
wrong("conv_output_side", "pad counted once")(
    lambda side, K, stride=1, pad=0: _side(side, K, stride, pad, room=lambda s, k, p: s + p - k)
)
wrong("conv_output_side", "plus one inside the division")(
    lambda side, K, stride=1, pad=0: (
        _side(side, K, stride, pad),
        (side + 2 * pad - K + 1) // stride,
    )[1]
)
wrong("conv_output_side", "uneven spans rounded down without a word, as PyTorch")(
    lambda side, K, stride=1, pad=0: _side(side, K, stride, pad, even=False)
)
wrong("conv_output_side", "TensorFlow's same: side over stride, rounded up")(
    lambda side, K, stride=1, pad=0: (_side(side, K, stride, pad), -(-side // stride))[1]
)
wrong("conv_output_side", "a float comes back")(
    lambda side, K, stride=1, pad=0: float(_side(side, K, stride, pad)) + 0.0
)


def _pad(X, pad):
    return np.pad(X, ((0, 0), (0, 0), (pad, pad), (pad, pad)))


def _windows(X, K, stride):
    v = np.lib.stride_tricks.sliding_window_view(X, (K, K), axis=(2, 3))
    return v[:, :, ::stride, ::stride]


def _conv(X, W, b, stride=1, pad=0, kernel=lambda W: W, padding=_pad):
    return (
        np.einsum("nchwij,fcij->nfhw", _windows(padding(X, pad), W.shape[2], stride), kernel(W))
        + b[:, None, None]
    )


right("conv_forward", "sliding_window_view and einsum")(_conv)
wrong("conv_forward", "rows of the filter are read as columns")(
    lambda X, W, b, stride=1, pad=0: _conv(X, W, b, stride, pad, kernel=lambda W: W.swapaxes(2, 3))
)
wrong("conv_forward", "filter flipped up and down only")(
    lambda X, W, b, stride=1, pad=0: _conv(X, W, b, stride, pad, kernel=lambda W: W[:, :, ::-1])
)
wrong("conv_forward", "edges repeated in place of zeros")(
    lambda X, W, b, stride=1, pad=0: _conv(
        X,
        W,
        b,
        stride,
        pad,
        padding=lambda X, p: np.pad(X, ((0, 0), (0, 0), (p, p), (p, p)), mode="edge"),
    )
)
wrong("conv_forward", "stride of 1 always, cut to size at the end")(
    lambda X, W, b, stride=1, pad=0: _conv(X, W, b, 1, pad)[
        :, :, : _conv(X, W, b, stride, pad).shape[2], : _conv(X, W, b, stride, pad).shape[3]
    ]
)
wrong("conv_forward", "mean over the channels, not the sum")(
    lambda X, W, b, stride=1, pad=0: _conv(X, W / X.shape[1], b, stride, pad)
)
wrong("conv_forward", "first filter's bias for all")(
    lambda X, W, b, stride=1, pad=0: _conv(X, W, np.full_like(b, b[0]), stride, pad)
)
wrong("conv_forward", "ReLU taken along")(
    lambda X, W, b, stride=1, pad=0: np.maximum(_conv(X, W, b, stride, pad), 0)
)


def _convb(dout, X, W, stride=1, pad=0, assign=False, crop=True, kernel=lambda W: W, padded=True):
    Xp, K = _pad(X, pad), W.shape[2]
    dXp, dW = np.zeros_like(Xp), np.zeros_like(W)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            rows = slice(i * stride, i * stride + K)
            cols = slice(j * stride, j * stride + K)
            share = np.einsum("nf,fcij->ncij", dout[:, :, i, j], kernel(W))
            if assign:
                dXp[:, :, rows, cols] = share
            else:
                dXp[:, :, rows, cols] += share
            dW += np.einsum("nf,ncij->fcij", dout[:, :, i, j], Xp[:, :, rows, cols])
    H, Wd = X.shape[2:]
    dX = dXp[:, :, pad : pad + H, pad : pad + Wd] if crop else dXp[:, :, :H, :Wd]
    return dX, dW, dout.sum(axis=(0, 2, 3))


right("conv_backward", "loop over places, einsum at each")(_convb)
wrong("conv_backward", "= for += where windows overlap")(
    lambda *a, **k: _convb(*a, **k, assign=True)
)
wrong("conv_backward", "padding cropped from one side only")(
    lambda *a, **k: _convb(*a, **k, crop=False)
)
wrong("conv_backward", "filter flipped on the way back")(
    lambda *a, **k: _convb(*a, **k, kernel=lambda W: W[:, :, ::-1, ::-1])
)
wrong("conv_backward", "dW is a mean over places")(
    lambda dout, X, W, stride=1, pad=0: (
        lambda g: (g[0], g[1] / (dout.shape[2] * dout.shape[3]), g[2])
    )(_convb(dout, X, W, stride, pad))
)
wrong("conv_backward", "db is a mean over examples")(
    lambda dout, X, W, stride=1, pad=0: (lambda g: (g[0], g[1], g[2] / len(X)))(
        _convb(dout, X, W, stride, pad)
    )
)
wrong("conv_backward", "dX keeps its padding")(
    lambda dout, X, W, stride=1, pad=0: (lambda g: (_pad(g[0], pad), g[1], g[2]))(
        _convb(dout, X, W, stride, pad)
    )
)


def _cols(X, K, stride=1, pad=0, axes=(0, 2, 3, 1, 4, 5)):
    v = _windows(_pad(X, pad), K, stride).transpose(axes)
    n = X.shape[0] * v.shape[axes.index(2)] * v.shape[axes.index(3)] if axes[0] == 0 else None
    return v.reshape(n if n else -1, X.shape[1] * K * K)


right("im2col", "windows, transpose, reshape")(_cols)
wrong("im2col", "columns by row, column, channel (channels last)")(
    lambda *a, **k: _cols(*a, **k, axes=(0, 2, 3, 4, 5, 1))
)
wrong("im2col", "rows by row and column first, example last")(
    lambda *a, **k: _cols(*a, **k, axes=(2, 3, 0, 1, 4, 5))
)
wrong("im2col", "window's rows and columns exchanged")(
    lambda *a, **k: _cols(*a, **k, axes=(0, 2, 3, 1, 5, 4))
)
wrong("im2col", "transposed: one window a column")(lambda *a, **k: _cols(*a, **k).T)
wrong("im2col", "pad forgotten")(lambda X, K, stride=1, pad=0: _cols(X, K, stride))
wrong("im2col", "stride used for rows alone, columns go by one then cut")(
    lambda X, K, stride=1, pad=0: (
        lambda v, n: (
            v[:, :, ::stride][:, :, :, :n]
            .transpose(0, 2, 3, 1, 4, 5)
            .reshape(-1, X.shape[1] * K * K)
        )
    )(_windows(_pad(X, pad), K, 1), (X.shape[3] + 2 * pad - K) // stride + 1)
)


def _col2im(cols, shape, K, stride=1, pad=0, add=True, mean=False, first=False):
    N, C, H, W = shape
    h, w = (H + 2 * pad - K) // stride + 1, (W + 2 * pad - K) // stride + 1
    parts = cols.reshape(N, h, w, C, K, K)
    out, seen = np.zeros((N, C, H + 2 * pad, W + 2 * pad)), np.zeros((H + 2 * pad, W + 2 * pad))
    for i in range(h):
        for j in range(w):
            place = slice(i * stride, i * stride + K), slice(j * stride, j * stride + K)
            if add:
                out[(..., *place)] += parts[:, i, j]
            else:
                out[(..., *place)] = parts[:, i, j]
            seen[place] += 1
    if mean:
        out = out / np.maximum(seen, 1)
    return out[:, :, pad : pad + H, pad : pad + W]


right("col2im", "two loops, += on a padded canvas")(_col2im)
wrong("col2im", "later windows overwrite earlier ones")(lambda *a, **k: _col2im(*a, **k, add=False))
wrong("col2im", "averaged where windows overlap, so that it undoes im2col")(
    lambda *a, **k: _col2im(*a, **k, mean=True)
)
wrong("col2im", "pad ignored at the end: the upper left corner is cut out")(
    lambda cols, shape, K, stride=1, pad=0: (lambda whole: whole[:, :, : shape[2], : shape[3]])(
        _col2im(cols, (shape[0], shape[1], shape[2] + 2 * pad, shape[3] + 2 * pad), K, stride, 0)
    )
)


def _pools(X, size):
    N, C, H, W = X.shape
    return X.reshape(N, C, H // size, size, W // size, size)


wrong("max_pool_forward", "mean pooling")(lambda X, size: _pools(X, size).mean(axis=(3, 5)))
wrong("max_pool_forward", "maximum over the rows of a window alone, its first column kept")(
    lambda X, size: _pools(X, size).max(axis=3)[..., 0]
)
wrong("max_pool_forward", "windows slide by one")(
    lambda X, size: _windows(X, size, 1).max(axis=(4, 5))
)
wrong("max_pool_forward", "largest size: abs before max")(
    lambda X, size: np.abs(_pools(X, size)).max(axis=(3, 5))
)
right("max_pool_forward", "np.maximum.reduce over strided slices")(
    lambda X, size: np.maximum.reduce(
        [X[:, :, i::size, j::size] for i in range(size) for j in range(size)]
    )
)


def _poolb(dout, X, size, share=None):
    big = np.repeat(np.repeat(nn.max_pool_forward(X, size), size, 2), size, 3)
    up = np.repeat(np.repeat(dout, size, 2), size, 3)
    return up * (X == big) if share is None else share(up, X, big)


right("max_pool_backward", "repeat and compare")(_poolb)
wrong("max_pool_backward", "everyone in the window gets the blame")(
    lambda dout, X, size: _poolb(dout, X, size, share=lambda up, X, big: up)
)
wrong("max_pool_backward", "an equal share for all: mean pooling's backward")(
    lambda dout, X, size: _poolb(dout, X, size, share=lambda up, X, big: up / size**2)
)
wrong("max_pool_backward", "blame multiplied by the value")(
    lambda dout, X, size: _poolb(dout, X, size, share=lambda up, X, big: up * X * (X == big))
)
wrong("max_pool_backward", "all but the winner get it")(
    lambda dout, X, size: _poolb(dout, X, size, share=lambda up, X, big: up * (X != big))
)
wrong("max_pool_backward", "np.tile in place of np.repeat for dout")(
    lambda dout, X, size: (
        np.tile(dout, (1, 1, size, size))
        * (X == np.repeat(np.repeat(nn.max_pool_forward(X, size), size, 2), size, 3))
    )
)


def _cnet(X, params, order="relu first", flat=None, last=nn.softmax):
    (Wc, bc), (W, b) = params
    Z = nn.conv_forward(X, Wc, bc, 1, (Wc.shape[2] - 1) // 2)
    A = np.maximum(Z, 0)
    pooled = nn.max_pool_forward(A, 2)
    rows = pooled.reshape(len(X), -1) if flat is None else flat(pooled)
    return last(rows @ W + b), {"X": X, "Z": Z, "A": A, "pooled": pooled}


right("conv_net_forward", "straight down")(_cnet)
wrong("conv_net_forward", "flattened channels last")(
    lambda X, params: _cnet(X, params, flat=lambda p: p.transpose(0, 2, 3, 1).reshape(len(p), -1))
)
wrong("conv_net_forward", "flattened in Fortran order")(
    lambda X, params: _cnet(X, params, flat=lambda p: p.reshape(len(p), -1, order="F"))
)
wrong("conv_net_forward", "scores, no softmax")(
    lambda X, params: _cnet(X, params, last=lambda s: s)
)
wrong("conv_net_forward", "pooled is flattened in the cache")(
    lambda X, params: (lambda P, c: (P, c | {"pooled": c["pooled"].reshape(len(X), -1)}))(
        *_cnet(X, params)
    )
)
wrong("conv_net_forward", "Z in the cache is overwritten by the ReLU")(
    lambda X, params: (lambda P, c: (P, c | {"Z": c["A"]}))(*_cnet(X, params))
)


def _cnetb(P, y, cache, params, gate=None, pool=None, rows=None, into=None):
    (Wc, bc), (W, b) = params
    dS = (P - np.eye(P.shape[1])[y]) / len(y)
    flat = cache["pooled"].reshape(len(y), -1) if rows is None else rows(cache)
    dp = (dS @ W.T).reshape(cache["pooled"].shape)
    dA = nn.max_pool_backward(dp, cache["A"], 2) if pool is None else pool(dp, cache)
    dZ = dA * (cache["Z"] > 0) if gate is None else gate(dA, cache["Z"])
    _, dWc, dbc = nn.conv_backward(
        dZ, cache["X"] if into is None else into(cache), Wc, 1, (Wc.shape[2] - 1) // 2
    )
    return [(dWc, dbc), (flat.T @ dS, dS.sum(axis=0))]


right("conv_net_backward", "straight up again")(_cnetb)
wrong("conv_net_backward", "ReLU skipped on the way back")(
    lambda *a: _cnetb(*a, gate=lambda dA, Z: dA)
)
wrong("conv_net_backward", "pooling sends blame to all four, a quarter each")(
    lambda *a: _cnetb(*a, pool=lambda dp, c: np.repeat(np.repeat(dp / 4, 2, 2), 2, 3))
)
wrong("conv_net_backward", "dW of the last layer from rows flattened in Fortran order")(
    lambda *a: _cnetb(*a, rows=lambda c: c["pooled"].reshape(len(c["pooled"]), -1, order="F"))
)
wrong("conv_net_backward", "filters' gradient averaged over the examples again")(
    lambda *a: (lambda g: [(g[0][0] / len(a[1]), g[0][1] / len(a[1])), g[1]])(_cnetb(*a))
)
wrong("conv_net_backward", "slope of tanh for the ReLU")(
    lambda *a: _cnetb(*a, gate=lambda dA, Z: dA * (1 - np.tanh(Z) ** 2))
)
wrong("conv_net_backward", "bias of the filters summed over examples and rows only", "raises")(
    lambda *a: (lambda g: [(g[0][0], np.repeat(g[0][1][:, None], 8, 1)), g[1]])(_cnetb(*a))
)
