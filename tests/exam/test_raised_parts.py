"""An error in one part of an answer leaves the other parts standing, and is told by its place."""

import pytest

from bplab.exam import Exercise
from bplab.exam.probes import DRIVERS, driver
from bplab.exam.wire import Raised, WireError, pack, plain, unpack


@pytest.fixture(scope="module")
def sums():
    @driver("test-sum-and-product")
    def drive(bench, fn, case):
        return {
            "sum": {"a + b": bench.attempt(fn, op="+", a=case["a"], b=case["b"])},
            "product": {"a * b": bench.attempt(fn, op="*", a=case["a"], b=case["b"])},
        }

    def calculate(op, a, b):
        return a + b if op == "+" else a * b

    exercise = Exercise(
        "calculate", "02_chain_rule", calculate, "result", driver="test-sum-and-product"
    )

    @exercise.paper
    def _(rng):
        for _ in range(3):
            a, b = (float(x) for x in rng.uniform(2, 3, 2))
            yield {"a": a, "b": b}

    @exercise.mistake("never-right", "Every sum is off.", "look", "derive", when="sum")
    def _(op, a, b):
        return 17.0 * a + 3.0 * b

    yield exercise
    del DRIVERS["test-sum-and-product"]


def test_raised_travels():
    raised = Raised("TypeError", "no", "a + b", "calculate")
    assert plain({"x": raised}) == {"x": raised}
    assert unpack(pack({"x": raised})) == {"x": raised}
    assert unpack(pack(Raised("E", "m"))) == Raised("E", "m")


def test_a_damaged_raised_is_refused():
    good = pack(Raised("TypeError", "no", "a + b", "calculate"))
    with pytest.raises(WireError):
        unpack(good.replace(b'["TypeError", "no", "a + b", "calculate"]', b"1" + b" " * 40))


def test_an_error_costs_only_its_own_part(sums):
    def product_fails(op, a, b):
        return a + b if op == "+" else a @ b

    report = sums.examine(product_fails)
    assert report.score == 0.5 and report.parts == {"sum": True, "product": False}
    assert report.mistake == "raised"
    assert "a * b raised TypeError" in report.observed and "a @ b" in report.observed
    assert "reflected" in report.hints[2]


def test_a_part_not_written_is_told_by_the_function_that_is_missing(sums):
    def power_series():
        raise NotImplementedError

    def product_missing(op, a, b):
        return a + b if op == "+" else power_series()

    report = sums.examine(product_missing)
    assert report.mistake == "not-written" and report.score == 0.5
    assert "a * b needs power_series, which is not written yet" in report.observed


def test_a_mistake_can_stand_for_any_wrong_number_of_a_part(sums):
    report = sums.examine(lambda op, a, b: a - b * b if op == "+" else a * b)
    assert report.mistake == "never-right"
    assert "a + b is" in report.observed and "(a = 2." in report.observed


def test_an_unwritten_helper_is_named():
    exercise = Exercise("double", "02_chain_rule", lambda x: 2 * x, "y")

    @exercise.paper
    def _(rng):
        yield {"x": float(rng.normal())}

    def helper(x):
        raise NotImplementedError

    def double(x):
        return helper(x)

    report = exercise.examine(double)
    assert report.mistake == "not-written" and report.score == 0
    assert report.observed.startswith("double needs helper, which is not written yet")
    assert exercise.examine(helper).observed.startswith("double is not written yet")


@pytest.mark.parametrize(
    "fn, words",
    [
        (lambda x: None + x, "unsupported operand"),
        (lambda x: x.data, "misspelled"),
        (lambda x: {}[3], "names in the dict"),
    ],
)
def test_an_error_is_explained_by_its_kind(fn, words):
    exercise = Exercise("double", "02_chain_rule", lambda x: 2 * x, "y")

    @exercise.paper
    def _(rng):
        yield {"x": float(rng.normal())}

    assert words in str(exercise.examine(fn))
