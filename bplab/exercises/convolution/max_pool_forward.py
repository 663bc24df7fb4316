"""Of every window the largest."""

import numpy as np

from bplab import nn
from bplab.exam import Exercise
from bplab.exercises.convolution.images import CHAPTER
from bplab.exercises.convolution.tiles import POOL_SIZES, moving, strided, tiles
from bplab.exercises.convolution.windows_read import of_pooled

max_pool_forward = Exercise(
    "max_pool_forward",
    CHAPTER,
    nn.max_pool_forward,
    returns="out",
    points=2,
    shapes={"X": "N C H W"},
    achieved="The picture shrinks and the strongest answers stay.",
)


@max_pool_forward.paper
def _(rng):
    for N, C, H, W, size in POOL_SIZES:
        X = rng.normal(size=(N, C, H, W)) - 0.5
        X[:, :, :size, :size] -= 5  # a window below zero: nothing may be larger than its pixels
        yield {"X": X, "size": size}


TILE = (
    "Place (i, j) looks at the rows from i * size up to (i + 1) * size and the columns from "
    "j * size up to (j + 1) * size: windows lie side by side and none overlap."
)
LARGEST = "Of the size x size numbers of a window the largest stays; the others are dropped."


def _over(reduce):
    return lambda X, size: reduce(tiles(X, size))


max_pool_forward.mistake(
    "averaged",
    "Yours is the mean of every window; the largest number is asked.",
    "Which of the numbers in a window should come out?",
    LARGEST,
)(_over(lambda T: T.mean(axis=(3, 5))))
max_pool_forward.mistake(
    "smallest",
    "Yours is the smallest number of every window.",
    "Which of the numbers in a window should come out?",
    LARGEST,
)(_over(lambda T: T.min(axis=(3, 5))))
max_pool_forward.mistake(
    "largest-in-size",
    "Yours is the number farthest from zero, without its sign.",
    "Of -3 and 1, which one is larger?",
    "Largest means largest: no absolute values, and no squares.",
)(_over(lambda T: abs(T).max(axis=(3, 5))))
max_pool_forward.mistake(
    "corner",
    "Yours is the upper left number of every window.",
    "Which of the numbers in a window should come out?",
    LARGEST,
)(_over(lambda T: T[:, :, :, 0, :, 0]))
max_pool_forward.mistake(
    "not-below-zero",
    "Where all numbers of a window are negative you answer 0; the largest of them belongs there.",
    "What does your search for the largest begin with?",
    "The largest of -3 and -1 is -1. Begin with a number of the window, or with minus infinity.",
)(_over(lambda T: T.max(axis=(3, 5)).clip(0)))
max_pool_forward.mistake(
    "summed",
    "Yours is the sum of every window.",
    "Which of the numbers in a window should come out?",
    LARGEST,
)(_over(lambda T: T.sum(axis=(3, 5))))


@max_pool_forward.mistake(
    "windows-overlap",
    "Your windows move by one pixel; they should lie side by side.",
    "Place (1, 0): which rows does it look at?",
    TILE,
)
def _(X, size):
    return moving(X, size).max(axis=(4, 5))


def _overlapping(axis):
    """Maxima of windows that move by one pixel along this axis, and by size along the other."""

    def forward(X, size):
        view = np.lib.stride_tricks.sliding_window_view(X, (size, size), axis=(2, 3))
        down, along = (1, size) if axis == 2 else (size, 1)
        largest = view[:, :, ::down, ::along].max(axis=(4, 5))
        return largest[:, :, : X.shape[2] // size, : X.shape[3] // size]

    return forward


for _name, _what, _other, _axis in (
    ("rows-overlap", "downwards", "along", 2),
    ("columns-overlap", "along", "downwards", 3),
):
    max_pool_forward.mistake(
        _name,
        f"Your windows move by one pixel {_what}, and by size {_other}; they should lie side by "
        "side.",
        "Place (1, 1): which rows does it look at, and which columns?",
        TILE,
    )(_overlapping(_axis))


@max_pool_forward.mistake(
    "scattered-windows",
    "Your windows are not squares: each takes pixels that lie H / size rows, or W / size columns, "
    "apart.",
    "If you reshape: the side H is cut into two axes. Which of them counts the windows, and which "
    "the rows inside one?",
    "Row i * size + u of the image is row u of window i. So the axis of the windows comes first, "
    "then that of the rows inside: (H / size, size).",
)
def _(X, size):
    return strided(X, size).max(axis=(2, 4))


@max_pool_forward.mistake(
    "rows-only",
    "Your windows shrink the image downwards only; it should shrink in both directions.",
    "How many columns belong to a window?",
    TILE,
)
def _(X, size):
    return tiles(X, size).max(axis=3).reshape(*X.shape[:2], -1, X.shape[3])


@max_pool_forward.mistake(
    "over-channels",
    "Your maximum runs over the {C} channels too: all channels of the result are alike.",
    "Does a channel ask the others which pixel is largest?",
    "Each channel is pooled by itself; N and C stay as they are.",
)
def _(X, size):
    return nn.max_pool_forward(X, size).max(axis=1, keepdims=True).repeat(X.shape[1], axis=1)


@max_pool_forward.mistake(
    "cut-in-reading-order",
    "Your windows are not squares: each takes {size} times {size} pixels that follow one another "
    "when the image is read line by line.",
    "If you reshape: the side H is cut into two axes. Where does the second of them stand?",
    "Each side is cut where it stands: H becomes (H / size, size), then W (W / size, size). A "
    "reshape never moves a number past another.",
)
def _(X, size):
    N, C, H, W = X.shape
    return X.reshape(N, C, H // size, W // size, size, size).max(axis=(4, 5))


@max_pool_forward.mistake(
    "first-column-of-windows",
    "Yours is the largest of each window's first column: its other columns are never looked at.",
    "How many columns belong to a window?",
    TILE,
)
def _(X, size):
    return tiles(X, size)[..., 0].max(axis=3)


max_pool_forward.mistake(
    "median",
    "Yours is the median of every window.",
    "Which of the numbers in a window should come out?",
    LARGEST,
)(_over(lambda T: np.median(T, axis=(3, 5))))
max_pool_forward.mistake(
    "other-corner",
    "Yours is the lower right number of every window.",
    "Which of the numbers in a window should come out?",
    LARGEST,
)(_over(lambda T: T[:, :, :, -1, :, -1]))

max_pool_forward.tells(of_pooled)
