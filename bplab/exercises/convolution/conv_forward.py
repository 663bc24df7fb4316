"""A filter at every place."""

import numpy as np

from bplab import nn
from bplab.exam import Exercise, made
from bplab.exercises.convolution.conv_output_side import conv_output_side
from bplab.exercises.convolution.images import (
    CHAPTER,
    SIZES,
    biases,
    filtered,
    flipped,
    turned,
    windows,
)
from bplab.exercises.taken_apart import taken_apart

conv_forward = Exercise(
    "conv_forward",
    CHAPTER,
    nn.conv_forward,
    returns="Z",
    points=4,
    shapes={"X": "N C H W", "W": "F C K K", "b": "F"},
    built_on=(conv_output_side,),
    achieved="One small set of weights looks at every place of a picture.",
)


@conv_forward.paper
def _(rng):
    for N, C, H, W, F, K, options in SIZES:
        yield {
            "X": rng.normal(size=(N, C, H, W)),
            "W": rng.normal(size=(F, C, K, K)),
            "b": biases(rng, F),
            **options,
        }


def _convolved(X, W, b, stride=1, pad=0, shown=None, weights=lambda W: W, bias=1.0, **settings):
    """The forward pass with one step done otherwise."""
    parts = windows(X, W.shape[-1], stride, pad, **settings)
    parts = shown(parts) if shown else parts
    return filtered(parts, weights(W)) + bias * b[:, None, None]


def convolved_otherwise(**settings):
    """The forward pass with other settings, each a function of (X, W, stride, pad)."""

    def conv_forward(X, W, b, stride=1, pad=0):
        done = {name: s(X, W, stride, pad) for name, s in settings.items()}
        return _convolved(X, W, b, stride, pad, **done)

    return conv_forward


PLACE = (
    "Z at place (i, j) looks at the rows from i * stride and the columns from j * stride, K of "
    "each, of the image with its margin of zeros."
)
SUM = (
    "Z[n, f, i, j] is b[f] plus the sum, over all channels c and all K x K places (u, v) of the "
    "window, of pixel times weight."
)

conv_forward.mistake(
    "filter-flipped",
    "Your filters lie on the image turned by half a turn: right is left and bottom is top.",
    "Which weight meets the pixel in the upper left corner of a window?",
    "Here nothing is flipped: W[f, c, 0, 0] meets the upper left pixel. (Mathematics calls the "
    "flipped one convolution, and ours cross-correlation.)",
)(made(convolved_otherwise, weights=lambda *_: flipped))
conv_forward.mistake(
    "filter-transposed",
    "Rows and columns of your filters have changed places.",
    "Which weight meets the pixel to the right of the upper left one?",
    "W[f, c, u, v] meets the pixel u rows below and v columns to the right of the corner.",
)(made(convolved_otherwise, weights=lambda *_: turned))
conv_forward.mistake(
    "stride-ignored",
    "Where stride is above 1 your windows move by one pixel all the same, and there are as many "
    "of them as there should be.",
    "With stride 2: which rows of the image does the second row of Z look at?",
    PLACE,
)(made(convolved_otherwise, step=lambda *_: (1, 1)))
conv_forward.mistake(
    "stride-down-only",
    "Your windows move by stride downwards, and by one pixel along.",
    "With stride 2: which columns of the image does the second column of Z look at?",
    PLACE,
)(made(convolved_otherwise, step=lambda X, W, s, p: (s, 1)))
conv_forward.mistake(
    "stride-along-only",
    "Your windows move by stride along, and by one pixel downwards.",
    "With stride 2: which rows of the image does the second row of Z look at?",
    PLACE,
)(made(convolved_otherwise, step=lambda X, W, s, p: (1, s)))
conv_forward.mistake(
    "margin-at-the-end",
    "All of your margin of zeros lies below and to the right of the image; above and to the left "
    "there is none.",
    "On which sides does pad put its zeros?",
    "pad zeros on each of the four sides: row r of the image is row r + pad of the padded one.",
)(made(convolved_otherwise, before=lambda *_: 0))
conv_forward.mistake(
    "margin-at-the-start",
    "All of your margin of zeros lies above and to the left of the image; below and to the right "
    "there is none.",
    "On which sides does pad put its zeros?",
    "pad zeros on each of the four sides: the image ends pad rows before the padded one does.",
)(made(convolved_otherwise, before=lambda X, W, s, p: 2 * p))
conv_forward.mistake(
    "margin-goes-round",
    "Your margin holds the pixels of the opposite edge, as if the image went round; zeros belong "
    "there.",
    "What does your padding put outside of the image?",
    "Outside there is no ink: zeros.",
)(made(convolved_otherwise, fill=lambda *_: "wrap"))
conv_forward.mistake(
    "margin-not-zero",
    "Your margin repeats the pixels at the edge; zeros belong there.",
    "What does your padding put outside of the image?",
    "Outside there is no ink: zeros.",
)(made(convolved_otherwise, fill=lambda *_: "edge"))
conv_forward.mistake(
    "bias-forgotten",
    "b is missing everywhere.",
    "What would Z be if all weights were 0?",
    "Every filter adds its own b[f] at every place.",
)(made(convolved_otherwise, bias=lambda *_: 0.0))
conv_forward.mistake(
    "bias-subtracted",
    "b is subtracted everywhere.",
    "What would Z be if all weights were 0?",
    "Every filter adds its own b[f] at every place.",
)(made(convolved_otherwise, bias=lambda *_: -1.0))
conv_forward.mistake(
    "bias-for-each-channel",
    "b is added {C} times: once for each of the {C} channels.",
    "Is b added inside a loop over channels?",
    SUM,
)(made(convolved_otherwise, bias=lambda X, W, s, p: X.shape[1]))
conv_forward.mistake(
    "bias-for-each-weight",
    "b is added once for each weight of a filter.",
    "Is b added inside the sum over the window?",
    SUM,
)(made(convolved_otherwise, bias=lambda X, W, s, p: W[0].size))
conv_forward.mistake(
    "first-channel-only",
    "Only the first of the {C} channels has a say in Z.",
    "A filter is a block of {C} squares of weights. What do the other squares look at?",
    SUM,
)(
    made(
        convolved_otherwise,
        shown=lambda *_: lambda parts: parts * (np.arange(parts.shape[3]) < 1)[:, None, None],
    )
)
conv_forward.mistake(
    "last-channel-only",
    "Only the last of the {C} channels has a say in Z.",
    "What becomes of a channel's sum when the next channel comes?",
    SUM,
)(
    made(
        convolved_otherwise,
        shown=lambda *_: (
            lambda parts: parts * (np.arange(parts.shape[3]) == parts.shape[3] - 1)[:, None, None]
        ),
    )
)
conv_forward.mistake(
    "channels-averaged",
    "You took the mean over the {C} channels: the sums over the window are 1/{C} of what they "
    "should be.",
    "Which operation brings the channels together?",
    SUM,
)(made(convolved_otherwise, weights=lambda X, *_: lambda W: W / X.shape[1]))
conv_forward.mistake(
    "window-averaged",
    "You took the mean over the window, not the sum.",
    "Does the formula divide by the number of pixels under the filter?",
    SUM,
)(made(convolved_otherwise, weights=lambda *_: lambda W: W / W[0].size))

conv_forward.mistake(
    "filters-cut-across",
    "Your filters are laid flat by a reshape to (-1, F): its columns are no filters, but numbers "
    "that lie F apart.",
    "Which axis of W comes first, and which number follows W[0, 0, 0, 0] in memory?",
    "First one row for each filter, (F, C K K), and then the table is turned.",
)(
    made(
        convolved_otherwise,
        weights=lambda *_: lambda W: W.reshape(-1, len(W)).T.reshape(W.shape),
    )
)
conv_forward.mistake(
    "windows-channels-last",
    "Your windows are laid flat with the channel changing fastest, your filters with the column.",
    "Which weight does the second number of a window meet?",
    "Both are laid flat in one order: channel, row, column.",
)(
    made(
        convolved_otherwise,
        shown=lambda *_: lambda parts: parts.transpose(0, 1, 2, 4, 5, 3).reshape(parts.shape),
    )
)


@conv_forward.mistake(
    "pad-ignored",
    "Your Z is that of the image without its margin of zeros.",
    "How large should Z be for a 5 x 5 image, K = 3 and pad 1?",
    "pad zeros are put on all four sides first; each side of Z is (side + 2 pad - K) / stride + 1.",
)
def _(X, W, b, stride=1, pad=0):
    return _convolved(X, W, b, stride, 0)


@conv_forward.mistake(
    "stride-nowhere",
    "Your Z has a number for every place of the window; with stride above 1 places are left out.",
    "How many places are left of a row of 9 if every other one is skipped?",
    PLACE,
)
def _(X, W, b, stride=1, pad=0):
    return _convolved(X, W, b, 1, pad)


@conv_forward.mistake(
    "filters-last",
    "The numbers are right; your Z has its filters on the last axis.",
    "Write the order of the four axes beside the line that makes Z.",
    "Images are (N, C, H, W), and Z is the next layer's image: (N, F, H', W').",
)
def _(X, W, b, stride=1, pad=0):
    return nn.conv_forward(X, W, b, stride, pad).transpose(0, 2, 3, 1)


@conv_forward.mistake(
    "last-place-missing",
    "The last row and the last column of Z are missing.",
    "A window as large as the image: at how many places does it stand?",
    "(side + 2 pad - K) / stride is the number of moves; the first place comes on top.",
)
def _(X, W, b, stride=1, pad=0):
    return nn.conv_forward(X, W, b, stride, pad)[:, :, :-1, :-1]


@conv_forward.mistake(
    "places-mixed",
    "The numbers of Z are right, and they stand at the wrong places: the rows of your table were "
    "cut into the shape of Z without asking what they are.",
    "A row of the table is a place of an image. Which axes does it give when it is cut up?",
    "The product is (N H' W', F). Cut its rows first, into (N, H', W', F), and then move the last "
    "axis to the second place.",
)
def _(X, W, b, stride=1, pad=0):
    Z = nn.conv_forward(X, W, b, stride, pad)
    return Z.transpose(0, 2, 3, 1).reshape(Z.shape)


taken_apart(
    conv_forward,
    "Z",
    lambda X, W, b, stride, pad: {
        "the sum over the windows": nn.conv_forward(X, W, 0 * b, stride, pad),
        "b": b[:, None, None] + 0 * nn.conv_forward(X, W, b, stride, pad),
    },
    "How often does each of the two come in, and is it divided by anything?",
    SUM,
    alike=False,
)
