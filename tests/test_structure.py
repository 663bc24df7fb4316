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


TAKES_APART = {
    *("startswith", "endswith", "removeprefix", "removesuffix", "find", "rfind"),
    *("split", "rsplit", "splitlines", "partition", "rpartition"),
}
SPOKEN = ("name", "part", "title", "text", "told", "said", "words", "observed", "look", "derive")
# What may read a text: a format's own, Python's own, or how a sentence is written down.
MAY_READ = {
    "exam/answers.py": "the keys of an answer",
    "exam/compose.py": "the package that a function is of",
    "exam/diagnosis/changes_of_all.py": "the letters of `shapes`",
    "exam/diagnosis/cleared.py": "a template is filled",
    "exam/diagnosis/evidence.py": "whether a sentence begins with a capital, and counts or lists",
    "exam/diagnosis/formulas.py": "where a formula needs brackets",
    "exam/diagnosis/givens.py": "the letters of `shapes`",
    "exam/diagnosis/lined_up.py": "shapes in NumPy's own message",
    "exam/diagnosis/pipeline.py": "a rule's own name",
    "exam/diagnosis/sentences.py": "whether a sentence begins with a capital, and which it lists",
    "exam/diagnosis/slip_words.py": "how words are joined",
    "exam/diagnosis/slips.py": "the package that a function is of",
    "exam/diagnosis/words.py": "a template is filled",
    "exam/raised.py": "where a file lies",
    "exam/report.py": "where a line may break",
    "exam/roles.py": "the words of a role",
    "exam/second.py": "the package that a function is of",
    "exam/wire.py": "a format",
    "exercises/__init__.py": "an exercise's file",
    "exercises/autodiff/programs.py": "the arguments in a parsed expression",
    "exercises/autograd_engine/value_readings.py": "Python's own message",
    "exercises/diabetes/load_model.py": "a named wrong solution's file",
    "exercises/diabetes/save_model.py": "a named wrong solution's file",
    "exercises/own.py": "files and modules",
}


def _reads_words(node):
    """Whether a text is taken apart, searched, or looked into for a part of it."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        module = getattr(node.func.value, "id", "")
        return module == "re" or (node.func.attr in TAKES_APART and module != "np")
    if not isinstance(node, ast.Compare) or not isinstance(node.ops[0], ast.In | ast.NotIn):
        return False
    inside = node.comparators[0]
    spoken = getattr(inside, "attr", getattr(inside, "id", "")) in SPOKEN
    return spoken and isinstance(getattr(node.left, "value", None), str)


def test_no_wording_and_no_part_of_a_name_steers_the_diagnosis():
    reading = {}
    for path in sorted([*HOME.glob("exam/**/*.py"), *HOME.glob("exercises/**/*.py")]):
        file = path.relative_to(HOME).as_posix()
        found = filter(_reads_words, ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
        lines = [node.lineno for node in found]
        if lines and not file.startswith("exam/probes/"):  # these read the learner's files
            reading[file] = lines
    new = {file: lines for file, lines in reading.items() if file not in MAY_READ}
    assert not new, (
        f"{new} (file: lines) take a text apart. Where a number stands is `leaf.path`; what a name "
        "means an exercise declares (roles, returns, order); what a program does it carries as "
        "data. A text of Python's own, or of a file's format, gets its reason in MAY_READ."
    )
    assert not MAY_READ.keys() - reading.keys(), "reads no text any more: take it from MAY_READ"
