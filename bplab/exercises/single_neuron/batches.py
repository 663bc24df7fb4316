"""Batches of examples for one neuron, and the letters of their dimensions."""

import numpy as np

SHAPES = {"X": "N D", "w": "D", "y": "N", "a": "N", "p": "N", "dw": "D", "z": "N"}


def batch(rng, N, D):
    X = rng.normal(size=(N, D))
    w = rng.normal(size=D)
    b = float(rng.normal() + np.sign(rng.normal()))
    y = (rng.random(N) < 0.5).astype(float)
    y[:2] = 0.0, 1.0
    return X, y, w, b
