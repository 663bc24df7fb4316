"""nbgrader's gradebook: opening it, entering a chapter, and the table of ours beside its own."""

import json
import os
import re

import sqlalchemy as sa

from ..errors import CourseError

TABLE = sa.Table(
    "bplab_result",
    sa.MetaData(),
    sa.Column("assignment", sa.String(128), primary_key=True),
    sa.Column("notebook", sa.String(128), primary_key=True),
    sa.Column("student", sa.String(128), primary_key=True),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("total", sa.Float, nullable=False),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("details", sa.Text, nullable=False),
)


def open_gradebook(api, course, create: bool = True):
    """nbgrader's gradebook of a `Course`, patient with others who are writing to the same file."""
    file = course.db_url.removeprefix("sqlite:///")
    if not create and file != course.db_url and not os.path.exists(file):
        raise CourseError(f"nothing has been graded yet: there is no gradebook at {file}.")
    try:
        book = api.Gradebook(course.db_url, course.course_id or "default_course")
    except (sa.exc.SQLAlchemyError, ImportError) as error:
        told = without_password(why(error), course.db_url)
        raise CourseError(f"the gradebook {hide_password(course.db_url)}: {told}") from None
    except ValueError:  # a port that is no number quotes what stands there
        raise CourseError(f"the gradebook {hide_password(course.db_url)} is not found.") from None
    if book.engine.dialect.name == "sqlite":
        sa.event.listen(
            book.engine,
            "connect",
            lambda connection, _: connection.execute("PRAGMA busy_timeout = 30000"),
        )
        book.db.remove()
        book.engine.dispose()
    return book


def read_results(book, chapter: str) -> dict[str, dict[str, dict]]:
    """Details of what was recorded of a chapter: {student: {notebook: details}}, maybe empty."""
    if not sa.inspect(book.engine).has_table(TABLE.name):
        return {}
    rows = sa.select(TABLE.c.student, TABLE.c.notebook, TABLE.c.details)
    rows = rows.where(TABLE.c.assignment == chapter).order_by(TABLE.c.student, TABLE.c.notebook)
    found: dict = {}
    for student, notebook, text in book.db.execute(rows):
        found.setdefault(student, {})[notebook] = json.loads(text)
    return found


def why(error: Exception) -> str:
    """Why something cannot be written or opened, in one line."""
    lines = str(getattr(error, "orig", None) or error).strip().splitlines()
    told = getattr(error, "strerror", None) or (lines or [type(error).__name__])[0]
    if isinstance(error, ImportError) and "psycopg" in told:
        return f"{told}; install it with: pip install 'bplab[cluster]'"
    if "is locked" in told:
        return f"{told}: another program is writing to it"
    return told


def hide_password(url: str) -> str:
    """The address of a database as it may be shown: what follows a user's name is left out.

    Nothing of an address that cannot be taken apart is shown: any part of it may be a password.
    """
    try:
        found = sa.engine.make_url(url)
    except (sa.exc.ArgumentError, ValueError, TypeError):
        return "(not an address such as postgresql://user@host/name)"
    if "@" in f"{found.host}{found.database}":  # a password with a sign of its own in it
        return "(an address whose password is not written as URLs want it: %40 for @)"
    return found.set(query={}).render_as_string(hide_password=True)


def without_password(told: str, url: str) -> str:
    """A message of a driver without any part of the password that it may quote."""
    _, _, rest = url.partition("://")
    _, _, secret = rest.partition(":")
    secret, _, query = secret.partition("?")
    parts = re.split(r"[:/@]", secret)[:-1] + re.split(r"[&=]", query)
    for part in sorted([secret, *parts], key=len, reverse=True):
        if len(part) > 1:
            told = told.replace(part, "***")
    return told


def enter(book, api, chapter: str, name: str, release: dict) -> None:
    """Enter a chapter's notebook and its cells into a gradebook, as nbgrader's SaveCells does."""
    from nbformat import from_dict
    from nbgrader.utils import compute_checksum

    book.update_or_create_assignment(chapter)
    kernel = json.dumps(release["metadata"].get("kernelspec", {}))
    book.update_or_create_notebook(name, chapter, kernelspec=kernel)
    for cell in release["cells"]:
        marks, kind = marks_of(cell), cell["cell_type"]
        if not any(marks.get(key) for key in ("grade", "solution", "task", "locked")):
            continue
        grade_id, worth = marks["grade_id"], {"cell_type": kind}
        if marks.get("grade") or marks.get("task"):
            worth["max_score"] = float(marks.get("points", 0))
        if marks.get("grade"):
            book.update_or_create_grade_cell(grade_id, name, chapter, **worth)
        if marks.get("solution"):
            book.update_or_create_solution_cell(grade_id, name, chapter)
        if marks.get("task"):
            book.update_or_create_task_cell(grade_id, name, chapter, **worth)
        locked = not marks.get("solution") and bool(marks.get("grade") or marks.get("locked"))
        book.update_or_create_source_cell(
            grade_id,
            name,
            chapter,
            cell_type=kind,
            source=cell["source"],
            locked=locked,
            checksum=compute_checksum(from_dict(cell)),
        )


def marks_of(cell):
    return cell["metadata"].get("nbgrader", {})
