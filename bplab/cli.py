"""The command line, `bplab`. Commands import what they need when they run."""

from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from bplab import __version__
from bplab.grading import commands
from bplab.grading.commands import fail

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
    notebooks: Annotated[list[Path], typer.Argument(help="Notebooks of the course.")],
    hints: Annotated[int, typer.Option(min=0, max=3, help="How many hints to show.")] = 0,
):
    """Run notebooks from top to bottom and say which exercises pass.

    The files are only read. Exit code 0 if every exercise passes, 1 if one does not.
    """
    try:
        from bplab.study import progress, tables
    except ImportError as error:
        needs("study", error.name)
    short = False
    for path in notebooks:
        try:
            with tables.bar(f"{path.name}") as advance:
                results = progress.run(path, advance)
        except progress.StudyError as error:
            fail(error)
        except ImportError as error:
            needs("study", error.name)
        tables.results(path.name, results, hints)
        short = short or any(result.state != progress.PASSED for result in results)
    raise typer.Exit(1 if short else 0)


@app.command(rich_help_panel=LEARN)
def progress(
    folder: Annotated[Path, typer.Argument(help="Your study folder.")] = Path("study"),
):
    """Show how far you are, by the checks in your saved notebooks. Nothing is run."""
    from bplab.study import progress as reader
    from bplab.study import tables

    try:
        found = reader.folder_progress(folder)
    except reader.StudyError as error:
        fail(error)
    tables.overview(found)


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


@app.command(rich_help_panel=TEACH)
def doctor():
    """Say what works on this machine, and what to install for the rest.

    Exit code 0 if everything is there, 1 if something is missing.
    """
    from bplab.grading.doctor import findings

    missing = False
    for good, sentence in findings():
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
    from bplab.authors import tables, trying
    from bplab.exercises import UnknownName
    from bplab.exercises.own import OwnExerciseError

    try:
        exercise = trying.exercise_of(name)
        names = [only] if only else None
        if mistake is not None:
            names = trying.add_mistakes(exercise, mistake)
        if only and only not in exercise.mistakes:
            known = ", ".join(exercise.mistakes)
            fail(f"{exercise.name} has no mistake {only!r}; there are {known}.")
        broken = trying.reference_passes(exercise, papers)
    except (trying.AuthoringError, UnknownName, OwnExerciseError) as error:
        fail(error)
    if broken is not None:
        fail(f"the reference itself does not pass: {broken}", code=1)
    trials = trying.tried(exercise, names, papers)
    tables.trials(exercise, trials, cards=bool(only or mistake))
    raise typer.Exit(0 if all(trial.good for trial in trials) else 1)


@app.command(rich_help_panel=WRITE)
def explain(
    mistake: Annotated[str, typer.Argument(help="Such as bias-averaged, or sigmoid/one-plus.")],
):
    """Show what a learner reads who makes a named mistake, and where it is written."""
    from bplab.authors import tables, trying

    try:
        found = trying.entries(mistake)
    except trying.AuthoringError as error:
        fail(error)
    for exercise, entry in found:
        tables.explained(exercise, entry, trying.report_on(exercise, entry))


def main():
    """Entry point."""
    app()


if __name__ == "__main__":
    main()
