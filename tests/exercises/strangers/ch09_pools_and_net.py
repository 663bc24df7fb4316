"""Chapter 9, patches, pools and the network, as strangers answer it."""

import numpy as np

from tests.exercises.strangers.ch09_convolution import _cback, _conv
from tests.exercises.strangers.table import right, wrong


def _cols(X, K, stride, pad, axes=(0, 4, 5, 1, 2, 3)):
    Xp = np.pad(X, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    N, C, H, V = Xp.shape
    h, v = (H - K) // stride + 1, (V - K) // stride + 1
    out = np.zeros((N, C, K, K, h, v))
    for p in range(K):
        for q in range(K):
            out[:, :, p, q] = Xp[:, :, p : p + stride * h : stride, q : q + stride * v : stride]
    return out.transpose(axes).reshape(N * h * v, C * K * K)


@wrong("im2col", "columns by row, column, channel")
def _(X, K, stride=1, pad=0):
    return _cols(X, K, stride, pad, (0, 4, 5, 2, 3, 1))


@wrong("im2col", "rows by place before example")
def _(X, K, stride=1, pad=0):
    return _cols(X, K, stride, pad, (4, 5, 0, 1, 2, 3))


@wrong("im2col", "reshaped without a transpose")
def _(X, K, stride=1, pad=0):
    return _cols(X, K, stride, pad, (0, 1, 2, 3, 4, 5))


@wrong("im2col", "columns, not rows: transposed")
def _(X, K, stride=1, pad=0):
    return _cols(X, K, stride, pad).T


@wrong("im2col", "places column by column")
def _(X, K, stride=1, pad=0):
    return _cols(X, K, stride, pad, (0, 5, 4, 1, 2, 3))


@wrong("im2col", "pad forgotten")
def _(X, K, stride=1, pad=0):
    return _cols(X, K, stride, 0)


@right("im2col", "patch by patch in a list")
def _(X, K, stride=1, pad=0):
    Xp = np.pad(X, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    return np.array(
        [
            x[:, i : i + K, j : j + K].ravel()
            for x in Xp
            for i in range(0, Xp.shape[2] - K + 1, stride)
            for j in range(0, Xp.shape[3] - K + 1, stride)
        ]
    )


def _image(cols, shape, K, stride, pad, add=True):
    N, C, H, V = shape
    out = np.zeros((N, C, H + 2 * pad, V + 2 * pad))
    h, v = (H + 2 * pad - K) // stride + 1, (V + 2 * pad - K) // stride + 1
    parts = iter(cols.reshape(N * h * v, C, K, K))
    for n in range(N):
        for i in range(0, h * stride, stride):
            for j in range(0, v * stride, stride):
                if add:
                    out[n, :, i : i + K, j : j + K] += next(parts)
                else:
                    out[n, :, i : i + K, j : j + K] = next(parts)
    return out


@wrong("col2im", "overwrites in place of adding")
def _(cols, shape, K, stride=1, pad=0):
    H, V = shape[2:]
    return _image(cols, shape, K, stride, pad, False)[:, :, pad : pad + H, pad : pad + V]


@wrong("col2im", "padding not cut off")
def _(cols, shape, K, stride=1, pad=0):
    return _image(cols, shape, K, stride, pad)


@wrong("col2im", "divided by how often a place is covered (the average)")
def _(cols, shape, K, stride=1, pad=0):
    H, V = shape[2:]
    at = np.s_[:, :, pad : pad + H, pad : pad + V]
    n = _image(np.ones_like(cols), shape, K, stride, pad)
    return (_image(cols, shape, K, stride, pad) / np.maximum(n, 1))[at]


@right("col2im", "np.add.at with the places of im2col")
def _(cols, shape, K, stride=1, pad=0):
    places = np.arange(np.prod(shape)).reshape(shape) + 1
    where = _cols(places, K, stride, pad).astype(int)
    flat = np.zeros(np.prod(shape) + 1)
    np.add.at(flat, where, cols)
    return flat[1:].reshape(shape)


def _windows(X, s):
    N, C, H, V = X.shape
    return X.reshape(N, C, H // s, s, V // s, s)


@wrong("max_pool_forward", "mean in place of max")
def _(X, size):
    return _windows(X, size).mean((3, 5))


@wrong("max_pool_forward", "every size-th pixel")
def _(X, size):
    return X[:, :, ::size, ::size]


@wrong("max_pool_forward", "only along rows: then every size-th column")
def _(X, size):
    return _windows(X, size).max(3)[..., 0]


@wrong("max_pool_forward", "largest size, by absolute value")
def _(X, size):
    return np.abs(_windows(X, size)).max((3, 5))


@wrong("max_pool_forward", "reshape with the axes in the wrong order")
def _(X, size):
    N, C, H, V = X.shape
    return X.reshape(N, C, H // size, V // size, size, size).max((4, 5))


@right("max_pool_forward", "maximum of the strided slices")
def _(X, size):
    from functools import reduce

    return reduce(np.maximum, (X[:, :, i::size, j::size] for i in range(size) for j in range(size)))


@wrong("max_pool_backward", "spread evenly over the window")
def _(dout, X, size):
    return dout.repeat(size, 2).repeat(size, 3) / size**2


@wrong("max_pool_backward", "to every pixel of the window")
def _(dout, X, size):
    return dout.repeat(size, 2).repeat(size, 3)


@wrong("max_pool_backward", "to the upper left pixel")
def _(dout, X, size):
    d = np.zeros(X.shape)
    d[:, :, ::size, ::size] = dout
    return d


@wrong("max_pool_backward", "the mask without dout")
def _(dout, X, size):
    top = _windows(X, size).max((3, 5)).repeat(size, 2).repeat(size, 3)
    return (X == top).astype(float)


@wrong("max_pool_backward", "X times dout where largest")
def _(dout, X, size):
    top = _windows(X, size).max((3, 5)).repeat(size, 2).repeat(size, 3)
    return X * (X == top) * dout.repeat(size, 2).repeat(size, 3)


@right("max_pool_backward", "np.kron and a mask")
def _(dout, X, size):
    block = np.ones((size, size))
    return np.kron(dout, block) * (X == np.kron(_windows(X, size).max((3, 5)), block))


def _soft(Z):
    E = np.exp(Z - Z.max(1, keepdims=True))
    return E / E.sum(1, keepdims=True)


def _net(X, params, **k):
    (Wc, bc), (W, b) = params
    Z = _conv(X, Wc, bc, 1, Wc.shape[2] // 2)
    A = Z if k.get("linear") else np.maximum(Z, 0)
    pooled = _windows(A, 2).max((3, 5))
    flat = pooled.transpose(0, 2, 3, 1) if k.get("last") else pooled
    scores = flat.reshape(len(X), -1) @ W + b
    P = scores if k.get("scores") else _soft(scores)
    return P, {
        "X": X,
        "Z": Z,
        "A": A,
        "pooled": pooled.reshape(len(X), -1) if k.get("flat") else pooled,
    }


for _key, _note in {
    "linear": "ReLU forgotten",
    "last": "flattened with the channels last",
    "scores": "softmax forgotten",
    "flat": "pooled goes flat into the cache",
}.items():

    def _make(key):
        def conv_net_forward(X, params):
            return _net(X, params, **{key: True})

        return conv_net_forward

    wrong("conv_net_forward", _note)(_make(_key))

right("conv_net_forward", "plain")(lambda X, params: _net(X, params))


def _netback(P, y, cache, params, **k):
    (Wc, bc), (W, b) = params
    d = (P - np.eye(P.shape[1])[y]) / (1 if k.get("sum") else len(y))
    pooled = cache["pooled"]
    dW, db = pooled.reshape(len(y), -1).T @ d, d.sum(0)
    dp = (d @ W.T).reshape(pooled.shape)
    A = cache["A"]
    top = _windows(A, 2).max((3, 5)).repeat(2, 2).repeat(2, 3)
    dA = dp.repeat(2, 2).repeat(2, 3) * (1 if k.get("all") else A == top)
    dZ = dA if k.get("no_relu") else dA * (cache["Z"] > 0)
    _x, dWc, dbc = _cback(dZ, cache["X"], Wc, 1, 0 if k.get("no") else Wc.shape[2] // 2)
    if k.get("order"):
        return [(dW, db), (dWc, dbc)]
    return [(dWc, dbc), (dW, db)]


for _key, _note in {
    "sum": "not divided by N",
    "all": "pool sends its blame to every pixel of the window",
    "no_relu": "ReLU's slope forgotten",
    "order": "last layer first",
}.items():

    def _make_back(key):
        def conv_net_backward(P, y, cache, params):
            return _netback(P, y, cache, params, **{key: True})

        return conv_net_backward

    wrong("conv_net_backward", _note)(_make_back(_key))

right("conv_net_backward", "plain")(lambda P, y, cache, params: _netback(P, y, cache, params))
