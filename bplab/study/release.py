"""From the instructor's notebook to the learner's: solutions out, stubs in.

The result is what nbgrader's *Generate* writes, cell by cell (a test compares the two), without
nbgrader: `bplab study` makes a learner's notebooks with it, and the grader its pristine copy.
"""

import copy
import re

CODE_STUB = "# YOUR CODE HERE\nraise NotImplementedError()"
TEXT_STUB = "YOUR ANSWER HERE"


def release(notebook: dict, *, hidden_tests: bool = False) -> dict:
    """A copy of `notebook` (a dict in nbformat 4) without solutions, outputs or hidden tests.

    hidden_tests: keep them, as the copy that is graded does.
    """
    released = copy.deepcopy(notebook)
    for cell in released["cells"]:
        marks = cell.get("metadata", {}).get("nbgrader", {})
        cell["source"] = text(cell)
        _strip_solution(cell, marks)
        if marks.get("grade") and not hidden_tests:
            cell["source"] = _cut(cell["source"], "HIDDEN TESTS", None)[0]
        if marks.get("task") and not hidden_tests:
            cell["source"] = _cut(cell["source"], "MARK SCHEME", None)[0]
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
        _lock(cell, marks)
    released["metadata"].pop("celltoolbar", None)
    return released


def without_hidden_tests(source: str) -> str:
    """Source of a test cell or a task as learners are given it."""
    try:
        return _cut(_cut(source, "HIDDEN TESTS", None)[0], "MARK SCHEME", None)[0]
    except ValueError:  # a marker without its partner
        return source


def text(cell: dict) -> str:
    """Source of a cell; files keep it as one string or as a list of lines."""
    source = cell.get("source", "")
    return source if isinstance(source, str) else "".join(source)


def _strip_solution(cell, marks):
    stub = CODE_STUB if cell["cell_type"] == "code" else TEXT_STUB
    source, found = _cut(cell["source"], "SOLUTION", stub)
    if marks.get("solution"):
        cell["source"] = source if found else stub
    elif found:
        name = cell.get("id", "without an id")
        raise ValueError(f"cell {name} holds a solution but is not marked as a solution cell")


def _cut(source, region, stub):
    lines, inside, found = [], False, False
    for line in source.split("\n"):
        if f"BEGIN {region}" in line:
            if inside:
                raise ValueError(f"BEGIN {region} inside another one: {line!r}")
            inside = found = True
            indent = re.match(r"\s*", line).group()
            lines += [indent + part for part in stub.split("\n")] if stub else []
        elif f"END {region}" in line:
            inside = False
        elif not inside:
            lines.append(line)
    if inside:
        raise ValueError(f"BEGIN {region} without END {region}")
    return "\n".join(lines), found


def _lock(cell, marks):
    if marks.get("solution"):
        cell["metadata"]["deletable"] = False
    elif marks.get("grade") or marks.get("locked"):
        cell["metadata"]["deletable"] = cell["metadata"]["editable"] = False
