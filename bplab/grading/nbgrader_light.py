"""nbgrader's models, imported without what only its server and command line need.

Importing anything of nbgrader costs seconds; half of that is a grammar of internationalized URLs
that jsonschema builds if it can, to check a format that no notebook uses. Here it cannot.
"""

import contextlib
import functools
import io
import logging
import sys
from pathlib import Path

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
    """Let nbgrader know the version of its tables, which it writes into a new gradebook.

    It would start the program `alembic` for that, which takes seconds, and which it does not find
    where the environment was not activated.
    """
    module = api()
    before, module.get_alembic_version = module.get_alembic_version, _newest
    try:
        yield
    finally:
        module.get_alembic_version = before


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
