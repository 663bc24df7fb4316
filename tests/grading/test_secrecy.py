"""Passwords stand in no message; course folders are their owner's; wording regrades nobody."""

import pytest

from bplab import exercises
from bplab.grading import fingerprint
from bplab.grading.book.gradebook import hide_password, open_gradebook
from bplab.grading.course import Course, CourseError

URLS = [
    "postgresql://x:sec@ret9@127.0.0.1:1/none",
    "postgresql://x:sec/ret9@127.0.0.1:1/none",
    "postgresql://x:sec:ret9@127.0.0.1:1/none",
    "postgresql://x@127.0.0.1:1/none?password=sec_ret9",
    "postgresql://x:y@h:ret9/none",
    "postgresql:/x:ret9@h",
    "nonsense://x:sec#ret9@h/x",
    "x:ret9",
]


@pytest.mark.parametrize("url", URLS)
def test_no_part_of_a_password_is_shown(room, url):
    from bplab.grading.nbgrader_light import api

    assert "ret9" not in hide_password(url)
    with pytest.raises(CourseError) as told:
        open_gradebook(api(), Course.at(room.root, url))
    assert "ret9" not in str(told.value) and "sec" not in str(told.value)


def test_wording_changes_no_fingerprint(tmp_path):
    one = '"""What it does."""\nx = f("a hint with words")  # why\ny = "name"\n'
    other = '"""What it really does."""\nx = f("another hint, with words")  # because\ny = "name"\n'
    bare = []
    for number, text in enumerate((one, other, one.replace('"name"', '"names"'))):
        (tmp_path / f"{number}.py").write_text(text)
        bare.append(fingerprint.without_words(tmp_path / f"{number}.py"))
    assert bare[0].rstrip() == bare[1].rstrip() != bare[2].rstrip()


def test_other_chapters_change_no_fingerprint():
    asked = exercises.chapter("02_chain_rule")
    files = {str(path) for path in fingerprint._around(asked)}
    assert any("/chain_rule/" in path for path in files)
    assert not any("/optimizers/" in path or "/regularization/" in path for path in files), files
    taught = {path.name for path in fingerprint._taught(asked)}
    assert "slopes.py" in taught and "layers.py" not in taught
