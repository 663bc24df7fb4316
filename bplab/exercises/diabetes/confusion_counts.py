"""Four counts: what people are, and what they are called."""

import numpy as np

from bplab import nn
from bplab.exam import Exercise, Fault
from bplab.exercises.diabetes.patients import scored

confusion_counts = Exercise(
    "confusion_counts",
    "06_diabetes_classifier",
    nn.confusion_counts,
    returns="counts",
    points=1,
    achieved="The four counts are there from which every rate of a test is made.",
)


@confusion_counts.paper
def _(rng):
    for N in (17, 24):
        y, p = scored(rng, N)
        yield {"y": y, "p": p}
    for threshold in (0.3, 0.7):
        y, p = scored(rng, 20)
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


@confusion_counts.mistake(
    "threshold-excluded",
    "People whose p is exactly the threshold are counted as negative.",
    "Is p >= threshold or p > threshold meant?",
    "Positive is p >= threshold: the threshold itself belongs to the positive side.",
)
def _(y, p, threshold=0.5):
    return _counts(y, p > threshold)


@confusion_counts.mistake(
    "false-ones-swapped",
    "fp and fn have changed places.",
    "A healthy woman is told that she is ill. Which of the two is that?",
    "The second letter is what the test said: fp said positive, and it was false.",
)
def _(y, p, threshold=0.5):
    c = nn.confusion_counts(y, p, threshold)
    return {**c, "fp": c["fn"], "fn": c["fp"]}


@confusion_counts.mistake(
    "threshold-ignored",
    "You count as if the threshold were 0.5 always.",
    "Where does threshold stand in your function?",
    "0.5 is only the default; a clinic may choose another.",
)
def _(y, p, threshold=0.5):
    return nn.confusion_counts(y, p)


@confusion_counts.mistake(
    "classes-swapped",
    "You count the healthy as the positive class: tp and tn, fp and fn have changed places.",
    "Who is looked for?",
    "Positive means y = 1: the condition that the test is for.",
)
def _(y, p, threshold=0.5):
    c = nn.confusion_counts(y, p, threshold)
    return {"tp": c["tn"], "tn": c["tp"], "fp": c["fn"], "fn": c["fp"]}


@confusion_counts.mistake(
    "shares",
    "You returned shares; the exercise asks for counts.",
    "What do the four numbers add up to?",
    "Together they count everybody once: they sum to N.",
)
def _(y, p, threshold=0.5):
    return {k: v / len(y) for k, v in nn.confusion_counts(y, p, threshold).items()}


@confusion_counts.mistake(
    "soft-counts",
    "You added probabilities up: the threshold decides nothing in your counts.",
    "What is a person with p = 0.7 called, at a threshold of 0.5? By how much does that person "
    "count?",
    "First the decision, then the count: with p >= threshold a person is called ill, and counts as "
    "one whole.",
)
def _(y, p, threshold=0.5):
    ill, healthy = np.sum(y * p), np.sum((1 - y) * p)
    return {"tp": ill, "fp": healthy, "fn": np.sum(y) - ill, "tn": np.sum(1 - y) - healthy}


@confusion_counts.mistake(
    "places-not-counted",
    "Each of your four numbers is 1, whoever the people are.",
    "Do you take the length of what NumPy's where gives for a condition? How many things are in "
    "it?",
    "For a condition it gives one array of places for each axis, so the length is 1 here. True "
    "counts as 1: the sum of a condition counts the people for whom it holds.",
)
def _(y, p, threshold=0.5):
    return dict.fromkeys(("tp", "fp", "fn", "tn"), 1)


CELLS = (
    "Write the four sentences out: tp counts those who are ill and called ill, fp the healthy "
    "called ill, fn the ill called healthy, tn the healthy called healthy."
)


GROUPS = {
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
# Of each number: whether they are ill, and whether they are called so.
CELL = {"tp": (True, True), "fp": (False, True), "fn": (True, False), "tn": (False, False)}


@confusion_counts.tells
def _(wrong, rows):
    """Which people each of the four numbers counts, in all cases."""
    if len({float(leaf.actual) for _, leaf, _ in rows}) == 1:
        return None  # one number whoever they are: a share of 1 would say something else
    return _other_people(wrong.name, rows) or _turned(wrong.name, rows)


def _counted(rows, calls_ill):
    """(who is ill, who is called so, what was counted) of each case."""
    return [
        (np.asarray(g["y"]) == 1, calls_ill(g["p"], g["threshold"]), float(leaf.actual))
        for g, leaf, _ in rows
    ]


def _other_people(name, rows):
    """The Fault of a number that counts another group, or is a share of one, or None."""
    ill, called = CELL[name]
    scales = {
        "": lambda y, q: 1.0,
        "100 times the share of ": lambda y, q: 100 / len(y),
        "the share, among those of the same health, of ": lambda y, q: 1 / np.sum(y == ill),
        "the share, among those called the same, of ": lambda y, q: 1 / np.sum(q == called),
    }
    counted, above = _counted(rows, np.greater_equal), _counted(rows, np.greater)
    for scale, factor, cases, also in (
        *((scale, factor, counted, "") for scale, factor in scales.items()),
        ("", scales[""], above, ", and p at the threshold itself is not called ill"),
    ):
        for group, count in GROUPS.items():
            if all(np.isclose(count(y, q) * factor(y, q), have) for y, q, have in cases):
                return Fault(
                    "other-people",
                    f"{name} counts {scale}{group}{also}.",
                    f"Who belongs in {name}: what are they, and what are they called?",
                    CELLS,
                )
    return None


def _turned(name, rows):
    """The Fault of a comparison that is turned round, or None."""
    ill, called = CELL[name]
    for words, calls_ill in (
        ("below the threshold", np.less),
        ("at or below the threshold", np.less_equal),
    ):
        cases = _counted(rows, calls_ill)
        if all(np.sum((y == ill) & (q == called)) == have for y, q, have in cases):
            return Fault(
                "comparison-turned",
                f"You call ill whose p is {words}.",
                "Does a high p speak for being ill, or against it?",
                "Positive is p >= threshold.",
            )
    return None
