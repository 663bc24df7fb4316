"""masked_cross_entropy."""

import numpy as np

from bplab import nn
from bplab.exam import Case, Exercise, made
from bplab.exercises.other_formulas import other_formulas
from bplab.exercises.recurrent.sequences import CHAPTER

masked_cross_entropy = Exercise(
    "masked_cross_entropy",
    CHAPTER,
    nn.masked_cross_entropy,
    returns=("loss", "dscores"),
    points=2,
    shapes={"scores": "N T C", "y": "N T", "mask": "N T"},
    achieved="Sequences of different lengths can share a batch: what is padding has no say.",
)


@masked_cross_entropy.paper
def _(rng):
    for N, T, C in ((6, 5, 3), (7, 4, 5), (8, 3, 2)):
        mask = ragged(rng, N, T)
        mask = mask if C == 3 else mask.astype(int)
        yield {"scores": rng.normal(size=(N, T, C)), "y": rng.integers(0, C, (N, T)), "mask": mask}
    y = rng.integers(0, 3, (6, 4))
    scores = rng.normal(size=(6, 4, 3)) + 1e4 * rng.choice([-1.0, 1.0], (6, 4, 1))
    yield Case({"scores": scores, "y": y, "mask": ragged(rng, 6, 4)}, quiet=True)


def ragged(rng, N, T):
    """Masks that count differently many places in each sequence, holes in between."""
    while True:
        mask = (rng.random((N, T)) < 0.6).astype(float)
        counts = mask.sum(axis=1)
        if 0 < counts.min() < counts.max() and len(set(counts)) > 1 and mask.sum() < N * T - 2:
            return mask


def log_probabilities(scores, axis=-1):
    lowered = scores - scores.max(axis=axis, keepdims=True)
    return lowered - np.log(np.exp(lowered).sum(axis=axis, keepdims=True))


def entropy(
    loss=lambda own, mask: np.sum(own * mask) / mask.sum(),
    slope=lambda P, one_hot, mask: (P - one_hot) * mask[..., None] / mask.sum(),
    log_p=log_probabilities,
):
    def masked(scores, y, mask):
        logs, mask = log_p(scores), np.asarray(mask, dtype=float)
        one_hot = np.arange(scores.shape[-1]) == y[..., None]
        own = -np.sum(logs * one_hot, axis=-1)
        return float(loss(own, mask)), slope(np.exp(logs), one_hot, mask)

    return masked


MEAN = "Both are a mean over what counts: divide by the sum of the mask, the same number in both."
for _name, _changes, _observed, _look, _derive in (
    (
        "mask-ignored",
        {
            "loss": lambda own, mask: own.mean(),
            "slope": lambda P, one_hot, mask: (P - one_hot) / mask.size,
        },
        "The mask is not in it: all {N} times {T} places count in yours.",
        "Where does mask come into your loss?",
        MEAN,
    ),
    (
        "divided-by-all",
        {
            "loss": lambda own, mask: np.sum(own * mask) / mask.size,
            "slope": lambda P, one_hot, mask: (P - one_hot) * mask[..., None] / mask.size,
        },
        "Masked places add nothing, as they should, but they still count: you divide by {N} times "
        "{T}.",
        "If half of the places are masked, should the mean loss be halved?",
        MEAN,
    ),
    (
        "divided-by-examples",
        {
            "loss": lambda own, mask: np.sum(own * mask) / len(mask),
            "slope": lambda P, one_hot, mask: (P - one_hot) * mask[..., None] / len(mask),
        },
        "You divide by the {N} sequences, not by the places that count.",
        "How many terms does your sum have?",
        MEAN,
    ),
    (
        "divided-by-moments",
        {
            "loss": lambda own, mask: np.sum(own * mask) / mask.shape[1],
            "slope": lambda P, one_hot, mask: (P - one_hot) * mask[..., None] / mask.shape[1],
        },
        "You divide by the {T} moments, not by the places that count.",
        "How many terms does your sum have?",
        MEAN,
    ),
    (
        "sequence-by-sequence",
        {
            "loss": lambda own, mask: np.mean(np.sum(own * mask, 1) / mask.sum(1)),
            "slope": lambda P, one_hot, mask: (
                (P - one_hot) * (mask / mask.sum(1, keepdims=True))[..., None] / len(mask)
            ),
        },
        "You average each sequence over its own places, and then the sequences: a place in a short "
        "sequence counts for more.",
        "Does every place that counts have the same weight in your mean?",
        MEAN,
    ),
    (
        "not-divided",
        {
            "loss": lambda own, mask: np.sum(own * mask),
            "slope": lambda P, one_hot, mask: (P - one_hot) * mask[..., None],
        },
        "You sum over what counts; the mean is asked.",
        "By what is a sum divided to make a mean of it?",
        MEAN,
    ),
    (
        "slope-not-divided",
        {"slope": lambda P, one_hot, mask: (P - one_hot) * mask[..., None]},
        "{right: loss} dscores lacks the division that the mean brings.",
        "The loss is a mean. What does that do to its slope?",
        MEAN,
    ),
    (
        "slope-divided-by-all",
        {"slope": lambda P, one_hot, mask: (P - one_hot) * mask[..., None] / mask.size},
        "{right: loss} dscores is divided by all {N} times {T} places.",
        "By which number did you divide the loss?",
        MEAN,
    ),
    (
        "slope-not-masked",
        {"slope": lambda P, one_hot, mask: (P - one_hot) / mask.sum()},
        "{right: loss} dscores is not 0 at masked places.",
        "Does the loss change if a score at a masked place changes?",
        "What is not in the loss has the slope 0: the mask multiplies dscores, too.",
    ),
    (
        "slope-masked-at-the-label-only",
        {"slope": lambda P, one_hot, mask: (P - one_hot * mask[..., None]) / mask.sum()},
        "{right: loss} in dscores the mask multiplies the label alone: masked places hold "
        "their probabilities.",
        "Does the loss change if a score at a masked place changes?",
        "The mask multiplies all of P minus the one-hot label.",
    ),
    (
        "loss-sign",
        {"loss": lambda own, mask: -np.sum(own * mask) / mask.sum()},
        "The loss has the other sign: it is the mean of the logarithms themselves.",
        "Can a loss be negative? What is the sign of the logarithm of a probability?",
        "The loss is minus the mean of the logarithms.",
    ),
    (
        "sigmoid-slope-too",
        {
            "slope": lambda P, one_hot, mask: (
                (P - one_hot) * P * (1 - P) * mask[..., None] / mask.sum()
            )
        },
        "In dscores a factor P(1 - P) is multiplied in besides.",
        "Softmax and cross-entropy together: what is left of their slopes?",
        "P minus the one-hot label, masked, divided by the sum of the mask. Nothing else.",
    ),
    (
        "mask-inverted",
        {
            "loss": lambda own, mask: np.sum(own * (1 - mask)) / np.sum(1 - mask),
            "slope": lambda P, one_hot, mask: (
                (P - one_hot) * (1 - mask)[..., None] / np.sum(1 - mask)
            ),
        },
        "You count what is masked, and leave out what counts.",
        "What does a 1 in the mask mean: here it counts, or here it does not?",
        "mask is 1 where a place counts.",
    ),
    (
        "mask-inverted-divided-by-the-mask",
        {
            "loss": lambda own, mask: np.sum(own * (1 - mask)) / mask.sum(),
            "slope": lambda P, one_hot, mask: (P - one_hot) * (1 - mask)[..., None] / mask.sum(),
        },
        "You add up what is masked, and divide by how many places count.",
        "What does a 1 in the mask mean: here it counts, or here it does not?",
        "mask is 1 where a place counts.",
    ),
    (
        "softmax-over-time",
        {"log_p": lambda scores: log_probabilities(scores, axis=1)},
        "Your softmax runs over time: the probabilities of one place do not sum to 1.",
        "Over which axis do the classes lie?",
        "Each place has a distribution of its own, over the last axis.",
    ),
    (
        "softmax-over-all",
        {"log_p": lambda scores: log_probabilities(scores, axis=(1, 2))},
        "Your softmax runs over a whole sequence: the probabilities of one place do not sum to 1.",
        "Over which axis do the classes lie?",
        "Each place has a distribution of its own, over the last axis.",
    ),
    (
        "label-forgotten",
        {"slope": lambda P, one_hot, mask: P * mask[..., None] / mask.sum()},
        "{right: loss} dscores does not know the labels: it is the probabilities alone.",
        "What is the slope at the score of the right class, if its probability is 1?",
        "P minus the one-hot label, masked, divided by the sum of the mask.",
    ),
    (
        "sign",
        {"slope": lambda P, one_hot, mask: (one_hot - P) * mask[..., None] / mask.sum()},
        "{right: loss} dscores has the other sign everywhere.",
        "Should the loss fall or rise if the score of the right class rises?",
        "P minus the one-hot label, masked, divided by the sum of the mask.",
    ),
):
    masked_cross_entropy.mistake(_name, _observed, _look, _derive)(made(entropy, **_changes))


def _unguarded(scores):
    with np.errstate(all="ignore"):
        E = np.exp(scores)
        return np.log(E / E.sum(axis=-1, keepdims=True))


@masked_cross_entropy.mistake(
    "overflow",
    "For ordinary scores you are right; for scores of 10000 the exponential has no value.",
    "Softmax does not change if one number is taken from all scores of a place. Which one?",
    "Take the largest score of each place away first: then no exponential exceeds 1.",
)
def _(scores, y, mask):
    with np.errstate(all="ignore"):
        return entropy(log_p=_unguarded)(scores, y, mask)


other_formulas(
    masked_cross_entropy,
    "loss",
    (
        "padding-by-class",
        lambda scores, y, mask: entropy()(scores, y, y != 0)[0] if np.any(y) else 0.0,
        "You take class 0 for what does not count; mask is not in your loss.",
        "Which argument says what counts? Is 0 a class like the others?",
        MEAN,
    ),
    (
        "loss-sequence-by-sequence",
        lambda scores, y, mask: entropy(
            loss=lambda own, mask: np.mean((own * mask).sum(axis=1) / mask.sum(axis=1))
        )(scores, y, mask)[0],
        "Your loss is the mean of each sequence, and then the mean of these: a place in a short "
        "sequence counts more than one in a long sequence.",
        "If one sequence counts 2 places and another 5, how many numbers is the mean made of?",
        MEAN,
    ),
    (
        "scores-masked",
        lambda scores, y, mask: entropy(loss=lambda own, mask: own.mean())(
            scores * np.asarray(mask)[..., None], y, mask
        )[0],
        "You multiply the scores by the mask and average over all places: a masked place then "
        "answers with equal probabilities, and is counted.",
        "What does softmax make of scores that are all 0?",
        MEAN,
    ),
    (
        "scores-masked-divided-by-the-mask",
        lambda scores, y, mask: entropy(loss=lambda own, mask: own.sum() / mask.sum())(
            scores * np.asarray(mask)[..., None], y, mask
        )[0],
        "You multiply the scores by the mask and add up over all places: a masked place then "
        "answers with equal probabilities, and its log C is counted.",
        "What does softmax make of scores that are all 0?",
        MEAN + " The mask multiplies what each place costs, not its scores.",
    ),
    (
        "probabilities-masked",
        lambda scores, y, mask: entropy(
            loss=lambda own, mask: -np.mean(np.log(np.exp(-own) * mask + 1e-12))
        )(scores, y, mask)[0],
        "You multiply the probabilities by the mask before the logarithm: a masked place then "
        "costs as much as a probability of next to nothing.",
        "What is the logarithm of 0, or of 1e-12? What should a masked place cost?",
        MEAN + " The mask multiplies what each place costs, not its probability.",
    ),
    (
        "last-moment-only",
        lambda scores, y, mask: entropy()(scores[:, -1:], y[:, -1:], np.asarray(mask)[:, -1:])[0],
        "Only the last moment counts in yours.",
        "Which places does the mask let count?",
        MEAN,
    ),
)
