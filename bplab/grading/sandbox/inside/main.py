"""The warm process: imports once, then forks a child for every submission.

It holds no secrets, answers or other submissions, and runs no learner's code itself. It is told
what to do over file descriptor 0: one JSON line of settings, then one byte for every submission
with two sockets attached, the child's line of frames and its supervisor's line of reports. Another
letter names what submissions have met, such as pictures: it is loaded then for those to come.
"""

import contextlib
import gc
import importlib
import json
import os
import random
import shutil
import signal
import socket
import sys
import tempfile
import traceback

from bplab.grading.sandbox.inside import jail
from bplab.grading.sandbox.inside.frames import CHILD, LINE_BROKEN, SMALL, Line
from bplab.grading.sandbox.inside.jail import Jail, JailError
from bplab.grading.sandbox.inside.supervisor import Supervisor

LINE_FD = 64


def main():
    """Get ready, say so, then fork on request until the grader is gone."""
    control = socket.socket(fileno=os.dup(0))
    _nothing_on(0)
    try:
        warm = Warm(json.loads(_read_line(control)))
        warm.load()
        _read_line(control)  # what is to be shown of bplab is there
        warm.prepare()
    except BaseException as error:
        message = f"{type(error).__name__}: {error}"
        if not isinstance(error, JailError):
            message = traceback.format_exc()
        control.sendall(json.dumps({"error": message}).encode() + b"\n")
        os._exit(1)
    control.sendall(json.dumps({"ready": True}).encode() + b"\n")
    while True:
        data, fds, _, _ = socket.recv_fds(control, 1, 2)
        if not data:
            os._exit(0)  # and with it, in a pid namespace, everything it started
        if data == CHILD:
            warm.start(*fds, close=control)
        else:
            warm.meet(data.decode())


class Warm:
    """What all children start from."""

    def __init__(self, settings):
        self.limits = settings["limits"]
        self.isolate = settings["isolate"]
        gc.disable()  # what is loaded stays: looking for what does not would take long
        self.jail = None
        if self.isolate:
            self.jail = Jail(self.limits, settings["first_uid"], settings["shown_in_tmp"])
        sys.path[1:1] = [path for path in settings["path"] if path not in sys.path]
        self.fonts = _files_in(settings["fonts"])

    def load(self):
        """Load what takes long and is the same for everybody."""
        if self.jail:
            self.jail.settle()
        with self._at_work():
            importlib.import_module("bplab.grading.sandbox.inside.shell")

    def _at_work(self):
        return _working_folder(None if self.isolate else tempfile.mkdtemp(prefix="bplab-"))

    def prepare(self):
        importlib.invalidate_caches()
        with self._at_work():
            from bplab.exam.sitting import sit
            from bplab.grading.sandbox.inside.shell import CellRunner

            self.sit = sit
            self.runner = CellRunner()
            self.runner.warm_up()
            if not self.fonts:  # to list them takes long, and is not done in silence
                self.runner.meet("p")
        sys.argv = ["ipykernel_launcher.py"]
        _keep()

    def meet(self, letter):
        """Load what some submissions meet, of `shell.TO_MEET`."""
        with self._at_work(), contextlib.suppress(Exception):
            self.runner.meet(letter)
        _keep()

    def start(self, line, report, close):
        """Fork a supervisor with a child; give the grader a handle on the supervisor."""
        _reap()
        try:
            pid = self.jail.fork() if self.jail else os.fork()
        except (OSError, JailError) as error:
            _tell(report, {"failed": str(error)})
        else:
            if pid == 0:
                close.close()
                _leave(lambda: self._supervise(line, report))
            _tell(report, {"pid": pid}, _handle(pid))
        os.close(line)
        os.close(report)

    def _supervise(self, line, report):
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        channel = socket.socket(fileno=report)
        folder = None
        try:
            if self.jail:
                self.jail.furnish()
            else:
                jail.die_with_parent()
                jail.adopt_orphans()
                folder = tempfile.mkdtemp(prefix="bplab-")
            child = os.fork()
        except (OSError, JailError) as error:
            channel.sendall(json.dumps({"failed": str(error)}).encode() + b"\n")
            return
        if child == 0:
            _leave(lambda: self._serve(line, folder))
        os.close(line)
        if self.jail:
            self.jail.guard()
        Supervisor(child, channel, self.limits, alone=self.isolate).watch()
        if folder:
            shutil.rmtree(folder, ignore_errors=True)

    def _serve(self, line, folder):
        os.dup2(line, LINE_FD, inheritable=False)
        os.closerange(3, LINE_FD)
        os.closerange(LINE_FD + 1 if self.jail is None else jail.PROC_FD + 1, 4096)
        line = Line(socket.socket(fileno=LINE_FD), _SIZES)
        try:
            self._shut_in(folder)
            gc.enable()
            sys.path.insert(0, "")  # what a cell writes, the next can import
            _seed()
            server = Server(line, self)
        except Exception as error:
            line.send(b"H", f"{type(error).__name__}: {error}".encode())
            return
        line.send(b"H")
        try:
            server.serve()
        except OSError:  # its own code closed the line
            os._exit(LINE_BROKEN)

    def _shut_in(self, folder):
        if self.jail:
            self.jail.confine()
        else:
            jail.die_with_parent()
            os.setsid()
            os.chdir(folder)
            os.environ["HOME"] = os.environ["TMPDIR"] = tempfile.tempdir = folder
            os.environ["MPLCONFIGDIR"] = f"{folder}/.config/matplotlib"
            jail.set_limits(self.limits)
        if self.fonts:
            home = os.environ["MPLCONFIGDIR"]
            os.makedirs(home)
            for name, data in self.fonts.items():
                with open(f"{home}/{name}", "wb") as file:
                    file.write(data)


_SIZES = {b"C": 256 * 2**20, b"P": 256 * 2**20, b"Q": SMALL}


class Server:
    """In a child: run the cells that come, send back what comes of them."""

    def __init__(self, line, warm):
        self.line = line
        self.runner = warm.runner
        self.sit = warm.sit
        limits = warm.limits
        self.pid = os.getpid()
        self.runner.connect(lambda body: line.send(b"M", body), limits["cell_output_bytes"])

    def serve(self):
        while True:
            kind, body = self.line.receive()
            if kind == b"Q":
                return
            cell = json.loads(body)
            self.runner.seconds = cell["seconds"]
            if cell["kind"] in ("exam", "again"):
                done = self._examine(cell)
            elif cell["kind"] == "keep":
                done = self.runner.keep(cell["exercise"])
            else:
                done = self.runner.run(cell["source"])
            self._end_if_forked()
            self.line.send(b"D", done)

    def _examine(self, cell):
        _, sheet = self.line.receive()
        name, source = cell["exercise"], cell["source"]
        if cell["kind"] == "exam":
            done = self.runner.examine(name, sheet, self.sit, source)
        else:
            done = self.runner.examine_again(name, sheet, self.sit, cell["parts"], source)
        self._end_if_forked()
        answers = done.pop("answers")
        if answers is not None:
            self.line.send(b"A", answers)
        return done

    def _end_if_forked(self):
        """A copy of this process that a cell made and let run on answers for nobody."""
        if os.getpid() != self.pid:
            os._exit(0)


def _keep():
    """What is loaded stays: nobody looks through it for what could go."""
    gc.collect()
    gc.freeze()


def _leave(work):
    """Do `work` in a fork and end it there, whatever happens."""
    code = 1
    try:
        work()
        code = 0
    except EOFError:  # the grader is gone
        pass
    except BaseException:
        with contextlib.suppress(BaseException):
            os.write(2, traceback.format_exc().encode())
    finally:
        os._exit(code)


def _seed():
    # A learner who draws without a seed gets the same numbers, hence the same grade, every time.
    import numpy as np

    random.seed(0)
    np.random.seed(0)  # noqa: NPY002


def _reap():
    # Not by SIG_IGN: a child that is gone at once must wait here until its handle is made.
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _handle(pid):
    return [os.pidfd_open(pid)] if hasattr(os, "pidfd_open") else []


def _tell(report, message, fds=()):
    with socket.socket(fileno=os.dup(report)) as channel, contextlib.suppress(OSError):
        socket.send_fds(channel, [json.dumps(message).encode() + b"\n"], list(fds))
    for fd in fds:
        os.close(fd)


def _read_line(control):
    with control.makefile("rb", buffering=0) as lines:
        return lines.readline() or os._exit(0)


def _files_in(folder):
    found = {}
    for name in os.listdir(folder) if os.path.isdir(folder) else ():
        with open(os.path.join(folder, name), "rb") as file:
            found[name] = file.read()
    return found


def _nothing_on(fd):
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, fd)
    os.close(nothing)


@contextlib.contextmanager
def _working_folder(folder):
    before = os.getcwd()
    os.chdir(folder or jail.HOME)
    try:
        yield
    finally:
        os.chdir(before)
        if folder:
            shutil.rmtree(folder, ignore_errors=True)
