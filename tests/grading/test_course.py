"""Making a course, finding one, and saying what is wrong with what is none."""

import json
import os
import stat

import pytest

from bplab.grading.course import Course, CourseError, make, packaged, write_secret


def test_a_course_is_made_whole(tmp_path, room):
    target = tmp_path / "class"
    assert make(target, origin=room.root) == [room.chapter]
    assert (target / "nbgrader_config.py").exists()
    assert stat.S_IMODE((target / ".secret").stat().st_mode) == 0o600
    released = json.loads((target / "release" / room.chapter / f"{room.chapter}.ipynb").read_text())
    assert "BEGIN SOLUTION" not in json.dumps(released)
    room.root = target
    with room.gradebook() as book:
        notebook = book.find_notebook(room.chapter, room.chapter)
        points = {cell.name: cell.max_score for cell in notebook.grade_cells}
    assert points == {f"check_{name}": value for name, value in room.points.items()}
    assert not [p for p in tmp_path.iterdir() if p.name.startswith(".")]


def test_our_release_is_nbgraders(tmp_path, room):
    """Cell by cell: kind, id, source, locks; and the checksums nbgrader computes agree."""
    make(tmp_path / "class", origin=room.root)
    path = tmp_path / "class" / "release" / room.chapter / f"{room.chapter}.ipynb"
    theirs, ours = json.loads(path.read_text()), room.released()
    assert len(theirs["cells"]) == len(ours["cells"])
    for one, two in zip(theirs["cells"], ours["cells"], strict=True):
        one["source"] = "".join(one["source"])
        one["metadata"].get("nbgrader", {}).pop("checksum", None)
        assert one == two


@pytest.mark.parametrize("there, driver", [(True, ""), (False, "+psycopg2")])
def test_postgresql_is_reached_with_the_driver_that_is_there(room, monkeypatch, there, driver):
    """SQLAlchemy 2.1 takes a bare `postgresql:` to mean psycopg 3."""
    monkeypatch.setattr("bplab.grading.course.find_spec", lambda name: there or None)
    course = Course.at(room.root, "postgresql://ada@host/grades")
    assert course.db_url == f"postgresql{driver}://ada@host/grades"
    assert Course.at(room.root, "postgresql+pg8000://host/x").db_url == "postgresql+pg8000://host/x"


def test_two_courses_have_two_secrets(tmp_path, room):
    make(tmp_path / "a", origin=room.root)
    make(tmp_path / "b", origin=room.root)
    assert Course.at(tmp_path / "a").secret() != Course.at(tmp_path / "b").secret()


def test_nothing_is_overwritten(tmp_path, room):
    full = tmp_path / "full"
    full.mkdir()
    (full / "mine.txt").write_text("mine")
    with pytest.raises(CourseError, match="not empty"):
        make(full, origin=room.root)
    assert [p.name for p in full.iterdir()] == ["mine.txt"]
    (tmp_path / "file").write_text("x")
    with pytest.raises(CourseError, match="not a folder"):
        make(tmp_path / "file", origin=room.root)
    path = tmp_path / "secret"
    write_secret(path)
    with pytest.raises(FileExistsError):
        write_secret(path)


def test_nothing_half_made_is_left(tmp_path, room):
    source = room.root / "source" / room.chapter / f"{room.chapter}.ipynb"
    source.write_text("broken")
    with pytest.raises(CourseError, match="nbgrader cannot generate"):
        make(tmp_path / "class", origin=room.root)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["course"]


def test_the_package_has_a_course():
    assert (packaged() / "nbgrader_config.py").is_file()


def test_a_folder_that_is_no_course_is_told(tmp_path):
    with pytest.raises(CourseError, match="bplab course DIR"):
        Course.at(tmp_path / "nowhere")
    with pytest.raises(CourseError, match="not an nbgrader course"):
        Course.at(tmp_path)


def test_a_broken_configuration_is_told_in_one_line(room):
    (room.root / "nbgrader_config.py").write_text("c = get_config(\n")
    with pytest.raises(CourseError, match="nbgrader_config.py does not load: SyntaxError") as told:
        Course.at(room.root)
    assert "\n" not in str(told.value)


def test_the_configuration_is_nbgraders(room):
    (room.root / "nbgrader_config.py").write_text(
        "c = get_config()\n"
        "c.CourseDirectory.submitted_directory = 'in'\n"
        "c.CourseDirectory.db_url = 'sqlite:////elsewhere/book.db'\n"
    )
    (room.root / "in" / "ada" / room.chapter).mkdir(parents=True)
    course = Course.at(room.root)
    assert course.students(room.chapter) == ["ada"]
    assert course.db_url == "sqlite:////elsewhere/book.db"
    assert Course.at(room.root, "sqlite://").db_url == "sqlite://"


def test_a_short_secret_is_refused(room):
    (room.root / ".secret").write_text("x")
    with pytest.raises(CourseError, match="backup"):
        Course.at(room.root).secret()


def test_alembic_is_found_without_an_activated_environment(tmp_path, room, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    make(tmp_path / "class", origin=room.root)
    assert os.environ["PATH"] == "/nowhere"
