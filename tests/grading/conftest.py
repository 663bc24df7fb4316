"""A course of one small chapter, learners for it, and a sandbox that is only a function call."""

import contextlib
import copy
import io
import json
import shutil
import traceback
from pathlib import Path

import pytest

from bplab.exam.sitting import sit
from bplab.grading import course as courses
from bplab.grading.sandbox import CellResult, Fault, RunResult
from bplab.study.release import release

CHAPTER = "01_single_neuron"

SOLUTIONS = {
    "sigmoid": (
        "def sigmoid(z):\n"
        '    """Squash z into (0, 1)."""\n'
        "    ### BEGIN SOLUTION\n"
        "    e = np.exp(-np.abs(z))\n"
        "    return np.where(np.asarray(z) >= 0, 1 / (1 + e), e / (1 + e))\n"
        "    ### END SOLUTION"
    ),
    "neuron_forward": (
        "def neuron_forward(X, w, b):\n"
        "    ### BEGIN SOLUTION\n"
        "    return sigmoid(X @ w + b)\n"
        "    ### END SOLUTION"
    ),
    "mse_loss": (
        "def mse_loss(p, y):\n"
        "    ### BEGIN SOLUTION\n"
        "    return float(np.mean((p - y) ** 2))\n"
        "    ### END SOLUTION"
    ),
    "neuron_backward": (
        "def neuron_backward(X, a, y):\n"
        "    ### BEGIN SOLUTION\n"
        "    return X.T @ (a - y) / len(y), float(np.mean(a - y))\n"
        "    ### END SOLUTION"
    ),
}
POINTS = {"sigmoid": 1, "neuron_forward": 1, "mse_loss": 1, "neuron_backward": 3}


def markdown(name, source):
    return {"cell_type": "markdown", "id": name, "metadata": {}, "source": source}


def code(name, source, **marks):
    metadata = {}
    if marks:
        full = {"schema_version": 3, "grade": False, "solution": False, "locked": False}
        full |= {"task": False, "grade_id": name, "cell_type": "code"}
        metadata = {"nbgrader": full | marks}
    return {
        "cell_type": "code",
        "id": name,
        "metadata": metadata,
        "source": source,
        "outputs": [],
        "execution_count": None,
    }


def build_source():
    """The instructor's notebook: four exercises of chapter 1."""
    cells = [
        markdown("title", "# One neuron\n\nA first line with $a < b$."),
        code("imports", "import numpy as np\nfrom bplab import check"),
    ]
    for name, solution in SOLUTIONS.items():
        cells.append(markdown(f"about-{name}", f"## {name}"))
        cells.append(code(name, solution, solution=True))
        test = f"check_{name}"
        cells.append(code(test, f"check({name})", grade=True, locked=True, points=POINTS[name]))
    demo = code("demo", "print('a demonstration of', sigmoid(0.0))")
    play = code("play", "raise SystemExit('explore cells are not run')")
    play["metadata"]["tags"] = ["explore"]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return {
        "cells": [*cells, demo, play],
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


class Room:
    """Makes submissions for a course folder."""

    chapter = CHAPTER
    points = POINTS
    max_score = sum(POINTS.values())

    def __init__(self, root):
        self.root = Path(root)
        self.source = build_source()

    def released(self):
        return release(self.source)

    def solved(self, **answers):
        """A learner's notebook: the solutions, but for the answers given by name."""
        notebook = self.released()
        for cell in notebook["cells"]:
            if cell["id"] in SOLUTIONS:
                cell["source"] = answers.get(cell["id"], SOLUTIONS[cell["id"]])
        return notebook

    def untouched(self):
        return self.released()

    def find(self, notebook, name):
        return next(cell for cell in notebook["cells"] if cell["id"] == name)

    def hand_in(self, student, content, name=None, timestamp=None):
        folder = self.root / "submitted" / student / CHAPTER
        folder.mkdir(parents=True, exist_ok=True)
        if isinstance(content, dict):
            content = json.dumps(content).encode()
        path = folder / (name or f"{CHAPTER}.ipynb")
        path.write_bytes(content)
        if timestamp:
            (folder / "timestamp.txt").write_text(timestamp)
        return path

    def autograded(self, student):
        path = self.root / "autograded" / student / CHAPTER / f"{CHAPTER}.ipynb"
        return json.loads(path.read_text(encoding="utf-8"))

    def gradebook(self, url=None):
        from bplab.grading.nbgrader_light import api

        return api().Gradebook(url or f"sqlite:///{self.root / 'gradebook.db'}")

    def scores(self, url=None):
        """Every grade and comment in the gradebook, as plain data without random ids."""
        with self.gradebook(url) as book:
            found = {}
            for submission in book.find_assignment(CHAPTER).submissions:
                for notebook in submission.notebooks:
                    grades = sorted(
                        (
                            g.name,
                            g.auto_score,
                            g.manual_score,
                            g.extra_credit,
                            g.needs_manual_grade,
                            g.score,
                        )
                        for g in notebook.grades
                    )
                    comments = sorted((c.name, c.comment) for c in notebook.comments)
                    late = notebook.late_submission_penalty
                    found[submission.student.id] = (grades, comments, late, submission.timestamp)
            return found

    def totals(self, url=None):
        return {s: sum(g[-1] for g in row[0]) for s, row in self.scores(url).items()}


class Nearby:
    """A stand-in for the sandbox that runs cells in this process, for tests of all around it."""

    def __init__(self, chapter, *, limits=None, isolate=True):
        self.chapter = chapter

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        pass

    def ready(self):
        pass

    def expect(self):
        pass

    def run(self, cells, draw):
        names, results, fault = {"__name__": "__main__"}, [], None
        for number, cell in enumerate(cells, 1):
            result = CellResult(execution_count=number)
            results.append(result)
            if fault is not None:
                result.fault = Fault("not-reached", "This cell was not reached.")
            elif cell.kind == "exam":
                result.answers = sit(names.get(cell.exercise), draw(cell), names)
            elif cell.kind == "run":
                fault = self._run(cell, names, result)
        return RunResult(results, fault, cpu_seconds=0.01, wall=0.01)

    def _run(self, cell, names, result):
        text = io.StringIO()
        try:
            with contextlib.redirect_stdout(text):
                exec(compile(cell.source, cell.id, "exec"), names)
        except SystemExit:
            result.fault = Fault("exited", "The code ended its own process.")
        except Exception as error:
            result.outputs.append(
                {
                    "output_type": "error",
                    "ename": type(error).__name__,
                    "evalue": str(error),
                    "traceback": traceback.format_exception(error),
                }
            )
        if text.getvalue():
            stream = {"output_type": "stream", "name": "stdout", "text": text.getvalue()}
            result.outputs.insert(0, stream)
        return result.fault


@pytest.fixture
def nearby():
    return Nearby


@pytest.fixture
def builders():
    """Functions that make cells: markdown(name, source), code(name, source, **marks)."""
    return markdown, code


@pytest.fixture
def room(tmp_path):
    """A course folder with the small chapter; nothing handed in, no gradebook yet."""
    root = tmp_path / "course"
    folder = root / "source" / CHAPTER
    folder.mkdir(parents=True)
    (root / "submitted").mkdir()
    room = Room(root)
    (folder / f"{CHAPTER}.ipynb").write_text(json.dumps(room.source))
    shutil.copy(courses.packaged() / "nbgrader_config.py", root)
    return room


@pytest.fixture
def notebook_of():
    return copy.deepcopy
