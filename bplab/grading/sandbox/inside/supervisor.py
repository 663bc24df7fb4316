"""Watch one learner's processes, and end them all: by order, by limit, or when the first is gone.

Runs beside the learner's process, not in it, and holds nothing worth having. What it reports on
its line to the grader is one JSON object: how the process ended, and what it used.
"""

import json
import os
import resource
import select
import signal
import time

from bplab.grading.sandbox.inside.frames import INTERRUPT, SPENT

TICK = 0.05
_PAGE = os.sysconf("SC_PAGE_SIZE")
_MAPS = 2**19
_TICKS = os.sysconf("SC_CLK_TCK")
_TASKS = 64  # of a process that are asked how long they waited


class Supervisor:
    """Parent of a learner's process.

    child : process id
    line : socket to the grader: orders come in, reports go out
    limits : dict, the fields of `Limits`
    alone : True if this is pid 1 of a pid namespace, so that every process seen is the learner's
    """

    def __init__(self, child, line, limits, alone):
        self.child = child
        self.line = line
        self.limits = limits
        self.alone = alone
        self.status = None
        self.peak = 0
        self.most_busy = max(8, 2 * _cores())
        self.looked = time.monotonic()
        self.busy = 0.0  # processes and threads that want the processor, about the last second
        # What the warm process brought along is not the learner's doing.
        self.size, resident = _sizes(os.getpid())
        self.most = limits["memory_mb"] * 2**20 + resident

    def watch(self):
        """Until the child is gone or must go; then end everything and report."""
        reason = None
        with _Poll(self.line.fileno(), self.child) as poll:
            while self.status is None and reason is None:
                if poll.ordered(TICK):
                    reason = self._obey()
                self._reap()
                if self.status is None and reason is None:
                    reason = self._excess()
        self._end_all()
        self._report(reason)

    def _obey(self):
        """Do what is ordered; why this must end: by order, or for what a look has found."""
        order = self.line.recv(1)
        if order == SPENT:
            reason = self._excess()
            if reason is None:
                cpu, delay = _spent(self._processes())
                reaped = resource.getrusage(resource.RUSAGE_CHILDREN)
                self._say({"spent": cpu + reaped.ru_utime + reaped.ru_stime, "delay": delay})
            return reason
        if order != INTERRUPT:
            return "ordered"
        os.kill(self.child, signal.SIGINT)
        self._say({"interrupted": True})
        return None

    def _reap(self, wait=False):
        while True:
            try:
                pid, status = os.waitpid(-1, 0 if wait else os.WNOHANG)
            except ChildProcessError:
                return False
            if pid == 0:
                return True
            if pid == self.child:
                self.status = status

    def _excess(self):
        """The name of the limit that is exceeded, if any."""
        processes = self._processes()
        threads = memory = reserved = 0
        for pid in processes:
            threads += _threads(pid)
            size, resident = _sizes(pid)
            memory += resident
            reserved += max(size - self.size, 0)
        if threads > self.limits["processes"]:
            return "processes"
        running = sum(map(_running, processes)) if threads > self.most_busy else 0
        now = time.monotonic()
        self.busy += min(now - self.looked, 1.0) * (running - self.busy)
        self.looked = now
        if self.busy > self.most_busy:
            return "busy"  # beyond this, other submissions run out of time
        if len(processes) > 4 and sum(map(_files, processes)) > 4 * self.limits["open_files"]:
            return "open-files"  # each of them can be a socket full of data
        if memory > self.most:  # pages shared by processes were counted once for each
            memory = sum(map(_share, processes))
        if reserved > self.limits["memory_mb"] * 2**20:
            memory += _hidden(processes)
        self.peak = max(self.peak, memory)
        return "memory" if memory > self.most else None

    def _processes(self):
        if self.alone:
            mine = os.getpid()
            return [
                int(name) for name in os.listdir("/proc") if name.isdigit() and int(name) != mine
            ]
        return _descendants(os.getpid())

    def _end_all(self):
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:
            self._kill()
            if not self._reap():
                return
            time.sleep(0.002)

    def _kill(self):
        if self.alone and os.getpid() == 1:
            victims = [-1]
        else:
            victims = [-self.child, self.child, *_descendants(os.getpid())]
        for pid in victims:
            try:
                if pid < -1:
                    os.killpg(-pid, signal.SIGKILL)
                else:
                    os.kill(pid, signal.SIGKILL)
            except OSError:
                pass

    def _report(self, reason):
        used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        code = None if self.status is None else os.waitstatus_to_exitcode(self.status)
        report = {
            "reason": reason,
            "code": code,
            "cpu": sum(usage.ru_utime + usage.ru_stime for usage in used),
            "peak": self.peak,
        }
        self._say(report)

    def _say(self, message):
        try:
            self.line.sendall(json.dumps(message).encode() + b"\n")
        except OSError:
            pass


class _Poll:
    """Wait for the grader's order or the child's end, whichever comes first."""

    def __init__(self, line, child):
        self._line = line
        self._poll = select.poll()
        self._poll.register(line, select.POLLIN)
        self._pidfd = os.pidfd_open(child) if hasattr(os, "pidfd_open") else None
        if self._pidfd is not None:
            self._poll.register(self._pidfd, select.POLLIN)

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        if self._pidfd is not None:
            os.close(self._pidfd)

    def ordered(self, seconds):
        return any(fd == self._line for fd, _ in self._poll.poll(seconds * 1000))


def _read(path):
    try:
        with open(path, "rb", buffering=0) as file:
            return file.read()
    except OSError:  # gone meanwhile
        return b""


def _start_of(path):
    try:
        with open(path, "rb") as file:
            return file.read(_MAPS)
    except OSError:
        return b""


def _cores():
    try:
        return len(os.sched_getaffinity(0))
    except (AttributeError, OSError):
        return os.cpu_count() or 1


def _running(pid):
    """How many threads of a process run or wait for a processor."""
    try:
        names = os.listdir(f"/proc/{pid}/task")
    except OSError:
        return 0
    found = (_read(f"/proc/{pid}/task/{name}/stat").rpartition(b") ")[2][:1] for name in names)
    return sum(state == b"R" for state in found)


def _threads(pid):
    try:
        return max(os.stat(f"/proc/{pid}/task").st_nlink - 2, 1)
    except OSError:
        return 0


def _sizes(pid):
    """Bytes of addresses that a process has reserved, and of memory that it is seen to use."""
    fields = _read(f"/proc/{pid}/statm").split()
    return (int(fields[0]) * _PAGE, int(fields[1]) * _PAGE) if len(fields) > 1 else (0, 0)


def _spent(processes):
    """Seconds of processor time, and seconds of waiting for a processor, of living processes."""
    ticks = delay = 0
    for pid in processes:
        fields = _read(f"/proc/{pid}/stat").rpartition(b") ")[2].split()
        ticks += sum(map(int, fields[11:15]))
        try:
            tasks = os.listdir(f"/proc/{pid}/task")[:_TASKS]
        except OSError:
            continue
        for task in tasks:
            waited = _read(f"/proc/{pid}/task/{task}/schedstat").split()
            delay += int(waited[1]) if len(waited) > 1 else 0
    return ticks / _TICKS, delay / 1e9


def _files(pid):
    try:
        return len(os.listdir(f"/proc/{pid}/fd"))
    except OSError:
        return 0


def _hidden(processes):
    """Bytes that may be in use and count for no process: shared but let go of, or swapped out."""
    shared, swapped = {}, 0
    for pid in processes:
        maps = _start_of(f"/proc/{pid}/maps")
        if len(maps) == _MAPS:  # more than anybody needs: not to be waited for
            swapped += _sizes(pid)[0]
        for line in maps.splitlines():
            if line.endswith(b"/dev/zero (deleted)"):  # what the kernel calls memory that is shared
                span, _, offset, _, number = line.split()[:5]
                start, end = (int(part, 16) for part in span.split(b"-"))
                shared[number, offset] = max(shared.get((number, offset), 0), end - start)
        for line in _read(f"/proc/{pid}/status").splitlines():
            if line.startswith(b"VmSwap:"):
                swapped += int(line.split()[1]) * 1024
    return sum(shared.values()) + swapped


def _share(pid):
    for line in _read(f"/proc/{pid}/smaps_rollup").splitlines():
        if line.startswith(b"Pss:"):
            return int(line.split()[1]) * 1024
    return _sizes(pid)[1]


def _descendants(pid):
    """Process ids below `pid`, where /proc tells (Linux); else none."""
    found, queue = [], [pid]
    while queue:
        parent = queue.pop()
        children = [int(text) for text in _read(f"/proc/{parent}/task/{parent}/children").split()]
        found += children
        queue += children
    return found
