"""Send the gradient back through the same units."""

import numpy as np

from bplab import nn
from bplab.exam import Exercise
from bplab.exercises.other_formulas import other_formulas

dropout_backward = Exercise(
    "dropout_backward",
    "05_regularization",
    nn.dropout_backward,
    returns="dA",
    points=2,
    shapes={"dout": "N D"},
    achieved="Blame reaches only the units that took part.",
)


@dropout_backward.paper
def _(rng):
    for shape, keep in [((8, 6), 0.8), ((9, 4), 0.55), ((7, 5), 0.3), ((6, 6), 0.6)]:
        keep_prob = keep + float(rng.uniform(-0.05, 0.05))
        mask = (rng.random(shape) < keep_prob).astype(float)
        yield {"dout": rng.normal(size=shape), "mask": mask, "keep_prob": keep_prob}


@dropout_backward.mistake(
    "not-scaled",
    "dA is exactly keep_prob times what it should be.",
    "Which factors did the forward pass apply? Does your backward pass repeat them all?",
    "out = A * mask / keep_prob, so dA = dout * mask / keep_prob.",
)
def _(dout, mask, keep_prob):
    return dout * mask


@dropout_backward.mistake(
    "mask-forgotten",
    "Units that were dropped get a gradient.",
    "Can a unit that said nothing be blamed?",
    "Where the mask is 0 the output did not depend on A: its derivative there is 0.",
)
def _(dout, mask, keep_prob):
    return dout / keep_prob


@dropout_backward.mistake(
    "passed-through",
    "You passed dout on as it came, as if nothing had been dropped.",
    "What did the forward pass do to each entry?",
    "Every factor of the forward pass comes back as a factor: the mask and 1 / keep_prob.",
)
def _(dout, mask, keep_prob):
    return dout.copy()


@dropout_backward.mistake(
    "scaled-the-other-way",
    "dA is exactly keep_prob squared times what it should be: you multiply where one divides.",
    "Which way did the forward pass scale?",
    "The derivative of A / keep_prob is 1 / keep_prob: the same factor again, not its inverse.",
)
def _(dout, mask, keep_prob):
    return dout * mask * keep_prob


@dropout_backward.mistake(
    "mask-inverted",
    "Exactly the dropped units get a gradient, and those that worked get none.",
    "Is the mask 1 where a unit stayed, or where it went?",
    "1 means kept. Multiply by the mask, not by what it lacks of 1.",
)
def _(dout, mask, keep_prob):
    return dout * (1 - mask) / keep_prob


@dropout_backward.mistake(
    "scaled-by-dropped",
    "The right units get a gradient, scaled by 1 / (1 - keep_prob).",
    "Which share is left: keep_prob, or what it lacks of 1?",
    "Repeat the factor of the forward pass, 1 / keep_prob.",
)
def _(dout, mask, keep_prob):
    return dout * mask / (1 - keep_prob)


@dropout_backward.mistake(
    "fresh-mask",
    "You drew a new mask: other units are silenced on the way back than on the way forward.",
    "Which units were missing when this output was made?",
    "The same mask, both ways: that is why the forward pass hands it over.",
    when="not-repeatable",
)
def _(dout, mask, keep_prob):
    return dout * (np.random.default_rng().random(dout.shape) < keep_prob) / keep_prob


@dropout_backward.mistake(
    "upstream-ignored",
    "Your answer does not change with dout: it is the local slope alone.",
    "What arrives from above?",
    "Chain rule: the local factor mask / keep_prob times the gradient that arrives.",
)
def _(dout, mask, keep_prob):
    return mask / keep_prob


other_formulas(
    dropout_backward,
    "dA",
    *(
        (
            name,
            form,
            observed,
            "Write the forward pass for one entry: out = A * mask / keep_prob. What is its slope?",
            "The slope of one entry is mask / keep_prob: dout times the mask, over keep_prob.",
        )
        for name, form, observed in (
            (
                "mask-added",
                lambda dout, mask, keep_prob: dout + mask / keep_prob,
                "You added mask / keep_prob to dout where it multiplies.",
            ),
            (
                "share-added",
                lambda dout, mask, keep_prob: dout * mask + 1 / keep_prob,
                "You added 1 / keep_prob where it multiplies.",
            ),
            (
                "mask-from-dout",
                lambda dout, mask, keep_prob: dout * (dout > 0) / keep_prob,
                "Your mask is taken from the sign of dout; the mask of the forward pass is not in "
                "it.",
            ),
            (
                "one-row",
                lambda dout, mask, keep_prob: dout * mask[0] / keep_prob,
                "You used the first row of the mask for all examples.",
            ),
            (
                "share-counted",
                lambda dout, mask, keep_prob: dout * mask / mask.mean(),
                "You divided by the share of ones in this mask, not by keep_prob.",
            ),
        )
    ),
)
