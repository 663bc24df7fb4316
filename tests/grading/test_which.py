"""Which folder is meant, which grader is at work, and what the end of a run says of files."""

import os
import re
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from bplab.cli import app
from bplab.grading import batch
from bplab.grading.book import leftover
from bplab.grading.book.recorder import Recorder
from bplab.grading.chapter import Chapter
from bplab.grading.course import Course
from bplab.grading.which import folder_meant, graders


@pytest.fixture(autouse=True)
def nobody(tmp_path, monkeypatch):
    """A user without settings or servers."""
    for name in ("CONFIG_DIR", "RUNTIME_DIR", "DATA_DIR"):
        folder = tmp_path / name
        folder.mkdir()
        monkeypatch.setenv(f"JUPYTER_{name}", str(folder))
    return tmp_path / "CONFIG_DIR" / "nbgrader_config.py"


def test_bplab_and_nbgrader_mean_one_folder(room, tmp_path, nobody, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert folder_meant() == (tmp_path.resolve(), None)
    nobody.write_text(f"get_config().CourseDirectory.root = {str(room.root)!r}\n")
    assert folder_meant() == (room.root.resolve(), None)
    script = (
        "from nbgrader.apps import NbGraderApp; app = NbGraderApp(); app.initialize([]);"
        "print('ROOT', app.coursedir.root)"
    )
    theirs = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert f"ROOT {room.root.resolve()}" in theirs.stdout, theirs.stderr
    other = tmp_path / "other"
    (other / "source").mkdir(parents=True)
    root, told = folder_meant(other)
    assert root == room.root.resolve() and "not this folder" in told and str(nobody) in told


def test_a_course_that_plain_nbgrader_would_grade_is_told(room, monkeypatch):
    monkeypatch.chdir(room.root)
    assert all(good for good, _ in graders(Course.at(room.root)))
    told = CliRunner().invoke(app, ["doctor", "--course", str(room.root)]).output
    assert "Autograde button: bplab, in its sandbox" in told
    (room.root / "nbgrader_config.py").write_text("c = get_config()\n")
    told = " ".join(sentence for good, sentence in graders(Course.at(room.root)) if not good)
    assert "plain nbgrader" in told and str(room.root) in told
    done = CliRunner().invoke(app, ["doctor", "--course", str(room.root)])
    assert done.exit_code == 1 and "plain nbgrader" in done.output
    done = CliRunner().invoke(app, ["grade", room.chapter, "--no-sandbox", "--jobs", "1"])
    assert "beware" in done.output and "plain nbgrader" in done.output
    assert "no sandbox: learners' code runs with your rights" in " ".join(done.output.split())


def test_a_server_older_than_the_configuration_or_elsewhere_is_told(room, tmp_path):
    runtime = tmp_path / "RUNTIME_DIR" / "jpserver-1.json"
    runtime.write_text(
        f'{{"url": "http://here/", "pid": {os.getpid()}, "root_dir": "{room.root}"}}'
    )
    course = Course.at(room.root)
    assert all(good for good, _ in graders(course))
    os.utime(runtime, (1, 1))
    told = [sentence for good, sentence in graders(course) if not good]
    assert len(told) == 1 and "Start the server again" in told[0]
    runtime.write_text(f'{{"url": "http://here/", "pid": {os.getpid()}, "root_dir": "{tmp_path}"}}')
    told = [sentence for good, sentence in graders(course) if not good]
    assert len(told) == 1 and f"looks at {tmp_path.resolve()}" in told[0]


def test_a_late_penaltys_plugin_lies_in_the_courses_folder(room, nearby, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (room.root / "half_for_late.py").write_text(
        "from nbgrader.plugins import BasePlugin\n\n\n"
        "class Half(BasePlugin):\n"
        "    def late_submission_penalty(self, student_id, score, total_seconds_late):\n"
        "        return score / 2\n"
    )
    config = room.root / "nbgrader_config.py"
    line = "c.AssignLatePenalties.plugin_class = 'half_for_late.Half'\n"
    config.write_text(config.read_text() + line)
    room.hand_in("ada", room.solved(), timestamp="2030-01-02 10:00:00 UTC")
    course = Course.at(room.root)
    with Recorder(course, Chapter(course, room.chapter)) as recorder:
        recorder.book.update_or_create_assignment(room.chapter, duedate="2030-01-01 10:00:00 UTC")
    (graded,) = batch.grade(room.chapter, room.root, sandbox=nearby, jobs=1)
    assert graded.status == "graded" and graded.score == room.max_score / 2
    with room.gradebook() as book:  # a person gives two points more: they cost half, too
        grade = book.find_grade("check_sigmoid", room.chapter, room.chapter, "ada")
        grade.extra_credit = 2
        book.db.commit()
    (again,) = batch.grade(room.chapter, room.root, sandbox=nearby, jobs=1)
    assert (again.status, again.score) == ("skipped", (room.max_score + 2) / 2)
    assert room.scores()["ada"][2] == (room.max_score + 2) / 2
    config.write_text(config.read_text().replace("half_for_late.Half", "half_for_late.Third"))
    done = CliRunner().invoke(app, ["grade", room.chapter, "--course", str(room.root)])
    assert done.exit_code == 2 and "plugin" in done.output and "Third" in done.output


def test_loose_notebooks_and_old_feedback_are_told_with_the_way_out(room, nearby):
    (room.root / "submitted" / "ada_sigmoid.ipynb").write_text("{}")
    (room.root / "submitted" / "bob").mkdir()
    (room.root / "submitted" / "bob" / "mine.ipynb").write_text("{}")
    course = Course.at(room.root)
    assert leftover.loose(course, room.chapter) == ["ada_sigmoid.ipynb", "bob/mine.ipynb"]
    (told,) = leftover.closing(course, room.chapter)
    assert "ada_sigmoid.ipynb" in told and "submitted/STUDENT/" in told
    (told,) = leftover.closing(course, "Übung 1")  # a command is one that can be pasted
    assert "bplab collect 'Übung 1' FILE.zip" in told
    room.hand_in("carl", room.solved())
    batch.grade(room.chapter, room.root, sandbox=nearby, jobs=1)
    page = room.root / "feedback" / "carl" / room.chapter / f"{room.chapter}.html"
    page.parent.mkdir(parents=True)
    page.write_text("old")
    assert leftover.stale_feedback(course, room.chapter) == []
    os.utime(page, (1, 1))
    told = " ".join(leftover.closing(course, room.chapter))
    assert re.search(r"1 feedback page is older.*generate_feedback \S+ --force", told)


def test_a_file_of_own_exercises_that_cannot_be_used_is_told(room):
    (room.root / "exercises").mkdir()
    (room.root / "exercises" / "mine.py").write_text("x = 3\n")
    told = [words for good, words in graders(Course.at(room.root)) if not good]
    assert len(told) == 1 and "exercises/mine.py cannot be used: mine.py should define" in told[0]
