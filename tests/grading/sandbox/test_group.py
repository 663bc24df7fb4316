"""A submission is put into its control group before anything of it has run, in whatever order."""

import os
import socket
import subprocess
import sys
import threading
import time

import pytest

from bplab.grading.sandbox import Limits
from bplab.grading.sandbox.child import Child, Gone, Unspoken
from bplab.grading.sandbox.inside.frames import frame
from bplab.grading.sandbox.through import _how_it_ended
from tests import patience

pytestmark = pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="no handles of processes")


class Noted:
    """Stands for a control group: notes who is put in."""

    def __init__(self):
        self.held = []

    def hold(self, pid):
        self.held.append(pid)

    def close(self):
        self.held = None


@pytest.mark.parametrize("late", [0, 0.3], ids=["at once", "after the greeting"])
def test_who_it_is_may_be_said_after_the_greeting(late):
    (data, inside), (report, supervisor) = socket.socketpair(), socket.socketpair()
    group = Noted()
    child = Child(data, report, Limits(), group)
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    handle = os.pidfd_open(process.pid)

    def tell():
        time.sleep(late)
        socket.send_fds(supervisor, [b'{"pid": 2}\n'], [handle])

    speaker = threading.Thread(target=tell)
    try:
        speaker.start()
        if not late:
            speaker.join()
        inside.sendall(frame(b"H", b""))
        child.greeted(time.monotonic() + 60)
        assert group.held == [process.pid]
    finally:
        speaker.join()
        process.kill()
        process.communicate()
        for thing in (data, inside, report, supervisor):
            thing.close()
        os.close(handle)


@pytest.mark.parametrize(("ended", "told"), [(True, Gone), (False, Unspoken)])
def test_a_line_that_the_kernel_closed_is_not_called_broken_by_the_code(ended, told):
    """A supervisor in a group whose memory is full may be too late to say how it ended."""

    class Full(Noted):
        def used(self):
            return {"oom": ended}

    (data, inside), (report, supervisor) = socket.socketpair(), socket.socketpair()
    with supervisor, inside:
        child = Child(data, report, Limits(), Full())
        inside.close()
        with pytest.raises(told):
            child._next(time.monotonic() + patience.SECONDS)


def test_what_the_kernel_ended_for_memory_is_told_so_in_time_or_late():
    late = {"oom": True, "reason": "ordered", "code": -9}
    assert _how_it_ended(late) == _how_it_ended({"oom": True, "reason": None}) == ("memory", "")
    assert _how_it_ended({"oom": False, "reason": "ordered", "code": -9})[0] == "killed"
