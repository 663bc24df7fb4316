"""A rate of its own for each weight."""

import numpy as np

from bplab import nn
from bplab.exercises.optimizers.scaled_steps import scaled
from bplab.exercises.optimizers.step_rules import (
    AFTER_USE,
    EPS_BESIDE,
    FORGETFUL,
    UPHILL,
    each,
    expects_memory,
    forgetful,
    step_rule,
    uphill,
    walk,
    zeros,
)

rmsprop_step = step_rule(
    "rmsprop_step", 2, achieved="Every weight has a rate of its own, by the size of its gradients."
)


rmsprop_step.tells(scaled)


@rmsprop_step.paper
def _(rng):
    yield walk(rng, float(rng.uniform(0.01, 0.1)))
    yield walk(rng, float(rng.uniform(0.01, 0.1)), rho=float(rng.uniform(0.5, 0.8)))
    yield walk(rng, 0.02, sizes=(1e-6, 1.0, 1e3), rho=0.95, eps=1e-7, alike=True)
    yield walk(rng, 0.02, rho=0.998, growth=4.0)


def _rmsprop(mean, move=lambda w, g, s, rate, eps: w - rate * g / (np.sqrt(s) + eps), start=0.0):
    def step(params, grads, state, learning_rate, rho=0.9, eps=1e-8):
        old = state.get("s") or [z + start for z in zeros(params)]
        s = each(lambda s, g: mean(s, g, rho), old, grads)
        with np.errstate(all="ignore"):
            return each(lambda w, g, s: move(w, g, s, learning_rate, eps), params, grads, s), {
                "s": s
            }

    return step


def _mean_square(s, g, rho):
    return rho * s + (1 - rho) * g**2


rmsprop_step.mistake(
    "decay-swapped",
    "Your steps have almost no memory: rho and 1 - rho have changed places.",
    "rho near 1 means a long memory. Which term should it multiply?",
    "s = rho * s + (1 - rho) * g**2: the old mean keeps the large share.",
)(_rmsprop(lambda s, g, rho: (1 - rho) * s + rho * g**2))


rmsprop_step.mistake(
    "sum-of-squares",
    "Your steps shrink and shrink: s only ever grows.",
    "Can your s ever become smaller? Should it be able to forget?",
    "A running mean forgets: the old s is multiplied by rho before the new square comes in. A sum "
    "without forgetting is AdaGrad.",
)(_rmsprop(lambda s, g, rho: s + g**2))


rmsprop_step.mistake(
    "share-missing",
    "Your s is 1/(1 - rho) times too large, so the steps are too short.",
    "The two weights of a mean add up to 1. Do yours?",
    "The new square comes in with weight 1 - rho.",
)(_rmsprop(lambda s, g, rho: rho * s + g**2))


rmsprop_step.mistake(
    "no-root",
    "You divide by s itself: a gradient twice as large makes your step half as long.",
    "In which unit is g, and in which is s?",
    "s averages squares. Its root has the unit of g, so that the step has none.",
)(_rmsprop(_mean_square, lambda w, g, s, rate, eps: w - rate * g / (s + eps)))


rmsprop_step.mistake(
    "eps-inside",
    "You are right for ordinary gradients and far off for tiny ones: eps stands inside the root.",
    "What is the root of 1e-8? Which gradients are smaller than that?",
    "The table says sqrt(s) + eps. Inside the root, 1e-8 acts like 1e-4.",
)(_rmsprop(_mean_square, lambda w, g, s, rate, eps: w - rate * g / np.sqrt(s + eps)))


rmsprop_step.mistake(
    "not-squared",
    "You average gradients, not their squares: negative ones leave nothing to take a root of.",
    "What does the s of RMSProp stand for? Which letter of RMS is missing?",
    "Root mean square: square each entry, average, take the root.",
)(_rmsprop(lambda s, g, rho: rho * s + (1 - rho) * g))


rmsprop_step.mistake(
    "no-eps",
    "Where the gradient is 0 from the start, your step is 0/0.",
    "What is eps for?",
    "With s = 0 the root is 0: eps, added to it, keeps the division defined.",
)(_rmsprop(_mean_square, lambda w, g, s, rate, eps: w - rate * g / np.sqrt(s)))


for _name, _move in (
    ("eps-after-the-division", lambda w, g, s, rate, eps: w - rate * g / np.sqrt(s) + eps),
    ("eps-beside-the-ratio", lambda w, g, s, rate, eps: w - rate * (g / np.sqrt(s) + eps)),
):
    rmsprop_step.mistake(_name, *EPS_BESIDE)(_rmsprop(_mean_square, _move))


@rmsprop_step.mistake("updated-after-use", *AFTER_USE)
def _(params, grads, state, learning_rate, rho=0.9, eps=1e-8):
    old = state.get("s") or zeros(params)
    moved = each(lambda w, g, s: w - learning_rate * g / (np.sqrt(s) + eps), params, grads, old)
    return moved, {"s": each(lambda s, g: _mean_square(s, g, rho), old, grads)}


rmsprop_step.mistake("no-memory", *FORGETFUL)(forgetful(nn.rmsprop_step))


rmsprop_step.mistake("uphill", *UPHILL)(uphill(nn.rmsprop_step))


rmsprop_step.mistake(
    "one-scale-for-all",
    "All entries of a tensor share one scale: you averaged over the tensor.",
    "How many numbers does s hold for a tensor of 12 weights?",
    "Each weight has its own mean of squares, and so its own rate: nothing is summed over weights.",
)(_rmsprop(lambda s, g, rho: rho * s + (1 - rho) * np.mean(g**2)))

expects_memory(rmsprop_step, "s")
