"""What learner's code may see of bplab follows from what is asked, and answers nothing of it."""

import contextlib
import importlib
import inspect
import io
import json
import sys
import warnings
from pathlib import Path

import pytest

from bplab import exercises, nn
from bplab.exam import Exercise, marking, wire
from bplab.exam.leaves import judged
from bplab.exam.report import Fault
from bplab.grading.chapter import Chapter
from bplab.grading.course import Course
from bplab.grading.sandbox import Cell, Sandbox, available, stage
from bplab.viz import style

WORKS, WHY = available() if sys.platform == "linux" else (False, "no Linux namespaces")
ASKING = [name for name in exercises.CHAPTERS if exercises.chapter(name)]


def asked(*names):
    return stage.of_asked([exercises.find(name) for name in names])


@pytest.mark.parametrize("name", ["week3", "midterm", "03_two_pass_mlp"])
def test_the_name_of_a_chapter_changes_nothing(room, builders, name):
    folder = room.root / "source" / name
    folder.mkdir()
    cells = [
        builders[1](
            "mine", "def softmax(Z):\n    ### BEGIN SOLUTION\n    ### END SOLUTION", solution=True
        ),
        builders[1]("check", "check(softmax)", grade=True, locked=True, points=1),
    ]
    book = {**room.source, "cells": cells}
    (folder / f"{name}.ipynb").write_text(json.dumps(book))
    shown = Chapter(Course.at(room.root), name).shown
    assert "nn/value.py" in shown and "nn/class_scores.py" not in shown


def test_of_a_mix_the_earliest_decides():
    assert asked("softmax", "relu_grad", "roc_auc") == asked("relu_grad")
    assert "nn/neuron.py" in asked("relu_grad") and "nn/slopes.py" not in asked("relu_grad")


def test_a_name_of_no_chapter_shows_the_least():
    assert stage.of_chapter("week3") == stage.of_chapter("../..") == asked("linear_neuron_step")
    assert not [p for p in stage.of_chapter("week3") if p[:3] == "nn/" and "__init__" not in p]


def test_an_own_exercise_that_wraps_one_of_the_course_hides_it():
    own = Exercise("my_softmax", "own", lambda Z: nn.softmax(Z), "P")
    assert "nn/class_scores.py" not in stage.of_asked([own])
    free = Exercise("my_own", "own", lambda x: x + 1, "y")
    assert "nn/class_scores.py" in stage.of_asked([free])


def test_functions_left_to_be_written_are_asked_whatever_tests_them():
    assert "nn/neuron.py" not in stage.of_asked([], {"sigmoid"})


@pytest.mark.skipif(not WORKS, reason=WHY)
@pytest.mark.parametrize("chapter", ["02_chain_rule", "04_optimizers"])
def test_the_view_holds_just_that(chapter):
    """Above all, of the grader: what runs beside the learner's code, and nothing else."""
    find = (
        "import bplab, os\nhome = os.path.dirname(bplab.__file__)\n"
        "for folder, _, files in os.walk(home):\n"
        "    for name in files:\n"
        "        print(os.path.relpath(os.path.join(folder, name), home))"
    )
    with Sandbox(chapter) as sandbox:
        result = sandbox.run([Cell(find)], draw=None)
    seen = {p for p in result.cells[0].outputs[0]["text"].split() if "__pycache__" not in p}
    wanted = {"grading/__init__.py", "grading/sandbox/__init__.py"}
    for path in stage.of_chapter(chapter):
        whole = stage.package() / path
        inner = whole.rglob("*") if whole.is_dir() else [whole]
        wanted |= {str(p.relative_to(stage.package())) for p in inner if p.is_file()}
    assert seen == {path for path in wanted if "__pycache__" not in path}
    inside = {path for path in seen if path.startswith("grading/")}
    assert {str(Path(path).parent) for path in inside} == {
        *("grading", "grading/sandbox", "grading/sandbox/inside")
    }


@pytest.mark.skipif(not WORKS, reason=WHY)
def test_pictures_that_are_absent_are_left_out_and_the_cell_goes_on():
    cells = [Cell("from bplab import viz\nviz.two_pass_stepper(1, 2)"), Cell("print('on')")]
    with Sandbox("03_two_pass_mlp") as sandbox:
        first, second = sandbox.run(cells, draw=None).cells
    assert "not drawn while this chapter is graded" in first.outputs[0]["data"]["text/plain"]
    assert second.outputs[0]["text"] == "on\n"


# Nothing in view answers what is asked


def in_view(chapter):
    """Every function and class of what may be seen, methods included, by where it stands."""
    found = {}
    for path in stage.of_chapter(chapter):
        whole = stage.package() / path
        for file in sorted(whole.rglob("*.py")) if whole.is_dir() else [whole]:
            name = ".".join(file.relative_to(stage.package().parent).with_suffix("").parts)
            # The machine itself computes nothing, and its parts act on the process they are in.
            if not name.startswith(("bplab.exam.limits", "bplab.exam.sitting", "bplab.grading")):
                module = importlib.import_module(name.removesuffix(".__init__"))
                found |= dict(_callables(module))
    found.pop("bplab.viz.style.Picture.save")  # gives nothing, and takes a number for a descriptor
    return found


def _callables(module):
    for name, thing in vars(module).items():
        if getattr(thing, "__module__", None) == module.__name__ and callable(thing):
            yield f"{module.__name__}.{name}", thing
            for inner, method in vars(thing).items() if inspect.isclass(thing) else ():
                if inspect.isfunction(method):
                    yield f"{module.__name__}.{name}.{inner}", method


def fits(thing, exercise):
    """Whether it can be called as the exercise asks at all."""
    if inspect.isclass(exercise.reference) and not inspect.isclass(thing):
        return False
    try:
        parameters = inspect.signature(exercise.reference).parameters.values()
        inspect.signature(thing).bind(*[0 for p in parameters if p.default is p.empty])
    except (TypeError, ValueError):
        return False
    return True


def may_earn(exercise, thing):
    """Whether some part is right in the first case: without that it is not right in all."""
    if exercise.judged:
        return True
    paper = exercise.practice_paper()
    [said] = paper.sat_on(paper.sat_cases()[:1], thing) or [{}]
    if said.get("value") is None:
        return False
    right = paper.expected()[0]["value"]
    parts = {}
    for leaf in judged(exercise, right, said["value"], exercise.rtol):
        parts[leaf.part] = parts.get(leaf.part, True) and leaf.right
    return any(parts.values())


@pytest.mark.slow
@pytest.mark.parametrize("chapter", ASKING)
def test_nothing_in_view_earns_a_point(chapter, monkeypatch, tmp_path, as_in_class):
    """Every function is offered to every exercise that is asked."""
    monkeypatch.chdir(tmp_path)
    # Why it is wrong does not matter here, and the examiner need not be examined each time.
    monkeypatch.setattr(marking, "diagnose", lambda *a, **k: Fault("x", "x", "x", "x"))
    monkeypatch.setattr(marking, "not_working", lambda paper: None)
    monkeypatch.setattr(style, "_small_png", lambda fig: b"")  # painting takes most of the time
    earned, offered = [], 0
    seen = in_view(chapter)
    for exercise in exercises.chapter(chapter):
        for name, thing in seen.items():
            if not fits(thing, exercise) or thing in vars(wire).values():
                continue
            offered += 1
            with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                if may_earn(exercise, thing) and exercise.examine(thing).score > 0:
                    earned.append((exercise.name, name))
    assert offered > 3 and earned == []
