"""residual_backward: what must pass, and what must be told."""

import numpy as np

from bplab import nn


def spelled_out(dout, X, Z, W, kind):
    a = nn.activation_forward(Z, kind)
    slope = {"tanh": 1 - a**2, "sigmoid": a * (1 - a), "relu": Z > 0}[kind]
    dZ = dout * slope
    dX = dout + np.einsum("nh,dh->nd", dZ, W)
    return dX, np.einsum("nd,nh->dh", X, dZ), dZ.sum(0)


def with_the_identity_in_w(dout, X, Z, W, kind):
    dZ = nn.activation_backward(dout, Z, kind)
    dX = np.hstack([dout, dZ]) @ np.vstack([np.eye(len(W)), W.T])
    return [dX.tolist(), X.T @ dZ, np.ones(len(X)) @ dZ]


def one_example_at_a_time(dout, X, Z, W, kind):
    dX, dW, db = dout.copy(), 0 * W, 0 * W[0]
    for n in range(len(X)):
        dz = nn.activation_backward(dout[n], Z[n], kind)
        dX[n] += W @ dz
        dW += np.outer(X[n], dz)
        db += dz
    return dX, dW, db


ACCEPTED = [spelled_out, with_the_identity_in_w, one_example_at_a_time]


def back(dX, dZ=nn.activation_backward):
    def residual_backward(dout, X, Z, W, kind):
        d = dZ(dout, Z, kind)
        return dX(dout, d, X, W), X.T @ d, d.sum(0)

    return residual_backward


def by_value(a, kind):
    return {"tanh": 1 - a**2, "sigmoid": a * (1 - a), "relu": a > 0}[kind]


def relu_for_all_not_turned(dout, X, Z, W, kind):
    dZ = dout * (Z > 0)
    dW = X.T @ dZ
    db = dZ.sum(0)
    dX = dZ @ W + dout
    return dX, dW, db


TOLD = [
    (relu_for_all_not_turned, "weights-not-turned-and-relu-for-all"),
    (back(lambda dout, dZ, X, W: dZ @ W.T), "way-past-forgotten"),
    (back(lambda dout, dZ, X, W: dout), "way-past-only"),
    (back(lambda dout, dZ, X, W: 2 * dout + dZ @ W.T), "2 times in place of once"),
    (back(lambda dout, dZ, X, W: -dout + dZ @ W.T), "the other sign"),
    (back(lambda dout, dZ, X, W: dout + dZ @ W), "weights-not-turned"),
    (back(lambda dout, dZ, X, W: X + dZ @ W.T), "input-added"),
    (back(lambda dout, dZ, X, W: dout + dout @ W.T), "slope of f is missing"),
    (back(lambda dout, dZ, X, W: dout + dZ @ W.T, lambda d, Z, kind: d), "slope-forgotten"),
    (
        back(
            lambda dout, dZ, X, W: dout + dZ @ W.T,
            lambda d, Z, kind: nn.activation_backward(d, Z, "tanh"),
        ),
        "kind-ignored",
    ),
    (back(lambda dout, dZ, X, W: (dout + dZ @ W.T) / 2), "1/2"),
    (back(lambda dout, dZ, X, W: dout * (dZ @ W.T)), "multiplied"),
    (
        lambda dout, X, Z, W, kind: back(
            lambda dout, dZ, X, W: dout + dZ @ W.T,
            lambda d, Z, kind: nn.activation_backward(d, X + Z, kind),
        )(dout, X, Z, W, kind),
        "slope-of-the-sum",
    ),
    (
        lambda dout, X, Z, W, kind: back(
            lambda dout, dZ, X, W: dout + dZ @ W.T,
            lambda d, Z, kind: d * by_value(X + nn.activation_forward(Z, kind), kind),
        )(dout, X, Z, W, kind),
        "slope-from-the-output",
    ),
]
