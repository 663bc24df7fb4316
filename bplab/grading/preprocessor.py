"""bplab inside nbgrader: what `course/nbgrader_config.py` names.

`Repair` and `Grade` take the place of nbgrader's own preprocessors in `nbgrader autograde` and
behind the formgrader's Autograde button. They start from the file that was handed in, not from what
nbgrader made of it, so a submission gets the same score here as from `bplab grade`. `Clean` runs
whenever a graded notebook is shown as a page.
"""

import contextlib
import os
import stat
import threading
from pathlib import Path

from nbconvert.preprocessors import Preprocessor
from nbformat import from_dict

from . import batch
from .chapter import Chapter, Ungraded, take_up
from .course import Course, CourseError
from .examine import examine
from .marker import Markers
from .sandbox import Limits, Sandbox
from .submission import attached, clean, reading

IDLE_SECONDS = 60


class Repair(Preprocessor):
    """Put the answers into a pristine copy of the chapter."""

    enabled = True

    def preprocess(self, notebook, resources):
        try:
            chapter, student = _asked(self, resources)
        except Ungraded:  # beside others that are graded
            return notebook, resources
        work = take_up(chapter, student, {}, {})
        return from_dict(work.repaired.notebook), resources


class Grade(Preprocessor):
    """Run and mark the submission, and record it in the gradebook."""

    enabled = True

    def preprocess(self, notebook, resources):
        try:
            chapter, student = _asked(self, resources)
        except Ungraded:
            return notebook, resources
        import nbformat

        outcome = grade_here(chapter, student, page=True)
        return nbformat.reads(outcome.notebook, as_version=4), resources


# nbconvert puts custom/custom.css of the folder of settings into each page: here one for paper.
PRINTED = Path(__file__).parent / "printed"


class Clean(Preprocessor):
    """Leave nothing of a learner's in a page that could act there, and cut nothing in print."""

    enabled = True

    def preprocess(self, notebook, resources):
        self.room = clean.Room()
        if not (Path(resources.get("config_dir") or "") / "custom" / "custom.css").is_file():
            resources["config_dir"] = str(PRINTED)
        return super().preprocess(notebook, resources)

    def preprocess_cell(self, cell, resources, index):
        own = cell.metadata.get("bplab", {}).get("own")
        marks = cell.metadata.get("nbgrader", {})
        answer = marks.get("solution")
        if cell.cell_type == "code":
            # A report has room whatever the learner's cells have used up.
            room = clean.Room() if marks.get("grade") and not answer else self.room
            cell.source = clean.source(cell.source, room)
            cell.outputs = [from_dict(output) for output in clean.outputs(cell.outputs, room)]
        elif cell.cell_type == "markdown" and (own or answer):
            cell.source = attached.markdown(cell.source, cell.get("attachments"))
        return cell, resources


def before(assignment, student, notebooks):
    """Grade what nbgrader cannot open, before it tries and gives up.

    A notebook that is not JSON, is missing, or has another name than the chapter's, is recorded
    here like any other. nbgrader then still reports an error for it and writes no autograded
    notebook, but the gradebook has the score and the reason. Pipes, links and giants, which would
    fill the memory, are taken off nbgrader's list.
    """
    folder = Path(notebooks[0]).parent if notebooks else None
    for path in list(notebooks):
        state = os.lstat(path)
        if not stat.S_ISREG(state.st_mode) or state.st_size > reading.MAX_BYTES:
            notebooks.remove(path)
    course = None if folder is None else _course_of(folder)
    if course is None:
        return
    file = course.db_url.removeprefix("sqlite:///")
    if file != course.db_url and not os.path.exists(file):
        return
    there = set(map(str, notebooks))
    for notebook in course.notebooks(assignment):
        path = folder / f"{notebook}.ipynb"
        if str(path) in there and _nbformat_reads(path):
            continue
        for name in course.students(assignment):
            if _same(course.path("submitted", name, assignment), folder):
                with contextlib.suppress(Ungraded):
                    grade_here(Chapter(course, assignment, notebook), name)


def _course_of(submission):
    """The course in whose submissions a folder lies, wherever nbgrader was started."""
    for folder in Path(os.path.abspath(submission)).parents:
        with contextlib.suppress(CourseError):
            return Course.at(folder)
    return None


def _same(one, other):
    try:
        return os.path.samefile(one, other)
    except OSError:
        return False


def _nbformat_reads(path):
    import nbformat

    try:
        nbformat.read(path, as_version=4)
    except Exception:
        return False
    return True


def _asked(preprocessor, resources):
    """The chapter and the student that nbgrader is working on."""
    asked = resources["nbgrader"]
    converter = preprocessor.parent.parent
    course = Course(Path(converter.coursedir.root).resolve(), asked["db_url"])
    course.config = converter.config
    return Chapter(course, asked["assignment"], notebook=asked["notebook"]), asked["student"]


def grade_here(chapter: Chapter, student: str, page: bool = False):
    """Grade and record one submission in this process; its Outcome.

    page : whether nbgrader goes on to write the graded notebook. It is recorded as it will be, so
    that `bplab grade` knows the same verdicts in it and does not reach them a second time.
    """
    from .book.recorder import NO_FILE, Recorder

    course = chapter.course
    with batch.locked(course), Recorder(course, chapter) as recorder:
        due = recorder.due()
        with _sandbox(chapter, course) as runs:
            outcome = batch.grade_one(runs, chapter, student, due, {})
        recorder.record(outcome, _written_by_nbgrader(outcome.notebook) if page else NO_FILE)
    return outcome


def _written_by_nbgrader(notebook):
    """Bytes of the file that nbconvert's exporter and writer make of a notebook's text."""
    import nbformat

    return len(nbformat.writes(nbformat.reads(notebook, as_version=4)).encode()) + 1


# Warm sandboxes for as long as submissions keep coming: one for each view of an assignment


class _Runs:
    def __init__(self, sandbox, markers):
        self.sandbox, self.markers = sandbox, markers

    def examine(self, task, chapter):
        return examine(self.sandbox, self.markers, task)


_lock = threading.RLock()
_open: dict = {}  # (what is in view, whether isolated) of the assignment at work: Sandbox
_about: dict = {}  # that assignment, and the timer that ends its sandboxes


@contextlib.contextmanager
def _sandbox(chapter, course):
    settings = course.config.get("BplabGrade", {})
    isolate = bool(settings.get("isolate", True))
    with _lock:
        timer = _about.pop("timer", None)
        if timer is not None:
            timer.cancel()
        assignment = (str(course.root), chapter.name)
        if _about.get("assignment") != assignment:
            _close()
            _about["assignment"] = assignment
        key = (chapter.shown, isolate)
        try:
            if key not in _open:  # nbgrader takes the notebooks of each student in turn
                sandbox = Sandbox(chapter.name, limits=Limits(), isolate=isolate)
                sandbox.shown = chapter.shown
                _open[key] = sandbox.__enter__()
            with Markers(chapter.own_exercises) as markers:
                yield _Runs(_open[key], markers)
        except BaseException:
            _close()
            raise
        _about["timer"] = timer = threading.Timer(IDLE_SECONDS, _close)
        timer.daemon = True
        timer.start()


def _close():
    with _lock:
        with contextlib.ExitStack() as all_of_them:
            for sandbox in _open.values():
                all_of_them.push(sandbox.__exit__)
            _open.clear()
            _about.clear()
