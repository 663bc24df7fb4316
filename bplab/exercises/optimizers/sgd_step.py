"""Plain gradient descent."""

from bplab import nn
from bplab.exercises.optimizers.linear_steps import linear
from bplab.exercises.optimizers.step_rules import CHANGES_GRADS, UPHILL, each, step_rule, walk

sgd_step = step_rule(
    "sgd_step", 1, achieved="Plain descent stands behind the interface that all optimizers share."
)


@sgd_step.paper
def _(rng):
    yield walk(rng, float(rng.uniform(0.05, 0.3)))
    yield walk(
        rng,
        float(rng.uniform(0.001, 0.01)),
        sizes=(1e-6, 1.0, 1e3),
        state={"note": 3.0},
        alike=True,
    )


@sgd_step.mistake("uphill", *UPHILL)
def _(params, grads, state, learning_rate):
    return each(lambda w, g: w + learning_rate * g, params, grads), state


@sgd_step.mistake(
    "rate-ignored",
    "Your step is the whole gradient, whatever learning_rate says.",
    "Where does learning_rate stand in your formula?",
    "w - learning_rate * g: the rate says which share of the gradient to walk.",
)
def _(params, grads, state, learning_rate):
    return each(lambda w, g: w - g, params, grads), state


@sgd_step.mistake(
    "state-replaced",
    "The parameters are right; the state came back changed.",
    "What does plain descent remember between two steps?",
    "It has no memory: the state goes back as it came.",
)
def _(params, grads, state, learning_rate):
    return nn.sgd_step(params, grads, state, learning_rate)[0], {}


@sgd_step.mistake("gradients-changed", *CHANGES_GRADS)
def _(params, grads, state, learning_rate):
    for g in grads:
        g *= learning_rate
    return each(lambda w, g: w - g, params, grads), state


@sgd_step.mistake(
    "in-place",
    "Your step changed the parameters it was given.",
    "Which line writes into what the caller still holds: the list (params[i] = ...), or an array "
    "in it (w -= ...)?",
    "An expression makes a new array, and a new list holds it; the old ones stay as they were.",
)
def _(params, grads, state, learning_rate):
    for w, g in zip(params, grads, strict=True):
        w -= learning_rate * g
    return params, state


@sgd_step.mistake(
    "first-tensor-only",
    "Only the first tensor moves; the others stay where they were.",
    "How many arrays are in params?",
    "Every tensor takes its own step with its own gradient, so the rule runs over both lists.",
)
def _(params, grads, state, learning_rate):
    return [params[0] - learning_rate * grads[0], *params[1:]], state


sgd_step.tells(
    linear(
        lambda given, age: float(age == 0),
        "w - learning_rate * g: the newest gradient once, no older one, and nothing else.",
    )
)
