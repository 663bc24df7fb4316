"""Which number of its window stands in a pooled map, and which pixels of a window have blame."""

import math
from itertools import product

import numpy as np

from bplab.exam import Fault
from bplab.exercises.convolution.tiles import tiles

LOOK = "Take one window of X, write down its numbers, and find the one that came out."


def _flat(X, size):
    """The numbers of every window in one row: (windows, size * size)."""
    return tiles(X, size).swapaxes(3, 4).reshape(-1, size * size)


# Which of the numbers of a window are looked at, as a mask over (size, size).
PARTS = (
    ("those on its diagonal", lambda n: np.eye(n, dtype=bool)),
    ("those on its other diagonal", lambda n: np.eye(n, dtype=bool)[::-1]),
    ("its first row", lambda n: (np.arange(n) == 0)[:, None] & np.ones(n, dtype=bool)),
    ("its first column", lambda n: (np.arange(n) == 0)[None] & np.ones((n, 1), dtype=bool)),
    ("its last row", lambda n: (np.arange(n) == n - 1)[:, None] & np.ones(n, dtype=bool)),
    ("its last column", lambda n: (np.arange(n) == n - 1)[None] & np.ones((n, 1), dtype=bool)),
    ("all but its last row", lambda n: (np.arange(n) < n - 1)[:, None] & np.ones(n, dtype=bool)),
    ("all but its last column", lambda n: (np.arange(n) < n - 1) & np.ones((n, 1), dtype=bool)),
    (
        "all but its last row and column",
        lambda n: (np.arange(n) < n - 1)[:, None] & (np.arange(n) < n - 1),
    ),
    ("its first two rows and columns", lambda n: (np.arange(n) < 2)[:, None] & (np.arange(n) < 2)),
    ("all but its first number", lambda n: np.arange(n * n).reshape(n, n) > 0),
    ("all but its last number", lambda n: np.arange(n * n).reshape(n, n) < n * n - 1),
)
CHOICES = (
    ("the largest in absolute size, with its sign", lambda W: _at(W, np.abs(W).argmax(1))),
    ("the smallest in absolute size", lambda W: _at(W, np.abs(W).argmin(1))),
    ("the second largest", lambda W: np.sort(W, axis=1)[:, -2]),
    ("the mean of the two largest", lambda W: np.sort(W, axis=1)[:, -2:].mean(axis=1)),
    ("the last", lambda W: W[:, -1]),
    ("the one in the middle of the largest and the smallest", lambda W: (W.max(1) + W.min(1)) / 2),
    ("the root of the mean square", lambda W: np.sqrt((W**2).mean(1))),
    ("the mean over its rows of the largest of each", lambda W: _square(W).max(2).mean(1)),
    ("the sum over its rows of the largest of each", lambda W: _square(W).max(2).sum(1)),
    ("the mean over its columns of the largest of each", lambda W: _square(W).max(1).mean(1)),
    ("the sum over its columns of the largest of each", lambda W: _square(W).max(1).sum(1)),
    ("the largest minus the smallest", lambda W: W.max(1) - W.min(1)),
)


def _square(W):
    n = math.isqrt(W.shape[1])
    return W.reshape(-1, n, n)


def _at(W, k):
    return np.take_along_axis(W, k[:, None], 1)[:, 0]


def of_pooled(wrong, rows):
    """For `tells` of max_pool_forward."""
    cases = [(given["size"], _flat(given["X"], given["size"]), leaf) for given, leaf, _ in rows]
    if any(np.size(leaf.actual) != len(W) for _, W, leaf in cases):
        return None
    for words, choose in CHOICES:
        if all(np.allclose(choose(W), leaf.actual.ravel(), rtol=1e-9) for _, W, leaf in cases):
            return Fault("chosen-otherwise", f"Of every window you take {words}.", LOOK, LARGEST)
    for words, part in PARTS:
        if all(
            np.allclose(W[:, part(n).ravel()].max(1), leaf.actual.ravel()) for n, W, leaf in cases
        ):
            return Fault(
                "part-of-the-window",
                f"Yours is the largest of only a part of every window: {words}.",
                "Which pixels of a window does your code look at? Write down their rows and "
                "columns.",
                LARGEST,
            )
    n, W, leaf = next(case for case in cases if case[2] is wrong)
    mine = leaf.actual.ravel()
    inside = (mine[:, None] == W).any(axis=1)
    if inside.all():
        off = int(np.sum(mine != W.max(axis=1)))
        return Fault(
            "another-of-the-window",
            f"Each of your numbers stands in its window, but in {off} of {len(W)} windows it is "
            "not the largest.",
            LOOK,
            LARGEST,
        )
    return None


LARGEST = "Of the size x size numbers of a window the largest stays; the others are dropped."


def of_blame(wrong, rows):
    """For `tells` of max_pool_backward: which pixels have blame, if it is their window's dout."""
    cases = []
    for given, leaf, _ in rows:
        n = given["size"]
        D, W = _flat(leaf.actual, n), _flat(given["X"], n)
        cases.append((n, D, W, given["dout"].reshape(-1, 1)))
    if not all(np.all((D == 0) | np.isclose(D, dout, rtol=1e-9)) for _, D, _, dout in cases):
        return None
    for words, winners in WINNERS:
        if all(np.array_equal(D != 0, winners(W, n) & (dout != 0)) for n, D, W, dout in cases):
            return Fault("blamed-otherwise", f"In every window you blame {words}.", ASK, ONLY)
    several = np.concatenate([(D != 0).sum(axis=1) for _, D, *_ in cases])
    if several.max() > 1:
        share = np.mean(several > 1)
        return Fault(
            "several-blamed",
            f"Every pixel with blame has its window's dout; but in {share:.0%} of the windows more "
            f"than one pixel has it, up to {several.max()}.",
            ASK,
            ONLY,
        )
    return None


def of_shares(wrong, rows):
    """For `tells` of max_pool_backward: which pixels have a share of their window's dout."""
    cases = [
        (
            given["size"],
            _flat(leaf.actual, given["size"]),
            _flat(given["X"], given["size"]),
            given["dout"].reshape(-1, 1),
        )
        for given, leaf, _ in rows
    ]
    for (words, winners), (share, of) in product(WINNERS, SHARES.items()):
        if all(
            np.allclose(D, of(winners(W, n) + 0.0 * W, n) * dout, rtol=1e-9, atol=1e-12)
            for n, D, W, dout in cases
        ):
            return Fault("blame-shared", f"In every window you blame {words}, {share}.", ASK, ONLY)
    return None


SHARES = {
    "each with the window's dout divided by size * size": lambda mask, n: mask / n**2,
    "each with the window's dout divided by size": lambda mask, n: mask / n,
    "each with an even share of the window's dout": lambda mask, n: (
        mask / np.maximum(mask.sum(axis=1, keepdims=True), 1)
    ),
}


def _equal_to(best, axes):
    def winners(W, n):
        squares = W.reshape(-1, n, n)
        return (squares == best(squares, axis=axes, keepdims=True)).reshape(W.shape)

    return winners


_largest, _smallest = _equal_to(np.max, (1, 2)), _equal_to(np.min, (1, 2))


def _best_of_size(W, n):
    return np.abs(W) == np.abs(W).max(axis=1, keepdims=True)


WINNERS = (
    ("the largest pixel of each of its rows", _equal_to(np.max, 2)),
    ("the largest pixel of each of its columns", _equal_to(np.max, 1)),
    ("the pixel of largest absolute size", _best_of_size),
    (
        "the largest and the smallest pixel",
        lambda W, n: _equal_to(np.max, (1, 2))(W, n) | _equal_to(np.min, (1, 2))(W, n),
    ),
    ("every pixel above 0", lambda W, n: W > 0),
    ("every pixel above the window's mean", lambda W, n: W > W.mean(axis=1, keepdims=True)),
    ("every pixel but the largest", lambda W, n: W < W.max(axis=1, keepdims=True)),
    ("its last pixel", lambda W, n: np.arange(n * n) == n * n - 1 + 0 * W),
)
ASK = "Take one window of X: which of its pixels came out on the way up, and which have blame now?"
ONLY = (
    "out = the largest of the window. Move any other pixel a little, and out stays as it is: its "
    "slope is 0. Move the largest, and out moves as much: its slope is 1."
)
