"""Bytes that no honest process sends as answers: read or refused, quickly and in little memory."""

import json
import random
import time
import tracemalloc

import numpy as np
import pytest

from bplab import exercises
from bplab.exam import marking
from bplab.exam.sitting import sit
from bplab.exam.wire import Known, Odd, Raised, Rng, WireError, pack, unpack
from bplab.grading.sandbox.outputs import Transcript
from bplab.grading.submission.write_up import card
from tests.attacks.messages import crafted, npy

MEMORY = 100 * 2**20
SECONDS = 20.0  # on a busy machine, and traced; unguarded they take minutes or gigabytes


def answering(**parts):
    """One answer with these parts, as nodes of the skeleton."""
    return {"d": [["answers", {"l": [{"d": list(parts.items())}]}]]}


BLOB = npy(np.zeros(250_000))
WIDE = npy(np.zeros((0, 9))).replace(b"(0, 9), }" + b" " * 9, b"(0, 9999999999), }")
BURSTS = {
    "one array named again and again": crafted({"l": [{"a": 0}] * 100_000}, BLOB),
    "an array of any negative name": crafted({"l": [{"a": -1}] * 100_000}, BLOB),
    "endless empty objects": crafted(b"[" + b"{}," * 5_000_000 + b"{}]"),
    "endless empty lists": crafted(b'{"l": [' + b'{"l": []},' * 1_000_000 + b"0]}"),
    "endless numbers": crafted(b'{"l": [' + b"0," * 6_000_000 + b"0]}"),
    "endless empty arrays": crafted({"l": []}, *[b""] * 2_000_000),
    "a skeleton longer than the message": crafted(b"{}")[:13] + b"\xff" * 8 + b"{}",
    "a nest": crafted(b'{"l": [' * 50_000),
    "a deep tree": crafted(b'{"l": [' * 900 + b"0" + b"]}" * 900),
    "digits": crafted(b'{"l": [' + b"9" * 5_000_000 + b"]}"),
    "a wide array of nothing": crafted({"a": 0}, WIDE),
    "an array of objects": crafted({"a": 0}, npy(np.zeros(3)).replace(b"<f8", b"|O8")),
}


@pytest.mark.parametrize("name", BURSTS)
def test_messages_out_of_proportion_are_refused(name):
    started = time.process_time()
    tracemalloc.start()
    try:
        with pytest.raises(WireError):
            unpack(BURSTS[name])
        assert tracemalloc.get_traced_memory()[1] < MEMORY
    finally:
        tracemalloc.stop()
    assert time.process_time() - started < SECONDS


@pytest.mark.parametrize(
    "parts",
    [
        {"changed": {"a": 0}, "value": 0.0},
        {"warned": {"a": 0}, "value": {"a": 1}},
        {"changed": {"d": [["x", 1]]}, "value": {"known": "wavy", "params": [1]}},
        {"changed": "X" * 100, "warned": 5, "value": {"odd": "Odd"}},
        {"raised": {"a": 0}},
        {"raised": {"d": [["message", {"a": 0}], ["line", {"l": [1] * 1000}]]}},
        {"arguments": {"a": 0}},
        {"slow": {"a": 0}, "differs": {"a": 1}},
        {},
    ],
    ids=str,
)
def test_answers_of_the_wrong_kind_fail_and_are_told(parts):
    exercise = exercises.find("linear_backward")
    paper = exercise.draw(1)
    report = marking.mark(paper, crafted(answering(**parts), BLOB, BLOB))
    assert not report.passed and report.score == 0 and report.observed


def test_half_a_character_does_not_reach_a_file():
    exercise = exercises.find("linear_forward")

    def raises(X, W, b):
        raise ValueError("\ud800 and \udfff")

    def names(X, W, b):
        return {"\ud800": "\udfff"}

    for fn in (raises, names, type("\N{SNOWMAN}", (), {})):
        report = exercise.examine(fn, 3)
        json.dumps(card(report, 3, 0.0), ensure_ascii=False).encode("utf-8")


# Right answers, damaged at random: every exercise, whatever judges it


def junk(rng, depth=0):
    shape = rng.choice([(), (0,), (3,), (2, 3), (1,) * 32, (10**5,), (300, 300), (0, 10**6)])
    array = np.zeros(shape, dtype=rng.choice(["<f8", "<f4", "<i8", "|b1", "<c16", ">f8"]))
    if array.size and array.dtype.kind in "fc":
        array.flat[0] = rng.choice([np.nan, np.inf, 1e308])
    plain = [None, True, -1, 10**300, float("nan"), 1e308, "", "x" * 9999, [], (), {}, array, array]
    tokens = [Odd("x"), Known("wavy", (1, 2)), Raised("E", "m"), Rng(3)]
    found = rng.choice([*plain, *tokens])
    if depth < 3 and rng.random() < 0.2:
        return [junk(rng, depth + 1) for _ in range(3)]
    return found


def damaged(tree, rng):
    if rng.random() < 0.15:
        return junk(rng)
    if type(tree) is dict:
        return {key: damaged(item, rng) for key, item in tree.items() if rng.random() > 0.05}
    if type(tree) in (list, tuple):
        return type(tree)(damaged(item, rng) for item in tree)
    return tree


@pytest.mark.parametrize("exercise", exercises.every(), ids=lambda exercise: exercise.name)
@pytest.mark.filterwarnings("ignore")
def test_damaged_answers_are_marked(exercise, as_in_class):
    rng = random.Random(exercise.name)
    paper = exercise.draw(5)
    # Where training takes seconds, the answers of one that learns little are damaged instead.
    fn = next(iter(exercise.mistakes.values())).solution if exercise.costly else exercise.reference
    right = unpack(sit(fn, paper.sheet()))
    for _ in range(3 if exercise.costly else 12):
        report = marking.mark(paper, pack(damaged(right, rng)))
        assert 0 <= report.score <= 1 and report.observed
        report.html().encode()


# Messages


def test_a_message_of_endless_lists_is_left_out():
    transcript = Transcript(1, 2**22, 2**24)
    transcript.start(0)
    body = b'{"type": "display_data", "content": {"metadata": {}, "data": {"x+json": ['
    tracemalloc.start()
    try:
        assert not transcript.add(body + b"[]," * 1_300_000 + b"[]]}}}")
        assert not transcript.add(body + b'"\\"' * 1_300_000)
        assert tracemalloc.get_traced_memory()[1] < MEMORY
    finally:
        tracemalloc.stop()
    assert transcript.add(body + b'"' + b"[" * 300_000 + b'"]}}}')
    assert len(transcript.finish()[0]) == 1


# Numbers that are none


@pytest.mark.parametrize("name", ["minibatches", "split_indices", "stratified_split"])
@pytest.mark.filterwarnings("ignore")
def test_complex_numbers_are_no_indices(name):
    exercise = exercises.find(name)
    paper = exercise.draw(1)
    right = unpack(sit(exercise.reference, paper.sheet()))
    complexes = pack(_mapped(right, lambda array: array + 1e300j))
    assert exercise.mark(paper, complexes).score == 0


def _mapped(tree, function):
    if type(tree) is dict:
        return {key: _mapped(item, function) for key, item in tree.items()}
    if type(tree) in (list, tuple):
        return type(tree)(_mapped(item, function) for item in tree)
    return function(tree) if type(tree) is np.ndarray else tree
