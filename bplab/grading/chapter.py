"""One notebook of a chapter, ready to be graded, and the way of one submission through it.

Read, mark, write up; no gradebook, no processes. Most chapters have one notebook; of one that has
several, each is graded for itself, and what comes of them is added up.
"""

import contextlib
import functools
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, partial

from ..study import release as releases
from . import nbgrader_light
from .book.groups import read_comments
from .course import Course, CourseError
from .fingerprint import digest_of
from .sandbox import stage
from .submission import folders, whose, write_up
from .submission import plan as plans
from .submission.repair import Repaired, repair

GRADER = "1"


class Ungraded(CourseError):
    """A notebook without a graded cell."""


def notebooks_of(course: Course, name: str) -> "list[Chapter]":
    """A chapter's graded notebooks, each ready to be graded; `Ungraded` if there is none."""
    found = []
    for notebook in course.notebooks(name):
        try:
            found.append(Chapter(course, name, notebook))
        except Ungraded as error:
            nothing = error
    if not found:
        raise nothing
    return found


class Chapter:
    """All that grading one submission of one notebook needs to know of it.

    notebook : its name, without .ipynb; the chapter's first if none is named
    """

    def __init__(self, course: Course, name: str, notebook: str | None = None):
        self.course, self.name = course, name
        self.own_exercises = course.root / "exercises"
        self.notebook_name = notebook or course.notebooks(name)[0]
        self.release = course.release(name, self.notebook_name)
        if not plans.is_graded(self.release):
            raise Ungraded(f"{name} has no graded cells: there is nothing to grade.")
        self.exams = plans.exams(self.release, self.own_exercises)
        marks = [cell["metadata"].get("nbgrader", {}) for cell in self.release["cells"]]
        self.stubs = _stubs(self.release)
        self.max_score = sum(
            float(m.get("points", 0)) for m in marks if m.get("grade") or m.get("task")
        )
        self.shown = stage.of_asked(self.exams.values(), plans.names_asked(self.release))
        self.remarks = {
            key: text
            for key, text in read_comments(course).items()
            if key.rpartition("-")[0] in self.exams
        }
        self.follow_through = course.follow_through
        self.fingerprint = self._fingerprint()

    @cached_property
    def siblings(self) -> dict[str, dict]:
        """The solution cells of the chapter's other notebooks, graded or not, by their names."""
        return {name: _stubs(release) for name, release in self._others.items()}

    @cached_property
    def checked(self) -> dict[str, set]:
        """The exercises that each of the chapter's notebooks examines, by the notebooks' names."""
        all_of_them = {self.notebook_name: self.release, **self._others}
        return {name: plans.names_checked(release) for name, release in all_of_them.items()}

    @cached_property
    def _others(self):
        others = [name for name in self.course.notebooks(self.name) if name != self.notebook_name]
        return {name: releases.release(self.course.source(self.name, name)) for name in others}

    def marks_elsewhere(self):
        """(name, grade_ids) of the notebooks of the course's other assignments."""
        for name in self.course.chapters:
            for notebook in self.course.notebooks(name) if name != self.name else ():
                with contextlib.suppress(CourseError):  # it is not this one's fault
                    yield notebook, whose.ids_of(self.course.source(name, notebook))

    def _fingerprint(self) -> str:
        """Digest of everything but the submission that a grade depends on."""
        whole = hashlib.sha256()
        parts = [GRADER, json.dumps(self.release, sort_keys=True)]
        parts.append(json.dumps(self.remarks, sort_keys=True))
        parts.append(self.follow_through)
        for part in parts:
            whole.update(part.encode() + b"\0")
        whole.update(hashlib.sha256(self.course.secret_once).digest())
        whole.update(digest_of(self.exams.values()))
        for path in sorted(self.own_exercises.glob("*.py")):
            whole.update(path.read_bytes())
        return whole.hexdigest()

    def papers(self, student: str) -> "Papers":
        return Papers(self, student)


def _stubs(release):
    """Released source of every solution cell, by grade_id."""
    return {
        cell["metadata"]["nbgrader"]["grade_id"]: cell["source"]
        for cell in release["cells"]
        if cell["metadata"].get("nbgrader", {}).get("solution")
    }


class Papers:
    """The papers of one student, drawn when they are asked for."""

    def __init__(self, chapter, student):
        self.chapter, self.student, self._drawn = chapter, student, {}

    def seed(self, name):
        return self.chapter.course.seed(self.student, self.chapter.name, name)

    def paper(self, name):
        if name not in self._drawn:
            self._drawn[name] = self.chapter.exams[name].draw(self.seed(name))
        return self._drawn[name]

    def draw(self, cell) -> bytes:
        """What the sandbox sends in at an exam cell."""
        return self.paper(cell.exercise).sheet()


@dataclass
class Work:
    """One submission on its way: read and repaired, not yet run."""

    student: str
    repaired: Repaired
    digest: Callable[[], str]
    papers: Papers
    timestamp: str | None = None
    secret: str | None = None
    elsewhere: dict[str, list[str]] = field(default_factory=dict)  # see submission.folders.Found
    whose: str | None = None  # another assignment's notebook that was handed in as this one

    @property
    def plan(self):
        return plans.plan(self.repaired.notebook)


def take_up(chapter: Chapter, student: str, due: dict, done: dict) -> Work | None:
    """Read and repair one submission; None if it is recorded already and nothing has changed."""
    folder = chapter.course.path("submitted", student, chapter.name)
    asked = (chapter.stubs, chapter.siblings, chapter.checked)
    found = folders.find(folder, chapter.notebook_name, *asked)
    digest = functools.cache(partial(_digest, chapter, student, found, due))
    graded = chapter.course.path("autograded", student, chapter.name)
    # Without a graded notebook it is not, and nobody need be asked.
    recorded = (graded / f"{chapter.notebook_name}.ipynb").exists()
    if recorded and done.get(student) == digest():
        return None
    repaired = repair(chapter.release, found.raw)
    if found.raw is None:
        repaired.unreadable = found.reason
    for note in reversed(found.notes):
        repaired.notes.insert(0, note)
    work = Work(student, repaired, digest, chapter.papers(student), found.timestamp)
    work.secret, work.elsewhere = found.secret, found.elsewhere
    _tell_whose(chapter, work)
    if work.timestamp and _timestamp(work)[0] is None:
        repaired.note("The timestamp of the submission cannot be read; it was left out.")
    return work


def _digest(chapter, student, found, due):
    """Of all that a verdict hangs on."""
    parts = [chapter.fingerprint, student, found.timestamp, due.get(student, due.get(None))]
    parts += [found.reason, *found.notes]
    digest = hashlib.sha256("\0".join(str(part) for part in parts).encode("utf-8", "replace"))
    digest.update(found.raw or b"")
    return digest.hexdigest()


def _tell_whose(chapter, work):
    """Say so where another assignment's notebook was handed in."""
    own = whose.ids_of(chapter.release)
    of_another = whose.owner(work.repaired.ids, own, chapter.marks_elsewhere())
    if of_another is None:
        return
    work.whose, told = of_another
    if work.repaired.unreadable:
        work.repaired.unreadable += f" {told}"
    else:
        work.repaired.notes.insert(0, told)


def outcome_of(work: Work, graded: dict, again: bool = False):
    """What was written up, as an Outcome for the gradebook.

    again: whether it is graded again at the next run, though nothing has changed.
    """
    from .book import audit
    from .book.recorder import Outcome

    stamp, text = _timestamp(work)
    chapter = work.papers.chapter
    seeds = {name: work.papers.seed(name) for name in chapter.exams}
    graded["details"]["audit"] = audit.entry(seeds)
    if work.elsewhere:
        graded["details"]["elsewhere"] = work.elsewhere
    if work.whose:
        graded["details"]["whose"] = work.whose
    return Outcome(
        student=work.student,
        notebook=graded["notebook"],
        scores=graded["scores"],
        comments=graded["comments"],
        digest="" if again else work.digest(),
        details=graded["details"],
        timestamp=stamp,
        timestamp_text=text,
        secret=work.secret,
    )


def _timestamp(work):
    """When it was handed in, as nbgrader understands it; nonsense counts as not known."""
    if not work.timestamp:
        return None, None
    nbgrader_light.api()  # another thread may be importing it
    from nbgrader.utils import parse_utc

    try:
        stamp = parse_utc(work.timestamp)
        stamp.year  # noqa: B018 (a date, not something else)
    except Exception:
        return None, None
    return stamp, work.timestamp


def for_a_person(
    chapter: Chapter, work: Work, reason: str, again: bool = False, cost: dict | None = None
):
    """What is recorded of a submission that cannot be graded: no points lost, a person asked.

    cost : what was spent on it all the same, as `examine` tells it
    """
    repaired = repair(chapter.release, b"")
    repaired.unreadable = None
    graded = write_up.write_up(repaired, chapter.stubs, reason=reason)
    if cost is not None:
        marking = {"cpu_seconds": round(cost["marking"], 4), "peak_mb": 0, "by_cell": {}}
        graded.details.update(cost, marking=marking)
    return outcome_of(work, vars(graded), again)


def failed_outcome(chapter: Chapter, student: str, error: Exception):
    """What is recorded when the grader itself fails on a submission; the next run tries again."""
    told = " ".join(f"{type(error).__name__}: {error}".split())[:300]
    work = Work(student, Repaired({}), str, chapter.papers(student))
    return for_a_person(chapter, work, write_up.FAILED.format(told), again=True)
