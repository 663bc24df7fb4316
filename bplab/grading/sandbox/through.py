"""One submission on its way through its cells, and how it ended."""

import contextlib
import time
from dataclasses import asdict

from bplab.grading.sandbox.child import Gone, Limit, Unspoken
from bplab.grading.sandbox.clock import Clock
from bplab.grading.sandbox.inside.frames import LINE_BROKEN, MEET
from bplab.grading.sandbox.outputs import Transcript
from bplab.grading.sandbox.terms import FROM_WITHIN, SENTENCES, Cell, CellResult, Fault, RunResult
from bplab.grading.sandbox.warm import START_SECONDS

LONG_SECONDS = 1.0  # below, a cell's time on the wall will do
GRACE_SECONDS = 2.0  # for a cell to end after it was interrupted


class Run:
    """One submission on its way through its cells."""

    def __init__(self, cells, draw, take, limits):
        self.cells = cells
        self.draw = draw
        self.take = take
        self.answered = 0  # bytes
        self.limits = limits
        self.results = [CellResult() for _ in cells]
        self.fault = None
        self.again_killed = False
        self.met = set()  # letters, as the child says
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
                    if cell.own:  # what it has left running must not end another's cell
                        self._look(child)
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
            except Gone:
                self.again_killed = _how_it_ended(child.end())[0] == "killed"
                return
            except (Limit, Unspoken, TimeoutError):
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
        used = (float(cpu), wall, int(peak))
        return RunResult(self.results, self.fault, *used, again_killed=self.again_killed)

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
        self.met.update(str(done.get("met", ""))[: len(MEET)])
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
    if report.get("oom") and report.get("reason") in (None, "ordered"):
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
