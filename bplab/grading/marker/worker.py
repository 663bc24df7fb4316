"""A worker: draws the papers of a submission, marks its answers, writes up its notebook.

It is asked in frames, JSON or bytes, and answers in frames. Before each thing that can become
expensive it says which cell it is at, so that its end, if it comes, has a place.
"""

import contextlib
import json
import resource
import time
from functools import partial

from bplab import exercises
from bplab.exam import files
from bplab.exam.report import Report
from bplab.grading.marker import follow
from bplab.grading.marker.limits import Budget, OutOfTime, confine, spending
from bplab.grading.sandbox import CellResult, Fault, RunResult
from bplab.grading.submission import write_up
from bplab.grading.submission.repair import Repaired

ASK, BYTES, AT, SHOWS, REPLY = b"Q", b"B", b"@", b"S", b"R"
SIZES = {ASK: 2**30, BYTES: 2**30}
REPLIES = {AT: 10_000, SHOWS: 10_000, REPLY: 2**30, BYTES: 2**30}
SPENT = (
    "Marking this took more than {seconds:g} s of processor time or {memory_mb} MB of memory. "
    "Nobody has lost a point yet: a person has to look."
)


def serve(line):
    """Answer what is asked until the line is closed."""
    worker = Worker(line)
    while True:
        kind, body = line.receive()
        request = json.loads(body)
        getattr(worker, request.pop("do"))(**request)


class Worker:
    """One submission after the other."""

    def __init__(self, line):
        self.line = line

    def begin(self, seeds, folder, budget):
        """A submission begins. seeds: of its papers, by exercise. folder: of own exercises."""
        self.budget = Budget(**budget)
        confine(self.budget)
        self.started = time.process_time()
        self.seeds, self.folder = seeds, folder
        self.papers, self.exercises = {}, {}
        self.again()

    def again(self):
        """Its run begins, or begins again."""
        self.reports, self.broken, self.costs = {}, set(), {}
        self.unexplained = {}  # of cells whose reports are but their scores: exercise, answers
        self.left = {}  # of answers that left files: them, and what was loaded from these
        self.called = {}  # of exercises that passed in their second sitting: the parts they call

    def sheet(self, exercise):
        """Reply with the paper as it goes to the learner's side."""
        self._at(f"the paper of {exercise}")
        self.line.send(BYTES, self._paper(exercise).sheet())

    def answers(self, cell, exercise):
        """Mark the answers that follow; the report is kept.

        Of several that fail only the first is explained at once: the others may fail because of it,
        and need no reason of their own.
        """
        _, data = self.line.receive()
        at_once = all(report.passed for report in self.reports.values())
        report = self._mark(cell, exercise, data, at_once)
        if not (report.passed or at_once):
            self.unexplained[cell] = exercise, data
        if report.score > 0 and self._exercise(exercise).loaded_by:
            self.left[cell] = {"exercise": exercise, "data": data}

    def _mark(self, cell, exercise, data, explain):
        self._at(f"the answers to {exercise}")
        started = time.process_time()
        mark = partial(write_up.mark, self._paper(exercise), data, explain)
        report, broken = self._bounded(mark, lambda: (self._out_of_bounds(exercise), True))
        self.reports[cell] = report
        self.broken |= {cell} if broken else set()
        cost = self.costs.get(cell, 0.0) + time.process_time() - started
        self.costs[cell] = round(cost, 4)
        return report

    def _explain(self, but):
        """Say why answers are wrong of which only that was seen. but: not at these cells."""
        for cell in [cell for cell in self.unexplained if cell not in but | self.broken]:
            self._mark(cell, *self.unexplained.pop(cell), True)

    def files_left(self):
        """Reply with {cell: name of the function that loads}, of answers that left files."""
        due = {}
        for cell, left in self.left.items():
            paper = self._paper(left["exercise"])
            self._at(f"the files of {left['exercise']}")
            left["sheet"] = self._bounded(partial(files.sheet, paper, left["data"]), lambda: None)
            if left["sheet"] is not None:
                due[cell] = paper.exercise.loaded_by
        self.line.send(REPLY, due)

    def file_sheet(self, cell):
        """Reply with the paper for a fresh process."""
        self.line.send(BYTES, self.left[cell]["sheet"])

    def loaded(self, cell):
        """Keep the answers that follow: what the fresh process loaded."""
        _, self.left[cell]["loaded"] = self.line.receive()

    def _mark_files(self):
        for cell, left in self.left.items():
            name = left["exercise"]
            self._at(f"what was loaded for {name}")
            mark = partial(
                files.report,
                self._paper(name),
                self.reports[cell],
                left["data"],
                left.get("loaded"),
            )
            report = self._bounded(mark, lambda: None)
            self.reports[cell] = report or self._out_of_bounds(name)
            self.broken |= set() if report else {cell}

    def second(self, exams, among):
        """Reply with the second sittings that are due.

        exams : [cell id, exercise] of this run;  among : ids of cells that can be, or None for all
        """
        self.cells = {}
        for cell, name in exams:
            self.cells.setdefault(name, cell)
        asked = [self._exercise(name) for name in self.seeds if name in self.cells]
        failed = {
            e.name
            for e in asked
            if (among is None or self.cells[e.name] in among)
            and self._has_failed(self.cells[e.name])
        }
        found = self._bounded(lambda: follow.sittings(asked, failed), list)
        self.line.send(REPLY, [{**one, "cell": self.cells[one["exercise"]]} for one in found])
        self._explain(but={self.cells[one["exercise"]] for one in found})  # sat again meanwhile

    def _has_failed(self, cell):
        report = self.reports.get(cell)  # none where no answers came
        return cell not in self.broken and not (report and report.passed)

    def second_answers(self, exercise, called):
        """Look whether the answers that follow, of a second sitting, are right."""
        _, data = self.line.receive()
        self._at(f"the second answers to {exercise}")
        paper = self._paper(exercise)
        if called and self._bounded(lambda: paper.exercise.passes(paper, data), lambda: False):
            self.called[exercise] = called

    def finish(self, repaired, stubs, run, reason, remarks=None, worth=None):
        """Write up the graded notebook and reply with it.

        worth : what an exercise earns that passed in its second sitting
        """
        repaired["at_cells"] = set(repaired["at_cells"])
        result = _run_result(run)
        for cell, report in self._faults(run).items():
            self.reports[cell] = report
            self.unexplained.pop(cell, None)
        self._explain(but={self.cells[name] for name in self.called})
        self._mark_files()
        if self.called:
            first = {name: self.reports[self.cells[name]] for name in self.called}
            for name, report in follow.reports(first, self.called, worth).items():
                self.reports[self.cells[name]] = report
        graded = write_up.write_up(
            Repaired(**repaired),
            stubs,
            run=result,
            reports=self.reports,
            broken=self.broken,
            reason=reason,
            bounded=self._bounded_cell,
            remarks=remarks or {},
        )
        graded.details["marking"] = {
            "cpu_seconds": round(time.process_time() - self.started, 4),
            "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
            "by_cell": self.costs,
        }
        self.line.send(REPLY, vars(graded))

    def _faults(self, run):
        """Reports on the exam cells that brought no answers."""
        found = {}
        for about in run["cells"] if run else ():
            if about["exercise"] and not about["answered"]:
                fault = about["fault"] or run["fault"]
                found[about["id"]] = write_up.unanswered(about["exercise"], fault and Fault(*fault))
        return found

    def _paper(self, name):
        if name not in self.papers:
            self.papers[name] = self._exercise(name).draw(self.seeds[name])
        return self.papers[name]

    def _exercise(self, name):
        if name not in self.exercises:
            self.exercises[name] = exercises.find(name, self.folder)
        return self.exercises[name]

    def _bounded_cell(self, cell, work):
        """Do `work` on what a cell shows; if it takes too long, nothing of it is shown."""
        self._at(f"what cell {cell} shows")
        self.line.send(SHOWS, cell.encode("utf-8", "replace")[:2000])
        return self._bounded(work, lambda: None)

    def _bounded(self, work, instead):
        left = self.budget.seconds - (time.process_time() - self.started)
        try:
            with spending(min(self.budget.cell_seconds, left)):
                return work()
        except (OutOfTime, MemoryError):
            with contextlib.suppress(OutOfTime):  # one more may be on its way
                time.sleep(0)
            return instead()

    def _out_of_bounds(self, exercise):
        told = SPENT.format(seconds=self.budget.cell_seconds, memory_mb=self.budget.memory_mb)
        return Report(exercise, False, 0.0, "marker-spent", told)

    def _at(self, place):
        self.line.send(AT, place.encode("utf-8", "replace")[:2000])


def _run_result(run):
    if run is None:
        return None
    cells = [
        CellResult(
            outputs=about["outputs"],
            execution_count=about["count"],
            seconds=about["seconds"],
            fault=about["fault"] and Fault(*about["fault"]),
        )
        for about in run["cells"]
    ]
    fault = run["fault"] and Fault(*run["fault"])
    left_out = run["left_out"] and Fault(*run["left_out"])
    used = (run["cpu_seconds"], run["wall"], run["peak_bytes"])
    return RunResult(cells, fault, *used, left_out=left_out)
