"""Wrong ways to an area under the ROC curve: over pairs, over ranks, along the curve."""

import numpy as np

from bplab import nn

PAIRS = (
    "Among all pairs of an ill and a healthy person: in which share is the ill one's p higher? A "
    "tie counts half."
)
WALK = "From the highest p down, the curve starts at (0, 0) and ends at (1, 1)."


def pairs_won(y, p, tie):
    """The share of the pairs won; a tie counts `tie`."""
    sick, healthy = p[y == 1], p[y == 0]
    above = np.sum(sick[:, None] > healthy) + tie * np.sum(sick[:, None] == healthy)
    return above / (len(sick) * len(healthy))


def _swept(y, p, thresholds, ends=True, above=np.greater_equal):
    """The area under the curve of some thresholds, from the highest down."""
    steps = np.sort(np.asarray(thresholds))[::-1]
    hits = [float(np.mean(above(p[y == 1], t))) for t in steps]
    alarms = [float(np.mean(above(p[y == 0], t))) for t in steps]
    if ends:
        hits, alarms = [0.0, *hits, 1.0], [0.0, *alarms, 1.0]
    return float(np.sum(np.diff(alarms) * (np.array(hits[1:]) + hits[:-1]) / 2))


def _walked(y, p, order, start=False):
    """The area if one walks through the rows in an order, one row a step."""
    hits = np.cumsum(y[order] == 1) / np.sum(y == 1)
    alarms = np.cumsum(y[order] == 0) / np.sum(y == 0)
    if start:
        hits, alarms = np.r_[0.0, hits], np.r_[0.0, alarms]
    return float(np.sum(np.diff(alarms) * (hits[1:] + hits[:-1]) / 2))


def _rank_sum(y, p, less=True):
    ranks = np.argsort(np.argsort(p)) + 1
    sick = np.sum(y == 1)
    total = ranks[y == 1].sum() - (sick * (sick + 1) / 2 if less else 0)
    return float(total / (sick * np.sum(y == 0)))


def _hits(y, p, start=False):
    """The share of the ill at or above each threshold, from the highest down."""
    found = np.array([np.mean(p[y == 1] >= t) for t in np.unique(p)[::-1]])
    return np.r_[0.0, found] if start else found


def _false_discovery(y, p):
    steps = np.unique(p)[::-1]
    hits = _hits(y, p, start=True)
    wrong = [0.0, *(float(np.mean(y[p >= t] == 0)) for t in steps)]
    return float(np.sum(np.diff(wrong) * (hits[1:] + hits[:-1]) / 2))


def _average_precision(y, p):
    ranked = y[np.argsort(-p)] == 1
    return float(np.mean((np.cumsum(ranked) / np.arange(1, len(y) + 1))[ranked]))


def _shared_ranks(y, p):
    """The ill people's ranks, ties sharing theirs, over the number of pairs."""
    _, where, n = np.unique(p, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(n) - (n - 1) / 2)[where.ravel()]
    return float(ranks[y == 1].sum() / (np.sum(y == 1) * np.sum(y == 0)))


def _stairs(y, p, left):
    """The area under fixed thresholds, a hundredth apart, in flat steps."""
    steps = np.arange(100, -1, -1) / 100
    hits = [0.0, *(float(np.mean(p[y == 1] >= t)) for t in steps)]
    alarms = [0.0, *(float(np.mean(p[y == 0] >= t)) for t in steps)]
    return float(np.sum(np.diff(alarms) * (hits[:-1] if left else hits[1:])))


GRID = (
    "Which thresholds do you try, and can two people fall between two of them?",
    "The curve turns at the values that occur in p, and nowhere else: these are the thresholds.",
)

# (name, function of y and p, what was observed, where to look, the step of the derivation)
WRONG = (
    (
        "rank-sum",
        _shared_ranks,
        "You divided the sum of the ill people's ranks as it is.",
        "Which ranks would the ill have if all of them were at the bottom?",
        "Even then the ranks add up to P (P + 1) / 2 for P ill people. That much is taken away "
        "first.",
    ),
    *(
        (
            "fixed-thresholds",
            lambda y, p, left=left: _stairs(y, p, left),
            "Your thresholds are fixed, a hundredth apart, and the area between two of them is a "
            "flat step: people whose p lies between two are not told apart, and ties count whole.",
            *GRID,
        )
        for left in (False, True)
    ),
    (
        "ties-by-position",
        _rank_sum,
        "You are right without ties; with equal p your ranks depend on the order of the rows.",
        "Two people share a p. Which ranks do they get?",
        "People with the same p share the mean of their ranks: then a tie counts half.",
    ),
    (
        "ties-by-position",
        lambda y, p: _walked(y, p, np.argsort(-p), start=True),
        "You are right without ties; with equal p your curve depends on the order of the rows.",
        "Two people share a p. Can a threshold come between them?",
        "People with the same p cross the threshold together: one slanted step, not two straight "
        "ones.",
    ),
    (
        "rank-sum",
        lambda y, p: _rank_sum(y, p, less=False),
        "You divided the sum of the ill people's ranks as it is.",
        "Which ranks would the ill have if all of them were at the bottom?",
        "Even then the ranks add up to P (P + 1) / 2 for P ill people. That much is taken away "
        "first.",
    ),
    *(
        (
            "ranks-from-zero",
            lambda y, p, form=form: form(y, p) - 1 / np.sum(y == 0),
            "Your area lacks exactly 1 over the number of healthy people: your ranks begin at 0.",
            "Which rank does the person with the lowest p get?",
            "P (P + 1) / 2 is the sum of the ranks 1 to P; with ranks from 0 it would be "
            "P (P - 1) / 2.",
        )
        for form in (nn.roc_auc, _rank_sum)
    ),
    (
        "rows-not-sorted",
        lambda y, p: _walked(y, p, np.arange(len(p))),
        "Your curve walks through the people in the order of the rows; p plays no part in it.",
        "In which order does a falling threshold meet the people?",
        WALK,
    ),
    (
        "lowest-first",
        lambda y, p: _walked(y, p, np.argsort(p)),
        "Your curve begins with the people whose p is lowest.",
        "A threshold falls from 1 to 0. Whom does it meet first?",
        WALK,
    ),
    (
        "start-missing",
        lambda y, p: _swept(y, p, np.unique(p), ends=False),
        "Your curve does not start at (0, 0): what lies before its first point is missing.",
        "Which threshold calls nobody ill? Is it among yours?",
        WALK,
    ),
    (
        "end-missing",
        lambda y, p: _swept(y, p, np.unique(p), ends=False, above=np.greater),
        "Your curve does not end at (1, 1): no threshold of yours calls everybody ill.",
        "What happens to the person with the lowest p?",
        WALK,
    ),
    *(
        (
            "coarse-grid",
            lambda y, p, n=n: _swept(y, p, np.linspace(*((0, 1) if n > 0 else (1, 0)), abs(n))),
            f"You tried {abs(n)} thresholds from 0 to 1: people between two of them cannot be "
            "told apart.",
            "Which thresholds change anything for these people?",
            "Only the values in p themselves do. They may lie as close together as they like.",
        )
        # Downward, from 1 to 0, some of them differ in their last digit, and p may be one.
        for n in (5, 6, 10, 11, 20, 21, 50, 51, 100, 101, 200, 201, 500, 501, 1000, 1001)
        + (-11, -21, -51, -101)
    ),
    (
        "widest-gap",
        lambda y, p: max(np.mean(p[y == 1] >= t) - np.mean(p[y == 0] >= t) for t in np.unique(p)),
        "You returned the widest gap between the share of the ill and the share of the healthy "
        "that are called ill (Youden's index): one point of the curve.",
        "Does the area belong to one threshold, or to all of them?",
        PAIRS,
    ),
    (
        "gini",
        lambda y, p: 2 * nn.roc_auc(y, p) - 1,
        "You returned 2 * area - 1, which is 0 for a coin flip (the Gini coefficient).",
        "What should the area be if everybody has the same p?",
        PAIRS,
    ),
    (
        "never-below-half",
        lambda y, p: max(nn.roc_auc(y, p), 1 - nn.roc_auc(y, p)),
        "You are right unless the area is below 0.5: there you give 1 minus it.",
        "What should a model get that ranks every ill person below every healthy one?",
        "An area near 0 says that the ranking is upside down. Turning it around hides that.",
    ),
    (
        "pairs-counted",
        lambda y, p: nn.roc_auc(y, p) * np.sum(y == 1) * np.sum(y == 0),
        "You counted pairs; the area is their share.",
        "How many pairs of one ill and one healthy person are there?",
        PAIRS,
    ),
    (
        "pairs-counted",
        lambda y, p: pairs_won(y, p, 0) * np.sum(y == 1) * np.sum(y == 0),
        "You counted pairs, without ties; the area is their share, and a tie counts half.",
        "How many pairs of one ill and one healthy person are there?",
        PAIRS,
    ),
    (
        "ties-lost-and-upside-down",
        lambda y, p: 1 - pairs_won(y, p, 1),
        "Two things at once: you count the pairs in which the healthy person ranks higher, and "
        "ties count nothing.",
        "Which of the two should have the larger p? And what should a tie count?",
        PAIRS,
    ),
    *(
        (
            "all-pairs",
            lambda y, p, tie=tie: (
                pairs_won(y, p, tie) * np.sum(y == 1) * np.sum(y == 0) / len(y) ** 2
            ),
            "You divided by N * N; only pairs of an ill and a healthy person count"
            + (", and a tie counts half." if tie == 0 else "."),
            "How many pairs of one ill and one healthy person are there?",
            "With P ill and M healthy people there are P * M such pairs.",
        )
        for tie in (0.5, 0)
    ),
    *(
        (
            "one-threshold",
            form,
            f"You returned {words}: one threshold, one point of the curve.",
            "Does the area depend on a threshold?",
            "The curve runs over all thresholds; its area only knows the order of the p.",
        )
        for words, form in (
            ("the recall at 0.5", lambda y, p: np.mean(p[y == 1] >= 0.5)),
            (
                "the mean of recall and specificity at 0.5",
                lambda y, p: (np.mean(p[y == 1] >= 0.5) + np.mean(p[y == 0] < 0.5)) / 2,
            ),
        )
    ),
    (
        "difference-of-means",
        lambda y, p: 0.5 + np.mean(p[y == 1]) - np.mean(p[y == 0]),
        "You returned 0.5 plus the difference of the two groups' mean p.",
        "Would the area change if every p were halved?",
        "Only the order counts: the area compares pairs, not sizes.",
    ),
    (
        "correlation",
        lambda y, p: np.corrcoef(y, p)[0, 1],
        "You returned the correlation of y and p.",
        "Would the area change if every p were squared?",
        PAIRS,
    ),
    *(
        (
            "equal-spacing",
            form,
            "Your area takes every threshold for an equal step to the right: the share of the "
            "healthy is not on your axis.",
            "How far does the curve move to the right when the threshold falls past an ill person, "
            "and how far past a healthy one?",
            "The width of a step is the rise of the false positive rate: 0 where an ill person is "
            "passed. " + WALK,
        )
        for form in (
            lambda y, p: float(np.mean(_hits(y, p))),
            lambda y, p: float(np.mean(_hits(y, p, start=True))),
            lambda y, p: float(np.mean((_hits(y, p) + _hits(y, p, start=True)[:-1]) / 2)),
        )
    ),
    (
        "minus-the-area",
        lambda y, p: -nn.roc_auc(y, p),
        "You return minus the area: your curve runs from the right to the left.",
        "In which order do your thresholds come, and with which sign are the widths counted then?",
        WALK,
    ),
    *(
        (
            "minus-the-area",
            lambda y, p, ends=ends: -_swept(y, p, np.unique(p), **ends),
            "Your thresholds rise, so your curve runs from the right to the left and the widths "
            f"count as negative. The point ({corner}) is missing, too.",
            "In which order do your thresholds come, and which of them calls nobody ill, or "
            "everybody?",
            WALK,
        )
        for corner, ends in (
            ("0, 0", {"ends": False}),
            ("1, 1", {"ends": False, "above": np.greater}),
        )
    ),
    (
        "labels-as-places",
        lambda y, p: np.mean(p[y][:, None] > p[1 - y]) + np.mean(p[y][:, None] == p[1 - y]) / 2,
        "You picked people by labels as if they were places: p[y] holds p[0] and p[1], again and "
        "again.",
        "What is p[y] for y = [0, 1, 1]? And p[y == 1]?",
        "A condition such as y == 1 gives true and false, and these pick the people for whom it "
        "holds.",
    ),
    (
        "labels-as-places",
        lambda y, p: np.mean(p[y][:, None] > p[1 - y]),
        "You picked people by labels as if they were places: p[y] holds p[0] and p[1], again and "
        "again.",
        "What is p[y] for y = [0, 1, 1]? And p[y == 1]?",
        "A condition such as y == 1 gives true and false, and these pick the people for whom it "
        "holds.",
    ),
    (
        "alarms-among-the-called",
        lambda y, p: _false_discovery(y, p),
        "Your horizontal axis is the share of the healthy among those called ill.",
        "Of whom is the false positive rate a share?",
        "Of all the healthy: fp / (fp + tn). It reaches 1 when all of them are alarmed.",
    ),
    (
        "average-precision",
        lambda y, p: _average_precision(y, p),
        "You returned the average precision: the area under another curve.",
        "What stands on the two axes of a ROC curve?",
        "The share of the ill that are found, over the share of the healthy that are alarmed.",
    ),
    (
        "alarms-over-all",
        lambda y, p: nn.roc_auc(y, p) * np.sum(y == 0) / len(y),
        "Your horizontal axis counts false alarms as a share of all people.",
        "Of whom is the false positive rate a share?",
        "Of the healthy: fp / (fp + tn). It reaches 1 when all of them are alarmed.",
    ),
)
