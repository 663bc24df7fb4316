"""What the authors' commands print."""

import inspect
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bplab.authors.trying import not_refused
from bplab.exam.diagnosis.cleared import in_general
from bplab.exam.diagnosis.general import GENERAL


def trials(exercise, found, cards=False):
    """A row for each mistake tried; with `cards`, what a learner reads too."""
    console = Console()
    table = Table(title=f"{exercise.name}: {_count(found)} tried", title_justify="left")
    for name in ("", "mistake", "refused", "called", "takes the name of", "without its name"):
        table.add_column(name, overflow="fold")
    for trial in found:
        called = ", ".join(
            slug if count == trial.papers else f"{slug} ({count})"
            for slug, count in trial.told.items()
        )
        table.add_row(
            Text("✓", "green") if trial.good else Text("✗", "red"),
            trial.name,
            f"{trial.refused} of {trial.papers}",
            "by its name" if trial.by_name else Text(called, "red"),
            Text(", ".join(trial.shadows), "red"),
            trial.without[0],
        )
    console.print(table)
    for trial in found:
        for sentence in advice(trial):
            console.print(Text(f"✗ {sentence}", "red"))
        if cards:
            console.print(Text(f"\n{trial.card}"), soft_wrap=True)
            console.print(Text(f"Without its name: {trial.without[1]}", "dim"), soft_wrap=True)
    if found and all(trial.good for trial in found):
        console.print("Each is refused on every paper and called by its own name.")


def _count(found):
    return "1 named mistake" if len(found) == 1 else f"{len(found)} named mistakes"


def advice(trial):
    """What to do about a trial that is not good, a sentence each."""
    passes = not_refused(trial.name, trial.refused, trial.papers)
    if passes:
        yield passes
    if trial.unheard:
        yield trial.unheard
    for slug in trial.told:
        if slug in GENERAL:
            yield (
                f'{trial.name} is called {slug}: say when="{slug}" if it stands for that, else '
                "mend its function."
            )
        elif slug not in (trial.name, "passed"):
            yield (
                f"{trial.name} is called {slug}: the two give the same answers. Make one entry of "
                "them, or put the one that should speak first."
            )
    for name in trial.shadows:
        yield (
            f"{name} is now called {trial.name}: the two give the same answers. Make one entry of "
            "them, or let the rarer one go."
        )


def explained(exercise, mistake, report):
    """What a learner reads who makes this mistake, and where it is written."""
    console = Console()
    home = _home(mistake)
    console.print(Text(f"{exercise.name}/{mistake.name}", "bold"), Text(home, "dim"))
    if report is None:
        for line in (in_general(mistake.observed), mistake.look, mistake.derive):
            console.print(Text(f"  {line}"), soft_wrap=True)
        return
    console.print(Text(str(report)), soft_wrap=True)
    console.print()


def _home(mistake):
    try:
        function = inspect.unwrap(mistake.solution)
        lines, start = inspect.getsourcelines(function)
        return f"{Path(inspect.getsourcefile(function)).name}, line {start}"
    except (TypeError, OSError):
        return ""
