"""From scores to probabilities."""

import numpy as np

from bplab import nn
from bplab.exam import Case, Exercise
from bplab.exercises.two_pass_mlp.networks import CHAPTER

softmax = Exercise(
    "softmax",
    CHAPTER,
    nn.softmax,
    returns="P",
    points=2,
    shapes={"Z": "N C"},
    achieved="Scores are probabilities of classes now, without overflow.",
)


@softmax.paper
def _(rng):
    for N, C in [(6, 3), (8, 5), (7, 4)]:
        yield {"Z": rng.normal(scale=2, size=(N, C))}
    far = rng.normal(size=(6, 4))
    far[0] += 1e4
    far[1] -= 1e4
    far[2, 1], far[3, 2] = 1e4, -1e4
    far[4, :2] = -1e4, 1e4
    yield Case({"Z": far}, extreme=True)


@softmax.mistake(
    "over-the-examples",
    "Your columns sum to 1, not your rows: the examples share one probability.",
    "Whose probabilities must add up to 1: one example's classes, or one class's examples?",
    "Every row is a distribution of its own: P_ic = exp(Z_ic) / sum over c' of exp(Z_ic').",
)
def _(Z):
    return nn.softmax(Z.T).T


@softmax.mistake(
    "over-everything",
    "All your numbers together sum to 1; every single row should.",
    "Sum one row of your P. How many rows are there?",
    "The sum in the denominator runs over the classes of one example only.",
)
def _(Z):
    E = np.exp(Z - Z.max())
    return E / E.sum()


@softmax.mistake(
    "overflow",
    "For large scores you get nan: exp(1000) is inf, and inf / inf has no value.",
    "Softmax does not change if the same number is subtracted from all scores of a row. Which "
    "number makes every exp at most 1?",
    "exp(z_c - m) / sum exp(z_c' - m): the factor exp(-m) cancels. With m the largest score of "
    "the row, the largest exp is exp(0) = 1.",
    when="not-finite",
)
def _(Z):
    E = np.exp(Z)
    return E / E.sum(axis=1, keepdims=True)


@softmax.mistake(
    "one-maximum-for-all",
    "You subtract one number from the whole table: rows far below it lose all their exps, and "
    "0 / 0 has no value.",
    "Which rows become nan, and how do their scores compare with the largest of all?",
    "Every row may be shifted by a number of its own: take each row's own maximum.",
)
def _(Z):
    E = np.exp(Z - Z.max())
    return E / E.sum(axis=1, keepdims=True)


@softmax.mistake(
    "axis-lost",
    "It failed where (N, C) met (N,): the sum or the maximum of each row lost its axis.",
    "What are the shapes on both sides of the division, and of the minus if you have one?",
    "(N, C) and (N, 1) fit: sum and maximum have to keep their axis as one of length 1.",
)
def _(Z):
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    return E / E.sum(axis=1)


@softmax.mistake(
    "sign-of-the-scores",
    "Your largest probability is where the smallest score is.",
    "Should a larger score make a class more probable or less?",
    "The exponent is the score itself, exp(Z_ic). The minus sign belongs to the maximum that is "
    "subtracted.",
)
def _(Z):
    return nn.softmax(-Z)


@softmax.mistake(
    "scores-clipped",
    "Scores far from 0 are cut off before the exp: a row of them loses its differences.",
    "What is left of the scores 10001 and 10003 after your clipping?",
    "Only differences within a row count, so shift instead of cutting: subtract the row's largest "
    "score.",
)
def _(Z):
    return nn.softmax(np.clip(Z, -500, 500))


@softmax.mistake(
    "not-normalized",
    "Your rows do not sum to 1: the division is missing.",
    "Sum a row of your P. What has to be done with that sum?",
    "exp makes every score positive; dividing by the row's sum makes them probabilities.",
)
def _(Z):
    return np.exp(Z - Z.max(axis=1, keepdims=True))


@softmax.mistake(
    "no-exponential",
    "You divided the scores by their sum; that can give negative numbers.",
    "What turns a score of any sign into a positive number, before the division?",
    "P_ic = exp(Z_ic) / sum over c' of exp(Z_ic').",
)
def _(Z):
    return Z / Z.sum(axis=1, keepdims=True)


@softmax.mistake(
    "log-probabilities",
    "You returned the logarithms of the probabilities: all of them are negative.",
    "The log belongs to the loss. What is asked here?",
    "P itself is asked: positive numbers whose rows sum to 1.",
)
def _(Z):
    top = Z - Z.max(axis=1, keepdims=True)
    return top - np.log(np.exp(top).sum(axis=1, keepdims=True))


@softmax.mistake(
    "each-for-itself",
    "You squeezed each score with a sigmoid: your rows do not sum to 1.",
    "Must the classes share the probability, or does each have its own?",
    "With one right class of several, raising one probability lowers the others: they share one "
    "denominator.",
)
def _(Z):
    return nn.sigmoid(Z)


@softmax.mistake(
    "softmax-twice",
    "Your probabilities are too even: the softmax was taken of a softmax.",
    "How often is exp applied to each score?",
    "One softmax turns scores into probabilities. A second one sees numbers between 0 and 1 "
    "only, and makes them nearly equal.",
)
def _(Z):
    return nn.softmax(nn.softmax(Z))


@softmax.mistake(
    "base-2",
    "You raised 2 to the scores, not e.",
    "Which exponential does the formula name?",
    "P_ic = exp(Z_ic) / sum over k of exp(Z_ik), with the natural exponential: its slope is "
    "itself.",
)
def _(Z):
    E = 2.0 ** (Z - Z.max(axis=1, keepdims=True))
    return E / E.sum(axis=1, keepdims=True)


@softmax.mistake(
    "largest-of-each-column",
    "You take off each column its own maximum: that changes the differences inside a row.",
    "Softmax does not change if one number is subtracted from a whole row. Which number do you "
    "subtract where?",
    "The largest score of row i is taken off all of row i, whatever the other rows hold.",
)
def _(Z):
    with np.errstate(all="ignore"):
        E = np.exp(Z - Z.max(axis=0))
        return np.nan_to_num(E / E.sum(axis=1, keepdims=True))


@softmax.mistake(
    "scores-divided",
    "You divide the scores by the largest; it is to be subtracted.",
    "Which of the two leaves exp(a) / exp(b) as it is: taking the same off a and b, or dividing "
    "both?",
    "exp(a - m) / exp(b - m) = exp(a) / exp(b). Division changes the differences on which "
    "softmax depends.",
)
def _(Z):
    with np.errstate(all="ignore"):
        E = np.exp(Z / Z.max(axis=1, keepdims=True))
        return E / E.sum(axis=1, keepdims=True)


@softmax.mistake(
    "winner-takes-all",
    "Your rows hold a single 1: that is the decision, not the probabilities.",
    "How sure is the network when two scores are nearly equal?",
    "Each class gets its share exp(Z_ic) of the row's sum. The largest can be picked later.",
)
def _(Z):
    return np.eye(Z.shape[1])[Z.argmax(axis=1)]


@softmax.mistake(
    "length-for-sum",
    "You divide by the length of each row of exponentials: the squares of a row add up to 1, not "
    "the row.",
    "Which sum should be 1?",
    "Probabilities add up to 1 as they are: the denominator is the plain sum over the row.",
)
def _(Z):
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    return E / np.sqrt((E**2).sum(axis=1, keepdims=True))


@softmax.mistake(
    "columns-summed",
    "You divide by the sum of each column: your columns add up to 1, your rows do not.",
    "Which numbers belong to one example, a row's or a column's?",
    "Every example is a distribution over the classes: the denominator is the sum over row i.",
)
def _(Z):
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    return E / E.sum(axis=0)


@softmax.mistake(
    "one-sum-for-all",
    "You divide every row by the same number, the sum over the whole array.",
    "Should an example's probabilities depend on the other examples?",
    "Every example is a distribution by itself: the denominator is the sum over row i.",
)
def _(Z):
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    return E / E.sum()


@softmax.mistake(
    "nan-replaced",
    "Rows with large scores hold zeros where nan was replaced; they do not add up to 1.",
    "What is exp(10000) for a computer, and what is that divided by itself?",
    "Take the largest score of the row off first: then every exp is at most 1 and nothing has to "
    "be repaired.",
)
def _(Z):
    with np.errstate(all="ignore"):
        E = np.exp(Z)
        return np.nan_to_num(E / E.sum(axis=1, keepdims=True))


@softmax.mistake(
    "shifted-above-only",
    "Your rows do not sum to 1: the maximum was taken off above the fraction bar and not below it.",
    "exp(-m) has to cancel. Where does it stand above, and where below?",
    "exp(z_c - m) / sum exp(z_c' - m): the same m is taken off every score of the row, in the sum "
    "too.",
)
def _(Z):
    with np.errstate(all="ignore"):
        return np.exp(Z - Z.max(axis=1, keepdims=True)) / np.exp(Z).sum(axis=1, keepdims=True)


@softmax.mistake(
    "scores-spread-out-less",
    "Your probabilities are too even: the scores were divided by the root of the number of "
    "classes.",
    "What is done to each score before the exponential?",
    "P_ic = exp(Z_ic) / sum over c' of exp(Z_ic'): the score goes in as it is.",
)
def _(Z):
    return nn.softmax(Z / np.sqrt(Z.shape[1]))


for _bound in (10, 20):
    softmax.mistake(
        f"scores-clipped-at-{_bound}",
        f"Scores are cut off at {_bound} before the exp: a row of larger ones loses its "
        "differences.",
        "What is left of the scores 10001 and 10003 after your clipping?",
        "Only differences within a row count, so shift instead of cutting: subtract the row's "
        "largest score.",
    )(lambda Z, bound=_bound: nn.softmax(np.clip(Z, -bound, bound)))


softmax.mistake(
    "divided-by-the-largest-size",
    "The scores of each row were divided by the one that is farthest from 0, without its sign.",
    "Do your probabilities stay the same if all scores of a row are doubled? Should they?",
    "exp(z - m) / sum exp(z' - m): the factor exp(-m) cancels. No factor inside the exp does.",
)(lambda Z: nn.softmax(Z / np.abs(Z).max(axis=1, keepdims=True)))
