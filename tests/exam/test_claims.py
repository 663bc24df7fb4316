"""An audit: what rung 1 states in numbers and names is recomputed from the answer at hand.

For named mistakes, for two of different parts, for parts' mistakes lifted into their wholes, and
for changed answers.
"""

from itertools import combinations

import numpy as np
import pytest

from bplab import exercises
from bplab.exam.compose import with_parts
from bplab.exam.diagnosis.parts import parts_of
from bplab.exam.marking import answers_table
from tests.exam.recomputed import false_claims
from tests.exercises import mutants
from tests.exercises.papers import said_and_report


def audit(exercise, answers):
    for label, answer in answers:
        assert not false_claims(exercise, *said_and_report(exercise, answer)), label


AUDITED = [
    exercise
    for exercise in exercises.every()
    if not exercise.costly and not exercise.judged and not exercise.name.startswith("train_")
]
FUNCTIONS = [exercise for exercise in AUDITED if not isinstance(exercise.reference, type)]
FEW = 3  # entries of each exercise in one run


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


def of_one_part(exercise):
    """{part: the named mistakes that leave all else right} of what is returned."""
    found = {}
    for mistake in exercise.mistakes.values():
        if mistake.solution is None or mistake.when is not None:
            continue
        said, _ = said_and_report(exercise, mistake.solution)
        table = answers_table(exercise, exercise.practice_paper(), said)
        off = {leaf.part for leaves in table for leaf in leaves if not leaf.right}
        if len(off) == 1:
            found.setdefault(off.pop(), []).append(mistake)
    return found


def with_two(exercise, slips):
    """The reference, with each part of `slips` as its mistake gives it."""

    def whole(*given):
        answer = exercise.reference(*given)
        theirs = {part: mistake.solution(*given) for part, mistake in slips.items()}
        if type(answer) is dict:
            return {**answer, **{part: value[part] for part, value in theirs.items()}}
        at = {exercise.returns.index(part): value for part, value in theirs.items()}
        return tuple(at[n][n] if n in at else right for n, right in enumerate(answer))

    return whole


@pytest.mark.parametrize(
    "exercise",
    [e for e in FUNCTIONS if e.driver == "call" and type(e.returns) is tuple],
    ids=lambda e: e.name,
)
def test_two_mistakes_of_different_parts_state_what_is_so(exercise):
    by_part = of_one_part(exercise)
    pairs = [
        {one: first, other: second}
        for one, other in combinations(by_part, 2)
        for first in by_part[one]
        for second in by_part[other]
    ]
    answers = [
        (" and ".join(mistake.name for mistake in slips.values()), with_two(exercise, slips))
        for slips in pairs
    ]
    audit(exercise, few(answers, exercise.name))


def with_both(exercise, first, second):
    """What both slips give at once, each as far off as it is alone."""

    def both(*given):
        return _both(*(f(*given) for f in (exercise.reference, first.solution, second.solution)))

    return both


def _both(right, one, other):
    if isinstance(right, (np.ndarray, float)):
        return one + other - right
    if isinstance(right, (list, tuple)):
        return type(right)(map(_both, right, one, other))
    if isinstance(right, dict):
        return {key: _both(right[key], one[key], other[key]) for key in right}
    return one


@pytest.mark.parametrize("exercise", FUNCTIONS, ids=lambda e: e.name)
def test_two_mistakes_at_once_state_what_is_so(exercise):
    named = [mistake for mistake in exercise.mistakes.values() if mistake.solution is not None]
    audit(
        exercise,
        [
            (f"{first.name} and {second.name}", with_both(exercise, first, second))
            for first, second in few(combinations(named, 2), exercise.name)
        ],
    )


@pytest.mark.parametrize("exercise", AUDITED, ids=lambda e: e.name)
def test_one_step_mutants_state_what_is_so(exercise):
    audit(exercise, few([(m.words, m.solution) for m in mutants.of(exercise)], exercise.name))


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
