"""Scores into probabilities of actions."""

import numpy as np

from bplab import nn
from bplab.exam import Case, Exercise
from bplab.exercises.policy_gradient.discounted_returns import CHAPTER
from bplab.exercises.two_pass_mlp import softmax
from bplab.exercises.two_pass_mlp.shared_out import shared_out

policy = Exercise(
    "policy",
    CHAPTER,
    nn.policy,
    returns="P",
    points=1,
    shapes={"theta": "D A", "S": "N D"},
    built_on=(softmax,),
    achieved="A state turns into probabilities of actions; this is what will learn.",
)


@policy.paper
def _(rng):
    for N, D, A in ((6, 4, 2), (7, 3, 5), (9, 5, 3)):
        yield {"theta": rng.normal(size=(D, A)), "S": rng.normal(size=(N, D))}
    S = rng.normal(size=(8, 4))
    yield Case({"theta": rng.normal(size=(4, 3)) * 1e4, "S": S}, quiet=True)


ROWS = (
    "P = softmax(S @ theta), row by row: a row holds the probabilities of the actions in a state."
)

policy.mistake(
    "scores",
    "Yours are the scores: rows do not sum to 1.",
    "What makes probabilities of scores?",
    ROWS,
)(lambda theta, S: S @ theta)
policy.mistake(
    "over-states",
    "In yours the columns sum to 1: the states share one probability for each action.",
    "Over what do the probabilities of one state sum to 1?",
    ROWS,
)(lambda theta, S: nn.softmax((S @ theta).T).T)
policy.mistake(
    "sigmoid",
    "You took a sigmoid of each score: rows do not sum to 1.",
    "How many actions are chosen in one state?",
    ROWS,
)(lambda theta, S: nn.sigmoid(S @ theta))
policy.mistake(
    "sign",
    "The action with the largest score is the least probable in yours.",
    "Does a higher score make an action more likely?",
    ROWS,
)(lambda theta, S: nn.softmax(-(S @ theta)))
policy.mistake(
    "logarithms",
    "Yours are logarithms of probabilities.",
    "Are they between 0 and 1?",
    ROWS,
)(lambda theta, S: np.log(np.maximum(nn.policy(theta, S), 1e-300)))


@policy.mistake(
    "not-shifted",
    "For scores of 1e4 the exponential overflows.",
    "What may be subtracted from a row of scores without changing its softmax?",
    "Subtract the largest score of each row first: then exp only ever sees numbers up to 0.",
)
def _(theta, S):
    E = np.exp(S @ theta)
    return E / E.sum(axis=1, keepdims=True)


@policy.mistake(
    "one-shift-for-all",
    "One number is taken off the whole table, its largest score: of a row whose scores all lie far "
    "below it nothing is left, and 0 is divided by 0.",
    "A row whose largest score is 5, beside one of 10000: what is exp(5 - 10000)?",
    "Subtract the largest score of each row, row by row: then exp(0) = 1 stands in every sum.",
)
def _(theta, S):
    Z = S @ theta
    E = np.exp(Z - Z.max())
    return E / E.sum(axis=1, keepdims=True)


@policy.mistake(
    "certain",
    "You give the best action a probability of 1.",
    "Is the most probable action the only possible one?",
    ROWS,
)
def _(theta, S):
    return np.eye(theta.shape[1])[(S @ theta).argmax(axis=1)]


policy.mistake(
    "shares-of-the-scores",
    "Your rows are the scores without their signs, divided by their sum: no exponential is taken.",
    "What does a softmax do to a score before it divides?",
    ROWS,
)(lambda theta, S: abs(S @ theta) / abs(S @ theta).sum(axis=1, keepdims=True))
policy.mistake(
    "scores-divided-by-a-root",
    "Your scores are divided by the root of the number of state variables before the exponential: "
    "the rows are too even.",
    "What is done to each score before the exponential?",
    ROWS,
)(lambda theta, S: nn.softmax(S @ theta / np.sqrt(len(theta))))


@policy.tells
def _(wrong, rows):
    """Which function of the scores is divided by its sum over the row."""
    plain = [(given["S"] @ given["theta"], leaf) for given, leaf, _ in rows]
    plain = [(Z, leaf) for Z, leaf in plain if np.abs(Z).max() < 100]
    return shared_out(plain, ROWS) if plain else None
