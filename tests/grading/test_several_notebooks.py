"""An assignment of two notebooks: handed in whole, in part, broken, under other names."""

import json
import shutil
import threading

import pytest
from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from nbgrader.plugins.export import CsvExportPlugin

from bplab.grading import batch, commands, preprocessor
from bplab.grading.book import audit, insights, similarity
from bplab.grading.book import grades as gradebook
from bplab.grading.book.gradebook import read_results
from bplab.grading.chapter import Chapter
from bplab.grading.course import Course, CourseError, generate
from bplab.grading.lms import formats
from bplab.grading.watch import watch, write_feedback

FIRST, SECOND = "part1", "part2"
RELU = "def relu_grad(z):\n    return (np.asarray(z) > 0).astype(float)"
WRONG = "def mse_loss(p, y):\n    return float(np.sum((p - y) ** 2))"


class Two:
    """The small chapter as the first notebook; of another chapter, and of the first, the second."""

    def __init__(self, room, builders):
        markdown, code = builders
        self.room, self.root, self.chapter = room, room.root, room.chapter
        marks = {"schema_version": 3, "grade": True, "solution": True, "locked": False}
        marks |= {"task": False, "cell_type": "markdown", "grade_id": "why", "points": 3}
        why = markdown("why", "Why does it learn slowly?")
        why["metadata"] = {"nbgrader": marks}
        cells = [code("imports", "import numpy as np\nfrom bplab import check")]
        for name, answer in (("relu_grad", RELU), ("mse_loss", room.source["cells"][9]["source"])):
            text = f"### BEGIN SOLUTION\n{answer}\n### END SOLUTION" if name[0] == "r" else answer
            cells.append(code(name, text, solution=True))
            cells.append(code(f"check_{name}", f"check({name})", grade=True, locked=True, points=2))
        self.second = {**room.source, "cells": [*cells, why]}
        reading = {**room.source, "cells": [markdown("title", "# To read")]}
        folder = self.root / "source" / self.chapter
        (folder / f"{self.chapter}.ipynb").unlink()
        for name, notebook in ((FIRST, room.source), (SECOND, self.second), ("read_me", reading)):
            (folder / f"{name}.ipynb").write_text(json.dumps(notebook))

    @property
    def course(self):
        return Course.at(self.root)

    def released(self, name):
        path = self.root / "release" / self.chapter / f"{name}.ipynb"
        return json.loads(path.read_text())

    def answered(self, **answers):
        notebook = self.released(SECOND)
        for cell in notebook["cells"]:
            answer = {"relu_grad": RELU, "mse_loss": self._mse(), "why": "It is small."} | answers
            cell["source"] = answer.get(cell["id"], cell["source"])
        return notebook

    def _mse(self):
        return self.room.find(self.room.source, "mse_loss")["source"]

    def grade(self, nearby, **options):
        found = batch.grade(self.chapter, self.root, sandbox=nearby, **options)
        return {graded.student: graded for graded in found}


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """Where what nbgrader generates is kept, once it has."""
    return tmp_path_factory.mktemp("generated") / "course"


@pytest.fixture
def two(room, builders, kept):
    two = Two(room, builders)
    if not kept.exists():
        generate(two.course, two.chapter)
        shutil.copytree(two.root, kept)
    shutil.copytree(kept, two.root, dirs_exist_ok=True)
    return two


@pytest.fixture
def handed_in(two):
    room = two.room
    room.hand_in("ada", room.solved(mse_loss=WRONG), f"{FIRST}.ipynb")
    room.hand_in("ada", two.answered(), f"{SECOND}.ipynb")
    room.hand_in("bob", b'{"cells": [', f"{FIRST}.ipynb")  # cut off; and no second one
    return two


def test_a_class_from_hand_in_to_grades_and_pages(handed_in, nearby):
    two, room = handed_in, handed_in.room
    results = two.grade(nearby)
    ada, bob = results["ada"], results["bob"]
    assert (ada.status, ada.score, ada.max_score) == ("graded", 5 + 4, 6 + 4 + 3)
    assert (bob.status, bob.score, bob.max_score) == ("unreadable", 0, 13)
    assert list(ada.mistakes) == ["mse_loss (part1)"]
    assert any(SECOND in note and "was not handed in" in note for note in bob.notes)
    assert any(note.startswith("part1: Nothing could be graded.") for note in bob.notes), bob.notes

    # nbgrader's gradebook, its export and its formgrader have the same
    with room.gradebook() as book:
        each = {
            (sub.student.id, notebook.name): (notebook.score, notebook.needs_manual_grade)
            for sub in book.find_assignment(two.chapter).submissions
            for notebook in sub.notebooks
        }
        exporter = CsvExportPlugin(to=str(two.root / "nbgrader.csv"))
        exporter.export(book)
    assert each["ada", FIRST] == (5, False) and each["ada", SECOND] == (4, True)
    assert each["bob", FIRST] == each["bob", SECOND] == (0, False)
    assert each["ada", "read_me"] == (0, False)
    rows = [line.split(",") for line in (two.root / "nbgrader.csv").read_text().splitlines()]
    scores = {row[rows[0].index("student_id")]: row[rows[0].index("score")] for row in rows[1:]}
    assert {name: float(score) for name, score in scores.items()} == {"ada": 9, "bob": 0}

    course = two.course
    grades = gradebook.collect(course, [two.chapter])
    assert grades.points == {two.chapter: 13}
    assert grades.of(two.chapter, "ada").score == 9 and grades.of(two.chapter, "bob").score == 0
    told = grades.of(two.chapter, "ada").feedback
    assert "part1: " in told and "part2: relu_grad 2/2" in told
    assert grades.exercises(two.chapter)["mse_loss (part1)"] == 1
    assert grades.exercises(two.chapter)["mse_loss (part2)"] == 2
    assert any("mse_loss (part1)" in head for head in formats.rows(grades, "exercises")[0])
    directory = CourseDirectory(config=course.config, root=str(two.root))
    directory.db_url = course.db_url
    pages = NbGraderAPI(directory).get_notebook_submissions(two.chapter, SECOND)
    assert {page["student"]: page["score"] for page in pages} == {"ada": 4, "bob": 0}

    # a page for each notebook, that says what was missing
    for student in ("ada", "bob"):
        write_feedback(course, two.chapter, student)
    folder = two.root / "feedback"
    for student in ("ada", "bob"):
        names = sorted(path.name for path in (folder / student / two.chapter).glob("*.html"))
        assert names == [f"{FIRST}.html", f"{SECOND}.html"]
    assert "was not handed in" in (folder / "bob" / two.chapter / f"{SECOND}.html").read_text()

    # what the instructor reads
    found = insights.collect(course, two.chapter)
    rows = {row.name: row for row in found.exercises}
    assert rows["mse_loss (part1)"].wrong == ["ada"] and rows["mse_loss (part2)"].passed == ["ada"]
    assert rows["relu_grad"].total == 1
    assert found.scores == {"ada": 9, "bob": 0} and found.max_score == 13
    assert sorted(found.unreadable) == ["bob (part1)", "bob (part2)"]
    assert "np.sum" in next(iter(rows["mse_loss (part1)"].examples.values()))
    assert found.written["why"]["waiting"] == ["ada"] and found.written["why"]["empty"] == ["bob"]
    assert found.groups == []
    lines = audit.lines(course, two.chapter)[1:]
    assert len(lines) == 4 and sum(line.rstrip().endswith(SECOND) for line in lines) >= 1
    assert {cell for _, cell in similarity.collect(course, two.chapter).answers} >= {
        "part1/neuron_backward"
    }

    # nothing has changed; then one notebook of one learner
    assert {r.status for r in two.grade(nearby).values()} == {"skipped"}
    room.hand_in("bob", two.answered(), f"{SECOND}.ipynb")
    again = two.grade(nearby)
    assert (again["ada"].status, again["ada"].score) == ("skipped", 9)
    assert (again["bob"].status, again["bob"].score) == ("graded", 4)
    left = list(commands._left(two.chapter, course))
    assert any("1 without a notebook" in line and "bob (part1)" in line for line in left), left


def test_answers_in_the_other_notebooks_file_are_named_for_a_person(two, nearby, kept):
    """Both parts' answers in the first file: said wherever somebody reads, and moved by nobody."""
    room, everything = two.room, two.room.solved()
    everything["cells"].append({**room.find(everything, "sigmoid"), "id": "x", "metadata": {}})
    everything["cells"][-1]["source"] = RELU
    stub = RELU.partition("\n")[0]
    only_stub = room.solved()
    only_stub["cells"].append({**everything["cells"][-1], "source": stub + "\n    ...  # to do"})
    quoted = room.solved()
    quoted["cells"].append({**everything["cells"][-1], "source": f'"""\n{RELU}\n"""'})
    for student, first in (("ada", everything), ("cy", only_stub), ("dee", quoted)):
        room.hand_in(student, first, f"{FIRST}.ipynb")
    room.hand_in("bob", everything, f"{FIRST}.ipynb")
    room.hand_in("bob", two.released(SECOND), f"{SECOND}.ipynb")

    results = two.grade(nearby)
    assert {name: graded.score for name, graded in results.items()} == dict.fromkeys(results, 6)
    told = "'part1.ipynb' defines relu_grad, which 'part2' asks for"
    for student, graded in results.items():
        notes = " ".join(graded.notes)
        assert (told in notes) is (student in ("ada", "bob")), (student, notes)
        with room.gradebook() as book:
            comment = book.find_comment("relu_grad", SECOND, two.chapter, student).comment
        assert (told in (comment or "")) is (student in ("ada", "bob")), comment
    for _ in range(2):  # and again when nothing has changed
        (line,) = (s for s in commands._left(two.chapter, two.course) if "another file" in s)
        assert "ada (relu_grad of part2: in 'part1.ipynb'), bob (relu_grad of part2" in line
        two.grade(nearby)

    found = insights.collect(two.course, two.chapter).elsewhere
    assert found["ada (part2)"] == found["bob (part2)"] == ["relu_grad: in 'part1.ipynb'"]

    folder = two.root / "submitted" / "ada" / two.chapter  # as the line says
    shutil.copy(folder / f"{FIRST}.ipynb", folder / f"{SECOND}.ipynb")
    again = two.grade(nearby)
    assert again["ada"].score == 6 + 4 and again["bob"].status == "skipped"
    (line,) = (s for s in commands._left(two.chapter, two.course) if "another file" in s)
    assert "ada" not in line


def anew(two, kept):
    """Nothing graded yet."""
    shutil.rmtree(two.root / "autograded")
    shutil.copy(kept / "gradebook.db", two.root)


def test_a_run_cut_off_between_two_notebooks_goes_on_where_it_was(
    handed_in, nearby, kept, monkeypatch
):
    whole = handed_in.grade(nearby)
    before = {name: graded.score for name, graded in whole.items()}
    anew(handed_in, kept)
    seen = []
    record = batch._record

    def cut_off(recorder, chapter, student, future):
        if len(seen) == 1:
            raise KeyboardInterrupt
        seen.append((student, chapter.notebook_name))
        return record(recorder, chapter, student, future)

    monkeypatch.setattr(batch, "_record", cut_off)
    with pytest.raises(KeyboardInterrupt):
        handed_in.grade(nearby, jobs=1)
    monkeypatch.setattr(batch, "_record", record)
    again = handed_in.grade(nearby)
    ((student, notebook),) = seen
    assert {name: graded.score for name, graded in again.items()} == before
    statuses = {name: row for name, row in again[student].details["notebooks"].items()}
    assert set(statuses) == {FIRST, SECOND}
    with handed_in.room.gradebook() as book:
        assert len(read_results(book, handed_in.chapter)) == 2


def test_each_notebook_sees_of_bplab_what_comes_before_what_it_asks(handed_in, nearby):
    cells = handed_in.second["cells"]
    only = {**handed_in.second, "cells": [c for c in cells if "mse_loss" not in c["id"]]}
    path = handed_in.root / "source" / handed_in.chapter / f"{SECOND}.ipynb"
    path.write_text(json.dumps(only))
    seen = {}

    class Seen(nearby):
        def run(self, cells, draw):
            asked = {cell.exercise for cell in cells if cell.exercise}
            seen[frozenset(asked)] = "nn/neuron.py" in self.shown
            return super().run(cells, draw)

    (handed_in.root / "gradebook.db").unlink()
    assert handed_in.grade(Seen)["ada"].score == 5 + 2
    assert seen.pop(frozenset({"relu_grad"})) is True  # of chapter 3: the neuron came before
    assert list(seen.values()) == [False]


def test_watch_grades_all_notebooks_of_what_arrives(handed_in, nearby):
    stop, found = threading.Event(), {}
    arrived = watch(
        handed_in.course,
        handed_in.chapter,
        stop=stop,
        jobs=1,
        feedback=False,
        sandbox=nearby,
    )
    for graded in arrived:
        found[graded.student] = graded.score
        if len(found) == 2:
            stop.set()
    assert found == {"ada": 9, "bob": 0}


def test_nbgraders_own_autograde_gives_the_same(handed_in, nearby, kept, monkeypatch):
    from nbgrader.converters import Autograde
    from nbgrader.converters.base import NbGraderException

    whole = handed_in.grade(nearby)
    ours = handed_in.room.scores()
    assert whole["ada"].score == 9
    anew(handed_in, kept)
    monkeypatch.setattr(preprocessor, "Sandbox", nearby)
    monkeypatch.setattr(preprocessor, "IDLE_SECONDS", 0.01)
    course = handed_in.course
    for student in ("ada", "bob"):
        directory = CourseDirectory(config=course.config, root=str(course.root))
        directory.db_url, directory.assignment_id = course.db_url, handed_in.chapter
        directory.student_id = student
        try:
            Autograde(coursedir=directory, config=course.config).start()
        except NbGraderException:
            assert student == "bob"  # nbgrader reports what it cannot open
    assert handed_in.room.scores() == ours


def test_behind_nbgraders_button_each_view_has_one_sandbox(handed_in, nearby, monkeypatch):
    """nbgrader takes the notebooks of each student in turn, and so back and forth between views."""
    cells = [cell for cell in handed_in.second["cells"] if "mse_loss" not in cell["id"]]
    folder = handed_in.root / "source" / handed_in.chapter
    (folder / f"{SECOND}.ipynb").write_text(json.dumps({**handed_in.second, "cells": cells}))
    other = folder.with_name("other")
    shutil.copytree(folder, other)
    began, ended = [], []

    class Counted(nearby):
        def __enter__(self):
            began.append(self.shown)
            return self

        def __exit__(self, *exc):
            ended.append(self.shown)

    monkeypatch.setattr(preprocessor, "Sandbox", Counted)
    course = handed_in.course
    one, two = (Chapter(course, handed_in.chapter, name) for name in (FIRST, SECOND))
    for chapter in (one, two) * 3:
        with preprocessor._sandbox(chapter, course) as runs:
            assert runs.sandbox.shown == chapter.shown
    assert began == [one.shown, two.shown] and one.shown != two.shown and not ended
    with preprocessor._sandbox(Chapter(course, other.name, FIRST), course):
        assert sorted(ended) == sorted(began[:2])  # of another assignment: those are let go
    preprocessor._close()
    assert len(began) == len(ended) == 3


def test_notebooks_that_come_or_go_after_hand_in_wait_for_a_word(handed_in, nearby):
    handed_in.grade(nearby)
    room, chapter = handed_in.room, handed_in.chapter
    with room.gradebook() as book:
        grade = book.find_grade("why", SECOND, chapter, "ada")
        grade.manual_score, grade.needs_manual_grade = 2, False
        book.db.commit()
    folder = handed_in.root / "source" / chapter
    (folder / f"{SECOND}.ipynb").rename(folder / "part3.ipynb")
    told = "the notebook part2 is withdrawn, the notebook part3 is new.*--accept-changes"
    with pytest.raises(CourseError, match=told):
        handed_in.grade(nearby)
    again = handed_in.grade(nearby, accept_changes=True)
    # what was handed in as part2 answers part3
    assert (again["ada"].score, again["ada"].max_score) == (9, 13)
    with room.gradebook() as book:
        names = {notebook.name for notebook in book.find_assignment(chapter).notebooks}
        assert names == {FIRST, "part3", "read_me"}
        assert book.find_assignment(chapter).max_score == 13
    kept = (handed_in.root / f"withdrawn-{chapter}.csv").read_text()
    assert "part2,why,ada,3.0,2.0" in kept
    assert not (handed_in.root / "autograded" / "ada" / chapter / f"{SECOND}.ipynb").exists()
    assert {r.status for r in handed_in.grade(nearby).values()} == {"skipped"}
