"""An assignment as people make them, by hand and out of everything that nbgrader offers.

Exercises of two chapters, a test of the instructor's own with hidden lines, an AutoTest, an answer
in words with a picture in it, a task; extra credit given by hand, and two groups of students.
"""

import copy
import json
from html.parser import HTMLParser

import pytest

from bplab.grading import batch
from bplab.grading.book import grades as gradebook
from bplab.grading.book import insights
from bplab.grading.course import Course, CourseError, generate

PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYPgPAAEDAQAIicLsAAAAAElFTkSuQmCC"
AUTOTESTS = """python3:
  setup: "from hashlib import sha1"
  hash: 'sha1({{snippet}}.encode("utf-8")+b"{{salt}}").hexdigest()'
  dispatch: "type({{snippet}})"
  normalize: "str({{snippet}})"
  check: 'assert {{snippet}} == \"\"\"{{value}}\"\"\", \"\"\"{{message}}\"\"\"'
  success: "print('Success!')"
  templates:
    default:
      - {test: "{{snippet}}", fail: "value of {{snippet}} is not correct"}
"""
RIGHT = {
    "sigmoid": "def sigmoid(z):\n    return (1 + np.tanh(np.asarray(z) / 2)) / 2",
    "relu_grad": "def relu_grad(z):\n    return (np.asarray(z) > 0).astype(float)",
    "double": "def double(x):\n    return 2 * x",
    "triple": "def triple(x):\n    return 3 * x",
    "why": "Because the slope is small: ![sketch](attachment:my%20sketch.png)",
}
POINTS = {"sigmoid": 1, "relu_grad": 1, "double": 2, "triple": 2, "why": 3, "walk": 4}
TESTS = {
    "sigmoid": "check(sigmoid)",
    "relu_grad": "check(relu_grad)",
    "double": "assert double(0) == 0\n### BEGIN HIDDEN TESTS\nassert double(4) == 8\n"
    "### END HIDDEN TESTS",
    "triple": "### AUTOTEST triple(1)\n### BEGIN HIDDEN TESTS\n### HASHED AUTOTEST triple(5)\n"
    "### END HIDDEN TESTS",
}
NAME = 'x" onerror="hacked(1)'
HOSTILE = {
    NAME: {"image/png": PNG},
    "page.png": {"text/html": "<script>hacked(2)</script>"},
    "drawing.svg": {"image/svg+xml": "<svg onload=hacked(3)>"},
    "fake.png": {"image/png": '"><script>hacked(4)</script>'},
    "flood.png": {"image/png": [PNG]},
}


def assignment(builders, source):
    markdown, code = builders
    cells = [code("imports", "import numpy as np\nfrom bplab import check")]
    for name, test in TESTS.items():
        answer = f"### BEGIN SOLUTION\n{RIGHT[name]}\n### END SOLUTION"
        cells.append(code(name, answer, solution=True))
        cells.append(code(f"test_{name}", test, grade=True, locked=True, points=POINTS[name]))
    why, walk = markdown("why", "Why does it learn slowly?"), markdown("walk", "Show three steps.")
    walk["source"] += "\n### BEGIN MARK SCHEME\nOne point a step.\n### END MARK SCHEME"
    for cell, marks in ((why, {"grade": True, "solution": True}), (walk, {"task": True})):
        full = {"schema_version": 3, "grade": False, "solution": False, "task": False}
        full |= {"locked": "task" in marks, "cell_type": "markdown", "grade_id": cell["id"]}
        cell["metadata"] = {"nbgrader": full | marks | {"points": POINTS[cell["id"]]}}
    return {**source, "cells": [*cells, why, walk]}


def answered(released, pictures, **answers):
    notebook = copy.deepcopy(released)
    for cell in notebook["cells"]:
        cell["source"] = (RIGHT | answers).get(cell["id"], cell["source"])
        if cell["id"] == "why":
            cell["attachments"] = pictures
    return notebook


def tags(page):
    """Every element of a page with its attributes."""
    found, parser = [], HTMLParser()
    parser.handle_starttag = lambda tag, attributes: found.append((tag, attributes))
    parser.feed(page)
    assert ("img", [("alt", "picture"), ("src", f"data:image/png;base64,{PNG}")]) in found
    return found


def feedback(room):
    from nbgrader.converters import GenerateFeedback
    from nbgrader.coursedir import CourseDirectory

    course = Course.at(room.root)
    with course.importable():
        directory = CourseDirectory(config=course.config, root=str(course.root))
        directory.db_url, directory.assignment_id = course.db_url, room.chapter
        GenerateFeedback(coursedir=directory, config=course.config).start()
    folder = room.root / "feedback"
    return {
        s: (folder / s / room.chapter / f"{room.chapter}.html").read_text() for s in ("ada", "eve")
    }


def test_one_assignment_with_everything(room, builders, nearby, monkeypatch):
    source = room.root / "source" / room.chapter
    notebook = assignment(builders, room.source)
    (source / f"{room.chapter}.ipynb").write_text(json.dumps(notebook))
    (source / "autotests.yml").write_text(AUTOTESTS)
    monkeypatch.chdir(room.root)
    with pytest.raises(CourseError, match="generate_assignment"):
        batch.grade(room.chapter, room.root, sandbox=nearby)  # an AutoTest that tests nothing yet
    generate(Course.at(room.root), room.chapter)
    released = room.root / "release" / room.chapter / f"{room.chapter}.ipynb"
    released = json.loads(released.read_text())
    given = json.dumps(released)
    assert "assert str(triple(1))" in given and "sha1(str(triple" not in given

    calls = "".join(f"![s](attachment:{name})\n" for name in HOSTILE)
    calls += "![s](attachment:flood.png)" * 50
    room.hand_in("ada", answered(released, {"my sketch.png": {"image/png": PNG}}))
    wrong = {
        "double": "def double(x):\n    return 0",  # what can be seen of the test passes
        "triple": "def triple(x):\n    return 3 if x == 1 else 0",
        "why": f"{calls}![s](attachment:{NAME.replace(' ', '%20')})",
    }
    room.hand_in("eve", answered(released, HOSTILE, **wrong))

    results = {r.student: r for r in batch.grade(room.chapter, room.root, sandbox=nearby)}
    assert {s: r.score for s, r in results.items()} == {"ada": 6, "eve": 2}
    assert results["ada"].max_score == sum(POINTS.values()) == 13
    assert results["ada"].notes == []
    waits = {row[0] for row in room.scores()["ada"][0] if row[4]}
    assert waits == {"why", "walk"}

    for student in ("ada", "eve"):
        cell = room.find(room.autograded(student), "why")
        (name,) = cell["attachments"]
        assert cell["attachments"][name] == {"image/png": PNG}
        assert cell["source"].count(f"](attachment:{name})") == cell["source"].count("![") == 1
    assert any("picture" in note for note in results["eve"].notes)

    pages = feedback(room)
    for page in pages.values():
        assert page.count(f"data:image/png;base64,{PNG}") == 1
        assert "<script>hacked" not in page
        assert not [tag for tag in tags(page) if "hacked" in str(tag)]

    with room.gradebook() as book:
        key = (room.chapter, room.chapter, "ada")
        for name, points in (("why", 3), ("walk", 4)):
            grade = book.find_grade(name, *key)
            grade.manual_score, grade.needs_manual_grade = points, False
        book.find_grade("test_triple", *key).extra_credit = 1.5
        book.db.commit()
    again = batch.grade(room.chapter, room.root, sandbox=nearby, force=True)
    assert {r.student: r.score for r in again} == {"ada": 14.5, "eve": 2}
    assert {row[0] for row in room.scores()["ada"][0] if row[4]} == set()
    standing = gradebook.collect(Course.at(room.root)).standings[room.chapter, "ada"]
    assert standing.score == 14.5

    (room.root / "sections.csv").write_text("student_id,section\nada,Mon\neve,Tue\n")
    shares = insights.by_section(insights.collect(Course.at(room.root), room.chapter))
    assert shares == {"Mon": [14.5 / 13], "Tue": [2 / 6]}  # 7 of eve's wait for a person
