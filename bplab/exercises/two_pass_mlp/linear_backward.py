"""The linear step, backward."""

import numpy as np

from bplab import nn
from bplab.exam import Exercise, Fault, number
from bplab.exercises.two_pass_mlp.networks import CHAPTER

linear_backward = Exercise(
    "linear_backward",
    CHAPTER,
    nn.linear_backward,
    returns=("dX", "dW", "db"),
    points=3,
    shapes={"dZ": "N H", "X": "N D", "W": "D H"},
    achieved="One step of the way back through a layer is done; mlp_backward repeats it layer "
    "by layer.",
)


@linear_backward.paper
def _(rng):
    for N, D, H in [(6, 3, 4), (8, 5, 2), (7, 4, 6), (6, 6, 6)]:
        yield {
            "dZ": rng.normal(size=(N, H)),
            "X": rng.normal(size=(N, D)),
            "W": rng.normal(size=(D, H)),
        }


@linear_backward.mistake(
    "bias-averaged",
    "{right: dX, dW} db is exactly 1/{N} of what it should be.",
    "dZ already carries the 1/N of the mean loss. What is left to do over its rows?",
    "b_j is added to Z_ij in every row i, so the chain rule adds over i: one sum, no division.",
    part="db",
)
def _(dZ, X, W):
    return dZ.mean(axis=0)


@linear_backward.mistake(
    "averaged-again",
    "dW and db are exactly 1/{N} of what they should be, and your batch has {N} rows.",
    "Count the divisions by N on the way from the loss. Who made the first one?",
    "The 1/N of the mean comes in once, at the loss, and dZ carries it. From there on every "
    "layer only multiplies and adds.",
)
def _(dZ, X, W):
    N = len(X)
    return dZ @ W.T, X.T @ dZ / N, dZ.sum(axis=0) / N


@linear_backward.mistake(
    "weights-averaged",
    "{right: dX, db} dW is exactly 1/{N} of what it should be.",
    "dZ already carries the 1/N of the mean loss. What else does dW need?",
    "dW_kj = sum over i of X_ik dZ_ij. No further division.",
    part="dW",
)
def _(dZ, X, W):
    return X.T @ dZ / len(X)


@linear_backward.mistake(
    "bias-one-row",
    "db is one row of dZ: only one example has a say in it.",
    "How many examples use the bias b_j?",
    "b_j is added to Z_ij for every i, so its blame is the sum of dZ_ij over all i.",
    part="db",
)
def _(dZ, X, W):
    return dZ[0]


@linear_backward.mistake(
    "bias-not-summed",
    "db has a row for every example; a layer has one bias for each unit.",
    "b was copied to all {N} rows on the way forward. What undoes a copy on the way back?",
    "What is copied forward is summed backward: db_j is the sum of dZ_ij over i.",
    part="db",
)
def _(dZ, X, W):
    return dZ


@linear_backward.mistake(
    "bias-summed-to-one",
    "db is a single number; there should be one for each of the {H} units.",
    "Over which axis do examples run, and over which one units? Only one of them may go.",
    "db_j = sum over i of dZ_ij: the example i disappears, the unit j stays.",
    part="db",
)
def _(dZ, X, W):
    return dZ.sum()


@linear_backward.mistake(
    "bias-all-equal",
    "All entries of your db are equal: each unit got the blame of the whole layer.",
    "Over which axis do examples run, and over which one units? Only one of them may go.",
    "db_j = sum over i of dZ_ij: the example i disappears, the unit j stays.",
    part="db",
)
def _(dZ, X, W):
    return np.full(dZ.shape[1], dZ.sum())


@linear_backward.mistake(
    "bias-over-units",
    "You summed dZ over the units: db has {N} numbers, one for each example.",
    "Which axis of dZ counts the examples?",
    "Rows are examples. db_j adds up column j, so the rows, axis 0, disappear.",
    part="db",
)
def _(dZ, X, W):
    return dZ.sum(axis=1)


@linear_backward.mistake(
    "bias-kept-as-row",
    "db has shape {shape}; its numbers are right, but b has shape {wanted_shape}.",
    "Which option of the sum keeps an axis of length 1?",
    "b is (H,), so db is (H,): let the summed axis go altogether.",
    part="db",
)
def _(dZ, X, W):
    return dZ.sum(axis=0, keepdims=True)


@linear_backward.mistake(
    "bias-through-inputs",
    "Your db depends on X, but b is never multiplied by anything.",
    "What is the derivative of Z_ij = sum X_ik W_kj + b_j with respect to b_j?",
    "It is 1, for every i. So db_j is the plain sum of dZ_ij over i, without X.",
    part="db",
)
def _(dZ, X, W):
    return (X.T @ dZ).sum(axis=0)


@linear_backward.mistake(
    "bias-from-the-inputs-gradient",
    "{right: dX, dW} your db adds up dX over the examples: it has a number for each input.",
    "How many biases does the layer have, one for each input or one for each unit?",
    "b_j stands in Z_ij, so db_j adds up dZ_ij over i; dX lies one step further down.",
    part="db",
)
def _(dZ, X, W):
    return (dZ @ W.T).sum(axis=0)


@linear_backward.mistake(
    "no-transpose",
    "The product for dX failed: W goes in with its axes the wrong way round.",
    "dX has the shape of X, (N, D). dZ is (N, H) and W is (D, H): which axes must meet?",
    "dX_ik = sum over j of dZ_ij W_kj: the H axes meet, so W has to offer its H first.",
)
def _(dZ, X, W):
    return dZ @ W, X.T @ dZ, dZ.sum(axis=0)


@linear_backward.mistake(
    "no-transpose-of-inputs",
    "The product for dW failed: X goes in with its axes the wrong way round.",
    "dW has the shape of W, (D, H). X is (N, D) and dZ is (N, H): which axes must meet?",
    "dW_kj = sum over i of X_ik dZ_ij: the N axes meet, so X has to offer its N last.",
)
def _(dZ, X, W):
    return dZ @ W.T, X @ dZ, dZ.sum(axis=0)


@linear_backward.mistake(
    "factors-exchanged",
    "dW comes out with its axes exchanged: units as rows, inputs as columns.",
    "dW has the shape of W: {D} rows, {H} columns. Which factor comes first?",
    "dW_kj = sum over i of X_ik dZ_ij: the input k comes first, so X does.",
    part="dW",
)
def _(dZ, X, W):
    return dZ.T @ X


@linear_backward.mistake(
    "reshape-for-transpose",
    "dX has the right shape and scrambled numbers: a reshape stands where W has to be transposed.",
    "Write down a 2 by 3 table, reshape it to 3 by 2, and transpose it: are they the same?",
    "reshape reads the numbers in the same order into new rows; a transpose turns rows into "
    "columns. The sum over j of dZ_ij W_kj needs the second.",
    part="dX",
)
def _(dZ, X, W):
    return dZ @ W.reshape(W.shape[::-1])


@linear_backward.mistake(
    "last-example-only",
    "dW and db hold the share of the last example only.",
    "If you loop over the examples: what happens to the shares of the earlier ones?",
    "dW adds up over all examples: begin with zeros and add each share to what is there.",
)
def _(dZ, X, W):
    return dZ @ W.T, np.outer(X[-1], dZ[-1]), dZ[-1]


@linear_backward.mistake(
    "last-example-left-out",
    "{right: dX} dW and db lack the share of the last example.",
    "Where does your loop over the examples end?",
    "All N examples have their share: the sum over i runs from the first row to the last.",
)
def _(dZ, X, W):
    return dZ @ W.T, X[:-1].T @ dZ[:-1], dZ[:-1].sum(axis=0)


@linear_backward.mistake(
    "order-of-returns",
    "You gave back dW, db, dX; the exercise asks for dX, dW, db.",
    "Compare the order of what you return with the exercise's.",
    "A tuple is taken apart by place: dX is the first thing in it, dW the second, db the third.",
)
def _(dZ, X, W):
    return X.T @ dZ, dZ.sum(axis=0), dZ @ W.T


@linear_backward.mistake(
    "sums-before-products",
    "{right: dX, db} your dW is made from sums over the examples that were taken too early.",
    "Does example 1's input ever meet example 2's dZ? In your dW it does.",
    "dW_kj = sum over i of X_ik dZ_ij: input and dZ of the same example are multiplied first, "
    "then added up.",
    part="dW",
)
def _(dZ, X, W):
    return np.outer(X.sum(axis=0), dZ.sum(axis=0))


@linear_backward.mistake(
    "means-multiplied",
    "{right: dX, db} your dW is a product of two means.",
    "Does example 1's input ever meet example 2's dZ? In your dW it does.",
    "dW_kj = sum over i of X_ik dZ_ij: input and dZ of the same example are multiplied first, "
    "then added up.",
    part="dW",
)
def _(dZ, X, W):
    return np.outer(X.mean(axis=0), dZ.mean(axis=0))


@linear_backward.mistake(
    "inputs-reshaped",
    "dW has the right shape and scrambled numbers: a reshape stands where X has to be transposed.",
    "Write down a 2 by 3 table, reshape it to 3 by 2, and transpose it: are they the same?",
    "reshape reads the numbers in the same order into new rows; a transpose turns rows into "
    "columns.",
    part="dW",
)
def _(dZ, X, W):
    return X.reshape(X.shape[::-1]) @ dZ


@linear_backward.tells
def _moved_weights(wrong, rows):
    """dX through weights that have taken a step along dW, by one and the same rate."""
    if wrong.name != "dX":
        return None
    rates = []
    for given, leaf, _ in rows:
        dZ, X, W = (given[name] for name in ("dZ", "X", "W"))
        by_rate, gap = dZ @ (X.T @ dZ).T, leaf.actual - dZ @ W.T
        rate = float(np.vdot(by_rate, gap) / np.vdot(by_rate, by_rate))
        if np.max(np.abs(gap - rate * by_rate)) > 1e-8 * np.max(np.abs(gap)):
            return None
        rates.append(rate)
    if not rates or np.ptp(rates) > 1e-6 * abs(rates[0]):
        return None
    return Fault(
        "weights-moved-first",
        f"Your dX goes back through W {'plus' if rates[0] > 0 else 'minus'} "
        f"{number(abs(rates[0]))} times dW: the weights had moved before the blame went down.",
        "In which order do you compute dX and change W? And is W to be changed here?",
        "Z was made with the W that was given, so dX = dZ W^T with that one. Nothing is updated "
        "on the way back.",
    )


@linear_backward.mistake(
    "back-through-dW",
    "dX is dZ times dW transposed: the blame went back through the gradient, not the weights.",
    "Which array carried X forward to Z?",
    "Z_ij = sum over k of X_ik W_kj + b_j, so dX_ik = sum over j of dZ_ij W_kj.",
    part="dX",
)
def _(dZ, X, W):
    return dZ @ (X.T @ dZ).T
