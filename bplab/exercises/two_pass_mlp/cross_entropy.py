"""The mean cross-entropy of the true classes."""

import numpy as np

from bplab import nn
from bplab.exam import Case, Exercise
from bplab.exercises.two_pass_mlp.networks import CHAPTER, labels

cross_entropy = Exercise(
    "cross_entropy",
    CHAPTER,
    nn.cross_entropy,
    returns="loss",
    points=1,
    shapes={"P": "N C", "y": "N"},
    achieved="The loss of a classifier is one number, also where it was sure and wrong.",
)


@cross_entropy.paper
def _(rng):
    for N, C in [(6, 3), (9, 5), (7, 4)]:
        yield {"P": nn.softmax(rng.normal(scale=2, size=(N, C))), "y": labels(rng, N, C)}
    P = nn.softmax(rng.normal(size=(6, 4)))
    P[1], P[2] = np.eye(4)[1], np.eye(4)[3]
    y = labels(rng, 6, 4)
    y[1], y[2] = 2, 3  # sure and wrong; sure and right
    yield Case({"P": P, "y": y}, extreme=True)


def _clipped(P):
    return np.clip(P, 1e-12, 1)


@cross_entropy.mistake(
    "summed",
    "Your loss is exactly {N} times what it should be, and {N} is the number of examples.",
    "Sum or mean over the batch? See the table of conventions.",
    "The loss is the mean over the N examples: the sum divided by N.",
)
def _(P, y):
    return nn.cross_entropy(P, y) * len(y)


@cross_entropy.mistake(
    "mean-over-all-entries",
    "Your loss is exactly 1/{C} of what it should be, and there are {C} classes.",
    "How many numbers did your mean divide by? How many examples are there?",
    "Each example pays for one class, the true one. So there are N terms, and the mean divides "
    "by N, not by N C.",
)
def _(P, y):
    return -np.mean(np.eye(P.shape[1])[y] * np.log(_clipped(P)))


@cross_entropy.mistake(
    "negative",
    "Your loss has the right size and is negative.",
    "A loss is something to pay. What is the sign of log p for a probability p?",
    "log of a number below 1 is negative; the minus in the definition turns it into a cost.",
)
def _(P, y):
    return -nn.cross_entropy(P, y)


@cross_entropy.mistake(
    "log-of-zero",
    "When the true class has probability 0, your loss is not a finite number.",
    "What is log(0) for a computer?",
    "Let no probability under 1e-12 into the logarithm: a sure mistake then costs 27.6, not "
    "infinity.",
    when="not-finite",
)
def _(P, y):
    with np.errstate(divide="ignore"):
        return -np.mean(np.log(P[np.arange(len(y)), y]))


@cross_entropy.mistake(
    "other-clip",
    "You are right but for an example whose true class has probability 0: there 1e-15 stands in "
    "for it, instead of 1e-12.",
    "Which number does this course put there? See the table of conventions.",
    "-log(1e-12) = 27.6 is what the surest of mistakes costs here.",
)
def _(P, y):
    return -np.mean(np.log(np.maximum(P[np.arange(len(y)), y], 1e-15)))


@cross_entropy.mistake(
    "all-classes-pay",
    "You added up the logarithms of all classes; only the true one counts.",
    "Which entry of row i does y_i point to?",
    "-log P[i, y_i]: one entry of each row, the one at the true class.",
)
def _(P, y):
    return -np.mean(np.log(_clipped(P)).sum(axis=1))


@cross_entropy.mistake(
    "columns-not-picked",
    "Your indexing picks whole columns for every row, not one entry of each.",
    "What is the shape of what you pick? It should be (N,).",
    "Two index arrays pick pairs: row number i together with class number y_i.",
)
def _(P, y):
    return -np.mean(np.log(_clipped(P[:, y])))


@cross_entropy.mistake(
    "log-base-2",
    "Your loss is 1.443 times what it should be: that is 1/ln 2.",
    "Which logarithm did you take? Bits are a fine unit, but not the one of this course.",
    "The natural one: only then is the slope of log p exactly 1/p, without a factor.",
)
def _(P, y):
    return nn.cross_entropy(P, y) / np.log(2)


@cross_entropy.mistake(
    "log-base-10",
    "Your loss is 0.434 times what it should be: that is 1/ln 10.",
    "Which logarithm did you take?",
    "The natural one: only then is the slope of log p exactly 1/p, without a factor.",
)
def _(P, y):
    return nn.cross_entropy(P, y) / np.log(10)


@cross_entropy.mistake(
    "per-example",
    "You returned one loss for each example; the loss of a batch is one number.",
    "Which reduction does the definition end with?",
    "L = -(1/N) * sum over i of log P[i, y_i]: the i disappears.",
)
def _(P, y):
    return -np.log(np.maximum(P[np.arange(len(y)), y], 1e-12))


@cross_entropy.mistake(
    "most-probable-class",
    "You took the largest probability of each row, whatever the label says.",
    "Which entry of row i does y_i point to?",
    "-log P[i, y_i]: the probability of the true class, which may be small.",
)
def _(P, y):
    return -np.mean(np.log(_clipped(P.max(axis=1))))


@cross_entropy.mistake(
    "log-of-the-mean",
    "You took the logarithm of a mean; the mean of the logarithms is asked.",
    "Which comes first for each example, the log or the mean?",
    "Each example has a loss of its own, -log P[i, y_i]. Their mean is the loss of the batch.",
)
def _(P, y):
    return -np.log(np.mean(P[np.arange(len(y)), y]))


@cross_entropy.mistake(
    "squared-error",
    "You measured the squared distance to the one-hot targets.",
    "Which loss goes with softmax here?",
    "L = -(1/N) * sum over i of log P[i, y_i]: no square in it.",
)
def _(P, y):
    return np.mean((P - np.eye(P.shape[1])[y]) ** 2)


@cross_entropy.mistake(
    "no-logarithm",
    "Your loss is the mean of 1 - p: the logarithm is missing.",
    "What should the loss be when the true class gets probability 0.01, and when it gets 0.0001?",
    "-log p grows without end as p falls to 0; 1 - p stays below 1.",
)
def _(P, y):
    return np.mean(1 - P[np.arange(len(y)), y])


@cross_entropy.mistake(
    "binary-terms-added",
    "You charge the wrong classes too, with log(1 - p) terms.",
    "Softmax already ties the classes together. Which single term does its loss have?",
    "The loss of several classes is -log P[i, y_i] alone. The 1 - p terms belong to a single "
    "sigmoid output.",
)
def _(P, y):
    T = np.eye(P.shape[1])[y]
    Q = np.clip(P, 1e-12, 1 - 1e-12)
    return -np.mean((T * np.log(Q) + (1 - T) * np.log(1 - Q)).sum(axis=1))


@cross_entropy.mistake(
    "softmax-again",
    "You took the softmax of P, which holds probabilities already.",
    "Where in the forward pass is the softmax? What does the loss receive?",
    "The loss is -log of the probability of the true class, as it stands in P.",
)
def _(P, y):
    return nn.cross_entropy(nn.softmax(P), y)


@cross_entropy.mistake(
    "accuracy",
    "You returned the share of right answers, which is not a loss.",
    "Does your number change when a right answer becomes surer?",
    "Each example costs -log of the probability that P gives to its true class.",
)
def _(P, y):
    return np.mean(P.argmax(axis=1) == y)


@cross_entropy.mistake(
    "share-of-errors",
    "You returned the share of wrong answers: it does not see how sure they were.",
    "Does your number change when a right answer becomes surer?",
    "Each example costs -log of the probability that P gives to its true class.",
)
def _(P, y):
    return np.mean(P.argmax(axis=1) != y)


@cross_entropy.mistake(
    "complement",
    "You took the logarithm of 1 - p for the true class: a sure and right answer costs you most.",
    "What should an example cost whose true class has probability 1?",
    "-log p is 0 at p = 1 and large near 0, with p the probability of the true class.",
)
def _(P, y):
    return -np.mean(np.log(_clipped(1 - P[np.arange(len(y)), y])))


@cross_entropy.mistake(
    "entropy",
    "You weighted the logarithms with P itself: your loss never looks at the labels.",
    "Change every label. Does your loss change?",
    "The label picks one logarithm in each row: the weights are 1 for the true class and 0 for "
    "the others.",
)
def _(P, y):
    return -np.mean((P * np.log(_clipped(P))).sum(axis=1))


@cross_entropy.mistake(
    "rows-by-label",
    "You picked whole rows of P by the labels; a label picks a column.",
    "What is P[2]: the third example, or the third class?",
    "Row i belongs to example i, and in it the column y_i: two indices for each example.",
)
def _(P, y):
    return -np.mean(np.log(_clipped(P[y])))


@cross_entropy.mistake(
    "infinity-replaced",
    "Where P is exactly 0 your infinity was replaced by another number; the rest is right.",
    "What should a sure mistake cost, and what does it cost after the repair?",
    "Clip P at 1e-12 before the logarithm: a sure mistake then costs 27.6, not a number from a "
    "repair.",
)
def _(P, y):
    with np.errstate(all="ignore"):
        return np.mean(np.nan_to_num(-np.log(P[np.arange(len(y)), y])))


@cross_entropy.mistake(
    "labels-as-factors",
    "You multiplied the logarithms by the class numbers: class 0 costs nothing, class 2 counts "
    "twice.",
    "y_i is the name of a class, not an amount. Which entry of row i does it point to?",
    "The factor of log P_ic is 1 where c = y_i and 0 elsewhere.",
)
def _(P, y):
    return -np.mean((y[:, None] * np.log(_clipped(P))).sum(axis=1))


@cross_entropy.mistake(
    "labels-as-factors-averaged",
    "You multiplied the logarithms by the class numbers: class 0 costs nothing, class 2 counts "
    "twice.",
    "y_i is the name of a class, not an amount. Which entry of row i does it point to?",
    "The factor of log P_ic is 1 where c = y_i and 0 elsewhere.",
)
def _(P, y):
    return -np.mean(y[:, None] * np.log(_clipped(P)))


for _name, _product in {
    "labels-multiplied": lambda y, logs: y * logs,
    "labels-multiplied-turned": lambda y, logs: logs * y,
}.items():
    cross_entropy.mistake(
        _name,
        "A table like P and an array of {N} numbers, one for each row, meet entry by entry, and "
        "NumPy holds those {N} against the {C} columns.",
        "If that array is y: y_i is the name of a class, not an amount. Which entry of row i does "
        "it point to?",
        "-log P[i, y_i]: one entry of each row, the one at the true class.",
    )(lambda P, y, product=_product: -np.mean(product(y, np.log(_clipped(P)))))


def _shifted(eps):
    return lambda P, y: -np.mean(np.log(P[np.arange(len(y)), y] + eps))


for _eps in (1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3):
    cross_entropy.mistake(
        f"added-{_eps:g}",
        f"You add {_eps:g} to every probability before the logarithm, so that even a good answer "
        "costs a little less than it should.",
        "What should happen to a probability of 0.3, and what to one of 0?",
        "Only a probability under 1e-12 is replaced, by 1e-12; every other one goes into the "
        "logarithm as it is.",
    )(_shifted(_eps))


def _bounded(bound):
    def solution(P, y):
        return -np.mean(np.log(np.maximum(P[np.arange(len(y)), y], bound)))

    return solution


for _bound in (1e-10, 1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-3):
    cross_entropy.mistake(
        f"clipped-at-{_bound:g}",
        f"{_bound:g} stands in for a probability of 0 at the true class; here 1e-12 does.",
        "Which bound does the exercise name?",
        f"A sure mistake costs -log of that bound: {-np.log(_bound):.3g} with yours, 27.6 with "
        "1e-12.",
    )(_bounded(_bound))


@cross_entropy.mistake(
    "classes-averaged",
    "You averaged each class by itself, and then the classes: an example of a rare class counts "
    "more.",
    "How much does one example count in your loss if its class is rare?",
    "One mean, over all N examples: each counts 1/N, whatever its label.",
)
def _(P, y):
    losses = -np.log(np.maximum(P[np.arange(len(y)), y], 1e-12))
    return np.mean([losses[y == c].mean() for c in np.unique(y)])
