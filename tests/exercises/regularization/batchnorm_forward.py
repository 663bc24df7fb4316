"""batchnorm_forward: what must pass, and what must be told."""

import numpy as np


def batchnorm_by_hand(X, gamma, beta, eps=1e-5):
    N = X.shape[0]
    mu = X.sum(axis=0) / N
    centered = X - mu
    std = (np.sum(centered**2, axis=0) / N + eps) ** 0.5
    X_hat = centered * (1 / std)
    return X_hat * gamma + beta, {"X_hat": X_hat, "std": std, "mean": mu, "eps": eps}


def batchnorm_by_columns(X, gamma, beta, eps=1e-5):
    columns = [(x - np.mean(x)) / np.sqrt(np.var(x) + eps) for x in X.T]
    X_hat = np.stack(columns, axis=1)
    cache = {"X_hat": X_hat, "std": [float(np.sqrt(np.var(x) + eps)) for x in X.T]}
    return gamma * X_hat + beta, cache


def batchnorm_by_moments(X, gamma, beta, eps=1e-5):
    std = (np.mean(X**2, axis=0) - np.mean(X, axis=0) ** 2 + eps) ** 0.5
    X_hat = (X - np.mean(X, axis=0, keepdims=True)) / std
    return [X_hat @ np.diag(gamma) + beta, {"std": std.tolist(), "X_hat": X_hat.tolist()}]


def normalize(out=lambda h, gamma, beta: gamma * h + beta, std=None):
    def batchnorm_forward(X, gamma, beta, eps=1e-5):
        s = np.sqrt(X.var(axis=0) + eps) if std is None else std(X, eps)
        h = (X - X.mean(axis=0)) / s
        return out(h, gamma, beta), {"X_hat": h, "std": s}

    return batchnorm_forward


def plain_batchnorm_forward(X, gamma, beta, eps=1e-05):
    mu = X.mean(axis=0)
    var = X.var(axis=0)
    std = np.sqrt(var + eps)
    X_hat = (X - mu) / std
    out = gamma * X_hat + beta
    return (out, {"X_hat": X_hat, "std": std})


def by_hand(X, gamma, beta, eps=1e-05):
    mu = X.mean(axis=0)
    var = ((X - mu) ** 2).sum(axis=0) / X.shape[0]
    std = np.sqrt(var + eps)
    X_hat = (X - mu) / std
    out = gamma * X_hat + beta
    return (out, {"X_hat": X_hat, "std": std})


def extra_cache(X, gamma, beta, eps=1e-05):
    mu = X.mean(axis=0)
    var = X.var(axis=0)
    std = np.sqrt(var + eps)
    X_hat = (X - mu) / std
    out = gamma * X_hat + beta
    return (out, {"X_hat": X_hat, "std": std, "mu": mu, "gamma": gamma})


def axis_1_keepdims(X, gamma, beta, eps=1e-05):
    mu = X.mean(axis=1, keepdims=True)
    var = X.var(axis=1, keepdims=True)
    std = np.sqrt(var + eps)
    X_hat = (X - mu) / std
    out = gamma * X_hat + beta
    return (out, {"X_hat": X_hat, "std": std})


def axis_1(X, gamma, beta, eps=1e-05):
    mu = X.mean(axis=1)
    var = X.var(axis=1)
    std = np.sqrt(var + eps)
    X_hat = (X - mu) / std
    out = gamma * X_hat + beta
    return (out, {"X_hat": X_hat, "std": std})


def keepdims_std(X, gamma, beta, eps=1e-05):
    mu = X.mean(axis=0, keepdims=True)
    var = X.var(axis=0, keepdims=True)
    std = np.sqrt(var + eps)
    X_hat = (X - mu) / std
    out = gamma * X_hat + beta
    return (out, {"X_hat": X_hat, "std": std})


def ddof(X, gamma, beta, eps=1e-05):
    mu = X.mean(axis=0)
    var = X.var(axis=0, ddof=1)
    std = np.sqrt(var + eps)
    X_hat = (X - mu) / std
    out = gamma * X_hat + beta
    return (out, {"X_hat": X_hat, "std": std})


def only_out(X, gamma, beta, eps=1e-05):
    mu = X.mean(axis=0)
    var = X.var(axis=0)
    std = np.sqrt(var + eps)
    X_hat = (X - mu) / std
    out = gamma * X_hat + beta
    return out


def global_instead(X, gamma, beta, eps=1e-05):
    mu = X.mean()
    var = X.var()
    std = np.sqrt(var + eps)
    X_hat = (X - mu) / std
    out = gamma * X_hat + beta
    return (out, {"X_hat": X_hat, "std": std})


def var_in_cache(X, gamma, beta, eps=1e-05):
    mu = X.mean(axis=0)
    var = X.var(axis=0)
    std = np.sqrt(var + eps)
    X_hat = (X - mu) / std
    out = gamma * X_hat + beta
    return (out, {"X_hat": X_hat, "std": var})


ACCEPTED = [
    batchnorm_by_moments,
    batchnorm_by_hand,
    batchnorm_by_columns,
    plain_batchnorm_forward,
    by_hand,
    extra_cache,
]
TOLD = [
    (normalize(lambda h, gamma, beta: gamma * (h + beta)), "out", "right"),
    (normalize(std=lambda X, eps: np.abs(X).mean(0) + eps), "std"),
    (normalize(std=lambda X, e: X.std(0) + e + 0), "eps stands outside"),
    (
        normalize(lambda h, g, b: b * h + g, lambda X, e: np.sqrt(X.var(0) + e) + e),
        "eps comes into your std twice",
    ),
    (axis_1_keepdims, "rows-normalized-throughout"),
    (axis_1, "raised"),
    (keepdims_std, "extra-axis"),
    (ddof, "n-minus-one"),
    (only_out, "wrong-type"),
    (global_instead, "reduced-too-far"),
    (var_in_cache, "variance-without-eps-kept"),
]
