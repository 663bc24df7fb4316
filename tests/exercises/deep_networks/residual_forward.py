"""residual_forward: what must pass, and what must be told."""

import numpy as np

from bplab import nn


def spelled_out(X, W, b, kind):
    Z = np.einsum("nd,dh->nh", X, W) + b
    A = {"tanh": np.tanh, "relu": lambda z: z * (z > 0), "sigmoid": lambda z: 1 / (1 + np.exp(-z))}
    return [A[kind](Z) + X, Z]


def in_place_on_its_own(X, W, b, kind):
    Z = nn.linear_forward(X, W, b)
    out = nn.activation_forward(Z, kind)
    out += X
    return out, Z


ACCEPTED = [spelled_out, in_place_on_its_own]


def f(Z, kind):
    return nn.activation_forward(Z, kind)


TOLD = [
    (lambda X, W, b, kind: (f(X @ W + b, kind), X @ W + b), "no-way-past"),
    (lambda X, W, b, kind: (f(X + X @ W + b, kind), X @ W + b), "out"),
    (lambda X, W, b, kind: (f(X + f(X @ W + b, kind), kind), X @ W + b), "bent-twice"),
    (
        lambda X, W, b, kind: (X + f(X, kind) @ W + b, f(X, kind) @ W + b),
        "activation-before-the-weights",
    ),
    (lambda X, W, b, kind: (X + f(X @ W + b, kind), f(X @ W + b, kind)), "activation-kept"),
    (lambda X, W, b, kind: X + f(X @ W + b, kind), "should hold 2 things"),
    (lambda X, W, b, kind: (X * f(X @ W + b, kind), X @ W + b), "multiplies X"),
    (lambda X, W, b, kind: (X + np.tanh(X @ W + b), X @ W + b), "kind-ignored"),
    (lambda X, W, b, kind: (X + f(X @ W.T + b, kind), X @ W.T + b), "weights-turned"),
    (lambda X, W, b, kind: (X + X @ W + b, X @ W + b), "linear"),
]
