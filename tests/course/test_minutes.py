"""A chapter's minutes are honest: they cover its exercises and its reading, and are at most 90;
what can wait for another day states its own.

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


def sittings(name):
    """(stated minutes, cells) up to what can wait for another day, and from there on."""
    of_chapter = cells(name)
    stated = re.search(r"\*\*Time:\*\* (\d+) minutes(?:, and (\d+) more)?", text(of_chapter[0]))
    later = [n for n, cell in enumerate(of_chapter) if re.search(r"^##.* another day", text(cell))]
    assert len(later) == (stated.group(2) is not None)
    cut = later[0] if later else len(of_chapter)
    yield int(stated.group(1)), of_chapter[:cut]
    if later:
        yield int(stated.group(2)), of_chapter[cut:]


def reading(of_sitting):
    minutes = 0.0
    for cell in of_sitting:
        source = text(cell)
        if cell["cell_type"] == "code":
            seen = not marks(cell).get("solution")
            minutes += seen * (0.33 + 0.67 * ("viz." in source))
        else:
            source = source.partition("## Answers")[0]
            minutes += source.count("$$") / 4
            minutes += len(re.sub(r"\$\$.*?\$\$", "", source, flags=re.S).split()) / 140
    return minutes


@pytest.mark.parametrize("name", CORE)
def test_the_stated_minutes_cover_exercises_and_reading(name):
    for stated, of_sitting in sittings(name):
        work = sum(int(m) for cell in of_sitting for m, _ in HEADING.findall(text(cell)))
        needed = work + reading(of_sitting)
        assert stated <= 90
        assert needed - 2 <= stated <= needed + 12, f"{work} + {reading(of_sitting):.0f} minutes"


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
