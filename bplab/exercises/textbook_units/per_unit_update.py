"""Case updating, unit by unit."""

import numpy as np

from bplab import nn
from bplab.exam import Exercise
from bplab.exercises.single_neuron.sigmoid import sigmoid
from bplab.exercises.textbook_units.cases import CHAPTER, added, one_case, units
from bplab.exercises.textbook_units.other_steps import tell_other_steps

per_unit_update = Exercise(
    "per_unit_update",
    CHAPTER,
    nn.per_unit_update,
    returns=("weights", "biases"),
    points=4,
    shapes={"x": "D", "t": "C"},
    latest_first=True,
    built_on=(sigmoid,),
    achieved="The textbook's rule for one unit at a time agrees with the chain rule.",
)


@per_unit_update.paper
def _(rng):
    for widths in [(4, 5, 3), (3, 6, 4, 2), (5, 2, 4, 3)]:
        weights, biases = units(rng, widths)
        yield {
            "x": rng.normal(size=widths[0]),
            "t": rng.integers(2, size=widths[-1]).astype(float),
            "weights": weights,
            "biases": biases,
            "learning_rate": float(rng.uniform(0.3, 0.9)),
        }


@per_unit_update.mistake(
    "in-place",
    "Your function changed the arrays it was given.",
    "What does += do to an array that the caller still holds?",
    "Copy each array once, before the first increment; then you may write into the copy.",
)
def _(x, t, weights, biases, learning_rate):
    d_weights, d_biases = one_case(x, t, weights, biases, learning_rate)
    for array, step in zip([*weights, *biases], [*d_weights, *d_biases], strict=True):
        array += step
    return weights, biases


@per_unit_update.mistake(
    "increments-returned",
    "You returned the increments; the weights and biases after the update are asked.",
    "What is left to do with the increments?",
    "w_ij += l Err_j O_i: the old weight plus its increment.",
)
def _(x, t, weights, biases, learning_rate):
    return one_case(x, t, weights, biases, learning_rate)


@per_unit_update.mistake(
    "output-slope-missing-in-the-increment",
    "The layers below are right; the last layer's increments lack the slope O(1 - O), though the "
    "blame that went down had it.",
    "Which number does the output layer's increment hold: Err_j, or T_j - O_j alone?",
    "w_ij += l Err_j O_i with the same Err_j that is sent down: O_j (1 - O_j) (T_j - O_j).",
)
def _(x, t, weights, biases, learning_rate):
    d_weights, d_biases = one_case(x, t, weights, biases, learning_rate)
    raw, _ = one_case(x, t, weights, biases, learning_rate, error=lambda O, t: t - O)
    _, thresholds = one_case(x, t, weights, biases, learning_rate, error=lambda O, t: t - O)
    return (
        added(weights, [*d_weights[:-1], raw[-1]]),
        added(biases, [*d_biases[:-1], thresholds[-1]]),
    )


@per_unit_update.mistake(
    "output-of-the-receiver",
    "The thresholds are right; your weights move by l Err_j O_j, with the output of the receiving "
    "unit j.",
    "w_ij runs from unit i to unit j. Whose output did it multiply on the way forward?",
    "I_j = sum_i w_ij O_i: the weight met O_i, so its increment is l Err_j O_i.",
)
def _(x, t, weights, biases, learning_rate):
    _, own = one_case(
        x, t, weights, biases, learning_rate, theta_step=lambda O, err, rate: rate * err * O
    )
    _, d_biases = one_case(x, t, weights, biases, learning_rate)
    return added(weights, own), added(biases, d_biases)


@per_unit_update.mistake(
    "linear-output",
    "Already the outputs are off: your output units put out their net input, without a sigmoid.",
    "Which units have a sigmoid in the textbook?",
    "All of them: O_j = 1 / (1 + e^(-I_j)) at the output too, and so Err_j has the slope O_j "
    "(1 - O_j) there.",
)
def _(x, t, weights, biases, learning_rate):
    below = [x]
    for w, theta in zip(weights[:-1], biases[:-1], strict=True):
        below.append(nn.sigmoid(below[-1] @ w + theta))
    error = t - (below[-1] @ weights[-1] + biases[-1])
    d_weights, d_biases = one_case(x, t, weights, biases, learning_rate, error=lambda O, t: error)
    return added(weights, d_weights), added(biases, d_biases)


@per_unit_update.mistake(
    "linear-output-with-slope",
    "Already the outputs are off: your output units put out their net input, without a sigmoid.",
    "Which units have a sigmoid in the textbook?",
    "All of them: O_j = 1 / (1 + e^(-I_j)), at the output too.",
)
def _(x, t, weights, biases, learning_rate):
    below = [x]
    for w, theta in zip(weights[:-1], biases[:-1], strict=True):
        below.append(nn.sigmoid(below[-1] @ w + theta))
    I = below[-1] @ weights[-1] + biases[-1]
    d_weights, d_biases = one_case(
        x, t, weights, biases, learning_rate, error=lambda O, t: I * (1 - I) * (t - I)
    )
    return added(weights, d_weights), added(biases, d_biases)


@per_unit_update.mistake(
    "tanh-below",
    "Your hidden units are tanh units; only the output units are sigmoid units.",
    "Which function turns I_j into O_j in the textbook, and in which layers?",
    "O_j = 1 / (1 + e^(-I_j)): the sigmoid, everywhere.",
)
def _(x, t, weights, biases, learning_rate):
    outputs = [x]
    for n, (w, theta) in enumerate(zip(weights, biases, strict=True), 1):
        net = outputs[-1] @ w + theta
        outputs.append(nn.sigmoid(net) if n == len(weights) else np.tanh(net))
    O = outputs[-1]
    errors = [O * (1 - O) * (t - O)]
    for w, below in zip(weights[:0:-1], outputs[-2:0:-1], strict=True):
        errors.insert(0, (1 - below**2) * (w @ errors[0]))
    steps = [np.outer(O, err) for O, err in zip(outputs, errors, strict=False)]
    return (
        added(weights, [learning_rate * step for step in steps]),
        added(biases, [learning_rate * err for err in errors]),
    )


tell_other_steps(per_unit_update)
