"""A warm process that is begun before it is known what it shows."""

import os
import sys

import pytest

from bplab.grading.sandbox import Cell, Limits, Sandbox, available, early, warm
from tests.grading.sandbox.cells import text

WORKS, WHY = available() if sys.platform == "linux" else (False, "no Linux namespaces")
needs_sandbox = pytest.mark.skipif(not WORKS, reason=WHY)
LIMITS = Limits(cell_seconds=25)
SEES = """
from bplab import nn
print(nn.linear_forward.__name__)
print(hasattr(nn, "Adam"))
"""


def begun():
    early.begin(LIMITS)
    ((_, _, one),) = early._begun
    return one


@needs_sandbox
def test_what_was_begun_serves_who_wants_it_so_and_shows_no_more_than_is_theirs():
    one = begun()
    assert early.taken(Limits(cell_seconds=24), True) is None
    assert early.taken(LIMITS, False) is None
    with Sandbox("04_optimizers", limits=LIMITS) as sandbox:
        assert sandbox._warm is one and not early._begun
        result = sandbox.run([Cell(SEES)], draw=None)
    assert text(result.cells[0]).split() == ["linear_forward", "False"]
    assert one.process.returncode is not None and not os.path.exists(one.folder)


@needs_sandbox
def test_what_nobody_took_ends_with_the_command():
    one = begun()
    early.end()
    assert one.process.returncode is not None and not early._begun
    assert not os.path.exists(one.folder)


def test_where_there_is_no_sandbox_the_run_says_so_and_not_the_beginning(monkeypatch):
    monkeypatch.setattr(warm.shutil, "which", lambda name: None)
    early.begin(LIMITS)
    assert not early._begun
