"""What is special to Value: a class driven by programs, partial credit."""

import pytest

from bplab import nn
from bplab.exam.probes.engine import THOROUGH
from bplab.exercises import find
from bplab.exercises.autograd_engine.engines import SLOPES, engine, right_backward
from tests.exercises.autograd_engine.value import ByClosures


def examine(name, fn, seed=None):
    return find(name).examine(fn, seed)


def test_the_programs_agree_with_differences():
    numbers = {"a": 1.1, "b": -0.7, "c": 0.9, "p": 1.3, "m": -0.8, "r": 0.95, "e": 1.1, "k": 1.7}
    for programs in THOROUGH.values():
        for program in programs:
            wanted, run = program.names, program.run
            given = {n: numbers[n] if n == "k" else nn.Value(numbers[n]) for n in wanted}
            _last(run(*given.values())).backward()
            for n in set(wanted) - {"k"}:
                moved = [
                    _last(run(*[_nudged(m, numbers[m], m == n, h) for m in wanted])).data
                    for h in (1e-5, -1e-5)
                ]
                slope = (moved[0] - moved[1]) / 2e-5
                assert given[n].grad == pytest.approx(slope, rel=1e-6, abs=1e-6), program.text


def _last(found):
    return found[0] if type(found) is tuple else found


def _nudged(name, number, here, h):
    return number if name == "k" else nn.Value(number + h * here)


class HalfWritten(ByClosures):
    """Sums and products with backward(); the rest is still to be written."""

    def __sub__(self, other):
        raise NotImplementedError

    def __pow__(self, k):
        raise NotImplementedError

    __neg__ = tanh = exp = relu = __truediv__ = __rsub__ = __rtruediv__ = __sub__


def stub(self, *args):
    raise NotImplementedError


def test_partial_credit_for_what_works_already():
    half = engine(methods={name: stub for name in ("__sub__", "__neg__", "tanh", "__rsub__")})
    report = examine("Value", half)
    right = [part for part, good in report.parts.items() if good]
    assert {"sums and products", "used twice", "order", "backward() again"} <= set(right)
    assert report.score == pytest.approx(len(right) / len(report.parts))
    assert report.mistake == "not-written"
    assert "-a needs" in report.observed and "not written yet" in report.observed


def test_a_class_of_which_nothing_works_scores_nothing_and_says_what_to_write_first():
    class Value:
        def __init__(self, data):
            self.data, self.grad = data, 0.0

        def __add__(self, other):
            raise NotImplementedError

        def __mul__(self, other):
            raise NotImplementedError

    report = examine("Value", Value)
    assert report.score == 0 and report.mistake == "not-written"
    assert "Value.__add__" in report.observed


@pytest.mark.parametrize(
    "mistake, parts",
    [
        ("overwritten", {"used twice", "order", "together"}),
        ("not-from-scratch", {"backward() again"}),
        ("no-order", {"order", "together"}),
        ("no-reflected-operations", {"numbers", "plain numbers"}),
        ("difference-like-sum", {"differences", "plain numbers", "together"}),
        ("quotient-sign", {"powers and quotients", "plain numbers", "together"}),
        ("exp-slope-one", {"functions", "together"}),
        ("overwritten-in-exp", {"together"}),
    ],
)
def test_one_mistake_costs_only_the_parts_it_touches(mistake, parts):
    report = examine("Value", find("Value").mistakes[mistake].solution)
    assert {part for part, good in report.parts.items() if not good} == parts


def test_two_mistakes_at_once_are_told_one_after_the_other():
    def both(out):
        right_backward(out, replacing=tuple(SLOPES))

    wrong = engine(both, exp=lambda a: (1.0,))
    assert examine("Value", wrong).mistake == "exp-slope-one"
    assert examine("Value", engine(both)).mistake == "overwritten"


def test_a_backward_that_never_ends_is_stopped():
    def for_ever(out):
        while True:
            pass

    exercise = find("Value")
    seconds, exercise.seconds = exercise.seconds, 0.2
    try:
        assert examine("Value", engine(for_ever)).mistake == "too-slow"
    finally:
        exercise.seconds = seconds


def test_recursion_over_the_graph_is_deep_enough_for_the_paper():
    """A topological sort by recursion is a right answer: the paper keeps within Python's limit."""
    assert examine("Value", ByClosures).passed


def test_long_chains_are_no_trouble_for_the_reference():
    a = nn.Value(1.0)
    out = a
    for _ in range(5000):
        out = out * 1.0001 + 0.0
    out.backward()
    assert a.grad == pytest.approx(1.0001**5000)
