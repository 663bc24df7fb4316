"""A cross-entropy in which the two labels do not count alike."""

import numpy as np

from bplab.exam import Fault, number
from bplab.exercises.single_neuron.bce_loss import bce_loss


@bce_loss.tells
def _(wrong, rows):
    """How much an example with y = 1 and one with y = 0 count, the same in every case."""
    shares, losses = [], []
    for inputs, leaf, _ in rows:
        a, y = np.asarray(inputs["a"], float), np.asarray(inputs["y"], float)
        if a.min() > 1e-6 and a.max() < 1 - 1e-6:
            shares.append([np.mean(-y * np.log(a)), np.mean(-(1 - y) * np.log(1 - a))])
            losses.append(float(leaf.actual))
    if len(losses) < 3:
        return None
    shares, losses = np.array(shares), np.array(losses)
    weights, _, rank, _ = np.linalg.lstsq(shares, losses, rcond=None)
    if rank < 2 or np.max(np.abs(shares @ weights - losses)) > 1e-9 * np.abs(losses).max():
        return None
    ones, zeros = (float(w) for w in weights)
    if min(ones, zeros) < 1e-9 or abs(ones - zeros) < 1e-9:
        return None  # a sign, a term left out, or a factor of all: other rules say so
    return Fault(
        "classes-weighed",
        f"In your loss an example with y = 1 counts {number(ones)} times and one with y = 0 counts "
        f"{number(zeros)} times.",
        "Is there a factor before one of the two terms?",
        "Every example counts 1/N, whatever its label: both terms stand with the factor 1.",
    )
