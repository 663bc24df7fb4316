"""Margins and strides that are right along one direction of an image and wrong along the other."""

from bplab.exam import made
from bplab.exercises.convolution.col2im import back_from, col2im
from bplab.exercises.convolution.conv_backward import (
    WEIGHTS,
    conv_backward,
    pixels_of,
    weights_of,
)
from bplab.exercises.convolution.conv_forward import conv_forward, convolved_otherwise
from bplab.exercises.convolution.im2col import im2col, table_of
from bplab.exercises.convolution.wrong_shares import PIXELS, pixels, weights

# A margin that is wrong along one side alone: the name, what is seen, `before` of windows.
ONE_SIDE = (
    (
        "below",
        "Of the margin above and below the image, all of yours lies below; left and right it is as "
        "it should be.",
        lambda p: (0, p),
    ),
    (
        "above",
        "Of the margin above and below the image, all of yours lies above; left and right it is as "
        "it should be.",
        lambda p: (2 * p, p),
    ),
    (
        "to-the-right",
        "Of the margin left and right of the image, all of yours lies to the right; above and "
        "below it is as it should be.",
        lambda p: (p, 0),
    ),
    (
        "to-the-left",
        "Of the margin left and right of the image, all of yours lies to the left; above and below "
        "it is as it should be.",
        lambda p: (p, 2 * p),
    ),
)
ONE_SIDE_REPEATED = (
    (
        "rows-repeated",
        "Above and below the image your margin repeats the pixels at the edge; zeros belong there, "
        "as you have them left and right.",
        ("edge", "constant"),
    ),
    (
        "columns-repeated",
        "Left and right of the image your margin repeats the pixels at the edge; zeros belong "
        "there, as you have them above and below.",
        ("constant", "edge"),
    ),
)
# What is cut off again on the way back, wrong along one side alone.
ONE_SIDE_CUT = (
    (
        "rows-cut-below",
        "Above and below, you cut all of the margin off below: your image is moved down by pad; "
        "left and right it is cut right.",
        lambda p: (0, p),
    ),
    (
        "rows-cut-above",
        "Above and below, you cut all of the margin off above: your image is moved up by pad; left "
        "and right it is cut right.",
        lambda p: (2 * p, p),
    ),
    (
        "columns-cut-to-the-right",
        "Left and right, you cut all of the margin off to the right: your image is moved to the "
        "right by pad; above and below it is cut right.",
        lambda p: (p, 0),
    ),
    (
        "columns-cut-to-the-left",
        "Left and right, you cut all of the margin off to the left: your image is moved to the "
        "left by pad; above and below it is cut right.",
        lambda p: (p, 2 * p),
    ),
)
FOUR_SIDES = "How many zeros does each of the four sides get?"
PADDED = (
    "pad zeros on each of the four sides: row r of the image is row r + pad of the padded one, and "
    "so for its columns."
)
OUTSIDE = "What stands outside of the image, on each of its four sides?"
NO_INK = "Outside there is no ink: zeros."
CUT = "On which of its four sides did the image have its margin, and how much on each?"

for _name, _observed, _before in ONE_SIDE:
    conv_forward.mistake(f"margin-all-{_name}", _observed, FOUR_SIDES, PADDED)(
        made(convolved_otherwise, before=lambda X, W, s, p, of=_before: of(p))
    )
    im2col.mistake(f"margin-all-{_name}", _observed, FOUR_SIDES, PADDED)(
        made(table_of, before=lambda s, p, of=_before: of(p))
    )
    conv_backward.mistake(
        f"weights-margin-all-{_name}",
        f"dW takes its windows from an image with another margin. {_observed}",
        FOUR_SIDES,
        WEIGHTS,
        part="dW",
    )(made(weights_of, before=lambda s, p, of=_before: of(p)))
for _name, _observed, _fill in ONE_SIDE_REPEATED:
    conv_forward.mistake(f"margin-{_name}", _observed, OUTSIDE, NO_INK)(
        made(convolved_otherwise, fill=lambda *_, fill=_fill: fill)
    )
    im2col.mistake(f"margin-{_name}", _observed, OUTSIDE, NO_INK)(
        made(table_of, fill=lambda s, p, fill=_fill: fill)
    )
for _name, _observed, _before in ONE_SIDE_CUT:
    col2im.mistake(f"margin-of-{_name}", _observed, CUT, PADDED)(
        made(back_from, before=lambda s, p, of=_before: of(p))
    )
    conv_backward.mistake(f"margin-of-{_name}", _observed, CUT, PADDED, part="dX")(
        made(pixels_of, before=lambda s, p, of=_before: of(p))
    )


def stepped(step):
    """All three gradients with windows that move otherwise."""

    def solution(dout, X, W, stride=1, pad=0):
        return (
            pixels(dout, X, W, stride, pad, step=step),
            weights(dout, X, W, stride, pad, step=step),
            dout.sum(axis=(0, 2, 3)),
        )

    return solution


STEPS = (
    ("ignored", "by one pixel", lambda s, p: (1, 1)),
    ("down-only", "by stride downwards, and by one pixel along", lambda s, p: (s, 1)),
    ("along-only", "by stride along, and by one pixel downwards", lambda s, p: (1, s)),
)
for _name, _words, _step in STEPS:
    conv_backward.mistake(
        f"stride-{_name}",
        f"{{right: db}} dW and dX take their windows as if they had moved {_words}.",
        "With stride 2: at which pixel did the second window begin?",
        "Place (i, j) looked at the rows from i * stride and the columns from j * stride: forward, "
        "and so backward.",
    )(stepped(_step))
for _name, _words, _step in STEPS[1:]:
    conv_backward.mistake(
        f"weights-stride-{_name}",
        f"dW takes its windows as if they had moved {_words}.",
        "With stride 2: which pixels did the second place of a row look at, and which the first "
        "place of the second row?",
        WEIGHTS,
        part="dW",
    )(made(weights_of, step=_step))
    conv_backward.mistake(
        f"pixels-stride-{_name}",
        f"dX puts its windows back as if they had moved {_words}.",
        "With stride 2: at which pixel did the second window of a row begin, and at which the "
        "first window of the second row?",
        PIXELS,
        part="dX",
    )(made(pixels_of, step=_step))
