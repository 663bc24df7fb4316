"""Chapter 8, masks, LSTM and settling, as strangers answer it."""

import numpy as np

from tests.exercises.strangers.table import right, wrong


def _s(z):
    return 0.5 * (1 + np.tanh(np.asarray(z, float) / 2))


def _masked(scores, y, mask, count=None, grad_mask=True, shift=True):
    E = np.exp(scores - scores.max(-1, keepdims=True) if shift else scores)
    P = E / E.sum(-1, keepdims=True)
    p = np.take_along_axis(P, y[..., None], -1)[..., 0]
    n = mask.sum() if count is None else count
    loss = -np.sum(mask * np.log(np.maximum(p, 1e-300))) / n
    d = (P - np.eye(P.shape[-1])[y]) / n
    return loss, d * mask[..., None] if grad_mask else d


@wrong("masked_cross_entropy", "mean over all places")
def _(scores, y, mask):
    return _masked(scores, y, mask, count=mask.size)


@wrong("masked_cross_entropy", "masked places still get blame")
def _(scores, y, mask):
    return _masked(scores, y, mask, grad_mask=False)


@wrong("masked_cross_entropy", "mask ignored")
def _(scores, y, mask):
    return _masked(scores, y, np.ones_like(mask))


@wrong("masked_cross_entropy", "divided by N")
def _(scores, y, mask):
    return _masked(scores, y, mask, count=len(y))


@wrong("masked_cross_entropy", "the mask the other way round")
def _(scores, y, mask):
    return _masked(scores, y, 1 - mask)


@wrong("masked_cross_entropy", "scores multiplied by the mask before the softmax")
def _(scores, y, mask):
    return _masked(scores * mask[..., None], y, mask, count=mask.size, grad_mask=True)


@wrong("masked_cross_entropy", "no shift")
def _(scores, y, mask):
    return _masked(scores, y, mask, shift=False)


@wrong("masked_cross_entropy", "gradient not divided")
def _(scores, y, mask):
    loss, d = _masked(scores, y, mask)
    return loss, d * mask.sum()


@wrong("masked_cross_entropy", "mean per sequence, then over sequences")
def _(scores, y, mask):
    rows = [
        _masked(scores[i : i + 1], y[i : i + 1], mask[i : i + 1])
        for i in range(len(y))
        if mask[i].any()
    ]
    loss = np.mean([r[0] for r in rows])
    d = np.zeros(scores.shape)
    for i, r in zip(np.flatnonzero(mask.any(1)), rows):
        d[i] = r[1][0] / len(rows)
    return loss, d


@right("masked_cross_entropy", "picks the kept places by a boolean index")
def _(scores, y, mask):
    on = np.asarray(mask) > 0
    Z = scores[on]
    L = Z - Z.max(axis=1)[:, None]
    L = L - np.log(np.exp(L).sum(axis=1))[:, None]
    k = np.arange(len(L))
    d = np.exp(L)
    d[k, y[on]] -= 1
    out = np.zeros(scores.shape)
    out[on] = d / len(L)
    return -L[k, y[on]].mean(), out


def _gates(x, h, Wx, Wh, b, order="ifog"):
    blocks = np.split(x @ Wx + h @ Wh + b, 4, axis=1)
    g = dict(zip(order, blocks))
    return _s(g["i"]), _s(g["f"]), _s(g["o"]), np.tanh(g["g"])


@wrong("lstm_step_forward", "gates in the order f, i, o, g")
def _(x, h_prev, c_prev, Wx, Wh, b):
    i, f, o, g = _gates(x, h_prev, Wx, Wh, b, "fiog")
    c = f * c_prev + i * g
    return o * np.tanh(c), c


@wrong("lstm_step_forward", "h = o * c, no tanh")
def _(x, h_prev, c_prev, Wx, Wh, b):
    i, f, o, g = _gates(x, h_prev, Wx, Wh, b)
    c = f * c_prev + i * g
    return o * c, c


@wrong("lstm_step_forward", "1 - f in place of i (coupled gates)")
def _(x, h_prev, c_prev, Wx, Wh, b):
    i, f, o, g = _gates(x, h_prev, Wx, Wh, b)
    c = f * c_prev + (1 - f) * g
    return o * np.tanh(c), c


@wrong("lstm_step_forward", "sigmoid for the candidate")
def _(x, h_prev, c_prev, Wx, Wh, b):
    i, f, o, g = np.split(_s(x @ Wx + h_prev @ Wh + b), 4, axis=1)
    c = f * c_prev + i * g
    return o * np.tanh(c), c


@wrong("lstm_step_forward", "forget gate left out")
def _(x, h_prev, c_prev, Wx, Wh, b):
    i, f, o, g = _gates(x, h_prev, Wx, Wh, b)
    c = c_prev + i * g
    return o * np.tanh(c), c


@wrong("lstm_step_forward", "order i, f, g, o of Keras and PyTorch")
def _(x, h_prev, c_prev, Wx, Wh, b):
    i, f, o, g = _gates(x, h_prev, Wx, Wh, b, "ifgo")
    c = f * c_prev + i * g
    return o * np.tanh(c), c


@wrong("lstm_step_forward", "returned as (c, h)")
def _(x, h_prev, c_prev, Wx, Wh, b):
    i, f, o, g = _gates(x, h_prev, Wx, Wh, b)
    c = f * c_prev + i * g
    return c, o * np.tanh(c)


@right("lstm_step_forward", "reshaped to (N, 4, H)")
def _(x, h_prev, c_prev, Wx, Wh, b):
    N, H = h_prev.shape
    Z = (x @ Wx + h_prev @ Wh + b).reshape(N, 4, H)
    i, f, o = np.moveaxis(_s(Z[:, :3]), 1, 0)
    c = f * c_prev + i * np.tanh(Z[:, 3])
    return np.multiply(o, np.tanh(c)), c


def _lback(dh, dc, x, h_prev, c_prev, Wx, Wh, b, **k):
    i, f, o, g = _gates(x, h_prev, Wx, Wh, b)
    c = f * c_prev + i * g
    t = np.tanh(c)
    through_h = dh * o * (1 if k.get("no_tanh") else 1 - t**2)
    total = through_h + (0 if k.get("no_dc") else dc)
    if k.get("only_dc"):
        total = dc
    di, df, do, dg = total * g, total * (c if k.get("f_own") else c_prev), dh * t, total * i
    if k.get("do_c"):
        do = dh * c
    slopes = i * (1 - i), f * (1 - f), o * (1 - o), 1 - g**2
    if k.get("g_sig"):
        slopes = *slopes[:3], g * (1 - g)
    if k.get("flat"):
        slopes = 1, 1, 1, 1
    d = np.concatenate([p * q for p, q in zip((di, df, do, dg), slopes)], axis=1)
    dc_prev = total if k.get("no_f") else total * f
    return d @ Wx.T, d @ Wh.T, dc_prev, x.T @ d, h_prev.T @ d, d.sum(0)


for _key, _note in {
    "no_tanh": "slope of tanh(c) left out",
    "no_dc": "dc from later is forgotten",
    "only_dc": "the share through h never reaches c",
    "f_own": "the forget gate's share from c, not c_prev",
    "do_c": "the output gate's share from c, not tanh(c)",
    "g_sig": "the candidate gets the sigmoid's slope",
    "flat": "no slopes of the gates",
    "no_f": "dc_prev not multiplied by the forget gate",
}.items():

    def _make(key):
        def lstm_step_backward(dh, dc, x, h_prev, c_prev, Wx, Wh, b):
            return _lback(dh, dc, x, h_prev, c_prev, Wx, Wh, b, **{key: True})

        return lstm_step_backward

    wrong("lstm_step_backward", _note)(_make(_key))

right("lstm_step_backward", "concatenated blocks")(
    lambda dh, dc, x, h_prev, c_prev, Wx, Wh, b: _lback(dh, dc, x, h_prev, c_prev, Wx, Wh, b)
)


def _lf(X, h0, c0, Wx, Wh, b, **k):
    h, c, H, C = h0, c0, [], []
    for t in range(X.shape[1]):
        i, f, o, g = _gates(X[:, t], h, Wx, Wh, b)
        c = (c0 if k.get("c0") else c) * f + i * g
        h2 = o * np.tanh(c)
        h = h0 if k.get("h0") else h2
        H.append(h2)
        C.append(c)
    return np.stack(H, 1), np.stack(C, 1)


@wrong("lstm_forward", "the cell starts at c0 at every step")
def _(X, h0, c0, Wx, Wh, b):
    return _lf(X, h0, c0, Wx, Wh, b, c0=True)


@wrong("lstm_forward", "h0 at every step")
def _(X, h0, c0, Wx, Wh, b):
    return _lf(X, h0, c0, Wx, Wh, b, h0=True)


@wrong("lstm_forward", "only H is returned")
def _(X, h0, c0, Wx, Wh, b):
    return _lf(X, h0, c0, Wx, Wh, b)[0]


@right("lstm_forward", "filled arrays")
def _(X, h0, c0, Wx, Wh, b):
    N, T, _d = X.shape
    H, C = np.empty((2, N, T, h0.shape[1]))
    for t in range(T):
        i, f, o, g = _gates(X[:, t], H[:, t - 1] if t else h0, Wx, Wh, b)
        C[:, t] = f * (C[:, t - 1] if t else c0) + i * g
        H[:, t] = o * np.tanh(C[:, t])
    return H, C


def _lb(dH, X, h0, c0, H, C, Wx, Wh, b, **k):
    T = X.shape[1]
    dX, dh, dc, sums = np.zeros(X.shape), 0 * h0, 0 * c0, [0, 0, 0]
    for t in reversed(range(T)):
        hp, cp = (H[:, t - 1], C[:, t - 1]) if t else (h0, c0)
        back = _lback(dH[:, t] + dh, dc, X[:, t], hp, cp, Wx, Wh, b)
        dX[:, t], dh, dc = back[:3]
        sums = [s + g for s, g in zip(sums, back[3:])]
        if k.get("no_h"):
            dh = 0 * h0
        if k.get("no_c"):
            dc = 0 * c0
    return dX, dh, dc, *sums


@wrong("lstm_backward", "blame of h is not carried")
def _(dH, X, h0, c0, H, C, Wx, Wh, b):
    return _lb(dH, X, h0, c0, H, C, Wx, Wh, b, no_h=True)


@wrong("lstm_backward", "blame of c is not carried")
def _(dH, X, h0, c0, H, C, Wx, Wh, b):
    return _lb(dH, X, h0, c0, H, C, Wx, Wh, b, no_c=True)


@right("lstm_backward", "walks down, sums in a list")
def _(dH, X, h0, c0, H, C, Wx, Wh, b):
    return _lb(dH, X, h0, c0, H, C, Wx, Wh, b)


@wrong("settle", "U and x forgotten in the loop")
def _(x, W, U, b, tol=1e-12, max_steps=1000):
    a = np.tanh(x @ U + b)
    for _k in range(max_steps):
        new = np.tanh(a @ W + b)
        if np.abs(new - a).max() < tol:
            return new
        a = new
    return a


@wrong("settle", "one step only")
def _(x, W, U, b, tol=1e-12, max_steps=1000):
    return np.tanh(np.tanh(x @ U + b) @ W + x @ U + b)


@wrong("settle", "W transposed")
def _(x, W, U, b, tol=1e-12, max_steps=1000):
    a = np.zeros((len(x), len(b)))
    for _k in range(max_steps):
        new = np.tanh(a @ W.T + x @ U + b)
        if np.abs(new - a).max() < tol:
            return new
        a = new
    return a


@wrong("settle", "stops when the mean move is small, at 1e-3")
def _(x, W, U, b, tol=1e-12, max_steps=1000):
    a = np.zeros((len(x), len(b)))
    for _k in range(max_steps):
        new = np.tanh(a @ W + x @ U + b)
        if np.abs(new - a).mean() < 1e-3:
            return new
        a = new
    return a


@wrong("settle", "one step too many: counts from 0 to max_steps")
def _(x, W, U, b, tol=1e-12, max_steps=1000):
    a = np.zeros((len(x), len(b)))
    for _k in range(max_steps + 1):
        new = np.tanh(a @ W + x @ U + b)
        done = np.abs(new - a).max() < tol
        a = new
        if done:
            break
    return a


@right("settle", "while with a counter")
def _(x, W, U, b, tol=1e-12, max_steps=1000):
    drive, a, k, move = x @ U + b, np.zeros((x.shape[0], W.shape[0])), 0, np.inf
    while k < max_steps and move >= tol:
        old, a = a, np.tanh(a @ W + drive)
        move, k = np.max(np.abs(a - old)), k + 1
    return a


@wrong("settle_backward", "one step of blame, not settled")
def _(da, a, x, W, U):
    d = da * (1 - a**2)
    return d @ U.T, a.T @ d, x.T @ d, d.sum(0)


@wrong("settle_backward", "W not transposed in the loop")
def _(da, a, x, W, U):
    d = da * (1 - a**2)
    for _k in range(300):
        d = (da + d @ W) * (1 - a**2)
    return d @ U.T, a.T @ d, x.T @ d, d.sum(0)


@wrong("settle_backward", "iterated without da: decays to 0")
def _(da, a, x, W, U):
    d = da * (1 - a**2)
    for _k in range(300):
        d = (d @ W.T) * (1 - a**2)
    return d @ U.T, a.T @ d, x.T @ d, d.sum(0)


@right("settle_backward", "np.linalg.solve, example by example")
def _(da, a, x, W, U):
    d = np.stack([np.linalg.solve(np.diag(1 / (1 - r**2)) - W, g) for r, g in zip(a, da)])
    return d @ U.T, a.T @ d, x.T @ d, d.sum(0)
