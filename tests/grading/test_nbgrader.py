"""nbgrader's own commands on our course: the same scores, and its feedback and export work."""

import csv
import os
import shutil
import subprocess
import sys

import pytest

from bplab.grading import batch
from bplab.grading.sandbox import available
from tests import patience

pytestmark = [pytest.mark.slow]


def nbgrader(room, *arguments):
    path = os.path.dirname(sys.executable) + os.pathsep + os.environ.get("PATH", "")
    return subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=room.root,
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
        timeout=patience.SECONDS,
    )


@pytest.fixture
def classroom(room, builders):
    if not available()[0]:
        pytest.skip(available()[1])
    half = "def neuron_backward(X, a, y):\n    return X.T @ (a - y) / len(y), float(np.sum(a - y))"
    room.hand_in("solved", room.solved(), timestamp="2030-01-01 10:00:00 UTC")
    room.hand_in("untouched", room.untouched())
    room.hand_in("half", room.solved(neuron_backward=half))
    room.hand_in("syntax", room.solved(mse_loss="def mse_loss(p, y)\n    return 1"))
    forged = room.solved(sigmoid="def sigmoid(z):\n    return 0.5")
    room.find(forged, "check_sigmoid")["source"] = "1.0"
    forged["cells"].remove(room.find(forged, "check_mse_loss"))
    room.hand_in("forged", forged)
    room.hand_in("misnamed", room.solved(), name="homework.ipynb")
    room.hand_in("broken", b"{")
    room.hand_in("empty", b"")
    return room


def test_nbgraders_autograde_gives_the_same_gradebook(classroom):
    room = classroom
    ours = {r.student: r for r in batch.grade(room.chapter, room.root)}
    assert ours["forged"].score == 5 and ours["misnamed"].score == 6
    with_bplab = room.scores()  # the forged one has a point that its own sigmoid would cost twice
    shutil.rmtree(room.root / "autograded")
    (room.root / "gradebook.db").unlink()
    assert nbgrader(room, "generate_assignment", room.chapter).returncode == 0
    done = nbgrader(room, "autograde", room.chapter)
    assert done.returncode == 1  # nbgrader reports what it cannot open itself
    assert room.scores() == with_bplab
    card = room.find(room.autograded("half"), "check_sigmoid")["outputs"][0]
    assert "bplab-card" in "".join(card["data"]["text/html"])
    again = {r.student: r.status for r in batch.grade(room.chapter, room.root)}
    done_anew = {student for student, status in again.items() if status != "skipped"}
    assert done_anew == {"misnamed", "broken", "empty"}  # the notebooks that nbgrader did not write
    assert room.autograded("broken") and room.scores() == with_bplab


def test_nbgraders_feedback_and_export_work_on_the_result(classroom):
    room = classroom
    batch.grade(room.chapter, room.root)
    done = nbgrader(room, "generate_feedback", room.chapter)
    assert done.returncode == 0, done.stderr[-2000:]
    pages = {p.parent.parent.name for p in (room.root / "feedback").glob("*/*/*.html")}
    assert pages == set(room.totals())
    page = room.root / "feedback" / "broken" / room.chapter / f"{room.chapter}.html"
    assert "cut short" in page.read_text()
    assert nbgrader(room, "export").returncode == 0
    rows = {
        r["student_id"]: float(r["score"]) for r in csv.DictReader(open(room.root / "grades.csv"))
    }
    assert rows == room.totals()


@pytest.mark.skipif(not available()[0], reason=str(available()[1]))
def test_pipes_and_giants_do_not_stop_nbgraders_autograde(room):
    """Both are recorded with the reason; neither is opened by nbgrader."""
    for student in ("pipe", "giant"):
        folder = room.root / "submitted" / student / room.chapter
        folder.mkdir(parents=True)
        path = folder / f"{room.chapter}.ipynb"
        if student == "pipe":
            os.mkfifo(path)
        else:
            path.touch()
            os.truncate(path, 2**40)
    assert nbgrader(room, "generate_assignment", room.chapter).returncode == 0
    nbgrader(room, "autograde", room.chapter)
    assert room.totals() == {"pipe": 0, "giant": 0}
    with room.gradebook() as book:
        told = [
            "".join(comment.comment or "" for comment in notebook.comments)
            for submission in book.find_assignment(room.chapter).submissions
            for notebook in submission.notebooks
        ]
    assert all("Nothing could be graded" in words for words in told) and len(told) == 2
