"""leaky_relu_forward: what must pass, and what must be told."""

import numpy as np


def larger_of_two(Z, slope=0.01):
    return np.maximum(Z, slope * Z)


def two_halves(Z, slope=0.01):
    return np.maximum(0, Z) + slope * np.minimum(0, Z)


def by_mask(Z, slope=0.01):
    A = Z.copy()
    A[Z < 0] *= slope
    return A


def by_factor(Z, slope=0.01):
    return Z * ((Z > 0) + slope * (Z <= 0))


ACCEPTED = [larger_of_two, two_halves, by_mask, by_factor]


def in_place(Z, slope=0.01):
    Z[Z < 0] *= slope
    return Z


def bent_at_slope(Z, slope=0.01):
    return np.where(Z > slope, Z, slope * Z)


TOLD = [
    (bent_at_slope, "side-from-slope"),
    (lambda Z, slope=0.01: np.maximum(Z, slope), "larger-of-z-and-slope"),
    (lambda Z, slope=0.01: np.maximum(Z, 0), "plain-relu"),
    (lambda Z, slope=0.01: np.maximum(0, slope * Z), "cut-after-the-leak"),
    (lambda Z, slope=0.01: np.where(Z > 0, slope * Z, Z), "sides-swapped"),
    (lambda Z, slope=0.01: np.minimum(Z, slope * Z), "sides-swapped"),
    (lambda Z, slope=0.01: np.where(Z > 0, Z, -slope * Z), "size-of-the-negative"),
    (lambda Z, slope=0.1: np.maximum(Z, slope * Z), "the default is 0.01"),
    (lambda Z, slope=0.01: np.maximum(Z, 0.01 * Z), "slope-fixed"),
    (in_place, "changed"),
    (lambda Z: np.maximum(Z, 0.01 * Z), "wrong-arguments"),
    (lambda Z, slope=0.01: max(Z, slope * Z), "truth value"),
]
