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


TOLD = [
    (walk(memory=lambda dc: 0 * dc), "memory-blame-dropped"),
    (walk(join=lambda own, later: own), "state-blame-dropped"),
    (walk(join=lambda own, later: later), "dX"),
    (walk(memory=lambda dc: 0.5 * dc), "dX"),
    (walk(before=lambda t, h0, c0, H, C: (H[:, t], C[:, t])), "found-what-it-made"),
    (walk(before=lambda t, h0, c0, H, C: (H[:, t - 1], C[:, t - 1])), "end-for-start"),
    (lambda *given: [part / 7 for part in own_accumulators(*given)], "dX"),
    (lambda *given: own_accumulators(*given)[:3], "should hold 6 things"),
]
