"""A warm process that is begun before it is known what it shows."""

import os
import sys
import time
from pathlib import Path

import pytest

from bplab.grading.sandbox import Cell, Limits, Sandbox, available, early, warm
from tests import patience
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


@needs_sandbox
def test_a_child_that_watches_nobody_yet_is_killed_too(tmp_path, monkeypatch):
    """Bubblewrap killed as it begins left its child behind, waiting for ever."""
    program, note = tmp_path / "begins", tmp_path / "child"
    program.write_text(
        f"#!/bin/sh\nsleep 1000000 &\necho $! > {note}.part\nmv {note}.part {note}\nwait\n"
    )
    program.chmod(0o755)
    tmp_path.chmod(0o777)
    monkeypatch.setattr(warm.view, "bubblewrap", lambda *_: [str(program)])
    begun = warm.Warm(Limits(), True)
    until = time.monotonic() + patience.SECONDS
    while not note.exists() and time.monotonic() < until:
        time.sleep(0.01)
    child = int(note.read_text())
    begun.close(at_once=True)
    while _lives(child) and time.monotonic() < until:
        time.sleep(0.01)
    survived = _lives(child)
    if survived:
        os.kill(child, 9)
    assert not survived


def _lives(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"
