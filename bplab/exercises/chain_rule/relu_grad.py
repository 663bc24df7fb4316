"""The slope of the ReLU."""

import numpy as np

from bplab import nn
from bplab.exam import Exercise, Fault
from bplab.exercises.chain_rule.points import slope_points

relu_grad = Exercise(
    "relu_grad",
    "02_chain_rule",
    nn.relu_grad,
    returns="slope",
    points=1,
    achieved="The way back knows now which units were on and which were off.",
)


relu_grad.paper(slope_points)


@relu_grad.mistake(
    "curve-instead",
    "You returned the ReLU itself. Its slope is only ever 0 or 1.",
    "How steep is the line through (1, 1) and (2, 2)?",
    "For z > 0 the curve is z, whose derivative is 1; for z < 0 it is 0, whose derivative is 0.",
)
def _(z):
    return np.maximum(z, 0)


@relu_grad.mistake(
    "mirrored",
    "You have 1 where z is negative and 0 where it is positive: the two sides are swapped.",
    "On which side of 0 does the ReLU rise?",
    "ReLU passes positive z on unchanged, so there its slope is 1.",
)
def _(z):
    return 1.0 * (np.asarray(z) < 0)


@relu_grad.mistake(
    "sign-instead",
    "You have -1 for negative z. The ReLU does not fall there; it is flat.",
    "Nudge z = -2 a little: does the output change at all?",
    "For z < 0 the output is 0 whatever z is, so the slope is 0.",
)
def _(z):
    return np.sign(z)


@relu_grad.mistake(
    "always-open",
    "You have slope 1 everywhere: that is the slope of the identity.",
    "Nudge z = -2 a little: does the output of the ReLU change?",
    "Two pieces, two slopes: 1 for z > 0 and 0 for z < 0.",
)
def _(z):
    return np.ones_like(z)


@relu_grad.mistake(
    "leaky",
    "You give negative z a small slope: that is a leaky ReLU.",
    "What is the plain ReLU of -2, and of -2.1?",
    "max(0, z) is exactly flat for z < 0. (The leaky kind exists to keep a little slope there.)",
)
def _(z):
    return np.where(np.asarray(z) > 0, 1.0, 0.01)


@relu_grad.mistake(
    "in-place",
    "Your function changed the z it was given.",
    "Which line writes into z itself?",
    "The forward pass keeps z because the backward pass needs it. Build the slopes as a new array.",
)
def _(z):
    z[z > 0] = 1
    z[z < 0] = 0
    return z


@relu_grad.tells
def _another_place(wrong, rows):
    """Slopes of 0 and 1 that switch, but not at z = 0."""
    z = np.concatenate([np.ravel(given["z"]) for given, _, _ in rows])
    slopes = np.concatenate([np.ravel(leaf.actual) for _, leaf, _ in rows])
    on, off = z[slopes == 1], z[slopes == 0]
    if len(on) + len(off) < len(z) or not len(on) or not len(off) or off.max() > on.min():
        return None
    return Fault(
        "switch-elsewhere",
        f"Your slope switches between z = {off.max():.4g}, where you give 0, and z = "
        f"{on.min():.4g}, where you give 1.",
        "With which number is z compared?",
        "The ReLU has its corner where max(0, z) changes from one argument to the other: at z = 0.",
    )


@relu_grad.mistake(
    "one-answer-for-all",
    "One negative number makes all of your slopes 0: the whole array is asked at once.",
    "Of how many numbers does your condition speak, and how many answers does it give?",
    "Each z has a slope of its own: the comparison z > 0 is an array, with an answer for each "
    "entry.",
)
def _(z):
    return np.full(np.shape(z), float(np.all(np.asarray(z) > 0)))
