"""Chapter 3b: the textbook's version, unit by unit, and its rules for stopping."""

from bplab.exercises.textbook_units import (
    wrong_cases,  # noqa: F401
    wrong_loops,  # noqa: F401
)
from bplab.exercises.textbook_units.epoch_update import epoch_update
from bplab.exercises.textbook_units.per_unit_update import per_unit_update
from bplab.exercises.textbook_units.train_until import train_until

EXERCISES = (per_unit_update, epoch_update, train_until)
