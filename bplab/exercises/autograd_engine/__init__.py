"""Chapter 2b: an engine that differentiates."""

from bplab.exercises.autograd_engine import (  # noqa: F401
    value_backward,
    value_cut_off,
    value_formulas,
    value_numbers,
    value_operations,
    value_passes,
    value_readings,
    value_rebuilt,
)
from bplab.exercises.autograd_engine.value import Value

EXERCISES = (Value,)
