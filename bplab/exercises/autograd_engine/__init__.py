"""Chapter 2b: an engine that differentiates."""

from bplab.exercises.autograd_engine import value_backward, value_operations  # noqa: F401
from bplab.exercises.autograd_engine.value import Value

EXERCISES = (Value,)
