"""After the fifth round was mended: chapters 7 to 11 once more, to see what the mending is worth."""

import numpy as np

from bplab import nn
from tests.exercises.strangers.table import right, wrong

# --- 7 -------------------------------------------------------------------------------------------


@wrong("xavier_init", "gain 5/3 of tanh, as torch's calculate_gain")
def _(fan_in, fan_out, rng):
    return rng.normal(size=(fan_in, fan_out)) * (5 / 3) * np.sqrt(2 / (fan_in + fan_out))


@wrong("he_init", "normalised so that W's own spread is exact")
def _(fan_in, fan_out, rng):
    W = rng.normal(size=(fan_in, fan_out))
    return W / W.std() * np.sqrt(2 / fan_in)


@wrong("signal_by_layer", "first half of the hidden layers: stops one early")
def _(X, params, kind):
    _, cache = nn.mlp_forward(X, params, kind)
    return np.array([A.std() for A in cache["A"][1:-1]])


@wrong("signal_by_layer", "running product of the spreads")
def _(X, params, kind):
    _, cache = nn.mlp_forward(X, params, kind)
    return np.cumprod([A.std() for A in cache["A"][1:]])


@wrong("blame_by_layer", "slope taken at A instead of Z")
def _(P, y, cache, params, kind):
    d = nn.softmax_cross_entropy_backward(P, y)
    out = [np.sqrt(np.mean(d**2))]
    for i in range(len(params) - 1, 0, -1):
        d = nn.activation_backward(d @ params[i][0].T, cache["A"][i], kind)
        out.insert(0, np.sqrt(np.mean(d**2)))
    return np.array(out)


@wrong("blame_by_layer", "relative to the output layer's blame")
def _(P, y, cache, params, kind):
    d = nn.softmax_cross_entropy_backward(P, y)
    out = [np.sqrt(np.mean(d**2))]
    for i in range(len(params) - 1, 0, -1):
        d = nn.activation_backward(d @ params[i][0].T, cache["Z"][i - 1], kind)
        out.insert(0, np.sqrt(np.mean(d**2)))
    return np.array(out) / out[-1]


@wrong("leaky_relu_backward", "returns the slopes; dA is never used")
def _(dA, Z, slope=0.01):
    return np.where(Z > 0, 1.0, slope)


@wrong("running_update", "variance: shares squared")
def _(running, X, momentum=0.9):
    m, v = running
    return (
        momentum * m + (1 - momentum) * X.mean(0),
        momentum**2 * v + (1 - momentum) ** 2 * X.var(0),
    )


@wrong("batchnorm_predict", "eps added after the root as well")
def _(X, gamma, beta, running, eps=1e-5):
    mean, var = running
    return gamma * (X - mean) / (np.sqrt(var + eps) + eps) + beta


@wrong("batchnorm_predict", "mean of the rows present, running variance")
def _(X, gamma, beta, running, eps=1e-5):
    return gamma * (X - X.mean(axis=0)) / np.sqrt(running[1] + eps) + beta


@wrong("layernorm_forward", "gamma by row: gamma[:, None] cut to N rows")
def _(X, gamma, beta, eps=1e-5):
    std = np.sqrt(X.var(axis=1) + eps)
    h = (X - X.mean(axis=1, keepdims=True)) / std[:, None]
    g = np.resize(gamma, len(X))[:, None]
    return g * h + beta, {"X_hat": h, "std": std}


@wrong("layernorm_backward", "X_hat divided out once more: std twice in the third road")
def _(dout, cache, gamma):
    h, s = cache["X_hat"], cache["std"][:, None]
    d = dout * gamma
    dX = (d - d.mean(1, keepdims=True) - h / s * (d * h).mean(1, keepdims=True)) / s
    return dX, (dout * h).sum(0), dout.sum(0)


@wrong("layernorm_backward", "means over the batch in dX, axis 0")
def _(dout, cache, gamma):
    h, s = cache["X_hat"], cache["std"][:, None]
    d = dout * gamma
    return (d - d.mean(0) - h * (d * h).mean(0)) / s, (dout * h).sum(0), dout.sum(0)


@wrong("residual_forward", "half of X, half of f")
def _(X, W, b, kind):
    Z = X @ W + b
    return (X + nn.activation_forward(Z, kind)) / 2, Z


@wrong("residual_backward", "dW from f(Z), the layer's own output")
def _(dout, X, Z, W, kind):
    d = nn.activation_backward(dout, Z, kind)
    return dout + d @ W.T, nn.activation_forward(Z, kind).T @ d, d.sum(0)


# --- 8 -------------------------------------------------------------------------------------------


@wrong("rnn_step_forward", "h_prev @ Wh read through an elementwise product with its diagonal")
def _(x, h_prev, Wx, Wh, b):
    return np.tanh(x @ Wx + h_prev * np.diag(Wh) + b)


@wrong("rnn_step_backward", "1 - h in place of 1 - h**2")
def _(dh, x, h_prev, h, Wx, Wh):
    d = dh * (1 - h)
    return d @ Wx.T, d @ Wh.T, x.T @ d, h_prev.T @ d, d.sum(0)


@wrong("rnn_step_backward", "dh_prev before the slope")
def _(dh, x, h_prev, h, Wx, Wh):
    d = dh * (1 - h**2)
    return d @ Wx.T, dh @ Wh.T, x.T @ d, h_prev.T @ d, d.sum(0)


@wrong("rnn_forward", "every second moment is skipped and copied")
def _(X, h0, Wx, Wh, b):
    h, out = h0, []
    for t in range(X.shape[1]):
        if t % 2 == 0:
            h = nn.rnn_step_forward(X[:, t], h, Wx, Wh, b)
        out.append(h)
    return np.stack(out, 1)


@wrong("rnn_forward", "the state of the first example for all")
def _(X, h0, Wx, Wh, b):
    h, out = h0, []
    for t in range(X.shape[1]):
        h = nn.rnn_step_forward(X[:, t], np.broadcast_to(h[:1], h.shape), Wx, Wh, b)
        out.append(h)
    return np.stack(out, 1)


def _bptt(dH, X, h0, H, Wx, Wh, each=lambda t, dh, later: dh + later, slope=None):
    dX, later = np.zeros_like(X), np.zeros_like(h0)
    dWx, dWh, db = 0 * Wx, 0 * Wh, np.zeros(len(Wh))
    for t in reversed(range(X.shape[1])):
        prev = H[:, t - 1] if t else h0
        s = 1 - H[:, t] ** 2 if slope is None else slope(t, H, prev)
        d = each(t, dH[:, t], later) * s
        dX[:, t], later = d @ Wx.T, d @ Wh.T
        dWx, dWh, db = dWx + X[:, t].T @ d, dWh + prev.T @ d, db + d.sum(0)
    return dX, later, dWx, dWh, db


@wrong("rnn_backward", "blame from later halved at each step (a decay)")
def _(dH, X, h0, H, Wx, Wh):
    return _bptt(dH, X, h0, H, Wx, Wh, lambda t, dh, later: dh + 0.5 * later)


@wrong("rnn_backward", "mean of the two, not the sum")
def _(dH, X, h0, H, Wx, Wh):
    return _bptt(dH, X, h0, H, Wx, Wh, lambda t, dh, later: (dh + later) / 2)


@wrong("rnn_backward", "slope at the state before")
def _(dH, X, h0, H, Wx, Wh):
    return _bptt(dH, X, h0, H, Wx, Wh, slope=lambda t, H, prev: 1 - prev**2)


@wrong("rnn_backward", "dH read one moment late: dH[:, t - 1]")
def _(dH, X, h0, H, Wx, Wh):
    return _bptt(np.roll(dH, 1, axis=1), X, h0, H, Wx, Wh)


@wrong("truncated_rnn_backward", "two stretches only: cut in the middle")
def _(dH, X, h0, H, Wx, Wh, steps):
    m = X.shape[1] // 2
    a = _bptt(dH[:, :m], X[:, :m], h0, H[:, :m], Wx, Wh)
    b = _bptt(dH[:, m:], X[:, m:], H[:, m - 1], H[:, m:], Wx, Wh)
    return np.concatenate([a[0], b[0]], 1), *(p + q for p, q in zip(a[2:], b[2:]))


@wrong("masked_cross_entropy", "divided by the number of examples that have any place")
def _(scores, y, mask):
    s = scores - scores.max(-1, keepdims=True)
    lp = s - np.log(np.exp(s).sum(-1, keepdims=True))
    own = -np.take_along_axis(lp, y[..., None], -1)[..., 0]
    n = (mask.sum(1) > 0).sum()
    d = (np.exp(lp) - np.eye(s.shape[-1])[y]) * mask[..., None] / n
    return (own * mask).sum() / n, d


@wrong("masked_cross_entropy", "labels shifted: next moment's label")
def _(scores, y, mask):
    y = np.roll(y, -1, axis=1)
    s = scores - scores.max(-1, keepdims=True)
    lp = s - np.log(np.exp(s).sum(-1, keepdims=True))
    own = -np.take_along_axis(lp, y[..., None], -1)[..., 0]
    d = (np.exp(lp) - np.eye(s.shape[-1])[y]) * mask[..., None] / mask.sum()
    return (own * mask).sum() / mask.sum(), d


def _z(x, h, Wx, Wh, b):
    return np.split(x @ Wx + h @ Wh + b, 4, axis=1)


@wrong("lstm_step_forward", "candidate without tanh")
def _(x, h_prev, c_prev, Wx, Wh, b):
    i, f, o, g = _z(x, h_prev, Wx, Wh, b)
    c = nn.sigmoid(f) * c_prev + nn.sigmoid(i) * g
    return nn.sigmoid(o) * np.tanh(c), c


@wrong("lstm_step_forward", "peephole: c_prev added into the gates")
def _(x, h_prev, c_prev, Wx, Wh, b):
    i, f, o, g = _z(x, h_prev, Wx, Wh, b)
    c = nn.sigmoid(f + c_prev) * c_prev + nn.sigmoid(i + c_prev) * np.tanh(g)
    return nn.sigmoid(o + c) * np.tanh(c), c


@wrong("lstm_step_forward", "hard sigmoid of old Keras")
def _(x, h_prev, c_prev, Wx, Wh, b):
    i, f, o, g = _z(x, h_prev, Wx, Wh, b)
    hs = lambda z: np.clip(0.2 * z + 0.5, 0, 1)  # noqa: E731
    c = hs(f) * c_prev + hs(i) * np.tanh(g)
    return hs(o) * np.tanh(c), c


def _lstm_back(dh, dc, x, h_prev, c_prev, Wx, Wh, b, block=None, end=None):
    i, f, o, g = _z(x, h_prev, Wx, Wh, b)
    i, f, o, g = nn.sigmoid(i), nn.sigmoid(f), nn.sigmoid(o), np.tanh(g)
    t = np.tanh(f * c_prev + i * g)
    w = dc + dh * o * (1 - t**2)
    parts = {
        "i": w * g * i * (1 - i),
        "f": w * c_prev * f * (1 - f),
        "o": dh * t * o * (1 - o),
        "g": w * i * (1 - g**2),
    }
    if block:
        parts |= block(w, i, f, o, g, t, c_prev, dh, dc)
    d = np.hstack([parts[k] for k in "ifog"])
    dcp = w * f if end is None else end(w, i, f, o, g, dc)
    return d @ Wx.T, d @ Wh.T, dcp, x.T @ d, h_prev.T @ d, d.sum(0)


@wrong("lstm_step_backward", "input gate by its own value, not by g")
def _(*given):
    return _lstm_back(*given, block=lambda w, i, f, o, g, t, cp, dh, dc: {"i": w * i * i * (1 - i)})


@wrong("lstm_step_backward", "dc_prev by the input gate")
def _(*given):
    return _lstm_back(*given, end=lambda w, i, f, o, g, dc: w * i)


@wrong("lstm_step_backward", "o's blame without dh: from dc")
def _(*given):
    return _lstm_back(
        *given, block=lambda w, i, f, o, g, t, cp, dh, dc: {"o": dc * t * o * (1 - o)}
    )


@wrong("lstm_step_backward", "two gates: forget by c, candidate without its slope", "two")
def _(*given):
    return _lstm_back(
        *given,
        block=lambda w, i, f, o, g, t, cp, dh, dc: {
            "f": w * (f * cp + i * g) * f * (1 - f),
            "g": w * i,
        },
    )


@wrong("lstm_forward", "the state is handed on through tanh again")
def _(X, h0, c0, Wx, Wh, b):
    h, c, H, C = h0, c0, [], []
    for t in range(X.shape[1]):
        h, c = nn.lstm_step_forward(X[:, t], np.tanh(h), c, Wx, Wh, b)
        H.append(h)
        C.append(c)
    return np.stack(H, 1), np.stack(C, 1)


@wrong("lstm_forward", "C holds tanh(c)")
def _(X, h0, c0, Wx, Wh, b):
    H, C = nn.lstm_forward(X, h0, c0, Wx, Wh, b)
    return H, np.tanh(C)


def _lstm_walk(dH, X, h0, c0, H, C, Wx, Wh, b, carry=lambda dh, dc: (dh, dc), shift=0):
    dX, dh, dc = np.zeros(X.shape), 0 * h0, 0 * c0
    sums = [0 * Wx, 0 * Wh, 0 * b]
    for t in reversed(range(X.shape[1])):
        hp, cp = (H[:, t - 1], C[:, t - 1]) if t else (h0, c0)
        dX[:, t], dh, dc, *w = nn.lstm_step_backward(
            dH[:, t] + dh, dc, X[:, t - shift], hp, cp, Wx, Wh, b
        )
        dh, dc = carry(dh, dc)
        sums = [s + v for s, v in zip(sums, w)]
    return dX, dh, dc, *sums


@wrong("lstm_backward", "dc joined with dh when handed down")
def _(*given):
    return _lstm_walk(*given, carry=lambda dh, dc: (dh + dc, dc))


@wrong("lstm_backward", "dc clipped to 0.05 on its way")
def _(*given):
    return _lstm_walk(*given, carry=lambda dh, dc: (dh, np.clip(dc, -0.05, 0.05)))


@wrong("lstm_backward", "X of the moment before in the steps")
def _(*given):
    return _lstm_walk(*given, shift=1)


@wrong("settle", "relu in place of tanh, kept below 1")
def _(x, W, U, b, tol=1e-12, max_steps=1000):
    a = np.zeros((len(x), len(W)))
    for _ in range(max_steps):
        new = np.clip(a @ W + x @ U + b, 0, 1)
        if np.abs(new - a).max() < tol:
            return new
        a = new
    return a


@wrong("settle_backward", "dW from da, the blame before it settles")
def _(da, a, x, W, U):
    dx, dW, dU, db = nn.settle_backward(da, a, x, W, U)
    return dx, a.T @ (da * (1 - a**2)), dU, db


@wrong("settle_backward", "settles with the slope squared")
def _(da, a, x, W, U):
    s, e = 1 - a**2, da
    for _ in range(300):
        e = da + (e * s * s) @ W.T
    d = e * s
    return d @ U.T, a.T @ d, x.T @ d, d.sum(0)


@right("settle_backward", "inverse of each example's matrix")
def _(da, a, x, W, U):
    s = 1 - a**2
    inv = np.linalg.inv(np.eye(len(W)) - s[:, :, None] * W.T)
    d = np.einsum("ni,nij->nj", da, inv) * s
    return d @ U.T, a.T @ d, x.T @ d, d.sum(0)
