"""A course's own exercises: released with the notebook, refused where misspelled, graded."""

import json
import re
from pathlib import Path

import pytest

from bplab.exercises import own
from bplab.grading import batch, references
from bplab.grading.course import Course, CourseError, generate
from bplab.grading.references import cut_out
from bplab.grading.sandbox import available, stage
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


def test_a_mistake_added_to_an_exercise_of_the_course_is_told_in_a_class(room, nearby):
    """By the file of the guide, to the letter, which the release carries for practice."""
    from bplab.exercises import find

    added = re.search(r"```python\n((?:(?!```).)*degrees.*?)```", GUIDE.read_text(), re.DOTALL)[1]
    (room.root / "exercises").mkdir()
    (room.root / "exercises" / "sigmoid.py").write_text(added)
    degrees = "def sigmoid(z):\n    return 1 / (1 + np.exp(-np.radians(z)))"
    room.hand_in("ada", room.solved(sigmoid=degrees))
    try:
        (graded,) = batch.grade(room.chapter, room.root, sandbox=nearby)
        assert graded.mistakes["sigmoid"] == "degrees"
        generate(Course.at(room.root), room.chapter)
        assert (room.root / "release" / room.chapter / "exercises" / "sigmoid.py").is_file()
    finally:
        find("sigmoid", room.root / "nowhere")  # nothing of it stays for other tests


def test_a_file_of_the_current_folder_is_not_added_while_the_courses_own_is_run(
    tmp_path, monkeypatch
):
    """Who grades one course from the folder of another one has two files of one name."""
    from bplab.exercises import find, own

    added = re.search(r"```python\n((?:(?!```).)*degrees.*?)```", GUIDE.read_text(), re.DOTALL)[1]
    for place in ("here", "there"):
        (tmp_path / place / "exercises").mkdir(parents=True)
        (tmp_path / place / "exercises" / "sigmoid.py").write_text(added)
    monkeypatch.chdir(tmp_path / "here")
    try:
        found = find("sigmoid", tmp_path / "there" / "exercises")
        assert own.added_to(found) == ["degrees"]
    finally:
        find("sigmoid", tmp_path / "nowhere")


SQUASHED = """import numpy as np
from bplab import nn
from bplab.exam import Exercise


def half(z):
    return nn.sigmoid(z) / 2


def squash(z):
    return 2 * half(z)


def twice(z):
    return 2 * squash(z)


for name in ("squash", "twice"):
    found = Exercise(name, "week3", globals()[name], returns="a", points=2, shapes={"z": "N"})
    found.paper(lambda rng: iter([{"z": rng.normal(size=n)} for n in (5, 7)]))
    globals()["ex_" + name] = found
del found
"""
WAYS = {
    "from bplab import nn": "nn.sigmoid",
    "import bplab.nn as net": "net.sigmoid",
    "import bplab.nn": "bplab.nn.sigmoid",
    "from bplab.nn import sigmoid as s": "s",
}


@pytest.mark.parametrize("line", WAYS)
def test_a_reference_may_use_the_courses_functions(tmp_path, line):
    path = tmp_path / "squash.py"
    path.write_text(
        SQUASHED.replace("from bplab import nn", line).replace("nn.sigmoid", WAYS[line])
    )
    squash, twice = own.load(path)
    for exercise in (squash, twice):
        source, _ = cut_out({exercise.name: exercise.reference})
        names = {}
        exec(compile(source, "<parts>", "exec"), names)
        assert "bplab" not in source and references.why_not(exercise) is None
        assert exercise.examine(names[exercise.name]).passed
    # through a helper, too, it is out of view
    assert "nn/neuron.py" not in stage.of_asked([squash])


@pytest.mark.parametrize(
    "line, body, why",
    [
        ("", "import bplab.nn as nn; return nn.sigmoid(z)", "it imports while it runs"),
        ("from bplab import nn", "sigmoid = nn.sigmoid(z); return sigmoid", "another thing"),
        ("from bplab import nn", "return vars(nn)['sigmoid'](z)", "hands on the module"),
        ("from bplab import exam", "return exam.wire.dump(z)", "it uses bplab.exam.wire.dump"),
    ],
)
def test_a_reference_that_cannot_be_put_in_is_told_with_what_to_write(tmp_path, line, body, why):
    path = tmp_path / "squash.py"
    source = SQUASHED.replace("from bplab import nn", line).replace(
        "return nn.sigmoid(z) / 2", body
    )
    path.write_text(source)
    told = references.why_not(own.load(path)[0])
    assert why in told and "imports at the top of its file" in told


def test_so_it_is_when_the_assignment_is_generated(course, caplog):
    from nbgrader.converters import GenerateAssignment
    from nbgrader.coursedir import CourseDirectory

    path = course.root / "exercises" / "huber.py"
    start = 'beyond."""\n'
    assert start in path.read_text()
    path.write_text(path.read_text().replace(start, start + "    import bplab.nn\n"))
    directory = CourseDirectory(config=course.config, root=str(course.root))
    directory.db_url, directory.assignment_id = course.db_url, "week3"
    GenerateAssignment(coursedir=directory, config=course.config).start()
    told = [record for record in caplog.records if "huber: in a second" in record.getMessage()]
    assert len(told) == 1 and told[0].levelname == "WARNING"
    assert (course.path("release", ".", "week3") / "exercises" / "huber.py").is_file()


def test_one_mistake_in_an_own_exercise_costs_once(course, builders):
    if not available()[0]:
        pytest.skip(available()[1])
    _, code = builders
    for name in ("squash", "twice"):
        (course.root / "exercises" / f"{name}.py").write_text(SQUASHED)
    cells = [code("setup", "import numpy as np\nfrom bplab import check")]
    for name in ("squash", "twice"):
        cells.append(code(name, f"def {name}(z):\n    ### BEGIN SOLUTION\n    ### END SOLUTION"))
        cells[-1] = code(name, cells[-1]["source"], solution=True)
        cells.append(code(f"check_{name}", f"check({name})", grade=True, locked=True, points=2))
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (course.root / "source" / "week3" / "week3.ipynb").write_text(json.dumps(notebook))
    generate(course, "week3")
    right = "def twice(z):\n    return 2 * squash(z)"
    answers = {
        "ada": ("def squash(z):\n    return 1 / (1 + np.exp(-z)) / 2", right),
        "eve": ("from bplab.nn import sigmoid\ndef squash(z):\n    return sigmoid(z)", right),
    }
    for student, sources in answers.items():
        folder = course.path("submitted", student, "week3")
        folder.mkdir(parents=True)
        cells[1]["source"], cells[3]["source"] = sources
        (folder / "week3.ipynb").write_text(json.dumps(notebook))
    graded = {g.student: g for g in batch.grade("week3", course.root, jobs=1)}
    rows = {student: g.details["exercises"] for student, g in graded.items()}
    assert rows["ada"]["twice"]["carried"] == ["squash"] and graded["ada"].score == 2
    assert rows["eve"]["squash"]["score"] == 0 and "being graded" in rows["eve"]["squash"]["told"]
