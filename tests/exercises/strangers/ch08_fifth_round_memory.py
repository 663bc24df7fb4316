"""A fifth round, chapter 8, the LSTM: before any run."""

import numpy as np

from bplab import nn
from tests.exercises.strangers.table import right, wrong


@right("lstm_step_forward", "PyTorch's chunk by slices of H")
def _(x, h_prev, c_prev, Wx, Wh, b):
    H = h_prev.shape[1]
    z = x.dot(Wx) + h_prev.dot(Wh) + b
    i, f, o = (nn.sigmoid(z[:, k * H : (k + 1) * H]) for k in range(3))
    c = f * c_prev + i * np.tanh(z[:, 3 * H :])
    return o * np.tanh(c), c


@right("lstm_step_forward", "reshape to (N, 4, H)")
def _(x, h_prev, c_prev, Wx, Wh, b):
    z = (x @ Wx + h_prev @ Wh + b).reshape(len(x), 4, -1)
    s = 0.5 * (1 + np.tanh(z[:, :3] / 2))
    c = s[:, 1] * c_prev + s[:, 0] * np.tanh(z[:, 3])
    return s[:, 2] * np.tanh(c), c


@wrong("lstm_step_forward", "PyTorch's order: i, f, g, o")
def _(x, h_prev, c_prev, Wx, Wh, b):
    i, f, g, o = np.split(x @ Wx + h_prev @ Wh + b, 4, axis=1)
    c = nn.sigmoid(f) * c_prev + nn.sigmoid(i) * np.tanh(g)
    return nn.sigmoid(o) * np.tanh(c), c


@wrong("lstm_step_forward", "BasicLSTMCell: forget bias of 1 added")
def _(x, h_prev, c_prev, Wx, Wh, b):
    i, f, o, g = np.split(x @ Wx + h_prev @ Wh + b, 4, axis=1)
    c = nn.sigmoid(f + 1.0) * c_prev + nn.sigmoid(i) * np.tanh(g)
    return nn.sigmoid(o) * np.tanh(c), c


@wrong("lstm_step_forward", "coupled gates: i = 1 - f")
def _(x, h_prev, c_prev, Wx, Wh, b):
    i, f, o, g = np.split(x @ Wx + h_prev @ Wh + b, 4, axis=1)
    f = nn.sigmoid(f)
    c = f * c_prev + (1 - f) * np.tanh(g)
    return nn.sigmoid(o) * np.tanh(c), c


@wrong("lstm_step_forward", "columns dealt out by turns: reshape to (N, H, 4)")
def _(x, h_prev, c_prev, Wx, Wh, b):
    z = (x @ Wx + h_prev @ Wh + b).reshape(len(x), -1, 4)
    i, f, o = (nn.sigmoid(z[:, :, k]) for k in range(3))
    c = f * c_prev + i * np.tanh(z[:, :, 3])
    return o * np.tanh(c), c


@wrong("lstm_step_forward", "output gate reads the old memory")
def _(x, h_prev, c_prev, Wx, Wh, b):
    i, f, o, g = np.split(x @ Wx + h_prev @ Wh + b, 4, axis=1)
    c = nn.sigmoid(f) * c_prev + nn.sigmoid(i) * np.tanh(g)
    return nn.sigmoid(o) * np.tanh(c_prev), c


def _back(dh, dc, x, h_prev, c_prev, Wx, Wh, b):
    z = x @ Wx + h_prev @ Wh + b
    n = len(b) // 4
    i, f, o = (nn.sigmoid(z[:, k * n : k * n + n]) for k in range(3))
    g = np.tanh(z[:, 3 * n :])
    t = np.tanh(f * c_prev + i * g)
    return i, f, o, g, t


def _finish(dz, x, h_prev, Wx, Wh):
    return dz @ Wx.T, dz @ Wh.T, x.T @ dz, h_prev.T @ dz, dz.sum(axis=0)


@right("lstm_step_backward", "one array of blame filled block by block")
def _(dh, dc, x, h_prev, c_prev, Wx, Wh, b):
    i, f, o, g, t = _back(dh, dc, x, h_prev, c_prev, Wx, Wh, b)
    whole = dc + dh * o * (1 - t) * (1 + t)
    n = h_prev.shape[1]
    dz = np.empty((len(x), 4 * n))
    dz[:, :n] = whole * g * (i - i**2)
    dz[:, n : 2 * n] = whole * c_prev * (f - f**2)
    dz[:, 2 * n : 3 * n] = dh * t * (o - o**2)
    dz[:, 3 * n :] = whole * i * (1 - g**2)
    dx, dhp, dWx, dWh, db = _finish(dz, x, h_prev, Wx, Wh)
    return dx, dhp, whole * f, dWx, dWh, db


@wrong("lstm_step_backward", "dc from later is dropped: only what comes through h")
def _(dh, dc, x, h_prev, c_prev, Wx, Wh, b):
    i, f, o, g, t = _back(dh, dc, x, h_prev, c_prev, Wx, Wh, b)
    dc = dh * o * (1 - t**2)
    dz = np.hstack(
        [dc * g * i * (1 - i), dc * c_prev * f * (1 - f), dh * t * o * (1 - o), dc * i * (1 - g**2)]
    )
    dx, dhp, dWx, dWh, db = _finish(dz, x, h_prev, Wx, Wh)
    return dx, dhp, dc * f, dWx, dWh, db


@wrong("lstm_step_backward", "blocks joined in PyTorch's order: i, f, g, o")
def _(dh, dc, x, h_prev, c_prev, Wx, Wh, b):
    i, f, o, g, t = _back(dh, dc, x, h_prev, c_prev, Wx, Wh, b)
    dc = dc + dh * o * (1 - t**2)
    dz = np.hstack(
        [dc * g * i * (1 - i), dc * c_prev * f * (1 - f), dc * i * (1 - g**2), dh * t * o * (1 - o)]
    )
    dx, dhp, dWx, dWh, db = _finish(dz, x, h_prev, Wx, Wh)
    return dx, dhp, dc * f, dWx, dWh, db


@wrong("lstm_step_backward", "slope of the candidate as a gate's: g (1 - g)")
def _(dh, dc, x, h_prev, c_prev, Wx, Wh, b):
    i, f, o, g, t = _back(dh, dc, x, h_prev, c_prev, Wx, Wh, b)
    dc = dc + dh * o * (1 - t**2)
    dz = np.hstack(
        [
            dc * g * i * (1 - i),
            dc * c_prev * f * (1 - f),
            dh * t * o * (1 - o),
            dc * i * g * (1 - g),
        ]
    )
    dx, dhp, dWx, dWh, db = _finish(dz, x, h_prev, Wx, Wh)
    return dx, dhp, dc * f, dWx, dWh, db


@wrong("lstm_step_backward", "dc_prev is dc times f, the dc that came in alone")
def _(dh, dc, x, h_prev, c_prev, Wx, Wh, b):
    i, f, o, g, t = _back(dh, dc, x, h_prev, c_prev, Wx, Wh, b)
    dc_prev = dc * f
    dc = dc + dh * o * (1 - t**2)
    dz = np.hstack(
        [dc * g * i * (1 - i), dc * c_prev * f * (1 - f), dh * t * o * (1 - o), dc * i * (1 - g**2)]
    )
    dx, dhp, dWx, dWh, db = _finish(dz, x, h_prev, Wx, Wh)
    return dx, dhp, dc_prev, dWx, dWh, db


@wrong("lstm_step_backward", "the blame of o takes c, not tanh(c)")
def _(dh, dc, x, h_prev, c_prev, Wx, Wh, b):
    i, f, o, g, t = _back(dh, dc, x, h_prev, c_prev, Wx, Wh, b)
    c = f * c_prev + i * g
    dc = dc + dh * o * (1 - t**2)
    dz = np.hstack(
        [dc * g * i * (1 - i), dc * c_prev * f * (1 - f), dh * c * o * (1 - o), dc * i * (1 - g**2)]
    )
    dx, dhp, dWx, dWh, db = _finish(dz, x, h_prev, Wx, Wh)
    return dx, dhp, dc * f, dWx, dWh, db


@wrong("lstm_step_backward", "tanh's slope at tanh(c), and dWx, dWh averaged over examples", "two")
def _(dh, dc, x, h_prev, c_prev, Wx, Wh, b):
    i, f, o, g, t = _back(dh, dc, x, h_prev, c_prev, Wx, Wh, b)
    dc = dc + dh * o * (1 - np.tanh(t) ** 2)
    dz = np.hstack(
        [dc * g * i * (1 - i), dc * c_prev * f * (1 - f), dh * t * o * (1 - o), dc * i * (1 - g**2)]
    )
    dx, dhp, dWx, dWh, db = _finish(dz, x, h_prev, Wx, Wh)
    return dx, dhp, dc * f, dWx / len(x), dWh / len(x), db


@wrong("lstm_step_backward", "dc += in place on the argument")
def _(dh, dc, x, h_prev, c_prev, Wx, Wh, b):
    i, f, o, g, t = _back(dh, dc, x, h_prev, c_prev, Wx, Wh, b)
    dc += dh * o * (1 - t**2)
    dz = np.hstack(
        [dc * g * i * (1 - i), dc * c_prev * f * (1 - f), dh * t * o * (1 - o), dc * i * (1 - g**2)]
    )
    dx, dhp, dWx, dWh, db = _finish(dz, x, h_prev, Wx, Wh)
    return dx, dhp, dc * f, dWx, dWh, db


@wrong("lstm_step_backward", "the forget gate's blame without its slope")
def _(dh, dc, x, h_prev, c_prev, Wx, Wh, b):
    i, f, o, g, t = _back(dh, dc, x, h_prev, c_prev, Wx, Wh, b)
    dc = dc + dh * o * (1 - t**2)
    dz = np.hstack([dc * g * i * (1 - i), dc * c_prev, dh * t * o * (1 - o), dc * i * (1 - g**2)])
    dx, dhp, dWx, dWh, db = _finish(dz, x, h_prev, Wx, Wh)
    return dx, dhp, dc * f, dWx, dWh, db


@right("lstm_forward", "a class with the state inside")
def _(X, h0, c0, Wx, Wh, b):
    class Cell:
        def __init__(self):
            self.h, self.c = h0, c0

        def __call__(self, x):
            self.h, self.c = nn.lstm_step_forward(x, self.h, self.c, Wx, Wh, b)
            return self.h, self.c

    cell = Cell()
    both = np.array([cell(X[:, t]) for t in range(X.shape[1])])
    return both[:, 0].transpose(1, 0, 2), both[:, 1].transpose(1, 0, 2)


@wrong("lstm_forward", "c is not carried: c0 at every step")
def _(X, h0, c0, Wx, Wh, b):
    h, H, C = h0, [], []
    for t in range(X.shape[1]):
        h, c = nn.lstm_step_forward(X[:, t], h, c0, Wx, Wh, b)
        H.append(h)
        C.append(c)
    return np.stack(H, 1), np.stack(C, 1)


@wrong("lstm_forward", "h and c exchanged when handed on")
def _(X, h0, c0, Wx, Wh, b):
    h, c, H, C = h0, c0, [], []
    for t in range(X.shape[1]):
        c, h = nn.lstm_step_forward(X[:, t], h, c, Wx, Wh, b)
        H.append(c)
        C.append(h)
    return np.stack(H, 1), np.stack(C, 1)


@wrong("lstm_forward", "Keras return_state: all H, the last c only")
def _(X, h0, c0, Wx, Wh, b):
    h, c, H = h0, c0, []
    for t in range(X.shape[1]):
        h, c = nn.lstm_step_forward(X[:, t], h, c, Wx, Wh, b)
        H.append(h)
    return np.stack(H, 1), c


@wrong("lstm_forward", "fresh zeros in the place of h0 and c0")
def _(X, h0, c0, Wx, Wh, b):
    N, T, _ = X.shape
    H, C = np.zeros((N, T, len(Wh))), np.zeros((N, T, len(Wh)))
    h = c = np.zeros((N, len(Wh)))
    for t in range(T):
        h, c = nn.lstm_step_forward(X[:, t], h, c, Wx, Wh, b)
        H[:, t], C[:, t] = h, c
    return H, C


def _through(dH, X, h0, c0, H, C, Wx, Wh, b, dc_of=None, dh_of=None, before=None):
    dX, dh, dc = np.zeros(X.shape), np.zeros_like(h0), np.zeros_like(c0)
    dWx, dWh, db = 0 * Wx, 0 * Wh, 0 * b
    for t in reversed(range(X.shape[1])):
        hp, cp = (h0, c0) if t == 0 else (H[:, t - 1], C[:, t - 1])
        if before:
            hp, cp = before(t, hp, cp)
        down = dH[:, t] + dh if dh_of is None else dh_of(dH[:, t], dh)
        into = dc if dc_of is None else dc_of(dc)
        dX[:, t], dh, dc, wx, wh, d = nn.lstm_step_backward(down, into, X[:, t], hp, cp, Wx, Wh, b)
        dWx, dWh, db = dWx + wx, dWh + wh, db + d
    return dX, dh, dc, dWx, dWh, db


right("lstm_backward", "a helper that walks back")(_through)


@wrong("lstm_backward", "zeros for dc at every step: the memory's road is closed")
def _(dH, X, h0, c0, H, C, Wx, Wh, b):
    return _through(dH, X, h0, c0, H, C, Wx, Wh, b, dc_of=np.zeros_like)


@wrong("lstm_backward", "the blame of later states is not added to dH")
def _(dH, X, h0, c0, H, C, Wx, Wh, b):
    return _through(dH, X, h0, c0, H, C, Wx, Wh, b, dh_of=lambda now, later: now)


@wrong("lstm_backward", "C[:, t] for the memory before")
def _(dH, X, h0, c0, H, C, Wx, Wh, b):
    return _through(dH, X, h0, c0, H, C, Wx, Wh, b, before=lambda t, h, c: (h, C[:, t]))


@wrong("lstm_backward", "negative index at t = 0: the last state and memory for h0, c0")
def _(dH, X, h0, c0, H, C, Wx, Wh, b):
    return _through(
        dH, X, h0, c0, H, C, Wx, Wh, b, before=lambda t, h, c: (H[:, t - 1], C[:, t - 1])
    )


@wrong("lstm_backward", "dh0 and dc0 exchanged")
def _(dH, X, h0, c0, H, C, Wx, Wh, b):
    dX, dh, dc, *rest = _through(dH, X, h0, c0, H, C, Wx, Wh, b)
    return dX, dc, dh, *rest


@wrong("lstm_backward", "dWx = in the loop, and dc doubled on its way", "two")
def _(dH, X, h0, c0, H, C, Wx, Wh, b):
    dX, dh, dc = np.zeros(X.shape), np.zeros_like(h0), np.zeros_like(c0)
    dWh, db = 0 * Wh, 0 * b
    for t in reversed(range(X.shape[1])):
        hp, cp = (h0, c0) if t == 0 else (H[:, t - 1], C[:, t - 1])
        dX[:, t], dh, dc, dWx, wh, d = nn.lstm_step_backward(
            dH[:, t] + dh, dc + dc, X[:, t], hp, cp, Wx, Wh, b
        )
        dWh, db = dWh + wh, db + d
    return dX, dh, dc, dWx, dWh, db
