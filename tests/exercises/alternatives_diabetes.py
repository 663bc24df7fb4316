"""Chapter 6, written differently."""

import io
import json
import zipfile
from pathlib import Path

import numpy as np
from sklearn.metrics import confusion_matrix, roc_auc_score
from sklearn.preprocessing import StandardScaler

from bplab import nn


def split_by_floor(y, fractions, rng):
    train, val, test = [], [], []
    for label in np.unique(y):
        members = rng.permutation(np.where(y == label)[0])
        a = int(fractions[0] * len(members))
        b = a + int(fractions[1] * len(members))
        train += list(members[:a])
        val += list(members[a:b])
        test += list(members[b:])
    return train, val, test


def split_without_mixing(y, fractions, rng):
    parts = []
    for label in (0, 1):
        members = np.flatnonzero(y == label)
        rng.shuffle(members)
        cuts = np.round(np.cumsum(fractions[:2]) * len(members)).astype(int)
        parts.append(np.split(members, cuts))
    return [np.concatenate(pair) for pair in zip(*parts, strict=True)]


def scaler_with_zero_std(X):
    return X.mean(0), X.std(0)


def scaler_of_lists(X):
    scaler = StandardScaler().fit(X)
    return [scaler.mean_.tolist(), scaler.scale_.tolist()]


def scaler_by_hand(X):
    mean = np.sum(X, axis=0) / len(X)
    std = np.sqrt(np.sum((X - mean) ** 2, axis=0) / len(X))
    std[std < 1e-12] = 1
    return mean, std


def apply_where(X, scaler):
    mean, std = scaler
    return np.divide(X - mean, std, out=np.zeros_like(X), where=std > 0)


def apply_by_column(X, scaler):
    columns = [
        (X[:, j] - scaler[0][j]) / (scaler[1][j] if scaler[1][j] else 1) for j in range(X.shape[1])
    ]
    return np.stack(columns, axis=1)


def counts_by_loop(y, p, threshold=0.5):
    counts = {"tp": 0, "fp": 0, "fn": 0, "tn": 0}
    for label, score in zip(y, p, strict=True):
        positive = score >= threshold
        counts[("t" if positive == (label == 1) else "f") + ("p" if positive else "n")] += 1
    return counts


def counts_by_sklearn(y, p, threshold=0.5):
    tn, fp, fn, tp = confusion_matrix(np.asarray(y) == 1, p >= threshold).ravel()
    return {"tp": tp, "fp": fp, "fn": fn, "tn": tn, "n": len(y)}


def area_by_pairs(y, p):
    won = [1.0 if a > b else 0.5 if a == b else 0.0 for a in p[y == 1] for b in p[y == 0]]
    return sum(won) / len(won)


def area_by_ranks(y, p):
    ranks = np.array([np.sum(p < v) + (np.sum(p == v) + 1) / 2 for v in p])
    sick = np.sum(y == 1)
    return (ranks[y == 1].sum() - sick * (sick + 1) / 2) / (sick * np.sum(y == 0))


def area_by_sklearn(y, p):
    return roc_auc_score(y, p)


def threshold_by_sorting(y_val, p_val, min_recall):
    for t in sorted(set(p_val.tolist()), reverse=True):
        counts = nn.confusion_counts(y_val, p_val, t)
        if counts["tp"] / (counts["tp"] + counts["fn"]) >= min_recall:
            return t
    return None


def threshold_with_list(y_val, p_val, min_recall):
    good = [t for t in p_val if ((p_val >= t) & (y_val == 1)).sum() / y_val.sum() >= min_recall]
    return np.max(good)


def save_model(path, model):
    lists = {
        "params": [[W.tolist(), b.tolist()] for W, b in model["params"]],
        "scaler": [part.tolist() for part in model["scaler"]],
        "kind": model["kind"],
    }
    Path(path).write_text(json.dumps(lists))


def load_model(path):
    try:
        found = json.loads(Path(path).read_text())
        params = [(np.array(W), np.array(b)) for W, b in found["params"]]
        return {
            "params": params,
            "scaler": tuple(np.array(part) for part in found["scaler"]),
            "kind": found["kind"],
        }
    except (UnicodeDecodeError, KeyError, TypeError) as error:
        raise ValueError(f"{path} is no model: {error}") from error


def _named(name, function, **partners):
    space = {**globals(), **partners}
    return type(function)(function.__code__, space, name, function.__defaults__)


def _save_npz(path, model):
    with open(path, "wb") as file:
        arrays = {
            f"p{i}_{j}": t for i, pair in enumerate(model["params"]) for j, t in enumerate(pair)
        }
        np.savez_compressed(file, scaler=np.array(model["scaler"]), kind=model["kind"], **arrays)


def _load_npz(path):
    with open(path, "rb") as file:
        content = file.read()
    try:
        with np.load(io.BytesIO(content)) as found:
            n = sum(key.endswith("_0") for key in found.files)
            return {
                "params": [[found[f"p{i}_0"], found[f"p{i}_1"]] for i in range(n)],
                "scaler": found["scaler"],
                "kind": found["kind"].item(),
            }
    except (zipfile.BadZipFile, KeyError, EOFError, OSError) as error:
        raise ValueError("broken model file") from error


save_as_npz = _named("save_as_npz", _save_npz, load_model=_load_npz)
load_from_npz = _named("load_from_npz", _load_npz, save_model=_save_npz)


def predict_with_limits(model, age, bmi, glucose):
    values = np.array([age, bmi, glucose], dtype=float)
    if not np.all(np.isfinite(values)) or np.any(values <= 0) or np.any(values > [125, 200, 1500]):
        raise ValueError("impossible values")
    z = (values - model["scaler"][0]) / model["scaler"][1]
    P, _ = nn.mlp_forward(z[None], model["params"], kind=model["kind"])
    return P[0, 1]


def predict_one_by_one(model, age, bmi, glucose):
    for name, value in [("age", age), ("bmi", bmi), ("glucose", glucose)]:
        if not 0 < value < 1000:
            raise ValueError(f"{name} = {value}")
    X = nn.apply_scaler(np.array([[age, bmi, glucose]]), model["scaler"])
    return np.array(nn.mlp_forward(X, model["params"], model["kind"])[0][0][1])


def split_by_random_keys(y, fractions, rng):
    parts = [[], [], []]
    for label in (1, 0):
        members = sorted(np.flatnonzero(y == label), key=lambda _: rng.random())
        test, validation = (round(f * len(members)) for f in (fractions[2], fractions[1]))
        parts[2] += members[:test]
        parts[1] += members[test : test + validation]
        parts[0] += members[test + validation :]
    return [np.sort(part) for part in parts]


def scaler_as_one_array(X):
    return np.array([X.mean(axis=0), X.std(axis=0)])


def apply_with_a_trace(X, scaler):
    return (X - scaler[0]) / (np.asarray(scaler[1]) + 1e-12)


def counts_by_bincount(y, p, threshold=0.5):
    cells = np.bincount((2 * y + (p >= threshold)).astype(int), minlength=4)
    return dict(zip(("tn", "fp", "fn", "tp"), cells, strict=True))


def threshold_by_sorted_recall(y_val, p_val, min_recall):
    order = np.argsort(-p_val)
    recall = np.cumsum(y_val[order]) / y_val.sum()
    return p_val[order][np.argmax(recall >= min_recall)]


def predict_from_scratch(model, age, bmi, glucose):
    limits = {"age": (age, 125), "bmi": (bmi, 100), "glucose": (glucose, 900)}
    for name, (value, top) in limits.items():
        if np.isnan(value) or not 1 <= value <= top:
            raise ValueError(f"{name} of {value}")
    h = (np.array([age, bmi, glucose]) - model["scaler"][0]) / model["scaler"][1]
    slope = {"tanh": np.tanh, "relu": lambda z: np.maximum(z, 0)}[model["kind"]]
    for W, b in model["params"][:-1]:
        h = slope(h @ W + b)
    W, b = model["params"][-1]
    z = h @ W + b
    return 1 / (1 + np.exp(z[0] - z[1]))


ALTERNATIVES = {
    "stratified_split": [split_by_random_keys, split_by_floor, split_without_mixing],
    "fit_scaler": [scaler_as_one_array, scaler_with_zero_std, scaler_of_lists, scaler_by_hand],
    "apply_scaler": [apply_with_a_trace, apply_where, apply_by_column],
    "confusion_counts": [counts_by_bincount, counts_by_loop, counts_by_sklearn],
    "roc_auc": [area_by_pairs, area_by_ranks, area_by_sklearn],
    "choose_threshold": [threshold_by_sorted_recall, threshold_by_sorting, threshold_with_list],
    "save_model": [save_model, save_as_npz],
    "load_model": [load_model, load_from_npz],
    "predict_patient": [predict_from_scratch, predict_with_limits, predict_one_by_one],
}
