"""Grade a class: repair, run, mark and record every submission of a chapter.

Threads read and repair; the cells run in the sandbox, and bounded workers mark and write up; this
thread alone writes the gradebook. Few submissions
are in hand at a time, so memory does not grow with the class. Which is finished first changes
nothing: papers come from the student's name and the course's secret, not from the order. Where a
chapter has several notebooks, each of a submission goes its own way, and is recorded by itself.
"""

import contextlib
import difflib
import itertools
import os
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import partial

from .chapter import Chapter, failed_outcome, for_a_person, notebooks_of, outcome_of, take_up
from .course import Course, CourseError
from .examine import examine, task_of
from .graded import Graded, together
from .marker import Budget, Markers
from .sandbox import Gate, Limits, Sandbox

# Running


class LocalRuns:
    """Examines submissions on this machine, `jobs` at a time.

    chapters : of each notebook. Those that may see the same of bplab run in the same sandbox.
    """

    def __init__(self, chapters, jobs, limits, isolate, sandbox=Sandbox, budget=None):
        self.jobs, gate, self._sandboxes = jobs, Gate(), {}
        self._waiting: deque = deque()  # for a thread
        for chapter in chapters:
            if chapter.shown not in self._sandboxes:
                one = sandbox(chapter.name, limits=limits, isolate=isolate)
                one.shown, one.gate = chapter.shown, gate
                one.more_to_come = lambda: bool(self._waiting)
                self._sandboxes[chapter.shown] = one
        asked = {exercise.chapter for one in chapters for exercise in one.exams.values()}
        self._markers = Markers(chapters[0].own_exercises, budget, asked)

    def __enter__(self):
        """Begin to start the sandboxes and the markers."""
        self._markers.__enter__()
        self._pool = ThreadPoolExecutor(self.jobs, thread_name_prefix="bplab-grade")
        self._open = contextlib.ExitStack()
        try:
            for one in self._sandboxes.values():
                self._open.enter_context(one)
        except BaseException:
            self._open.close()
            self._pool.shutdown()
            raise
        # While one submission is read, the threads of those that run must not wait long.
        self._switch = sys.getswitchinterval()
        sys.setswitchinterval(0.0002)
        return self

    def ready(self):
        """Wait until submissions can be run; raises SandboxError if none ever can."""
        for one in self._sandboxes.values():
            one.ready()

    def expect(self):
        """A submission is about to come: have a process ready for it."""
        for one in self._sandboxes.values():
            one.expect()

    def __exit__(self, *exc):
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._open.close()
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

    def examine(self, task: dict, chapter: Chapter) -> dict:
        return examine(self._sandboxes[chapter.shown], self._markers, task)


def grade_one(runs, chapter: Chapter, student: str, due: dict, done: dict):
    """The way of one notebook of a submission up to the gradebook: its Outcome, or None.

    None if nothing has changed since it was recorded.

    What its worker cannot digest is recorded for a person, and not met again unless forced.
    """
    work = take_up(chapter, student, due, done)
    if work is None:
        return None
    graded = runs.examine(task_of(work, chapter), chapter)
    if "died" in graded:
        return for_a_person(chapter, work, graded["died"], cost=graded["cost"])
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
    ready = notebooks_of(course, chapter)
    names = _chosen(course, chapter, students)
    jobs = jobs or available_cores()
    with (
        locked(course),
        _runs(
            ready, jobs, limits or Limits(), isolate, sandbox, budget, dask, security, insecure
        ) as runs,
    ):
        begun = Begun(runs, names, ready)
        with begun.until_open(opened(course, ready, force, accept_changes)) as desks:
            runs.ready()
            on_start(len(names))
            yield from grade_all(runs, names, desks, begun)


class Begun:
    """The first submissions: they run while the gradebook is being opened, which takes long.

    What they need of it they wait for.
    """

    def __init__(self, runs, names, chapters):
        self._desks: Future = Future()
        self._works = {}
        firsts = ((name, chapter) for name in names for chapter in chapters)
        for name, chapter in itertools.islice(firsts, runs.jobs):
            if _is_student_id(name):
                asked = (partial(self._ask, chapter, what) for what in ("due", "done"))
                known = map(_Asked, asked)
                self._works[name, chapter.notebook_name] = runs.submit(
                    grade_one, chapter, name, *known
                )

    def take(self, name, desk):
        """The future of its Outcome, or None where it has not begun."""
        return self._works.pop((name, desk.chapter.notebook_name), None)

    @contextlib.contextmanager
    def until_open(self, opening):
        try:
            with opening as desks:
                self._desks.set_result(desks)
                yield desks
        except BaseException as error:
            if not self._desks.done():  # or they would wait for ever
                self._desks.set_exception(error)
            raise

    def _ask(self, chapter, what):
        return next(getattr(d, what) for d in self._desks.result() if d.chapter is chapter)


@dataclass
class _Asked:
    """A dict that is there later: whoever looks something up waits for it."""

    whole: Callable[[], dict]

    def get(self, *arguments):
        return self.whole().get(*arguments)


@dataclass
class _Desk:
    """Where one notebook of a chapter is recorded; due, done: see Recorder."""

    chapter: Chapter
    recorder: object
    due: dict
    done: dict


@contextlib.contextmanager
def opened(course, chapters, force=False, accept_changes=False):
    """The gradebook, opened to record a chapter's notebooks: a desk for each."""
    from .book.recorder import Recorder

    with contextlib.ExitStack() as stack:
        recorders = [
            stack.enter_context(Recorder(course, chapter, accept_changes)) for chapter in chapters
        ]
        yield [
            _Desk(chapter, recorder, recorder.due(), {} if force else recorder.done())
            for chapter, recorder in zip(chapters, recorders, strict=True)
        ]


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


def _runs(chapters, jobs, limits, isolate, sandbox, budget, dask, security, insecure):
    if dask is None:
        return LocalRuns(chapters, jobs, limits, isolate, sandbox, budget)
    from .cluster import ClusterRuns

    return ClusterRuns(dask, limits, isolate, security, insecure)


def grade_all(runs, names, desks, begun=None):
    """Grade them and yield each, a `Graded`, when it is recorded.

    begun : a Begun, with those that run already
    """
    waiting = ((name, desk) for name in names for desk in desks)
    pending, found, more = {}, {}, True
    while more or pending:
        while more and len(pending) < runs.jobs + 2:
            name, desk = next(waiting, (None, None))
            more = name is not None
            if more and _is_student_id(name):
                work = begun and begun.take(name, desk)
                if work is None:
                    work = runs.submit(grade_one, desk.chapter, name, desk.due, desk.done)
                pending[work] = (name, desk)
            elif more and desk is desks[0]:
                told = f"{ascii(name)} is no student id: rename the folder. It was not graded."
                most = sum(each.chapter.max_score for each in desks)
                yield Graded(ascii(name), "failed", 0.0, most, {"notes": [told]})
        finished, _ = wait(pending, return_when=FIRST_COMPLETED)
        for future in finished:
            name, desk = pending.pop(future)
            parts = found.setdefault(name, {})
            parts[desk.chapter.notebook_name] = _record(desk.recorder, desk.chapter, name, future)
            if len(parts) == len(desks):
                yield together(found.pop(name))


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
