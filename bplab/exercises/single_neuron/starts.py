"""Where the training of one neuron began, read off from where it ended."""

import numpy as np

from bplab import nn
from bplab.exam import Fault
from bplab.exercises.single_neuron.train_neuron import train_neuron


@train_neuron.tells
def _starts_elsewhere(wrong, rows):
    """The right loop from another start: every update is taken back, and every loss fits."""
    for frozen in (False, True):
        starts = [_taken_back(given, leaves, frozen) for given, _, leaves in rows]
        if all(start is not None for start in starts) and any(np.any(v) for v in starts):
            w, b = starts[0][:-1], starts[0][-1]
            beside = (
                "Two things at once: b never moves, and the training starts elsewhere. "
                if frozen
                else "Your training is right; what is not is where it starts. "
            )
            written = ", ".join(f"{value:.4g}" for value in w[:4]) + (", ..." if len(w) > 4 else "")
            return Fault(
                "starts-elsewhere" + "-and-bias-frozen" * frozen,
                f"{beside}Taken back update by update, your weights began at w = [{written}], "
                f"b = {b:.4g}.",
                "Which lines give w and b their first values? What does the exercise say of them?",
                "They start at zeros: every activation is 1/2 then, and losses[0] is log 2 = 0.693 "
                "whatever the labels are." + frozen * " And b takes its step with db, as w does.",
            )
    return None


def _taken_back(given, leaves, frozen):
    """[w, b] before the first update, or None if the losses on the way are not the answer's."""
    found = {leaf.name: leaf.actual for leaf in leaves}
    X, y, rate = given["X"], given["y"], given["learning_rate"]
    w, losses = found["w"], found["losses"]
    if w is None or losses is None or w.shape != X.shape[1:] or len(losses) != given["epochs"]:
        return None
    at = np.append(w, float(found["b"]))
    A = np.column_stack([X, np.ones(len(X))])
    moves = np.append(np.ones(len(w)), 0.0 if frozen else 1.0)
    for loss in losses[::-1]:
        after = at
        for _ in range(30):  # Newton's way to the v with v - rate * gradient(v) = after
            a = nn.sigmoid(A @ at)
            off = at - rate * moves * (A.T @ (a - y)) / len(y) - after
            slopes = (A.T * (a * (1 - a))) @ A / len(y)
            at = at - np.linalg.solve(np.eye(len(at)) - rate * moves[:, None] * slopes, off)
            if np.abs(off).max() < 1e-13:
                break
        if not abs(nn.bce_loss(nn.sigmoid(A @ at), y) - loss) < 1e-7:
            return None
    return np.where(np.abs(at) < 1e-9, 0.0, at)
