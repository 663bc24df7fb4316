"""`bplab again`: an exercise once more, on a new paper, from an empty cell."""

import ast
import json
import zlib
from datetime import date
from pathlib import Path

from bplab.study.release import CODE_STUB, release
from bplab.study.workspace import StudyError, chapters, course_source, read_notebook, text

FOLDER = "again"


def set_again(name, folder, today=None):
    """Write FOLDER/again/NAME-DAY.ipynb and return its path; what is there is kept.

    The notebook holds the exercise's own text, an empty cell, and a check on a paper that no other
    day has.
    """
    from bplab import exercises

    exercise = exercises.find(name)
    today = today or date.today()
    folder = Path(folder)
    if not folder.is_dir():
        raise StudyError(f"{folder} is no folder. Make a study folder with: bplab study {folder}")
    target = folder / FOLDER / f"{exercise.name}-{today.isoformat()}.ipynb"
    if target.exists():
        return target, False
    notebook = _notebook(exercise, paper_seed(exercise.name, today))
    target.parent.mkdir(exist_ok=True)
    partial = target.with_suffix(".part")
    partial.write_text(json.dumps(notebook, indent=1) + "\n", encoding="utf-8")
    partial.replace(target)
    return target, True


def paper_seed(name, day):
    """The seed of an exercise's paper of a day."""
    return zlib.crc32(f"{name} {day.isoformat()}".encode())


def _notebook(exercise, seed):
    chapter = _chapter_of(exercise)
    cells = release(read_notebook(course_source() / chapter / f"{chapter}.ipynb"))["cells"]
    at = next((i for i, cell in enumerate(cells) if _grade_id(cell) == exercise.name), None)
    if at is None:
        raise StudyError(f"{chapter} has no cell for {exercise.name}.")
    first = at
    while first and cells[first - 1]["cell_type"] == "markdown":
        first -= 1
    opening = (
        f"# {exercise.name}, once more\n\n"
        "Write it again without looking at your first answer. The check draws a paper that you "
        f"have not seen. Functions of the chapters are in `nn`; `nn.{exercise.name}` is for "
        "afterwards. Lines that the chapter had there for you are yours to write this time."
    )
    setup = "import math\n\nimport numpy as np\n\nfrom bplab import check, nn"
    lines = [
        _cell("again-title", "markdown", opening),
        _cell("again-setup", "code", setup),
        *(
            _cell(f"again-text-{i}", "markdown", text(cell))
            for i, cell in enumerate(cells[first:at])
        ),
        _cell("again-answer", "code", _emptied(text(cells[at]))),
        _cell("again-check", "code", f"check({exercise.name}, seed={seed})"),
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return {
        "cells": lines,
        "metadata": {"kernelspec": kernel},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def _emptied(stub):
    """A stub without the lines it gives away: of a function with a gap, only head and docstring."""
    lines = stub.split("\n")
    for node in reversed(list(ast.walk(ast.parse(stub)))):
        if not isinstance(node, ast.FunctionDef) or not _has_gap(node):
            continue
        first = node.body[0]
        kept = first.end_lineno if ast.get_docstring(node) is not None else first.lineno - 1
        while lines[kept - 1].lstrip().startswith("#"):
            kept -= 1
        indent = " " * first.col_offset
        lines[kept : node.end_lineno] = [indent + line for line in CODE_STUB.split("\n")]
    return "\n".join(lines)


def _has_gap(node):
    return any(
        isinstance(inner, ast.Raise) and ast.unparse(inner) == "raise NotImplementedError()"
        for inner in ast.walk(node)
    )


def _chapter_of(exercise):
    if exercise.chapter not in chapters():
        raise StudyError(f"{exercise.name} is in no chapter of the course.")
    return exercise.chapter


def _grade_id(cell):
    marks = cell["metadata"].get("nbgrader", {})
    return marks.get("grade_id") if marks.get("solution") else None


def _cell(name, kind, source):
    cell = {"cell_type": kind, "id": name, "metadata": {}, "source": source}
    return cell if kind == "markdown" else cell | {"outputs": [], "execution_count": None}
