"""A fifth round, chapter 8, the masked loss: before any run."""

import numpy as np

from tests.exercises.strangers.table import right, wrong


def _log_p(scores):
    s = scores - scores.max(-1, keepdims=True)
    return s - np.log(np.exp(s).sum(-1, keepdims=True))


@right("masked_cross_entropy", "only the places that count, by boolean index")
def _(scores, y, mask):
    on = np.asarray(mask).astype(bool)
    lp, labels = _log_p(scores[on]), y[on]
    n = len(labels)
    d = np.zeros_like(scores)
    d[on] = (np.exp(lp) - np.eye(scores.shape[-1])[labels]) / n
    return -lp[np.arange(n), labels].mean(), d


@right("masked_cross_entropy", "two nested loops")
def _(scores, y, mask):
    loss, d, n = 0.0, np.zeros(scores.shape), np.sum(mask)
    for i in range(len(scores)):
        for t in range(scores.shape[1]):
            if mask[i, t]:
                lp = _log_p(scores[i, t])
                loss -= lp[y[i, t]] / n
                d[i, t] = np.exp(lp) / n
                d[i, t, y[i, t]] -= 1 / n
    return loss, d


@wrong("masked_cross_entropy", "Keras' mean: over all N T places, masked ones as zeros")
def _(scores, y, mask):
    lp = _log_p(scores)
    N, T, C = scores.shape
    picked = np.take_along_axis(lp, y[..., None], -1)[..., 0]
    d = (np.exp(lp) - np.eye(C)[y]) * mask[..., None] / (N * T)
    return -(picked * mask).mean(), d


@wrong("masked_cross_entropy", "mean of each example, then over examples")
def _(scores, y, mask):
    lp = _log_p(scores)
    picked = np.take_along_axis(lp, y[..., None], -1)[..., 0]
    n = np.maximum(mask.sum(axis=1, keepdims=True), 1)
    weight = mask / n / len(scores)
    d = (np.exp(lp) - np.eye(scores.shape[-1])[y]) * weight[..., None]
    return -(picked * weight).sum(), d


@wrong("masked_cross_entropy", "loss masked, the slope not")
def _(scores, y, mask):
    lp = _log_p(scores)
    picked = np.take_along_axis(lp, y[..., None], -1)[..., 0]
    n = mask.sum()
    d = (np.exp(lp) - np.eye(scores.shape[-1])[y]) / n
    return -(picked * mask).sum() / n, d


@wrong("masked_cross_entropy", "the scores are multiplied by the mask before the softmax")
def _(scores, y, mask):
    lp = _log_p(scores * mask[..., None])
    n = mask.sum()
    picked = np.take_along_axis(lp, y[..., None], -1)[..., 0]
    d = (np.exp(lp) - np.eye(scores.shape[-1])[y]) / n
    return -picked.sum() / n, d


@wrong("masked_cross_entropy", "softmax along time")
def _(scores, y, mask):
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    P = e / e.sum(axis=1, keepdims=True)
    n = mask.sum()
    picked = np.take_along_axis(P, y[..., None], -1)[..., 0]
    d = (P - np.eye(scores.shape[-1])[y]) * mask[..., None] / n
    return -(np.log(picked + 1e-12) * mask).sum() / n, d


@wrong("masked_cross_entropy", "mask read as the places to leave out")
def _(scores, y, mask):
    keep = 1 - mask
    lp = _log_p(scores)
    picked = np.take_along_axis(lp, y[..., None], -1)[..., 0]
    n = keep.sum()
    d = (np.exp(lp) - np.eye(scores.shape[-1])[y]) * keep[..., None] / n
    return -(picked * keep).sum() / n, d
