"""Where the chapter's functions are asked: away from zero, from kinks and from saturation."""

import math

import numpy as np


def apart_from_zero(rng, size, low=0.3, high=2.2):
    return rng.uniform(low, high, size) * rng.choice([-1, 1], size)


def slope_points(rng):
    z = apart_from_zero(rng, 7)
    z[:2] = np.abs(z[:2]) * [1, -1]
    yield {"z": z}
    yield {"z": apart_from_zero(rng, (3, 4))}
    yield {"z": np.array(rng.uniform(0.4, 1.6))}
    far = rng.uniform([4.0, 6.3], [6.0, 7.3], (3, 2))  # flat there, and not 0
    yield {"z": far.ravel() * [1, 1, -1, -1, 1, -1]}


def two_neurons(rng):
    """Numbers for the chain: nothing is 0, nothing saturates, both labels and others occur."""
    for y in (1.0, 0.0, float(rng.uniform(0.2, 0.8)), 1.0, 0.0, float(rng.uniform(0.2, 0.8))):
        while True:  # near 0, a curve and a straight line are one
            x, w1, b1, w2, b2 = (float(v) for v in apart_from_zero(rng, 5, 0.4, 1.2))
            z1 = w1 * x + b1
            if 0.4 < abs(z1) < 1.8 and 0.3 < abs(w2 * math.tanh(z1) + b2) < 1.8:
                break
        yield {"x": x, "y": y, "w1": w1, "b1": b1, "w2": w2, "b2": b2}


def wavy(rng, size, k=3.0, dead=0):
    """Parameters of a wavy function and a point where no entry of its gradient is near 0."""
    sign = rng.choice([-1.0, 1.0], size)
    c, d, x = (
        np.asarray(sign * rng.uniform(*between, size))
        for between in ((0.6, 1.6), (0.1, 0.4), (0.4, 1.4))
    )
    if dead:
        c[-dead:] = d[-dead:] = 0.0
    return c, d, k, x
