"""Times of hand-in for systems whose download has none, groups, and ZIPs within ZIPs."""

import json
import zipfile
from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from bplab.cli import app
from bplab.grading import nbgrader_light
from bplab.grading.book.gradebook import open_gradebook
from bplab.grading.course import Course, CourseError
from bplab.grading.lms import archive, collect, times

CHAPTER = "ch1"
ROSTER = [
    ("jsmith", "John", "Smith"),
    ("ana", "Ana María", "García López"),
    ("lp", "Luc", "Picard"),
]
WORKSHEET = (
    "Identifier,Full name,Email address,Status,Grade,Maximum Grade,Grade can be changed,"
    "Last modified (submission),Last modified (grade),Feedback comments\n"
    "Participant 501,John Smith,j@x.org,Submitted,,8.00,Yes,"
    '"Monday, 12 October 2026, 11:59 PM",-,\n'
    "Participant 502,Ana María García López,a@x.org,Submitted,,8.00,Yes,"
    '"13 October 2026, 00:30",-,\n'
    "Participant 503,Luc Picard,l@x.org,No submission,,8.00,Yes,-,-,\n"
)


@pytest.fixture
def course(tmp_path):
    root = tmp_path / "course"
    (root / "source" / CHAPTER).mkdir(parents=True)
    book = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (root / "source" / CHAPTER / f"{CHAPTER}.ipynb").write_text(json.dumps(book))
    place = Course.at(root)
    with open_gradebook(nbgrader_light.api(), place) as gradebook:
        for number, (student, first, last) in enumerate(ROSTER, 1):
            about = {"first_name": first, "last_name": last, "lms_user_id": str(number)}
            gradebook.add_student(student, **about)
    return place


def zipped(path, files):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return path


def stamp(course, student):
    return (course.path("submitted", student, CHAPTER) / "timestamp.txt").read_text()


def test_canvas_marks_late_and_a_table_says_by_how_much(course, tmp_path):
    files = {"smithjohn_LATE_1_900_ch1.ipynb": "a", "garcialopezanamaria_2_901_ch1.ipynb": "b"}
    download = zipped(tmp_path / "d.zip", files)
    arguments = ["collect", CHAPTER, str(download), "--course", str(course.root)]
    told = CliRunner().invoke(app, arguments).output
    assert "not by how much" in told and "--times FILE" in told
    table = tmp_path / "times.csv"
    table.write_text("jsmith,2026-10-13T01:30:00+02:00\nGarcía López,2026-10-12 20:00Z\n")
    told = CliRunner().invoke(app, [*arguments, "--times", str(table)]).output
    assert "2 there already" in told and "1 with the time" in told  # half a name is nobody's
    assert "1 without a time in your table: ana" in told and "not by how much" not in told
    assert stamp(course, "jsmith") == "2026-10-12 23:30:00 UTC"


def test_moodles_worksheet_has_the_times(course, tmp_path, monkeypatch):
    table = tmp_path / "worksheet.csv"
    table.write_text(WORKSHEET, encoding="utf-8")
    found = times.read(table)
    assert found["501"] == datetime(2026, 10, 12, 23, 59) and "503" not in found
    files = {
        "John Smith_501_assignsubmission_file_/ch1.ipynb": "a",
        "Ana María García López_777_assignsubmission_file_/ch1.ipynb": "b",  # by her name
    }
    taken = collect.collect(course, CHAPTER, zipped(tmp_path / "d.zip", files), when=found)
    assert taken.from_table == 2 and taken.untimed == []
    wall = datetime(2026, 10, 13, 0, 30).astimezone(UTC)
    assert stamp(course, "ana") == wall.strftime("%Y-%m-%d %H:%M:%S UTC")


def test_a_name_that_two_learners_share_says_nothing(tmp_path):
    table = tmp_path / "t.csv"
    table.write_text(
        "Student,ID,Submitted at\nJo Lee,1,2026-10-12 10:00\nLee Jo,2,2026-10-12 11:00\n"
    )
    assert times.read(table).keys() == {"1", "2"}


@pytest.mark.parametrize("text", ["a,b,c\n1,2,3\n", "jsmith,tomorrow\n", "ID,time\n1,soon\n"])
def test_a_table_without_times_is_told(tmp_path, text):
    table = tmp_path / "t.csv"
    table.write_text(text)
    with pytest.raises(CourseError, match="2026-10-12 23:59"):
        times.read(table)


def test_a_group_before_the_name_is_taken_off(course, tmp_path):
    """Moodle writes it where groups hand in, for each member with the same file."""
    place = "_assignsubmission_file_/ch1.ipynb"
    files = {f"Team Blue-John Smith_501{place}": "a", f"Team Blue-Luc Picard_503{place}": "a"}
    found = collect.collect(course, CHAPTER, zipped(tmp_path / "d.zip", files))
    assert sorted(found.new) == ["jsmith", "lp"] and len(found.by_name) == 2
    # A name with a dash in it is nobody else's.
    files = {f"Jean-Luc Picard_509{place}": "x", f"John Smith_501{place}": "a"}
    other = collect.collect(course, CHAPTER, zipped(tmp_path / "e.zip", files))
    assert [name for name, _ in other.unmatched] == ["'Jean-Luc Picard' (509)"]


def nest(tmp_path, files, depth):
    for number in range(depth):
        path = zipped(tmp_path / f"{number}.zip", files)
        files = {f"work/{number}.zip": path.read_bytes()}
    return next(iter(files.values()))


def test_a_zip_within_a_zip_is_unpacked_as_deep_as_people_go(course, tmp_path):
    inner = nest(tmp_path, {"a/ch1.ipynb": "one", "b/notes.txt": "x", "c/notes.txt": "y"}, 2)
    download = zipped(tmp_path / "d.zip", {"smithjohn_1_900_all.zip": inner})
    collect.collect(course, CHAPTER, download)
    here = course.path("submitted", "jsmith", CHAPTER)
    assert {p.name: p.read_text() for p in here.iterdir()} == {
        "ch1.ipynb": "one",
        "notes.txt": "x",
        "notes-2.txt": "y",  # none is lost for having another's name
    }
    deep = nest(tmp_path, {"ch1.ipynb": "one"}, collect.MAX_DEPTH + 2)
    found = collect.collect(
        course, CHAPTER, zipped(tmp_path / "e.zip", {"picardluc_3_901_all.zip": deep})
    )
    assert found.empty == ["lp"]  # kept as a file, not opened for ever


def test_what_one_learner_unpacks_is_bounded(course, tmp_path, monkeypatch):
    monkeypatch.setattr(collect, "MAX_BYTES", 5000)
    many = zipped(tmp_path / "many.zip", {f"{n}.txt": f"{n}" * 1000 for n in range(9)})
    files = {"picardluc_3_900_many.zip": many.read_bytes(), "smithjohn_1_901_ch1.ipynb": "a"}
    found = collect.collect(course, CHAPTER, zipped(tmp_path / "d.zip", files))
    here = course.path("submitted", "lp", CHAPTER)
    assert sum(path.stat().st_size for path in here.iterdir()) <= 5000
    assert any("left out" in note for note in found.notes)
    assert course.path("submitted", "jsmith", CHAPTER).is_dir()


def test_the_archives_own_bound_still_holds(tmp_path):
    path = zipped(tmp_path / "x.zip", {"a": "0" * 100})
    opened, entries = archive.entries(path)
    with opened, pytest.raises(archive.ArchiveError, match="unpacks to more"):
        entries[0].read(50)
