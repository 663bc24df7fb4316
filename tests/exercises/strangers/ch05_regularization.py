"""Chapter 5 as strangers answer it."""

import copy
import math

import numpy as np

from tests.exercises.strangers.ch03_network import _backward
from tests.exercises.strangers.table import right, wrong


@wrong("l2_penalty", "no half")
def _(params, lam):
    return lam * sum(np.sum(W**2) for W, b in params)


@wrong("l2_penalty", "biases too")
def _(params, lam):
    return lam / 2 * sum(np.sum(W**2) + np.sum(b**2) for W, b in params)


@wrong("l2_penalty", "sum of the norms, not squared")
def _(params, lam):
    return lam / 2 * sum(np.linalg.norm(W) for W, b in params)


@wrong("l2_penalty", "L1")
def _(params, lam):
    return lam * sum(np.abs(W).sum() for W, b in params)


@wrong("l2_penalty", "mean of the squares")
def _(params, lam):
    return lam / 2 * sum(np.mean(W**2) for W, b in params)


@wrong("l2_penalty", "only the last layer")
def _(params, lam):
    total = 0
    for W, _b in params:
        total = lam / 2 * np.sum(W**2)
    return total


@wrong("l2_penalty", "lam squared")
def _(params, lam):
    return lam**2 / 2 * sum(np.sum(W**2) for W, b in params)


@right("l2_penalty", "vdot")
def _(params, lam):
    return float(0.5 * lam * math.fsum(np.vdot(W, W) for W, _ in params))


@wrong("l2_gradients", "2 lam W")
def _(params, lam):
    return [(2 * lam * W, 0 * b) for W, b in params]


@wrong("l2_gradients", "biases too")
def _(params, lam):
    return [(lam * W, lam * b) for W, b in params]


@wrong("l2_gradients", "half lam W")
def _(params, lam):
    return [(lam / 2 * W, 0 * b) for W, b in params]


@wrong("l2_gradients", "sign of W (L1)")
def _(params, lam):
    return [(lam * np.sign(W), 0 * b) for W, b in params]


@wrong("l2_gradients", "one number: lam times the sum of W")
def _(params, lam):
    return [(np.full_like(W, lam * W.sum()), 0 * b) for W, b in params]


@wrong("l2_gradients", "no entry for the biases")
def _(params, lam):
    return [lam * W for W, b in params]


@right("l2_gradients", "zeros by np.zeros, lists for pairs")
def _(params, lam):
    return [[np.multiply(lam, W), np.zeros(b.shape)] for (W, b) in params]


@wrong("dropout_forward", "not scaled")
def _(A, keep_prob, rng, train=True):
    if not train:
        return A, np.ones_like(A)
    M = rng.random(A.shape) < keep_prob
    return A * M, M


@wrong("dropout_forward", "mask inverted")
def _(A, keep_prob, rng, train=True):
    if not train:
        return A, np.ones_like(A)
    M = rng.random(A.shape) > keep_prob
    return A * M / keep_prob, M


@wrong("dropout_forward", "divided by 1 - keep_prob")
def _(A, keep_prob, rng, train=True):
    if not train:
        return A, np.ones_like(A)
    M = rng.random(A.shape) < keep_prob
    return A * M / (1 - keep_prob), M


@wrong("dropout_forward", "drops at test time")
def _(A, keep_prob, rng, train=True):
    M = rng.random(A.shape) < keep_prob
    return A * M / keep_prob, M


@wrong("dropout_forward", "scales at test time by keep_prob (not inverted)", kind="two")
def _(A, keep_prob, rng, train=True):
    if not train:
        return A * keep_prob, np.ones_like(A)
    M = rng.random(A.shape) < keep_prob
    return A * M, M


@wrong("dropout_forward", "one mask for all examples")
def _(A, keep_prob, rng, train=True):
    if not train:
        return A, np.ones_like(A)
    M = rng.random(A.shape[1]) < keep_prob
    return A * M / keep_prob, M * np.ones_like(A)


@wrong("dropout_forward", "the mask already carries the scale")
def _(A, keep_prob, rng, train=True):
    if not train:
        return A, np.ones_like(A)
    M = (rng.random(A.shape) < keep_prob) / keep_prob
    return A * M, M


@wrong("dropout_forward", "A zeroed in place")
def _(A, keep_prob, rng, train=True):
    if not train:
        return A, np.ones_like(A)
    M = rng.random(A.shape) < keep_prob
    A[~M] = 0
    return A / keep_prob, M


@wrong("dropout_forward", "normal numbers compared with keep_prob")
def _(A, keep_prob, rng, train=True):
    if not train:
        return A, np.ones_like(A)
    M = rng.normal(size=A.shape) < keep_prob
    return A * M / keep_prob, M


@right("dropout_forward", "np.where, int mask")
def _(A, keep_prob, rng, train=True):
    mask = np.ones(A.shape, dtype=int)
    if train:
        mask = np.where(rng.random(A.shape) < keep_prob, 1, 0)
        A = A * mask * (1.0 / keep_prob)
    return A, mask


@wrong("dropout_backward", "no mask")
def _(dout, mask, keep_prob):
    return dout / keep_prob


@wrong("dropout_backward", "no scale")
def _(dout, mask, keep_prob):
    return dout * mask


@wrong("dropout_backward", "times keep_prob")
def _(dout, mask, keep_prob):
    return dout * mask * keep_prob


@wrong("dropout_backward", "scaled twice")
def _(dout, mask, keep_prob):
    return dout * mask / keep_prob**2


@wrong("dropout_backward", "the other units")
def _(dout, mask, keep_prob):
    return dout * (1 - mask) / keep_prob


@right("dropout_backward", "boolean index into zeros")
def _(dout, mask, keep_prob):
    d, on = np.zeros(dout.shape), np.asarray(mask).astype(bool)
    d[on] = dout[on] / keep_prob
    return d


@wrong("split_indices", "floors: rest unused")
def _(N, fractions, rng):
    p = rng.permutation(N)
    n = [int(N * f) for f in fractions]
    return p[: n[0]], p[n[0] : n[0] + n[1]], p[n[0] + n[1] : sum(n)]


@wrong("split_indices", "not shuffled")
def _(N, fractions, rng):
    a, b = round(N * fractions[0]), round(N * (fractions[0] + fractions[1]))
    i = np.arange(N)
    return i[:a], i[a:b], i[b:]


@wrong("split_indices", "train and test swapped")
def _(N, fractions, rng):
    a, b = round(N * fractions[0]), round(N * (fractions[0] + fractions[1]))
    p = rng.permutation(N)
    return p[b:], p[a:b], p[:a]


@wrong("split_indices", "test starts one later: one example lost")
def _(N, fractions, rng):
    a, b = round(N * fractions[0]), round(N * (fractions[0] + fractions[1]))
    p = rng.permutation(N)
    return p[:a], p[a:b], p[b + 1 :]


@wrong("split_indices", "each part drawn on its own: they overlap")
def _(N, fractions, rng):
    return tuple(rng.choice(N, size=round(N * f), replace=False) for f in fractions)


@wrong("split_indices", "boolean masks in place of indices")
def _(N, fractions, rng):
    a, b = round(N * fractions[0]), round(N * (fractions[0] + fractions[1]))
    p = rng.permutation(N)
    return p < a, (p >= a) & (p < b), p >= b


@right("split_indices", "np.split of a permutation")
def _(N, fractions, rng):
    cuts = np.rint(np.cumsum(fractions)[:2] * N).astype(int)
    return np.split(rng.permutation(N), cuts)


@wrong("regularized_gradients", "lam on biases")
def _(P, y, cache, params, lam, kind="tanh"):
    g = _backward(P, y, cache, params, kind)
    return [(dW + lam * W, db + lam * b) for (dW, db), (W, b) in zip(g, params)]


@wrong("regularized_gradients", "lam / N")
def _(P, y, cache, params, lam, kind="tanh"):
    g = _backward(P, y, cache, params, kind)
    return [(dW + lam / len(y) * W, db) for (dW, db), (W, b) in zip(g, params)]


@wrong("regularized_gradients", "2 lam")
def _(P, y, cache, params, lam, kind="tanh"):
    g = _backward(P, y, cache, params, kind)
    return [(dW + 2 * lam * W, db) for (dW, db), (W, b) in zip(g, params)]


@wrong("regularized_gradients", "minus the penalty")
def _(P, y, cache, params, lam, kind="tanh"):
    g = _backward(P, y, cache, params, kind)
    return [(dW - lam * W, db) for (dW, db), (W, b) in zip(g, params)]


@wrong("regularized_gradients", "penalty only on the last layer")
def _(P, y, cache, params, lam, kind="tanh"):
    g = _backward(P, y, cache, params, kind)
    return g[:-1] + [(g[-1][0] + lam * params[-1][0], g[-1][1])]


@wrong("regularized_gradients", "the penalty's number added to every gradient")
def _(P, y, cache, params, lam, kind="tanh"):
    g = _backward(P, y, cache, params, kind)
    add = lam / 2 * sum((W**2).sum() for W, _ in params)
    return [(dW + add, db) for dW, db in g]


@wrong("regularized_gradients", "kind not handed on")
def _(P, y, cache, params, lam, kind="tanh"):
    g = _backward(P, y, cache, params)
    return [(dW + lam * W, db) for (dW, db), (W, b) in zip(g, params)]


@wrong("regularized_gradients", "forgets lam in the penalty, and divides by N again", kind="two")
def _(P, y, cache, params, lam, kind="tanh"):
    g = _backward(P, y, cache, params, kind)
    return [((dW + W) / len(y), db) for (dW, db), (W, b) in zip(g, params)]


@right("regularized_gradients", "deepcopy, then added in place")
def _(P, y, cache, params, lam, kind="tanh"):
    g = copy.deepcopy(_backward(P, y, cache, params, kind))
    for i, (W, _b) in enumerate(params):
        dW = g[i][0]
        dW += lam * W
    return g
