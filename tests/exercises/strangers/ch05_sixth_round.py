"""A short sixth round, chapters 5 and 6: more of what is rare and of two mistakes at once.

Written after the fifth was mended, before any of these was run.
"""

import numpy as np

from bplab import nn
from tests.exercises.strangers.ch05_fifth_round import _back, _normed
from tests.exercises.strangers.ch05_fifth_round_stopping import _Stop
from tests.exercises.strangers.ch06_fifth_round import _counts, _dealt
from tests.exercises.strangers.ch06_fifth_round_serving import _plausible, _probability
from tests.exercises.strangers.table import wrong


@wrong("l2_penalty", "biases too, and divided by the number of layers", "two")
def _(params, lam):
    return lam / 2 * sum(np.sum(W**2) + np.sum(b**2) for W, b in params) / len(params)


@wrong("l2_gradients", "the largest weight of each layer alone is pulled")
def _(params, lam):
    return [(lam * W * (np.abs(W) == np.abs(W).max()), 0 * b) for W, b in params]


@wrong("dropout_forward", "keeps when the number is above keep_prob, scaled by keep_prob", "two")
def _(A, keep_prob, rng, train=True):
    if not train:
        return A, np.ones_like(A)
    mask = rng.random(A.shape) >= keep_prob
    return A * mask / (1 - keep_prob), mask


@wrong("dropout_forward", "dropped units get the mean in place of 0")
def _(A, keep_prob, rng, train=True):
    if not train:
        return A, np.ones_like(A)
    mask = rng.random(A.shape) < keep_prob
    return np.where(mask, A / keep_prob, A.mean()), mask


@wrong("dropout_backward", "the mask alone comes back scaled: dout forgotten")
def _(dout, mask, keep_prob):
    return mask / keep_prob


@wrong("batchnorm_forward", "median and median deviation")
def _(X, gamma, beta, eps=1e-5):
    mid = np.median(X, axis=0)
    return _normed(X, gamma, beta, eps, mean=mid, std=np.median(np.abs(X - mid), axis=0))


@wrong("batchnorm_forward", "beta added before gamma multiplies")
def _(X, gamma, beta, eps=1e-5):
    out, cache = _normed(X, gamma, beta, eps)
    return gamma * (cache["X_hat"] + beta), cache


@wrong("batchnorm_backward", "sums in place of means inside dX")
def _(dout, cache, gamma):
    d, h = dout * gamma, cache["X_hat"]
    dX = (d - d.sum(axis=0) - h * (d * h).sum(axis=0)) / cache["std"]
    return dX, (dout * h).sum(axis=0), dout.sum(axis=0)


@wrong("batchnorm_backward", "dgamma with out for X_hat is not there, so dout squared")
def _(dout, cache, gamma):
    dX, _, dbeta = _back(dout, cache, gamma)
    return dX, (dout**2).sum(axis=0), dbeta


@wrong("batchnorm_backward", "no variance road, and dbeta a mean", "two")
def _(dout, cache, gamma):
    dX, dgamma, dbeta = _back(dout, cache, gamma, var=False)
    return dX, dgamma, dbeta / len(dout)


@wrong("regularized_gradients", "lam times the sign of W, and half of it", "two")
def _(P, y, cache, params, lam, kind="tanh"):
    grads = nn.mlp_backward(P, y, cache, params, kind)
    return [(dW + lam / 2 * np.sign(W), db) for (dW, db), (W, _) in zip(grads, params)]


@wrong("regularized_gradients", "every layer is pulled by the first layer's mean weight")
def _(P, y, cache, params, lam, kind="tanh"):
    grads = nn.mlp_backward(P, y, cache, params, kind)
    m = params[0][0].mean()
    return [(dW + lam * m, db) for dW, db in grads]


@wrong("split_indices", "test cut off first, then validation as a share of the rest")
def _(N, fractions, rng):
    order = rng.permutation(N)
    n_test = round(N * fractions[2])
    rest = order[n_test:]
    n_val = round(len(rest) * fractions[1])
    return rest[n_val:], rest[:n_val], order[:n_test]


@wrong("split_indices", "each index rolls a die: sizes are random")
def _(N, fractions, rng):
    u, a, b = rng.random(N), fractions[0], fractions[0] + fractions[1]
    i = np.arange(N)
    return i[u < a], i[(u >= a) & (u < b)], i[u >= b]


@wrong("EarlyStopping", "compares with the last loss, not with the best")
class _(_Stop):
    def __init__(self, patience):
        super().__init__(patience)
        self.last = float("inf")

    def better(self, loss):
        found, self.last = loss < self.last, loss
        return found


@wrong("EarlyStopping", "needs an improvement of 0.001")
class _(_Stop):
    def better(self, loss):
        return loss < self.best_loss - 1e-3


@wrong("EarlyStopping", "returns True when it improves")
class _(_Stop):
    def update(self, loss, params):
        super().update(loss, params)
        return self.bad == 0


@wrong("stratified_split", "validation and test exchanged for one class")
def _(y, fractions, rng):
    a, b, c = _dealt(y, fractions, rng)
    b[0], c[0] = c[0], b[0]
    return tuple(np.concatenate(p) for p in (a, b, c))


@wrong("fit_scaler", "std of the mean: divided by the root of N")
def _(X):
    return X.mean(axis=0), X.std(axis=0) / np.sqrt(len(X))


@wrong("fit_scaler", "mean absolute deviation for std")
def _(X):
    return X.mean(axis=0), np.abs(X - X.mean(axis=0)).mean(axis=0)


@wrong("apply_scaler", "divided by the variance, and the mean kept", "two")
def _(X, scaler):
    mean, std = scaler
    return X / np.where(std == 0, 1, std) ** 2


@wrong("apply_scaler", "mean taken off after the division")
def _(X, scaler):
    mean, std = scaler
    return X / np.where(std == 0, 1, std) - mean


@wrong("confusion_counts", "p > threshold and all four transposed", "two")
def _(y, p, threshold=0.5):
    c = _counts(y, np.asarray(p) > threshold)
    return {"tp": c["tn"], "fp": c["fn"], "fn": c["fp"], "tn": c["tp"]}


@wrong("roc_auc", "area of the points by the left rule, thresholds in hundredths")
def _(y, p):
    y, p = np.asarray(y), np.asarray(p)
    area, before = 0.0, 0.0
    for t in np.arange(1, -0.001, -0.01):
        tpr, fpr = np.mean(p[y == 1] >= t), np.mean(p[y == 0] >= t)
        area += (fpr - before) * tpr
        before = fpr
    return area


@wrong("roc_auc", "rank sum without taking off the smallest one")
def _(y, p):
    y, p = np.asarray(y), np.asarray(p)
    _, where, n = np.unique(p, return_inverse=True, return_counts=True)
    rank = (np.cumsum(n) - (n - 1) / 2)[where.ravel()]
    return rank[y == 1].sum() / (np.sum(y == 1) * np.sum(y == 0))


@wrong("choose_threshold", "F1 is made best")
def _(y_val, p_val, min_recall):
    def f1(t):
        c = _counts(y_val, p_val >= t)
        return 2 * c["tp"] / (2 * c["tp"] + c["fp"] + c["fn"])

    return max(p_val, key=f1)


@wrong("choose_threshold", "the next lower value, to be on the safe side")
def _(y_val, p_val, min_recall):
    ok = sorted(t for t in set(p_val) if np.mean(p_val[y_val == 1] >= t) >= min_recall)
    return ok[max(len(ok) - 2, 0)]


@wrong("predict_patient", "scaled twice")
def _(model, age, bmi, glucose):
    _plausible(age, bmi, glucose)
    mean, std = model["scaler"]
    return float(_probability(model, (np.array([[age, bmi, glucose]]) - mean) / std)[0])


@wrong("predict_patient", "rounded to two digits")
def _(model, age, bmi, glucose):
    _plausible(age, bmi, glucose)
    return round(float(_probability(model, [[age, bmi, glucose]])[0]), 2)


@wrong("predict_patient", "an assert in place of ValueError")
def _(model, age, bmi, glucose):
    assert all(np.isfinite(v) and 0 < v < 1500 for v in (age, bmi, glucose))
    return float(_probability(model, [[age, bmi, glucose]])[0])
