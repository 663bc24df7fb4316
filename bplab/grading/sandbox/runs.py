"""Run a submission's cells where its code can do no harm, and bring back outputs and answers.

One warm process (`inside/main.py`) stands inside bubblewrap with NumPy, matplotlib and IPython
imported. For every submission it forks a child, shut into namespaces of its own, which runs the
cells in order. At a graded cell the paper is drawn, here, only once the child has run all cells
before it; then it is sent in, and answers come out as bytes. Nothing a child says is believed: it
is data, counted and capped.

>>> with Sandbox("03_two_pass_mlp") as sandbox:
...     result = sandbox.run(cells, draw=lambda cell: papers[cell.id].sheet())
"""

import contextlib
import threading
import time
from collections.abc import Callable
from dataclasses import asdict
from typing import Protocol

from bplab.grading.sandbox import stage
from bplab.grading.sandbox.child import Gone, Limit, Unspoken
from bplab.grading.sandbox.clock import Clock
from bplab.grading.sandbox.inside.frames import LINE_BROKEN
from bplab.grading.sandbox.outputs import Transcript
from bplab.grading.sandbox.terms import (
    FROM_WITHIN,
    SENTENCES,
    Cell,
    CellResult,
    Fault,
    Limits,
    RunResult,
)
from bplab.grading.sandbox.warm import START_SECONDS, SandboxError, Warm, may_change_users

LONG_SECONDS = 1.0  # below, a cell's time on the wall will do
GRACE_SECONDS = 2.0  # for a cell to end after it was interrupted


class Sandbox:
    """A warm process that runs submissions of one chapter, each in a child of its own.

    Use as a context manager. `run` may be called from several threads at once.

    shown : what is seen of bplab, as `stage` says it; may be set before the start
    isolate : False runs children as ordinary processes, for systems without namespaces
    """

    hands_over = True  # `run` gives answers away as they come

    def __init__(self, chapter: str, *, limits: Limits = Limits(), isolate: bool = True):  # noqa: B008
        self.chapter = chapter
        self.shown = stage.of_chapter(chapter)
        self.limits = limits
        self.isolate = isolate
        self._warm = None
        self._lock = threading.Lock()
        self._gate = Gate()

    def __enter__(self):
        self._warm = Warm(self.shown, self.limits, self.isolate)
        return self

    def __exit__(self, *exc):
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
        with self._gate.alone() if alone else self._gate.beside_others():
            killed = _killed_for_memory()
            result, warm = self._run(cells, draw, take, again)
            if result.fault and result.fault.slug in ("sandbox", "killed") and warm.is_gone():
                result, _ = self._run(cells, draw, take, again)  # not the submission's end
            result.short_of_memory = _killed_for_memory() != killed
        return result

    def _run(self, cells, draw, take, again):
        started = time.monotonic()
        run = _Run(cells, draw, take, self.limits)
        try:
            child, warm = self._start_child()
        except (OSError, SandboxError) as error:
            run.stop("sandbox", 0, detail=error)
            return run.result(started), self._warm
        try:
            run.through(child)
            if again is not None and run.fault is None:
                run.through_again(child, again)
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
            self._warm = Warm(self.shown, self.limits, self.isolate)
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


class _Run:
    """One submission on its way through its cells."""

    def __init__(self, cells, draw, take, limits):
        self.cells = cells
        self.draw = draw
        self.take = take
        self.answered = 0  # bytes
        self.limits = limits
        self.results = [CellResult() for _ in cells]
        self.fault = None
        self.now = Cell("")  # the cell it is at
        self.late = [0, 0]  # cells that ran out of time: the chapter's, the learner's own
        self.unseen = 0.0  # seconds of cells since the last look at what was spent
        self.spent = (0.0, 0.0)  # processor seconds, and seconds of waiting for one
        self.used = {}
        self.seconds = 0.0
        self.transcript = Transcript(len(cells), limits.cell_output_bytes, limits.output_bytes)

    def through(self, child):
        """Run every cell; what goes wrong becomes a fault."""
        index = 0
        try:
            child.greeted(time.monotonic() + START_SECONDS)
            for index, cell in enumerate(self.cells):
                self.now = cell
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

    def through_again(self, child, again):
        """Hold the second sittings, as far as the child comes."""
        for cell in again.asked():
            left = self.limits.total_seconds - self.seconds
            if left <= 0:
                return
            try:
                done, answers = self._sit_again(child, cell, again.draw(cell), left)
            except (Limit, Unspoken, Gone, TimeoutError):
                return
            called = done.get("called")
            called = called if type(called) is list else []
            if answers is not None and done.get("fault") not in FROM_WITHIN:
                again.take(cell, [part for part in cell.parts if part in called], answers)
            elif done.get("fault") == "timeout":
                self.late[0] += 1

    def _sit_again(self, child, cell, sheet, left):
        allowed = min(self._allowed(cell), left)
        if self.unseen > LONG_SECONDS:
            self._look(child)
        started = time.monotonic()
        clock = Clock(self.spent, allowed, GRACE_SECONDS)
        child.give(cell, sheet, allowed, clock.wall)
        done, answers = child.take(lambda shown: None, clock)
        self._count(child, clock, time.monotonic() - started)
        return done, answers

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
        cpu = self.used.get("cpu", 0.0)
        peak = max(self.used.get("peak", 0), self.used.get("group_peak", 0))
        wall = time.monotonic() - started
        return RunResult(self.results, self.fault, float(cpu), wall, int(peak))

    def _cell(self, child, index, cell):
        sheet = self.draw(cell) if cell.kind == "exam" else None
        left = self.limits.total_seconds - self.seconds
        allowed = self._allowed(cell)
        self.transcript.start(index)
        if self.unseen > LONG_SECONDS:
            self._look(child)
        started = time.monotonic()
        clock = Clock(self.spent, min(allowed, left), GRACE_SECONDS)
        try:
            child.give(cell, sheet, allowed, clock.wall)
            done, answers = child.take(self.transcript.add, clock)
        except TimeoutError:
            raise Limit("timeout" if allowed < left else "total-timeout") from None
        finally:
            result = self.results[index]
            result.seconds = time.monotonic() - started
            self.transcript.end()
            if self.transcript.cut[index]:
                result.fault = self._fault("output")
        self._count(child, clock, result.seconds)
        if clock.interrupted is not None and allowed >= left:
            raise Limit("total-timeout")
        result.execution_count = _whole(done.get("count"))
        result.answers = answers if cell.kind == "exam" else None
        if done.get("fault") in FROM_WITHIN:
            result.fault = self._fault(done["fault"])
            if done["fault"] == "timeout":
                result.answers = None
                self.late[cell.own] += 1
        if result.answers is not None:
            self.answered += len(result.answers)
            if self.answered > self.limits.all_answer_bytes:
                raise Limit("answers")
            if self.take:
                self.take(cell, result.answers)
                result.answers = b""

    def _count(self, child, clock, wall):
        """Count what the cell took of the notebook's time: looked up only where it matters."""
        if wall < LONG_SECONDS:
            self.seconds += wall
            self.unseen += wall
            self.spent = (self.spent[0] + wall, self.spent[1])
            return
        self._look(child)
        with contextlib.suppress(TimeoutError):
            clock.is_up(self.spent)
        self.seconds += clock.seconds

    def _look(self, child):
        self.spent, self.unseen = child.spent(), 0.0

    def _allowed(self, cell):
        """Seconds for a cell: less once others ran out of time, or ten endless loops take long.

        A learner's own cells take nothing from the chapter's.
        """
        return self.limits.cell_seconds / (1, 2, 4)[min(self.late[cell.own], 2)]

    def _fault(self, slug, detail="", cell=None):
        mb = {
            "cell_output_mb": self.limits.cell_output_bytes / 2**20,
            "output_mb": self.limits.output_bytes / 2**20,
            "answer_mb": self.limits.answer_bytes / 2**20,
            "all_answer_mb": self.limits.all_answer_bytes / 2**20,
        }
        words = SENTENCES[slug].format(
            **asdict(self.limits), **mb, seconds=self._allowed(cell or self.now), detail=detail
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
    if report.get("oom") and report.get("reason") is None:
        return "memory", ""
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
