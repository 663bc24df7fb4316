"""What the instructor's commands share: options, errors in one line, files written whole."""

import os
import tempfile
from pathlib import Path
from typing import Annotated

import typer

CourseOption = Annotated[
    Path | None,
    typer.Option(
        "--course",
        help="The course's folder.",
        show_default="CourseDirectory.root of nbgrader's configuration, else this folder",
    ),
]
DbOption = Annotated[
    str | None,
    typer.Option(
        "--db",
        metavar="URL",
        help="A gradebook elsewhere, such as postgresql://user@host/name. Default: the course's.",
    ),
]


def fail(message, code=2):
    """Say in one line what to do, and leave."""
    typer.echo(f"bplab: {' '.join(str(message).split())}", err=True)
    raise typer.Exit(code)


def guarded(work):
    """Run `work()`; wrong use, missing packages, unreadable or unwritable files become one line."""
    from .course import CourseError

    try:
        return work()
    except CourseError as error:
        fail(error)
    except OSError as error:
        if error.strerror is None:
            raise
        where = f"{error.filename}: " if error.filename else ""  # a full disk has no name
        fail(f"{where}{error.strerror}. Mend that and run the command again.")
    except ModuleNotFoundError as error:
        extra = "canvas" if error.name == "canvasapi" else "grading"
        fail(f"this needs {error.name}; install it with: pip install 'bplab[{extra}]'")


def course_at(folder, db=None):
    """The course in a folder; where none was named, in the one that nbgrader would take."""
    from .course import Course
    from .which import folder_meant

    if folder is None:
        folder, told = folder_meant()
        if told:
            typer.echo(f"bplab: {told}", err=True)
    return Course.at(folder, db)


def write(path, text, newline=None, encoding="utf-8"):
    """Write a file whole or not at all."""
    try:
        handle, part = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        with os.fdopen(handle, "w", encoding=encoding, newline=newline) as file:
            file.write(text)
        os.chmod(part, 0o644)
        os.replace(part, path)
    except OSError as error:
        fail(f"cannot write {path}: {error.strerror}.")
