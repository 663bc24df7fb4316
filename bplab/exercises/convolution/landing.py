"""Where the blame of every window lands, and how much of it: all that a loop may make of both.

The largest pixel of window (i, j) stands at (u, v) inside. Its row in the image is i * size + u.
"""

from itertools import product

import numpy as np

from bplab.exam import Fault
from bplab.exam.compare import close
from bplab.exercises.convolution.tiles import tiles
from bplab.exercises.convolution.windows_read import ONLY

UPSTREAM = "The slope, 0 or 1, times what arrives from above: dout of that window."

WINNERS = {
    "largest pixel": lambda W: W.argmax(axis=-1),
    "smallest pixel": lambda W: W.argmin(axis=-1),
    "pixel of largest absolute size": lambda W: np.abs(W).argmax(axis=-1),
    "pixel of smallest absolute size": lambda W: np.abs(W).argmin(axis=-1),
}
# The row (or column) from the window's number, the place inside, the other place inside, size.
PLACES = {
    "{i} * size + {u}": lambda i, u, v, n: i * n + u,
    "{i} + {u}": lambda i, u, v, n: i + u,
    "{u}": lambda i, u, v, n: u + 0 * i,
    "{i} * size": lambda i, u, v, n: i * n + 0 * u,
    "{i} * size + {v}": lambda i, u, v, n: i * n + v,
    "{i} + {v}": lambda i, u, v, n: i + v,
    "{i} * size + size - 1 - {u}": lambda i, u, v, n: i * n + n - 1 - u,
    "{i} * size + size - 1": lambda i, u, v, n: i * n + n - 1 + 0 * u,
}
AMOUNTS = {
    "dout of the window": lambda dout, best, n: dout,
    "dout / size**2": lambda dout, best, n: dout / n**2,
    "dout / size": lambda dout, best, n: dout / n,
    "dout * size**2": lambda dout, best, n: dout * n**2,
    "minus dout": lambda dout, best, n: -dout,
    "1": lambda dout, best, n: 1 + 0 * dout,
    "the pixel itself": lambda dout, best, n: best,
    "dout times the pixel": lambda dout, best, n: dout * best,
}
MISSING = {
    "": (0, 0),
    "the last row of windows": (1, 0),
    "the last column of windows": (0, 1),
    "the last row and the last column of windows": (1, 1),
}
RIGHT = ("largest pixel", "{i} * size + {u}", "{i} * size + {u}", "dout of the window", "")


def _windows(X, n):
    T = tiles(X, n).swapaxes(3, 4)
    return T.reshape(*T.shape[:4], n * n)


def _landed(way, given):
    """dX of a way to write the loop; None where a place lies outside the image."""
    who, row, column, amount, missing = way
    dout, X, n = given["dout"], given["X"], given["size"]
    W = _windows(X, n)
    at = WINNERS[who](W)
    best = np.take_along_axis(W, at[..., None], -1)[..., 0]
    a, c, i, j = np.indices(dout.shape)
    u, v = np.divmod(at, n)
    rows, columns = PLACES[row](i, u, v, n), PLACES[column](j, v, u, n)
    fewer = MISSING[missing]
    kept = (i < dout.shape[2] - fewer[0]) & (j < dout.shape[3] - fewer[1])
    share, dX = AMOUNTS[amount](dout, best, n), np.zeros(X.shape)
    # Window after window, as a loop writes: a later one takes the place of an earlier one.
    dX[a[kept], c[kept], rows[kept], columns[kept]] = share[kept]
    return dX


def _off(way):
    """How many things are off; a row and a column that are off alike are one."""
    who, row, column, *rest = way
    places = {row, column} - {RIGHT[1]}
    return (who != RIGHT[0]) + len(places) + (rest[0] != RIGHT[3]) + (rest[1] != "")


# An amount that is off alone, or a window more or less, is told by others.
WAYS = sorted(
    (
        way
        for way in product(WINNERS, PLACES, PLACES, AMOUNTS, MISSING)
        if way[:3] != RIGHT[:3] and _off(way) <= 2
    ),
    key=_off,
)


def lands_elsewhere(wrong, rows):
    """For `tells` of max_pool_backward: the first way that gives the learner's dX.

    It is asked of one image of one case before all.
    """
    given, leaf, _ = min(rows, key=lambda row: row[0]["X"].size)
    first = {"dout": given["dout"][:1, :1], "X": given["X"][:1, :1], "size": given["size"]}
    mine = leaf.actual[:1, :1]
    for way in WAYS:
        if np.all(close(mine, _landed(way, first), 1e-9)) and all(
            np.all(close(one.actual, _landed(way, g), 1e-9)) for g, one, _ in rows
        ):
            return _told(way)
    return None


def _told(way):
    who, row, column, amount, missing = way
    said, due = [], RIGHT[1]
    if who != RIGHT[0]:
        said.append(f"the blame of a window goes to its {who}, and the largest is due")
    for place, what, letters in ((row, "row", "iuv"), (column, "column", "jvu")):
        if place != due:
            names = dict(zip("iuv", letters, strict=True))
            told = place.format(**names), due.format(**names)
            said.append(f"the blame lands in {what} {told[0]}, where {told[1]} belongs")
    if amount != RIGHT[3]:
        said.append(f"what lands is {amount}, where dout of the window belongs")
    if missing:
        said.append(f"{missing} hands out nothing")
    letters = " (window (i, j), its largest at (u, v) inside)"
    if who != RIGHT[0]:
        letters = " (window (i, j), that pixel at (u, v) inside)"
    named = letters if row != due or column != due else ""
    return Fault(
        "lands-otherwise",
        f"In your dX {'; '.join(said)}{named}.",
        "Take window (1, 0) of one image: which of its pixels is the largest, in which row and "
        "column of the image does that one stand, and what has dX there?",
        f"{ONLY} {UPSTREAM}",
    )
