"""Every row of every table: what must be accepted is, what must be told is told."""

import pytest

from bplab import exercises
from tests.exercises.alternatives import ALTERNATIVES
from tests.exercises.papers import examined, seeds
from tests.exercises.tables import Row, rows


def each(kind):
    return pytest.mark.parametrize("row", rows(kind), ids=str)


@pytest.mark.parametrize(
    "row", [Row(name, right) for name in ALTERNATIVES for right in ALTERNATIVES[name]], ids=str
)
def test_a_right_solution_written_differently_passes(row):
    exercise = exercises.find(row.exercise)
    for seed in seeds(exercise, str(row)):
        report = examined(exercise, row.solution, seed)
        assert report.passed, str(report)


@each("TOLD")
def test_a_wrong_solution_fails_and_is_told_what_happened(row):
    exercise = exercises.find(row.exercise)
    report = exercise.examine(row.solution)  # words may hold numbers of the practice paper
    assert not report.passed and report.score < 1
    assert len(report.hints) == 3 and all(report.hints)
    for word in row.words:
        if word in exercise.mistakes:
            assert report.mistake == word, str(report)
        else:
            assert word == report.mistake or word in str(report), str(report)


@each("NOT_SAID")
def test_a_card_does_not_say_what_was_not_seen(row):
    report = exercises.find(row.exercise).examine(row.solution)
    assert not report.passed
    for word in row.words:
        assert word not in str(report) and word != report.mistake, str(report)
