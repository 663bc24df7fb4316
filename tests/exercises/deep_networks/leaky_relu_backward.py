"""leaky_relu_backward: what must pass, and what must be told."""

import numpy as np


def by_factor(dA, Z, slope=0.01):
    return dA * np.where(Z > 0, 1.0, slope)


def by_mask(dA, Z, slope=0.01):
    dZ = np.array(dA)
    dZ[Z <= 0] *= slope
    return dZ


def by_sum(dA, Z, slope=0.01):
    return dA * (Z > 0) + slope * dA * (Z < 0)


ACCEPTED = [by_factor, by_mask, by_sum]


def in_place(dA, Z, slope=0.01):
    dA[Z <= 0] *= slope
    return dA


def by_the_blame_and_turned(dA, Z, slope=0.01):
    return np.where(dA > 0, dA, -slope * dA)


def exchanged_and_z(dA, Z, slope=0.01):
    return np.where(Z < 0, dA, slope * Z)


TOLD = [
    (exchanged_and_z, "each-side-otherwise", "where Z is positive it is slope * Z, and dA belongs"),
    (by_the_blame_and_turned, "each-side-otherwise", "where dA is negative it is -slope * dA"),
    (lambda dA, Z, slope=0.01: dA * (Z > 0), "plain-relu"),
    (lambda dA, Z, slope=0.01: np.where(Z > 0, 1, slope), "upstream-ignored"),
    (lambda dA, Z, slope=0.01: np.where(dA > 0, dA, slope * dA), "side-from-the-blame"),
    (lambda dA, Z, slope=0.01: np.maximum(dA, slope * dA), "side-from-the-blame"),
    (lambda dA, Z, slope=0.01: dA * np.maximum(Z, slope * Z), "value-for-slope"),
    (lambda dA, Z, slope=0.01: np.where(Z > 0, dA, slope * Z), "value-for-blame"),
    (lambda dA, Z, slope=0.01: np.where(Z < 0, dA, slope * dA), "sides-swapped"),
    (in_place, "changed"),
    (lambda dA, Z, slope=0.01: dA @ np.where(Z > 0, 1, slope).T, "dZ has shape"),
]
