"""Files with far too much of something are read and repaired, or refused, in a bounded time."""

import json
import time

import pytest

from bplab.grading import course
from bplab.grading.submission.repair import repair
from bplab.study.release import release

SECONDS = 20.0  # of processor time; the dearest of these takes one


@pytest.fixture(scope="module")
def chapter():
    here = course.Course.at(course.packaged())
    name = "03_two_pass_mlp"
    return release(here.source(name, here.notebooks(name)[0]))


def book(cells):
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4}).encode()


def cell(source, name=None):
    marks = {"nbgrader": {"grade_id": name, "solution": True}} if name else {}
    return {"cell_type": "code", "id": "x", "metadata": marks, "source": source}


def answers(chapter):
    marks = [cell["metadata"].get("nbgrader", {}) for cell in chapter["cells"]]
    return [mark["grade_id"] for mark in marks if mark.get("solution")]


def swapped(chapter):
    names = answers(chapter)
    pairs = zip(names, [*names[1:], names[0]], strict=True)
    return book([cell(f"def {theirs}(x): pass", name) for name, theirs in pairs] * 250)


def strays(chapter):
    every = "\n".join(f"def {name}(x): pass" for name in answers(chapter))
    return book([cell(f"{every}\n#{'x' * 1000}")] * 2900)


FILES = {
    "a hundred thousand cells": lambda c: book([*c["cells"], *[cell("x = 1")] * 100_000]),
    "thousands for one answer": lambda c: book([cell("def f(x): 1\n" * 90, answers(c)[0])] * 2900),
    "thousands of halves": lambda c: book([cell("    x = 1\n" * 99, answers(c)[0])] * 2900),
    "ids exchanged again and again": swapped,
    "every answer in every cell": strays,
    "names without end": lambda c: book([cell("x1=1\n" * 150_000, answers(c)[0])] * 3),
    "a million equal keys": lambda c: b'{"cells": [], ' + b'"a":1,' * 900_000 + b'"a":1}',
    "lists in lists": lambda c: b'{"cells": ' + b"[" * 900_000 + b"]" * 900_000 + b"}",
    "one long number": lambda c: b'{"cells": [], "a": ' + b"9" * 20_000_000 + b"}",
}


@pytest.mark.parametrize("make", FILES.values(), ids=FILES)
def test_a_file_with_too_much_of_something_is_repaired_in_time(chapter, make):
    raw = make(chapter)
    started = time.process_time()
    done = repair(chapter, raw)
    assert time.process_time() - started < SECONDS
    assert done.unreadable or len(done.notebook["cells"]) <= len(chapter["cells"]) + 500
    assert len(json.dumps([done.notes, done.about, done.unreadable])) < 20_000
