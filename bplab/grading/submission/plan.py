"""Which cells of a notebook are run, and which exercises they examine."""

import re
from dataclasses import dataclass
from typing import Literal

from ... import exercises
from ..course import CourseError
from ..sandbox import Cell
from .cells import is_solution, names_of

_CHECK = re.compile(r"\s*check\(\s*([A-Za-z_]\w*)\s*\)\s*;?\s*")
_LEFT_OUT = {"explore", "demonstration"}  # tags of the chapter's cells that are not run
_WRITTEN = re.compile(r"^(?:async[ \t]+)?(?:def|class)[ \t]+([A-Za-z_]\w*)", re.MULTILINE)


@dataclass
class Plan:
    """The code cells of a notebook as the sandbox sees them, and where in the notebook they are."""

    cells: list[Cell]
    places: list[int]


def plan(notebook: dict) -> Plan:
    """What to run: all but cells tagged as mattering to no grade; at a `check(name)`, the exam."""
    cells, places = [], []
    for place, cell in enumerate(notebook["cells"]):
        if cell["cell_type"] != "code":
            continue
        name = exam_name(cell)
        kind: Literal["run", "skip", "exam"]
        if name:
            kind = "exam"
        elif _LEFT_OUT & set(cell["metadata"].get("tags", [])) or not cell["source"].strip():
            kind = "skip"
        else:
            kind = "run"
        own = bool(cell["metadata"].get("bplab", {}).get("own"))
        cells.append(Cell(cell["source"], kind, cell["id"], name, own))
        places.append(place)
    return Plan(cells, places)


def exam_name(cell: dict) -> str | None:
    """The exercise that a test cell examines; None for any other cell."""
    marks = cell["metadata"].get("nbgrader", {})
    if not marks.get("grade") or marks.get("solution") or cell["cell_type"] != "code":
        return None
    found = _CHECK.fullmatch(cell["source"])
    return found[1] if found else None


def asked_in(cells: list[dict]) -> list[set[str]]:
    """Of each cell of a pristine notebook, the functions and classes that it asks for.

    A stub without any line of its own asks for what the test cell below it examines.
    """
    found = [names_of(cell) for cell in cells]
    last = None
    for place, cell in enumerate(cells):
        if is_solution(cell) and cell["cell_type"] == "code":
            last = place
        elif (name := exam_name(cell)) and last is not None:
            found[last] = found[last] or {name}
            last = None
    return found


def exams(release: dict, folder=None) -> dict:
    """The exercises that a notebook's test cells examine, by name, or `CourseError`.

    folder: where the course's own exercises are
    """
    found = {}
    for cell in release["cells"]:
        name = exam_name(cell)
        if name:
            try:
                found[name] = exercises.find(name, folder)
            except (LookupError, ValueError) as error:
                raise CourseError(f"cell {cell['id']}: {error.args[0]}") from None
    return found


def names_checked(release: dict) -> set[str]:
    """The exercises that a notebook's test cells examine, by name."""
    return {name for cell in release["cells"] if (name := exam_name(cell))}


def names_asked(release: dict) -> set[str]:
    """Names that a chapter's solution cells leave to be written."""
    return {
        found[1]
        for cell in release["cells"]
        if cell["cell_type"] == "code" and cell["metadata"].get("nbgrader", {}).get("solution")
        for found in _WRITTEN.finditer(cell["source"])
    }


def is_graded(release: dict) -> bool:
    """Whether a chapter has anything to grade."""
    marks = (cell["metadata"].get("nbgrader", {}) for cell in release["cells"])
    return any(mark.get("grade") or mark.get("task") for mark in marks)
