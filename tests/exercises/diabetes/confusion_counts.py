"""confusion_counts: what must pass, and what must be told."""

import numpy as np
from sklearn.metrics import confusion_matrix

from bplab import nn


def counts_by_loop(y, p, threshold=0.5):
    counts = {"tp": 0, "fp": 0, "fn": 0, "tn": 0}
    for label, score in zip(y, p, strict=True):
        positive = score >= threshold
        counts[("t" if positive == (label == 1) else "f") + ("p" if positive else "n")] += 1
    return counts


def counts_by_sklearn(y, p, threshold=0.5):
    tn, fp, fn, tp = confusion_matrix(np.asarray(y) == 1, p >= threshold).ravel()
    return {"tp": tp, "fp": fp, "fn": fn, "tn": tn, "n": len(y)}


def counts_by_bincount(y, p, threshold=0.5):
    cells = np.bincount((2 * y + (p >= threshold)).astype(int), minlength=4)
    return dict(zip(("tn", "fp", "fn", "tp"), cells, strict=True))


def plain_confusion_counts(y, p, threshold=0.5):
    pred = (p >= threshold).astype(int)
    tp = np.sum((pred == 1) & (y == 1))
    fp = np.sum((pred == 1) & (y == 0))
    fn = np.sum((pred == 0) & (y == 1))
    tn = np.sum((pred == 0) & (y == 0))
    return {"tp": tp, "fp": fp, "fn": fn, "tn": tn}


def loop(y, p, threshold=0.5):
    c = dict(tp=0, fp=0, fn=0, tn=0)
    for yi, pi in zip(y, p, strict=False):
        if pi >= threshold:
            c["tp" if yi == 1 else "fp"] += 1
        else:
            c["fn" if yi == 1 else "tn"] += 1
    return c


def soft_counts(y, p, threshold=0.5):
    return {
        "tp": np.sum(y * p),
        "fp": np.sum((1 - y) * p),
        "fn": np.sum(y * (1 - p)),
        "tn": np.sum((1 - y) * (1 - p)),
    }


def float_label_as_mask(y, p, threshold=0.5):
    pred = p >= threshold
    return {
        "tp": np.sum(pred[y]),
        "fp": np.sum(pred[1 - y]),
        "fn": np.sum(~pred[y]),
        "tn": np.sum(~pred[1 - y]),
    }


def threshold_excluded(y, p, threshold=0.5):
    pred = (p > threshold).astype(int)
    tp = np.sum((pred == 1) & (y == 1))
    fp = np.sum((pred == 1) & (y == 0))
    fn = np.sum((pred == 0) & (y == 1))
    tn = np.sum((pred == 0) & (y == 0))
    return {"tp": tp, "fp": fp, "fn": fn, "tn": tn}


def round_p(y, p, threshold=0.5):
    pred = np.round(p)
    tp = np.sum((pred == 1) & (y == 1))
    fp = np.sum((pred == 1) & (y == 0))
    fn = np.sum((pred == 0) & (y == 1))
    tn = np.sum((pred == 0) & (y == 0))
    return {"tp": tp, "fp": fp, "fn": fn, "tn": tn}


def fp_fn_swapped(y, p, threshold=0.5):
    pred = (p >= threshold).astype(int)
    tp = np.sum((pred == 1) & (y == 1))
    fp = np.sum((pred == 1) & (y == 0))
    fn = np.sum((pred == 0) & (y == 1))
    tn = np.sum((pred == 0) & (y == 0))
    return {"tp": tp, "fp": fn, "fn": fp, "tn": tn}


def is_true_labels(y, p, threshold=0.5):
    pred = (p >= threshold).astype(int)
    tp = np.sum((pred == 1) & (y is True))
    fp = np.sum((pred == 1) & (y == 0))
    fn = np.sum((pred == 0) & (y is True))
    tn = np.sum((pred == 0) & (y == 0))
    return {"tp": tp, "fp": fp, "fn": fn, "tn": tn}


ACCEPTED = [
    counts_by_bincount,
    counts_by_loop,
    counts_by_sklearn,
    plain_confusion_counts,
    loop,
]


def without_brackets(y, p, threshold=0.5):
    positive = p >= threshold
    return {
        "tp": np.sum(positive & y == 1),
        "fp": np.sum(positive & y == 0),
        "fn": np.sum(~positive & y == 1),
        "tn": np.sum(~positive & y == 0),
    }


def lengths_of_where(y, p, threshold=0.5):
    q = p >= threshold
    cells = {"tp": q & (y == 1), "fp": q & (y == 0), "fn": ~q & (y == 1), "tn": ~q & (y == 0)}
    return {name: len(np.where(people)) for name, people in cells.items()}


TOLD = [
    (without_brackets, "brackets of its own"),
    (lambda y, p, threshold=0.5: nn.confusion_counts(y[1:], p[1:], threshold), "fp is 8; 9"),
    (
        lambda y, p, threshold=0.5: tuple(nn.confusion_counts(y, p, threshold).values()),
        "dict with an entry 'tp'",
    ),
    (
        lambda y, p, threshold=0.5: {
            **nn.confusion_counts(y, p, threshold),
            "fp": int(np.sum(p >= threshold)),
        },
        "fp counts all who are called ill",
    ),
    (soft_counts, "soft-counts"),
    (float_label_as_mask, "raised"),
    (threshold_excluded, "threshold-excluded"),
    (round_p, "as-if"),
    (fp_fn_swapped, "false-ones-swapped"),
    (is_true_labels, "all-zero"),
    (lengths_of_where, "places-not-counted"),
    (lambda y, p, threshold=0.5: dict.fromkeys(("tp", "fp", "fn", "tn"), 2), "tp is 2 in every"),
]
