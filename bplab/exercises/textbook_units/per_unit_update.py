"""Case updating, unit by unit."""

from bplab import nn
from bplab.exam import Exercise
from bplab.exercises.textbook_units.cases import CHAPTER, UNIT_SHAPES, one_case, units

per_unit_update = Exercise(
    "per_unit_update",
    CHAPTER,
    nn.per_unit_update,
    returns=("weights", "biases"),
    points=4,
    shapes=UNIT_SHAPES,
    latest_first=True,
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
