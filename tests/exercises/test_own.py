"""Exercises of a course's own: found by name, told where they cannot be used."""

import pytest

from bplab import exercises
from bplab.exercises import UnknownName, own

FILE = '''
import numpy as np
from bplab.exam import Exercise

def huber(r):
    """0.5 r^2 up to 1, |r| - 0.5 beyond; r (N,) -> (N,)."""
    return np.where(np.abs(r) <= 1, 0.5 * r**2, np.abs(r) - 0.5)

exercise = Exercise("huber", "week3", huber, returns="loss", points=2)

@exercise.paper
def _(rng):
    for N in (6, 9):
        yield {"r": rng.normal(scale=2, size=N)}

@exercise.mistake("always-squared", "Far away you still square.", "Beyond 1?", "|r| - 0.5 there.")
def _(r):
    return 0.5 * r**2
'''


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "exercises").mkdir()
    (tmp_path / "exercises" / "huber.py").write_text(FILE)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "exercises"


def test_an_own_exercise_is_found_beside_the_notebook(folder):
    exercise = exercises.find("huber")
    assert exercise.points == 2
    assert exercise.examine(exercise.reference).passed
    assert exercise.examine(lambda r: 0.5 * r**2).mistake == "always-squared"


def test_it_is_found_in_a_folder_that_is_named(folder, monkeypatch):
    monkeypatch.chdir(folder.parent.parent)
    with pytest.raises(UnknownName):
        exercises.find("huber")
    assert exercises.find("huber", folder).name == "huber"


def test_it_is_found_from_the_source_of_its_course_too(folder, monkeypatch):
    """Where the instructor writes the notebook, and where nbgrader runs it for AutoTests."""
    from bplab import check

    source = folder.parent / "source" / "week3"
    source.mkdir(parents=True)
    monkeypatch.chdir(source)
    with pytest.raises(UnknownName):
        exercises.find("huber")  # no course yet
    (folder.parent / "nbgrader_config.py").write_text("c = get_config()\n")
    later = FILE.replace("points=2", "points=2, practice=False")
    (folder / "huber.py").write_text(later)

    def huber(r):
        return 0.5 * r**2

    with pytest.raises(AssertionError, match="Far away you still square"):
        check(huber)
    (source / "exercises").mkdir()  # what lies beside a notebook comes first
    with pytest.raises(UnknownName):
        exercises.find("huber")


def test_a_changed_file_is_read_again(folder):
    import os

    assert exercises.find("huber").points == 2
    path = folder / "huber.py"
    path.write_text(FILE.replace("points=2", "points=5"))
    os.utime(path, ns=(1, 1))
    assert exercises.find("huber").points == 5


@pytest.mark.parametrize(
    "text, words",
    [
        ("1 / 0\n", r"huber.py does not run: ZeroDivisionError.*\(line 1\)"),
        ("def f(:\n", r"huber.py does not run: SyntaxError.*\(line 1\)"),
        ("x = 3\n", "should define an Exercise called 'huber'; it holds no exercise"),
        (FILE.replace('"huber", "week3"', '"hubert", "week3"'), "it holds hubert"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(folder, text, words):
    (folder / "huber.py").write_text(text)
    with pytest.raises(own.OwnExerciseError, match=words):
        exercises.find("huber")


def test_a_misspelled_name_offers_the_own_one(folder):
    with pytest.raises(UnknownName, match="huber"):
        exercises.find("hubre")


def test_an_installed_package_brings_exercises(tmp_path, monkeypatch):
    (tmp_path / "brought.py").write_text(FILE)
    info = tmp_path / "brought-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: brought\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[bplab.exercises]\nbrought = brought\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert exercises.find("huber").chapter == "week3"
