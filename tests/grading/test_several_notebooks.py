"""An assignment of two notebooks: handed in whole, in part, broken, under other names."""

import json
import shutil

import pytest
from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from nbgrader.plugins.export import CsvExportPlugin

from bplab.grading import batch
from bplab.grading.book import audit, class_list, insights, similarity
from bplab.grading.book import grades as gradebook
from bplab.grading.book.gradebook import read_results
from bplab.grading.course import Course, generate
from bplab.grading.lms import formats
from bplab.grading.watch import write_feedback

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


@pytest.fixture
def two(room, builders):
    two = Two(room, builders)
    generate(two.course, two.chapter)
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
    with room.gradebook() as book:
        (line,) = class_list.lacking(read_results(book, two.chapter))
    assert "1 without" in line and "bob (part1)" in line


def test_a_run_cut_off_between_two_notebooks_goes_on_where_it_was(handed_in, nearby, monkeypatch):
    whole = handed_in.grade(nearby)
    before = {name: graded.score for name, graded in whole.items()}
    shutil.rmtree(handed_in.root / "autograded")
    (handed_in.root / "gradebook.db").unlink()
    generate(handed_in.course, handed_in.chapter)

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
