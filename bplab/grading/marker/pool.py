"""The workers, as the grader sees them: sessions for one submission each, and their ends."""

import atexit
import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import asdict

from bplab.grading.marker.limits import Budget
from bplab.grading.marker.nursery import FATE, NUMBER, UNKNOWN
from bplab.grading.marker.worker import ASK, AT, BYTES, REPLIES, REPLY, SHOWS
from bplab.grading.sandbox import Gate
from bplab.grading.sandbox.inside.frames import FrameError, Frames, frame

START_SECONDS = 300
WALL = 20  # times the processor time that a submission may take: then something hangs
SUBMISSIONS = 200  # of one worker, before it makes room for a fresh one
PERSON = " Nobody has lost a point yet: a person has to look."
OUT_OF_TIME = "The marker ran out of processor time ({seconds:g} s) at {at}." + PERSON
HANGS = "The marker came no further at {at}." + PERSON
ENDED = (
    "The marker was ended ({how}) twice, the second time with nothing beside it, at {at}." + PERSON
)


class Died(Exception):
    """A worker has ended or hangs; the message says at what, for the record.

    shown : id of the cell whose outputs it was making safe to look at, or None
    ordered : whether a limit of this grader's own ended it; else the machine may have
    seconds : of processor time that this submission took there, as far as is known
    """

    def __init__(self, told, shown=None, ordered=True, seconds=0.0):
        super().__init__(told)
        self.shown, self.ordered, self.seconds = shown, ordered, seconds


class Markers:
    """Workers for sessions, as many as are asked for at a time. May be used from several threads.

    folder : where the course's own exercises are, or None
    chapters : of the exercises that will be asked for, to be loaded once; default all
    """

    def __init__(self, folder=None, budget: Budget | None = None, chapters=()):
        self.chapters = sorted(chapters)
        self.folder, self.budget = folder and str(folder), budget or Budget()
        self._idle: list = []
        self._lock = threading.Lock()
        self._gate = Gate()

    def __enter__(self):
        _nursery.start(self.chapters)
        return self

    def __exit__(self, *exc):
        with self._lock:
            idle, self._idle = self._idle, []
        for worker in idle:
            worker.close()

    @contextlib.contextmanager
    def session(self, seeds: dict[str, int], alone: bool = False):
        """A Session with a worker of its own.

        seeds : of the papers, by exercise
        alone : wait until there is no other, let no other begin, and take a fresh worker
        """
        with self._gate.alone() if alone else self._gate.beside_others():
            with self._session(seeds, alone) as session:
                yield session

    @contextlib.contextmanager
    def _session(self, seeds, fresh):
        with self._lock:
            worker = self._idle.pop() if self._idle and not fresh else None
        worker = worker or _Worker()
        try:
            yield Session(worker, seeds, self.folder, self.budget)
        except BaseException:
            worker.close()
            raise
        worker.served += 1
        with self._lock:
            fresh = worker.served < SUBMISSIONS and not worker.gone
            if fresh:
                self._idle.append(worker)
        if not fresh:
            worker.close()


class Session:
    """One submission at a worker. Every method raises Died when the worker has ended."""

    def __init__(self, worker, seeds, folder, budget):
        self.worker, self.budget = worker, budget
        self.worker.deadline = time.monotonic() + WALL * budget.seconds
        self.at, self.shown = "the start", None
        self._ask("begin", seeds=seeds, folder=folder, budget=asdict(budget))
        names = list(seeds)
        self._next = dict(zip(names, names[1:], strict=False))
        self._given, self._ahead = set(), None
        self._look_ahead(next(iter(names), None))

    def again(self):
        """The submission is run once more: forget what was marked."""
        self._given.clear()
        self._ask("again")

    def sheet(self, cell) -> bytes:
        """The paper of an exam cell, as it goes to the learner's side."""
        name = cell.exercise
        if self._ahead == name:
            self._ahead, sheet = None, self._reply(BYTES)
        else:
            sheet = self._answer(BYTES, "sheet", exercise=name)
        self._given.add(name)
        self._look_ahead(self._next.get(name))
        return sheet

    def _look_ahead(self, name):
        """Have the paper that comes next drawn before answers are marked, which may take long."""
        if name is not None and name not in self._given:
            self._ask("sheet", exercise=name)
            self._ahead = name

    def answers(self, cell, answers: bytes):
        """Hand in the answers to an exam cell; they are marked while the run goes on."""
        self._ask("answers", cell=cell.id, exercise=cell.exercise)
        self._send(frame(BYTES, answers))

    def files_left(self) -> dict[str, str]:
        """{cell id: name of the function that loads}, of answers that left files behind."""
        return json.loads(self._answer(REPLY, "files_left"))

    def file_sheet(self, cell) -> bytes:
        """The paper of a fresh process, which holds the file."""
        return self._answer(BYTES, "file_sheet", cell=cell.id)

    def loaded(self, cell, answers: bytes):
        """Hand in what the fresh process loaded."""
        self._ask("loaded", cell=cell.id)
        self._send(frame(BYTES, answers))

    def second(self, exams, among=None) -> list[dict]:
        """The second sittings that are due, once all answers are marked: their names and parts.

        exams : (cell id, exercise) of the run's exam cells
        among : ids of those that can be sat again or put in; None: all
        """
        return json.loads(self._answer(REPLY, "second", exams=exams, among=among))

    def second_answers(self, exercise, called, answers: bytes):
        """Hand in the answers of a second sitting. called : the parts that were put in."""
        self._ask("second_answers", exercise=exercise, called=called)
        self._send(frame(BYTES, answers))

    def finish(self, **about) -> dict:
        """The graded notebook and what is to be recorded with it, as plain data."""
        graded = json.loads(self._answer(REPLY, "finish", **about))
        self.worker.spent += graded["details"]["marking"]["cpu_seconds"]
        return graded

    def _answer(self, kind, do, **about):
        """Ask, and wait for what comes back; what was drawn ahead comes first, and is let go."""
        if self._ahead is not None:
            self._ahead = None
            self._reply(BYTES)
        self._ask(do, **about)
        return self._reply(kind)

    def _ask(self, do, **about):
        self._send(frame(ASK, {"do": do, **about}))

    def _send(self, data):
        try:
            self.worker.send(data)
        except (OSError, EOFError) as error:
            self._end(error)

    def _reply(self, wanted):
        try:
            while True:
                kind, body = self.worker.receive()
                self._hear(kind, body)
                if kind == wanted:
                    return body
        except (OSError, EOFError, FrameError) as error:
            self._end(error)

    def _end(self, error):
        with contextlib.suppress(OSError, EOFError, TimeoutError, FrameError):
            while True:  # the last it said of where it was
                self._hear(*self.worker.receive(seconds=1))
        self.worker.gone = True
        told, how, ordered, seconds = HANGS, None, True, self.worker.spent
        if not isinstance(error, (TimeoutError, FrameError)):  # its line is closed: it has ended
            how, seconds = _nursery.fate_of(self.worker.pid)
            ordered = how == -signal.SIGXCPU
            told = OUT_OF_TIME if ordered else ENDED
        told = told.format(**asdict(self.budget), at=self.at, how=_in_words(how))
        raise Died(told, self.shown, ordered, max(0.0, seconds - self.worker.spent)) from None

    def _hear(self, kind, body):
        if kind == AT:
            self.at, self.shown = body.decode("utf-8", "replace"), None
        elif kind == SHOWS:
            self.shown = body.decode("utf-8", "replace")


def _in_words(status):
    if status is None:
        return "it is not known by what"
    if status < 0:
        return f"by signal {-status}, {signal.strsignal(-status) or 'unknown'}"
    return f"exit code {status}"


class _Worker:
    """The line to one worker."""

    def __init__(self):
        self.sock, theirs = socket.socketpair()
        with theirs:
            self.pid = _nursery.deliver(theirs)
        self.sock.setblocking(False)
        self.frames = Frames(REPLIES)
        self.served, self.gone, self.deadline = 0, False, 0.0
        self.spent = 0.0  # seconds of processor time, on submissions that it has finished

    def send(self, data):
        view = memoryview(data)
        while view:
            try:
                view = view[self.sock.send(view) :]
            except BlockingIOError:
                # It may be waiting, too, to be rid of a paper that was asked for ahead.
                if self._wait(select.POLLOUT | select.POLLIN, self.deadline) & select.POLLIN:
                    self._take_in()

    def receive(self, seconds=None):
        deadline = self.deadline if seconds is None else time.monotonic() + seconds
        while (found := self.frames.next()) is None:
            try:
                self._take_in()
            except BlockingIOError:
                self._wait(select.POLLIN, deadline)
        return found

    def _take_in(self):
        data = self.sock.recv(1 << 18)
        if not data:
            raise EOFError
        self.frames.feed(data)

    def _wait(self, what, deadline):
        """What of `what` has come to pass; TimeoutError at the deadline."""
        left = deadline - time.monotonic()
        poll = select.poll()
        poll.register(self.sock, what)
        ready = poll.poll(left * 1000) if left > 0 else ()
        if not ready:
            raise TimeoutError
        return ready[0][1]

    def close(self):
        self.sock.close()


class _Nursery:
    """The process that workers are forked from; one for all, for as long as this process lives."""

    def __init__(self):
        self._process, self._lock, self._ready, self._owner = None, threading.Lock(), False, None
        self._chapters = ()

    def start(self, chapters=()):
        """Start it, if it does not run; it gets ready while other things are done."""
        with self._lock:
            self._chapters = chapters
            self._start()

    def deliver(self, sock):
        """Have a worker forked that serves this socket; its process id."""
        with self._lock:
            for attempt in (1, 2):
                self._start()
                try:
                    self._await_ready()
                    socket.send_fds(self._control, [b"+"], [sock.fileno()])
                    return self._reply(NUMBER)[0]
                except OSError:
                    self._stop()
                    if attempt == 2:
                        raise

    def fate_of(self, pid):
        """How a worker ended, and its seconds of processor time.

        Exit code, or minus a signal's number; None if nobody knows.
        """
        with self._lock:
            try:
                self._control.sendall(b"?" + NUMBER.pack(pid))
                found = self._reply(FATE)
            except OSError:  # this one has ended, too
                found = UNKNOWN
        return (None if found == UNKNOWN else found[0]), found[1]

    def _reply(self, form):
        self._control.settimeout(START_SECONDS)
        data = self._control.recv(form.size, socket.MSG_WAITALL)
        self._control.settimeout(None)
        if len(data) < form.size:
            raise ConnectionError("the process that markers are forked from has ended")
        return form.unpack(data)

    def _start(self):
        if self._process is not None and self._process.poll() is None:
            if self._owner == os.getpid():
                return
        self._control, inside = socket.socketpair()
        quiet = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")}
        with inside:
            self._process = subprocess.Popen(
                [sys.executable, "-c", _START, ",".join(self._chapters), *sys.path],
                stdin=inside,
                stdout=subprocess.DEVNULL,
                env={**os.environ, **quiet, "MPLBACKEND": "agg"},
                start_new_session=True,
            )
        self._ready, self._owner = False, os.getpid()

    def _await_ready(self):
        if not self._ready:
            self._control.settimeout(START_SECONDS)
            self._ready = self._control.recv(1) == b"+"
            self._control.settimeout(None)
            if not self._ready:
                raise OSError("the marker does not start")

    def _stop(self):
        self._control.close()
        self._process.kill()
        self._process.wait()
        self._process = None

    def close(self):
        if self._process is not None and self._owner == os.getpid():
            self._stop()


_START = (
    "import sys; sys.path[:] = sys.argv[2:]\nfrom bplab.grading.marker.nursery import main\n"
    "main(filter(None, sys.argv[1].split(',')))"
)
_nursery = _Nursery()
atexit.register(_nursery.close)
