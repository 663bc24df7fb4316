"""Chapter 6, from threshold to serving, as strangers answer it."""

import numpy as np

from bplab import nn
from tests.exercises.strangers.table import right, wrong


@wrong("choose_threshold", "the lowest threshold that has the recall")
def _(y_val, p_val, min_recall):
    ok = [t for t in p_val if np.mean(p_val[y_val == 1] >= t) >= min_recall]
    return min(ok)


@wrong("choose_threshold", "recall strictly above")
def _(y_val, p_val, min_recall):
    ok = [t for t in p_val if np.mean(p_val[y_val == 1] >= t) > min_recall]
    return max(ok, default=0.0)


@wrong("choose_threshold", "precision in place of recall")
def _(y_val, p_val, min_recall):
    ok = [t for t in p_val if np.mean(y_val[p_val >= t]) >= min_recall]
    return max(ok, default=0.0)


@wrong("choose_threshold", "a quantile of the diabetics' probabilities, between two values")
def _(y_val, p_val, min_recall):
    return np.quantile(p_val[y_val == 1], 1 - min_recall)


@wrong("choose_threshold", "a grid of hundredths")
def _(y_val, p_val, min_recall):
    grid = np.linspace(0, 1, 101)
    return max(t for t in grid if np.mean(p_val[y_val == 1] >= t) >= min_recall)


@wrong("choose_threshold", "recall with p > threshold")
def _(y_val, p_val, min_recall):
    ok = [t for t in p_val if np.mean(p_val[y_val == 1] > t) >= min_recall]
    return max(ok, default=0.0)


@wrong("choose_threshold", "accuracy in place of recall", kind="one")
def _(y_val, p_val, min_recall):
    ok = [t for t in p_val if np.mean((p_val >= t) == (y_val == 1)) >= min_recall]
    return max(ok, default=min(p_val))


@right("choose_threshold", "the k-th largest of the diabetics")
def _(y_val, p_val, min_recall):
    q = np.sort(p_val[y_val == 1])[::-1]
    for k, t in enumerate(q, 1):
        if (q >= t).sum() / len(q) >= min_recall:
            higher = p_val[p_val >= t]
            good = [c for c in higher if np.mean(q >= c) >= min_recall]
            return max(good)
        del k


@wrong("predict_patient", "the raw numbers, not scaled")
def _(model, age, bmi, glucose):
    x = np.array([[age, bmi, glucose]], float)
    if not np.isfinite(x).all() or (x <= 0).any() or age > 130 or bmi > 150 or glucose > 900:
        raise ValueError("not a living person")
    return float(nn.mlp_forward(x, model["params"], model["kind"])[0][0, 1])


def _checked(age, bmi, glucose):
    x = np.array([[age, bmi, glucose]], float)
    if not np.isfinite(x).all() or (x <= 0).any() or age > 130 or bmi > 150 or glucose > 900:
        raise ValueError(f"age {age}, BMI {bmi}, glucose {glucose}: not a living person")
    return x


@wrong("predict_patient", "the healthy column")
def _(model, age, bmi, glucose):
    x = nn.apply_scaler(_checked(age, bmi, glucose), model["scaler"])
    return float(nn.mlp_forward(x, model["params"], model["kind"])[0][0, 0])


@wrong("predict_patient", "no check of the input")
def _(model, age, bmi, glucose):
    x = nn.apply_scaler(np.array([[age, bmi, glucose]], float), model["scaler"])
    return float(nn.mlp_forward(x, model["params"], model["kind"])[0][0, 1])


@wrong("predict_patient", "kind ignored")
def _(model, age, bmi, glucose):
    x = nn.apply_scaler(_checked(age, bmi, glucose), model["scaler"])
    return float(nn.mlp_forward(x, model["params"])[0][0, 1])


@wrong("predict_patient", "bmi and glucose in the other order")
def _(model, age, bmi, glucose):
    x = nn.apply_scaler(_checked(age, bmi, glucose)[:, [0, 2, 1]], model["scaler"])
    return float(nn.mlp_forward(x, model["params"], model["kind"])[0][0, 1])


@wrong("predict_patient", "0 or 1")
def _(model, age, bmi, glucose):
    x = nn.apply_scaler(_checked(age, bmi, glucose), model["scaler"])
    return float(nn.mlp_forward(x, model["params"], model["kind"])[0][0, 1] >= 0.5)


@wrong("predict_patient", "nan slips through: comparisons only")
def _(model, age, bmi, glucose):
    if age <= 0 or bmi <= 0 or glucose <= 0 or age > 130 or bmi > 150 or glucose > 900:
        raise ValueError("no")
    x = nn.apply_scaler(np.array([[age, bmi, glucose]], float), model["scaler"])
    return float(nn.mlp_forward(x, model["params"], model["kind"])[0][0, 1])


@wrong("predict_patient", "refuses a glucose above 300")
def _(model, age, bmi, glucose):
    if glucose > 300:
        raise ValueError("glucose above 300")
    x = nn.apply_scaler(_checked(age, bmi, glucose), model["scaler"])
    return float(nn.mlp_forward(x, model["params"], model["kind"])[0][0, 1])


@right("predict_patient", "own forward pass, 0-d array")
def _(model, age, bmi, glucose):
    a = (_checked(age, bmi, glucose)[0] - model["scaler"][0]) / model["scaler"][1]
    acts = {"tanh": np.tanh, "relu": lambda z: z.clip(0), "sigmoid": lambda z: 1 / (1 + np.exp(-z))}
    *hidden, (W, b) = model["params"]
    for V, c in hidden:
        a = acts[model["kind"]](a @ V + c)
    z = a @ W + b
    return np.array(1 / (1 + np.exp(z[0] - z[1])))


# the data are the classifier's: any model is free
@right("train_classifier", "logistic regression by scikit-learn inside")
def _(X_train, y_train, X_val, y_val, rng):
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import PolynomialFeatures, StandardScaler

    model = make_pipeline(StandardScaler(), PolynomialFeatures(2), LogisticRegression(C=0.3))
    model.fit(np.asarray(X_train), np.asarray(y_train).astype(int))
    return lambda X: model.predict_proba(np.atleast_2d(X))[:, 1]


@wrong("train_classifier", "scales the patients by their own batch")
def _(X_train, y_train, X_val, y_val, rng):
    mean, std = X_train.mean(0), X_train.std(0)
    w, b = np.zeros(3), 0.0
    Z = (X_train - mean) / std
    for _k in range(400):
        d = (1 / (1 + np.exp(-(Z @ w + b))) - y_train) / len(Z)
        w, b = w - Z.T @ d, b - d.sum()
    return lambda X: 1 / (1 + np.exp(-((X - X.mean(0)) / (X.std(0) + 1e-9) @ w + b)))


@wrong("train_classifier", "raw inputs and a high rate")
def _(X_train, y_train, X_val, y_val, rng):
    w, b = np.zeros(3), 0.0
    for _k in range(200):
        d = (0.5 * (1 + np.tanh((X_train @ w + b) / 2)) - y_train) / len(X_train)
        w, b = w - 0.5 * X_train.T @ d, b - 0.5 * d.sum()
    return lambda X: 0.5 * (1 + np.tanh((X @ w + b) / 2))


@wrong("train_classifier", "glucose alone")
def _(X_train, y_train, X_val, y_val, rng):
    g = X_train[:, 2]
    mean, std = g.mean(), g.std()
    return lambda X: 1 / (1 + np.exp(-(np.asarray(X)[:, 2] - mean) / std))
