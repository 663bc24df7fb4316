"""Chapter 6: the diabetes classifier, end to end."""

import math
import pickle
from pathlib import Path

import numpy as np

from bplab import nn
from bplab.exam import Exercise, Fault, Rng
from bplab.exam.signatures import number
from bplab.exercises import _classifier_bars
from bplab.exercises._classifier_pipelines import WRONG
from bplab.exercises._other_formulas import other_formulas
from bplab.exercises.regularization import split_fault, split_indices

# Named wrong solutions are examined with the right partner, which must bear its name here.
from bplab.nn import fit_scaler, load_model, save_model  # noqa: F401

CHAPTER = "06_diabetes_classifier"


def _uniform(rng, low, high):
    return float(rng.uniform(low, high))


def _patients(rng, N):
    return np.column_stack(
        [rng.uniform(20, 80, N), rng.uniform(18, 45, N), rng.uniform(70, 200, N)]
    )


# --- stratified_split ---------------------------------------------------------------------------

stratified = Exercise(
    "stratified_split",
    CHAPTER,
    nn.stratified_split,
    returns=("train", "validation", "test"),
    points=2,
    driver="two seeds",
)


@stratified.paper
def _(rng):
    # Class sizes that any way of rounding keeps within one patient of the shares.
    for healthy, sick, fractions in [
        (80, 40, (0.7, 0.15, 0.15)),
        (46, 35, (0.6, 0.2, 0.2)),
        (41, 36, (0.6, 0.2, 0.2)),
    ]:
        more = 20 * int(rng.integers(0, 5))
        y = rng.permutation(np.repeat([0, 1], [healthy + more, sick]))
        first, second = (Rng(int(seed)) for seed in rng.integers(1, 2**31, 2))
        yield {"y": y, "fractions": fractions, "rng": first, "other": second}


@stratified.judge
def _(case, value):
    y, fractions = case.inputs["y"], case.inputs["fractions"]
    for parts in (value["first"], value["second"]):
        fault = split_fault(parts, len(y), fractions, slack=2) or _class_fault(parts, y, fractions)
        if fault is not None:
            return _as_in_a_plain_split(fault)
    same = [
        _members(one, y, label) == _members(two, y, label)
        for one, two in zip(value["first"], value["second"], strict=True)
        for label in (0, 1)
    ]
    if any(same) and not all(same):
        return Fault(
            "same-people",
            "Two different generators put the same people of one class into the same part.",
            "Is every class shuffled, and before it is cut?",
            "Shuffle the members of each class, all of them, and only then cut.",
        )
    if all(same):
        train = np.ravel(value["first"][0]).astype(int)
        in_order = all(
            set(np.flatnonzero(y == label)[: np.sum(y[train] == label)]) <= set(train)
            for label in (0, 1)
        )
        return Fault("not-shuffled" if in_order else "rng-unused", "")
    return None


def _as_in_a_plain_split(fault):
    """The fault with the rungs it has in split_indices, if it has none here."""
    told = split_indices.mistakes.get(fault.name)
    if told is None or fault.look or fault.name in stratified.mistakes:
        return fault
    return Fault(fault.name, f"{told.observed} {fault.observed}", told.look, told.derive)


def _members(part, y, label):
    return {int(i) for i in np.ravel(part) if y[int(i)] == label}


def _class_fault(parts, y, fractions):
    for name, part, share in zip(("train", "validation", "test"), parts, fractions, strict=True):
        members = y[np.asarray(part, dtype=int).ravel()]
        for label in (0, 1):
            wanted = share * np.sum(y == label)
            have = int(np.sum(members == label))
            if abs(have - wanted) > 1 + 1e-9:
                return Fault(
                    "not-stratified",
                    f"{name} holds {have} people with y = {label}; its share is {wanted:g}.",
                )
    return None


@stratified.mistake(
    "not-stratified",
    "The classes are not shared out evenly.",
    "If 40 of 120 people are ill, how many ill people belong in a part of 15 %?",
    "Split the ill and the healthy separately, each by the same shares, then join the parts.",
)
def _(y, fractions, rng):
    return nn.split_indices(len(y), fractions, rng)


@stratified.mistake(
    "not-shuffled",
    "Within each class you take people in the order of the file.",
    "What if the file is sorted by year, or by hospital? What is rng for?",
    "Shuffle the members of each class before you cut.",
)
def _(y, fractions, rng):
    return _stratify(y, fractions, lambda members: members)


@stratified.mistake(
    "positions-for-indices",
    "Your parts hold positions within a class, not the numbers of people: some occur twice.",
    "What does the 3 in one of your parts mean: person 3 of all, or the third of the ill?",
    "Shuffle and cut the list of a class's members themselves.",
)
def _(y, fractions, rng):
    return _stratify(y, fractions, lambda members: rng.permutation(len(members)))


@stratified.mistake(
    "one-class-only",
    "Only one class was shared out; the others are in no part.",
    "How many classes does y have?",
    "Repeat the same cut for every class, and join the pieces part by part.",
)
def _(y, fractions, rng):
    return _stratify(y, fractions, rng.permutation, labels=(1,))


@stratified.mistake(
    "balanced",
    "Your parts hold as many ill as healthy people: you kept equal numbers, not equal shares.",
    "Should each part look like the whole, or like a coin?",
    "Stratified means: every part has the class shares of the whole set; nobody is left out.",
)
def _(y, fractions, rng):
    few = min(np.sum(y == 0), np.sum(y == 1))
    return _stratify(y, fractions, lambda members: rng.permutation(members)[:few])


@stratified.mistake(
    "rng-unused",
    "Two different generators gave the same split: the shuffle does not come from rng.",
    "Where does your randomness come from?",
    "Draw from the rng you are given: then a seed repeats an experiment, and a new one varies it.",
)
def _(y, fractions, rng):
    return nn.stratified_split(y, fractions, np.random.default_rng(0))


def _stratify(y, fractions, shuffle, labels=(0, 1)):
    parts = [[], [], []]
    for label in labels:
        members = shuffle(np.flatnonzero(y == label))
        cuts = np.rint(np.cumsum(fractions)[:2] * len(members)).astype(int)
        for part, piece in zip(parts, np.split(members, cuts), strict=True):
            part.append(piece)
    return tuple(np.concatenate(part) for part in parts)


# --- scaling ------------------------------------------------------------------------------------

fitting = Exercise(
    "fit_scaler",
    CHAPTER,
    nn.fit_scaler,
    returns=("mean", "std"),
    points=1,
    driver="fit scaler",
    shapes={"X": "N D"},
)


@fitting.paper
def _(rng):
    yield {"X": _patients(rng, 9)}
    yield {"X": rng.normal(size=(12, 5)) * rng.uniform(3, 9, 5) + rng.normal(size=5)}
    X = _patients(rng, 7)
    X[:, 1] = 30.0
    yield {"X": X}


@fitting.mistake(
    "n-minus-one",
    "The means are right; your std divides by N - 1: it is sqrt(N / (N - 1)) times too large.",
    "Divided by N or by N - 1? See the first lines of the exercise.",
    "Here the variance is the plain mean of squared deviations.",
)
def _(X):
    return X.mean(axis=0), X.std(axis=0, ddof=1)


@fitting.mistake(
    "rows-scaled",
    "You have one mean for each person; there should be one for each column.",
    "What is the mean of one woman's age, BMI and glucose good for?",
    "A column holds one quantity in one unit. Statistics run down the columns, over the N rows.",
)
def _(X):
    return X.mean(axis=1), X.std(axis=1)


@fitting.mistake(
    "one-for-all",
    "You have one mean and one std for the whole table.",
    "Can years, kg/m^2 and mg/dl share a mean?",
    "One mean and one std for every column: reduce over the rows only.",
)
def _(X):
    return X.mean(), X.std()


@fitting.mistake(
    "variance-for-std",
    "The means are right; what stands for std is its square, the variance.",
    "In which unit is the variance of ages?",
    "Years squared. To scale years you divide by years: take the root.",
)
def _(X):
    return X.mean(axis=0), X.var(axis=0)


@fitting.mistake(
    "min-and-max",
    "You returned the smallest value and the range of each column.",
    "Which two numbers does the exercise ask for?",
    "One outlier would set a range; mean and std let every person count.",
)
def _(X):
    return X.min(axis=0), X.max(axis=0) - X.min(axis=0)


@fitting.mistake(
    "median",
    "std is right; what stands for mean is the median.",
    "Which of the two averages does the exercise name?",
    "The mean is the sum over the rows divided by N.",
)
def _(X):
    return np.median(X, axis=0), X.std(axis=0)


DEVIATIONS = (
    "Go through the words of standard deviation from the back: which of deviation, square, mean "
    "and root are in your code, in which order?"
)
other_formulas(
    fitting,
    "std",
    *(
        (
            name,
            lambda X, form=form: np.where(np.abs(form(X)) < 1e-5, 1.0, form(X)),
            observed,
            DEVIATIONS,
            "std is the root of the mean of the squared deviations from the column's mean.",
        )
        for name, form, observed in (
            (
                "absolute-deviations",
                lambda X: np.abs(X - X.mean(axis=0)).mean(axis=0),
                "Your std is the mean absolute deviation: sizes are averaged, not squares.",
            ),
            (
                "summed",
                lambda X: np.sqrt(((X - X.mean(axis=0)) ** 2).sum(axis=0)),
                "Your std is the root of a sum of squares; a mean belongs under the root.",
            ),
            (
                "not-centered",
                lambda X: np.sqrt((X**2).mean(axis=0)),
                "Your std is the root of the mean square of X itself: the mean was not taken away.",
            ),
            ("largest", lambda X: X.max(axis=0), "Your std is the largest value of each column."),
            ("range", lambda X: np.ptp(X, axis=0), "Your std is the range of each column."),
            (
                "quartiles",
                lambda X: np.percentile(X, 75, axis=0) - np.percentile(X, 25, axis=0),
                "Your std is the distance between the quartiles.",
            ),
            ("halved", lambda X: X.std(axis=0) / 2, "Your std is half of what it should be."),
        )
    ),
)


@fitting.tells
def _(wrong, rows):
    gaps = [leaf.actual - leaf.expected for _, leaf, _ in rows]
    gaps = [gap[(np.abs(gap) > 0) & (np.abs(gap) < 0.1)] for gap in gaps]
    flat = np.concatenate(gaps) if gaps else np.zeros(0)
    if wrong.name != "std" or len(flat) < 6:
        return None
    if np.percentile(flat, 90) - np.percentile(flat, 10) > 1e-6 * np.abs(flat).max():
        return None
    return Fault(
        "eps-added",
        f"{number(float(np.median(flat)))} is added to every std, also where nothing is in danger.",
        "Which columns need protection from a division by zero, and which do not?",
        "Only a constant column does: give it a std of its own, and leave the others as they are.",
    )


other_formulas(
    fitting,
    "mean",
    (
        "median",
        lambda X: np.median(X, axis=0),
        "What stands for mean is the median.",
        "Which of the two averages does the exercise name?",
        "The mean is the sum over the rows divided by N.",
    ),
    (
        "smallest",
        lambda X: X.min(axis=0),
        "What stands for mean is the smallest value of each column.",
        "Which two numbers does the exercise ask for?",
        "The mean is the sum over the rows divided by N.",
    ),
    (
        "last-row-missing",
        lambda X: X[:-1].mean(axis=0),
        "The last row is not in your mean.",
        "Where does your loop, or your slice, end?",
        "All N rows count, the last one included.",
    ),
)

applying = Exercise(
    "apply_scaler",
    CHAPTER,
    nn.apply_scaler,
    returns="X_scaled",
    points=1,
    driver="apply scaler",
    shapes={"X": "N D"},
)


@applying.paper
def _(rng):
    for N in (8, 6, 1):
        scaler = nn.fit_scaler(_patients(rng, 20))
        yield {"X": _patients(rng, N), "scaler": scaler, "own": False}
    X = _patients(rng, 7)
    X[:, 2] = 120.0
    yield {"X": X, "scaler": nn.fit_scaler(X), "own": True}


@applying.mistake(
    "own-statistics",
    "You scaled with the mean and std of what you were given, not with those of the scaler.",
    "What would your function do to a single patient?",
    "The scaler was fitted on the training set; everyone later is measured with that same ruler.",
)
def _(X, scaler):
    return (X - X.mean(axis=0)) / np.where(np.ptp(X, axis=0) == 0, 1, X.std(axis=0))


@applying.mistake(
    "own-statistics-of-one",
    "You scaled with the mean and std of what you were given: a single patient has a spread of 0, "
    "and gets nan.",
    "What is the std of one number? Which arguments does your function not use?",
    "The scaler was fitted on the training set; everyone later is measured with that same ruler.",
)
def _(X, scaler):
    with np.errstate(all="ignore"):
        return (X - X.mean(axis=0)) / X.std(axis=0)


@applying.mistake(
    "divided-by-variance",
    "You divided by the square of std.",
    "Is the second array of the scaler a variance, or its root already?",
    "(x - mean) / std: the result counts standard deviations, so it has no unit.",
)
def _(X, scaler):
    return (X - scaler[0]) / np.asarray(scaler[1]) ** 2


@applying.mistake(
    "brackets",
    "Only the mean was divided by std; the patients themselves were not.",
    "Which comes first in Python, the division or the subtraction?",
    "The difference from the mean is what is divided: it needs its own brackets.",
)
def _(X, scaler):
    return X - scaler[0] / np.asarray(scaler[1])


@applying.mistake(
    "not-centered",
    "You divided by the std, but nothing was subtracted.",
    "What should the training set's mean become?",
    "First subtract the mean, then divide: the average patient lands on 0.",
)
def _(X, scaler):
    return X / np.where(scaler[1] == 0, 1, scaler[1])


@applying.mistake(
    "not-divided",
    "You subtracted the mean, but the columns keep their spread.",
    "By how much does glucose vary, and by how much BMI?",
    "Dividing by the std brings every column to the same spread.",
)
def _(X, scaler):
    return X - scaler[0]


@applying.mistake(
    "multiplied",
    "You multiplied by the std where it divides.",
    "Should a column with a wide spread become wider or narrower?",
    "(x - mean) / std: the result counts standard deviations.",
)
def _(X, scaler):
    return (X - scaler[0]) * scaler[1]


@applying.mistake(
    "mean-and-std-swapped",
    "You subtracted the std and divided by the mean.",
    "In which order does a scaler hold its two arrays?",
    "scaler is (mean, std): subtract the first, divide by the second.",
)
def _(X, scaler):
    return (X - scaler[1]) / scaler[0]


@applying.mistake(
    "in-place",
    "Your function changed the patients it was given.",
    "Which line writes into X?",
    "The caller still needs the raw values. An expression makes a new array.",
)
def _(X, scaler):
    X -= scaler[0]
    X /= np.where(scaler[1] == 0, 1, scaler[1])
    return X


def _whole(std):
    return np.where(np.asarray(std) == 0, 1.0, std)


other_formulas(
    applying,
    "X_scaled",
    *(
        (
            name,
            lambda X, scaler, own, form=form: form(X, np.asarray(scaler[0]), _whole(scaler[1])),
            observed,
            look,
            "(x - mean) / std, column by column, with the mean and the std of the scaler.",
        )
        for name, form, observed, look in (
            (
                "added",
                lambda X, mean, std: (X + mean) / std,
                "You added the mean where it is taken away.",
                "Where should the average patient land?",
            ),
            (
                "own-mean",
                lambda X, mean, std: (X - X.mean(axis=0)) / std,
                "The mean you take away is that of the patients given, not the scaler's.",
                "What would become of a single patient? Is one part of the scaler unused?",
            ),
            (
                "own-std",
                lambda X, mean, std: (X - mean) / _whole(X.std(axis=0)),
                "The std you divide by is that of the patients given, not the scaler's.",
                "What would become of a single patient? Is one part of the scaler unused?",
            ),
            (
                "root-of-std",
                lambda X, mean, std: (X - mean) / np.sqrt(std),
                "You divided by the root of std.",
                "Is the second array of the scaler a variance, or its root already?",
            ),
            (
                "first-column-for-all",
                lambda X, mean, std: (X - mean[0]) / std[0],
                "You scaled every column with the mean and std of the first.",
                "How many numbers does each part of the scaler hold?",
            ),
            (
                "backward",
                lambda X, mean, std: X * std + mean,
                "You went the other way: from scaled values back to raw ones.",
                "Which of the two are you given, years or standard deviations?",
            ),
            (
                "rows-scaled",
                lambda X, mean, std: (
                    (X - X.mean(axis=1, keepdims=True)) / X.std(axis=1, keepdims=True)
                ),
                "You scaled each person by the mean and std of that person's own three values.",
                "What is the mean of one woman's age, BMI and glucose good for?",
            ),
            (
                "range-scaled",
                lambda X, mean, std: (X - X.min(axis=0)) / _whole(np.ptp(X, axis=0)),
                "You scaled to the range from 0 to 1 of the patients given.",
                "Which arguments does your function not use?",
            ),
            *(
                (
                    "eps-added",
                    lambda X, mean, std, eps=eps: (X - mean) / (std + eps),
                    f"{eps:g} is added to every std, also where nothing is in danger.",
                    "Which columns need protection from a division by zero, and which do not?",
                )
                for eps in (1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8)
            ),
        )
    ),
)

# --- metrics ------------------------------------------------------------------------------------

counting = Exercise("confusion_counts", CHAPTER, nn.confusion_counts, returns="counts", points=1)


def _scored(rng, N, ties=False):
    y = (rng.random(N) < 0.4).astype(int)
    y[:4] = 0, 1, 1, 0
    p = np.clip(0.3 * y + rng.uniform(0, 0.7, N), 0.01, 0.99)
    return y, np.round(p, 1) if ties else p


@counting.paper
def _(rng):
    for N in (17, 24):
        y, p = _scored(rng, N)
        yield {"y": y, "p": p}
    for threshold in (0.3, 0.7):
        y, p = _scored(rng, 20)
        p[:5] = threshold
        yield {"y": y, "p": p, "threshold": threshold}
    yield {"y": np.array([0.0, 1.0, 1.0, 0.0, 1.0, 0.0]), "p": np.full(6, 0.5)}


def _counts(y, positive):
    return {
        "tp": int(np.sum((y == 1) & positive)),
        "fp": int(np.sum((y == 0) & positive)),
        "fn": int(np.sum((y == 1) & ~positive)),
        "tn": int(np.sum((y == 0) & ~positive)),
    }


@counting.mistake(
    "threshold-excluded",
    "People whose p is exactly the threshold are counted as negative.",
    "Is p >= threshold or p > threshold meant?",
    "Positive is p >= threshold: the threshold itself belongs to the positive side.",
)
def _(y, p, threshold=0.5):
    return _counts(y, p > threshold)


@counting.mistake(
    "false-ones-swapped",
    "fp and fn have changed places.",
    "A healthy woman is told that she is ill. Which of the two is that?",
    "The second letter is what the test said: fp said positive, and it was false.",
)
def _(y, p, threshold=0.5):
    c = nn.confusion_counts(y, p, threshold)
    return {**c, "fp": c["fn"], "fn": c["fp"]}


@counting.mistake(
    "threshold-ignored",
    "You count as if the threshold were 0.5 always.",
    "Where does threshold stand in your function?",
    "0.5 is only the default; a clinic may choose another.",
)
def _(y, p, threshold=0.5):
    return nn.confusion_counts(y, p)


@counting.mistake(
    "classes-swapped",
    "You count the healthy as the positive class: tp and tn, fp and fn have changed places.",
    "Who is looked for?",
    "Positive means y = 1: the condition that the test is for.",
)
def _(y, p, threshold=0.5):
    c = nn.confusion_counts(y, p, threshold)
    return {"tp": c["tn"], "tn": c["tp"], "fp": c["fn"], "fn": c["fp"]}


@counting.mistake(
    "shares",
    "You returned shares; the exercise asks for counts.",
    "What do the four numbers add up to?",
    "Together they count everybody once: they sum to N.",
)
def _(y, p, threshold=0.5):
    return {k: v / len(y) for k, v in nn.confusion_counts(y, p, threshold).items()}


area = Exercise("roc_auc", CHAPTER, nn.roc_auc, returns="area", points=2)


@area.paper
def _(rng):
    for N, ties in [(17, False), (24, True), (30, True), (20, False)]:
        y, p = _scored(rng, N, ties)
        yield {"y": y, "p": p}
    yield {"y": np.array([1, 0, 1, 0, 0, 1]), "p": np.full(6, 0.5)}
    y, p = _scored(rng, 15)
    yield {"y": y, "p": 1 - p}
    y, p = _scored(rng, 20)
    yield {"y": y, "p": 0.4 + 0.01 * p}  # close together: a coarse grid of thresholds sees nothing


def _pairs(y, p, tie):
    sick, healthy = p[y == 1], p[y == 0]
    above = np.sum(sick[:, None] > healthy) + tie * np.sum(sick[:, None] == healthy)
    return above / (len(sick) * len(healthy))


@area.mistake(
    "ties-lost",
    "Pairs with equal p count nothing in your version.",
    "What should the area be if everybody has the same p?",
    "A tie is a coin flip: it counts one half, so that knowing nothing gives 0.5.",
)
def _(y, p):
    return _pairs(y, p, 0)


@area.mistake(
    "ties-won",
    "Pairs with equal p count as won in your version.",
    "What should the area be if everybody has the same p?",
    "A tie is a coin flip: it counts one half, so that knowing nothing gives 0.5.",
)
def _(y, p):
    return _pairs(y, p, 1)


@area.mistake(
    "upside-down",
    "You get 1 minus the area: you count the pairs in which the healthy person ranks higher.",
    "Which of the two should have the larger p?",
    "The area is the share of pairs in which the ill person's p is above the healthy one's.",
)
def _(y, p):
    return 1 - nn.roc_auc(y, p)


@area.mistake(
    "accuracy",
    "You returned the accuracy at the threshold 0.5.",
    "Does the area depend on a threshold?",
    "The ROC curve runs over all thresholds; its area only knows the order of the p.",
)
def _(y, p):
    return float(np.mean((p >= 0.5) == y))


@area.mistake(
    "all-pairs",
    "You divided by all pairs of people; only pairs of an ill and a healthy person count.",
    "How many pairs of one ill and one healthy person are there?",
    "With P ill and M healthy people there are P * M such pairs.",
)
def _(y, p):
    return _pairs(y, p, 0.5) * np.sum(y == 1) * np.sum(y == 0) / (len(y) * (len(y) - 1) / 2)


@area.mistake(
    "difference-of-means",
    "You returned the difference of the two groups' mean p.",
    "Would the area change if every p were halved?",
    "Only the order counts: the area compares pairs, not sizes.",
)
def _(y, p):
    return float(np.mean(p[y == 1]) - np.mean(p[y == 0]))


@area.mistake(
    "staircase-through-ties",
    "You are right without ties; with equal p your curve depends on the order of the rows.",
    "Two people share a p. Can a threshold come between them?",
    "People with the same p cross the threshold together: one slanted step, not two straight ones.",
)
def _(y, p):
    order = np.argsort(-p, kind="stable")
    hits = np.cumsum(y[order] == 1) / np.sum(y == 1)
    return float(np.sum(hits[y[order] == 0]) / np.sum(y == 0))


def _swept(y, p, thresholds, ends=True, above=np.greater_equal):
    """The area under the curve of some thresholds, from the highest down."""
    steps = np.sort(np.asarray(thresholds))[::-1]
    hits = [float(np.mean(above(p[y == 1], t))) for t in steps]
    alarms = [float(np.mean(above(p[y == 0], t))) for t in steps]
    if ends:
        hits, alarms = [0.0, *hits, 1.0], [0.0, *alarms, 1.0]
    return float(np.sum(np.diff(alarms) * (np.array(hits[1:]) + hits[:-1]) / 2))


def _walked(y, p, order, start=False):
    """The area if one walks through the rows in an order, one row a step."""
    hits = np.cumsum(y[order] == 1) / np.sum(y == 1)
    alarms = np.cumsum(y[order] == 0) / np.sum(y == 0)
    if start:
        hits, alarms = np.r_[0.0, hits], np.r_[0.0, alarms]
    return float(np.sum(np.diff(alarms) * (hits[1:] + hits[:-1]) / 2))


def _rank_sum(y, p, less=True):
    ranks = np.argsort(np.argsort(p)) + 1
    sick = np.sum(y == 1)
    total = ranks[y == 1].sum() - (sick * (sick + 1) / 2 if less else 0)
    return float(total / (sick * np.sum(y == 0)))


PAIRS = (
    "Among all pairs of an ill and a healthy person: in which share is the ill one's p higher? A "
    "tie counts half."
)
WALK = "From the highest p down, the curve starts at (0, 0) and ends at (1, 1)."
other_formulas(
    area,
    "area",
    (
        "ties-by-position",
        _rank_sum,
        "You are right without ties; with equal p your ranks depend on the order of the rows.",
        "Two people share a p. Which ranks do they get?",
        "People with the same p share the mean of their ranks: then a tie counts half.",
    ),
    (
        "ties-by-position",
        lambda y, p: _walked(y, p, np.argsort(-p), start=True),
        "You are right without ties; with equal p your curve depends on the order of the rows.",
        "Two people share a p. Can a threshold come between them?",
        "People with the same p cross the threshold together: one slanted step, not two straight "
        "ones.",
    ),
    (
        "rank-sum",
        lambda y, p: _rank_sum(y, p, less=False),
        "You divided the sum of the ill people's ranks as it is.",
        "Which ranks would the ill have if all of them were at the bottom?",
        "Even then the ranks add up to P (P + 1) / 2 for P ill people. That much is taken away "
        "first.",
    ),
    *(
        (
            "ranks-from-zero",
            lambda y, p, area=form: area(y, p) - 1 / np.sum(y == 0),
            "Your area lacks exactly 1 over the number of healthy people: your ranks begin at 0.",
            "Which rank does the person with the lowest p get?",
            "P (P + 1) / 2 is the sum of the ranks 1 to P; with ranks from 0 it would be "
            "P (P - 1) / 2.",
        )
        for form in (nn.roc_auc, _rank_sum)
    ),
    (
        "rows-not-sorted",
        lambda y, p: _walked(y, p, np.arange(len(p))),
        "Your curve walks through the people in the order of the rows; p plays no part in it.",
        "In which order does a falling threshold meet the people?",
        WALK,
    ),
    (
        "lowest-first",
        lambda y, p: _walked(y, p, np.argsort(p)),
        "Your curve begins with the people whose p is lowest.",
        "A threshold falls from 1 to 0. Whom does it meet first?",
        WALK,
    ),
    (
        "start-missing",
        lambda y, p: _swept(y, p, np.unique(p), ends=False),
        "Your curve does not start at (0, 0): what lies before its first point is missing.",
        "Which threshold calls nobody ill? Is it among yours?",
        WALK,
    ),
    (
        "end-missing",
        lambda y, p: _swept(y, p, np.unique(p), ends=False, above=np.greater),
        "Your curve does not end at (1, 1): no threshold of yours calls everybody ill.",
        "What happens to the person with the lowest p?",
        WALK,
    ),
    *(
        (
            "coarse-grid",
            lambda y, p, n=n: _swept(y, p, np.linspace(0, 1, n)),
            f"You tried {n} thresholds from 0 to 1: people between two of them cannot be told "
            "apart.",
            "Which thresholds change anything for these people?",
            "Only the values in p themselves do. They may lie as close together as they like.",
        )
        for n in (5, 6, 10, 11, 20, 21, 50, 51, 100, 101, 200, 201, 500, 501, 1000, 1001)
    ),
    (
        "gini",
        lambda y, p: 2 * nn.roc_auc(y, p) - 1,
        "You returned 2 * area - 1, which is 0 for a coin flip (the Gini coefficient).",
        "What should the area be if everybody has the same p?",
        PAIRS,
    ),
    (
        "never-below-half",
        lambda y, p: max(nn.roc_auc(y, p), 1 - nn.roc_auc(y, p)),
        "You are right unless the area is below 0.5: there you give 1 minus it.",
        "What should a model get that ranks every ill person below every healthy one?",
        "An area near 0 says that the ranking is upside down. Turning it around hides that.",
    ),
    (
        "pairs-counted",
        lambda y, p: nn.roc_auc(y, p) * np.sum(y == 1) * np.sum(y == 0),
        "You counted pairs; the area is their share.",
        "How many pairs of one ill and one healthy person are there?",
        PAIRS,
    ),
    (
        "pairs-counted",
        lambda y, p: _pairs(y, p, 0) * np.sum(y == 1) * np.sum(y == 0),
        "You counted pairs, without ties; the area is their share, and a tie counts half.",
        "How many pairs of one ill and one healthy person are there?",
        PAIRS,
    ),
    (
        "ties-lost-and-upside-down",
        lambda y, p: 1 - _pairs(y, p, 1),
        "Two things at once: you count the pairs in which the healthy person ranks higher, and "
        "ties count nothing.",
        "Which of the two should have the larger p? And what should a tie count?",
        PAIRS,
    ),
    *(
        (
            "all-pairs",
            lambda y, p, tie=tie: _pairs(y, p, tie) * np.sum(y == 1) * np.sum(y == 0) / len(y) ** 2,
            "You divided by N * N; only pairs of an ill and a healthy person count"
            + (", and a tie counts half." if tie == 0 else "."),
            "How many pairs of one ill and one healthy person are there?",
            "With P ill and M healthy people there are P * M such pairs.",
        )
        for tie in (0.5, 0)
    ),
    *(
        (
            "one-threshold",
            form,
            f"You returned {words}: one threshold, one point of the curve.",
            "Does the area depend on a threshold?",
            "The curve runs over all thresholds; its area only knows the order of the p.",
        )
        for words, form in (
            ("the recall at 0.5", lambda y, p: np.mean(p[y == 1] >= 0.5)),
            (
                "the mean of recall and specificity at 0.5",
                lambda y, p: (np.mean(p[y == 1] >= 0.5) + np.mean(p[y == 0] < 0.5)) / 2,
            ),
        )
    ),
    (
        "difference-of-means",
        lambda y, p: 0.5 + np.mean(p[y == 1]) - np.mean(p[y == 0]),
        "You returned 0.5 plus the difference of the two groups' mean p.",
        "Would the area change if every p were halved?",
        "Only the order counts: the area compares pairs, not sizes.",
    ),
    (
        "correlation",
        lambda y, p: np.corrcoef(y, p)[0, 1],
        "You returned the correlation of y and p.",
        "Would the area change if every p were squared?",
        PAIRS,
    ),
    (
        "average-precision",
        lambda y, p: _average_precision(y, p),
        "You returned the average precision: the area under another curve.",
        "What stands on the two axes of a ROC curve?",
        "The share of the ill that are found, over the share of the healthy that are alarmed.",
    ),
    (
        "alarms-over-all",
        lambda y, p: nn.roc_auc(y, p) * np.sum(y == 0) / len(y),
        "Your horizontal axis counts false alarms as a share of all people.",
        "Of whom is the false positive rate a share?",
        "Of the healthy: fp / (fp + tn). It reaches 1 when all of them are alarmed.",
    ),
)


def _average_precision(y, p):
    ranked = y[np.argsort(-p)] == 1
    return float(np.mean((np.cumsum(ranked) / np.arange(1, len(y) + 1))[ranked]))


@area.tells
def _(wrong, rows):
    """What the cases that are right have in common, where ties tell."""
    tied = [len(np.unique(given["p"])) < len(given["p"]) for given, _, _ in rows]
    off = [not leaf.right for _, leaf, _ in rows]
    if tied != off:
        return None
    return Fault(
        "wrong-with-ties",
        "You are right wherever all p differ, and wrong wherever two people share a p.",
        "Two people share a p. What does your function do with them, and would it do the same if "
        "their rows changed places?",
        PAIRS,
    )


# --- train_classifier ---------------------------------------------------------------------------

training = Exercise(
    "train_classifier",
    CHAPTER,
    nn.train_classifier,
    returns="predict",
    points=6,
    driver="classifier",
    repeat=False,
    seconds=60.0,
    costly=True,
)
training.paper(_classifier_bars.cases)
training.judge(_classifier_bars.judge)
for wrong in WRONG.values():
    training.mistake(wrong.slug, wrong.observed, wrong.look, wrong.derive)(wrong.pipelines[0])


# --- choose_threshold ---------------------------------------------------------------------------

choosing = Exercise("choose_threshold", CHAPTER, nn.choose_threshold, returns="threshold", points=2)


@choosing.paper
def _(rng):
    for N, recall, ties in [(20, 0.9, False), (30, 0.6, True), (24, 0.75, False), (18, 1.0, False)]:
        y, p = _scored(rng, N, ties)
        y[:10] = 1, 1, 1, 1, 1, 1, 0, 0, 0, 0
        p[9] = 1.0  # a healthy person ranks first, so that no rule finds the top by luck
        yield {"y_val": y, "p_val": p, "min_recall": recall}
    y = np.repeat([1, 0], [10, 14])  # a recall of exactly 0.9 and 0.5 can be reached
    for recall in (0.9, 0.5):
        yield {"y_val": y, "p_val": rng.uniform(0.05, 0.95, 24), "min_recall": recall}


def _thresholds(y, p, good, pick=max):
    found = [float(t) for t in np.unique(p) if good(y, p, t)]
    return pick(found) if found else 0.0


def _recall(y, p, t):
    return np.mean(p[y == 1] >= t)


@choosing.mistake(
    "lowest",
    "You chose the lowest threshold with enough recall: nearly everybody is called ill.",
    "Among all thresholds that find enough of the ill, which one alarms the fewest healthy people?",
    "Recall only falls as the threshold rises, so the highest that still meets it is best.",
)
def _(y_val, p_val, min_recall):
    return _thresholds(y_val, p_val, lambda y, p, t: _recall(y, p, t) >= min_recall, min)


@choosing.mistake(
    "strictly-above",
    "Where recall is exactly min_recall you went one threshold further down.",
    "At least, or more than?",
    "At least min_recall: equality is good enough.",
)
def _(y_val, p_val, min_recall):
    return _thresholds(y_val, p_val, lambda y, p, t: _recall(y, p, t) > min(min_recall, 1 - 1e-9))


@choosing.mistake(
    "precision",
    "You asked for precision: which share of the alarms is right.",
    "Recall: of whom is it a share?",
    "Recall is the share of the ill that are found: tp / (tp + fn).",
)
def _(y_val, p_val, min_recall):
    return _thresholds(y_val, p_val, lambda y, p, t: np.mean(y[p >= t] == 1) >= min_recall)


@choosing.mistake(
    "everybody",
    "You counted the share of all people at or above the threshold.",
    "Recall: of whom is it a share?",
    "Only the ill count in recall; how the healthy are called does not matter to it.",
)
def _(y_val, p_val, min_recall):
    return _thresholds(y_val, p_val, lambda y, p, t: np.mean(p >= t) >= min_recall)


@choosing.mistake(
    "healthy-recall",
    "You found the share of the healthy that are called healthy; that is specificity.",
    "Who is looked for?",
    "Recall looks at the ill: the share of them with p >= threshold.",
)
def _(y_val, p_val, min_recall):
    return _thresholds(y_val, p_val, lambda y, p, t: np.mean(p[y == 0] < t) >= min_recall)


@choosing.mistake(
    "recall-as-threshold",
    "You returned min_recall itself.",
    "Is a threshold on p the same as a share of people found?",
    "Try thresholds one by one, count who is found, and keep the highest that finds enough.",
)
def _(y_val, p_val, min_recall):
    return min_recall


@choosing.mistake(
    "interpolated",
    "Your threshold lies between two of the values in p_val.",
    "Which thresholds can change a decision on these people?",
    "Only the values in p_val themselves: between two of them nothing changes.",
)
def _(y_val, p_val, min_recall):
    return float(np.quantile(p_val[y_val == 1], 1 - min_recall)) - 1e-4


@choosing.tells
def _(wrong, rows):
    """What the threshold returned would do: its recall, and whether it is one of p_val."""
    given, leaf = next((given, leaf) for given, leaf, _ in rows if leaf is wrong)
    y, p, least = given["y_val"], given["p_val"], given["min_recall"]
    t, best = float(leaf.actual), float(leaf.expected)
    pairs = [(float(leaf.actual), float(leaf.expected)) for _, leaf, _ in rows]
    if len({a for a, _ in pairs}) == 1 or any(
        all(round(e, digits) == a for a, e in pairs) for digits in range(1, 8)
    ):
        return None  # one number for all, or a rounded one: signatures say so
    found, ill = int(np.sum(p[y == 1] >= t)), int(np.sum(y == 1))
    told = f"With p >= {number(t)} you find {found} of the {ill} ill, a recall of {found / ill:.4g}"
    if not np.any(p == t):
        told += f"; and {number(t)} is none of the values in p_val"
    if found / ill < least:
        return Fault(
            "recall-too-low",
            f"{told}. At least {least:g} was asked for.",
            "Which thresholds do you try: the values in p_val, or numbers made in another way?"
            if not np.any(p == t)
            else "Count by hand who is at or above your threshold. Which share of the ill is that, "
            "and does your code compute the same?",
            "Recall is tp / (tp + fn), over the ill only, with p >= threshold. Take the highest "
            "value of p_val for which it is at least min_recall.",
        )
    if t < best:
        return Fault(
            "higher-would-do",
            f"{told}. That is enough, but {number(best)} is in p_val too, is higher, and finds "
            f"{int(np.sum(p[y == 1] >= best))} of them, still at least {least:g}.",
            "Which thresholds do you try: the values in p_val, or numbers made in another way?"
            if not np.any(p == t)
            else "Is it p > threshold or p >= threshold, at least or more than min_recall? And "
            "which of those that are good enough do you keep?",
            "Recall only falls as the threshold rises, so the highest that still meets it raises "
            "the fewest false alarms. The person at the threshold counts as found.",
        )
    return Fault(
        "not-from-p-val",
        f"{told}.",
        "Which thresholds do you try?",
        "Only the values in p_val: between two of them no decision changes.",
    )


# --- save_model, load_model -----------------------------------------------------------------------


def _model(rng, kind="tanh"):
    widths = (3, 5, 4, 2)
    params = [
        (rng.normal(size=(n, m)) / math.sqrt(n), rng.normal(size=m))
        for n, m in zip(widths[:-1], widths[1:], strict=True)
    ]
    return {"params": params, "scaler": nn.fit_scaler(_patients(rng, 12)), "kind": kind}


saving = Exercise(
    "save_model",
    CHAPTER,
    nn.save_model,
    returns=("files", "format", "params", "scaler", "kind"),
    points=1,
    driver="save",
    credit=("params", "scaler"),  # the kinds are the same on every paper
)


@saving.paper
def _(rng):
    yield {"name": "model.npz", "model": _model(rng)}
    yield {"name": "clinic.model", "model": _model(rng, "relu")}
    yield {"name": "plain", "model": _model(rng, "sigmoid")}


@saving.mistake(
    "other-name",
    "The file you wrote does not bear the name you were given: an ending was added.",
    "Look into the folder after saving. What does NumPy do to a name without its ending?",
    "Given a name, savez adds its ending; given an open file, it writes to exactly that.",
)
def _(path, model):
    save_model(path if str(path).endswith(".npz") else f"{path}.npz", model)


@saving.mistake(
    "other-files",
    "What lies in the folder after saving is not exactly the file asked for.",
    "Print the path you are given and the name of what you write: are they the same?",
    "One call, one file, at exactly the path given, whatever its ending: the one who loads it has "
    "nothing but that path.",
    when="files",
)
def _(path, model):
    save_model(path, model)
    Path(f"{path}.bak").write_text("kept to be safe")


@saving.mistake(
    "pickle",
    "You saved a pickle: loading one can run any code that its author put into it.",
    "Who may hand you a model file one day?",
    "Arrays and a word are all there is to keep. A format of numbers cannot run anything.",
)
def _(path, model):
    Path(path).write_bytes(pickle.dumps(model))


@saving.mistake(
    "kind-lost",
    "params and scaler come back; kind does not.",
    "How would the one who loads it know which activation to use?",
    "Everything that predicting needs goes into the file: params, scaler and kind.",
)
def _(path, model):
    save_model(path, {**model, "kind": "tanh"})


@saving.mistake(
    "rounded",
    "The numbers come back rounded: digits were lost on the way.",
    "How many digits does your format keep?",
    "A float64 has up to 17 digits; a text with fewer gives another model back.",
)
def _(path, model):
    params = [(np.round(W, 4), np.round(b, 4)) for W, b in model["params"]]
    save_model(path, {**model, "params": params})


loading = Exercise(
    "load_model",
    CHAPTER,
    nn.load_model,
    returns=("params", "scaler", "kind", "errors"),
    points=2,
    driver="load",
    credit=("params", "scaler"),
)


@loading.paper
def _(rng):
    noise = bytes(rng.integers(0, 256, 300).astype(np.uint8))
    for name, kind in [("model.npz", "tanh"), ("clinic.model", "relu")]:
        yield {"name": name, "model": _model(rng, kind), "noise": noise.hex()}


@loading.mistake(
    "error-passed-on",
    "The model comes back; a broken file does not give a ValueError that says what is wrong.",
    "Which errors can the reader of your format raise? Cut a file in half and see.",
    "Turn whatever goes wrong while reading into one ValueError with a sentence for the user; let "
    "only the missing file speak for itself.",
)
def _(path):
    with np.load(path, allow_pickle=False) as found:
        layers = sum(name.startswith("W") for name in found.files)
        return {
            "params": [(found[f"W{i}"], found[f"b{i}"]) for i in range(1, layers + 1)],
            "scaler": (found["mean"], found["std"]),
            "kind": str(found["kind"]),
        }


@loading.mistake(
    "other-error",
    "The answer to a file that cannot be read is not the error asked for.",
    "Try four files: one that is missing, an empty one, one cut in half, and one of another kind. "
    "What does each of them give?",
    "FileNotFoundError for the file that is not there; for every other one a ValueError, whichever "
    "error your reader met first. What could run when it is loaded is refused as well.",
    when="errors",
)
def _(path):
    try:
        return load_model(path)
    except Exception as error:
        raise RuntimeError(str(error)) from error


@loading.mistake(
    "missing-is-broken",
    "The model comes back; a missing file is reported like a broken one.",
    "What should someone do who mistyped the name, and what someone whose file is damaged?",
    "FileNotFoundError for a file that is not there, ValueError for one that cannot be read.",
)
def _(path):
    try:
        return load_model(path)
    except FileNotFoundError as error:
        raise ValueError(str(error)) from error


@loading.mistake(
    "errors-swallowed",
    "The model comes back; for a broken file you return an empty model and say nothing.",
    "What will happen in the clinic when nobody notices?",
    "Fail loudly: a file that cannot be read raises a ValueError.",
)
def _(path):
    try:
        return load_model(path)
    except ValueError:
        return {}


@loading.mistake(
    "layers-reversed",
    "The layers come back in another order.",
    "In which order do you collect the arrays from the file?",
    "The first layer first; names are sorted as text, so W10 would stand before W2.",
)
def _(path):
    model = load_model(path)
    return {**model, "params": model["params"][::-1]}


def _of_a_round_trip(wrong, rows):
    """What became of the kind, or of the two parts of the scaler, on the way through the file."""
    if wrong.name == "kind" and isinstance(wrong.expected, str):
        return Fault(
            "kind-changed",
            f"The model that was saved has the kind {wrong.expected!r}; the one that comes back "
            f"has {str(wrong.actual)!r}.",
            "Where is the kind written to the file, and in which form is it read again?",
            "The kind is one word, different from model to model: it is written as it is, and what "
            "comes back is the same word, not an array that holds it.",
        )
    leaves = next(leaves for _, leaf, leaves in rows if leaf is wrong)
    kept = {leaf.name: leaf.expected for leaf in leaves if leaf.name.startswith("scaler[")}
    if wrong.name in kept and len(kept) == 2:
        other = kept[f"scaler[{1 - int(wrong.name[7])}]"]
        if np.array_equal(wrong.actual, other):
            return Fault(
                "mean-and-std-swapped",
                f"The two parts of the scaler come back in another order: {wrong.name} is what "
                f"scaler[{1 - int(wrong.name[7])}] was.",
                "In which order are mean and std written, and in which are they read?",
                "scaler is (mean, std), on both sides of the file.",
            )
    if wrong.actual is not None and not np.any(wrong.actual):
        return Fault(
            "not-kept",
            f"{wrong.name} comes back as zeros: what it held is not in the file.",
            "Which arrays do you write, and which do you make anew when you read?",
            "Everything that predicting needs goes into the file: every W, every b, mean, std and "
            "kind.",
        )
    return None


saving.tells(_of_a_round_trip)
loading.tells(_of_a_round_trip)

# --- predict_patient ----------------------------------------------------------------------------

predicting = Exercise(
    "predict_patient",
    CHAPTER,
    nn.predict_patient,
    returns=("ordinary", "unusual", "impossible"),
    points=2,
    driver="patients",
    credit=("ordinary", "unusual"),  # who refuses everybody is right about the impossible
)

IMPOSSIBLE = [
    (math.nan, 30.0, 120.0),
    (50.0, math.nan, 120.0),
    (50.0, 30.0, math.nan),
    (50.0, math.inf, 120.0),
    (50.0, 30.0, -math.inf),
    (-1.0, 30.0, 120.0),
    (50.0, -30.0, 120.0),
    (50.0, 30.0, -120.0),
    (0.0, 30.0, 120.0),
    (50.0, 0.0, 120.0),
    (50.0, 30.0, 0.0),
    (2000.0, 30.0, 120.0),
    (50.0, 3000.0, 120.0),
    (50.0, 30.0, 12000.0),
]


@predicting.paper
def _(rng):
    for kind in ("tanh", "relu"):
        yield {
            "model": _model(rng, kind),
            "ordinary": [tuple(map(float, row)) for row in np.round(_patients(rng, 6), 2)],
            "unusual": [(100.0, 30.0, 120.0), (45.0, 60.0, 110.0), (50.0, 31.0, 500.0)],
            "impossible": IMPOSSIBLE,
        }


def _predict(model, age, bmi, glucose, check=lambda value: 0 < value < 1000, column=1, scale=True):
    if not all(check(value) for value in (age, bmi, glucose)):
        raise ValueError("not a living person's values")
    X = np.array([[age, bmi, glucose]])
    X = nn.apply_scaler(X, model["scaler"]) if scale else X
    return float(nn.mlp_forward(X, model["params"], model["kind"])[0][0, column])


@predicting.mistake(
    "not-checked",
    "Ordinary patients get the right probability; so do people who cannot exist.",
    "Can a living person have a BMI of 0, or an age of nan?",
    "A zero often stands for a missing measurement. Refuse what cannot be, with a ValueError.",
)
def _(model, age, bmi, glucose):
    return _predict(model, age, bmi, glucose, check=lambda value: True)


@predicting.mistake(
    "only-nan-refused",
    "nan and infinity are refused; negative numbers, zeros or thousands are not.",
    "Which values has no living person?",
    "A value must be finite, above zero, and not absurdly large.",
)
def _(model, age, bmi, glucose):
    return _predict(model, age, bmi, glucose, check=math.isfinite)


@predicting.mistake(
    "upper-end-open",
    "Negative numbers, zeros and nan are refused; an age of 2000 years or a glucose of 12000 is "
    "not.",
    "A slipped digit makes 12000 of 120. Who would notice?",
    "Every value needs an upper limit too, wide enough for the unusual.",
)
def _(model, age, bmi, glucose):
    return _predict(model, age, bmi, glucose, check=lambda v: math.isfinite(v) and v > 0)


@predicting.mistake(
    "let-through",
    "A value that no living person has did not give a ValueError.",
    "Which of the three values do you check, and for what: nan, infinity, zero, below zero, "
    "thousands? What does your function do with one that fails?",
    "Each value must be finite, above zero and below a generous limit. One that is not raises a "
    "ValueError; a probability, nan or None would be taken for an answer.",
    when="impossible",
)
def _(model, age, bmi, glucose):
    return _predict(model, age, bmi, glucose) if 0 < age < 1000 else math.nan


@predicting.mistake(
    "too-strict",
    "You refuse people who are unusual but real: age 100, BMI 60, or glucose 500 mg/dl.",
    "Rare, or impossible?",
    "The sickest patients have the strangest values. Refuse only what no living person has.",
)
def _(model, age, bmi, glucose):
    if not (0 < age < 90 and 10 < bmi < 50 and 40 < glucose < 300):
        raise ValueError("unusual values")
    return _predict(model, age, bmi, glucose)


@predicting.mistake(
    "not-scaled",
    "You fed raw years, kg/m^2 and mg/dl to a network that was trained on scaled ones.",
    "What is in the model besides params?",
    "The scaler belongs to the model: apply it to the patient first.",
)
def _(model, age, bmi, glucose):
    return _predict(model, age, bmi, glucose, scale=False)


@predicting.mistake(
    "wrong-column",
    "You returned the probability of being healthy: 1 minus the right one.",
    "Which of the two output columns is diabetic?",
    "The columns are class 0 and class 1; diabetic is 1, the second.",
)
def _(model, age, bmi, glucose):
    return _predict(model, age, bmi, glucose, column=0)


@predicting.mistake(
    "decision-returned",
    "You returned the decision, 0 or 1; the exercise asks for the probability.",
    "How would a doctor tell 0.51 from 0.99 in your answer?",
    "The threshold is the clinic's business. Give back the probability as it is.",
)
def _(model, age, bmi, glucose):
    return float(_predict(model, age, bmi, glucose) >= 0.5)


@predicting.mistake(
    "columns-swapped",
    "You handed the three values over in another order than the network was trained with.",
    "In which order do the columns of X come?",
    "age, bmi, glucose: a weight belongs to a column, not to a name.",
)
def _(model, age, bmi, glucose):
    _predict(model, age, bmi, glucose)
    return _predict(model, glucose, bmi, age)


@predicting.mistake(
    "kind-ignored",
    "For a tanh network you are right; for another kind you are not.",
    "What does the model say about its activation?",
    "model['kind'] names the activation it was trained with.",
)
def _(model, age, bmi, glucose):
    return _predict({**model, "kind": "tanh"}, age, bmi, glucose)


PATIENT = (
    "Scale (age, bmi, glucose) with the model's mean and std, send it through the network of the "
    "model's kind, and give back the second probability as it is."
)


def _as_probability(model, X):
    return nn.mlp_forward(X, model["params"], model["kind"])[0][:, 1]


def _in_another_order(*order):
    def answer(model, raw, z):
        return _as_probability(model, nn.apply_scaler(raw[:, list(order)], model["scaler"]))

    return answer


OTHER_ANSWERS = (
    *(
        (
            "columns-swapped",
            _in_another_order(*order),
            "The three values reach the network in another order than age, bmi, glucose.",
            "In which order do the columns of X come?",
        )
        for order in ((1, 0, 2), (0, 2, 1), (2, 1, 0), (1, 2, 0), (2, 0, 1))
    ),
    (
        "not-scaled",
        lambda model, raw, z: _as_probability(model, raw),
        "The network is fed raw years, kg/m^2 and mg/dl.",
        "What is in the model besides params?",
    ),
    (
        "not-divided",
        lambda model, raw, z: _as_probability(model, raw - model["scaler"][0]),
        "The mean is taken away, but nothing is divided by the std.",
        "Which of the scaler's two parts is used?",
    ),
    (
        "not-centered",
        lambda model, raw, z: _as_probability(model, raw / model["scaler"][1]),
        "The values are divided by the std, but the mean is not taken away.",
        "Which of the scaler's two parts is used?",
    ),
    (
        "scaled-twice",
        lambda model, raw, z: _as_probability(model, nn.apply_scaler(z, model["scaler"])),
        "The patient is scaled twice.",
        "How often is the scaler applied on the way?",
    ),
    (
        "patient-ignored",
        lambda model, raw, z: _as_probability(model, 0 * raw),
        "Every patient gets what the average patient gets: zeros reach the network.",
        "What is the patient scaled by: the model's scaler, or a mean of one patient?",
    ),
    (
        "the-surer-one",
        lambda model, raw, z: np.maximum(_as_probability(model, z), 1 - _as_probability(model, z)),
        "That is the larger of the two probabilities, whichever class it speaks of.",
        "Which of the two output columns is diabetic?",
    ),
    (
        "wrong-column",
        lambda model, raw, z: 1 - _as_probability(model, z),
        "That is the probability of being healthy: 1 minus the right one.",
        "Which of the two output columns is diabetic?",
    ),
    (
        "wrong-column-and-not-scaled",
        lambda model, raw, z: 1 - _as_probability(model, raw),
        "Two things at once: raw values are fed to the network, and the first column is taken.",
        "What is in the model besides params? And which of the two columns is diabetic?",
    ),
    (
        "percent",
        lambda model, raw, z: 100 * _as_probability(model, z),
        "That is a number of percent; a probability lies between 0 and 1.",
        "Which unit has a probability?",
    ),
    (
        "log-odds",
        lambda model, raw, z: np.log(_as_probability(model, z) / (1 - _as_probability(model, z))),
        "That is the logarithm of the odds, not the probability.",
        "Which values can a probability have?",
    ),
    (
        "squashed-twice",
        lambda model, raw, z: 1 / (1 + np.exp(-_as_probability(model, z))),
        "A sigmoid is applied to what is a probability already.",
        "What does the forward pass return: scores, or probabilities?",
    ),
)


@predicting.tells
def _(wrong, rows):
    given, _, leaves = next(row for row in rows if row[1] is wrong)
    if wrong.fault is not None and wrong.part == "unusual":
        return Fault(
            "too-strict",
            "You refuse a patient who is unusual but real.",
            "Rare, or impossible? Which of your limits stops this one?",
            "The sickest patients have the strangest values. Refuse only what no living person "
            "has.",
        )
    if wrong.fault is not None or wrong.part != "ordinary":
        return None
    asked = [leaf for leaf in leaves if leaf.part == "ordinary"]
    mine = np.array([float(leaf.actual) for leaf in asked])
    model, raw = given["model"], np.array(given["ordinary"])
    z = nn.apply_scaler(raw, model["scaler"])
    for name, answer, observed, look in OTHER_ANSWERS:
        if np.allclose(mine, answer(model, raw, z), rtol=1e-6, atol=1e-9):
            return Fault(name, observed, look, PATIENT)
    right = np.array([float(leaf.expected) for leaf in asked])
    if any(np.array_equal(np.round(right, digits), mine) for digits in range(1, 9)):
        return None  # a signature says so
    return Fault(
        "another-answer",
        "What comes back for an ordinary patient is not the network's second probability.",
        "Print what reaches the network: three numbers, and of which size? Then what leaves it: "
        "two, that add up to 1.",
        PATIENT,
    )


CELLS = (
    "Write the four sentences out: tp counts those who are ill and called ill, fp the healthy "
    "called ill, fn the ill called healthy, tn the healthy called healthy."
)


@counting.tells
def _(wrong, rows):
    """Which people each of the four numbers counts, in all cases."""
    groups = {
        "all who are called ill": lambda y, q: np.sum(q),
        "all who are called healthy": lambda y, q: np.sum(~q),
        "all who are ill": lambda y, q: np.sum(y),
        "all who are healthy": lambda y, q: np.sum(~y),
        "all who are called what they are": lambda y, q: np.sum(y == q),
        "all who are called what they are not": lambda y, q: np.sum(y != q),
        "the ill who are called ill": lambda y, q: np.sum(y & q),
        "the healthy who are called ill": lambda y, q: np.sum(~y & q),
        "the ill who are called healthy": lambda y, q: np.sum(y & ~q),
        "the healthy who are called healthy": lambda y, q: np.sum(~y & ~q),
    }
    scales = {"": lambda y, q: 1.0, "100 times the share of ": lambda y, q: 100 / len(y)}
    scales["the share, among those of the same health, of "] = lambda y, q: (
        1 / np.sum(y) if wrong.name in ("tp", "fn") else 1 / np.sum(~y)
    )
    scales["the share, among those called the same, of "] = lambda y, q: (
        1 / np.sum(q) if wrong.name in ("tp", "fp") else 1 / np.sum(~q)
    )
    counted = [
        (np.asarray(g["y"]) == 1, g["p"] >= g["threshold"], float(leaf.actual))
        for g, leaf, _ in rows
    ]
    for scale, factor in scales.items():
        for group, count in groups.items():
            if all(np.isclose(count(y, q) * factor(y, q), have) for y, q, have in counted):
                return Fault(
                    "other-people",
                    f"{wrong.name} counts {scale}{group}.",
                    f"Who belongs in {wrong.name}: what are they, and what are they called?",
                    CELLS,
                )
    turned = [
        (y, g["p"] < g["threshold"]) for (y, _, _), (g, _, _) in zip(counted, rows, strict=True)
    ]
    for words, called in (
        ("below the threshold", turned),
        (
            "at or below the threshold",
            [
                (y, g["p"] <= g["threshold"])
                for (y, _, _), (g, _, _) in zip(counted, rows, strict=True)
            ],
        ),
    ):
        cell = {"tp": (1, 1), "fp": (0, 1), "fn": (1, 0), "tn": (0, 0)}[wrong.name]
        if all(
            np.sum((y == cell[0]) & (q == cell[1])) == have
            for (y, q), (_, _, have) in zip(called, counted, strict=True)
        ):
            return Fault(
                "comparison-turned",
                f"You call ill whose p is {words}.",
                "Does a high p speak for being ill, or against it?",
                "Positive is p >= threshold.",
            )
    return None


EXERCISES = (
    stratified,
    fitting,
    applying,
    counting,
    area,
    training,
    choosing,
    saving,
    loading,
    predicting,
)
