"""`bplab grade --watch`: what arrives is graded and fed back, once it lies still."""

import contextlib
import getpass
import json
import threading
import time

import pytest

from bplab.grading import batch
from bplab.grading.course import Course, generate
from bplab.grading.watch import Arrivals, watch
from tests import patience


class Watching:
    """A watch in a thread of its own, and what it has graded so far."""

    def __init__(self, room, sandbox):
        self.stop, self.ready, self.graded = threading.Event(), threading.Event(), []
        self.error = None
        course = Course.at(room.root)

        def work():
            try:
                for graded in watch(
                    course,
                    room.chapter,
                    stop=self.stop,
                    jobs=1,
                    sandbox=sandbox,
                    on_ready=self.ready.set,
                ):
                    self.graded.append(graded)
            except Exception as error:
                self.error = error
                self.ready.set()  # nobody need wait any longer

        self.thread = threading.Thread(target=work, daemon=True)
        self.thread.start()

    def until(self, count, seconds=patience.SECONDS):
        deadline = time.monotonic() + seconds
        while len(self.graded) < count and self.error is None and time.monotonic() < deadline:
            time.sleep(0.05)
        assert self.error is None, self.error
        return {g.student: g.score for g in self.graded}

    def end(self):
        self.stop.set()
        self.thread.join(patience.SECONDS)


@pytest.fixture
def watching(room, nearby):
    generate(Course.at(room.root), room.chapter)
    running = Watching(room, nearby)
    assert running.ready.wait(patience.SECONDS) and running.error is None, running.error
    yield running
    running.end()


@pytest.mark.slow
def test_what_arrives_is_graded_and_fed_back_and_what_changes_is_graded_again(room, watching):
    room.hand_in("ada", room.solved())
    assert watching.until(1) == {"ada": room.max_score}
    page = room.root / "feedback" / "ada" / room.chapter / f"{room.chapter}.html"
    assert page.is_file() and "passed" in page.read_text()
    room.hand_in("bob", room.untouched())
    assert watching.until(2)["bob"] == 0
    room.hand_in("bob", room.solved())
    assert watching.until(3)["bob"] == room.max_score
    time.sleep(0.5)
    assert len(watching.graded) == 3  # nothing twice


def test_who_has_just_come_is_graded_before_all_pages_of_a_class_are_written(room, nearby):
    """Pages cost more than grading: forty of them would keep a newcomer waiting for a minute."""
    generate(Course.at(room.root), room.chapter)
    for student in ("ada", "bob", "cay"):
        room.hand_in(student, room.solved())
    stop = threading.Event()
    course = Course.at(room.root)
    given = watch(course, room.chapter, stop=stop, jobs=1, sandbox=nearby)
    first = next(given).student
    page = room.root / "feedback" / first / room.chapter / f"{room.chapter}.html"
    assert page.is_file() and set(room.scores()) == {"ada", "bob", "cay"}
    room.hand_in("dan", room.solved())
    third = [next(given).student, next(given).student][1]  # looked at twice: it lies still
    assert third != "dan" and "dan" in room.scores()
    stop.set()
    assert [graded.student for graded in given] == ["dan"]
    assert (room.root / "feedback" / "dan" / room.chapter / f"{room.chapter}.html").is_file()


def test_all_is_got_ready_while_a_submission_is_seen_to_lie_still(room, nearby, monkeypatch):
    """A process is forked and the gradebook opened at the first look, not at the second."""
    events = []

    class Told(nearby):
        def expect(self):
            events.append("expected")

        def run(self, *arguments, **keys):
            events.append("run")
            return super().run(*arguments, **keys)

    def look(arrivals):
        names = settled(arrivals)
        events.append("still" if names else "coming" if arrivals.coming else "nothing")
        return names

    @contextlib.contextmanager
    def opened(*arguments):
        with desks(*arguments) as found:
            events.append("opened")
            yield found

    settled, desks = Arrivals.settled, batch.opened
    monkeypatch.setattr(Arrivals, "settled", look)
    monkeypatch.setattr(batch, "opened", opened)
    room.hand_in("ada", room.solved())
    stop, course = threading.Event(), Course.at(room.root)
    given = watch(course, room.chapter, stop=stop, jobs=1, sandbox=Told, feedback=False)
    assert next(given).score == room.max_score
    assert events == ["coming", "expected", "opened", "still", "run"]
    stop.set()
    assert list(given) == []


def test_what_lies_in_an_exchange_is_collected_graded_and_fed_back(room, nearby, tmp_path):
    """`--collect`: of nbgrader's exchange, whose folders are named as its Submit names them."""
    generate(Course.at(room.root), room.chapter)
    exchange = tmp_path / "exchange"
    with (room.root / "nbgrader_config.py").open("a") as config:
        config.write(f"\nc = get_config()\nc.Exchange.root = {str(exchange)!r}\n")
        config.write("c.CourseDirectory.course_id = 'here'\n")
    course = Course.at(room.root)
    (exchange / "here" / "outbound").mkdir(parents=True)
    (exchange / "here" / "inbound").mkdir()

    def submit(stamp, notebook):
        user = getpass.getuser()
        name = f"{user}+{room.chapter}+{stamp} UTC+{stamp[-2:]}"
        folder = exchange / "here" / "inbound" / name
        part = tmp_path / "part"
        part.mkdir()
        (part / f"{room.chapter}.ipynb").write_text(json.dumps(notebook))
        (part / "timestamp.txt").write_text(f"{stamp} UTC")
        part.rename(folder)
        return user

    user = submit("2026-10-12 10:00:01", room.untouched())
    stop = threading.Event()
    patient = threading.Timer(patience.SECONDS, stop.set)  # nobody waits for ever
    patient.daemon = True
    patient.start()
    given = watch(course, room.chapter, stop=stop, jobs=1, sandbox=nearby, collect=True)
    first = next(given)
    assert (first.student, first.score) == (user, 0)
    submit("2026-10-12 10:00:02", room.solved())
    second = next(given)
    assert (second.student, second.score) == (user, room.max_score)
    page = room.root / "feedback" / user / room.chapter / f"{room.chapter}.html"
    assert page.is_file() and "passed" in page.read_text()
    stop.set()
    patient.cancel()
    assert list(given) == []


def test_a_submission_that_is_still_being_written_waits(room):
    arrivals = Arrivals(Course.at(room.root), room.chapter)
    folder = room.root / "submitted" / "ada" / room.chapter
    folder.mkdir(parents=True)
    path = folder / f"{room.chapter}.ipynb"
    looks = []
    for size in (10, 20, 30):
        path.write_text("x" * size)
        looks.append(arrivals.settled())
    assert looks == [[], [], []]
    assert arrivals.settled() == ["ada"] and arrivals.settled() == []
