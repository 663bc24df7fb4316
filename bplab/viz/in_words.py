"""Pictures where there is no matplotlib: what they would show, in words.

Where it is missing (Python in a browser, say) the functions of viz run as they are, on axes that
draw nothing: numbers are worked out, alt text is written, drawings with a script of their own are
whole, and the others say what they would show.
"""

import functools
import sys
from contextlib import contextmanager
from importlib.util import find_spec
from types import ModuleType

import numpy as np

_MODULES = (
    "matplotlib matplotlib.figure matplotlib.patches matplotlib.path matplotlib.colors "
    "matplotlib.ticker matplotlib.collections matplotlib.lines matplotlib.cm matplotlib.text "
    "matplotlib.transforms matplotlib.patheffects matplotlib.pyplot matplotlib.legend_handler "
    "cycler PIL PIL.Image"
).split()


@functools.cache
def needed():
    """Whether there is no matplotlib here."""
    return find_spec("matplotlib") is None


class Nothing:
    """Stands for a figure and everything that hangs on it; whatever is asked of it is Nothing."""

    def __init__(self, name=""):
        self._name = name

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Nothing(name)

    def __call__(self, *arguments, **settings):
        if self._name in ("get_xlim", "get_ylim"):
            return 0.0, 1.0
        if self._name == "get_figwidth":
            return 7.8
        if self._name == "subplots":
            return _axes(*arguments, **settings)
        if self._name == "hist":
            return Nothing(), Nothing(), Nothing()
        return Nothing()

    def __iter__(self):
        yield Nothing()  # as in `(line,) = ax.plot(...)`

    def __getitem__(self, key):
        return Nothing()

    def __setitem__(self, key, value):
        pass

    def __len__(self):
        return 1


def _axes(nrows=1, ncols=1, squeeze=True, **settings):
    if squeeze and nrows == ncols == 1:
        return Nothing()
    axes = np.empty((nrows, ncols), dtype=object)
    axes[...] = Nothing()
    return axes.squeeze() if squeeze else axes


@contextmanager
def _blank():
    """Modules that draw nothing in the places of those that are missing, for the while."""
    put = []
    for name in _MODULES:
        if name not in sys.modules:
            module = ModuleType(name)
            module.__getattr__ = lambda attribute: Nothing(attribute)
            module.__path__ = []
            sys.modules[name] = module
            put.append(name)
    try:
        yield
    finally:
        for name in put:
            sys.modules.pop(name, None)


def told(function):
    """A function of viz that needs no matplotlib."""
    if not callable(function) or isinstance(function, type):
        return function

    @functools.wraps(function)
    def in_words(*arguments, **settings):
        with _blank():
            return function(*arguments, **settings)

    return in_words
