"""The warm process, seen from the grader: put up, started, asked for children, ended."""

import contextlib
import glob
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import asdict

from bplab.grading.sandbox import stage, view
from bplab.grading.sandbox.cgroups import Groups
from bplab.grading.sandbox.child import Child
from bplab.grading.sandbox.inside.frames import CHILD, MEET

_FOLDER = "bplab-view-"  # of a name like this, what nobody holds a lock on is dead
_BEGUN = "bplab-new-"
START_SECONDS = 300  # only what does not start at all takes so long
_FIRST_UID = 2_000_000_000
_NO_USERS = (
    "Started by root, the sandbox needs other user ids to run as: grade as an ordinary user."
)
_INSTALL = (
    "Install bubblewrap (Debian, Ubuntu: apt install bubblewrap; Fedora: dnf install bubblewrap)"
)


class SandboxError(Exception):
    """The sandbox itself cannot be had; the message says what to do."""


class Warm:
    """The warm process, seen from the grader. It loads libraries until it is told what to show."""

    def __init__(self, limits, isolate):
        if isolate:
            _demand_linux()
        elif not hasattr(os, "fork"):
            raise SandboxError("Grading needs Linux or macOS; on Windows, grade inside WSL.")
        self.limits = limits
        _sweep()
        self.folder, self.lock = _locked_folder()
        self.errors = tempfile.TemporaryFile()
        self.process = None
        self.is_ready = False
        self.has_met = set()
        self.groups = Groups() if isolate else None
        try:
            stage.stage(self.folder)
            self._launch(isolate)
        except BaseException:
            self.close()
            raise

    def show(self, shown):
        """Show these parts of bplab. Called once."""
        try:
            stage.add(shown, self.folder)
        except BaseException:
            self.close()
            raise
        with contextlib.suppress(OSError):  # it is gone: told when it is waited for
            self.control.sendall(b"all is there\n")
        return self

    def ready(self):
        """Wait until children can be had of what is shown."""
        if not self.is_ready:
            try:
                self._await_ready()
            except BaseException:
                self.close()
                raise
            self.is_ready = True

    def start(self):
        """A new child, as the two ends of its lines."""
        self.ready()
        ours, theirs = zip(*(socket.socketpair() for _ in range(2)), strict=True)
        try:
            socket.send_fds(self.control, [CHILD], [end.fileno() for end in theirs])
        except OSError:
            for end in ours:
                end.close()
            raise
        finally:
            for end in theirs:
                end.close()
        return Child(*ours, self.limits, self.groups and self.groups.new(self.limits))

    def meet(self, letters):
        """Have it load, for the children to come, what a submission is said to have met."""
        for letter in sorted(set(MEET) & letters - self.has_met):
            self.has_met.add(letter)
            with contextlib.suppress(OSError):  # it is gone: told to whoever wants a child
                self.control.sendall(letter.encode())

    def is_gone(self, seconds=0.2):
        """Whether the warm process itself has ended, or does so within `seconds`."""
        try:
            self.process.wait(seconds)
            return True
        except subprocess.TimeoutExpired:
            return False

    def close(self, at_once=False):
        """End the warm process and everything it started.

        at_once : do not wait for what it may be loading
        """
        if self.process:
            self.control.close()  # its sign to end
            if at_once:
                self._kill()
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self._kill()
                self.process.wait()
        if self.groups:
            self.groups.close()
        self.errors.close()
        shutil.rmtree(self.folder, ignore_errors=True)
        if self.lock is not None:
            os.close(self.lock)
            self.lock = None

    def _kill(self):
        """Kill it, and the child by which bubblewrap begins: for a moment it watches nobody yet,
        and would wait for ever to be told its users."""
        with contextlib.suppress(OSError):
            os.killpg(self.process.pid, signal.SIGKILL)  # a session of its own: see _launch
        self.process.kill()

    def _launch(self, isolate):
        first_uid = _spare_users() if isolate else None
        root = first_uid is not None and may_change_users()
        if isolate:
            command = view.bubblewrap(_bubblewrap(), self.folder, root)
            if threading.current_thread() is threading.main_thread():
                # It watches the thread that started it, so elsewhere it would end too soon.
                command.insert(1, "--die-with-parent")
            environment = {}
        else:
            command = view.python(self.folder)
            environment = view.environment(home=self.folder)
        # Root of few rights (as in Docker) runs it as somebody else: never as itself, for root's
        # name alone opens files of the kernel, whatever rights it has lost.
        user = None if root else first_uid
        self.control, inside = socket.socketpair()
        with inside:
            try:
                self.process = subprocess.Popen(
                    command,
                    stdin=inside,
                    stdout=subprocess.DEVNULL,
                    stderr=self.errors,
                    env=environment,
                    cwd="/",
                    start_new_session=True,
                    user=user,
                    group=user,
                    extra_groups=None if user is None else [],
                )
            except PermissionError:
                self.control.close()
                raise SandboxError(_NO_USERS) from None
        settings = {
            "limits": asdict(self.limits),
            "isolate": isolate,
            "first_uid": first_uid if root else None,
            "path": view.module_folders(),
            "shown_in_tmp": view.shown_in("/tmp"),
            "fonts": view.FONTS if isolate else f"{self.folder}/fonts",
        }
        with contextlib.suppress(OSError):  # it is gone: told when it is waited for
            self.control.sendall(json.dumps(settings).encode() + b"\n")

    def _await_ready(self):
        self.control.settimeout(START_SECONDS)
        try:
            with self.control.makefile("rb", buffering=0) as lines:
                answer = json.loads(lines.readline() or b"{}")
        except (OSError, ValueError):
            answer = {}
        self.control.settimeout(None)
        if not answer.get("ready"):
            raise SandboxError(answer.get("error") or self._complaint())

    def _complaint(self):
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(2)
        self.errors.seek(0)
        return self.errors.read().decode(errors="replace").strip()[-2000:] or "It did not start."


def _sweep():
    """Remove what graders left behind that were killed."""
    for name, seconds in ((_FOLDER, 0), (_BEGUN, START_SECONDS)):
        for path in glob.glob(os.path.join(tempfile.gettempdir(), f"{name}*")):
            with contextlib.suppress(OSError):
                about = os.lstat(path)
                if about.st_uid == os.getuid() and time.time() - about.st_mtime >= seconds:
                    os.close(_lock(path))  # fails while its grader lives
                    shutil.rmtree(path, ignore_errors=True)


def _locked_folder():
    """A new folder and the lock on it. It is locked before it has the name that is swept."""
    begun = tempfile.mkdtemp(prefix=_BEGUN)
    held = _lock(begun)
    folder = os.path.join(os.path.dirname(begun), _FOLDER + os.path.basename(begun)[len(_BEGUN) :])
    os.rename(begun, folder)
    return folder, held


def _lock(folder):
    import fcntl

    held = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(held)
        raise
    return held


def _demand_linux():
    if sys.platform != "linux":
        raise SandboxError(f"The sandbox needs Linux namespaces; this is {sys.platform}.")
    _bubblewrap()
    if os.geteuid() == 0 and (path := view.readable_by_others()):
        raise SandboxError(
            f"Started by root, the sandbox runs learners' code as other users, who cannot read "
            f"{path}: chmod -R o+rX it, or grade as an ordinary user."
        )


def _bubblewrap():
    program = shutil.which("bwrap")
    if program is None:
        raise SandboxError(f"The program bwrap is missing. {_INSTALL}.")
    return program


def may_change_users():
    """Whether this process is root with the capabilities to hand out user ids."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return False
    try:
        with open("/proc/self/status") as file:
            line = next(line for line in file if line.startswith("CapEff:"))
    except (OSError, StopIteration):
        return False
    has = int(line.split()[1], 16)
    return all(has >> bit & 1 for bit in (0, 2, 5, 6, 7, 19, 21))


def _spare_users():
    """Started by root: the first of a thousand user ids that nobody has. Else None."""
    if os.geteuid() != 0:
        return None
    with open("/proc/self/uid_map") as file:
        ranges = [tuple(map(int, line.split())) for line in file]
    start, _, count = max(ranges, key=lambda row: row[2])
    if count < 5000:
        if any(outside == 0 for _, outside, _ in ranges):
            raise SandboxError(_NO_USERS)
        return None  # root by name only: an ordinary user's namespace
    last = start + count - 1000
    return min(_FIRST_UID + os.getpid() % 100_000 * 1000, last)
