"""What an engine's wrong numbers are: rounded ones, or another curve's."""

import math

import numpy as np

from bplab.exam import Fault
from bplab.exercises.autograd_engine.seen import Seen, alike
from bplab.exercises.autograd_engine.value import Value

DIGITS = range(1, 10)


@Value.tells
def _rounded(wrong, rows):
    if wrong.part != "numbers" or wrong.fault is not None:
        return None
    numbers = [leaf for leaf in Seen(wrong, rows).leaves.values() if leaf.part == "numbers"]
    if any(leaf.actual is None for leaf in numbers):
        return None
    actual = np.array([float(leaf.actual) for leaf in numbers])
    off = np.abs(actual - [float(leaf.expected) for leaf in numbers])
    for digits in DIGITS:
        if np.array_equal(np.round(actual, digits), actual):
            if np.median(off) > 10.0**-digits:
                return None
            return Fault(
                "rounded",
                f"Every number has {digits} decimal places at most: what is computed is rounded.",
                "Where is a number rounded, or made from a text with few digits, on its way into "
                "a value?",
                "Gradients live on small differences: keep all digits, and round where you print.",
            )
    return None


# What stands in place of a function, at the number a.
CURVES = {
    ("a", "a.tanh()"): (
        ("the tanh of a / 2", lambda a: math.tanh(a / 2)),
        ("the tanh of 2 a", lambda a: math.tanh(2 * a)),
        ("the tanh of -a", lambda a: -math.tanh(a)),
        ("the sigmoid of a", lambda a: 1 / (1 + math.exp(-a))),
        ("the sinh of a", math.sinh),
        ("the tangent of a", math.tan),
        ("the arc tangent of a", math.atan),
        ("a itself", lambda a: a),
    ),
    ("b", "b.exp()"): (
        ("exp of -b", lambda b: math.exp(-b)),
        ("2 to the power b", lambda b: 2**b),
        ("10 to the power b", lambda b: 10**b),
        ("exp of b less 1", math.expm1),
        ("b itself", lambda b: b),
    ),
    ("m", "m.relu()"): (
        ("m without its sign", abs),
        ("m itself", lambda m: m),
        ("minus m", lambda m: -m),
    ),
}


@Value.tells
def _another_curve(wrong, rows):
    """A function whose number, alone, is another function's of the same number."""
    if wrong.part != "numbers":
        return None
    seen = Seen(wrong, rows)
    for (name, text), curves in CURVES.items():
        leaf = seen.leaves.get((text,))
        if leaf is None or leaf.right or leaf.actual is None:
            continue
        for words, curve in curves:
            if alike(leaf.actual, curve(seen.inputs[name])):
                return Fault(
                    "another-curve",
                    f"What you give for {text} is {words}.",
                    "Put 1 in by hand, and hold the result beside a pocket calculator's.",
                    "tanh(a) = (e^a - e^-a) / (e^a + e^-a), or 2 / (1 + e^(-2a)) - 1; exp(b) is e "
                    "to the power b; relu(m) is m where m is above 0, and 0 elsewhere.",
                )
    return None
