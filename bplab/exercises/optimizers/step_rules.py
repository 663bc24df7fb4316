"""What the step rules share: their papers, and mistakes that any of them can have."""

import numpy as np

from bplab import nn
from bplab.exam import Exercise

ALIKE = ((3, 3), (3,), (3, 3))  # who keeps one memory for each shape mixes two tensors up


def tensors(rng, scale=1.0, shapes=((3, 4), (4,), (4, 2))):
    return [scale * rng.normal(size=shape) for shape in shapes]


def walk(rng, rate, steps=6, sizes=(1.0, 1.0, 1.0), growth=1.0, state=None, alike=False, **rest):
    """A case: changing gradients, some of extreme size, and one tensor that starts at rest.

    growth : factor between the gradients of one step and the next; growing ones make steps over
    a root of past squares long, so that one that is clipped shows
    alike : whether two tensors have one shape
    """
    drawn = {"shapes": ALIKE} if alike else {}
    gradients = []
    for step in range(steps):
        grads = [
            size * growth**step * g for size, g in zip(sizes, tensors(rng, **drawn), strict=True)
        ]
        if step == 0:
            grads[1] = np.zeros_like(grads[1])
        gradients.append(grads)
    return {
        "params": tensors(rng, **drawn),
        "gradients": gradients,
        "state": state or {},
        "learning_rate": rate,
        **rest,
    }


def step_rule(name, points, achieved):
    return Exercise(
        name,
        "04_optimizers",
        getattr(nn, name),
        returns=("params", "state"),
        points=points,
        driver="optimizer",
        roles={"params": "layers walk"},
        may_change=("state",),
        credit=("params",),
        form_only=("state",),
        achieved=achieved,
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


FIRST_CALL = (
    "At the first call state is an empty dict.",
    "What does your function read from state at the first call, when nothing has been put into it "
    "yet?",
    "The memory starts with zeros, one array for each tensor: ask for what is kept, and where "
    "there is nothing yet, take zeros of the shape of each parameter.",
)
EPS_BESIDE = (
    "eps stands outside the fraction: it is added after the division, which it should keep from "
    "being 0/0.",
    "Which brackets are missing? Division comes before addition.",
    "root + eps is divided by as one thing, so it needs brackets: then 0 / (0 + eps) is 0.",
)
AFTER_USE = (
    "You divide by the mean of squares from before: at the first step that is 0, and eps alone is "
    "left to divide by.",
    "Which comes first in your code: the new mean, or the step that uses it?",
    "First the new square goes into the mean, then its root divides the gradient.",
)
CHANGES_GRADS = (
    "Your step changed the gradients it was given.",
    "Which line writes into an array that belongs to the caller?",
    "Gradients are input: the caller may still log or clip them. Make new arrays.",
)


def expects_memory(rule, *keys):
    """Register what becomes of a rule that reads state before anything is in it."""

    def from_get(params, grads, state, learning_rate, *rest):
        return [memory for memory, _ in zip(state.get(keys[0]), grads, strict=False)], state

    def from_brackets(params, grads, state, learning_rate, *rest):
        return state[keys[0]], state

    rule.mistake("no-memory-yet", *FIRST_CALL, when="raised", says="'NoneType'")(from_get)
    rule.mistake("no-entry-yet", *FIRST_CALL, when="raised", kind="KeyError")(from_brackets)
