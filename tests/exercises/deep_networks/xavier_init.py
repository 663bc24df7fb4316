"""xavier_init: what must pass, and what must be told."""

import numpy as np


def with_a_scale(fan_in, fan_out, rng):
    return rng.normal(0, np.sqrt(2.0 / (fan_in + fan_out)), (fan_in, fan_out))


def standard_normal(fan_in, fan_out, rng):
    return (2 / (fan_in + fan_out)) ** 0.5 * rng.standard_normal((fan_in, fan_out))


def by_the_mean_of_fans(fan_in, fan_out, rng):
    W = rng.normal(size=(fan_in, fan_out))
    W /= np.sqrt((fan_in + fan_out) / 2)
    return W


def drawn(scale):
    return lambda a, b, rng: rng.normal(size=(a, b)) * scale(a, b)


ACCEPTED = [with_a_scale, standard_normal, by_the_mean_of_fans]


def a_table_before(fan_in, fan_out, rng):
    rng.normal(size=(fan_in, fan_out))
    return rng.normal(size=(fan_in, fan_out)) * np.sqrt(2 / (fan_in + fan_out))


def of_a_generator_of_its_own(fan_in, fan_out, rng):
    rng = np.random.default_rng(42)
    return rng.normal(size=(fan_in, fan_out)) * np.sqrt(2 / (fan_in + fan_out))


def turned_and_smaller(fan_in, fan_out, rng):
    W = rng.standard_normal((fan_out, fan_in)) / np.sqrt(fan_in)
    return W.T


TOLD = [
    (turned_and_smaller, "drawn-otherwise"),
    (of_a_generator_of_its_own, "own-generator"),
    (a_table_before, "first-draw-lost"),
    (drawn(lambda a, b: 1 / (a + b)), "1 / (fan_in + fan_out)**2"),
    (drawn(lambda a, b: 2 / (a + b)), "variance-for-deviation"),
    (drawn(lambda a, b: np.sqrt(2 / a)), "for-relu"),
    (drawn(lambda a, b: np.sqrt(6 / (a + b))), "limit-for-deviation"),
    (drawn(lambda a, b: 0.01), "W"),
    (drawn(lambda a, b: -np.sqrt(2 / (a + b))), "other sign"),
    (drawn(lambda a, b: np.sqrt(1 / (a + b))), "no-two"),
    (lambda a, b, rng: rng.uniform(-1, 1, (a, b)) * np.sqrt(6 / (a + b)), "uniform"),
    (
        lambda a, b, rng: np.random.default_rng().normal(size=(a, b)) * np.sqrt(2 / (a + b)),
        "not-repeatable",
    ),
    (lambda a, b, rng: rng.normal(size=(b, a)) * np.sqrt(2 / (a + b)), "shape-turned"),
    (lambda a, b, rng: np.zeros((a, b)), "W is zero"),
]
