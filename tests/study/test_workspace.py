"""A learner's folder: written once, never overwritten, and read for progress."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bplab import exercises
from bplab.cli import app
from bplab.study import tables
from bplab.study.progress import NOT_RUN, NOT_YET, PASSED, folder_progress, saved
from bplab.study.running import run
from bplab.study.workspace import StudyError, chapters, make_workspace, read_notebook, text

runner = CliRunner()


def test_a_workspace_holds_every_chapter_without_its_solutions(tmp_path):
    done = make_workspace(tmp_path / "study")
    assert [path.stem for path in done.written] == chapters()
    assert not any("SOLUTION" in path.read_text() for path in done.written)


def test_what_a_learner_wrote_is_never_overwritten(tmp_path):
    make_workspace(tmp_path)
    mine = tmp_path / "01_single_neuron.ipynb"
    mine.write_text("my work")
    (tmp_path / "02_chain_rule.ipynb").unlink()
    done = make_workspace(tmp_path)
    assert mine.read_text() == "my work"
    assert [path.name for path in done.written] == ["02_chain_rule.ipynb"]


def test_the_study_command_says_where_to_start(tmp_path):
    result = runner.invoke(app, ["study", str(tmp_path / "here")])
    assert result.exit_code == 0
    assert "jupyter lab" in result.output and "00_start_here.ipynb" in result.output
    again = runner.invoke(app, ["study", str(tmp_path / "here")])
    assert again.exit_code == 0 and "kept" in again.output


@pytest.mark.parametrize(
    "content, words",
    [
        (None, "there is no"),
        ("{not json", "not a readable notebook"),
        ('{"nbformat": 4}', "not a notebook"),
        ("[1, 2]", "not a notebook"),
        ('{"cells": []}', "has no checks"),
    ],
)
def test_a_bad_notebook_is_one_line_and_exit_code_2(tmp_path, content, words):
    path = tmp_path / "work.ipynb"
    if content is not None:
        path.write_text(content)
    result = runner.invoke(app, ["check", str(path)])
    assert result.exit_code == 2
    assert words in result.output and "Traceback" not in result.output
    assert len(result.output.strip().splitlines()) == 1


def test_bad_folders_are_one_line_and_exit_code_2(tmp_path):
    (tmp_path / "file").write_text("")
    for arguments in (["study", str(tmp_path / "file")], ["progress", str(tmp_path)]):
        result = runner.invoke(app, arguments)
        assert result.exit_code == 2 and len(result.output.strip().splitlines()) == 1


def test_progress_reads_the_saved_outputs(tmp_path):
    make_workspace(tmp_path)
    path = tmp_path / "01_single_neuron.ipynb"
    notebook = read_notebook(path)
    checks = [c for c in notebook["cells"] if c["metadata"].get("nbgrader", {}).get("grade")]
    checks[0]["outputs"] = [
        {
            "output_type": "display_data",
            "metadata": {},
            "data": {"text/plain": ["linear_neuron_step: passed. Right on all 6 cases."]},
        }
    ]
    checks[1]["outputs"] = [
        {"output_type": "error", "ename": "CheckFailed", "evalue": "sigmoid", "traceback": []}
    ]
    path.write_text(json.dumps(notebook))
    states = [result.state for result in folder_progress(tmp_path)[path]]
    assert states[:3] == [PASSED, NOT_YET, NOT_RUN]
    assert runner.invoke(app, ["progress", str(tmp_path)]).exit_code == 0


@pytest.mark.slow
def test_check_runs_a_notebook_and_names_the_mistake(tmp_path):
    make_workspace(tmp_path)
    path = tmp_path / "01_single_neuron.ipynb"
    before = path.read_bytes()
    notebook = read_notebook(path)
    for cell in notebook["cells"]:
        if cell["id"] == "mse_loss":
            cell["source"] = "def mse_loss(p, y):\n    return 0.5 * ((p - y) ** 2).mean()"
        if cell["id"] == "linear_neuron_step":
            cell["source"] = (
                "def linear_neuron_step(x, w, y, learning_rate):\n"
                "    return w + 2 * learning_rate * (y - w * x) * x"
            )
    mine = tmp_path / "mine.ipynb"
    mine.write_text(json.dumps(notebook))
    result = runner.invoke(app, ["check", str(mine), "--hints", "2"])
    assert result.exit_code == 1
    assert "✓ linear_neuron_step" in result.output
    assert "half" in result.output and "Where to look" in result.output
    assert path.read_bytes() == before
    states = {result.exercise: result.state for result in run(mine)}
    assert states["linear_neuron_step"] == PASSED
    assert set(states) == {exercise.name for exercise in exercises.chapter("01_single_neuron")}


def test_a_notebook_that_never_ran_is_not_run(tmp_path):
    make_workspace(tmp_path)
    results = saved(read_notebook(tmp_path / "01_single_neuron.ipynb"))
    assert {result.state for result in results} == {NOT_RUN}
    with pytest.raises(StudyError, match="no chapters"):
        folder_progress(tmp_path / "empty")


def solved(name, path):
    """The released notebook `name` with nothing written in it but its first answer."""
    notebook = read_notebook(path / f"{name}.ipynb")
    for cell in notebook["cells"]:
        if cell["id"] == "linear_neuron_step":
            cell["source"] = (
                "def linear_neuron_step(x, w, y, learning_rate):\n"
                "    return w + 2 * learning_rate * (y - w * x) * x"
            )
    return notebook


def small(notebook, keep):
    cells = [cell for cell in notebook["cells"] if cell["id"] in keep or "import" in text(cell)]
    return notebook | {"cells": [cell for cell in cells if cell["cell_type"] == "code"][:6]}


@pytest.mark.slow
def test_check_takes_folders_and_patterns_and_passes_over_what_has_no_checks(tmp_path):
    make_workspace(tmp_path / "all")
    folder = tmp_path / "some"
    folder.mkdir()
    notebook = solved("01_single_neuron", tmp_path / "all")
    ids = [c["id"] for c in notebook["cells"] if "linear_neuron_step" in c["id"]]
    few = small(notebook, ids)
    (folder / "01_a.ipynb").write_text(json.dumps(few))
    bare = json.loads(json.dumps(few))
    for cell in bare["cells"]:
        cell["metadata"] = {}  # marks lost
    (folder / "02_no_marks.ipynb").write_text(json.dumps(bare))
    old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": []}]}
    old["worksheets"][0]["cells"] = [
        {"cell_type": "code", "input": text(c), "outputs": [], "metadata": {}, "language": "python"}
        for c in few["cells"]
    ]
    (folder / "03_old.ipynb").write_text(json.dumps(old))
    (folder / "00_talk.ipynb").write_text(json.dumps(few | {"cells": few["cells"][:1]}))
    (folder / "04_broken.ipynb").write_text("{")
    result = runner.invoke(app, ["check", str(folder), "--json"])
    rows = json.loads(result.stdout)
    assert {Path(r["notebook"]).name: r["state"] for r in rows} == {
        name: PASSED for name in ("01_a.ipynb", "02_no_marks.ipynb", "03_old.ipynb")
    }
    assert all(row["points"] == 1 for row in rows)
    assert result.exit_code == 1 and "04_broken" in result.stderr
    result = runner.invoke(app, ["check", str(folder / "0[01]*.ipynb")])
    assert result.exit_code == 0, result.output
    assert "00_talk.ipynb: nothing to check" in result.output
    assert "TCP" not in result.output


def test_what_is_not_there_is_one_line(tmp_path):
    (tmp_path / "empty").mkdir()
    for path in (tmp_path / "none*.ipynb", tmp_path / "empty", tmp_path / "no.ipynb"):
        result = runner.invoke(app, ["check", str(path)])
        assert result.exit_code == 2 and len(result.output.strip().splitlines()) == 1


def test_a_log_gets_no_empty_lines_from_bars(capsys):
    with tables.bar("a notebook") as advance:
        advance(1, 2)
    assert capsys.readouterr() == ("", "")
