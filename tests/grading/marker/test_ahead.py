"""The paper that is drawn before answers are marked: both sides may have much to say at once."""

from bplab import exercises
from bplab.grading.marker import Markers
from bplab.grading.sandbox import Cell

ASKED = ("linear_forward", "train_digits", "linear_backward")


def exam(name):
    return Cell(f"check({name})", "exam", f"check_{name}", name)


def test_papers_ahead_are_those_that_are_due_whatever_is_asked_between():
    seeds = {name: 5 for name in ASKED}
    due = {name: exercises.find(name).draw(5).sheet() for name in ASKED}
    assert len(due["train_digits"]) > 10**6  # more than a line holds
    with Markers() as markers, markers.session(seeds) as session:
        first, second, third = map(exam, ASKED)
        assert session.sheet(first) == due["linear_forward"]
        session.answers(first, b"x" * 10**7)  # while the next paper is on its way, unread
        assert len(session.sheet(second)) == len(due["train_digits"])
        session.again()
        assert session.sheet(third) == due["linear_backward"]  # not the one that came next
        assert session.sheet(first) == due["linear_forward"]
        session.answers(first, b"nonsense")
        told = session.second([(cell.id, cell.exercise) for cell in (first, second, third)])
        assert [one["exercise"] for one in told] == ["train_digits", "linear_backward"]
