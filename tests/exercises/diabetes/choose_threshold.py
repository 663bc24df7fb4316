"""choose_threshold: what must pass, and what must be told."""

import numpy as np

from bplab import nn


def threshold_by_sorting(y_val, p_val, min_recall):
    for t in sorted(set(p_val.tolist()), reverse=True):
        counts = nn.confusion_counts(y_val, p_val, t)
        if counts["tp"] / (counts["tp"] + counts["fn"]) >= min_recall:
            return t
    return None


def threshold_with_list(y_val, p_val, min_recall):
    good = [t for t in p_val if ((p_val >= t) & (y_val == 1)).sum() / y_val.sum() >= min_recall]
    return np.max(good)


def threshold_by_sorted_recall(y_val, p_val, min_recall):
    order = np.argsort(-p_val)
    recall = np.cumsum(y_val[order]) / y_val.sum()
    return p_val[order][np.argmax(recall >= min_recall)]


def plain_choose_threshold(y_val, p_val, min_recall):
    best = None
    for t in np.sort(np.unique(p_val)):
        recall = np.sum((p_val >= t) & (y_val == 1)) / np.sum(y_val == 1)
        if recall >= min_recall:
            best = t
    return float(best)


def descending(y_val, p_val, min_recall):
    for t in sorted(set(p_val), reverse=True):
        if np.mean(p_val[y_val == 1] >= t) >= min_recall:
            return t


def first_ascending(y_val, p_val, min_recall):
    for t in sorted(p_val):
        if np.mean(p_val[y_val == 1] >= t) >= min_recall:
            return t


def min_choose_threshold(y_val, p_val, min_recall):
    best = None
    for t in np.sort(np.unique(p_val)):
        recall = np.sum((p_val >= t) & (y_val == 1)) / np.sum(y_val == 1)
        if recall > min_recall:
            best = t
    return float(best)


def returns_index(y_val, p_val, min_recall):
    ts = np.unique(p_val)
    return max((i for i, t in enumerate(ts) if np.mean(p_val[y_val == 1] >= t) >= min_recall))


ACCEPTED = [
    threshold_by_sorted_recall,
    threshold_by_sorting,
    threshold_with_list,
    plain_choose_threshold,
    descending,
]


def precise_enough(y, p, recall):
    best = None
    for t in np.unique(p):
        if np.mean(y[p >= t]) >= recall:
            best = t
    return best


def place_in_p_val(y, p, recall):
    order = np.argsort(-p)
    found = np.cumsum(y[order] == 1)
    return order[np.argmax(found / found[-1] >= recall)]


def f1(y, p, t):
    called = p >= t
    return 2 * np.sum(called & (y == 1)) / (np.sum(called) + np.sum(y == 1))


def most_accurate(y, p, recall):
    return max(np.unique(p), key=lambda t: np.mean((p >= t) == y))


TOLD = [
    (
        lambda y, p, recall: max(t for t in p if np.mean(p[y == 1] >= t) > recall),
        "strictly-above",
        "In another case: It raised",
    ),
    (lambda y, p, recall: float(np.quantile(p[y == 1], 1 - recall)), "p_val"),
    (lambda y, p, recall: 1 - recall, "none of the values in p_val"),
    (
        lambda y, p, recall: max(t for t in p if np.mean(p[y == 1] > t) >= recall),
        "you find 12 of the 12 ill",
        "is higher",
    ),
    (first_ascending, "lowest"),
    (min_choose_threshold, "none-passed"),
    (returns_index, "place-returned"),
    (precise_enough, "precision", "you return nothing (None)"),
    (place_in_p_val, "index-returned"),
    (lambda y, p, recall: None if recall < 0.9 else nn.choose_threshold(y, p, recall), "In 4 of 7"),
    (lambda y, p, recall: max(t for t in p if np.mean(y[p >= t]) >= recall), "precision"),
    (
        lambda y, p, recall: max(t for t in p if np.mean(p[y == 0] < t) >= recall),
        "healthy-recall",
    ),
    (
        lambda y, p, recall: max(t for t in p if np.sum((p >= t) & (y == 1)) / len(y) >= recall),
        "ill-found-among-all-or-error",
    ),
    (lambda y, p, recall: max(np.unique(p), key=lambda t: f1(y, p, t)), "best-f1"),
    (most_accurate, "best-accuracy"),
]
