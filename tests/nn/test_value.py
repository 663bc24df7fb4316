"""The scalar engine against HIPS autograd, on expressions nobody chose."""

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad
from hypothesis import given, settings
from hypothesis import strategies as st

from bplab.nn import Value

# Each takes two numbers and any module with tanh and exp; tame, so that nothing overflows.
STEPS = {
    "add": lambda a, b, f: a + b,
    "subtract": lambda a, b, f: a - b,
    "multiply": lambda a, b, f: a * b,
    "divide": lambda a, b, f: a / (b**2 + 1),
    "negate": lambda a, b, f: -a,
    "square": lambda a, b, f: f.tanh(a) ** 2,
    "cube root of a square": lambda a, b, f: (a**2 + 1) ** (1 / 3),
    "tanh": lambda a, b, f: f.tanh(a),
    "exp": lambda a, b, f: f.exp(f.tanh(b)),
    "relu": lambda a, b, f: f.relu(a),
    "number on the right": lambda a, b, f: (a - 0.7) / 1.3 * 0.9 + 2,
    "number on the left": lambda a, b, f: 3 / (1.5 + 0.5 * f.tanh(b)) - (0.2 - a),
}


class OfValues:
    tanh, exp, relu = Value.tanh, Value.exp, Value.relu


class OfNumbers:
    tanh, exp = anp.tanh, anp.exp

    @staticmethod
    def relu(x):
        return anp.where(x > 0, x, 0.0)


def run(program, inputs, functions):
    """Apply each step to two earlier numbers; any of them may be used again and again."""
    numbers = list(inputs)
    for name, i, j in program:
        a, b = numbers[i % len(numbers)], numbers[j % len(numbers)]
        numbers.append(functions.tanh(STEPS[name](a, b, functions) * 0.5) * 2)
    return sum(numbers[1:], numbers[0])


programs = st.lists(
    st.tuples(st.sampled_from(sorted(STEPS)), st.integers(0, 99), st.integers(0, 99)),
    min_size=1,
    max_size=10,
)


@settings(max_examples=100, deadline=None)
@given(program=programs, inputs=st.lists(st.floats(0.1, 2), min_size=2, max_size=3))
def test_random_expressions_agree_with_autograd_twice(program, inputs):
    values = [Value(x) for x in inputs]
    out = run(program, values, OfValues)

    def in_numbers(x):
        return run(program, [x[i] for i in range(len(inputs))], OfNumbers)

    expected = grad(in_numbers)(np.array(inputs))
    assert out.data == pytest.approx(in_numbers(np.array(inputs)))
    for _ in range(2):
        out.backward()
        assert [v.grad for v in values] == pytest.approx(list(expected), rel=1e-9, abs=1e-12)


def test_a_value_used_twice_collects_from_both_roads():
    a = Value(3)
    (a * a + a).backward()
    assert a.grad == 7


@pytest.mark.parametrize(
    ("expression", "result", "slope"),
    [
        (lambda x: x + 3, 5, 1),
        (lambda x: 3 + x, 5, 1),
        (lambda x: x - 3, -1, 1),
        (lambda x: 3 - x, 1, -1),
        (lambda x: x * 3, 6, 3),
        (lambda x: 3 * x, 6, 3),
        (lambda x: x / 4, 0.5, 0.25),
        (lambda x: 4 / x, 2, -1),
        (lambda x: x**3, 8, 12),
        (lambda x: x**-1, 0.5, -0.25),
        (lambda x: x**0, 1, 0),
        (lambda x: -x, -2, -1),
        (lambda x: x.relu(), 2, 1),
        (lambda x: (-x).relu(), 0, 0),
        (lambda x: (x - 2).relu(), 0, 0),
        (lambda x: x.exp(), np.exp(2), np.exp(2)),
        (lambda x: x.tanh(), np.tanh(2), 1 - np.tanh(2) ** 2),
    ],
)
def test_each_operation_alone(expression, result, slope):
    x = Value(2)
    out = expression(x)
    out.backward()
    assert (out.data, x.grad, out.grad) == pytest.approx((result, slope, 1))


def test_a_sum_longer_than_pythons_recursion_limit():
    x = Value(0.5)
    total = x
    for _ in range(5000):
        total = total + x
    total.backward()
    assert x.grad == 5001


def test_an_exponent_must_be_a_number():
    with pytest.raises(TypeError, match="exponent must be a number"):
        Value(2) ** Value(3)
