"""The first submissions run while the gradebook is being opened."""

import contextlib
import threading

import pytest

from bplab.grading import batch
from bplab.grading.course import CourseError
from tests import patience


@pytest.fixture
def counted(nearby):
    """A sandbox that says when a run begins, and how many there were."""

    class Counted(nearby):
        begun, runs = threading.Event(), 0

        def run(self, *arguments, **options):
            Counted.runs += 1
            Counted.begun.set()
            return super().run(*arguments, **options)

    return Counted


def test_a_submission_runs_before_the_gradebook_is_open(room, counted, monkeypatch):
    room.hand_in("ada", room.solved())
    room.hand_in("bob", room.untouched())
    opened, seen = batch.opened, []

    @contextlib.contextmanager
    def late(*arguments):
        seen.append(counted.begun.wait(patience.SECONDS))
        with opened(*arguments) as desks:
            yield desks

    monkeypatch.setattr(batch, "opened", late)
    found = batch.grade(room.chapter, room.root, sandbox=counted, jobs=1)
    assert seen == [True] and counted.runs == 2
    assert [(one.student, one.score) for one in found] == [("ada", 6), ("bob", 0)]


def test_nothing_that_is_recorded_runs_again(room, counted):
    for name in ("ada", "bob", "cleo"):
        room.hand_in(name, room.solved())
    batch.grade(room.chapter, room.root, sandbox=counted, jobs=2)
    assert counted.runs == 3
    again = batch.grade(room.chapter, room.root, sandbox=counted, jobs=2)
    assert {one.status for one in again} == {"skipped"} and counted.runs == 3


def test_a_gradebook_that_does_not_open_ends_the_run_and_those_begun(room, counted, monkeypatch):
    room.hand_in("ada", room.solved())

    @contextlib.contextmanager
    def broken(*arguments):
        counted.begun.wait(patience.SECONDS)
        raise CourseError("the gradebook is not to be had.")
        yield

    monkeypatch.setattr(batch, "opened", broken)
    with pytest.raises(CourseError, match="not to be had"):
        batch.grade(room.chapter, room.root, sandbox=counted, jobs=2)
    threads = [t.name for t in threading.enumerate() if t.name.startswith("bplab-grade")]
    assert not threads and not (room.root / "autograded" / "ada").exists()
