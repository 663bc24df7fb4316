"""`bplab solved`: a chapter's answers, once its checks have passed, beside what a learner wrote."""

import json

import pytest
from typer.testing import CliRunner

from bplab.cli import app
from bplab.study import journal
from bplab.study.site.contents import write_contents
from bplab.study.solved import chapter_named
from bplab.study.workspace import (
    StudyError,
    chapters,
    graded_cells,
    make_workspace,
    read_notebook,
)

runner = CliRunner()
CHAPTER = "03_two_pass_mlp"


def passed(path, but=()):
    """Save in a notebook that its checks have passed, except some."""
    notebook = read_notebook(path)
    for cell, name in graded_cells(notebook):
        if name not in but:
            told = {"text/plain": f"{name}: passed."}
            cell["outputs"] = [{"output_type": "display_data", "metadata": {}, "data": told}]
    path.write_text(json.dumps(notebook))


@pytest.fixture
def study(tmp_path):
    make_workspace(tmp_path / "study")
    return tmp_path / "study"


def asked(study, *options):
    return runner.invoke(app, ["solved", "03", "--folder", str(study), *options])


def test_the_answers_come_once_all_checks_have_passed(study):
    passed(study / f"{CHAPTER}.ipynb", but={"linear_backward"})
    early = asked(study)
    assert early.exit_code == 1 and not (study / "solved").exists()
    assert "1 of the checks" in early.output and "linear_backward" in early.output
    assert "--anyway" in early.output

    passed(study / f"{CHAPTER}.ipynb")
    mine = (study / f"{CHAPTER}.ipynb").read_bytes()
    assert asked(study).exit_code == 0
    written = (study / "solved" / f"{CHAPTER}.ipynb").read_text()
    assert "X.T @ dZ" in written
    assert "SOLUTION" not in written and "NotImplementedError" not in written
    assert (study / f"{CHAPTER}.ipynb").read_bytes() == mine


def test_anyway_needs_no_pass_and_nothing_is_overwritten(study):
    assert asked(study, "--anyway").exit_code == 0
    target = study / "solved" / f"{CHAPTER}.ipynb"
    target.write_text("my notes on it")
    again = asked(study, "--anyway")
    assert again.exit_code == 0 and "kept" in again.output
    assert target.read_text() == "my notes on it"


def test_what_passes_in_a_solved_chapter_is_not_in_the_learners_journal(study):
    assert asked(study, "--anyway").exit_code == 0
    assert journal.home(study) is not None
    assert journal.home(study / "solved") is None


@pytest.mark.parametrize("name", ["3", "03", CHAPTER, f"study/{CHAPTER}.ipynb"])
def test_a_chapter_is_found_by_what_people_call_it(name):
    assert chapter_named(name) == CHAPTER


def test_03b_is_not_03_and_an_unknown_one_is_told_what_there_is(study):
    assert chapter_named("03b") == chapter_named("3b") == "03b_textbook_units"
    with pytest.raises(StudyError, match="there are 00, 01"):
        chapter_named("12")
    (study / f"{CHAPTER}.ipynb").unlink()
    missing = asked(study)
    assert missing.exit_code == 2 and len(missing.output.strip().splitlines()) == 1


def test_the_course_in_a_browser_has_every_chapter_solved_beside_the_learners(tmp_path):
    names = write_contents(tmp_path / "site", None, ("python", "Python"))
    assert names == chapters()
    for name in names:
        mine, answers = tmp_path / "site", tmp_path / "site" / "solved"
        told = (answers / f"{name}.ipynb").read_text()
        assert "SOLUTION" not in told and "raise NotImplementedError()" not in told
        asked = [cell for cell, _ in graded_cells(read_notebook(mine / f"{name}.ipynb"))]
        assert not asked or "raise NotImplementedError()" in (mine / f"{name}.ipynb").read_text()
        first = read_notebook(answers / f"{name}.ipynb")["cells"][1]["source"]
        assert "../bplab.zip" in first and (mine / "bplab.zip").exists()
