"""The instructor's commands, for `bplab.cli` to register. Each imports what it needs when it runs.

Exit codes: 0 done; 1 something could not be graded; 2 wrong use.
"""

import gc
import json
from pathlib import Path
from typing import Annotated

import typer

from .options import CourseOption, DbOption, course_at, fail, guarded


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
    from . import which

    console = Console(stderr=True)
    with console.status("making the course") as status:
        chapters = guarded(
            lambda: courses.make(folder, lambda name: status.update(f"releasing {name}"))
        )
    typer.echo(f"made {folder} with {len(chapters)} chapters: {', '.join(chapters)}")
    for good, sentence in guarded(lambda: list(which.graders(courses.Course.at(folder)))):
        typer.echo(sentence if good else f"beware: {sentence}")
    typer.echo(f"next: read {folder / 'README.md'}; then: cd {folder} && bplab grade CHAPTER")


def grade(
    chapter: Annotated[str, typer.Argument(help="Such as 03_two_pass_mlp.")],
    course: CourseOption = None,
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
        typer.Option(metavar="ADDRESS", help="Run and mark submissions on this Dask cluster."),
    ] = None,
    tls: Annotated[
        tuple[str, str, str] | None,
        typer.Option(
            metavar="CA CERT KEY", help="Files for a Dask cluster at a tls:// address (PEM)."
        ),
    ] = None,
    insecure: Annotated[
        bool,
        typer.Option("--insecure", help="Speak to a Dask cluster elsewhere without TLS."),
    ] = False,
    accept_changes: Annotated[
        bool,
        typer.Option(
            "--accept-changes",
            help="Enter tests withdrawn, added or worth other points since somebody handed in.",
        ),
    ] = False,
    db: DbOption = None,
    watch: Annotated[
        bool,
        typer.Option("--watch", help="Stay, grade what arrives, write its feedback at once."),
    ] = False,
    collect: Annotated[
        bool,
        typer.Option("--collect", help="With --watch: fetch from nbgrader's exchange, too."),
    ] = False,
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
    from .sandbox import SandboxError, early

    if dask is None:
        early.begin(isolate=not no_sandbox)
    from . import batch

    def work():
        options = {"jobs": jobs, "students": student or None, "force": force, "dask": dask}
        options |= {"accept_changes": accept_changes, **_cluster(dask, tls, insecure)}
        place = course_at(course, db)
        if no_sandbox:
            typer.echo(UNPROTECTED, err=True)
        if watch:
            return _stay(chapter, place, jobs, not no_sandbox, collect)
        return _run(batch, chapter, place, as_json, verbose, isolate=not no_sandbox, **options)

    try:
        failed = guarded(work)
    except SandboxError as error:
        fail(f"{error} To grade without a sandbox, if you trust your learners: --no-sandbox", 1)
    except KeyboardInterrupt:
        fail("interrupted; what was graded is recorded. Run it again to go on.", 130)
    finally:
        early.end()
    raise typer.Exit(1 if failed else 0)


UNPROTECTED = (
    "bplab: no sandbox: learners' code runs with your rights. It can read and change your files, "
    "grades among them, and use the network."
)


def _cluster(dask, tls, insecure):
    """How to speak to a Dask cluster, where there is one."""
    if dask is None:
        return {}
    names = ("tls_ca_file", "tls_client_cert", "tls_client_key")
    return {"security": dict(zip(names, tls, strict=True)) if tls else None, "insecure": insecure}


def _run(batch, chapter, course, as_json, verbose, **options):
    """Grade and show progress on stderr; whether anything failed."""
    from collections import Counter

    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as Remaining

    from .book import leftover

    console, counts, rows, notable = Console(stderr=True), Counter(), [], []
    rate = TextColumn("{task.fields[rate]}")
    columns = (TextColumn(chapter), BarColumn(), MofNCompleteColumn(), rate, Remaining())
    quiet = not console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=quiet) as progress:
        task = progress.add_task(chapter, total=None, rate="")
        options["on_start"] = lambda total: (_all_loaded(), progress.update(task, total=total))
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
        typer.echo(json.dumps(rows, indent=1))
    for line in notable[:20]:
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    typer.echo(_closing(chapter, counts), err=as_json)
    for line in _left(chapter, course) if sum(counts.values()) else []:
        typer.echo(line, err=as_json)
    for line in (*leftover.closing(course, chapter), *_other_grader(course)):
        typer.echo(line, err=as_json)
    return counts["failed"]


def _all_loaded():
    """What is loaded stays: from now on nobody looks through it for what could go."""
    gc.freeze()
    gc.enable()


def _other_grader(course):
    """A sentence if nbgrader's own ways of grading would not use bplab here."""
    from . import which

    if not which.by_bplab(course.config):
        yield f"beware: {which.BY_NBGRADER}: {which.plain(course)}"


def _left(chapter, course):
    """What is left for a person, who is missing, who was late."""
    from . import nbgrader_light
    from .book import class_list
    from .book.gradebook import open_gradebook, read_results

    api = nbgrader_light.api()
    book = open_gradebook(api, course, create=False)
    with book:
        register = class_list.register(book, course, chapter)
        waiting = [s for s in book.assignment_submissions(chapter) if s.needs_manual_grade]
        yield from class_list.closing(register, len(waiting))
        results = read_results(book, chapter)
        yield from class_list.lacking(results)
        yield from class_list.strangers(results)
        yield from class_list.elsewhere(results, chapter)


def _stay(chapter, course, jobs, isolate, collect):
    """Grade what arrives until somebody ends it."""
    import threading
    import time

    from .watch import watch

    stop = threading.Event()
    waiting = f"{chapter}: waiting for submissions; end with Ctrl-C"
    arrived = watch(
        course,
        chapter,
        stop=stop,
        jobs=jobs,
        isolate=isolate,
        collect=collect,
        on_ready=lambda: (_all_loaded(), typer.echo(waiting)),
    )
    try:
        for graded in arrived:
            typer.echo(f"{time.strftime('%H:%M:%S')}  {_line(graded)}")
    except KeyboardInterrupt:
        typer.echo("ended; what was graded is recorded.")
    finally:
        stop.set()
        arrived.close()
    return 0


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


def register(app, panel="For instructors"):
    """Add the commands to a Typer app."""
    from .book.commands import insights, similar
    from .lms.commands import collect, export

    for command in (course, collect, grade, insights, similar, export):
        app.command(rich_help_panel=panel)(command)
