"""nbgrader's models, imported without what only its server and command line need.

Importing anything of nbgrader costs seconds. Most of that goes to what recording never uses:
checkers of formats that jsonschema builds if it can (a grammar of internationalized URLs, dates,
colours), all of setuptools to unpack archives, a client for JupyterHub.
"""

import contextlib
import functools
import importlib.util
import io
import logging
import sys
import threading
import types
from pathlib import Path

_FORMATS = ("rfc3987_syntax", "rfc3986_validator", "isoduration", "webcolors")
_LATER = ("setuptools.archive_util", "requests")


_one_at_a_time = threading.RLock()


def api():
    """The module nbgrader.api, which knows here which version its tables have.

    By itself it starts the program `alembic` for every new gradebook to be told: that takes
    seconds, and it is not found where the environment was not activated. May be called from
    several threads: who wants anything else of nbgrader calls it first.
    """
    with _one_at_a_time:
        return _api()


@functools.cache
def _api():
    if "nbgrader" not in sys.modules:
        sys.modules["nbgrader"] = _without_its_front()
    instead = dict.fromkeys(_FORMATS) | {name: _when_used(name) for name in _LATER}
    with _in_place_of_modules(instead):
        module = importlib.import_module("nbgrader.api")
    module.get_alembic_version = _newest
    return module


@contextlib.contextmanager
def _in_place_of_modules(instead):
    """Have these found in place of the modules that are not imported yet; None: cannot be."""
    put = {name: module for name, module in instead.items() if name not in sys.modules}
    sys.modules |= put
    try:
        yield
    finally:
        for name in put:
            del sys.modules[name]


def _when_used(name):
    """A stand-in for a module that is imported when something of it is called.

    Not importlib's LazyLoader: the statement `import` itself asks its module for something.
    """
    module = types.ModuleType(name)

    def of_it(attribute):
        if attribute.startswith("__"):
            raise AttributeError(attribute)
        return lambda *a, **more: getattr(importlib.import_module(name), attribute)(*a, **more)

    module.__getattr__ = of_it
    return module


def _without_its_front():
    """The package nbgrader whose `__init__` has not run: that imports all its server extensions.

    It runs as soon as somebody asks for one of the names that it defines.
    """
    spec = importlib.util.find_spec("nbgrader")
    package = importlib.util.module_from_spec(spec)

    def of_the_front(name):
        if name.startswith("__") and name != "__version__":
            raise AttributeError(name)
        if importlib.util.find_spec(f"nbgrader.{name}"):
            return importlib.import_module(f"nbgrader.{name}")
        del package.__getattr__
        spec.loader.exec_module(package)
        return getattr(package, name)

    package.__getattr__ = of_the_front
    return package


@functools.cache
def _newest():
    from alembic.script import ScriptDirectory

    return ScriptDirectory(str(Path(api().__file__).parent / "alembic")).get_current_head()


@contextlib.contextmanager
def nbgrader_log():
    """Collect what nbgrader logs, errors only, instead of printing all of it."""
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    handler.setLevel(logging.ERROR)
    loggers = [logging.getLogger("traitlets"), logging.getLogger("tornado.application")]
    before = [(log.handlers[:], log.propagate, log.level) for log in loggers]
    for log in loggers:
        log.handlers[:], log.propagate = [handler], False
        log.setLevel(logging.ERROR)
    try:
        yield text
    finally:
        for log, (handlers, propagate, level) in zip(loggers, before, strict=True):
            log.handlers[:], log.propagate = handlers, propagate
            log.setLevel(level)
