"""The slope of the sigmoid."""

import numpy as np

from bplab import nn
from bplab.exam import Exercise
from bplab.exercises.chain_rule.points import slope_points
from bplab.exercises.single_neuron.sigmoid import sigmoid

sigmoid_grad = Exercise(
    "sigmoid_grad",
    "02_chain_rule",
    nn.sigmoid_grad,
    returns="slope",
    points=1,
    built_on=(sigmoid,),
    achieved="The slope comes from the value itself; the way back through a sigmoid will cost "
    "one product.",
)


sigmoid_grad.paper(slope_points)


@sigmoid_grad.mistake(
    "output-form",
    "You used z(1 - z): it is negative beyond z = 1, and a curve that always rises has no negative "
    "slope.",
    "The short formula holds for the activation. Which letter stands in it, and what is z?",
    "With a = sigma(z) the slope is a(1 - a). The argument of your function is z, so a comes "
    "first.",
)
def _(z):
    return z * (1 - z)


@sigmoid_grad.mistake(
    "slope-at-activation",
    "You took the slope in the wrong place: at a = sigma(z), which lies between 0 and 1, instead "
    "of at z.",
    "Where was the curve entered, at z or at a? How many sigmoids do you apply on the way?",
    "sigma'(z) = sigma(z)(1 - sigma(z)): one sigmoid, applied to z. An a put into this formula "
    "once more gives sigma(sigma(z)).",
)
def _(z):
    return nn.sigmoid_grad(nn.sigmoid(z))


@sigmoid_grad.mistake(
    "curve-instead",
    "You returned the curve itself. Its slope is never above 0.25.",
    "How steep is the sigmoid far out, at z = 5? Is your value small there?",
    "Differentiate: the slope is a(1 - a) with a = sigma(z), and at z = 0 that is 1/4.",
)
def _(z):
    return nn.sigmoid(z)


@sigmoid_grad.mistake(
    "denominator-not-squared",
    "You returned 1 - a: at z = 0 that is 1/2, and the slope there is 1/4.",
    "Differentiate 1 / (1 + e**-z) again: what happens to the denominator?",
    "The derivative of 1/u is -u'/u**2. Here u = 1 + e**-z, so e**-z comes over u squared: one "
    "factor 1/u is a, the other, e**-z / u, is 1 - a.",
)
def _(z):
    return 1 - nn.sigmoid(z)


@sigmoid_grad.mistake(
    "a-squared",
    "You returned a**2: it keeps rising to 1, where the sigmoid is flat.",
    "1/u**2 is only a part of the slope. What is the derivative of u = 1 + e**-z?",
    "The slope is e**-z / u**2 = (1/u) (e**-z / u) = a(1 - a).",
)
def _(z):
    return nn.sigmoid(z) ** 2


@sigmoid_grad.mistake(
    "sign",
    "Your slope has the right size and is negative everywhere: the sigmoid would fall.",
    "Two minus signs meet in this derivative. Did you keep both?",
    "From 1/u comes -u'/u**2, and u' = -e**-z. Minus times minus: the slope is a(1 - a) > 0.",
)
def _(z):
    return -nn.sigmoid_grad(z)


@sigmoid_grad.mistake(
    "reciprocal",
    "Your slope is upside down: it grows where the sigmoid is flat.",
    "What should the slope be near 0 or near 1, where the curve hardly moves?",
    "dz/da = 1 / (a(1 - a)) is the way back from a to z. The slope asked for is da/dz.",
)
def _(z):
    return 1 / nn.sigmoid_grad(z)


@sigmoid_grad.mistake(
    "tanh-form",
    "You used 1 - a**2: that is how the slope of tanh is written with its own value.",
    "At z = 0 you give 3/4. How steep can a curve be that climbs from 0 to 1 so slowly?",
    "Each activation has its own short form. For a = sigma(z) it is a - a**2, that is a(1 - a).",
)
def _(z):
    return 1 - nn.sigmoid(z) ** 2


@sigmoid_grad.mistake(
    "tanh-slope",
    "You returned the slope of tanh; the exercise asks for the sigmoid's.",
    "How high does each of the two slopes get at z = 0?",
    "The sigmoid climbs from 0 to 1 and its slope peaks at 1/4; tanh climbs from -1 to 1, peak 1.",
)
def _(z):
    return nn.tanh_grad(z)


@sigmoid_grad.mistake(
    "precedence",
    "Your sigmoid is not one: inside your slope a leaves the interval (0, 1), and the slope comes "
    "out negative or huge.",
    "Read 1/1+exp(-z) as Python does. Which operation comes first?",
    "A fraction bar groups what is under it: 1 + e**-z belongs together before the division. You "
    "may use the sigmoid of chapter 1 as it is.",
)
def _(z):
    a = 1 / 1 + np.exp(-z)
    return a * (1 - a)
