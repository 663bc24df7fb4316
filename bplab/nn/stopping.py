"""When to stop: weights that settle, errors that are rare enough, or time that is up."""

import numpy as np

from bplab.nn.mlp import mlp_forward, train_step


def train_until(X, y, params, learning_rate, max_epochs, min_change, max_error):
    """Train a tanh network on the whole set until one of three rules says stop.

    After every epoch, in this order: "weights" when every weight and bias changed by less than
    `min_change`; "error" when the updated network misclassifies a smaller share than `max_error`;
    "epochs" when `max_epochs` are done.

    Parameters
    ----------
    X : ndarray, (N, D)
    y : ndarray of int, (N,)
    params : list of (W, b)
    learning_rate : float
    max_epochs : int
    min_change : float
    max_error : float
        A share, 0 to 1.

    Returns
    -------
    params : list of (W, b)
    losses : list of float
        `losses[i]` is the loss before update i.
    reason : {"weights", "error", "epochs"}
    """
    losses = []
    for _ in range(max_epochs):
        before = params
        params, loss = train_step(X, y, before, learning_rate)
        losses.append(loss)
        if largest_change(before, params) < min_change:
            return params, losses, "weights"
        if misclassified_share(X, y, params) < max_error:
            return params, losses, "error"
    return params, losses, "epochs"


def largest_change(before, after):
    """The largest change, in size, of any weight or bias between two lists of (W, b)."""
    return max(
        np.max(np.abs(new - old))
        for layer_before, layer_after in zip(before, after, strict=True)
        for old, new in zip(layer_before, layer_after, strict=True)
    )


def misclassified_share(X, y, params, kind="tanh"):
    """Share of examples whose most probable class is not `y`; 0 to 1."""
    P, _ = mlp_forward(X, params, kind)
    return float(np.mean(P.argmax(axis=1) != y))
