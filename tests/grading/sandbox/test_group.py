"""A submission is put into its control group before anything of it has run, in whatever order."""

import os
import socket
import subprocess
import sys
import threading
import time

import pytest

from bplab.grading.sandbox import Limits
from bplab.grading.sandbox.child import Child
from bplab.grading.sandbox.inside.frames import frame

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
