"""The linear step, forward."""

import numpy as np

from bplab import nn
from bplab.exam import Exercise
from bplab.exercises.two_pass_mlp.networks import CHAPTER, away_from_zero

linear_forward = Exercise(
    "linear_forward",
    CHAPTER,
    nn.linear_forward,
    returns="Z",
    points=1,
    shapes={"X": "N D", "W": "D H", "b": "H"},
    achieved="A layer computes for a whole batch in one product.",
)


@linear_forward.paper
def _(rng):
    for N, D, H in [(6, 3, 4), (8, 5, 2), (7, 4, 6), (6, 6, 6)]:
        yield {
            "X": rng.normal(size=(N, D)),
            "W": rng.normal(size=(D, H)),
            "b": away_from_zero(rng, 0.3, 1.5, H),
        }


@linear_forward.mistake(
    "no-bias",
    "Your Z does not change with b.",
    "What does a unit put out when all its inputs are 0?",
    "Z_ij = sum over k of X_ik W_kj, plus b_j. The same row b is added to every example.",
)
def _(X, W, b):
    return X @ W


@linear_forward.mistake(
    "bias-subtracted",
    "Your bias pulls the wrong way: a larger b gives you a smaller Z.",
    "Look at the sign in front of b.",
    "This course adds the bias: Z = X W + b. (A threshold would be subtracted; theta = -b.)",
)
def _(X, W, b):
    return X @ W - b


@linear_forward.mistake(
    "activation-too-early",
    "You returned tanh(Z): all your values lie between -1 and 1.",
    "This function is the linear half of a layer. Which function will be the other half?",
    "A layer is Z = X W + b, then A = f(Z). Keeping the two apart makes the way back easier.",
)
def _(X, W, b):
    return np.tanh(X @ W + b)


@linear_forward.mistake(
    "transposed",
    "You returned Z with units as rows and examples as columns.",
    "Which axis of X counts the examples, and which axis of Z must?",
    "Rows are examples everywhere: (N, D) times (D, H) gives (N, H). X comes first.",
)
def _(X, W, b):
    return (X @ W + b).T


@linear_forward.mistake(
    "weights-transposed",
    "The product failed: you multiplied X by W with its axes exchanged.",
    "W is (D, H) here: rows are inputs, columns are units. Which axis of X does D belong to?",
    "(N, D) times (D, H): the two D stand side by side and disappear. No transpose is needed.",
)
def _(X, W, b):
    return X @ W.T + b


@linear_forward.mistake(
    "entry-by-entry",
    "The product failed: you multiplied X and W entry by entry.",
    "One unit adds up all its inputs, each times its weight. Which product has that sum inside?",
    "Z_ij = sum over k of X_ik W_kj: a row of X meets a column of W, which is what @ does.",
)
def _(X, W, b):
    return X * W + b


@linear_forward.mistake(
    "bias-per-input",
    "Your bias counts {D} times, once for every input.",
    "Is b added before or after the sum over the inputs?",
    "b stands outside the sum: Z_ij = (sum over k of X_ik W_kj) + b_j.",
)
def _(X, W, b):
    return X @ W + X.shape[1] * b


@linear_forward.mistake(
    "bias-in-weights",
    "You add b to the weights: it is multiplied by the sum of the inputs.",
    "What does a unit put out when all its inputs are 0?",
    "b stands outside the sum: Z_ij = (sum over k of X_ik W_kj) + b_j.",
)
def _(X, W, b):
    return X @ (W + b)


@linear_forward.mistake(
    "one-bias-for-all",
    "Every unit gets the sum of all biases.",
    "How many biases does the layer have, and which one belongs to unit j?",
    "Z_ij has b_j in it, with the unit's own index j.",
)
def _(X, W, b):
    return X @ W + b.sum()


@linear_forward.mistake(
    "first-bias-for-all",
    "Every unit gets the bias of the first one.",
    "How many biases does the layer have, and which one belongs to unit j?",
    "Z_ij has b_j in it, with the unit's own index j.",
)
def _(X, W, b):
    return X @ W + b[0]


@linear_forward.mistake(
    "bias-multiplies",
    "You multiply by b where b is to be added.",
    "What does a unit put out when all its inputs are 0?",
    "Z_ij = (sum over k of X_ik W_kj) + b_j.",
)
def _(X, W, b):
    return (X @ W) * b


@linear_forward.mistake(
    "bias-per-example",
    "Your bias counts {N} times, once for every example.",
    "How often does b come into one row of Z?",
    "The same row b is added once to every example: Z_ij = (sum over k of X_ik W_kj) + b_j.",
)
def _(X, W, b):
    return X @ W + len(X) * b


@linear_forward.mistake(
    "softmax-too-early",
    "Your rows add up to 1: a softmax was taken already.",
    "This function is the linear half of a layer. Which function will be the other half?",
    "Z = X W + b, and nothing more. The softmax comes once, after the last layer.",
)
def _(X, W, b):
    return nn.softmax(X @ W + b)


@linear_forward.mistake(
    "inputs-averaged",
    "Your Z holds the mean over the {D} inputs where their sum belongs; the bias is right.",
    "Does a unit with more inputs add up more, or does it take a mean?",
    "Z_ij = sum over k of X_ik W_kj, plus b_j: no division by the number of inputs.",
)
def _(X, W, b):
    return X @ W / X.shape[1] + b


@linear_forward.mistake(
    "weights-reshaped",
    "W was poured into another shape on its way: its numbers no longer stand where they belong, "
    "and the product pairs inputs with the weights of others.",
    "Is there a reshape where a transpose, or nothing at all, was meant?",
    "(N, D) times (D, H): W fits as it is. A reshape moves numbers to other rows; a transpose "
    "twice gives W back.",
)
def _(X, W, b):
    return X @ W.reshape(W.T.shape).T + b
