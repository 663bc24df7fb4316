"""What a class understood, and grades for other systems: right counts, nothing that can bite."""

import csv
import io
import json

import pytest

from bplab.grading import batch
from bplab.grading.book import grades as gradebook
from bplab.grading.book import insights, insights_table, risks
from bplab.grading.book.insights_page import page
from bplab.grading.course import Course, CourseError
from bplab.grading.lms import formats, sheets

HALF = "def neuron_backward(X, a, y):\n    return X.T @ (a - y) / len(y), float(np.sum(a - y))"


@pytest.fixture
def graded(room, nearby):
    room.hand_in("ada", room.solved())
    room.hand_in("bob", room.untouched())
    room.hand_in("cleo", room.solved(neuron_backward=HALF))
    room.hand_in("dan", room.solved(neuron_backward=HALF, mse_loss="def mse_loss(p, y): 1 / 0"))
    room.hand_in("eve", b"{")
    room.hand_in("fay", room.solved(), name="my work.ipynb")
    batch.grade(room.chapter, room.root, sandbox=nearby)
    return room


def collected(room):
    return insights.collect(Course.at(room.root), room.chapter)


def test_outcomes_are_counted_by_exercise(graded):
    found = collected(graded)
    rows = {e.name: e for e in found.exercises}
    last = rows["neuron_backward"]
    assert (last.passed, last.partly) == (["ada", "fay"], ["cleo", "dan"])
    assert (last.wrong, last.unwritten) == ([], ["bob"])
    assert last.pass_rate == 2 / 5
    ((name, who),) = last.mistakes.items()
    assert who == ["cleo", "dan"] and name != "test-failed"
    assert rows["mse_loss"].wrong == ["dan"]
    assert list(found.unreadable) == ["eve"] and list(found.repaired) == ["fay"]
    assert found.scores["ada"] == 6 and found.scores["eve"] == 0
    json.dumps(found.to_dict())


def test_manual_grades_show_in_the_scores(graded):
    with graded.gradebook() as book:
        key = ("check_sigmoid", graded.chapter, graded.chapter, "bob")
        book.find_grade(*key).manual_score = 0.5
        book.db.commit()
        book.find_grade(*key).extra_credit = 0.25
        book.db.commit()
    assert collected(graded).scores["bob"] == 0.75
    told = gradebook.collect(Course.at(graded.root)).of(graded.chapter, "bob").feedback
    assert "By hand: check_sigmoid 0.5/1. Extra credit: check_sigmoid 0.25." in told


def test_the_table_names_the_mistakes(graded):
    from rich.console import Console

    console = Console(width=100, file=io.StringIO())
    console.print(insights_table.table(collected(graded)))
    text = console.file.getvalue()
    assert "neuron_backward" in text and "2: cleo, dan" in text and "eve" in text


def test_the_table_fits_80_columns(room):
    from rich.console import Console

    row = {"points": 1, "score": 0, "passed": False, "seconds": 0.0013}
    row |= {"mistake": "step-size-too-long"}
    details = {"unreadable": None, "failed": None, "repaired": False, "notes": [], "fault": None}
    details |= {"exercises": {"softmax_cross_entropy_backward": row}, "cpu_seconds": 1.0}
    found = insights.summarize(
        "ch", 1, {name: {"ch": details} for name in ("s02", "s12", "s15")}, {}
    )
    console = Console(width=80, file=io.StringIO())
    console.print(insights_table.table(found))
    lines = console.file.getvalue().splitlines()
    assert any(line.rstrip().endswith("s15)") for line in lines)


def test_a_syntax_error_is_a_mistake_and_not_an_unwritten_answer(room, nearby):
    room.hand_in("ada", room.solved(mse_loss="def mse_loss(p, y)\n    return 1"))
    room.hand_in("bob", room.untouched())
    batch.grade(room.chapter, room.root, sandbox=nearby)
    row = {e.name: e for e in collected(room).exercises}["mse_loss"]
    assert (row.wrong, row.unwritten) == (["ada"], ["bob"])
    assert row.mistakes == {"not-defined": ["ada"]}


def test_the_page_stands_alone_and_escapes_everything():
    evil = "<script>alert(1)</script>\"'"
    row = {"points": 1, "score": 0, "passed": False, "mistake": evil, "seconds": 0.1}
    details = {"unreadable": None, "failed": None, "repaired": True, "notes": [evil]}
    details |= {"fault": evil, "exercises": {evil: row}, "cpu_seconds": 1.0}
    broken = details | {"unreadable": evil}
    found = insights.summarize(evil, 3, {evil: {evil: details}, "b": {evil: broken}}, {evil: 1.0})
    text = page(found)
    assert "<script" not in text and "http" not in text.replace("http-equiv", "")
    assert "&lt;script&gt;" in text


def test_what_was_not_reached_is_no_riddle():
    row = {"points": 1, "score": 0, "passed": False, "mistake": "odd", "seconds": 0.1}
    row |= {"told": "b is 1; 2 belongs there.", "group": "x-1", "carried": None, "fault": None}
    details = {"unreadable": None, "failed": None, "repaired": False, "notes": [], "fault": None}
    rows = {"a": row, "b": row | {"fault": "not-reached", "group": "x-2"}}
    details |= {"exercises": rows, "cpu_seconds": 0.0}
    found = insights.summarize("ch", 2, {"ada": {"ch": details}}, {})
    assert [group.key for group in found.groups] == ["x-1"]
    by_name = {exercise.name: exercise for exercise in found.exercises}
    assert by_name["b"].wrong == ["ada"] and by_name["b"].mistakes == {}


def test_a_mistake_of_an_own_exercise_is_explained_wherever_the_command_is_given(tmp_path):
    (tmp_path / "odd_one.py").write_text(
        "from bplab.exam import Exercise\ndef odd_one(x):\n    return x\n"
        "odd = Exercise('odd_one', 'w', odd_one, returns='y')\n"
        "odd.mistake('mine', 'o', 'Look at the sign.', 'd')(lambda x: -x)\n"
    )
    row = {"points": 1, "score": 0, "passed": False, "mistake": "mine", "seconds": 0.1}
    row |= {"told": "y is 1", "group": "odd_one-1", "carried": None, "fault": None}
    details = {"unreadable": None, "failed": None, "repaired": False, "notes": [], "fault": None}
    details |= {"exercises": {"odd_one": row}, "cpu_seconds": 0.0}
    found = insights.summarize("w", 1, {"ada": {"w": details}}, {}, tmp_path)
    assert found.groups == [] and "Look at the sign." in page(found)


def test_what_waits_for_a_person_puts_nobody_at_risk():
    row = {"points": 2, "score": 2, "passed": True, "mistake": None, "seconds": 0.1}
    details = {"unreadable": None, "failed": None, "repaired": False, "notes": [], "fault": None}
    details |= {"exercises": {"a": row}, "cpu_seconds": 0.0}
    everybody = {student: {"w": details} for student in ("ada", "bob")}
    found = insights.summarize("w", 8, everybody, {"ada": 2, "bob": 0.5})
    found.waiting = {"ada": 6.0, "bob": 6.0}
    assert risks.at_risk(found) == {"bob": "0.5 of 2 points; 6 more wait for a grade"}
    assert "Up to 6 of them wait for a person" in page(found)


def test_no_division_by_nothing():
    details = {"unreadable": "x", "failed": None, "repaired": False, "notes": [], "fault": None}
    details |= {"exercises": {}, "cpu_seconds": 0.0}
    text = page(insights.summarize("ch", 0, {"a": {"ch": details}}, {}))
    assert "1 submission." in text


def test_before_grading_it_says_what_to_do(room):
    with pytest.raises(CourseError, match="nothing has been graded yet"):
        collected(room)
    assert not (room.root / "gradebook.db").exists()


# Export


@pytest.fixture
def grades(graded):
    with graded.gradebook() as book:
        book.update_or_create_student(
            "ada", first_name="Ada, Countess", last_name='O"Lovelace', email="=cmd|' /C calc'!A0"
        )
        book.update_or_create_student("bob", lms_user_id="4711", last_name="=1+1")
        book.update_or_create_student("zoe", first_name="Zoë\nB", last_name="No Work")
        key = (graded.chapter, graded.chapter, "cleo")
        book.find_grade("check_sigmoid", *key).needs_manual_grade = True
        book.db.commit()
    return gradebook.collect(Course.at(graded.root))


def parsed(grades, to):
    text = sheets.written(formats.rows(grades, to))
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_csv_has_nbgraders_columns_and_survives_a_round_trip(grades, room):
    rows = {row["student_id"]: row for row in parsed(grades, "csv")}
    assert rows["ada"]["first_name"] == "Ada, Countess"
    assert rows["ada"]["last_name"] == 'O"Lovelace'
    assert float(rows["ada"]["score"]) == 6 and float(rows["ada"]["max_score"]) == 6
    assert float(rows["zoe"]["score"]) == 0 and rows["zoe"]["first_name"] == "Zoë\nB"
    assert rows["cleo"]["needs_manual_grade"] == "yes"
    assert grades.unsettled == 1


def test_canvas_gets_its_header_and_points(grades, room):
    rows = parsed(grades, "canvas")
    assert list(rows[0])[:5] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
    assert rows[0]["Student"] == "    Points Possible" and rows[0][room.chapter] == "6"
    by_login = {row["SIS Login ID"]: row for row in rows[1:]}
    assert by_login["ada"]["Student"] == 'O"Lovelace, Ada, Countess'
    assert by_login["bob"]["ID"] == "4711"
    assert by_login["zoe"][room.chapter] == ""  # handed in nothing: Canvas keeps what it has


def test_a_chapter_that_nobody_handed_in_is_exported_when_it_is_named(graded):
    with graded.gradebook() as book:
        book.add_assignment("later")
        book.add_notebook("later", "later")
        book.add_grade_cell("cell", "later", "later", max_score=2, cell_type="code")
    course = Course.at(graded.root)
    assert list(gradebook.collect(course).points) == [graded.chapter]
    assert gradebook.collect(course, ["later"]).points == {"later": 2}


def test_moodle_gets_user_columns_a_grade_and_feedback(grades, room):
    rows = {row["Username"]: row for row in parsed(grades, "moodle")}
    assert rows["ada"][room.chapter] == "6"
    assert "neuron_backward" in rows["cleo"][f"{room.chapter} (feedback)"]
    assert "cut short" in rows["eve"][f"{room.chapter} (feedback)"]


@pytest.mark.parametrize("to", formats.FORMATS)
def test_no_cell_is_a_formula(grades, to):
    for row in csv.reader(io.StringIO(sheets.written(formats.rows(grades, to)), newline="")):
        assert not any(cell.lstrip()[:1] in "=+-@" for cell in row if cell.strip())


def test_an_unknown_chapter_is_told(graded):
    with pytest.raises(CourseError, match="no chapter 'x'"):
        gradebook.collect(Course.at(graded.root), ["x"])
