"""The price of large weights."""

import math

import numpy as np

from bplab import nn
from bplab.exam import Exercise
from bplab.exercises.other_formulas import other_formulas
from bplab.exercises.regularization.networks import network

l2_penalty = Exercise(
    "l2_penalty",
    "05_regularization",
    nn.l2_penalty,
    returns="penalty",
    points=1,
    achieved="Large weights cost something now.",
)


@l2_penalty.paper
def _(rng):
    for widths in [(3, 5, 2), (4, 6, 3, 2), (2, 7), (4, 4, 4)]:
        yield {"params": network(rng, widths), "lam": float(rng.uniform(0.05, 0.9))}
    yield {"params": network(rng, (3, 4, 2)), "lam": 0.0}


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

l2_penalty.mistake(
    "square-of-the-sum",
    "You square once, at the end: weights of opposite sign cancel before they are counted.",
    "What is your penalty for the weights 5 and -5?",
    "Each weight is squared by itself, then all squares are added.",
)(lambda params, lam: lam / 2 * sum(W.sum() for W, _ in params) ** 2)
