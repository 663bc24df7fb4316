"""Signs and factors: an array, or the step in it, that is a multiple of the right one."""

import numpy as np

from bplab.exam.diagnosis.factors import (
    TOL,
    exact_ratios,
    number_for_argument,
    plain_formula,
)
from bplab.exam.diagnosis.givens import value_before
from bplab.exam.diagnosis.places import vanishing
from bplab.exam.diagnosis.words import joined, number
from bplab.exam.report import Fault

NEITHER = (None, None)
BEYOND = 1e6  # so many times too large: no factor of a formula, something grows


def zeros(group):
    """Zero everywhere."""
    pairs = group.pairs()
    if all(not a.any() for _, a in pairs) and any(e.any() for e, _ in pairs):
        return Fault(
            "all-zero",
            f"{group.name} is zero everywhere."
            if group.ndim
            else f"{group.name} is 0 in every case.",
            "Is it ever assigned, or does an integer array cut your fractions off?",
            "Follow one number on its way into this array: where does it become 0?",
        )
    return None


def out_of_scale(group):
    """Next to nothing beside what belongs there, or far beyond it."""
    pairs = [(e, a) for e, a in group.pairs() if a.size and np.any(e)]
    if not pairs or not group.ndim:
        return None
    due, mine = (max(float(np.max(np.abs(x))) for x in xs) for xs in zip(*pairs, strict=True))
    if all(vanishing(a, e) for e, a in pairs):
        word, ask = "died out", "shrinks by the same factor in each, with nothing added to it again"
    elif all(np.max(np.abs(a)) > BEYOND * np.max(np.abs(e)) for e, a in pairs):
        word, ask = "grown out of all bounds", "grows by the same factor in each"
    else:
        return None
    return Fault(
        "out-of-scale",
        f"{group.name} has {word}: its largest number is {number(mine)} in size, where "
        f"{number(due)} belongs.",
        f"Is there something that every round of a loop makes anew from itself, and that {ask}?",
        f"Print {group.name} after one round and after two, and work out the second by hand.",
    )


def factor(group):
    """The same multiple of the right array in every case, or one that a formula explains."""
    return _factor(group)[0]


def length(group):
    """A multiple of the right array, another in each case."""
    return _factor(group)[1]


def _factor(group):
    """(the Fault of a factor that is told, or None; of one that is only measured, or None)"""
    rows = _rows(group)
    ratios = exact_ratios([(e, a) for _, e, a in rows]) if rows else None
    if ratios is None or len(ratios) != len(rows):
        return NEITHER
    sign = -1 if all(r < 0 for r in ratios) else 1
    scale = [r * sign for r in ratios]
    if np.allclose(scale, 1, rtol=TOL):
        return (_sign(group), None) if sign < 0 else NEITHER
    sizes_of = [size for size, _, _ in rows]
    text, opposite = plain_formula(sizes_of, ratios), ""  # of an argument below 0, say
    if text is None and sign < 0:
        text, opposite = plain_formula(sizes_of, scale), ", and of the opposite sign"
    if text is None:
        text, opposite = number_for_argument(sizes_of, ratios), ""
    if text is None and min(scale) <= 0:
        return NEITHER
    if text is None:
        text, opposite = _by_labels(group, scale), ", and of the opposite sign" if sign < 0 else ""
    if text:
        words, value, kind = text
        found = Fault(
            f"factor-{kind}",
            f"{group.name} is exactly {words} times what it should be ({value}){opposite}.",
            *FACTOR_HINTS.get(kind, FACTOR_HINTS["other"]),
        )
        return found, None
    if max(e.size for _, e, _ in rows) == 1 and (
        len(rows) < 2 or not np.allclose(scale, scale[0], rtol=1e-5)
    ):
        return NEITHER  # any two numbers have a ratio
    return _measured(group, scale, opposite)


def _rows(group):
    """(sizes, expected, actual) of the cases that can tell a factor; none if one hides it."""
    rows = [
        (size, leaf.expected.ravel(), leaf.actual.ravel())
        for size, _, leaf, _ in group.rows
        if leaf.expected.any()
    ]
    if not rows or len(rows) < len([1 for e, a in group.pairs() if a.any()]):
        return []
    wrong = [row for row in group.rows if not row[2].right and row[2].expected.any()]
    if wrong and max(leaf.expected.size for _, _, leaf, _ in wrong) > 1:  # right cases tell nothing
        rows = [(size, leaf.expected.ravel(), leaf.actual.ravel()) for size, _, leaf, _ in wrong]
    return rows


def _sign(group):
    """The Fault of an array that is right but for its sign."""
    if "loss" in group.roles:
        return Fault(
            "sign",
            f"{group.name} is exactly the opposite: it has the other sign everywhere.",
            "Can a loss be negative? What is the sign of the logarithm of a probability?",
            "A loss counts a cost: squares are positive, and log of a number below 1 is "
            "negative, so a minus stands in front of it.",
        )
    return Fault(
        "sign",
        f"{group.name} is exactly the opposite: every entry has the other sign.",
        "Look for the one minus sign on the way: prediction minus target, or the reverse?",
        "Downhill is minus the gradient; the gradient itself has no minus of its own.",
    )


def _measured(group, scale, opposite):
    """What `_factor` gives for a factor that no formula makes."""
    if np.allclose(scale, scale[0], rtol=1e-5):
        found = Fault(
            "factor-constant",
            f"{group.name} is {number(scale[0])} times what it should be, in every case{opposite}.",
            *FACTOR_HINTS["other"],
        )
        return found, None
    whole = [round(1 / r) if r < 1 else round(r) for r in scale]
    each = [1 / n if r < 1 else n for n, r in zip(whole, scale, strict=True)]
    if len(set(whole)) > 1 and min(whole) > 1 and np.allclose(scale, each, rtol=TOL):
        shown = joined(
            [f"1/{n}" if r < 1 else str(n) for n, r in zip(whole, scale, strict=True)][:3]
        )
        found = Fault(
            "factor-count",
            f"{group.name} is exactly {shown} times what it should be{opposite}.",
            "How many numbers are there of what you sum or average? Which of them come to these?",
            "A mean over examples brings its 1/N into the chain exactly once, at the loss; every "
            "later step only sums or multiplies, over examples, moments and places.",
        )
        return found, None
    found = Fault(
        "factor",
        f"{group.name} points the {'opposite way and' if opposite else 'right way but'} is "
        f"{joined([number(r) for r in scale[:3]])} times as long as it should be.",
        *FACTOR_HINTS["other"],
    )
    return None, found


def _by_labels(group, scale):
    """(words, value, kind) of a factor that the numbers of ones and of zeros in y explain."""
    wrong = [case for _, case, leaf, _ in group.rows if not leaf.right]
    labels = [name for name in group.array_inputs() if "labels" in group.exercise.role(name)]
    if len(labels) != 1 or len(wrong) != len(scale) or len(wrong) < 2:
        return None
    ys = [np.asarray(case.inputs[labels[0]]) for case in wrong]
    if not all(np.isin(y, (0, 1)).all() and 0 < y.sum() < len(y) for y in ys):
        return None
    N = np.array([float(len(y)) for y in ys])
    for word, count in (("ones", [y.sum() for y in ys]), ("zeros", [len(y) - y.sum() for y in ys])):
        n = np.array(count, dtype=float)
        for words, value in (
            (f"N over the number of {word} in {labels[0]}", N / n),
            (f"the number of {word} in {labels[0]}", n),
            (f"1 over the number of {word} in {labels[0]}", 1 / n),
        ):
            if len(set(value)) > 1 and np.allclose(scale, value, rtol=TOL):
                return words, joined([number(v) for v in value[:3]]), "labels"
    return None


def step_factor(group):
    """The step alone is a multiple of the right one that a formula explains."""
    return _step(group)[0]


def step_length(group):
    """The step alone is a multiple of the right one, and no formula explains it."""
    return _step(group)[1]


def _step(group):
    """What is returned is an argument after a step: a factor, or a sign, in the step alone."""
    steps = []
    for size, case, leaf, _ in group.rows:
        before = value_before(leaf, case.inputs)
        if before is None or before.shape != leaf.actual.shape:
            return NEITHER
        steps.append((size, (leaf.expected - before).ravel(), (leaf.actual - before).ravel()))
    steps = [(size, e, a) for size, e, a in steps if e.any()]
    single = bool(steps) and max(e.size for _, e, _ in steps) == 1
    if not steps or (single and len(steps) < 3):
        return NEITHER
    if not any(a.any() for _, _, a in steps):
        found = Fault(
            "no-step",
            f"{group.name} has not moved at all: it is what it was before the step.",
            "Is its new value computed, and is it the new one that you give back?",
            "Every weight and every bias takes its own step, along its own gradient.",
        )
        return found, None
    ratios = exact_ratios([(e, a) for _, e, a in steps])
    if ratios is None or len(ratios) != len(steps) or np.allclose(ratios, 1, rtol=1e-4):
        return NEITHER
    sign = -1 if all(r < 0 for r in ratios) else 1
    scale = [r * sign for r in ratios]
    mixed = min(scale) <= 0  # for single numbers a factor may be an argument of either sign
    if mixed and not single:
        return NEITHER
    if np.allclose(scale, 1, rtol=TOL):
        found = Fault(
            "step-sign",
            f"The step in {group.name} has the right length and goes the opposite way.",
            "Which way is downhill? Look for a minus sign that is missing, or one too many.",
            "Descent subtracts learning_rate times the gradient. A rule that adds has its minus "
            "inside, in target minus output.",
        )
        return found, None
    sizes_of = [size for size, _, _ in steps]
    text = plain_formula(sizes_of, scale)
    if text is None and mixed:
        text = plain_formula(sizes_of, [-r for r in scale])
        sign = 1 if text is None else -1
    text = text or number_for_argument(sizes_of, scale)
    opposite = ", and goes the opposite way" if sign < 0 else ""
    points = "" if mixed or sign < 0 else "points the right way but "
    if text is None and single and not np.allclose(scale, scale[0], rtol=1e-5):
        return NEITHER  # any two numbers have a ratio
    if text is None and not np.allclose(scale, scale[0], rtol=1e-5):
        shown = joined([number(r) for r in scale[:3]])
        words, kind = f"{shown} times as long as it should be", "other"
    else:
        words, value, kind = text or (number(scale[0]), "", "other")
        words = f"exactly {words} times as long as it should be{f' ({value})' if text else ''}"
    found = Fault(
        f"step-{kind}",
        f"The step in {group.name} {points}is {words}{opposite}.",
        *FACTOR_HINTS[kind],
    )
    return (None, found) if kind == "other" else (found, None)


FACTOR_HINTS = {
    "size": (
        "That is the length of an axis or of a list of layers. Count the divisions by it on the "
        "path from the loss.",
        "A mean over examples brings its 1/N into the chain exactly once, at the loss; every later "
        "step only sums or multiplies.",
    ),
    "argument": (
        "That number is one of the arguments. Count how often it comes in, and where.",
        "Write the formula once more and mark each place where the argument stands: one for each "
        "place in your code.",
    ),
    "labels": (
        "By how many examples do you divide: by all of them, or by those of one class?",
        "The mean runs over all N examples, whatever their labels.",
    ),
    "two": (
        "A 2, or a half, comes from differentiating a square, from a convention that puts a half "
        "before it, or from two points that lie 2h apart.",
        "The derivative of u**2 is 2u u'. Does this course put a half before the square?",
    ),
    "log": (
        "That is the ratio of two logarithms.",
        "The course's losses use the natural logarithm.",
    ),
    "size-log": (
        "Two things at once: the base of a logarithm, and a sum or a mean along an axis.",
        "The course's losses use the natural logarithm, and the mean over examples divides by N "
        "once.",
    ),
    "other": (
        "The direction is right and the length is not: look for a factor, not for a wrong array.",
        "Go along the chain factor by factor with the numbers of one example.",
    ),
}
