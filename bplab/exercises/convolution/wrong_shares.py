"""Wrong ways to bring the blame of every place back to weights and pixels."""

from bplab.exercises.convolution.images import (
    scattered,
    weight_shares,
    window_shares,
    windows,
)

PIXELS = (
    "A window sends back, to each of its K x K pixels, the weight that met it there times dout of "
    "that place, added over the filters. A pixel lies in several windows and collects from all."
)


def _all(*both):
    return both


def weights(
    dout, X, W, stride=1, pad=0, turn=lambda dW: dW, examples=_all, places=_all, **settings
):
    """dW by other settings of `windows`, each a function of (stride, pad).

    examples, places : which windows and which blame count, of (windows, dout)
    """
    done = {name: s(stride, pad) for name, s in settings.items()}
    parts = windows(X, W.shape[-1], stride, pad, **done)
    return turn(weight_shares(*places(*examples(parts, dout))))


def pixels(dout, X, W, stride=1, pad=0, turn=lambda W: W, filters=_all, **settings):
    """dX by other settings of `scattered`, each a function of (stride, pad).

    filters : which of them send something back, of (dout, W)
    """
    done = {name: s(stride, pad) for name, s in settings.items()}
    return scattered(window_shares(*filters(dout, turn(W))), X.shape, stride, pad, **done)
