"""roc_auc: what must pass, and what must be told."""

import numpy as np
from sklearn.metrics import roc_auc_score

from bplab import nn


def area_by_pairs(y, p):
    won = [1.0 if a > b else 0.5 if a == b else 0.0 for a in p[y == 1] for b in p[y == 0]]
    return sum(won) / len(won)


def area_by_ranks(y, p):
    ranks = np.array([np.sum(p < v) + (np.sum(p == v) + 1) / 2 for v in p])
    sick = np.sum(y == 1)
    return (ranks[y == 1].sum() - sick * (sick + 1) / 2) / (sick * np.sum(y == 0))


def area_by_sklearn(y, p):
    return roc_auc_score(y, p)


def grid_area(y, p):
    steps = np.linspace(1.001, 0, 101)
    hits = np.array([np.mean(p[y == 1] >= t) for t in steps])
    alarms = np.array([np.mean(p[y == 0] >= t) for t in steps])
    return float(np.sum(np.diff(alarms) * (hits[1:] + hits[:-1]) / 2))


def by_rank(y, p):
    ranks, sick = np.argsort(np.argsort(p)) + 1, np.sum(y == 1)
    return (ranks[y == 1].sum() - sick * (sick + 1) / 2) / (sick * np.sum(y == 0))


def pairs(y, p):
    pos = p[y == 1]
    neg = p[y == 0]
    s = 0.0
    for a in pos:
        for b in neg:
            s += 1.0 if a > b else 0.5 if a == b else 0.0
    return s / (len(pos) * len(neg))


def trapezoid(y, p):
    ts = np.concatenate([[np.inf], np.unique(p)[::-1]])
    tpr = [np.mean(p[y == 1] >= t) for t in ts]
    fpr = [np.mean(p[y == 0] >= t) for t in ts]
    return sum((fpr[i + 1] - fpr[i]) * (tpr[i + 1] + tpr[i]) / 2 for i in range(len(ts) - 1))


def sign(y, p):
    d = np.subtract.outer(p[y == 1], p[y == 0])
    return float((np.sign(d).mean() + 1) / 2)


def equal_spacing(y, p):
    ts = np.unique(p)[::-1]
    tpr = [np.mean(p[y == 1] >= t) for t in ts]
    return np.mean(tpr)


def linspace_thresholds_trapz(y, p):
    tpr, fpr = ([], [])
    for t in np.linspace(1, 0, 101):
        tpr.append(np.mean(p[y == 1] >= t))
        fpr.append(np.mean(p[y == 0] >= t))
    return np.sum(np.diff(fpr) * (np.array(tpr)[1:] + np.array(tpr)[:-1]) / 2)


def inverted_pairs(y, p):
    pos = p[y == 1]
    neg = p[y == 0]
    s = sum((a < b) + 0.5 * (a == b) for a in pos for b in neg)
    return s / (len(pos) * len(neg))


def ties_lost(y, p):
    pos = p[y == 1]
    neg = p[y == 0]
    return np.mean(pos[:, None] > neg[None, :])


def ties_won(y, p):
    return np.mean(p[y == 1][:, None] >= p[y == 0][None, :])


def negative_trapz_ascending(y, p):
    ts = np.concatenate([np.unique(p), [np.inf]])
    tpr = np.array([np.mean(p[y == 1] >= t) for t in ts])
    fpr = np.array([np.mean(p[y == 0] >= t) for t in ts])
    return np.sum(np.diff(fpr) * (tpr[1:] + tpr[:-1]) / 2)


def fpr_with_precision(y, p):
    ts = np.concatenate([[np.inf], np.unique(p)[::-1]])
    tpr = np.array([np.mean(p[y == 1] >= t) for t in ts])
    fpr = np.array([np.sum((p >= t) & (y == 0)) / max(1, np.sum(p >= t)) for t in ts])
    return np.sum(np.diff(fpr) * (tpr[1:] + tpr[:-1]) / 2)


def index_by_y(y, p):
    pos = p[y]
    neg = p[1 - y]
    return np.mean(pos[:, None] > neg[None, :])


ACCEPTED = [
    area_by_pairs,
    area_by_ranks,
    area_by_sklearn,
    pairs,
    trapezoid,
    sign,
]


def eleven_thresholds_down(y, p):
    hits, alarms = ([np.mean(p[y == k] >= t) for t in np.linspace(1, 0, 11)] for k in (1, 0))
    return float(np.sum(np.diff(alarms) * (np.array(hits[1:]) + hits[:-1]) / 2))


def ascending_without_its_end(y, p):
    hits, alarms = ([np.mean(p[y == k] >= t) for t in np.unique(p)] for k in (1, 0))
    return float(np.sum(np.diff(alarms) * (np.array(hits[1:]) + hits[:-1]) / 2))


def ascending_without_its_start(y, p):
    hits, alarms = ([np.mean(p[y == k] > t) for t in np.unique(p)] for k in (1, 0))
    return float(np.sum(np.diff(alarms) * (np.array(hits[1:]) + hits[:-1]) / 2))


TOLD = [
    (grid_area, "6 of 7 cases"),
    (lambda y, p: 2 * nn.roc_auc(y, p) - 1, "Gini"),
    (by_rank, "equal p your ranks"),
    (lambda y, p: np.mean(p[y == 1] >= 0.5), "one point of the curve"),
    (lambda y, p: max(nn.roc_auc(y, p), 1 - nn.roc_auc(y, p)), "6 of 7 cases"),
    (equal_spacing, "equal-spacing"),
    (linspace_thresholds_trapz, "coarse-grid"),
    (inverted_pairs, "upside-down"),
    (ties_lost, "ties-lost"),
    (ties_won, "ties-won"),
    (negative_trapz_ascending, "minus-the-area"),
    (fpr_with_precision, "alarms-among-the-called"),
    (index_by_y, "labels-as-places"),
    (eleven_thresholds_down, "coarse-grid"),
    (ascending_without_its_end, "minus-the-area", "The point (0, 0) is missing"),
    (ascending_without_its_start, "minus-the-area", "The point (1, 1) is missing"),
    (
        lambda y, p: np.mean(
            [(a > b) + (a == b) / 2 for a, b in zip(p[y == 1], p[y == 0], strict=False)]
        ),
        "pairs-in-order",
    ),
]
