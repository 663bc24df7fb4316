"""The blame of every place, brought back to pixels, weights and biases."""

import numpy as np

from bplab import nn
from bplab.exam import Exercise, made
from bplab.exercises.convolution.conv_output_side import conv_output_side
from bplab.exercises.convolution.images import (
    CHAPTER,
    SIZES,
    flipped,
    result_sides,
    scattered,
    turned,
    window_shares,
    windows,
)
from bplab.exercises.convolution.wrong_shares import PIXELS, pixels, weights

conv_backward = Exercise(
    "conv_backward",
    CHAPTER,
    nn.conv_backward,
    returns=("dX", "dW", "db"),
    points=6,
    shapes={"dout": "N F H' W'", "X": "N C H W", "W": "F C K K"},
    order=("db", "dW", "dX"),
    built_on=(conv_output_side,),
    achieved="Shared weights gather their blame from every place where they were used.",
)


@conv_backward.paper
def _(rng):
    for N, C, H, W, F, K, options in SIZES:
        X = rng.normal(size=(N, C, H, W))
        yield {
            "dout": rng.normal(size=(N, F, *result_sides(X, K, **options))),
            "X": X,
            "W": rng.normal(size=(F, C, K, K)),
            **options,
        }


def _wrong(part, name, observed, look, derive):
    return conv_backward.mistake(name, observed, look, derive, part=part)


def weights_of(**settings):
    """dW made by other settings of `weights`."""
    return lambda dout, X, W, stride=1, pad=0: weights(dout, X, W, stride, pad, **settings)


def pixels_of(**settings):
    """dX made by other settings of `pixels`."""
    return lambda dout, X, W, stride=1, pad=0: pixels(dout, X, W, stride, pad, **settings)


# --- db -----------------------------------------------------------------------------------------

BIAS = (
    "b[f] is added to Z[n, f, i, j] for every example n and every place (i, j). What is used at "
    "many places collects from all of them."
)

_wrong(
    "db",
    "bias-averaged",
    "db is exactly 1/{N} of what it should be.",
    "dout already carries the 1/N of the mean loss. What is left to do?",
    f"{BIAS} A sum, no further division.",
)(lambda dout, X, W, stride=1, pad=0: dout.sum(axis=(2, 3)).mean(axis=0))
_wrong(
    "db",
    "bias-averaged-over-places",
    "In db the places are averaged, where they should be added.",
    "How many places use the bias b[f]? And does each of them carry its whole share of the blame?",
    f"{BIAS} A sum over all three axes, no mean.",
)(lambda dout, X, W, stride=1, pad=0: dout.mean(axis=(2, 3)).sum(axis=0))
_wrong(
    "db",
    "bias-mean-of-all",
    "db is the mean of dout over examples and places; their sum belongs there.",
    "dout already carries the 1/N of the mean loss. What is left to do?",
    f"{BIAS} A sum over all three axes, no mean.",
)(lambda dout, X, W, stride=1, pad=0: dout.mean(axis=(0, 2, 3)))
_wrong(
    "db",
    "bias-places-kept",
    "db has a number for every place; a filter has one bias for all of them.",
    "Which letters of Z[n, f, i, j] does b[f] not have?",
    BIAS,
)(lambda dout, X, W, stride=1, pad=0: dout.sum(axis=0))
_wrong(
    "db",
    "bias-examples-kept",
    "db has a row for every example; a filter has one bias for all of them.",
    "Which letters of Z[n, f, i, j] does b[f] not have?",
    BIAS,
)(lambda dout, X, W, stride=1, pad=0: dout.sum(axis=(2, 3)))
_wrong(
    "db",
    "bias-summed-to-one",
    "db is a single number; there should be one for each of the {F} filters.",
    "Over which axes of dout do you sum? One of the four must stay.",
    BIAS,
)(lambda dout, X, W, stride=1, pad=0: dout.sum())
_wrong(
    "db",
    "bias-one-example",
    "db is that of the last example alone.",
    "Is db put in place, or added to, from one example to the next?",
    BIAS,
)(lambda dout, X, W, stride=1, pad=0: dout[-1].sum(axis=(1, 2)))
_wrong(
    "db",
    "bias-one-place",
    "db is that of the last place alone.",
    "Is db put in place, or added to, from one place to the next?",
    BIAS,
)(lambda dout, X, W, stride=1, pad=0: dout[:, :, -1, -1].sum(axis=0))

# --- dW -----------------------------------------------------------------------------------------

WEIGHTS = (
    "Z[n, f, i, j] holds W[f, c, u, v] times the pixel (i * stride + u, j * stride + v) of channel "
    "c in the padded image. So dW[f, c, u, v] adds dout times that pixel over all n, i, j."
)

_wrong(
    "dW",
    "weights-averaged",
    "dW is exactly 1/{N} of what it should be.",
    "dout already carries the 1/N of the mean loss. What else does dW need?",
    f"{WEIGHTS} No division.",
)(lambda dout, X, W, stride=1, pad=0: nn.conv_backward(dout, X, W, stride, pad)[1] / len(X))
_wrong(
    "dW",
    "weights-averaged-over-places",
    "dW is divided by the number of places; it should be a sum over them.",
    "Every place that uses a weight has its share in it. Are shares averaged, or added?",
    f"{WEIGHTS} No division.",
)(
    lambda dout, X, W, stride=1, pad=0: (
        nn.conv_backward(dout, X, W, stride, pad)[1] / dout[0, 0].size
    )
)
_wrong(
    "dW",
    "weights-flipped",
    "Each filter's dW is turned by half a turn.",
    "Which pixel of a window did the weight W[f, c, 0, 0] meet?",
    WEIGHTS,
)(made(weights_of, turn=flipped))
_wrong(
    "dW",
    "weights-transposed",
    "In dW rows and columns of each filter have changed places.",
    "Which pixel of a window did the weight W[f, c, 0, 1] meet?",
    WEIGHTS,
)(made(weights_of, turn=turned))
_wrong(
    "dW",
    "weights-stride-ignored",
    "dW takes its windows as if they had moved by one pixel, whatever stride says.",
    "With stride 2: which pixels did the second place look at?",
    WEIGHTS,
)(made(weights_of, step=lambda s, p: (1, 1)))
_wrong(
    "dW",
    "weights-margin-at-the-end",
    "dW takes its windows from the image without the margin above and to the left: they begin pad "
    "rows and columns too late.",
    "Where does the first window lie: in X, or in X with its margin?",
    WEIGHTS,
)(made(weights_of, before=lambda s, p: 0))
_wrong(
    "dW",
    "weights-margin-not-zero",
    "dW takes its windows from an image whose margin repeats the pixels at the edge.",
    "What stands outside of the image: on the way up, and in your way back?",
    WEIGHTS,
)(made(weights_of, fill=lambda s, p: "edge"))
_wrong(
    "dW",
    "weights-of-last-place",
    "dW is that of the last place alone.",
    "Is dW put in place, or added to, from one place to the next?",
    WEIGHTS,
)(made(weights_of, places=lambda parts, dout: (parts[:, -1:, -1:], dout[:, :, -1:, -1:])))
_wrong(
    "dW",
    "weights-of-last-window",
    "dW is that of one window alone: the last place of the last example.",
    "Is dW put in place, or added to, in the innermost of your loops?",
    WEIGHTS,
)(made(weights_of, places=lambda parts, dout: (parts[-1:, -1:, -1:], dout[-1:, :, -1:, -1:])))
_wrong(
    "dW",
    "weights-of-last-example",
    "dW is that of the last example alone.",
    "Is dW put in place, or added to, from one example to the next?",
    WEIGHTS,
)(made(weights_of, examples=lambda parts, dout: (parts[-1:], dout[-1:])))
_wrong(
    "dW",
    "weights-channels-added",
    "In dW all channels have the same numbers: the sum over channels.",
    "Does the weight W[f, 0, u, v] ever meet a pixel of channel 1?",
    WEIGHTS,
)(
    lambda dout, X, W, stride=1, pad=0: np.repeat(
        nn.conv_backward(dout, X, W, stride, pad)[1].sum(axis=1, keepdims=True), X.shape[1], axis=1
    )
)

# --- dX -----------------------------------------------------------------------------------------


_wrong(
    "dX",
    "pixels-overwritten",
    "A pixel that lies in several windows keeps only the share that the last of them sends.",
    "Is a window's share put in the place of what is there, or on top of it?",
    PIXELS,
)(made(pixels_of, put=lambda s, p: "over"))
_wrong(
    "dX",
    "pixels-last-share",
    "A pixel keeps only the share that was sent to it last: that of the last filter, from the last "
    "window it lies in.",
    "Is a share put in the place of what is there, or on top of it, in the innermost of your "
    "loops?",
    PIXELS,
)(
    made(
        pixels_of,
        put=lambda s, p: "over",
        filters=lambda dout, W: (dout[:, -1:], W[-1:]),
    )
)
_wrong(
    "dX",
    "pixels-for-weights",
    "In dX the window's own pixels are multiplied by dout; its weights belong there.",
    "Which line of yours makes dW, and which dX? What did W do to a pixel on the way up?",
    PIXELS,
)(
    lambda dout, X, W, stride=1, pad=0: scattered(
        dout.sum(axis=1)[:, :, :, None, None, None] * windows(X, W.shape[-1], stride, pad),
        X.shape,
        stride,
        pad,
    )
)
_wrong(
    "dX",
    "pixels-flipped",
    "In dX the filters are turned by half a turn.",
    "Go back to one window: which weight met its upper left pixel?",
    f"{PIXELS} (If you slide a filter over a padded dout instead, it has to be turned by half a "
    "turn for that.)",
)(made(pixels_of, turn=flipped))
_wrong(
    "dX",
    "pixels-transposed",
    "In dX rows and columns of each filter have changed places.",
    "Go back to one window: which weight met the pixel to the right of the upper left one?",
    PIXELS,
)(made(pixels_of, turn=turned))
_wrong(
    "dX",
    "pixels-stride-ignored",
    "dX puts its windows back as if they had moved by one pixel, whatever stride says.",
    "With stride 2: at which pixel did the second window begin?",
    PIXELS,
)(made(pixels_of, step=lambda s, p: (1, 1)))
_wrong(
    "dX",
    "margin-kept",
    "Your dX still has its margin.",
    "Which shape has X?",
    "What is sent to the margin belongs to no pixel: it is cut off, pad on each of the four sides.",
)(
    lambda dout, X, W, stride=1, pad=0: scattered(
        window_shares(dout, W),
        (*X.shape[:2], X.shape[2] + 2 * pad, X.shape[3] + 2 * pad),
        stride,
        0,
    )
)
_wrong(
    "dX",
    "margin-cut-at-the-end",
    "You cut all of dX's margin off below and to the right: your dX is moved down and right by "
    "pad.",
    "On which sides did the margin lie?",
    "Row r of the image is row r + pad of the padded one: pad rows go at the top, and pad at the "
    "bottom.",
)(made(pixels_of, before=lambda s, p: 0))
_wrong(
    "dX",
    "nothing-left-without-margin",
    "Where pad is 0 nothing is left of your dX: cutting from 0 to -0 leaves an empty array.",
    "What does a slice up to -pad mean when pad is 0?",
    "Cut by where the image begins and by how long it is: from pad to pad + H, and from pad to "
    "pad + W.",
)(
    lambda dout, X, W, stride=1, pad=0: pixels(dout, X, W, stride, pad)[
        :, :, : None if pad else 0, : None if pad else 0
    ]
)
_wrong(
    "dX",
    "first-filter-only",
    "dX holds the blame of the first of the {F} filters only.",
    "How many filters looked at each pixel?",
    PIXELS,
)(made(pixels_of, filters=lambda dout, W: (dout[:, :1], W[:1])))
_wrong(
    "dX",
    "last-filter-only",
    "dX holds the blame of the last of the {F} filters only.",
    "What becomes of one filter's share when the next one comes?",
    PIXELS,
)(made(pixels_of, filters=lambda dout, W: (dout[:, -1:], W[-1:])))
_wrong(
    "dX",
    "channels-alike",
    "In dX all channels have the same numbers: the filters were added up over their channels.",
    "Which square of weights of a filter lay on channel 0?",
    PIXELS,
)(
    lambda dout, X, W, stride=1, pad=0: np.repeat(
        pixels(dout, X, W, stride, pad).sum(axis=1, keepdims=True), X.shape[1], axis=1
    )
)

# --- more than one ------------------------------------------------------------------------------


@conv_backward.mistake(
    "averaged-again",
    "dW and db are exactly 1/{N} of what they should be, and your batch has {N} images.",
    "Count the divisions by N on the way from the loss. Who made the first one?",
    "The 1/N of the mean comes in once, at the loss, and dout carries it. Every layer below only "
    "multiplies and adds.",
)
def _(dout, X, W, stride=1, pad=0):
    dX, dW, db = nn.conv_backward(dout, X, W, stride, pad)
    return dX, dW / len(X), db / len(X)


def _from_table(by_filter):
    """All three from dout as a table (F, N H' W'), made by `by_filter`."""

    def solution(dout, X, W, stride=1, pad=0):
        table, K = by_filter(dout), W.shape[-1]
        cols = nn.im2col(X, K, stride, pad)
        dX = nn.col2im(table.T @ W.reshape(len(W), -1), X.shape, K, stride, pad)
        return dX, (table @ cols).reshape(W.shape), table.sum(axis=1)

    return solution


conv_backward.mistake(
    "axes-not-moved",
    "dout was cut into rows of filters as it lies in memory: but there the examples come first, "
    "and each of your rows holds numbers of several filters.",
    "dout is (N, F, H', W'). Which axis must come first before it is cut into F rows?",
    "Move the axes first, dout.transpose(1, 0, 2, 3), then reshape: a row for each filter, by "
    "example, row, column of the place, as in im2col's table.",
)(_from_table(lambda dout: dout.reshape(dout.shape[1], -1)))
conv_backward.mistake(
    "examples-last",
    "{right: db} in the rows of your dout the examples run fastest; in the rows of the table "
    "from im2col they run slowest, so that blame meets the windows of other images.",
    "Which place of which example is the second column of your dout, and the second row of cols?",
    "im2col's rows go by example, then row, then column of the place: the columns of dout must, "
    "too, dout.transpose(1, 0, 2, 3).",
)(_from_table(lambda dout: dout.transpose(1, 2, 3, 0).reshape(dout.shape[1], -1)))


@conv_backward.mistake(
    "weights-first",
    "You return dW where dX belongs, and dX where dW belongs.",
    "In which order does the exercise ask for them?",
    "First dX, then dW, then db: the order of the arguments X and W.",
)
def _(dout, X, W, stride=1, pad=0):
    dX, dW, db = nn.conv_backward(dout, X, W, stride, pad)
    return dW, dX, db
