"""What a classifier gets right, and how well it ranks."""

import numpy as np


def confusion_counts(y, p, threshold=0.5):
    """Count the four outcomes; positive is p >= threshold.

    Parameters
    ----------
    y : ndarray, (N,)
        Labels, 0 or 1.
    p : ndarray, (N,)
        Probabilities of 1.
    threshold : float

    Returns
    -------
    dict of int
        `tp, fp, fn, tn`.
    """
    sick, positive = np.asarray(y) == 1, np.asarray(p) >= threshold
    return {
        "tp": int(np.sum(sick & positive)),
        "fp": int(np.sum(~sick & positive)),
        "fn": int(np.sum(sick & ~positive)),
        "tn": int(np.sum(~sick & ~positive)),
    }


def roc_auc(y, p):
    """Area under the ROC curve: how often a sick person's p is above a healthy one's.

    Over all pairs of one sick and one healthy person; a tie counts half. Hanley and McNeil 1982,
    "The meaning and use of the area under a receiver operating characteristic (ROC) curve".

    Parameters
    ----------
    y : ndarray, (N,)
        Labels, 0 or 1.
    p : ndarray, (N,)
        Probabilities or any scores: only their order counts.

    Returns
    -------
    float
        0 to 1; 0.5 is chance.

    Raises
    ------
    ValueError
        When only one class is present.
    """
    y, p = np.asarray(y), np.asarray(p)
    sick, healthy = p[y == 1], np.sort(p[y == 0])
    if not len(sick) or not len(healthy):
        raise ValueError("roc_auc needs both classes in y, got only one.")
    below = np.searchsorted(healthy, sick, side="left")
    below_or_tied = np.searchsorted(healthy, sick, side="right")
    return float(np.mean(below + below_or_tied) / 2 / len(healthy))
