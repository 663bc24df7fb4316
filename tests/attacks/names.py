"""Attacks by what things are called: learners, cells, exercises.

A name must reach no other file, no other learner, no formula of a spreadsheet, no terminal.
"""

import json

from tests.attacks.classroom import FIRST, code
from tests.attacks.corpus import attack

D = "name"


def named(name, points=1, **keys):
    """A learner of this name, who answers one exercise honestly."""

    def honest(room):
        return room.solved(FIRST)

    attack(D, points=points, student=name, **keys)(honest)


REFUSED = {"status": "failed", "told": "no student id", "points": 0}
for hidden in ("\ufeff=cmd|' -C calc'!A0", "honest-solved\u200b", "\u202egnp.tseuqer"):
    named(hidden, **REFUSED)
named("n" * 200, **REFUSED)
for formula in ("=1+1", "@SUM(A1)", "+1+1", "\uff1d1+1", "x;=1+1"):
    named(formula)
named("--help")
named("%2e%2e%2fgradebook.db")
named("honest\u2010solved")
named("HONEST-SOLVED")
named("'; DROP TABLE student; --")
named("e\u0301" * 40)


@attack(D, points=1)
def cells_of_one_name(room):
    """Every cell of the notebook has the id of the first exercise, or of its test."""
    notebook = room.solved(FIRST)
    for number, cell in enumerate(notebook["cells"]):
        if "nbgrader" not in cell["metadata"]:
            cell["id"] = (FIRST, f"check_{FIRST}", "check_softmax")[number % 3]
    for number in range(30):
        notebook["cells"].append(code(f"check_{FIRST}", f"print({number})"))
    return notebook


@attack(D, points=1)
def grade_ids_that_almost_are(room):
    """Ids that look like others: other alphabets, no width, other case, spaces, numbers."""
    notebook = room.solved(FIRST)
    changes = (
        "l\u0456near",
        "linear\u200b",
        "LINEAR",
        " linear",
        "linear\n",
        "linear\x00",
        7,
        None,
    )
    for number, cell in enumerate(room.answers(notebook)[1:]):
        marks = cell["metadata"]["nbgrader"]
        change = changes[number % len(changes)]
        marks["grade_id"] = change + marks["grade_id"] if isinstance(change, str) else change
    return notebook


@attack(D, points=1)
def ids_of_a_megabyte(room):
    notebook = room.solved(FIRST)
    for number, cell in enumerate(notebook["cells"]):
        if "nbgrader" not in cell["metadata"]:
            cell["id"] = "i" * 10**5 + str(number)
    for cell in room.answers(notebook)[1:]:
        cell["metadata"]["nbgrader"]["grade_id"] = "g" * 10**6
    return json.dumps(notebook).encode()


@attack(D, points=1)
def formulas_as_names_of_cells(room):
    """Formula signs in ids, in tags, in what is raised and in the types of answers."""
    notebook = room.solved(FIRST)
    for cell in notebook["cells"]:
        cell["metadata"]["tags"] = ["=1+1", "@x", "\uff1d1+1"]
        if cell["cell_type"] == "markdown":
            cell["id"] = "=HYPERLINK(1)"
    room.cell(notebook, "softmax")["source"] = (
        "def softmax(Z):\n    raise type('=1+1', (Exception,), {})('\\ufeff=1+1;\\t=2')"
    )
    room.cell(notebook, "mlp_forward")["source"] = (
        "def mlp_forward(*args, **keys):\n    return type('=cmd()', (), {})(), {'=A': '@x'}"
    )
    return notebook


@attack(D, points=1)
def functions_of_other_names(room):
    """Names of functions and files in tracebacks: paths, markup, half letters, a megabyte."""
    source = (
        "import types\n"
        "def odd(name, path):\n"
        "    def inner(*args, **keys): raise ValueError(name[:99])\n"
        "    made = inner.__code__.replace(co_name=name, co_filename=path, co_qualname=name)\n"
        "    found = types.FunctionType(made, globals(), name, None, inner.__closure__)\n"
        "    found.__name__ = found.__qualname__ = name\n"
        "    found.__module__ = path\n"
        "    return found\n"
        "print('armed')"
    )
    names = (
        "'passed' * 10**5",
        "'\\ud800\\x00\\x1b[2J'",
        "'<script>'",
        "'../../x'",
        "'{N}{part}%s'",
    )
    paths = ("'/dev/zero'", "'@ROOT@/.secret'", "'/proc/self/mem'", "'x' * 10**6", "'\\n' * 99")
    sources = {}
    for number, cell in enumerate(room.answers(room.released())[1:]):
        name, path = names[number % 5], paths[number // 2 % 5]
        sources[cell["id"]] = f"{cell['id']} = odd({name}, {path})"
    return room.answering(room.with_code(source, room.solved(FIRST)), **sources)
