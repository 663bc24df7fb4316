"""The slope that a wrong engine gives a function or a power: which formula of the number it is.

Asked before the reading that says no more than which operation is wrong.
"""

import math

from bplab.exam import Fault
from bplab.exercises.autograd_engine.seen import Seen, alike
from bplab.exercises.autograd_engine.value import Value

LEAKS = (0.001, 0.01, 0.02, 0.1, 0.2, 0.3)
# The expressions of one operation, and the values in them, in which a slope is read off alone.
ALONE = (
    *((f"a {op} b", name) for op in "+-*/" for name in "ab"),
    ("-a", "a"),
    ("a.tanh()", "a"),
    ("b.exp()", "b"),
    ("p.relu()", "p"),
)
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
        ("-k b**(k - 1), with k = 3", lambda b: -3 * b**2),
    ),
    ("a ** 2", "a"): (
        ("-k a**(k - 1), with k = 2", lambda a: -2 * a),
        ("k a**(k - 1) without its sign, with k = 2", lambda a: 2 * abs(a)),
    ),
    ("c ** -1", "c"): (
        ("c**(k - 1) times k without its sign, with k = -1", lambda c: c**-2),
        ("k c**(k + 1), with k = -1", lambda c: -1.0),
    ),
    ("p ** 0.5", "p"): (("0, as if the exponent were cut to 0", lambda p: 0.0),),
    ("p.relu()", "p"): (
        ("0, though p lies above 0", lambda p: 0.0),
        ("p squared", lambda p: p**2),
    ),
    ("m.relu()", "m"): (
        *((f"{s:g}, that of a leaky relu", lambda m, s=s: s) for s in LEAKS),
        ("-1", lambda m: -1.0),
        ("m, its own input", lambda m: m),
    ),
    ("-a", "a"): (("a, its own input", lambda a: a), ("-a, what comes out", lambda a: -a)),
}
SLOPES_OF_TWO = {
    ("a * b", "a"): (
        ("a, its own number", lambda a, b: a),
        ("a b, what comes out", lambda a, b: a * b),
    ),
    ("a * b", "b"): (
        ("b, its own number", lambda a, b: b),
        ("a b, what comes out", lambda a, b: a * b),
    ),
    ("a / b", "a"): (
        ("b", lambda a, b: b),
        ("1", lambda a, b: 1.0),
        ("1 / b squared", lambda a, b: 1 / b**2),
    ),
    ("a / b", "b"): (
        ("a", lambda a, b: a),
        ("-a", lambda a, b: -a),
        ("1 / b", lambda a, b: 1 / b),
        ("1 / a", lambda a, b: 1 / a),
        ("-b / a**2", lambda a, b: -b / a**2),
        ("-a b**2", lambda a, b: -a * b**2),
        ("-a / b**3", lambda a, b: -a / b**3),
    ),
}
TIMES = (("half of", 0.5), ("twice", 2.0), ("a third of", 1 / 3))
DERIVE = {
    "a ** 2": "The derivative of a**k is k a**(k-1), with the sign that a**(k-1) has.",
    "c ** -1": "The derivative of c**k is k c**(k-1), and -1 comes down with its sign.",
    "p ** 0.5": "The derivative of p**k is k p**(k-1) for every k, a half too.",
    "p.relu()": "relu has the slope 1 wherever its input is above 0, however little.",
    "m.relu()": "relu has the slope 0 wherever its input is below 0.",
    "-a": "-a falls by as much as a grows: its slope is -1, whatever a is.",
    "a * b": "d(a b)/da = b and d(a b)/db = a: each factor's slope is the other factor.",
    "a / b": "a/b = a b**-1: the slope for a is 1 / b, that for b is -a / b**2.",
    "a + b": "A sum grows by as much as either of its terms: both slopes are 1.",
    "a - b": "a - b has the slopes 1 and -1.",
    "a.tanh()": "With t = tanh(a) the slope is 1 - t**2, which is 1 / cosh(a)**2.",
    "b.exp()": "exp is its own derivative: the slope at b is e**b.",
    "b ** 3": "The derivative of b**k is k b**(k-1): k comes down, and the exponent falls by one.",
}


# The order in which operations are asked: others may be built on those that come first.
BASIC = ("a + b", "a * b")
# Where plain powers are wrong, nothing is said of these.
POWERS, FRACTIONS_AND_NEGATIVE = ("a ** 2", "b ** 3"), ("c ** -1", "p ** 0.5")
ASKED = (
    *BASIC, "-a", "a - b", "a ** 2", "b ** 3", "c ** -1", "p ** 0.5", "a / b", "a.tanh()",
    "b.exp()", "p.relu()", "m.relu()",
)  # fmt: skip


@Value.tells
def _another_slope(wrong, rows):
    """An operation whose slope, alone, is another formula of the number, wherever it is wrong."""
    if wrong.part == "numbers" or wrong.fault is not None:
        return None
    cases = [Seen(wrong, [row]) for row in rows]
    alone = [case.leaves[at] for case in cases for at in ALONE if at in case.leaves]
    one_operation = any(leaf.right for leaf in alone)
    powers_right = True
    for text in ASKED:
        if text in FRACTIONS_AND_NEGATIVE and not powers_right:
            continue
        found = [(name, _grads(cases, text, name)) for name in text if name in "abcpm"]
        found = [(name, grads) for name, grads in found if grads]
        for name, grads in found:
            words = _formula(text, name, grads, one_operation)
            if words is not None:
                return _told(text, name if len(set(text) & set("ab")) > 1 else "", words)
        if found and text in BASIC:
            return None
        powers_right = powers_right and not (found and text in POWERS)
    return None


def _grads(cases, text, name):
    """(case, leaf) of a grad in each case where it is wrong; none where one is no number."""
    found = [(case, case.leaves.get((text, name))) for case in cases]
    if any(leaf is None or leaf.actual is None for _, leaf in found):
        return []
    return [(case, leaf) for case, leaf in found if not leaf.right]


def _formula(text, name, grads, one_operation):
    """What stands in place of a slope, in words; None if nothing known does."""
    slopes, names = SLOPES.get((text, name), ()), name
    if (text, name) in SLOPES_OF_TWO:
        slopes, names = SLOPES_OF_TWO[text, name], "ab"
    for words, slope in slopes:
        given = [[case.inputs[of] for of in names] for case, _ in grads]
        if all(alike(leaf.actual, slope(*of)) for of, (_, leaf) in zip(given, grads, strict=True)):
            return None if _passes_nothing_anywhere(grads) else words
    for words, times in TIMES if one_operation and (text, name) in ALONE else ():
        if all(leaf.expected and alike(leaf.actual, times * leaf.expected) for _, leaf in grads):
            return f"{words} what it should be"
    return None


def _passes_nothing_anywhere(grads):
    """Whether this grad is 0, and so are those of other operations: it is no matter of this one."""
    case, leaf = grads[0]
    others = [case.leaves.get(at) for at in (("a.tanh()", "a"), ("b.exp()", "b"))]
    return leaf.actual == 0 and any(other is None or other.actual == 0 for other in others)


def _told(text, name, words):
    to = f" to {name}" if name else ""
    return Fault(
        "another-slope",
        f"For {text} the slope that you pass on{to} is {words}.",
        "Put the number in by hand: move it by 0.01, and see how much comes out more.",
        DERIVE[text],
    )
