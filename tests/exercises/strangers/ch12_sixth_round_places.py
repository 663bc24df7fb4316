"""The sixth round, chapters 9 to 11."""

import numpy as np

from bplab import nn
from tests.exercises.strangers.table import right, wrong


def _pad(X, p):
    return np.pad(X, [(0, 0), (0, 0), (p, p), (p, p)])


def _wins(X, K, stride, pad):
    v = np.lib.stride_tricks.sliding_window_view(_pad(X, pad), (K, K), axis=(2, 3))
    return v[:, :, ::stride, ::stride]


@wrong("conv_forward", "bias multiplied by the sum of the filter (added before the product)")
def _(X, W, b, stride=1, pad=0):
    Z = np.einsum("nchwuv,fcuv->nfhw", _wins(X, W.shape[2], stride, pad), W)
    return Z + (b * W.sum((1, 2, 3)))[:, None, None]


@wrong("conv_forward", "only the first channel of each filter")
def _(X, W, b, stride=1, pad=0):
    return nn.conv_forward(X[:, :1], W[:, :1], b, stride, pad)


@wrong("conv_forward", "ReLU at the end")
def _(X, W, b, stride=1, pad=0):
    return np.maximum(nn.conv_forward(X, W, b, stride, pad), 0)


@wrong("conv_backward", "dX for the first filter alone")
def _(dout, X, W, stride=1, pad=0):
    _, dW, db = nn.conv_backward(dout, X, W, stride, pad)
    return nn.conv_backward(dout[:, :1], X, W[:1], stride, pad)[0], dW, db


@wrong("conv_backward", "dW: rows and columns of the window exchanged")
def _(dout, X, W, stride=1, pad=0):
    dX, dW, db = nn.conv_backward(dout, X, W, stride, pad)
    return dX, dW.transpose(0, 1, 3, 2), db


@wrong("conv_backward", "last row and column of places left out of dW and dX")
def _(dout, X, W, stride=1, pad=0):
    d = dout.copy()
    d[:, :, -1] = 0
    d[:, :, :, -1] = 0
    dX, dW, _ = nn.conv_backward(d, X, W, stride, pad)
    return dX, dW, dout.sum((0, 2, 3))


@wrong("im2col", "each row has its mean taken off")
def _(X, K, stride=1, pad=0):
    cols = nn.im2col(X, K, stride, pad)
    return cols - cols.mean(axis=1, keepdims=True)


@wrong("im2col", "the window's columns before its rows")
def _(X, K, stride=1, pad=0):
    v = _wins(X, K, stride, pad)
    return v.transpose(0, 2, 3, 1, 5, 4).reshape(-1, X.shape[1] * K * K)


@wrong("col2im", "filters' channel and example exchanged in the reshape")
def _(cols, shape, K, stride=1, pad=0):
    N, C, H, W = shape
    r, c = (H + 2 * pad - K) // stride + 1, (W + 2 * pad - K) // stride + 1
    blocks = cols.reshape(r, c, N, C, K, K)
    out = np.zeros((N, C, H + 2 * pad, W + 2 * pad))
    for i in range(r):
        for j in range(c):
            out[:, :, i * stride : i * stride + K, j * stride : j * stride + K] += blocks[i, j]
    return out[:, :, pad : pad + H, pad : pad + W]


@wrong("max_pool_forward", "windows start one pixel late, wrapping round")
def _(X, size):
    return nn.max_pool_forward(np.roll(X, -1, axis=3), size)


@wrong("max_pool_forward", "the mean of the two largest")
def _(X, size):
    N, C, H, W = X.shape
    w = X.reshape(N, C, H // size, size, W // size, size).swapaxes(3, 4)
    return np.sort(w.reshape(N, C, H // size, W // size, -1), axis=-1)[..., -2:].mean(-1)


@wrong("max_pool_backward", "softmax shares: the larger the pixel, the more blame")
def _(dout, X, size):
    N, C, H, W = X.shape
    e = np.exp(X).reshape(N, C, H // size, size, W // size, size)
    share = e / e.sum(axis=(3, 5), keepdims=True)
    return (share * dout[:, :, :, None, :, None]).reshape(X.shape)


@wrong("max_pool_backward", "dout of the window to the right")
def _(dout, X, size):
    return nn.max_pool_backward(np.roll(dout, -1, axis=3), X, size)


@wrong("conv_net_forward", "the bias of the convolution forgotten")
def _(X, params):
    (Wc, bc), rest = params
    return nn.conv_net_forward(X, [(Wc, 0 * bc), rest])


@wrong("conv_net_forward", "ReLU on the scores as well")
def _(X, params):
    P, cache = nn.conv_net_forward(X, params)
    s = cache["pooled"].reshape(len(X), -1) @ params[1][0] + params[1][1]
    return nn.softmax(np.maximum(s, 0)), cache


@wrong("conv_net_backward", "dbc averaged over places")
def _(P, y, cache, params):
    (dWc, dbc), last = nn.conv_net_backward(P, y, cache, params)
    return [(dWc, dbc / cache["Z"][0, 0].size), last]


@wrong(
    "conv_net_backward", "pooling's blame placed by Z's order in the flattened row, W not turned"
)
def _(P, y, cache, params):
    g = nn.conv_net_backward(P, y, cache, params)
    return [(g[0][0][:, :, ::-1, ::-1], g[0][1]), g[1]]


# --- 10 ------------------------------------------------------------------------------------------


@wrong("unbroadcast", "sums everything unless the shapes are equal")
def _(grad, shape):
    return grad if grad.shape == tuple(shape) else np.full(shape, grad.sum())


@wrong("unbroadcast", "the largest of the copies")
def _(grad, shape):
    while grad.ndim > len(shape):
        grad = grad.max(axis=0)
    for i, n in enumerate(shape):
        if n == 1:
            grad = grad.max(axis=i, keepdims=True)
    return grad


@wrong("unbroadcast", "only the first extra axis is summed")
def _(grad, shape):
    if grad.ndim > len(shape):
        grad = grad.sum(axis=0)
    for i, n in enumerate(shape):
        if n == 1 and i < grad.ndim:
            grad = grad.sum(axis=i, keepdims=True)
    return grad


@wrong("jacobian", "the diagonal only")
def _(f, x):
    J = nn.jacobian(f, x)
    out = np.zeros_like(J)
    k = min(J.shape)
    out[np.arange(k), np.arange(k)] = np.diag(J)[:k]
    return out


@wrong("jacobian", "rows scaled by the output")
def _(f, x):
    inputs = nn.Tensor(x)
    out = f(inputs)
    rows = []
    for m in range(len(out.data)):
        (out[m] ** 2).backward()
        rows.append(inputs.grad.copy())
    return np.array(rows)


@wrong("directional_derivative", "divided by the length of v at the end")
def _(f, x, v):
    return f(nn.Dual(x, v)).slope / np.linalg.norm(v)


@wrong("mlp_loss", "kind exchanged: relu for tanh")
def _(X, y, tensors, kind="tanh"):
    return nn.mlp_loss(X, y, tensors, {"tanh": "relu", "relu": "tanh"}[kind])


@wrong("mlp_loss", "mean squared error against one_hot")
def _(X, y, tensors, kind="tanh"):
    h = nn.Tensor(X)
    for k in range(0, len(tensors), 2):
        h = h @ tensors[k] + tensors[k + 1]
        if k < len(tensors) - 2:
            h = h.relu() if kind == "relu" else h.tanh()
    return ((h - np.eye(h.data.shape[1])[y]) ** 2).mean()


@wrong("mlp_loss", "log base 2")
def _(X, y, tensors, kind="tanh"):
    return nn.mlp_loss(X, y, tensors, kind) * (1 / np.log(2))


@wrong("Dual", "exp without the value: slope alone")
class Dual(nn.Dual):
    def exp(self):
        return type(self)(np.exp(self.value), self.slope)


@wrong("Dual", "minus leaves the slope as it is")
class Dual(nn.Dual):  # noqa: F811
    def __neg__(self):
        return type(self)(-self.value, self.slope)


# --- 11 ------------------------------------------------------------------------------------------


@wrong("discounted_returns", "gamma to the power t taken once too often: t + 1 from each step")
def _(rewards, gamma):
    T = len(rewards)
    return np.array([sum(gamma ** (k - t + 1) * rewards[k] for k in range(t, T)) for t in range(T)])


@wrong("discounted_returns", "the last reward is not counted")
def _(rewards, gamma):
    G, out = 0.0, np.zeros(len(rewards))
    for t in range(len(rewards) - 2, -1, -1):
        G = rewards[t] + gamma * G
        out[t] = G
    return out


@wrong("discounted_returns", "(1 - gamma) on the own reward, an average")
def _(rewards, gamma):
    G, out = 0.0, np.zeros(len(rewards))
    for t in range(len(rewards) - 1, -1, -1):
        G = (1 - gamma) * rewards[t] + gamma * G
        out[t] = G
    return out


@wrong("policy", "epsilon-greedy mix: 0.1 spread evenly")
def _(theta, S):
    P = nn.policy(theta, S)
    return 0.9 * P + 0.1 / P.shape[1]


@wrong("policy", "log-probabilities")
def _(theta, S):
    s = S @ theta
    s = s - s.max(1, keepdims=True)
    return s - np.log(np.exp(s).sum(1, keepdims=True))


@wrong("log_policy_gradient", "p of the chosen action taken off all columns")
def _(theta, s, a):
    p = nn.policy(theta, s[None])[0]
    return np.outer(s, np.eye(len(p))[a] - p[a])


@wrong("log_policy_gradient", "s missing: the slope by the scores in each row")
def _(theta, s, a):
    p = nn.policy(theta, s[None])[0]
    return np.tile(np.eye(len(p))[a] - p, (len(s), 1))


@wrong("standardize", "median in place of the mean")
def _(returns):
    r = np.asarray(returns, float)
    return (r - np.median(r)) / (r.std() + 1e-8)


@wrong("standardize", "first return taken as the usual one")
def _(returns):
    r = np.asarray(returns, float)
    return (r - r[0]) / (r.std() + 1e-8)


@wrong("policy_gradient", "rewards clipped to [-1, 1], as in DQN")
def _(theta, S, actions, advantages):
    return nn.policy_gradient(theta, S, actions, np.clip(advantages, -1, 1))


@wrong("policy_gradient", "importance weight 1 / pi besides")
def _(theta, S, actions, advantages):
    p = nn.policy(theta, S)[np.arange(len(S)), actions]
    return nn.policy_gradient(theta, S, actions, advantages / p)


@wrong("policy_gradient", "entropy bonus left in")
def _(theta, S, actions, advantages):
    P = nn.policy(theta, S)
    H = -(P * np.log(P)).sum(1, keepdims=True)
    extra = S.T @ (0.01 * P * (np.log(P) + H)) / len(S)
    return nn.policy_gradient(theta, S, actions, advantages) + extra


@wrong("run_episode", "the first step is not written down")
def _(env, theta, rng):
    S, A, R = nn.run_episode(env, theta, rng)
    return S[1:], A[1:], R[1:]


@wrong("run_episode", "rewards to go returned in place of rewards")
def _(env, theta, rng):
    S, A, R = nn.run_episode(env, theta, rng)
    return S, A, np.cumsum(R[::-1])[::-1].copy()


@right("discounted_returns", "np.convolve with the powers")
def _(rewards, gamma):
    r = np.asarray(rewards, float)[::-1]
    return np.convolve(r, float(gamma) ** np.arange(len(r)))[: len(r)][::-1]


@right("policy_gradient", "a Tensor and backward")
def _(theta, S, actions, advantages):
    t = nn.Tensor(theta)
    s = nn.Tensor(S) @ t
    s = s - s.data.max(axis=1, keepdims=True)
    lp = s[np.arange(len(S)), actions] - s.exp().sum(axis=1).log()
    (-(lp * np.asarray(advantages, float)).mean()).backward()
    return t.grad
