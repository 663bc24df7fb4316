"""Tables of what an exercise must accept and what it must tell: one module for each exercise.

`tests/exercises/<chapter folder>/<exercise>.py` holds

    ACCEPTED = [function, ...]          right solutions, written differently
    TOLD = [(function, *words), ...]    wrong ones; each of `words` is the name of the mistake that
                                        is told, or text that the card must hold
    NOT_SAID = [(function, *words), ...]  wrong ones whose card must not hold any of `words`

A module whose file is not named like its exercise says so: EXERCISE = "Value".
"""

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

HERE = Path(__file__).parent


@dataclass
class Row:
    """One line of a table."""

    exercise: str
    solution: object
    words: tuple = ()

    def __str__(self):
        name = getattr(self.solution, "__name__", "")
        return f"{self.exercise}-{name}".replace("<lambda>", "lambda")


def modules():
    """(exercise, module) of every table, in the order of the files."""
    for path in sorted(HERE.glob("*/*.py")):
        if path.stem.startswith(("test_", "_")):
            continue
        module = import_module(".".join(["tests.exercises", path.parent.name, path.stem]))
        if any(hasattr(module, name) for name in ("ACCEPTED", "TOLD", "NOT_SAID")):
            yield getattr(module, "EXERCISE", path.stem), module


def rows(kind):
    """All rows of one kind: "ACCEPTED", "TOLD" or "NOT_SAID"."""
    return [
        Row(exercise, *((entry,) if callable(entry) else (entry[0], tuple(entry[1:]))))
        for exercise, module in modules()
        for entry in getattr(module, kind, ())
    ]
