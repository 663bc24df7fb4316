"""The package as a whole: what importing costs, what the files agree on."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

import bplab
from bplab import exercises
from bplab.cli import app

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def python(code):
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_importing_bplab_loads_nothing_but_numpy_and_itself():
    code = (
        "import sys, numpy; before = set(sys.modules); import bplab; bplab.check; bplab.examine;"
        "new = {name.split('.')[0] for name in set(sys.modules) - before};"
        "print(sorted(name for name in new if name not in sys.stdlib_module_names))"
    )
    assert python(code) == "['bplab']"


def test_marking_needs_neither_matplotlib_nor_a_kernel():
    code = (
        "import sys; from bplab import examine;"
        "print(examine('mse_loss', lambda p, y: ((p - y) ** 2).mean()).passed,"
        "any(name in sys.modules for name in ('matplotlib', 'ipykernel', 'nbformat', 'typer')))"
    )
    assert python(code) == "True False"


def test_the_environment_file_agrees_with_the_package():
    extras = PROJECT["optional-dependencies"]
    wanted = PROJECT["dependencies"] + extras["study"] + extras["grading"] + extras["site"]
    wanted = {item for item in wanted if not item.startswith("bplab[")}
    wanted.add(f"python{PROJECT['requires-python']}")
    lines = (ROOT / "environment.yml").read_text().splitlines()
    listed = {re.sub(r"^\s*- ", "", line) for line in lines if re.match(r"\s+- [a-z].*>=", line)}
    # conda calls the package without a GUI toolkit matplotlib-base
    assert {item.replace("matplotlib-base", "matplotlib") for item in listed} == wanted


def test_the_top_level_holds_what_it_should():
    allowed = {"README.md", "environment.yml", "pyproject.toml", "Makefile", "LICENSE", ".ci"}
    allowed |= {"CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", ".pre-commit-config.yaml", "docs"}
    allowed |= {"CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", ".pre-commit-config.yaml", "docs"}
    allowed |= {"course", "bplab", "solutions", "tests", ".gitignore", ".gitattributes"}
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split()
    if not tracked:
        pytest.skip("not a git checkout")
    assert {path.split("/")[0] for path in tracked} <= allowed


def test_examine_offers_the_nearest_name():
    with pytest.raises(LookupError, match="'sigmoid'"):
        bplab.examine("sigmiod", None)
    with pytest.raises(LookupError, match="02_chain_rule"):
        exercises.chapter("02_chian_rule")


@pytest.mark.parametrize("wrong", [lambda z: z, 3.0])
def test_check_says_what_it_takes(wrong):
    with pytest.raises(TypeError, match="check takes the function"):
        bplab.check(wrong)


def test_help_teaches_and_unknown_commands_are_exit_code_2():
    runner = CliRunner()
    help_text = runner.invoke(app, ["--help"]).output
    assert "bplab study" in help_text and "bplab demo" in help_text
    assert runner.invoke(app, ["nosuch"]).exit_code == 2
    assert runner.invoke(app, ["--version"]).output.strip() == bplab.__version__


def test_nothing_in_the_text_names_a_machine():
    words = re.compile(r"/root/[.a-z]|[^a-z]/work/[a-z]+/|pypi\.org/simple|index-url")
    for pattern in ("**/*.md", "**/*.py", "course/**/*.ipynb", "Makefile", ".ci/*"):
        for path in ROOT.glob(pattern):
            if {".venv", ".venv-site", "attacks"} & set(path.parts) or path == Path(__file__):
                continue
            assert not words.search(path.read_text(encoding="utf-8")), path


def test_a_folder_that_is_gone_is_told(tmp_path, monkeypatch):
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    result = CliRunner().invoke(app, ["collect", "01_single_neuron", "hand-ins.zip"])
    assert result.exit_code == 2 and "the folder you stand in is gone. Go to" in result.output
