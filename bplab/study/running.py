"""Run a learner's notebook from top to bottom, with the rights of whoever runs it."""

import json
import os
from pathlib import Path

from bplab.study.progress import saved
from bplab.study.workspace import StudyError, graded_cells, read_notebook, text

SECONDS = 120  # a cell


def notebooks(paths):
    """The notebooks that files, folders and patterns stand for, each once, in order.

    In a folder: all of it but copies that Jupyter keeps. Raises StudyError for what is not there.
    """
    found = []
    for path in paths:
        path = Path(path)
        if path.is_dir():
            inside = sorted(p for p in path.rglob("*.ipynb") if not _hidden(p.relative_to(path)))
            if not inside:
                raise StudyError(f"{path} holds no notebooks.")
            found += inside
        elif not path.exists() and any(mark in path.name for mark in "*?["):
            matching = sorted(path.parent.glob(path.name))
            if not matching:
                raise StudyError(f"nothing matches {path}.")
            found += matching
        else:
            found.append(path)
    return list(dict.fromkeys(found))


def _hidden(path):
    return any(part.startswith(".") for part in path.parts)


def has_checks(path):
    """Whether there is anything to check in a notebook."""
    return any(True for _ in graded_cells(read_notebook(path)))


def run(path, on_cell=None):
    """Run a notebook from top to bottom in a fresh kernel; the Results of its checks.

    The file is only read. Cells tagged `explore` are left out. `on_cell(done, total)` is told of
    every cell.
    """
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellTimeoutError, DeadKernelError

    from bplab.study.kernel import Manager

    raw = read_notebook(path)
    if not any(True for _ in graded_cells(raw)):
        raise StudyError(f"{path} has no checks in it; name a chapter's notebook.")
    try:
        notebook = nbformat.reads(json.dumps(raw), as_version=4)
    except Exception as error:
        raise StudyError(f"{path} is not a readable notebook ({error}).") from None
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    todo = [cell for cell in cells if "explore" not in cell.metadata.get("tags", [])]
    folder = str(Path(path).resolve().parent)
    client = NotebookClient(
        notebook,
        kernel_manager_class=Manager,
        timeout=SECONDS,
        allow_errors=True,
        resources={"metadata": {"path": folder}},
        extra_arguments=["--Application.log_level=ERROR"],  # its notes are not the learner's
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
