"""leaky_relu_forward."""

import numpy as np

from bplab import nn
from bplab.exam import Exercise
from bplab.exercises.deep_networks import two_sides
from bplab.exercises.deep_networks.networks import CHAPTER, bent, uniform
from bplab.exercises.other_formulas import other_formulas

leaky_relu_forward = Exercise(
    "leaky_relu_forward",
    CHAPTER,
    nn.leaky_relu_forward,
    returns="A",
    points=1,
    shapes={"Z": "N H"},
    achieved="A unit that is negative still says something, so it can recover.",
)


@leaky_relu_forward.paper
def _(rng):
    yield {"Z": bent(rng, (7, 4)), "slope": uniform(rng, 0.15, 0.4)}
    yield {"Z": bent(rng, (6, 9))}
    yield {"Z": bent(rng, (8, 5)), "slope": uniform(rng, 0.03, 0.1)}


LEAK = "Where Z is positive, A is Z; where it is negative, A is slope times Z."


def sided(below, above=lambda Z, slope: Z):
    return lambda Z, slope=0.01: np.where(Z > 0, above(Z, slope), below(Z, slope))


FORMS = (
    (
        "plain-relu",
        lambda Z, slope: 0 * Z,
        "Where Z is negative your A is 0: that is the plain ReLU, which leaks nothing.",
        "What should come out for Z = -2 and slope 0.1?",
    ),
    (
        "size-of-the-negative",
        lambda Z, slope: slope * np.abs(Z),
        "Where Z is negative your A is positive: its sign is lost.",
        "What should come out for Z = -2 and slope 0.1, and for Z = -4?",
    ),
    (
        "constant",
        lambda Z, slope: slope + 0 * Z,
        "Where Z is negative your A is the slope itself, whatever Z is.",
        "Does your A change between Z = -1 and Z = -2? By how much should it?",
    ),
    (
        "minus-constant",
        lambda Z, slope: -slope + 0 * Z,
        "Where Z is negative your A is -slope, whatever Z is.",
        "Does your A change between Z = -1 and Z = -2? By how much should it?",
    ),
    (
        "not-leaky",
        lambda Z, slope: Z,
        "Your A is Z on both sides: nothing is bent.",
        "What should come out for Z = -2 and slope 0.1?",
    ),
    (
        "slope-added",
        lambda Z, slope: Z + slope,
        "Where Z is negative the slope is added where it multiplies.",
        "What does a slope do to a number?",
    ),
    (
        "divided-by-slope",
        lambda Z, slope: Z / slope,
        "Where Z is negative you divide by the slope: the negative side is steeper than the other.",
        "With slope 0.1, should a step of 1 below zero change A by 0.1 or by 10?",
    ),
    (
        "one-minus-slope",
        lambda Z, slope: (1 - slope) * Z,
        "Where Z is negative the factor is 1 - slope.",
        "With slope 0.1, should a step of 1 below zero change A by 0.1 or by 0.9?",
    ),
    (
        "exponential",
        lambda Z, slope: slope * (np.exp(np.minimum(Z, 0)) - 1),
        "Where Z is negative your A bends down to -slope: that is another relative of ReLU, ELU.",
        "Is the leaky side straight or curved?",
    ),
    (
        "slope-fixed",
        lambda Z, slope: 0.01 * Z,
        "Your negative side has slope 0.01, whatever slope says.",
        "Is 0.01 written into your formula?",
    ),
)
for _name, _below, *_hints in FORMS:
    leaky_relu_forward.mistake(_name, *_hints, LEAK)(sided(_below))
leaky_relu_forward.mistake(
    "sides-swapped",
    "The sides are swapped: positive numbers are scaled, negative ones pass.",
    "Which of the two choices is taken where the condition holds?",
    LEAK,
)(sided(lambda Z, slope: Z, lambda Z, slope: slope * Z))
leaky_relu_forward.mistake(
    "both-scaled",
    "The slope multiplies both sides.",
    "What should come out for Z = 2?",
    LEAK,
)(sided(lambda Z, slope: slope * Z, lambda Z, slope: slope * Z))
leaky_relu_forward.mistake(
    "cut-after-the-leak",
    "Where Z is positive your A is slope times Z, and where it is negative 0: the slope stands on "
    "the wrong side.",
    "What should come out for Z = 2, and what for Z = -2, with slope 0.1?",
    LEAK,
)(sided(lambda Z, slope: 0 * Z, lambda Z, slope: slope * Z))
leaky_relu_forward.mistake(
    "relu-plus-leak",
    "Where Z is positive you have Z and, besides, slope times Z.",
    "What should come out for Z = 2 and slope 0.1: 2, or 2.2?",
    LEAK + " Only one of the two, never both.",
)(sided(lambda Z, slope: slope * Z, lambda Z, slope: Z + slope * Z))
leaky_relu_forward.mistake(
    "larger-of-z-and-slope",
    "Your A is the larger of Z and the slope itself.",
    "Does your A change between Z = -1 and Z = -2? By how much should it?",
    LEAK,
)(lambda Z, slope=0.01: np.maximum(Z, slope))
leaky_relu_forward.mistake(
    "slope-returned",
    "You return the slope at each Z, 1 or slope: that is for the backward pass.",
    "Is the value of the function asked, or its derivative?",
    LEAK,
)(sided(lambda Z, slope: slope + 0 * Z, lambda Z, slope: 1 + 0 * Z))

other_formulas(
    leaky_relu_forward,
    "A",
    (
        "another-default",
        lambda Z, slope: np.where(Z > 0, Z, (0.1 if slope == 0.01 else slope) * Z),
        "Where slope is left out, your negative side has slope 0.1; the default is 0.01.",
        "Which default stands in the first line of the exercise?",
        "slope=0.01 is what holds when nobody names one.",
    ),
    *(
        (
            f"side-from-{name}",
            lambda Z, slope, border=border: np.where(Z > border(slope), Z, slope * Z),
            f"Your border between the sides is at Z = {name}: a small positive Z is taken for a "
            "negative one.",
            "Where does the curve bend?",
            "The bend is at 0. " + LEAK,
        )
        for name, border in (("slope", lambda slope: slope), ("1", lambda slope: 1.0))
    ),
)
leaky_relu_forward.tells(two_sides.of_forward(LEAK))
