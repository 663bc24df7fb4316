"""The command line, `bplab`. Commands import what they need when they run."""

import json
import os
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from bplab import __version__
from bplab.grading import commands
from bplab.grading.commands import fail, guarded

app = typer.Typer(
    name="bplab",
    help="Learn backpropagation by writing it, and grade a class that does.\n\n"
    "Alone: `bplab study`, then open the folder in JupyterLab. "
    "With a class: `bplab course my-course`, then `bplab grade 01_single_neuron`. "
    "To see everything at work on a simulated class: `bplab demo`.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
)
LEARN, TEACH, WRITE = "For learners", "For instructors", "For authors"


def needs(extra, name):
    """Leave, naming the extra that brings a missing package."""
    fail(f"this needs {name}; install it with: pip install 'bplab[{extra}]'")


@app.callback(invoke_without_command=True)
def top(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and leave.")
    ] = False,
):
    if version:
        typer.echo(__version__)
        raise typer.Exit
    try:
        os.getcwd()
    except OSError:
        fail("the folder you stand in is gone. Go to one that is there, and run the command again.")


@app.command(rich_help_panel=LEARN)
def study(
    folder: Annotated[Path, typer.Argument(help="Where your notebooks go.")] = Path("study"),
):
    """Write the chapters into a folder to study in.

    A notebook that is there already is kept as it is, so it is safe to run again after an
    update: only missing chapters are added.
    """
    from bplab.study.workspace import StudyError, make_workspace

    try:
        done = make_workspace(folder)
    except StudyError as error:
        fail(error)
    except OSError as error:
        fail(f"cannot write to {folder} ({error.strerror}); name another folder.")
    for path in done.written:
        typer.echo(f"wrote  {path}")
    for path in done.kept:
        typer.echo(f"kept   {path} (yours)")
    if find_spec("jupyterlab") is None:
        typer.echo("\nTo open them you need JupyterLab:  pip install 'bplab[study]'")
    typer.echo(f"\nStart here:  jupyter lab {folder}/00_start_here.ipynb")


@app.command(rich_help_panel=LEARN)
def check(
    paths: Annotated[list[Path], typer.Argument(help="Notebooks, folders of them, or patterns.")],
    hints: Annotated[int, typer.Option(min=0, max=3, help="How many hints to show.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print the results as JSON.")] = False,
):
    """Run notebooks from top to bottom and say which exercises pass.

    The files are only read. Their code runs on this machine with your rights, as it does in
    Jupyter: for notebooks of people you do not know there is `bplab grade`, which has a sandbox.
    Exit code 0 if every exercise passes, 1 if one does not, 2 if there was nothing to check.
    """
    try:
        from bplab.study import progress, running, tables
    except ImportError as error:
        needs("study", error.name)
    rows, short, checked = [], False, 0
    try:
        todo = running.notebooks(paths)
    except progress.StudyError as error:
        fail(error)
    for path in todo:
        try:
            if not running.has_checks(path):
                if len(todo) > 1 and not as_json:
                    typer.echo(f"{path.name}: nothing to check in it")
                continue
            with tables.bar(f"{path.name}") as advance:
                results = running.run(path, advance)
        except progress.StudyError as error:
            if len(todo) == 1:
                fail(error)
            typer.echo(f"bplab: {error}", err=True)  # the others are checked all the same
            short, checked = True, checked + 1
            continue
        except ImportError as error:
            needs("study", error.name)
        checked += 1
        short = short or any(result.state != progress.PASSED for result in results)
        rows += [{"notebook": str(path), **vars(result)} for result in results]
        if not as_json:
            tables.results(path.name, results, hints)
    if not checked:
        fail(f"{', '.join(map(str, todo[:3]))} has no checks in it; name a chapter's notebook.")
    if as_json:
        typer.echo(json.dumps(rows, indent=1))
    raise typer.Exit(1 if short else 0)


@app.command(rich_help_panel=LEARN)
def progress(
    folder: Annotated[
        Path | None, typer.Argument(help="Your study folder. Default: this one, or study.")
    ] = None,
):
    """Show how far you are, by the checks in your saved notebooks, and what is due again.

    Nothing is run. An exercise that you passed is due again after a day, then three, a week, three
    weeks, two months: `bplab again NAME` sets it on a new paper.
    """
    from datetime import date

    from bplab.study import journal, tables
    from bplab.study import progress as reader

    folder = folder or _study_folder()
    try:
        found = reader.folder_progress(folder)
    except reader.StudyError as error:
        fail(error)
    tables.overview(found)
    tables.due(journal.due(folder), date.today())


@app.command(rich_help_panel=LEARN)
def again(
    name: Annotated[
        str | None, typer.Argument(help="An exercise. Default: the one that is longest due.")
    ] = None,
    folder: Annotated[
        Path | None, typer.Option(help="Your study folder. Default: this one, or study.")
    ] = None,
):
    """Set an exercise once more: its text, an empty cell, a check on a new paper.

    Writes again/NAME-DAY.ipynb into your study folder. What you wrote before stays as it is.
    """
    from bplab.exercises import UnknownName
    from bplab.study import journal
    from bplab.study.again import set_again
    from bplab.study.workspace import StudyError

    folder = folder or _study_folder()
    if name is None:
        due = journal.due(folder)
        if not due:
            fail("nothing is due again today. Name an exercise to do one all the same.", 1)
        name = due[0].exercise
    try:
        path, new = set_again(name, folder)
    except (StudyError, UnknownName) as error:
        fail(error)
    except OSError as error:
        fail(f"cannot write to {folder} ({error.strerror}).")
    typer.echo(f"{'wrote ' if new else 'kept  '} {path}{'' if new else ' (yours, of today)'}")
    typer.echo(f"open it:  jupyter lab {path}")


@app.command(rich_help_panel=LEARN)
def solved(
    chapter: Annotated[str, typer.Argument(help="Such as 03 or 03_two_pass_mlp.")],
    folder: Annotated[
        Path | None, typer.Option(help="Your study folder. Default: this one, or study.")
    ] = None,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Also before all checks have passed.")
    ] = False,
):
    """Write a chapter with its answers in, to be compared with yours.

    It goes to solved/ in your study folder; your own notebook stays as it is. Which checks have
    passed is read from your saved notebook. Exit code 1 if some have not.
    """
    from bplab.study.solved import chapter_named, still_open, write_solved
    from bplab.study.workspace import StudyError

    folder = folder or _study_folder()
    try:
        chapter = chapter_named(chapter)
        missing = [] if anyway else still_open(chapter, folder)
        if missing:
            few = f"{', '.join(missing[:3])}{' and others' if len(missing) > 3 else ''}"
            number = chapter.split("_")[0]
            fail(
                f"{len(missing)} of the checks of {chapter} have not passed in your saved notebook "
                f"({few}). An answer tells more once you have one of your own to lay beside it. "
                f"To read it now all the same: bplab solved {number} --anyway",
                code=1,
            )
        path, new = write_solved(chapter, folder)
    except StudyError as error:
        fail(error)
    except OSError as error:
        fail(f"cannot write to {folder} ({error.strerror}).")
    typer.echo(f"{'wrote ' if new else 'kept  '} {path}")
    typer.echo(f"open it:  jupyter lab {path}, then Run > Run All Cells")


@app.command(rich_help_panel=TEACH)
def site(
    folder: Annotated[Path, typer.Argument(help="Where the site goes: a new folder.")],
    exercise: Annotated[
        str | None, typer.Option(help="Only the page of this exercise, to be embedded.")
    ] = None,
    offline: Annotated[
        bool, typer.Option("--offline", help="With Python inside the folder (no matplotlib).")
    ] = False,
    python: Annotated[
        Path | None, typer.Option(help="Interpreter of the environment that has JupyterLite.")
    ] = None,
):
    """Build the course as a static web page: every chapter and check, nothing to install.

    Put the folder on any web server. Python runs in the learner's browser, by Pyodide from its
    usual place, or with --offline from the folder itself.
    """
    from bplab.exercises import UnknownName
    from bplab.study.site import build_site
    from bplab.study.workspace import StudyError

    try:
        size = build_site(folder, exercise, offline, python)
    except (StudyError, UnknownName) as error:
        fail(error)
    except OSError as error:
        fail(f"cannot write to {folder} ({error.strerror}).")
    typer.echo(f"wrote  {folder}, {size / 2**20:.0f} MB")
    if exercise:
        typer.echo(f'embed it:  <iframe src="ADDRESS/{folder.name}/index.html" ...></iframe>')
    typer.echo(f"look at it:  python -m http.server --directory {folder} 8000")


def _study_folder():
    """Where the chapters are: here, or in `study` below."""
    here = Path(".")
    return here if any(here.glob("[0-9][0-9]*_*.ipynb")) else Path("study")


@app.command(rich_help_panel=TEACH)
def demo(
    keep: Annotated[
        Path | None, typer.Option(help="Keep the course in this new folder and look around in it.")
    ] = None,
    jobs: Annotated[int | None, typer.Option(min=1, help="Submissions graded at a time.")] = None,
    no_sandbox: Annotated[
        bool, typer.Option("--no-sandbox", help="Run without isolation, where there is none.")
    ] = False,
):
    """Take a small simulated class through the whole cycle.

    Makes a course, releases its chapters, hands in the work of a class (solved, untouched, real
    mistakes, a syntax error, a damaged file, an endless loop), grades it, writes feedback, and
    prints who got what, and why.
    """
    for name in ("ipykernel", "nbgrader"):  # looked for, not imported: that takes seconds
        if find_spec(name) is None:
            needs("grading", name)
    from bplab.grading.demo import run

    run(keep, jobs=jobs, isolate=not no_sandbox, fail=fail)


def of_course(folder):
    from bplab.grading.course import Course
    from bplab.grading.which import folder_meant, graders

    meant, _ = folder_meant()
    here = Course.at(folder)
    if meant not in (here.root, Path.cwd().resolve()):
        told = f"without --course, bplab and nbgrader take {meant}, which is another course"
        return [*graders(here), (False, told)]
    return list(graders(here))


@app.command(rich_help_panel=TEACH)
def doctor(
    course: Annotated[
        Path | None,
        typer.Option(help="Also say of this course which grader each way of grading uses."),
    ] = None,
):
    """Say what works on this machine, and what to install for the rest.

    With --course also: which folder is meant, and which grader is at work behind `bplab grade`,
    `nbgrader autograde` and the formgrader's button. Exit code 0 if all is well, 1 if not.
    """
    from bplab.grading.doctor import findings

    found = list(findings())
    if course is not None:
        found += guarded(lambda: of_course(course))
    missing = False
    for good, sentence in found:
        missing = missing or not good
        typer.echo(f"{'✓' if good else '✗'} {sentence}")
    raise typer.Exit(1 if missing else 0)


commands.register(app, TEACH)


@app.command("try", rich_help_panel=WRITE)
def try_out(
    name: Annotated[str, typer.Argument(help="An exercise, or a file NAME.py that holds one.")],
    mistake: Annotated[
        Path | None,
        typer.Option(help="A file with new entries: @NAME.mistake(...) over a wrong solution."),
    ] = None,
    only: Annotated[
        str | None, typer.Option(help="Try this named mistake alone, and show its card.")
    ] = None,
    papers: Annotated[int, typer.Option(min=1, help="Papers that each one sits.")] = 20,
):
    """Try an exercise: does the reference pass, is each named mistake refused and called by name?

    For each mistake: on how many papers it fails, under which name, which other mistakes it takes
    the name from, and what the engine would say if it had no name. Exit code 0 if all is well, 1
    if something is not.
    """
    from bplab.authors import settings, tables, trying
    from bplab.exercises import UnknownName, nearest
    from bplab.exercises.own import OwnExerciseError, added_to

    try:
        with trying.loud():
            exercise = trying.exercise_of(name)
            added = added_to(exercise) if name.endswith(".py") else []
            names = [only] if only else added or None
            if mistake is not None:
                names = trying.add_mistakes(exercise, mistake)
            if only and only not in exercise.mistakes:
                alike = nearest(only, exercise.mistakes)
                raise trying.AuthoringError(f"{exercise.name} has no mistake {only!r}.{alike}")
            home = Path(name).parent if name.endswith(".py") else None
            for slip in settings.slips(exercise, home):
                raise trying.AuthoringError(slip)
            broken = trying.reference_passes(exercise, papers)
            trials = [] if broken else trying.tried(exercise, names, papers)
    except (trying.AuthoringError, UnknownName, OwnExerciseError) as error:
        fail(error)
    if broken is not None:
        fail(f"the reference itself does not pass: {broken}", code=1)
    tables.trials(exercise, trials, cards=bool(only or mistake))
    if name.endswith(".py") and not added:
        from bplab.grading import references

        if told := references.why_not(exercise):
            typer.echo(f"\nNote: {told}")
    raise typer.Exit(0 if all(trial.good for trial in trials) else 1)


@app.command(rich_help_panel=WRITE)
def explain(
    mistake: Annotated[str, typer.Argument(help="Such as bias-averaged, or sigmoid/overflow.")],
):
    """Show what a learner reads who makes a named mistake, and where it is written."""
    from bplab.authors import tables, trying
    from bplab.exercises import UnknownName

    try:
        with trying.loud():
            found = trying.entries(mistake)
    except (trying.AuthoringError, UnknownName) as error:
        fail(error)
    for exercise, entry in found:
        tables.explained(exercise, entry, trying.report_on(exercise, entry))
