"""A chapter's minutes are honest: they cover all its exercises and its reading, and are at most 90.

Reading is reckoned as 140 words a minute, 20 seconds for a cell that is run and looked at, 40 more
for a picture, half a minute for a formula on a line of its own. With the exercises' own minutes,
which are those of a learner who makes mistakes, this gives what learners took who worked through
chapters 1, 2 and 4 to 6 with nothing but the notebooks.
"""

import re

import pytest

from bplab import exercises
from bplab.study.release import text
from bplab.study.workspace import chapters, course_source, read_notebook

GRADED = [name for name in chapters() if name in exercises.CHAPTERS]
CORE = [name for name in GRADED if name < "07"]
HEADING = re.compile(r"^### Exercise: .* [●○]{3} (\d+) minutes?, (\d+) points?$", re.M)


def cells(name):
    return read_notebook(course_source() / name / f"{name}.ipynb")["cells"]


def marks(cell):
    return cell["metadata"].get("nbgrader", {})


def reading(cells):
    minutes = 0.0
    for cell in cells:
        source = text(cell)
        if cell["cell_type"] == "code":
            seen = not marks(cell).get("solution")
            minutes += seen * (0.33 + 0.67 * ("viz." in source))
        else:
            source = source.partition("## Answers")[0]
            minutes += source.count("$$") / 4
            minutes += len(re.sub(r"\$\$.*?\$\$", "", source, flags=re.S).split()) / 140
    return minutes


def minutes(cells):
    return reading(cells) + sum(int(m) for cell in cells for m, _ in HEADING.findall(text(cell)))


@pytest.mark.parametrize("name", GRADED)
def test_the_stated_minutes_cover_exercises_and_reading(name):
    everything = cells(name)
    found = re.findall(r"\*\*Time:\*\* (\d+) minutes", text(everything[0]))
    assert len(found) == 1, "the opening states the time as `**Time:** 60 minutes`"
    assert not any("another day" in text(cell) for cell in everything)
    needed = minutes(everything)
    assert needed - 2 <= int(found[0]) <= min(needed + 12, 90), f"{needed:.0f} minutes"


@pytest.mark.parametrize("name", CORE)
def test_an_exercise_has_a_cell_of_its_own_before_its_answer_with_minutes_and_points(name):
    told, before = {}, None
    for cell in cells(name):
        if cell["cell_type"] == "markdown":
            found = HEADING.findall(text(cell))
            assert text(cell).count("### Exercise") == len(found) <= 1, cell["id"]
            before = int(found[0][1]) if found else before
        elif marks(cell).get("solution"):
            assert before is not None, f"{cell['id']} has no heading of its own"
            told[cell["id"]], before = before, None
    assert told == {exercise.name: exercise.points for exercise in exercises.chapter(name)}
