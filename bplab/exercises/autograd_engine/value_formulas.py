"""The slope that a wrong engine gives a function or a power: which formula of the number it is.

Asked before the reading that says no more than which operation is wrong.
"""

import math

from bplab.exam import Fault
from bplab.exercises.autograd_engine.seen import Seen, alike
from bplab.exercises.autograd_engine.value import Value

# (an expression with one operation, its value) and what stands in place of its slope.
SLOPES = {
    ("a.tanh()", "a"): (
        ("(1 - t)**2, with t = tanh(a)", lambda a: (1 - math.tanh(a)) ** 2),
        ("1 / cosh(a), without its square", lambda a: 1 / math.cosh(a)),
        ("t**2, with t = tanh(a)", lambda a: math.tanh(a) ** 2),
        ("t**2 - 1, with t = tanh(a)", lambda a: math.tanh(a) ** 2 - 1),
        ("1 - t**3, with t = tanh(a)", lambda a: 1 - math.tanh(a) ** 3),
        ("1 - 2 t, with t = tanh(a)", lambda a: 1 - 2 * math.tanh(a)),
        ("1 - tanh(t)**2, with t = tanh(a)", lambda a: 1 - math.tanh(math.tanh(a)) ** 2),
        ("cosh(a)**2", lambda a: math.cosh(a) ** 2),
        ("the sigmoid's, s (1 - s)", lambda a: 1 / (2 + 2 * math.cosh(a))),
        ("1, whatever a is", lambda a: 1.0),
    ),
    ("b.exp()", "b"): (
        ("e**b times b", lambda b: b * math.exp(b)),
        ("e**(e**b): exp of what came out", lambda b: math.exp(math.exp(b))),
        ("e**b squared", lambda b: math.exp(2 * b)),
        ("1 / b, that of the logarithm", lambda b: 1 / b),
        ("e**-b", lambda b: math.exp(-b)),
        ("e**(b - 1)", lambda b: math.exp(b - 1)),
    ),
    ("b ** 3", "b"): (
        ("(k - 1) b**(k - 1), with k = 3", lambda b: 2 * b**2),
        ("k b, with k = 3", lambda b: 3 * b),
        ("k itself, 3", lambda b: 3.0),
        ("b**k, with k = 3", lambda b: b**3),
        ("k b**(k + 1), with k = 3", lambda b: 3 * b**4),
    ),
}
DERIVE = {
    "a.tanh()": "With t = tanh(a) the slope is 1 - t**2, which is 1 / cosh(a)**2.",
    "b.exp()": "exp is its own derivative: the slope at b is e**b.",
    "b ** 3": "The derivative of b**k is k b**(k-1): k comes down, and the exponent falls by one.",
}


@Value.tells
def _another_slope(wrong, rows):
    """An operation whose slope, alone, is another formula of the same number."""
    if wrong.part == "numbers" or wrong.fault is not None:
        return None
    seen = Seen(wrong, rows)
    for (text, name), slopes in SLOPES.items():
        leaf = seen.leaves.get((text, name))
        if leaf is None or leaf.right or leaf.actual is None:
            continue
        for words, slope in slopes:
            if alike(leaf.actual, slope(seen.inputs[name])):
                return Fault(
                    "another-slope",
                    f"For {text} the slope that you pass on is {words}.",
                    "Put the number in by hand: move it by 0.01, and see how much comes out more.",
                    DERIVE[text],
                )
    return None
