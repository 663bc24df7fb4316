"""Every window as a row."""

import numpy as np

from bplab import nn
from bplab.exam import Exercise, made
from bplab.exercises.convolution import table_axes
from bplab.exercises.convolution.conv_output_side import conv_output_side
from bplab.exercises.convolution.images import CHAPTER, SIZES, flipped, windows

im2col = Exercise(
    "im2col",
    CHAPTER,
    nn.im2col,
    returns="cols",
    points=3,
    shapes={"X": "N C H W"},
    built_on=(conv_output_side,),
    achieved="Convolution has become one matrix product, which computers do fast.",
)


@im2col.paper
def _(rng):
    for N, C, H, W, _, K, options in SIZES:
        yield {"X": rng.normal(size=(N, C, H, W)), "K": K, **options}


def _rows(parts):
    """Windows (N, H', W', C, K, K) as a table, in the order of their axes."""
    return parts.reshape(len(parts) * parts.shape[1] * parts.shape[2], -1)


def table_of(order=None, flip=False, **settings):
    """The table with its windows' axes in another order, turned, or its windows cut otherwise."""

    def im2col(X, K, stride=1, pad=0):
        done = {name: s(stride, pad) for name, s in settings.items()}
        parts = windows(X, K, stride, pad, **done)
        parts = flipped(parts) if flip else parts
        shape = (np.prod(parts.shape[:3]), np.prod(parts.shape[3:]))
        return (parts if order is None else parts.transpose(order)).reshape(shape)

    return im2col


ROWS = (
    "Rows by example, then row, then column of the place: the first H' W' rows are the places of "
    "the first image, read like a page."
)
COLUMNS = (
    "Columns by channel, then row, then column in the window: the first K K of them are the first "
    "channel's square, read like a page. A filter laid flat has the same order."
)
CORNER = "The window at place (i, j) begins at row i * stride and column j * stride."

im2col.mistake(
    "channels-last",
    "In your rows the channel changes fastest; it should change slowest.",
    "Which {C} numbers stand first in your first row?",
    COLUMNS,
)(made(table_of, order=(0, 1, 2, 4, 5, 3)))
im2col.mistake(
    "window-by-columns",
    "In your rows each window is read column by column; it should be read row by row.",
    "Which pixel stands second in your first row: the one to the right, or the one below?",
    COLUMNS,
)(made(table_of, order=(0, 1, 2, 3, 5, 4)))
im2col.mistake(
    "places-by-columns",
    "Your rows go down the image first; they should go along it first.",
    "Which place of the image is your second row: the one to the right, or the one below?",
    ROWS,
)(made(table_of, order=(0, 2, 1, 3, 4, 5)))
im2col.mistake(
    "places-before-examples",
    "Your rows take the same place of all {N} images one after the other.",
    "Which image is your second row from?",
    ROWS,
)(made(table_of, order=(1, 2, 0, 3, 4, 5)))
im2col.mistake(
    "axes-not-moved",
    "Your windows are cut right, and then their axes were laid into rows in the order in which "
    "they came: channels before places.",
    "Write the six axes of your windows beside the line that reshapes. Which three make a row's "
    "number, which three a column's?",
    f"A reshape reads the axes in their order: first example, row, column of the place. {COLUMNS}",
)(made(table_of, order=(0, 3, 1, 2, 4, 5)))
im2col.mistake(
    "stride-ignored",
    "Where stride is above 1 your windows move by one pixel all the same, and there are as many "
    "of them as there should be.",
    "With stride 2: at which pixel does the second window begin?",
    CORNER,
)(made(table_of, step=lambda s, p: (1, 1)))
im2col.mistake(
    "stride-down-only",
    "Your windows move by stride downwards, and by one pixel along.",
    "With stride 2: at which pixel does the second window of a row begin?",
    CORNER,
)(made(table_of, step=lambda s, p: (s, 1)))
im2col.mistake(
    "stride-along-only",
    "Your windows move by stride along, and by one pixel downwards.",
    "With stride 2: at which row does the second row of windows begin?",
    CORNER,
)(made(table_of, step=lambda s, p: (1, s)))
im2col.mistake(
    "margin-at-the-end",
    "All of your margin of zeros lies below and to the right of the image.",
    "On which sides does pad put its zeros?",
    "pad zeros on each of the four sides.",
)(made(table_of, before=lambda s, p: 0))
im2col.mistake(
    "window-flipped",
    "In your rows each window is read backwards: its last pixel comes first.",
    "Which pixel of the window stands first in your first row?",
    COLUMNS,
)(made(table_of, flip=True))
im2col.mistake(
    "margin-at-the-start",
    "All of your margin of zeros lies above and to the left of the image.",
    "On which sides does pad put its zeros?",
    "pad zeros on each of the four sides: the image ends pad rows before the padded one does.",
)(made(table_of, before=lambda s, p: 2 * p))
im2col.mistake(
    "margin-goes-round",
    "Your margin holds the pixels of the opposite edge, as if the image went round; zeros belong "
    "there.",
    "What does your padding put outside of the image?",
    "Outside there is no ink: zeros.",
)(made(table_of, fill=lambda s, p: "wrap"))
im2col.mistake(
    "margin-not-zero",
    "Your margin repeats the pixels at the edge; zeros belong there.",
    "What does your padding put outside of the image?",
    "Outside there is no ink: zeros.",
)(made(table_of, fill=lambda s, p: "edge"))
im2col.mistake(
    "margin-mirrored",
    "Your margin mirrors the pixels near the edge; zeros belong there.",
    "What does your padding put outside of the image?",
    "Outside there is no ink: zeros.",
)(made(table_of, fill=lambda s, p: "reflect"))


@im2col.mistake(
    "table-transposed",
    "Your table lies on its side: a column for every window.",
    "Which axis of the table does the product with the filters sum over?",
    "A row for every place, a column for every weight of a filter: (N H' W', C K K).",
)
def _(X, K, stride=1, pad=0):
    return nn.im2col(X, K, stride, pad).T


@im2col.mistake(
    "pad-ignored",
    "Your table holds the windows of the image without its margin of zeros.",
    "How many places has a window of 3 in a row of 5 pixels with pad 1?",
    "pad zeros are put on all four sides first; then (side + 2 pad - K) / stride + 1 places.",
)
def _(X, K, stride=1, pad=0):
    return _rows(windows(X, K, stride, 0))


@im2col.mistake(
    "stride-nowhere",
    "Your table holds every place of the window; with stride above 1 places are left out.",
    "How many places are left of a row of 9 if every other one is skipped?",
    CORNER,
)
def _(X, K, stride=1, pad=0):
    return nn.im2col(X, K, 1, pad)


@im2col.mistake(
    "tiles",
    "Your windows lie side by side; they should overlap wherever stride is below K.",
    "By how many pixels does the window move from one place to the next?",
    CORNER,
)
def _(X, K, stride=1, pad=0):
    return _rows(windows(X, K, K, pad))


@im2col.mistake(
    "last-places-missing",
    "The last place in each direction is missing: your windows stop one place too early, below and "
    "on the right.",
    "A row of 5 pixels and a window of 3: at which pixels may it begin?",
    "The last window begins at side + 2 pad - K, and that place counts: (side + 2 pad - K) / "
    "stride moves, and one place before the first of them.",
)
def _(X, K, stride=1, pad=0):
    return _rows(windows(X, K, stride, pad)[:, :-1, :-1])


im2col.tells(table_axes.of_table)
