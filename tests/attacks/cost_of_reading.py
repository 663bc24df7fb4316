"""Cost of reading, of repair, of marking and of diagnosis."""

import json

import numpy as np

from tests.attacks.classroom import FIRST, code
from tests.attacks.corpus import attack, body

R = "cost of reading"


def own_cells(room, sources, solved=(FIRST,)):
    notebook = room.solved(*solved)
    at = [c["id"] for c in notebook["cells"]].index("setup") + 1
    for n, source in enumerate(sources):
        notebook["cells"].insert(at + n, code(f"own-{n}", source))
    return notebook


@attack(R, points=1)
def programs_deep_in_what_is_asked(room):
    notebook = room.solved(FIRST)
    deep = "+".join(["Z"] * 60_000)
    room.answering(
        notebook,
        softmax=f"def softmax(Z):\n    return {deep}",
        cross_entropy="def cross_entropy(P, y):\n    return " + "-" * 50_000 + "1.0",
        linear_backward="linear_backward = " + "lambda *a: " * 3_000 + "0",
        mlp_forward="".join(" " * n + f"if {n}:\n" for n in range(99))
        + " " * 99
        + "mlp_forward = 1",
    )
    return notebook


@attack(R, points=1)
def letters_that_join(room):
    """Names in letters that Python takes for other letters, and marks upon marks."""
    notebook = room.solved(FIRST)
    marks = "e" + "\u0301\u0327\u0328" * 30_000
    long = "\ufdfa" * 20_000  # one letter that becomes eighteen
    return room.with_code(f"'''{marks}'''\nx = '''{long}'''\n{'ﬁ' * 20_000} = 1", notebook)


@attack(R, points=1)
def ids_that_differ_by_what_is_not_seen(room):
    notebook = room.solved(FIRST)
    right = room.cell(notebook, FIRST)["source"]
    at = [c["id"] for c in notebook["cells"]].index(FIRST) + 1
    for n, odd in enumerate(("\u200b", "\u00ad", "\ufeff", "\u2060", " ", "\t", "\n", "\x00")):
        copy = json.loads(json.dumps(room.cell(notebook, "softmax")))
        copy["id"] = f"softmax{n}"
        copy["metadata"]["nbgrader"]["grade_id"] = "softmax" + odd
        copy["source"] = "def softmax(Z):\n    return Z * 0 + 1 / Z.shape[1]"
        notebook["cells"].insert(at, copy)
    assert right
    return notebook


@attack(R, points=1)
def grade_ids_by_the_ten_thousand(room):
    notebook = room.solved(FIRST)
    for n in range(8_000):
        cell = code(f"s{n}", f"softmax = {n}")
        cell["metadata"]["nbgrader"] = {
            "grade_id": f"softma{n:x}",
            "solution": True,
            "grade": False,
            "locked": False,
            "schema_version": 3,
            "task": False,
        }
        notebook["cells"].append(cell)
    return notebook


@attack(R, points=1)
def numbers_of_json(room):
    """Numbers that take long to read, or that no number is."""
    notebook = room.solved(FIRST)
    text = json.dumps(notebook)
    odd = (
        "["
        + ",".join(
            ["1e400", "-1e400", "1e-400", "NaN", "-Infinity", "9" * 4000, "0." + "1" * 90_000] * 60
        )
        + "]"
    )
    return ('{"odd": ' + odd + ", " + text[1:]).encode()


@attack(R, status="unreadable")
def two_notebooks_in_one_file(room):
    one = json.dumps(room.solved()).encode()
    return one + b"\n" + one


@attack(R, points=1)
def outputs_it_claims_to_have_had(room):
    """Ten thousand outputs in each cell, of every kind the format knows."""
    notebook = room.solved(FIRST)
    kinds = [
        {
            "output_type": "error",
            "ename": "x" * 2000,
            "evalue": "y",
            "traceback": ["\x1b[1m" * 50] * 5,
        },
        {"output_type": "display_data", "data": {f"a/{n}": "x" for n in range(40)}, "metadata": {}},
        {"output_type": "stream", "name": "stderr", "text": ["x"] * 60},
    ]
    for cell in room.answers(notebook):
        cell["outputs"] = kinds * 300
        cell["execution_count"] = 10**300
    return notebook


@attack(R)
def every_answer_another_kind_in_every_case(room):
    """Trees that never have the form of the one before: what compares forms has most to do."""

    def trick():
        import itertools

        count = itertools.count()

        def shape(n, depth=0):
            if depth > 5:
                return np.arange(float(n % 7 + 1))
            kind = (n + depth) % 4
            inner = [shape(n * 3 + k, depth + 1) for k in range(3)]
            return [inner, tuple(inner), {f"{n}{k}": v for k, v in enumerate(inner)}, inner[0]][
                kind
            ]

        def trick(*args):
            return shape(next(count))

    names = [c["metadata"]["nbgrader"]["grade_id"] for c in room.answers(room.released())]
    return room.answering(room.with_code(body(trick)), **{n: f"{n} = trick" for n in names})


@attack(R)
def answers_that_nearly_fit_every_rule(room):
    """The right forms, filled with what ten rules of thumb must think about for long."""

    def trick():
        import itertools

        count = itertools.count()

        def trick(*args):
            n = next(count)
            rng = np.random.default_rng(n)
            arrays = [a for a in args if isinstance(a, np.ndarray)]
            if not arrays:
                return 0.5
            base = arrays[n % len(arrays)]
            with np.errstate(all="ignore"):
                found = [
                    base.T,
                    base[::-1],
                    np.sort(base, axis=0),
                    base * rng.uniform(),
                    -base,
                    np.exp(base),
                    base / len(base),
                    base.cumsum(axis=0),
                    np.roll(base, 1),
                    base + 1e-5,
                ]
            return found[n % len(found)]

    names = [c["metadata"]["nbgrader"]["grade_id"] for c in room.answers(room.released())]
    return room.answering(room.with_code(body(trick)), **{n: f"{n} = trick" for n in names})


@attack(R)
def errors_in_groups_and_with_notes(room):
    def trick():
        import itertools

        count = itertools.count()

        def trick(*args):
            n = next(count) % 7
            if n == 0:
                error = ValueError("a")
                for _ in range(3000):
                    error = ExceptionGroup("g", [error])
                raise error
            if n == 1:
                raise ExceptionGroup("g" * 10**6, [ValueError(str(k)) for k in range(50_000)])
            if n == 2:
                error = ValueError("noted")
                error.__notes__ = ["x" * 1000] * 20_000
                raise error
            if n == 3:
                error = SyntaxError(
                    "bad" * 10**5, ("<\x00>" * 1000, -(10**9), 10**9, "x" * 10**6, 1, 10**9)
                )
                raise error
            if n == 4:
                raise UnicodeDecodeError("u" * 10**5, b"\xff" * 10**7, 0, 10**6, "r" * 10**6)
            if n == 5:

                class Key(tuple):
                    def __repr__(self):
                        return "k" * 10**8

                raise KeyError(Key())
            raise NameError("name 'linear_forward' is not defined", name="x" * 10**7)

    names = [c["metadata"]["nbgrader"]["grade_id"] for c in room.answers(room.released())]
    return room.answering(room.with_code(body(trick)), **{n: f"{n} = trick" for n in names})


@attack(R)
def names_within_answers_without_end(room):
    """Keys of a dictionary: other letters, long ones, one that contains the other."""

    def trick():

        keys = ["A" * n for n in range(1, 700)] + ["\u0391", "\uff21", "A\u0301", "A\x00", "\ud800"]

        def trick(*args):
            return np.ones((3, 4)), {key: [np.ones((3, 4))] for key in keys}

    return room.answering(
        room.with_code(body(trick)),
        mlp_forward="mlp_forward = trick",
        mlp_backward="mlp_backward = trick",
        train_step="train_step = trick",
    )
