"""lstm_backward: what must pass, and what must be told."""

import numpy as np

from bplab import nn


def own_accumulators(dH, X, h0, c0, H, C, Wx, Wh, b):
    dX = np.zeros_like(X)
    total = [np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)]
    dh, dc = 0 * h0, 0 * c0
    for t in range(X.shape[1] - 1, -1, -1):
        h, c = (h0, c0) if t == 0 else (H[:, t - 1], C[:, t - 1])
        found = nn.lstm_step_backward(dh + dH[:, t], dc, X[:, t], h, c, Wx, Wh, b)
        dX[:, t], dh, dc = found[:3]
        for k in range(3):
            total[k] += found[3 + k]
    return [dX, dh, dc, *total]


def by_sources(dH, X, h0, c0, H, C, Wx, Wh, b):
    total = None
    for t in range(X.shape[1]):
        part = 0 * dH
        part[:, t] = dH[:, t]
        found = own_accumulators(part, X, h0, c0, H, C, Wx, Wh, b)
        total = found if total is None else [u + v for u, v in zip(total, found, strict=True)]
    return tuple(total)


ACCEPTED = [own_accumulators, by_sources]


def walk(
    join=lambda own, later: own + later,
    memory=lambda dc: dc,
    before=lambda t, h0, c0, H, C: (h0, c0) if t == 0 else (H[:, t - 1], C[:, t - 1]),
):
    def lstm_backward(dH, X, h0, c0, H, C, Wx, Wh, b):
        dX, dh, dc = np.zeros(X.shape), np.zeros(h0.shape), np.zeros(c0.shape)
        total = [0, 0, 0]
        for t in reversed(range(X.shape[1])):
            dX[:, t], dh, dc, *w = nn.lstm_step_backward(
                join(dH[:, t], dh), dc, X[:, t], *before(t, h0, c0, H, C), Wx, Wh, b
            )
            dc = memory(dc)
            total = [u + v for u, v in zip(total, w, strict=True)]
        return dX, dh, dc, *total

    return lstm_backward


def written_out(
    dH,
    X,
    h0,
    c0,
    H,
    C,
    Wx,
    Wh,
    b,
    g_slope=lambda g: 1 - g**2,
    shown=lambda h, c: np.tanh(c),
    partner=lambda c_prev: c_prev,
    kept=1.0,
    first=0,
):
    """A walk with its step written out, one gate's blame or tanh(c) otherwise."""
    dX, dh, dc = np.zeros(X.shape), np.zeros(h0.shape), np.zeros(c0.shape)
    total = [np.zeros(Wx.shape), np.zeros(Wh.shape), np.zeros(len(b))]
    for t in range(X.shape[1] - 1, first - 1, -1):
        h_prev, c_prev = (H[:, t - 1], C[:, t - 1]) if t else (h0, c0)
        i, f, o, g = np.split(X[:, t] @ Wx + h_prev @ Wh + b, 4, axis=1)
        i, f, o, g = (1 / (1 + np.exp(-i)), 1 / (1 + np.exp(-f)), 1 / (1 + np.exp(-o)), np.tanh(g))
        bent = shown(H[:, t], C[:, t])
        dh = dH[:, t] + kept * dh
        dc = dc + dh * o * (1 - bent**2)
        da = np.hstack(
            [
                dc * g * i * (1 - i),
                dc * partner(c_prev) * f * (1 - f),
                dh * bent * o * (1 - o),
                dc * i * g_slope(g),
            ]
        )
        dX[:, t], dh, dc = da @ Wx.T, da @ Wh.T, dc * f
        shares = X[:, t].T @ da, h_prev.T @ da, da.sum(axis=0)
        total = [u + v for u, v in zip(total, shares, strict=True)]
    return dX, dh, dc, *total


def candidate_without_slope(*given):
    return written_out(*given, g_slope=lambda g: 1.0)


def state_bent_for_memory(*given):
    return written_out(*given, shown=lambda h, c: np.tanh(h))


def forget_gate_without_partner_and_nothing_from_later(*given):
    return written_out(*given, partner=lambda c_prev: 1.0, kept=0.0)


def without_the_first_step(*given):
    return written_out(*given, first=1)


def memory_twice_and_wrapped(dH, X, h0, c0, H, C, Wx, Wh, b):
    dX, dh, dc = np.zeros(X.shape), np.zeros(h0.shape), np.zeros(c0.shape)
    dWx, dWh, db = np.zeros(Wx.shape), np.zeros(Wh.shape), np.zeros(len(b))
    for t in reversed(range(X.shape[1])):
        h_prev, c_prev = (H[:, t - 1], C[:, t - 1])
        dX[:, t], dh, dc, dwx, dwh, d = nn.lstm_step_backward(
            dH[:, t] + dh, 2 * dc, X[:, t], h_prev, c_prev, Wx, Wh, b
        )
        dWx, dWh, db = dWx + dwx, dWh + dwh, db + d
    return dX, dh, dc, dWx, dWh, db


def memory_it_made_and_not_taken(dH, X, h0, c0, H, C, Wx, Wh, b):
    dX, dh, dc = np.zeros(X.shape), np.zeros(h0.shape), np.zeros(c0.shape)
    dWx, dWh, db = np.zeros(Wx.shape), np.zeros(Wh.shape), np.zeros(len(b))
    for t in reversed(range(X.shape[1])):
        h_prev, c_prev = (H[:, t - 1], C[:, t]) if t > 0 else (h0, c0)
        dX[:, t], dh, dc, dwx, dwh, d = nn.lstm_step_backward(
            dH[:, t] + dh, 0 * dc, X[:, t], h_prev, c_prev, Wx, Wh, b
        )
        dWx, dWh, db = dWx + dwx, dWh + dwh, db + d
    return dX, dh, dc, dWx, dWh, db


TOLD = [
    (memory_it_made_and_not_taken, "memory-blame-not-taken-and-memory-it-made-but-for-the-first"),
    (memory_twice_and_wrapped, "memory-blame-twice-and-end-for-start"),
    (candidate_without_slope, "gate-otherwise", "the slope 1 - g**2 is missing"),
    (state_bent_for_memory, "gate-otherwise", "tanh(h) stands"),
    (
        forget_gate_without_partner_and_nothing_from_later,
        "gate-otherwise-and-state-blame-dropped",
        "the forget gate is off: the partner c_prev is missing",
    ),
    (without_the_first_step, "first-step-left-out"),
    (walk(memory=lambda dc: 0 * dc), "memory-blame-dropped"),
    (walk(join=lambda own, later: own), "state-blame-dropped"),
    (walk(join=lambda own, later: later), "dX"),
    (walk(memory=lambda dc: 0.5 * dc), "dX"),
    (walk(before=lambda t, h0, c0, H, C: (H[:, t], C[:, t])), "found-what-it-made"),
    (walk(before=lambda t, h0, c0, H, C: (H[:, t - 1], C[:, t - 1])), "end-for-start"),
    (lambda *given: [part / 7 for part in own_accumulators(*given)], "dX"),
    (lambda *given: own_accumulators(*given)[:3], "should hold 6 things"),
]
