"""Two neurons in a row, forward."""

import math

from bplab import nn
from bplab.exam import Exercise
from bplab.exercises.chain_rule.points import two_neurons
from bplab.exercises.single_neuron.sigmoid import sigmoid

two_neuron_forward = Exercise(
    "two_neuron_forward",
    "02_chain_rule",
    nn.two_neuron_forward,
    returns="values",
    points=1,
    built_on=(sigmoid,),
    achieved="Every value on the way is kept, and the way back will need each of them.",
)


@two_neuron_forward.paper
def _(rng):
    yield from two_neurons(rng)


def _forward(x, y, w1, b1, w2, b2, first=math.tanh, second=nn.sigmoid, loss=None, skip=None):
    z1 = w1 * x + b1
    a1 = first(z1)
    z2 = w2 * {None: a1, "x": x, "z1": z1}[skip] + b2
    a2 = float(second(z2))
    loss = (a2 - y) ** 2 if loss is None else loss(a2, y)
    return {"z1": z1, "a1": a1, "z2": z2, "a2": a2, "loss": loss}


@two_neuron_forward.mistake(
    "sigmoid-twice",
    "z1 is right; a1 is sigma(z1), and the first neuron is a tanh neuron.",
    "Read the two activations off the drawing again: which comes first?",
    "a1 = tanh(z1), between -1 and 1; only the second neuron has the sigmoid.",
)
def _(x, y, w1, b1, w2, b2):
    return _forward(x, y, w1, b1, w2, b2, first=lambda z: float(nn.sigmoid(z)))


@two_neuron_forward.mistake(
    "tanh-twice",
    "z2 is right; a2 is tanh(z2), and the second neuron is a sigmoid neuron.",
    "a2 is to be read as a probability. Between which two numbers must it lie?",
    "a2 = sigma(z2), between 0 and 1.",
)
def _(x, y, w1, b1, w2, b2):
    return _forward(x, y, w1, b1, w2, b2, second=math.tanh)


@two_neuron_forward.mistake(
    "activations-swapped",
    "The two activations have changed places: a1 is a sigmoid and a2 a tanh.",
    "Which of the two outputs is to be read as a probability?",
    "x -> z1 -> tanh -> a1 -> z2 -> sigma -> a2.",
)
def _(x, y, w1, b1, w2, b2):
    return _forward(x, y, w1, b1, w2, b2, lambda z: float(nn.sigmoid(z)), math.tanh)


@two_neuron_forward.mistake(
    "activation-skipped",
    "z1 and a1 are right; z2 is made from z1, as if the first neuron had no activation.",
    "What does the first neuron send on, its z or its a?",
    "z2 = w2 a1 + b2. Without the tanh in between, two neurons would be one straight line.",
)
def _(x, y, w1, b1, w2, b2):
    return _forward(x, y, w1, b1, w2, b2, skip="z1")


@two_neuron_forward.mistake(
    "fed-with-x",
    "z1 and a1 are right; z2 is made from x, so the first neuron has no say in the output.",
    "What arrives at the second neuron?",
    "The neurons stand in a row: z2 = w2 a1 + b2.",
)
def _(x, y, w1, b1, w2, b2):
    return _forward(x, y, w1, b1, w2, b2, skip="x")


@two_neuron_forward.mistake(
    "no-biases",
    "z1 does not change with b1, nor z2 with b2.",
    "Each z has two terms. Which one is missing?",
    "z1 = w1 x + b1, and z2 = w2 a1 + b2.",
)
def _(x, y, w1, b1, w2, b2):
    return _forward(x, y, w1, 0.0, w2, 0.0)


@two_neuron_forward.mistake(
    "first-bias-missing",
    "z1 does not change with b1: it is w1 x alone.",
    "z1 has two terms. Which one is missing?",
    "z1 = w1 x + b1: the bias moves z1 whatever x is.",
)
def _(x, y, w1, b1, w2, b2):
    return _forward(x, y, w1, 0.0, w2, b2)


@two_neuron_forward.mistake(
    "activation-not-applied",
    "z1 is right; a1 is z1 itself: the tanh is missing.",
    "What stands between z1 and a1?",
    "a1 = tanh(z1). A neuron without it only stretches and shifts.",
)
def _(x, y, w1, b1, w2, b2):
    return _forward(x, y, w1, b1, w2, b2, first=float)


@two_neuron_forward.mistake(
    "loss-halved",
    "Everything is right up to a2; the loss is exactly half of what it should be.",
    "Some books put 1/2 in front of the square. Does this course's table?",
    "Here the squared error is (a2 - y)**2, no half; so its slope carries a 2.",
)
def _(x, y, w1, b1, w2, b2):
    return _forward(x, y, w1, b1, w2, b2, loss=lambda a, y: 0.5 * (a - y) ** 2)


@two_neuron_forward.mistake(
    "loss-not-squared",
    "Everything is right up to a2; the loss is the distance |a2 - y|, not its square.",
    "Which loss does the exercise name?",
    "L = (a2 - y)**2: twice as far off costs four times as much.",
)
def _(x, y, w1, b1, w2, b2):
    return _forward(x, y, w1, b1, w2, b2, loss=lambda a, y: abs(a - y))


@two_neuron_forward.mistake(
    "loss-cross-entropy",
    "Everything is right up to a2; the loss is the cross-entropy of chapter 1.",
    "Which loss does this exercise name?",
    "L = (a2 - y)**2. It keeps every link of the chain in sight; the cross-entropy returns in "
    "chapter 3.",
)
def _(x, y, w1, b1, w2, b2):
    def cross_entropy(a, y):
        return -(y * math.log(a) + (1 - y) * math.log(1 - a))

    return _forward(x, y, w1, b1, w2, b2, loss=cross_entropy)


@two_neuron_forward.mistake(
    "neurons-swapped",
    "z1 is made with the second neuron's weight and bias, and z2 with the first one's.",
    "In which order do the arguments come: x, y, and then?",
    "The first neuron owns w1 and b1, the second w2 and b2.",
)
def _(x, y, w1, b1, w2, b2):
    return _forward(x, y, w2, b2, w1, b1)


@two_neuron_forward.mistake(
    "first-sum",
    "z1 is off already, and it is the first step.",
    "Which three of the six numbers does z1 need, and what is done with them first?",
    "z1 = w1 x + b1: weight times input, and then the bias is added.",
    when="z1",
)
def _(x, y, w1, b1, w2, b2):
    return _forward(x + b1, y, w1, 0.0, w2, b2)


@two_neuron_forward.mistake(
    "first-activation",
    "z1 is right; a1 is not tanh(z1).",
    "Which activation does the first neuron have? Try z1 = 0 and a large z1.",
    "tanh runs from -1 to 1 through 0.",
    when="a1",
)
def _(x, y, w1, b1, w2, b2):
    return _forward(x, y, w1, b1, w2, b2, first=math.atan)


@two_neuron_forward.mistake(
    "second-sum",
    "z1 and a1 are right; z2 is off.",
    "Which three numbers does z2 need, and what is done with them first?",
    "z2 = w2 a1 + b2: the same kind of step as z1, with a1 in the place of x.",
    when="z2",
)
def _(x, y, w1, b1, w2, b2):
    return _forward(x, y, w1, b1, w2, -b2)


@two_neuron_forward.mistake(
    "second-activation",
    "z2 is right; a2 is not sigma(z2).",
    "Try z2 = 0 and z2 = 3 by hand. What should a2 be, and what is yours?",
    "sigma(z) = 1 / (1 + e**-z): 1/2 at 0, close to 1 at 3. Chapter 1's sigmoid does it.",
    when="a2",
)
def _(x, y, w1, b1, w2, b2):
    return _forward(x, y, w1, b1, w2, b2, second=lambda z: 1 - nn.sigmoid(z))


@two_neuron_forward.mistake(
    "other-loss",
    "Everything is right up to a2; the loss is not the squared error.",
    "Put a2 and y of this case into the formula of the loss by hand. What is squared?",
    "L = (a2 - y)**2: the difference first, then its square. No slope yet.",
    when="loss",
)
def _(x, y, w1, b1, w2, b2):
    return _forward(x, y, w1, b1, w2, b2, loss=lambda a, y: 2 * (a - y))
