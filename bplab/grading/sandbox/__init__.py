"""Our side of the wall around learners' code. `inside/` is the other side."""

from bplab.grading.sandbox.runs import Gate, Sandbox, available
from bplab.grading.sandbox.terms import SENTENCES, Cell, CellResult, Fault, Limits, RunResult
from bplab.grading.sandbox.warm import SandboxError

__all__ = [
    "SENTENCES",
    "Cell",
    "CellResult",
    "Fault",
    "Gate",
    "Limits",
    "RunResult",
    "Sandbox",
    "SandboxError",
    "available",
]
