"""he_init: what must pass, and what must be told."""

import math

import numpy as np


def with_a_scale(fan_in, fan_out, rng):
    return rng.normal(loc=0.0, scale=math.sqrt(2 / fan_in), size=(fan_in, fan_out))


def divided(fan_in, fan_out, rng):
    return rng.standard_normal((fan_in, fan_out)) / np.sqrt(fan_in / 2)


def drawn(scale):
    return lambda a, b, rng: rng.normal(size=(a, b)) * scale(a, b)


ACCEPTED = [with_a_scale, divided]


def bias_counted_in(fan_in, fan_out, rng):
    return rng.normal(size=(fan_in, fan_out)) * np.sqrt(2 / (fan_in + 1))


TOLD = [
    (bias_counted_in, "2 / (fan_in + 1)"),
    (drawn(lambda a, b: 2 / a), "variance-for-deviation"),
    (drawn(lambda a, b: np.sqrt(2 / b)), "fan-out"),
    (drawn(lambda a, b: 2 / np.sqrt(a)), "two-outside-the-root"),
    (drawn(lambda a, b: np.sqrt(2 / (a + b))), "xavier"),
    (drawn(lambda a, b: np.sqrt(a / 2)), "divided"),
    (lambda a, b, rng: (rng.normal(size=(a, b)) * np.sqrt(2 / a), np.zeros(b)), "one is asked"),
]
