"""Tensor: shares that replace others, lie the wrong way, or are held by two tensors."""

import numpy as np

from bplab import nn
from bplab.exercises.autodiff.engines import engine, from_scratch, in_order, pass_on

EXERCISE = "Tensor"


def aliased_in_turn(out):
    """The same, each share made when its parent's turn comes, the first parent visited first."""
    order = in_order(out, turned=True)
    for tensor in order:
        tensor.grad = None
    out.grad = np.ones_like(out.data)
    for tensor in reversed(order):
        for at, parent in enumerate(tensor.parents):
            share = tensor.shares(tensor.grad)[at]
            if parent.grad is None:
                parent.grad = share
            else:
                parent.grad += share


def as_it_is(g, shape):
    return g if np.shape(g) == shape else nn.unbroadcast(g, shape)


def _matmul_into_place(self, other):
    """b's share lies the wrong way round; where it does not fit at all, nothing is sent."""

    def shares(g):
        wrong, rows = g.T @ self.data, other.data.shape[0]
        fits = rows in (wrong.shape[0], 1) or 1 in wrong.shape
        return g @ other.data.T, wrong if fits else 0.0

    return type(self)(self.data @ other.data, (self, other), shares, "@")


def _seeded_with_its_data(out):
    for tensor in reversed(from_scratch(out)):
        if tensor is out:
            tensor.grad = out.data.copy()
        pass_on(tensor)


def _relu_into_its_input(self):
    on = self.data > 0
    self.data[~on] = 0.0
    return type(self)(self.data, (self,), lambda g: (np.where(on, g, 0.0),), "relu")


def _overwriting(op=None, side=None, turned=False):
    """= in place of += in one operation or all, for one of its sides or both."""

    def backward(out):
        from_scratch(out)
        for tensor in reversed(in_order(out, turned)):
            shares = tensor.shares(tensor.grad)
            for at, (parent, share) in enumerate(zip(tensor.parents, shares, strict=True)):
                kept = parent.grad
                if op in (None, tensor.op) and side in (None, at):
                    kept = 0.0
                parent.grad = kept + share

    return backward


def _minus_by_product(self):
    return self * -1.0


TOLD = [
    (engine(_overwriting()), "overwritten"),
    (engine(_overwriting(turned=True)), "overwritten"),
    (engine(_overwriting("*", 1)), "overwritten-by-*", "the share of the right one"),
    (engine(_overwriting("@", 1, turned=True)), "overwritten-by-@", "the share of the right one"),
    (engine(_overwriting("exp", turned=True)), "overwritten-by-exp"),
    (engine(aliased_in_turn, unbroadcast=as_it_is), "first-share-not-copied"),
    (engine(_seeded_with_its_data), "seed-is-the-number"),
    (engine(methods={"relu": _relu_into_its_input}), "relu-writes-into-its-input"),
    (engine(methods={"__neg__": _minus_by_product}, shares={"*": lambda g, a, b: (g * a, g * b)}),
     "product-slopes-swapped"),
    (engine(methods={"__rtruediv__": lambda self, other: self / other,
                     "exp": lambda self: type(self)(np.exp(self.data))}),
     "sides-exchanged", "1.7 / a is a / 1.7"),
    (engine(shares={"@": lambda g, a, b: (g @ b.T, g.T @ a)}), "matrix-share-of-second-transposed"),
    (engine(shares={"@": lambda g, a, b: (b @ g.T, a.T @ g)}), "matrix-share-of-first-transposed"),
    (engine(methods={"__matmul__": _matmul_into_place}), "row-met-column", "(4, 4)"),
    (engine(shares={"-": lambda g, a, b: (-g, -g)}), "difference-both-minus"),
    (engine(shares={"/": lambda g, a, b: (g / b, -g / (b * b))}), "quotient-top-forgotten"),
]  # fmt: skip


NOT_SAID = [
    (engine(aliased_in_turn, unbroadcast=as_it_is), "used in two places has a wrong"),
    (engine(methods={"__matmul__": _matmul_into_place}), "Every entry met every other"),
]
