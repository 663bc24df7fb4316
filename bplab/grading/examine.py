"""One submission from its cells to its graded notebook: run it in a sandbox, mark it at a worker.

Goes by plain data on both sides, so that it can be done on any machine: what comes in holds seeds
but not the course's secret, and what goes out can be checked.
"""

from dataclasses import dataclass, replace
from functools import partial

from ..exam.marking import SLACK_BYTES
from . import fresh
from .course import FOLLOW_THROUGH
from .marker import Died
from .sandbox import Cell, CellResult, Fault, RunResult
from .submission import write_up
from .submission.plan import plan

MOST_UNSHOWN = 2  # cells at whose outputs a worker ended
MOST_LEFT_OUT = 4  # of a learner's own cells one by one; then the rest of them at once
RUN_COSTS = ("cpu_seconds", "wall_seconds", "peak_mb")
LEFT_OUT = "Not run: other cells of your own had ended the notebook again and again."
OUT_OF_MEMORY = write_up.FAILED.format("the machine ran out of memory twice, the second time alone")


def task_of(work, chapter, reason: str | None = None) -> dict:
    """Work as plain data. reason: why it is not to be run although it can be read."""
    repaired = {**vars(work.repaired), "at_cells": sorted(work.repaired.at_cells)}
    del repaired["ids"]  # whose notebook it is has been told
    seeds = {name: work.papers.seed(name) for name in chapter.exams}
    caps = {name: exercise.max_bytes + SLACK_BYTES for name, exercise in chapter.exams.items()}
    return {
        "repaired": repaired,
        "stubs": chapter.stubs,
        "remarks": chapter.remarks,
        "seeds": seeds,
        "caps": caps,
        "worth": FOLLOW_THROUGH[chapter.follow_through],
        "reason": reason,
    }


def examine(sandbox, markers, task: dict) -> dict:
    """What `write_up` makes of a task; {"died": reason, "cost": ...} if its worker died of it.

    A worker's end that no limit of ours has ordered may be the machine's: all is done once more,
    with nothing beside it. One that ended at what a cell shows has not decided a grade: all is
    done once more, and that cell shows nothing.
    """
    unshown: set[str] = set()
    alone, cost = False, Cost()
    while True:
        found = _examine(sandbox, markers, task, unshown, alone, cost)
        if type(found) is dict:
            return found
        cost.marking += found.seconds
        if not (found.ordered or alone):
            alone = True
            continue
        if found.shown is None or found.shown in unshown or len(unshown) == MOST_UNSHOWN:
            return {"died": str(found), "cost": vars(cost)}
        unshown.add(found.shown)


@dataclass
class Cost:
    """What all tries of a submission took: seconds, MB at its largest, the marker's seconds."""

    cpu_seconds: float = 0.0
    wall_seconds: float = 0.0
    peak_mb: int = 0
    marking: float = 0.0

    def add(self, run):
        """Count a run, and let it say what all of them took."""
        self.cpu_seconds = run.cpu_seconds = self.cpu_seconds + run.cpu_seconds
        self.wall_seconds = run.wall = self.wall_seconds + run.wall
        run.peak_bytes = max(run.peak_bytes, self.peak_mb * 2**20)
        self.peak_mb = run.peak_bytes // 2**20


def _examine(sandbox, markers, task, unshown, alone, cost):
    """As `examine`; a Died if the worker ended."""
    try:
        with markers.session(task["seeds"], alone) as session:
            run, reason = None, task["reason"]
            if not (task["repaired"]["unreadable"] or reason):
                cells = _cells(task)
                run, reason = _run(sandbox, session, task, cells, cost)
                if run is not None:
                    fault = fresh.load(partial(_held, sandbox), session, cells, run)
                    reason = fault and write_up.FAILED.format(fault)
            graded = session.finish(
                repaired=task["repaired"],
                stubs=task["stubs"],
                remarks=task["remarks"],
                run=None if run is None else _plain(_cells(task), run, unshown),
                reason=reason,
                worth=task["worth"],
            )
            if run is None:
                graded["details"].update({name: vars(cost)[name] for name in RUN_COSTS})
            return graded
    except Died as died:
        return died


def _run(sandbox, session, task, cells, spent):
    """The run, or why there is none.

    A learner's own cell that ends the run costs that cell alone: the run is repeated without it.
    A death that the machine may have caused is tried again with nothing beside it.
    """
    cost: dict = {}
    failed = alone = 0
    while True:
        again = None
        if task["worth"] is not None:
            again = SecondSittings(session, cells, task["caps"])
        run = _held(sandbox, cells, session.sheet, session.answers, alone, again)
        spent.add(run)
        slug = run.fault.slug if run.fault else None
        if slug == "sandbox" and not failed:
            failed = 1
        elif slug == "sandbox":
            return None, write_up.FAILED.format(run.fault)
        elif slug == "killed" and not alone:
            alone = True
        elif slug == "killed" and run.short_of_memory:
            return None, OUT_OF_MEMORY
        elif (at := _own_end(cells, run)) is not None and len(cost) < MOST_LEFT_OUT:
            left_out = [at] if len(cost) < MOST_LEFT_OUT - 1 else _own_from(cells, at)
            for index in left_out:
                cells[index].kind = "skip"
                cost[index] = run.cells[index] if index == at else None
        else:
            if again is not None and (run.fault is not None or run.again_killed):
                _sit_again_afresh(sandbox, again, cells, run)
            return _with_costs(run, cost), None
        session.again()


def _sit_again_afresh(sandbox, again, cells, first):
    """Second sittings that a run had no process left for, in another one.

    It runs the cells before the one at which the first ended, asks none of their papers again, and
    holds the second sittings of what was asked until then. What was not reached stays as it is.
    """
    end = len(cells)
    if first.fault is not None:
        ends = (
            i for i, r in enumerate(first.cells) if r.fault and r.fault.slug == first.fault.slug
        )
        end = max(ends, default=0)
    before = cells[:end]
    again.only({cell.id for cell in before})
    if not getattr(sandbox, "hands_over", False) or not again.asked():
        return
    rest = [replace(cell, kind="keep") if cell.kind == "exam" else cell for cell in before]
    for alone in (first.again_killed, True):
        run = _held(sandbox, rest, again.draw, None, alone, again)
        first.cpu_seconds += run.cpu_seconds
        first.wall += run.wall
        first.peak_bytes = max(first.peak_bytes, run.peak_bytes)
        slug = run.fault.slug if run.fault else None
        if not run.again_killed and slug not in ("sandbox", "killed"):
            return


def _held(sandbox, cells, draw, take, alone, again=None):
    """A run of cells, whichever kind of sandbox it is."""
    if getattr(sandbox, "hands_over", False):
        return sandbox.run(cells, draw, take, alone=alone, again=again)
    run = sandbox.run(cells, draw)
    for cell, result in zip(cells, run.cells, strict=True):
        if result.answers:
            take(cell, result.answers)
            result.answers = b""
    return run


class SecondSittings:
    """What failed is sat again with the right ones of those that it calls, if they failed too."""

    def __init__(self, session, cells, caps):
        self.session, self.caps = session, caps
        self.exams = [(cell.id, cell.exercise) for cell in cells if cell.kind == "exam"]
        self.among: list[str] | None = None
        self._asked: list[Cell] | None = None

    def only(self, ids):
        """Of the run's exam cells, no more than these can be sat again or put in."""
        self.among = sorted(ids)

    def asked(self):
        """The cells to be sat again: asked for when every first answer has been taken."""
        if self._asked is None:
            self._asked = self._ask()
        return self._asked

    def _ask(self):
        return [
            Cell(
                one["source"],
                "again",
                one["cell"],
                one["exercise"],
                answer_bytes=self.caps.get(one["exercise"]),
                parts=tuple(one["parts"]),
            )
            for one in self.session.second(self.exams, self.among)
        ]

    def draw(self, cell):
        return self.session.sheet(cell)

    def take(self, cell, called, answers):
        self.session.second_answers(cell.exercise, called, answers)


def _own_end(cells, run):
    """Index of the learner's own cell at which the run ended, or None."""
    if run.fault is None:
        return None
    for index, result in enumerate(run.cells):
        if result.fault is not None and result.fault.slug == run.fault.slug:
            if cells[index].own and cells[index].kind == "run":
                return index
    return None


def _own_from(cells, at):
    return [i for i, cell in enumerate(cells) if i >= at and cell.own and cell.kind == "run"]


def _with_costs(run, cost):
    """The run as it came out, with what is to be said at the cells that were left out."""
    for index, result in cost.items():
        if run.left_out is None and result is not None:
            run.left_out = result.fault
        run.cells[index] = result or CellResult(fault=Fault("left-out", LEFT_OUT))
    return run


def _cells(task):
    cells = plan(task["repaired"]["notebook"]).cells
    for cell in cells:
        cell.answer_bytes = task["caps"].get(cell.exercise)
    return cells


def _plain(cells, run: RunResult, unshown) -> dict:
    return {
        "fault": _fault(run.fault),
        "left_out": _fault(run.left_out),
        "cpu_seconds": run.cpu_seconds,
        "wall": run.wall,
        "peak_bytes": run.peak_bytes,
        "cells": [
            {
                "id": cell.id,
                "exercise": cell.exercise if cell.kind == "exam" else None,
                "answered": result.answers is not None,
                "outputs": [_unshown()] if cell.id in unshown else result.outputs,
                "count": result.execution_count,
                "seconds": result.seconds,
                "fault": _fault(result.fault),
            }
            for cell, result in zip(cells, run.cells, strict=True)
        ],
    }


def _unshown():
    return {"output_type": "stream", "name": "stderr", "text": write_up.LEFT_OUT}


def _fault(fault):
    return None if fault is None else [fault.slug, fault.sentence]
