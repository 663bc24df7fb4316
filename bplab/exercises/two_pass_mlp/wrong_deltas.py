"""Gradients that are off by a share, at the bias or at the first delta."""

import numpy as np

from bplab import nn
from bplab.exercises.two_pass_mlp.backward_walks import backward_walk
from bplab.exercises.two_pass_mlp.mlp_backward import mlp_backward
from bplab.exercises.two_pass_mlp.networks import one_hot


@mlp_backward.mistake(
    "not-averaged",
    "From the last layer on, every gradient is exactly {N} times what it should be, and the batch "
    "has {N} rows.",
    "The loss is a mean over the examples. Where does its 1/N enter the chain?",
    "It enters at the very beginning, in the gradient of the scores: (P - one-hot) / N. All "
    "other gradients get it from there.",
)
def _(P, y, cache, params, kind="tanh"):
    return backward_walk(P, y, cache, params, kind, dZ=P - one_hot(P, y))


@mlp_backward.mistake(
    "averaged-twice",
    "From the last layer on, every dW and db is exactly 1/{N} of what it should be.",
    "Count the divisions by N on the path from the loss to dW. How many are there?",
    "The mean's 1/N comes in once, with the gradient of the scores. dW and db only sum.",
)
def _(P, y, cache, params, kind="tanh"):
    return [(dW / len(y), db / len(y)) for dW, db in backward_walk(P, y, cache, params, kind)]


@mlp_backward.mistake(
    "averaged-again-below",
    "The last layer is right. In the layer below, dW and db are exactly 1/{N} of what they should "
    "be.",
    "The last layer had the right 1/N. What happens to it at the next layer down?",
    "The path from the loss to W1 passes one mean, so one 1/N. Each layer's delta inherits it "
    "from the delta above.",
)
def _(P, y, cache, params, kind="tanh"):
    def activation(dA, Z, kind):
        return nn.activation_backward(dA, Z, kind) / len(Z)

    return backward_walk(P, y, cache, params, kind, activation=activation)


@mlp_backward.mistake(
    "hidden-averaged-again",
    "The last layer is right. In every hidden layer dW and db are exactly 1/{N} of what they "
    "should be.",
    "Which lines of yours divide by N? One of them runs for hidden layers only.",
    "The 1/N of the mean loss is in the delta of the scores, and every delta below inherits it. "
    "The hidden dW and db need no division of their own.",
)
def _(P, y, cache, params, kind="tanh"):
    grads = backward_walk(P, y, cache, params, kind)
    return [*((dW / len(y), db / len(y)) for dW, db in grads[:-1]), grads[-1]]


@mlp_backward.mistake(
    "raw-error-sent-back",
    "The last layer is right. In every layer below, dW and db are exactly {N} times what they "
    "should be.",
    "Which array do you send down from the last layer: the one you scaled, or the raw error?",
    "dA of the layer below is dZ W^T with the same dZ that made dW, its 1/N included.",
)
def _(P, y, cache, params, kind="tanh"):
    grads = backward_walk(P, y, cache, params, kind)
    return [*((dW * len(y), db * len(y)) for dW, db in grads[:-1]), grads[-1]]


@mlp_backward.mistake(
    "divided-by-inputs",
    "From the last layer on, every gradient is off by {N}/{D}: you divided by the number of "
    "inputs, {D}, not of examples, {N}.",
    "Which axis of X counts the examples?",
    "Rows are examples: X is (N, D), and N is its first axis.",
)
def _(P, y, cache, params, kind="tanh"):
    D = cache["A"][0].shape[1]
    return backward_walk(P, y, cache, params, kind, dZ=(P - one_hot(P, y)) / D)


@mlp_backward.mistake(
    "sign",
    "Every gradient has the right size and the opposite sign.",
    "One minus sign, at the very start: probability minus target, or the reverse?",
    "The loss falls as the true class's score grows, so the delta is negative there: P - 1 < 0.",
)
def _(P, y, cache, params, kind="tanh"):
    return [(-dW, -db) for dW, db in backward_walk(P, y, cache, params, kind)]


@mlp_backward.mistake(
    "bias-averaged",
    "Every dW is right; every db is exactly 1/{N} of what it should be.",
    "dZ carries the 1/N already. What is left to do for b over the rows?",
    "b_j is added in every row, so the chain rule adds over the rows: a sum, not a mean.",
)
def _(P, y, cache, params, kind="tanh"):
    def linear(dZ, X, W):
        return dZ @ W.T, X.T @ dZ, dZ.mean(axis=0)

    return backward_walk(P, y, cache, params, kind, linear=linear)


@mlp_backward.mistake(
    "bias-never-assigned",
    "Every dW is right; every db is zero: the biases would never learn.",
    "Where do your bias gradients get their values?",
    "db_j = sum over i of dZ_ij: all rows used b_j, and each has its share.",
)
def _(P, y, cache, params, kind="tanh"):
    return [(dW, np.zeros_like(db)) for dW, db in backward_walk(P, y, cache, params, kind)]


@mlp_backward.mistake(
    "bias-all-equal",
    "Every dW is right; all entries of a db are equal, and in the last layer they are 0.",
    "Over which axis do examples run, and over which one units? Only one of them may go.",
    "db_j = sum over i of dZ_ij. Summing over j as well mixes all units; for the softmax the "
    "rows of dZ sum to 0, so nothing is left.",
)
def _(P, y, cache, params, kind="tanh"):
    def linear(dZ, X, W):
        return dZ @ W.T, X.T @ dZ, np.full(dZ.shape[1], dZ.sum())

    return backward_walk(P, y, cache, params, kind, linear=linear)


@mlp_backward.mistake(
    "bias-before-the-slope",
    "dW is right everywhere, and so is the last db. The hidden layers' db are sums of dA, not of "
    "dZ.",
    "Does b1 enter before the activation or after it?",
    "Z1 = X W1 + b1, then A1 = f(Z1). The blame reaches b1 through f, so db1 sums dZ1.",
)
def _(P, y, cache, params, kind="tanh"):
    passed = []

    def activation(dA, Z, kind):
        passed.insert(0, dA)
        return nn.activation_backward(dA, Z, kind)

    grads = backward_walk(P, y, cache, params, kind, activation=activation)
    hidden = [(dW, dA.sum(axis=0)) for (dW, _), dA in zip(grads, passed, strict=False)]
    return [*hidden, grads[-1]]


@mlp_backward.mistake(
    "slope-kept-at-the-output",
    "All gradients are too small, from the last layer on: an extra factor P(1 - P) is in the way.",
    "Derive the gradient of the scores through softmax and cross-entropy by hand. What cancels?",
    "The 1/P of the logarithm and the P of the softmax cancel: (P - one-hot) / N is all.",
)
def _(P, y, cache, params, kind="tanh"):
    return backward_walk(P, y, cache, params, kind, dZ=(P - one_hot(P, y)) * P * (1 - P) / len(y))


@mlp_backward.mistake(
    "activation-slope-at-the-output",
    "Already the last layer is off: its delta was multiplied by the slope of the activation.",
    "Does the last layer have an activation of this kind?",
    "After the last layer comes the softmax, whose slope is in P - one-hot already. f' belongs "
    "to the hidden layers.",
)
def _(P, y, cache, params, kind="tanh"):
    dZ = nn.softmax_cross_entropy_backward(P, y)
    return backward_walk(
        P, y, cache, params, kind, dZ=nn.activation_backward(dZ, cache["Z"][-1], kind)
    )


@mlp_backward.mistake(
    "labels-ignored",
    "The labels do not change your gradients: 1/{C} is taken off every probability, whichever "
    "class is the true one.",
    "Where does y come into your first delta?",
    "dZ = (P - one-hot) / N: 1 comes off the true class's probability, and nothing off the others.",
)
def _(P, y, cache, params, kind="tanh"):
    return backward_walk(P, y, cache, params, kind, dZ=(P - 1 / P.shape[1]) / len(y))
