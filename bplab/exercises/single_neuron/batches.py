"""Batches of examples for one neuron."""

import numpy as np


def batch(rng, N, D):
    X = rng.normal(size=(N, D))
    w = rng.normal(size=D)
    b = float(rng.normal() + np.sign(rng.normal()))
    y = (rng.random(N) < 0.5).astype(float)
    y[:2] = 0.0, 1.0
    return X, y, w, b
