"""Toy problems with two features: XOR, and a spiral with an arm for each class."""

import numpy as np


def xor():
    """The four cases of exclusive or.

    Returns
    -------
    X : (4, 2) array of 0 and 1
    y : (4,) ints
        1 where exactly one of the two inputs is 1.
    """
    X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    return X, np.array([0, 1, 1, 0])


def spiral(n_per_class=60, n_classes=3, rng=None, noise=0.2):
    """Points on interleaved spiral arms, one arm a class; no line separates them.

    Parameters
    ----------
    n_per_class, n_classes : int
    rng : numpy.random.Generator or int, optional
        Seed 0 when not given.
    noise : float
        Spread of the angle, in radians.

    Returns
    -------
    X : (n_per_class * n_classes, 2) array
        Within about 1 of the origin; the classes one after the other.
    y : (n_per_class * n_classes,) ints
    """
    if n_per_class < 1 or n_classes < 2:
        raise ValueError(
            f"a spiral needs a point a class and 2 classes, got {n_per_class} and {n_classes}."
        )
    rng = np.random.default_rng(0 if rng is None else rng)
    y = np.repeat(np.arange(n_classes), n_per_class)
    radius = np.tile(np.linspace(0.05, 1, n_per_class), n_classes)
    turn = 4.0 * radius + 2 * np.pi * y / n_classes + rng.normal(0, noise, y.size)
    return np.stack([radius * np.sin(turn), radius * np.cos(turn)], axis=1), y
