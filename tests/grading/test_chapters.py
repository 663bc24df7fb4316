"""Every chapter of the course, graded for real: solved it has all points, released it has none."""

import json
import shutil

import pytest

from bplab import exercises
from bplab.grading import batch, course
from bplab.grading.sandbox import available

pytestmark = [pytest.mark.slow]


def graded_chapters():
    try:
        found = course.Course.at(course.packaged())
    except course.CourseError:
        return []
    return [name for name in found.chapters if name in exercises.CHAPTERS]


@pytest.mark.parametrize("chapter", graded_chapters())
def test_solutions_have_all_points_and_releases_none(chapter, tmp_path):
    if not available()[0]:
        pytest.skip(available()[1])
    root = tmp_path / "course"
    shutil.copytree(course.packaged() / "source" / chapter, root / "source" / chapter)
    shutil.copy(course.packaged() / "nbgrader_config.py", root)
    here = course.Course.at(root)
    name = here.notebooks(chapter)[0]
    for student, notebook in (
        ("solved", here.source(chapter, name)),
        ("untouched", here.release(chapter, name)),
    ):
        folder = root / "submitted" / student / chapter
        folder.mkdir(parents=True)
        (folder / f"{name}.ipynb").write_text(json.dumps(notebook))
    solved, untouched = batch.grade(chapter, root)
    assert solved.notes == [] and solved.mistakes == {}
    assert solved.score == solved.max_score > 0
    assert (solved.status, untouched.status) == ("graded", "graded"), untouched.details
    assert untouched.score == 0 and untouched.details["fault"] is None
    assert set(untouched.mistakes.values()) == {"not-written"}
    graded = json.loads((root / "autograded" / "solved" / chapter / f"{name}.ipynb").read_text())
    for cell in graded["cells"]:
        errors = [o for o in cell.get("outputs", []) if o["output_type"] == "error"]
        assert not errors, (cell["id"], errors[0]["evalue"])
