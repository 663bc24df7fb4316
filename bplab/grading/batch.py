"""Grade a class: repair, run, mark and record every submission of a chapter.

Threads read and repair; the cells run in the sandbox, and bounded workers mark and write up; this
thread alone writes the gradebook. Few submissions
are in hand at a time, so memory does not grow with the class. Which is finished first changes
nothing: papers come from the student's name and the course's secret, not from the order.
"""

import contextlib
import difflib
import os
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field

from . import nbgrader_light
from .chapter import Chapter, failed_outcome, for_a_person, outcome_of, take_up
from .course import Course, CourseError
from .examine import examine, task_of
from .marker import Budget, Markers
from .sandbox import Limits, Sandbox


@dataclass
class Graded:
    """What came of one submission.

    status: "graded"; "skipped" (recorded before, nothing has changed); "unreadable" (recorded as
    0); "failed" (the grader failed; recorded as needing a person).
    """

    student: str
    status: str
    score: float = 0.0
    max_score: float = 0.0
    details: dict = field(default_factory=dict)

    @property
    def notes(self):
        return self.details.get("notes", [])

    @property
    def mistakes(self) -> dict[str, str]:
        """The named mistake of each exercise that has one."""
        rows = self.details.get("exercises", {})
        return {name: row["mistake"] for name, row in rows.items() if row["mistake"]}

    def to_dict(self) -> dict:
        return {
            "student": self.student,
            "status": self.status,
            "score": self.score,
            "max_score": self.max_score,
            **self.details,
        }


# Running


class LocalRuns:
    """Examines submissions on this machine, in one sandbox, `jobs` at a time."""

    def __init__(self, chapter, jobs, limits, isolate, sandbox=Sandbox, budget=None):
        self.jobs = jobs
        self._sandbox = sandbox(chapter.name, limits=limits, isolate=isolate)
        self._sandbox.shown = chapter.shown
        self._waiting: deque = deque()  # for a thread
        self._sandbox.more_to_come = lambda: bool(self._waiting)
        self._markers = Markers(
            chapter.own_exercises, budget, {exercise.chapter for exercise in chapter.exams.values()}
        )

    def __enter__(self):
        """Start the sandbox; import nbgrader and get the markers ready meanwhile."""
        self._markers.__enter__()
        self._pool = ThreadPoolExecutor(self.jobs, thread_name_prefix="bplab-grade")
        self._pool.submit(nbgrader_light.api)
        try:
            self._sandbox.__enter__()
        except BaseException:
            self._pool.shutdown()
            raise
        # While one submission is read, the threads of those that run must not wait long.
        self._switch = sys.getswitchinterval()
        sys.setswitchinterval(0.0002)
        return self

    def __exit__(self, *exc):
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._sandbox.__exit__(*exc)
        self._pool.shutdown(wait=True)
        self._markers.__exit__(*exc)
        sys.setswitchinterval(self._switch)

    def submit(self, whole: Callable, *arguments) -> Future:
        """Do `whole(runs, ...)`, the way of one submission, in a thread."""
        self._waiting.append(whole)
        return self._pool.submit(self._begin, whole, *arguments)

    def _begin(self, whole, *arguments):
        self._waiting.pop()
        return whole(self, *arguments)

    def examine(self, task: dict) -> dict:
        return examine(self._sandbox, self._markers, task)


def grade_one(runs, chapter: Chapter, student: str, due: dict, done: dict):
    """The way of one submission up to the gradebook: its Outcome, or None if nothing has changed.

    What its worker cannot digest is recorded for a person, and not met again unless forced.
    """
    work = take_up(chapter, student, due, done)
    if work is None:
        return None
    graded = runs.examine(task_of(work, chapter))
    if "died" in graded:
        return for_a_person(chapter, work, graded["died"])
    return outcome_of(work, graded, again=bool(graded["details"]["failed"]))


# The whole class


def grade(chapter: str, course: str | os.PathLike | Course = ".", **options) -> list[Graded]:
    """Grade the submissions of a chapter into the gradebook; one `Graded` each, by student.

    The options are those of `grade_each`.
    """
    results = list(grade_each(chapter, course, **options))
    return sorted(results, key=lambda graded: graded.student)


def grade_each(
    chapter: str,
    course: str | os.PathLike | Course = ".",
    *,
    jobs: int | None = None,
    students: Iterable[str] | None = None,
    force: bool = False,
    db_url: str | None = None,
    dask: str | None = None,
    security: dict | None = None,
    insecure: bool = False,
    isolate: bool = True,
    limits: Limits | None = None,
    budget: Budget | None = None,
    on_start: Callable[[int], None] = lambda total: None,
    sandbox=Sandbox,
    accept_changes: bool = False,
) -> Iterator[Graded]:
    """Grade the submissions of a chapter and yield each when it is recorded.

    students: only these. force: also what is recorded and has not changed. db_url: a gradebook
    elsewhere. dask: address of a scheduler that runs the submissions; security, insecure: see
    `ClusterRuns`. isolate: without it the learners' code runs unprotected. budget: what marking a
    submission may cost. on_start is told how many submissions there are.
    accept_changes: enter into the gradebook what has changed in the source since it was handed in.

    Raises `CourseError` for wrong use, before anything is written.
    """
    if not isinstance(course, Course):
        course = Course.at(course, db_url)
    ready = Chapter(course, chapter)
    names = _chosen(course, chapter, students)
    jobs = jobs or available_cores()
    with (
        locked(course),
        _runs(
            ready, jobs, limits or Limits(), isolate, sandbox, budget, dask, security, insecure
        ) as runs,
    ):
        from .book.recorder import Recorder

        with Recorder(course, ready, accept_changes) as recorder:
            on_start(len(names))
            done = {} if force else recorder.done()
            yield from _grade_all(runs, ready, names, recorder, done)


def available_cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0)) or 1
    return os.cpu_count() or 1


def _chosen(course, chapter, students):
    there = course.students(chapter)
    if students is None:
        return there
    names = sorted(set(students))
    for name in names:
        if name not in there:
            close = difflib.get_close_matches(name, there, n=1)
            hint = f" Did you mean {close[0]!r}?" if close else ""
            raise CourseError(f"{name!r} has handed in nothing for {chapter}.{hint}")
    return names


def _is_student_id(name):
    """Whether the name of a folder can be shown on nbgrader's pages, which print it as it is."""
    return len(name) <= 128 and name.isprintable() and not set(name) & set('<>"')


def _runs(chapter, jobs, limits, isolate, sandbox, budget, dask, security, insecure):
    if dask is None:
        return LocalRuns(chapter, jobs, limits, isolate, sandbox, budget)
    from .cluster import ClusterRuns

    return ClusterRuns(chapter, dask, limits, isolate, security, insecure)


def _grade_all(runs, chapter, names, recorder, done):
    due = recorder.due()
    waiting, pending = iter(names), {}
    more = True
    while more or pending:
        while more and len(pending) < runs.jobs + 2:
            name = next(waiting, None)
            more = name is not None
            if more and _is_student_id(name):
                pending[runs.submit(grade_one, chapter, name, due, done)] = name
            elif more:
                told = f"{ascii(name)} is no student id: rename the folder. It was not graded."
                yield Graded(ascii(name), "failed", 0.0, chapter.max_score, {"notes": [told]})
        finished, _ = wait(pending, return_when=FIRST_COMPLETED)
        for future in finished:
            yield _record(recorder, chapter, pending.pop(future), future)


def _record(recorder, chapter, student, future):
    try:
        outcome = future.result()
    except CourseError:
        raise
    except Exception as error:
        outcome = failed_outcome(chapter, student, error)
    if outcome is None:
        score, details = recorder.standing(student)
        return Graded(student, "skipped", score, chapter.max_score, details)
    try:
        score = recorder.record(outcome)
    except Exception as error:
        # What cannot be written is not let stop the class; a gradebook that is gone does.
        outcome = failed_outcome(chapter, student, error)
        score = _record_or_stop(recorder, outcome)
    details = outcome.details
    status = "unreadable" if details["unreadable"] else "graded"
    if details["failed"] or details["broken"]:
        status = "failed"
    return Graded(student, status, score, chapter.max_score, details)


def _record_or_stop(recorder, outcome):
    from .book.gradebook import why

    try:
        return recorder.record(outcome)
    except Exception as error:
        raise CourseError(
            f"nothing can be recorded: {why(error)}. What was recorded before stays. "
            "Mend this and run it again to go on."
        ) from error


@contextlib.contextmanager
def locked(course):
    """Let one run at a time write to a course. A run that is killed leaves no lock behind."""
    try:
        import fcntl
    except ImportError:  # Windows
        yield
        return
    place = course.root / ".bplab"
    try:
        place.mkdir(exist_ok=True)
        file = open(place / "lock", "w")
    except OSError as error:
        raise CourseError(f"cannot write to {course.root}: {error.strerror}.") from None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise CourseError("another bplab grade is at work in this course.") from None
        yield
