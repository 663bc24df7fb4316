"""Run a submission's cells where its code can do no harm, and bring back outputs and answers.

One warm process (`inside/main.py`) stands inside bubblewrap with NumPy and IPython imported, and
matplotlib once a submission has drawn. For every submission it forks a child, shut into namespaces
of its own, which runs the cells in order. At a graded cell the paper is asked for, here, only once
the child has run all cells before it; then it is sent in, and answers come out as bytes. Nothing a
child says is believed: it is data, counted and capped.

>>> with Sandbox("03_two_pass_mlp") as sandbox:
...     result = sandbox.run(cells, draw=lambda cell: papers[cell.id].sheet())
"""

import contextlib
import threading
import time
from collections.abc import Callable
from typing import Protocol

from bplab.grading.sandbox import early, stage
from bplab.grading.sandbox.ahead import Ahead
from bplab.grading.sandbox.terms import Cell, Limits, RunResult
from bplab.grading.sandbox.through import Run
from bplab.grading.sandbox.warm import SandboxError, Warm, may_change_users


class Sandbox:
    """A warm process that runs submissions of one chapter, each in a child of its own.

    Use as a context manager. `run` may be called from several threads at once.

    shown : what is seen of bplab, as `stage` says it; may be set before the start
    gate : a Gate; that of another sandbox, if the two must not run beside a run that is alone
    isolate : False runs children as ordinary processes, for systems without namespaces
    """

    hands_over = True  # `run` gives answers away as they come

    def __init__(self, chapter: str, *, limits: Limits = Limits(), isolate: bool = True):  # noqa: B008
        self.chapter = chapter
        self.shown = stage.of_chapter(chapter)
        self.limits = limits
        self.isolate = isolate
        self.more_to_come = lambda: False  # asked at each run: whether to get the next child ready
        self._warm = None
        self._lock = threading.Lock()
        self.gate = Gate()
        self._ahead = Ahead()

    def __enter__(self):
        begun = early.taken(self.limits, self.isolate)
        self._warm = (begun or Warm(self.limits, self.isolate)).show(self.shown)
        self._ahead = Ahead()
        return self

    def ready(self):
        """Wait until a run can begin; raises SandboxError if none ever can."""
        with self._lock:
            self._warm.ready()

    def expect(self):
        """Get a child ready for the run to come, unless one is."""
        self._ahead.get_ready(self._start_child)

    def __exit__(self, *exc):
        self._ahead.close()
        with self._lock:
            warm, self._warm = self._warm, None
        if warm:
            warm.close()

    def run(
        self,
        cells: list[Cell],
        draw: Callable[[Cell], bytes],
        take: Callable[[Cell, bytes], None] | None = None,
        alone: bool = False,
        again: "Again | None" = None,
    ) -> RunResult:
        """Run `cells` in order; `draw` is called for an exam cell once the child has reached it.

        take : called with the answers to an exam cell when they are there, which are then not
            kept: the result has b"" in their place
        alone : wait until nothing else runs, and let nothing begin until it is over
        again : second sittings, held when every cell is over and every answer has been handed out;
            what they show is dropped, and what goes wrong in them changes nothing of the result

        Never raises for what a submission does and never hangs. An exception of `draw` or
        `take` is the caller's own and is raised after the child has been ended.
        """
        with self.gate.alone() if alone else self.gate.beside_others():
            killed = _killed_for_memory()
            result, warm = self._run(cells, draw, take, again)
            if result.fault and result.fault.slug in ("sandbox", "killed") and warm.is_gone():
                result, _ = self._run(cells, draw, take, again)  # not the submission's end
            result.short_of_memory = _killed_for_memory() != killed
        return result

    def _run(self, cells, draw, take, again):
        started = time.monotonic()
        run = Run(cells, draw, take, self.limits)
        try:
            child, warm = self._ahead.take() or self._start_child()
        except (OSError, SandboxError) as error:
            run.stop("sandbox", 0, detail=error)
            return run.result(started), self._warm
        if self.more_to_come():
            self.expect()
        try:
            run.through(child)
            if again is not None and run.fault is None:
                run.through_again(child, again)
        finally:
            report = child.end()
        if run.met - warm.has_met:
            with self._lock:
                warm.meet(run.met)
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
            self._warm = Warm(self.limits, self.isolate).show(self.shown)
            return self._warm.start(), self._warm


class Again(Protocol):
    """Second sittings, as whoever marks sets them."""

    def asked(self) -> list[Cell]:
        """Cells of kind "again", in the order in which they are held. Called once, at the end."""

    def draw(self, cell: Cell) -> bytes:
        """The paper."""

    def take(self, cell: Cell, called: list[str], answers: bytes):
        """Here are answers; `called` are the parts that the function is said to call."""


class Gate:
    """Lets runs go side by side, or one alone."""

    def __init__(self):
        self._changed = threading.Condition()
        self._inside = self._waiting = 0

    @contextlib.contextmanager
    def beside_others(self):
        with self._changed:
            self._changed.wait_for(lambda: not self._waiting)
            self._inside += 1
        try:
            yield
        finally:
            with self._changed:
                self._inside -= 1
                self._changed.notify_all()

    @contextlib.contextmanager
    def alone(self):
        with self._changed:
            self._waiting += 1
            self._changed.wait_for(lambda: not self._inside)
            self._inside += 1
        try:
            yield
        finally:
            with self._changed:
                self._inside -= 1
                self._waiting -= 1
                self._changed.notify_all()


def _killed_for_memory():
    """How many processes the kernel has ended for want of memory since the machine started."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        with open("/proc/vmstat") as file:
            return int(file.read().partition("oom_kill ")[2].split()[0])
    return 0


def available() -> tuple[bool, str]:
    """Whether the sandbox works on this machine, by trying, and what to install if not."""
    try:
        with Sandbox("01_single_neuron", limits=Limits(cell_seconds=20)) as sandbox:
            result = sandbox.run([Cell("import os\nprint(os.getpid(), os.getuid())")], _no_paper)
    except SandboxError as error:
        return False, f"{error}{_advice(str(error))}"
    if result.fault:
        return False, f"{result.fault}{_advice(str(result.fault))}"
    if may_change_users():
        return True, "The sandbox works; every submission runs as a user of its own."
    return True, "The sandbox works, as an ordinary user."


def _no_paper(cell):
    raise LookupError("no paper was asked for")


def _advice(problem):
    signs = ("bwrap: ", "namespace", "Operation not permitted")
    if any(sign in problem for sign in signs):
        return (
            "\nIn a container, allow namespaces (docker run --security-opt seccomp=unconfined "
            "--security-opt systempaths=unconfined). On Ubuntu 24.04 or later, ordinary users "
            "need: sysctl kernel.apparmor_restrict_unprivileged_userns=0, or grade as root."
        )
    return ""
