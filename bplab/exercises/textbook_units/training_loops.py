"""train_until with a piece replaced."""

import numpy as np

from bplab import nn


def train_with(
    X,
    y,
    params,
    learning_rate,
    max_epochs,
    min_change,
    max_error,
    change=nn.largest_change,
    error=nn.misclassified_share,
    settled=lambda change, limit: change < limit,
    rare=lambda error, limit: error < limit,
    reason=lambda settled, rare, last: "weights" if settled else "error" if rare else "",
):
    """train_until with a piece replaced."""
    losses = []
    for epoch in range(max_epochs):
        before = params
        params, loss = nn.train_step(X, y, before, learning_rate)
        losses.append(loss)
        found = reason(
            settled(change(before, params), min_change),
            rare(error(X, y, params), max_error),
            epoch == max_epochs - 1,
        )
        if found:
            return params, losses, found
    return params, losses, "epochs"


def changes(before, after):
    pairs = [
        pair for layers in zip(before, after, strict=True) for pair in zip(*layers, strict=True)
    ]
    return np.concatenate([(new - old).ravel() for old, new in pairs])
