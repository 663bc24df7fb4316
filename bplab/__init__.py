"""bplab: learn backpropagation by writing it, and have it marked.

>>> from bplab import check
>>> check(my_function)  # in a notebook: right, or which mistake it is
"""

from importlib import import_module

__version__ = "0.1.0"

_HOME = {
    "check": "bplab.study.check",
    "examine": "bplab.study.check",
    "CheckFailed": "bplab.exam.report",
    "Report": "bplab.exam.report",
}
_MODULES = ("data", "exam", "exercises", "grading", "nn", "study", "viz")

__all__ = ["check", "examine", "CheckFailed", "Report", *_MODULES]


def __getattr__(name):
    # Lazy, so that `import bplab` costs a learner nothing but NumPy.
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    if name in _MODULES:
        return import_module(f"bplab.{name}")
    raise AttributeError(f"module 'bplab' has no attribute {name!r}")


def __dir__():
    return sorted([*globals(), *__all__])
