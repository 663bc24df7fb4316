"""What is special to chapter 2: many shapes, noise, classes driven by programs, partial credit."""

import math

import numpy as np
import pytest
from scipy.special import expit

from bplab import nn
from bplab.exam.probes.engine import PROGRAMS
from bplab.exercises import find
from bplab.exercises.chain_rule import _engine, _ordered, _pass_on, _right_backward
from tests.exercises.alternatives_chain_rule import ByClosures, gradient_in_place

SEEDS = range(12)


def examine(name, fn, seed=None):
    return find(name).examine(fn, seed)


# --- wrong solutions that have no name of their own, and a word their report must hold ------------


def changed(name, **changes):
    """The reference with some of its values computed otherwise, from all it is given and gives."""
    reference = getattr(nn, name)

    def fn(*args):
        names = find(name).signature.partition("(")[2].rstrip(")").split(", ")
        given = dict(zip(names, args, strict=True))
        right = reference(*args)
        all_known = given | given.get("values", {}) | right
        return right | {key: change(all_known) for key, change in changes.items()}

    return fn


def only_first_entry(f, x, h=1e-5):
    grad = np.zeros_like(x)
    first = next(np.ndindex(x.shape))
    up, down = x.copy(), x.copy()
    up[first] += h
    down[first] -= h
    grad[first] = (f(up) - f(down)) / (2 * h)
    return grad


def vectors_only(f, x, h=1e-5):
    return np.array([nn.numerical_gradient(f, x, h)[i] for i in range(len(x))])


def same_step_in_one_direction(f, x, h=1e-5):
    return nn.numerical_gradient(f, x, h) / h


def seed_added(out):
    order = _ordered(out, [], set())
    for value in order[:-1]:
        value.grad = 0.0
    out.grad += 1.0
    for value in reversed(order):
        _pass_on(value)


def left_parent_only(out):
    for value in _ordered(out, [], set()):
        value.grad = 0.0
    out.grad = 1.0
    for value in reversed(_ordered(out, [], set())):
        if value.parents:
            value.parents[0].grad += value.slopes[0] * value.grad


def only_inputs_get_a_grad(out):
    _right_backward(out)
    for value in _ordered(out, [], set()):
        if value.parents:
            value.grad = 0.0


def cleared_afterwards(out):
    _right_backward(out)
    for value in _ordered(out, [], set()):
        value.grad = 0.0


everything_seen = set()


def one_list_for_all(out):
    order = _ordered(out, [], everything_seen)
    for value in order:
        value.grad = 0.0
    out.grad = 1.0
    for value in reversed(order):
        _pass_on(value)


UNNAMED = [
    ("sigmoid_grad", lambda z: expit(z) * (1 - z), "slope["),
    ("sigmoid_grad", lambda z: 2 * nn.sigmoid_grad(z), "exactly 2 times"),
    ("sigmoid_grad", lambda z: nn.sigmoid_grad(2 * z), "with 2 z for z"),
    ("sigmoid_grad", lambda z: math.exp(-z) / (1 + math.exp(-z)) ** 2, "functions of math"),
    ("sigmoid_grad", lambda z: nn.sigmoid_grad(z).mean(), "sum or mean"),
    ("sigmoid_grad", lambda z: nn.sigmoid_grad(z).astype(np.float32), "float32"),
    ("tanh_grad", lambda z: 1 - 2 * np.tanh(z) ** 2, "slope["),
    ("tanh_grad", lambda z: 0.5 * nn.tanh_grad(z), "exactly 1/2 times"),
    ("tanh_grad", lambda z: 1 / (1 + z**2), "belongs there"),
    ("tanh_grad", lambda z: -2 * np.tanh(z), "belongs there"),
    ("relu_grad", lambda z: 1 if z > 0 else 0, "whole array"),
    ("relu_grad", lambda z: np.max(0, z), "axis"),
    ("relu_grad", lambda z: np.zeros_like(z), "zero everywhere"),
    ("relu_grad", lambda z: np.array([float(v > 0) for v in np.ravel(z)]), "(3, 4)"),
    ("relu_grad", lambda z: np.where(z > 1, 1, 0), "belongs there"),
    ("two_neuron_forward", changed("two_neuron_forward", z1=lambda v: v["x"] - v["b1"]), "z1 = w1"),
    (
        "two_neuron_forward",
        changed("two_neuron_forward", a2=lambda v: v["z2"]),
        "of a2 is z2",
    ),
    (
        "two_neuron_forward",
        changed("two_neuron_forward", loss=lambda v: v["a2"] - v["y"] ** 2),
        "Everything is right up to a2",
    ),
    ("two_neuron_forward", lambda *args: tuple(nn.two_neuron_forward(*args).values()), "dict"),
    (
        "two_neuron_backward",
        changed("two_neuron_backward", dw2=lambda v: v["dw2"] * v["w2"]),
        "exactly w2 times",
    ),
    (
        "two_neuron_backward",
        changed("two_neuron_backward", dw1=lambda v: v["db1"] * v["z2"]),
        "exactly z2/x times",
    ),
    (
        "two_neuron_backward",
        changed("two_neuron_backward", dx=lambda v: v["db1"] * v["a1"]),
        "dx is exactly a1/w1 times",
    ),
    (
        "two_neuron_backward",
        changed("two_neuron_backward", db1=lambda v: v["db2"]),
        "place of db1 is db2",
    ),
    ("two_neuron_backward", changed("two_neuron_backward", db2=lambda v: 0.0), "db2 is zero"),
    (
        "two_neuron_backward",
        lambda *args: {k: v for k, v in nn.two_neuron_backward(*args).items() if k != "dx"},
        "no entry 'dx'",
    ),
    ("numerical_gradient", only_first_entry, "belongs there"),
    ("numerical_gradient", vectors_only, "no length"),
    ("numerical_gradient", same_step_in_one_direction, "times as long"),
    ("numerical_gradient", lambda f, x, h=1e-5: nn.numerical_gradient(f, x, h).ravel(), "(3, 4)"),
    (
        "numerical_gradient",
        lambda f, x, h=1e-5: np.atleast_1d(nn.numerical_gradient(f, x, h)),
        "()",
    ),
    ("numerical_gradient", lambda f, x, h=1e-5: abs(nn.numerical_gradient(f, x, h)), "absolute"),
    ("numerical_gradient", lambda f, x, h=1e-5: nn.numerical_gradient(f, x, 10 * h), "step h"),
    ("numerical_gradient", lambda f, x: nn.numerical_gradient(f, x), "(f, x)"),
    ("relative_error", lambda a, b: 100 * nn.relative_error(a, b), "100 times"),
    ("relative_error", lambda a, b: 1 - nn.relative_error(a, b), "belongs there"),
    ("relative_error", lambda a, b: max(abs(a - b) / (abs(a) + abs(b))), "whole array"),
    (
        "relative_error",
        lambda a, b: float(np.max((a - b) ** 2 / np.maximum(abs(a) + abs(b), 1e-8))),
        "belongs there",
    ),
    ("gradient_check", lambda f, g, x: 1.0, "in every case"),
    ("gradient_check", lambda f, g, x: nn.relative_error(g, x), "not 'function'"),
    (
        "gradient_check",
        lambda f, g, x: nn.relative_error(np.sum(g(x)), np.sum(nn.numerical_gradient(f, x))),
        "not the relative error of grad_f(x)",
    ),
    ("gradient_check", lambda f, g, x: g(x) - nn.numerical_gradient(f, x), "one number"),
    ("Value", _engine(tanh=lambda a: (1 + math.tanh(a) ** 2,)), "a.grad of a.tanh()"),
    ("Value", _engine(exp=lambda a: (a,)), "b.grad of b.exp()"),
    ("Value", _engine(**{"**": lambda a, k: ((k + 1) * a ** (k - 1),)}), "a.grad of a ** 2"),
    ("Value", _engine(**{"/": lambda a, b: (1 / b, -1 / b**2)}), "b.grad of a / b"),
    ("Value", _engine(methods={"tanh": None}), "no attribute 'tanh'"),
    ("Value", _engine(methods={"__neg__": None}), "minus sign"),
    ("Value", _engine(methods={"__radd__": None}), "k + a raised TypeError"),
    ("Value", _engine(methods={"tanh": lambda self: math.tanh(self.data)}), "'backward'"),
    ("Value", _engine(methods={"__rsub__": lambda self, other: other - self}), "calls itself"),
    ("Value", _engine(methods={"__add__": lambda self, other: self.data}), "a + b raised"),
    ("Value", _engine(seed_added), "second backward()"),
    ("Value", _engine(one_list_for_all), "later call"),
    ("Value", _engine(left_parent_only), "b.grad of a + b is 0"),
    ("Value", _engine(only_inputs_get_a_grad), "d.grad of d * d + d"),
    ("Value", _engine(cleared_afterwards), "a.grad of a + b is 0"),
]


@pytest.mark.parametrize("name, wrong, words", UNNAMED)
def test_an_unnamed_wrong_solution_fails_and_is_told_what_happened(name, wrong, words):
    for seed in (None, 5):
        report = examine(name, wrong, seed)
        assert not report.passed and report.score < 1
        assert words in str(report), str(report)
        assert len(report.hints) == 3 and all(report.hints)
        assert "could not be compared" not in report.observed


# --- the papers -----------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_two_neurons_stay_away_from_zero_and_from_saturation(seed):
    for case in find("two_neuron_forward").draw(seed).cases:
        values = nn.two_neuron_forward(**case.inputs)
        assert 0.4 < abs(values["z1"]) < 1.8 and 0.3 < abs(values["z2"]) < 1.8
        assert all(case.inputs[name] != 0 for name in ("x", "w1", "b1", "w2", "b2"))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_numerical_gradient_is_exact_where_the_paper_asks(seed):
    exercise = find("numerical_gradient")
    shapes = {case.inputs["x"].shape for case in exercise.draw(seed).cases}
    assert {(7,), (3, 4), (), (2, 3, 2)} <= shapes
    assert exercise.examine(gradient_in_place, seed).passed


@pytest.mark.parametrize("seed", SEEDS)
def test_one_sided_differences_never_pass(seed):
    for name, mistake in (
        ("numerical_gradient", "forward-difference"),
        ("numerical_gradient", "backward-difference"),
        ("gradient_check", "one-sided"),
    ):
        exercise = find(name)
        assert exercise.examine(exercise.mistakes[mistake].solution, seed).mistake == mistake


@pytest.mark.parametrize("seed", SEEDS)
def test_a_right_gradient_reads_as_zero_and_a_wrong_one_does_not(seed):
    paper = find("gradient_check").draw(seed)
    errors = [answer["value"] for answer in paper.expected()]
    assert errors[:4] == [0.0] * 4
    assert min(errors[4:]) > 1e-3
    assert errors[4] == pytest.approx(0.01 / 2.01, rel=1e-4)  # one entry off by a percent
    assert errors[5] == pytest.approx(0.01 / 2.01, rel=1e-4)
    assert errors[6] == pytest.approx(1) and errors[7] == pytest.approx(1 / 3)


def test_a_check_that_a_global_norm_would_dilute_is_on_the_paper():
    report = examine("gradient_check", find("gradient_check").mistakes["norms"].solution)
    assert "0.004975" in report.observed


# --- Value ----------------------------------------------------------------------------------------


def test_the_programs_agree_with_differences():
    numbers = {"a": 1.1, "b": -0.7, "c": 0.9, "p": 1.3, "m": -0.8, "r": 0.95, "e": 1.1, "k": 1.7}
    for programs in PROGRAMS.values():
        for name, program in programs.items():
            wanted = program.__code__.co_varnames[: program.__code__.co_argcount]
            given = {n: numbers[n] if n == "k" else nn.Value(numbers[n]) for n in wanted}
            _last(program(**given)).backward()
            for n in set(wanted) - {"k"}:
                moved = [
                    _last(program(**{m: _nudged(m, numbers[m], m == n, h) for m in wanted})).data
                    for h in (1e-5, -1e-5)
                ]
                slope = (moved[0] - moved[1]) / 2e-5
                assert given[n].grad == pytest.approx(slope, rel=1e-6, abs=1e-6), (name, n)


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
    half = _engine(methods={name: stub for name in ("__sub__", "__neg__", "tanh", "__rsub__")})
    report = examine("Value", half)
    right = [part for part, good in report.parts.items() if good]
    assert {"sums and products", "used twice", "order", "backward() again"} <= set(right)
    assert report.score == pytest.approx(len(right) / 8)
    assert report.mistake == "not-written"
    assert "a - b needs" in report.observed and "not written yet" in report.observed


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
        ("overwritten", {"used twice", "order"}),
        ("not-from-scratch", {"backward() again"}),
        ("no-order", {"order"}),
        ("no-reflected-operations", {"plain numbers"}),
        ("difference-like-sum", {"differences", "plain numbers"}),
        ("quotient-sign", {"powers and quotients", "plain numbers"}),
        ("exp-slope-one", {"functions"}),
    ],
)
def test_one_mistake_costs_only_the_parts_it_touches(mistake, parts):
    report = examine("Value", find("Value").mistakes[mistake].solution)
    assert {part for part, good in report.parts.items() if not good} == parts


def test_two_mistakes_at_once_are_told_one_after_the_other():
    both = _engine(
        find("Value").mistakes["overwritten"].solution.backward.__closure__[0].cell_contents,
        exp=lambda a: (1.0,),
    )
    assert examine("Value", both).mistake == "overwritten"


def test_a_backward_that_never_ends_is_stopped():
    def for_ever(out):
        while True:
            pass

    exercise = find("Value")
    seconds, exercise.seconds = exercise.seconds, 0.2
    try:
        assert examine("Value", _engine(for_ever)).mistake == "too-slow"
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
