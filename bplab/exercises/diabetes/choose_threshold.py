"""The highest threshold that finds enough of the ill."""

import numpy as np

from bplab import nn
from bplab.exam import Case, Exercise, Fault, number
from bplab.exercises.diabetes.patients import scored

choose_threshold = Exercise(
    "choose_threshold",
    "06_diabetes_classifier",
    nn.choose_threshold,
    returns="threshold",
    points=2,
    achieved="The threshold follows from what may be missed, and was chosen on validation data "
    "alone.",
)


@choose_threshold.paper
def _(rng):
    for N, recall, ties in [(20, 0.9, False), (30, 0.6, True), (24, 0.75, False), (18, 1.0, False)]:
        y, p = scored(rng, N, ties)
        y[:10] = 1, 1, 1, 1, 1, 1, 0, 0, 0, 0
        p[9] = 1.0  # a healthy person ranks first, so that no rule finds the top by luck
        yield Case({"y_val": y, "p_val": p, "min_recall": recall}, extreme=False)
    y = np.repeat([1, 0], [10, 14])  # a recall of exactly 0.9 and 0.5 can be reached
    for recall in (0.9, 0.5, 0.3):  # the ill found are 3 of 10 there, and 3 of 24 of all
        yield {"y_val": y, "p_val": rng.uniform(0.05, 0.95, 24), "min_recall": recall}


def _thresholds(y, p, good, pick=max):
    found = [float(t) for t in np.unique(p) if good(y, p, t)]
    return pick(found) if found else 0.0


def _recall(y, p, t):
    return np.mean(p[y == 1] >= t)


@choose_threshold.mistake(
    "lowest",
    "You chose the lowest of all thresholds with enough recall.",
    "Among all thresholds that find enough of the ill, which one alarms the fewest healthy people?",
    "Recall only falls as the threshold rises, so the highest that still meets it is best.",
)
def _(y_val, p_val, min_recall):
    return _thresholds(y_val, p_val, lambda y, p, t: _recall(y, p, t) >= min_recall, min)


@choose_threshold.mistake(
    "strictly-above",
    "Where recall is exactly min_recall you went one threshold further down.",
    "At least, or more than?",
    "At least min_recall: equality is good enough.",
)
def _(y_val, p_val, min_recall):
    return _thresholds(y_val, p_val, lambda y, p, t: _recall(y, p, t) > min(min_recall, 1 - 1e-9))


@choose_threshold.mistake(
    "precision",
    "You asked for precision: which share of the alarms is right.",
    "Recall: of whom is it a share?",
    "Recall is the share of the ill that are found: tp / (tp + fn).",
)
def _(y_val, p_val, min_recall):
    return _thresholds(y_val, p_val, lambda y, p, t: np.mean(y[p >= t] == 1) >= min_recall)


@choose_threshold.mistake(
    "everybody",
    "You counted the share of all people at or above the threshold.",
    "Recall: of whom is it a share?",
    "Only the ill count in recall; how the healthy are called does not matter to it.",
)
def _(y_val, p_val, min_recall):
    return _thresholds(y_val, p_val, lambda y, p, t: np.mean(p >= t) >= min_recall)


def _share_of_all(y, p, t):
    return np.sum((p >= t) & (y == 1)) / len(y)


for _name, _else in (
    ("ill-found-among-all", lambda p: float(np.min(p))),
    ("ill-found-among-all-or-nothing", lambda p: 0.0),
    ("ill-found-among-all-or-error", lambda p: max([])),
):
    choose_threshold.mistake(
        _name,
        "You divide the ill who are found by the number of all people.",
        "Recall: of whom is it a share?",
        "Recall is tp / (tp + fn): the ill who are found, among the ill.",
    )(
        lambda y_val, p_val, min_recall, other=_else: (
            _thresholds(y_val, p_val, lambda y, p, t: _share_of_all(y, p, t) >= min_recall)
            or other(p_val)
        )
    )


@choose_threshold.mistake(
    "healthy-recall",
    "You found the share of the healthy that are called healthy; that is specificity.",
    "Who is looked for?",
    "Recall looks at the ill: the share of them with p >= threshold.",
)
def _(y_val, p_val, min_recall):
    return _thresholds(y_val, p_val, lambda y, p, t: np.mean(p[y == 0] < t) >= min_recall)


def _f1(y, p, t):
    called, ill = p >= t, y == 1
    return 2 * np.sum(called & ill) / (np.sum(called) + np.sum(ill))


for _name, _words, _score in (
    ("best-f1", "F1", _f1),
    ("best-accuracy", "accuracy", lambda y, p, t: np.mean((p >= t) == (y == 1))),
):
    choose_threshold.mistake(
        _name,
        f"You chose the threshold with the best {_words}.",
        "Which number has to be at least min_recall, and what is wanted beyond that?",
        "Nothing is weighed against recall here: of the thresholds whose recall is at least "
        "min_recall, the highest.",
    )(
        lambda y_val, p_val, min_recall, score=_score: max(
            map(float, np.unique(p_val)), key=lambda t: score(y_val, p_val, t)
        )
    )


@choose_threshold.mistake(
    "recall-as-threshold",
    "You returned min_recall itself.",
    "Is a threshold on p the same as a share of people found?",
    "Try thresholds one by one, count who is found, and keep the highest that finds enough.",
)
def _(y_val, p_val, min_recall):
    return min_recall


@choose_threshold.mistake(
    "interpolated",
    "Your threshold lies between two of the values in p_val.",
    "Which thresholds can change a decision on these people?",
    "Only the values in p_val themselves: between two of them nothing changes.",
)
def _(y_val, p_val, min_recall):
    return float(np.quantile(p_val[y_val == 1], 1 - min_recall)) - 1e-4


@choose_threshold.mistake(
    "none-passed",
    "What should become a number is None: none of your thresholds has passed.",
    "At the lowest value of p_val everybody is called ill. Which recall is that, in your formula, "
    "and is it enough?",
    "There the recall is tp / (tp + fn) = 1, which is at least min_recall: one threshold always "
    "passes.",
    when="raised",
    says="not 'NoneType'",
)
def _(y_val, p_val, min_recall):
    found = [t for t in np.unique(p_val) if _recall(y_val, p_val, t) > min_recall]
    return float(found[-1] if found else None)


@choose_threshold.tells
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
    places = [np.searchsorted(np.unique(g["p_val"]), leaf.expected) for g, leaf, _ in rows]
    if all(actual == place for (actual, _), place in zip(pairs, places, strict=True)):
        return Fault(
            "place-returned",
            f"What you return is the place of the right threshold among the sorted values, {t:g}, "
            "not the threshold.",
            "What does your loop, or argmax, count?",
            "Take the value of p_val that stands at that place.",
        )
    if all(_stands_at(g["p_val"], leaf) for g, leaf, _ in rows):
        return Fault(
            "index-returned",
            f"What you return is {t:g}, the number of the person whose p is the right threshold; "
            f"the threshold is that p, {number(best)}.",
            "What do argsort, argmax and enumerate give: values, or places?",
            "p_val at that place is the threshold.",
        )
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


def _stands_at(p, leaf):
    """Whether the answer is the place of the right threshold in p."""
    place = float(leaf.actual)
    return place == int(place) and 0 <= place < len(p) and p[int(place)] == leaf.expected
