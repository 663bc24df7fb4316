"""batchnorm_predict: what must pass, and what must be told."""

import numpy as np

from bplab import nn


def folded_in(X, gamma, beta, running, eps=1e-5):
    """Scale and shift put together first, as one does for speed."""
    scale = gamma / np.sqrt(running[1] + eps)
    return X * scale + (beta - running[0] * scale)


def row_by_row(X, gamma, beta, running, eps=1e-5):
    mean, var = running
    return [((x - mean) / (var + eps) ** 0.5 * gamma + beta).tolist() for x in X]


ACCEPTED = [folded_in, row_by_row]


def corrected(X, gamma, beta, running, eps=1e-5):
    mean, var = running
    var = var * len(X) / (len(X) - 1)
    X_hat = (X - mean) / np.sqrt(var + eps)
    return gamma * X_hat + beta


def variance_and_beta(X, gamma, beta, running, eps=1e-5):
    mean, var = running
    X_hat = (X - mean) / (var + eps)
    return gamma * X_hat - beta


TOLD = [
    (variance_and_beta, "divided-by-variance-and-beta-taken-away"),
    (corrected, "unbiased"),
    (
        lambda X, g, b, running, eps=1e-5: b * (X - running[0]) / (running[1] + eps) + g,
        "divided-by-variance-and-gamma-beta-swapped",
    ),
    (
        lambda X, g, b, running, eps=1e-5: g * (X - running[0]) / np.sqrt(running[1]) + eps + b,
        "eps-in-the-result",
    ),
    (
        lambda X, gamma, beta, running, eps=1e-5: nn.batchnorm_forward(X, gamma, beta, eps)[0],
        "batch-statistics",
    ),
    (lambda X, g, b, running, eps=1e-5: g * (X - running[0]) / (running[1] + eps) + b, "variance"),
    (
        lambda X, g, b, running, eps=1e-5: g * (X - running[0]) / np.sqrt(running[1]) + b,
        "no-eps",
    ),
    (
        lambda X, g, b, running, eps=1e-8: g * (X - running[0]) / np.sqrt(running[1] + eps) + b,
        "default",
    ),
    (
        lambda X, g, b, running, eps=1e-5: (X - running[0]) / np.sqrt(running[1] + eps),
        "no-gamma-beta",
    ),
    (
        lambda X, g, b, running, eps=1e-5: g * X - running[0] / np.sqrt(running[1] + eps) + b,
        "out",
    ),
    (lambda X, g, b, running, eps=1e-5: g * X + b, "out"),
    (
        lambda X, g, b, running, eps=1e-5: g * (X - running[0]) / (np.sqrt(running[1]) + eps) + b,
        "eps-outside",
    ),
]
