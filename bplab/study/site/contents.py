"""What lies in the site: the chapters, released and solved, and the package they begin with."""

import json
import zipfile
from importlib.resources import files
from pathlib import Path

from bplab.exam.compose import called_names
from bplab.study.journal import SOLVED
from bplab.study.release import release, text
from bplab.study.solutions import solved
from bplab.study.workspace import chapters, course_source, read_notebook

PACKAGE = "bplab.zip"
LEFT_OUT = ("grading", "_course")  # what a learner's notebook never asks for
SETUP = f'''\
# Brings the course's package into this page; run it first.
import os, sys, zipfile

if not os.path.isdir("/tmp/bplab-package"):
    here = "{PACKAGE}" if os.path.exists("{PACKAGE}") else "../{PACKAGE}"
    zipfile.ZipFile(here).extractall("/tmp/bplab-package")
sys.path.insert(0, "/tmp/bplab-package")
try:
    import matplotlib, numpy  # Pyodide loads what it reads here; elsewhere pictures speak in words
except ImportError:
    pass'''


def write_contents(folder, exercise, kernel):
    """Write package and notebooks into `folder`; the notebooks' names, without `.ipynb`.

    Of a whole course the solved chapters lie in a folder beside them: a browser has no
    `bplab solved`.
    """
    folder = Path(folder)
    folder.mkdir(parents=True)
    write_package(folder / PACKAGE)
    if exercise is not None:
        _write(folder, exercise.name, exercise_page(exercise), kernel)
        return [exercise.name]
    (folder / SOLVED).mkdir()
    for name in chapters():
        _write(folder, name, chapter_page(name), kernel)
        _write(folder / SOLVED, name, solved_page(name), kernel)
    return chapters()


def write_package(path):
    """The package as a zip file: exams, references, pictures and data."""
    home = Path(str(files("bplab")))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(home.rglob("*")):
            parts = file.relative_to(home).parts
            if file.is_file() and "__pycache__" not in parts and parts[0] not in LEFT_OUT:
                archive.write(file, Path("bplab", *parts))


def chapter_page(name):
    """A chapter's released notebook, with the cell that brings the package."""
    notebook = release(read_notebook(_source(name)))
    notebook["cells"].insert(1, _setup())
    return notebook


def solved_page(name):
    """A chapter with its answers in, with the cell that brings the package."""
    notebook = solved(read_notebook(_source(name)))
    notebook["cells"].insert(1, _setup())
    return notebook


def exercise_page(exercise):
    """A notebook of one exercise: the words before it, its cell, its check."""
    notebook = release(read_notebook(_source(exercise.chapter)))
    cells = notebook["cells"]
    ids = [cell["metadata"].get("nbgrader", {}).get("grade_id") for cell in cells]
    stub, mark = ids.index(exercise.name), ids.index(f"check_{exercise.name}")
    first = stub
    while first > 0 and cells[first - 1]["cell_type"] == "markdown":
        first -= 1
    notebook["cells"] = [_setup(), _imports(exercise), *cells[first : mark + 1]]
    return notebook


def _source(chapter):
    return course_source() / chapter / f"{chapter}.ipynb"


def _setup():
    return _code("site-setup", SETUP, {"jupyter": {"source_hidden": True}, "tags": ["site"]})


def _imports(exercise):
    """The cell that gives an exercise what it builds on: functions of other exercises."""
    from bplab import exercises

    asked = {other.name for other in exercises.every()} - {exercise.name}
    used = {getattr(other, "name", other) for other in exercise.built_on}
    code = getattr(exercise.reference, "__code__", None)
    used |= asked & called_names(code) if code is not None else set()
    lines = ["import numpy as np", "", "from bplab import check, data, nn, viz"]
    if used & asked:
        lines.append(f"from bplab.nn import {', '.join(sorted(used & asked))}")
    return _code("site-imports", "\n".join(lines), {})


def _code(name, source, metadata):
    return {
        "cell_type": "code",
        "id": name,
        "metadata": metadata,
        "execution_count": None,
        "outputs": [],
        "source": source,
    }


def _write(folder, name, notebook, kernel):
    notebook["metadata"]["kernelspec"] = {
        "name": kernel[0],
        "display_name": kernel[1],
        "language": "python",
    }
    for cell in notebook["cells"]:
        cell["source"] = text(cell)
    (folder / f"{name}.ipynb").write_text(json.dumps(notebook, indent=1) + "\n", encoding="utf-8")
