"""A learner's journal: when which check was passed, and what is due again.

`bplab study` puts a folder `.bplab` among the notebooks; `check` adds a line to the journal in it.
It stays on the learner's machine, and nothing is graded by it.
"""

import json
import os
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

FOLDER, FILE = ".bplab", "journal.jsonl"
SOLVED = "solved"  # solved chapters go here; what passes in them is not the learner's
# Days from a pass to the next time, by how often it was passed on days of their own: each is
# somewhat more than double the one before, as spaced practice goes.
GAPS = (1, 3, 7, 21, 60)
_MAX_BYTES = 8 * 2**20


@dataclass(frozen=True)
class Standing:
    """One exercise in the journal.

    passes : on how many days it was passed
    last : day of the last pass
    due : day on which it should be done again
    """

    exercise: str
    passes: int
    last: date
    due: date


def home(folder="."):
    """The journal of the notebooks in `folder` or the folder above it; None if there is none."""
    here = Path(folder).resolve()
    if here.name == SOLVED:
        return None
    for place in (here, here.parent):
        if (place / FOLDER).is_dir():
            return place / FOLDER / FILE
    return None


def begin(folder):
    """Make the journal of a study folder."""
    (Path(folder) / FOLDER).mkdir(parents=True, exist_ok=True)


def note(report, folder=".", now=None):
    """Add what a check found. Never raises: a lesson goes on without its journal."""
    try:
        path = home(folder)
        if path is None:
            return
        entry = {
            "time": (now or datetime.now()).isoformat(timespec="seconds"),
            "exercise": report.exercise,
            "passed": report.passed,
            "mistake": report.mistake,
        }
        with open(path, "a", encoding="utf-8") as file:
            file.write(json.dumps(entry) + os.linesep)
    except (OSError, ValueError, TypeError, RuntimeError):
        return


def entries(folder="."):
    """The journal's entries, oldest first; lines that cannot be read are left out."""
    path = home(folder)
    if path is None or not path.is_file() or path.stat().st_size > _MAX_BYTES:
        return []
    found = []
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            entry = json.loads(line)
            entry["day"] = datetime.fromisoformat(entry["time"]).date()
            found.append(entry | {"exercise": str(entry["exercise"])})
        except (ValueError, KeyError, TypeError):
            continue
    return found


def standings(folder="."):
    """{exercise: Standing} of what was passed at least once."""
    days = {}
    for entry in entries(folder):
        if entry.get("passed") is True:
            days.setdefault(entry["exercise"], set()).add(entry["day"])
    found = {}
    for exercise, passed in days.items():
        gap = GAPS[min(len(passed), len(GAPS)) - 1]
        last = max(passed)
        found[exercise] = Standing(exercise, len(passed), last, last + timedelta(days=gap))
    return found


def due(folder=".", today=None):
    """The Standings whose day has come, longest overdue first."""
    today = today or date.today()
    late = [one for one in standings(folder).values() if one.due <= today]
    return sorted(late, key=lambda one: (one.due, one.exercise))
