"""A second round over all chapters: only those that were passed, or told next to nothing."""

import numpy as np

from tests.exercises.strangers.table import right, wrong


def _soft(Z):
    E = np.exp(Z - Z.max(axis=-1, keepdims=True))
    return E / E.sum(axis=-1, keepdims=True)


def _errors(a, b):
    return np.abs(a - b) / np.maximum(np.abs(a) + np.abs(b), 1e-8)


for _note, _reduce in (
    ("root of the mean square", lambda e: np.sqrt(np.mean(e**2))),
    ("median of the entries", np.median),
):
    wrong("relative_error", _note)(lambda a, b, reduce=_reduce: reduce(_errors(a, b)))
wrong("relative_error", "everything squared")(
    lambda a, b: np.max((a - b) ** 2 / np.maximum(a**2 + b**2, 1e-8))
)
wrong("linear_backward", "db is the maximum")(lambda dZ, X, W: (dZ @ W.T, X.T @ dZ, dZ.max(axis=0)))
wrong("l2_penalty", "squares once, at the end")(
    lambda params, lam: lam / 2 * sum(W.sum() for W, _ in params) ** 2
)
wrong("roc_auc", "accuracy at one half")(lambda y, p: ((p > 0.5) == y).mean())
wrong("batchnorm_predict", "beta before the division")(
    lambda X, gamma, beta, running, eps=1e-5: (
        gamma * (X - running[0] + beta) / np.sqrt(running[1] + eps)
    )
)
wrong("rnn_step_forward", "ReLU in place of tanh")(
    lambda x, h_prev, Wx, Wh, b: np.maximum(x @ Wx + h_prev @ Wh + b, 0)
)
wrong("max_pool_forward", "lower right of each window")(
    lambda X, size: X[:, :, size - 1 :: size, size - 1 :: size]
)
wrong("policy", "no exponential")(
    lambda theta, S: np.abs(S @ theta) / np.abs(S @ theta).sum(axis=1, keepdims=True)
)
wrong("policy", "scores divided by a root, as in attention")(
    lambda theta, S: _soft(S @ theta / np.sqrt(theta.shape[0]))
)
wrong("sample_actions", "P is not used")(lambda P, rng: rng.integers(0, P.shape[1], len(P)))
wrong("standardize", "by the largest size")(lambda returns: returns / np.abs(returns).max())


@wrong("batchnorm_forward", "gamma without its sign")
def _(X, gamma, beta, eps=1e-5):
    std = np.sqrt(X.var(axis=0) + eps)
    X_hat = (X - X.mean(axis=0)) / std
    return np.abs(gamma) * X_hat + beta, {"X_hat": X_hat, "std": std}


@wrong("rnn_forward", "half of the old state stays")
def _(X, h0, Wx, Wh, b):
    h, H = h0, []
    for t in range(X.shape[1]):
        h = 0.5 * h + 0.5 * np.tanh(X[:, t] @ Wx + h @ Wh + b)
        H.append(h)
    return np.stack(H, axis=1)


@wrong("mlp_backward", "the list of gradients grows into itself", "raises")
def _(P, y, cache, params, kind="tanh"):
    grads = []
    for _ in range(3):
        grads = [grads, grads]
    grads.append(grads)
    grads.append(grads)
    return grads


right("max_pool_forward", "the larger of shifted pictures")(
    lambda X, size: np.maximum.reduce(
        [X[:, :, i::size, j::size] for i in range(size) for j in range(size)]
    )
)
right("batchnorm_predict", "one scale and one shift")(
    lambda X, gamma, beta, running, eps=1e-5: (
        X * (gamma * (running[1] + eps) ** -0.5)
        + (beta - running[0] * gamma * (running[1] + eps) ** -0.5)
    )
)
right("discounted_returns", "a triangle of powers")(
    lambda rewards, gamma: (
        np.triu(
            [
                [float(gamma) ** max(k - t, 0) for k in range(len(rewards))]
                for t in range(len(rewards))
            ]
        )
        @ np.asarray(rewards, float)
    )
)
