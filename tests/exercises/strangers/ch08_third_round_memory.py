"""A third round, chapter 8, masks, LSTM and settling: from the table, before any run."""

import numpy as np

from bplab import nn
from tests.exercises.strangers.table import right, wrong


def _s(z):
    return 0.5 * (1 + np.tanh(0.5 * z))


def _mce(scores, y, mask, loss=None, grad=None):
    P = np.exp(scores - scores.max(axis=-1, keepdims=True))
    P /= P.sum(axis=-1, keepdims=True)
    hit = np.take_along_axis(P, y[..., None], axis=-1)[..., 0]
    nll = -np.log(np.clip(hit, 1e-12, 1))
    d = P - np.eye(P.shape[-1])[y]
    m = np.asarray(mask, dtype=float)
    return (
        float((nll * m).sum() / m.sum()) if loss is None else float(loss(nll, m)),
        d * m[..., None] / m.sum() if grad is None else grad(d, m),
    )


right("masked_cross_entropy", "take_along_axis and a float mask")(_mce)
wrong("masked_cross_entropy", "mean over all places, masked ones too")(
    lambda s, y, m: _mce(
        s, y, m, loss=lambda n, m: (n * m).mean(), grad=lambda d, m: d * m[..., None] / m.size
    )
)
wrong("masked_cross_entropy", "mean of each row's mean")(
    lambda s, y, m: _mce(
        s,
        y,
        m,
        loss=lambda n, m: np.mean((n * m).sum(axis=1) / np.maximum(m.sum(axis=1), 1)),
        grad=lambda d, m: d * m[..., None] / np.maximum(m.sum(axis=1), 1)[:, None, None] / len(m),
    )
)
wrong("masked_cross_entropy", "the mask is forgotten in dscores")(
    lambda s, y, m: _mce(s, y, m, grad=lambda d, m: d / m.sum())
)
wrong("masked_cross_entropy", "mask read the other way: 1 hides")(
    lambda s, y, m: _mce(s, y, 1 - np.asarray(m, dtype=float))
)
wrong("masked_cross_entropy", "dscores not divided")(
    lambda s, y, m: _mce(s, y, m, grad=lambda d, m: d * m[..., None])
)
wrong("masked_cross_entropy", "divided by the examples, not by the places")(
    lambda s, y, m: _mce(
        s,
        y,
        m,
        loss=lambda n, m: (n * m).sum() / len(m),
        grad=lambda d, m: d * m[..., None] / len(m),
    )
)


def _gates(x, h_prev, Wx, Wh, b, order="ifog"):
    z = x @ Wx + h_prev @ Wh + b
    parts = dict(zip(order, np.split(z, 4, axis=1), strict=True))
    return tuple((np.tanh if k == "g" else _s)(parts[k]) for k in "ifog")


def _lstm(x, h_prev, c_prev, Wx, Wh, b, order="ifog", cell=None, out=None):
    i, f, o, g = _gates(x, h_prev, Wx, Wh, b, order)
    c = f * c_prev + i * g if cell is None else cell(i, f, o, g, c_prev)
    return (o * np.tanh(c) if out is None else out(o, c, c_prev)), c


right("lstm_step_forward", "np.split and a dict of gates")(_lstm)
wrong("lstm_step_forward", "PyTorch's block order: input, forget, candidate, output")(
    lambda *a: _lstm(*a, order="ifgo")
)
wrong("lstm_step_forward", "forget gate of 1 - i, as a GRU")(
    lambda *a: _lstm(*a, cell=lambda i, f, o, g, c: (1 - i) * c + i * g)
)
wrong("lstm_step_forward", "h without its tanh")(lambda *a: _lstm(*a, out=lambda o, c, p: o * c))
wrong("lstm_step_forward", "h from the cell before the step")(
    lambda *a: _lstm(*a, out=lambda o, c, p: o * np.tanh(p))
)
wrong("lstm_step_forward", "forget gate closes: (1 - f) keeps")(
    lambda *a: _lstm(*a, cell=lambda i, f, o, g, c: (1 - f) * c + i * g)
)
wrong("lstm_step_forward", "tanh is kept in the cell: c = tanh(...)")(
    lambda *a: _lstm(*a, cell=lambda i, f, o, g, c: np.tanh(f * c + i * g))
)


def _lsb(dh, dc, x, h_prev, c_prev, Wx, Wh, b, road=None, keep=None, slopes=None):
    i, f, o, g = _gates(x, h_prev, Wx, Wh, b)
    t = np.tanh(f * c_prev + i * g)
    dct = dc + dh * o * (1 - t**2) if road is None else road(dh, dc, o, t)
    parts = [
        dct * g * i * (1 - i),
        dct * c_prev * f * (1 - f),
        dh * t * o * (1 - o),
        dct * i * (1 - g**2),
    ]
    if slopes:
        parts = slopes(parts, dct, dh, i, f, o, g, t, c_prev)
    dz = np.hstack(parts)
    dcp = dct * f if keep is None else keep(dct, dc, f)
    return dz @ Wx.T, dz @ Wh.T, dcp, x.T @ dz, h_prev.T @ dz, dz.sum(axis=0)


right("lstm_step_backward", "four parts, hstack")(_lsb)
wrong("lstm_step_backward", "dc from later is overwritten")(
    lambda *a: _lsb(*a, road=lambda dh, dc, o, t: dh * o * (1 - t**2))
)
wrong("lstm_step_backward", "dh's share of the cell without tanh's slope")(
    lambda *a: _lsb(*a, road=lambda dh, dc, o, t: dc + dh * o)
)
wrong("lstm_step_backward", "dc_prev from dc alone")(
    lambda *a: _lsb(*a, keep=lambda dct, dc, f: dc * f)
)
wrong("lstm_step_backward", "candidate with the sigmoid's slope")(
    lambda *a: _lsb(*a, slopes=lambda p, dct, dh, i, f, o, g, t, c: [*p[:3], dct * i * g * (1 - g)])
)
wrong("lstm_step_backward", "output gate blamed through c, not tanh(c)")(
    lambda *a: _lsb(
        *a,
        slopes=lambda p, dct, dh, i, f, o, g, t, c: [
            p[0],
            p[1],
            dh * (f * c + i * g) * o * (1 - o),
            p[3],
        ],
    )
)
wrong("lstm_step_backward", "the input gate meets c_prev, the forget gate g")(
    lambda *a: _lsb(
        *a,
        slopes=lambda p, dct, dh, i, f, o, g, t, c: [
            dct * c * i * (1 - i),
            dct * g * f * (1 - f),
            p[2],
            p[3],
        ],
    )
)


def _lf(X, h0, c0, Wx, Wh, b, step=_lstm, carry=None):
    h, c, H, C = h0, c0, [], []
    for t in range(X.shape[1]):
        h, c = step(X[:, t], h, c, Wx, Wh, b)
        H.append(h)
        C.append(c)
        if carry:
            h, c = carry(h, c, h0, c0)
    return np.stack(H, axis=1), np.stack(C, axis=1)


wrong("lstm_forward", "the cell is reset to c0 at every step")(
    lambda *a: _lf(*a, carry=lambda h, c, h0, c0: (h, c0))
)
wrong("lstm_forward", "h and c exchanged when handed on")(
    lambda *a: _lf(*a, carry=lambda h, c, h0, c0: (c, h))
)
wrong("lstm_forward", "last states only, as Keras' return_sequences=False")(
    lambda *a: tuple(x[:, -1] for x in _lf(*a))
)
right("lstm_forward", "lists and stack")(lambda *a: _lf(*a, step=nn.lstm_step_forward))


def _lb(dH, X, h0, c0, H, C, Wx, Wh, b, join=None, clear=False, first=None, step=_lsb):
    dX = np.zeros_like(X)
    sums = [np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)]
    dh, dc = np.zeros_like(h0), np.zeros_like(c0)
    for t in reversed(range(X.shape[1])):
        hp, cp = (H[:, t - 1], C[:, t - 1]) if t else (h0, c0)
        if first:
            hp, cp = first(H, C, h0, c0, t)
        dx, dh, dc, *more = step(dH[:, t] + dh, 0 * dc if clear else dc, X[:, t], hp, cp, Wx, Wh, b)
        dX[:, t] = dx
        sums = [s + m for s, m in zip(sums, more, strict=True)]
    return dX, dh, dc, *sums


right("lstm_backward", "walk back, star for the weights' shares")(_lb)
wrong("lstm_backward", "the cell's road is cut: dc is zeros at every step")(
    lambda *a: _lb(*a, clear=True)
)
wrong("lstm_backward", "cell after the step handed to the step's backward")(
    lambda *a: _lb(*a, first=lambda H, C, h0, c0, t: (H[:, t - 1] if t else h0, C[:, t]))
)
wrong("lstm_backward", "dh0 and dc0 exchanged")(
    lambda *a: (lambda g: (g[0], g[2], g[1], *g[3:]))(_lb(*a))
)
wrong("lstm_backward", "weights' gradients divided by T")(
    lambda *a: (lambda g: (*g[:3], *(s / a[1].shape[1] for s in g[3:])))(_lb(*a))
)


def _settle(x, W, U, b, tol=1e-12, max_steps=1000, stop=None, start=None, update=None):
    a = np.zeros((len(x), len(b))) if start is None else start(x, U, b)
    for _ in range(max_steps):
        new = np.tanh(a @ W + x @ U + b) if update is None else update(a, x, W, U, b)
        done = (stop or (lambda d, t: np.max(np.abs(d)) < t))(new - a, tol)
        a = new
        if done:
            break
    return a


right("settle", "for with break, the newest kept")(_settle)
wrong("settle", "stops when any entry is still")(
    lambda *a, **k: _settle(*a, **k, stop=lambda d, t: np.min(np.abs(d)) < t)
)
wrong("settle", "leaky: half the old activity stays (same resting point)")(
    lambda *a, **k: _settle(
        *a, **k, update=lambda a, x, W, U, b: 0.5 * a + 0.5 * np.tanh(a @ W + x @ U + b)
    )
)
wrong("settle", "max_steps ignored: five hundred steps at most")(
    lambda x, W, U, b, tol=1e-12, max_steps=1000: _settle(x, W, U, b, tol, 500)
)
wrong("settle", "external input at the first step only")(
    lambda *a, **k: _settle(
        *a,
        **k,
        update=lambda a, x, W, U, b: np.tanh(a @ W + b + (0 if a.any() else 1) * (x @ U)),
    )
)
wrong("settle", "W transposed")(
    lambda *a, **k: _settle(*a, **k, update=lambda a, x, W, U, b: np.tanh(a @ W.T + x @ U + b))
)


def _sb(da, a, x, W, U, rounds=2000, back=None, final=None):
    s = 1 - a**2
    v = da * s
    for _ in range(rounds):
        v = s * (da + (v @ W.T if back is None else back(v, W)))
    if final:
        v = final(v, s)
    return v @ U.T, a.T @ v, x.T @ v, v.sum(axis=0)


right("settle_backward", "iterated two thousand times")(_sb)
wrong("settle_backward", "a single step back: no settling of the blame")(
    lambda *a: _sb(*a, rounds=0)
)
wrong("settle_backward", "W for W.T on the way round")(lambda *a: _sb(*a, back=lambda v, W: v @ W))
wrong("settle_backward", "slope taken twice at the end")(
    lambda *a: _sb(*a, final=lambda v, s: v * s)
)
wrong("settle_backward", "ten rounds only, not yet at rest")(lambda *a: _sb(*a, rounds=10))
