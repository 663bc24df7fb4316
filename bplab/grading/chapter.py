"""One chapter, ready to be graded, and the way of one submission through it: read, mark, write up.

No gradebook, no processes.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from .. import __version__, exercises
from .course import Course, CourseError
from .sandbox import RunResult
from .submission import folders, write_up
from .submission import plan as plans
from .submission.repair import Repaired, repair

GRADER = "1"


class Chapter:
    """All that grading one submission needs to know of its chapter; no gradebook, no processes."""

    def __init__(self, course: Course, name: str, find=exercises.find, notebook: str | None = None):
        self.course, self.name = course, name
        self.notebook_name = notebook or course.notebook_name(name)
        self.release = course.release(name, self.notebook_name)
        if not plans.is_graded(self.release):
            raise CourseError(f"{name} has no graded cells: there is nothing to grade.")
        self.exams = plans.exams(self.release, name, find)
        marks = [cell["metadata"].get("nbgrader", {}) for cell in self.release["cells"]]
        self.stubs = {
            cell["metadata"]["nbgrader"]["grade_id"]: cell["source"]
            for cell in self.release["cells"]
            if cell["metadata"].get("nbgrader", {}).get("solution")
        }
        self.max_score = sum(float(m.get("points", 0)) for m in marks if m.get("grade"))
        self.fingerprint = self._fingerprint()

    def _fingerprint(self) -> str:
        """Digest of everything but the submission that a grade depends on."""
        whole = hashlib.sha256()
        parts = [GRADER, __version__, json.dumps(self.release, sort_keys=True)]
        for part in parts:
            whole.update(part.encode() + b"\0")
        whole.update(hashlib.sha256(self.course.secret_once).digest())
        package = Path(exercises.__file__).parent.parent
        for folder in ("exam", "exercises", "nn"):
            for path in sorted((package / folder).rglob("*.py")):
                whole.update(path.read_bytes())
        return whole.hexdigest()

    def papers(self, student: str) -> "Papers":
        return Papers(self, student)


class Papers:
    """The papers of one student, drawn when they are asked for."""

    def __init__(self, chapter, student):
        self.chapter, self.student, self._drawn = chapter, student, {}

    def paper(self, name):
        if name not in self._drawn:
            seed = self.chapter.course.seed(self.student, self.chapter.name, name)
            self._drawn[name] = self.chapter.exams[name].draw(seed)
        return self._drawn[name]

    def draw(self, cell) -> bytes:
        """What the sandbox sends in at an exam cell."""
        return self.paper(cell.exercise).sheet()


@dataclass
class Work:
    """One submission on its way: read and repaired, not yet run."""

    student: str
    repaired: Repaired
    digest: str
    papers: Papers
    timestamp: str | None = None

    @property
    def plan(self):
        return plans.plan(self.repaired.notebook)


def take_up(chapter: Chapter, student: str, due: dict, done: dict) -> Work | None:
    """Read and repair one submission; None if it is recorded already and nothing has changed."""
    folder = chapter.course.path("submitted", student, chapter.name)
    found = folders.find(folder, chapter.notebook_name, chapter.stubs)
    parts = [chapter.fingerprint, student, found.timestamp, due.get(student, due.get(None))]
    parts += [found.reason, *found.notes]
    digest = hashlib.sha256("\0".join(str(part) for part in parts).encode("utf-8", "replace"))
    digest.update(found.raw or b"")
    if done.get(student) == digest.hexdigest():
        return None
    repaired = repair(chapter.release, found.raw)
    if found.raw is None:
        repaired.unreadable = found.reason
    for note in reversed(found.notes):
        repaired.notes.insert(0, note)
    return Work(student, repaired, digest.hexdigest(), chapter.papers(student), found.timestamp)


def mark(chapter: Chapter, work: Work, run: RunResult | None, reason: str | None = None):
    """Mark what a run brought back and write it up: an Outcome for the gradebook.

    reason: why there is no run although the submission can be read.
    """
    from .book.recorder import Outcome

    reports, broken = {}, set()
    if run is not None:
        for cell, result in zip(work.plan.cells, run.cells, strict=True):
            if cell.kind == "exam":
                exercise = chapter.exams[cell.exercise]
                paper = work.papers.paper(cell.exercise) if result.answers is not None else None
                fault = result.fault or run.fault
                report, failed = write_up.mark(exercise, paper, result.answers, fault)
                reports[cell.id] = report
                broken |= {cell.id} if failed else set()
    stamp, text = _timestamp(work)
    graded = write_up.write_up(
        work.repaired, chapter.stubs, run=run, reports=reports, broken=broken, reason=reason
    )
    return Outcome(
        student=work.student,
        notebook=graded.notebook,
        scores=graded.scores,
        comments=graded.comments,
        digest=work.digest if not (reason or broken) else "",
        details=graded.details,
        timestamp=stamp,
        timestamp_text=text,
    )


def _timestamp(work):
    """When it was handed in, as nbgrader understands it; nonsense counts as not known."""
    if not work.timestamp:
        return None, None
    from nbgrader.utils import parse_utc

    try:
        stamp = parse_utc(work.timestamp)
        stamp.year  # noqa: B018 (a date, not something else)
    except Exception:
        work.repaired.note("The timestamp of the submission cannot be read; it was left out.")
        return None, None
    return stamp, work.timestamp


def failed_outcome(chapter: Chapter, student: str, error: Exception):
    """What is recorded when the grader fails on a submission: no points lost, a person asked."""
    told = " ".join(f"{type(error).__name__}: {error}".split())[:300]
    repaired = repair(chapter.release, b"")
    repaired.unreadable = None
    work = Work(student, repaired, "", chapter.papers(student))
    return mark(chapter, work, None, write_up.FAILED.format(told))
