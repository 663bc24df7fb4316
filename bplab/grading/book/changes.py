"""A chapter that has changed since somebody handed in: what differs, and entering it.

Grades of a withdrawn cell leave the gradebook. What a person gave there is kept in a table beside
it, withdrawn-CHAPTER.csv; where points have changed, what a person gave waits to be looked at.
"""

import csv

import sqlalchemy as sa

HEAD = ("notebook", "cell", "student", "points", "manual_score", "extra_credit")


def told(chapter: str, known: dict[str, float], wanted: dict[str, float]) -> str:
    """What has changed, and what to do. known, wanted: {graded cell: points}."""
    parts = [f"{name} is withdrawn" for name in sorted(set(known) - set(wanted))]
    parts += [f"{name} is new" for name in sorted(set(wanted) - set(known))]
    for name in sorted(set(known) & set(wanted)):
        if known[name] != wanted[name]:
            parts.append(f"{name} has {wanted[name]:g} points instead of {known[name]:g}")
    more = f" and {len(parts) - 4} more" if len(parts) > 4 else ""
    return (
        f"{chapter} has changed since it was handed in: {', '.join(parts[:4])}{more}. To grade "
        f"all by the source as it is now: bplab grade {chapter} --accept-changes"
    )


def make_way(recorder, cells, wanted: dict[str, float]) -> None:
    """Take withdrawn cells out of the gradebook; have hand-given points looked at again.

    cells: the recorder's, as the gradebook has them.
    """
    session, grade = recorder.session, recorder.api.Grade.__table__
    gone = {n: key for n, key in cells.graded.items() if n not in wanted}
    other = [cells.graded[n] for n in wanted if n in cells.graded and cells.points[n] != wanted[n]]
    _keep(recorder, cells, gone)
    by_hand = grade.c.manual_score.is_not(None)
    session.execute(
        grade.update().where(grade.c.cell_id.in_(other), by_hand).values(needs_manual_grade=True)
    )
    _delete(recorder, cells, gone)
    session.commit()
    session.expunge_all()


def _keep(recorder, cells, gone):
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
        (recorder.name, name, student, cells.points[name], score, extra)
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
