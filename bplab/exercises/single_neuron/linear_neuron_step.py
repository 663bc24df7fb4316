"""One step of gradient descent for a neuron of one weight."""

import numpy as np

from bplab import nn
from bplab.exam import Exercise

linear_neuron_step = Exercise(
    "linear_neuron_step",
    "01_single_neuron",
    nn.linear_neuron_step,
    returns="w",
    points=1,
    achieved="One weight has learned from one example; every later step is this one with more "
    "weights.",
)


@linear_neuron_step.paper
def _(rng):
    yield {"x": 2.0, "w": 0.5, "y": 4.0, "learning_rate": 0.1}
    for _ in range(5):
        x, w, y = (float(v) for v in rng.uniform(0.6, 2.5, 3) * rng.choice([-1, 1], 3))
        yield {"x": x, "w": w, "y": y, "learning_rate": float(rng.uniform(0.02, 0.3))}


@linear_neuron_step.mistake(
    "no-factor-2",
    "Your step is exactly half as long as it should be.",
    "Differentiate (y - w x)**2 once more, slowly: what comes down from the exponent?",
    "With the error e = y - w x, dL/dw = 2 e * de/dw, and de/dw = -x. This course's squared error "
    "has no one half to cancel the 2.",
)
def _(x, w, y, learning_rate):
    return w + learning_rate * (y - w * x) * x


@linear_neuron_step.mistake(
    "uphill",
    "Your step goes the right distance in the wrong direction: the loss rises.",
    "The gradient points to where the loss grows. Which way do we want to go?",
    "Gradient descent subtracts: new w = w - learning_rate * dL/dw. Check the sign of dL/dw too: "
    "two minus signs can hide in y - w x.",
)
def _(x, w, y, learning_rate):
    return w - learning_rate * 2 * (y - w * x) * x


@linear_neuron_step.mistake(
    "input-forgotten",
    "The step does not grow with x, but it should.",
    "w reaches the error through a product. What is the derivative of w x with respect to w?",
    "Chain rule: dL/dw = dL/dp * dp/dw with p = w x. The second factor is x.",
)
def _(x, w, y, learning_rate):
    return w + learning_rate * 2 * (y - w * x)


@linear_neuron_step.mistake(
    "error-not-squared",
    "The step has the same length for a large and a small error of the same sign.",
    "How does the loss know how large the error is? Which loss did we choose?",
    "The slope of e**2 is 2 e: it carries the error itself. The slope of abs(e) is only its sign.",
)
def _(x, w, y, learning_rate):
    return w + learning_rate * np.sign(y - w * x) * x


@linear_neuron_step.mistake(
    "returns-gradient",
    "You returned the gradient itself, not the weight after the step.",
    "The exercise asks for the new w. What is left to do with the gradient?",
    "One step of descent: new w = old w - learning_rate * gradient.",
)
def _(x, w, y, learning_rate):
    return -2 * (y - w * x) * x


@linear_neuron_step.mistake(
    "rate-ignored",
    "The step does not depend on learning_rate.",
    "Where does learning_rate stand in your formula?",
    "The gradient gives a direction and a steepness; learning_rate says which share of it to walk.",
)
def _(x, w, y, learning_rate):
    return w + 2 * (y - w * x) * x


@linear_neuron_step.mistake(
    "step-only",
    "You returned the step itself: how far w should move, not where it ends up.",
    "The exercise asks for the new w. From where is the step taken?",
    "One step of descent: new w = old w - learning_rate * gradient. The old w is missing.",
)
def _(x, w, y, learning_rate):
    return 2 * learning_rate * (y - w * x) * x


@linear_neuron_step.mistake(
    "loss-for-slope",
    "You stepped along the loss itself, (y - w x)**2, instead of along its slope.",
    "A loss is never negative, so your w can only fall. Which quantity knows the direction?",
    "Descent needs dL/dw, the derivative of (y - w x)**2 along w: an error times an input.",
)
def _(x, w, y, learning_rate):
    return w - learning_rate * (y - w * x) ** 2


@linear_neuron_step.mistake(
    "weight-for-input",
    "The factor from the chain rule is w in your step where it should be x.",
    "Which of the two numbers in the product w x are we differentiating with respect to?",
    "p = w x. If w moves by a little, p moves by x times as much: dp/dw = x.",
)
def _(x, w, y, learning_rate):
    return w + 2 * learning_rate * (y - w * x) * w


@linear_neuron_step.mistake(
    "error-with-plus",
    "Your error is y + w x: it grows when the prediction comes nearer to the target.",
    "What should the error be when w x equals y?",
    "The error is a difference, y - w x; every sign after it follows from the chain rule.",
)
def _(x, w, y, learning_rate):
    return w + 2 * learning_rate * (y + w * x) * x


@linear_neuron_step.mistake(
    "solved-outright",
    "You returned y / x, the weight that makes the error zero at once.",
    "That is the bottom of this bowl. Which w does a single step of gradient descent reach?",
    "One step goes learning_rate times the gradient, and no further: with many examples no single "
    "w makes every error zero, and small steps still work.",
)
def _(x, w, y, learning_rate):
    return y / x


@linear_neuron_step.mistake(
    "returns-loss",
    "You returned the loss, (y - w x)**2.",
    "The exercise asks for the weight after one step. What does the loss tell you about the step?",
    "Differentiate the loss for the gradient; the rate makes it a step; the step makes the new w.",
)
def _(x, w, y, learning_rate):
    return (y - w * x) ** 2


@linear_neuron_step.mistake(
    "arguments-swapped",
    "You treated the first argument as the weight and the second as the input.",
    "Compare the first line of your function with the exercise's: which comes first, x or w?",
    "The order is x, w, y, learning_rate. Both w x and x w are the same product, but only w moves.",
)
def _(x, w, y, learning_rate):
    return x + 2 * learning_rate * (y - w * x) * w


@linear_neuron_step.mistake(
    "brackets",
    "Brackets are missing around the error: w x is subtracted on its own, at the end.",
    "Read your line as Python does: what exactly is multiplied by 2 x?",
    "The gradient is -2 x times all of (y - w x).",
)
def _(x, w, y, learning_rate):
    return w - learning_rate * -2 * x * y - w * x


@linear_neuron_step.mistake(
    "input-left-out-of-prediction",
    "Your error is y - w: the prediction leaves out x.",
    "What does the neuron predict for x = 0? And yours?",
    "The prediction is w x, so the error is y - w x; x comes in a second time through the chain "
    "rule.",
)
def _(x, w, y, learning_rate):
    return w + 2 * learning_rate * (y - w) * x


@linear_neuron_step.mistake(
    "returns-prediction",
    "You returned the prediction w x: the weight has not learned anything from it.",
    "The exercise asks for the weight after one step. What comes after the prediction?",
    "Prediction, error, gradient, step: the new w is the old one minus learning_rate times the "
    "gradient.",
)
def _(x, w, y, learning_rate):
    return w * x


for _name, _slope, _words in (
    ("sigmoid-neuron", lambda a: 1.0, "and the slope of the sigmoid is left out"),
    ("sigmoid-neuron-with-its-slope", lambda a: a * (1 - a), "its slope with it"),
):
    linear_neuron_step.mistake(
        _name,
        f"Your neuron squeezes w x with a sigmoid, {_words}; this one is linear.",
        "What is the prediction of this neuron for x = 2 and w = 0.5?",
        "The prediction is p = w x itself, so that dL/dw = -2 (y - w x) x. The sigmoid comes with "
        "the next neuron.",
    )(
        lambda x, w, y, learning_rate, slope=_slope: (
            w - learning_rate * 2 * (nn.sigmoid(w * x) - y) * slope(nn.sigmoid(w * x)) * x
        )
    )


@linear_neuron_step.mistake(
    "sign-only",
    "Your step is always learning_rate long: of the gradient only the sign is left.",
    "How long should the step be where the prediction is nearly right, and how long far off?",
    "The step is learning_rate times the gradient -2 x (y - w x), with its size.",
)
def _(x, w, y, learning_rate):
    return w + learning_rate * np.sign(x * (y - w * x))


@linear_neuron_step.mistake(
    "prediction-added",
    "Your prediction is w + x: the neuron adds its weight where it should multiply.",
    "What does the neuron predict for x = 2 and w = 0.5?",
    "The prediction is w x, one times the other, so that the error is y - w x.",
)
def _(x, w, y, learning_rate):
    return w + 2 * learning_rate * x * (y - (w + x))
