"""Drop units at random, and scale what is left."""

import numpy as np

from bplab import nn
from bplab.exam import Exercise, Fault, Rng, maker

dropout_forward = Exercise(
    "dropout_forward",
    "05_regularization",
    nn.dropout_forward,
    returns=("out", "mask"),
    points=2,
    shapes={"A": "N D"},
    credit=("out",),
    order=("mask",),  # out is made from it,
    achieved="Units drop out at random in training, and the scale stays what it is at test time.",
)


@dropout_forward.paper
def _(rng):
    for shape, keep_prob in [((8, 6), 0.8), ((30, 4), 0.5), ((7, 9), 0.3)]:
        A = rng.normal(size=shape) + 0.5
        seed = Rng(int(rng.integers(1, 2**31)))
        yield {"A": A, "keep_prob": keep_prob + float(rng.uniform(-0.05, 0.05)), "rng": seed}
    A = np.maximum(rng.normal(size=(9, 5)), 0)
    yield {"A": A, "keep_prob": 0.6, "rng": Rng(5), "train": True}
    yield {"A": rng.normal(size=(6, 4)), "keep_prob": 0.7, "rng": Rng(6), "train": False}


@maker
def _drop(mask, scale=lambda keep: 1 / keep, test=lambda A, keep: A):
    def forward(A, keep_prob, rng, train=True):
        if not train:
            return test(A, keep_prob), np.ones(A.shape)
        drawn = mask(A, keep_prob, rng)
        return A * drawn * scale(keep_prob), drawn

    return forward


def _kept(A, keep_prob, rng):
    return (rng.random(A.shape) < keep_prob).astype(float)


dropout_forward.mistake(
    "not-scaled",
    "The right units are dropped; what is left is keep_prob times what it should be.",
    "Compare the mean of A with the mean of your output. Should dropout change it?",
    "With a share keep_prob left, dividing by keep_prob keeps the expected value.",
)(_drop(_kept, scale=lambda keep: 1.0))


dropout_forward.mistake(
    "scaled-by-dropped",
    "The units that stay are scaled by 1 / (1 - keep_prob).",
    "Which share is left: keep_prob, or what it lacks of 1?",
    "keep_prob is the probability to keep. Divide by the share that is left.",
)(_drop(_kept, scale=lambda keep: 1 / (1 - keep)))


def _by_the_share_kept(A, keep_prob, rng, train=True):
    if not train:
        return A, np.ones(A.shape)
    mask = _kept(A, keep_prob, rng)
    return A * mask / np.mean(mask), mask


dropout_forward.mistake(
    "scaled-by-the-share-kept",
    "The right units are dropped, and the others are divided by the share that happened to stay, "
    "not by keep_prob.",
    "Is the number that you divide by the same in every call?",
    "keep_prob is the share that stays on average. The backward pass divides by it, too: one fixed "
    "factor in both passes.",
)(_by_the_share_kept)


dropout_forward.mistake(
    "mask-inverted",
    "You drop what should stay and keep what should go.",
    "Count the zeros in your mask at keep_prob = 0.8. How many should there be?",
    "A uniform number is below keep_prob with probability keep_prob: below means keep.",
)(_drop(lambda A, keep, rng: (rng.random(A.shape) > keep).astype(float)))


dropout_forward.mistake(
    "mask-scaled",
    "{right: out} the mask should hold 0 and 1 only, and yours holds the scaling as well.",
    "What will the backward pass divide by, and how often?",
    "The mask says who stayed. The factor 1 / keep_prob is applied apart from it, in both passes.",
)(
    lambda A, keep_prob, rng, train=True: (
        (A * (mask := _kept(A, keep_prob, rng) / keep_prob), mask)
        if train
        else (A, np.ones(A.shape))
    )
)


dropout_forward.mistake(
    "drops-at-test-time",
    "In training you are right; with train=False you still drop units.",
    "Call it twice with train=False: should a diagnosis depend on the dice?",
    "At test time all units work and nothing is scaled: the training pass has prepared for that.",
)(lambda A, keep_prob, rng, train=True: nn.dropout_forward(A, keep_prob, rng))


dropout_forward.mistake(
    "scaled-at-test-time",
    "In training you are right; with train=False you still scale.",
    "Which of the two passes carries the factor in inverted dropout?",
    "The division by keep_prob in training makes the test pass free: it gives A itself.",
)(_drop(_kept, test=lambda A, keep: A * keep))


dropout_forward.mistake(
    "one-mask-for-all",
    "Your mask drops whole columns: every example loses the same units.",
    "How many random numbers do you draw? How many entries has A?",
    "Each example draws its own mask: one number for every entry of A.",
)(
    _drop(
        lambda A, keep, rng: np.broadcast_to(
            (rng.random(A.shape[1]) < keep).astype(float), A.shape
        ).copy()
    )
)


dropout_forward.mistake(
    "drawn-down-the-columns",
    "Your mask holds the right draws in another order: they run down the columns, one after the "
    "other.",
    "Which index runs fastest where you draw, and which where rng.random(A.shape) does?",
    "rng.random fills an array row by row: the second number drawn stands beside the first, not "
    "below it.",
)(_drop(lambda A, keep, rng: (rng.random(A.shape[::-1]).T < keep).astype(float)))


dropout_forward.mistake(
    "normal-draws",
    "Far too few units are dropped: your random numbers are not uniform in [0, 1).",
    "Which distribution do you draw from, and how often is it below keep_prob?",
    "Only for a uniform number is the chance of falling below keep_prob equal to keep_prob.",
)(_drop(lambda A, keep, rng: (rng.normal(size=A.shape) < keep).astype(float)))


dropout_forward.mistake(
    "drops-and-keeps-swapped",
    "You keep a unit with probability 1 - keep_prob: about as many stay as should go.",
    "Count the ones in your mask at keep_prob = 0.8. How many should there be?",
    "A uniform number is below keep_prob with probability keep_prob: below means keep.",
)(_drop(lambda A, keep, rng: (rng.random(A.shape) < 1 - keep).astype(float)))


dropout_forward.mistake(
    "other-draws",
    "Your mask is not the one that the exercise's rule draws from this rng.",
    "How many numbers does the exercise draw, in which shape, and with what are they compared?",
    "One uniform number for each entry of A, in A's shape: it stays where its number is below "
    "keep_prob. Then a seed repeats an experiment for everyone.",
    when="mask",
)(_drop(lambda A, keep, rng: rng.binomial(1, keep, A.shape).astype(float)))


dropout_forward.mistake(
    "own-dice",
    "Two calls with the same rng gave different masks.",
    "Which generator do you draw from?",
    "Draw from the rng you are given: a seed then repeats an experiment exactly.",
    when="not-repeatable",
)(_drop(lambda A, keep, rng: (np.random.default_rng().random(A.shape) < keep).astype(float)))
dropout_forward.mistake(
    "no-mask-at-test-time",
    "In training you are right; with train=False the mask is None.",
    "What does the exercise ask for as the mask when nothing is dropped?",
    "At test time everyone stays: the mask holds ones, in the shape of A.",
)(
    lambda A, keep_prob, rng, train=True: (
        nn.dropout_forward(A, keep_prob, rng) if train else (A, None)
    )
)
dropout_forward.mistake(
    "nobody-at-test-time",
    "In training you are right; with train=False the mask says that everyone is dropped.",
    "What does a 0 in the mask mean, and who stays at test time?",
    "At test time everyone stays: the mask holds ones, in the shape of A.",
)(
    lambda A, keep_prob, rng, train=True: (
        nn.dropout_forward(A, keep_prob, rng) if train else (A, np.zeros(A.shape))
    )
)


@dropout_forward.tells
def _nobody_at_test_time(wrong, rows):
    """A mask of zeros where nothing is dropped, whatever else is off."""
    off = [(given, leaf) for given, leaf, _ in rows if not leaf.right]
    if wrong.name != "mask" or any(given["train"] or np.any(leaf.actual) for given, leaf in off):
        return None
    mistake = dropout_forward.mistakes["nobody-at-test-time"]
    return Fault(
        mistake.name,
        "With train=False your mask is all zeros: it says that everyone is dropped.",
        mistake.look,
        mistake.derive,
    )


@dropout_forward.tells
def _(wrong, rows):
    """Which of its three factors out lacks, where the mask is right."""
    if wrong.name != "out":
        return None
    for name, form, observed in (
        ("mask-forgotten", lambda A, m, k: A / k, "Your out is A / keep_prob: nothing is dropped."),
        ("input-forgotten", lambda A, m, k: m / k, "Your out is mask / keep_prob: A is not in it."),
    ):
        if all(
            leaf.right or _gives(form, given, leaf, leaves)
            for given, leaf, leaves in rows
            if given["train"]
        ):
            return Fault(
                name,
                observed,
                "Three things meet in out: A, the mask and keep_prob. What does each of them do?",
                "out = A * mask / keep_prob: the mask takes units away, the division makes up for "
                "them.",
            )
    return None


def _gives(form, given, leaf, leaves):
    mask = next(other.actual for other in leaves if other.name == "mask")
    return np.allclose(leaf.actual, form(given["A"], mask, given["keep_prob"]), rtol=1e-7)
