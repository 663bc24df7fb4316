"""lstm_forward: what must pass, and what must be told."""

import numpy as np

from bplab import nn


def filled_in(X, h0, c0, Wx, Wh, b):
    N, T, _ = X.shape
    H, C = np.zeros((N, T, h0.shape[1])), np.zeros((N, T, h0.shape[1]))
    for t in range(T):
        before = (h0, c0) if t == 0 else (H[:, t - 1], C[:, t - 1])
        H[:, t], C[:, t] = nn.lstm_step_forward(X[:, t], *before, Wx, Wh, b)
    return [H, C]


def pairs(X, h0, c0, Wx, Wh, b):
    steps, now = [], (h0, c0)
    for x in np.moveaxis(X, 1, 0):
        now = nn.lstm_step_forward(x, *now, Wx, Wh, b)
        steps.append(now)
    return tuple(np.moveaxis(np.array(part), 0, 1) for part in zip(*steps, strict=True))


ACCEPTED = [filled_in, pairs]


def walk(carry):
    def lstm_forward(X, h0, c0, Wx, Wh, b):
        h, c, H, C = h0, c0, [], []
        for t in range(X.shape[1]):
            h, c = nn.lstm_step_forward(X[:, t], h, c, Wx, Wh, b)
            H.append(h)
            C.append(c)
            h, c = carry(h, c, h0, c0)
        return np.stack(H, axis=1), np.stack(C, axis=1)

    return lstm_forward


def kept_before(state, memory):
    """Kept before the step, where it says so."""

    def lstm_forward(X, h0, c0, Wx, Wh, b):
        h, c, H, C = h0, c0, [], []
        for t in range(X.shape[1]):
            was = h, c
            h, c = nn.lstm_step_forward(X[:, t], h, c, Wx, Wh, b)
            H.append(was[0] if state else h)
            C.append(was[1] if memory else c)
        return np.stack(H, axis=1), np.stack(C, axis=1)

    return lstm_forward


def taken_crosswise(X, h0, c0, Wx, Wh, b):
    h, c, H, C = np.zeros_like(h0), np.zeros_like(c0), [], []
    for t in range(X.shape[1]):
        c, h = nn.lstm_step_forward(X[:, t], h, c, Wx, Wh, b)
        H.append(h)
        C.append(c)
    return np.stack(H, axis=1), np.stack(C, axis=1)


def start_at_every_step(X, h0, c0, Wx, Wh, b):
    h, c, H, C = h0, c0, [], []
    for t in range(X.shape[1]):
        h, c = nn.lstm_step_forward(X[:, t], h + h0, c, Wx, Wh, b)
        H.append(h)
        C.append(c)
    return np.stack(H, axis=1), np.stack(C, axis=1)


TOLD = [
    (start_at_every_step, "start-added-at-every-step"),
    (taken_crosswise, "taken-crosswise-and-starts-from-zeros"),
    (kept_before(True, True), "starts-for-the-last"),
    (kept_before(True, False), "states-one-late"),
    (kept_before(False, True), "memories-one-late"),
    (walk(lambda h, c, h0, c0: (h, c0)), "memory-not-carried"),
    (walk(lambda h, c, h0, c0: (h0, c)), "state-not-carried"),
    (walk(lambda h, c, h0, c0: (c, h)), "carried-crosswise"),
    (lambda X, h0, c0, *w: pairs(X, 0 * h0, 0 * c0, *w), "starts-from-zeros"),
    (lambda X, h0, c0, *w: pairs(X, h0, h0, *w), "H"),
    (lambda *given: pairs(*given)[0], "should hold 2 things"),
    (lambda *given: tuple(p[:, -1] for p in pairs(*given)), "last-only"),
]
