"""How far a learner is, by the outputs that the saved notebooks hold."""

from dataclasses import dataclass
from pathlib import Path

from bplab.study.workspace import StudyError, graded_cells, read_notebook

PASSED, NOT_YET, NOT_RUN = "passed", "not yet", "not run"


@dataclass
class Result:
    """One exercise of one notebook."""

    exercise: str
    points: float
    state: str
    message: str = ""


def saved(notebook):
    """The Results that the outputs of a saved notebook tell of."""
    return [
        Result(exercise, _points(cell, exercise), *_state(cell, exercise))
        for cell, exercise in graded_cells(notebook)
    ]


def _points(cell, exercise):
    marks = cell.get("metadata", {}).get("nbgrader", {})
    if "points" in marks:
        return marks["points"] or 0
    from bplab import exercises

    try:
        return exercises.find(exercise).points
    except (exercises.UnknownName, ValueError):
        return 0


def _state(cell, exercise):
    for output in cell.get("outputs", []):
        if output.get("output_type") == "error":
            return NOT_YET, f"{output.get('ename', '')}: {output.get('evalue', '')}"
    for output in cell.get("outputs", []):
        told = _joined(output.get("data", {}).get("text/plain", "")) + _joined(
            output.get("text", "")
        )
        if told.startswith(f"{exercise}: passed"):
            return PASSED, told
    return NOT_RUN, ""


def _joined(lines):
    return lines if isinstance(lines, str) else "".join(lines)


def folder_progress(folder):
    """{notebook path: Results} of all notebooks in a study folder."""
    folder = Path(folder)
    paths = sorted(folder.glob("[0-9][0-9]*_*.ipynb"))
    if not paths:
        raise StudyError(
            f"{folder} holds no chapters. Name your study folder, or make one: bplab study study"
        )
    return {path: saved(read_notebook(path)) for path in paths}
