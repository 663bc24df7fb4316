"""Rules that hold for every exam of the course."""

import re
from functools import cache

import numpy as np
import pytest

from bplab import exercises
from bplab.authors import settings
from bplab.exam.sitting import sit
from bplab.exam.wire import pack, unpack

EVERY = exercises.every()


@cache
def paper_and_answers(exercise):
    """A paper and the reference's answers to it: some take seconds, and several tests need them."""
    paper = exercise.draw(1)
    return paper, sit(exercise.reference, paper.sheet())


def each(items):
    return pytest.mark.parametrize("exercise", items, ids=lambda exercise: exercise.name)


def stub(*args, **kwargs):
    raise NotImplementedError()


@each(EVERY)
def test_the_reference_passes(exercise):
    report = exercise.mark(*paper_and_answers(exercise))
    assert report.passed, str(report)
    assert report.score == 1 and report.mistake is None and report.hints == []


@each([exercise for exercise in EVERY if not exercise.costly])  # training once is enough
def test_the_reference_passes_the_practice_paper(exercise):
    assert exercise.examine(exercise.reference).passed


@each(EVERY)
def test_its_settings_name_what_is_there(exercise):
    assert not list(settings.slips(exercise))


@each(EVERY)
def test_there_are_enough_named_mistakes(exercise):
    graded_gradient = "backward" in exercise.name or exercise.name.endswith("gradients")
    assert len(exercise.mistakes) >= (6 if graded_gradient else 3)


@each(EVERY)
def test_a_stub_fails_with_a_kind_message(exercise):
    fn = stub if not isinstance(exercise.reference, type) else type("Stub", (), {"__init__": stub})
    report = exercise.examine(fn)
    assert not report.passed and report.score == 0
    assert report.mistake == "not-written", str(report)
    assert "not written yet" in report.observed


@each(EVERY)
def test_nothing_defined_and_nothing_callable_are_told_apart(exercise):
    assert exercise.examine(None).mistake == "not-defined"
    assert exercise.examine(3.0).mistake == "not-callable"


@each(EVERY)
def test_a_function_of_no_arguments_is_told_the_signature(exercise):
    report = exercise.examine(lambda: 0)
    assert not report.passed
    assert report.mistake in ("wrong-arguments", "wrong-type", "raised", "partnerless")


@each(EVERY)
def test_returning_nothing_is_told(exercise):
    if isinstance(exercise.reference, type):
        pytest.skip("a class returns itself")
    report = exercise.examine(lambda *args: None)
    assert not report.passed and report.score == 0


@each(EVERY)
def test_an_error_is_told_with_its_line(exercise):
    def broken(*args):
        return undefined_name + 1  # noqa: F821

    report = exercise.examine(broken)
    assert not report.passed
    assert "NameError" in report.observed and "undefined_name + 1" in report.observed


@each(EVERY)
def test_the_sheet_travels_without_pickle_and_the_same_seed_draws_the_same_paper(exercise):
    paper, answers = paper_and_answers(exercise)
    sheet = paper.sheet()
    assert exercise.draw(1).sheet() == sheet
    assert exercise.draw(2).sheet() != sheet
    assert pack(unpack(sheet)) == sheet
    assert pack(unpack(answers)) == answers
    assert exercise.mark(exercise.draw(1), answers).passed


@each(EVERY)
def test_answers_of_another_paper_do_not_pass(exercise):
    """Or a table of constants would."""
    _, answers = paper_and_answers(exercise)
    report = exercise.mark(exercise.draw(2), answers)
    assert (report.passed, report.score) == (False, 0), report


@each(EVERY)
def test_hostile_bytes_are_a_failed_report(exercise, as_in_class):
    paper, good = paper_and_answers(exercise)
    rng = np.random.default_rng(0)
    for _ in range(8):  # more of them, of a few exercises, are in tests/attacks/test_answers.py
        bad = bytearray(good)
        for at in rng.integers(0, len(bad), 5):
            bad[at] = rng.integers(0, 256)
        exercise.mark(paper, bytes(bad))  # must not raise
    for bad in (b"", b"x" * 100, good[:-9], good + b"zz"):
        report = exercise.mark(paper, bad)
        assert not report.passed and report.score == 0


@each(EVERY)
def test_hints_name_no_code(exercise):
    for mistake in exercise.mistakes.values():
        for hint in (mistake.observed, mistake.look, mistake.derive):
            assert hint and not re.search(r"np\.|lambda |def \w+\(|\breturn \w+ [-+*@/]", hint)
            assert "wrong value" not in hint.lower()
