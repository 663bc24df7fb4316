"""The child that is got ready while another run goes on."""

import signal
import sys

import pytest

from bplab.grading.sandbox import Cell, Sandbox, available
from tests.grading.sandbox.cells import CHAPTER, LIMITS, text

WORKS, WHY = available() if sys.platform == "linux" else (False, "no Linux namespaces")
pytestmark = pytest.mark.skipif(not WORKS, reason=WHY)
SEES = Cell("print('left' in globals(), __import__('os').listdir('/tmp'))")
LEAVES = Cell("left = 1; open('/tmp/left', 'w').close()")


def ahead_of(sandbox):
    """The child that waits."""
    return sandbox._ahead._coming.result()[0]


def test_a_child_ahead_serves_the_next_run_knows_nothing_of_the_last_and_is_replaced_if_it_died():
    with Sandbox(CHAPTER, limits=LIMITS) as sandbox:
        alone = text(sandbox.run([SEES], draw=None).cells[0])
        assert alone.startswith("False") and sandbox._ahead._coming is None
        sandbox.more_to_come = lambda: True
        assert sandbox.run([LEAVES], draw=None).fault is None
        waiting = ahead_of(sandbox)
        assert waiting.was_greeted
        served = sandbox.run([SEES], draw=None)
        assert served.fault is None and text(served.cells[0]) == alone
        assert waiting._ended["code"] == 0 or waiting._ended["reason"] == "ordered"

        waiting = ahead_of(sandbox)
        signal.pidfd_send_signal(waiting._pidfd, signal.SIGKILL)
        while not waiting.has_ended():
            pass
        served = sandbox.run([SEES], draw=None)
        assert served.fault is None and text(served.cells[0]) == alone
        waiting = ahead_of(sandbox)
    assert waiting._ended is not None  # nothing is left that waits


def test_a_child_that_is_expected_serves_the_run_that_comes_and_no_other_is_started():
    with Sandbox(CHAPTER, limits=LIMITS) as sandbox:
        sandbox.ready()
        sandbox.expect()
        waiting = ahead_of(sandbox)
        sandbox.expect()
        assert ahead_of(sandbox) is waiting
        assert sandbox.run([SEES], draw=None).fault is None
        assert waiting._ended is not None and sandbox._ahead._coming is None
