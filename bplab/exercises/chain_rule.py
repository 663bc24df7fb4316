"""Chapter 2: the chain rule."""

import math

import numpy as np

from bplab import nn
from bplab.exam import Exercise, Known

CHAPTER = "02_chain_rule"


def _apart_from_zero(rng, size, low=0.3, high=2.2):
    return rng.uniform(low, high, size) * rng.choice([-1, 1], size)


# --- slopes of the activations ------------------------------------------------------------------


def _slopes(rng):
    z = _apart_from_zero(rng, 7)
    z[:2] = np.abs(z[:2]) * [1, -1]
    yield {"z": z}
    yield {"z": _apart_from_zero(rng, (3, 4))}
    yield {"z": np.array(rng.uniform(0.4, 1.6))}


sigmoid_grad = Exercise("sigmoid_grad", CHAPTER, nn.sigmoid_grad, returns="slope", points=1)
sigmoid_grad.paper(_slopes)


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


tanh_grad = Exercise("tanh_grad", CHAPTER, nn.tanh_grad, returns="slope", points=1)
tanh_grad.paper(_slopes)


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


relu_grad = Exercise("relu_grad", CHAPTER, nn.relu_grad, returns="slope", points=1)
relu_grad.paper(_slopes)


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


# --- two neurons --------------------------------------------------------------------------------


def _two_neurons(rng):
    """Numbers for the chain: nothing is 0, nothing saturates, both labels and others occur."""
    for y in (1.0, 0.0, float(rng.uniform(0.2, 0.8)), 1.0, 0.0, float(rng.uniform(0.2, 0.8))):
        while True:  # near 0, a curve and a straight line are one
            x, w1, b1, w2, b2 = (float(v) for v in _apart_from_zero(rng, 5, 0.4, 1.2))
            z1 = w1 * x + b1
            if 0.4 < abs(z1) < 1.8 and 0.3 < abs(w2 * math.tanh(z1) + b2) < 1.8:
                break
        yield {"x": x, "y": y, "w1": w1, "b1": b1, "w2": w2, "b2": b2}


two_neuron_forward = Exercise(
    "two_neuron_forward", CHAPTER, nn.two_neuron_forward, returns="values", points=1
)


@two_neuron_forward.paper
def _(rng):
    yield from _two_neurons(rng)


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


two_neuron_backward = Exercise(
    "two_neuron_backward",
    CHAPTER,
    nn.two_neuron_backward,
    returns="gradients",
    points=3,
    order=("db2", "dw2", "db1", "dw1", "dx").index,
)


@two_neuron_backward.paper
def _(rng):
    for case in _two_neurons(rng):
        values = nn.two_neuron_forward(**case)
        yield {**{name: case[name] for name in ("x", "y", "w1", "w2")}, "values": values}


def _backward(x, y, w1, w2, values, da2=None, slope2=None, da1=None, slope1=None, **changed):
    """The right backward pass but for the links given as functions of `values`."""
    v = {**values, "x": x, "y": y, "w1": w1, "w2": w2}
    da2 = 2 * (v["a2"] - y) if da2 is None else da2(v)
    dz2 = da2 * (v["a2"] * (1 - v["a2"]) if slope2 is None else slope2(v))
    da1 = dz2 * w2 if da1 is None else da1(v, dz2)
    dz1 = da1 * (1 - v["a1"] ** 2 if slope1 is None else slope1(v))
    grads = {"dw1": dz1 * x, "db1": dz1, "dw2": dz2 * v["a1"], "db2": dz2, "dx": dz1 * w1}
    links = {"da2": da2, "dz2": dz2, "da1": da1, "dz1": dz1}
    return grads | {name: change(v, links) for name, change in changed.items()}


@two_neuron_backward.mistake(
    "sign",
    "All five gradients have the right size and the opposite sign.",
    "Prediction minus label, or label minus prediction? Take y = 1 and a2 = 0.6: should L grow or "
    "shrink as a2 grows?",
    "L = (a2 - y)**2, so dL/da2 = 2 (a2 - y): negative while a2 is still below y.",
)
def _(x, y, w1, w2, values):
    return _backward(x, y, w1, w2, values, da2=lambda v: 2 * (v["y"] - v["a2"]))


@two_neuron_backward.mistake(
    "no-factor-2",
    "All five gradients are exactly half of what they should be.",
    "They all come from the first link, dL/da2. What comes down from the exponent of the square?",
    "The derivative of (a2 - y)**2 is 2 (a2 - y). This course's squared error has no one half to "
    "cancel the 2.",
)
def _(x, y, w1, w2, values):
    return _backward(x, y, w1, w2, values, da2=lambda v: v["a2"] - v["y"])


@two_neuron_backward.mistake(
    "cross-entropy-start",
    "All five gradients start from a2 - y, as if the loss were the cross-entropy.",
    "There the slope of the sigmoid canceled. Does it cancel for the squared error?",
    "dz2 = dL/da2 * da2/dz2 with dL/da2 = 2 (a2 - y) and da2/dz2 = a2 (1 - a2). Nothing cancels.",
)
def _(x, y, w1, w2, values):
    return _backward(x, y, w1, w2, values, lambda v: v["a2"] - v["y"], lambda v: 1.0)


@two_neuron_backward.mistake(
    "sigmoid-slope-missing",
    "All five gradients are too large, at least 4 times: the slope of the sigmoid is missing.",
    "You have dL/da2. b2 and w2 act on z2. What lies between a2 and z2?",
    "dz2 = dL/da2 * da2/dz2, and da2/dz2 = a2 (1 - a2), which is at most 1/4.",
)
def _(x, y, w1, w2, values):
    return _backward(x, y, w1, w2, values, slope2=lambda v: 1.0)


@two_neuron_backward.mistake(
    "slope-at-activation",
    "db2 comes from the sigmoid's slope at a2; the curve was entered at z2.",
    "Your slope function wants a pre-activation. Which of the saved values did you give it?",
    "sigma'(z2) = a2 (1 - a2). Either give z2 to the slope function, or a2 to this formula.",
)
def _(x, y, w1, w2, values):
    return _backward(
        x, y, w1, w2, values,
        slope2=lambda v: nn.sigmoid_grad(v["a2"]), slope1=lambda v: nn.tanh_grad(v["a1"]),
    )  # fmt: skip


@two_neuron_backward.mistake(
    "hidden-slope-at-activation",
    "db2 and dw2 are right; db1, dw1 and dx use the slope of tanh at a1, but the curve was entered "
    "at z1.",
    "Your slope function wants a pre-activation. Which of the saved values did you give it?",
    "tanh'(z1) = 1 - a1**2. Either give z1 to the slope function, or a1 to this formula.",
)
def _(x, y, w1, w2, values):
    return _backward(x, y, w1, w2, values, slope1=lambda v: nn.tanh_grad(v["a1"]))


@two_neuron_backward.mistake(
    "output-form-of-z",
    "db2 uses z2 (1 - z2): the short form of the sigmoid's slope, fed with z2.",
    "The short form is written with the activation. Which saved value is that?",
    "da2/dz2 = a2 (1 - a2): it lies between 0 and 1/4 for every z2.",
)
def _(x, y, w1, w2, values):
    return _backward(
        x, y, w1, w2, values,
        slope2=lambda v: v["z2"] * (1 - v["z2"]), slope1=lambda v: 1 - v["z1"] ** 2,
    )  # fmt: skip


@two_neuron_backward.mistake(
    "hidden-output-form-of-z",
    "db2 and dw2 are right; db1, dw1 and dx use 1 - z1**2: the short form of tanh's slope, fed "
    "with z1.",
    "The short form is written with the activation. Which saved value holds tanh(z1)?",
    "da1/dz1 = 1 - a1**2: it lies between 0 and 1 for every z1.",
)
def _(x, y, w1, w2, values):
    return _backward(x, y, w1, w2, values, slope1=lambda v: 1 - v["z1"] ** 2)


@two_neuron_backward.mistake(
    "tanh-slope-missing",
    "db2 and dw2 are right; db1, dw1 and dx lack the slope of tanh: you went from a1 to z1 for "
    "free.",
    "w1 acts on z1. What lies between a1 and z1?",
    "dz1 = da1 * (slope of tanh at z1), and that slope is 1 - a1**2.",
)
def _(x, y, w1, w2, values):
    return _backward(x, y, w1, w2, values, slope1=lambda v: 1.0)


@two_neuron_backward.mistake(
    "sigmoid-shortcut-for-tanh",
    "db2 and dw2 are right; db1, dw1 and dx use a1 (1 - a1), which is the sigmoid's slope.",
    "Which activation does the first neuron have?",
    "For a1 = tanh(z1), da1/dz1 = 1 - a1**2.",
)
def _(x, y, w1, w2, values):
    return _backward(x, y, w1, w2, values, slope1=lambda v: v["a1"] * (1 - v["a1"]))


@two_neuron_backward.mistake(
    "w2-skipped",
    "db2 and dw2 are right; db1, dw1 and dx are too large by 1/w2: the blame went back without "
    "passing the weight.",
    "a1 reaches z2 through a product. What is the derivative of w2 a1 + b2 with respect to a1?",
    "da1 = dz2 * w2. A weight of 0.1 let only a tenth of a1 through, so it sends back a tenth.",
)
def _(x, y, w1, w2, values):
    return _backward(x, y, w1, w2, values, da1=lambda v, dz2: dz2)


@two_neuron_backward.mistake(
    "raw-error-sent-back",
    "db2 and dw2 are right; db1, dw1 and dx start from dL/da2, not from dz2.",
    "You worked out dz2 and then did not use it. Which of the two is the blame at z2?",
    "da1 = dz2 * w2: what is sent back through w2 has already passed the sigmoid.",
)
def _(x, y, w1, w2, values):
    return _backward(x, y, w1, w2, values, da1=lambda v, dz2: 2 * (v["a2"] - v["y"]) * v["w2"])


@two_neuron_backward.mistake(
    "wrong-input-of-w2",
    "dw2 is dz2 * z1.",
    "What was w2 multiplied by on the way forward?",
    "z2 = w2 a1 + b2, so dz2/dw2 = a1.",
)
def _(x, y, w1, w2, values):
    return _backward(x, y, w1, w2, values, dw2=lambda v, d: d["dz2"] * v["z1"])


@two_neuron_backward.mistake(
    "w2-blamed-for-x",
    "dw2 is dz2 * x.",
    "What was w2 multiplied by on the way forward: x, or what the first neuron made of it?",
    "z2 = w2 a1 + b2, so dz2/dw2 = a1.",
)
def _(x, y, w1, w2, values):
    return _backward(x, y, w1, w2, values, dw2=lambda v, d: d["dz2"] * v["x"])


@two_neuron_backward.mistake(
    "biases-after-activation",
    "The biases got the blame of the activations: db2 is dL/da2, and db1 is dL/da1.",
    "Is a bias added before or after the activation?",
    "z2 = w2 a1 + b2, so db2 = dz2 * 1; in the same way db1 = dz1.",
)
def _(x, y, w1, w2, values):
    return _backward(
        x, y, w1, w2, values, db1=lambda v, d: d["da1"], db2=lambda v, d: d["da2"]
    )  # fmt: skip


@two_neuron_backward.mistake(
    "bias1-after-activation",
    "db1 got the blame of a1: it is dL/da1.",
    "Is b1 added before or after the tanh?",
    "z1 = w1 x + b1, so db1 = dz1 * 1.",
)
def _(x, y, w1, w2, values):
    return _backward(x, y, w1, w2, values, db1=lambda v, d: d["da1"])


@two_neuron_backward.mistake(
    "w1-and-x-swapped",
    "dw1 and dx have changed places.",
    "z1 = w1 x + b1. What is its derivative with respect to w1, and what with respect to x?",
    "In a product each factor's slope is the other factor: dw1 = dz1 * x and dx = dz1 * w1.",
)
def _(x, y, w1, w2, values):
    return _backward(
        x, y, w1, w2, values,
        dw1=lambda v, d: d["dz1"] * v["w1"], dx=lambda v, d: d["dz1"] * v["x"],
    )  # fmt: skip


@two_neuron_backward.mistake(
    "dx-without-w1",
    "dx is dz1, without the weight that x passed through.",
    "If w1 were 0, would nudging x change the loss?",
    "z1 = w1 x + b1, so dx = dz1 * w1.",
)
def _(x, y, w1, w2, values):
    return _backward(x, y, w1, w2, values, dx=lambda v, d: d["dz1"])


@two_neuron_backward.mistake(
    "dz2-off",
    "db2 is off, and it is dz2 itself: the two links from the loss to z2.",
    "Work out dL/da2 and da2/dz2 of this case by hand. Which of the two do you not find in your "
    "code?",
    "L = (a2 - y)**2 gives 2 (a2 - y); a2 = sigma(z2) gives a2 (1 - a2). dz2 is their product.",
    when="db2",
)
def _(x, y, w1, w2, values):
    return _backward(x, y, w1, w2, values, slope2=lambda v: (v["a2"] * (1 - v["a2"])) ** 2)


@two_neuron_backward.mistake(
    "dw2-off",
    "db2 is right, so dz2 is; dw2 is off.",
    "Which number did w2 meet on the way forward?",
    "z2 = w2 a1 + b2, so dw2 = dz2 * a1.",
    when="dw2",
)
def _(x, y, w1, w2, values):
    return _backward(x, y, w1, w2, values, dw2=lambda v, d: d["dz2"] * v["a2"])


@two_neuron_backward.mistake(
    "dz1-off",
    "The second neuron is right; db1 is off, and it is dz1 itself: the two links from z2 to z1.",
    "z2 = w2 a1 + b2 and a1 = tanh(z1). Which slope does each of them put into the chain?",
    "dz1 = dz2 * w2 * (1 - a1**2).",
    when="db1",
)
def _(x, y, w1, w2, values):
    return _backward(x, y, w1, w2, values, da1=lambda v, dz2: dz2 * v["w2"] * v["a1"])


@two_neuron_backward.mistake(
    "dw1-off",
    "db1 is right, so dz1 is; dw1 is off.",
    "Which number did w1 meet on the way forward?",
    "z1 = w1 x + b1, so dw1 = dz1 * x.",
    when="dw1",
)
def _(x, y, w1, w2, values):
    return _backward(x, y, w1, w2, values, dw1=lambda v, d: d["dz1"] * v["a1"])


@two_neuron_backward.mistake(
    "dx-off",
    "Everything is right but dx.",
    "Which number did x meet on the way forward?",
    "z1 = w1 x + b1, so dx = dz1 * w1: the input is one more thing that z1 was made from.",
    when="dx",
)
def _(x, y, w1, w2, values):
    return _backward(x, y, w1, w2, values, dx=lambda v, d: d["dz1"] * v["w2"])


# --- checking a gradient ------------------------------------------------------------------------


def _wavy(rng, size, k=3.0, dead=0):
    """Parameters of a wavy function and a point where no entry of its gradient is near 0."""
    sign = rng.choice([-1.0, 1.0], size)
    c, d, x = (
        np.asarray(sign * rng.uniform(*between, size))
        for between in ((0.6, 1.6), (0.1, 0.4), (0.4, 1.4))
    )
    if dead:
        c[-dead:] = d[-dead:] = 0.0
    return c, d, k, x


numerical_gradient = Exercise(
    "numerical_gradient", CHAPTER, nn.numerical_gradient, returns="grad", points=2, rtol=1e-7
)


@numerical_gradient.paper
def _(rng):
    for size in (7, (3, 4), (), (2, 3, 2)):
        c, d, k, x = _wavy(rng, size)
        yield {"f": Known("wavy", (c, d, k)), "x": x}
    X, w = rng.normal(size=(9, 6)), _apart_from_zero(rng, 6, 0.3, 1.0)
    y = (rng.random(9) < 0.5).astype(float)
    yield {"f": Known("mean log loss", (X, y)), "x": w}
    c, d, k, x = _wavy(rng, 6, k=1000.0)  # waves so short that the default h shows
    yield {"f": Known("wavy", (c, d, k)), "x": x}
    c, d, k, x = _wavy(rng, 8)
    yield {"f": Known("wavy", (c, d, k)), "x": x, "h": float(rng.uniform(0.01, 0.03))}


def _nudged(f, x, difference):
    """One entry after another; `difference(f, x, i)` nudges entry i of a fresh copy."""
    grad = np.zeros(np.shape(x))
    for i in np.ndindex(np.shape(x)):
        grad[i] = difference(f, np.array(x, dtype=float), i)
    return grad


def _at(f, x, i, nudge):
    x = x.copy()
    x[i] += nudge
    return f(x)


@numerical_gradient.mistake(
    "divided-by-h",
    "Your gradient is exactly twice what it should be.",
    "How far apart are the two points at which you evaluate f?",
    "From x - h to x + h is a distance of 2h: rise over run is (f(x + h) - f(x - h)) / (2h).",
)
def _(f, x, h=1e-5):
    return _nudged(f, x, lambda f, x, i: (_at(f, x, i, h) - _at(f, x, i, -h)) / h)


@numerical_gradient.mistake(
    "precedence",
    "Your gradient is about 1e-10 of what it should be with h = 1e-5: that is h squared.",
    "Read ... / 2 * h as Python does: from left to right.",
    "The whole 2h stands below the fraction bar. Written in a line, it needs brackets.",
)
def _(f, x, h=1e-5):
    return _nudged(f, x, lambda f, x, i: (_at(f, x, i, h) - _at(f, x, i, -h)) / 2 * h)


@numerical_gradient.mistake(
    "forward-difference",
    "Your differences are one-sided: each entry is off by about h/2 times the curvature. "
    "(Centered ones are off by h squared only.)",
    "On which sides of x do you evaluate f? The exercise asks for both.",
    "f(x + h) and f(x - h) bend away from the tangent by the same h**2 f''/2. In their difference "
    "it cancels; in f(x + h) - f(x) it stays.",
)
def _(f, x, h=1e-5):
    return _nudged(f, x, lambda f, x, i: (_at(f, x, i, h) - f(x)) / h)


@numerical_gradient.mistake(
    "backward-difference",
    "Your differences are one-sided, to the left: each entry is off by about h/2 times the "
    "curvature.",
    "On which sides of x do you evaluate f? The exercise asks for both.",
    "f(x + h) and f(x - h) bend away from the tangent by the same h**2 f''/2. In their difference "
    "it cancels; in f(x) - f(x - h) it stays.",
)
def _(f, x, h=1e-5):
    return _nudged(f, x, lambda f, x, i: (f(x) - _at(f, x, i, -h)) / h)


@numerical_gradient.mistake(
    "sign",
    "Your gradient has the right size and the opposite sign.",
    "Which of the two evaluations is subtracted from which?",
    "If f grows with x, then f(x + h) - f(x - h) is positive, and so is the slope.",
)
def _(f, x, h=1e-5):
    return -nn.numerical_gradient(f, x, h)


@numerical_gradient.mistake(
    "not-restored",
    "An entry keeps its nudge when you go on to the next one, so later entries are measured at a "
    "point that has drifted.",
    "After measuring entry i, what value does x[i] have?",
    "The partial derivative holds all other entries where they were. Put entry i back before you "
    "touch the next.",
)
def _(f, x, h=1e-5):
    grad = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        x[i] += h
        above = f(x)
        x[i] -= 2 * h
        grad[i] = (above - f(x)) / (2 * h)
    return grad


@numerical_gradient.mistake(
    "same-array",
    "Your gradient is zero: x + h and x - h have become one and the same array.",
    "What does assigning an array to a second name do: copy it, or name it twice?",
    "Two evaluations need two states of x. Either nudge, evaluate, nudge back, evaluate, restore; "
    "or work on true copies.",
)
def _(f, x, h=1e-5):
    grad = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        above = below = x.copy()
        above[i] += h
        below[i] -= h
        grad[i] = (f(above) - f(below)) / (2 * h)
    return grad


@numerical_gradient.mistake(
    "all-at-once",
    "You nudged all entries of x at once and got one number: the sum of all partial derivatives.",
    "A gradient has one number for each entry of x. How many does yours have?",
    "df/dx_i asks what happens when x_i alone moves. Nudge one entry, leave the others, and go "
    "through all of them.",
)
def _(f, x, h=1e-5):
    return (f(x + h) - f(x - h)) / (2 * h)


@numerical_gradient.mistake(
    "all-at-once-filled",
    "Every entry of your gradient is the same: all of x was nudged at once, for each entry anew.",
    "In your loop over i, which entries of x does the nudge reach?",
    "df/dx_i asks what happens when x_i alone moves, with all others held still.",
)
def _(f, x, h=1e-5):
    return np.full(np.shape(x), (f(x + h) - f(x - h)) / (2 * h))


@numerical_gradient.mistake(
    "whole-rows",
    "Your vectors are right, and arrays of two axes are not: there whole rows were nudged at once.",
    "What does x[i] mean for an array of shape (3, 4)?",
    "x may have any shape, and every single entry takes its turn: the index needs one number for "
    "each axis.",
)
def _(f, x, h=1e-5):
    grad = np.zeros_like(x)
    for i in range(len(x)) if x.ndim else [()]:
        grad[i] = (_at(f, x, i, h) - _at(f, x, i, -h)) / (2 * h)
    return grad


@numerical_gradient.mistake(
    "h-ignored",
    "Your step is 1e-5 whatever h is given.",
    "Where does the argument h stand in your formula?",
    "h is how far to step to each side, and 2h what to divide by; 1e-5 is only its default.",
)
def _(f, x, h=1e-5):
    return nn.numerical_gradient(f, x)


@numerical_gradient.mistake(
    "step-halved",
    "You step h/2 to each side. That is a centered difference too, but not with step h.",
    "Where are the two points that the formula names?",
    "(f(x + h) - f(x - h)) / (2h): a whole h to each side.",
)
def _(f, x, h=1e-5):
    return nn.numerical_gradient(f, x, h / 2)


@numerical_gradient.mistake(
    "float32",
    "x was turned into float32: its 7 digits can hardly hold a nudge of 1e-5, so your slopes are "
    "off in the second or third digit.",
    "Where does a smaller dtype come in?",
    "Near 1 the float32 numbers are 1.2e-7 apart, so a step of 1e-5 is known to a percent. In "
    "float64 they are 2e-16 apart.",
)
def _(f, x, h=1e-5):
    x = x.astype(np.float32)
    grad = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        middle = x[i]
        x[i] = middle + h
        above = f(x)
        x[i] = middle - h
        grad[i] = (above - f(x)) / (2 * h)
        x[i] = middle
    return grad


@numerical_gradient.mistake(
    "default-step-too-small",
    "With h given you are right; without it your step is much smaller than 1e-5.",
    "Which default does your first line give to h?",
    "Smaller is not better: below 1e-5 the rounding of f, divided by 2h, grows faster than the "
    "error of the formula shrinks. Here h is 1e-5 unless it is given.",
)
def _(f, x, h=1e-7):
    return nn.numerical_gradient(f, x, h)


@numerical_gradient.mistake(
    "default-step-too-large",
    "With h given you are right; without it your step is larger than 1e-5.",
    "Which default does your first line give to h?",
    "The error of the formula grows with h squared. Here h is 1e-5 unless it is given.",
)
def _(f, x, h=1e-4):
    return nn.numerical_gradient(f, x, h)


@numerical_gradient.mistake(
    "middle-for-right-side",
    "Your entries are about half of what they should be: the nudge to one side is missing, but you "
    "divide by 2h.",
    "Print x at the moment of each of the two evaluations. How far apart are they?",
    "f at x + h and f at x - h are 2h apart; f at x + h and f at x only h.",
)
def _(f, x, h=1e-5):
    return _nudged(f, x, lambda f, x, i: (_at(f, x, i, h) - f(x)) / (2 * h))


@numerical_gradient.mistake(
    "entries-off",
    "The shape is right, but the entries are not centered differences with step h.",
    "Take x of two entries and f = x0**2 + 3 x1. What should come out, and what does?",
    "For each entry: raise it by h, evaluate, lower it by 2h, evaluate, put it back, and divide "
    "the difference by 2h.",
    when="grad",
)
def _(f, x, h=1e-5):
    return nn.numerical_gradient(f, x, h) * x


relative_error = Exercise(
    "relative_error", CHAPTER, nn.relative_error, returns="error", points=1
)  # fmt: skip


@relative_error.paper
def _(rng):
    for size in (7, (3, 4), ()):
        a = _apart_from_zero(rng, size, 0.5, 2)
        yield {"a": a, "b": np.asarray(a * rng.uniform(0.6, 1.7, size))}
    a, b = _apart_from_zero(rng, 8, 0.5, 2), _apart_from_zero(rng, 8, 0.5, 2)
    b[2] = -0.3 * a[2]
    yield {"a": a, "b": b}
    a = _apart_from_zero(rng, 6, 0.5, 2)
    b = a * (1 + rng.uniform(1e-3, 2e-3, 6))
    a[1] = b[1] = a[4] = b[4] = 0.0
    yield {"a": a, "b": b}
    a = _apart_from_zero(rng, 6, 0.5, 2)
    tiny = a * (1 + rng.uniform(1e-4, 2e-4, 6))
    a[3], tiny[3] = rng.uniform(2e-9, 3e-9), rng.uniform(-1e-9, -5e-10)
    yield {"a": a, "b": tiny}


def _compared(a, b, below=None, above=None, reduce=np.max):
    above = np.abs(a - b) if above is None else above
    below = np.maximum(np.abs(a) + np.abs(b), 1e-8) if below is None else below
    with np.errstate(all="ignore"):
        return float(reduce(above / below))


@relative_error.mistake(
    "no-floor",
    "Where both gradients are exactly 0 you divide 0 by 0.",
    "A unit that is switched off has gradient 0 in both. Is that an error?",
    "The denominator is never below 1e-8: max(|a| + |b|, 1e-8), entry by entry. Then 0 against 0 "
    "is an error of 0.",
    when="not-finite",
)
def _(a, b):
    with np.errstate(all="ignore"):
        return float(np.max(np.abs(a - b) / (np.abs(a) + np.abs(b))))


@relative_error.mistake(
    "floor-added",
    "You add 1e-8 to the denominator; the definition takes the larger of the two. For entries near "
    "1e-9 that is a different number.",
    "What does max(u, 1e-8) give for u = 1, and what for u = 1e-9?",
    "The floor should do nothing at all to entries of ordinary size: max leaves them as they are.",
)
def _(a, b):
    return _compared(a, b, np.abs(a) + np.abs(b) + 1e-8)


@relative_error.mistake(
    "mean-of-entries",
    "You average over the entries, so one wrong entry hides among many right ones.",
    "If one of 1000 entries is completely wrong, what does a mean say?",
    "The worst entry decides: the max over all entries.",
)
def _(a, b):
    return _compared(a, b, reduce=np.mean)


@relative_error.mistake(
    "sum-of-entries",
    "You add up the entries, so that a larger array looks worse with the same errors.",
    "What does your number say about an array twice as long?",
    "The worst entry decides: the max over all entries.",
)
def _(a, b):
    return _compared(a, b, reduce=np.sum)


@relative_error.mistake(
    "norms",
    "You compare lengths of whole arrays: the error of a small entry drowns in the size of a large "
    "one.",
    "What happens to an entry of size 0.001 beside one of size 1000?",
    "Each entry is measured against its own size first; only then comes the max.",
)
def _(a, b):
    norm = np.linalg.norm
    return float(norm(a - b) / max(norm(a) + norm(b), 1e-8))


@relative_error.mistake(
    "largest-over-largest",
    "You divide the largest difference by the largest size: they may belong to different entries.",
    "In which order come the division and the max?",
    "Divide entry by entry, each difference by its own |a| + |b|. Then take the max.",
)
def _(a, b):
    return float(np.max(np.abs(a - b)) / max(np.max(np.abs(a) + np.abs(b)), 1e-8))


@relative_error.mistake(
    "not-divided",
    "You returned the largest absolute difference.",
    "Is a difference of 0.001 large? Beside a gradient of 1000, and beside one of 0.001?",
    "Divide each difference by |a| + |b| of its own entry before you take the max.",
)
def _(a, b):
    return float(np.max(np.abs(a - b)))


@relative_error.mistake(
    "difference-with-sign",
    "You left out the absolute value of a - b: where b is larger than a, the error counts as "
    "negative and the max passes it over.",
    "What does your formula say for a = 1 and b = 2?",
    "An error has no sign: |a - b|.",
)
def _(a, b):
    return _compared(a, b, above=a - b)


@relative_error.mistake(
    "size-of-sum",
    "Your denominator is |a + b|. Entries of opposite sign cancel there, and the error blows up.",
    "What is |a + b| for a = 1 and b = -1?",
    "Take the absolute values first: |a| + |b|. Then opposite signs give exactly 1.",
)
def _(a, b):
    return _compared(a, b, np.maximum(np.abs(a + b), 1e-8))


@relative_error.mistake(
    "larger-of-the-two",
    "Your denominator is the larger of |a| and |b|; here it is their sum.",
    "What should opposite signs give, 2 or 1?",
    "With |a| + |b| below, the error never exceeds 1.",
)
def _(a, b):
    return _compared(a, b, np.maximum(np.maximum(np.abs(a), np.abs(b)), 1e-8))


@relative_error.mistake(
    "only-one-size",
    "You measure against one of the two arrays only.",
    "Should swapping a and b change the error?",
    "The denominator is |a| + |b|: both have the same right.",
)
def _(a, b):
    return _compared(a, b, np.maximum(np.abs(a), 1e-8))


@relative_error.mistake(
    "only-the-other-size",
    "You measure against b alone.",
    "Should swapping a and b change the error?",
    "The denominator is |a| + |b|: both have the same right.",
)
def _(a, b):
    return _compared(a, b, np.maximum(np.abs(b), 1e-8))


@relative_error.mistake(
    "not-reduced",
    "You returned one error for each entry; a verdict is one number.",
    "Which of the entries decides whether a gradient is right?",
    "The worst one: the max over all entries.",
)
def _(a, b):
    return np.abs(a - b) / np.maximum(np.abs(a) + np.abs(b), 1e-8)


@relative_error.mistake(
    "verdict-only",
    "You returned a verdict, true or false; the exercise asks for the error itself.",
    "What would you rather know: that two gradients differ, or by how much?",
    "The largest |a - b| / max(|a| + |b|, 1e-8) is a number between 0 and 1.",
)
def _(a, b):
    return bool(np.allclose(a, b))


@relative_error.mistake(
    "best-entry",
    "You report the entry that agrees best; the one that agrees worst decides.",
    "If one of ten entries is wrong, what should the verdict be?",
    "The max over all entries, not the min.",
)
def _(a, b):
    return _compared(a, b, reduce=np.min)


@relative_error.mistake(
    "signs-lost",
    "You compare |a| with |b|, so that a gradient of the wrong sign passes.",
    "What does your formula say for a = 1 and b = -1?",
    "|a - b| takes the difference first: for 1 and -1 it is 2, and the relative error 1.",
)
def _(a, b):
    return _compared(a, b, above=np.abs(np.abs(a) - np.abs(b)))


@relative_error.mistake(
    "another-floor",
    "Entries of ordinary size come out right; those near 1e-9 do not.",
    "How small may your denominator become?",
    "max(|a| + |b|, 1e-8): what is smaller than 1e-8 counts as 1e-8.",
)
def _(a, b):
    return _compared(a, b, np.maximum(np.abs(a) + np.abs(b), 1e-12))


gradient_check = Exercise(
    "gradient_check",
    CHAPTER,
    nn.gradient_check,
    returns="error",
    points=1,
    driver="relative error",
    rtol=1e-4,
)


@gradient_check.paper
def _(rng):
    def case(size, scale=1.0, wave=1.0, pull=1.0, dead=0):
        c, d, k, x = _wavy(rng, size, dead=dead)
        slope = Known("wavy slope", (c, d, k, np.array(scale * np.ones(size)), wave, pull))
        return {"f": Known("wavy", (c, d, k)), "grad_f": slope, "x": x}

    last_off, first_off = np.ones(8), np.ones((2, 3))
    last_off[-1] = first_off[0, 0] = 1.01
    yield case(7)
    yield case((3, 4))
    yield case(())
    yield case(6, dead=2)
    yield case(8, scale=last_off)
    yield case((2, 3), scale=first_off)
    yield case((2, 4), scale=-1.0)
    yield case(6, scale=2.0)
    yield case(9, pull=0.0)
    yield case(6, wave=0.0)
    yield case(7, scale=0.0)


def _checked(f, grad_f, x, error=nn.relative_error, h=1e-5):
    return error(grad_f(x), nn.numerical_gradient(f, x, h))


@gradient_check.mistake(
    "against-itself",
    "You find no error anywhere, not even where grad_f returns zeros: something is compared with "
    "itself.",
    "Which of the two gradients that you compare comes from f, and not from grad_f?",
    "A check needs two independent witnesses: the formula grad_f(x), and the nudges of f at x.",
)
def _(f, grad_f, x):
    return nn.relative_error(grad_f(x), grad_f(x))


@gradient_check.mistake(
    "norms",
    "You compare lengths of whole arrays. A single entry that is off by one percent shows as "
    "{actual} instead of {expected}.",
    "What becomes of the error of one entry when it is divided by the length of all?",
    "relative_error takes each entry for itself and reports the worst.",
)
def _(f, grad_f, x):
    def norms(a, b):
        norm = np.linalg.norm
        return float(norm(a - b) / max(norm(a) + norm(b), 1e-8))

    return _checked(f, grad_f, x, norms)


@gradient_check.mistake(
    "absolute-difference",
    "You returned the largest absolute difference, not the relative error.",
    "Which function of yours measures how far two gradients are apart?",
    "Give both gradients to relative_error: it divides by their size, entry by entry.",
)
def _(f, grad_f, x):
    return _checked(f, grad_f, x, lambda a, b: float(np.max(np.abs(a - b))))


@gradient_check.mistake(
    "mean-of-entries",
    "You average the error over the entries: one wrong entry shows only a part of its error.",
    "Should one wrong entry of a million pass?",
    "The worst entry decides: relative_error takes the max.",
)
def _(f, grad_f, x):
    return _checked(f, grad_f, x, lambda a, b: _compared(a, b, reduce=np.mean))


@gradient_check.mistake(
    "one-sided",
    "Right gradients do not come out clean: your error for one is {actual}, which is the error of "
    "one-sided differences.",
    "Which of the two is inexact here, grad_f or the numerical gradient?",
    "Centered differences with h = 1e-5 agree with a right gradient to better than 1e-7.",
)
def _(f, grad_f, x):
    h = 1e-5
    one_sided = _nudged(f, x, lambda f, x, i: (_at(f, x, i, h) - f(x)) / h)
    return nn.relative_error(grad_f(x), one_sided)


@gradient_check.mistake(
    "divided-by-h",
    "Right gradients come out with an error of 1/3, and doubled ones clean: your numerical "
    "gradient is twice too large.",
    "Check your numerical gradient on a function whose slope you know.",
    "1/3 is |1 - 2| / (1 + 2). The two points are 2h apart, so divide by 2h.",
)
def _(f, grad_f, x):
    return nn.relative_error(grad_f(x), 2 * nn.numerical_gradient(f, x))


@gradient_check.mistake(
    "step-too-large",
    "Right gradients do not come out clean: your error for one is {actual}. The step is too large.",
    "Which h do you use? Where on the V does it lie?",
    "The error of centered differences grows with h squared. With h = 1e-5 it is near 1e-10.",
)
def _(f, grad_f, x):
    return _checked(f, grad_f, x, h=1e-2)


@gradient_check.mistake(
    "verdict-only",
    "You returned a verdict, true or false; the exercise asks for the error itself.",
    "What would you rather know of a failed check: that it failed, or by how much?",
    "Return the number. 1e-10 is rounding, 1/3 is a factor 2, 1 is a sign: sizes tell stories.",
)
def _(f, grad_f, x):
    return bool(_checked(f, grad_f, x) < 1e-7)


@gradient_check.mistake(
    "opposite-verdict",
    "You returned a verdict, true for wrong gradients; the exercise asks for the error itself.",
    "What would you rather know of a failed check: that it failed, or by how much?",
    "Return the number. 1e-10 is rounding, 1/3 is a factor 2, 1 is a sign: sizes tell stories.",
)
def _(f, grad_f, x):
    return bool(_checked(f, grad_f, x) > 1e-7)


@gradient_check.mistake(
    "numerical-returned",
    "You returned the numerical gradient; the exercise asks how far it is from grad_f(x).",
    "What is left to do once you have both gradients?",
    "Give the two to relative_error: one number comes out.",
)
def _(f, grad_f, x):
    return nn.numerical_gradient(f, x)


@gradient_check.mistake(
    "no-floor",
    "Where both gradients are exactly 0 you divide 0 by 0.",
    "Two of the entries have no influence on f. What are both gradients there?",
    "relative_error never divides by less than 1e-8, so that 0 against 0 is an error of 0.",
    when="not-finite",
)
def _(f, grad_f, x):
    def no_floor(a, b):
        with np.errstate(all="ignore"):
            return float(np.max(np.abs(a - b) / (np.abs(a) + np.abs(b))))

    return _checked(f, grad_f, x, no_floor)


@gradient_check.mistake(
    "step-too-small",
    "Right gradients do not come out clean: your error for one is {actual}. The step is too small.",
    "Which h do you use? Where on the V does it lie?",
    "f is known to about 16 digits; divided by a tiny 2h, its last digits become the answer. With "
    "h = 1e-5 the error is near 1e-10.",
)
def _(f, grad_f, x):
    return _checked(f, grad_f, x, h=1e-11)


@gradient_check.mistake(
    "another-point",
    "Your error is not 0 where grad_f is right: the two gradients were not taken at the same x.",
    "Is x the same when grad_f is called and when f is nudged?",
    "Compare grad_f(x) with the numerical gradient at this very x, put back after every nudge.",
)
def _(f, grad_f, x):
    return nn.relative_error(grad_f(x + 1e-3), nn.numerical_gradient(f, x))


@gradient_check.mistake(
    "another-number",
    "Your number is not the relative error of grad_f(x). (Anything below 1e-7 counts as 0: a right "
    "gradient.)",
    "Which two arrays do you compare? Print both: one from grad_f, one from nudging f.",
    "relative_error of grad_f(x) and the numerical gradient of f at x, over all entries.",
    when="error",
)
def _(f, grad_f, x):
    return _checked(f, grad_f, x, lambda a, b: nn.relative_error(np.abs(a), np.abs(b)))


# --- Value --------------------------------------------------------------------------------------

Value = Exercise(
    "Value", CHAPTER, nn.Value, returns="value", points=4, driver="value", signatures=False
)


@Value.paper
def _(rng):
    for _ in range(2):
        a, b, c = (float(v) for v in _apart_from_zero(rng, 3, 0.5, 1.5))
        p, m, r, k = (float(v) for v in rng.uniform([0.5, -1.5, 0.9, 1.2], [1.5, -0.5, 1.0, 2.8]))
        yield {"a": a, "b": b, "c": c, "p": p, "m": m, "r": r, "k": k}


SLOPES = {
    "+": lambda a, b: (1.0, 1.0),
    "-": lambda a, b: (1.0, -1.0),
    "*": lambda a, b: (b, a),
    "/": lambda a, b: (1 / b, -a / b**2),
    "**": lambda a, k: (k * a ** (k - 1),),
    "neg": lambda a: (-1.0,),
    "tanh": lambda a: (1 - math.tanh(a) ** 2,),
    "exp": lambda a: (math.exp(a),),
    "relu": lambda a: (1.0 if a > 0 else 0.0,),
}


def _ordered(value, order, seen):
    """Parents before children, each value once."""
    if value not in seen:
        seen.add(value)
        for parent in value.parents:
            _ordered(parent, order, seen)
        order.append(value)
    return order


def _right_backward(out):
    order = _ordered(out, [], set())
    for value in order:
        value.grad = 0.0
    out.grad = 1.0
    for value in reversed(order):
        _pass_on(value)


def _pass_on(value):
    for parent, slope in zip(value.parents, value.slopes, strict=True):
        parent.grad += slope * value.grad


def _engine(backward=_right_backward, methods=None, **slopes):
    """A Value class that is right but for what is given."""
    slope = SLOPES | slopes

    class Value:
        def __init__(self, data, parents=(), slopes=()):
            self.data, self.grad = data, 0.0
            self.parents, self.slopes = parents, slopes

        def _with(self, other, op, compute):
            other = other if isinstance(other, Value) else Value(other)
            a, b = self.data, other.data
            return Value(compute(a, b), (self, other), slope[op](a, b))

        def _of(self, op, data, *args):
            return Value(data, (self,), slope[op](self.data, *args))

        def __add__(self, other):
            return self._with(other, "+", lambda a, b: a + b)

        def __sub__(self, other):
            return self._with(other, "-", lambda a, b: a - b)

        def __mul__(self, other):
            return self._with(other, "*", lambda a, b: a * b)

        def __truediv__(self, other):
            return self._with(other, "/", lambda a, b: a / b)

        def __pow__(self, k):
            return self._of("**", self.data**k, k)

        def __neg__(self):
            return self._of("neg", -self.data)

        def __rsub__(self, other):
            return Value(other) - self

        def __rtruediv__(self, other):
            return Value(other) / self

        def tanh(self):
            return self._of("tanh", math.tanh(self.data))

        def exp(self):
            return self._of("exp", math.exp(self.data))

        def relu(self):
            return self._of("relu", max(self.data, 0.0))

        __radd__ = __add__
        __rmul__ = __mul__

        def backward(self):
            backward(self)

    for name, method in (methods or {}).items():
        if method is None:
            delattr(Value, name)
        else:
            setattr(Value, name, method)
    return Value


def _overwriting(out):
    order = _ordered(out, [], set())
    out.grad = 1.0
    for value in reversed(order):
        for parent, slope in zip(value.parents, value.slopes, strict=True):
            parent.grad = slope * value.grad


Value.mistake(
    "overwritten",
    "A value that is used in two places keeps only one share of the blame.",
    "When the second share arrives at a value, what happens to the first?",
    "c = a b + a changes with a on two roads, b and 1, and the chain rule adds over all roads: the "
    "grad of a parent is added to, never replaced.",
    when="used twice",
)(_engine(_overwriting))


def _accumulating(out):
    out.grad = 1.0
    for value in reversed(_ordered(out, [], set())):
        _pass_on(value)


Value.mistake(
    "not-from-scratch",
    "The first call of backward() is right; a later call adds to what the earlier one left behind.",
    "Which grads are still there from the call before, when the new one begins?",
    "Adding needs a clean start: every value below the output has grad 0 before the pass begins, "
    "inner values too, and the output has 1.",
    when="backward() again",
)(_engine(_accumulating))


def _leaves_cleared(out):
    order = _ordered(out, [], set())
    for value in order:
        if not value.parents:
            value.grad = 0.0
    out.grad = 1.0
    for value in reversed(order):
        _pass_on(value)


Value.mistake(
    "inner-values-not-cleared",
    "The first call of backward() is right. In the second the inputs start from 0, but the values "
    "in between still hold their old grad and pass it on again.",
    "Which values do you set back to 0, and which of them pass something on?",
    "Every value below the output starts from 0, not only the inputs.",
)(_engine(_leaves_cleared))


def _as_they_come(out):
    out.grad = 1.0
    stack = [out]
    for value in _ordered(out, [], set()):
        value.grad = 1.0 if value is out else 0.0
    seen = set()
    while stack:
        value = stack.pop(0)
        if value in seen:
            continue
        seen.add(value)
        _pass_on(value)
        stack.extend(value.parents)


Value.mistake(
    "no-order",
    "A value passes its blame on before all of it has arrived: it is used once near the output and "
    "once further up.",
    "d reaches the output directly and through d * c * c. When you visit d, have both shares come?",
    "List every value after all that it was made from, then go through the list from the end: when "
    "a value's turn comes, everything made from it has had its own.",
    when="order",
)(_engine(_as_they_come))


def _depth_first(out):
    def visit(value):
        if value not in seen:
            seen.add(value)
            _pass_on(value)
            for parent in value.parents:
                visit(parent)

    for value in _ordered(out, [], set()):
        value.grad = 0.0
    out.grad = 1.0
    seen = set()
    visit(out)


Value.mistake(
    "no-order-depth-first",
    "A value passes its blame on as soon as it is first reached, before all of it has arrived.",
    "A value that is used twice is reached twice. At the first time, is its grad complete?",
    "List every value after all that it was made from, then go through the list from the end: when "
    "a value's turn comes, everything made from it has had its own.",
)(_engine(_depth_first))


def _each_road_with_all(out):
    def visit(value):
        _pass_on(value)
        for parent in value.parents:
            visit(parent)

    for value in _ordered(out, [], set()):
        value.grad = 0.0
    out.grad = 1.0
    visit(out)


Value.mistake(
    "passed-on-twice",
    "A value that is reached twice passes its whole grad on twice, with what it passed before.",
    "How often does each value have its turn in your backward pass?",
    "Each value has one turn, after all that was made from it. A list with every value once, gone "
    "through from the end, gives just that.",
)(_engine(_each_road_with_all))


def _forward_order(out):
    order = _ordered(out, [], set())
    for value in order:
        value.grad = 0.0
    out.grad = 1.0
    for value in order:
        _pass_on(value)


Value.mistake(
    "stops-after-one-step",
    "Only the values that the output was made from directly get any blame.",
    "After the output has passed its blame on, who is next? If you go through a list: from which "
    "end?",
    "Blame starts at the output and has to reach every value below it. A list that was built "
    "inputs first is read from its end; read from its beginning, all but the last step pass on 0.",
)(_engine(_forward_order))


def _no_seed(out):
    for value in _ordered(out, [], set()):
        value.grad = 0.0
    for value in reversed(_ordered(out, [], set())):
        _pass_on(value)


Value.mistake(
    "no-seed",
    "All grads are 0.",
    "Every share is a slope times the grad of the next value. Where does the first grad come from?",
    "The output's derivative with respect to itself is 1. The pass begins there.",
)(_engine(_no_seed))


def _upstream_ignored(out):
    order = _ordered(out, [], set())
    for value in order:
        value.grad = 0.0
    out.grad = 1.0
    for value in reversed(order):
        for parent, slope in zip(value.parents, value.slopes, strict=True):
            parent.grad += slope


Value.mistake(
    "upstream-ignored",
    "Each value gets the slope of its own operation only: what arrives from the output is left "
    "out.",
    "c = (a + b) d: how much does a nudge of a move a + b, and how much does that move c?",
    "Slopes multiply along the road: a parent's share is slope times the grad of the value it "
    "helped to make.",
)(_engine(_upstream_ignored))


def _equal_is_same(out):
    order = []

    def visit(value):
        if all(value.data != other.data for other in order):
            for parent in value.parents:
                visit(parent)
            order.append(value)

    visit(out)
    for value in order:
        value.grad = 0.0
    out.grad = 1.0
    for value in reversed(order):
        _pass_on(value)


Value.mistake(
    "equal-taken-for-same",
    "Two different values that hold equal numbers are taken for one.",
    "How do you tell whether a value has been visited: by what it holds, or by which one it is?",
    "a = 2 and e = 2 are two inputs with two gradients. What was visited is the object, not its "
    "number.",
)(_engine(_equal_is_same))


Value.mistake(
    "product-slopes-swapped",
    "In a * b each factor gets its own number as its slope.",
    "If b is 100, how much does a b move when a moves by 1?",
    "d(a b)/da = b: each factor's slope is the other factor.",
)(_engine(**{"*": lambda a, b: (a, b)}))

Value.mistake(
    "product-like-sum",
    "In a * b both factors get slope 1, as in a sum.",
    "If b is 100, how much does a b move when a moves by 1?",
    "d(a b)/da = b: each factor's slope is the other factor.",
)(_engine(**{"*": lambda a, b: (1.0, 1.0)}))

Value.mistake(
    "difference-like-sum",
    "In a - b both get the slope of a sum.",
    "What happens to a - b when b grows?",
    "d(a - b)/db = -1.",
)(_engine(**{"-": lambda a, b: (1.0, 1.0)}))

Value.mistake(
    "quotient-sign",
    "In a / b the slope for b has the wrong sign.",
    "What happens to 1/b when b grows?",
    "a/b = a b**-1, so the slope for b is -a / b**2.",
)(_engine(**{"/": lambda a, b: (1 / b, a / b**2)}))

Value.mistake(
    "quotient-not-squared",
    "In a / b the slope for b lacks a power of b.",
    "Write a/b as a times b to the power -1. What is the derivative of that power?",
    "The derivative of b**-1 is -b**-2, so the slope for b is -a / b**2.",
)(_engine(**{"/": lambda a, b: (1 / b, -a / b)}))

Value.mistake(
    "power-not-lowered",
    "In a ** k the exponent comes down as a factor and stays above as well.",
    "What is the derivative of a**2?",
    "The derivative of a**k is k a**(k-1): the exponent falls by one.",
)(_engine(**{"**": lambda a, k: (k * a**k,)}))

Value.mistake(
    "power-without-factor",
    "In a ** k the exponent falls by one, but does not come down as a factor.",
    "What is the derivative of a**2?",
    "The derivative of a**k is k a**(k-1).",
)(_engine(**{"**": lambda a, k: (a ** (k - 1),)}))

Value.mistake(
    "tanh-slope-of-input",
    "The slope of tanh is written with its input: 1 - a**2.",
    "The short form squares the value of tanh. Which number is that, what went in or what came "
    "out?",
    "With t = tanh(a) the slope is 1 - t**2.",
)(_engine(tanh=lambda a: (1 - a**2,)))

Value.mistake(
    "tanh-not-squared",
    "The slope of tanh lacks its square: 1 - t.",
    "The curve is the same on both sides of 0 but for its sign. Is your slope?",
    "With t = tanh(a) the slope is 1 - t**2.",
)(_engine(tanh=lambda a: (1 - math.tanh(a),)))

Value.mistake(
    "exp-like-a-power",
    "The slope of exp is treated like that of a power: a e**(a-1).",
    "In e**a, is a the base or the exponent?",
    "exp is its own derivative: the slope at a is e**a.",
)(_engine(exp=lambda a: (a * math.exp(a - 1),)))

Value.mistake(
    "exp-slope-one",
    "exp passes its grad on as if its slope were 1.",
    "How steep is e**a at a = 0, and how steep at a = 1?",
    "exp is its own derivative: the slope at a is e**a.",
)(_engine(exp=lambda a: (1.0,)))

Value.mistake(
    "relu-always-open",
    "relu passes blame on for negative numbers too.",
    "Nudge an input of -2 a little: does relu of it change?",
    "The slope is 1 where the input is positive and 0 where it is negative.",
)(_engine(relu=lambda a: (1.0,)))

Value.mistake(
    "reflected-difference-swapped",
    "k - a comes out as a - k.",
    "Python calls the reflected subtraction of a with k as other. Which of the two comes first?",
    "k - a = k + (-a): a is subtracted, and its slope is -1.",
)(_engine(methods={"__rsub__": lambda self, other: self - other}))

Value.mistake(
    "reflected-quotient-swapped",
    "k / a comes out as a / k.",
    "Python calls the reflected division of a with k as other. Which of the two is on top?",
    "k / a = k a**-1, and its slope is -k / a**2.",
)(_engine(methods={"__rtruediv__": lambda self, other: self / other}))

Value.mistake(
    "no-reflected-operations",
    "A plain number on the left of an operation raises a TypeError; on the right all is well.",
    "Who is asked first for 2 + a: the number or the Value? And who next?",
    "The number does not know your class and declines; then Python asks the Value for its "
    "reflected operation. There is one for each of + - * /.",
)(_engine(methods={name: None for name in ("__radd__", "__rsub__", "__rmul__", "__rtruediv__")}))


Value.mistake(
    "sum-or-product",
    "An expression of sums and products alone comes out wrong.",
    "Do this one on paper: its value first, then one share for each input.",
    "In a + b both slopes are 1; in a b each factor's slope is the other factor. A share is the "
    "slope times the grad of the result.",
    when="sums and products",
)(_engine(**{"+": lambda a, b: (a, b)}))

Value.mistake(
    "difference",
    "A difference or a minus sign comes out wrong.",
    "Do this one on paper: what happens to the result when each input grows?",
    "a - b has the slopes 1 and -1; -a has the slope -1. Both can be built from + and *.",
    when="differences",
)(_engine(neg=lambda a: (1.0,)))

Value.mistake(
    "power-or-quotient",
    "A power or a quotient comes out wrong.",
    "Write it as a power: a quotient is a product with a power of -1. Then do it on paper.",
    "a**k has the slope k a**(k-1), and a/b = a b**-1.",
    when="powers and quotients",
)(_engine(**{"/": lambda a, b: (b, a)}))

Value.mistake(
    "function-slope",
    "A function of a value comes out wrong.",
    "Put the number in by hand: first the value, then the slope at that number.",
    "tanh has the slope 1 - tanh**2, exp is its own slope, relu has 1 above zero and 0 below. The "
    "share passed on is the slope times what arrives.",
    when="functions",
)(_engine(relu=lambda a: (0.0,)))

Value.mistake(
    "plain-number",
    "An operation of a value with a plain number comes out wrong.",
    "Which of the two stands on the left? Follow the call Python makes for it.",
    "A plain number can be wrapped in a Value of its own; then every operation is one between "
    "two Values.",
    when="plain numbers",
)(_engine(methods={"__radd__": lambda self, other: self - other}))


EXERCISES = (
    sigmoid_grad,
    tanh_grad,
    relu_grad,
    two_neuron_forward,
    two_neuron_backward,
    numerical_gradient,
    relative_error,
    gradient_check,
    Value,
)
