"""Every named wrong solution fails, and is called by its own name."""

import pytest

from bplab import exercises

SEEDS = (None, 1)
MISTAKES = [
    pytest.param(exercise, mistake, id=f"{exercise.name}-{mistake.name}")
    for exercise in exercises.every()
    for mistake in exercise.mistakes.values()
    if mistake.solution is not None
]


@pytest.mark.parametrize("exercise, mistake", MISTAKES)
def test_a_named_wrong_solution_fails_under_its_own_name(exercise, mistake):
    for seed in SEEDS[: 1 if exercise.costly else 2]:
        report = exercise.examine(mistake.solution, seed)
        assert not report.passed
        assert report.mistake == mistake.name, str(report)
        assert report.score < 1
        assert len(report.hints) == 3 and all(report.hints)
