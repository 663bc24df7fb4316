"""Every submission's line in the record: who, when, with what, at what cost."""

from bplab import __version__
from bplab.grading import batch
from bplab.grading.book import audit
from bplab.grading.course import Course


def test_the_record_says_who_when_with_what_and_at_what_cost(room, nearby):
    room.hand_in("ada", room.solved())
    room.hand_in("bob", b"{")
    graded = {g.student: g for g in batch.grade(room.chapter, room.root, sandbox=nearby)}
    about = graded["ada"].details["audit"]
    assert about["version"] == __version__ and about["when"].startswith("20")
    course = Course.at(room.root)
    seed = course.seed("ada", room.chapter, "sigmoid")
    assert int(about["seeds"]["sigmoid"], 16) == seed
    assert graded["bob"].details["audit"]["papers"] != about["papers"]
    head, *rows = audit.lines(course, room.chapter)
    assert head == audit.HEAD and len(rows) == 2
    ada = next(row for row in rows if " ada " in row)
    assert about["papers"] in ada and about["by"] in ada


def test_the_same_papers_bear_the_same_mark(room, nearby):
    room.hand_in("ada", room.solved())
    marks = set()
    for _ in range(2):
        graded = batch.grade(room.chapter, room.root, sandbox=nearby, force=True)
        marks.add(graded[0].details["audit"]["papers"])
    assert len(marks) == 1
