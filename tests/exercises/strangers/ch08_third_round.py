"""A third round, chapter 8: written from the table of exercises alone, before any was run."""

import numpy as np

from bplab import nn
from tests.exercises.strangers.table import right, wrong


def _s(z):
    return 0.5 * (1 + np.tanh(0.5 * z))


wrong("rnn_step_forward", "bias forgotten")(
    lambda x, h_prev, Wx, Wh, b: np.tanh(x @ Wx + h_prev @ Wh)
)
wrong("rnn_step_forward", "Wh transposed")(
    lambda x, h_prev, Wx, Wh, b: np.tanh(x @ Wx + h_prev @ Wh.T + b)
)
wrong("rnn_step_forward", "sigmoid in place of tanh")(
    lambda x, h_prev, Wx, Wh, b: _s(x @ Wx + h_prev @ Wh + b)
)
wrong("rnn_step_forward", "two tanhs, one for each road, added")(
    lambda x, h_prev, Wx, Wh, b: np.tanh(x @ Wx + b) + np.tanh(h_prev @ Wh)
)
wrong("rnn_step_forward", "the old state is added outside, residual style")(
    lambda x, h_prev, Wx, Wh, b: h_prev + np.tanh(x @ Wx + h_prev @ Wh + b)
)
right("rnn_step_forward", "one product of joined arrays")(
    lambda x, h_prev, Wx, Wh, b: np.tanh(np.hstack([x, h_prev]) @ np.vstack([Wx, Wh]) + b)
)


def _rb(dh, x, h_prev, h, Wx, Wh):
    da = dh * (1 - h**2)
    return da @ Wx.T, da @ Wh.T, x.T @ da, h_prev.T @ da, da.sum(axis=0)


wrong("rnn_step_backward", "slope 1 - h, without the square")(
    lambda dh, x, h_prev, h, Wx, Wh: (
        (da := dh * (1 - h)) @ Wx.T,
        da @ Wh.T,
        x.T @ da,
        h_prev.T @ da,
        da.sum(axis=0),
    )
)
wrong("rnn_step_backward", "weights' gradients from dh, before the slope")(
    lambda dh, x, h_prev, h, Wx, Wh: (
        *_rb(dh, x, h_prev, h, Wx, Wh)[:2],
        x.T @ dh,
        h_prev.T @ dh,
        dh.sum(axis=0),
    )
)
wrong("rnn_step_backward", "dWx and dWh in each other's place")(
    lambda *a: tuple(_rb(*a)[i] for i in (0, 1, 3, 2, 4))
)
wrong("rnn_step_backward", "tanh of h, a second time, in the slope")(
    lambda dh, x, h_prev, h, Wx, Wh: (
        (da := dh * (1 - np.tanh(h) ** 2)) @ Wx.T,
        da @ Wh.T,
        x.T @ da,
        h_prev.T @ da,
        da.sum(axis=0),
    )
)
wrong("rnn_step_backward", "mean over the examples for b")(
    lambda *a: (*_rb(*a)[:4], _rb(*a)[4] / len(a[0]))
)


@wrong("rnn_forward", "h0 is used at every step")
def _(X, h0, Wx, Wh, b):
    return np.stack([np.tanh(X[:, t] @ Wx + h0 @ Wh + b) for t in range(X.shape[1])], axis=1)


@wrong("rnn_forward", "h0 ignored: starts from zeros")
def _(X, h0, Wx, Wh, b):
    return nn.rnn_forward(X, np.zeros_like(h0), Wx, Wh, b)


@wrong("rnn_forward", "stacked over time first: (T, N, H)")
def _(X, h0, Wx, Wh, b):
    h, out = h0, []
    for t in range(X.shape[1]):
        h = np.tanh(X[:, t] @ Wx + h @ Wh + b)
        out.append(h)
    return np.array(out)


@wrong("rnn_forward", "the state before each step is stored, h0 first")
def _(X, h0, Wx, Wh, b):
    h, out = h0, []
    for t in range(X.shape[1]):
        out.append(h)
        h = np.tanh(X[:, t] @ Wx + h @ Wh + b)
    return np.stack(out, axis=1)


@wrong("rnn_forward", "always reads the first frame")
def _(X, h0, Wx, Wh, b):
    h, out = h0, []
    for _ in range(X.shape[1]):
        h = np.tanh(X[:, 0] @ Wx + h @ Wh + b)
        out.append(h)
    return np.stack(out, axis=1)


@right("rnn_forward", "preallocated, input products in one einsum")
def _(X, h0, Wx, Wh, b):
    inputs = np.einsum("ntd,dh->nth", X, Wx) + b
    H = np.empty_like(inputs)
    h = h0
    for t in range(inputs.shape[1]):
        H[:, t] = h = np.tanh(inputs[:, t] + h @ Wh)
    return H


def _bptt(dH, X, h0, H, Wx, Wh, join=None, cut=None, order=None, prev=None, slope=None):
    T = X.shape[1]
    dX, dWx, dWh, db = np.zeros_like(X), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros(Wh.shape[0])
    later = np.zeros_like(h0)
    for t in order(T) if order else reversed(range(T)):
        dh = (join or (lambda own, later: own + later))(dH[:, t], later)
        before = H[:, t - 1] if t else h0
        if prev:
            before = prev(H, h0, t)
        da = dh * (1 - (slope(H, t) if slope else H[:, t]) ** 2)
        dX[:, t] = da @ Wx.T
        dWx += X[:, t].T @ da
        dWh += before.T @ da
        db += da.sum(axis=0)
        later = da @ Wh.T
        if cut and cut(t):
            later = np.zeros_like(later)
    return dX, later, dWx, dWh, db


right("rnn_backward", "one loop back, += everywhere")(_bptt)
wrong("rnn_backward", "loops forward in time")(lambda *a: _bptt(*a, order=range))
wrong("rnn_backward", "what comes from later is averaged with the own blame")(
    lambda *a: _bptt(*a, join=lambda own, later: (own + later) / 2)
)
wrong("rnn_backward", "first step's state before it taken as zeros")(
    lambda *a: _bptt(*a, prev=lambda H, h0, t: H[:, t - 1] if t else 0 * h0)
)
wrong("rnn_backward", "only the last step's blame starts: dH of the others ignored")(
    lambda dH, X, h0, H, Wx, Wh: _bptt(
        np.concatenate([0 * dH[:, :-1], dH[:, -1:]], axis=1), X, h0, H, Wx, Wh
    )
)
wrong("rnn_backward", "H[-1] by a wrapped index at t = 0")(
    lambda *a: _bptt(*a, prev=lambda H, h0, t: H[:, t - 1])
)
wrong("rnn_backward", "dh0 is left at zeros")(
    lambda *a: (lambda g: (g[0], np.zeros_like(g[1]), *g[2:]))(_bptt(*a))
)


def _truncated(dH, X, h0, H, Wx, Wh, steps, **change):
    g = _bptt(dH, X, h0, H, Wx, Wh, cut=change.pop("cut", lambda t: t % steps == 0), **change)
    return g[0], *g[2:]


right("truncated_rnn_backward", "the carried blame is cleared at every cut")(_truncated)
wrong("truncated_rnn_backward", "cuts counted from the end")(
    lambda dH, X, h0, H, Wx, Wh, steps: _truncated(
        dH, X, h0, H, Wx, Wh, steps, cut=lambda t: (X.shape[1] - t) % steps == 0
    )
)
wrong("truncated_rnn_backward", "steps never used: the full walk")(
    lambda dH, X, h0, H, Wx, Wh, steps: _truncated(dH, X, h0, H, Wx, Wh, steps, cut=lambda t: False)
)
wrong("truncated_rnn_backward", "cut one step early")(
    lambda dH, X, h0, H, Wx, Wh, steps: _truncated(
        dH, X, h0, H, Wx, Wh, steps, cut=lambda t: (t + 1) % steps == 0
    )
)
wrong("truncated_rnn_backward", "the state is cut as well: h0 at each stretch's first step")(
    lambda dH, X, h0, H, Wx, Wh, steps: _truncated(
        dH,
        X,
        h0,
        H,
        Wx,
        Wh,
        steps,
        prev=lambda H, h0, t: H[:, t - 1] if t % steps else h0,
    )
)
wrong("truncated_rnn_backward", "dh0 is given back, too: five things")(
    lambda dH, X, h0, H, Wx, Wh, steps: _bptt(dH, X, h0, H, Wx, Wh, cut=lambda t: t % steps == 0)
)
