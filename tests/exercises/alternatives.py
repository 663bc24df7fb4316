"""Correct solutions written differently, by exercise; each must pass.

They stand in the tables (see `tables`), and, for chapters that have none yet, in
`alternatives_*.py`, each with an ALTERNATIVES dict.
"""

from importlib import import_module

from tests.exercises.tables import HERE, rows

ALTERNATIVES = {}
for path in sorted(HERE.glob("alternatives_*.py")):
    ALTERNATIVES.update(import_module(f"tests.exercises.{path.stem}").ALTERNATIVES)
for row in rows("ACCEPTED"):
    ALTERNATIVES.setdefault(row.exercise, []).append(row.solution)
