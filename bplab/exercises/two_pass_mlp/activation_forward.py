"""The activation, forward."""

import numpy as np

from bplab import nn
from bplab.exam import Exercise
from bplab.exercises.two_pass_mlp.networks import CHAPTER, scores

activation_forward = Exercise(
    "activation_forward",
    CHAPTER,
    nn.activation_forward,
    returns="A",
    points=1,
    shapes={"Z": "N H"},
    achieved="A layer can bend its output, with the kind that is asked for.",
)


@activation_forward.paper
def _(rng):
    for N, H, kind in [(6, 4, "tanh"), (8, 3, "relu"), (7, 5, "sigmoid")]:
        yield {"Z": scores(rng, N, H), "kind": kind}


def _kinds(relu=nn.relu, tanh=np.tanh, sigmoid=nn.sigmoid):
    """activation_forward with some of its functions replaced."""
    table = {"relu": relu, "tanh": tanh, "sigmoid": sigmoid}
    return lambda Z, kind: table[kind](Z)


activation_forward.mistake(
    "relu-as-step",
    "Your relu gives 1 for every positive z: it says whether a unit is on, not how much.",
    "What should relu(3) be, and relu(0.5)?",
    "relu(z) = max(z, 0): positive numbers pass as they are. The 0 or 1 is its slope, which comes "
    "in the backward pass.",
)(_kinds(relu=lambda Z: (Z > 0) * 1.0))

activation_forward.mistake(
    "relu-as-absolute",
    "Your relu turns negative numbers positive.",
    "What should relu(-3) be?",
    "relu(z) = max(z, 0): all negative numbers become 0.",
)(_kinds(relu=np.abs))

activation_forward.mistake(
    "relu-leaks",
    "Your relu lets a small part of negative numbers through; that is the leaky relative.",
    "What does the plain relu do with z = -3?",
    "relu(z) = max(z, 0): exactly 0 left of zero.",
)(_kinds(relu=lambda Z: np.where(Z > 0, Z, 0.01 * Z)))

for _share in (0.1, 0.2):
    activation_forward.mistake(
        f"relu-leaks-{_share:g}",
        f"Your relu lets {_share:g} of every negative number through; that is the leaky relative.",
        "What does the plain relu do with z = -3?",
        "relu(z) = max(z, 0): exactly 0 left of zero.",
    )(_kinds(relu=lambda Z, share=_share: np.where(Z > 0, Z, share * Z)))

activation_forward.mistake(
    "relu-reduces",
    "Your relu raised an error: the maximum of an array was taken where each entry is to be "
    "compared with 0.",
    "max reduces an array to its largest entry. What compares two things entry by entry?",
    "NumPy has both: max runs along an axis, maximum compares pairs.",
)(_kinds(relu=lambda Z: np.max(0, Z)))

for _axis, _what, _slug in (
    (0, "each column", "column"),
    (1, "each row", "row"),
    (None, "the whole table", "table"),
):
    activation_forward.mistake(
        f"largest-of-{_slug}",
        f"For relu you return the largest number of {_what} of Z, where every entry is to be "
        "compared with 0.",
        "What does the second argument of max say: a number to compare with, or an axis?",
        "NumPy has both: max runs along an axis and keeps the largest entry, maximum compares "
        "pairs, entry by entry.",
    )(_kinds(relu=lambda Z, axis=_axis: np.max(Z, axis)))


@activation_forward.mistake(
    "relu-in-place",
    "Your relu wrote zeros into the Z it was given.",
    "What happens to the caller's array in an indexed assignment?",
    "The backward pass will ask for the slope at Z, so Z must survive. Build a new array.",
)
def _(Z, kind):
    if kind == "relu":
        Z[Z < 0] = 0
        return Z
    return nn.activation_forward(Z, kind)


activation_forward.mistake(
    "tanh-for-sigmoid",
    "Your sigmoid runs from -1 to 1; it should run from 0 to 1.",
    "What should the sigmoid of 0 be?",
    "tanh is a sigmoid stretched and shifted: tanh(z) = 2 sigma(2z) - 1.",
)(_kinds(sigmoid=np.tanh))

activation_forward.mistake(
    "sigmoid-for-tanh",
    "Your tanh runs from 0 to 1; it should run from -1 to 1.",
    "What should tanh(0) be?",
    "tanh is a sigmoid stretched and shifted: tanh(z) = 2 sigma(2z) - 1.",
)(_kinds(tanh=nn.sigmoid))

activation_forward.mistake(
    "sigmoid-precedence",
    "Your sigmoid leaves the interval (0, 1).",
    "Read 1/1+exp(-z) as Python does. Which operation comes first?",
    "A fraction bar groups what is under it: 1 and exp(-z) are added before the division.",
)(_kinds(sigmoid=lambda Z: 1 / 1 + np.exp(-Z)))

activation_forward.mistake(
    "sigmoid-mirrored",
    "Your sigmoid falls where it should rise.",
    "Which sign has the exponent? Try z = 3.",
    "The exponential in the denominator must vanish for large positive z: its exponent is -z.",
)(_kinds(sigmoid=lambda Z: nn.sigmoid(-Z)))

activation_forward.mistake(
    "kind-ignored",
    "You always return tanh(Z), whatever kind says.",
    "Where does your function look at kind?",
    "Three kinds, three branches: relu, tanh, sigmoid.",
)(lambda Z, kind: np.tanh(Z))


activation_forward.mistake(
    "tanh-precedence",
    "Your tanh leaves the interval (-1, 1).",
    "Read your line as Python does. Is the division done before or after what stands around it?",
    "A fraction bar groups what is above it and what is under it: (e^z - e^-z) / (e^z + e^-z).",
)(_kinds(tanh=lambda Z: np.exp(Z) - np.exp(-Z) / np.exp(Z) + np.exp(-Z)))
