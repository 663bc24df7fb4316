"""Tensor: new tensors, left and right; and what is told where only a part is known to be wrong."""

import numpy as np

from bplab.exercises.autodiff.engines import (
    engine,
    expanded,
)
from bplab.exercises.autodiff.tensor import Tensor
from bplab.exercises.autodiff.tensor_backward import ADD_UP, ONE_TURN

# --- left and right, new tensors ----------------------------------------------------------------


def _swapped(name):
    return lambda self, other: getattr(self, name)(other)


Tensor.mistake(
    "reflected-difference-swapped",
    "With a number or an array on the left, K - a comes out as a - K.",
    "Python calls the reflected subtraction of a with K as other. Which of the two comes first?",
    "K - a = K + (-a): a is subtracted, and its slope is -1.",
)(engine(methods={"__rsub__": _swapped("__sub__")}))

Tensor.mistake(
    "reflected-quotient-swapped",
    "With a number or an array on the left, K / a comes out as a / K.",
    "Python calls the reflected division of a with K as other. Which of the two is on top?",
    "K / a = K a**-1, and its slope is -K / a**2.",
)(engine(methods={"__rtruediv__": _swapped("__truediv__")}))

Tensor.mistake(
    "no-reflected-operations",
    "A number or an array on the left of an operation raises an error; on the right all is well.",
    "Who is asked first for 2 + a: the number or the Tensor? And who next?",
    "The number does not know your class and declines; then Python asks the Tensor for its "
    "reflected operation. There is one for each of + - * /.",
)(engine(methods={name: None for name in ("__radd__", "__rsub__", "__rmul__", "__rtruediv__")}))

Tensor.mistake(
    "array-takes-over",
    "A number on the left is fine, but with an array on the left the operation went to NumPy: what "
    "came out is an array of tensors, one for each entry of the array.",
    "For K - a Python asks K first, and NumPy is willing to subtract anything, entry by entry. How "
    "does a class tell NumPy to leave an operation to it?",
    "NumPy looks for an attribute of the class before it takes over. Its documentation names it "
    "where it speaks of operators and of classes that are no arrays.",
)(engine(methods={"__array_ufunc__": None}))


def _whole(self, data, parents=(), shares=None, op=""):
    self.data = np.asarray(data)
    self.grad = np.zeros(self.data.shape)
    self.parents, self.shares, self.op = parents, shares or (lambda g: ()), op


Tensor.mistake(
    "whole-numbers-kept",
    "A tensor made of whole numbers keeps whole numbers: they have no small changes, and their "
    "negative powers fail.",
    "What dtype has an array that is made of ints?",
    "Gradients are about small changes, so data are floats from the start, whatever comes in.",
)(engine(methods={"__init__": _whole}))


def _grad_number(self, data, parents=(), shares=None, op=""):
    self.data = np.asarray(data, dtype=float)
    self.grad = 0.0
    self.parents, self.shares, self.op = parents, shares or (lambda g: ()), op


Tensor.mistake(
    "grad-one-number",
    "A new tensor's gradient is not an array of zeros in the shape of its data.",
    "Which shape has the gradient of an array of shape (3, 2), before and after backward()?",
    "Every entry has a gradient of its own, and all of them are 0 until blame arrives.",
)(engine(methods={"__init__": _grad_number}))

# --- any other fault of one part ----------------------------------------------------------------

TWO_USES = "Each use sends a share. Does every one of them arrive, and does each arrive once?"
BY_HAND = "Do this one with arrays of two entries on paper: the value first, then each share."

for _part, _observed, _derive, _engine in (
    (
        "arithmetic",
        "A gradient through + - * / ** or a minus sign comes out wrong.",
        "Entry by entry the slopes are those of chapter 2, and a share is the slope times what "
        "arrives.",
        engine(shares={"neg": lambda g, a: g}),
    ),
    (
        "numbers and arrays",
        "A gradient through an operation with a number or an array comes out wrong.",
        "A number or an array can be wrapped in a Tensor of its own; then every operation is one "
        "between two Tensors.",
        engine(methods={"__radd__": lambda self, other: self - other}),
    ),
    (
        "sums and means",
        "A gradient through a sum or a mean comes out wrong.",
        "Every entry that was added up gets what arrives at the sum, at its own place; a mean "
        "divides it by the number of entries it was made of.",
        engine(shares={"sum": lambda g, a, axis, keep: expanded(g, a, axis, keep) / a.size}),
    ),
    (
        "functions",
        "A gradient through exp, log, tanh or relu comes out wrong.",
        "exp is its own slope, log has 1/a, tanh 1 - tanh**2, relu 1 above zero and 0 below. The "
        "share is the slope times what arrives.",
        engine(shares={"relu": lambda g, a: g * 0.0}),
    ),
    (
        "reshape and T",
        "A gradient through a reshape or a transpose comes out wrong.",
        "No number changes, each only moves: what arrives moves back to where it came from.",
        engine(shares={"T": lambda g, a: g.reshape(a.shape)}),
    ),
    (
        "values",
        "A forward value comes out wrong, before any gradient is asked.",
        "Each operation gives what NumPy gives for the arrays in it.",
        engine(methods={"relu": lambda self: self * 1.0}),
    ),
):
    Tensor.mistake(f"wrong-in-{_part.replace(' ', '-')}", _observed, BY_HAND, _derive, when=_part)(
        _engine
    )

# --- and where no single cause is known: the part alone is named ---------------------------------

for _part, _observed, _look, _derive in (
    (
        "new tensors",
        "A new tensor does not hold what it should.",
        "Make one of a number, of a list, of an array of ints, and print what it holds.",
        "Data are floats, in the shape that came in; every entry has a gradient of its own, and "
        "all of them are 0 until blame arrives.",
    ),
    (
        "broadcasting",
        "Between operands of different shapes a gradient comes out wrong.",
        "An entry of the smaller one was copied to several places. Along which axes?",
        "Every copy sends a share, and they add up along each new axis and each stretched one; "
        "where both operands were copied, both are summed back.",
    ),
    (
        "matrix products",
        "A gradient through a matrix product comes out wrong.",
        "Write the shapes: a (r, k), b (k, c), the gradient that arrives (r, c).",
        "t[i, j] = sum over m of a[i, m] b[m, j]. A nudge of a[i, m] moves t[i, j] by b[m, j] for "
        "every j.",
    ),
    (
        "indexing",
        "A gradient through indexing comes out wrong.",
        "Which entries were picked, how often, and where do their shares go?",
        "Every picked entry gets the sum of what arrives at its places, all others 0.",
    ),
    (
        "used twice",
        "Where a tensor is used in two places, a gradient comes out wrong.",
        TWO_USES,
        ADD_UP,
    ),
    (
        "order",
        "In a graph in which tensors are used at several depths a gradient comes out wrong.",
        "How often does each tensor have its turn, and what has arrived by then?",
        ONE_TURN,
    ),
    (
        "backward() again",
        "After an earlier backward(), or with gradients set before, a gradient comes out wrong.",
        "Which gradients are not 0 when the pass begins?",
        "Every tensor the result depends on, inner ones too, begins with 0, the result with 1.",
    ),
):
    Tensor.mistake(f"in-{_part.replace(' ', '-')}", _observed, _look, _derive, when=_part)(None)
