"""nbgrader's models, imported without what only its server and command line need.

Importing anything of nbgrader costs seconds; half of that is a grammar of internationalized URLs
that jsonschema builds if it can, to check a format that no notebook uses. Here it cannot.
"""

import contextlib
import io
import logging
import os
import sys

_GRAMMAR = "rfc3987_syntax"


def api():
    """The module nbgrader.api."""
    absent = _GRAMMAR not in sys.modules
    if absent:
        sys.modules[_GRAMMAR] = None
    try:
        from nbgrader import api as module
    finally:
        if absent:
            del sys.modules[_GRAMMAR]
    return module


@contextlib.contextmanager
def with_alembic():
    """Let nbgrader find the program `alembic` (it calls it by name for a new gradebook).

    The one beside this Python is meant, also where its environment was not activated.
    """
    before = os.environ.get("PATH")
    folders = [os.path.dirname(sys.executable), *([before] if before else [])]
    os.environ["PATH"] = os.pathsep.join(folders)
    try:
        yield
    finally:
        if before is None:
            del os.environ["PATH"]
        else:
            os.environ["PATH"] = before


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
