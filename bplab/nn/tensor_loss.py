"""The loss of a network, written as an expression of tensors: its backward pass comes for free."""

import numpy as np

from bplab.nn.tensors import Tensor


def mlp_loss(X, y, tensors, kind="tanh"):
    """Mean cross-entropy of a network whose weights are Tensors.

    X : (N, D), y : (N,) ints, tensors : [W1, b1, W2, b2, ...], kind : "tanh" or "relu"
    ->  Tensor of one entry

    -log p = log(sum of exp(scores)) - the right class's score, the largest score of a row taken
    off first, so that exp stays within its range and nothing has to be clipped.
    """
    A = Tensor(X)
    for W, b in zip(tensors[:-2:2], tensors[1:-2:2], strict=True):
        Z = A @ W + b
        A = Z.tanh() if kind == "tanh" else Z.relu()
    scores = A @ tensors[-2] + tensors[-1]
    scores = scores - scores.data.max(axis=1, keepdims=True)
    right = scores[np.arange(len(y)), y]
    return (scores.exp().sum(axis=1).log() - right).mean()
