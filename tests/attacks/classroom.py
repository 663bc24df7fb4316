"""A course with one real chapter, and notebooks as learners, honest or not, hand them in."""

import copy
import functools
import json
import os
import shutil
from pathlib import Path

from bplab.grading import course as courses
from bplab.study.release import release, text

CHAPTER = "03_two_pass_mlp"
POINTS = 24.0
FIRST = "linear_forward"  # one point; what hostile learners answer honestly, if anything
WRONG = {
    "linear_backward": "def linear_backward(dZ, X, W):\n"
    "    return dZ @ W.T, X.T @ dZ, dZ.mean(axis=0)",
    "cross_entropy": "def cross_entropy(*args):\n    return None",
    "train_step": "def train_step(*args):\n    raise IndexError('never')",
}


# An exam under a name of its own, which asks what three chapters ask.
MIDTERM = "midterm"
MIXED = ("06_diabetes_classifier", CHAPTER, "05_regularization")


@functools.cache
def _packaged(chapter):
    path = courses.packaged() / "source" / chapter / f"{chapter}.ipynb"
    return json.loads(path.read_text(encoding="utf-8"))


@functools.cache
def _source(chapter=CHAPTER):
    if chapter != MIDTERM:
        return _packaged(chapter)
    setup, *cells = (
        cell
        for number, part in enumerate(MIXED)
        for cell in _packaged(part)["cells"]
        if "nbgrader" in cell["metadata"] or (cell["id"] == "setup" and not number)
    )
    names = ("nbformat", "nbformat_minor", "metadata")
    return {n: _packaged(CHAPTER)[n] for n in names} | {"cells": [setup, *cells]}


class Classroom:
    """A course folder, and what is handed in to it."""

    def __init__(self, root, chapter=CHAPTER):
        self.root = Path(root)
        self.chapter = chapter
        self.home = self.root.parent / "home"
        folder = self.root / "source" / chapter
        folder.mkdir(parents=True)
        (folder / f"{chapter}.ipynb").write_text(json.dumps(_source(chapter)))
        shutil.copy(courses.packaged() / "nbgrader_config.py", self.root)
        (self.root / "submitted").mkdir()

    @property
    def course(self):
        return courses.Course.at(self.root)

    # Notebooks

    def released(self):
        return release(copy.deepcopy(_source(self.chapter)))

    def solved(self, *names):
        """The release with these exercises solved; with all of them if none is named."""
        notebook = self.released()
        for mine, theirs in zip(notebook["cells"], _source(self.chapter)["cells"], strict=True):
            solution = mine["metadata"].get("nbgrader", {}).get("solution")
            if solution and (not names or mine["id"] in names):
                mine["source"] = text(theirs)
        return notebook

    def wrong(self):
        return self.answering(self.solved(), **WRONG)

    def answering(self, notebook=None, **sources):
        """A notebook, untouched if none is given, with these sources in solution cells."""
        notebook = notebook or self.released()
        for name, source in sources.items():
            self.cell(notebook, name)["source"] = source
        return notebook

    def cell(self, notebook, name):
        return next(cell for cell in notebook["cells"] if cell["id"] == name)

    def tests(self, notebook):
        return [c for c in notebook["cells"] if c["metadata"].get("nbgrader", {}).get("grade")]

    def answers(self, notebook):
        return [c for c in notebook["cells"] if c["metadata"].get("nbgrader", {}).get("solution")]

    def with_code(self, source, notebook=None, after="setup"):
        """A notebook with a cell of the learner's own."""
        notebook = notebook or self.released()
        at = [cell["id"] for cell in notebook["cells"]].index(after) + 1
        notebook["cells"].insert(at, code("own", source))
        return notebook

    # Folders

    def folder(self, student):
        return self.root / "submitted" / student / self.chapter

    def hand_in(self, student, content, name=None):
        name = name or f"{self.chapter}.ipynb"
        self.folder(student).mkdir(parents=True, exist_ok=True)
        if isinstance(content, dict):
            content = json.dumps(content).encode()
        path = self.folder(student) / name
        path.write_bytes(content)
        return path

    # What came of it

    def autograded(self, student):
        path = self.root / "autograded" / student / self.chapter / f"{self.chapter}.ipynb"
        return json.loads(path.read_text(encoding="utf-8"))

    def recorded(self):
        """Per student: {cell: score}, whether a person is asked for, and the comments."""
        from bplab.grading.nbgrader_light import api

        found = {}
        with api().Gradebook(f"sqlite:///{self.root / 'gradebook.db'}") as book:
            for submission in book.find_assignment(self.chapter).submissions:
                for notebook in submission.notebooks:
                    found[submission.student.id] = (
                        {grade.name: grade.score for grade in notebook.grades},
                        any(grade.needs_manual_grade for grade in notebook.grades),
                        [comment.comment for comment in notebook.comments if comment.comment],
                    )
        return found


def code(name, source):
    cell = {"cell_type": "code", "id": name, "metadata": {}, "source": source}
    return cell | {"outputs": [], "execution_count": None}


def markdown(name, source):
    return {"cell_type": "markdown", "id": name, "metadata": {}, "source": source}


def shown(notebook, tracebacks=True):
    """All that a graded notebook shows, as one text. Tracebacks quote the attacker's own lines."""
    parts = []
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            parts.append(output.get("text", ""))
            parts += [output.get("ename", ""), output.get("evalue", "")]
            parts += output.get("traceback", []) if tracebacks else []
            parts += map(str, output.get("data", {}).values())
    return "\n".join(parts)


def processes(mark):
    """Ids of processes that carry this mark in their name or their command line."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        for part in ("comm", "cmdline"):
            try:
                if mark in Path(f"/proc/{pid}/{part}").read_bytes().decode(errors="replace"):
                    found.append(int(pid))
            except OSError:
                pass
    return found
