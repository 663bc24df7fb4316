"""In which order the six axes of a table of windows were laid into its rows and columns."""

from itertools import permutations, product

import numpy as np

from bplab.exam import Fault
from bplab.exam.compare import close
from bplab.exercises.convolution.images import flipped, result_sides, scattered, windows

AXES = (
    "example", "row of the place", "column of the place",
    "channel", "row in the window", "column in the window",
)  # fmt: skip
DUE = tuple(range(6))
ORDERS = [
    (*rows, *columns)
    for rows, columns in product(permutations(DUE[:3]), permutations(DUE[3:]))
    if (*rows, *columns) != DUE
]
ORDER = (
    "Rows by example, row and column of the place; columns by channel, row and column in the "
    "window: in both the last changes fastest."
)


def of_table(wrong, rows):
    """For `tells` of im2col."""
    cases = [(windows(**_given(given)), leaf.actual) for given, leaf, _ in rows]
    for order, flip in product(ORDERS, (False, True)):
        if all(
            _same((flipped(parts) if flip else parts).transpose(order), mine)
            for parts, mine in cases
        ):
            return _told(order, f"In your table {{}}{', and each window backwards' * flip}.")
    return None


def of_images(wrong, rows):
    """For `tells` of col2im."""
    for order in ORDERS:
        if all(_same(_images(order, **given), leaf.actual) for given, leaf, _ in rows):
            return _told(order, "You read the table as if {}.")
    return None


def _given(given):
    return {name: given[name] for name in ("X", "K", "stride", "pad")}


def _images(order, cols, shape, K, stride, pad):
    sides = result_sides(np.empty((1, 1, *shape[2:])), K, stride, pad)
    axes = (shape[0], *sides, shape[1], K, K)
    parts = cols.reshape([axes[i] for i in order]).transpose(np.argsort(order))
    return scattered(parts, shape, stride, pad)


def _same(array, mine):
    if np.size(mine) != array.size:
        return False
    mine, array = np.ravel(mine), np.ravel(array)
    return bool(np.all(close(mine[:7], array[:7], 1e-9)) and np.all(close(mine, array, 1e-9)))


def _told(order, sentence):
    said = []
    for what, mine, due in (("rows", order[:3], DUE[:3]), ("columns", order[3:], DUE[3:])):
        if mine != due:
            said.append(f"the {what} are counted by {', then '.join(AXES[i] for i in mine)}")
    words = sentence.format(f"{' and '.join(said)}, the last changing fastest")
    return Fault(
        "counted-otherwise",
        words,
        "Write the six axes beside the line that reshapes. Which of them changes fastest?",
        ORDER,
    )
