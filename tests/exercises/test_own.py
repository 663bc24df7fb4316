"""Exercises of a course's own: found by name, told where they cannot be used."""

import numpy as np
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


ADDED = """
import numpy as np
from bplab.exercises import find

sigmoid = find("sigmoid")

@sigmoid.mistake("degrees", "You took z for degrees.", "Which unit has z?", "z has no unit.")
def _(z):
    return 1 / (1 + np.exp(-np.radians(z)))
"""


def degrees(z):
    return 1 / (1 + np.exp(-np.radians(z)))


@pytest.fixture
def added(folder):
    """The folder with a file that adds a mistake to ours; nothing of it stays."""
    (folder / "sigmoid.py").write_text(ADDED)
    yield folder
    assert "degrees" not in exercises.find("sigmoid", folder / "nowhere").mistakes


def test_a_mistake_added_to_ours_is_told(added):
    """Beside the notebook, in a folder that is named, and as a part of what is built on it."""
    assert exercises.find("sigmoid").examine(degrees).mistake == "degrees"
    assert exercises.find("sigmoid", added).examine(degrees).mistake == "degrees"
    assert list(exercises.find("sigmoid", added).mistakes).count("degrees") == 1
    (added / "sigmoid.py").unlink()
    assert exercises.find("sigmoid", added).examine(degrees).mistake != "degrees"


def test_a_mistake_added_to_a_part_is_told_in_the_whole(added):
    whole = exercises.find("neuron_forward", added)
    report = whole.examine(lambda X, w, b: degrees(X @ w + b))
    assert "degrees" in (report.mistake, *report.parts) or "degrees" in report.observed


def test_a_file_of_additions_that_changes_is_read_again(added):
    import os

    assert exercises.find("sigmoid").examine(degrees).observed.startswith("You took z")
    (added / "sigmoid.py").write_text(ADDED.replace("You took", "You have taken"))
    os.utime(added / "sigmoid.py", ns=(1, 1))
    assert exercises.find("sigmoid").examine(degrees).observed.startswith("You have taken z")


@pytest.mark.parametrize(
    "text, words",
    [
        (ADDED.replace('find("sigmoid")', 'find("sigmodi")'), r"no exercise called 'sigmodi'"),
        (ADDED.replace('"degrees"', '"precedence"'), r"does not run.*precedence"),
        ("x = 3\n", r"adds no mistake to sigmoid: take it by find\('sigmoid'\)"),
        (FILE.replace('"huber", "week3"', '"sigmoid", "week3"'), "give yours, and its file, anoth"),
    ],
)
def test_a_file_of_additions_that_cannot_be_used_says_why(folder, text, words):
    """Where the folder is named, as in grading; a learner, who can do nothing, is not bothered."""
    (folder / "sigmoid.py").write_text(text)
    before = list(exercises.find("sigmoid").mistakes)
    with pytest.raises(own.OwnExerciseError, match=words):
        exercises.find("sigmoid", folder)
    assert list(exercises.find("sigmoid").mistakes) == before


def test_a_file_of_no_use_says_how_one_is_called_that_adds_mistakes(folder):
    (folder / "mine.py").write_text("x = 3\n")
    with pytest.raises(own.OwnExerciseError, match="has its name, such as sigmoid.py"):
        exercises.find("mine", folder)
