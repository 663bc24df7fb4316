"""What an instructor needs on Monday: people, groups of answers, examples, what is left."""

import json
import shutil

import pytest
from typer.testing import CliRunner

from bplab.cli import app
from bplab.grading import batch
from bplab.grading.book import class_list, examples, grades, groups, insights, insights_table
from bplab.grading.book.insights_page import page
from bplab.grading.course import Course

run = CliRunner()
HALF = "def neuron_backward(X, a, y):\n    return X.T @ (a - y) / len(y), float(np.sum(a - y))"
ODD = "def neuron_forward(X, w, b):\n    # by Cleo\n    return np.cos(X @ w * 1.7 + b) * 3.1"


@pytest.fixture
def graded(room, nearby):
    room.hand_in("ada", room.solved())
    room.hand_in("bob", room.untouched())
    room.hand_in("cleo", room.solved(neuron_backward=HALF, neuron_forward=ODD))
    room.hand_in("dan", room.solved(neuron_forward=ODD))
    batch.grade(room.chapter, room.root, sandbox=nearby)
    with room.gradebook() as book:
        book.add_student("zoe")
        book.add_student("Ada")
    return room


def collected(room):
    return insights.collect(Course.at(room.root), room.chapter)


def test_who_is_missing_and_at_risk_is_named(graded):
    found = collected(graded)
    assert found.register.missing == ["zoe"]
    assert found.at_risk["zoe"] == "handed in nothing" and "bob" in found.at_risk
    assert "ada" not in found.at_risk
    assert found.register.lookalikes == [("Ada", "ada")]


def test_answers_that_no_name_explains_are_one_group_whatever_their_numbers(graded):
    (group,) = [g for g in collected(graded).groups if g.exercise == "neuron_forward"]
    assert group.students == ["cleo", "dan"]
    assert not any(g.exercise == "neuron_backward" for g in collected(graded).groups)


def test_a_comment_on_a_group_stands_in_the_feedback_from_the_next_grading_on(graded, nearby):
    (group,) = [g for g in collected(graded).groups if g.exercise == "neuron_forward"]
    arguments = ["--comment", group.key, "Look at what squashes z.", "--course", str(graded.root)]
    result = run.invoke(app, ["insights", graded.chapter, *arguments])
    assert result.exit_code == 0 and "beware" not in result.output, result.output
    slip = run.invoke(app, ["insights", graded.chapter, "--comment", "x-1", *arguments[2:]])
    assert f"is of the group x-1 now. There are: {group.key}" in slip.output
    batch.grade(graded.chapter, graded.root, sandbox=nearby)
    path = graded.root / "gradebook.db"
    assert path.exists()
    with graded.gradebook() as book:
        comment = book.find_comment("neuron_forward", graded.chapter, graded.chapter, "dan")
        assert "Look at what squashes z." in comment.comment
        other = book.find_comment("neuron_forward", graded.chapter, graded.chapter, "ada")
        assert "squashes" not in (other.comment or "")
    (group,) = [g for g in collected(graded).groups if g.exercise == "neuron_forward"]
    assert group.comment == "Look at what squashes z."


def test_an_example_of_wrong_code_names_nobody(graded):
    row = {e.name: e for e in collected(graded).exercises}["neuron_forward"]
    ((_, code),) = row.examples.items()
    assert "np.cos" in code and "Cleo" not in code
    assert code in page(collected(graded)) or "np.cos" in page(collected(graded))


def test_sections_are_told_apart(graded):
    (graded.root / "sections.csv").write_text("student_id,section\nada,A\nbob,B\ncleo,B\n")
    found = insights.by_section(collected(graded))
    assert found["A"] == [1.0] and len(found["B"]) == 2 and len(found["(none)"]) == 1
    told = grades.collect(Course.at(graded.root)).students
    assert {p["id"]: p["section"] for p in told if p["section"]} == dict(ada="A", bob="B", cleo="B")
    (graded.root / "sections.csv").write_text(" Ada,A\nBOB,B\nghost,B\nAda ,C\ncleo,B\n")
    found = collected(graded).register
    assert found.sections == {"Ada": "C", "bob": "B", "cleo": "B"} and found.unplaced == ["ghost"]
    told = "\n".join(class_list.closing(found))
    assert "sections.csv names who is not in the class: ghost." in told
    of_excel = "student;section\r\nada;A, at nine\r\nz\u00f6;B\r\n".encode("cp1252")
    (graded.root / "sections.csv").write_bytes(of_excel)
    found = collected(graded).register
    assert found.sections == {"ada": "A, at nine"} and found.unplaced == ["z\u00f6"]
    (graded.root / "sections.csv").write_text("")
    assert collected(graded).register.sections == {}
    (graded.root / "sections.csv").write_text("ada\n")
    result = run.invoke(app, ["insights", graded.chapter, "--course", str(graded.root)])
    assert result.exit_code == 2 and "two columns" in result.output


def test_who_has_a_grade_and_no_submission_any_more_is_not_missing(graded):
    shutil.rmtree(graded.root / "submitted" / "bob")
    found = collected(graded)
    assert found.register.gone == ["bob"] and found.register.missing == ["zoe"]
    told = "\n".join(class_list.closing(found.register))
    assert "1 with a grade, and nothing in submitted/ any more: bob." in told
    assert "no longer in submitted/" in page(found)


def test_an_id_that_looks_the_same_is_nobody_missing():
    composed, apart = "jos\u00e9", "jose\u0301"
    found = class_list.Register([composed, "eve", "zoe"], [apart, "eve "])
    assert found.missing == ["zoe"]
    assert found.lookalikes == [(composed, apart), ("eve", "eve ")]


def test_the_chapter_before_is_told_with_what_lateness_cost_there(graded, nearby):
    later = graded.root / "source" / "02_later"
    later.mkdir()
    (later / "02_later.ipynb").write_text(json.dumps(graded.source))
    folder = graded.root / "submitted" / "ada" / "02_later"
    folder.mkdir()
    (folder / "02_later.ipynb").write_text(json.dumps(graded.solved()))
    batch.grade("02_later", graded.root, sandbox=nearby)
    with graded.gradebook() as book:
        late = book.find_submission_notebook(graded.chapter, graded.chapter, "ada")
        late.late_submission_penalty = 3.0
        book.db.commit()
    shares = insights.collect(Course.at(graded.root), "02_later").before["shares"]
    assert shares["ada"] == 0.5


def test_points_that_wait_for_a_person_make_no_section_look_weak():
    row = {"points": 2, "score": 2, "passed": True, "mistake": None, "seconds": 0.1}
    details = {"unreadable": None, "failed": None, "repaired": False, "notes": [], "fault": None}
    details |= {"exercises": {"a": row}, "cpu_seconds": 0.0}
    everybody = {student: {"w": details} for student in ("ada", "bob", "cleo")}
    found = insights.summarize("w", 8, everybody, {"ada": 2, "bob": 1, "cleo": 6})
    found.waiting = {"ada": 6.0, "bob": 6.0}
    found.register.sections = {"ada": "A", "bob": "A", "cleo": "B"}
    found.before = {"chapter": "v", "median": 0.9, "shares": {}}
    assert insights.by_section(found) == {"A": [1.0, 0.5], "B": [0.75]}
    lines = "\n".join(insights_table.lines(found))
    assert "In the middle 75% of the points graded so far; v had 90%." in lines
    assert "Section B: median 75% of the points graded so far, 1 submission." in lines
    assert "points graded so far" in page(found)
    found.waiting = {"ada": 8.0, "bob": 8.0}
    assert insights.by_section(found) == {"B": [0.75]}  # nothing of A's is graded yet


def test_a_late_mark_that_costs_nothing_is_told_by_name(graded):
    (graded.root / ".lms").mkdir()
    ids = {"cleo": {"system": "canvas", "late": True}, "dan": {"system": "canvas", "late": False}}
    (graded.root / ".lms" / f"{graded.chapter}.json").write_text(json.dumps(ids))
    with graded.gradebook() as book:
        book.update_or_create_assignment(graded.chapter, duedate="2026-10-12 23:59:00")
    config = graded.root / "nbgrader_config.py"
    before = config.read_text()
    why = "no time of hand-in is known"
    for line, spared in (
        ("c.LateSubmissionPlugin.penalty_method = 'zero'", {"cleo": why}),
        ("c.AssignLatePenalties.plugin_class = 'late.Mine'", {"cleo": why}),
        ("", {}),  # nothing to take off
    ):
        config.write_text(f"{before}\n{line}\n")
        found = collected(graded)
        assert found.register.late == {"cleo": "by the system's mark"}
        assert found.register.spared == spared
        told = "\n".join(class_list.closing(found.register))
        assert (f"nothing was taken off: cleo ({why})" in told) == bool(spared)
        assert ("so nothing was taken off" in page(found)) == bool(spared)


def test_the_terminal_and_the_page_say_it(graded):
    result = run.invoke(app, ["insights", graded.chapter, "--course", str(graded.root)])
    assert "zoe" in result.output and "At risk" in result.output
    text = page(collected(graded))
    assert "Handed in nothing (1)" in text and "no name explains" in text


def test_the_end_of_a_run_says_what_is_left():
    register = class_list.Register(
        ["a", "b", "c"], ["a", "b"], late={"b": "2 days"}, penalty={"b": 3.0}
    )
    lines = list(class_list.closing(register, unsettled=1))
    assert "1 submission waits for a person" in lines[0]
    assert "1 of the list handed in nothing: c." in lines
    assert "1 late: b (2 days, 3 points less)." in lines
    assert class_list.less(1) == "1 point less"


def test_a_mistake_that_carries_over_is_counted_once():
    row = {"points": 1, "score": 1, "passed": False, "mistake": "carried", "seconds": 0.1}
    wrong = {"points": 1, "score": 0, "passed": False, "mistake": "no-bias", "seconds": 0.1}
    details = {"unreadable": None, "failed": None, "repaired": False, "notes": [], "fault": None}
    details |= {"cpu_seconds": 1.0}
    details |= {"exercises": {"a": wrong, "b": row | {"carried": ["a"], "group": "b-1"}}}
    found = insights.summarize("ch", 2, {"s": {"ch": details}}, {})
    by_name = {e.name: e for e in found.exercises}
    assert by_name["b"].carried == ["s"] and by_name["b"].mistakes == {}
    assert by_name["a"].mistakes == {"no-bias": ["s"]} and found.groups == []


@pytest.mark.parametrize(
    "source, words",
    [
        ("def f(x):\n    '''by Ann'''\n    return x", "return x"),
        ("def f(x):\n    print('Ann was here')\n    return x", "print('...')"),
        ("def f(x:\n", ""),
        ("def g(x): return x", ""),
        ("x" * 30_000, ""),
    ],
)
def test_words_are_taken_out_of_examples(source, words):
    found = examples.without_words(source, "f")
    assert words in found and "Ann" not in found and bool(found) == bool(words)


def test_the_key_of_a_group_does_not_hang_on_its_numbers():
    one = groups.key_of("f", "wrong", "a[3, 1] is 0.25; 1e-5 belongs there.")
    assert one == groups.key_of("f", "wrong", "a[0, 2] is -7.5; 12 belongs there.")
    assert one != groups.key_of("f", "wrong", "b[3, 1] is 0.25; 1e-5 belongs there.")
