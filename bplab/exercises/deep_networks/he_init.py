"""he_init."""

import numpy as np

from bplab import nn
from bplab.exam import Exercise
from bplab.exercises.deep_networks import initial_weights
from bplab.exercises.deep_networks.initial_weights import scaled_by
from bplab.exercises.deep_networks.networks import CHAPTER

he_init = Exercise(
    "he_init",
    CHAPTER,
    nn.he_init,
    returns="W",
    points=1,
    driver="initial weights",
    credit=("W",),  # the generator left as it was earns nothing by itself
    achieved="Weights start so that ReLU layers keep the size of the signal.",
)
he_init.paper(initial_weights.fans)
initial_weights.name_what_is_drawn(he_init, lambda a, b: np.sqrt(2 / a))

HALF = "A unit adds up fan_in products, and ReLU throws away half of the squares: 2 / fan_in."
he_init.mistake(
    "no-two",
    "The 2 is missing: your variance is 1 / fan_in, and ReLU halves the signal at every layer.",
    "What does ReLU do to the squares of numbers that are negative half of the time?",
    HALF,
)(scaled_by(lambda a, b: np.sqrt(1 / a)))
he_init.mistake(
    "fan-out",
    "Your variance is 2 / fan_out: the spread follows the {fan_out} units above.",
    "How many products does one unit add up? Along which axis of W do they lie?",
    "A column of W has fan_in entries, one for each unit below. " + HALF,
)(scaled_by(lambda a, b: np.sqrt(2 / b)))
he_init.mistake(
    "xavier",
    "Your variance is 2 over the sum of both fans: that is Xavier's.",
    "Which fan decides how many products a unit adds up?",
    HALF + " fan_out is not in it.",
)(scaled_by(lambda a, b: np.sqrt(2 / (a + b))))
he_init.mistake(
    "two-outside-the-root",
    "The 2 stands outside your root: the spread is the root of 2 too large.",
    "Is the 2 a factor of the variance or of the deviation?",
    "The variance is 2 / fan_in; the root is taken of all of it.",
)(scaled_by(lambda a, b: 2 / np.sqrt(a)))
he_init.mistake(
    "root-of-two-missing-below",
    "Your spread is the root of 2 divided by fan_in: the root stops before fan_in.",
    "Which part of 2 / fan_in stands under your root?",
    "The variance is 2 / fan_in; the root is taken of all of it.",
)(scaled_by(lambda a, b: np.sqrt(2) / a))
