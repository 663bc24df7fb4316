"""Chapter 5: regularization."""

import copy
import math
import re

import numpy as np

from bplab import nn
from bplab.exam import Exercise, Fault, Rng
from bplab.exam.signatures import number, plain_formula
from bplab.exercises._other_formulas import other_formulas

CHAPTER = "05_regularization"
BATCH = {"X": "N D", "dout": "N D", "gamma": "D", "beta": "D"}


def _uniform(rng, low, high):
    return float(rng.uniform(low, high))


def _network(rng, widths):
    """Parameters with biases that are not zero."""
    return [
        (rng.normal(size=(n, m)) / math.sqrt(n), rng.uniform(0.3, 1.0, m) * rng.choice([-1, 1], m))
        for n, m in zip(widths[:-1], widths[1:], strict=True)
    ]


# --- weight decay -------------------------------------------------------------------------------

l2_penalty = Exercise("l2_penalty", CHAPTER, nn.l2_penalty, returns="penalty", points=1)


@l2_penalty.paper
def _(rng):
    for widths in [(3, 5, 2), (4, 6, 3, 2), (2, 7)]:
        yield {"params": _network(rng, widths), "lam": _uniform(rng, 0.05, 0.9)}
    yield {"params": _network(rng, (3, 4, 2)), "lam": 0.0}


@l2_penalty.mistake(
    "no-half",
    "Your penalty is exactly twice what it should be.",
    "Which factor stands before the sum in the table of conventions?",
    "lam / 2 * sum of W**2: the half is there so that the gradient becomes lam * W.",
)
def _(params, lam):
    return 2 * nn.l2_penalty(params, lam)


@l2_penalty.mistake(
    "biases-too",
    "Your penalty counts the biases as well: it is larger than that of the weights alone.",
    "Set every weight to 0 in your mind: what should the penalty be then?",
    "A large bias bends nothing; only weights make a function steep. The sum runs over W only.",
)
def _(params, lam):
    return lam / 2 * sum(np.sum(W**2) + np.sum(b**2) for W, b in params)


@l2_penalty.mistake(
    "absolute-values",
    "You summed absolute values: that is the L1 penalty.",
    "What does the 2 in L2 stand for?",
    "Squares: a weight of 3 costs nine times as much as a weight of 1.",
)
def _(params, lam):
    return lam / 2 * sum(np.sum(np.abs(W)) for W, _ in params)


@l2_penalty.mistake(
    "rooted",
    "You took the root: that is the norm of the weights, not its square.",
    "Is a norm asked, or a sum of squares?",
    "The penalty is lam / 2 times the squared norm; no root anywhere.",
)
def _(params, lam):
    return lam / 2 * math.sqrt(sum(np.sum(W**2) for W, _ in params))


@l2_penalty.mistake(
    "square-of-sum",
    "You summed first and squared afterwards: weights of opposite sign cancel.",
    "What should the penalty of the weights +1 and -1 be?",
    "Square every single weight, then add.",
)
def _(params, lam):
    return lam / 2 * sum(np.sum(W) ** 2 for W, _ in params)


@l2_penalty.mistake(
    "first-layer-only",
    "You counted only the first layer.",
    "How many weight matrices does params hold?",
    "The sum runs over all layers.",
)
def _(params, lam):
    return lam / 2 * float(np.sum(params[0][0] ** 2))


@l2_penalty.mistake(
    "mean-of-squares",
    "You averaged the squares; the penalty adds them up.",
    "Does the definition divide by the number of weights?",
    "lam / 2 * sum(W**2): a sum over all weights, added to the mean loss as it is.",
)
def _(params, lam):
    squares = np.concatenate([W.ravel() ** 2 for W, _ in params])
    return lam / 2 * squares.mean()


@l2_penalty.mistake(
    "last-layer-only",
    "You counted only the last layer: each layer's sum replaced the one before.",
    "What is left of the first layer's squares when your loop has ended?",
    "The sum runs over all layers: each adds to what is there already.",
)
def _(params, lam):
    return lam / 2 * float(np.sum(params[-1][0] ** 2))


@l2_penalty.mistake(
    "lam-ignored",
    "Your penalty is the same whatever lam says.",
    "What should the penalty be at lam = 0?",
    "lam sets the price of a large weight: it multiplies the whole sum.",
)
def _(params, lam):
    return nn.l2_penalty(params, 1.0)


def _total(of, with_biases=False, only_biases=False):
    """lam times the sum of a function of each array."""

    def penalty(params, lam):
        arrays = [b if only_biases else W for W, b in params]
        arrays += [b for _, b in params] if with_biases else []
        return lam * sum(of(array) for array in arrays)

    return penalty


def _no_more(factor, of, **which):
    return lambda params, lam: factor * _total(of, **which)(params, lam)


NO_HALF = "And the half before the sum is missing."
other_formulas(
    l2_penalty,
    "penalty",
    *(
        (name, _no_more(factor, of, **which), f"{observed}{more}", look, derive)
        for factor, more in ((0.5, ""), (1.0, f" {NO_HALF}"), (0.25, " And it is halved twice."))
        for name, of, which, observed, look, derive in (
            (
                "biases-too",
                lambda a: np.sum(a**2),
                {"with_biases": True},
                "Your penalty counts the biases as well.",
                "Set every weight to 0 in your mind: what should the penalty be then?",
                "lam / 2 * sum of W**2, over the weights only: a large bias bends nothing.",
            ),
            (
                "biases-only",
                lambda a: np.sum(a**2),
                {"only_biases": True},
                "Your penalty counts the biases, and not the weights.",
                "Which of the two in each pair do you square?",
                "Each pair is (W, b): the sum runs over the squares in W only.",
            ),
            (
                "not-squared",
                np.sum,
                {},
                "You summed the weights as they are: positive and negative ones cancel.",
                "What should the penalty of the weights +1 and -1 be?",
                "lam / 2 * sum of W**2: square every single weight, then add.",
            ),
            (
                "absolute-values",
                lambda a: np.sum(np.abs(a)),
                {},
                "You summed absolute values: that is the L1 penalty.",
                "What does the 2 in L2 stand for?",
                "Squares: a weight of 3 costs nine times as much as a weight of 1.",
            ),
            (
                "absolute-values",
                lambda a: np.sum(np.abs(a)),
                {"with_biases": True},
                "You summed absolute values, of weights and biases: that is an L1 penalty.",
                "What does the 2 in L2 stand for? And which arrays does the sum run over?",
                "lam / 2 * sum of W**2: squares, over the weights only.",
            ),
            (
                "cubes",
                lambda a: np.sum(a**3),
                {},
                "You summed third powers, which can be negative.",
                "Which exponent does the penalty have?",
                "lam / 2 * sum of W**2: squares.",
            ),
            (
                "sum-of-norms",
                np.linalg.norm,
                {},
                "You summed the norms of the layers: each layer's sum of squares has its root "
                "taken.",
                "Does the definition hold a root?",
                "lam / 2 * sum of W**2: sums of squares, as they are.",
            ),
            (
                "largest-direction",
                lambda a: np.linalg.norm(a, 2) ** 2,
                {},
                "You squared each matrix's largest singular value, not its entries.",
                "Which norm does your function take of a matrix if it is asked for 2?",
                "Every entry of W counts: lam / 2 * sum of W**2 over all rows and columns.",
            ),
            (
                "mean-of-squares",
                lambda a: np.mean(a**2),
                {},
                "You averaged the squares of each layer; the penalty adds them up.",
                "Does the definition divide by the number of weights?",
                "lam / 2 * sum(W**2): a sum over all weights, added to the mean loss as it is.",
            ),
            (
                "mean-over-one-axis",
                lambda a: np.sum(a**2) / len(a),
                {},
                "You divided each layer's sum of squares by the number of its rows.",
                "Is there a mean, or a division by a length, where a sum belongs?",
                "lam / 2 * sum(W**2): a sum over all rows and columns of W.",
            ),
            (
                "mean-over-one-axis",
                lambda a: np.sum(a**2) / a.shape[1],
                {},
                "You divided each layer's sum of squares by the number of its columns.",
                "Is there a mean, or a division by a length, where a sum belongs?",
                "lam / 2 * sum(W**2): a sum over all rows and columns of W.",
            ),
            (
                "matrix-product",
                lambda a: np.sum(a.T @ a),
                {},
                "You multiplied W by its own transpose as matrices: columns met other columns.",
                "Which product takes each entry by itself?",
                "W**2 squares entry by entry; its sum is the trace of W.T @ W, not the sum.",
            ),
        )
    ),
    (
        "divided-by-layers",
        lambda params, lam: nn.l2_penalty(params, lam) / len(params),
        "You divided by the number of layers.",
        "Does the definition hold a mean over layers?",
        "The sums of all layers are added up, and nothing is divided but by the 2.",
    ),
    (
        "last-layer-missing",
        lambda params, lam: nn.l2_penalty(params[:-1], lam),
        "The last layer is not in your sum.",
        "Where does your loop end?",
        "The sum runs over all layers, the last one included.",
    ),
    (
        "largest-layer-only",
        lambda params, lam: max(nn.l2_penalty([layer], lam) for layer in params),
        "Only the layer with the largest sum counts in yours.",
        "How do you put the layers' sums together?",
        "They are added.",
    ),
    (
        "whole-numbers",
        lambda params, lam: int(nn.l2_penalty(params, lam)),
        "Your penalty is cut to a whole number.",
        "Where does int, or an integer division, come in?",
        "A penalty is a float like the loss it is added to.",
    ),
)

l2_gradients = Exercise(
    "l2_gradients",
    CHAPTER,
    nn.l2_gradients,
    returns="grads",
    points=2,
    credit=("dW1", "dW2", "dW3"),  # zeros are right for every bias
)


@l2_gradients.paper
def _(rng):
    for widths in [(3, 5, 2), (4, 6, 3, 2)]:
        yield {"params": _network(rng, widths), "lam": _uniform(rng, 0.05, 0.9)}
    yield {"params": _network(rng, (2, 7)), "lam": 0.0}


def _pull(weight, bias=lambda b, lam: np.zeros_like(b)):
    return lambda params, lam: [(weight(W, lam), bias(b, lam)) for W, b in params]


l2_gradients.mistake(
    "factor-2",
    "dW is exactly twice what it should be.",
    "A 2 comes down from the square. What stands before the sum to meet it?",
    "d/dW of lam / 2 * W**2 = lam / 2 * 2 W = lam * W.",
)(_pull(lambda W, lam: 2 * lam * W))
l2_gradients.mistake(
    "half",
    "dW is exactly half of what it should be.",
    "Did you differentiate the square?",
    "d/dW of lam / 2 * W**2 = lam / 2 * 2 W: the two factors meet.",
)(_pull(lambda W, lam: lam / 2 * W))
l2_gradients.mistake(
    "biases-too",
    "dW is right; db should be zero: biases are not penalized.",
    "Does the penalty change if a bias changes?",
    "The penalty holds no b, so its derivative with respect to b is 0.",
)(_pull(lambda W, lam: lam * W, lambda b, lam: lam * b))
l2_gradients.mistake(
    "sign",
    "dW has the right size and the opposite sign: your penalty would push weights outward.",
    "Descent subtracts the gradient. Which sign makes w - rate * dW smaller than w?",
    "The penalty grows with |W|, so its gradient points outward: +lam * W.",
)(_pull(lambda W, lam: -lam * W))
l2_gradients.mistake(
    "sum-of-weights",
    "Every entry of dW is the same number, lam times the sum of all weights.",
    "The derivative with respect to one weight: which terms of the sum hold that weight?",
    "Only one term holds W_ij, so only lam * W_ij is left of the whole sum.",
)(_pull(lambda W, lam: np.full_like(W, lam * np.sum(W))))
l2_gradients.mistake(
    "squared",
    "dW holds the squares of the weights: the penalty, not its derivative.",
    "What does differentiating do to the exponent?",
    "The 2 comes down and the exponent falls to 1: what is left is W itself.",
)(_pull(lambda W, lam: lam * W**2))
l2_gradients.mistake(
    "sign-only",
    "All entries of dW have the same size: that is the gradient of the L1 penalty.",
    "Which penalty pulls large weights more strongly than small ones?",
    "The slope of W**2 / 2 is W itself, not only its sign.",
)(_pull(lambda W, lam: lam * np.sign(W)))
l2_gradients.mistake(
    "lam-ignored",
    "dW is the same whatever lam says: it is W itself.",
    "What should dW be at lam = 0?",
    "A constant factor of the penalty is a constant factor of its gradient: lam * W.",
)(_pull(lambda W, lam: W.copy()))
l2_gradients.mistake(
    "divided-by-size",
    "You divided by the number of weights; nothing in the penalty does.",
    "Is the penalty a sum or a mean?",
    "The sum over weights has no 1/n before it, so neither has its derivative.",
)(_pull(lambda W, lam: lam * W / W.size))


def _pull_of(which):
    def gradients(params, lam):
        grads = [(0 * W, 0 * b) for W, b in params]
        grads[which] = (lam * params[which][0], grads[which][1])
        return grads

    return gradients


for _which, _word in ((0, "first"), (-1, "last")):
    l2_gradients.mistake(
        f"{_word}-layer-only",
        f"Only the {_word} layer feels the penalty; the others have zeros.",
        "Over which layers does the sum in the penalty run?",
        "All of them: every W has its own term in the sum, and so its own lam * W.",
    )(_pull_of(_which))


@l2_gradients.tells
def _(wrong, rows):
    if wrong.name.startswith("db"):
        pairs = [
            (_own(given["params"], wrong.name), given["lam"], leaf)
            for given, leaf, _ in rows
            if not leaf.right
        ]
        if all(np.allclose(leaf.actual, b) for b, _, leaf in pairs):
            held = "holds the bias itself"
        elif all(_multiple(leaf.actual, lam * b) for b, lam, leaf in pairs):
            held = f"is {number(_multiple(wrong.actual, _told(wrong, pairs)))} times lam * b"
        else:
            return None
        return Fault(
            "biases-too",
            f"{wrong.name} {held}; zeros belong there: biases are not penalized.",
            "Does the penalty change if a bias changes?",
            "The penalty holds no b, so its derivative with respect to b is 0.",
        )
    return _pull_fault(wrong, [(given, leaf, leaf.actual) for given, leaf, _ in rows])


def _told(wrong, pairs):
    return next(lam * b for b, lam, leaf in pairs if leaf is wrong)


def _own(params, name):
    """The W or b that a gradient called dW1 or db1 belongs to."""
    return params[int(name[2:]) - 1]["Wb".index(name[1])]


def _multiple(a, b):
    """The factor k with a = k * b, or 0 if there is none."""
    k = float(np.sum(a * b) / max(np.sum(b * b), 1e-300))
    return k if np.allclose(a, k * b, rtol=1e-7, atol=1e-9 * max(np.abs(a).max(), 1e-300)) else 0.0


PULLS = (
    (
        "squared",
        lambda W: W**2,
        "W**2, the penalty's own term and not its derivative",
        "What does differentiating do to the exponent?",
        "The 2 comes down and the exponent falls to 1: what is left is W itself.",
    ),
    (
        "sign-only",
        np.sign,
        "the sign of W: that is the pull of the L1 penalty",
        "Which penalty pulls large weights more strongly than small ones?",
        "The slope of W**2 / 2 is W itself, not only its sign.",
    ),
    (
        "sign-lost",
        np.abs,
        "the size of W without its sign: negative weights are pushed away from 0",
        "Which way should a negative weight be pulled?",
        "Towards 0, as a positive one is: the gradient is lam * W, with the sign of W.",
    ),
    (
        "constant",
        np.ones_like,
        "one constant for all weights: W is not in it",
        "Should a large weight be pulled as hard as a small one?",
        "The derivative of lam / 2 * W**2 is lam * W: as strong as the weight is large.",
    ),
    (
        "unit-length",
        lambda W: W / np.linalg.norm(W),
        "W over its norm: that is the pull of the norm itself, not of its square",
        "Does the penalty hold a root?",
        "Without the root the derivative is lam * W, with nothing to divide by.",
    ),
    (
        "sum-of-columns",
        lambda W: np.broadcast_to(W.sum(axis=0), W.shape),
        "the sums of the columns of W",
        "The derivative with respect to one weight: which terms of the sum hold that weight?",
        "Only one term holds W_ij, so only lam * W_ij is left of the whole sum.",
    ),
    (
        "whole-penalty",
        lambda W: np.full(W.shape, np.sum(W**2)),
        "the penalty itself, the same number for every weight",
        "Is it the penalty that belongs there, or how it changes with one weight?",
        "Its derivative with respect to W_ij is lam * W_ij.",
    ),
)


def _pull_fault(wrong, rows):
    """What stands in the place of lam * W, told; rows hold what the learner added as such."""
    rows = [(given, leaf, pull) for given, leaf, pull in rows if not leaf.right]
    for name, form, words, look, derive in PULLS:
        factors = []
        for given, _, pull in rows:
            k = _multiple(pull, form(_own(given["params"], wrong.name)))
            factors.append((k, given["lam"]))
        sizes = [{"lam": lam} for _, lam in factors]
        if not all(k for k, _ in factors):
            continue
        if name == "unit-length" and _in_words(factors, sizes)[-1:].isdigit():
            continue  # any multiple of W is one of W over its norm
        said = _in_words(factors, [{"lam": lam} for _, lam in factors])
        return Fault(
            name,
            f"What stands in {wrong.name} for the penalty is {said} times {words}.",
            look,
            derive,
        )
    return None


def _in_words(factors, sizes):
    found = plain_formula(sizes, [k for k, _ in factors])
    if found is None and all(abs(k - lam) < 1e-9 for k, lam in factors):
        return "lam"
    return found[0] if found else number(factors[0][0])


# --- dropout ------------------------------------------------------------------------------------

dropout_forward = Exercise(
    "dropout_forward",
    CHAPTER,
    nn.dropout_forward,
    returns=("out", "mask"),
    points=2,
    shapes={"A": "N D"},
    credit=("out",),
    order=lambda name: name != "mask",  # out is made from it
)


@dropout_forward.paper
def _(rng):
    for shape, keep_prob in [((8, 6), 0.8), ((30, 4), 0.5), ((7, 9), 0.3)]:
        A = rng.normal(size=shape) + 0.5
        seed = Rng(int(rng.integers(1, 2**31)))
        yield {"A": A, "keep_prob": keep_prob + _uniform(rng, -0.05, 0.05), "rng": seed}
    A = np.maximum(rng.normal(size=(9, 5)), 0)
    yield {"A": A, "keep_prob": 0.6, "rng": Rng(5), "train": True}
    yield {"A": rng.normal(size=(6, 4)), "keep_prob": 0.7, "rng": Rng(6), "train": False}


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
dropout_forward.mistake(
    "mask-inverted",
    "You drop what should stay and keep what should go.",
    "Count the zeros in your mask at keep_prob = 0.8. How many should there be?",
    "A uniform number is below keep_prob with probability keep_prob: below means keep.",
)(_drop(lambda A, keep, rng: (rng.random(A.shape) > keep).astype(float)))
dropout_forward.mistake(
    "mask-scaled",
    "The output is right; the mask should hold 0 and 1 only, and yours holds the scaling as well.",
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


dropout_backward = Exercise(
    "dropout_backward",
    CHAPTER,
    nn.dropout_backward,
    returns="dA",
    points=2,
    shapes={"dout": "N D"},
)


@dropout_backward.paper
def _(rng):
    for shape, keep in [((8, 6), 0.8), ((9, 4), 0.55), ((7, 5), 0.3)]:
        keep_prob = keep + _uniform(rng, -0.05, 0.05)
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

# --- batch normalization ------------------------------------------------------------------------

batchnorm_forward = Exercise(
    "batchnorm_forward",
    CHAPTER,
    nn.batchnorm_forward,
    returns=("out", "cache"),
    points=3,
    shapes=BATCH,
    order=lambda name: ("cache['std']", "cache['X_hat']").index(name) if "[" in name else 2,
)


@batchnorm_forward.paper
def _(rng):
    for N, D in [(8, 3), (11, 5)]:
        X = rng.normal(size=(N, D)) * rng.uniform(0.5, 3, D) + rng.normal(size=D) * 3
        yield {"X": X, "gamma": rng.uniform(0.5, 2, D), "beta": rng.normal(size=D)}
    X = rng.normal(size=(7, 4)) * np.array([0.02, 1.0, 3.0, 0.0]) + np.array([1.0, -2.0, 0.5, 2.0])
    gamma, beta = rng.uniform(0.5, 2, 4), rng.normal(size=4)
    yield {"X": X, "gamma": gamma, "beta": beta, "eps": 1e-3}


def _normalize(
    spread=lambda X, eps: np.sqrt(X.var(axis=0) + eps),
    center=lambda X: X.mean(axis=0),
    out=lambda X_hat, gamma, beta: gamma * X_hat + beta,
    kept=lambda X_hat, std, X: {"X_hat": X_hat, "std": std},
):
    def forward(X, gamma, beta, eps=1e-5):
        with np.errstate(all="ignore"):
            std = spread(X, eps)
            X_hat = (X - center(X)) / std
            return out(X_hat, gamma, beta), kept(X_hat, std, X)

    return forward


batchnorm_forward.mistake(
    "rows-normalized",
    "You normalized each row; a column over all examples is meant.",
    "One patient's age, BMI and glucose share a row. Do they share a unit?",
    "Batch norm compares one feature across the batch: means and spreads run over axis 0.",
)(
    lambda X, gamma, beta, eps=1e-5: _rows_normalized(X, gamma, beta, eps),
)


def _rows_normalized(X, gamma, beta, eps):
    X_hat = (X - X.mean(1, keepdims=True)) / np.sqrt(X.var(1, keepdims=True) + eps)
    return gamma * X_hat + beta, {"X_hat": X_hat, "std": np.sqrt(X.var(axis=0) + eps)}


batchnorm_forward.mistake(
    "n-minus-one",
    "Your spread divides by N - 1: X_hat is a little too small, by the same factor everywhere.",
    "Biased or unbiased variance? See the table of conventions.",
    "Here the variance is a plain mean of squares, divided by N, in both passes.",
)(_normalize(spread=lambda X, eps: np.sqrt(X.var(axis=0, ddof=1) + eps)))
batchnorm_forward.mistake(
    "eps-outside",
    "You are off a little where the variance is small: eps stands outside the root.",
    "What is the std of a constant column in your version, and in the table's?",
    "std = sqrt(var + eps): eps inside the root.",
)(_normalize(spread=lambda X, eps: np.sqrt(X.var(axis=0)) + eps))
batchnorm_forward.mistake(
    "no-eps",
    "Without eps, the column that never varies is divided by zero.",
    "What is the variance of a constant column?",
    "eps is added to the variance so that the root never is 0.",
)(_normalize(spread=lambda X, eps: np.sqrt(X.var(axis=0))))
batchnorm_forward.mistake(
    "divided-by-variance",
    "You divided by the variance; its root is the spread.",
    "In which unit is the variance of ages in years?",
    "Years squared. X_hat must have no unit, so years are divided by years: by the std.",
)(_normalize(spread=lambda X, eps: X.var(axis=0) + eps))
batchnorm_forward.mistake(
    "not-centered",
    "Your columns keep their means: nothing was subtracted.",
    "What should the mean of a column of X_hat be?",
    "First subtract the column's mean, then divide by its std.",
)(_normalize(center=lambda X: 0.0))
batchnorm_forward.mistake(
    "no-gamma-beta",
    "The cache is right; out is X_hat itself, neither stretched nor shifted.",
    "What are gamma and beta for?",
    "out = gamma * X_hat + beta lets training undo the normalization where it hurts.",
)(_normalize(out=lambda X_hat, gamma, beta: X_hat))
batchnorm_forward.mistake(
    "gamma-beta-swapped",
    "gamma and beta have changed places.",
    "Which of the two stretches, and which shifts?",
    "gamma multiplies, beta is added.",
)(_normalize(out=lambda X_hat, gamma, beta: beta * X_hat + gamma))
batchnorm_forward.mistake(
    "variance-kept",
    "out is right; the cache's std holds the variance.",
    "What will the backward pass divide by?",
    "Keep std = sqrt(var + eps), the number you divided by.",
)(_normalize(kept=lambda X_hat, std, X: {"X_hat": X_hat, "std": std**2}))
batchnorm_forward.mistake(
    "std-without-eps-kept",
    "out is right; the std in the cache lacks the eps you divided with.",
    "Is the number in the cache the one you divided by?",
    "Both passes must use one and the same std = sqrt(var + eps).",
)(_normalize(kept=lambda X_hat, std, X: {"X_hat": X_hat, "std": X.std(axis=0)}))


DIVIDED = "X_hat is divided by std, and out is made from X_hat: one wrong std shows in all three."
other_formulas(
    batchnorm_forward,
    r"cache\['std'\]",
    (
        "std-inverted",
        lambda X, gamma, beta, eps: 1 / np.sqrt(X.var(axis=0) + eps),
        "The cache's std holds 1 over the std.",
        "Which of the two does the exercise name, and what will the backward pass divide by?",
        "Keep std = sqrt(var + eps) itself.",
    ),
    (
        "variance-without-eps-kept",
        lambda X, gamma, beta, eps: X.var(axis=0),
        "The std in the cache is the plain variance: no root, and no eps.",
        "Is the number in the cache the one you divided by?",
        "Both passes must use one and the same std = sqrt(var + eps).",
    ),
    (
        "n-minus-one",
        lambda X, gamma, beta, eps: np.sqrt(X.var(axis=0, ddof=1) + eps),
        "Your std divides by N - 1.",
        "Biased or unbiased variance? See the table of conventions.",
        "Here the variance is a plain mean of squares, divided by N, in both passes.",
    ),
    (
        "n-minus-one-and-eps-outside",
        lambda X, gamma, beta, eps: X.std(axis=0, ddof=1) + eps,
        "Two things at once: your std divides by N - 1, and eps stands outside its root.",
        "Biased or unbiased variance? And where does eps stand in the table?",
        "std = sqrt(var + eps), with a variance that is a plain mean of squares.",
    ),
    (
        "n-minus-one-and-no-root",
        lambda X, gamma, beta, eps: X.var(axis=0, ddof=1) + eps,
        "Two things at once: your std has no root, and its variance divides by N - 1.",
        "In which unit is a variance? And is it a mean over N, or over N - 1?",
        "std = sqrt(var + eps), with a variance that is a plain mean of squares.",
    ),
    (
        "eps-outside",
        lambda X, gamma, beta, eps: X.std(axis=0) + eps,
        "eps stands outside the root of your std.",
        "What is the std of a constant column in your version, and in the table's?",
        "std = sqrt(var + eps): eps inside the root. " + DIVIDED,
    ),
    (
        "eps-twice",
        lambda X, gamma, beta, eps: np.sqrt(X.var(axis=0) + eps) + eps,
        "eps comes into your std twice: inside the root and beside it.",
        "Count the places where eps stands.",
        "std = sqrt(var + eps): once, inside the root. " + DIVIDED,
    ),
    (
        "eps-squared",
        lambda X, gamma, beta, eps: np.sqrt(X.var(axis=0) + eps**2),
        "Under your root stands the square of eps.",
        "Which power of eps does the table name?",
        "std = sqrt(var + eps): eps has the unit of a variance already. " + DIVIDED,
    ),
    (
        "no-eps",
        lambda X, gamma, beta, eps: X.std(axis=0),
        "There is no eps in your std.",
        "What is the std of a column that never varies?",
        "std = sqrt(var + eps): eps is added to the variance so that the root never is 0.",
    ),
    (
        "eps-fixed",
        lambda X, gamma, beta, eps: np.sqrt(X.var(axis=0) + 1e-5),
        "Your std uses 1e-5, whatever eps says.",
        "Is 1e-5 written into your formula?",
        "1e-5 is only the default: what is added to the variance is the eps that is given.",
    ),
    (
        "eps-fixed",
        lambda X, gamma, beta, eps: np.sqrt(X.var(axis=0) + 1e-8),
        "Your std uses 1e-8, whatever eps says.",
        "Is a number of your own written into your formula?",
        "What is added to the variance is the eps that is given.",
    ),
    (
        "whole-table",
        lambda X, gamma, beta, eps: np.full(X.shape[1], np.sqrt(X.var() + eps)),
        "One std serves all columns: that of the whole table.",
        "Over which axis does the spread run? How many numbers should come out?",
        "Batch norm compares one feature across the batch: means and spreads run over axis 0.",
    ),
    (
        "not-centered",
        lambda X, gamma, beta, eps: np.sqrt((X**2).mean(axis=0) + eps),
        "Your variance is a mean of squares of X itself; the mean was not taken away first.",
        "What is the variance of a column that is 100 in every row?",
        "var = mean((X - mean)**2): the spread around the mean.",
    ),
    (
        "summed",
        lambda X, gamma, beta, eps: np.sqrt(((X - X.mean(axis=0)) ** 2).sum(axis=0) + eps),
        "Under your root stands a sum of squares; a mean belongs there.",
        "Would the spread of a batch grow if every row came twice?",
        "The variance is the sum of squared deviations divided by N.",
    ),
    (
        "absolute-deviations",
        lambda X, gamma, beta, eps: np.abs(X - X.mean(axis=0)).mean(axis=0) + eps,
        "Your std is the mean absolute deviation.",
        "Which mean does std take: of sizes, or of squares?",
        "std is the root of the mean of squared deviations, eps added under it.",
    ),
    (
        "range",
        lambda X, gamma, beta, eps: np.ptp(X, axis=0) + eps,
        "What you divide by is the range, largest minus smallest.",
        "Which spread does the table name?",
        "std = sqrt(var + eps), in which every row counts.",
    ),
)
other_formulas(
    batchnorm_forward,
    r"cache\['X_hat'\]",
    *(
        (
            name,
            lambda X, gamma, beta, eps, form=form: form(X, np.sqrt(X.var(axis=0) + eps)),
            observed,
            look,
            derive,
        )
        for name, form, observed, look, derive in (
            (
                "only-centered",
                lambda X, std: X - X.mean(axis=0),
                "Your X_hat is X minus its mean, not yet divided by std.",
                "Which of the values on the way do you keep, and which do you return?",
                "X_hat = (X - mean) / std; the backward pass asks for just that.",
            ),
            (
                "whole-table",
                lambda X, std: (X - X.mean()) / std,
                "The mean you take away is that of the whole table.",
                "Over which axis does the mean run? How many numbers should come out?",
                "Each column has its own mean, over axis 0.",
            ),
            (
                "median",
                lambda X, std: (X - np.median(X, axis=0)) / std,
                "What you take away is the median.",
                "Which of the two averages does the formula name?",
                "The mean is the sum over the rows divided by N.",
            ),
            (
                "multiplied",
                lambda X, std: (X - X.mean(axis=0)) * std,
                "You multiplied by std where it divides.",
                "Should a column with a wide spread become wider or narrower?",
                "X_hat = (X - mean) / std has a spread of 1 in every column.",
            ),
            (
                "brackets",
                lambda X, std: X - X.mean(axis=0) / std,
                "Only the mean was divided by std; X itself was not.",
                "Which comes first in Python, the division or the subtraction?",
                "The difference from the mean is what is divided: it needs its own brackets.",
            ),
            (
                "not-centered",
                lambda X, std: X / std,
                "Nothing was taken away from X before the division.",
                "What should the mean of a column of X_hat be?",
                "First subtract the column's mean, then divide by its std.",
            ),
        )
    ),
)
other_formulas(
    batchnorm_forward,
    "out",
    *(
        (
            name,
            lambda X, gamma, beta, eps, form=form: form(_standard(X, eps), gamma, beta),
            observed,
            look,
            "out = gamma * X_hat + beta: first gamma stretches, then beta shifts.",
        )
        for name, form, observed, look in (
            (
                "shifted-first",
                lambda h, gamma, beta: gamma * (h + beta),
                "In your out beta is stretched by gamma as well: it was added too early.",
                "Which comes first, the stretching or the shifting?",
            ),
            (
                "divided-by-gamma",
                lambda h, gamma, beta: h / gamma + beta,
                "In your out X_hat is divided by gamma.",
                "Should a larger gamma make out wider or narrower?",
            ),
            (
                "beta-subtracted",
                lambda h, gamma, beta: gamma * h - beta,
                "In your out beta is taken away; it is added.",
                "Look at the sign before beta.",
            ),
            (
                "no-beta",
                lambda h, gamma, beta: gamma * h,
                "There is no beta in your out.",
                "What shifts the columns of out away from 0?",
            ),
            (
                "no-gamma",
                lambda h, gamma, beta: h + beta,
                "There is no gamma in your out.",
                "What gives the columns of out another spread than 1?",
            ),
        )
    ),
)


def _standard(X, eps):
    return (X - X.mean(axis=0)) / np.sqrt(X.var(axis=0) + eps)


batchnorm_backward = Exercise(
    "batchnorm_backward",
    CHAPTER,
    nn.batchnorm_backward,
    returns=("dX", "dgamma", "dbeta"),
    points=4,
    shapes=BATCH,
)


@batchnorm_backward.paper
def _(rng):
    for N, D in [(8, 3), (7, 5), (9, 4)]:
        X = rng.normal(size=(N, D)) * rng.uniform(0.5, 3, D) + rng.normal(size=D)
        gamma = rng.uniform(0.5, 2, D) * rng.choice([-1, 1], D)
        _, cache = nn.batchnorm_forward(X, gamma, rng.normal(size=D))
        yield {"dout": rng.normal(size=(N, D)), "cache": cache, "gamma": gamma}


def _bn_backward(through, own=None):
    """A backward pass with another dX, or another (dgamma, dbeta)."""

    def backward(dout, cache, gamma):
        X_hat, std = cache["X_hat"], cache["std"]
        dX = through(dout * gamma, X_hat, std, dout, gamma)
        if own is None:
            return dX, (dout * X_hat).sum(axis=0), dout.sum(axis=0)
        return dX, *own(dout, X_hat, dout * gamma, std)

    return backward


def _true_dX(d, h, std, dout, gamma):
    return (d - d.mean(axis=0) - h * (d * h).mean(axis=0)) / std


batchnorm_backward.mistake(
    "direct-path-only",
    "dgamma and dbeta are right. The columns of your dX do not sum to 0, but they must.",
    "Add 1 to every entry of a column: what happens to X_hat? And to the loss?",
    "x reaches the output on three roads: itself, the mean, and the std. You took the first only.",
)(_bn_backward(lambda d, h, std, dout, gamma: d / std))
batchnorm_backward.mistake(
    "variance-forgotten",
    "dgamma and dbeta are right. Your dX sums to 0 in each column, but not when weighted by X_hat.",
    "Double every entry of a centered column: what happens to X_hat?",
    "The road through the std is missing: it takes away X_hat times the mean of dX_hat * X_hat.",
)(_bn_backward(lambda d, h, std, dout, gamma: (d - d.mean(axis=0)) / std))
batchnorm_backward.mistake(
    "mean-forgotten",
    "dgamma and dbeta are right. The columns of your dX do not sum to 0, but they must.",
    "Add 1 to every entry of a column: what happens to X_hat?",
    "The road through the mean is missing: it takes away the mean of dX_hat.",
)(_bn_backward(lambda d, h, std, dout, gamma: (d - h * (d * h).mean(axis=0)) / std))
batchnorm_backward.mistake(
    "gamma-forgotten",
    "dgamma and dbeta are right; dX lacks the factor gamma.",
    "What stands between X_hat and out?",
    "out = gamma * X_hat + beta, so dX_hat = dout * gamma; everything below starts from it.",
)(_bn_backward(lambda d, h, std, dout, gamma: _true_dX(dout, h, std, dout, gamma)))
batchnorm_backward.mistake(
    "std-forgotten",
    "dgamma and dbeta are right; dX was never divided by std.",
    "X_hat was divided by something on the way up. What comes down?",
    "Every road from x to X_hat passes the division by std.",
)(_bn_backward(lambda d, h, std, dout, gamma: _true_dX(d, h, 1.0, dout, gamma)))
batchnorm_backward.mistake(
    "sums-for-means",
    "dgamma and dbeta are right; in dX the two terms taken away are {N} times too large.",
    "The mean's derivative with respect to one x is 1/N. Is that 1/N there?",
    "mean = sum / N: each of the N entries moves the mean by a share of 1/N.",
)(_bn_backward(lambda d, h, std, dout, gamma: (d - d.sum(axis=0) - h * (d * h).sum(axis=0)) / std))
batchnorm_backward.mistake(
    "dgamma-without-x-hat",
    "dX and dbeta are right; dgamma does not know what gamma multiplied.",
    "gamma stretches X_hat. What is the derivative of gamma * X_hat with respect to gamma?",
    "dgamma sums dout * X_hat over the examples.",
)(_bn_backward(_true_dX, lambda dout, h, d, std: (dout.sum(axis=0), dout.sum(axis=0))))
batchnorm_backward.mistake(
    "averaged",
    "dX is right; dgamma and dbeta are exactly 1/{N} of what they should be.",
    "dout carries the loss's 1/N already. What is left to do over the rows?",
    "gamma and beta serve all rows, so their gradients add over the rows: sums, not means.",
)(_bn_backward(_true_dX, lambda dout, h, d, std: ((dout * h).mean(axis=0), dout.mean(axis=0))))
batchnorm_backward.mistake(
    "dgamma-scaled-by-gamma",
    "dX and dbeta are right; dgamma carries an extra factor gamma.",
    "Which gradient arrives at gamma: that of out, or that of X_hat?",
    "gamma meets dout directly; dX_hat = dout * gamma lies one step further down.",
)(_bn_backward(_true_dX, lambda dout, h, d, std: ((d * h).sum(axis=0), dout.sum(axis=0))))
batchnorm_backward.mistake(
    "dgamma-dbeta-swapped",
    "dX is right; dgamma and dbeta have changed places.",
    "In which order does the exercise ask for them?",
    "First dX, then dgamma, then dbeta.",
)(_bn_backward(_true_dX, lambda dout, h, d, std: (dout.sum(axis=0), (dout * h).sum(axis=0))))
batchnorm_backward.mistake(
    "std-squared",
    "dgamma and dbeta are right; dX was divided by std twice.",
    "Count the divisions by std on the way from x to X_hat.",
    "One division on the way up gives one on the way down.",
)(_bn_backward(lambda d, h, std, dout, gamma: _true_dX(d, h, std**2, dout, gamma)))


ROADS = ("the direct road", "the road through the mean", "the road through the std")


@batchnorm_backward.tells
def _(wrong, rows):
    """Each column of dX is a sum of three: dout itself, a constant, and X_hat. What stands before
    each of them is held against what belongs there."""
    if wrong.name != "dX" or not wrong.actual.any():
        return None
    ratios, sizes = [[], [], []], []
    for given, leaf, _ in rows:
        dout, gamma = given["dout"], given["gamma"]
        X_hat, std = given["cache"]["X_hat"], given["cache"]["std"]
        for j, g in enumerate(gamma):
            columns = np.stack([dout[:, j], np.ones(len(dout)), X_hat[:, j]], axis=1)
            have, *_ = np.linalg.lstsq(columns, leaf.actual[:, j], rcond=None)
            if not np.allclose(columns @ have, leaf.actual[:, j], rtol=1e-6, atol=1e-9):
                return None
            share = g / std[j]
            want = share, -share * dout[:, j].mean(), -share * (dout[:, j] * X_hat[:, j]).mean()
            for road in range(3):
                ratios[road].append(float(have[road] / want[road]))
            sizes.append({"N": len(dout), "gamma": float(g), "std": float(std[j])})
    said = [_of_road(values, sizes) for values in ratios]
    if len(set(said)) == 1 and said[0]:
        observed = f"All of dX is {said[0]}."
    else:
        observed = " ".join(
            f"{road[0].upper()}{road[1:]} is {words or 'right'}."
            for road, words in zip(ROADS, said, strict=True)
        )
    known = [words for words in said if words]
    if not known or "not what it should be" in said and len(known) == 3:
        return None
    name, look = "a-road", "Follow one x along the road that is off, factor by factor."
    if said[0] == said[1] == said[2]:
        name, look = "all-roads", "The three roads share their first and their last steps."
    return Fault(
        name,
        "x reaches the output on three roads: itself, the mean, and the std. " + observed,
        look,
        "With d = dout * gamma: d itself, minus the mean of d, minus X_hat times the mean of "
        "d * X_hat, and all three divided by std.",
    )


def _of_road(values, sizes):
    """What is wrong with a road, in words; nothing if it is right."""
    if np.allclose(values, 1, rtol=1e-5):
        return ""
    if np.allclose(values, 0, atol=1e-7):
        return "missing"
    found = plain_formula(sizes, values) or plain_formula(sizes, [-v for v in values])
    sign = "" if np.all(np.array(values) > 0) else " with the other sign"
    if np.allclose(values, -1, rtol=1e-5):
        return "there with the other sign"
    if plain_formula(sizes, values):
        return f"{found[0]} times what it should be"
    if found:
        return f"{found[0]} times what it should be{sign}"
    if np.allclose(values, values[0], rtol=1e-5):
        return f"{number(values[0])} times what it should be"
    return "not what it should be"


other_formulas(
    batchnorm_backward,
    "dgamma",
    *(
        (
            name,
            lambda dout, cache, gamma, form=form: form(dout, cache["X_hat"], cache["std"]).sum(
                axis=0
            ),
            observed,
            "gamma multiplies one array on its way to out. Which one?",
            "out = gamma * X_hat + beta, so dgamma sums dout * X_hat over the examples.",
        )
        for name, form, observed in (
            (
                "x-for-x-hat",
                lambda d, h, s: d * h * s,
                "In your dgamma X_hat is multiplied by std.",
            ),
            (
                "divided-by-std",
                lambda d, h, s: d * h / s,
                "In your dgamma X_hat is divided by std.",
            ),
            ("x-hat-squared", lambda d, h, s: d * h * h, "In your dgamma X_hat is squared."),
            ("upstream-ignored", lambda d, h, s: h, "Your dgamma does not hold dout."),
        )
    ),
)
other_formulas(
    batchnorm_backward,
    "dbeta",
    *(
        (
            name,
            lambda dout, cache, gamma, form=form: form(dout, cache["X_hat"], gamma).sum(axis=0),
            observed,
            "beta is added at the very end. Which gradient arrives there?",
            "out = gamma * X_hat + beta: beta meets dout directly, so dbeta sums dout over the "
            "examples.",
        )
        for name, form, observed in (
            ("scaled-by-gamma", lambda d, h, g: d * g, "Your dbeta carries an extra factor gamma."),
            ("times-x-hat", lambda d, h, g: d * h, "Your dbeta carries an extra factor X_hat."),
        )
    ),
)

# --- split_indices ------------------------------------------------------------------------------

split_indices = Exercise(
    "split_indices",
    CHAPTER,
    nn.split_indices,
    returns=("train", "validation", "test"),
    points=2,
    driver="two seeds",
)


@split_indices.paper
def _(rng):
    # Sizes that any way of rounding keeps within one of the shares.
    for base, fractions in [
        (40, (0.6, 0.2, 0.2)),
        (41, (0.6, 0.2, 0.2)),
        (57, (0.5, 0.25, 0.25)),
        (100, (0.7, 0.15, 0.15)),
    ]:
        N = base + 100 * int(rng.integers(0, 4))
        first, second = (Rng(int(seed)) for seed in rng.integers(1, 2**31, 2))
        yield {"N": N, "fractions": fractions, "rng": first, "other": second}


@split_indices.judge
def _(case, value):
    N, fractions = case.inputs["N"], case.inputs["fractions"]
    for parts in (value["first"], value["second"]):
        fault = split_fault(parts, N, fractions)
        if fault is not None:
            return fault
    one, two = (np.concatenate(_indices(value[name])) for name in ("first", "second"))
    if np.array_equal(one, two):
        return Fault("rng-unused", "")
    return _fixed_part(value["first"], value["second"])


def _fixed_part(one, two):
    """A part that holds the same people whatever the generator, or hardly shuffled ones."""
    for name, first, second in zip(("train", "validation", "test"), one, two, strict=True):
        first, second = sorted(np.ravel(first).tolist()), sorted(np.ravel(second).tolist())
        if first == second:
            return Fault(
                "same-people",
                f"{name} holds the same indices with two different generators: who is in it is not "
                "left to chance.",
                "Do you shuffle before you cut, or inside the parts after cutting?",
                "Shuffle all N indices first, then cut: everyone may land in any part.",
            )
        follows = int(np.sum(np.diff(first) == 1))
        share = len(first) / (first[-1] - first[0] + 1)
        if len(first) >= 15 and share > 0.98:
            return Fault(
                "in-one-piece",
                f"{name} holds {follows + 1} neighbors from the file, without a gap.",
                "Which indices does your shuffle move away from their neighbors?",
                "After a fair shuffle each part is spread over the whole file.",
            )
    return None


def _indices(parts):
    return [np.asarray(part, dtype=float).ravel() for part in parts]


def split_fault(parts, N, fractions, slack=1):
    """What is wrong with a split of N indices into three shares, whoever is in which."""
    if parts is None:
        return Fault("returned-nothing", "")
    if not isinstance(parts, (tuple, list)) or len(parts) != 3:
        many = f"{len(parts)} things" if isinstance(parts, (tuple, list)) else "something else"
        return Fault("wrong-type", f"Three index arrays belong here, and it is {many}.")
    if any(np.ndim(item) for part in parts if isinstance(part, (list, tuple)) for item in part[:1]):
        return Fault(
            "wrong-type",
            "Your parts are lists of pieces; each part should be one row of indices.",
            "How do you put the pieces of one part together?",
            "The pieces of a part are joined end to end, into one array.",
        )
    if not all(isinstance(part, (list, tuple, np.ndarray)) for part in parts):
        return Fault("wrong-type", "Three index arrays belong here, one for each part.")
    if any(np.asarray(part).dtype.kind in "fbc" for part in parts if len(part)):
        return Fault("wrong-type", "Your parts hold no whole numbers, and only those can index.")
    parts = _indices(parts)
    indices = np.concatenate(parts)
    sizes = [len(part) for part in parts]
    wanted = [f * N for f in fractions]
    told = f"Your parts hold {sizes[0]}, {sizes[1]} and {sizes[2]} of the {N} indices."
    if len(indices) and (indices.min() < 0 or indices.max() >= N):
        return Fault(
            "index-range",
            f"Your parts hold the index {int(indices.max() if indices.max() >= N else -1)}; "
            f"the {N} examples are numbered 0 to {N - 1}.",
            "Where do the numbers that you shuffle begin and end?",
            "N indices starting from 0 end at N - 1.",
        )
    twice = len(indices) - len(np.unique(indices))
    if twice and any(len(np.unique(part)) < len(part) for part in parts):
        return Fault("with-replacement", f"{twice} indices occur more than once.")
    if twice:
        return Fault("overlap", f"{twice} indices occur more than once.")
    if len(indices) < N:
        return Fault("rest-lost", f"{told} {N - len(indices)} are in none.")
    if any(abs(size - share) > slack + 1e-9 for size, share in zip(sizes, wanted, strict=True)):
        if all(abs(size - share) <= 1 for size, share in zip(sizes[::-1], wanted, strict=True)):
            return Fault("order-swapped", told)
        return Fault(
            "shares",
            f"{told} The shares ask for {wanted[0]:g}, {wanted[1]:g} and {wanted[2]:g}.",
            "At which two places is the shuffled row cut?",
            "The second cut stands at the sum of the first two shares, times N.",
        )
    order = [int(i) for i in indices]
    if order == sorted(order):
        return Fault("not-shuffled", "")
    return None


@split_indices.mistake(
    "not-shuffled",
    "Your parts are cut from the file in its order.",
    "What if the file lists all healthy people first? What is rng for?",
    "Shuffle all indices once, then cut: each part is then a fair sample of the whole.",
)
def _(N, fractions, rng):
    cuts = np.rint(np.cumsum(fractions)[:2] * N).astype(int)
    return tuple(np.split(np.arange(N), cuts))


@split_indices.mistake(
    "overlap",
    "Some people are in more than one part: the test would ask what training has told.",
    "Is each part drawn for itself, or are all three cut from one shuffled row?",
    "Disjoint by construction: one permutation of all N, cut in two places.",
)
def _(N, fractions, rng):
    return tuple(rng.permutation(N)[: round(f * N)] for f in fractions)


@split_indices.mistake(
    "with-replacement",
    "Some people occur twice and others not at all.",
    "Are your indices drawn one by one, or is one full set shuffled?",
    "A split uses everyone exactly once: a permutation, not N independent draws.",
)
def _(N, fractions, rng):
    cuts = np.rint(np.cumsum(fractions)[:2] * N).astype(int)
    return tuple(np.split(rng.integers(0, N, N), cuts))


@split_indices.mistake(
    "rest-lost",
    "Some people are in no part at all.",
    "You rounded each share down. Who gets what is left over?",
    "Let the last part take everything behind the second cut.",
)
def _(N, fractions, rng):
    order, parts, start = rng.permutation(N), [], 0
    for f in fractions:
        size = int(f * N) - (f == fractions[-1] and int(f * N) == f * N)
        parts.append(order[start : start + size])
        start += size
    return tuple(parts)


@split_indices.mistake(
    "order-swapped",
    "Your largest part comes last: the parts are in the wrong order.",
    "Which of the three is the training set?",
    "First train, then validation, then test, as in fractions.",
)
def _(N, fractions, rng):
    return nn.split_indices(N, fractions, rng)[::-1]


@split_indices.mistake(
    "rng-unused",
    "Two different generators gave the same split: the shuffle does not come from rng.",
    "Where does your randomness come from?",
    "Draw from the rng you are given: then a seed repeats an experiment, and a new one varies it.",
)
def _(N, fractions, rng):
    return nn.split_indices(N, fractions, np.random.default_rng(0))


# --- EarlyStopping --------------------------------------------------------------------------------

early_stopping = Exercise(
    "EarlyStopping",
    CHAPTER,
    nn.EarlyStopping,
    returns=("stops_at_update", "best_loss", "best_epoch", "best_params"),
    points=3,
    driver="early stopping",
    credit=("best_loss", "best_params"),  # the epochs are the same on every paper
)


@early_stopping.paper
def _(rng):
    for patience, shape in [
        (2, [5, 4, 4.5, 3, 3.5, 2, 2.5, 2.6, 2.7, 2.8]),
        (3, [5, 4, 4, 3.5, 3.6, 3.5, 3.7, 3.9, 3.6]),
        (1, [2, 1.5, 1.2, 1.2, 1.3, 1.4]),
        (4, [3, 6, 5, 4, 3.2]),
        (3, [4, 3, 2, 1.5, 1.4]),
        (2, [3, 4, 3.5]),
        (3, [5, 4, 4.5, 4.6, 3, 3.5, 3.6]),
        (2, [2, 1.99999, 1.99998, 1.999969]),
        (2, [7e3, 6e3, 6.5e3, 5e3]),
    ]:
        losses = [float(loss) for loss in np.array(shape) * _uniform(rng, 0.4, 1.6)]
        yield {"patience": patience, "losses": losses, "params": _network(rng, (3, 4, 2))}


class _Watch(nn.EarlyStopping):
    """The reference, with hooks for what learners get wrong."""

    first_epoch = 0
    tolerance = 0

    def better(self, loss):
        return loss < self.best_loss

    def keep(self, params):
        return copy.deepcopy(params)

    def update(self, loss, params):
        if self.better(loss):
            self.best_loss, self.best_params = loss, self.keep(params)
            self.best_epoch, self._waited = self._epoch + self.first_epoch, 0
        else:
            self._waited += 1
        self._epoch += 1
        return self._waited >= self.patience + self.tolerance


@early_stopping.mistake(
    "best-by-reference",
    "best_params is not what came with the best loss: it moved on with the training.",
    "Ask whether best_params and params are the same object. What happens to one when training "
    "changes the other?",
    "Keeping a name is not keeping the numbers: copy every array at the moment it is best.",
)
class _(_Watch):
    def keep(self, params):
        return params


@early_stopping.mistake(
    "shallow-copy",
    "best_params is not what came with the best loss: the list was copied, the arrays in it were "
    "not.",
    "How deep does your copy go? A list of pairs of arrays has three levels.",
    "A new list may still hold the old arrays. Copy each W and each b.",
)
class _(_Watch):
    def keep(self, params):
        return [(W, np.array(b)) for W, b in params]


@early_stopping.mistake(
    "counter-not-reset",
    "You stop too early: failures from before the last improvement still count.",
    "What should an improvement do to the counter?",
    "patience counts failures in a row; every new best starts the count again.",
)
class _(_Watch):
    def update(self, loss, params):
        waited = self._waited
        super().update(loss, params)
        self._waited = max(self._waited, waited)
        return self._waited >= self.patience


@early_stopping.mistake(
    "ties-count",
    "A loss that only equals the best counts as an improvement in your version.",
    "Strictly lower, or lower or equal? Look at the sentence in the exercise.",
    "On a plateau nothing improves: only a strictly lower loss resets the count.",
)
class _(_Watch):
    def better(self, loss):
        return loss <= self.best_loss


@early_stopping.mistake(
    "one-too-late",
    "You stop one update too late.",
    "With patience 1, after how many failures should it stop?",
    "It is time once the number of failures in a row reaches patience, not when it exceeds it.",
)
class _(_Watch):
    tolerance = 1


@early_stopping.mistake(
    "never-stops",
    "You never say stop, however long the loss fails to fall.",
    "What does update give back, and in which case should it be True?",
    "It is time once the number of failures in a row reaches patience.",
)
class _(_Watch):
    def update(self, loss, params):
        super().update(loss, params)
        return False


@early_stopping.mistake(
    "one-too-early",
    "You stop one update too early.",
    "With patience 2, how many failures in a row are allowed before the last straw?",
    "It is time once patience updates in a row have failed, and not before.",
)
class _(_Watch):
    tolerance = -1

    def update(self, loss, params):
        return super().update(loss, params) and self._waited > 0


@early_stopping.mistake(
    "least-gain-asked",
    "A loss that is only a little lower than the best does not count in your version.",
    "By how much must a loss fall to be an improvement? Look at the sentence in the exercise.",
    "Strictly lower is enough, however little: slow progress is progress.",
)
class _(_Watch):
    def better(self, loss):
        return loss < self.best_loss - 1e-3


@early_stopping.mistake(
    "starts-too-low",
    "Your record starts at a number that some losses never get below, so they are never kept.",
    "What is best_loss before the first update, and what if the first loss is larger?",
    "Whatever the first loss is, it is the best so far. Only infinity is above every loss.",
)
class _(_Watch):
    def __init__(self, patience):
        super().__init__(patience)
        self.best_loss = 100.0


@early_stopping.mistake(
    "compared-with-last",
    "You compare with the last loss; the best so far is what counts.",
    "A loss climbs to 6 and falls to 5, and the best was 3. Is 5 an improvement?",
    "An improvement is a new record: keep the best loss, and compare with that.",
)
class _(_Watch):
    last = math.inf

    def better(self, loss):
        last, self.last = self.last, loss
        return loss < last


@early_stopping.mistake(
    "keeps-the-last",
    "best_params holds the last parameters, not the best.",
    "When do you store the parameters: at every update, or only at a record?",
    "The parameters belong to the loss that came with them: store them only when it is the best.",
)
class _(_Watch):
    def update(self, loss, params):
        stop = super().update(loss, params)
        self.best_params = copy.deepcopy(params)
        return stop


@early_stopping.mistake(
    "epoch-from-one",
    "best_epoch counts from 1; here it counts from 0.",
    "Which number has the first update?",
    "best_epoch is an index into the list of losses, and lists begin at 0.",
)
class _(_Watch):
    first_epoch = 1


@early_stopping.mistake(
    "highest-is-best",
    "You keep the highest loss as the best.",
    "Is a loss good when it is high?",
    "A loss is a cost: best means lowest, so the record starts at infinity.",
)
class _(_Watch):
    def __init__(self, patience):
        super().__init__(patience)
        self.best_loss = -math.inf

    def better(self, loss):
        return loss > self.best_loss


@early_stopping.tells
def _(wrong, rows):
    """Tell the losses up to the update at which it goes wrong, and what is to be said of them."""
    given, leaf, leaves = next(row for row in rows if row[1] is wrong)
    losses, patience = given["losses"], given["patience"]
    record = next((leaf.actual for leaf in leaves if leaf.name == "best_loss"), None)
    if record is not None and np.ndim(record) == 0 and record < min(losses):
        return Fault(
            "starts-too-low",
            f"Your best_loss is {number(float(record))}, and no loss was as low: the lowest was "
            f"{number(min(losses))}. So none of them could become the best.",
            "What is best_loss before the first update, and what if the first loss is larger?",
            "Whatever the first loss is, it is the best so far. Only infinity is above every loss.",
        )
    if wrong.name == "stops_at_update":
        return _stop_fault(losses, patience, int(leaf.actual), int(leaf.expected))
    if wrong.name == "best_loss":
        if leaf.actual == losses[_seen(given) - 1]:
            return Fault(
                "last-for-best",
                "Your best_loss is the last loss seen.",
                "In which case is best_loss written to: at every update, or only at a record?",
                "best_loss changes when, and only when, a loss is strictly lower.",
            )
        return None
    if wrong.name == "best_epoch":
        told = ", ".join(number(loss) for loss in losses[: int(leaf.expected) + 1])
        return Fault(
            "best-epoch",
            f"The losses were {told}: the last of these is the record, update number "
            f"{int(leaf.expected)} counted from 0. Your best_epoch is {int(leaf.actual)}.",
            "Which count do you store: that of all updates, or the one of failures? And when?",
            "One counter runs over all updates and is never set back; a record stores its value.",
        )
    found = re.fullmatch(r"best_params\[(\d+)\]\[(\d)\]", wrong.name)
    later = (leaf.actual - leaf.expected) * (1 if found and found[2] == "0" else -1)
    if found and np.ptp(later) < 1e-9 and later.flat[0] >= 1:
        which = "Wb"[int(found[2])]
        updates = round(float(later.flat[0]))
        return Fault(
            "moved-on",
            f"{which}{int(found[1]) + 1} in best_params is what it was {updates} "
            f"update{'s' * (updates != 1)} after the best one.",
            f"When is it stored, and is {which} itself stored or a copy of it? Training goes on "
            "changing the arrays.",
            "At a record, and at no other time, every W and every b is copied.",
        )
    return None


def _seen(given):
    """How many updates there are until it is time to stop."""
    best, failed = math.inf, 0
    for count, loss in enumerate(given["losses"], 1):
        best, failed = (loss, 0) if loss < best else (best, failed + 1)
        if failed == given["patience"]:
            return count
    return len(given["losses"])


def _stop_fault(losses, patience, said, wanted):
    if said == 1:
        return Fault(
            "stops-at-once",
            "You say stop at the first update, when nothing can have failed yet.",
            "What does update give back, and in which case should it be True?",
            "True means stop: once the number of failures in a row has reached patience.",
        )
    at = said or wanted
    best, failed = math.inf, 0
    for loss in losses[:at]:
        best, failed = (loss, 0) if loss < best else (best, failed + 1)
    told = ", ".join(f"{loss:.6g}" for loss in losses[:at])
    row = f"{failed} update{'s' * (failed != 1)} in a row"
    verdict = (
        f"You say stop there, but only {row} had failed to beat the best."
        if said and (not wanted or said < wanted)
        else f"By then {row} had failed to beat the best, and you did not say stop"
        + (" any earlier." if failed > patience else ".")
    )
    return Fault(
        "stops-early" if said and (not wanted or said < wanted) else "stops-late",
        f"patience is {patience}; the losses up to update {at} were {told}. {verdict}",
        "Write down the best so far and the count of failures after each of these losses. At which "
        "one does your count differ?",
        "A strictly lower loss is the new best and sets the count to 0; any other raises it by 1. "
        "It is time to stop when the count reaches patience.",
    )


# --- regularized_gradients ------------------------------------------------------------------------

regularized_gradients = Exercise(
    "regularized_gradients",
    CHAPTER,
    nn.regularized_gradients,
    returns="grads",
    points=3,
    latest_first=True,
)


@regularized_gradients.paper
def _(rng):
    for N, widths, kind, lam in [
        (6, (3, 5, 2), "tanh", 0.3),
        (8, (4, 6, 5, 3), "sigmoid", 0.05),
        (7, (2, 5, 4), "tanh", 0.0),
    ]:
        X, y = rng.normal(size=(N, widths[0])), rng.integers(0, widths[-1], N)
        params = _network(rng, widths)
        P, cache = nn.mlp_forward(X, params, kind)
        strength = lam * _uniform(rng, 0.7, 1.3)
        given = {"P": P, "y": y, "cache": cache, "params": params, "lam": strength}
        yield given if kind == "tanh" else {**given, "kind": kind}


def _regularized(weight, bias=lambda db, b, lam, N: db):
    def gradients(P, y, cache, params, lam, kind="tanh"):
        grads, N = nn.mlp_backward(P, y, cache, params, kind), len(y)
        return [
            (weight(dW, W, lam, N), bias(db, b, lam, N))
            for (dW, db), (W, b) in zip(grads, params, strict=True)
        ]

    return gradients


regularized_gradients.mistake(
    "penalty-forgotten",
    "The gradients of the data loss are right; the penalty is missing: each dW lacks lam * W.",
    "The loss has two terms. How many does your gradient have?",
    "The gradient of a sum is the sum of the gradients: add lam * W to each dW.",
)(_regularized(lambda dW, W, lam, N: dW))
regularized_gradients.mistake(
    "factor-2",
    "Each dW holds the penalty's pull twice: it is off by lam * W.",
    "The penalty is lam / 2 * sum(W**2). What does its half do to the 2 from the square?",
    "lam / 2 * 2 W = lam * W.",
)(_regularized(lambda dW, W, lam, N: dW + 2 * lam * W))
regularized_gradients.mistake(
    "half",
    "Each dW holds only half of the penalty's pull.",
    "Did the square bring its 2 down?",
    "lam / 2 * 2 W = lam * W.",
)(_regularized(lambda dW, W, lam, N: dW + lam / 2 * W))
regularized_gradients.mistake(
    "divided-by-n",
    "You divided the penalty's pull by the number of examples.",
    "Does the penalty stand inside the mean over examples, or beside it?",
    "Mean loss plus penalty: the 1/N belongs to the data term alone.",
)(_regularized(lambda dW, W, lam, N: dW + lam / N * W))
regularized_gradients.mistake(
    "multiplied-by-n",
    "You added the penalty's pull once for each example.",
    "How often does the penalty occur in the loss?",
    "Once for the network, however many examples there are.",
)(_regularized(lambda dW, W, lam, N: dW + lam * N * W))
regularized_gradients.mistake(
    "sign",
    "You subtracted the penalty's pull: weights would grow.",
    "A penalty should pull weights towards 0. Which sign does that, given that descent subtracts?",
    "Both terms of the loss are added, so both gradients are.",
)(_regularized(lambda dW, W, lam, N: dW - lam * W))
regularized_gradients.mistake(
    "biases-too",
    "Each dW is right; each db is off by lam * b: biases are not penalized.",
    "Does the penalty change if a bias changes?",
    "The penalty holds no b, so db is that of the data loss alone.",
)(_regularized(lambda dW, W, lam, N: dW + lam * W, lambda db, b, lam, N: db + lam * b))
regularized_gradients.mistake(
    "sum-of-weights",
    "The same number was added to every entry of dW: lam times the sum of all its weights.",
    "The derivative with respect to one weight: which terms of the sum hold that weight?",
    "Only one term holds W_ij, so only lam * W_ij is left of the whole sum.",
)(_regularized(lambda dW, W, lam, N: dW + lam * np.sum(W)))
regularized_gradients.mistake(
    "scaled-together",
    "You multiplied the data gradient where something was to be added.",
    "Is the penalty a factor of the loss, or a term?",
    "Loss = data + penalty, so dW = data's dW + lam * W.",
)(_regularized(lambda dW, W, lam, N: dW * (1 + lam)))


def _one_layer(which):
    def gradients(P, y, cache, params, lam, kind="tanh"):
        grads = [list(layer) for layer in nn.mlp_backward(P, y, cache, params, kind)]
        grads[which][0] = grads[which][0] + lam * params[which][0]
        return [tuple(layer) for layer in grads]

    return gradients


regularized_gradients.mistake(
    "last-layer-only",
    "Only the last layer feels the penalty.",
    "Over which layers does the sum in the penalty run?",
    "All of them: every dW receives its own lam * W.",
)(_one_layer(-1))
regularized_gradients.mistake(
    "first-layer-only",
    "Only the first layer feels the penalty.",
    "Over which layers does the sum in the penalty run?",
    "All of them: every dW receives its own lam * W.",
)(_one_layer(0))
regularized_gradients.mistake(
    "kind-ignored",
    "For tanh you are right; for another activation the hidden layers are off.",
    "Where does kind go in your function?",
    "The slope of the activation depends on its kind: hand kind on to the backward pass.",
)(
    lambda P, y, cache, params, lam, kind="tanh": nn.regularized_gradients(
        P, y, cache, params, lam, "tanh"
    )
)


@regularized_gradients.tells
def _(wrong, rows):
    """Take the data's own gradient away: what is left should be the penalty's."""
    if not wrong.name.startswith("dW"):
        return None
    taken, weights = [], []
    for given, leaf, _ in rows:
        W, lam = _own(given["params"], leaf.name), given["lam"]
        data = leaf.expected - lam * W
        taken.append((given, leaf, leaf.actual - data))
        if leaf.right:
            continue
        columns = np.stack([data.ravel(), W.ravel()], axis=1)
        found, *_ = np.linalg.lstsq(columns, leaf.actual.ravel(), rcond=None)
        if not np.allclose(columns @ found, leaf.actual.ravel(), rtol=1e-7, atol=1e-10):
            found = None
        weights.append((found, {"lam": lam, "N": len(given["P"])}))
    if not all(found is not None for found, _ in weights):
        own = [(given, leaf, pull) for given, leaf, pull in taken if leaf.name == wrong.name]
        return _pull_fault(wrong, own) if len(own) == len(taken) else _pull_fault_of_each(taken)
    sizes = [size for _, size in weights]
    of_data, of_W = ([float(found[i]) for found, _ in weights] for i in (0, 1))
    if np.allclose(of_data, 1) and plain_formula(sizes, of_W) is None:
        fault = _pull_fault_of_each(taken)
        if fault is not None:
            return fault
    off_data, off_W = not np.allclose(of_data, 1), not np.allclose(of_W, [s["lam"] for s in sizes])
    said = []
    for values, off, words, right in (
        (of_data, off_data, "the gradient of the data loss", "1"),
        (of_W, off_W, "W", "lam"),
    ):
        if not off:
            said.append(f"{words} {'once' if right == '1' else f'{right} times'}, as it should")
        elif np.allclose(values, 0, atol=1e-9):
            said.append(
                f"nothing of {words} ({'one' if right == '1' else 'lam'} times it belongs there)"
            )
        else:
            formula, told = plain_formula(sizes, values), number(values[0])
            shares = [v / (size["lam"] or np.nan) for v, size in zip(values, sizes, strict=True)]
            if formula is None and plain_formula(sizes, shares) is not None:
                told = f"lam * {plain_formula(sizes, shares)[0]}"
            elif formula is not None:
                told = formula[0]
            said.append(f"{words} {told} times ({right} belongs there)")
    if said[0].endswith("should"):
        said[0] += ","
    if off_data and off_W:
        look = "Which factor stands before both terms, or before the wrong one of the two?"
    elif off_data:
        look = "What happens to the data's gradient on its way into the sum?"
    else:
        look = "The data's part is right. Which factors stand before W where the penalty comes in?"
    return Fault(
        "two-terms",
        f"{wrong.name} of yours, taken apart, holds {' and '.join(said)}.",
        look,
        "Loss = mean loss of the data + lam / 2 * sum(W**2). Each term leaves its own derivative, "
        "once: the data's dW, and lam * W.",
    )


def _pull_fault_of_each(taken):
    """The pull, where one slot holds dW of other layers in other cases."""
    for name, form, words, look, derive in PULLS:
        factors = [
            (_multiple(pull, form(_own(given["params"], leaf.name))), given["lam"])
            for given, leaf, pull in taken
            if not leaf.right
        ]
        if factors and all(k for k, _ in factors):
            said = _in_words(factors, [{"lam": lam} for _, lam in factors])
            if name == "unit-length" and said[-1:].isdigit():
                continue  # any multiple of W is one of W over its norm
            return Fault(
                name,
                f"What you add for the penalty is {said} times {words}.",
                look,
                derive,
            )
    return None


EXERCISES = (
    split_indices,
    early_stopping,
    l2_penalty,
    l2_gradients,
    regularized_gradients,
    dropout_forward,
    dropout_backward,
    batchnorm_forward,
    batchnorm_backward,
)
