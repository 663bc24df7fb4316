"""Rules that every chapter's source keeps."""

import ast
import json
import re
from pathlib import Path

import pytest

from bplab import exercises
from bplab.authors.chapter import BY_CHANCE
from bplab.study.release import release, text
from bplab.study.solutions import solved
from bplab.study.workspace import chapters, course_source, graded_cells, read_notebook

ROOT = Path(__file__).parents[2]
NAMES = chapters()
GRADED = [name for name in NAMES if name in exercises.CHAPTERS]


def source(name):
    return read_notebook(course_source() / name / f"{name}.ipynb")


def marks(cell):
    return cell["metadata"].get("nbgrader", {})


def code_cells(notebook):
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def test_every_chapter_with_exercises_has_its_notebook():
    assert set(exercises.CHAPTERS) <= set(NAMES)
    assert "00_start_here" in NAMES


@pytest.mark.parametrize("name", GRADED)
def test_every_exercise_has_its_solution_cell_and_its_check(name):
    notebook = source(name)
    wanted = {exercise.name: exercise.points for exercise in exercises.chapter(name)}
    found = {
        exercise: marks(cell)["points"]
        for cell, exercise in graded_cells(notebook)
        if text(cell).strip() == f"check({exercise})" and marks(cell)["locked"]
    }
    assert found == wanted
    solutions = {marks(cell)["grade_id"] for cell in code_cells(notebook) if is_solution(cell)}
    assert solutions == set(wanted)


def is_solution(cell):
    return bool(marks(cell).get("solution"))


def _tidy(name):
    return f"run `python -m bplab.authors.chapter {name}`"


@pytest.mark.parametrize("name", NAMES)
def test_cells_have_stable_ids_and_no_outputs(name):
    notebook = source(name)
    ids = [cell["id"] for cell in notebook["cells"]]
    assert len(ids) == len(set(ids))
    assert (notebook["nbformat"], notebook["nbformat_minor"]) >= (4, 5)
    for cell in code_cells(notebook):
        assert cell["outputs"] == [] and cell["execution_count"] is None, _tidy(name)
        if marks(cell):
            assert cell["id"] == marks(cell)["grade_id"], _tidy(name)
    assert not any(map(BY_CHANCE.fullmatch, ids)), f"ids should speak: {_tidy(name)}"


@pytest.mark.parametrize("name", NAMES)
def test_cells_are_short(name):
    notebook = source(name)
    for cell in code_cells(notebook):
        if not is_solution(cell):
            # Lines are narrow, so that brackets that were broken open do not count.
            lines = [line for line in text(cell).splitlines() if re.search(r"\w", line)]
            assert len(lines) <= 20, f"{cell['id']}: {len(lines)} lines"
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            prose = re.sub(r"\$\$.*?\$\$|```.*?```|^\|.*?$", "", text(cell), flags=re.S | re.M)
            assert len(prose.split()) <= 160, f"{cell['id']}: {len(prose.split())} words"


@pytest.mark.parametrize("name", GRADED)
def test_the_release_is_python_that_says_what_is_missing(name):
    notebook = release(source(name))
    for cell in code_cells(notebook):
        assert "SOLUTION" not in text(cell)
        if not text(cell).lstrip().startswith(("%", "!")):
            ast.parse(text(cell))
        if is_solution(cell):
            assert "raise NotImplementedError()" in text(cell)
            assert '"""' in text(cell), f"{cell['id']} has no docstring that states its contract"


@pytest.mark.parametrize("name", NAMES)
def test_the_opening_and_the_end_say_what_they_must(name):
    cells = source(name)["cells"]
    opening = text(cells[0])
    assert opening.startswith("# ")
    if name in GRADED:
        assert "minutes" in opening
        end = " ".join(text(cell).lower() for cell in cells[-4:])
        assert "remember" in end and "ponder" in end and "next" in end


@pytest.mark.parametrize("name", NAMES)
def test_the_solved_chapter_is_current(name):
    path = ROOT / "solutions" / f"{name}.ipynb"
    assert path.exists(), _tidy(name)
    written = json.loads(path.read_text(encoding="utf-8"))
    fresh = solved(source(name))
    assert [text(cell) for cell in written["cells"]] == [text(cell) for cell in fresh["cells"]], (
        _tidy(name)
    )
    assert all(cell["execution_count"] for cell in code_cells(written) if text(cell).strip())


@pytest.mark.parametrize("name", NAMES)
def test_the_solved_chapter_shows_no_warning_and_no_error(name):
    written = json.loads((ROOT / "solutions" / f"{name}.ipynb").read_text(encoding="utf-8"))
    for cell in code_cells(written):
        for output in cell["outputs"]:
            assert output["output_type"] != "error", cell["id"]
            assert output.get("name") != "stderr", f"{cell['id']}: {output.get('text')}"


@pytest.mark.parametrize("name", GRADED)
def test_every_check_of_the_solved_chapter_passed(name):
    written = json.loads((ROOT / "solutions" / f"{name}.ipynb").read_text(encoding="utf-8"))
    passed = [
        exercise.name
        for cell in code_cells(written)
        for exercise in exercises.chapter(name)
        if text(cell).strip() == f"check({exercise.name})"
        and "passed" in json.dumps(cell["outputs"])
    ]
    assert passed == [exercise.name for exercise in exercises.chapter(name)]


@pytest.mark.parametrize("name", NAMES)
def test_code_fits_the_page_of_a_pdf(name):
    for cell in code_cells(source(name)):
        for line in text(cell).splitlines():
            assert len(line) <= 72, f"{cell['id']}: {len(line)} characters: {line}"


@pytest.mark.parametrize("name", GRADED)
def test_questions_to_ponder_have_folded_answers_and_the_solved_chapter_is_named(name):
    cells = source(name)["cells"]
    end = text(cells[-1])
    assert end.startswith("## Answers")
    assert end.count("<details><summary>") == end.count("</details>") >= 2
    assert f"`{name}.ipynb`" in end
