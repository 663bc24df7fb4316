"""A third round, chapter 6: written from the table of exercises alone, before any was run."""

import json

import numpy as np

from bplab import nn
from tests.exercises.strangers.table import right, wrong


def _strata(y, fractions, rng, cut=None, order=True, last_shuffle=True):
    parts = [[], [], []]
    for label in np.unique(y):
        rows = np.flatnonzero(y == label)
        if order:
            rows = rng.permutation(rows)
        n = len(rows)
        a = round(n * fractions[0])
        b = round(n * (fractions[0] + fractions[1]))
        for part, piece in zip(parts, (cut or np.split)(rows, [a, b]), strict=True):
            part.extend(piece)
    return tuple(np.array(p) for p in parts)


right("stratified_split", "class by class, np.split, extended lists")(
    lambda y, fractions, rng: _strata(np.asarray(y), fractions, rng)
)
wrong("stratified_split", "not shuffled inside a class")(
    lambda y, fractions, rng: _strata(np.asarray(y), fractions, rng, order=False)
)
wrong("stratified_split", "no strata: a plain shuffle")(
    lambda y, fractions, rng: nn.split_indices(len(y), fractions, rng)
)


@wrong("stratified_split", "every class is cut to the size of the smaller one (balanced)")
def _(y, fractions, rng):
    y = np.asarray(y)
    n = int(min((y == 0).sum(), (y == 1).sum()))
    parts = [[], [], []]
    for label in (0, 1):
        rows = rng.permutation(np.flatnonzero(y == label))[:n]
        a, b = round(n * fractions[0]), round(n * (fractions[0] + fractions[1]))
        for part, piece in zip(parts, np.split(rows, [a, b]), strict=True):
            part.extend(piece)
    return tuple(np.array(p) for p in parts)


@wrong("stratified_split", "positions within the class, not rows of y")
def _(y, fractions, rng):
    y = np.asarray(y)
    parts = [[], [], []]
    for label in np.unique(y):
        rows = rng.permutation(int((y == label).sum()))
        n = len(rows)
        a, b = round(n * fractions[0]), round(n * (fractions[0] + fractions[1]))
        for part, piece in zip(parts, np.split(rows, [a, b]), strict=True):
            part.extend(piece)
    return tuple(np.array(p) for p in parts)


wrong("fit_scaler", "min and max")(lambda X: (X.min(axis=0), X.max(axis=0)))
wrong("fit_scaler", "min and range")(lambda X: (X.min(axis=0), X.max(axis=0) - X.min(axis=0)))
wrong("fit_scaler", "std and mean exchanged")(lambda X: (X.std(axis=0), X.mean(axis=0)))
wrong("fit_scaler", "one mean and std over everything")(
    lambda X: (np.full(X.shape[1], X.mean()), np.full(X.shape[1], X.std()))
)
wrong("fit_scaler", "mean of squares, the mean not taken away")(
    lambda X: (X.mean(axis=0), np.sqrt((X**2).mean(axis=0)))
)
right("fit_scaler", "sums by hand, 1 for a constant column")(
    lambda X: (
        (m := X.sum(axis=0) / len(X)),
        np.where(
            (s := np.sqrt(((X - m) ** 2).sum(axis=0) / len(X))) > 1e-12 * (1 + np.abs(m)), s, 1.0
        ),
    )
)


def _safe(s):
    return np.where(np.asarray(s) == 0, 1.0, s)


wrong("apply_scaler", "mean added back: the inverse direction")(
    lambda X, scaler: X * _safe(scaler[1]) + scaler[0]
)
wrong("apply_scaler", "multiplied by the spread")(
    lambda X, scaler: (X - scaler[0]) * _safe(scaler[1])
)
wrong("apply_scaler", "centred only")(lambda X, scaler: X - scaler[0])
wrong("apply_scaler", "clipped at three spreads")(
    lambda X, scaler: np.clip((X - scaler[0]) / _safe(scaler[1]), -3, 3)
)
wrong("apply_scaler", "fits again on what it is given")(
    lambda X, scaler: (X - X.mean(axis=0)) / _safe(X.std(axis=0))
)
right("apply_scaler", "np.divide with where and out")(
    lambda X, scaler: np.divide(
        X - scaler[0],
        scaler[1],
        out=np.zeros(np.shape(X)),
        where=np.broadcast_to(np.asarray(scaler[1]) != 0, np.shape(X)),
    )
)


def _counts(y, p, threshold=0.5):
    y, said = np.asarray(y) == 1, np.asarray(p) >= threshold
    return {
        "tp": int(np.sum(y & said)),
        "fp": int(np.sum(~y & said)),
        "fn": int(np.sum(y & ~said)),
        "tn": int(np.sum(~y & ~said)),
    }


wrong("confusion_counts", "fp and fn exchanged")(
    lambda y, p, threshold=0.5: (c := _counts(y, p, threshold)) | {"fp": c["fn"], "fn": c["fp"]}
)
wrong("confusion_counts", "shares of N in place of counts")(
    lambda y, p, threshold=0.5: {k: v / len(y) for k, v in _counts(y, p, threshold).items()}
)
wrong("confusion_counts", "positive is p <= threshold")(
    lambda y, p, threshold=0.5: _counts(y, -np.asarray(p), -threshold)
)
wrong("confusion_counts", "tn counts all that were right")(
    lambda y, p, threshold=0.5: (c := _counts(y, p, threshold)) | {"tn": c["tn"] + c["tp"]}
)
wrong("confusion_counts", "0 is the positive class")(
    lambda y, p, threshold=0.5: {
        a: _counts(y, p, threshold)[b]
        for a, b in (("tp", "tn"), ("fp", "fn"), ("fn", "fp"), ("tn", "tp"))
    }
)


@right("confusion_counts", "a loop with four ifs")
def _(y, p, threshold=0.5):
    out = dict.fromkeys(("tp", "fp", "fn", "tn"), 0)
    for label, prob in zip(y, p, strict=True):
        if prob >= threshold:
            out["tp" if label else "fp"] += 1
        else:
            out["fn" if label else "tn"] += 1
    return out


def _auc(y, p, tie=0.5):
    pos, neg = np.asarray(p)[np.asarray(y) == 1], np.asarray(p)[np.asarray(y) == 0]
    d = pos[:, None] - neg[None, :]
    return float(np.mean((d > 0) + tie * (d == 0)))


wrong("roc_auc", "ties count in full")(lambda y, p: _auc(y, p, 1.0))
wrong("roc_auc", "Gini: 2 AUC - 1")(lambda y, p: 2 * _auc(y, p) - 1)
wrong("roc_auc", "one threshold at one half: balanced accuracy")(
    lambda y, p: (
        0.5
        * (
            np.mean(np.asarray(p)[np.asarray(y) == 1] >= 0.5)
            + np.mean(np.asarray(p)[np.asarray(y) == 0] < 0.5)
        )
    )
)
wrong("roc_auc", "made at least one half: max(auc, 1 - auc)")(
    lambda y, p: max(_auc(y, p), 1 - _auc(y, p))
)
wrong("roc_auc", "divided by all pairs, N (N - 1) / 2")(
    lambda y, p: _auc(y, p) * np.sum(y) * np.sum(1 - np.asarray(y)) / (len(y) * (len(y) - 1) / 2)
)
wrong("roc_auc", "difference of the mean probabilities")(
    lambda y, p: float(
        np.mean(np.asarray(p)[np.asarray(y) == 1]) - np.mean(np.asarray(p)[np.asarray(y) == 0])
    )
)


@right("roc_auc", "mean ranks, Mann and Whitney")
def _(y, p):
    y, p = np.asarray(y), np.asarray(p)
    _, inverse, count = np.unique(p, return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    rank = (last - (count - 1) / 2)[inverse.ravel()]
    n1 = int(y.sum())
    return float((rank[y == 1].sum() - n1 * (n1 + 1) / 2) / (n1 * (len(y) - n1)))


def _recall(y, p, t):
    y = np.asarray(y) == 1
    return np.mean(np.asarray(p)[y] >= t)


wrong("choose_threshold", "the lowest that keeps the recall")(
    lambda y_val, p_val, min_recall: min(t for t in p_val if _recall(y_val, p_val, t) >= min_recall)
)
wrong("choose_threshold", "specificity in place of recall")(
    lambda y_val, p_val, min_recall: max(
        t
        for t in p_val
        if np.mean(np.asarray(p_val)[np.asarray(y_val) == 0] < t) >= min_recall or t == min(p_val)
    )
)
wrong("choose_threshold", "best F1 in place of the highest with enough recall")(
    lambda y_val, p_val, min_recall: max(
        p_val,
        key=lambda t: 2 * (c := _counts(y_val, p_val, t))["tp"] / (2 * c["tp"] + c["fp"] + c["fn"]),
    )
)
wrong("choose_threshold", "only values of the healthy are tried")(
    lambda y_val, p_val, min_recall: max(
        t
        for t, label in zip(p_val, y_val, strict=True)
        if not label and _recall(y_val, p_val, t) >= min_recall
    )
)
wrong("choose_threshold", "precision for recall")(
    lambda y_val, p_val, min_recall: max(
        (t for t in p_val if np.mean(np.asarray(y_val)[np.asarray(p_val) >= t]) >= min_recall),
        default=min(p_val),
    )
)


@right("choose_threshold", "walks down the sorted probabilities")
def _(y_val, p_val, min_recall):
    y_val = np.asarray(y_val)
    for t in sorted(set(map(float, p_val)), reverse=True):
        if (
            sum(1 for q, label in zip(p_val, y_val, strict=True) if label and q >= t)
            >= min_recall * y_val.sum()
        ):
            return t
    return min(p_val)


@wrong("train_classifier", "returns classes, not probabilities")
def _(X_train, y_train, X_val, y_val, rng):
    scaler = nn.fit_scaler(X_train)
    w, b, _ = nn.train_neuron(nn.apply_scaler(X_train, scaler), y_train, 0.5, 300)
    return lambda X: (
        (nn.neuron_forward(nn.apply_scaler(np.atleast_2d(X), scaler), w, b) > 0.5) * 1.0
    )


@wrong("train_classifier", "labels shuffled apart from the rows")
def _(X_train, y_train, X_val, y_val, rng):
    scaler = nn.fit_scaler(X_train)
    w, b, _ = nn.train_neuron(nn.apply_scaler(X_train, scaler), rng.permutation(y_train), 0.5, 300)
    return lambda X: nn.neuron_forward(nn.apply_scaler(np.atleast_2d(X), scaler), w, b)


def _probability(model, age, bmi, glucose):
    x = nn.apply_scaler(np.array([[age, bmi, glucose]], dtype=float), model["scaler"])
    return nn.mlp_forward(x, model["params"], model["kind"])[0][0]


def _guard(age, bmi, glucose):
    for v, top in ((age, 130), (bmi, 150), (glucose, 1500)):
        if not np.isfinite(v) or v <= 0 or v > top:
            raise ValueError("not a value of a living person")


wrong("predict_patient", "the first column: probability of being healthy")(
    lambda model, age, bmi, glucose: (
        _guard(age, bmi, glucose),
        float(_probability(model, age, bmi, glucose)[0]),
    )[1]
)
wrong("predict_patient", "no check of the values")(
    lambda model, age, bmi, glucose: float(_probability(model, age, bmi, glucose)[1])
)
wrong("predict_patient", "bmi and glucose exchanged")(
    lambda model, age, bmi, glucose: (
        _guard(age, bmi, glucose),
        float(_probability(model, age, glucose, bmi)[1]),
    )[1]
)


@wrong("predict_patient", "kind not used: tanh whatever the model says")
def _(model, age, bmi, glucose):
    _guard(age, bmi, glucose)
    return float(_probability(model | {"kind": "tanh"}, age, bmi, glucose)[1])


@wrong("predict_patient", "the patient is not scaled")
def _(model, age, bmi, glucose):
    _guard(age, bmi, glucose)
    x = np.array([[age, bmi, glucose]], dtype=float)
    return float(nn.mlp_forward(x, model["params"], model["kind"])[0][0, 1])


@right("predict_patient", "a table of ranges, item()")
def _(model, age, bmi, glucose):
    ranges = {"age": (0, 130), "bmi": (5, 200), "glucose": (10, 2000)}
    for (name, (low, high)), value in zip(ranges.items(), (age, bmi, glucose), strict=True):
        if not (np.isfinite(value) and low < value < high):
            raise ValueError(f"{name} = {value}")
    return _probability(model, age, bmi, glucose)[1].item()


@wrong("save_model", "scaler forgotten in the file")
def _(path, model):
    with open(path, "w") as f:
        json.dump(
            {
                "params": [[W.tolist(), b.tolist()] for W, b in model["params"]],
                "kind": model["kind"],
            },
            f,
        )


@wrong("save_model", "rounded to four digits to save room")
def _(path, model):
    arrays = {"kind": np.array(model["kind"])}
    for i, (W, b) in enumerate(model["params"]):
        arrays[f"W{i}"], arrays[f"b{i}"] = W.round(4), b.round(4)
    arrays["mean"], arrays["std"] = model["scaler"]
    with open(path, "wb") as f:
        np.savez(f, **arrays)
