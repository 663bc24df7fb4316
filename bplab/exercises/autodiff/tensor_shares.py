"""Tensor: shares that replace what had arrived, or lie the other way.

Which share is lost depends on the order of the walk; both orders of a tensor's parents are tried.
"""

import numpy as np

from bplab.exam import Fault
from bplab.exercises.autodiff.engines import BINARY, SHARES, engine, in_order
from bplab.exercises.autodiff.programs import operations, plain_on_the_left
from bplab.exercises.autodiff.tensor import Tensor
from bplab.exercises.autodiff.tensor_backward import ALL_OPS
from bplab.exercises.autodiff.tensor_programs import TWICE
from bplab.exercises.autodiff.tensor_readings import Shown, gives

WORDS = {None: "", 0: " (So it is with the share of the left one.)"}
WORDS[1] = " (So it is with the share of the right one.)"


def _replacing(ops, side, turned):
    """A backward pass in which the shares of these operations, or of one of their two sides,
    replace what has arrived before."""

    def backward(out):
        order = in_order(out, turned)
        for tensor in order:
            tensor.grad = np.zeros_like(tensor.data)
        out.grad = np.ones_like(out.data)
        for tensor in reversed(order):
            pairs = zip(tensor.parents, tensor.shares(tensor.grad), strict=True)
            for at, (parent, share) in enumerate(pairs):
                lost = tensor.op in ops and side in (None, at)
                parent.grad = (0.0 if lost else parent.grad) + share

    return engine(backward)


@Tensor.tells
def _replaced(wrong, rows):
    if wrong.part != TWICE or wrong.fault is not None:
        return None
    inputs, _, leaves = rows[0]
    of_title = {}
    for leaf in leaves:
        if leaf.part == TWICE and leaf.path[2:3] == ("grad",):
            of_title.setdefault(leaf.path[1], []).append(leaf)
    asked = [
        (program, of_title[program["title"]])
        for program in inputs["programs"]
        if program["title"] in of_title
    ]
    if any(leaf.fault is not None or leaf.actual is None for _, found in asked for leaf in found):
        return None
    asked.sort(key=lambda one: all(leaf.right for leaf in one[1]))  # the wrong ones first
    met = [
        set(operations(p["text"])) for p, found in asked if not all(leaf.right for leaf in found)
    ]
    for ops in (ALL_OPS, *((op,) for op in SHARES)):
        if len(ops) == 1 and not all(ops[0] in held for held in met):
            continue
        for side in (None, 0, 1) if ops[0] in (*BINARY, "@") and len(ops) == 1 else (None,):
            for turned in (False, True):
                fn = _replacing(ops, side, turned)
                ours = (
                    asked
                    if side is None
                    else [one for one in asked if not plain_on_the_left(one[0])]
                )
                if all(gives(fn, program, found) for program, found in ours):
                    return _told(ops, side)
    return None


def _told(ops, side):
    name = "overwritten" if len(ops) > 1 else f"overwritten-by-{ops[0].replace('[ ]', 'index')}"
    mistake = Tensor.mistakes[name]
    return Fault(name, mistake.observed + WORDS[side], mistake.look, mistake.derive)


@Tensor.tells_of_shapes
def _row_for_a_column(wrong, rows):
    """A product of a row and a column: one of the shares lies the other way."""
    shown = Shown(wrong, rows)
    if shown.program is None or shown.program["text"] != "a @ b" or shown.what[0] != "grad":
        return None
    if wrong.actual is None or wrong.actual.ndim != 2 or 1 not in wrong.expected.shape:
        return None
    n = wrong.expected.size
    if n == 1 or wrong.actual.shape != (n, n):
        return None
    name = shown.what[1]
    return Fault(
        "row-met-column",
        f"In a matrix product the gradient of {name} should be {wrong.expected.shape} and is "
        f"{wrong.actual.shape}: on its way a row met a column.",
        f"Write the shapes of all that the share of {name} is made of. Which of them should be "
        "transposed, and which is?",
        "da = dt b^T is (r, c)(c, k) = (r, k), and db = a^T dt is (k, r)(r, c) = (k, c).",
    )
