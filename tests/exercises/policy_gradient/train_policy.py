"""train_policy: what others must be told; what must pass is in test_pole_bars.py."""

import numpy as np


def nothing(env, rng):
    env.reset(rng)


def three_columns(env, rng):
    return np.zeros((4, 3))


def broken(env, rng):
    return np.full((4, 2), np.nan)


def words(env, rng):
    return "theta"


TOLD = [
    (nothing, "returned-nothing"),
    (three_columns, "(4, 3)"),
    (broken, "not-finite"),
    (words, "wrong-type"),
]
