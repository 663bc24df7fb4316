"""The sigmoid."""

import math

import numpy as np

from bplab import nn
from bplab.exam import Case, Exercise, Fault

sigmoid = Exercise(
    "sigmoid",
    "01_single_neuron",
    nn.sigmoid,
    returns="a",
    points=1,
    shapes={"z": "N"},
    rtol=1e-9,
    achieved="Any score is now a probability, however far out it lies; every neuron of this "
    "chapter uses it.",
)


@sigmoid.paper
def _(rng):
    yield {"z": rng.normal(scale=2, size=7)}
    yield {"z": rng.normal(scale=2, size=(3, 4))}
    yield {"z": float(rng.uniform(0.5, 2))}
    yield Case({"z": np.array([-1e4, -800.0, -30.0, 0.0, 30.0, 800.0, 1e4])}, quiet=True)


@sigmoid.mistake(
    "precedence",
    "Your values leave the interval (0, 1): at z = 0 you get 2.",
    "Read 1/1+exp(-z) as Python does. Which operation comes first?",
    "A fraction bar groups what is under it: the 1 and the exp(-z) belong together before the "
    "division.",
)
def _(z):
    with np.errstate(over="ignore"):
        return 1 / 1 + np.exp(-z)


@sigmoid.mistake(
    "sign-of-exponent",
    "You are right at z = 0 and mirrored everywhere else: your curve falls.",
    "What should happen to the activation as z grows? Try z = 3.",
    "The exponential in the denominator must vanish for large positive z, so its exponent is -z.",
)
def _(z):
    return nn.sigmoid(-np.asarray(z))


@sigmoid.mistake(
    "slope-instead",
    "You returned the slope of the sigmoid: it is never above 0.25.",
    "The exercise asks for the curve, not for how steep it is.",
    "sigma(0) = 1/2. The slope sigma(1 - sigma) is 1/4 there; it comes in the backward pass.",
)
def _(z):
    a = nn.sigmoid(z)
    return a * (1 - a)


@sigmoid.mistake(
    "tanh-instead",
    "Your values run from -1 to 1; a sigmoid's run from 0 to 1.",
    "Which S-shaped curve is this? What is it at z = 0?",
    "tanh is a sigmoid stretched and shifted: tanh(z) = 2 sigma(2z) - 1. Here sigma itself is "
    "asked.",
)
def _(z):
    return np.tanh(z)


@sigmoid.mistake(
    "overflow",
    "Your formula is right, but exp overflows for some z and NumPy warns.",
    "For which sign of z does exp(-z) become huge? (A choice entry by entry works out both of its "
    "sides for every entry.)",
    "Multiply numerator and denominator by exp(z): the result is the same function, and its exp "
    "is small exactly where the other one is large. Written with exp(-|z|), no exp is ever above "
    "1.",
    when="warned",
)
def _(z):
    with np.errstate(over="warn"):
        return 1 / (1 + np.exp(-np.asarray(z)))


@sigmoid.mistake(
    "overflow-to-nan",
    "For z of large size your formula gives nan.",
    "What is exp(800) for a computer, and what is that number divided by itself?",
    "inf / inf has no value. Write the fraction so that the exp in it is never above 1: one form "
    "for z >= 0, the other for z < 0.",
    when="not-finite",
    only=lambda inputs: bool(np.any(np.abs(inputs["z"]) > 100)),
)
def _(z):
    e = np.exp(z)
    return e / (1 + e)


@sigmoid.mistake(
    "one-forgotten",
    "Your values leave the interval (0, 1): at z = 0 you get 1, and above it more.",
    "Which number is added to the exponential before the division?",
    "1 / exp(-z) is exp(z), which grows without limit. The 1 + below the bar holds it under 1.",
)
def _(z):
    with np.errstate(all="ignore"):
        return 1 / np.exp(-np.asarray(z))


@sigmoid.mistake(
    "twice-as-steep",
    "Your curve is right at z = 0 and rises twice as fast: it is the sigmoid of 2z.",
    "Does your z go into tanh, or into a square, as it is?",
    "sigma(z) = (1 + tanh(z / 2)) / 2: the half inside belongs there.",
)
def _(z):
    return nn.sigmoid(2 * np.asarray(z))


@sigmoid.mistake(
    "math-exp",
    "Your function works for one number and stops at an array.",
    "z may hold a whole batch. Which exp takes an array and gives one?",
    "The math module knows single numbers only; NumPy's functions go through an array entry by "
    "entry and keep its shape.",
)
def _(z):
    return 1 / (1 + math.exp(-z))


@sigmoid.mistake(
    "asks-an-array",
    "Your function asks whether z is positive, and an array has no single answer.",
    "Some entries of z are positive and some are not. How can each take its own branch?",
    "Choose entry by entry: compare the whole array at once, and let the result of the comparison "
    "pick from two forms.",
)
def _(z):
    if z >= 0:
        return 1 / (1 + np.exp(-z))
    return np.exp(z) / (1 + np.exp(z))


@sigmoid.mistake(
    "softmax-instead",
    "Your activations add up to 1: each of them depends on all the others.",
    "Change one entry of z. Which entries of your result should change?",
    "The sigmoid takes each number by itself: 1 over 1 plus exp(-z). Shares of a sum are the "
    "softmax of chapter 3.",
)
def _(z):
    e = np.exp(z - np.max(z))
    return e / e.sum()


@sigmoid.mistake(
    "decided-already",
    "Your activations are only 0 or 1: that is a threshold, not a sigmoid.",
    "How sure is the neuron at z = 0.1, and how sure at z = 10?",
    "sigma(z) rises smoothly from 0 to 1; its slope is what the backward pass will need.",
)
def _(z):
    return (np.asarray(z) >= 0) * 1.0


@sigmoid.mistake(
    "clipped-early",
    "Your curve stands still far out, where sigma still creeps on.",
    "Between which two numbers do you clip z, and what is sigma there?",
    "exp overflows beyond 700 only. At z = -30 the answer is 9.4e-14, and at z = -800 it is 0 to "
    "every digit: a clip, if any, must lie that far out.",
)
def _(z):
    return 1 / (1 + np.exp(-np.clip(z, -20, 20)))


@sigmoid.tells
def _stands_still(wrong, rows):
    """The sigmoid of z kept within some bound, in every case."""
    inputs, leaf, _ = rows[-1]
    far = np.asarray(leaf.actual)[np.asarray(inputs["z"]) < -100]
    low = float(np.max(far, initial=0.0))
    if not 0 < low < 1:
        return None
    bound = float(np.log1p(-low) - np.log(low))
    for inputs, leaf, _ in rows:
        held = nn.sigmoid(np.clip(inputs["z"], -bound, bound))
        if not np.allclose(leaf.actual, held, rtol=1e-6, atol=0):
            return None
    if not 2 < bound < 100:
        return None
    mistake = sigmoid.mistakes["clipped-early"]
    told = f"Beyond z = {bound:.3g} on either side your curve stands still, where sigma creeps on."
    return Fault(mistake.name, told, mistake.look, mistake.derive)


@sigmoid.mistake(
    "nan-replaced",
    "Far to the right you give 0, where sigma is 1: nan was replaced.",
    "What is exp(800) for a computer, and what is that divided by itself?",
    "exp(z) / (1 + exp(z)) is inf / inf there. For z >= 0 take 1 / (1 + exp(-z)), whose exp is at "
    "most 1: then nothing has to be repaired.",
)
def _(z):
    with np.errstate(all="ignore"):
        return np.nan_to_num(np.exp(z) / (1 + np.exp(z)))
