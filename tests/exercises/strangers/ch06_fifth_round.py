"""A fifth round, chapter 6: written from the table of exercises alone, before any was run."""

import collections

import numpy as np

from tests.exercises.strangers.table import right, wrong

# stratified_split


def _dealt(y, fractions, rng, cut=round):
    parts = [[], [], []]
    for label in np.unique(y):
        members = rng.permutation(np.flatnonzero(np.asarray(y) == label))
        a = cut(fractions[0] * len(members))
        b = cut((fractions[0] + fractions[1]) * len(members))
        for part, some in zip(parts, (members[:a], members[a:b], members[b:])):
            part.append(some)
    return parts


@wrong("stratified_split", "not stratified: one shuffle of everything")
def _(y, fractions, rng):
    order, n = rng.permutation(len(y)), len(y)
    a, b = round(n * fractions[0]), round(n * (fractions[0] + fractions[1]))
    return order[:a], order[a:b], order[b:]


@wrong("stratified_split", "labels in place of indices")
def _(y, fractions, rng):
    return tuple(np.asarray(y)[np.concatenate(p)] for p in _dealt(y, fractions, rng))


@wrong("stratified_split", "balanced by force: the larger class is cut down")
def _(y, fractions, rng):
    y = np.asarray(y)
    n = min(np.sum(y == 0), np.sum(y == 1))
    keep = np.concatenate([rng.permutation(np.flatnonzero(y == c))[:n] for c in (0, 1)])
    return tuple(keep[np.concatenate(p)] for p in _dealt(y[keep], fractions, rng))


@wrong("stratified_split", "positions within the class, not of the table")
def _(y, fractions, rng):
    parts = [[], [], []]
    for label in (0, 1):
        n = int(np.sum(np.asarray(y) == label))
        order = rng.permutation(n)
        a, b = round(fractions[0] * n), round((fractions[0] + fractions[1]) * n)
        for part, some in zip(parts, (order[:a], order[a:b], order[b:])):
            part.append(some)
    return tuple(np.concatenate(p) for p in parts)


@wrong("stratified_split", "only the diabetics are dealt out")
def _(y, fractions, rng):
    members = rng.permutation(np.flatnonzero(np.asarray(y) == 1))
    a, b = round(fractions[0] * len(members)), round(sum(fractions[:2]) * len(members))
    return members[:a], members[a:b], members[b:]


@right("stratified_split", "a stable sort of a shuffle, then shuffled parts")
def _(y, fractions, rng):
    return tuple(rng.permutation(np.concatenate(p)) for p in _dealt(y, fractions, rng))


# scalers


@wrong("fit_scaler", "the median for the mean")
def _(X):
    return np.median(X, axis=0), X.std(axis=0)


@wrong("fit_scaler", "one mean and one spread for the whole table")
def _(X):
    return np.mean(X), np.std(X)


@wrong("fit_scaler", "pandas' std: N - 1")
def _(X):
    return X.mean(0), X.std(0, ddof=1)


@wrong("fit_scaler", "the spread around zero: mean of squares without centring")
def _(X):
    return X.mean(axis=0), np.sqrt((X**2).mean(axis=0))


@wrong("fit_scaler", "the scaled data come back, too: three things")
def _(X):
    mean, std = X.mean(axis=0), X.std(axis=0)
    return (X - mean) / np.where(std > 0, std, 1), mean, std


@right("fit_scaler", "moments: root of mean square minus squared mean, of shifted columns")
def _(X):
    C = X - X[0]
    spread = np.sqrt(np.maximum((C**2).mean(0) - C.mean(0) ** 2, 0))
    return X[0] + C.mean(0), spread


@wrong("apply_scaler", "scaled with the given table's own mean")
def _(X, scaler):
    _, std = scaler
    return (X - X.mean(axis=0)) / np.where(std == 0, 1, std)


@wrong("apply_scaler", "adds the mean")
def _(X, scaler):
    mean, std = scaler
    return (X + mean) / np.where(std == 0, 1, std)


@wrong("apply_scaler", "mean and std unpacked in the other order")
def _(X, scaler):
    std, mean = scaler
    return (X - mean) / np.where(std == 0, 1, std)


@wrong("apply_scaler", "clipped to three spreads against outliers")
def _(X, scaler):
    mean, std = scaler
    return np.clip((X - mean) / np.where(std == 0, 1, std), -3, 3)


@right("apply_scaler", "divide with where and out")
def _(X, scaler):
    mean, std = map(np.asarray, scaler)
    C = np.subtract(X, mean)
    return np.divide(C, std, out=np.zeros_like(C), where=np.broadcast_to(std > 0, C.shape))


# confusion counts, area, threshold


def _counts(y, yes):
    y, yes = np.asarray(y) == 1, np.asarray(yes)
    return {
        "tp": int(np.sum(y & yes)),
        "fp": int(np.sum(~y & yes)),
        "fn": int(np.sum(y & ~yes)),
        "tn": int(np.sum(~y & ~yes)),
    }


wrong("confusion_counts", "below the threshold is positive")(
    lambda y, p, threshold=0.5: _counts(y, p < threshold)
)
wrong("confusion_counts", "rates in place of counts: divided by N")(
    lambda y, p, threshold=0.5: {k: v / len(y) for k, v in _counts(y, p >= threshold).items()}
)


@wrong("confusion_counts", "fp and fn exchanged")
def _(y, p, threshold=0.5):
    c = _counts(y, p >= threshold)
    return {"tp": c["tp"], "fp": c["fn"], "fn": c["fp"], "tn": c["tn"]}


@wrong("confusion_counts", "an if without else: true negatives count every non-hit")
def _(y, p, threshold=0.5):
    c = dict(tp=0, fp=0, fn=0, tn=0)
    for label, prob in zip(y, p):
        guess = prob >= threshold
        if guess and label:
            c["tp"] += 1
        if guess and not label:
            c["fp"] += 1
        if not guess and label:
            c["fn"] += 1
        else:
            c["tn"] += 1
    return c


@wrong("confusion_counts", "a 2 by 2 table as scikit-learn returns it")
def _(y, p, threshold=0.5):
    c = _counts(y, p >= threshold)
    return np.array([[c["tn"], c["fp"]], [c["fn"], c["tp"]]])


@right("confusion_counts", "a Counter of pairs")
def _(y, p, threshold=0.5):
    n = collections.Counter((int(a), bool(b >= threshold)) for a, b in zip(y, p))
    return {"tp": n[1, True], "fp": n[0, True], "fn": n[1, False], "tn": n[0, False]}


@wrong("roc_auc", "accuracy at one half")
def _(y, p):
    return np.mean((np.asarray(p) >= 0.5) == y)


@wrong("roc_auc", "only pairs next to each other in the list are compared")
def _(y, p):
    wins = [p[i] > p[i + 1] for i in range(len(y) - 1) if y[i] > y[i + 1]]
    return float(np.mean(wins)) if wins else 0.5


@wrong("roc_auc", "ties are lost points")
def _(y, p):
    y, p = np.asarray(y), np.asarray(p)
    return np.mean(p[y == 1][:, None] > p[y == 0][None, :])


@wrong("roc_auc", "divided by all pairs, N squared")
def _(y, p):
    y, p = np.asarray(y), np.asarray(p)
    d = p[y == 1][:, None] - p[y == 0]
    return (np.sum(d > 0) + 0.5 * np.sum(d == 0)) / len(y) ** 2


@wrong("roc_auc", "the mean difference of the two groups' probabilities")
def _(y, p):
    y, p = np.asarray(y), np.asarray(p)
    return p[y == 1].mean() - p[y == 0].mean()


@wrong("roc_auc", "Gini: two times the area minus one")
def _(y, p):
    y, p = np.asarray(y), np.asarray(p)
    d = np.sign(p[y == 1][:, None] - p[y == 0])
    return d.mean()


@right("roc_auc", "average ranks by unique and inverse")
def _(y, p):
    y = np.asarray(y) == 1
    _, where, n = np.unique(p, return_inverse=True, return_counts=True)
    rank = (np.cumsum(n) - (n - 1) / 2)[where.ravel()]
    m = y.sum()
    return (rank[y].sum() - m * (m + 1) / 2) / (m * (len(y) - m))


@wrong("choose_threshold", "the sorted list walked from below, first that fails comes back")
def _(y_val, p_val, min_recall):
    for t in sorted(p_val):
        if np.mean(p_val[y_val == 1] >= t) < min_recall:
            return t
    return max(p_val)


@wrong("choose_threshold", "recall over all patients, not over the ill")
def _(y_val, p_val, min_recall):
    ok = [t for t in p_val if np.sum((p_val >= t) & (y_val == 1)) / len(y_val) >= min_recall]
    return max(ok, default=min(p_val))


@wrong("choose_threshold", "p > t in the recall")
def _(y_val, p_val, min_recall):
    ok = [t for t in p_val if np.mean(p_val[y_val == 1] > t) >= min_recall]
    return max(ok, default=min(p_val))


@wrong("choose_threshold", "a grid of hundredths")
def _(y_val, p_val, min_recall):
    ok = [t for t in np.arange(0, 1, 0.01) if np.mean(p_val[y_val == 1] >= t) >= min_recall]
    return max(ok)


@wrong("choose_threshold", "the best accuracy among those with the recall")
def _(y_val, p_val, min_recall):
    ok = [t for t in np.unique(p_val) if np.mean(p_val[y_val == 1] >= t) >= min_recall]
    return max(ok, key=lambda t: np.mean((p_val >= t) == y_val))


@wrong("choose_threshold", "index of the threshold in place of its value")
def _(y_val, p_val, min_recall):
    order = np.sort(p_val)[::-1]
    recall = np.array([np.mean(p_val[y_val == 1] >= t) for t in order])
    return int(np.argmax(recall >= min_recall))


@right("choose_threshold", "the k-th largest of the ill")
def _(y_val, p_val, min_recall):
    ill = np.sort(np.asarray(p_val)[np.asarray(y_val) == 1])[::-1]
    k = max(1, next(k for k in range(len(ill) + 1) if k / len(ill) >= min_recall))
    if min_recall <= 0:
        return np.max(p_val)
    return ill[k - 1]
