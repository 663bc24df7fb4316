"""A chapter that has changed since somebody handed in: what differs, and entering it.

Grades of a withdrawn cell or notebook leave the gradebook. What a person gave there is kept in a
table beside it, withdrawn-CHAPTER.csv; where points have changed, what a person gave waits to be
looked at.
"""

import contextlib
import csv

import sqlalchemy as sa

from ..course import CourseError
from .gradebook import TABLE, enter, marks_of

HEAD = ("notebook", "cell", "student", "points", "manual_score", "extra_credit")


def told(chapter: str, known: dict[str, float], wanted: dict[str, float]) -> str:
    """What has changed, and what to do. known, wanted: {graded cell: points}."""
    parts = [f"{name} is withdrawn" for name in sorted(set(known) - set(wanted))]
    parts += [f"{name} is new" for name in sorted(set(wanted) - set(known))]
    for name in sorted(set(known) & set(wanted)):
        if known[name] != wanted[name]:
            parts.append(f"{name} has {wanted[name]:g} points instead of {known[name]:g}")
    return _refusal(chapter, parts)


def _refusal(chapter, parts):
    more = f" and {len(parts) - 4} more" if len(parts) > 4 else ""
    return (
        f"{chapter} has changed since it was handed in: {', '.join(parts[:4])}{more}. To grade "
        f"all by the source as it is now: bplab grade {chapter} --accept-changes"
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
    marks = map(marks_of, release["cells"])
    return sum(float(m.get("points", 0)) for m in marks if m.get("grade") or m.get("task"))


def _withdraw(recorder, name):
    """Take a notebook and all that hangs on it out of the gradebook, and what was made of it."""
    api, session = recorder.api, recorder.session
    notebook = recorder.book.find_notebook(name, recorder.chapter)
    key = notebook.id
    cells = [*notebook.grade_cells, *notebook.task_cells]
    _keep(recorder, name, {c.name: c.id for c in cells}, {c.name: c.max_score for c in cells})
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


def make_way(recorder, cells, wanted: dict[str, float]) -> None:
    """Take withdrawn cells out of the gradebook; have hand-given points looked at again.

    cells: the recorder's, as the gradebook has them.
    """
    session, grade = recorder.session, recorder.api.Grade.__table__
    gone = {n: key for n, key in cells.graded.items() if n not in wanted}
    other = [cells.graded[n] for n in wanted if n in cells.graded and cells.points[n] != wanted[n]]
    _keep(recorder, recorder.name, gone, cells.points)
    by_hand = grade.c.manual_score.is_not(None)
    session.execute(
        grade.update().where(grade.c.cell_id.in_(other), by_hand).values(needs_manual_grade=True)
    )
    _delete(recorder, cells, gone)
    session.commit()
    session.expunge_all()


def _keep(recorder, notebook, gone, points):
    """Write down what a person gave in these cells. gone: {cell: its id}; points: {cell: points}"""
    api = recorder.api
    grade, book, sub = (
        m.__table__ for m in (api.Grade, api.SubmittedNotebook, api.SubmittedAssignment)
    )
    query = (
        sa.select(sub.c.student_id, grade.c.manual_score, grade.c.extra_credit)
        .select_from(
            grade.join(book, grade.c.notebook_id == book.c.id).join(
                sub, book.c.assignment_id == sub.c.id
            )
        )
        .where(sa.or_(grade.c.manual_score.is_not(None), grade.c.extra_credit > 0))
    )
    rows = [
        (notebook, name, student, points[name], score, extra)
        for name, key in sorted(gone.items())
        for student, score, extra in recorder.session.execute(query.where(grade.c.cell_id == key))
    ]
    if not rows:
        return
    path = recorder.course.root / f"withdrawn-{recorder.chapter}.csv"
    new = not path.exists()
    with path.open("a", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEAD, *rows] if new else rows)


def _delete(recorder, cells, gone):
    api, session = recorder.api, recorder.session
    ids = list(gone.values())
    for table, column in (
        (api.Grade.__table__, "cell_id"),
        (api.Comment.__table__, "cell_id"),
        (api.GradeCell.__table__, "id"),
        (api.TaskCell.__table__, "id"),
        (api.BaseCell.__table__, "id"),
    ):
        session.execute(table.delete().where(table.c[column].in_(ids)))
    source = api.SourceCell.__table__
    where = [source.c.notebook_id == cells.notebook, source.c.name.in_(list(gone))]
    session.execute(source.delete().where(*where))
