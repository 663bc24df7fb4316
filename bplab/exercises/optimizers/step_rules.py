"""What the step rules share: their papers, and mistakes that any of them can have."""

import numpy as np

from bplab import nn
from bplab.exam import Exercise


def tensors(rng, scale=1.0):
    return [scale * rng.normal(size=shape) for shape in ((3, 4), (4,), (4, 2))]


def walk(rng, rate, steps=6, sizes=(1.0, 1.0, 1.0), growth=1.0, state=None, **rest):
    """A case: changing gradients, some of extreme size, and one tensor that starts at rest.

    growth : factor between the gradients of one step and the next; growing ones make steps over
    a root of past squares long, so that one that is clipped shows
    """
    gradients = []
    for step in range(steps):
        grads = [size * growth**step * g for size, g in zip(sizes, tensors(rng), strict=True)]
        if step == 0:
            grads[1] = np.zeros(4)
        gradients.append(grads)
    return {
        "params": tensors(rng),
        "gradients": gradients,
        "state": state or {},
        "learning_rate": rate,
        **rest,
    }


def step_rule(name, points):
    return Exercise(
        name,
        "04_optimizers",
        getattr(nn, name),
        returns=("params", "state"),
        points=points,
        driver="optimizer",
        may_change=("state",),
        credit=("params",),
    )


def zeros(params):
    return [np.zeros(np.shape(w)) for w in params]


def each(function, *lists):
    return [function(*items) for items in zip(*lists, strict=True)]


def uphill(rule):
    def step(params, grads, state, learning_rate, *rest):
        return rule(params, grads, state, -learning_rate, *rest)

    return step


def forgetful(rule):
    def step(params, grads, state, learning_rate, *rest):
        return rule(params, grads, {}, learning_rate, *rest)

    return step


UPHILL = (
    "Every step has the right length and goes uphill.",
    "The gradient points to where the loss grows. Which way do we want to go?",
    "Descent subtracts the step. Count your minus signs: two of them make a plus.",
)


FORGETFUL = (
    "The first step is right; from the second on you step as if it were the first.",
    "Where does the memory live between two calls? What do you read it from?",
    "Read what the last call left in state, update it, and hand it back in the state you return.",
)


CHANGES_GRADS = (
    "Your step changed the gradients it was given.",
    "Which line writes into an array that belongs to the caller?",
    "Gradients are input: the caller may still log or clip them. Make new arrays.",
)
