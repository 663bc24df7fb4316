"""running_update."""

import numpy as np

from bplab import nn
from bplab.exam import Exercise, made
from bplab.exercises.deep_networks.mixtures import of_the_mixture
from bplab.exercises.deep_networks.networks import CHAPTER, uniform
from bplab.exercises.other_formulas import other_formulas
from bplab.exercises.taken_apart import taken_apart

running_update = Exercise(
    "running_update",
    CHAPTER,
    nn.running_update,
    returns=("mean", "var"),
    points=2,
    shapes={"X": "N D"},
    achieved="The statistics of training are kept for the day when one patient comes alone.",
)


@running_update.paper
def _(rng):
    for N, D, momentum in [(8, 3, (0.55, 0.75)), (7, 5, None), (6, 4, (0.8, 0.97))]:
        X = rng.normal(size=(N, D)) * rng.uniform(0.5, 3, D) + rng.normal(size=D) * 2
        running = (rng.normal(size=D), rng.uniform(0.4, 3, D))
        given = {"running": running, "X": X}
        yield given if momentum is None else {**given, "momentum": uniform(rng, *momentum)}


def mixed(
    mix=lambda old, new, m: m * old + (1 - m) * new,
    mean=lambda X, old: X.mean(axis=0),
    var=lambda X, old: X.var(axis=0),
):
    """The update with another mixture, or with other statistics of the batch."""

    def update(running, X, momentum=0.9):
        old_mean, old_var = running
        return (
            mix(old_mean, mean(X, old_mean), momentum),
            mix(old_var, var(X, old_mean), momentum),
        )

    return update


MIX = "momentum times the old, plus (1 - momentum) times the batch's: both shares add up to 1."
running_update.mistake(
    "shares-swapped",
    "The shares are swapped: the batch counts {momentum} times, the old 1 - {momentum}.",
    "Is momentum the weight of the old or of the new? See the table of conventions.",
    MIX + " With 0.9 the old counts most: running statistics move slowly.",
)(made(mixed, mix=lambda old, new, m: (1 - m) * old + m * new))
running_update.mistake(
    "batch-in-full",
    "The batch comes in whole: momentum times the old, plus all of the new.",
    "If every batch has mean 5, where should the running mean end?",
    MIX + " Otherwise it ends at 5 divided by (1 - momentum).",
)(made(mixed, mix=lambda old, new, m: m * old + new))
running_update.mistake(
    "old-in-full",
    "The old comes in whole: nothing of it is given up for the new.",
    "If every batch has mean 5, where should the running mean end?",
    MIX,
)(made(mixed, mix=lambda old, new, m: old + (1 - m) * new))
running_update.mistake(
    "only-the-batch",
    "You return the batch's own statistics; nothing of the running ones is in them.",
    "Where does running come in?",
    MIX,
)(made(mixed, mix=lambda old, new, m: new))
running_update.mistake(
    "plain-average",
    "Old and new count half each, whatever momentum says.",
    "What share should the old have at momentum 0.9?",
    MIX,
)(made(mixed, mix=lambda old, new, m: (old + new) / 2))
running_update.mistake(
    "momentum-fixed",
    "You use 0.9, whatever momentum says.",
    "Is 0.9 written into your formula?",
    "0.9 is only the default. " + MIX,
)(made(mixed, mix=lambda old, new, m: 0.9 * old + 0.1 * new))
running_update.mistake(
    "count-minus-one",
    "{right: mean} your batch's variance divides by N - 1.",
    "Biased or unbiased variance? See the table of conventions.",
    "Here the variance is a plain mean of squares, divided by N.",
)(made(mixed, var=lambda X, old: X.var(axis=0, ddof=1)))
running_update.mistake(
    "deviation-for-variance",
    "{right: mean} what you mix into var is the batch's standard deviation.",
    "Which of the two is kept, the variance or its root?",
    "var holds variances; the root is taken when they are used.",
)(made(mixed, var=lambda X, old: X.std(axis=0)))
running_update.mistake(
    "about-the-running-mean",
    "{right: mean} your batch's variance is taken about the running mean, not about the batch's "
    "own.",
    "Which mean is taken away inside a variance?",
    "The batch's variance is its spread around the batch's mean.",
)(made(mixed, var=lambda X, old: ((X - old) ** 2).mean(axis=0)))
running_update.mistake(
    "squares-for-variance",
    "{right: mean} what you mix into var is the batch's mean of squares, its mean not taken away.",
    "What is the variance of a column that is 5 in every row?",
    "The variance is the mean of the squared distances from the mean.",
)(made(mixed, var=lambda X, old: (X**2).mean(axis=0)))
running_update.mistake(
    "whole-table",
    "One mean and one variance of the whole table are mixed into every column.",
    "Over which axis do mean and variance run? How many numbers should come out?",
    "Each column has its own, over the rows: arrays of length {D}.",
)(made(mixed, mean=lambda X, old: X.mean(), var=lambda X, old: X.var()))
running_update.mistake(
    "rows",
    "Your statistics are those of the rows; columns are meant.",
    "How many means should there be for {N} examples of {D} numbers?",
    "Batch statistics run down a column, over the examples: axis 0.",
)(made(mixed, mean=lambda X, old: X.mean(axis=1), var=lambda X, old: X.var(axis=1)))
running_update.mistake(
    "variance-not-mixed",
    "{right: mean} var is the batch's alone.",
    "Do both of the pair have a memory?",
    MIX + " This holds for mean and for var.",
)(
    lambda running, X, momentum=0.9: (
        nn.running_update(running, X, momentum)[0],
        X.var(axis=0),
    )
)
running_update.mistake(
    "order-swapped",
    "mean and var have changed places in what you return.",
    "In which order does running hold them?",
    "First the mean, then the variance, as they came in.",
)(lambda running, X, momentum=0.9: nn.running_update(running, X, momentum)[::-1])

running_update.tells(of_the_mixture)
for _part, _at, _of in (("mean", 0, np.mean), ("var", 1, np.var)):
    other_formulas(
        running_update,
        _part,
        (
            "another-default",
            lambda running, X, momentum, at=_at, of=_of: (
                (0.1 if momentum == 0.9 else momentum) * running[at]
                + (0.9 if momentum == 0.9 else 1 - momentum) * of(X, axis=0)
            ),
            "Where momentum is left out, the old counts 0.1 times in yours; the default is 0.9.",
            "Which default stands in the first line of the exercise?",
            "In PyTorch momentum is the share of the new, and its default is 0.1. Here it is the "
            "share of the old.",
        ),
    )
    taken_apart(
        running_update,
        _part,
        lambda running, X, momentum, at=_at, of=_of: {
            "momentum times the old": momentum * running[at],
            "(1 - momentum) times the batch's": (1 - momentum) * of(X, axis=0),
        },
        "Which share does each of the two have in your sum?",
        MIX,
        name="shares",
    )


@running_update.mistake(
    "about-the-new-mean",
    "{right: mean} your batch's variance is taken about the new running mean, not about the "
    "batch's own.",
    "Which mean is taken away inside a variance, and has that name been given another value by "
    "then?",
    "The batch's variance is its spread around the batch's mean.",
)
def _(running, X, momentum=0.9):
    mean, var = nn.running_update(running, X, momentum)
    return mean, momentum * running[1] + (1 - momentum) * ((X - mean) ** 2).mean(axis=0)
