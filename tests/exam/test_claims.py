"""An audit: what rung 1 states in numbers and names is recomputed from the answer at hand.

For named mistakes, for parts' mistakes lifted into their wholes, and for changed answers.
"""

import re

import numpy as np
import pytest

from bplab import exercises
from bplab.exam.compose import with_parts
from bplab.exam.diagnosis.parts import parts_of
from bplab.exam.marking import answers_table
from tests.exercises.papers import said_and_report

PLACE = re.compile(
    r"(?<![\w'\]])([\w'\[\]]+?)(?:\[([\d, ]+)\])? is (-?[\d.e+-]+); (-?[\d.e+-]+) belongs"
)
RIGHT = re.compile(r"(?:^|[.;:] )([\w'\[\]]+(?:(?:, | and )[\w'\[\]]+)*) (?:is|are) right(?=[.;])")
FACTOR = re.compile(
    r"([\w'\[\]]+) is exactly [^.]*? times what it should be \(([^)]*)\)(, and of the opp)?"
)


def claims(exercise, said, report):
    """(what is claimed, whether it is so) for each claim of the card that can be recomputed."""
    if report.passed or exercise.judged:
        return
    text = report.hints[0].rpartition("In the whole: ")[2]
    table = answers_table(exercise, exercise.practice_paper(), said)
    leaves = [leaf for row in table for leaf in row]
    named = {}
    for leaf in leaves:
        named.setdefault(leaf.name, []).append(leaf)
    for name, at, have, want in PLACE.findall(text):
        place = tuple(map(int, at.split(", "))) if at else ()
        known = named.get(name)
        if known:
            yield (
                f"{name}{list(place)}: {have}, {want}",
                any(
                    _shows(leaf.actual, place, have) and _shows(leaf.expected, place, want)
                    for leaf in known
                ),
            )
    for names in RIGHT.findall(text):
        for name in re.split(r", | and ", names):
            if name in named:
                yield f"{name} is right", all(leaf.right for leaf in named[name])
    for name, factors, turned in FACTOR.findall(text):
        for factor in re.findall(r"-?\d[\d.e+-]*", factors) if name in named else ():
            ratio = -float(factor) if turned else float(factor)
            yield (
                f"{name} is {ratio} times",
                any(
                    leaf.actual is not None
                    and leaf.actual.shape == leaf.expected.shape
                    and np.allclose(leaf.actual, ratio * leaf.expected, rtol=1e-3)
                    for leaf in named[name]
                    if not leaf.right
                ),
            )


def _shows(array, place, text):
    if array is None or isinstance(array, str) or len(place) > np.ndim(array):
        return False
    try:
        value = float(np.asarray(array)[place])
    except (IndexError, TypeError):
        return False
    return abs(value - float(text)) <= 6e-3 * abs(float(text)) + 1e-12


def false_claims(exercise, said, report):
    """What the card of these answers states that is not so."""
    return [claim for claim, so in claims(exercise, said, report) if not so]


def audit(exercise, answers):
    for label, answer in answers:
        assert not false_claims(exercise, *said_and_report(exercise, answer)), label


AUDITED = [
    exercise
    for exercise in exercises.every()
    if not exercise.costly and not exercise.judged and not exercise.name.startswith("train_")
]
FUNCTIONS = [exercise for exercise in AUDITED if not isinstance(exercise.reference, type)]
FEW = 5  # entries of each exercise in one run


def few(things, name):
    """A few of many, others for each exercise and the same in every run."""
    things = list(things)
    turn = np.random.default_rng(list(name.encode())).permutation(len(things))
    return [things[at] for at in turn[:FEW]]


@pytest.mark.parametrize("exercise", AUDITED, ids=lambda e: e.name)
def test_named_mistakes_state_what_is_so(exercise):
    audit(
        exercise,
        few(
            [(m.name, m.solution) for m in exercise.mistakes.values() if m.solution is not None],
            exercise.name,
        ),
    )


@pytest.mark.parametrize("exercise", [e for e in AUDITED if e.built_on], ids=lambda e: e.name)
def test_lifted_mistakes_state_what_is_so(exercise):
    lifted = [
        (f"{part.name}/{m.name}", with_parts(exercise.reference, {part.reference: m.solution}))
        for part in parts_of(exercise)
        for m in part.mistakes.values()
        if m.solution is not None
    ]
    audit(exercise, few(lifted, exercise.name))


CHANGES = {
    "negative": np.negative,
    "doubled": lambda a: 2 * a,
    "squared": np.square,
    "shifted": lambda a: a + 0.5,
    "rounded": lambda a: np.round(a, 2),
    "wavy": lambda a: a + 0.1 * np.sin(3 * a),
    "reversed": lambda a: a[::-1] if np.ndim(a) else a,
}


def changed(value, change):
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return change(value)
    if isinstance(value, float):
        return float(change(np.asarray(value)))
    if isinstance(value, (list, tuple)):
        return type(value)(changed(item, change) for item in value)
    if isinstance(value, dict):
        return {key: changed(item, change) for key, item in value.items()}
    return value


@pytest.mark.parametrize("exercise", FUNCTIONS, ids=lambda e: e.name)
def test_changed_answers_state_what_is_so(exercise):
    audit(
        exercise,
        [
            (name, lambda *given, c=change: changed(exercise.reference(*given), c))
            for name, change in CHANGES.items()
        ],
    )
