"""The slope of tanh."""

import numpy as np

from bplab import nn
from bplab.exam import Exercise
from bplab.exercises.chain_rule.points import slope_points

tanh_grad = Exercise(
    "tanh_grad",
    "02_chain_rule",
    nn.tanh_grad,
    returns="slope",
    points=1,
    achieved="The slope comes from the value itself; the way back through a tanh will cost one "
    "product.",
)


tanh_grad.paper(slope_points)


@tanh_grad.mistake(
    "half-as-steep",
    "Your slope is half of what it should be: at z = 0 you have 1/2, and tanh climbs there as "
    "steeply as z itself.",
    "If you came by the sigmoid of 2z: how often does a 2 come in on that way?",
    "tanh(z) = 2 sigma(2z) - 1. One 2 stands in front, and the chain rule brings a second from "
    "inside: the slope is 4 a(1 - a) with a = sigma(2z).",
)
def _(z):
    return (1 - np.tanh(z) ** 2) / 2


@tanh_grad.mistake(
    "output-form",
    "You used 1 - z**2: it falls without end, where the slope of tanh only falls to 0.",
    "The short formula squares the value of tanh, not its argument. Where is tanh in your line?",
    "With a = tanh(z) the slope is 1 - a**2. Your function is given z, so a comes first.",
)
def _(z):
    return 1 - z**2


@tanh_grad.mistake(
    "not-squared",
    "You returned 1 - a: right at z = 0 only, and above 1 for negative z.",
    "The curve is the same on both sides of 0 but for its sign. Is your slope?",
    "For a = tanh(z), da/dz = 1 - a**2. The square makes the slope the same for z and -z.",
)
def _(z):
    return 1 - np.tanh(z)


@tanh_grad.mistake(
    "absolute-for-square",
    "You returned 1 - |a|: right at z = 0 and far out, too small in between.",
    "At z = 1 you say 0.24. Draw a tangent to tanh there and read off how steep it is.",
    "da/dz = 1 - a**2 = (1 - a)(1 + a): at z = 1 that is 0.24 times 1.76, which is 0.42.",
)
def _(z):
    return 1 - np.abs(np.tanh(z))


@tanh_grad.mistake(
    "curve-instead",
    "You returned tanh itself: it is negative for negative z, and a slope of tanh never is.",
    "tanh always rises. What sign must its slope have?",
    "Differentiate the curve: with a = tanh(z) the slope is 1 - a**2.",
)
def _(z):
    return np.tanh(z)


@tanh_grad.mistake(
    "sigmoid-shortcut",
    "You used a(1 - a), which belongs to the sigmoid; with tanh it is 0 at z = 0, where tanh is "
    "steepest.",
    "The short form changes with the activation. What is the steepest point of tanh?",
    "Differentiate tanh = sinh/cosh: (cosh**2 - sinh**2) / cosh**2 = 1 - tanh**2.",
)
def _(z):
    return np.tanh(z) * (1 - np.tanh(z))


@tanh_grad.mistake(
    "sigmoid-slope",
    "You returned the slope of the sigmoid: it is never above 0.25.",
    "Which activation does the name of the exercise ask for?",
    "tanh(z) = 2 sigma(2z) - 1, so its slope is 4 sigma'(2z) = 1 - tanh(z)**2.",
)
def _(z):
    return nn.sigmoid_grad(z)


@tanh_grad.mistake(
    "slope-at-activation",
    "You took the slope in the wrong place: at a = tanh(z) instead of at z.",
    "How many tanhs do you apply on the way, and where was the curve entered?",
    "tanh'(z) = 1 - tanh(z)**2: one tanh, applied to z.",
)
def _(z):
    return nn.tanh_grad(np.tanh(z))


@tanh_grad.mistake(
    "reciprocal",
    "Your slope is upside down: it is at least 1 and grows where tanh is flat.",
    "What should the slope be near -1 or 1, where the curve hardly moves?",
    "dz/da = 1 / (1 - a**2) is the way back from a to z. The slope asked for is da/dz.",
)
def _(z):
    return 1 / nn.tanh_grad(z)


@tanh_grad.mistake(
    "sign",
    "Your slope has the right size and is negative everywhere: tanh would fall.",
    "What is subtracted from what?",
    "1 - a**2 is positive, because a lies between -1 and 1.",
)
def _(z):
    return -nn.tanh_grad(z)


@tanh_grad.mistake(
    "cosh-not-squared",
    "You returned 1 / cosh(z); the slope is its square.",
    "The quotient rule leaves a denominator. To which power?",
    "(sinh/cosh)' = (cosh**2 - sinh**2) / cosh**2 = 1 / cosh**2.",
)
def _(z):
    return 1 / np.cosh(z)


@tanh_grad.mistake(
    "plus-for-minus",
    "You returned 1 + a**2: it is at least 1 and grows where tanh is flat.",
    "What should the slope be near -1 or 1, where the curve hardly moves?",
    "The quotient rule subtracts: (cosh**2 - sinh**2) / cosh**2 = 1 - a**2.",
)
def _(z):
    return 1 + np.tanh(z) ** 2
