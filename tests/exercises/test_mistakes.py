"""Every named wrong solution fails, and is called by its own name."""

import pytest

from bplab import exercises
from bplab.authors import trying
from bplab.exam import Exercise
from tests.exercises.papers import examined, seeds

MISTAKES = [
    pytest.param(exercise, mistake, id=f"{exercise.name}-{mistake.name}")
    for exercise in exercises.every()
    for mistake in exercise.mistakes.values()
    if mistake.solution is not None
]


@pytest.mark.parametrize("exercise, mistake", MISTAKES)
def test_a_named_wrong_solution_fails_under_its_own_name(exercise, mistake):
    for seed in seeds(exercise, mistake.name):
        report = examined(exercise, mistake.solution, seed)
        assert not report.passed, trying.accepted(exercise, mistake)
        assert report.mistake == mistake.name, str(report)
        assert not trying.unheard(exercise, mistake)
        assert report.score < 1
        assert len(report.hints) == 3 and all(report.hints)


def planted(wrong):
    """An exercise, twice x, with one entry."""
    exercise = Exercise("doubled", "toys", lambda x: 2.0 * x, returns="y")

    @exercise.paper
    def _(rng):
        yield {"x": rng.normal(size=4)}

    exercise.mistake("planted", "You gave {part}.", "Which factor?", "Two times x.")(wrong)
    return exercise, exercise.mistakes["planted"]


PLANTED = {
    "as right on every paper": (
        lambda x: x + x,
        r"doubled/planted \(.*test_mistakes.py, line \d+\) passes: no paper of 20 .* go",
    ),
    "as right on some": (
        lambda x: 2 * x if x[0] > -0.5 else x,
        r"doubled/planted .* passes on \d+ of 20 papers: every paper .* Draw one",
    ),
}


@pytest.mark.parametrize("how", PLANTED)
def test_an_entry_that_papers_take_for_right_is_told_with_what_to_do(how):
    wrong, words = PLANTED[how]
    with pytest.raises(AssertionError, match=words):
        test_a_named_wrong_solution_fails_under_its_own_name(*planted(wrong))
