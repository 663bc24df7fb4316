"""The instructor's commands: what they print, and their exit codes."""

import json
import shutil
import zipfile

import pytest
import typer
from typer.testing import CliRunner

from bplab.grading import commands
from bplab.grading.sandbox import available

runner = CliRunner()


@pytest.fixture
def run():
    app = typer.Typer(pretty_exceptions_enable=False)
    commands.register(app)

    def call(*arguments):
        return runner.invoke(app, [str(a) for a in arguments])

    return call


@pytest.mark.slow
def test_from_an_empty_folder_to_exported_grades(run, room, tmp_path, monkeypatch):
    if not available()[0]:
        pytest.skip(available()[1])
    monkeypatch.setattr("bplab.grading.course.packaged", lambda: room.root)
    done = run("course", tmp_path / "class")
    assert done.exit_code == 0 and room.chapter in done.stdout
    room.root = tmp_path / "class"
    room.hand_in("ada", room.solved())
    room.hand_in("dan", b"{")
    place = ("--course", room.root)
    done = run("grade", room.chapter, *place, "--json", "--jobs", 1)
    assert done.exit_code == 0
    rows = json.loads(done.stdout)
    assert [(r["student"], r["score"]) for r in rows] == [("ada", 6), ("dan", 0)]
    assert rows[1]["unreadable"]
    assert len(done.stderr.splitlines()) == 3  # about dan, the sum, the next step; no empty lines
    done = run("grade", room.chapter, *place, "-v")
    assert "2 not changed since" in done.stdout
    assert "ada" in done.stderr
    done = run("insights", room.chapter, *place, "--html", tmp_path / "page.html")
    assert done.exit_code == 0 and "neuron_backward" in done.stdout
    assert (tmp_path / "page.html").read_text().startswith("<!DOCTYPE html>")
    done = run("export", "--to", "canvas", *place, "-o", tmp_path / "grades.csv")
    assert done.exit_code == 0 and "ada" in (tmp_path / "grades.csv").read_text()


def test_wrong_use_is_one_line_and_code_2(run, room, tmp_path):
    place = ("--course", room.root)
    for arguments, told in (
        (("grade", "01_single_neurn", *place), "Did you mean '01_single_neuron'?"),
        (("grade", room.chapter, "--course", tmp_path / "none"), "there is no folder"),
        (("grade", room.chapter, "--course", tmp_path), "is not an nbgrader course"),
        (("grade", room.chapter, *place, "--student", "x"), "has handed in nothing"),
        (("grade", room.chapter, *place, "--db", "nonsense"), "not an address"),
        (("insights", room.chapter, *place), "nothing has been graded"),
        (("insights", "nope", *place), "no chapter 'nope'"),
        (("export", "--to", "cnvas", *place), "Did you mean 'canvas'?"),
        (("export", "nope", "--to", "csv", *place), "nothing has been graded"),
        (("course", room.root), "not empty"),
    ):
        done = run(*arguments)
        assert done.exit_code == 2, (arguments, done.output)
        lines = done.stderr.splitlines()
        assert len(lines) == 1 and lines[0].startswith("bplab: ") and told in lines[0]
    assert run("grade").exit_code == 2
    assert run("grade", room.chapter, *place, "--jobs", 0).exit_code == 2


def test_a_place_that_cannot_be_written_is_one_line(run, room, tmp_path):
    """Whoever runs this may do everything: a file in the place of a folder stands for the rest."""
    shutil.rmtree(room.root / "submitted")
    (room.root / "submitted").write_text("")
    (room.root / "comments.json").mkdir()
    with zipfile.ZipFile(tmp_path / "d.zip", "w") as archive:
        archive.writestr("smithjohn_1234_900_x.ipynb", json.dumps(room.solved()))
    for arguments in (
        ("collect", room.chapter, tmp_path / "d.zip"),
        ("insights", room.chapter, "--comment", "x-1", "text"),
    ):
        done = run(*arguments, "--course", room.root)
        assert done.exit_code == 2, (arguments, done.output)
        (line,) = done.stderr.splitlines()
        assert line.startswith(f"bplab: {room.root}") and line.endswith("run the command again.")


def test_comments_that_cannot_be_read_are_kept(run, room):
    (room.root / "comments.json").write_text('{"x-1": "mine",}')
    done = run("insights", room.chapter, "--comment", "x-2", "text", "--course", room.root)
    assert done.exit_code == 2 and "comments.json cannot be read" in done.stderr
    assert (room.root / "comments.json").read_text() == '{"x-1": "mine",}'


def test_nobody_has_handed_in(run, room):
    if not available()[0]:
        pytest.skip(available()[1])
    done = run("grade", room.chapter, "--course", room.root)
    assert done.exit_code == 0 and "nobody has handed in" in done.stdout
