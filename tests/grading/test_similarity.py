"""Similarity: copies are found however they are renamed; honest answers to one task are not."""

import inspect
import os
import re
import subprocess
import sys

import pytest

from bplab.grading.book import similarity
from bplab.grading.book.similarity_page import page
from tests.exercises.alternatives import ALTERNATIVES

# Answers of one chapter, each written independently of the others (the accepted alternatives).
WAYS = {name: list(filter(inspect.isfunction, ways)) for name, ways in ALTERNATIVES.items()}
LONG = [name for name, ways in WAYS.items() if len(ways) >= 4][:12]


def honest(number):
    """The answers of learner `number`: each exercise in a way that nobody else has."""
    found = {}
    for name in LONG:
        ways = WAYS[name]
        if number < len(ways):
            source = inspect.getsource(ways[number])
            found[name] = re.sub(r"def \w+\(", f"def {name}(", source, count=1)
    return found


ORIGINAL = """
def mlp_backward(P, y, cache, params, kind="tanh"):
    grads = [None] * len(params)
    rows = np.arange(len(y))
    delta = P.copy()
    delta[rows, y] -= 1
    delta = delta / len(rows)
    for layer in range(len(params) - 1, -1, -1):
        below = cache["A"][layer]
        grads[layer] = (below.T @ delta, np.ones(len(delta)) @ delta)
        if layer > 0:
            passed = delta @ params[layer][0].T
            slope = 1 - np.square(np.tanh(cache["Z"][layer - 1]))
            delta = passed * slope
    return grads
"""


def renamed(source):
    swaps = {"grads": "result", "delta": "d", "rows": "idx", "layer": "k", "below": "inp"}
    swaps |= {"passed": "back", "slope": "s"}
    for old, new in swaps.items():
        source = re.sub(rf"\b{old}\b", new, source)
    return source.replace("    idx =", "    # rows of the batch\n    idx =")


@pytest.fixture
def classroom():
    written = {f"s{i}": honest(i) for i in range(12)}
    written["s3"]["mlp_backward"] = ORIGINAL
    written["s9"]["mlp_backward"] = renamed(ORIGINAL)
    return written


def test_a_renamed_copy_is_the_first_pair(classroom):
    found = similarity.compare("03", classroom, [])
    assert (found.pairs[0].first, found.pairs[0].second) == ("s3", "s9")
    assert found.pairs[0].cells["mlp_backward"] > 0.9


def test_two_runs_say_the_same():
    """Python's own hash of words is another in each process; who is shown must not hang on it."""
    script = (
        "import sys; from bplab.grading.book.similarity import _runs, _tokens;"
        "print(sorted(_runs(_tokens(sys.stdin.read())).items()))"
    )

    def seen(seed):
        environment = os.environ | {"PYTHONHASHSEED": str(seed)}
        command = [sys.executable, "-c", script]
        done = subprocess.run(
            command, input=ORIGINAL, capture_output=True, text=True, env=environment
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert len(seen(0)) > 200 and seen(0) == seen(1) == seen(2)


def test_what_the_reference_explains_is_no_likeness(classroom):
    found = similarity.compare("03", classroom, [ORIGINAL])
    assert not any("mlp_backward" in pair.cells for pair in found.pairs)


def test_what_much_of_the_class_writes_is_no_likeness(classroom):
    for student in list(classroom)[:6]:
        classroom[student]["mlp_backward"] = ORIGINAL
    found = similarity.compare("03", classroom, [])
    assert not any("mlp_backward" in pair.cells for pair in found.pairs)


def test_answers_of_one_way_each_are_not_paired():
    """Learners who each wrote every answer in a way of their own."""
    written = {f"s{i}": honest(i) for i in range(8)}
    assert similarity.compare("03", written, []).pairs == []


def test_the_page_marks_the_lines_and_runs_nothing(classroom):
    classroom["s3"]["mlp_backward"] += "# <script>alert(1)</script>\n"
    text = page(similarity.compare("03", classroom, []))
    assert "s3" in text and 'class="both"' in text
    assert "<script" not in text and "http" not in text
    assert "are these answers independent?" in text


@pytest.mark.parametrize("source", ["def f(:\n" * 30, "(" * 5000, "x = '''\n" * 20, "\0" * 100])
def test_text_that_is_no_python_is_compared_all_the_same(source):
    found = similarity.compare("x", {"a": {"f": source}, "b": {"f": source}}, [])
    assert found.learners == 2
