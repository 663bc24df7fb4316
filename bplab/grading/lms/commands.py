"""The commands to and from an LMS: collect, export."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from ..options import CourseOption, DbOption, course_at, fail, guarded, write


def collect(
    chapter: Annotated[str, typer.Argument(help="Such as 03_two_pass_mlp.")],
    file: Annotated[Path, typer.Argument(help="The ZIP that the LMS made.")],
    course: CourseOption = None,
    who: Annotated[
        Path | None,
        typer.Option(
            metavar="CSV", help="Two columns: as the LMS writes a learner, and the student id."
        ),
    ] = None,
    times: Annotated[
        Path | None,
        typer.Option(
            metavar="CSV",
            help="When each handed in, for systems whose download has no times: two columns, a "
            "learner and a time; or Moodle's grading worksheet.",
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")
    ] = False,
):
    """Take a download of Canvas, Moodle, Brightspace or Blackboard into `submitted/`.

    Download all submissions of the assignment there, and name the ZIP here; which system it is
    from is seen. Learners are matched with the course's students by number, user name, email or
    name; who cannot be matched is shown and left out. Their ids are kept for the way back
    (`bplab export`). What a later hand-in replaces is kept under `earlier/`. Exit code 1 if
    somebody could not be matched.
    """

    def work():
        from . import collect as module
        from . import times as tables

        given = module.read_given(who) if who else None
        when = tables.read(times) if times else None
        return module.collect(course_at(course), chapter, file, given, dry_run, when=when)

    found = guarded(work)
    from .told import told

    for line in told(found, chapter, dry_run):
        typer.echo(line)
    raise typer.Exit(1 if found.unmatched else 0)


def export(
    to: Annotated[
        str,
        typer.Option(
            "--to",
            help="csv, exercises, canvas, moodle, brightspace, blackboard, gradescope or openedx.",
        ),
    ],
    chapter: Annotated[
        list[str] | None, typer.Argument(help="Chapters; all that were handed in if none is named.")
    ] = None,
    like: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A file that system exported: fill its own columns."),
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CHAPTER=COLUMN", help="With --like: which column, by title or number."
        ),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The file. Default: standard output.")
    ] = None,
    send: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="Canvas only: send scores and feedback pages there; the token is CANVAS_TOKEN.",
        ),
    ] = None,
    item: Annotated[
        str, typer.Option(metavar="COURSE/ASSIGNMENT", help="With --send: the numbers in Canvas.")
    ] = "",
    course: CourseOption = None,
    db: DbOption = None,
):
    """Write the grades as a file that an LMS or a spreadsheet imports.

    The surest way: export the gradebook there (Canvas: Grades > Export; Moodle: the grading
    worksheet; Brightspace and Blackboard: export or work offline), name that file with --like, and
    import what comes out: columns and learners are then the system's own. Without it, new columns
    named after the chapters are made. exercises: a row a learner, a column an exercise; csv:
    nbgrader's own columns.
    """
    from ...exercises import nearest
    from .formats import FORMATS

    if to not in FORMATS:
        fail(f"there is no export to {to!r}.{nearest(to, FORMATS)}")
    pairs = [item.partition("=") for item in column or []]
    if any(not equals for _, equals, _ in pairs) or (pairs and like is None):
        fail("--column takes CHAPTER=COLUMN, and goes with --like FILE.")
    if send:
        _send(send, item, to, chapter or [], course, db)
        return

    columns = {name.strip(): title.strip() for name, _, title in pairs}
    grades, sheet, done = guarded(
        lambda: _filled(course_at(course, db), to, chapter or None, like, columns)
    )
    from .sheets import written

    text = written(sheet.rows, sheet.delimiter)
    if output is None:
        sys.stdout.write(text)
    else:
        write(output, text, newline="", encoding=sheet.encoding)
        typer.echo(f"wrote {output}: {_how_many(grades, done)}")
    for line in (*_of_their_file(grades, done), *_waiting(grades)):
        typer.echo(f"bplab: {line}", err=True)


def _filled(course, to, chapters, like, columns):
    """(grades, the sheet to be written, what was filled in): the last None without `like`."""
    from ..book import grades as module
    from . import collect, fill, formats, sheets

    grades = module.collect(course, chapters)
    if to in formats.ONE_CHAPTER and len(grades.points) != 1:
        fail(f"a file of {to} holds one item: name one chapter.")
    if like is None:
        return grades, sheets.Sheet(formats.rows(grades, to)), None
    ids = {name: collect.read_ids(course, name) for name in grades.points}
    done = fill.fill(grades, to, sheets.read(like), columns, ids)
    return grades, done.sheet, done


def _of_their_file(grades, done):
    """What to know of a file of theirs that was filled in."""
    if done is None:
        return
    for name, heading in done.columns.items():
        yield f"{name} is in the column {heading!r}"
    for name, there in done.worth.items():
        yield (
            f"beware: that column is worth {there:g} points there, {name} is worth "
            f"{grades.points[name]:g} here; scores are written as they are."
        )
    if done.above:
        yield (
            f"more points than the column is worth there: {', '.join(done.above)}. "
            "Look whether it takes them: some systems cut them off, or refuse the row."
        )
    if done.missing:
        yield f"graded, but in no row there: {', '.join(done.missing)}"
    if done.unknown:
        rows = "1 row there is" if done.unknown == 1 else f"{done.unknown} rows there are"
        yield f"{rows} nobody's in the gradebook"


def _waiting(grades):
    """Who waits for a person's grade."""
    if grades.unsettled:
        one = grades.unsettled == 1
        waits = "1 submission waits" if one else f"{grades.unsettled} submissions wait"
        yield f"{waits} for a person's grade still."


def _how_many(grades, done):
    """What an export wrote: rows of its own, or scores into another's."""
    count, thing = (len(grades.students), "student") if done is None else (done.filled, "score")
    filled = "" if done is None else " filled in"
    return f"{count} {thing}{'' if count == 1 else 's'}{filled}"


def _send(url, item, to, chapters, folder, db):
    """Straight into Canvas."""

    if to != "canvas" or len(chapters) != 1:
        fail("--send goes to canvas, one chapter at a time.")

    def work():
        from ..book import grades as module
        from . import canvas

        place = course_at(folder, db)
        return canvas.send(place, module.collect(place, chapters), url, item)

    sent = guarded(work)
    typer.echo(f"{chapters[0]}: {sent.scores} scores and {sent.files} feedback pages sent.")
    for words, names in (
        ("without a number in Canvas (collect its download, or set lms_user_id)", sent.unknown),
        ("still wait for a person's grade, and were not sent", sent.waiting),
        ("not taken", [f"{student} ({why})" for student, why in sent.refused]),
    ):
        if names:
            typer.echo(f"  {len(names)} {words}: {', '.join(names[:8])}")
    raise typer.Exit(1 if sent.refused or sent.unknown else 0)
