"""Epoch updating: increments are summed, then applied once."""

import numpy as np

from bplab import nn
from bplab.exam import Exercise
from bplab.exercises.textbook_units.cases import (
    CHAPTER,
    added,
    all_cases,
    one_case,
    units,
)
from bplab.exercises.textbook_units.other_steps import tell_other_steps
from bplab.exercises.textbook_units.per_unit_update import per_unit_update

epoch_update = Exercise(
    "epoch_update",
    CHAPTER,
    nn.epoch_update,
    returns=("weights", "biases"),
    points=2,
    shapes={"X": "N D", "T": "N C"},
    latest_first=True,
    built_on=(per_unit_update,),
    achieved="All examples push once, and the weights move once.",
)


@epoch_update.paper
def _(rng):
    for N, widths in [(6, (4, 5, 3)), (7, (3, 5, 4, 2))]:
        weights, biases = units(rng, widths)
        yield {
            "X": rng.normal(size=(N, widths[0])),
            "T": rng.integers(2, size=(N, widths[-1])).astype(float),
            "weights": weights,
            "biases": biases,
            "learning_rate": float(rng.uniform(0.3, 0.9)),
        }


@epoch_update.mistake(
    "case-updating",
    "You updated after every tuple; here the increments are summed first.",
    "With which weights does your second tuple go forward: the given ones, or updated ones?",
    "Epoch updating: all tuples see the same weights. Sum the increments over the set, then add "
    "the sum once.",
)
def _(X, T, weights, biases, learning_rate):
    for x, t in zip(X, T, strict=True):
        weights, biases = nn.per_unit_update(x, t, weights, biases, learning_rate)
    return weights, biases


@epoch_update.mistake(
    "averaged",
    "Every step is exactly 1/{N} of what it should be, and the set has {N} tuples.",
    "Sum or mean of the increments? Read the exercise once more.",
    "The textbook's epoch update accumulates: the increments are summed, not averaged.",
)
def _(X, T, weights, biases, learning_rate):
    total_w, total_b = all_cases(X, T, weights, biases, learning_rate / len(X), one_case)
    return added(weights, total_w), added(biases, total_b)


@epoch_update.mistake(
    "last-tuple-only",
    "Your step is that of the last tuple alone.",
    "What happens to the increments of the earlier tuples?",
    "Begin with increments of zero and add every tuple's own.",
)
def _(X, T, weights, biases, learning_rate):
    return nn.per_unit_update(X[-1], T[-1], weights, biases, learning_rate)


@epoch_update.mistake(
    "first-tuple-only",
    "Your step is that of the first tuple alone.",
    "Where does your loop over the tuples end, and where does your function?",
    "All tuples of the set contribute; only then is the sum applied.",
)
def _(X, T, weights, biases, learning_rate):
    return nn.per_unit_update(X[0], T[0], weights, biases, learning_rate)


@epoch_update.mistake(
    "weights-summed-up",
    "You summed updated weights instead of increments: the old weights count {N} times.",
    "What does one call for one tuple give back: an increment, or a new weight?",
    "Increment = new weight - old weight. Sum those, and add the old weight once.",
)
def _(X, T, weights, biases, learning_rate):
    total_w, total_b = all_cases(X, T, weights, biases, learning_rate, one_case)
    return (
        [len(X) * w + d for w, d in zip(weights, total_w, strict=True)],
        [len(X) * b + d for b, d in zip(biases, total_b, strict=True)],
    )


@epoch_update.mistake(
    "sums-before-products",
    "You multiplied sums: the sum of all Err with the sum of all outputs. The biases are right.",
    "Whose Err belongs with whose O? Try a set of two tuples by hand.",
    "w_ij gets l times the sum over tuples of Err_j O_i: each product stays within its tuple.",
)
def _(X, T, weights, biases, learning_rate):
    sums_w, sums_b = [0.0] * len(weights), [0.0] * len(biases)
    for x, t in zip(X, T, strict=True):
        d_weights, d_biases = one_case(x, t, weights, biases, learning_rate)
        sent = [d[:, 0] / err[0] for d, err in zip(d_weights, d_biases, strict=True)]
        sums_w, sums_b = added(sums_w, sent), added(sums_b, d_biases)
    products = [np.outer(O, err) for O, err in zip(sums_w, sums_b, strict=True)]
    return added(weights, products), added(biases, sums_b)


@epoch_update.mistake(
    "running-sum-applied",
    "You applied the running sum after every tuple, so early increments count several times.",
    "Is the update inside the loop over the tuples, or after it?",
    "Sum inside the loop, apply after it: once an epoch.",
)
def _(X, T, weights, biases, learning_rate):
    total_w, total_b = [0.0] * len(weights), [0.0] * len(biases)
    for x, t in zip(X, T, strict=True):
        d_weights, d_biases = one_case(x, t, weights, biases, learning_rate)
        total_w, total_b = added(total_w, d_weights), added(total_b, d_biases)
        weights, biases = added(weights, total_w), added(biases, total_b)
    return weights, biases


@epoch_update.mistake(
    "biases-case-by-case",
    "You moved the biases after every tuple and the weights only at the end.",
    "Which parameters wait for the end of the epoch?",
    "All of them: weights and biases are frozen while the increments are summed.",
)
def _(X, T, weights, biases, learning_rate):
    total_w = [0.0] * len(weights)
    for x, t in zip(X, T, strict=True):
        d_weights, d_biases = one_case(x, t, weights, biases, learning_rate)
        total_w, biases = added(total_w, d_weights), added(biases, d_biases)
    return added(weights, total_w), biases


@epoch_update.mistake(
    "mean-tuple",
    "You updated once, from the mean tuple: all inputs and targets were averaged first.",
    "Is the Err of a mean tuple the mean of the Errs?",
    "The sigmoid is curved, so it is not. Each tuple makes its own increments; those are added up.",
)
def _(X, T, weights, biases, learning_rate):
    return nn.per_unit_update(X.mean(axis=0), T.mean(axis=0), weights, biases, learning_rate)


@epoch_update.mistake(
    "case-updating-backwards",
    "You updated after every tuple, from the last to the first: that is case updating.",
    "With which weights is the second tuple's forward pass taken?",
    "Here all increments come from the weights at the start; only their sum is applied, once.",
)
def _(X, T, weights, biases, learning_rate):
    for x, t in zip(X[::-1], T[::-1], strict=True):
        weights, biases = nn.per_unit_update(x, t, weights, biases, learning_rate)
    return weights, biases


@epoch_update.mistake(
    "weights-case-by-case",
    "The biases are right; the weights were changed after every tuple, and the sum is of other "
    "steps.",
    "Which of your arrays are summed up over the set, and which are changed at once?",
    "Weights and biases alike: increments from the old values, summed over the set, applied once.",
)
def _(X, T, weights, biases, learning_rate):
    _, total_b = all_cases(X, T, weights, biases, learning_rate, one_case)
    changed, thresholds = weights, biases
    for x, t in zip(X, T, strict=True):
        changed, thresholds = nn.per_unit_update(x, t, changed, thresholds, learning_rate)
    return changed, added(biases, total_b)


@epoch_update.mistake(
    "new-weights-added",
    "You added each tuple's new weights to the old ones: the old weights count {N} times too "
    "often.",
    "What does one call for one tuple give back: an increment, or a new weight?",
    "Increment = new weight - old weight. Add up those, and the old weight comes in once.",
)
def _(X, T, weights, biases, learning_rate):
    total_w, total_b = all_cases(X, T, weights, biases, learning_rate, one_case)
    return (
        [(1 + len(X)) * w + d for w, d in zip(weights, total_w, strict=True)],
        [(1 + len(X)) * b + d for b, d in zip(biases, total_b, strict=True)],
    )


@epoch_update.mistake(
    "increments-returned",
    "You returned the summed increments; the weights and biases after the update are asked.",
    "What is left to do with the sums?",
    "The new weight is the old one plus the sum of its increments.",
)
def _(X, T, weights, biases, learning_rate):
    return all_cases(X, T, weights, biases, learning_rate, one_case)


@epoch_update.mistake(
    "increments-averaged-and-returned",
    "You returned the mean increments; the weights and biases after the update are asked.",
    "What is left to do with the increments, and should they be divided?",
    "The new weight is the old one plus the sum of its increments.",
)
def _(X, T, weights, biases, learning_rate):
    return all_cases(X, T, weights, biases, learning_rate / len(X), one_case)


@epoch_update.mistake(
    "steps-turned-round",
    "Every step has the right length and goes the opposite way.",
    "Is your increment the new weight minus the old one, or the other way round? And does a target "
    "above the output push it up?",
    "Increment = new weight - old weight, and it is added; inside, Err_j holds T_j - O_j.",
)
def _(X, T, weights, biases, learning_rate):
    return nn.epoch_update(X, T, weights, biases, -learning_rate)


@epoch_update.mistake(
    "updated-weights-used-below",
    "The last layer is right; below it, Err was computed with the weights of the layer above after "
    "their update with the whole set.",
    "When the blame goes down through a layer, has that layer had its increments already?",
    "All tuples go forward and back through the old weights. First every Err, then the updates.",
)
def _(X, T, weights, biases, learning_rate):
    outputs = [X]
    for w, theta in zip(weights, biases, strict=True):
        outputs.append(nn.sigmoid(outputs[-1] @ w + theta))
    err = outputs[-1] * (1 - outputs[-1]) * (T - outputs[-1])
    new_weights, new_biases = [], []
    for w, theta, O in list(zip(weights, biases, outputs, strict=False))[::-1]:
        new_weights.insert(0, w + learning_rate * O.T @ err)
        new_biases.insert(0, theta + learning_rate * err.sum(axis=0))
        err = O * (1 - O) * (err @ new_weights[0].T)
    return new_weights, new_biases


@epoch_update.mistake(
    "in-place",
    "Your function changed the arrays it was given.",
    "What does += do to an array that the caller still holds?",
    "Copy each array once, before the first increment; then you may write into the copy.",
)
def _(X, T, weights, biases, learning_rate):
    total_w, total_b = all_cases(X, T, weights, biases, learning_rate, one_case)
    for array, step in zip([*weights, *biases], [*total_w, *total_b], strict=True):
        array += step
    return weights, biases


tell_other_steps(epoch_update)
