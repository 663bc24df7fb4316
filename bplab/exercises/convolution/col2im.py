"""Windows back into images: im2col's own backward pass."""

import numpy as np

from bplab import nn
from bplab.exam import Exercise, made
from bplab.exercises.convolution import table_axes
from bplab.exercises.convolution.conv_output_side import conv_output_side
from bplab.exercises.convolution.images import CHAPTER, SIZES, result_sides, scattered

col2im = Exercise(
    "col2im",
    CHAPTER,
    nn.col2im,
    returns="X",
    points=3,
    shapes={},
    built_on=(conv_output_side,),
    achieved="Overlapping windows give their blame back to the pixels they share.",
)


@col2im.paper
def _(rng):
    for N, C, H, W, _, K, options in SIZES:
        rows, columns = result_sides(np.empty((1, 1, H, W)), K, **options)
        cols = rng.normal(size=(N * rows * columns, C * K * K))
        yield {"cols": cols, "shape": (N, C, H, W), "K": K, **options}


def _parts(cols, shape, K, stride, pad, order=None):
    """The table as windows (N, H', W', C, K, K), its axes read in another order if asked."""
    rows, columns = result_sides(np.empty((1, 1, *shape[2:])), K, stride, pad)
    axes = (shape[0], rows, columns, shape[1], K, K)
    if order is None:
        return cols.reshape(axes)
    back = np.argsort(order)
    return cols.reshape([axes[i] for i in order]).transpose(back)


def back_from(order=None, flip=False, **settings):
    """Images from the table, its axes read in another order, turned, or put back otherwise."""

    def col2im(cols, shape, K, stride=1, pad=0):
        done = {name: s(stride, pad) for name, s in settings.items()}
        parts = _parts(cols, shape, K, stride, pad, order)
        return scattered(parts[..., ::-1, ::-1] if flip else parts, shape, stride, pad, **done)

    return col2im


def _counts(shape, K, stride, pad):
    """How many windows each pixel lies in."""
    rows, columns = result_sides(np.empty((1, 1, *shape[2:])), K, stride, pad)
    return scattered(np.ones((shape[0], rows, columns, shape[1], K, K)), shape, stride, pad)


ADDED = (
    "A pixel that lies in several windows was copied several times. What is copied on the way up "
    "is added on the way down."
)
ORDER = (
    "The table is im2col's: rows by example, row, column of the place; columns by channel, row, "
    "column in the window."
)
CORNER = "The window at place (i, j) begins at row i * stride and column j * stride."

col2im.mistake(
    "overwritten",
    "A pixel that lies in several windows keeps only what the last of them brought.",
    "Is a window's share put in the place of what is there, or on top of it?",
    ADDED,
)(made(back_from, put=lambda s, p: "over"))
col2im.mistake(
    "stride-ignored",
    "Where stride is above 1 you put the windows back as if they had moved by one pixel.",
    "With stride 2: at which pixel did the second window begin?",
    CORNER,
)(made(back_from, step=lambda s, p: (1, 1)))
col2im.mistake(
    "stride-down-only",
    "You put the windows back with stride downwards, and with one pixel along.",
    "With stride 2: at which pixel did the second window of a row begin?",
    CORNER,
)(made(back_from, step=lambda s, p: (s, 1)))
col2im.mistake(
    "stride-along-only",
    "You put the windows back with stride along, and with one pixel downwards.",
    "With stride 2: at which row did the second row of windows begin?",
    CORNER,
)(made(back_from, step=lambda s, p: (1, s)))
col2im.mistake(
    "margin-cut-at-the-end",
    "You cut all of the margin off below and to the right: your image is moved down and right by "
    "pad.",
    "On which sides did the margin lie?",
    "Row r of the image is row r + pad of the padded one: pad rows go at the top, and pad at the "
    "bottom.",
)(made(back_from, before=lambda s, p: 0))
col2im.mistake(
    "margin-cut-at-the-start",
    "You cut all of the margin off above and to the left: your image is moved up and left by pad.",
    "On which sides did the margin lie?",
    "Row r of the image is row r + pad of the padded one: pad rows go at the top, and pad at the "
    "bottom.",
)(made(back_from, before=lambda s, p: 2 * p))
col2im.mistake(
    "channels-last",
    "You read your rows as if the channel changed fastest.",
    "Which weight of a filter does the second column of the table belong to?",
    ORDER,
)(made(back_from, order=(0, 1, 2, 4, 5, 3)))
col2im.mistake(
    "window-by-columns",
    "You put each window back column by column; its row in the table was read row by row.",
    "Which pixel does the second column of the table belong to: the one to the right, or the one "
    "below?",
    ORDER,
)(made(back_from, order=(0, 1, 2, 3, 5, 4)))
col2im.mistake(
    "places-by-columns",
    "You take the rows of the table as if they went down the image first.",
    "Which place of the image is the second row of the table?",
    ORDER,
)(made(back_from, order=(0, 2, 1, 3, 4, 5)))
col2im.mistake(
    "places-before-examples",
    "You take the rows of the table as if each place came for all images first.",
    "Which image is the second row of the table from?",
    ORDER,
)(made(back_from, order=(1, 2, 0, 3, 4, 5)))
col2im.mistake(
    "axes-not-moved",
    "You read the table as if channels came before places.",
    "Write the six axes of the windows beside the line that reshapes the table.",
    ORDER,
)(made(back_from, order=(0, 3, 1, 2, 4, 5)))
col2im.mistake(
    "window-flipped",
    "You put each window back turned by half a turn.",
    "Which pixel of the window does the first column of the table belong to?",
    ORDER,
)(made(back_from, flip=True))


@col2im.mistake(
    "averaged",
    "A pixel that lies in several windows gets the mean of what they bring, not the sum.",
    "Do you divide by the number of windows a pixel lies in?",
    ADDED,
)
def _(cols, shape, K, stride=1, pad=0):
    counts = np.maximum(_counts(shape, K, stride, pad), 1)
    return nn.col2im(cols, shape, K, stride, pad) / counts


@col2im.mistake(
    "margin-kept",
    "Your images still have their margin.",
    "Which shape is asked for?",
    "What was added to the margin belongs to no pixel: it is cut off, pad on each of the four "
    "sides.",
)
def _(cols, shape, K, stride=1, pad=0):
    N, C, H, W = shape
    parts = _parts(cols, shape, K, stride, pad)
    return scattered(parts, (N, C, H + 2 * pad, W + 2 * pad), stride, 0)


col2im.mistake(
    "first-window-kept",
    "A pixel that lies in several windows keeps only what the first of them brought.",
    "What happens when the second window comes to a pixel?",
    ADDED,
)(made(back_from, put=lambda s, p: "under"))
col2im.mistake(
    "places-behind-the-window",
    "You read the table as if channel and window came before the places.",
    "Write the six axes of the windows beside the line that reshapes the table.",
    ORDER,
)(made(back_from, order=(0, 3, 4, 5, 1, 2)))


@col2im.mistake(
    "nothing-left-without-margin",
    "Where pad is 0 nothing is left of your image: cutting from 0 to -0 leaves an empty array.",
    "What does a slice up to -pad mean when pad is 0?",
    "Cut by where the image begins and by how long it is: from pad to pad + H, and from pad to "
    "pad + W.",
)
def _(cols, shape, K, stride=1, pad=0):
    return nn.col2im(cols, shape, K, stride, pad)[:, :, : None if pad else 0, : None if pad else 0]


col2im.tells(table_axes.of_images)
