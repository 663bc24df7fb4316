"""sigmoid: what must pass, and what must be told."""

import math

import numpy as np
from scipy.special import expit

from bplab import nn


def by_tanh(z):
    return 0.5 * (1 + np.tanh(0.5 * np.asarray(z)))


def by_scipy(z):
    return expit(z)


def by_clip(z):
    return 1 / (1 + np.exp(-np.clip(z, -700, 700)))


def by_two_branches(z):
    z = np.asarray(z, dtype=float)
    a = np.empty_like(z)
    a[z >= 0] = 1 / (1 + np.exp(-z[z >= 0]))
    a[z < 0] = np.exp(z[z < 0]) / (1 + np.exp(z[z < 0]))
    return a


def by_log(z):
    return np.exp(-np.logaddexp(0, -np.asarray(z)))


@np.vectorize
def by_one_number_at_a_time(z):
    return 1 / (1 + math.exp(-z)) if z > -700 else 0.0


def by_quiet_overflow(z):
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-z))


def by_own_copy(z):
    z = np.clip(z, -500, 500)
    return np.reciprocal(1 + np.exp(np.negative(z)))


def by_parts(z):
    if np.ndim(z) == 0:
        return float(expit(z))
    return [by_parts(item) for item in z]


def clipped_too_early(z):
    return 1 / (1 + np.exp(-np.clip(z, -10, 10)))


def decision(z):
    return (np.asarray(z) > 0) * 1.0


def flattened(z):
    return np.array([nn.sigmoid(v) for v in np.ravel(z)])


def small_numbers(z):
    return nn.sigmoid(z).astype(np.float32)


def minus_in_place(z):
    z = np.asarray(z)
    z *= -1
    return nn.sigmoid(-z)


def base_two(z):
    return 1 / (1 + 2.0 ** -np.clip(z, -700, 700))


def precedence_behind_a_clip(z):
    z = np.clip(z, -500, 500)
    return 1 / 1 + np.exp(-z)


def both_forms_everywhere(z):
    return np.where(z >= 0, 1 / (1 + np.exp(-z)), np.exp(z) / (1 + np.exp(z)))


def clipped_at_20(z):
    z = np.clip(z, -20, 20)
    return 1 / (1 + np.exp(-z))


def clipped_at_5(z):
    z = np.clip(z, -5, 5)
    return 1 / (1 + np.exp(-z))


def falling_behind_a_clip(z):
    z = np.clip(z, -500, 500)
    return 1 / (1 + np.exp(z))


def minus_in_the_denominator(z):
    return 1 / (1 - np.exp(-np.clip(z, -500, 500)))


def no_one_behind_a_clip(z):
    return 1 / np.exp(-np.clip(z, -500, 500))


def of_the_other_side(z):
    return np.exp(-np.clip(z, -500, 500)) / (1 + np.exp(-np.clip(z, -500, 500)))


def half_a_tanh(z):
    return np.tanh(z / 2)


def tanh_too_steep(z):
    return (np.tanh(z) + 1) / 2


def by_masks(z):
    z = np.asarray(z, float)
    out = np.zeros_like(z)
    m = z >= 0
    out[m] = 1 / (1 + np.exp(-z[m]))
    e = np.exp(z[~m])
    out[~m] = e / (1 + e)
    return out


def by_absolute_value(z):
    return np.where(
        np.asarray(z) >= 0,
        1 / (1 + np.exp(-np.abs(z))),
        np.exp(-np.abs(z)) / (1 + np.exp(-np.abs(z))),
    )


def by_branches_of_math(z):
    return np.vectorize(
        lambda v: 1 / (1 + math.exp(-v)) if v >= 0 else math.exp(v) / (1 + math.exp(v))
    )(z)


ACCEPTED = [
    by_branches_of_math,
    by_absolute_value,
    by_masks,
    by_tanh,
    by_scipy,
    by_clip,
    by_two_branches,
    by_log,
    by_one_number_at_a_time,
    by_quiet_overflow,
    by_own_copy,
    by_parts,
]


def nan_to_num_of_ratio(z):
    return np.nan_to_num(np.exp(z) / (1 + np.exp(z)))


TOLD = [
    (tanh_too_steep, "twice-as-steep"),
    (half_a_tanh, "tanh(z/2)"),
    (of_the_other_side, "sign-of-exponent"),
    (no_one_behind_a_clip, "one-forgotten"),
    (minus_in_the_denominator, "1/(1 - exp(-z))"),
    (falling_behind_a_clip, "sign-of-exponent"),
    (clipped_at_5, "clipped-early", "Beyond z = 5 "),
    (clipped_at_20, "clipped-early"),
    (both_forms_everywhere, "overflow"),
    (precedence_behind_a_clip, "precedence"),
    (clipped_too_early, "clipped-early", "Beyond z = 10 "),
    (decision, "decided-already"),
    (flattened, "(12,)", "(3, 4) belongs there", "flattens"),
    (small_numbers, "float32", "about 7 digits"),
    (minus_in_place, "changed what it was given: z"),
    (base_two, "belongs there (z["),
    (nan_to_num_of_ratio, "nan-replaced", "you give 0, where sigma is 1"),
]
