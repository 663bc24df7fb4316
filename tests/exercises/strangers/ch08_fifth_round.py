"""A fifth round, chapter 8, the plain recurrence: before any run."""

import numpy as np

from bplab import nn
from tests.exercises.strangers.table import right, wrong


@right("rnn_step_forward", "inputs and state side by side, weights stacked")
def _(x, h_prev, Wx, Wh, b):
    return np.tanh(np.hstack([x, h_prev]) @ np.vstack([Wx, Wh]) + b)


@wrong("rnn_step_forward", "PyTorch's two biases: b is added twice")
def _(x, h_prev, Wx, Wh, b):
    return np.tanh(x @ Wx + b + h_prev @ Wh + b)


@wrong("rnn_step_forward", "the state is added outside the tanh")
def _(x, h_prev, Wx, Wh, b):
    return np.tanh(x @ Wx + b) + h_prev @ Wh


@wrong("rnn_step_forward", "Wh transposed, as h @ W.T in PyTorch")
def _(x, h_prev, Wx, Wh, b):
    return np.tanh(x @ Wx + h_prev @ Wh.T + b)


@wrong("rnn_step_forward", "logistic function")
def _(x, h_prev, Wx, Wh, b):
    return nn.sigmoid(x @ Wx + h_prev @ Wh + b)


@right("rnn_step_backward", "einsum with letters for every axis")
def _(dh, x, h_prev, h, Wx, Wh):
    a = dh - dh * h * h
    return (
        np.einsum("nh,dh->nd", a, Wx),
        np.einsum("nk,hk->nh", a, Wh),
        np.einsum("nd,nh->dh", x, a),
        np.einsum("nh,nk->hk", h_prev, a),
        a.sum(0),
    )


@wrong("rnn_step_backward", "tanh taken of h again")
def _(dh, x, h_prev, h, Wx, Wh):
    da = dh * (1 - np.tanh(h) ** 2)
    return da @ Wx.T, da @ Wh.T, x.T @ da, h_prev.T @ da, da.sum(axis=0)


@wrong("rnn_step_backward", "slope of the state before")
def _(dh, x, h_prev, h, Wx, Wh):
    da = dh * (1 - h_prev**2)
    return da @ Wx.T, da @ Wh.T, x.T @ da, h_prev.T @ da, da.sum(axis=0)


@wrong(
    "rnn_step_backward",
    "Ng's notebook order: da_prev before dx swapped, and db with keepdims",
    "two",
)
def _(dh, x, h_prev, h, Wx, Wh):
    da = dh * (1 - h**2)
    return da @ Wh.T, da @ Wx.T, x.T @ da, h_prev.T @ da, da.sum(axis=0, keepdims=True)


@wrong("rnn_step_backward", "db and dWh from dh, before the slope")
def _(dh, x, h_prev, h, Wx, Wh):
    da = dh * (1 - h**2)
    return da @ Wx.T, da @ Wh.T, x.T @ da, h_prev.T @ dh, dh.sum(axis=0)


@wrong("rnn_step_backward", "outer product of the first example only (min-char-rnn, one at a time)")
def _(dh, x, h_prev, h, Wx, Wh):
    da = dh * (1 - h * h)
    return da @ Wx.T, da @ Wh.T, np.outer(x[0], da[0]), np.outer(h_prev[0], da[0]), da[0]


@right("rnn_forward", "accumulate over the time axis")
def _(X, h0, Wx, Wh, b):
    from itertools import accumulate

    step = lambda h, x: np.tanh(x @ Wx + h @ Wh + b)  # noqa: E731
    return np.stack(list(accumulate(X.swapaxes(0, 1), step, initial=h0))[1:], 1)


@right("rnn_forward", "recursive, one moment less at a time")
def _(X, h0, Wx, Wh, b):
    if X.shape[1] == 0:
        return np.empty((len(X), 0, len(b)))
    h = nn.rnn_step_forward(X[:, 0], h0, Wx, Wh, b)
    rest = nn.rnn_forward(X[:, 1:], h, Wx, Wh, b) if X.shape[1] > 1 else h[:, :0, None]
    return h[:, None] if X.shape[1] == 1 else np.concatenate([h[:, None], rest], axis=1)


@wrong("rnn_forward", "H[:, t - 1] at t = 0: the last, still zeros; h0 never used")
def _(X, h0, Wx, Wh, b):
    N, T, _ = X.shape
    H = np.zeros((N, T, Wh.shape[0]))
    for t in range(T):
        H[:, t] = np.tanh(X[:, t] @ Wx + H[:, t - 1] @ Wh + b)
    return H


@wrong("rnn_forward", "h0 kept as the state of every step")
def _(X, h0, Wx, Wh, b):
    H = []
    for t in range(X.shape[1]):
        h = np.tanh(X[:, t] @ Wx + h0 @ Wh + b)
        H.append(h)
    return np.stack(H, axis=1)


@wrong("rnn_forward", "states before each step: h0 in, the last out")
def _(X, h0, Wx, Wh, b):
    h, H = h0, []
    for t in range(X.shape[1]):
        H.append(h)
        h = np.tanh(X[:, t] @ Wx + h @ Wh + b)
    return np.stack(H, axis=1)


@wrong("rnn_forward", "np.array(H) without the axis: (T, N, H)")
def _(X, h0, Wx, Wh, b):
    h, H = h0, []
    for t in range(X.shape[1]):
        h = np.tanh(X[:, t] @ Wx + h @ Wh + b)
        H.append(h)
    return np.array(H)


@wrong("rnn_forward", "range(T - 1): the last moment is left at zero")
def _(X, h0, Wx, Wh, b):
    N, T, _ = X.shape
    H = np.zeros((N, T, len(b)))
    h = h0
    for t in range(T - 1):
        h = np.tanh(X[:, t] @ Wx + h @ Wh + b)
        H[:, t] = h
    return H


@wrong("rnn_forward", "TensorFlow 1 static state: b added at the first step only")
def _(X, h0, Wx, Wh, b):
    H = []
    h = h0
    for t in range(X.shape[1]):
        z = X[:, t] @ Wx + h @ Wh
        if t == 0:
            z = z + b
        h = np.tanh(z)
        H.append(h)
    return np.stack(H, axis=1)


def _bptt(dH, X, h0, H, Wx, Wh):
    dX, dWx, dWh, db = np.zeros_like(X), 0 * Wx, 0 * Wh, np.zeros(len(Wh))
    carry = np.zeros_like(h0)
    for t in range(X.shape[1] - 1, -1, -1):
        a = (dH[:, t] + carry) * (1 - H[:, t] ** 2)
        prev = h0 if t == 0 else H[:, t - 1]
        dX[:, t] = a @ Wx.T
        dWx += X[:, t].T @ a
        dWh += prev.T @ a
        db += a.sum(0)
        carry = a @ Wh.T
    return dX, carry, dWx, dWh, db


@right("rnn_backward", "all a first, then three products over places")
def _(dH, X, h0, H, Wx, Wh):
    A = np.zeros_like(H)
    carry = np.zeros_like(h0)
    for t in range(H.shape[1])[::-1]:
        A[:, t] = (dH[:, t] + carry) * (1 - H[:, t] ** 2)
        carry = A[:, t] @ Wh.T
    before = np.concatenate([h0[:, None], H[:, :-1]], axis=1)
    return (
        A @ Wx.T,
        carry,
        np.tensordot(X, A, ([0, 1], [0, 1])),
        np.tensordot(before, A, ([0, 1], [0, 1])),
        A.sum((0, 1)),
    )


@wrong("rnn_backward", "clipped to -0.1..0.1 at every step, against explosions")
def _(dH, X, h0, H, Wx, Wh):
    dX, dWx, dWh, db = np.zeros_like(X), 0 * Wx, 0 * Wh, np.zeros(len(Wh))
    carry = np.zeros_like(h0)
    for t in range(X.shape[1] - 1, -1, -1):
        a = (dH[:, t] + carry) * (1 - H[:, t] ** 2)
        prev = h0 if t == 0 else H[:, t - 1]
        dX[:, t] = a @ Wx.T
        dWx += X[:, t].T @ a
        dWh += prev.T @ a
        db += a.sum(0)
        carry = np.clip(a @ Wh.T, -0.1, 0.1)
    return dX, carry, dWx, dWh, db


@wrong("rnn_backward", "dh_next never updated in the loop")
def _(dH, X, h0, H, Wx, Wh):
    dX, dWx, dWh, db = np.zeros_like(X), 0 * Wx, 0 * Wh, np.zeros(len(Wh))
    dh_next = np.zeros_like(h0)
    for t in reversed(range(X.shape[1])):
        prev = h0 if t == 0 else H[:, t - 1]
        dX[:, t], dh0, wx, wh, d = nn.rnn_step_backward(
            dH[:, t] + dh_next, X[:, t], prev, H[:, t], Wx, Wh
        )
        dWx, dWh, db = dWx + wx, dWh + wh, db + d
    return dX, dh0, dWx, dWh, db


@wrong("rnn_backward", "H[:, t] handed over as the state before")
def _(dH, X, h0, H, Wx, Wh):
    dX, dWx, dWh, db = np.zeros_like(X), 0 * Wx, 0 * Wh, np.zeros(len(Wh))
    carry = np.zeros_like(h0)
    for t in reversed(range(X.shape[1])):
        dX[:, t], carry, wx, wh, d = nn.rnn_step_backward(
            dH[:, t] + carry, X[:, t], H[:, t], H[:, t], Wx, Wh
        )
        dWx += wx
        dWh += wh
        db += d
    return dX, carry, dWx, dWh, db


@wrong("rnn_backward", "dh0 is the blame of the first state, not of what came before it")
def _(dH, X, h0, H, Wx, Wh):
    dX, dWx, dWh, db = np.zeros_like(X), 0 * Wx, 0 * Wh, np.zeros(len(Wh))
    carry = np.zeros_like(h0)
    for t in reversed(range(X.shape[1])):
        dh = dH[:, t] + carry
        prev = h0 if t == 0 else H[:, t - 1]
        dX[:, t], carry, wx, wh, d = nn.rnn_step_backward(dh, X[:, t], prev, H[:, t], Wx, Wh)
        dWx, dWh, db = dWx + wx, dWh + wh, db + d
    return dX, dh, dWx, dWh, db


@wrong("rnn_backward", "weights counted from t = 1 on: range(T - 1, 0, -1)")
def _(dH, X, h0, H, Wx, Wh):
    dX, dWx, dWh, db = np.zeros_like(X), 0 * Wx, 0 * Wh, np.zeros(len(Wh))
    carry = np.zeros_like(h0)
    for t in range(X.shape[1] - 1, 0, -1):
        dX[:, t], carry, wx, wh, d = nn.rnn_step_backward(
            dH[:, t] + carry, X[:, t], H[:, t - 1], H[:, t], Wx, Wh
        )
        dWx, dWh, db = dWx + wx, dWh + wh, db + d
    return dX, carry, dWx, dWh, db


@wrong("rnn_backward", "only the last state speaks to the loss (many to one)")
def _(dH, X, h0, H, Wx, Wh):
    only = np.zeros_like(dH)
    only[:, -1] = dH[:, -1]
    return _bptt(only, X, h0, H, Wx, Wh)


@right("truncated_rnn_backward", "whole pass with the carry cleared at cuts")
def _(dH, X, h0, H, Wx, Wh, steps):
    T = X.shape[1]
    before = np.concatenate([h0[:, None], H[:, :-1]], axis=1)
    A, carry = np.zeros_like(H), 0.0
    for t in range(T - 1, -1, -1):
        if (t + 1) % steps == 0:
            carry = 0.0
        A[:, t] = (dH[:, t] + carry) * (1 - H[:, t] ** 2)
        carry = A[:, t] @ Wh.T
    flat = A.reshape(-1, A.shape[2])
    return (
        A @ Wx.T,
        X.reshape(-1, X.shape[2]).T @ flat,
        before.reshape(-1, before.shape[2]).T @ flat,
        flat.sum(0),
    )


@wrong("truncated_rnn_backward", "h0 as the state before every stretch")
def _(dH, X, h0, H, Wx, Wh, steps):
    dX, dWx, dWh, db = np.zeros_like(X), 0 * Wx, 0 * Wh, np.zeros(len(Wh))
    for s in range(0, X.shape[1], steps):
        p = slice(s, s + steps)
        dX[:, p], _, wx, wh, d = _bptt(dH[:, p], X[:, p], h0, H[:, p], Wx, Wh)
        dWx, dWh, db = dWx + wx, dWh + wh, db + d
    return dX, dWx, dWh, db


@wrong(
    "truncated_rnn_backward",
    "cut off by one: the stretch is over when t % steps == 0 going down, before use",
)
def _(dH, X, h0, H, Wx, Wh, steps):
    dX, dWx, dWh, db = np.zeros_like(X), 0 * Wx, 0 * Wh, np.zeros(len(Wh))
    carry = np.zeros_like(h0)
    for t in reversed(range(X.shape[1])):
        if t % steps == 0:
            carry = np.zeros_like(h0)
        prev = h0 if t == 0 else H[:, t - 1]
        dX[:, t], carry, wx, wh, d = nn.rnn_step_backward(
            dH[:, t] + carry, X[:, t], prev, H[:, t], Wx, Wh
        )
        dWx, dWh, db = dWx + wx, dWh + wh, db + d
    return dX, dWx, dWh, db


@wrong("truncated_rnn_backward", "T // steps stretches: the rest is lost")
def _(dH, X, h0, H, Wx, Wh, steps):
    dX, dWx, dWh, db = np.zeros_like(X), 0 * Wx, 0 * Wh, np.zeros(len(Wh))
    for k in range(X.shape[1] // steps):
        p = slice(k * steps, (k + 1) * steps)
        first = h0 if k == 0 else H[:, k * steps - 1]
        dX[:, p], _, wx, wh, d = _bptt(dH[:, p], X[:, p], first, H[:, p], Wx, Wh)
        dWx, dWh, db = dWx + wx, dWh + wh, db + d
    return dX, dWx, dWh, db


@wrong("truncated_rnn_backward", "only the last steps moments of the whole sequence")
def _(dH, X, h0, H, Wx, Wh, steps):
    dX, dWx, dWh, db = np.zeros_like(X), 0 * Wx, 0 * Wh, np.zeros(len(Wh))
    carry = np.zeros_like(h0)
    for t in range(X.shape[1] - 1, max(-1, X.shape[1] - 1 - steps), -1):
        prev = h0 if t == 0 else H[:, t - 1]
        dX[:, t], carry, wx, wh, d = nn.rnn_step_backward(
            dH[:, t] + carry, X[:, t], prev, H[:, t], Wx, Wh
        )
        dWx, dWh, db = dWx + wx, dWh + wh, db + d
    return dX, dWx, dWh, db


@wrong("truncated_rnn_backward", "d2l: the state is reset to zero at each cut, for dWh too")
def _(dH, X, h0, H, Wx, Wh, steps):
    dX, dWx, dWh, db = np.zeros_like(X), 0 * Wx, 0 * Wh, np.zeros(len(Wh))
    for s in range(0, X.shape[1], steps):
        p = slice(s, s + steps)
        first = h0 if s == 0 else np.zeros_like(h0)
        dX[:, p], _, wx, wh, d = _bptt(dH[:, p], X[:, p], first, H[:, p], Wx, Wh)
        dWx, dWh, db = dWx + wx, dWh + wh, db + d
    return dX, dWx, dWh, db
