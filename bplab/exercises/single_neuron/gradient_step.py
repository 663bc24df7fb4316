"""One step of gradient descent for weights and bias."""

import numpy as np

from bplab import nn
from bplab.exam import Exercise

gradient_step = Exercise(
    "gradient_step",
    "01_single_neuron",
    nn.gradient_step,
    returns=("w", "b"),
    points=1,
    shapes={"w": "D", "dw": "D"},
    achieved="The parameters move downhill; training is this step again and again.",
)


@gradient_step.paper
def _(rng):
    for D in (3, 5, 2):
        yield {
            "w": rng.normal(size=D),
            "b": float(rng.normal()),
            "dw": rng.normal(size=D),
            "db": float(rng.normal()),
            "learning_rate": float(rng.uniform(0.02, 0.6)),
        }


@gradient_step.mistake(
    "uphill",
    "Your step goes the right distance in the wrong direction: uphill.",
    "The gradient points to where the loss grows. Which way do we want to go?",
    "Descent subtracts: w - learning_rate * dw, and the same for b.",
)
def _(w, b, dw, db, learning_rate):
    return w + learning_rate * dw, b + learning_rate * db


@gradient_step.mistake(
    "bias-kept",
    "{right: w} b is the one you were given: it never learns.",
    "Is b different after the step?",
    "The bias is a parameter like any weight: it takes its own step, along -db.",
    part="b",
)
def _(w, b, dw, db, learning_rate):
    return b


@gradient_step.mistake(
    "rate-ignored",
    "Your step does not depend on learning_rate.",
    "Where does learning_rate stand in your formula?",
    "The gradient gives a direction and a steepness; learning_rate says which share of it to walk.",
)
def _(w, b, dw, db, learning_rate):
    return w - dw, b - db


@gradient_step.mistake(
    "bias-without-rate",
    "{right: w} b moved by all of db, without the learning rate.",
    "w and b take the same kind of step. What is missing in one of them?",
    "b - learning_rate * db: one rate for all parameters.",
    part="b",
)
def _(w, b, dw, db, learning_rate):
    return b - db


@gradient_step.mistake(
    "in-place",
    "Your function changed the w it was given.",
    "What does w -= ... do to the array that the caller still holds?",
    "An augmented assignment writes into the same array. An expression on the right-hand side "
    "makes a new one.",
)
def _(w, b, dw, db, learning_rate):
    w -= learning_rate * dw
    b -= learning_rate * db
    return w, b


@gradient_step.mistake(
    "rate-divided",
    "You divided by the learning rate where it multiplies.",
    "A smaller rate should give a smaller step. Does yours?",
    "The step is learning_rate times the gradient.",
)
def _(w, b, dw, db, learning_rate):
    return w - dw / learning_rate, b - db / learning_rate


@gradient_step.mistake(
    "step-only",
    "You returned the steps themselves: how far w and b should move, not where they end up.",
    "From where are the steps taken?",
    "New w = old w - learning_rate * dw. The old values are missing.",
)
def _(w, b, dw, db, learning_rate):
    return -learning_rate * dw, -learning_rate * db


@gradient_step.mistake(
    "one-gradient-for-both",
    "{right: b} w takes its step along db, the bias's gradient.",
    "Which gradient belongs to which parameter?",
    "Each parameter goes along its own: w along dw, b along db.",
    part="w",
)
def _(w, b, dw, db, learning_rate):
    return w - learning_rate * db


@gradient_step.mistake(
    "bias-along-dw",
    "{right: w} b was moved along dw and became an array.",
    "Which gradient belongs to b, and how many numbers is it?",
    "b is one number and takes its step along db.",
    part="b",
)
def _(w, b, dw, db, learning_rate):
    return b - learning_rate * dw


@gradient_step.mistake(
    "brackets",
    "You subtract the rate from w before multiplying by the gradient.",
    "Read your line as Python does: what is multiplied by dw?",
    "Only the product learning_rate * dw is taken off w.",
)
def _(w, b, dw, db, learning_rate):
    return (w - learning_rate) * dw, (b - learning_rate) * db


@gradient_step.mistake(
    "sign-only",
    "Your steps all have the length of the rate: only the sign of each gradient is left.",
    "Should a steep direction and a flat one get the same step?",
    "The step is learning_rate times the gradient itself, with its size.",
)
def _(w, b, dw, db, learning_rate):
    return w - learning_rate * np.sign(dw), b - learning_rate * np.sign(db)


@gradient_step.mistake(
    "weights-shrunk",
    "You multiplied w by 1 - learning_rate * dw; a step subtracts and leaves w itself alone.",
    "Does the step depend on how large w is?",
    "New w = w - learning_rate * dw: the old w is taken once, as it is.",
)
def _(w, b, dw, db, learning_rate):
    return w * (1 - learning_rate * dw), b * (1 - learning_rate * db)


@gradient_step.mistake(
    "rate-added",
    "You take off the rate and the gradient, one beside the other: their sum, not their product.",
    "What should your step do where the gradient is 0?",
    "New w = w - learning_rate * dw: the two are multiplied, so no slope means no step.",
)
def _(w, b, dw, db, learning_rate):
    return w - (learning_rate + dw), b - (learning_rate + db)


def _over_norm(dw, db, together):
    if together:
        length = np.sqrt(np.sum(dw**2) + db**2)
        return dw / length, db / length
    return dw / np.linalg.norm(dw), np.sign(db)


for _name, _together, _words in (
    ("unit-length", True, "dw and db together are"),
    ("unit-length-each", False, "dw and db are each"),
):
    gradient_step.mistake(
        _name,
        f"Your step is as long on a gentle slope as on a steep one: {_words} divided by their own "
        "length.",
        "Should a steep slope and a gentle one give the same step?",
        "New w = w - learning_rate * dw, with dw as it is: where the slope is gentle, the step is "
        "short.",
    )(
        lambda w, b, dw, db, learning_rate, together=_together: tuple(
            old - learning_rate * slope
            for old, slope in zip((w, b), _over_norm(dw, db, together), strict=True)
        )
    )
