"""Tensor: what the numbers of one program tell of the operation in it.

Most programs hold one operation, `t = EXPRESSION; (t * w).sum()`: what arrives there is w, and the
gradients show what the operation made of it. Nothing is said of what a program does not show.
"""

import numpy as np

from bplab.exam import Fault
from bplab.exam.probes.array_programs import _Run
from bplab.exercises.autodiff.engines import BINARY, SHARES, engine
from bplab.exercises.autodiff.programs import (
    is_expression,
    keeps_axis,
    operations,
    power_in,
    sides_of,
)
from bplab.exercises.autodiff.tensor import Tensor
from bplab.exercises.autodiff.tensor_backward import SPOKEN
from bplab.exercises.autodiff.tensor_curves import CURVES, OTHER_CURVES, SLOPES


class Shown:
    """The program of a wrong leaf: its leaves by what they are of, and the operation in it."""

    def __init__(self, wrong, rows):
        inputs, _, leaves = rows[0]
        self.inputs, self.leaves = inputs, leaves
        title, *self.what = wrong.path[1:]  # ["grad", "a"], say
        self.program = next((p for p in inputs["programs"] if p["title"] == title), None)
        self.of = {tuple(leaf.path[2:]): leaf for leaf in leaves if leaf.path[1] == title}

    @property
    def operation(self):
        """The one operation of the program before its weighed sum; None if there are others."""
        text = self.expression or self.program["text"]
        found = operations(text) if self.expression or self._alone else ()
        return found[0] if len(found) == 1 else None

    @property
    def _alone(self):
        """Whether a program of no weighed sum is one operation on two different operands."""
        sides = sides_of(self.program["text"]) if is_expression(self.program["text"]) else None
        return sides is not None and sides[0] != sides[2]

    @property
    def operations(self):
        """The one operation of the program before its weighed sum, or all of a short program."""
        text = self.program["text"]
        if self.operation is not None:
            return {self.operation}
        return set(operations(text)) if is_expression(text) else set()

    @property
    def expression(self):
        """What stands on the right of t, in a program of its own; None in others."""
        return self.program.get("expression")

    @property
    def weighed_rightly(self):
        """Whether what arrives at the result is right: else the fault lies behind it."""
        result = self.of.get(("grad", "t"))
        return result is None or result.right

    def grads(self):
        """The leaves of all its gradients; None where one is no array of the right shape."""
        found = [leaf for what, leaf in self.of.items() if what[0] == "grad"]
        return None if any(leaf.fault or leaf.actual is None for leaf in found) else found


def _factor(actual, expected):
    """The c with actual = c * expected, c not 1, or None."""
    big = np.abs(expected).argmax() if expected.size else 0
    if not expected.size or not expected.flat[big] or not actual.flat[big]:
        return None
    c = float(actual.flat[big] / expected.flat[big])
    same = np.allclose(actual, c * expected, rtol=1e-9, atol=1e-12)
    return c if same and abs(c - 1) > 1e-9 else None


def _in_words(c):
    whole = round(1 / c) if c else 0
    if abs(c) < 1 and whole and abs(c * whole - 1) < 1e-9:
        return f"1/{whole}" if whole > 0 else f"-1/{-whole}"
    return f"{c:.4g}"


@Tensor.tells
def _float32(wrong, rows):
    """Digits lost in every tensor, and more of them in long graphs: what arrays are made as."""
    types = [leaf for leaf in rows[0][2] if leaf.path[2:] == ("data.dtype",)]
    if not types or any(leaf.actual != "float32" for leaf in types):
        return None
    return Fault("float32", "")


@Tensor.tells
def _another_seed(wrong, rows):
    """Every gradient by one factor: that of the result itself."""
    if wrong.fault is not None:
        return None
    factors = set()
    for leaf in rows[0][2]:
        if leaf.path[2:3] != ("grad",) or leaf.part == "new tensors":
            continue
        if (
            leaf.fault is not None
            or leaf.actual is None
            or leaf.actual.shape != leaf.expected.shape
        ):
            return None
        if not leaf.expected.any():
            continue
        c = _factor(leaf.actual, leaf.expected)
        if c is None:
            return None
        factors.add(round(c, 6))
    if len(factors) != 1:
        return None
    return Fault(
        "another-seed",
        f"Every gradient is exactly {_in_words(factors.pop())} times what it should be.",
        "Which gradient does the result itself get before the pass begins?",
        "It is the derivative of the result with respect to itself, which is 1.",
    )


@Tensor.tells
def _known_share(wrong, rows):
    """A named mistake of an operation in this program: another slip besides hides it not."""
    shown = Shown(wrong, rows)
    if wrong.fault is not None or shown.program is None or wrong.part == "values":
        return None
    leaves, held = shown.grads(), shown.operations
    for mistake in Tensor.mistakes.values() if leaves else ():
        given = getattr(mistake.solution, "given_shares", {})
        if mistake.when is None and len(given) == 1 and held.issuperset(given):
            if gives(mistake.solution, shown.program, leaves):
                return Fault(mistake.name, mistake.observed, mistake.look, mistake.derive)
    return None


def gives(fn, program, leaves):
    """Whether an engine gives the gradients that were seen in a program."""
    try:
        grads = dict(zip(program["watch"], _Run(fn, program)(), strict=True))
    except Exception:
        return False
    return all(
        np.shape(grads[leaf.path[3]]) == leaf.actual.shape
        and np.allclose(grads[leaf.path[3]], leaf.actual, rtol=1e-9, atol=1e-12)
        for leaf in leaves
    )


def _deaf_to(op):
    return engine(shares={op: lambda g, *rest: SHARES[op](np.ones_like(g), *rest)})


@Tensor.tells
def _behind_the_result(wrong, rows):
    """The multiple that arrives at t in (t * w).sum(): what t was made by has no part in it."""
    shown = Shown(wrong, rows)
    if wrong.fault is not None or shown.program is None or shown.weighed_rightly:
        return None
    result = shown.of["grad", "t"]
    if result.actual is None or result.actual.shape != result.expected.shape:
        return None
    c = _factor(result.actual, result.expected)
    if c is None:
        return None
    return Fault(
        "one-operation-factor",
        "In (t * w).sum() the gradient of t, which is w, comes out exactly "
        f"{_in_words(c)} times what it should be.{_sizes(c, shown)}",
        "What does sum() send to each entry, and what does the product with w make of it?",
        "Every entry that was added up gets what arrives at the sum, and the product multiplies it "
        "by the other factor.",
    )


@Tensor.tells
def _of_one_operation(wrong, rows):
    """What one operation makes of what arrives: nothing, a multiple, other places, the slope."""
    shown = Shown(wrong, rows)
    if wrong.fault is not None or shown.program is None or wrong.part == "values":
        return None
    op = shown.operation
    leaves = shown.grads() if shown.weighed_rightly else None
    if op not in SPOKEN or not leaves or shown.what[0] != "grad":
        return None
    spoken, name = SPOKEN[op], shown.what[1]
    part = next((m for m in Tensor.mistakes.values() if m.when == wrong.part), None)
    derive = part.derive if part is not None else Tensor.mistakes["overwritten"].derive
    if name == "t":
        return None
    if not wrong.actual.any():
        return Fault(
            "cut-off",
            f"Through {spoken} nothing comes back to {name}: its gradient stays 0.",
            "What does the new tensor that comes out of it remember of the one it was made from?",
            "Each operation gives back a tensor that knows its inputs and how to pass blame on to "
            "them. A tensor made of an array alone is a new beginning.",
        )
    if gives(_deaf_to(op), shown.program, leaves):
        return Fault(
            "upstream-ignored-in-one",
            f"Through {spoken} each entry gets the slope alone: what arrives from the result is "
            "left out.",
            "Take w times it: how much does its result move the sum, and where does that come into "
            "what you pass on?",
            "Slopes multiply along the road: a share is the slope times the gradient that arrives.",
        )
    c = _factor(wrong.actual, wrong.expected)
    if c is not None:
        told = f"Through {spoken} the gradient of {name} is exactly {_in_words(c)} times what it "
        exponent = power_in(shown.expression) if shown.expression else None
        if exponent is not None and abs(c * exponent - 1) < 1e-9:
            return Fault(
                "power-without-factor",
                f"In a ** {exponent} the exponent does not come down as a factor: what comes back "
                f"is {_in_words(c)} times what it should be.",
                "What is the derivative of a**2?",
                "The derivative of a**k is k a**(k-1).",
            )
        return Fault(
            "one-operation-factor",
            f"{told}should be.{_sizes(c, shown)}",
            "Take an array of two entries, move one of them by 0.1, and see how far the result "
            "moves.",
            derive,
        )
    if wrong.expected.size > 2 and np.allclose(
        np.sort(wrong.actual.ravel()), np.sort(wrong.expected.ravel()), rtol=1e-9
    ):
        return Fault(
            "right-in-wrong-places",
            f"Through {spoken} the right numbers come back to {name}, to the wrong places.",
            "In which order are the entries read, and in which are they laid down again?",
            derive,
        )
    return None


def _sizes(c, shown):
    """Which count a factor is, if it is one of the array that went in."""
    whole = round(1 / c) if abs(c) < 1 else round(c)
    data = next(iter(shown.program["given"].values()))
    if abs(whole) < 2 or abs(abs(c) - (1 / abs(whole) if abs(c) < 1 else abs(whole))) > 1e-9:
        return ""
    if type(data) is not np.ndarray:
        return ""
    if abs(whole) == data.size:
        return f" ({abs(whole)} is the number of all its entries.)"
    if abs(whole) in data.shape:
        return f" (Its shape is {data.shape}.)"
    return ""


@Tensor.tells
def _forward_value(wrong, rows):
    """What one operation gives, where the number of the weighed sum is off already."""
    shown = Shown(wrong, rows)
    if wrong.part != "values" or shown.program is None or shown.operation not in SPOKEN:
        return None
    leaf, spoken = shown.of.get(("data", "t")), SPOKEN[shown.operation]
    if leaf is None or leaf.right or leaf.actual is None:
        return None
    by_numpy = "Hold it beside what NumPy gives for the array: value and shape."
    if leaf.actual.shape != leaf.expected.shape:
        kept = " The argument keepdims is not heeded." if _drops_axis(shown, leaf) else ""
        return Fault(
            "value-of-another-shape",
            f"In t = {shown.expression} the shape of t is {leaf.actual.shape}; "
            f"{leaf.expected.shape} belongs there.{kept}",
            by_numpy,
            "With keepdims the axis that was summed over stays, with length 1, so that the result "
            "still meets the rows it came from."
            if keeps_axis(shown.expression)
            else "Each operation gives what NumPy gives for the arrays in it.",
        )
    c = _factor(leaf.actual, leaf.expected)
    if c is not None:
        return Fault(
            "value-factor",
            f"t = {shown.expression} comes out exactly {_in_words(c)} times what it should be."
            f"{_averaged(c, shown, leaf)}",
            by_numpy,
            "A mean is the sum over the number of entries that were added into it: along an axis "
            "these are as many as the axis is long."
            if shown.operation == "mean"
            else "Each operation gives what NumPy gives for the arrays in it.",
        )
    turned = next(
        (words for words, due in _otherwise(shown) if np.allclose(leaf.actual, due, rtol=1e-9)),
        None,
    )
    if turned is not None:
        return Fault(
            "sides-exchanged",
            f"What you give for {shown.expression} is {turned}.",
            "Python calls the reflected operation of the one on the right, with the other as its "
            "argument. Which of the two stands on the left?",
            "k - a = k + (-a), and k / a = k a**-1: only + and * may be turned round.",
        )
    for words, curve in OTHER_CURVES.get(shown.operation, ()):
        a = shown.program["given"]["a"]
        if a.shape == leaf.actual.shape and np.allclose(leaf.actual, curve(a), rtol=1e-9):
            return Fault(
                "another-curve",
                f"What you give for a.{shown.operation}() is {words}.",
                by_numpy,
                "Each operation gives what NumPy gives for the arrays in it.",
            )
    if leaf.expected.size > 2 and np.allclose(
        np.sort(leaf.actual.ravel()), np.sort(leaf.expected.ravel()), rtol=1e-9
    ):
        return Fault(
            "value-in-wrong-places",
            f"In t = {shown.expression} the right numbers stand in the wrong places.",
            by_numpy,
            f"NumPy's {spoken} keeps the order in which an array is read, row by row."
            if shown.operation == "reshape"
            else "Each operation gives what NumPy gives for the arrays in it.",
        )
    return None


def _otherwise(shown):
    """(what else may be made of a difference or a quotient, what it gives): its sides exchanged,
    or another operation of them."""
    sides = sides_of(shown.expression) if shown.operation in ("-", "/") else None
    if sides is None:
        return
    left, op, right = sides
    known = shown.program["given"] | shown.program["plain"]
    a, b = (known[side] if side in known else float(side) for side in (left, right))
    with np.errstate(all="ignore"):
        yield f"{right} {op} {left}", BINARY[op](b, a)
        for other in BINARY:
            yield f"{left} {other} {right}", BINARY[other](a, b)


def _drops_axis(shown, leaf):
    axes = [n for n in leaf.expected.shape if n > 1]
    return keeps_axis(shown.expression) and [n for n in leaf.actual.shape if n > 1] == axes


def _averaged(c, shown, leaf):
    data = next(iter(shown.program["given"].values()))
    if shown.operation != "mean" or type(data) is not np.ndarray:
        return ""
    if abs(c * leaf.expected.size - 1) < 1e-9:
        return " You divide by the number of all entries, also along one axis."
    return ""


@Tensor.tells_of_shapes
def _shape_of_the_result(wrong, rows):
    """A gradient that kept the shape of what the operand was broadcast to."""
    shown = Shown(wrong, rows)
    if shown.program is None or shown.operation not in ("+", "-", "*", "/"):
        return None
    t = shown.of.get(("grad", "t"))
    if t is None or wrong.actual is None or wrong.actual.shape != t.expected.shape:
        return None
    mistake = Tensor.mistakes["broadcasting-not-summed"]
    return Fault(
        mistake.name,
        f"In {SPOKEN[shown.operation]} an operand was broadcast, and its gradient has the shape of "
        f"the result, {wrong.actual.shape}, not its own, {wrong.expected.shape}.",
        mistake.look,
        mistake.derive,
    )


@Tensor.tells
def _slope_of_a_curve(wrong, rows):
    """The slope that a function uses, read off: what comes back over what arrives."""
    shown = Shown(wrong, rows)
    if wrong.fault is not None or shown.program is None or shown.what != ["grad", "a"]:
        return None
    if shown.operation not in CURVES or list(shown.program["given"]) != ["a"]:
        return None
    if not shown.weighed_rightly or "w" not in shown.program["plain"]:
        return None
    a, w = shown.program["given"]["a"], shown.program["plain"]["w"]
    if a.shape != w.shape:
        return None
    used, out = wrong.actual / w, CURVES[shown.operation](a)
    for words, slope in SLOPES:
        if np.allclose(used, slope(a, out), rtol=1e-9, atol=1e-12):
            return Fault(
                "slope-read-off",
                f"Through {SPOKEN[shown.operation]} the slope that you multiply by is {words}.",
                "How steep is the curve at 0, at 1, at -1, and what does your slope say there?",
                "exp is its own slope, log has 1/a, tanh 1 - tanh**2, relu 1 above zero and 0 "
                "below.",
            )
    return None
