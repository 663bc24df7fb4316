"""truncated_rnn_backward: what must pass, and what must be told."""

import numpy as np

from bplab import nn


def reset_at_cuts(dH, X, h0, H, Wx, Wh, steps):
    """One walk, in which nothing comes from later at the end of a stretch."""
    T, dX = X.shape[1], np.zeros(X.shape)
    dWx, dWh, db = np.zeros(Wx.shape), np.zeros(Wh.shape), np.zeros(len(Wh))
    later = np.zeros(h0.shape)
    for t in range(T - 1, -1, -1):
        if (t + 1) % steps == 0:
            later = np.zeros(h0.shape)
        da = (dH[:, t] + later) * (1 - H[:, t] ** 2)
        dX[:, t], later = da @ Wx.T, da @ Wh.T
        dWx += X[:, t].T @ da
        dWh += (H[:, t - 1] if t else h0).T @ da
        db += da.sum(axis=0)
    return dX, dWx, dWh, db


def split_up(dH, X, h0, H, Wx, Wh, steps):
    cuts = list(range(steps, X.shape[1], steps))
    parts = [np.split(a, cuts, axis=1) for a in (dH, X, H)]
    starts = [h0] + [H[:, c - 1] for c in cuts]
    found = [nn.rnn_backward(d, x, s, h, Wx, Wh) for d, x, h, s in zip(*parts, starts, strict=True)]
    dX = np.concatenate([f[0] for f in found], axis=1)
    return [dX, *(sum(f[k] for f in found) for k in (2, 3, 4))]


ACCEPTED = [reset_at_cuts, split_up]


def reset(when):
    def truncated(dH, X, h0, H, Wx, Wh, steps):
        T, dX = X.shape[1], np.zeros(X.shape)
        dWx, dWh, db = np.zeros(Wx.shape), np.zeros(Wh.shape), np.zeros(len(Wh))
        later = np.zeros(h0.shape)
        for t in range(T - 1, -1, -1):
            if when(t, T, steps):
                later = np.zeros(h0.shape)
            da = (dH[:, t] + later) * (1 - H[:, t] ** 2)
            dX[:, t], later = da @ Wx.T, da @ Wh.T
            dWx += X[:, t].T @ da
            dWh += (H[:, t - 1] if t else h0).T @ da
            db += da.sum(axis=0)
        return dX, dWx, dWh, db

    return truncated


def last_of_each_left_out(dH, X, h0, H, Wx, Wh, steps):
    dX = np.zeros(X.shape)
    dWx, dWh, db = np.zeros(Wx.shape), np.zeros(Wh.shape), np.zeros(len(Wh))
    for start in range(0, X.shape[1], steps):
        part = slice(start, start + steps - 1)
        before = H[:, start - 1] if start > 0 else h0
        dX[:, part], _, dwx, dwh, d = nn.rnn_backward(
            dH[:, part], X[:, part], before, H[:, part], Wx, Wh
        )
        dWx, dWh, db = dWx + dwx, dWh + dwh, db + d
    return dX, dWx, dWh, db


def wrapped_and_overwritten(dH, X, h0, H, Wx, Wh, steps):
    dX = np.zeros(X.shape)
    dWx, dWh, db = np.zeros(Wx.shape), np.zeros(Wh.shape), np.zeros(len(Wh))
    for start in range(0, X.shape[1], steps):
        part = slice(start, start + steps)
        before = H[:, start - 1]
        dX[:, part], _, dwx, dwh, d = nn.rnn_backward(
            dH[:, part], X[:, part], before, H[:, part], Wx, Wh
        )
        dWx, dWh, db = dWx + dwx, dWh + dwh, d
    return dX, dWx, dWh, db


TOLD = [
    (wrapped_and_overwritten, "dWh is what one slip gives", "the last state: at 0 the index"),
    (last_of_each_left_out, "last-of-the-full-ones-left-out"),
    (reset(lambda t, T, steps: False), "not-truncated"),
    (reset(lambda t, T, steps: True), "blame from later is missing"),
    (reset(lambda t, T, steps: t % steps == 0), "dX"),
    (reset(lambda t, T, steps: (T - 1 - t) % steps == 0), "cut-from-the-end"),
    (reset(lambda t, T, steps: (t + 1) % (steps + 1) == 0), "one-cut-late"),
    (reset(lambda t, T, steps: t < T - steps), "dX"),
    (lambda *given: split_up(*given)[::-1], "dX"),
    (lambda dH, X, h0, H, Wx, Wh, steps: split_up(dH, X, 0 * h0, H, Wx, Wh, steps), "dWh"),
    (lambda dH, X, h0, H, Wx, Wh, steps: split_up(dH, X, h0, 0 * H, Wx, Wh, steps), "dX"),
    (
        lambda dH, X, h0, H, Wx, Wh, steps: nn.rnn_backward(dH, X, h0, H, Wx, Wh),
        "should hold 4 things",
    ),
]
