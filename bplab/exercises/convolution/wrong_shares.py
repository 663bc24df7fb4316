"""Wrong ways to bring the blame of every place back to weights and pixels."""

from bplab.exercises.convolution.images import (
    flipped,
    scattered,
    weight_shares,
    window_shares,
    windows,
)

PIXELS = (
    "A window sends back, to each of its K x K pixels, the weight that met it there times dout of "
    "that place, added over the filters. A pixel lies in several windows and collects from all."
)


def weights(dout, X, W, stride=1, pad=0, turn=lambda dW: dW, **settings):
    """dW by other settings of `windows`, each a function of (stride, pad)."""
    made = {name: s(stride, pad) for name, s in settings.items()}
    return turn(weight_shares(windows(X, W.shape[-1], stride, pad, **made), dout))


def pixels(dout, X, W, stride=1, pad=0, turn=lambda W: W, **settings):
    """dX by other settings of `scattered`, each a function of (stride, pad)."""
    made = {name: s(stride, pad) for name, s in settings.items()}
    return scattered(window_shares(dout, turn(W)), X.shape, stride, pad, **made)


# Two slips in one dX: (name, function of the arguments, observed, look, derive).
TWO_AT_ONCE = tuple(
    (
        f"pixels-{name}",
        lambda dout, X, W, stride, pad, settings=settings: pixels(
            dout, X, W, stride, pad, **settings
        ),
        observed,
        "Take one image of one channel, 3 x 3, one filter of 2 x 2, and do dX by hand.",
        PIXELS,
    )
    for name, settings, observed in (
        (
            "flipped-and-overwritten",
            {"turn": flipped, "put": lambda s, p: "over"},
            "Two things at once in dX: the filters are turned by half a turn, and a pixel "
            "keeps only what the last window sends.",
        ),
        (
            "stride-and-overwritten",
            {"step": lambda s, p: (1, 1), "put": lambda s, p: "over"},
            "Two things at once in dX: the windows move by one pixel whatever stride says, "
            "and a pixel keeps only what the last window sends.",
        ),
        (
            "flipped-and-stride",
            {"turn": flipped, "step": lambda s, p: (1, 1)},
            "Two things at once in dX: the filters are turned by half a turn, and the windows "
            "move by one pixel whatever stride says.",
        ),
        (
            "margin-and-overwritten",
            {"before": lambda s, p: 0, "put": lambda s, p: "over"},
            "Two things at once in dX: the margin is cut off on two sides only, and a pixel "
            "keeps only what the last window sends.",
        ),
    )
)
