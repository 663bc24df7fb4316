"""The house: arrows between its files go one way."""

import ast
import graphlib
from pathlib import Path

import bplab

HOME = Path(bplab.__file__).parent


def imports():
    """{module: the modules of bplab that its file takes something from, lazily or not}."""
    files = {}
    for path in sorted(HOME.rglob("*.py")):
        name = ".".join(("bplab", *path.relative_to(HOME).with_suffix("").parts))
        files[name.removesuffix(".__init__")] = path
    return {name: set(_taken(path, name, files)) - {name} for name, path in files.items()}


def _taken(path, name, files):
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in files)
        elif isinstance(node, ast.ImportFrom):
            home = node.module or ""
            if node.level:
                parts = package.split(".")
                home = ".".join((*parts[: len(parts) - node.level + 1], *home.split(".")))
            home = home.rstrip(".")
            for alias in node.names:
                inner = f"{home}.{alias.name}"
                if inner in files or home in files:
                    yield inner if inner in files else home
        elif _loads_by_name(node) and node.args[0].value in files:
            yield node.args[0].value


def _loads_by_name(node):
    if (
        not isinstance(node, ast.Call)
        or not node.args
        or not isinstance(node.args[0], ast.Constant)
    ):
        return False
    return getattr(node.func, "id", getattr(node.func, "attr", "")) == "import_module"


def test_no_file_takes_from_one_that_takes_from_it():
    try:
        graphlib.TopologicalSorter(imports()).prepare()
    except graphlib.CycleError as error:
        way = " <- ".join(error.args[1])
        raise AssertionError(
            f"a circle: {way}. An import inside a function hides it and is counted all the same: "
            "move what both need into a file below them."
        ) from None


def test_a_file_has_one_subject_and_at_most_about_400_lines():
    longest = max(HOME.rglob("*.py"), key=lambda path: len(path.read_bytes().splitlines()))
    lines = len(longest.read_bytes().splitlines())
    assert lines <= 420, (
        f"{longest.relative_to(HOME)} has {lines} lines: which two subjects has it?"
    )
