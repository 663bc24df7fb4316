"""A class is graded: every submission recorded, the same in any order, again and after a crash."""

import csv
import errno
import json

import pytest
from sqlalchemy.exc import OperationalError

from bplab.grading import batch
from bplab.grading.book import changes
from bplab.grading.course import CourseError


def grade(room, nearby, **options):
    return batch.grade(room.chapter, room.root, sandbox=nearby, **options)


def by_name(results):
    return {result.student: result for result in results}


def test_every_submission_is_graded(room, nearby):
    room.hand_in("ada", room.solved())
    room.hand_in("bob", room.untouched())
    room.hand_in("cleo", room.solved(mse_loss="def mse_loss(p, y):\n    return (p - y) ** 2"))
    room.hand_in("dan", b"not a notebook")
    results = by_name(grade(room, nearby))
    assert [results[s].score for s in ("ada", "bob", "cleo", "dan")] == [6, 0, 5, 0]
    assert results["dan"].status == "unreadable"
    assert "not a notebook" in results["dan"].details["unreadable"]
    assert room.totals() == {"ada": 6, "bob": 0, "cleo": 5, "dan": 0}


def test_graded_cells_say_the_points_in_nbgraders_way(room, nearby):
    from nbformat import from_dict
    from nbgrader.utils import determine_grade

    wrong = "def neuron_backward(X, a, y):\n    return X.T @ (a - y) / len(y), float(np.sum(a - y))"
    room.hand_in("ada", room.solved(neuron_backward=wrong))
    grade(room, nearby)
    scores = {}
    for cell in room.autograded("ada")["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade"):
            scores[cell["id"]] = determine_grade(from_dict(cell))
    assert scores["check_sigmoid"] == (1, 1)
    assert 0 < scores["check_neuron_backward"][0] < 3
    recorded = {g[0]: g[1] for g in room.scores()["ada"][0]}
    assert recorded == {name: score for name, (score, _) in scores.items()}


def test_the_autograded_notebook_is_valid_and_shows_the_cards(room, nearby):
    import nbformat

    room.hand_in("ada", room.solved(sigmoid="def sigmoid(z):\n    return z"))
    grade(room, nearby)
    notebook = nbformat.from_dict(room.autograded("ada"))
    nbformat.validate(notebook)
    outputs = room.find(notebook, "check_sigmoid")["outputs"]
    assert "not yet" in outputs[0]["data"]["text/html"]
    assert room.find(notebook, "demo")["outputs"][0]["text"].startswith("a demonstration")
    assert room.find(notebook, "play")["outputs"] == []


def test_what_is_recorded_and_unchanged_is_skipped(room, nearby):
    room.hand_in("ada", room.solved())
    room.hand_in("bob", room.untouched())
    grade(room, nearby)
    room.hand_in("bob", room.solved())
    results = by_name(grade(room, nearby))
    assert (results["ada"].status, results["ada"].score) == ("skipped", 6)
    assert (results["bob"].status, results["bob"].score) == ("graded", 6)
    assert all(r.status == "graded" for r in grade(room, nearby, force=True))


def test_a_lost_notebook_is_made_again(room, nearby):
    room.hand_in("ada", room.solved())
    grade(room, nearby)
    path = room.root / "autograded" / "ada" / room.chapter / f"{room.chapter}.ipynb"
    path.unlink()
    assert grade(room, nearby)[0].status == "graded"
    assert path.exists()


def test_what_humans_gave_survives_a_regrade(room, nearby):
    room.hand_in("ada", room.solved(sigmoid="def sigmoid(z):\n    return z"))
    grade(room, nearby)
    with room.gradebook() as book:
        key = (room.chapter, room.chapter, "ada")
        one = book.find_grade("check_sigmoid", *key)
        one.manual_score, one.extra_credit, one.needs_manual_grade = 0.5, 0.25, False
        book.find_comment("sigmoid", *key).manual_comment = "Nearly!"
        book.db.commit()
    before = room.scores()
    grade(room, nearby, force=True)
    assert room.scores() == before
    room.hand_in("ada", room.solved())
    grade(room, nearby)
    grades, comments, *_ = room.scores()["ada"]
    assert ("check_sigmoid", 1.0, 0.5, 0.25, True, 0.75) in grades  # changed: look again
    assert ("sigmoid", "Nearly!") in comments


def test_late_penalties_come_from_the_configured_plugin(room, nearby):
    (room.root / "nbgrader_config.py").write_text(
        "c = get_config()\nc.LateSubmissionPlugin.penalty_method = 'zero'\n"
    )
    from datetime import datetime, timedelta

    room.hand_in("late", room.solved(), timestamp="2030-01-02 12:00:00 UTC")
    room.hand_in("early", room.solved(), timestamp="2029-12-31 12:00:00 UTC")
    room.hand_in("extended", room.solved(), timestamp="2030-01-02 12:00:00 UTC")
    room.hand_in("odd", room.solved(), timestamp="yesterday-ish")
    grade(room, nearby)
    with room.gradebook() as book:
        book.find_assignment(room.chapter).duedate = datetime(2030, 1, 1)
        book.find_submission(room.chapter, "extended").extension = timedelta(days=3)
        book.db.commit()
    results = by_name(grade(room, nearby))
    assert {r.status for r in results.values()} == {"graded"}  # the due date has changed
    scores = {name: result.score for name, result in results.items()}
    assert scores == {"late": 0, "early": 6, "extended": 6, "odd": 6}
    late = {name: row[2] for name, row in room.scores().items()}
    assert late == {"late": 6, "early": None, "extended": None, "odd": None}
    assert "timestamp" in results["odd"].notes[0]
    folder = room.root / "autograded" / "late" / room.chapter
    assert (folder / "timestamp.txt").read_text() == "2030-01-02 12:00:00 UTC\n"


def test_order_and_number_of_jobs_change_nothing(room, nearby):
    for number in range(6):
        room.hand_in(f"s{number}", room.solved() if number % 2 else room.untouched())
    grade(room, nearby, jobs=1)
    first = room.scores()
    (room.root / "gradebook.db").unlink()
    grade(room, nearby, jobs=4, students=["s5", "s1"])
    grade(room, nearby, jobs=4)
    assert room.scores() == first


def test_papers_differ_between_students_and_not_between_runs(room, nearby):
    from bplab.grading.course import Course

    course = Course.at(room.root)
    one = course.seed("ada", room.chapter, "sigmoid")
    assert one != course.seed("bob", room.chapter, "sigmoid")
    assert one != course.seed("ada", room.chapter, "mse_loss")
    assert one == Course.at(room.root).seed("ada", room.chapter, "sigmoid")
    assert (room.root / ".secret").stat().st_mode & 0o777 == 0o600


def test_a_grader_that_fails_stops_nobody_and_asks_for_a_person(room, nearby):
    class Failing(nearby):
        def run(self, cells, draw):
            if any("def trouble" in cell.source for cell in cells):
                raise RuntimeError("the machine is on fire")
            return super().run(cells, draw)

    room.hand_in("ada", room.solved())
    room.hand_in("bob", room.solved(sigmoid="def trouble(z): ..."))
    results = by_name(batch.grade(room.chapter, room.root, sandbox=Failing))
    assert results["ada"].score == 6
    assert results["bob"].status == "failed"
    assert "on fire" in results["bob"].notes[0]
    grades = room.scores()["bob"][0]
    assert all(g[1] is None and g[4] for g in grades)  # no automatic score, needs a person
    again = by_name(grade(room, nearby))
    assert (again["ada"].status, again["bob"].status) == ("skipped", "graded")


@pytest.mark.parametrize(
    "error, told",
    [
        (OSError(errno.ENOSPC, "No space left on device"), "No space left on device"),
        (OperationalError("INSERT", {}, Exception("database is locked")), "another program"),
    ],
)
def test_a_gradebook_that_cannot_be_written_stops_with_one_line(
    room, nearby, monkeypatch, error, told
):
    def full(*_):
        raise error

    room.hand_in("ada", room.solved())
    with monkeypatch.context() as patch:
        patch.setattr("bplab.grading.book.recorder.Recorder._transaction", full)
        with pytest.raises(CourseError, match="nothing can be recorded") as caught:
            grade(room, nearby)
    assert told in str(caught.value)
    assert by_name(grade(room, nearby))["ada"].score == 6


def test_a_folder_whose_name_could_harm_a_page_is_refused_alone(room, nearby):
    room.hand_in("ada", room.solved())
    room.hand_in("<b>eve", room.solved())
    results = by_name(grade(room, nearby))
    assert results["ada"].score == 6
    assert results["'<b>eve'"].status == "failed"
    assert list(room.scores()) == ["ada"]


def test_the_nearest_student_of_a_large_class_is_offered(room, nearby):
    for name in ("zoe", *(f"a{i:02}" for i in range(60))):
        room.hand_in(name, b"")
    with pytest.raises(CourseError, match="Did you mean 'zoe'"):
        batch.grade(room.chapter, room.root, students=["zoee"], sandbox=nearby)
    with pytest.raises(CourseError, match="handed in nothing for 01_single_neuron.$"):
        batch.grade(room.chapter, room.root, students=["nobody"], sandbox=nearby)


@pytest.mark.parametrize(
    "chapter, students, told",
    [
        ("01_single_neurn", None, "Did you mean '01_single_neuron'?"),
        ("01_single_neuron", ["adda"], "Did you mean 'ada'?"),
    ],
)
def test_wrong_use_offers_the_nearest_name(room, nearby, chapter, students, told):
    room.hand_in("ada", room.solved())
    with pytest.raises(CourseError, match="Did you mean") as caught:
        batch.grade(chapter, room.root, students=students, sandbox=nearby)
    assert told in str(caught.value)
    assert not (room.root / "gradebook.db").exists()


def test_a_changed_chapter_is_not_graded_against_the_old_gradebook(room, nearby):
    room.hand_in("ada", room.solved())
    grade(room, nearby)
    room.source["cells"][4]["metadata"]["nbgrader"]["points"] = 7
    path = room.root / "source" / room.chapter / f"{room.chapter}.ipynb"
    path.write_text(json.dumps(room.source))
    with pytest.raises(CourseError, match="7 points instead of 1.*--accept-changes"):
        grade(room, nearby)


def test_changes_are_accepted_and_nothing_given_by_hand_is_lost(room, nearby):
    room.hand_in("ada", room.solved())
    grade(room, nearby)
    with room.gradebook() as book:
        for name in ("check_mse_loss", "check_neuron_backward", "check_neuron_forward"):
            book.find_grade(name, room.chapter, room.chapter, "ada").manual_score = 0.5
        book.db.commit()
    cells = room.source["cells"]
    cells.remove(room.find(room.source, "check_mse_loss"))
    room.find(room.source, "check_neuron_backward")["metadata"]["nbgrader"]["points"] = 5
    path = room.root / "source" / room.chapter / f"{room.chapter}.ipynb"
    path.write_text(json.dumps(room.source))
    table = room.root / f"withdrawn-{room.chapter}.csv"  # of an earlier version, one column less
    old = "notebook,cell,student,points,manual_score,extra_credit"
    table.write_text(f"{old}\nch,check_old,bob,2.0,1.5,\nch,why,bob,3.0,2.0,,Neat.\n")
    with pytest.raises(CourseError, match="check_mse_loss is withdrawn"):
        grade(room, nearby)
    (graded,) = grade(room, nearby, accept_changes=True)
    assert graded.score == 1 + 0.5 + 0.5 and graded.max_score == 7
    rows = {row[0]: row for row in room.scores()["ada"][0]}
    assert set(rows) == {"check_sigmoid", "check_neuron_forward", "check_neuron_backward"}
    assert rows["check_neuron_backward"][1:5] == (5, 0.5, None, True)
    assert rows["check_neuron_forward"][1:5] == (1, 0.5, None, False)
    with table.open(newline="") as file:
        kept = {row["cell"]: row for row in csv.DictReader(file)}
    assert (kept["check_mse_loss"]["student"], kept["check_mse_loss"]["manual_score"]) == (
        "ada",
        "0.5",
    )
    assert kept["check_old"]["manual_score"] == "1.5" and kept["why"]["comment"] == "Neat."
    assert grade(room, nearby)[0].status == "skipped"


def test_a_table_of_what_was_withdrawn_that_somebody_edited_is_left_alone(tmp_path):
    row = ("ch", "why", "ada", 3.0, None, None, "Neat; good.")
    first = changes.append(tmp_path, "ch", [row])
    assert changes.append(tmp_path, "ch", [row]) == first  # once, if a run was cut off
    assert first.read_text().splitlines()[1:] == ["ch,why,ada,3.0,,,Neat; good."]
    for edited in (
        b"notebook;cell;student\nch;why;ada\n",
        b"student,mine\nada,x\n",
        b"\xff\xfe\n",
        b"",
    ):
        first.write_bytes(edited)
        second = changes.append(tmp_path, "ch", [row])
        assert second.name == "withdrawn-ch-2.csv" and first.read_bytes() == edited
        assert second.read_text().count("ada") == 1


def test_a_test_made_a_task_and_cells_that_are_new_are_noticed_and_words_are_kept(
    room, nearby, builders
):
    markdown, code = builders
    path = room.root / "source" / room.chapter / f"{room.chapter}.ipynb"
    why = markdown("why", "Why is it slow?")
    marks = {"schema_version": 3, "grade": True, "solution": True, "locked": False, "task": False}
    why["metadata"] = {"nbgrader": marks | {"grade_id": "why", "cell_type": "markdown"}}
    why["metadata"]["nbgrader"]["points"] = 3
    room.source["cells"].append(why)
    path.write_text(json.dumps(room.source))
    work = room.solved()
    room.find(work, "why")["source"] = "It saturates."
    room.hand_in("ada", work)
    assert grade(room, nearby)[0].score == 6
    with room.gradebook() as book:
        key = (room.chapter, room.chapter, "ada")
        book.find_grade("why", *key).manual_score = 2
        book.find_comment("why", *key).manual_comment = "Where does it, though?"
        book.find_comment("mse_loss", *key).manual_comment = "Neat."
        book.db.commit()

    # The written answer goes, with an answer and its test; a test is made a task; two cells come.
    cells = [
        cell
        for cell in room.source["cells"]
        if cell["id"] not in ("why", "mse_loss", "check_mse_loss", "check_sigmoid")
    ]
    task = markdown("check_sigmoid", "Draw it.")
    task["metadata"] = {"nbgrader": marks | {"grade": False, "solution": False, "task": True}}
    task["metadata"]["nbgrader"] |= {"grade_id": "check_sigmoid", "cell_type": "markdown"}
    task["metadata"]["nbgrader"] |= {"points": 1, "locked": True}
    more = code(
        "more", "def double(x):\n    ### BEGIN SOLUTION\n    ### END SOLUTION", solution=True
    )
    test = code("test_more", "assert double(2) == 4", grade=True, locked=True, points=2)
    path.write_text(json.dumps(room.source | {"cells": [*cells, task, more, test]}))
    told = "check_mse_loss is withdrawn, why is withdrawn, test_more is new, "
    told += "check_sigmoid is a task instead of a test"
    with pytest.raises(CourseError, match=told):
        grade(room, nearby)
    (graded,) = grade(room, nearby, accept_changes=True)
    assert (graded.score, graded.max_score) == (4, 7)
    rows = {row[0]: row for row in room.scores()["ada"][0]}
    assert set(rows) == {
        "check_neuron_forward",
        "check_neuron_backward",
        "check_sigmoid",
        "test_more",
    }
    assert rows["test_more"][1:] == (0, None, None, False, 0)
    with room.gradebook() as book:
        assert book.find_assignment(room.chapter).max_score == 7
        assert "mse_loss" not in {
            c.name for c in book.find_submission(room.chapter, "ada").notebooks[0].comments
        }
    kept = (room.root / f"withdrawn-{room.chapter}.csv").read_text()
    assert 'why,ada,3.0,2.0,,"Where does it, though?"' in kept and "mse_loss,ada,,,,Neat." in kept
    assert grade(room, nearby)[0].status == "skipped"


def test_two_runs_do_not_write_at_once(room, nearby):
    room.hand_in("ada", room.solved())
    running = batch.grade_each(room.chapter, room.root, sandbox=nearby)
    next(running)
    with pytest.raises(CourseError, match="another bplab grade"):
        grade(room, nearby)
    running.close()
    grade(room, nearby)
