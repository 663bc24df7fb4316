"""Cells on which no grade depends are tagged `explore`, so that grading need not run them.

That every point is earned without them is seen where the solved chapters are graded.
"""

import ast

import pytest

from bplab import exercises
from bplab.study.solutions import solved
from bplab.study.workspace import chapters, course_source, read_notebook

GRADED = [name for name in chapters() if name in exercises.CHAPTERS]


def code_cells(name):
    source = read_notebook(course_source() / name / f"{name}.ipynb")
    ids = {c["id"] for c in source["cells"] if c["metadata"].get("nbgrader", {}).get("solution")}
    cells = [cell for cell in solved(source)["cells"] if cell["cell_type"] == "code"]
    return [(cell, ast.parse(cell["source"]), cell["id"] in ids) for cell in cells]


def bound(tree):
    names = {
        n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    }
    kinds = ast.FunctionDef | ast.ClassDef
    return names | {n.name for n in tree.body if isinstance(n, kinds)}


def read(tree):
    return {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}


def is_check(tree):
    return ast.unparse(tree).startswith("check(")


def is_setup(tree):
    """Imports and settings: a learner's answer may lean on them, whatever ours does."""
    return any(isinstance(n, ast.Import | ast.ImportFrom) for n in tree.body)


@pytest.mark.parametrize("name", GRADED)
def test_what_no_grade_depends_on_is_tagged_explore(name):
    cells = code_cells(name)
    needed = set().union(*(read(tree) for _, tree, answer in cells if answer or is_check(tree)))
    idle = []
    for cell, tree, answer in reversed(cells):
        tagged = "explore" in cell["metadata"].get("tags", [])
        if answer or is_check(tree) or is_setup(tree):
            assert not tagged, cell["id"]
        elif not tagged and bound(tree) & needed:
            needed |= read(tree)
        elif not tagged:
            idle.append(cell["id"])
    assert not idle
