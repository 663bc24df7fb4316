"""Batches, labels and networks of a paper, drawn so that no mistake can hide."""

import numpy as np

from bplab import nn

CHAPTER = "03_two_pass_mlp"


KINK = 0.02  # no pre-activation of a paper is nearer to zero


def away_from_zero(rng, low, high, size=None):
    return rng.uniform(low, high, size) * rng.choice([-1.0, 1.0], size)


def scores(rng, N, H, scale=1.5):
    """Pre-activations on both sides of 0, none at the kink of the ReLU."""
    Z = rng.normal(scale=scale, size=(N, H))
    return np.where(np.abs(Z) < KINK, 3 * KINK, Z)


def labels(rng, N, C):
    y = rng.integers(C, size=N)
    y[:2] = 0, C - 1
    return y


def network(rng, N, widths, kind):
    """A batch and a network of these widths, no hidden pre-activation near 0, no bias 0."""
    while True:
        X = rng.normal(size=(N, widths[0]))
        params = [
            (rng.normal(scale=1.2 / np.sqrt(D), size=(D, H)), away_from_zero(rng, 0.2, 0.8, H))
            for D, H in zip(widths[:-1], widths[1:], strict=True)
        ]
        P, cache = nn.mlp_forward(X, params, kind)
        if min(np.abs(Z).min() for Z in cache["Z"][:-1]) > KINK:
            return X, labels(rng, N, widths[-1]), params, P, cache


# Batches and networks in which every width is another number; then one that leaves kind out, and
# one of equal widths: what is wrong for square weights alone is wrong, too.
NETWORKS = (
    (7, (4, 6, 5, 3), "tanh"),
    (8, (3, 6, 5, 4), "relu"),
    (9, (5, 4, 6, 3), "sigmoid"),
    (6, (2, 5, 3), None),
    (6, (4, 4, 4, 4), "tanh"),
)


def one_hot(P, y):
    return np.eye(P.shape[1])[y]
