"""leaky_relu_backward."""

import numpy as np

from bplab import nn
from bplab.exam import Exercise
from bplab.exercises.deep_networks import two_sides
from bplab.exercises.deep_networks.networks import CHAPTER, bent, signed, uniform
from bplab.exercises.other_formulas import other_formulas

leaky_relu_backward = Exercise(
    "leaky_relu_backward",
    CHAPTER,
    nn.leaky_relu_backward,
    returns="dZ",
    points=2,
    shapes={"dA": "N H", "Z": "N H"},
    achieved="Blame reaches negative units too: none of them dies for good.",
)


@leaky_relu_backward.paper
def _(rng):
    for shape, slope in [((7, 4), (0.15, 0.4)), ((6, 9), None), ((8, 5), (0.03, 0.1))]:
        given = {"dA": signed(rng, shape), "Z": bent(rng, shape)}
        yield given if slope is None else {**given, "slope": uniform(rng, *slope)}


PASS = "dZ is dA times the slope at Z: 1 where Z is positive, slope where it is negative."


def passed(form):
    return lambda dA, Z, slope=0.01: form(dA, Z, slope)


FORMS = (
    (
        "plain-relu",
        lambda d, Z, s: np.where(Z > 0, d, 0 * d),
        "Where Z is negative nothing comes through: that is the plain ReLU's slope.",
        "What was A where Z is negative, and how does it change with Z?",
    ),
    (
        "upstream-ignored",
        lambda d, Z, s: np.where(Z > 0, 1.0, s),
        "You return the slope alone: the blame that arrives from above is not in it.",
        "Where does dA go in your function?",
    ),
    (
        "value-for-blame",
        lambda d, Z, s: np.where(Z > 0, d, s * Z),
        "Where Z is negative you return slope times Z, as the forward pass does; dA is not in it.",
        "Which array is multiplied by the slope on the way back?",
    ),
    (
        "side-from-the-blame",
        lambda d, Z, s: np.where(d > 0, d, s * d),
        "You look at the sign of dA to tell the sides apart; it was the sign of Z that bent the "
        "road.",
        "Which number went through the curve on the way up?",
    ),
    (
        "nothing-bent",
        lambda d, Z, s: d + 0.0,
        "dA comes through unchanged on both sides.",
        "How much does A move where Z is negative, if Z moves by 1?",
    ),
    (
        "sides-swapped",
        lambda d, Z, s: np.where(Z > 0, s * d, d),
        "The sides are swapped: where Z is positive the blame is scaled, where it is negative it "
        "passes.",
        "Which of the two choices is taken where the condition holds?",
    ),
    (
        "divided-by-slope",
        lambda d, Z, s: np.where(Z > 0, d, d / s),
        "Where Z is negative the blame is divided by the slope, and grows.",
        "Z moves by 1: does A move by slope, or by 1 over it?",
    ),
    (
        "slope-fixed",
        lambda d, Z, s: np.where(Z > 0, d, 0.01 * d),
        "Your negative side passes 0.01 of the blame, whatever slope says.",
        "Is 0.01 written into your formula?",
    ),
    (
        "constant",
        lambda d, Z, s: np.where(Z > 0, d, s),
        "Where Z is negative you return the slope itself; dA is not in it.",
        "What is multiplied by the slope on that side?",
    ),
    (
        "sign-turned",
        lambda d, Z, s: np.where(Z > 0, d, -s * d),
        "Where Z is negative the blame comes through with its sign turned.",
        "Does A rise or fall there as Z rises?",
    ),
    (
        "value-for-slope",
        lambda d, Z, s: d * np.where(Z > 0, Z, s * Z),
        "You multiply dA by A, the function's value, where its slope belongs.",
        "What is the derivative of slope * Z with respect to Z?",
    ),
    (
        "z-too-much",
        lambda d, Z, s: np.where(Z > 0, d, s * d * Z),
        "Where Z is negative a factor Z is left over.",
        "What is the derivative of slope * Z with respect to Z?",
    ),
    (
        "both-scaled",
        lambda d, Z, s: s * d,
        "The slope multiplies both sides.",
        "How much does A move where Z is positive, if Z moves by 1?",
    ),
    (
        "one-minus-slope",
        lambda d, Z, s: np.where(Z > 0, d, (1 - s) * d),
        "Where Z is negative the factor is 1 - slope.",
        "With slope 0.1: how much does A move below zero, if Z moves by 1?",
    ),
    (
        "relu-plus-leak",
        lambda d, Z, s: np.where(Z > 0, d + s * d, s * d),
        "Where Z is positive the blame comes through once and, besides, slope times.",
        "What is the slope of A at Z = 2: 1, or 1 + slope?",
    ),
)
for _name, _form, *_hints in FORMS:
    leaky_relu_backward.mistake(_name, *_hints, PASS)(passed(_form))

other_formulas(
    leaky_relu_backward,
    "dZ",
    (
        "another-default",
        lambda dA, Z, slope: np.where(Z > 0, dA, (0.1 if slope == 0.01 else slope) * dA),
        "Where slope is left out, your negative side passes 0.1; the default is 0.01.",
        "Which default stands in the first line of the exercise?",
        "slope=0.01 is what holds when nobody names one.",
    ),
    (
        "side-from-one",
        lambda dA, Z, slope: np.where(Z > 1, dA, slope * dA),
        "Your border between the sides is at Z = 1.",
        "Where does the curve bend?",
        "The bend is at 0: " + PASS,
    ),
    (
        "side-from-the-slope",
        lambda dA, Z, slope: np.where(Z > slope, dA, slope * dA),
        "Your border between the sides is at Z = slope: a small positive Z is taken for a negative "
        "one.",
        "Where does the curve bend?",
        "The bend is at 0: " + PASS,
    ),
)
leaky_relu_backward.tells(two_sides.of_backward(PASS))
