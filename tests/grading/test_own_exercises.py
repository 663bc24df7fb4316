"""A course's own exercises: released with the notebook, refused where misspelled, graded."""

import json
import re
from pathlib import Path

import pytest

from bplab.grading import batch
from bplab.grading.course import Course, CourseError, generate
from bplab.study.check import check

GUIDE = Path(__file__).parents[2] / "docs" / "own-exercises.md"


@pytest.fixture
def example():
    """The example of the guide, to the letter."""
    return re.search(r"```python\n(import numpy.*?)```", GUIDE.read_text(), re.DOTALL)[1]


SOLUTION = (
    "def huber(r):\n    ### BEGIN SOLUTION\n"
    "    return np.where(np.abs(r) <= 1, 0.5 * r**2, np.abs(r) - 0.5)\n    ### END SOLUTION"
)


@pytest.fixture
def course(room, builders, example):
    """The course of these tests with a chapter that asks the example."""
    _, code = builders
    (room.root / "exercises").mkdir()
    (room.root / "exercises" / "huber.py").write_text(example)
    folder = room.root / "source" / "week3"
    folder.mkdir()
    cells = [
        code("setup", "import numpy as np\nfrom bplab import check"),
        code("huber", SOLUTION, solution=True),
        code("check_huber", "check(huber)", grade=True, locked=True, points=2),
    ]
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (folder / "week3.ipynb").write_text(json.dumps(notebook))
    config = room.root / "nbgrader_config.py"
    text = config.read_text() if config.exists() else "c = get_config()\n"
    text += '\nc.NotebookExporter.preprocessors = ["bplab.grading.release.Release"]\n'
    config.write_text(text)
    return Course.at(room.root)


def test_the_release_carries_the_exercise_and_the_check_finds_it(course, monkeypatch):
    generate(course, "week3")
    release = course.path("release", ".", "week3")
    assert (release / "exercises" / "huber.py").is_file()
    monkeypatch.chdir(release)
    import numpy as np

    def huber(r):
        return np.where(np.abs(r) <= 1, 0.5 * r**2, np.abs(r) - 0.5)

    check(huber)


def test_one_that_is_not_for_practice_stays_and_the_check_says_when(course, monkeypatch, capsys):
    path = course.root / "exercises" / "huber.py"
    path.write_text(path.read_text().replace("points=2", "points=2, practice=False"))
    generate(course, "week3")
    release = course.path("release", ".", "week3")
    assert not (release / "exercises" / "huber.py").exists()
    monkeypatch.chdir(release)

    def huber(r):
        return r

    check(huber)
    assert "marked after it has been handed in" in capsys.readouterr().out


def test_a_misspelled_name_is_told_when_the_assignment_is_generated(course):
    path = course.root / "source" / "week3" / "week3.ipynb"
    path.write_text(path.read_text().replace("check(huber)", "check(hubre)"))
    with pytest.raises(CourseError, match="huber"):
        generate(course, "week3")


def test_it_is_graded_outside_the_sandbox_by_the_courses_own_copy(course, room, nearby):
    generate(course, "week3")
    book = json.loads((course.root / "source" / "week3" / "week3.ipynb").read_text())
    for student, body in (("ada", None), ("bob", "def huber(r):\n    return 0.5 * r**2")):
        folder = course.path("submitted", student, "week3")
        folder.mkdir(parents=True)
        mine = json.loads(json.dumps(book))
        if body:
            mine["cells"][1]["source"] = body
        (folder / "week3.ipynb").write_text(json.dumps(mine))
    graded = {g.student: g for g in batch.grade("week3", course.root, sandbox=nearby)}
    assert graded["ada"].score == 2
    assert graded["bob"].mistakes == {"huber": "squared-everywhere"}
