"""What an honest learner does by accident costs no more than it must."""

import json
import sys

import pytest

from bplab.grading import batch
from bplab.grading.sandbox import Limits, available
from bplab.grading.submission.repair import repair

WORKS, WHY = available() if sys.platform == "linux" else (False, "no Linux namespaces")
LIMITS = Limits(cell_seconds=2, total_seconds=30, memory_mb=500, cell_output_bytes=400_000)
SCRATCH = {
    "a crash": "import ctypes; ctypes.string_at(0)",
    "an exit": "import os; os._exit(3)",
    "recursion": "import sys; sys.setrecursionlimit(10**9)\ndef f(): f()\nf()",
    "a flood": "print('x' * 10**7)",
    "a hang": "while True:\n    try: import time; time.sleep(60)\n    except BaseException: pass",
    "heavy work": "x = 0\nwhile True: x += 1",
    "memory": "x = bytearray(10**9)",
}


@pytest.mark.skipif(not WORKS, reason=WHY)
def test_scratch_cells_cost_nothing(room, builders):
    for number, source in enumerate(SCRATCH.values()):
        notebook = room.solved()
        notebook["cells"].insert(4, builders[1]("mine", source))
        room.hand_in(f"s{number}", notebook)
    notebook = room.solved()
    for number in range(8):
        notebook["cells"].insert(4, builders[1](f"mine{number}", SCRATCH["an exit"]))
    room.hand_in("many", notebook)
    for graded in batch.grade_each(room.chapter, room.root, limits=LIMITS, jobs=2):
        assert (graded.status, graded.score) == ("graded", room.max_score), graded
    cells = room.autograded("s1")["cells"]
    mine = next(c for c in cells if c["source"].startswith("import os; os._exit"))
    assert "ended the Python process" in str(mine["outputs"])


GOOD = (
    "def sigmoid(z):\n    e = np.exp(-np.abs(z))\n"
    "    return np.where(np.asarray(z) >= 0, 1 / (1 + e), e / (1 + e))"
)
POOR = "def sigmoid(z):\n    return z"


@pytest.mark.parametrize("first, last, points", [(POOR, GOOD, 1), (GOOD, POOR, 0)])
@pytest.mark.parametrize("between", [None, "x = sigmoid(0.0)", "def sigmoid(z):\n    return 7"])
def test_of_two_cells_with_one_id_the_lower_counts(
    room, nearby, builders, first, last, points, between
):
    """As in the learner's own kernel, whatever stands between them."""
    notebook = room.solved(sigmoid=first)
    at = [cell["id"] for cell in notebook["cells"]].index("sigmoid")
    copy = {**notebook["cells"][at], "id": "copy", "source": last}
    more = [builders[1]("between", between)] if between else []
    notebook["cells"][at + 1 : at + 1] = [*more, copy]
    room.hand_in("ada", notebook)
    batch.grade(room.chapter, room.root, sandbox=nearby)
    grades = {grade[0]: grade[1] for grade in room.scores()["ada"][0]}
    assert grades["check_sigmoid"] == points


# No accusation that is not true


def released_by_nbgrader(room):
    """The release as nbgrader writes it, with its checksums, solved."""
    from bplab.grading import course as courses

    course = courses.Course.at(room.root)
    courses.generate(course, room.chapter)
    path = room.root / "release" / room.chapter / f"{room.chapter}.ipynb"
    notebook = json.loads(path.read_text())
    for cell, solved in zip(notebook["cells"], room.solved()["cells"], strict=True):
        if cell["metadata"].get("nbgrader", {}).get("solution"):
            cell["source"] = solved["source"]
    return notebook


def rewrite(room):
    path = room.root / "source" / room.chapter / f"{room.chapter}.ipynb"
    path.write_text(json.dumps(room.source))


CHANGES = {
    "points raised": lambda cell: cell["metadata"]["nbgrader"].update(points=9),
    "a test replaced": lambda cell: cell.update(source="assert sigmoid(0) == 0.5"),
    "hidden tests added": lambda cell: cell.update(
        source=cell["source"] + "\n### BEGIN HIDDEN TESTS\nTrue\n### END HIDDEN TESTS"
    ),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_changed_after_release_is_nobodys_doing(room, change):
    handed_in = json.dumps(released_by_nbgrader(room)).encode()
    change(room.find(room.source, "check_sigmoid"))
    done = repair(room.source, handed_in)
    assert done.notes == []


OF_ANSWERS = {
    "points raised": {"points": 5},
    "no longer graded": {"grade": False},
}


@pytest.mark.parametrize("change", OF_ANSWERS.values(), ids=OF_ANSWERS)
def test_marks_changed_after_release_are_not_the_doing_of_who_wrote_there(room, builders, change):
    """A written answer is another text than was released: its marks must speak for themselves."""
    marks = {"grade": True, "solution": True, "points": 3}
    room.source["cells"].append({**builders[1]("why", "Why?", **marks), "cell_type": "markdown"})
    room.find(room.source, "why")["metadata"]["nbgrader"]["cell_type"] = "markdown"
    rewrite(room)
    handed_in = json.loads(json.dumps(released_by_nbgrader(room)))
    room.find(handed_in, "why")["source"] = "Because."
    room.find(room.source, "why")["metadata"]["nbgrader"].update(change)
    assert repair(room.source, json.dumps(handed_in).encode()).notes == []
    room.find(handed_in, "why")["metadata"]["nbgrader"]["points"] = 99
    (note,) = repair(room.source, json.dumps(handed_in).encode()).notes
    assert "marks of cell why are the chapter's, not those handed in" in note


def test_a_test_added_after_release_is_nobodys_doing(room, builders):
    handed_in = json.dumps(released_by_nbgrader(room)).encode()
    room.source["cells"].append(builders[1]("check_new", "True", grade=True, locked=True, points=1))
    (note,) = repair(room.source, handed_in).notes
    assert note == "The test cell check_new was not handed in; the chapter's was used."


def test_hidden_tests_are_no_edit(room, builders):
    test = "assert True\n### BEGIN HIDDEN TESTS\nassert True\n### END HIDDEN TESTS"
    room.source["cells"].append(builders[1]("hidden", test, grade=True, locked=True, points=1))
    assert repair(room.source, json.dumps(room.solved()).encode()).notes == []


@pytest.mark.parametrize("edit", [{"source": "True"}, {"points": 99}], ids=str)
def test_what_the_learner_did_is_still_said(room, edit):
    notebook = released_by_nbgrader(room)
    cell = room.find(notebook, "check_sigmoid")
    cell["source"] = edit.get("source", cell["source"])
    cell["metadata"]["nbgrader"].update({k: v for k, v in edit.items() if k == "points"})
    assert repair(room.source, json.dumps(notebook).encode()).notes


# Reasons name the error and its line


@pytest.mark.skipif(not WORKS, reason=WHY)
def test_why_something_is_not_defined_is_told(room):
    right = GOOD.replace("\n", "\n", 1)
    room.hand_in("torch", room.solved(sigmoid=f"import no_such_module\n\n{right}"))
    room.hand_in("syntax", room.solved(sigmoid=f"{right}\nprint 'done'"))
    room.hand_in("def", room.solved(sigmoid=right.replace("def sigmoid", "deff sigmoid")))
    room.hand_in("magic", room.solved(sigmoid=f"%no_such_magic 1\n%%no\n{right}"))
    room.hand_in("file", room.solved(sigmoid=f"%%writefile mine.py\nimport numpy as np\n{right}"))
    notebook = json.loads(
        (room.root / "submitted/file" / room.chapter / f"{room.chapter}.ipynb").read_text()
    )
    at = [cell["id"] for cell in notebook["cells"]].index("sigmoid") + 1
    notebook["cells"].insert(
        at,
        {
            **notebook["cells"][at - 1],
            "id": "own",
            "metadata": {},
            "source": "from mine import sigmoid",
        },
    )
    room.hand_in("file", notebook)
    batch.grade(room.chapter, room.root)

    def card(student):
        cell = room.find(room.autograded(student), "check_sigmoid")
        return cell["outputs"][0]["data"]["text/plain"]

    assert "ModuleNotFoundError: No module named 'no_such_module'" in card("torch")
    assert "in the line: import no_such_module" in card("torch")
    assert "SyntaxError" in card("syntax") and "print 'done'" in card("syntax")
    assert "sigmoid was not defined" in card("def") and "SyntaxError" in card("def")
    assert card("file").startswith("sigmoid: passed")


# Nothing that was handed in gets lost


def written(room, builders):
    cell = builders[0]("essay", "YOUR ANSWER HERE")
    cell["metadata"]["nbgrader"] = {
        **{"schema_version": 3, "grade": True, "solution": True, "locked": False},
        **{"task": False, "grade_id": "essay", "points": 4, "cell_type": "markdown"},
    }
    room.source["cells"].append(cell)
    rewrite(room)


def test_a_text_below_the_untouched_cell_is_the_answer(room, nearby, builders):
    written(room, builders)
    notebook = room.solved()
    notebook["cells"].append(builders[0]("mine", "Because it adds over rows."))
    room.hand_in("ada", notebook)
    batch.grade(room.chapter, room.root, sandbox=nearby)
    grades = {grade[0]: grade for grade in room.scores()["ada"][0]}
    assert grades["essay"][1] is None and grades["essay"][4]
    assert "adds over rows" in room.find(room.autograded("ada"), "essay")["source"]


def test_a_written_answer_that_changed_is_looked_at_again(room, nearby, builders):
    written(room, builders)
    for text, review in (("First.", True), ("First.", False), ("Second.", True)):
        notebook = room.solved()
        room.find(notebook, "essay")["source"] = text
        room.hand_in("ada", notebook)
        batch.grade(room.chapter, room.root, sandbox=nearby, force=True)
        grades = {grade[0]: grade for grade in room.scores()["ada"][0]}
        assert grades["essay"][4] is review
        with room.gradebook() as book:
            grade = book.find_grade("essay", room.chapter, room.chapter, "ada")
            grade.manual_score, grade.needs_manual_grade = 3.0, False
            book.db.commit()


def test_the_secret_of_a_submission_goes_along(room, nearby):
    path = room.hand_in("ada", room.solved())
    (path.parent / "submission_secret.txt").write_text("0f" * 64)
    batch.grade(room.chapter, room.root, sandbox=nearby)
    kept = room.root / "autograded" / "ada" / room.chapter / "submission_secret.txt"
    assert kept.read_text() == "0f" * 64


def test_a_copy_beside_an_empty_notebook_counts(room, nearby):
    room.hand_in("ada", room.untouched())
    room.hand_in("ada", room.solved(), name=f"{room.chapter}-Copy1.ipynb")
    room.hand_in("bob", b"")
    room.hand_in("bob", room.solved(), name=f"{room.chapter}-Copy1.ipynb")
    graded = batch.grade(room.chapter, room.root, sandbox=nearby)
    assert [g.score for g in graded] == [room.max_score] * 2
