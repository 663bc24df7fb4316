"""A seventh round, chapter 7, deep networks: kept of what was told too little of at its first run."""

import numpy as np

from bplab import nn
from bplab.nn import activation_forward
from tests.exercises.strangers.table import wrong


@wrong("xavier_init", "normalises the drawn matrix to its own spread before scaling")
def _(fan_in, fan_out, rng):
    w = rng.normal(size=(fan_in, fan_out))
    w = (w - w.mean()) / w.std()
    return w * np.sqrt(2.0 / (fan_in + fan_out))


@wrong("signal_by_layer", "mean absolute deviation from the mean")
def _(X, params, kind):
    A = X
    stds = []
    for W, b in params[:-1]:
        Z = nn.linear_forward(A, W, b)
        A = nn.activation_forward(Z, kind)
        stds.append(np.abs(A - A.mean()).mean())
    return np.array(stds)


@wrong("residual_forward", "the identity is scaled by the weights: X @ W added instead of X")
def _(X, W, b, kind):
    XW = X.dot(W)
    Z = XW + b
    return XW + activation_forward(Z, kind), Z


@wrong(
    "layernorm_backward",
    "batch norm backward: statistics over axis 0 with std per row, and dgamma by row",
    kind="two",
)
def _(dout, cache, gamma):
    xh, std = cache["X_hat"], cache["std"]
    d = dout * gamma
    dX = (d - d.mean(0) - xh * (d * xh).mean(0)) / std[:, None]
    return dX, (dout * xh).mean(0), dout.sum(0)
