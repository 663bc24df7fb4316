"""Better or worse than usual."""

import numpy as np

from bplab import nn
from bplab.exam import Exercise, Fault, number
from bplab.exercises.policy_gradient.discounted_returns import CHAPTER

standardize = Exercise(
    "standardize",
    CHAPTER,
    nn.standardize,
    returns="advantages",
    points=1,
    shapes={"returns": "N"},
    driver="standardize",
    rtol=1e-6,
    achieved="Returns are told as better or worse than usual, which calms the learning.",
)


@standardize.paper
def _(rng):
    for N in (7, 9):
        yield {"returns": rng.normal(5, 3, N)}
    yield {"returns": rng.integers(3, 40, 8)}
    yield {"returns": np.full(6, 0.1)}
    yield {"returns": np.full(7, float(rng.integers(2, 9)))}


def _wrong(name, observed, look, derive):
    return standardize.mistake(name, observed, look, derive)


RULE = "(returns - mean) / std, with std the root of the mean squared distance from the mean."
EQUAL = (
    "If all went equally well, nothing was better than usual: zeros. Rounding can leave a spread "
    "of 1e-17 where there is none, so compare it with something small, not with 0."
)


def _safe(x, spread):
    x = np.asarray(x, dtype=float)
    if np.ptp(x) < 1e-12:
        return np.zeros(len(x))
    return (x - x.mean()) / spread(x)


_wrong(
    "not-centred",
    "Your returns have spread 1, but their mean is not 0.",
    "What is the advantage of a step that went exactly as usual?",
    RULE,
)(lambda returns: returns / np.std(returns) if np.ptp(returns) > 1e-12 else returns * 0.0)
_wrong(
    "centred-after-scaling",
    "Your returns are divided by their spread, and then the mean of the undivided ones is taken "
    "off.",
    "What is the mean of your result? Which mean did you take off, and of what?",
    RULE + " The distance from the mean is what is divided: it has its own brackets.",
)(
    lambda returns: (
        returns / (np.std(returns) + 1e-8) - np.mean(returns)
        if np.ptp(returns) > 1e-12
        else returns * 0.0
    )
)
_wrong(
    "centred-after-scaling-throughout",
    "Your returns are divided by their spread, and then the mean of the undivided ones is taken "
    "off.",
    "What is the mean of your result? Which mean did you take off, and of what?",
    RULE + " The distance from the mean is what is divided: it has its own brackets.",
)(lambda returns: returns / (np.std(returns) + 1e-8) - np.mean(returns))
_wrong(
    "not-scaled",
    "Your returns have mean 0, but their spread is not 1.",
    "What stands under the fraction?",
    RULE,
)(lambda returns: _safe(returns, lambda x: 1.0))
_wrong(
    "by-the-variance",
    "You divided by the variance; its root belongs there.",
    "What are the units of the variance, if returns are seconds?",
    RULE,
)(lambda returns: _safe(returns, np.var))
_wrong(
    "divided-by-n-minus-1",
    "Your spread divides by N - 1.",
    "By what does the exercise divide?",
    "The mean squared distance is a mean over N. (N - 1 belongs to estimates from a sample.)",
)(lambda returns: _safe(returns, lambda x: x.std(ddof=1)))
_wrong(
    "by-the-range",
    "You divided by the range, from the least to the largest.",
    "Which spread does the exercise name?",
    RULE,
)(lambda returns: _safe(returns, np.ptp))
_wrong(
    "range-0-to-1",
    "Your results run from 0 to 1: the least return became 0 and the largest 1.",
    "What is the advantage of a step that went exactly as usual, and of one that went worse?",
    RULE,
)(lambda returns: (returns - np.min(returns)) / (np.ptp(returns) + 1e-8))
_wrong(
    "by-the-largest-size",
    "You divided by the largest of the returns' sizes, and took no mean off.",
    "What is the advantage of a step that went exactly as usual?",
    RULE,
)(lambda returns: returns / np.max(np.abs(returns)))
_wrong(
    "softmax",
    "Yours are shares that add up to 1, as a softmax gives them.",
    "Can an advantage be negative? Which step went worse than usual?",
    RULE,
)(lambda returns: np.exp(returns - np.max(returns)) / np.exp(returns - np.max(returns)).sum())
_wrong(
    "large-eps",
    "What you add to the spread is large enough to be seen in the results.",
    "How large may an eps be that is there for the case of spread 0 only?",
    "An eps of 1e-8 does the same service and changes no digit that counts.",
)(lambda returns: (returns - np.mean(returns)) / (np.std(returns) + 1e-3) + 0.0)


@_wrong(
    "rounding-for-spread",
    "Where all returns are equal your result is not 0: the spread that you divide by is what "
    "rounding has left.",
    "Is the standard deviation of six times 0.1 exactly 0? Print it.",
    EQUAL,
)
def _(returns):
    x = np.asarray(returns, dtype=float)
    return (x - x.mean()) / x.std() if x.std() > 0 else x * 0


@_wrong(
    "no-guard",
    "Where all returns are equal you divide by a spread that is 0 or next to nothing.",
    "What is 0 / 0?",
    EQUAL,
)
def _(returns):
    return (returns - np.mean(returns)) / np.std(returns)


@_wrong(
    "ones-for-equals",
    "Where all returns are equal you give them back as they are; zeros belong there.",
    "Did any of them go better than usual?",
    EQUAL,
)
def _(returns):
    x = np.asarray(returns, dtype=float)
    return nn.standardize(x) if np.ptp(x) > 1e-12 else x


@_wrong(
    "all-ones-for-equals",
    "Where all returns are equal you give ones; zeros belong there.",
    "Did any of them go better than usual?",
    EQUAL,
)
def _(returns):
    x = np.asarray(returns, dtype=float)
    return nn.standardize(x) if np.ptp(x) > 1e-12 else np.ones_like(x)


OFF = (
    ("their mean", np.mean),
    ("their median", np.median),
    ("the first of them", lambda r: r[0]),
    ("the last of them", lambda r: r[-1]),
    ("the least of them", np.min),
    ("the largest of them", np.max),
    ("the middle between the least and the largest", lambda r: (r.min() + r.max()) / 2),
)
BY = (
    ("their spread", np.std),
    ("their spread with N - 1", lambda r: r.std(ddof=1)),
    ("their variance", np.var),
    ("their range", np.ptp),
    ("their mean", np.mean),
    ("their largest size", lambda r: np.abs(r).max()),
    ("their mean distance from the mean", lambda r: np.abs(r - r.mean()).mean()),
    ("their length", np.linalg.norm),
    ("the length of their distances from the mean", lambda r: np.linalg.norm(r - r.mean())),
    ("their sum", np.sum),
    ("N", len),
)


@standardize.tells
def _(wrong, rows):
    """What is taken off, and by what the rest is divided."""
    found = []
    for given, leaf, _ in rows:
        r = np.asarray(given["returns"], dtype=float)
        if np.ptp(r) < 1e-9 or leaf.right:
            continue
        fit = _straight(r, leaf.actual)
        if fit is None:
            return None
        found.append((r, *fit))
    if not found:
        return None
    if all(np.isclose(off, r.mean()) for r, off, _ in found):
        times = [by / r.std() for r, _, by in found]
        if np.ptp(times) < 1e-6 * abs(times[0]):
            return None  # the general rules know what to say of a factor
    r, off, by = found[0]
    said = []
    for value, table, at in ((off, OFF, 1), (by, BY, 2)):
        words = next(
            (
                words
                for words, of in table
                if all(np.isclose(row[at], of(row[0]), rtol=1e-6) for row in found)
            ),
            "",
        )
        said.append(f"{number(float(value))}{f', {words}' if words else ''}")
    return Fault(
        "other-centre-or-spread",
        f"From the first returns you take off {said[0]}; what is left you divide by {said[1]}. "
        f"Their mean is {number(float(r.mean()))}, and their spread {number(float(r.std()))}.",
        "Which of the two is another than the exercise names?",
        RULE,
    )


def _straight(r, a):
    """(what is taken off, by what is divided) if a is a straight line over r, else None."""
    if np.shape(a) != r.shape:
        return None
    slope, start = np.polyfit(r, a, 1)
    if abs(slope) < 1e-12 or np.abs(slope * r + start - a).max() > 1e-8 * np.abs(a).max():
        return None
    return -start / slope, 1 / slope
