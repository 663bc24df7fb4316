"""Chapter 8, plain recurrence, as strangers answer it."""

import numpy as np

from tests.exercises.strangers.table import right, wrong


@wrong("rnn_step_forward", "no bias")
def _(x, h_prev, Wx, Wh, b):
    return np.tanh(x @ Wx + h_prev @ Wh)


@wrong("rnn_step_forward", "no tanh")
def _(x, h_prev, Wx, Wh, b):
    return x @ Wx + h_prev @ Wh + b


@wrong("rnn_step_forward", "Wh transposed")
def _(x, h_prev, Wx, Wh, b):
    return np.tanh(x @ Wx + h_prev @ Wh.T + b)


@wrong("rnn_step_forward", "the old state is left out")
def _(x, h_prev, Wx, Wh, b):
    return np.tanh(x @ Wx + b)


@wrong("rnn_step_forward", "sigmoid")
def _(x, h_prev, Wx, Wh, b):
    return 1 / (1 + np.exp(-(x @ Wx + h_prev @ Wh + b)))


@wrong("rnn_step_forward", "tanh of each part, then added")
def _(x, h_prev, Wx, Wh, b):
    return np.tanh(x @ Wx) + np.tanh(h_prev @ Wh + b)


@right("rnn_step_forward", "stacked inputs and weights")
def _(x, h_prev, Wx, Wh, b):
    return np.tanh(np.hstack([x, h_prev]) @ np.vstack([Wx, Wh]) + b)


def _back(dh, x, h_prev, h, Wx, Wh, **k):
    d = dh * (1 if k.get("flat") else 1 - h**2)
    return d @ Wx.T, d @ Wh.T, x.T @ d, h_prev.T @ d, d.sum(0)


@wrong("rnn_step_backward", "no slope")
def _(dh, x, h_prev, h, Wx, Wh):
    return _back(dh, x, h_prev, h, Wx, Wh, flat=True)


@wrong("rnn_step_backward", "dWh from h, not h_prev")
def _(dh, x, h_prev, h, Wx, Wh):
    return _back(dh, x, h, h, Wx, Wh)


@wrong("rnn_step_backward", "slope from h_prev")
def _(dh, x, h_prev, h, Wx, Wh):
    d = dh * (1 - h_prev**2)
    return d @ Wx.T, d @ Wh.T, x.T @ d, h_prev.T @ d, d.sum(0)


@wrong("rnn_step_backward", "1 - tanh(h)**2")
def _(dh, x, h_prev, h, Wx, Wh):
    d = dh * (1 - np.tanh(h) ** 2)
    return d @ Wx.T, d @ Wh.T, x.T @ d, h_prev.T @ d, d.sum(0)


@wrong("rnn_step_backward", "Wh not transposed")
def _(dh, x, h_prev, h, Wx, Wh):
    d = dh * (1 - h**2)
    return d @ Wx.T, d @ Wh, x.T @ d, h_prev.T @ d, d.sum(0)


@wrong("rnn_step_backward", "weights averaged over the batch")
def _(dh, x, h_prev, h, Wx, Wh):
    a, b, c, d, e = _back(dh, x, h_prev, h, Wx, Wh)
    return a, b, c / len(x), d / len(x), e / len(x)


@wrong("rnn_step_backward", "dx and dh_prev in the other order")
def _(dh, x, h_prev, h, Wx, Wh):
    a, b, *rest = _back(dh, x, h_prev, h, Wx, Wh)
    return b, a, *rest


@wrong("rnn_step_backward", "db mean, dh_prev without slope", kind="two")
def _(dh, x, h_prev, h, Wx, Wh):
    a, b, c, d, e = _back(dh, x, h_prev, h, Wx, Wh)
    return a, dh @ Wh.T, c, d, e / len(x)


@right("rnn_step_backward", "stacked, then cut")
def _(dh, x, h_prev, h, Wx, Wh):
    D = x.shape[1]
    d = dh * (1 - h) * (1 + h)
    dW = np.hstack([x, h_prev]).T @ d
    dxh = d @ np.vstack([Wx, Wh]).T
    return dxh[:, :D], dxh[:, D:], dW[:D], dW[D:], np.ones(len(x)) @ d


@wrong("rnn_forward", "every step starts from h0")
def _(X, h0, Wx, Wh, b):
    return np.stack([np.tanh(X[:, t] @ Wx + h0 @ Wh + b) for t in range(X.shape[1])], axis=1)


@wrong("rnn_forward", "runs backward in time")
def _(X, h0, Wx, Wh, b):
    h, H = h0, []
    for t in range(X.shape[1])[::-1]:
        h = np.tanh(X[:, t] @ Wx + h @ Wh + b)
        H.insert(0, h)
    return np.stack(H, axis=1)


@wrong("rnn_forward", "only the last state")
def _(X, h0, Wx, Wh, b):
    h = h0
    for t in range(X.shape[1]):
        h = np.tanh(X[:, t] @ Wx + h @ Wh + b)
    return h


@wrong("rnn_forward", "stacked in front: (T, N, H)")
def _(X, h0, Wx, Wh, b):
    h, H = h0, []
    for t in range(X.shape[1]):
        h = np.tanh(X[:, t] @ Wx + h @ Wh + b)
        H.append(h)
    return np.array(H)


@wrong("rnn_forward", "starts from zeros, h0 ignored")
def _(X, h0, Wx, Wh, b):
    h, H = np.zeros_like(h0), []
    for t in range(X.shape[1]):
        h = np.tanh(X[:, t] @ Wx + h @ Wh + b)
        H.append(h)
    return np.stack(H, axis=1)


@wrong("rnn_forward", "h0 in the first place, the last state missing")
def _(X, h0, Wx, Wh, b):
    h, H = h0, []
    for t in range(X.shape[1]):
        H.append(h)
        h = np.tanh(X[:, t] @ Wx + h @ Wh + b)
    return np.stack(H, axis=1)


@right("rnn_forward", "itertools.accumulate")
def _(X, h0, Wx, Wh, b):
    from itertools import accumulate

    steps = accumulate(X.swapaxes(0, 1), lambda h, x: np.tanh(x @ Wx + h @ Wh + b), initial=h0)
    return np.array(list(steps)[1:]).swapaxes(0, 1)


def _through(dH, X, h0, H, Wx, Wh, **k):
    N, T, D = X.shape
    dX, carry = np.zeros(X.shape), np.zeros(h0.shape)
    dWx, dWh, db = np.zeros(Wx.shape), np.zeros(Wh.shape), np.zeros(Wh.shape[0])
    for t in reversed(range(T)):
        prev = H[:, t - 1] if t else h0
        dh = dH[:, t] + (0 if k.get("no_carry") else carry)
        if k.get("carry_only") and t < T - 1:
            dh = carry
        d = dh * (1 - H[:, t] ** 2)
        dX[:, t] = d @ Wx.T
        carry = (dh if k.get("carry_dh") else d) @ Wh.T
        if k.get("last"):
            dWx, dWh, db = X[:, t].T @ d, prev.T @ d, d.sum(0)
        else:
            dWx += X[:, t].T @ d
            dWh += (H[:, t] if k.get("own") else prev).T @ d
            db += d.sum(0)
        cut = k.get("steps")
        if cut and (T - t if k.get("from_end") else t) % cut == 0:
            carry = np.zeros(h0.shape)
    if k.get("mean"):
        dWx, dWh, db = dWx / T, dWh / T, db / T
    return dX, carry, dWx, dWh, db


for _key, _note in {
    "no_carry": "no blame crosses from step to step",
    "carry_only": "outside blame is taken at the last step only",
    "carry_dh": "the carried blame skips the slope",
    "last": "dW overwritten at every step",
    "own": "dWh from the step's own state",
    "mean": "weights' shares averaged over time",
}.items():

    def _make(key):
        def rnn_backward(dH, X, h0, H, Wx, Wh):
            return _through(dH, X, h0, H, Wx, Wh, **{key: True})

        return rnn_backward

    wrong("rnn_backward", _note)(_make(_key))


@wrong("rnn_backward", "h0 forgotten: zeros before the first step")
def _(dH, X, h0, H, Wx, Wh):
    return _through(dH, X, 0 * h0, H, Wx, Wh)


@right("rnn_backward", "all steps' deltas kept, weights at the end by einsum")
def _(dH, X, h0, H, Wx, Wh):
    T = X.shape[1]
    before = np.concatenate([h0[:, None], H[:, :-1]], axis=1)
    D, carry = [None] * T, 0
    for t in range(T - 1, -1, -1):
        D[t] = (dH[:, t] + carry) * (1 - H[:, t] ** 2)
        carry = D[t] @ Wh.T
    D = np.stack(D, axis=1)
    return (
        D @ Wx.T,
        carry,
        np.einsum("ntd,nth->dh", X, D),
        np.einsum("nta,ntb->ab", before, D),
        D.sum((0, 1)),
    )


def _cut(dH, X, h0, H, Wx, Wh, steps, **k):
    dX, _c, dWx, dWh, db = _through(dH, X, h0, H, Wx, Wh, steps=steps, **k)
    return dX, dWx, dWh, db


@wrong("truncated_rnn_backward", "not cut at all")
def _(dH, X, h0, H, Wx, Wh, steps):
    return _cut(dH, X, h0, H, Wx, Wh, None)


@wrong("truncated_rnn_backward", "stretches counted from the end")
def _(dH, X, h0, H, Wx, Wh, steps):
    return _cut(dH, X, h0, H, Wx, Wh, steps, from_end=True)


@wrong("truncated_rnn_backward", "the first step of a stretch has h_prev = 0")
def _(dH, X, h0, H, Wx, Wh, steps):
    T = X.shape[1]
    dX, dWx, dWh, db = np.zeros(X.shape), 0, 0, 0
    for s in range(0, T, steps):
        e = min(T, s + steps)
        start = h0 if s == 0 else 0 * h0
        a, _c, b, c, d = _through(dH[:, s:e], X[:, s:e], start, H[:, s:e], Wx, Wh)
        dX[:, s:e] = a
        dWx, dWh, db = dWx + b, dWh + c, db + d
    return dX, dWx, dWh, db


@wrong("truncated_rnn_backward", "only the last stretch")
def _(dH, X, h0, H, Wx, Wh, steps):
    T = X.shape[1]
    s = max(0, T - steps)
    start = h0 if s == 0 else H[:, s - 1]
    a, _c, b, c, d = _through(dH[:, s:], X[:, s:], start, H[:, s:], Wx, Wh)
    dX = np.zeros(X.shape)
    dX[:, s:] = a
    return dX, b, c, d


@wrong("truncated_rnn_backward", "a shorter last stretch is dropped")
def _(dH, X, h0, H, Wx, Wh, steps):
    T = X.shape[1] // steps * steps or X.shape[1]
    a, b, c, d = _cut(dH[:, :T], X[:, :T], h0, H[:, :T], Wx, Wh, steps)
    dX = np.zeros(X.shape)
    dX[:, :T] = a
    return dX, b, c, d


@wrong("truncated_rnn_backward", "stretches one step too long")
def _(dH, X, h0, H, Wx, Wh, steps):
    return _cut(dH, X, h0, H, Wx, Wh, steps + 1)


@right("truncated_rnn_backward", "stretch by stretch")
def _(dH, X, h0, H, Wx, Wh, steps):
    T = X.shape[1]
    out = []
    for s in range(0, T, steps):
        piece = slice(s, s + steps)
        start = H[:, s - 1] if s else h0
        out.append(_through(dH[:, piece], X[:, piece], start, H[:, piece], Wx, Wh))
    dX, _c, dWx, dWh, db = zip(*out)
    return np.concatenate(dX, axis=1), sum(dWx), sum(dWh), sum(db)
