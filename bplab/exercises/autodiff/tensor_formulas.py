"""Tensor: other shares than the right ones, tried one by one on the program that is wrong.

Each candidate is an engine that is right but for the share of one operation; what a card says of
that operation gives every gradient of the program.
"""

from itertools import product

import numpy as np

from bplab.exam import Fault
from bplab.exam.probes.array_programs import forward
from bplab.exercises.autodiff.engines import BUILT, SHARES, engine, expanded
from bplab.exercises.autodiff.programs import is_expression, operations, sides_of
from bplab.exercises.autodiff.tensor import Tensor
from bplab.exercises.autodiff.tensor_backward import SPOKEN
from bplab.exercises.autodiff.tensor_curves import OTHER_CURVES
from bplab.exercises.autodiff.tensor_readings import Shown, gives

# Of two operands, what each may get: words, and the share of g. The right ones stand first.
SIDES = {
    "+": (
        (("g", lambda g, a, b: g), ("nothing", lambda g, a, b: 0 * g), ("-g", lambda g, a, b: -g),
         ("g a", lambda g, a, b: g * a)),
        (("g", lambda g, a, b: g), ("nothing", lambda g, a, b: 0 * g), ("-g", lambda g, a, b: -g),
         ("g b", lambda g, a, b: g * b)),
    ),
    "-": (
        (("g", lambda g, a, b: g), ("nothing", lambda g, a, b: 0 * g), ("-g", lambda g, a, b: -g)),
        (("-g", lambda g, a, b: -g), ("nothing", lambda g, a, b: 0 * g), ("g", lambda g, a, b: g)),
    ),
    "*": (
        (("g b", lambda g, a, b: g * b), ("g a", lambda g, a, b: g * a), ("g", lambda g, a, b: g),
         ("nothing", lambda g, a, b: 0 * g), ("g a b", lambda g, a, b: g * a * b),
         ("-g b", lambda g, a, b: -g * b), ("g / b", lambda g, a, b: g / b)),
        (("g a", lambda g, a, b: g * a), ("g b", lambda g, a, b: g * b), ("g", lambda g, a, b: g),
         ("nothing", lambda g, a, b: 0 * g), ("g a b", lambda g, a, b: g * a * b),
         ("-g a", lambda g, a, b: -g * a), ("g / a", lambda g, a, b: g / a)),
    ),
    "/": (
        (("g / b", lambda g, a, b: g / b), ("g b", lambda g, a, b: g * b),
         ("g", lambda g, a, b: g), ("nothing", lambda g, a, b: 0 * g),
         ("g / b**2", lambda g, a, b: g / b**2), ("g a / b", lambda g, a, b: g * a / b),
         ("g / a", lambda g, a, b: g / a)),
        (("-g a / b**2", lambda g, a, b: -g * a / b**2),
         ("g a / b**2", lambda g, a, b: g * a / b**2),
         ("-g / b**2", lambda g, a, b: -g / b**2), ("-g a / b", lambda g, a, b: -g * a / b),
         ("-g b / a**2", lambda g, a, b: -g * b / a**2), ("g a", lambda g, a, b: g * a),
         ("-g a", lambda g, a, b: -g * a), ("-g a b**2", lambda g, a, b: -g * a * b**2),
         ("-g", lambda g, a, b: -g), ("g / b", lambda g, a, b: g / b),
         ("nothing", lambda g, a, b: 0 * g), ("-g / b", lambda g, a, b: -g / b)),
    ),
}  # fmt: skip


def _meeting(ufunc):
    """The share of indexing where places that were picked again meet by `ufunc`."""

    def share(g, a, index):
        found = np.zeros_like(a)
        ufunc.at(found, index, g)
        return found

    return share


def _averaged(g, a, index):
    found, count = np.zeros_like(a), np.zeros_like(a)
    np.add.at(found, index, g)
    np.add.at(count, index, 1.0)
    return found / np.maximum(count, 1.0)


def _everywhere(g, a, axis, keep):
    return np.full(a.shape, np.sum(g))


def _only_first(g, a, axis, keep):
    found = np.zeros(a.shape)
    found[:1] = expanded(g, a, axis, keep)[:1]
    return found


# What an operation may send back to the one it is made from.
ALONE = {
    "sum": (
        ("nothing", lambda g, a, axis, keep: np.zeros(a.shape)),
        ("to each entry what arrives, over the number of all entries",
         lambda g, a, axis, keep: expanded(g, a, axis, keep) / a.size),
        ("to each entry what arrives, over the number of entries that were added up",
         lambda g, a, axis, keep: expanded(g, a, axis, keep) * np.size(g) / a.size),
        ("to each entry what arrives, times the number of all entries",
         lambda g, a, axis, keep: expanded(g, a, axis, keep) * a.size),
        ("to each entry what arrives, times the entry itself",
         lambda g, a, axis, keep: expanded(g, a, axis, keep) * a),
        ("to each entry the sum of all that arrives", _everywhere),
        ("the whole share to the first place alone", _only_first),
        ("1 to each entry, whatever arrives", lambda g, a, axis, keep: np.ones(a.shape)),
    ),
    "[ ]": (
        ("to a place that was picked several times the largest of its shares, and never less than "
         "0", _meeting(np.maximum)),
        ("to a place that was picked several times the mean of its shares", _averaged),
        ("to each picked place the mean of all that arrives",
         lambda g, a, index: SHARES["[ ]"](np.full(np.shape(g), np.mean(g)), a, index)),
        ("to each picked place 1, whatever arrives",
         lambda g, a, index: SHARES["[ ]"](np.ones(np.shape(g)), a, index)),
        ("shares with the opposite sign", lambda g, a, index: -SHARES["[ ]"](g, a, index)),
    ),
    "T": (
        ("what arrives, read row by row into the shape of a, so that it is not turned back",
         lambda g, a: g.reshape(a.shape)),
        ("what arrives, turned back and with its rows in reverse", lambda g, a: g.T[::-1]),
    ),
    "reshape": (
        ("what arrives, read column by column", lambda g, a: g.reshape(a.shape, order="F")),
    ),
    "**": (
        ("k g**(k - 1), the power of what arrives", lambda g, a, k: k * g ** (k - 1)),
        ("g k a**(k + 1)", lambda g, a, k: g * k * a ** (k + 1)),
        ("g k a", lambda g, a, k: g * k * a),
        ("g k", lambda g, a, k: g * k + 0 * a),
        ("g (k - 1) a**(k - 1)", lambda g, a, k: g * (k - 1) * a ** (k - 1)),
        ("g |k| a**(k - 1), where k loses its sign", lambda g, a, k: g * abs(k) * a ** (k - 1)),
        ("g k |a|**(k - 1)", lambda g, a, k: g * k * np.abs(a) ** (k - 1)),
        ("g a**k", lambda g, a, k: g * a**k),
    ),
    "@": (
        ("to b its share with the rows in reverse", lambda g, a, b: (g @ b.T, (a.T @ g)[::-1])),
        ("to b its share over the number of rows", lambda g, a, b: (g @ b.T, a.T @ g / len(g))),
        ("nothing to b", lambda g, a, b: (g @ b.T, np.zeros_like(b))),
        ("nothing to a", lambda g, a, b: (np.zeros_like(a), a.T @ g)),
    ),
    "log": (
        ("g / (1 + a)", lambda g, a: g / (1 + a)),
        ("g log(a)", lambda g, a: g * np.log(a)),
    ),
    "tanh": (
        ("g (1 - t)**2, with t = tanh(a)", lambda g, a: g * (1 - np.tanh(a)) ** 2),
        ("g (1 + t**2), with t = tanh(a)", lambda g, a: g * (1 + np.tanh(a) ** 2)),
        ("g t**2, with t = tanh(a)", lambda g, a: g * np.tanh(a) ** 2),
        ("g (1 - a**2)", lambda g, a: g * (1 - a**2)),
        ("g / cosh(a)", lambda g, a: g / np.cosh(a)),
    ),
    "relu": tuple(
        (f"g where a is above 0, and {leak:g} g elsewhere, as a leaky relu does",
         lambda g, a, leak=leak: g * np.where(a > 0, 1.0, leak))
        for leak in (0.001, 0.01, 0.1, 0.2, -1.0)
    ),
    "exp": (
        ("g exp(-a)", lambda g, a: g * np.exp(-a)),
        ("g (exp(a) - 1)", lambda g, a: g * np.expm1(a)),
    ),
}  # fmt: skip
# What a program is weighed with: where it is wrong, every gradient is.
SCAFFOLD = ("sum", "*")


@Tensor.tells
def _built_on(wrong, rows):
    """The mistake whose engine, with differences and means built on other operations, gives every
    gradient of the case."""
    shown = Shown(wrong, rows)
    if wrong.fault is not None or shown.program is None or wrong.part == "values":
        return None
    of_title = {}
    for leaf in rows[0][2]:
        if leaf.path[2:3] == ("grad",):
            of_title.setdefault(leaf.path[1], []).append(leaf)
    found = [(p, of_title.get(p["title"], ())) for p in shown.inputs["programs"]]
    found.sort(key=lambda one: one[0] is not shown.program)
    if any(leaf.actual is None or leaf.fault for _, leaves in found for leaf in leaves):
        return None
    for mistake in Tensor.mistakes.values():
        of = mistake.solution
        if mistake.when is None and of is not None and getattr(of, "given_pass", None):
            fn = engine(of.given_pass, of.given_shares, BUILT)
            if all(gives(fn, program, leaves) for program, leaves in found if leaves):
                return Fault(mistake.name, mistake.observed, mistake.look, mistake.derive)
    return None


@Tensor.tells
def _another_share(wrong, rows):
    shown = Shown(wrong, rows)
    if wrong.fault is not None or shown.program is None or wrong.part == "values":
        return None
    leaves, held = shown.grads(), set(operations(shown.program["text"]))
    of = shown.operations
    asked = [op for op in SCAFFOLD if op in held] + [op for op in SPOKEN if op in of]
    for op in dict.fromkeys(asked) if leaves else ():
        for words, share in (*ALONE.get(op, ()), *_of_two(op)):
            for methods in (None, BUILT) if held & {"-", "neg", "mean"} else (None,):
                fn = engine(shares={op: share}, methods=methods)
                if gives(fn, shown.program, leaves) and _elsewhere(fn, op, shown):
                    return _told(op, words)
    return None


def _elsewhere(fn, op, shown):
    """Whether an engine gives the other programs with this operation and no more than the shown
    one's besides."""
    known = {*operations(shown.program["text"]), *SCAFFOLD}
    for program in shown.inputs["programs"]:
        held = set(operations(program["text"]))
        leaves = [leaf for leaf in shown.leaves if leaf.path[1:3] == (program["title"], "grad")]
        if op not in held or not held <= known or not leaves or program.get("deep"):
            continue
        if any(leaf.fault or leaf.actual is None for leaf in leaves):
            return False
        if not gives(fn, program, leaves):
            return False
    return True


def _of_two(op):
    """(words, share) of all ways in which one operand, or both, get something else."""
    if op not in SIDES:
        return
    left, right = SIDES[op]
    for (one, mine), (other, theirs) in product(left, right):
        if (one, other) == (left[0][0], right[0][0]):
            continue
        off = [
            (name, said, due[0][0]) for name, said, due in (("a", one, left), ("b", other, right))
        ]
        told = [f"to {name} {said}, where {due} belongs" for name, said, due in off if said != due]
        yield " and ".join(told), lambda g, a, b, f=mine, h=theirs: (f(g, a, b), h(g, a, b))


def _told(op, words):
    return Fault(
        "another-share",
        f"When g arrives, {SPOKEN[op]} of yours sends back {words}.",
        "Take numbers for g and for what went in; move one of them by 0.01, and see how far the "
        "result moves.",
        "A share is what arrives times the slope, entry by entry; every entry that went into "
        "several places gets the sum of what comes back from them.",
    )


@Tensor.tells
def _another_function(wrong, rows):
    """A function whose number is another's, read off a program with other operations in it."""
    shown = Shown(wrong, rows)
    if wrong.part != "values" or shown.program is None or wrong.fault is not None:
        return None
    held = operations(shown.program["text"])
    for op in (op for op in OTHER_CURVES if op in held):
        for words, curve in OTHER_CURVES[op]:
            fn = engine(methods={op: lambda self, curve=curve: type(self)(curve(self.data))})
            if _same_number(fn, shown, wrong):
                return Fault(
                    "another-curve",
                    f"What you give for a.{op}() is {words}.",
                    "Hold it beside what NumPy gives for the array: value and shape.",
                    "Each operation gives what NumPy gives for the arrays in it.",
                )
    return None


def _same_number(fn, shown, wrong):
    if shown.what != ["data", ""]:
        return False
    try:
        _, out = forward(fn, shown.program)
    except Exception:
        return False
    return out.data.shape == wrong.actual.shape and np.allclose(out.data, wrong.actual, rtol=1e-9)


@Tensor.tells
def _summed_for_the_other(wrong, rows):
    """Shares added up to one number, as if the operand had no axes, and laid on every entry."""
    shown = Shown(wrong, rows)
    if wrong.fault is not None or wrong.actual is None or shown.program is None:
        return None
    text = shown.expression or shown.program["text"]
    if not is_expression(text) or sides_of(text) is None or wrong.expected.size < 2:
        return None
    if wrong.actual.shape != wrong.expected.shape:
        return None
    if not np.allclose(wrong.actual, wrong.expected.sum(), rtol=1e-9):
        return None
    return Fault(
        "summed-for-the-other",
        f"In {text} each entry of {shown.what[1]} gets the sum of the shares of all its entries: "
        "they were summed back to a shape that is not its own.",
        "Whose shape is it that the gradient of each operand is summed back to?",
        "Only an operand that was copied gets sums, along the axes it was copied along; the other "
        "one keeps a share for each entry.",
    )
