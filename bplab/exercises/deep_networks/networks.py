"""Networks and arrays that the papers of chapter 7 are drawn from."""

import math

import numpy as np

from bplab import nn

CHAPTER = "07_deep_networks"
KINDS = ("tanh", "relu", "sigmoid")


def uniform(rng, low, high):
    return float(rng.uniform(low, high))


def biases(rng, width):
    """Biases, none of them near zero."""
    return rng.uniform(0.3, 0.9, width) * rng.choice([-1, 1], width)


def network(rng, widths):
    """Parameters of a network, biases not zero."""
    return [
        (rng.normal(size=(n, m)) * 1.2 / math.sqrt(n), biases(rng, m))
        for n, m in zip(widths[:-1], widths[1:], strict=True)
    ]


def away_from_kinks(rng, N, widths):
    """A batch and a network none of whose hidden pre-activations is near 0, whatever the kind."""
    while True:
        X, params = rng.normal(size=(N, widths[0])), network(rng, widths)
        for kind in KINDS:
            _, cache = nn.mlp_forward(X, params, kind)
            if min(np.abs(Z).min() for Z in cache["Z"][:-1]) < 1e-3:
                break
        else:
            return X, params


def bent(rng, shape):
    """Entries of both signs up to 3, a row of them near the bend at 0; none at it."""
    Z = signed(rng, shape, high=3.0)
    Z[0] = signed(rng, shape[1:], low=0.02, high=0.1)
    Z[0, :2] = np.abs(Z[0, :2]) * (1, -1)
    return Z


def signed(rng, shape, low=0.1, high=2.0):
    """Entries of both signs, none near 0."""
    return rng.uniform(low, high, shape) * rng.choice([-1, 1], shape)
