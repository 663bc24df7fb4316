"""A seventh round, chapter 8, recurrent networks: kept of what was told too little of at its first run."""

import numpy as np

from bplab import nn
from tests.exercises.strangers.table import wrong


@wrong("rnn_step_forward", "only the diagonal of Wh is used (elementwise recurrence)")
def _(x, h_prev, Wx, Wh, b):
    return np.tanh(x @ Wx + h_prev * np.diag(Wh) + b)


@wrong("rnn_forward", "state fed back is the mean over the batch")
def _(X, h0, Wx, Wh, b):
    N, T, D = X.shape
    out = []
    h = h0
    for t in range(T):
        h = nn.rnn_step_forward(X[:, t], h, Wx, Wh, b)
        out.append(h)
        h = np.repeat(h.mean(axis=0, keepdims=True), N, axis=0)
    return np.stack(out, 1)


@wrong("rnn_backward", "clips the blame at each step")
def _(dH, X, h0, H, Wx, Wh):
    N, T, D = X.shape
    dX = np.zeros_like(X)
    dWx, dWh, db = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros(Wh.shape[0])
    dh_next = np.zeros_like(h0)
    for t in range(T - 1, -1, -1):
        prev = H[:, t - 1] if t > 0 else h0
        dh = np.clip(dH[:, t] + dh_next, -0.1, 0.1)
        dx, dh_next, a, c, d = nn.rnn_step_backward(dh, X[:, t], prev, H[:, t], Wx, Wh)
        dX[:, t] = dx
        dWx += a
        dWh += c
        db += d
    return dX, dh_next, dWx, dWh, db


@wrong("truncated_rnn_backward", "stretches overlap by one step")
def _(dH, X, h0, H, Wx, Wh, steps):
    T = X.shape[1]
    dX = np.zeros_like(X)
    totals = [np.zeros_like(Wx), np.zeros_like(Wh), np.zeros(Wh.shape[1])]
    for start in range(0, T, steps):
        end = min(start + steps + 1, T)
        first = h0 if start == 0 else H[:, start - 1]
        got = nn.rnn_backward(dH[:, start:end], X[:, start:end], first, H[:, start:end], Wx, Wh)
        dX[:, start:end] = got[0]
        for k in range(3):
            totals[k] += got[2 + k]
    return (dX, *totals)


@wrong("masked_cross_entropy", "mean per sequence first, then mean over sequences")
def _(scores, y, mask):
    N, T, C = scores.shape
    s = scores - scores.max(axis=2, keepdims=True)
    logp = s - np.log(np.exp(s).sum(axis=2, keepdims=True))
    loss = 0.0
    d = np.exp(logp)
    for n in range(N):
        for t in range(T):
            loss -= mask[n, t] * logp[n, t, y[n, t]] / max(mask[n].sum(), 1) * mask.sum() / N
            d[n, t, y[n, t]] -= 1
    n_valid = mask.sum()
    return loss / n_valid, d * mask[:, :, None] / n_valid


@wrong("lstm_step_backward", "gates gradient put together in another order (o before f)")
def _(dh, dc, x, h_prev, c_prev, Wx, Wh, b):
    A = x @ Wx + h_prev @ Wh + b
    ai, af, ao, ag = np.split(A, 4, axis=1)
    i, f, o, g = nn.sigmoid(ai), nn.sigmoid(af), nn.sigmoid(ao), np.tanh(ag)
    c = f * c_prev + i * g
    tc = np.tanh(c)
    do = dh * tc
    dct = dc + dh * o * (1 - tc**2)
    df = dct * c_prev
    di = dct * g
    dg = dct * i
    dA = np.concatenate(
        [di * i * (1 - i), do * o * (1 - o), df * f * (1 - f), dg * (1 - g**2)], axis=1
    )
    return dA @ Wx.T, dA @ Wh.T, dct * f, x.T @ dA, h_prev.T @ dA, dA.sum(axis=0)


@wrong("lstm_backward", "dH added to dc as well as to dh")
def _(dH, X, h0, c0, H, C, Wx, Wh, b):
    N, T, D = X.shape
    dX = np.empty_like(X)
    dWx = 0
    dWh = 0
    db = 0
    dh, dc = np.zeros_like(h0), np.zeros_like(c0)
    for t in range(T)[::-1]:
        hp = H[:, t - 1] if t else h0
        cp = C[:, t - 1] if t else c0
        dX[:, t], dh, dc, gx, gh, gb = nn.lstm_step_backward(
            dH[:, t] + dh, dc + dH[:, t], X[:, t], hp, cp, Wx, Wh, b
        )
        dWx = dWx + gx
        dWh = dWh + gh
        db = db + gb
    return dX, dh, dc, dWx, dWh, db


@wrong("lstm_backward", "h at time t instead of t-1 given to the step")
def _(dH, X, h0, c0, H, C, Wx, Wh, b):
    N, T, D = X.shape
    dX = np.empty_like(X)
    dWx = 0
    dWh = 0
    db = 0
    dh, dc = np.zeros_like(h0), np.zeros_like(c0)
    for t in range(T)[::-1]:
        hp = H[:, t]
        cp = C[:, t - 1] if t else c0
        dX[:, t], dh, dc, gx, gh, gb = nn.lstm_step_backward(
            dH[:, t] + dh, dc, X[:, t], hp, cp, Wx, Wh, b
        )
        dWx = dWx + gx
        dWh = dWh + gh
        db = db + gb
    return dX, dh, dc, dWx, dWh, db


@wrong("lstm_backward", "c0 taken as previous cell at every step")
def _(dH, X, h0, c0, H, C, Wx, Wh, b):
    N, T, D = X.shape
    dX = np.empty_like(X)
    dWx = 0
    dWh = 0
    db = 0
    dh, dc = np.zeros_like(h0), np.zeros_like(c0)
    for t in range(T)[::-1]:
        hp = H[:, t - 1] if t else h0
        cp = c0
        dX[:, t], dh, dc, gx, gh, gb = nn.lstm_step_backward(
            dH[:, t] + dh, dc, X[:, t], hp, cp, Wx, Wh, b
        )
        dWx = dWx + gx
        dWh = dWh + gh
        db = db + gb
    return dX, dh, dc, dWx, dWh, db


@wrong("settle", "W transposed and b left out", kind="two")
def _(x, W, U, b, tol=1e-12, max_steps=1000):
    a = np.zeros((x.shape[0], W.shape[0]))
    drive = x @ U
    for _ in range(max_steps):
        new = np.tanh(a @ W.T + drive)
        moved = np.max(np.abs(new - a))
        a = new
        if moved < tol:
            break
    return a


@wrong("lstm_backward", "dc halved at each step")
def _(dH, X, h0, c0, H, C, Wx, Wh, b):
    N, T, D = X.shape
    dX = np.empty_like(X)
    dWx = 0
    dWh = 0
    db = 0
    dh, dc = np.zeros_like(h0), np.zeros_like(c0)
    for t in range(T)[::-1]:
        hp = H[:, t - 1] if t else h0
        cp = C[:, t - 1] if t else c0
        dX[:, t], dh, dc, gx, gh, gb = nn.lstm_step_backward(
            dH[:, t] + dh, 0.5 * dc, X[:, t], hp, cp, Wx, Wh, b
        )
        dWx = dWx + gx
        dWh = dWh + gh
        db = db + gb
    return dX, dh, dc, dWx, dWh, db
