"""The exam machine: draw a paper, sit it, mark it.

An exercise needs no more than `from bplab.exam import Exercise, Case, Fault, number, ...`.

`wire`, `sitting` and `probes` run where the learner's code runs and hold no answers;
`paper`, `exercise`, `marking` and `diagnosis` run where the reference lives and never run
learner's code.
"""

from importlib import import_module

_HOME = {
    "Case": "paper",
    "made": "exercise",
    "maker": "exercise",
    "Exercise": "exercise",
    "Paper": "paper",
    "Fault": "report",
    "Report": "report",
    "CheckFailed": "report",
    "Known": "wire",
    "Rng": "wire",
    "sit": "sitting",
    "close": "compare",
    "Length": "diagnosis.givens",
    "number": "diagnosis.words",
    "plain_formula": "diagnosis.factors",
}
__all__ = list(_HOME)


def __getattr__(name):
    if name in _HOME:
        return getattr(import_module(f"bplab.exam.{_HOME[name]}"), name)
    raise AttributeError(f"module 'bplab.exam' has no attribute {name!r}")
