"""Chapter 6 as strangers answer it."""

import numpy as np

from tests.exercises.strangers.table import right, wrong


def _strat(y, fractions, rng, **k):
    parts = [[], [], []]
    for c in np.unique(y):
        rows = np.flatnonzero(np.asarray(y) == c)
        if not k.get("sorted"):
            rows = rng.permutation(rows)
        a, b = (
            round(len(rows) * fractions[0]),
            round(len(rows) * (fractions[0] + fractions[1])),
        )
        if k.get("first_only") and c == np.unique(y)[-1]:
            continue
        for part, r in zip(parts, (rows[:a], rows[a:b], rows[b:])):
            part.append(r)
    out = [np.concatenate(p) for p in parts]
    return tuple(out)


@wrong("stratified_split", "plain split, classes ignored")
def _(y, fractions, rng):
    p = rng.permutation(len(y))
    cuts = np.rint(np.cumsum(fractions)[:2] * len(y)).astype(int)
    return tuple(np.split(p, cuts))


@wrong("stratified_split", "patients of a class in file order, not shuffled")
def _(y, fractions, rng):
    return _strat(y, fractions, rng, sorted=True)


@wrong("stratified_split", "the last class is left out")
def _(y, fractions, rng):
    return _strat(y, fractions, rng, first_only=True)


@wrong("stratified_split", "positions inside the class, not in y")
def _(y, fractions, rng):
    parts = [[], [], []]
    for c in (0, 1):
        n = int(np.sum(y == c))
        cuts = np.rint(np.cumsum(fractions)[:2] * n).astype(int)
        for part, r in zip(parts, np.split(rng.permutation(n), cuts)):
            part.append(r)
    return tuple(np.concatenate(p) for p in parts)


@wrong("stratified_split", "half of each part from each class")
def _(y, fractions, rng):
    N = len(y)
    pos, neg = rng.permutation(np.flatnonzero(y == 1)), rng.permutation(np.flatnonzero(y == 0))
    out, i = [], 0
    for f in fractions:
        n = round(N * f) // 2
        out.append(np.concatenate([pos[i : i + n], neg[i : i + n]]))
        i += n
    return tuple(out)


@right("stratified_split", "each part shuffled once more")
def _(y, fractions, rng):
    return [rng.permutation(part) for part in _strat(y, fractions, rng)]


@right("stratified_split", "lists, by a dictionary of classes")
def _(y, fractions, rng):
    by_class = {}
    for i in rng.permutation(len(y)):
        by_class.setdefault(y[i], []).append(int(i))
    train, val, test = [], [], []
    for rows in by_class.values():
        a = int(len(rows) * fractions[0] + 0.5)
        b = int(len(rows) * (fractions[0] + fractions[1]) + 0.5)
        train += rows[:a]
        val += rows[a:b]
        test += rows[b:]
    return train, val, test


@wrong("fit_scaler", "N - 1")
def _(X):
    return X.mean(0), X.std(0, ddof=1)


@wrong("fit_scaler", "over the whole table")
def _(X):
    return X.mean(), X.std()


@wrong("fit_scaler", "by row")
def _(X):
    return X.mean(axis=1), X.std(axis=1)


@wrong("fit_scaler", "variance for the spread")
def _(X):
    return X.mean(0), X.var(0)


@wrong("fit_scaler", "minimum and range")
def _(X):
    return X.min(0), X.max(0) - X.min(0)


@wrong("fit_scaler", "median for the mean")
def _(X):
    return np.median(X, axis=0), X.std(0)


@right("fit_scaler", "scikit-learn")
def _(X):
    from sklearn.preprocessing import StandardScaler

    s = StandardScaler().fit(X)
    return s.mean_, s.scale_


@wrong("apply_scaler", "mean and std of the new data")
def _(X, scaler):
    return (X - X.mean(0)) / np.where(X.std(0) == 0, 1, X.std(0))


@wrong("apply_scaler", "multiplied by the spread")
def _(X, scaler):
    mean, std = scaler
    return (X - mean) * np.where(std == 0, 1, std)


@wrong("apply_scaler", "mean taken off after dividing")
def _(X, scaler):
    mean, std = scaler
    return X / np.where(std == 0, 1, std) - mean


@wrong("apply_scaler", "1e-8 added to the spread: constant columns at 0, others slightly off")
def _(X, scaler):
    mean, std = scaler
    return (X - mean) / (std + 1e-3)


@wrong("apply_scaler", "X scaled in place")
def _(X, scaler):
    X -= scaler[0]
    X /= np.where(scaler[1] == 0, 1, scaler[1])
    return X


@wrong("apply_scaler", "clipped to three spreads")
def _(X, scaler):
    mean, std = scaler
    return np.clip((X - mean) / np.where(std == 0, 1, std), -3, 3)


@right("apply_scaler", "np.divide with where")
def _(X, scaler):
    mean, std = map(np.asarray, scaler)
    d = np.asarray(X, float) - mean
    return np.divide(d, std, out=np.zeros_like(d), where=np.broadcast_to(std > 0, d.shape))


@wrong("confusion_counts", "strictly above the threshold")
def _(y, p, threshold=0.5):
    s = p > threshold
    return dict(
        tp=sum(s & (y == 1)), fp=sum(s & (y == 0)), fn=sum(~s & (y == 1)), tn=sum(~s & (y == 0))
    )


@wrong("confusion_counts", "fp and fn swapped")
def _(y, p, threshold=0.5):
    s = p >= threshold
    return dict(
        tp=sum(s & (y == 1)), fn=sum(s & (y == 0)), fp=sum(~s & (y == 1)), tn=sum(~s & (y == 0))
    )


@wrong("confusion_counts", "threshold ignored")
def _(y, p, threshold=0.5):
    s = np.round(p) == 1
    return dict(
        tp=sum(s & (y == 1)), fp=sum(s & (y == 0)), fn=sum(~s & (y == 1)), tn=sum(~s & (y == 0))
    )


@wrong("confusion_counts", "rates, not counts")
def _(y, p, threshold=0.5):
    s = p >= threshold
    return dict(
        tp=np.mean(s & (y == 1)),
        fp=np.mean(s & (y == 0)),
        fn=np.mean(~s & (y == 1)),
        tn=np.mean(~s & (y == 0)),
    )


@wrong("confusion_counts", "positive is the healthy class")
def _(y, p, threshold=0.5):
    s = p >= threshold
    return dict(
        tn=sum(s & (y == 1)), fn=sum(s & (y == 0)), fp=sum(~s & (y == 1)), tp=sum(~s & (y == 0))
    )


@wrong("confusion_counts", "tn forgotten")
def _(y, p, threshold=0.5):
    s = p >= threshold
    return dict(tp=sum(s & (y == 1)), fp=sum(s & (y == 0)), fn=sum(~s & (y == 1)))


@wrong("confusion_counts", "precision and recall under the names of counts", kind="two")
def _(y, p, threshold=0.5):
    s = p >= threshold
    tp = np.sum(s & (y == 1))
    return dict(
        tp=tp / s.sum(), fp=np.sum(s & (y == 0)), fn=tp / np.sum(y), tn=np.sum(~s & (y == 0))
    )


@right("confusion_counts", "scikit-learn")
def _(y, p, threshold=0.5):
    from sklearn.metrics import confusion_matrix

    tn, fp, fn, tp = confusion_matrix(y, np.asarray(p) >= threshold, labels=[0, 1]).ravel()
    return {"tp": tp, "fp": fp, "fn": fn, "tn": tn}


@right("confusion_counts", "Counter in a loop")
def _(y, p, threshold=0.5):
    from collections import Counter

    names = {(1, 1): "tp", (0, 1): "fp", (1, 0): "fn", (0, 0): "tn"}
    c = Counter(names[int(t), int(q >= threshold)] for t, q in zip(y, p))
    return {k: c[k] for k in ("tp", "fp", "fn", "tn")}


def _pairs(y, p):
    return p[y == 1][:, None] - p[y == 0][None, :]


@wrong("roc_auc", "ties count nothing")
def _(y, p):
    return np.mean(_pairs(y, p) > 0)


@wrong("roc_auc", "ties count in full")
def _(y, p):
    return np.mean(_pairs(y, p) >= 0)


@wrong("roc_auc", "one minus the area")
def _(y, p):
    d = _pairs(y, p)
    return np.mean((d < 0) + 0.5 * (d == 0))


@wrong("roc_auc", "accuracy at one half")
def _(y, p):
    return np.mean((p >= 0.5) == (y == 1))


@wrong("roc_auc", "mean difference of the probabilities")
def _(y, p):
    return p[y == 1].mean() - p[y == 0].mean()


@wrong("roc_auc", "2 AUC - 1 (Gini)")
def _(y, p):
    d = _pairs(y, p)
    return 2 * np.mean((d > 0) + 0.5 * (d == 0)) - 1


@wrong("roc_auc", "divided by all pairs N(N-1)/2")
def _(y, p):
    d = _pairs(y, p)
    return np.sum((d > 0) + 0.5 * (d == 0)) / (len(y) * (len(y) - 1) / 2)


@wrong("roc_auc", "ranks by argsort: ties broken by position")
def _(y, p):
    r = np.argsort(np.argsort(p)) + 1
    n1 = np.sum(y == 1)
    return (r[y == 1].sum() - n1 * (n1 + 1) / 2) / (n1 * (len(y) - n1))


@right("roc_auc", "mid-ranks by scipy")
def _(y, p):
    from scipy.stats import rankdata

    y = np.asarray(y)
    n1 = y.sum()
    return (rankdata(p)[y == 1].sum() - n1 * (n1 + 1) / 2) / (n1 * (y.size - n1))


@right("roc_auc", "trapezia over the distinct thresholds")
def _(y, p):
    cuts = np.r_[np.inf, np.sort(np.unique(p))[::-1]]
    tpr = [(p[y == 1] >= c).mean() for c in cuts]
    fpr = [(p[y == 0] >= c).mean() for c in cuts]
    return sum((b - a) * (u + v) / 2 for a, b, u, v in zip(fpr, fpr[1:], tpr, tpr[1:]))
