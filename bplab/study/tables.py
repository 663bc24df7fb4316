"""What the learner's commands print."""

from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from bplab.exam.report import RUNGS
from bplab.study.progress import NOT_RUN, NOT_YET, PASSED

MARKS = {PASSED: ("✓", "green"), NOT_YET: ("✗", "red"), NOT_RUN: ("·", "dim")}


@contextmanager
def bar(title):
    """A progress bar, where there is a terminal; yields `advance(done, total)`."""
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("cells"),
        TimeElapsedColumn(),
    )
    silent = not console.is_terminal  # in a log a bar leaves an empty line
    with Progress(*columns, console=console, transient=True, disable=silent) as progress:
        task = progress.add_task(title, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


def results(title, found, hints=0):
    """One line an exercise: passed, or the first thing that went wrong, and hints if asked for."""
    console = Console()
    passed = sum(result.state == PASSED for result in found)
    console.print(Text(f"{title}: {passed} of {len(found)} exercises pass", style="bold"))
    for result in found:
        mark, style = MARKS[result.state]
        console.print(Text(f"  {mark} {result.exercise}{_stub(result)}", style=style))
        if result.state == NOT_YET and not _stub(result):
            lines = result.message.splitlines()
            shown = [lines[0]] + [line for line in lines[1:] if _rung(line) <= hints]
            for line in shown:
                console.print(Text(f"      {line.strip()}"), soft_wrap=True)


def _stub(result):
    """What is said in place of a message where nothing was written."""
    return ": not written yet" if "is not written yet: it still raises" in result.message else ""


def _rung(line):
    """Which hint a line of a report is, counted from the headline's first; 99 if it is none."""
    title = line.strip().partition(":")[0]
    return RUNGS.index(title) + 1 if title in RUNGS else 99


def overview(found):
    """A table of chapters: exercises passed, not yet, not run, and points."""
    table = Table(title="Your progress", title_justify="left")
    table.add_column("chapter")
    for name in (PASSED, NOT_YET, NOT_RUN, "points"):
        table.add_column(name, justify="right")
    for path, chapter in found.items():
        if not chapter:
            continue
        count = [sum(result.state == state for result in chapter) for state in MARKS]
        earned = sum(result.points for result in chapter if result.state == PASSED)
        total = sum(result.points for result in chapter)
        table.add_row(path.stem, *map(str, count), f"{earned:g} of {total:g}")
    Console().print(table)


def due(found, today):
    """What is to be done again, longest overdue first."""
    console = Console()
    if not found:
        return
    console.print(Text("\nDue again, on a new paper:", style="bold"))
    for one in found[:8]:
        ago = (today - one.last).days
        times = "once" if one.passes == 1 else f"on {one.passes} days"
        console.print(
            Text(f"  {one.exercise}: passed {times}, last {ago} days ago.  "),
            Text(f"bplab again {one.exercise}", style="cyan"),
        )
    if len(found) > 8:
        console.print(f"  and {len(found) - 8} more")
