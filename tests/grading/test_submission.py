"""What cells are run, what results are worth, and what is said: the parts without processes."""

import json

import pytest

from bplab.exam.paper import Paper
from bplab.exam.report import Report
from bplab.grading import batch
from bplab.grading.course import CourseError
from bplab.grading.submission import plan as plans
from bplab.grading.submission import write_up as submission
from bplab.grading.submission.repair import repair


def rewrite(room, *cells):
    """Add cells of the instructor's own to the chapter."""
    room.source["cells"] += cells
    path = room.root / "source" / room.chapter / f"{room.chapter}.ipynb"
    path.write_text(json.dumps(room.source))


def graded(room, nearby, student="ada"):
    batch.grade(room.chapter, room.root, sandbox=nearby)
    return {row[0]: row for row in room.scores()[student][0]}


def test_the_plan_leaves_out_explore_cells_and_examines_checks(room):
    plan = plans.plan(room.released())
    kinds = {cell.id: (cell.kind, cell.exercise) for cell in plan.cells}
    assert kinds["check_sigmoid"] == ("exam", "sigmoid")
    assert kinds["sigmoid"] == ("run", None) and kinds["play"] == ("skip", None)
    assert [room.released()["cells"][p]["id"] for p in plan.places] == list(kinds)


@pytest.mark.parametrize(
    "test, score",
    [
        ("assert sigmoid(0) == 0.5", 2),
        ("assert sigmoid(0) == 7", 0),
        ("print('fine')", 2),
        ("import warnings; warnings.warn('only a warning')", 2),
    ],
)
def test_an_instructors_own_test_is_graded_by_nbgraders_rule(room, nearby, builders, test, score):
    rewrite(room, builders[1]("own_test", test, grade=True, locked=True, points=2))
    room.hand_in("ada", room.solved())
    assert graded(room, nearby)["own_test"][1] == score


@pytest.mark.parametrize(
    "shown, points",
    [("1.5", 1.5), ("nan", 0), ("99", 0), ("-1", 0), ("'text'", 2), ("inf", 0)],
)
def test_partial_credit_of_own_tests_fails_closed(shown, points):
    from bplab.grading.sandbox import CellResult

    output = {"output_type": "execute_result", "data": {"text/plain": shown}, "metadata": {}}
    assert submission._classic(CellResult(outputs=[output]), 2.0) == points


def test_hidden_tests_are_run_but_not_released(room, nearby, builders):
    test = "### BEGIN HIDDEN TESTS\nassert sigmoid(0) == 7\n### END HIDDEN TESTS\nTrue"
    rewrite(room, builders[1]("own_test", test, grade=True, locked=True, points=2))
    assert "HIDDEN" not in json.dumps(room.released())
    room.hand_in("ada", room.solved())
    assert graded(room, nearby)["own_test"][1] == 0


def test_a_stub_that_was_left_is_not_written_and_what_was_not_read_is_not_judged(
    room, nearby, builders
):
    code = builders[1]
    stub = code("double", "### BEGIN SOLUTION\ndef double(x):\n    return 2 * x\n### END SOLUTION")
    stub["metadata"] = code("double", "", solution=True)["metadata"]
    test = code("own_test", "assert double(1) == 2", grade=True, locked=True, points=2)
    rewrite(room, stub, test)
    room.hand_in("ada", room.untouched())
    room.hand_in("bob", b"%PDF-1.4")
    found = {r.student: r for r in batch.grade(room.chapter, room.root, sandbox=nearby)}
    assert found["ada"].mistakes["own_test"] == "not-written"
    assert found["bob"].mistakes == {}


def test_written_answers_are_found_where_all_marks_are_gone(builders):
    """As an editor saves that keeps neither nbgrader's metadata nor ids."""
    markdown, code = builders

    def essay(name):
        cell = markdown(name, "YOUR ANSWER HERE")
        marks = {"schema_version": 3, "grade": True, "solution": True, "locked": False}
        marks |= {"task": False, "grade_id": name, "points": 4, "cell_type": "markdown"}
        return cell | {"metadata": {"nbgrader": marks}}

    def bare(kind, source):
        return {"cell_type": kind, "metadata": {}, "source": source}

    solution = code("double", "raise NotImplementedError", solution=True)
    test = code("test_double", "check(double)", grade=True, locked=True, points=1)
    last = markdown("last", "The end.")
    released = {"cells": [solution, test, essay("why"), essay("how"), last], "metadata": {}}
    double = bare("code", "def double(x):\n    return 2 * x")
    start, end = [double, bare("code", "check(double)")], [bare("markdown", "The end.")]

    def repaired(*texts):
        cells = [*start, *(bare("markdown", text) for text in texts), *end]
        done = repair(released, json.dumps({"cells": cells, "nbformat": 4}).encode())
        by_id = {cell["id"]: cell["source"] for cell in done.notebook["cells"]}
        return by_id["why"], by_id["how"], " ".join(done.notes)

    why, how, told = repaired("It is flat there.", "By a walk.")
    assert (why, how) == ("It is flat there.", "By a walk.")
    assert "The cell for why was gone; the text in its place was used." in told
    assert repaired("One.", "Two.", "Three.")[0] == "One.\n\nTwo.\n\nThree."
    assert repaired()[:2] == ("YOUR ANSWER HERE",) * 2

    # Nor does it take code to know the notebook by: its text is there.
    released["cells"] = [markdown("first", "Why?"), essay("why"), essay("how"), last]
    start = [bare("markdown", "Why?")]
    assert repaired("It is flat there.", "By a walk.")[:2] == ("It is flat there.", "By a walk.")
    start = end = [bare("markdown", "Something else.")]
    done = repair(released, json.dumps({"cells": start, "nbformat": 4}).encode())
    assert "not the notebook of this chapter" in done.unreadable


def test_written_answers_wait_for_a_person(room, nearby, builders):
    markdown, _ = builders
    for name in ("essay", "blank"):
        cell = markdown(name, "Why?")
        cell["metadata"]["nbgrader"] = {
            **{"schema_version": 3, "grade": True, "solution": True, "locked": False},
            **{"task": False, "grade_id": name, "points": 4, "cell_type": "markdown"},
        }
        rewrite(room, cell)
    notebook = room.solved()
    room.find(notebook, "essay")["source"] = "Because <script>alert(1)</script>"
    room.hand_in("ada", notebook)
    scores = graded(room, nearby)
    assert scores["essay"][1] is None and scores["essay"][4]  # needs a person
    assert scores["blank"][1] == 0 and not scores["blank"][4]
    assert "<script" not in json.dumps(room.autograded("ada"))


def test_a_test_of_no_exercise_is_told_before_anything_is_graded(room, nearby, builders):
    rewrite(room, builders[1]("check_x", "check(sigmoit)", grade=True, locked=True, points=1))
    room.hand_in("ada", room.solved())
    with pytest.raises(CourseError, match="Did you mean 'sigmoid'"):
        batch.grade(room.chapter, room.root, sandbox=nearby)


def test_a_marker_that_fails_decides_no_grade(room):
    class Broken:
        name = "sigmoid"

        def mark(self, paper, answers, explain):
            raise ZeroDivisionError("oops")

    class Nan(Broken):
        def mark(self, paper, answers, explain):
            return Report("sigmoid", True, float("nan"))

    report, failed = submission.mark(Paper(Broken(), []), b"answers")
    assert failed and "oops" in report.observed
    assert submission.mark(Paper(Nan(), []), b"answers")[1]


@pytest.mark.parametrize(
    "passed, share, points, score",
    [(True, 1.0, 3, 3), (False, 2 / 3, 1, 0.67), (False, 0.0, 3, 0), (False, 0.5, 0.01, 0.01)],
)
def test_points_are_hundredths_and_never_more_than_there_are(passed, share, points, score):
    assert submission.points_for(Report("x", passed, share), points) == score


def test_what_ended_a_run_is_said_in_the_notebook_and_the_comment(room, nearby):
    stop = "raise SystemExit\n\ndef mse_loss(p, y):\n    return 1.0"
    room.hand_in("ada", room.solved(mse_loss=stop))
    scores = graded(room, nearby)
    assert scores["check_sigmoid"][1] == 1 and scores["check_neuron_backward"][1] == 0
    notebook = room.autograded("ada")
    assert "ended its own process" in notebook["cells"][0]["source"]
    card = room.find(notebook, "check_mse_loss")["outputs"][0]["data"]["text/plain"]
    assert "not reached" in card
    comments = dict(room.scores()["ada"][1])
    assert "not reached" in comments["mse_loss"]
