"""Attacks by what a notebook says of itself, and by cells that are there more than once."""

import json

from tests.attacks.classroom import FIRST, code, markdown
from tests.attacks.corpus import attack

M = "metadata"


def again(cell, number, **changed):
    """The same cell once more."""
    return json.loads(json.dumps(cell)) | {"id": f"{cell['id']}-{number}"} | changed


@attack(M, points=1)
def five_hundred_of_one_answer(room):
    """The last is the right one, as the learner's kernel would have it."""
    notebook = room.released()
    wrong = room.cell(notebook, FIRST)
    right = room.cell(room.solved(FIRST), FIRST)
    notebook["cells"] += [again(wrong, n) for n in range(500)] + [again(right, 500)]
    return notebook


@attack(M)
def a_right_answer_undone_below(room):
    """The best of many counts for nothing if the last is wrong."""
    notebook = room.solved(FIRST)
    wrong = f"def {FIRST}(X, W, b):\n    return X"
    cell = room.cell(notebook, FIRST)
    notebook["cells"].append(again(cell, 1, source=wrong))
    return notebook


@attack(M, points=1)
def answers_in_cells_of_other_kinds(room):
    """The answer's id on a text, on raw text, on the test of another, and on nothing."""
    notebook = room.solved(FIRST)
    marks = room.cell(notebook, "softmax")["metadata"]
    for number, kind in enumerate(("markdown", "raw", "code", "heading")):
        cell = markdown(f"other-{number}", "def softmax(Z):\n    return Z")
        notebook["cells"].append(cell | {"cell_type": kind, "metadata": marks})
    for cell in room.tests(notebook)[4:]:
        cell["metadata"]["nbgrader"]["grade_id"] = FIRST
    return notebook


@attack(M, points=1)
def answers_that_are_each_other(room):
    """Two ids, each on the other's cell, and one of them twice."""
    notebook = room.solved(FIRST)
    one, two = (room.cell(notebook, name)["metadata"] for name in ("softmax", "cross_entropy"))
    one["nbgrader"]["grade_id"], two["nbgrader"]["grade_id"] = "cross_entropy", "softmax"
    notebook["cells"].append(again(room.cell(notebook, "softmax"), 1))
    return notebook


@attack(M, points=1)
def metadata_of_ten_megabytes(room):
    """Of the notebook, deep and wide; a hundred thousand keys; the state of widgets."""
    notebook = room.solved(FIRST)
    nest = "x"
    for _ in range(400):
        nest = {"n": [nest]}
    state = {f"id{n}": {"state": {"value": "x" * 300}, "model_module": "m"} for n in range(9000)}
    notebook["metadata"].update(
        {f"k{n}": n for n in range(100_000)},
        nest=nest,
        long="x" * 4_000_000,
        widgets={"application/vnd.jupyter.widget-state+json": {"state": state}},
    )
    notebook["metadata"]["kernelspec"] = {"name": "k" * 10**6, "display_name": "d" * 10**6}
    return json.dumps(notebook).encode()


@attack(M, points=1)
def metadata_of_every_cell(room):
    """Thousands of tags, names of a megabyte, marks of nbgrader with unknown parts."""
    notebook = room.solved(FIRST)
    for number, cell in enumerate(notebook["cells"]):
        cell["metadata"]["tags"] = [f"t{n}" for n in range(2000)]
        cell["metadata"][f"k{number}"] = "x" * 50_000
        if "nbgrader" in cell["metadata"] and cell["id"] != FIRST:
            cell["metadata"]["nbgrader"].update(schema_version=10**9, extra={"x": [[]] * 999})
    return notebook


@attack(M, points=1)
def attachments_without_end(room):
    """Pictures that belong to texts: many, large, and of names that climb."""
    notebook = room.solved(FIRST)
    for number in range(20):
        cell = markdown(f"pictures-{number}", "![x](attachment:a) ![y](attachment:../b)" * 200)
        cell["attachments"] = {
            "a": {"image/png": "A" * 300_000},
            "../b": {"text/html": "<b>" * 999},
        }
        cell["attachments"] |= {f"n{n}": {"image/png": "AA=="} for n in range(500)}
        notebook["cells"].append(cell)
    return notebook


@attack(M, points=1)
def the_same_metadata_twice(room):
    """Keys that stand twice in the file: readers differ about which of them counts."""
    text = json.dumps(room.solved(FIRST))
    text = text.replace('"points": ', '"points": 1000, "points": ')
    text = text.replace('"locked": true', '"locked": false, "locked": true, "grade": true')
    return text.replace('"nbformat": 4', '"cells": [], "nbformat": 4', 0).encode()


@attack(M, points=1)
def a_crowd_of_cells_that_are_tests(room):
    """A thousand graded cells that nobody released, some with the ids of the course's."""
    notebook = room.solved(FIRST)
    mark = room.cell(notebook, "check_softmax")["metadata"]
    for number in range(1000):
        cell = code(f"crowd-{number}", f"check({FIRST})")
        cell["metadata"] = json.loads(json.dumps(mark))
        if number % 2:
            cell["metadata"]["nbgrader"]["grade_id"] = f"check_{number}"
        notebook["cells"].append(cell)
    return notebook
