"""How far a learner is: by the outputs that the saved notebooks hold, or by running one anew."""

import os
from dataclasses import dataclass
from pathlib import Path

from bplab.study.workspace import StudyError, graded_cells, read_notebook, text

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
        Result(exercise, cell["metadata"]["nbgrader"].get("points") or 0, *_state(cell, exercise))
        for cell, exercise in graded_cells(notebook)
    ]


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
            f"{folder} holds no chapters. Make a study folder with: bplab study {folder}"
        )
    return {path: saved(read_notebook(path)) for path in paths}


def run(path, on_cell=None):
    """Run a notebook from top to bottom in a fresh kernel; the Results of its checks.

    The file is only read. Cells tagged `explore` are left out. `on_cell(done, total)` is told of
    every cell.
    """
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellTimeoutError, DeadKernelError

    raw = read_notebook(path)
    if not any(True for _ in graded_cells(raw)):
        raise StudyError(f"{path} has no checks in it; name a chapter's notebook.")
    try:
        notebook = nbformat.reads(_dumps(raw), as_version=4)
    except Exception as error:
        raise StudyError(f"{path} is not a readable notebook ({error}).") from None
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    todo = [cell for cell in cells if "explore" not in cell.metadata.get("tags", [])]
    folder = str(Path(path).resolve().parent)
    client = NotebookClient(
        notebook, timeout=120, allow_errors=True, resources={"metadata": {"path": folder}}
    )
    # A notebook may name a kernel that is not installed here; its cells are Python all the same.
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")
    with client.setup_kernel():
        for number, cell in enumerate(todo):
            cell.outputs = []
            try:
                client.execute_cell(cell, notebook.cells.index(cell))
            except (CellTimeoutError, DeadKernelError) as error:
                first = str(error).strip().splitlines()[0]
                raise StudyError(
                    f"{path}: {first} In the cell that begins {text(cell)[:50]!r}."
                ) from None
            if on_cell:
                on_cell(number + 1, len(todo))
    return saved(notebook)


def _dumps(raw):
    import json

    return json.dumps(raw)
