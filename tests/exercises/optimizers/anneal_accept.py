"""anneal_accept: what must pass, and what must be told."""

import math

import numpy as np


def accept_by_minimum(change, temperature, u):
    return u < min(1.0, math.exp(min(0.0, -change / temperature)))


def accept_with_if(change, temperature, u):
    if change <= 0:
        return True
    return np.bool_(u <= np.exp(-change / temperature))


def accept_as_number(change, temperature, u):
    return int(change < 0 or math.log(u) < -change / temperature)


def nested(change, temperature, u):
    if change < 0:
        return True
    p = math.exp(-change / temperature)
    if u < p:
        return True
    return False


def np_anneal_accept(change, temperature, u):
    return bool(u < np.exp(-change / temperature))


def boltzmann_k(change, temperature, u):
    return change < 0 or u < math.exp(-change / (1.38e-23 * temperature))


def returns_string(change, temperature, u):
    return "accept" if change < 0 or u < math.exp(-change / temperature) else "reject"


def no_return_else(change, temperature, u):
    if change < 0 or u < math.exp(-change / temperature):
        return True


ACCEPTED = [
    accept_by_minimum,
    accept_with_if,
    accept_as_number,
    nested,
    np_anneal_accept,
]
TOLD = [
    (lambda change, temperature, u: True, "accept every change"),
    (
        lambda change, temperature, u: u < np.exp(-abs(change) / temperature),
        "Improvements are refused",
        "change = -",
    ),
    (
        lambda change, temperature, u: change < 0 or u < 0.5 * np.exp(-change / temperature),
        "the chance is",
        "All that goes wrong are changes for the worse",
    ),
    (
        lambda change, temperature, u: change < 0 or u < np.exp(-change) / temperature,
        "divide the exponential",
    ),
    (boltzmann_k, "greedy"),
    (returns_string, "wrong-type"),
    (no_return_else, "nothing-in-some-cases", "In 36 of 108 cases"),
    (lambda change, temperature, u: change < 0 or round(997 * u) % 2 == 0, "not-after-u"),
]
