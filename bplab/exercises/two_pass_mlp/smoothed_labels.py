"""A cross-entropy, and its gradient, in which the wrong classes have a share in the label."""

import numpy as np

from bplab.exam import Fault, number
from bplab.exercises.two_pass_mlp.cross_entropy import cross_entropy
from bplab.exercises.two_pass_mlp.softmax_cross_entropy_backward import (
    softmax_cross_entropy_backward,
)


@cross_entropy.tells
def _(wrong, rows):
    """The share of the label that is spread over all classes, the same in every case."""
    own, all_of_them, losses = [], [], []
    for inputs, leaf, _ in rows:
        P, y = inputs["P"], inputs["y"]
        if P.min() > 1e-9:
            logs = -np.log(P)
            own.append(np.mean(logs[np.arange(len(y)), y]))
            all_of_them.append(np.mean(logs))
            losses.append(float(leaf.actual))
    if len(losses) < 2:
        return None
    own, all_of_them, losses = map(np.array, (own, all_of_them, losses))
    spread = all_of_them - own
    share = float(spread @ (losses - own) / (spread @ spread))
    if not 1e-6 < share < 1 - 1e-6:
        return None
    if np.max(np.abs(own + share * spread - losses)) > 1e-9 * np.abs(losses).max():
        return None
    return Fault(
        "labels-smoothed",
        f"In your loss the true class has {number(1 - share)} of the label, and {number(share)} is "
        "spread over all classes (label smoothing).",
        "Which entries of row i count in your loss, and with which weights?",
        "-log P[i, y_i]: the true class counts with 1, every other with 0.",
    )


@softmax_cross_entropy_backward.tells
def _(wrong, rows):
    """The same share in the target that is taken off P."""
    spread, gaps = [], []
    for inputs, leaf, _ in rows:
        P, y = inputs["P"], inputs["y"]
        target = np.eye(P.shape[1])[y]
        spread.append(((target - 1 / P.shape[1]) / len(y)).ravel())
        gaps.append(np.ravel(leaf.actual - leaf.expected))
    spread, gaps = np.concatenate(spread), np.concatenate(gaps)
    share = float(spread @ gaps / (spread @ spread))
    if not 1e-6 < share < 1 - 1e-6 or np.max(np.abs(share * spread - gaps)) > 1e-9:
        return None
    return Fault(
        "labels-smoothed",
        f"Your target gives the true class {number(1 - share)} of the label, and spreads "
        f"{number(share)} over all classes (label smoothing).",
        "Which numbers stand in a row of what you take off P?",
        "The target of row i is 1 at class y_i and 0 elsewhere.",
    )
