"""A child as the grader sees it: two lines, deadlines, and no trust.

On one line the learner's process sends frames, on the other its supervisor reports how it ended.
Whatever is malformed, too large or late ends the child.
"""

import contextlib
import json
import os
import re
import select
import signal
import socket
import time

from bplab.grading.sandbox.inside.frames import (
    END,
    INTERRUPT,
    SMALL,
    SPENT,
    FrameError,
    Frames,
    frame,
)

FRAMES_PER_CELL = 100_000
END_SECONDS = 2.0
ANSWER_SECONDS = 60.0  # for a supervisor on a busy machine
_SPENT = re.compile(rb'\{"spent": ([\d.e-]+), "delay": ([\d.e-]+)\}\n')


class Gone(Exception):
    """The child has ended."""


class Unspoken(Exception):
    """The child sent what no honest child sends."""


class Limit(Exception):
    """The child went beyond a limit."""

    def __init__(self, slug):
        super().__init__(slug)
        self.slug = slug


class Child:
    """Both lines to one child.

    data : socket to the learner's process;  report : socket to its supervisor
    group : the control group it is put into, or None
    """

    def __init__(self, data, report, limits, group=None):
        self.group = group
        self.data = data
        self.report = report
        self.limits = limits
        self.was_greeted = False
        self.problem = "the child did not start"
        self._pidfd = None
        self._report = b""
        self._ended = None
        self._frames = Frames(
            {
                b"H": SMALL,
                b"M": limits.cell_output_bytes + SMALL,
                b"A": limits.answer_bytes,
                b"D": SMALL,
            }
        )
        # Honest children stop themselves at eight times what is kept.
        self._most = 16 * limits.cell_output_bytes + limits.answer_bytes + SMALL
        self._received = 0
        data.setblocking(False)
        report.setblocking(False)

    def greeted(self, deadline):
        """Wait until the child is ready for its first cell, if that has not been waited for."""
        if self.was_greeted:
            return
        try:
            kind, problem = self._next(deadline)
        except TimeoutError:
            raise Gone from None
        if kind != b"H":
            raise Unspoken
        if problem:
            self.problem = problem.decode(errors="replace")
            raise Gone
        self.was_greeted = True
        self._put_into_group()

    def has_ended(self):
        """Whether it is gone, before anybody has spoken to it."""
        return self._hear()

    def _put_into_group(self):
        """Before the first cell: nothing of the learner's has run yet."""
        if self.group is None:
            return
        # On a busy machine the process may greet before its supervisor has said who it is.
        deadline = time.monotonic() + ANSWER_SECONDS
        while self._pidfd is None and b'"pid"' not in self._report:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.report], [], [], left)[0] or self._hear():
                break
        try:
            with open(f"/proc/self/fdinfo/{self._pidfd}") as file:
                pid = next(line.split()[1] for line in file if line.startswith("Pid:"))
            self.group.hold(int(pid))
        except (OSError, StopIteration, TypeError, ValueError):
            self.group.close()  # what was put in is still watched
            self.group = None

    def give(self, cell, sheet, seconds, deadline):
        """Send a cell with the seconds it has, and the paper if it is an exam."""
        self._received = 0
        self._frames.sizes[b"A"] = min(
            self.limits.answer_bytes, cell.answer_bytes or self.limits.answer_bytes
        )
        about = {
            "kind": cell.kind,
            "source": cell.source,
            "exercise": cell.exercise,
            "seconds": seconds,
            "parts": list(cell.parts),
        }
        self._send(frame(b"C", about), deadline)
        if sheet is not None:
            self._send(frame(b"P", sheet), deadline)

    def take(self, show, clock):
        """What comes until the cell is done: (what it says of itself, answers or None).

        show : called with every output message;  clock : says when to interrupt the cell, and
            raises TimeoutError when it must end
        """
        answers = None
        orders = 0
        for _ in range(FRAMES_PER_CELL):
            while (found := self._next_until(clock.next_look)) is None:
                if clock.is_up(self.spent()):
                    self._order(INTERRUPT)
                    orders += 1
            kind, body = found
            if kind == b"M":
                show(body)
            elif kind == b"A" and answers is None:
                answers = body
            elif kind == b"D":
                self._all_carried_out(orders)
                return _object(body), answers
            else:
                raise Unspoken
        raise Limit("output")

    def spent(self):
        """Seconds of processor time so far, and of waiting for a processor; 0 where unknown."""
        self._order(SPENT)
        deadline = time.monotonic() + ANSWER_SECONDS
        while not (found := _SPENT.search(self._report)):
            left = deadline - time.monotonic()
            if left <= 0 or (select.select([self.report], [], [], left)[0] and self._hear()):
                raise Gone
        self._report = _SPENT.sub(b"", self._report)
        return float(found[1]), float(found[2])

    def end(self):
        """End the child, whatever state it is in; the supervisor's report, or {}."""
        if self._ended is not None:
            return self._ended
        self._order(END)
        if not self._await_report(END_SECONDS):
            self._kill()
            self._await_report(END_SECONDS)
        self._ended = self._read_report()
        if self.group is not None:
            self._ended |= self.group.used()
            self.group.let_go()
        self.data.close()
        self.report.close()
        if self._pidfd is not None:
            os.close(self._pidfd)
        return self._ended

    def _order(self, order):
        with contextlib.suppress(OSError):
            self.report.send(order)

    def _all_carried_out(self, orders):
        # Or a late interrupt would meet the next cell.
        deadline = time.monotonic() + END_SECONDS
        while orders and self._report.count(b"interrupted") < orders:
            left = deadline - time.monotonic()
            if left <= 0 or (select.select([self.report], [], [], left)[0] and self._hear()):
                raise Gone
        self._report = self._report.replace(b'{"interrupted": true}\n', b"")

    def _next_until(self, deadline):
        try:
            return self._next(deadline)
        except TimeoutError:
            return None

    def _next(self, deadline):
        while True:
            try:
                found = self._frames.next()
            except FrameError as error:
                raise _oversize(error) from None
            if found:
                return found
            self._wait(deadline)

    def _wait(self, deadline, sending=False):
        """Until something has happened on a line; TimeoutError at the deadline."""
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        poll = select.poll()
        poll.register(self.report, select.POLLIN)
        poll.register(self.data, select.POLLIN | (select.POLLOUT if sending else 0))
        ready = dict(poll.poll(left * 1000))
        came = self._receive() if ready.get(self.data.fileno(), 0) & ~select.POLLOUT else False
        if self.report.fileno() in ready and not came and self._hear():
            raise Gone

    def _receive(self):
        try:
            data = self.data.recv(1 << 18)
        except BlockingIOError:
            return True
        except OSError:
            data = b""
        if not data:
            # Closed from within: either the process is ending or its code did it.
            raise Gone if self._has_gone() else Unspoken
        self._received += len(data)
        if self._received > self._most:
            raise Limit("output")
        self._frames.feed(data)
        return True

    def _send(self, data, deadline):
        view = memoryview(data)
        while view:
            try:
                view = view[self.data.send(view) :]
            except BlockingIOError:
                self._wait(deadline, sending=True)
            except OSError:
                raise (Gone if self._has_gone() else Unspoken) from None

    def _hear(self):
        """Take in what the supervisor says; True once it has said its last."""
        try:
            data, fds, _, _ = socket.recv_fds(self.report, 1 << 16, 1)
        except BlockingIOError:
            return False
        except OSError:
            return True
        for fd in fds:
            if self._pidfd is None:
                self._pidfd = fd
            else:
                os.close(fd)
        self._report += data
        return not data or b'"code"' in self._report or b'"failed"' in self._report

    def _await_report(self, seconds):
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            if select.select([self.report], [], [], left)[0] and self._hear():
                return True
        return False

    def _has_gone(self):
        """Whether the process has ended and not only its line: as its supervisor reports, or, where
        that one has no memory left to do so in time, as the kernel counts."""
        if self._await_report(1.0):
            return True
        return self.group is not None and self.group.used()["oom"]

    def _read_report(self):
        report = {}
        for line in self._report.splitlines():
            with contextlib.suppress(ValueError):
                report.update(json.loads(line))
        return report

    def _kill(self):
        with contextlib.suppress(OSError):
            if self._pidfd is not None:
                signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)
            elif pid := self._read_report().get("pid"):  # macOS; no namespaces, so it is the same
                os.kill(pid, signal.SIGKILL)


def _object(body):
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise Unspoken from None
    if not isinstance(found, dict):
        raise Unspoken
    return found


def _oversize(error):
    return Limit("answers") if "b'A'" in str(error) else Unspoken()
