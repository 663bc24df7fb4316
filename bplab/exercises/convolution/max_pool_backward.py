"""Blame for the largest alone."""

import numpy as np

from bplab import nn
from bplab.exam import Exercise, Fault
from bplab.exercises.convolution.images import CHAPTER
from bplab.exercises.convolution.landing import UPSTREAM, lands_elsewhere
from bplab.exercises.convolution.tiles import POOL_SIZES, spread, strided, tiles
from bplab.exercises.convolution.windows_read import of_blame, of_shares

max_pool_backward = Exercise(
    "max_pool_backward",
    CHAPTER,
    nn.max_pool_backward,
    returns="dX",
    points=3,
    shapes={"dout": "N C H' W'", "X": "N C H W"},
    achieved="Blame goes to the pixel that won its window, and to no other.",
)


@max_pool_backward.paper
def _(rng):
    for N, C, H, W, size in POOL_SIZES:
        yield {
            "dout": rng.normal(size=(N, C, H // size, W // size)),
            "X": rng.normal(size=(N, C, H, W)) - 0.5,
            "size": size,
        }


def _winners(X, size, best=np.max):
    T = tiles(X, size)
    return (best(T, axis=(3, 5), keepdims=True) == T).reshape(X.shape)


ONLY = (
    "out = the largest of the window. Move any other pixel a little, and out stays as it is: its "
    "slope is 0. Move the largest, and out moves as much: its slope is 1."
)


def _wrong(name, observed, look, derive=ONLY):
    return max_pool_backward.mistake(name, observed, look, derive)


_wrong(
    "everyone-blamed",
    "Every pixel of a window gets the window's whole dout.",
    "If a pixel that was not the largest grows a little, what happens to the result?",
)(lambda dout, X, size: spread(dout, size))
_wrong(
    "shared-evenly",
    "Every pixel of a window gets an even share of its dout: that belongs to pooling by the mean.",
    "If a pixel that was not the largest grows a little, what happens to the result?",
)(lambda dout, X, size: spread(dout, size) / size**2)
_wrong(
    "upstream-ignored",
    "The largest pixels get 1, whatever arrives from above.",
    "Where does dout come in?",
    UPSTREAM,
)(lambda dout, X, size: _winners(X, size) * 1.0)
_wrong(
    "value-for-blame",
    "The largest pixels get their own value; dout of their window belongs there.",
    "Is it the pixel or its blame that is asked?",
    UPSTREAM,
)(lambda dout, X, size: _winners(X, size) * X)
_wrong(
    "value-times-blame",
    "The largest pixels get dout times their own value.",
    "By how much does the result move if its largest pixel moves by 0.1?",
    UPSTREAM,
)(lambda dout, X, size: _winners(X, size) * X * spread(dout, size))
_wrong(
    "smallest-blamed",
    "The smallest pixel of every window gets the blame.",
    "Which pixel came out of the forward pass?",
)(lambda dout, X, size: _winners(X, size, np.min) * spread(dout, size))
_wrong(
    "corner-blamed",
    "The upper left pixel of every window gets the blame.",
    "Which pixel came out of the forward pass?",
)(
    lambda dout, X, size: (
        spread(dout, size)
        * ~(np.arange(X.shape[2]) % size).astype(bool)[:, None]
        * ~(np.arange(X.shape[3]) % size).astype(bool)
    )
)
_wrong(
    "largest-of-all",
    "Only the largest pixel of a whole channel gets blame.",
    "With how many others does a pixel compete?",
    "Each window has its own largest pixel, and each of those gets its window's dout.",
)(lambda dout, X, size: (X.max(axis=(2, 3), keepdims=True) == X) * spread(dout, size))
_wrong(
    "positive-blamed",
    "Every pixel above 0 gets its window's dout: that is the slope of a ReLU.",
    "Which pixel came out of the forward pass?",
)(lambda dout, X, size: (X > 0) * spread(dout, size))


def _place_transposed(dout, X, size):
    turned = _winners(X, size).reshape(tiles(X, size).shape).swapaxes(3, 5)
    return turned.reshape(X.shape) * spread(dout, size)


_wrong(
    "place-transposed",
    "In every window the blame lands with row and column exchanged.",
    "How do you turn the number of the largest pixel, 0 to size * size - 1, into row and column?",
    "Counted along the rows, number k stands in row k // size and in column k % size.",
)(_place_transposed)


def _scattered(dout, X, size):
    T = strided(X, size)
    largest = T == T.max(axis=(2, 4), keepdims=True)
    return (largest * dout[:, :, None, :, None, :]).reshape(X.shape)


_wrong(
    "scattered-windows",
    "Your windows are not squares: each takes pixels that lie H / size rows, or W / size columns, "
    "apart.",
    "If you reshape: the side H is cut into two axes. Which of them counts the windows?",
    "Row i * size + u of the image is row u of window i: the axis of the windows comes first.",
)(_scattered)
_wrong(
    "tiled",
    "The right pixels have blame, but the blame of another window: dout was laid over the image "
    "again and again, where each of its numbers should be stretched over a window.",
    "What is [1, 2] stretched to length 4: 1, 1, 2, 2, or 1, 2, 1, 2?",
    "Window i covers the rows from i * size on: each number of dout is repeated size times before "
    "the next one comes.",
)(lambda dout, X, size: _winners(X, size) * np.tile(dout, (1, 1, size, size)))


def _without_the_corner(rows, columns):
    """Blame at its place in the window alone: where the window begins is not added to it."""

    def backward(dout, X, size):
        held = (_winners(X, size) * spread(dout, size)).reshape(tiles(X, size).shape)
        for axis, forgotten in ((2, rows), (4, columns)):
            if forgotten:
                first = np.zeros(held.shape)
                at = (slice(None),) * axis + (slice(0, 1),)
                first[at] = held.sum(axis=axis, keepdims=True)
                held = first
        return held.reshape(X.shape)

    return backward


for _name, _what, _rows, _columns in (
    ("place-in-the-window-alone", "rows and columns", True, True),
    ("row-in-the-window-alone", "rows", True, False),
    ("column-in-the-window-alone", "columns", False, True),
):
    _wrong(
        _name,
        f"All blame lands in the first {{size}} {_what} of an image: the place inside a window is "
        "there, and where its window begins is not.",
        "The largest pixel of window (i, j) stands in its row 1. Which row of the image is that?",
        "Window (i, j) begins at row i * size and column j * size; the place inside comes on top.",
    )(_without_the_corner(_rows, _columns))


def _tiled_pixels(dout, X, size):
    def laid(small):
        return np.tile(small, (1, 1, size, size))

    return (X == laid(tiles(X, size).max(axis=(3, 5)))) * laid(dout)


_wrong(
    "tiled-before-the-comparison",
    "Small maps are laid over the image again and again, where each number should be stretched over"
    " its window: a pixel is compared with the largest of another window.",
    "What is [1, 2] stretched to length 4: 1, 1, 2, 2, or 1, 2, 1, 2?",
    "Window i covers the rows from i * size on: each number is repeated size times before the next "
    "one comes.",
)(_tiled_pixels)


max_pool_backward.tells(of_blame)
max_pool_backward.tells(lands_elsewhere)
max_pool_backward.tells(of_shares)


@max_pool_backward.tells
def _(wrong, rows):
    """Who has blame, and how much: the two are told apart."""
    if _one_factor(rows):
        return None  # the general rules know what to say of a factor
    places, sums = True, True
    for given, leaf, _ in rows:
        winners = _winners(given["X"], given["size"])
        places = places and bool(np.all((leaf.actual != 0) == winners))
        sums = sums and np.allclose(
            tiles(leaf.actual, given["size"]).sum(axis=(3, 5)), given["dout"], rtol=1e-7
        )
    if places:
        return Fault(
            "blame-of-another-size",
            "The largest pixels have the blame, and nobody else; but how much they have is not "
            "their window's dout.",
            "Hold one window's dout beside what its largest pixel gets.",
            UPSTREAM,
        )
    if sums:
        return Fault(
            "blame-misplaced",
            "Every window hands out its dout in full, but not to its largest pixel alone.",
            "Take one window of X, find its largest pixel, and look where dX has its blame.",
            ONLY,
        )
    return None


def _one_factor(rows):
    ratios = [
        leaf.actual[leaf.expected != 0] / leaf.expected[leaf.expected != 0] for _, leaf, _ in rows
    ]
    ratios = np.concatenate(ratios)
    return ratios.all() and np.ptp(ratios) < 1e-6
