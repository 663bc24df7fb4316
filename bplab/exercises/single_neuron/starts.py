"""Where the training of one neuron began, read off from where it ended."""

import numpy as np

from bplab import nn
from bplab.exam import Fault
from bplab.exercises.single_neuron.train_neuron import train_neuron

# Beside the start: what is said of it, whether b moves, whether steps are N times too long.
BESIDE = {
    "": ("Your training is right; what is not is where it starts.", True, False, ""),
    "-and-bias-frozen": (
        "Two things at once: b never moves, and the training starts elsewhere.",
        False,
        False,
        " And b takes its step with db, as w does.",
    ),
    "-and-summed": (
        "Two things at once: each step is as many times too long as you have rows, and the "
        "training starts elsewhere.",
        True,
        True,
        " And the gradient is that of the mean loss: it carries one 1/N.",
    ),
}


@train_neuron.tells
def _starts_elsewhere(wrong, rows):
    """The right loop from another start: every update is taken back, and every loss fits."""
    for slip, (beside, moves_b, long, more) in BESIDE.items():
        starts = [_taken_back(given, leaves, moves_b, long) for given, _, leaves in rows]
        if all(start is not None for start in starts) and any(np.any(v) for v in starts):
            w, b = starts[0][:-1], starts[0][-1]
            written = ", ".join(f"{value:.4g}" for value in w[:4]) + (", ..." if len(w) > 4 else "")
            return Fault(
                f"starts-elsewhere{slip}",
                f"{beside} Taken back update by update, your weights began at w = [{written}], "
                f"b = {b:.4g}.",
                "Which lines give w and b their first values? What does the exercise say of them?",
                "They start at zeros: every activation is 1/2 then, and losses[0] is log 2 = 0.693 "
                f"whatever the labels are.{more}",
            )
    return None


def _taken_back(given, leaves, moves_b, long):
    """[w, b] before the first update, or None if the losses on the way are not the answer's."""
    found = {leaf.name: leaf.actual for leaf in leaves}
    X, y = given["X"], given["y"]
    rate = given["learning_rate"] * (len(y) if long else 1)
    w, losses = found["w"], found["losses"]
    if w is None or losses is None or w.shape != X.shape[1:] or len(losses) != given["epochs"]:
        return None
    at = np.append(w, float(found["b"]))
    A = np.column_stack([X, np.ones(len(X))])
    moves = np.append(np.ones(len(w)), float(moves_b))
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


@train_neuron.tells
def _many_steps(wrong, rows):
    """After one epoch much further than one update leads, in nearly its direction."""
    if wrong.name != "losses":
        return None
    for given, _, leaves in rows:
        found = {leaf.name: leaf for leaf in leaves}
        w, N = found["w"], len(given["y"])
        if given["epochs"] != 1 or not found["losses"].right or w.actual is None:
            continue
        if w.actual.shape != w.expected.shape:
            continue
        mine, right = np.linalg.norm(w.actual), np.linalg.norm(w.expected)
        if N / 2 < mine / right < 1.5 * N and w.actual @ w.expected > 0.9 * mine * right:
            return Fault(
                "as-far-as-many-steps",
                f"Your first loss is right, and then you go too far: after one single epoch your w "
                f"is {mine / right:.3g} times as long as one update makes it, in nearly the same "
                f"direction; you have {N} rows.",
                "How many updates does one epoch of yours make? If it is one: is its gradient a "
                "mean over the rows, or a sum?",
                "One epoch is one update, along the gradient of the mean loss at the w and b of "
                "its start: all examples together, divided by N.",
            )
    return None
