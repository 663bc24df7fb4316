"""A fifth round, chapter 9, pooling and the small network: before any run."""

import numpy as np

from bplab import nn
from tests.exercises.strangers.table import right, wrong


@right("max_pool_forward", "two maxima, down and along")
def _(X, size):
    m = np.maximum.reduceat(X, np.arange(0, X.shape[2], size), axis=2)
    return np.maximum.reduceat(m, np.arange(0, X.shape[3], size), axis=3)


@right("max_pool_forward", "the size x size shifted copies")
def _(X, size):
    return np.max([X[:, :, u::size, v::size] for u in range(size) for v in range(size)], axis=0)


@wrong("max_pool_forward", "average pooling")
def _(X, size):
    N, C, H, W = X.shape
    return X.reshape(N, C, H // size, size, W // size, size).mean(axis=(3, 5))


@wrong("max_pool_forward", "starts at zeros and keeps the larger: negatives become 0")
def _(X, size):
    N, C, H, W = X.shape
    out = np.zeros((N, C, H // size, W // size))
    for u in range(size):
        for v in range(size):
            out = np.maximum(out, X[:, :, u::size, v::size])
    return out


@wrong("max_pool_forward", "reshaped to (H // size, W // size, size, size): not the windows")
def _(X, size):
    N, C, H, W = X.shape
    return X.reshape(N, C, H // size, W // size, size, size).max(axis=(4, 5))


@wrong("max_pool_forward", "largest in absolute size")
def _(X, size):
    N, C, H, W = X.shape
    w = X.reshape(N, C, H // size, size, W // size, size).transpose(0, 1, 2, 4, 3, 5)
    w = w.reshape(N, C, H // size, W // size, -1)
    k = np.abs(w).argmax(axis=-1)
    return np.take_along_axis(w, k[..., None], -1)[..., 0]


@wrong("max_pool_forward", "only the diagonal of a window is looked at")
def _(X, size):
    return np.max([X[:, :, u::size, u::size] for u in range(size)], axis=0)


@right("max_pool_backward", "argmax and put_along_axis")
def _(dout, X, size):
    N, C, H, W = X.shape
    w = X.reshape(N, C, H // size, size, W // size, size).swapaxes(3, 4)
    flat = w.reshape(N, C, H // size, W // size, -1)
    d = np.zeros_like(flat)
    np.put_along_axis(d, flat.argmax(-1)[..., None], dout[..., None], -1)
    return d.reshape(w.shape).swapaxes(3, 4).reshape(X.shape)


@right("max_pool_backward", "four loops and unravel_index")
def _(dout, X, size):
    dX = np.zeros_like(X)
    for n, c, i, j in np.ndindex(*dout.shape):
        window = X[n, c, i * size : (i + 1) * size, j * size : (j + 1) * size]
        u, v = np.unravel_index(np.argmax(window), window.shape)
        dX[n, c, i * size + u, j * size + v] += dout[n, c, i, j]
    return dX


@wrong("max_pool_backward", "average pooling's share: dout over size squared, everywhere")
def _(dout, X, size):
    return np.kron(dout, np.ones((1, 1, size, size))) / size**2


@wrong("max_pool_backward", "always to the first of the window")
def _(dout, X, size):
    dX = np.zeros_like(X)
    dX[:, :, ::size, ::size] = dout
    return dX


@wrong("max_pool_backward", "row and column of the argmax exchanged")
def _(dout, X, size):
    dX = np.zeros_like(X)
    for n, c, i, j in np.ndindex(*dout.shape):
        window = X[n, c, i * size : (i + 1) * size, j * size : (j + 1) * size]
        u, v = np.unravel_index(np.argmax(window), window.shape)
        dX[n, c, i * size + v, j * size + u] += dout[n, c, i, j]
    return dX


@wrong("max_pool_backward", "the winner's value times dout")
def _(dout, X, size):
    up = lambda a: a.repeat(size, 2).repeat(size, 3)  # noqa: E731
    best = up(nn.max_pool_forward(X, size))
    return np.where(X == best, X * up(dout), 0)


@wrong("max_pool_backward", "the winner of each row of a window")
def _(dout, X, size):
    N, C, H, W = X.shape
    rows = X.reshape(N, C, H, W // size, size)
    hit = (rows == rows.max(-1, keepdims=True)).reshape(X.shape)
    return hit * dout.repeat(size, axis=2).repeat(size, axis=3)


@wrong("max_pool_backward", "np.tile for np.repeat")
def _(dout, X, size):
    best = nn.max_pool_forward(X, size).repeat(size, 2).repeat(size, 3)
    return (X == best) * np.tile(dout, (1, 1, size, size))


@wrong("max_pool_backward", "the mask alone: dout forgotten")
def _(dout, X, size):
    best = nn.max_pool_forward(X, size).repeat(size, 2).repeat(size, 3)
    return (X == best).astype(float)


def _net(X, params, relu=True, pad=None, flat=None, pool=None, end=nn.softmax):
    (Wc, bc), (W, b) = params
    Z = nn.conv_forward(X, Wc, bc, 1, (Wc.shape[-1] - 1) // 2 if pad is None else pad)
    A = np.maximum(Z, 0) if relu else Z
    pooled = (pool or nn.max_pool_forward)(A, 2)
    rows = pooled.reshape(len(X), -1) if flat is None else flat(pooled)
    return end(rows @ W + b), {"X": X, "Z": Z, "A": A, "pooled": pooled}


right("conv_net_forward", "stages from a helper with switches")(lambda X, params: _net(X, params))


@right("conv_net_forward", "pooled first, ReLU after, A for the cache beside")
def _(X, params):
    (Wc, bc), (W, b) = params
    Z = nn.conv_forward(X, Wc, bc, pad=Wc.shape[2] // 2)
    pooled = np.maximum(nn.max_pool_forward(Z, 2), 0)
    P = nn.softmax(np.einsum("nf,fk->nk", pooled.reshape(len(X), -1), W) + b)
    return P, dict(X=X, Z=Z, A=Z * (Z > 0), pooled=pooled)


@wrong("conv_net_forward", "flattened with channels last, as Keras")
def _(X, params):
    return _net(X, params, flat=lambda p: p.transpose(0, 2, 3, 1).reshape(len(X), -1))


@wrong("conv_net_forward", "no ReLU")
def _(X, params):
    return _net(X, params, relu=False)


@wrong("conv_net_forward", "PyTorch habit: scores come back, no softmax")
def _(X, params):
    return _net(X, params, end=lambda s: s)


@wrong("conv_net_forward", "pooled is kept flat in the cache")
def _(X, params):
    P, cache = _net(X, params)
    cache["pooled"] = cache["pooled"].reshape(len(X), -1)
    return P, cache


@wrong("conv_net_forward", "A and Z are one array: ReLU written into Z")
def _(X, params):
    P, cache = _net(X, params)
    cache["Z"] = cache["A"]
    return P, cache


@wrong("conv_net_forward", "softmax down the batch")
def _(X, params):
    return _net(X, params, end=lambda s: nn.softmax(s.T).T)


@wrong("conv_net_forward", "average pooling")
def _(X, params):
    def mean(A, s):
        N, C, H, W = A.shape
        return A.reshape(N, C, H // s, s, W // s, s).mean(axis=(3, 5))

    return _net(X, params, pool=mean)


def _net_back(P, y, cache, params, delta=None, relu=True, flat=None, pool=None, X=None):
    (Wc, bc), (W, b) = params
    d = nn.softmax_cross_entropy_backward(P, y) if delta is None else delta(P, y)
    rows = cache["pooled"].reshape(len(P), -1)
    dW, db = rows.T @ d, d.sum(0)
    back = d @ W.T
    dpool = back.reshape(cache["pooled"].shape) if flat is None else flat(back)
    dA = (pool or nn.max_pool_backward)(dpool, cache["A"], 2)
    dZ = dA * (cache["Z"] > 0) if relu else dA
    _, dWc, dbc = nn.conv_backward(dZ, cache["X"] if X is None else X, Wc, 1, Wc.shape[-1] // 2)
    return [(dWc, dbc), (dW, db)]


right("conv_net_backward", "stages from a helper with switches")(
    lambda P, y, cache, params: _net_back(P, y, cache, params)
)


@right("conv_net_backward", "pool's backward on Z, then the mask; dW by einsum")
def _(P, y, cache, params):
    (Wc, _), (W, _) = params
    d = P.copy()
    d[np.arange(len(y)), y] -= 1
    d /= len(y)
    N, F, H, V = cache["pooled"].shape
    dW = np.einsum("nfhv,nk->fhvk", cache["pooled"], d).reshape(W.shape)
    dA = nn.max_pool_backward((d @ W.T).reshape(N, F, H, V), cache["Z"], 2)
    dZ = np.where(cache["A"] > 0, dA, 0)
    _, dWc, dbc = nn.conv_backward(dZ, cache["X"], Wc, pad=(Wc.shape[-1] - 1) // 2)
    return ((dWc, dbc), (dW, d.sum(axis=0)))


@wrong("conv_net_backward", "ReLU's slope forgotten")
def _(P, y, cache, params):
    def first(dout, A, size):  # argmax: one winner even where all are 0
        N, C, H, W = A.shape
        w = A.reshape(N, C, H // size, size, W // size, size).swapaxes(3, 4)
        flat = w.reshape(N, C, H // size, W // size, -1)
        d = np.zeros_like(flat)
        np.put_along_axis(d, flat.argmax(-1)[..., None], dout[..., None], -1)
        return d.reshape(w.shape).swapaxes(3, 4).reshape(A.shape)

    return _net_back(P, y, cache, params, relu=False, pool=first)


@wrong("conv_net_backward", "P - one_hot, no 1/N")
def _(P, y, cache, params):
    return _net_back(P, y, cache, params, delta=lambda P, y: P - np.eye(P.shape[1])[y])


@wrong("conv_net_backward", "last layer first")
def _(P, y, cache, params):
    return _net_back(P, y, cache, params)[::-1]


@wrong("conv_net_backward", "un-flattened as (H, W, F) and moved: other order than forward")
def _(P, y, cache, params):
    N, F, H, W = cache["pooled"].shape
    return _net_back(
        P, y, cache, params, flat=lambda d: d.reshape(N, H, W, F).transpose(0, 3, 1, 2)
    )


@wrong("conv_net_backward", "the pool hands on to everyone in a window")
def _(P, y, cache, params):
    return _net_back(
        P, y, cache, params, pool=lambda d, A, s: d.repeat(s, axis=2).repeat(s, axis=3)
    )


@wrong("conv_net_backward", "an extra P (1 - P), and the sign turned", "two")
def _(P, y, cache, params):
    return _net_back(
        P, y, cache, params, delta=lambda P, y: (np.eye(P.shape[1])[y] - P) * P * (1 - P) / len(y)
    )
