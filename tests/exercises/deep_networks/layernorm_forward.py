"""layernorm_forward: what must pass, and what must be told."""

import numpy as np

from bplab import nn


def by_turning(X, gamma, beta, eps=1e-5):
    ones, zeros = np.ones(len(X)), np.zeros(len(X))
    turned, cache = nn.batchnorm_forward(X.T, ones, zeros, eps)
    return turned.T * gamma + beta, {"X_hat": turned.T, "std": cache["std"], "eps": eps}


def row_by_row(X, gamma, beta, eps=1e-5):
    std = [np.sqrt(np.mean((x - x.mean()) ** 2) + eps) for x in X]
    X_hat = np.array([(x - x.mean()) / s for x, s in zip(X, std, strict=True)])
    return [X_hat * gamma + beta, {"X_hat": X_hat, "std": std}]


ACCEPTED = [by_turning, row_by_row]


def rows(X, gamma, beta, eps, std, mean=None, out=lambda h, g, b: g * h + b):
    mean = X.mean(1, keepdims=True) if mean is None else mean
    with np.errstate(all="ignore"):
        X_hat = (X - mean) / std[:, None]
    return out(X_hat, gamma, beta), {"X_hat": X_hat, "std": std}


def one_variance(X, gamma, beta, eps=1e-5):
    std = np.sqrt(X.var() + eps) * np.ones(len(X))
    X_hat = (X - X.mean(axis=1, keepdims=True)) / std[:, None]
    return gamma * X_hat + beta, {"X_hat": X_hat, "std": std}


TOLD = [
    (one_variance, "spread-of-the-table"),
    (
        lambda X, g, b, eps=1e-5: rows(
            X, g, b, eps, np.sqrt(((X - X.mean(axis=0)) ** 2).mean(axis=1) + eps)
        ),
        "about-the-columns-means",
    ),
    (nn.batchnorm_forward, "columns-normalized"),
    (lambda X, g, b, eps=1e-5: rows(X, g, b, eps, X.std(1)), "no-eps"),
    (lambda X, g, b, eps=1e-5: rows(X, g, b, eps, X.std(1) + eps), "eps-outside"),
    (lambda X, g, b, eps=1e-5: rows(X, g, b, eps, X.var(1) + eps), "divided-by-variance"),
    (
        lambda X, g, b, eps=1e-5: rows(X, g, b, eps, np.sqrt(X.var(1, ddof=1) + eps)),
        "count-minus-one",
    ),
    (
        lambda X, g, b, eps=1e-5: rows(
            X, g, b, eps, np.sqrt(X.var(1) + eps), out=lambda h, g, b: g * h - b
        ),
        "beta is taken away",
    ),
    (
        lambda X, g, b, eps=1e-5: (
            (X - X.mean(1, keepdims=True)) / np.sqrt(X.var(1, keepdims=True) + eps) * g + b,
            {
                "X_hat": (X - X.mean(1, keepdims=True)) / np.sqrt(X.var(1, keepdims=True) + eps),
                "std": np.sqrt(X.var(1, keepdims=True) + eps),
            },
        ),
        "column-kept",
    ),
    (lambda X, g, b, eps=1e-5: (X - X.mean(1)) / X.std(1), "raised"),
    (lambda X, g, b, eps=1e-5: nn.layernorm_forward(X, g, b, eps)[0], "should hold 2 things"),
    (
        lambda X, g, b, eps=1e-5: (
            nn.layernorm_forward(X, g, b, eps)[0],
            {"xhat": X, "std": np.sqrt(X.var(1) + eps)},
        ),
        "no entry 'X_hat'",
    ),
]
