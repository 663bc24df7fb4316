"""Problems on which one stopping rule, and no wrong reading of it, holds at a known epoch."""

import numpy as np

from bplab import nn
from bplab.exercises.two_pass_mlp.networks import away_from_zero, labels

N_UNTIL = 8  # a power of 2: shares of eighths are exact, and "below" is not "at most"


def history(X, y, params, rate, epochs):
    """What the rules, and wrong ones, would watch: a dict of (epochs,) arrays."""
    rows, last = [], None
    for _ in range(epochs):
        before = params
        params, loss = nn.train_step(X, y, before, rate)
        steps = [
            [(new - old).ravel() for new, old in zip(*pair, strict=True)]
            for pair in zip(params, before, strict=True)
        ]
        sizes = [[np.abs(step).max() for step in pair] for pair in steps]
        means = [[np.abs(step).mean() for step in pair] for pair in steps]
        every = np.concatenate([step for pair in steps for step in pair])
        rows.append(
            {
                "change": max(map(max, sizes)),
                "weights": max(size[0] for size in sizes),
                "biases": max(size[1] for size in sizes),
                "first layer": max(sizes[0]),
                "last layer": max(sizes[-1]),
                "rise": every.max(),
                "loss": np.abs(every).max() if last is None else abs(loss - last),
                "mean": np.abs(every).mean(),
                "array's mean": max(map(max, means)),
                "least": np.abs(every).min(),
                "gradients": max(map(max, sizes)) / (rate or 1.0),
                "calmest": min(map(min, sizes)),
                "error": nn.misclassified_share(X, y, params),
            }
        )
        last = loss
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


def _stop(values, limit):
    """The epoch, from 1, after which `values` first is below `limit`; 99 if never."""
    below = np.flatnonzero(values < limit)
    return int(below[0]) + 1 if below.size else 99


def _problem(rng, widths, spread, rates=(0.4, 0.9)):
    return {
        "X": spread * rng.normal(size=(N_UNTIL, widths[0])),
        "y": labels(rng, N_UNTIL, widths[-1]),
        "params": [
            (rng.normal(size=(D, H)), away_from_zero(rng, 0.2, 0.8, H))
            for D, H in zip(widths[:-1], widths[1:], strict=True)
        ],
        "learning_rate": float(rng.uniform(*rates)),
    }


def settling(rng, widths, spread, deceptive, rates=(0.4, 0.9)):
    """A problem, its limit for changes and its last epoch; watching only one of `deceptive` stops
    early, each after an epoch of its own.

    Small inputs leave the biases to move most, large ones the weights. With a learning rate above
    1 the gradients are smaller than the changes.
    """
    while True:
        problem = _problem(rng, widths, spread, rates)
        seen = history(*problem.values(), epochs=9)
        for k in range(3, 9):
            change, lowest = seen["change"][k], seen["change"][:k].min()
            limit = float(np.sqrt(change * lowest))
            stops = {name: _stop(seen[name] * 1.001, limit) for name in (*deceptive, "change")}
            if change < 0.99 * lowest and len(set(stops.values())) == len(stops):
                return problem, limit, k + 1


def _errors_and_losses(X, y, params, rate, epochs):
    errors, losses = [], []
    for _ in range(epochs):
        params, loss = nn.train_step(X, y, params, rate)
        errors.append(nn.misclassified_share(X, y, params))
        losses.append(loss)
        if errors[-1] == 0:
            break  # of no use here, whatever follows
    return np.array(errors), np.array(losses)


def erring(rng, widths):
    """A problem, its threshold for errors, the epoch after which they are below it, and a later
    one after which the loss is.

    Meanwhile there always are errors, so that their number is never below the threshold.
    """
    while True:
        problem = _problem(rng, widths, 1.0)
        if nn.misclassified_share(problem["X"], problem["y"], problem["params"]) == 1:
            continue
        error, loss = _errors_and_losses(*problem.values(), epochs=11)
        for k in range(3, min(7, len(error))):
            limit = float(error[:k].min())
            at_most, accuracy = _stop(error, 1.001 * limit), _stop(1 - error, limit)
            low = _stop(loss, 0.999 * limit)
            drops = error[k] < limit and error[0] < 1
            tells = accuracy <= k and accuracy != at_most and k + 2 < low <= len(loss)
            if drops and tells and error[:low].min() > 0:
                return problem, limit, k + 1, low


def rising(rng, widths):
    """A problem whose rate is too large, a threshold for errors, and the epoch after which they are
    below it; the loss rises and falls two epochs before that."""
    while True:
        problem = _problem(rng, widths, 1.0, rates=(3.0, 6.0))
        errors, losses = _errors_and_losses(*problem.values(), epochs=8)
        for k in range(4, len(errors)):
            turns, limit = np.diff(losses[: k - 1]), float(errors[:k].min())
            if errors[k] < limit and turns.max() > 0.02 and turns.min() < -0.02:
                return problem, limit, k + 1
