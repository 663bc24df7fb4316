"""A seventh round, chapter 9, convolution: kept of what was told too little of at its first run."""

import numpy as np

from bplab import nn
from tests.exercises.strangers.table import wrong


@wrong("conv_output_side", "pad on one side only")
def _(side, K, stride=1, pad=0):
    span = side + pad - K
    if span < 0 or span % stride != 0:
        raise ValueError("the filter does not fit")
    return span // stride + 1


@wrong("im2col", "last window missing in each direction")
def _(X, K, stride=1, pad=0):
    N, C, H, W = X.shape
    Xp = np.pad(X, [(0, 0), (0, 0), (pad, pad), (pad, pad)], "constant")
    rows = []
    for n in range(N):
        for i in range(0, H + 2 * pad - K, stride):
            for j in range(0, W + 2 * pad - K, stride):
                rows.append(Xp[n, :, i : i + K, j : j + K].ravel())
    return np.array(rows)


@wrong("max_pool_backward", "the offset of the window forgotten: all goes to the first corner")
def _(dout, X, size):
    dX = np.zeros_like(X)
    N, C, Ho, Wo = dout.shape
    for n in range(N):
        for c in range(C):
            for i in range(Ho):
                for j in range(Wo):
                    w = X[n, c, i * size : (i + 1) * size, j * size : (j + 1) * size]
                    r, s = np.unravel_index(np.argmax(w), w.shape)
                    dX[n, c, r, s] += dout[n, c, i, j]
    return dX


@wrong("max_pool_backward", "row offset forgotten only")
def _(dout, X, size):
    dX = np.zeros_like(X)
    N, C, Ho, Wo = dout.shape
    for n in range(N):
        for c in range(C):
            for i in range(Ho):
                for j in range(Wo):
                    w = X[n, c, i * size : (i + 1) * size, j * size : (j + 1) * size]
                    r, s = np.unravel_index(np.argmax(w), w.shape)
                    dX[n, c, r, j * size + s] += dout[n, c, i, j]
    return dX


@wrong("conv_net_backward", "relu slope missing and not divided by N", kind="two")
def _(P, y, cache, params):
    (Wc, bc), (W, b) = params
    dS = nn.softmax_cross_entropy_backward(P, y) * len(y)
    flat = cache["pooled"].reshape(len(P), -1)
    dflat, dW, db = nn.linear_backward(dS, flat, W)
    dA = nn.max_pool_backward(dflat.reshape(cache["pooled"].shape), cache["A"], 2)
    dZ = dA
    _, dWc, dbc = nn.conv_backward(dZ, cache["X"], Wc, 1, (Wc.shape[-1] - 1) // 2)
    return [(dWc, dbc), (dW, db)]
