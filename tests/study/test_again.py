"""Practice over days: the journal, what is due, an exercise on a new paper."""

import ast
import json
from datetime import date, datetime, timedelta

import pytest
from typer.testing import CliRunner

from bplab import exercises
from bplab.cli import app
from bplab.study import again, journal
from bplab.study.workspace import make_workspace

runner = CliRunner()
DAY = date(2026, 3, 2)


@pytest.fixture
def study(tmp_path, monkeypatch):
    make_workspace(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def passed(name, days_ago, folder):
    report = exercises.find(name).examine(exercises.find(name).reference)
    journal.note(report, folder, datetime.now() - timedelta(days=days_ago))


def test_the_gaps_grow_with_the_days_on_which_it_was_passed(study):
    report = exercises.find("sigmoid").examine(exercises.find("sigmoid").reference)
    gaps = []
    day = datetime(2026, 3, 2, 20)
    for _ in range(6):
        journal.note(report, study, day)
        journal.note(report, study, day)  # twice on one day is once
        one = journal.standings(study)["sigmoid"]
        gaps.append((one.due - day.date()).days)
        day = datetime.combine(one.due, day.time())
    assert gaps == [1, 3, 7, 21, 60, 60]


def test_a_failed_check_is_no_pass(study):
    journal.note(exercises.find("sigmoid").examine(lambda z: z), study)
    assert journal.standings(study) == {} and len(journal.entries(study)) == 1


def test_outside_a_study_folder_nothing_is_written(tmp_path):
    journal.note(exercises.find("sigmoid").examine(None), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_journal_loses_only_its_damaged_lines(study):
    passed("sigmoid", 3, study)
    path = journal.home(study)
    path.write_text("{broken\n[1]\n" + path.read_text() + '{"time": "x"}\n')
    assert list(journal.standings(study)) == ["sigmoid"]


def test_the_paper_of_another_day_is_another_and_never_the_practice_paper():
    seeds = {again.paper_seed("sigmoid", DAY + timedelta(days=n)) for n in range(50)}
    assert len(seeds) == 50 and exercises.find("sigmoid").practice_seed not in seeds


def test_the_notebook_has_the_text_an_empty_cell_and_a_check_on_its_own_paper(study):
    path, new = again.set_again("neuron_backward", study, DAY)
    assert new and path == study / "again" / "neuron_backward-2026-03-02.ipynb"
    cells = json.loads(path.read_text())["cells"]
    assert any("dw" in cell["source"] for cell in cells if cell["cell_type"] == "markdown")
    assert "raise NotImplementedError" in cells[-2]["source"]
    seed = again.paper_seed("neuron_backward", DAY)
    assert cells[-1]["source"] == f"check(neuron_backward, seed={seed})"
    assert "SOLUTION" not in path.read_text()


@pytest.mark.parametrize("name", ["mlp_backward", "rnn_forward", "EarlyStopping", "Tensor"])
def test_lines_that_the_chapter_gave_are_the_learner_s_this_time(study, name):
    path, _ = again.set_again(name, study, DAY)
    cell = next(cell for cell in notebook_cells(path) if cell["id"] == "again-answer")
    with_gap = [
        node
        for node in ast.walk(ast.parse(cell["source"]))
        if isinstance(node, ast.FunctionDef) and "NotImplementedError" in ast.unparse(node)
    ]
    assert with_gap
    for node in with_gap:
        *before, last = node.body
        assert ast.unparse(last) == "raise NotImplementedError()"
        assert len(before) == (ast.get_docstring(node) is not None), node.name
    assert cell["source"].count("# YOUR CODE HERE") == len(with_gap)


def test_a_class_keeps_the_methods_that_are_not_asked(study):
    path, _ = again.set_again("Tensor", study, DAY)
    cell = next(cell for cell in notebook_cells(path) if cell["id"] == "again-answer")
    assert "return self.sum(axis, keepdims) / n" in cell["source"]


def notebook_cells(path):
    return json.loads(path.read_text())["cells"]


def test_what_was_written_today_is_kept(study):
    path, _ = again.set_again("sigmoid", study, DAY)
    path.write_text("mine")
    assert again.set_again("sigmoid", study, DAY) == (path, False)
    assert path.read_text() == "mine"


@pytest.mark.parametrize("name", [e.name for e in exercises.every()])
def test_every_exercise_can_be_set_again(study, name):
    path, _ = again.set_again(name, study, DAY)
    assert f"check({name}" in path.read_text()


def test_the_commands_say_what_is_due_and_set_it(study):
    passed("sigmoid", 2, study)
    passed("mse_loss", 9, study)
    result = runner.invoke(app, ["progress"])
    assert result.exit_code == 0
    assert result.output.index("bplab again mse_loss") < result.output.index("bplab again sigmoid")
    result = runner.invoke(app, ["again"])
    assert result.exit_code == 0 and "mse_loss" in result.output
    result = runner.invoke(app, ["again", "mse_los"])
    assert result.exit_code == 2 and "mse_loss" in result.output


def test_nothing_due_is_said(study):
    result = runner.invoke(app, ["again"])
    assert result.exit_code == 1 and "nothing is due" in result.output
