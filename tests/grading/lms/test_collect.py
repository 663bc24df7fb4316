"""`bplab collect`: downloads of four systems, as those systems name the files in them."""

import json
import shutil
import time
import zipfile
from datetime import datetime

import pytest
from nbgrader.utils import parse_utc
from typer.testing import CliRunner

from bplab.cli import app
from bplab.grading import nbgrader_light
from bplab.grading.book.gradebook import open_gradebook
from bplab.grading.course import Course, CourseError
from bplab.grading.lms import archive, collect, downloads, people, told

CHAPTER = "ch1"
run = CliRunner()

ROSTER = [
    {"id": "jsmith", "first_name": "John", "last_name": "Smith", "lms_user_id": "1234"},
    {"id": "agarcia", "first_name": "Ana María", "last_name": "García López", "email": "ana@x.org"},
    {"id": "Lee2", "first_name": "Bo", "last_name": "Lee"},
]


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """A course with a list of students; made once, copied for each test."""
    root = tmp_path_factory.mktemp("made") / "course"
    (root / "source" / CHAPTER).mkdir(parents=True)
    book = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (root / "source" / CHAPTER / f"{CHAPTER}.ipynb").write_text(json.dumps(book))
    (root / "submitted").mkdir()
    place = Course.at(root)
    with open_gradebook(nbgrader_light.api(), place) as gradebook:
        for person in ROSTER:
            details = {key: value for key, value in person.items() if key != "id"}
            gradebook.add_student(person["id"], **details)
    return root


@pytest.fixture
def course(filled, tmp_path):
    shutil.copytree(filled, tmp_path / "course")
    return Course.at(tmp_path / "course")


def zipped(path, files):
    with zipfile.ZipFile(path, "w") as archive_:
        for name, text in files.items():
            archive_.writestr(name, text)
    return path


DOWNLOADS = {
    "canvas": {
        "smithjohn_1234_900_ch1.ipynb": "john",
        "garcialopezanamaria_LATE_77_901_ch1-1.ipynb": "ana",
        "leebo_78_902_my work.ipynb": "bo",
        "leebo_78_902_data.csv": "1,2",
    },
    "moodle": {
        "John Smith_5550001_assignsubmission_file_/ch1.ipynb": "john",
        "Ana María García López_5550002_assignsubmission_file_/ch1(1).ipynb": "ana",
        "Bo Lee_5550003_assignsubmission_file_my work.ipynb": "bo",
        "Bo Lee_5550003_assignsubmission_file_/data.csv": "1,2",
        "Bo Lee_5550003_assignsubmission_onlinetext_/onlinetext.html": "hi",
    },
    "brightspace": {
        "index.html": "<html>",
        "881-4401 - John Smith - Oct 12, 2026 1159 PM/ch1.ipynb": "john",
        "882-4401 - Ana María García López - Oct 9, 2026 905 AM/ch1.ipynb": "old",
        "882-4401 - Ana María García López - Oct 10, 2026 905 AM/ch1.ipynb": "ana",
        "883-4401 - Bo Lee - Oct 12, 2026 1200 AM/my work.ipynb": "bo",
        "883-4401 - Bo Lee - Oct 12, 2026 1200 AM/data.csv": "1,2",
    },
    "blackboard": {
        "Chapter 1_jsmith_attempt_2026-10-12-23-59-10_ch1.ipynb": "john",
        "Chapter 1_jsmith_attempt_2026-10-12-23-59-10.txt": "Name: John Smith (jsmith)\n",
        "Chapter 1_agarcia_attempt_2026-10-10-09-05-00_ch1.ipynb": "ana",
        "Chapter 1_agarcia_attempt_2026-10-09-09-05-00_ch1.ipynb": "old",
        "Chapter 1_lee2_attempt_2026-10-12-00-00-00_my work.ipynb": "bo",
        "Chapter 1_lee2_attempt_2026-10-12-00-00-00_data.csv": "1,2",
    },
}


@pytest.mark.parametrize("system", DOWNLOADS)
def test_a_download_becomes_submissions(course, tmp_path, system):
    file = zipped(tmp_path / "d.zip", DOWNLOADS[system])
    found = collect.collect(course, CHAPTER, file)
    assert found.system == system and not found.unmatched and not found.strange
    assert sorted(found.new) == ["Lee2", "agarcia", "jsmith"]
    for student, text in (("jsmith", "john"), ("agarcia", "ana"), ("Lee2", "bo")):
        folder = course.path("submitted", student, CHAPTER)
        assert (folder / f"{CHAPTER}.ipynb").read_text() == text
    assert (course.path("submitted", "Lee2", CHAPTER) / "data.csv").read_text() == "1,2"
    assert set(collect.read_ids(course, CHAPTER)) == {"Lee2", "agarcia", "jsmith"}
    assert course.students(CHAPTER) == ["Lee2", "agarcia", "jsmith"]


def test_a_file_that_is_not_there_is_told_as_that(course, tmp_path):
    with pytest.raises(CourseError, match="there is no file .*lost.zip"):
        collect.collect(course, CHAPTER, tmp_path / "lost.zip")


def test_what_a_trial_says_and_how_to_go_on(course, tmp_path):
    files = {"smithjohn_1234_900_work.ipynb": "john", "whoknows_99_901_work.ipynb": "x"}
    found = collect.collect(course, CHAPTER, zipped(tmp_path / "d.zip", files), dry_run=True)
    first, *rest = told.told(found, CHAPTER, dry_run=True)
    assert first == f"{CHAPTER}: 1 submission of Canvas would be taken in."
    assert rest[-1] == "nothing was changed; to take them in, the same without --dry-run"
    assert "    'whoknows' (99): nobody of that name is in the course" in rest
    assert any("a line NAME OR NUMBER AS ABOVE,STUDENT ID for each: --who FILE" in r for r in rest)
    assert course.students(CHAPTER) == []


@pytest.fixture
def in_tokyo(monkeypatch):
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def test_times_become_timestamps_and_late_is_told(course, tmp_path, in_tokyo):
    found = collect.collect(course, CHAPTER, zipped(tmp_path / "b.zip", DOWNLOADS["brightspace"]))
    stamp = course.path("submitted", "Lee2", CHAPTER) / "timestamp.txt"
    assert stamp.read_text() == "2026-10-11 15:00:00 UTC"
    assert parse_utc(stamp.read_text()) == datetime(2026, 10, 11, 15)  # as nbgrader reads it
    assert any("zone, JST (+0900)" in line for line in told.told(found, CHAPTER))
    found = collect.collect(course, CHAPTER, zipped(tmp_path / "c.zip", DOWNLOADS["canvas"]))
    assert found.late == ["agarcia"]


def test_the_same_download_twice_changes_nothing_and_a_later_one_keeps_the_earlier(
    course, tmp_path
):
    first = zipped(tmp_path / "1.zip", DOWNLOADS["canvas"])
    collect.collect(course, CHAPTER, first)
    again = collect.collect(course, CHAPTER, first)
    assert len(again.same) == 3 and not again.new and not again.replaced
    files = DOWNLOADS["canvas"] | {"smithjohn_1234_950_ch1-2.ipynb": "john, later"}
    later = collect.collect(course, CHAPTER, zipped(tmp_path / "2.zip", files))
    assert later.replaced == ["jsmith"]
    here = course.path("submitted", "jsmith", CHAPTER) / f"{CHAPTER}.ipynb"
    assert here.read_text() == "john, later"
    (kept,) = (course.root / "earlier" / "jsmith").iterdir()
    assert (kept / f"{CHAPTER}.ipynb").read_text() == "john"


SEVERAL = {
    "canvas": {
        "smithjohn_1234_901_lab-2-3.ipynb": "two",
        "smithjohn_1234_900_lab-1.ipynb": "one",
    },
    "moodle": {
        "John Smith_5550001_assignsubmission_file_/lab-1.ipynb": "one",
        "John Smith_5550001_assignsubmission_file_/lab-2.ipynb": "two",
    },
    "brightspace": {
        "881-4401 - John Smith - Oct 12, 2026 1159 PM/lab-2.ipynb": "two",
        "881-4401 - John Smith - Oct 11, 2026 1159 PM/lab-2.ipynb": "two, first try",
        "881-4401 - John Smith - Oct 10, 2026 1159 PM/lab-1.ipynb": "one",
    },
    "blackboard": {
        "Labs_jsmith_attempt_2026-10-12-23-59-10_lab-1.ipynb": "one",
        "Labs_jsmith_attempt_2026-10-12-23-59-10_lab-2.ipynb": "two",
        "Labs_jsmith_attempt_2026-10-10-23-59-10_lab-1.ipynb": "one, first try",
    },
}


@pytest.mark.parametrize("system", SEVERAL)
def test_several_notebooks_of_a_learner_come_in_together(course, tmp_path, system):
    folder = course.path("source", ".", "labs")
    folder.mkdir()
    task = {"cell_type": "markdown", "source": "", "metadata": {"nbgrader": {"task": True}}}
    for name in ("lab-1", "lab-2"):
        (folder / f"{name}.ipynb").write_text(json.dumps({"cells": [task], "metadata": {}}))
    file = zipped(tmp_path / "d.zip", SEVERAL[system])
    found = collect.collect(course, "labs", file)
    assert found.system == system and found.new == ["jsmith"] and not found.fewer
    there = course.path("submitted", "jsmith", "labs")
    assert {p.name: p.read_text() for p in there.glob("*.ipynb")} == {
        "lab-1.ipynb": "one",
        "lab-2.ipynb": "two",
    }
    assert any("earlier attempt" in note for note in found.notes) == (len(SEVERAL[system]) > 2)
    only = dict(list(SEVERAL[system].items())[-1:])
    assert collect.collect(course, "labs", zipped(tmp_path / "e.zip", only)).fewer == ["jsmith"]


def test_a_dry_run_touches_nothing(course, tmp_path):
    file = zipped(tmp_path / "d.zip", DOWNLOADS["moodle"])
    found = collect.collect(course, CHAPTER, file, dry_run=True)
    assert len(found.new) == 3
    assert course.students(CHAPTER) == [] and not (course.root / collect.KEPT).exists()


def test_who_is_in_no_list_is_shown_and_can_be_named(course, tmp_path):
    files = DOWNLOADS["canvas"] | {"nobodyknown_99_903_ch1.ipynb": "who"}
    file = zipped(tmp_path / "d.zip", files)
    result = run.invoke(app, ["collect", CHAPTER, str(file), "--course", str(course.root)])
    assert result.exit_code == 1 and "'nobodyknown'" in result.output, result.output
    who = tmp_path / "who.csv"
    who.write_text("99,Lee2\nleebo,newone\n")
    result = run.invoke(
        app, ["collect", CHAPTER, str(file), "--course", str(course.root), "--who", str(who)]
    )
    assert result.exit_code == 0, result.output
    here = course.path("submitted", "Lee2", CHAPTER) / f"{CHAPTER}.ipynb"
    assert here.read_text() == "who"


def test_two_of_one_name_are_not_guessed():
    roster = [
        {"id": "a", "first_name": "Jo", "last_name": "Lee"},
        {"id": "b", "first_name": "Jo", "last_name": "Lee"},
    ]
    (one,) = people.match([downloads.Handed("moodle", "1", "Jo Lee")], roster)
    assert one.student is None and one.by == "2 in the course have that name: a, b"


def test_an_accent_is_one_letter_however_it_is_encoded():
    (one,) = people.match([downloads.Handed("blackboard", "jose\u0301")], [{"id": "jos\u00e9 "}])
    assert one.student == "jos\u00e9 "


def test_a_number_under_another_name_is_shown_as_that(course, tmp_path):
    """Canvas gives a group's work once, under the group's name and one member's number."""
    files = {"groupblue_1234_900_ch1.ipynb": "x", "garcialopezanamaria_77_901_ch1.ipynb": "y"}
    found = collect.collect(course, CHAPTER, zipped(tmp_path / "d.zip", files))
    assert found.renamed == [("jsmith", "groupblue")]
    lines = list(told.told(found, CHAPTER))
    assert "    'groupblue' is jsmith" in lines
    files = {"smithjohn_1234_902_ch1.ipynb": "x"}
    assert not collect.collect(course, CHAPTER, zipped(tmp_path / "d.zip", files)).renamed


def test_of_two_hand_ins_of_one_student_what_is_certain_counts(course, tmp_path):
    files = {"smithjohn_1234_900_ch1.ipynb": "by number", "smithjohn_777_901_ch1.ipynb": "by name"}
    file = zipped(tmp_path / "d.zip", files)
    found = collect.collect(course, CHAPTER, file)
    here = course.path("submitted", "jsmith", CHAPTER) / f"{CHAPTER}.ipynb"
    assert here.read_text() == "by number" and not found.unmatched
    (note,) = found.notes
    assert "jsmith handed in as '777' too; '1234' counts" in note and "line 777,jsmith" in note
    found = collect.collect(course, CHAPTER, file, {"777": "jsmith"})
    assert here.read_text() == "by name" and found.replaced == ["jsmith"] and not found.unmatched
    (one, two) = people.match(
        [downloads.Handed("moodle", key, "Bo Lee") for key in ("5", "6")], ROSTER
    )
    assert one.student is None and one.by == two.by
    assert one.by == "Lee2 was found twice, as '5' (by name) and '6' (by name)"


def test_what_canvas_writes_beside_files():
    """Each file has a number of its own; a text or a link is no file; nobody is named."""
    entries = [
        archive.Entry(path, None, 1, None, None)
        for path in (
            "o_neilpat_LATE_5_31_data.csv",
            "o_neilpat_LATE_5_30_ch1.ipynb",
            "o_neilpat_LATE_5_12_ch1-1.ipynb",
            "leebo_78_link.html",
            "anon_7qXz1_40_ch1.ipynb",
            "LATE_anon_Ab1Cd_41_ch1.ipynb",
        )
    ]
    system, handed, unmatched = downloads.recognise(entries)
    assert system == "canvas" and not unmatched
    told_ = {one.key: (one.name, sorted(one.files), one.late, one.earlier) for one in handed}
    assert told_ == {
        "5": ("o_neilpat", ["ch1.ipynb", "data.csv"], True, 1),
        "78": ("leebo", ["link.html"], False, 0),
        "anon_7qXz1": ("", ["ch1.ipynb"], False, 0),
        "anon_Ab1Cd": ("", ["ch1.ipynb"], True, 0),
    }
    assert handed[0].files["ch1.ipynb"] is entries[1]  # the higher number is the later file


def test_names_in_utf8_that_the_zip_does_not_declare(tmp_path):
    path = zipped(tmp_path / "d.zip", {"müllerzoë_1_2_ch1.ipynb": "x", "plain_3_4_a.ipynb": "y"})
    raw = bytearray(path.read_bytes())
    for mark, at in ((b"PK\x03\x04", 7), (b"PK\x01\x02", 9)):  # bit 11 of the flags
        place = raw.find(mark)
        while place >= 0:
            raw[place + at] &= ~0x08
            place = raw.find(mark, place + 1)
    opened, found = archive.entries(bytes(raw))
    with opened:
        assert sorted(entry.path for entry in found)[0] == "müllerzoë_1_2_ch1.ipynb"
        assert {entry.read() for entry in found} == {b"x", b"y"}


def test_a_handed_in_zip_is_unpacked(course, tmp_path):
    inner = zipped(tmp_path / "inner.zip", {"work/notebook.ipynb": "inside"}).read_bytes()
    file = zipped(tmp_path / "d.zip", {"smithjohn_1234_900_work.zip": inner})
    collect.collect(course, CHAPTER, file)
    here = course.path("submitted", "jsmith", CHAPTER) / f"{CHAPTER}.ipynb"
    assert here.read_text() == "inside"


def test_hostile_names_stay_in_their_folder(course, tmp_path):
    files = {
        "../../evil_1234_900_x.ipynb": "out",
        "smithjohn_1234_900_..": "dots",
        "smithjohn_1234_900_\\..\\..\\evil.ipynb": "win",
        "/etc/smithjohn_1234_900_a.ipynb": "abs",
        "leebo_78_902_.ssh.ipynb": "bo",
    }
    before = {p for p in tmp_path.rglob("*") if "submitted" not in p.parts}
    file = zipped(tmp_path / "d.zip", files)
    collect.collect(course, CHAPTER, file)
    new = {p for p in tmp_path.rglob("*") if "submitted" not in p.parts} - before - {file}
    assert all(course.root / collect.KEPT in (p, p.parent) for p in new), new


def test_a_file_that_unpacks_to_too_much_is_left_out_and_told(course, tmp_path, monkeypatch):
    monkeypatch.setattr(archive.Entry.read, "__defaults__", (1000,))
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("smithjohn_1234_900_ch1.ipynb", "0" * 10_000)
        bomb.writestr("leebo_78_902_ch1.ipynb", "bo")
    found = collect.collect(course, CHAPTER, path)
    assert any("unpacks to more than" in note for note in found.notes)
    assert (course.path("submitted", "Lee2", CHAPTER) / f"{CHAPTER}.ipynb").exists()


@pytest.mark.parametrize("content", [b"no zip", b""])
def test_what_is_no_zip_is_one_line(course, tmp_path, content):
    file = tmp_path / "d.zip"
    file.write_bytes(content)
    result = run.invoke(app, ["collect", CHAPTER, str(file), "--course", str(course.root)])
    assert result.exit_code == 2 and "not a ZIP" in result.output


def test_a_zip_of_something_else_says_what_it_holds(course, tmp_path):
    file = zipped(tmp_path / "d.zip", {"holiday.jpg": "x"})
    result = run.invoke(app, ["collect", CHAPTER, str(file), "--course", str(course.root)])
    assert result.exit_code == 2 and "holiday.jpg" in result.output
