"""Run a submission's cells where its code can do no harm, and bring back outputs and answers.

One warm process (`runner.py`) stands inside bubblewrap with NumPy, matplotlib and IPython imported.
For every submission it forks a child, shut into namespaces of its own, which runs the cells in
order. At a graded cell the paper is drawn, here, only once the child has run all cells before it;
then it is sent in, and answers come out as bytes. Nothing a child says is believed: it is data,
counted and capped.

>>> with Sandbox("03_two_pass_mlp") as sandbox:
...     result = sandbox.run(cells, draw=lambda cell: papers[cell.id].sheet())
"""

import contextlib
import glob
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Literal

from bplab.grading import sandbox_view
from bplab.grading.runner_frames import LINE_BROKEN
from bplab.grading.sandbox_child import Child, Gone, Limit, Unspoken
from bplab.grading.sandbox_outputs import Transcript

_FOLDER = "bplab-view-"
START_SECONDS = 60
GRACE_SECONDS = 2.0  # for a cell to end after it was interrupted
_FIRST_UID = 2_000_000_000
_NO_USERS = (
    "Started by root, the sandbox needs other user ids to run as: grade as an ordinary user."
)
_INSTALL = (
    "Install bubblewrap (Debian, Ubuntu: apt install bubblewrap; Fedora: dnf install bubblewrap)"
)


class SandboxError(Exception):
    """The sandbox itself cannot be had; the message says what to do."""


@dataclass
class Cell:
    """A code cell as the sandbox sees it.

    run: the source is run.  skip: it is left out (tagged explore).
    exam: the function named `exercise` is examined; the source is not run.
    """

    source: str
    kind: Literal["run", "skip", "exam"] = "run"
    id: str = ""
    exercise: str | None = None


@dataclass(frozen=True)
class Limits:
    """What one submission may use. Each limit, when hit, has its own readable reason."""

    cell_seconds: float = 30
    total_seconds: float = 300
    memory_mb: int = 2048
    processes: int = 64
    file_mb: int = 64
    tmp_mb: int = 256
    open_files: int = 256
    cell_output_bytes: int = 4 * 2**20
    output_bytes: int = 16 * 2**20
    answer_bytes: int = 64 * 2**20


@dataclass(frozen=True)
class Fault:
    """Why a cell, or the whole run, has less to show than it should.

    slug : a key of `SENTENCES`
    """

    slug: str
    sentence: str

    def __str__(self):
        return self.sentence


SENTENCES = {
    "timeout": "The cell ran for more than {seconds:g} seconds and was stopped.",
    "total-timeout": "The notebook ran for more than {total_seconds:g} seconds and was stopped.",
    "memory": "The code needed more than the {memory_mb} MB of memory it may use.",
    "processes": "The code started more than the {processes} processes and threads it may use.",
    "busy": "The code kept too many processes or threads computing at the same time.",
    "files": "The code wrote more than it may: {file_mb} MB in a file, {tmp_mb} MB in all.",
    "open-files": "The code opened more than the {open_files} files it may have open.",
    "output": "The cell showed more than {cell_output_mb:g} MB, or the notebook more than "
    "{output_mb:g} MB; the rest is left out.",
    "answers": "The answers were larger than {answer_mb:g} MB.",
    "crashed": "The code crashed Python ({detail}).",
    "exited": "The code ended the Python process (exit code {detail}).",
    "killed": "The Python process was killed from within, or the machine ran out of memory.",
    "protocol": "The code broke the line between its process and the grader.",
    "not-reached": "Not run: the notebook had ended before this cell.",
    "sandbox": "The sandbox failed, not the submission ({detail}).",
}
_FROM_WITHIN = ("timeout", "memory", "processes", "files", "open-files", "output")


@dataclass
class CellResult:
    """What came of one cell; `outputs` are nbformat 4 output dicts."""

    outputs: list[dict] = field(default_factory=list)
    execution_count: int | None = None
    answers: bytes | None = None
    seconds: float = 0.0
    fault: Fault | None = None


@dataclass
class RunResult:
    """What came of one submission; `cells` has one entry per cell given, in order.

    fault : why the run ended early, if it did
    cpu_seconds : CPU time of the submission's processes, 0 if unknown
    peak_bytes : the most memory they were seen to use
    """

    cells: list[CellResult]
    fault: Fault | None = None
    cpu_seconds: float = 0.0
    wall: float = 0.0
    peak_bytes: int = 0


class Sandbox:
    """A warm process that runs submissions of one chapter, each in a child of its own.

    Use as a context manager. `run` may be called from several threads at once.

    isolate : False runs children as ordinary processes, for systems without namespaces
    """

    def __init__(self, chapter: str, *, limits: Limits = Limits(), isolate: bool = True):  # noqa: B008
        self.chapter = chapter
        self.limits = limits
        self.isolate = isolate
        self._warm = None
        self._lock = threading.Lock()

    def __enter__(self):
        self._warm = _Warm(self.chapter, self.limits, self.isolate)
        return self

    def __exit__(self, *exc):
        with self._lock:
            warm, self._warm = self._warm, None
        if warm:
            warm.close()

    def run(self, cells: list[Cell], draw: Callable[[Cell], bytes]) -> RunResult:
        """Run `cells` in order; `draw` is called for an exam cell once the child has reached it.

        Never raises for what a submission does and never hangs. An exception of `draw` itself is
        the caller's own and is raised after the child has been ended.
        """
        result, warm = self._run(cells, draw)
        if result.fault and result.fault.slug in ("sandbox", "killed") and warm.is_gone():
            result, _ = self._run(cells, draw)  # it was not the submission that ended
        return result

    def _run(self, cells, draw):
        started = time.monotonic()
        run = _Run(cells, draw, self.limits)
        try:
            child, warm = self._start_child()
        except (OSError, SandboxError) as error:
            run.stop("sandbox", 0, detail=error)
            return run.result(started), self._warm
        try:
            run.through(child)
        finally:
            report = child.end()
        run.account(report)
        return run.result(started), warm

    def _start_child(self):
        with self._lock:
            if self._warm is None:
                raise RuntimeError("the sandbox is closed: use it as a context manager")
            with contextlib.suppress(OSError):
                if not self._warm.is_gone(0):
                    return self._warm.start(), self._warm
            self._warm.close()
            self._warm = _Warm(self.chapter, self.limits, self.isolate)
            return self._warm.start(), self._warm


class _Run:
    """One submission on its way through its cells."""

    def __init__(self, cells, draw, limits):
        self.cells = cells
        self.draw = draw
        self.limits = limits
        self.results = [CellResult() for _ in cells]
        self.fault = None
        self.late = 0  # cells that ran out of time
        self.used = {}
        self.seconds = 0.0
        self.transcript = Transcript(len(cells), limits.cell_output_bytes, limits.output_bytes)

    def through(self, child):
        """Run every cell; what goes wrong becomes a fault."""
        index = 0
        try:
            child.greeted(time.monotonic() + START_SECONDS)
            for index, cell in enumerate(self.cells):
                if cell.kind != "skip" and (cell.kind == "exam" or cell.source.strip()):
                    self._cell(child, index, cell)
        except Limit as limit:
            self.stop(limit.slug, index)
        except Unspoken:
            self.stop("protocol", index)
        except Gone:
            slug, detail = _how_it_ended(child.end())
            if not child.was_greeted:
                slug, detail = "sandbox", child.end().get("failed", child.problem)
            self.stop(slug, index, detail=detail)

    def stop(self, slug, index, detail=""):
        """The run ends at this cell: say why here, and that later cells were not reached."""
        self.fault = self._fault(slug, detail)
        for number, cell in enumerate(self.cells):
            if number == index:
                self.results[number].fault = self.fault
                self.results[number].answers = None
            elif number > index and cell.kind != "skip":
                self.results[number].fault = self._fault("not-reached")

    def account(self, report):
        self.used = report

    def result(self, started):
        for result, outputs in zip(self.results, self.transcript.finish(), strict=True):
            result.outputs = outputs
        cpu, peak = self.used.get("cpu", 0.0), self.used.get("peak", 0)
        wall = time.monotonic() - started
        return RunResult(self.results, self.fault, float(cpu), wall, int(peak))

    def _cell(self, child, index, cell):
        sheet = self.draw(cell) if cell.kind == "exam" else None
        left = self.limits.total_seconds - self.seconds
        allowed = self._allowed()
        self.transcript.start(index)
        started = time.monotonic()
        due, deadline = started + allowed, started + min(allowed + GRACE_SECONDS, left)
        try:
            child.give(cell, sheet, allowed, deadline)
            done, answers = child.take(self.transcript.add, due, deadline)
        except TimeoutError:
            raise Limit("timeout" if allowed < left else "total-timeout") from None
        finally:
            result = self.results[index]
            result.seconds = time.monotonic() - started
            self.seconds += result.seconds
            self.transcript.end()
            if self.transcript.cut[index]:
                result.fault = self._fault("output")
        result.execution_count = _whole(done.get("count"))
        result.answers = answers if cell.kind == "exam" else None
        if done.get("fault") in _FROM_WITHIN:
            result.fault = self._fault(done["fault"])
            if done["fault"] == "timeout":
                result.answers = None
                self.late += 1

    def _allowed(self):
        """Seconds for a cell: less once others ran out of time, or ten endless loops take long."""
        return self.limits.cell_seconds / (1, 2, 4)[min(self.late, 2)]

    def _fault(self, slug, detail=""):
        mb = {
            "cell_output_mb": self.limits.cell_output_bytes / 2**20,
            "output_mb": self.limits.output_bytes / 2**20,
            "answer_mb": self.limits.answer_bytes / 2**20,
        }
        words = SENTENCES[slug].format(
            **asdict(self.limits), **mb, seconds=self._allowed(), detail=detail
        )
        return Fault(slug, words.replace(" ()", ""))


_SIGNALS = {
    4: "illegal instruction",
    5: "trap",
    6: "abort",
    7: "bus error",
    8: "arithmetic error",
    11: "segmentation fault",
    31: "forbidden system call",
}


def _how_it_ended(report):
    """Slug and detail for a child that is gone."""
    if report.get("reason") in ("memory", "processes", "open-files", "busy"):
        return report["reason"], ""
    code = report.get("code")
    if type(code) is not int:
        return "killed", ""
    if code == LINE_BROKEN:
        return "protocol", ""
    if code >= 0:
        return "exited", code
    if -code in (24, 14):
        return "timeout", ""
    if -code in _SIGNALS:
        return "crashed", _SIGNALS[-code]
    return "killed", ""


def _whole(number):
    return number if type(number) is int and 0 <= number < 10**9 else None


class _Warm:
    """The warm process, seen from the grader."""

    def __init__(self, chapter, limits, isolate):
        if isolate:
            _demand_linux()
        elif not hasattr(os, "fork"):
            raise SandboxError("Grading needs Linux or macOS; on Windows, grade inside WSL.")
        self.limits = limits
        _sweep()
        self.folder = tempfile.mkdtemp(prefix=_FOLDER)
        self.lock = _lock(self.folder)
        self.errors = tempfile.TemporaryFile()
        self.process = None
        try:
            sandbox_view.stage(chapter, self.folder)
            self._launch(isolate)
        except BaseException:
            self.close()
            raise

    def start(self):
        """A new child, as the two ends of its lines."""
        ours, theirs = zip(*(socket.socketpair() for _ in range(2)), strict=True)
        try:
            socket.send_fds(self.control, [b"+"], [end.fileno() for end in theirs])
        except OSError:
            for end in ours:
                end.close()
            raise
        finally:
            for end in theirs:
                end.close()
        return Child(*ours, self.limits)

    def is_gone(self, seconds=0.2):
        """Whether the warm process itself has ended, or does so within `seconds`."""
        try:
            self.process.wait(seconds)
            return True
        except subprocess.TimeoutExpired:
            return False

    def close(self):
        """End the warm process and everything it started."""
        if self.process:
            self.control.close()  # its sign to end
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.errors.close()
        shutil.rmtree(self.folder, ignore_errors=True)
        if self.lock is not None:
            os.close(self.lock)
            self.lock = None

    def _launch(self, isolate):
        first_uid = _spare_users() if isolate else None
        root = first_uid is not None and _may_change_users()
        if isolate:
            command = sandbox_view.bubblewrap(_bubblewrap(), self.folder, root)
            if threading.current_thread() is threading.main_thread():
                # It watches the thread that started it, so elsewhere it would end too soon.
                command.insert(1, "--die-with-parent")
            environment = {}
        else:
            command = sandbox_view.python(self.folder)
            environment = sandbox_view.environment(home=self.folder)
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
            "path": sandbox_view.module_folders(),
            "shown_in_tmp": sandbox_view.shown_in("/tmp"),
        }
        self._await_ready(settings)

    def _await_ready(self, settings):
        self.control.settimeout(START_SECONDS)
        try:
            self.control.sendall(json.dumps(settings).encode() + b"\n")
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


def available() -> tuple[bool, str]:
    """Whether the sandbox works on this machine, by trying, and what to install if not."""
    try:
        with Sandbox("01_single_neuron", limits=Limits(cell_seconds=20)) as sandbox:
            result = sandbox.run([Cell("import os\nprint(os.getpid(), os.getuid())")], _no_paper)
    except SandboxError as error:
        return False, f"{error}{_advice(str(error))}"
    if result.fault:
        return False, f"{result.fault}{_advice(str(result.fault))}"
    if _may_change_users():
        return True, "The sandbox works; every submission runs as a user of its own."
    return True, "The sandbox works, as an ordinary user."


def _sweep():
    """Remove what graders left behind that were killed."""
    for path in glob.glob(os.path.join(tempfile.gettempdir(), f"{_FOLDER}*")):
        with contextlib.suppress(OSError):
            about = os.stat(path)
            if about.st_uid == os.getuid() and time.time() - about.st_mtime > START_SECONDS:
                os.close(_lock(path))  # fails while its grader lives
                shutil.rmtree(path, ignore_errors=True)


def _lock(folder):
    import fcntl

    held = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(held)
        raise
    return held


def _no_paper(cell):
    raise LookupError("no paper was asked for")


def _demand_linux():
    if sys.platform != "linux":
        raise SandboxError(f"The sandbox needs Linux namespaces; this is {sys.platform}.")
    _bubblewrap()
    if os.geteuid() == 0 and (path := sandbox_view.readable_by_others()):
        raise SandboxError(
            f"Started by root, the sandbox runs learners' code as other users, who cannot read "
            f"{path}: chmod -R o+rX it, or grade as an ordinary user."
        )


def _bubblewrap():
    program = shutil.which("bwrap")
    if program is None:
        raise SandboxError(f"The program bwrap is missing. {_INSTALL}.")
    return program


def _may_change_users():
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


def _advice(problem):
    signs = ("bwrap: ", "namespace", "Operation not permitted")
    if any(sign in problem for sign in signs):
        return (
            "\nIn a container, allow namespaces (docker run --security-opt seccomp=unconfined "
            "--security-opt systempaths=unconfined). On Ubuntu 24.04 or later, ordinary users "
            "need: sysctl kernel.apparmor_restrict_unprivileged_userns=0, or grade as root."
        )
    return ""
