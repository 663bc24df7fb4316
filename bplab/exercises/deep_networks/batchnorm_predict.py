"""batchnorm_predict."""

import numpy as np

from bplab import nn
from bplab.exam import Exercise, made
from bplab.exercises.deep_networks.networks import CHAPTER
from bplab.exercises.other_formulas import other_formulas

batchnorm_predict = Exercise(
    "batchnorm_predict",
    CHAPTER,
    nn.batchnorm_predict,
    returns="out",
    points=2,
    shapes={"X": "N D", "gamma": "D", "beta": "D"},
    achieved="A batch-normalized network answers for one example, without a batch around it.",
)


@batchnorm_predict.paper
def _(rng):
    for N, D, eps in [(7, 4, None), (8, 3, 1e-3), (1, 5, 1e-2)]:
        running = (rng.normal(size=D), rng.uniform(0.02, 3, D))
        X = running[0] + rng.normal(size=(N, D)) * np.sqrt(running[1]) + rng.normal(size=D)
        gamma = rng.uniform(0.5, 2, D) * rng.choice([-1, 1], D)
        given = {"X": X, "gamma": gamma, "beta": rng.normal(size=D), "running": running}
        yield given if eps is None else {**given, "eps": eps}


def predicted(
    center=lambda X, mean: mean,
    spread=lambda X, var, eps: np.sqrt(var + eps),
    out=lambda h, gamma, beta: gamma * h + beta,
):
    def predict(X, gamma, beta, running, eps=1e-5):
        mean, var = running
        with np.errstate(all="ignore"):
            return out((X - center(X, mean)) / spread(X, var, eps), gamma, beta)

    return predict


def _by_themselves(h):
    return (h - h.mean(axis=0)) / h.std(axis=0)


ALONE = (
    "A patient who comes alone has no spread of its own: mean and variance are the running ones."
)
FORM = "out = gamma * (X - mean) / sqrt(var + eps) + beta, mean and var the running ones."
batchnorm_predict.mistake(
    "batch-statistics",
    "You normalize with the statistics of the rows that are there, not with the running ones: one "
    "row alone gives beta, whoever it is.",
    "Does a row's result depend on who else is in X?",
    ALONE,
)(lambda X, gamma, beta, running, eps=1e-5: nn.batchnorm_forward(X, gamma, beta, eps)[0])
batchnorm_predict.mistake(
    "batch-mean",
    "The variance is the running one, but the mean is that of the rows that are there.",
    "Which mean do you take away? Does it know who else is in X?",
    ALONE,
)(made(predicted, center=lambda X, mean: X.mean(axis=0)))
batchnorm_predict.mistake(
    "batch-variance",
    "The mean is the running one, but the variance is that of the rows that are there.",
    "What is the variance of one row alone?",
    ALONE,
)(made(predicted, spread=lambda X, var, eps: np.sqrt(X.var(axis=0) + eps)))
FORMS = (
    (
        "divided-by-variance",
        {"spread": lambda X, var, eps: var + eps},
        "You divide by the variance; its root is the spread.",
        "What does running hold in its second place: a deviation, or its square?",
    ),
    (
        "eps-outside",
        {"spread": lambda X, var, eps: np.sqrt(var) + eps},
        "eps stands outside your root: you are off where the variance is small.",
        "Where does eps stand in the table of conventions?",
    ),
    (
        "no-eps",
        {"spread": lambda X, var, eps: np.sqrt(var)},
        "There is no eps in your spread.",
        "Training divided by the root of var + eps. What do you divide by?",
    ),
    (
        "eps-fixed",
        {"spread": lambda X, var, eps: np.sqrt(var + 1e-5)},
        "You use 1e-5, whatever eps says.",
        "Is a number of your own written into your formula?",
    ),
    (
        "not-divided",
        {"spread": lambda X, var, eps: 1.0},
        "The running mean is taken away, and nothing is divided.",
        "What is running's second array for?",
    ),
    (
        "multiplied",
        {"spread": lambda X, var, eps: 1 / np.sqrt(var + eps)},
        "You multiply by the spread where it divides.",
        "Should a column with a wide spread become wider or narrower?",
    ),
    (
        "not-centered",
        {"center": lambda X, mean: 0.0},
        "The running mean was not taken away.",
        "What is running's first array for?",
    ),
    (
        "mean-added",
        {"center": lambda X, mean: -mean},
        "The running mean is added; it is taken away.",
        "Where should a value that equals the mean end up, before gamma and beta?",
    ),
    (
        "one-mean-for-all",
        {"center": lambda X, mean: mean.mean()},
        "The same number is taken away from every column: the mean of all running means.",
        "How many running means are there, and which of them belongs to a column?",
    ),
    (
        "unbiased",
        {"spread": lambda X, var, eps: np.sqrt(var * len(X) / (len(X) - 1) + eps)},
        "The running variance is multiplied by N / (N - 1), N = {N} being the rows at hand.",
        "Does the spread that a row is divided by depend on how many others came with it?",
    ),
    (
        "divided-by-gamma",
        {"out": lambda h, gamma, beta: h / gamma + beta},
        "gamma divides; it multiplies.",
        "Should a larger gamma make the column wider or narrower?",
    ),
    (
        "beta-taken-away",
        {"out": lambda h, gamma, beta: gamma * h - beta},
        "beta is taken away; it is added.",
        "Look at the sign before beta.",
    ),
    (
        "normalized-once-more",
        {"out": lambda h, gamma, beta: gamma * _by_themselves(h) + beta},
        "What comes out is normalized once more, with the mean and the spread of the rows at hand.",
        "Does a row's result depend on who else is in X?",
    ),
    (
        "mixed-once-more",
        {
            "center": lambda X, mean: 0.9 * mean + 0.1 * X.mean(axis=0),
            "spread": lambda X, var, eps: np.sqrt(0.9 * var + 0.1 * X.var(axis=0) + eps),
        },
        "The running statistics are mixed with those of the rows at hand, 0.9 to 0.1, before they "
        "are used.",
        "Is there anything left to learn from the rows when training is over?",
    ),
    (
        "no-gamma-beta",
        {"out": lambda h, gamma, beta: h},
        "What you return is normalized, but neither stretched nor shifted.",
        "What do gamma and beta do in training?",
    ),
    (
        "gamma-beta-swapped",
        {"out": lambda h, gamma, beta: beta * h + gamma},
        "gamma and beta have changed places.",
        "Which of the two stretches, and which shifts?",
    ),
    (
        "shifted-first",
        {"out": lambda h, gamma, beta: gamma * (h + beta)},
        "beta is stretched by gamma as well: it was added too early.",
        "Which comes first, the stretching or the shifting?",
    ),
    (
        "no-beta",
        {"out": lambda h, gamma, beta: gamma * h},
        "There is no beta in what you return.",
        "What shifts the columns?",
    ),
    (
        "no-gamma",
        {"out": lambda h, gamma, beta: h + beta},
        "There is no gamma in what you return.",
        "What stretches the columns?",
    ),
)
for _name, _changes, *_hints in FORMS:
    batchnorm_predict.mistake(_name, *_hints, FORM)(made(predicted, **_changes))
batchnorm_predict.mistake(
    "pair-swapped",
    "Mean and variance have changed places: you take the variance away and divide by the mean's "
    "root.",
    "In which order does running hold its two arrays?",
    "running is (mean, var). " + FORM,
)(
    lambda X, gamma, beta, running, eps=1e-5: _quiet(
        lambda: gamma * (X - running[1]) / np.sqrt(running[0] + eps) + beta
    )
)


def _quiet(make):
    with np.errstate(all="ignore"):
        return make()


other_formulas(
    batchnorm_predict,
    "out",
    (
        "brackets",
        lambda X, gamma, beta, running, eps: (
            gamma * (X - running[0] / np.sqrt(running[1] + eps)) + beta
        ),
        "Only the mean was divided by the spread; X itself was not.",
        "Which comes first in Python, the division or the subtraction?",
        "The distance from the mean is what is divided: it needs its own brackets. " + FORM,
    ),
    (
        "eps-in-the-result",
        lambda X, gamma, beta, running, eps: (
            gamma * (X - running[0]) / np.sqrt(running[1]) + eps + beta
        ),
        "You add eps to the result, not to the variance.",
        "In your line, what is eps added to: to what stands under the root, or to what comes out "
        "of the division?",
        FORM,
    ),
    (
        "another-default",
        lambda X, gamma, beta, running, eps: (
            gamma * (X - running[0]) / np.sqrt(running[1] + (1e-8 if eps == 1e-5 else eps)) + beta
        ),
        "Where eps is left out you use 1e-8; the default is 1e-5.",
        "Which default stands in the first line of the exercise?",
        FORM,
    ),
)


@batchnorm_predict.mistake(
    "beta-inside",
    "beta comes in before the division and gamma: it is scaled along with the centered X.",
    "In which order are a row's numbers centered, scaled and shifted?",
    "gamma * X_hat + beta: the shift comes last, and nothing is done to it.",
)
def _(X, gamma, beta, running, eps=1e-5):
    return gamma * (X - running[0] + beta) / np.sqrt(running[1] + eps)
