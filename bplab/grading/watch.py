"""`bplab grade --watch`: grade what arrives, and write its feedback at once.

The sandbox and the markers stay warm. The course is locked only while something is graded, so the
formgrader can be used meanwhile.
"""

import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress

from . import batch, nbgrader_light
from .chapter import notebooks_of
from .course import Course, CourseError
from .sandbox import Limits, Sandbox

POLL_SECONDS = 0.1
QUIET_POLLS = 2  # a submission is taken when nothing in it has changed for so many looks
COLLECT_SECONDS = 2.0
DEEP = 50  # files of a submission that are looked at


def watch(
    course: Course,
    chapter: str,
    *,
    stop: threading.Event,
    jobs: int | None = None,
    isolate: bool = True,
    limits: Limits | None = None,
    collect: bool = False,
    feedback: bool = True,
    sandbox=Sandbox,
    on_ready: Callable[[], None] = lambda: None,
) -> Iterator[batch.Graded]:
    """Yield a `Graded` for each submission that is new or has changed, until `stop` is set.

    collect: fetch from nbgrader's exchange, every few seconds. feedback: write the page, too; one
    page costs more than grading, so who has just come is graded before the next page is written.
    """
    ready = notebooks_of(course, chapter)
    jobs = jobs or batch.available_cores()
    with batch.LocalRuns(ready, jobs, limits or Limits(), isolate, sandbox) as runs:
        arrivals = Arrivals(course, chapter)
        nbgrader_light.api()  # takes long, and the first to arrive needs it
        runs.ready()
        on_ready()
        next_look = 0.0
        due: deque[batch.Graded] = deque()  # recorded, not given back yet
        while not stop.is_set():
            if collect and time.monotonic() >= next_look:
                fetch(course, chapter)
                next_look = time.monotonic() + COLLECT_SECONDS
            names = arrivals.settled()
            if arrivals.coming:
                runs.expect()
            if names or arrivals.coming:
                due += _graded(runs, course, ready, arrivals, names, stop)
            if due:
                yield _given_back(due.popleft(), course, chapter, feedback)
            else:
                stop.wait(POLL_SECONDS)
        for graded in due:
            yield _given_back(graded, course, chapter, feedback)


def _graded(runs, course, ready, arrivals, names, stop):
    """Grade what lies still; the gradebook is opened while it is seen whether it does."""
    again = time.monotonic() + POLL_SECONDS
    with batch.locked(course), batch.opened(course, ready) as desks:
        if not names:
            stop.wait(max(again - time.monotonic(), 0.0))
            names = arrivals.settled()
        found = list(batch.grade_all(runs, names, desks))
    return [graded for graded in found if graded.status != "skipped"]


def _given_back(graded, course, chapter, feedback):
    if feedback:
        try:
            write_feedback(course, chapter, graded.student)
        except CourseError as error:  # the score stands; the page can be made later
            graded.details["notes"] = [*graded.notes, str(error)]
    return graded


class Arrivals:
    """Which submissions have come or changed, and lie still.

    coming : whether the last look saw one that has changed, so that the next may find it still
    """

    def __init__(self, course, chapter):
        self.course, self.chapter, self.coming = course, chapter, False
        self.seen, self.still, self.given = {}, {}, {}

    def settled(self):
        """Names whose files have not changed since the last looks, each state once."""
        names, self.coming = [], False
        for name in self.course.students(self.chapter):
            state = self._state(name)
            if state != self.seen.get(name):
                self.seen[name], self.still[name], self.coming = state, 0, True
                continue
            self.still[name] = self.still.get(name, 0) + 1
            if self.still[name] >= QUIET_POLLS - 1 and self.given.get(name) != state:
                self.given[name] = state
                names.append(name)
        return names

    def _state(self, name):
        folder = self.course.path("submitted", name, self.chapter)
        found = []
        with suppress(OSError):
            for entry in sorted(os.scandir(folder), key=lambda one: one.name)[:DEEP]:
                about = entry.stat(follow_symlinks=False)
                found.append((entry.name, about.st_mtime_ns, about.st_size, about.st_ino))
        return tuple(found)


def write_feedback(course, chapter, student):
    """nbgrader's feedback page of one student, made anew."""
    from .nbgrader_light import nbgrader_log

    with nbgrader_log() as log:
        from nbgrader.converters import GenerateFeedback
        from nbgrader.coursedir import CourseDirectory

        directory = CourseDirectory(config=course.config, root=str(course.root))
        directory.db_url, directory.assignment_id = course.db_url, chapter
        directory.student_id = student
        made = GenerateFeedback(coursedir=directory, config=course.config)
        made.force = True
        try:
            made.start()
        except (Exception, SystemExit) as error:
            told = log.getvalue().strip().splitlines() or [str(error)]
            raise CourseError(f"no feedback for {student}: {told[-1]}") from error


def fetch(course, chapter):
    """nbgrader's *Collect* with updates: newer submissions take the place of older ones."""
    from .nbgrader_light import nbgrader_log

    with nbgrader_log() as log:
        from nbgrader.auth import Authenticator
        from nbgrader.coursedir import CourseDirectory
        from nbgrader.exchange import ExchangeFactory

        directory = CourseDirectory(config=course.config, root=str(course.root))
        directory.db_url, directory.assignment_id = course.db_url, chapter
        factory = ExchangeFactory(config=course.config)
        collector = factory.Collect(
            coursedir=directory, authenticator=Authenticator(config=course.config)
        )
        collector.config = course.config
        collector.update = True
        try:
            collector.start()
        except (Exception, SystemExit) as error:
            told = log.getvalue().strip().splitlines() or [str(error)]
            raise CourseError(f"the exchange cannot be collected from: {told[-1]}") from error
