"""inverse_time_rate: what must pass, and what must be told."""

import math

import numpy as np


def rate_by_power(learning_rate, t):
    return learning_rate * t**-1.0


def rate_as_array(learning_rate, t):
    return np.array(learning_rate / t)


def rate_by_logarithms(learning_rate, t):
    return math.exp(math.log(learning_rate) - math.log(t))


def float_inverse_time_rate(learning_rate, t):
    return learning_rate * (1.0 / t)


def with_1_1_t(learning_rate, t):
    return learning_rate / (t + 1)


def decay_arg(learning_rate, t, decay=0.1):
    return learning_rate / (1 + decay * t)


def with_1_decay_t_1(learning_rate, t):
    return learning_rate / (1 + 0.5 * (t - 1))


def with_1_t_forgets_rate(learning_rate, t):
    return 1 / t


ACCEPTED = [
    rate_by_logarithms,
    rate_by_power,
    rate_as_array,
    float_inverse_time_rate,
]
TOLD = [
    (lambda rate, t: max(rate / t, 1e-3), "only where t is 20000"),
    (lambda rate, t: rate * np.exp(-t), "belongs there"),
    (with_1_1_t, "counted-from-zero"),
    (decay_arg, "slower-decay"),
    (with_1_decay_t_1, "counted-from-zero-and-factor"),
    (with_1_t_forgets_rate, "factor-argument"),
]
