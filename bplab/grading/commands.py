"""The instructor's commands, for `bplab.cli` to register. Each imports what it needs when it runs.

Exit codes: 0 done; 1 something could not be graded; 2 wrong use.
"""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

CourseOption = Annotated[
    Path, typer.Option("--course", help="The course's folder.", show_default="this folder")
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


def _guarded(work):
    """Run `work()`; wrong use and missing packages become one line."""
    from .course import CourseError

    try:
        return work()
    except CourseError as error:
        fail(error)
    except ModuleNotFoundError as error:
        extra = "canvas" if error.name == "canvasapi" else "grading"
        fail(f"this needs {error.name}; install it with: pip install 'bplab[{extra}]'")


def course(
    folder: Annotated[Path, typer.Argument(help="Where the course goes: a new or empty folder.")],
):
    """Make an nbgrader course: sources, releases, gradebook, configuration, a secret of its own.

    The folder then holds all that nbgrader and bplab need: give learners what is in `release/`,
    put what they hand in under `submitted/STUDENT/CHAPTER/`, and grade it with `bplab grade`. Its
    README.md says the rest. Nothing that exists is overwritten.
    """
    from rich.console import Console

    from . import course as courses

    console = Console(stderr=True)
    with console.status("making the course") as status:
        chapters = _guarded(
            lambda: courses.make(folder, lambda name: status.update(f"releasing {name}"))
        )
    typer.echo(f"made {folder} with {len(chapters)} chapters: {', '.join(chapters)}")
    typer.echo(f"next: read {folder / 'README.md'}; then: cd {folder} && bplab grade CHAPTER")


def grade(
    chapter: Annotated[str, typer.Argument(help="Such as 03_two_pass_mlp.")],
    course: CourseOption = Path("."),
    jobs: Annotated[
        int | None,
        typer.Option(min=1, help="Submissions run at a time.", show_default="all cores"),
    ] = None,
    student: Annotated[
        list[str] | None, typer.Option(help="Grade only this student; can be repeated.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Grade again what has not changed since it was graded.")
    ] = False,
    dask: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="Run submissions on this Dask cluster."),
    ] = None,
    db: DbOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the results as JSON.")] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="A line for every submission.")
    ] = False,
    no_sandbox: Annotated[
        bool,
        typer.Option(
            "--no-sandbox",
            help="Run learners' code unprotected, with your rights. Only where Linux namespaces "
            "are missing, and only for learners you trust.",
        ),
    ] = False,
):
    """Grade a class: repair every submission, run it in a sandbox, mark it, record it.

    Scores, reports and comments go into nbgrader's gradebook and into `autograded/`, where the
    formgrader and `nbgrader generate_feedback` find them. It can be interrupted at any moment and
    started again: what is recorded and has not changed is skipped. Manual grades and comments are
    kept. Exit code 1 if a submission could not be graded.
    """
    from . import batch
    from .course import Course
    from .sandbox import SandboxError

    def work():
        options = {"jobs": jobs, "students": student or None, "force": force, "dask": dask}
        place = Course.at(course, db)
        return _watch(batch, chapter, place, as_json, verbose, isolate=not no_sandbox, **options)

    try:
        failed = _guarded(work)
    except SandboxError as error:
        fail(f"{error} To grade without a sandbox, if you trust your learners: --no-sandbox", 1)
    except KeyboardInterrupt:
        fail("interrupted; what was graded is recorded. Run it again to go on.", 130)
    raise typer.Exit(1 if failed else 0)


def _watch(batch, chapter, course, as_json, verbose, **options):
    """Grade and show progress on stderr; whether anything failed."""
    from collections import Counter

    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as Remaining

    console, counts, rows, notable = Console(stderr=True), Counter(), [], []
    rate = TextColumn("{task.fields[rate]}")
    columns = (TextColumn(chapter), BarColumn(), MofNCompleteColumn(), rate, Remaining())
    quiet = not console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=quiet) as progress:
        task = progress.add_task(chapter, total=None, rate="")
        options["on_start"] = lambda total: progress.update(task, total=total)
        for graded in batch.grade_each(chapter, course, **options):
            counts[graded.status] += 1
            speed = progress.tasks[0].finished_speed or progress.tasks[0].speed
            shown = f"{speed:.1f}/s" if speed else ""
            progress.update(task, advance=1, rate=shown)
            if as_json:
                rows.append(graded.to_dict())
            if verbose:
                console.print(_line(graded), markup=False, highlight=False, soft_wrap=True)
            elif graded.status in ("failed", "unreadable"):
                notable.append(_line(graded))
    if as_json:
        rows.sort(key=lambda row: row["student"])
        json.dump(rows, sys.stdout, indent=1)
        typer.echo("")
    for line in notable[:20]:
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    typer.echo(_closing(chapter, counts), err=as_json)
    if sum(counts.values()):
        for line in _left(chapter, course):
            typer.echo(line, err=as_json)
    return counts["failed"]


def _left(chapter, course):
    """What is left for a person, who is missing, who was late."""
    from . import nbgrader_light
    from .book import class_list
    from .book.gradebook import open_gradebook

    api = nbgrader_light.api()
    with nbgrader_light.with_alembic():
        book = open_gradebook(api, course, create=False)
    with book:
        register = class_list.register(book, course, chapter)
        waiting = [s for s in book.assignment_submissions(chapter) if s.needs_manual_grade]
        yield from class_list.closing(register, len(waiting))


def _line(graded):
    parts = [f"{graded.student:20} {graded.score:g}/{graded.max_score:g}"]
    if graded.status != "graded":
        parts.append(graded.status)
    parts += [f"{name}: {mistake}" for name, mistake in graded.mistakes.items()]
    return "  ".join([*parts, *graded.notes[:2]])


def _closing(chapter, counts):
    total = sum(counts.values())
    if not total:
        return f"{chapter}: nobody has handed in anything yet (submitted/STUDENT/{chapter}/)."
    words = {
        "graded": "graded",
        "skipped": "not changed since they were graded",
        "unreadable": "unreadable and graded 0",
        "failed": "not graded: a person has to look",
    }
    told = ", ".join(f"{counts[key]} {word}" for key, word in words.items() if counts[key])
    return f"{chapter}: {total} submission{'s' * (total > 1)}: {told}."


def collect(
    chapter: Annotated[str, typer.Argument(help="Such as 03_two_pass_mlp.")],
    file: Annotated[Path, typer.Argument(help="The ZIP that the LMS made.")],
    course: CourseOption = Path("."),
    who: Annotated[
        Path | None,
        typer.Option(
            metavar="CSV", help="Two columns: as the LMS writes a learner, and the student id."
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
    from .course import Course

    def work():
        from .lms import collect as module

        given = module.read_given(who) if who else None
        return module.collect(Course.at(course), chapter, file, given, dry_run)

    found = _guarded(work)
    from .lms.told import told

    for line in told(found, chapter, dry_run):
        typer.echo(line)
    raise typer.Exit(1 if found.unmatched else 0)


def insights(
    chapter: Annotated[str, typer.Argument(help="A chapter that has been graded.")],
    course: CourseOption = Path("."),
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a page with charts to this file.")
    ] = None,
    comment: Annotated[
        tuple[str, str],
        typer.Option(
            metavar="KEY TEXT",
            help="Say TEXT to all whose answers are of group KEY, from the next grading on; an "
            "empty text takes it back.",
        ),
    ] = ("", ""),
    db: DbOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the insights as JSON.")] = False,
):
    """What the class understood: who passed what, which mistakes were made and by whom.

    The names of mistakes are those of the reports that learners see. Use it to choose what to
    explain again: a mistake that a third of the class makes is a sentence missing in a lecture.
    A mistake counts once: where it only carries over into another exercise, that is said. Who is
    missing, late or at risk is named; with a file sections.csv (student id, section) in the course,
    sections are told apart.
    """
    from .course import Course

    if comment[0]:
        _comment(course, chapter, *comment)
        return

    def work():
        from .book import insights as module

        return module.collect(Course.at(course, db), chapter)

    found = _guarded(work)
    if html is not None:
        from .book.insights_page import page

        _write(html, page(found))
    if as_json:
        typer.echo(json.dumps(found.to_dict(), indent=1))
        return
    from rich.console import Console

    from .book.insights import table

    Console().print(table(found), highlight=False)
    if html is not None:
        typer.echo(f"wrote {html}")


def _comment(folder, chapter, key, text):
    from .book import groups
    from .course import Course

    place = _guarded(lambda: Course.at(folder))
    _guarded(lambda: place.notebook_name(chapter))
    groups.write_comment(place, key, text)
    typer.echo(f"{key}: {'your comment is kept' if text.strip() else 'no comment any more'}.")
    typer.echo(f"next: bplab grade {chapter}, then feedback: nbgrader generate_feedback --force")


def similar(
    chapter: Annotated[str, typer.Argument(help="A chapter that has been graded.")],
    course: CourseOption = Path("."),
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a page, side by side, to this file.")
    ] = None,
):
    """Pairs of submissions that are more alike than the exercise explains.

    The released text, the reference, and what a third of the class writes are taken away first;
    renamed variables and other comments do not hide a copy. A pair is a question to two people,
    not a finding: read the page before you ask.
    """
    from .course import Course

    def work():
        from .book import similarity

        return similarity.collect(Course.at(course), chapter)

    found = _guarded(work)
    if html is not None:
        from .book.similarity_page import page

        _write(html, page(found))
        typer.echo(f"wrote {html}")
    for pair in found.pairs[:20]:
        cells = ", ".join(sorted(pair.cells, key=lambda cell: -pair.cells[cell])[:4])
        typer.echo(f"{pair.first} and {pair.second}: {pair.alike:.0%} of their own, in {cells}")
    if not found.pairs:
        typer.echo(f"{found.learners} submissions, and no pair is more alike than it explains.")


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
    course: CourseOption = Path("."),
    db: DbOption = None,
):
    """Write the grades as a file that an LMS or a spreadsheet imports.

    The surest way: export the gradebook there (Canvas: Grades > Export; Moodle: the grading
    worksheet; Brightspace and Blackboard: export or work offline), name that file with --like, and
    import what comes out: columns and learners are then the system's own. Without it, new columns
    named after the chapters are made. exercises: a row a learner, a column an exercise; csv:
    nbgrader's own columns.
    """
    from ..exercises import nearest
    from .course import Course
    from .lms.formats import FORMATS, ONE_CHAPTER

    if to not in FORMATS:
        fail(f"there is no export to {to!r}.{nearest(to, FORMATS)}")
    pairs = [item.partition("=") for item in column or []]
    if any(not equals for _, equals, _ in pairs) or (pairs and like is None):
        fail("--column takes CHAPTER=COLUMN, and goes with --like FILE.")
    if send:
        _send(send, item, to, chapter or [], course, db)
        return

    def work():
        from .book import grades as module
        from .lms import collect, fill, formats, sheets

        place = Course.at(course, db)
        grades = module.collect(place, chapter or None)
        if to in ONE_CHAPTER and len(grades.points) != 1:
            fail(f"a file of {to} holds one item: name one chapter.")
        if like is None:
            return grades, sheets.Sheet(formats.rows(grades, to)), None
        ids = {name: collect.read_ids(place, name) for name in grades.points}
        columns = {name.strip(): title.strip() for name, _, title in pairs}
        done = fill.fill(grades, to, sheets.read(like), columns, ids)
        return grades, done.sheet, done

    grades, sheet, done = _guarded(work)
    from .lms.sheets import written

    text = written(sheet.rows, sheet.delimiter)
    if output is None:
        sys.stdout.write(text)
    else:
        _write(output, text, newline="", encoding=sheet.encoding)
        typer.echo(f"wrote {output}: {len(grades.students)} students")
    if done is not None:
        for name, heading in done.columns.items():
            typer.echo(f"bplab: {name} is in the column {heading!r}", err=True)
        if done.missing:
            typer.echo(f"bplab: graded, but in no row there: {', '.join(done.missing)}", err=True)
        if done.unknown:
            typer.echo(f"bplab: {done.unknown} rows there are nobody's in the gradebook", err=True)
    if grades.unsettled:
        typer.echo(
            f"bplab: {grades.unsettled} submissions still wait for a person's grade.", err=True
        )


def _send(url, item, to, chapters, folder, db):
    """Straight into Canvas."""
    from .course import Course

    if to != "canvas" or len(chapters) != 1:
        fail("--send goes to canvas, one chapter at a time.")

    def work():
        from .book import grades as module
        from .lms import canvas

        place = Course.at(folder, db)
        return canvas.send(place, module.collect(place, chapters), url, item)

    sent = _guarded(work)
    typer.echo(f"{chapters[0]}: {sent.scores} scores and {sent.files} feedback pages sent.")
    for words, names in (
        ("without a number in Canvas (collect its download, or set lms_user_id)", sent.unknown),
        ("still wait for a person's grade, and were not sent", sent.waiting),
        ("not taken", [f"{student} ({why})" for student, why in sent.refused]),
    ):
        if names:
            typer.echo(f"  {len(names)} {words}: {', '.join(names[:8])}")
    raise typer.Exit(1 if sent.refused or sent.unknown else 0)


def _write(path, text, newline=None, encoding="utf-8"):
    """Write a file whole or not at all."""
    import os
    import tempfile

    try:
        handle, part = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        with os.fdopen(handle, "w", encoding=encoding, newline=newline) as file:
            file.write(text)
        os.chmod(part, 0o644)
        os.replace(part, path)
    except OSError as error:
        fail(f"cannot write {path}: {error.strerror}.")


def register(app, panel="For instructors"):
    """Add the commands to a Typer app."""
    for command in (course, collect, grade, insights, similar, export):
        app.command(rich_help_panel=panel)(command)
