"""A learner's folder: the chapters without their solutions, never overwritten."""

import json
import re
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from bplab.study import journal
from bplab.study.release import release, text


class StudyError(Exception):
    """Something the person can put right; its message is one line that says how."""


def course_source():
    """The folder of the instructors' notebooks: in the installed package, or in a checkout."""
    packaged = Path(str(files("bplab"))) / "_course" / "source"
    checkout = Path(str(files("bplab"))).parent / "course" / "source"
    for folder in (packaged, checkout):
        if folder.is_dir():
            return folder
    raise StudyError("the course's notebooks are not installed; reinstall bplab with pip.")


def chapters():
    """Folder names of the chapters that are there, in teaching order."""
    return sorted(path.parent.name for path in course_source().glob("*/*.ipynb"))


@dataclass
class Workspace:
    """What `make_workspace` did."""

    folder: Path
    written: list
    kept: list


def make_workspace(folder):
    """Write the released notebooks into `folder`; what is there already is kept as it is."""
    folder = Path(folder)
    if folder.exists() and not folder.is_dir():
        raise StudyError(f"{folder} is a file; name a folder to study in.")
    done = Workspace(folder, [], [])
    for chapter in chapters():
        target = folder / f"{chapter}.ipynb"
        if target.exists():
            done.kept.append(target)
            continue
        source = read_notebook(course_source() / chapter / f"{chapter}.ipynb")
        folder.mkdir(parents=True, exist_ok=True)
        partial = target.with_suffix(".part")
        partial.write_text(json.dumps(release(source), indent=1) + "\n", encoding="utf-8")
        partial.replace(target)
        done.written.append(target)
    journal.begin(folder)
    return done


def read_notebook(path):
    """A notebook as a dict. Raises StudyError if there is none to read."""
    path = Path(path)
    try:
        notebook = json.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise StudyError(f"there is no {path}.") from None
    except IsADirectoryError:
        raise StudyError(f"{path} is a folder; name a notebook in it.") from None
    except (OSError, ValueError) as error:
        raise StudyError(f"{path} is not a readable notebook ({error}).") from None
    if isinstance(notebook, dict) and "worksheets" in notebook:
        notebook = _upgraded(notebook, path)
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list) or not all(
        isinstance(cell, dict) and "cell_type" in cell for cell in cells
    ):
        raise StudyError(f"{path} is not a notebook: it has no list of cells.")
    return notebook


_CHECK = re.compile(r"^check\(\s*([A-Za-z_]\w*)\s*[,)]", re.MULTILINE)


def _upgraded(notebook, path):
    """A notebook of an older format, as a new one."""
    try:
        import nbformat

        return json.loads(nbformat.writes(nbformat.reads(json.dumps(notebook), as_version=4)))
    except Exception as error:
        raise StudyError(f"{path} has an old format that cannot be read ({error}).") from None


def graded_cells(notebook):
    """(cell, exercise name) of every cell that checks an exercise: by its mark, or by its line.

    An older program or a copy may have lost the marks; the line `check(NAME)` says as much.
    """
    for cell in notebook["cells"]:
        marks = cell.get("metadata", {}).get("nbgrader", {})
        grade_id = str(marks.get("grade_id", ""))
        if cell["cell_type"] != "code":
            continue
        if marks.get("grade") and grade_id.startswith("check_"):
            yield cell, grade_id.removeprefix("check_")
        elif not marks:
            found = _CHECK.findall(text(cell))
            if len(found) == 1:
                yield cell, found[0]


__all__ = [
    "StudyError",
    "chapters",
    "course_source",
    "graded_cells",
    "make_workspace",
    "read_notebook",
    "text",
]
