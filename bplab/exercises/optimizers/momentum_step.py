"""Gradient descent with a memory of its direction."""

from bplab import nn
from bplab.exercises.optimizers.linear_steps import linear
from bplab.exercises.optimizers.step_rules import (
    FORGETFUL,
    UPHILL,
    each,
    expects_memory,
    forgetful,
    step_rule,
    walk,
    zeros,
)

momentum_step = step_rule(
    "momentum_step", 2, achieved="Steps remember their direction: flat valleys are crossed faster."
)


momentum_step.tells(
    linear(
        lambda given, age: given["beta"] ** age,
        "v = beta * v + g, then w - learning_rate * v: a gradient comes in with weight 1, and each "
        "later step multiplies what is left of it by beta.",
    )
)


@momentum_step.paper
def _(rng):
    yield walk(rng, float(rng.uniform(0.03, 0.1)))
    yield walk(rng, float(rng.uniform(0.2, 0.6)), beta=float(rng.uniform(0.4, 0.8)))
    yield walk(rng, 0.01, sizes=(1e-6, 1.0, 1e3), beta=0.95, alike=True)


def _momentum(velocity, move=lambda w, v, rate: w - rate * v):
    def step(params, grads, state, learning_rate, beta=0.9):
        old = state.get("v") or zeros(params)
        v = each(lambda v, g: velocity(v, g, learning_rate, beta), old, grads)
        return each(lambda w, v: move(w, v, learning_rate), params, v), {"v": v}

    return step


momentum_step.mistake(
    "averaged-gradient",
    "Your first step is (1 - beta) times what it should be: you average gradients.",
    "Which factor stands before g in this course's table?",
    "Here v = beta * v + g: a heavy ball that adds pushes up. With (1 - beta) before g it is a "
    "running mean, ten times shorter at beta = 0.9.",
)(_momentum(lambda v, g, rate, beta: beta * v + (1 - beta) * g))


momentum_step.mistake(
    "rate-twice",
    "Your steps are learning_rate times what they should be: the rate comes in twice.",
    "Halve the rate: does your step halve, or shrink to a quarter?",
    "v = beta * v + g holds no rate; it enters once, when w moves.",
)(_momentum(lambda v, g, rate, beta: beta * v + rate * g))


momentum_step.mistake(
    "new-gradient-damped",
    "Your steps are beta times what they should be: the new gradient is damped as well.",
    "Which of the two terms has been rolling for a while, and which is new?",
    "Only the old velocity loses speed: beta multiplies v, not g.",
)(_momentum(lambda v, g, rate, beta: beta * (v + g)))


momentum_step.mistake("uphill", *UPHILL)(
    _momentum(lambda v, g, rate, beta: beta * v + g, lambda w, v, rate: w + rate * v)
)


momentum_step.mistake("no-memory", *FORGETFUL)(forgetful(nn.momentum_step))


momentum_step.mistake(
    "old-velocity",
    "Your first step does not move at all: you step with the velocity from before.",
    "Update v, then w: which value of v does w see?",
    "w = w - learning_rate * v uses the v of this very step.",
)(
    lambda params, grads, state, learning_rate, beta=0.9: (
        each(lambda w, v: w - learning_rate * v, params, state.get("v") or zeros(params)),
        nn.momentum_step(params, grads, state, learning_rate, beta)[1],
    )
)


momentum_step.mistake(
    "velocity-starts-as-params",
    "Your velocity starts as a copy of the parameters: already the first step holds beta * w.",
    "With what is v filled before the first step?",
    "Nothing has moved yet, so v starts at 0: as many zeros as there are parameters.",
)(
    lambda params, grads, state, learning_rate, beta=0.9: nn.momentum_step(
        params, grads, state or {"v": params}, learning_rate, beta
    )
)


momentum_step.mistake(
    "beta-fixed",
    "You are right at beta = 0.9 and wrong at any other beta.",
    "Is 0.9 written into your formula?",
    "0.9 is only the default: the velocity fades by the beta that is given.",
)(
    lambda params, grads, state, learning_rate, beta=0.9: nn.momentum_step(
        params, grads, state, learning_rate
    )
)


momentum_step.mistake(
    "nesterov",
    "You look ahead as Nesterov does: each step holds the gradient once more.",
    "Which variant does the table of conventions name?",
    "Here w moves by learning_rate * v alone. Nesterov's variant moves by g + beta * v.",
)(
    lambda params, grads, state, learning_rate, beta=0.9: (
        each(
            lambda w, v, g: w - learning_rate * (g + beta * v),
            params,
            each(lambda v, g: beta * v + g, state.get("v") or zeros(params), grads),
            grads,
        ),
        nn.momentum_step(params, grads, state, learning_rate, beta)[1],
    )
)

expects_memory(momentum_step, "v")
