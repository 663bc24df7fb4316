"""One submission from its cells to its graded notebook: run it in a sandbox, mark it at a worker.

Goes by plain data on both sides, so that it can be done on any machine: what comes in holds seeds
but not the course's secret, and what goes out can be checked.
"""

from ..exam.marking import SLACK_BYTES
from .marker import Died
from .sandbox import RunResult
from .submission import write_up
from .submission.plan import plan


def task_of(work, chapter, reason: str | None = None) -> dict:
    """Work as plain data. reason: why it is not to be run although it can be read."""
    repaired = {**vars(work.repaired), "at_cells": sorted(work.repaired.at_cells)}
    seeds = {name: work.papers.seed(name) for name in chapter.exams}
    caps = {name: exercise.max_bytes + SLACK_BYTES for name, exercise in chapter.exams.items()}
    return {
        "repaired": repaired,
        "stubs": chapter.stubs,
        "seeds": seeds,
        "caps": caps,
        "reason": reason,
    }


def examine(sandbox, markers, task: dict) -> dict:
    """What `write_up` makes of a task; {"died": reason} if its worker did not come through."""
    try:
        with markers.session(task["seeds"]) as session:
            run, reason = None, task["reason"]
            if not (task["repaired"]["unreadable"] or reason):
                run, reason = _run(sandbox, session, task)
            return session.finish(
                repaired=task["repaired"],
                stubs=task["stubs"],
                run=None if run is None else _plain(_cells(task), run),
                reason=reason,
            )
    except Died as died:
        return {"died": str(died)}


def _run(sandbox, session, task):
    """The run, or why there is none."""
    cells = _cells(task)
    take = (session.answers,) if getattr(sandbox, "hands_over", False) else ()
    for last in (False, True):
        run = sandbox.run(cells, session.sheet, *take)
        _hand_in_the_rest(cells, run, session)
        if run.fault is None or run.fault.slug != "sandbox":
            return run, None
        if not last:
            session.again()
    return None, write_up.FAILED.format(run.fault)


def _cells(task):
    cells = plan(task["repaired"]["notebook"]).cells
    for cell in cells:
        cell.answer_bytes = task["caps"].get(cell.exercise)
    return cells


def _hand_in_the_rest(cells, run, session):
    """Answers that the sandbox kept, as one does that does not hand them over."""
    for cell, result in zip(cells, run.cells, strict=True):
        if result.answers:
            session.answers(cell, result.answers)
            result.answers = b""


def _plain(cells, run: RunResult) -> dict:
    return {
        "fault": _fault(run.fault),
        "cpu_seconds": run.cpu_seconds,
        "wall": run.wall,
        "peak_bytes": run.peak_bytes,
        "cells": [
            {
                "id": cell.id,
                "exercise": cell.exercise if cell.kind == "exam" else None,
                "answered": result.answers is not None,
                "outputs": result.outputs,
                "count": result.execution_count,
                "seconds": result.seconds,
                "fault": _fault(result.fault),
            }
            for cell, result in zip(cells, run.cells, strict=True)
        ],
    }


def _fault(fault):
    return None if fault is None else [fault.slug, fault.sentence]
