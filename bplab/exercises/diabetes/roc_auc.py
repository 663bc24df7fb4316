"""The area under the ROC curve."""

import numpy as np

from bplab import nn
from bplab.exam import Case, Exercise, Fault
from bplab.exercises.diabetes.patients import scored
from bplab.exercises.diabetes.wrong_areas import PAIRS, WRONG, pairs_won
from bplab.exercises.other_formulas import other_formulas

roc_auc = Exercise(
    "roc_auc",
    "06_diabetes_classifier",
    nn.roc_auc,
    returns="area",
    points=2,
    achieved="One number says how well the scores rank, whatever the threshold.",
)


@roc_auc.paper
def _(rng):
    for N, ties in [(17, False), (24, True), (30, True), (20, False)]:
        y, p = scored(rng, N, ties)
        yield Case({"y": y, "p": p}, extreme=False)
    yield {"y": np.array([1, 0, 1, 0, 0, 1]), "p": np.full(6, 0.5)}
    y, p = scored(rng, 15)
    yield {"y": y, "p": 1 - p}
    y, p = scored(rng, 20)
    yield {"y": y, "p": 0.4 + 0.01 * p}  # close together: a coarse grid of thresholds sees nothing


@roc_auc.mistake(
    "ties-lost",
    "Pairs with equal p count nothing in your version.",
    "What should the area be if everybody has the same p?",
    "A tie is a coin flip: it counts one half, so that knowing nothing gives 0.5.",
)
def _(y, p):
    return pairs_won(y, p, 0)


@roc_auc.mistake(
    "ties-won",
    "Pairs with equal p count as won in your version.",
    "What should the area be if everybody has the same p?",
    "A tie is a coin flip: it counts one half, so that knowing nothing gives 0.5.",
)
def _(y, p):
    return pairs_won(y, p, 1)


@roc_auc.mistake(
    "upside-down",
    "You get 1 minus the area: the share of pairs in which the healthy person ranks higher.",
    "Which of the two should have the larger p? And of the curve: which share runs along the "
    "bottom, and which one up?",
    "The area is the share of pairs in which the ill person's p is above the healthy one's.",
)
def _(y, p):
    return 1 - nn.roc_auc(y, p)


@roc_auc.mistake(
    "accuracy",
    "You returned the accuracy at the threshold 0.5.",
    "Does the area depend on a threshold?",
    "The ROC curve runs over all thresholds; its area only knows the order of the p.",
)
def _(y, p):
    return float(np.mean((p >= 0.5) == y))


@roc_auc.mistake(
    "all-pairs",
    "You divided by all pairs of people; only pairs of an ill and a healthy person count.",
    "How many pairs of one ill and one healthy person are there?",
    "With P ill and M healthy people there are P * M such pairs.",
)
def _(y, p):
    return pairs_won(y, p, 0.5) * np.sum(y == 1) * np.sum(y == 0) / (len(y) * (len(y) - 1) / 2)


@roc_auc.mistake(
    "difference-of-means",
    "You returned the difference of the two groups' mean p.",
    "Would the area change if every p were halved?",
    "Only the order counts: the area compares pairs, not sizes.",
)
def _(y, p):
    return float(np.mean(p[y == 1]) - np.mean(p[y == 0]))


@roc_auc.mistake(
    "staircase-through-ties",
    "You are right without ties; with equal p your curve depends on the order of the rows.",
    "Two people share a p. Can a threshold come between them?",
    "People with the same p cross the threshold together: one slanted step, not two straight ones.",
)
def _(y, p):
    order = np.argsort(-p, kind="stable")
    hits = np.cumsum(y[order] == 1) / np.sum(y == 1)
    return float(np.sum(hits[y[order] == 0]) / np.sum(y == 0))


other_formulas(roc_auc, "area", *WRONG)


@roc_auc.tells
def _(wrong, rows):
    """What the cases that are right have in common, where ties tell."""
    tied = [len(np.unique(given["p"])) < len(given["p"]) for given, _, _ in rows]
    off = [not leaf.right for _, leaf, _ in rows]
    if tied != off:
        return None
    return Fault(
        "wrong-with-ties",
        "You are right wherever all p differ, and wrong wherever two people share a p.",
        "Two people share a p. What does your function do with them, and would it do the same if "
        "their rows changed places?",
        PAIRS,
    )


roc_auc.mistake(
    "accuracy-above-the-half",
    "Yours is the share of patients that a threshold of 0.5 puts on the right side.",
    "Where does 0.5 come in? The area belongs to all thresholds at once.",
    "Take each pair of one sick and one healthy patient: in how many does the sick one have the "
    "larger p? Ties count half.",
)(lambda y, p: np.mean((p > 0.5) == (y == 1)))


@roc_auc.mistake(
    "pairs-in-order",
    "You compare the first ill person with the first healthy one, the second with the second, and "
    "so on: most pairs are never compared.",
    "How many pairs of one ill and one healthy person are there, and how many does your loop meet?",
    "Each of the P ill is compared with each of the M healthy: P * M pairs, a loop within a loop, "
    "or a column against a row.",
)
def _(y, p):
    both = list(zip(p[y == 1], p[y == 0], strict=False))
    return float(np.mean([(a > b) + 0.5 * (a == b) for a, b in both]))
