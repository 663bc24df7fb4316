"""What an engine's wrong numbers are: rounded ones, or those of another operation."""

import math
import operator
from functools import partial

import numpy as np

from bplab.exam import Fault
from bplab.exam.probes.engine import TERMS, beside_itself
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


# What stands in place of an operation's number: words, and what they give for the numbers in it.
TANH = (
    ("the tanh of a / 2", lambda a: math.tanh(a / 2)),
    ("the tanh of 2 a", lambda a: math.tanh(2 * a)),
    ("the tanh of -a", lambda a: -math.tanh(a)),
    ("the sigmoid of a", lambda a: 1 / (1 + math.exp(-a))),
    ("the sinh of a", math.sinh),
    ("the tangent of a", math.tan),
    ("the arc tangent of a", math.atan),
    ("a itself", lambda a: a),
)
EXP = (
    ("exp of -b", lambda b: math.exp(-b)),
    ("exp of b less 1", math.expm1),
    ("b itself", lambda b: b),
    *((f"{e:g} to the power b", partial(pow, e)) for e in (2, 10, 3, 2.7, 2.72, 2.718, 2.7183)),
)
RELU = (
    ("m without its sign", abs),
    ("m itself", lambda m: m),
    ("minus m", lambda m: -m),
    *((f"{s:g} times m", partial(operator.mul, s)) for s in (0.001, 0.01, 0.02, 0.1, 0.2, 0.3)),
)
CURVES = {
    ("a", "a.tanh()"): TANH,
    ("b", "b.exp()"): EXP,
    ("m", "m.relu()"): RELU,
    ("p", "p.relu()"): (("0, though p lies above 0", lambda p: 0.0), ("1", lambda p: 1.0)),
    ("ab", "a - b"): (("a + b", operator.add), ("b - a", lambda a, b: b - a)),
    ("ka", "k - a"): (("a - k", lambda k, a: a - k), ("k + a", operator.add)),
    ("ak", "a - k"): (("k - a", lambda a, k: k - a), ("a + k", operator.add)),
    ("a", "-a"): (
        ("a itself", lambda a: a),
        ("a without its sign", abs),
        ("a - 1", lambda a: a - 1),
        ("1 / a", lambda a: 1 / a),
    ),
    ("ak", "k * a"): (("a * a", lambda a, k: a * a), ("k * k", lambda a, k: k * k)),
    ("ak", "k + a"): (("a + a", lambda a, k: a + a), ("k + k", lambda a, k: k + k)),
    ("c", "c * (p + k).relu()"): (
        ("c, as if the relu gave 1 for whatever lies above 1", lambda c: c),
    ),
    ("ab", "a / b"): (
        ("b / a", lambda a, b: b / a),
        ("a * b", operator.mul),
        ("a - b", operator.sub),
        ("a // b, the quotient cut down to a whole number", operator.floordiv),
    ),
    ("ka", "k / a"): (("a / k", lambda k, a: a / k), ("k * a", operator.mul)),
    ("ak", "a / k"): (
        ("k / a", lambda a, k: k / a),
        ("a * (1 // k), with 1 / k cut down to a whole number", lambda a, k: a * (1 // k)),
        ("a // k, the quotient cut down to a whole number", operator.floordiv),
    ),
    ("p", "p ** 0.5"): (
        ("p ** 0: the exponent is cut to a whole number", lambda p: 1.0),
        ("p * 0.5", lambda p: p * 0.5),
        ("0.5 ** p", lambda p: 0.5**p),
    ),
    ("a", "a ** 2"): (("a * 2", lambda a: 2 * a), ("2 ** a", lambda a: 2**a)),
}
FORMULAS = {
    "a.tanh()": "tanh(a) = (e^a - e^-a) / (e^a + e^-a), or 2 / (1 + e^(-2a)) - 1.",
    "b.exp()": "exp(b) is e to the power b, with all digits of e that math or NumPy has.",
    "m.relu()": "relu(m) is m where m is above 0, and 0 elsewhere.",
    "p.relu()": "relu(p) is p wherever p is above 0, however little.",
    "a - b": "a - b = a + (-b), and b - a is its opposite.",
    "k - a": "Python calls the reflected subtraction of a with k as other: k - a = -a + k.",
    "a - k": "a - k = a + (-k).",
    "-a": "-a is what gives 0 when a is added to it.",
    "a / b": "a / b = a b**-1: b is the one below the line.",
    "k / a": "Python calls the reflected division of a with k as other: k / a = k a**-1.",
    "a / k": "a / k = a k**-1, with every digit: / divides, // cuts to a whole number.",
    "p ** 0.5": "The exponent is any plain number, 0.5 and -1 too, and p ** 0.5 the root of p.",
    "k * a": "Python calls the reflected product of a with k as other: k * a = a * k.",
    "k + a": "Python calls the reflected sum of a with k as other: k + a = a + k.",
    "c * (p + k).relu()": "relu(x) is x wherever x is above 0, however large it is.",
    "a ** 2": "a ** 2 = a a: a is the base, 2 the exponent.",
}


@Value.tells
def _another_curve(wrong, rows):
    """An operation whose number, alone, is another's of the same numbers."""
    if wrong.part != "numbers":
        return None
    seen = Seen(wrong, rows, first=True)
    for (names, text), curves in CURVES.items():
        leaf = seen.leaves.get((text,))
        if leaf is None or leaf.right or leaf.actual is None:
            continue
        given = [seen.inputs[name] for name in names]
        for words, curve in curves:
            if alike(leaf.actual, curve(*given)):
                return Fault(
                    "another-curve",
                    f"What you give for {text} is {words}.",
                    "Put numbers in by hand, and hold the result beside a pocket calculator's.",
                    FORMULAS[text],
                )
    return None


@Value.tells
def _written_into_its_input(wrong, rows):
    """An operation after which its input holds the result: seen where that input is used again."""
    if wrong.part != "numbers":
        return None
    seen = Seen(wrong, rows)
    for term in TERMS:
        leaf = seen.leaves.get((beside_itself(term, True).text,))
        if leaf is None or leaf.right or leaf.actual is None:
            continue
        made = term.run(*seen.values([term.u, "b"])).data
        if alike(leaf.actual, made * made):
            return Fault(
                "written-into-its-input",
                f"After {term.written()} the value {term.u} holds the result: used again, as in "
                f"{leaf.name}, it is no longer what it was.",
                f"Which of your lines assigns to the data of a value that was there before "
                f"{term.written()}?",
                "An operation makes a new value; the data of those it is made from stay as they "
                "are.",
            )
    return None
