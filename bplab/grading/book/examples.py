"""One learner's wrong code, to be shown to a class: no name on it, no words but Python's."""

import ast
import json

MAX_LINES = 40


def of(path, exercise):
    """The code that defines `exercise` in a graded notebook, or "" if there is none to show."""
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    except (OSError, ValueError, KeyError, TypeError):
        return ""
    for cell in reversed(cells):
        if cell.get("cell_type") != "code":
            continue
        source = cell.get("source", "")
        source = source if isinstance(source, str) else "".join(source)
        if f" {exercise}" in source:
            found = without_words(source, exercise)
            if found:
                return found
    return ""


def without_words(source, exercise):
    """The definition of `exercise` in a source, without comments, docstrings and texts."""
    if len(source) > 20_000:
        return ""
    try:
        tree = ast.parse(source)
        for node in tree.body:
            if getattr(node, "name", None) != exercise:
                continue
            for inner in ast.walk(node):
                _drop_docstring(inner)
                if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
                    if not inner.value.isidentifier():  # keys such as "A" tell nothing of anybody
                        inner.value = "..."
            lines = ast.unparse(node).splitlines()
            return "\n".join([*lines[:MAX_LINES], *(["..."] if len(lines) > MAX_LINES else [])])
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    return ""


def _drop_docstring(node):
    body = getattr(node, "body", None)
    if not isinstance(body, list) or not body:
        return
    first = body[0]
    if isinstance(first, ast.Expr) and isinstance(getattr(first.value, "value", None), str):
        node.body = body[1:] or [ast.Pass()]
