"""A chapter that has changed since somebody handed in: what differs, and entering it.

Grades of a withdrawn cell or notebook leave the gradebook. What a person gave and wrote there is
kept in a table beside it, withdrawn-CHAPTER.csv; where points have changed, what a person gave
waits to be looked at.
"""

import contextlib
import csv
import itertools
from dataclasses import dataclass, field
from pathlib import Path
from shlex import quote

import sqlalchemy as sa

from ..course import CourseError
from .gradebook import TABLE, enter, marks_of

HEAD = ("notebook", "cell", "student", "points", "manual_score", "extra_credit", "comment")
ANSWER, TEST, BY_HAND, TASK = "an answer", "a test", "an answer graded by hand", "a task"


@dataclass
class Cells:
    """A notebook's cells in the gradebook: ids by name, and what they are.

    graded : those that have points; commented : those that comments are on
    shapes : {name: (what it is, its points or None)}
    """

    assignment: str
    notebook: str
    graded: dict[str, str] = field(default_factory=dict)
    commented: dict[str, str] = field(default_factory=dict)
    shapes: dict[str, tuple[str, float | None]] = field(default_factory=dict)


def cells_of(book, chapter: str, name: str) -> Cells:
    """The cells of a notebook as the gradebook has them."""
    notebook = book.find_notebook(name, chapter)
    found = Cells(notebook.assignment_id, notebook.id)
    for cell in notebook.solution_cells:
        found.shapes[cell.name] = (ANSWER, None)
        found.commented[cell.name] = cell.id
    for cell in notebook.grade_cells:
        kind = BY_HAND if cell.name in found.commented else TEST
        found.shapes[cell.name] = (kind, cell.max_score)
        found.graded[cell.name] = cell.id
    for cell in notebook.task_cells:
        found.shapes[cell.name] = (TASK, cell.max_score)
        found.graded[cell.name] = found.commented[cell.name] = cell.id
    return found


def shapes(release: dict) -> dict[str, tuple[str, float | None]]:
    """Of a released notebook's cells, what they are and their points, as in `Cells.shapes`."""
    found: dict = {}
    for marks in map(marks_of, release["cells"]):
        points = float(marks.get("points", 0))
        if marks.get("task"):
            found[marks["grade_id"]] = (TASK, points)
        elif marks.get("grade"):
            found[marks["grade_id"]] = (BY_HAND if marks.get("solution") else TEST, points)
        elif marks.get("solution"):
            found[marks["grade_id"]] = (ANSWER, None)
    return found


def refuse(recorder, known: dict, wanted: dict) -> None:
    """Raise `CourseError`, with what to do, if anything has changed that decides points."""
    several = len(recorder.course.notebooks(recorder.chapter)) > 1
    before = f"{recorder.name}/" if several else ""
    known = {name: shape for name, shape in known.items() if shape[0] != ANSWER}
    wanted = {name: shape for name, shape in wanted.items() if shape[0] != ANSWER}
    parts = [f"{before}{name} is withdrawn" for name in sorted(set(known) - set(wanted))]
    parts += [f"{before}{name} is new" for name in sorted(set(wanted) - set(known))]
    for name in sorted(set(known) & set(wanted)):
        (old, had), (kind, points) = known[name], wanted[name]
        if kind != old:
            parts.append(f"{before}{name} is {kind} instead of {old}")
        if points != had:
            parts.append(f"{before}{name} has {points:g} points instead of {had:g}")
    if parts:
        raise CourseError(_refusal(recorder.chapter, parts))


def _refusal(chapter, parts):
    more = f" and {len(parts) - 4} more" if len(parts) > 4 else ""
    return (
        f"{chapter} has changed since it was handed in: {', '.join(parts[:4])}{more}. To grade "
        f"all by the source as it is now: bplab grade {quote(chapter)} --accept-changes"
    )


def has_submissions(recorder) -> bool:
    """Whether anybody's submission of the chapter is in the gradebook."""
    api = recorder.api
    sub, whole = api.SubmittedAssignment.__table__, api.Assignment.__table__
    query = sa.select(sub.c.id).join(whole, sub.c.assignment_id == whole.c.id)
    query = query.where(whole.c.name == recorder.chapter).limit(1)
    return recorder.session.execute(query).first() is not None


# Whole notebooks


def enter_notebooks(recorder) -> None:
    """Enter the chapter's notebooks that the gradebook does not know; take out those withdrawn.

    Raises `CourseError` if that would change what somebody has handed in for, unless the recorder
    accepts changes.
    """
    course, chapter, book = recorder.course, recorder.chapter, recorder.book
    try:
        known = {n.name: n.max_score for n in book.find_assignment(chapter).notebooks}
    except recorder.api.MissingEntry:
        known = {}
    names = course.notebooks(chapter)
    new = {name: course.release(chapter, name) for name in names if name not in known}
    gone = {name: points for name, points in known.items() if name not in names}
    parts = [f"the notebook {name} is withdrawn" for name, points in gone.items() if points]
    parts += [f"the notebook {name} is new" for name, made in new.items() if _points(made)]
    if known and parts and not recorder.accept_changes and has_submissions(recorder):
        raise CourseError(_refusal(chapter, parts))
    for name in gone:
        _withdraw(recorder, name)
    for name, made in new.items():
        enter(book, recorder.api, chapter, name, made)
    recorder.session.rollback()


def _points(release):
    return sum(points or 0 for _, points in shapes(release).values())


def _withdraw(recorder, name):
    """Take a notebook and all that hangs on it out of the gradebook, and what was made of it."""
    api, session = recorder.api, recorder.session
    cells = cells_of(recorder.book, recorder.chapter, name)
    key = cells.notebook
    _keep(recorder, name, cells, list(cells.shapes))
    base, sub = api.BaseCell.__table__, api.SubmittedNotebook.__table__
    inside = sa.select(base.c.id).where(base.c.notebook_id == key)
    handed = sa.select(sub.c.id).where(sub.c.notebook_id == key)
    for table in (api.Grade.__table__, api.Comment.__table__):
        session.execute(table.delete().where(table.c.notebook_id.in_(handed)))
    session.execute(sub.delete().where(sub.c.notebook_id == key))
    for model in (api.GradeCell, api.SolutionCell, api.TaskCell):
        table = model.__table__
        session.execute(table.delete().where(table.c.id.in_(inside)))
    for table in (base, api.SourceCell.__table__):
        session.execute(table.delete().where(table.c.notebook_id == key))
    table = api.Notebook.__table__
    session.execute(table.delete().where(table.c.id == key))
    where = (TABLE.c.assignment == recorder.chapter, TABLE.c.notebook == name)
    session.execute(TABLE.delete().where(*where))
    session.commit()
    session.expunge_all()
    for step, ending in (("autograded", "ipynb"), ("feedback", "html")):  # of no use to nbgrader
        for student in recorder.course.students(recorder.chapter):
            folder = recorder.course.path(step, student, recorder.chapter)
            with contextlib.suppress(OSError):
                (folder / f"{name}.{ending}").unlink()


# Cells


def make_way(recorder, cells: Cells, wanted: dict) -> None:
    """Take withdrawn cells out of the gradebook; have hand-given points looked at again.

    What is of another kind now (a test that was made a task) is withdrawn, too, and entered anew.
    """
    session, grade = recorder.session, recorder.api.Grade.__table__
    gone, other = [], []
    for name, (kind, points) in cells.shapes.items():
        now = wanted.get(name, (None, None))
        if now[0] != kind:
            gone.append(name)
        elif now[1] != points:
            other.append(cells.graded[name])
    _keep(recorder, recorder.name, cells, gone)
    by_hand = grade.c.manual_score.is_not(None)
    session.execute(
        grade.update().where(grade.c.cell_id.in_(other), by_hand).values(needs_manual_grade=True)
    )
    _delete(recorder, cells, gone)
    session.commit()
    session.expunge_all()


def _keep(recorder, notebook, cells, gone):
    """Write down what a person gave and wrote in these cells."""
    rows = []
    for name in sorted(gone):
        points = cells.shapes[name][1]
        for student, given in _by_hand(recorder, cells, name):
            rows.append((notebook, name, student, points, *given))
    if not rows:
        return
    append(recorder.course.root, recorder.chapter, rows)


def append(root, chapter, rows) -> Path:
    """Add rows to the chapter's table of what was withdrawn; the file they are in.

    One of an earlier version of bplab, with fewer columns, is brought to today's. One with columns
    that are none of ours (somebody has edited it) stays as it is, and a file beside it is begun.
    """
    for number in itertools.count(1):
        path = root / f"withdrawn-{chapter}{'' if number == 1 else f'-{number}'}.csv"
        before = _before(path)
        if before is not None:
            break
    rows = [["" if value is None else str(value) for value in row] for row in rows]
    rows = [row for row in rows if row not in before]  # a run that was cut off wrote them already
    part = path.with_name(f".{path.name}.part")
    with part.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEAD, *before, *rows])
    part.replace(path)
    return path


def _before(path):
    """The rows of a table of what was withdrawn, in today's columns; None if it is none of ours."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            head, *rows = csv.reader(file)
    except FileNotFoundError:
        return []
    except (OSError, ValueError, csv.Error):
        return None
    if "student" not in head or not set(head) <= set(HEAD) or any(len(r) > len(HEAD) for r in rows):
        return None
    # Rows of seven columns below a heading of six: an earlier version wrote on in its own way.
    whole = [dict(zip(HEAD if len(row) > len(head) else head, row, strict=False)) for row in rows]
    return [[row.get(name, "") for name in HEAD] for row in whole]


def _by_hand(recorder, cells, name):
    """[(student, (points, extra credit, comment))] of what a person gave in a cell."""
    api = recorder.api
    grade, comment, book, sub = (
        m.__table__
        for m in (api.Grade, api.Comment, api.SubmittedNotebook, api.SubmittedAssignment)
    )

    def rows(table, key, *columns):
        joined = table.join(book, table.c.notebook_id == book.c.id)
        joined = joined.join(sub, book.c.assignment_id == sub.c.id)
        query = sa.select(sub.c.student_id, *columns).select_from(joined)
        return recorder.session.execute(query.where(table.c.cell_id == key))

    found: dict = {}
    scored = rows(grade, cells.graded.get(name), grade.c.manual_score, grade.c.extra_credit)
    for student, score, extra in scored:
        if score is not None or extra:
            found[student] = (score, extra, None)
    for student, words in rows(comment, cells.commented.get(name), comment.c.manual_comment):
        if words:
            found[student] = (*found.get(student, (None, None))[:2], words)
    return sorted(found.items())


def _delete(recorder, cells, gone):
    api, session = recorder.api, recorder.session
    ids = [
        group[name] for group in (cells.graded, cells.commented) for name in gone if name in group
    ]
    for table, column in (
        (api.Grade.__table__, "cell_id"),
        (api.Comment.__table__, "cell_id"),
        (api.GradeCell.__table__, "id"),
        (api.SolutionCell.__table__, "id"),
        (api.TaskCell.__table__, "id"),
        (api.BaseCell.__table__, "id"),
    ):
        session.execute(table.delete().where(table.c[column].in_(ids)))
    source = api.SourceCell.__table__
    where = [source.c.notebook_id == cells.notebook, source.c.name.in_(gone)]
    session.execute(source.delete().where(*where))
