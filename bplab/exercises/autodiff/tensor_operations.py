"""Tensor: mistakes of single operations: broadcasting, sums, indices, gates."""

import numpy as np

from bplab.exercises.autodiff.engines import (
    engine,
    expanded,
)
from bplab.exercises.autodiff.tensor import Tensor

# --- broadcasting -------------------------------------------------------------------------------

Tensor.mistake(
    "broadcasting-not-summed",
    "Where an operand was broadcast, its gradient has the shape of the result, not its own.",
    "An entry of b was copied to several places. How many shares come back for it, and how many "
    "gradients does it have?",
    "Every copy sends a share, and they add up: sum along each axis that is new, and along each "
    "axis of 1 that was stretched. You have written a function for this.",
)(engine(unbroadcast=lambda g, shape: g))


def _front_only(g, shape):
    return g.sum(axis=tuple(range(g.ndim - len(shape))))


Tensor.mistake(
    "stretched-axes-not-summed",
    "New axes in front are summed back, but an axis of 1 that was stretched is not.",
    "A column of shape (r, 1) met a table of shape (r, c). How many copies has each number?",
    "Sum along every axis on which the operand had length 1 and the result has more, and keep it.",
)(engine(unbroadcast=_front_only))

# --- matrices, sums, shapes, places -------------------------------------------------------------

Tensor.mistake(
    "matrix-factors-swapped",
    "In a matrix product the two factors have each other's place in the gradients, or a transpose "
    "is missing.",
    "Write the shapes: a (r, k), b (k, c), the gradient that arrives (r, c). Which product has the "
    "shape of a?",
    "t[i, j] = sum over m of a[i, m] b[m, j]. A nudge of a[i, m] moves t[i, j] by b[m, j] for "
    "every j: a sum over j of what arrives times b[m, j].",
)(engine(shares={"@": lambda g, a, b: (b.T @ g, g @ a.T)}))

Tensor.mistake(
    "matrix-factors-not-transposed",
    "In a matrix product the other factor stands in the gradient as it is, not transposed.",
    "Write the shapes: the gradient that arrives (r, c), b (k, c)? Which axis should be summed "
    "over?",
    "da[i, m] = sum over j of dt[i, j] b[m, j]: the sum runs over b's second axis, which the "
    "transpose brings in front.",
)(engine(shares={"@": lambda g, a, b: (g @ b, a @ g)}))

for _which, _share in (
    ("second", lambda g, a, b: (g @ b.T, g.T @ a)),
    ("first", lambda g, a, b: (b @ g.T, a.T @ g)),
):
    Tensor.mistake(
        f"matrix-share-of-{_which}-transposed",
        f"In a matrix product the share of the {_which} factor comes out transposed.",
        "Write the shapes: a (r, k), b (k, c), the gradient that arrives (r, c). Which of the two "
        "arrays in that share has to be transposed?",
        "da = dt b^T is (r, c)(c, k) = (r, k), and db = a^T dt is (k, r)(r, c) = (k, c).",
    )(engine(shares={"@": _share}))


Tensor.mistake(
    "mean-like-sum",
    "mean() passes the gradient on as sum() does: every entry's share is too large by the number "
    "of entries that were averaged.",
    "If one of n entries goes up by 1, how much does their mean go up?",
    "mean = sum / n, so each share is what arrives, divided by n.",
)(engine(shares={"mean": expanded}))

Tensor.mistake(
    "mean-divided-by-all",
    "mean(axis=...) divides by the number of all entries, not by those along the axis.",
    "How many entries are averaged into one number of the result?",
    "Along axis 1 of a table (r, c) each mean is made of c entries: n is c, not r c.",
)(engine(shares={"mean": lambda g, a, axis, keep: expanded(g, a, axis, keep) / a.size}))


def _row_wise(g, a, axis, keepdims):
    return np.broadcast_to(g, a.shape)


Tensor.mistake(
    "summed-axis-not-put-back",
    "After a sum along an axis the gradient that arrives lacks that axis, and meets the entries "
    "along another one, or does not fit at all.",
    "t = a.sum(axis=1) of a table (r, c): t has shape (r,). To which entries of a does t[i] send "
    "its share?",
    "Row i of a gets t[i]'s gradient at every entry: the lost axis is put back with length 1, and "
    "then the number is copied along it.",
)(engine(shares={"sum": _row_wise}))

Tensor.mistake(
    "transpose-not-undone",
    "The gradient of a transpose comes back in the transposed shape, or mirrored.",
    "Entry [i, j] of the transpose is which entry of a?",
    "What was turned on the way forward is turned again on the way back.",
)(engine(shares={"T": lambda g, a: g}))

Tensor.mistake(
    "reshape-not-undone",
    "The gradient of a reshape comes back in the new shape.",
    "A reshape moves no number. Which shape does the gradient of a have?",
    "Reshape what arrives to the shape of a.",
)(engine(shares={"reshape": lambda g, a: g}))


def _last_wins(g, a, index):
    share = np.zeros_like(a)
    share[index] += g
    return share


Tensor.mistake(
    "repeated-indices-lost",
    "An entry that was picked several times keeps the share of its last place only.",
    "I = [4, 2, 4] picks entry 4 twice. How many shares come back for it, and what does an indexed "
    "assignment, or +=, do with a repeated index?",
    "A picked entry is a value that is used twice: its shares add up. NumPy's indexed += reads all "
    "old values first, so of repeated places one survives; it has a function that adds one by one.",
)(engine(shares={"[ ]": _last_wins}))


def _everywhere(g, a, index):
    return np.zeros_like(a) + np.sum(g)


Tensor.mistake(
    "index-spread-everywhere",
    "Entries that were not picked get blame too: everything that arrives is added up and given to "
    "all.",
    "Nudge an entry that the index leaves out. Does the result move?",
    "The picked entries get what arrives for them, all others 0.",
)(engine(shares={"[ ]": _everywhere}))


def _relu_in_place(self):
    on = self.data > 0
    self.data[~on] = 0.0
    return type(self)(self.data, (self,), lambda g: (g * on,), "relu")


Tensor.mistake(
    "relu-writes-into-its-input",
    "relu sets the negative numbers of its own input to 0: whoever uses that tensor again meets "
    "other data.",
    "After t = a.relu(), what is in a.data, and what should be?",
    "An operation makes a new array; what it is given is left as it is.",
)(engine(methods={"relu": _relu_in_place}))

# --- slopes -------------------------------------------------------------------------------------

for _name, _observed, _look, _derive, _shares in (
    (
        "difference-like-sum",
        "In a - b both get the slope of a sum.",
        "What happens to a - b when b grows?",
        "d(a - b)/db = -1.",
        {"-": lambda g, a, b: (g, g)},
    ),
    (
        "difference-both-minus",
        "In a - b both get the slope -1.",
        "What happens to a - b when a grows?",
        "d(a - b)/da = 1, and d(a - b)/db = -1.",
        {"-": lambda g, a, b: (-g, -g)},
    ),
    (
        "quotient-top-forgotten",
        "In a / b the slope for b is -1 / b**2: the number on top is missing from it.",
        "If a is 100, how much does a / b move when b moves a little?",
        "a/b = a b**-1, so the slope for b is -a / b**2.",
        {"/": lambda g, a, b: (g / b, -g / b**2)},
    ),
    (
        "product-slopes-swapped",
        "In a * b each factor gets its own numbers as its slope.",
        "If b is 100, how much does a b move when a moves by 1?",
        "d(a b)/da = b: each factor's slope is the other factor.",
        {"*": lambda g, a, b: (g * a, g * b)},
    ),
    (
        "quotient-sign",
        "In a / b the slope for b has the wrong sign.",
        "What happens to 1/b when b grows, for a positive b?",
        "a/b = a b**-1, so the slope for b is -a / b**2.",
        {"/": lambda g, a, b: (g / b, g * a / b**2)},
    ),
    (
        "quotient-not-squared",
        "In a / b the slope for b lacks a power of b.",
        "Write a/b as a times b to the power -1. What is the derivative of that power?",
        "The derivative of b**-1 is -b**-2, so the slope for b is -a / b**2.",
        {"/": lambda g, a, b: (g / b, -g * a / b)},
    ),
    (
        "power-not-lowered",
        "In a ** k the exponent comes down as a factor and stays above as well.",
        "What is the derivative of a**2?",
        "The derivative of a**k is k a**(k-1): the exponent falls by one.",
        {"**": lambda g, a, k: g * k * a**k},
    ),
    (
        "exp-slope-one",
        "exp passes its gradient on as if its slope were 1.",
        "How steep is e**a at a = 0, and how steep at a = 1?",
        "exp is its own derivative: the slope at a is e**a.",
        {"exp": lambda g, a: g},
    ),
    (
        "log-slope-of-output",
        "The slope of log is one over what came out, not one over what went in.",
        "At a = 1 the log is 0. How steep is it there?",
        "d log(a) / da = 1 / a.",
        {"log": lambda g, a: g / np.log(a)},
    ),
    (
        "tanh-slope-of-input",
        "The slope of tanh is written with its input: 1 - a**2.",
        "The short form squares the value of tanh. Is that what went in or what came out?",
        "With t = tanh(a) the slope is 1 - t**2.",
        {"tanh": lambda g, a: g * (1 - a**2)},
    ),
    (
        "tanh-not-squared",
        "The slope of tanh lacks its square: 1 - t.",
        "The curve is the same on both sides of 0 but for its sign. Is your slope?",
        "With t = tanh(a) the slope is 1 - t**2.",
        {"tanh": lambda g, a: g * (1 - np.tanh(a))},
    ),
    (
        "relu-always-open",
        "relu passes blame on for negative numbers too.",
        "Nudge an input of -2 a little: does relu of it change?",
        "The slope is 1 where the input is positive and 0 where it is negative.",
        {"relu": lambda g, a: g},
    ),
    (
        "relu-by-gradient",
        "relu is shut where the gradient that arrives is negative, not where the input was.",
        "Of what should you ask the sign: of what went in, or of what comes back?",
        "The gate was set on the way forward: open where a is positive, whatever arrives.",
        {"relu": lambda g, a: g * (g > 0)},
    ),
):
    Tensor.mistake(_name, _observed, _look, _derive)(engine(shares=_shares))
