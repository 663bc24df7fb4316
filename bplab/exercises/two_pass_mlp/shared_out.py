"""Rows that sum to 1, shared out by another function of the scores than exp."""

import numpy as np

from bplab import nn
from bplab.exam import Fault, number
from bplab.exam.compare import close
from bplab.exercises.two_pass_mlp.softmax import softmax

SHARED_OUT = (
    ("the sigmoid of each score", nn.sigmoid),
    ("log(1 + exp(score))", lambda Z: np.logaddexp(0, Z)),
    ("the square of each score", np.square),
    ("the size of each score, without its sign", np.abs),
    ("the positive part of each score", lambda Z: np.maximum(Z, 0)),
    ("each score minus the smallest of its row", lambda Z: Z - Z.min(axis=1, keepdims=True)),
    ("each score minus the smallest of all", lambda Z: Z - Z.min()),
    ("1 + score + score**2 / 2", lambda Z: 1 + Z + Z**2 / 2),
    ("1 + tanh(score)", lambda Z: 1 + np.tanh(Z)),
)


@softmax.tells
def _(wrong, rows):
    """Which function of the scores is divided by its sum over the row."""
    plain = [(given["Z"], leaf) for given, leaf, _ in rows if np.abs(given["Z"]).max() < 100]
    if wrong.fault is not None or not plain:
        return None
    return shared_out(
        plain,
        "P_ic = exp(Z_ic) / sum over k of exp(Z_ik): adding 1 to a score multiplies its share by "
        "e, wherever the score stands.",
    )


def shared_out(plain, derive):
    """The Fault of rows that another function of the scores is divided out in, or None.

    plain : (scores, leaf of the shares) of each case
    derive : the right step, in a sentence
    """
    for words, function in SHARED_OUT:
        if all(_shares(function(Z), leaf) for Z, leaf in plain):
            return Fault(
                "other-function-shared-out",
                f"Your rows sum to 1, but what is shared out in them is {words}.",
                "Which function turns a score into a positive number before the row is divided by "
                "its sum?",
                derive,
            )
    return None


@softmax.tells
def _temperatures(wrong, rows):
    """Probabilities of scores that were multiplied by a number, one for each row."""
    told = None
    for given, leaf, _ in rows:
        Z, P = given["Z"], np.asarray(leaf.actual)
        if np.abs(Z).max() > 100:
            continue
        if leaf.fault is not None or P.min() <= 1e-300:
            return None
        U, V = Z - Z.mean(axis=1, keepdims=True), np.log(P)
        V = V - V.mean(axis=1, keepdims=True)
        by = (U * V).sum(axis=1) / (U**2).sum(axis=1)
        if np.abs(V - by[:, None] * U).max() > 1e-8 * np.abs(V).max():
            return None
        if not np.allclose(P.sum(axis=1), 1) or np.any(by <= 0):
            return None
        told = told if told is not None else by
    if told is None or np.ptp(told) < 1e-9 * told[0]:
        return None  # one number for all: other rules find out which
    return Fault(
        "rows-rescaled",
        "The scores of each row were multiplied by a number of its own: "
        f"{number(float(told[0]))} in the first row, {number(float(told[1]))} in the second.",
        "By what is a row divided before the exponential: its spread, its sum, its largest?",
        "P_ic = exp(Z_ic) / sum over k of exp(Z_ik): the score goes in as it is; only a number "
        "subtracted from a whole row cancels.",
    )


def _shares(parts, leaf):
    with np.errstate(all="ignore"):
        made = parts / parts.sum(axis=1, keepdims=True)
    return leaf.actual is not None and bool(np.all(close(np.asarray(leaf.actual), made, 1e-7)))
