"""Tensor classes that are right but for one thing, for the named mistakes."""

import numpy as np

from bplab import nn


def expanded(g, a, axis, keepdims):
    """The gradient of a sum, at every entry that was added up."""
    if axis is not None and not keepdims:
        g = np.expand_dims(g, axis)
    return np.broadcast_to(g, a.shape)


def scattered(g, a, index):
    share = np.zeros_like(a)
    np.add.at(share, index, g)
    return share


# What each operation sends back: from the gradient g of its result and its inputs.
SHARES = {
    "+": lambda g, a, b: (g, g),
    "-": lambda g, a, b: (g, -g),
    "*": lambda g, a, b: (g * b, g * a),
    "/": lambda g, a, b: (g / b, -g * a / b**2),
    "@": lambda g, a, b: (g @ b.T, a.T @ g),
    "**": lambda g, a, k: g * k * a ** (k - 1),
    "neg": lambda g, a: -g,
    "exp": lambda g, a: g * np.exp(a),
    "log": lambda g, a: g / a,
    "tanh": lambda g, a: g * (1 - np.tanh(a) ** 2),
    "relu": lambda g, a: g * (a > 0),
    "sum": expanded,
    "mean": lambda g, a, axis, keepdims: (
        expanded(g, a, axis, keepdims) / (a.size if axis is None else a.shape[axis])
    ),
    "reshape": lambda g, a: g.reshape(a.shape),
    "T": lambda g, a: g.T,
    "[ ]": scattered,
}
BINARY = {"+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide}


def in_order(tensor, turned=False):
    """Parents before children, each tensor once; turned: the first parent is visited first."""
    order, seen, stack = [], set(), [(tensor, False)]
    while stack:
        one, done = stack.pop()
        if done:
            order.append(one)
        elif one not in seen:
            seen.add(one)
            stack.append((one, True))
            parents = one.parents[::-1] if turned else one.parents
            stack.extend((parent, False) for parent in parents)
    return order


def from_scratch(out):
    """Zeros everywhere below, a one at the end; the order, inputs first."""
    order = in_order(out)
    for tensor in order:
        tensor.grad = np.zeros_like(tensor.data)
    out.grad = np.ones_like(out.data)
    return order


def pass_on(tensor):
    for parent, share in zip(tensor.parents, tensor.shares(tensor.grad), strict=True):
        parent.grad = parent.grad + share


def right_backward(out):
    for tensor in reversed(from_scratch(out)):
        pass_on(tensor)


def overwriting_in(*ops):
    """A backward pass in which these operations replace what has arrived before."""

    def backward(out):
        for tensor in reversed(from_scratch(out)):
            for parent, share in zip(tensor.parents, tensor.shares(tensor.grad), strict=True):
                kept = 0.0 if tensor.op in ops else parent.grad
                parent.grad = kept + share

    return backward


def _mean_of_a_sum(self, axis=None, keepdims=False):
    n = self.data.size if axis is None else self.data.shape[axis]
    return self.sum(axis, keepdims) / n


# What the chapter builds on other operations.
BUILT = {
    "__neg__": lambda self: self * -1.0,
    "__sub__": lambda self, other: (
        self + -(other if type(other) is type(self) else type(self)(other))
    ),
    "__rsub__": lambda self, other: type(self)(other) - self,
    "mean": _mean_of_a_sum,
}


def engine(backward=right_backward, shares=None, methods=None, unbroadcast=nn.unbroadcast):
    """A Tensor class that is right but for what is given."""
    sends, given = {**SHARES, **(shares or {})}, shares or {}
    way_back = None if methods or unbroadcast is not nn.unbroadcast else staticmethod(backward)

    class Tensor:
        __array_ufunc__ = None
        given_shares = given  # read by `tensor_readings`, for programs of one operation
        given_pass = way_back  # and by `tensor_formulas`, where it is all that is given beside them

        def __init__(self, data, parents=(), shares=None, op=""):
            self.data = np.asarray(data, dtype=float)
            self.grad = np.zeros_like(self.data)
            self.parents, self.shares, self.op = parents, shares or (lambda g: ()), op

        def backward(self):
            backward(self)

    def wrapped(x):
        return x if isinstance(x, Tensor) else Tensor(x)

    def of_one(tensor, op, data, *rest):
        return Tensor(data, (tensor,), lambda g: (sends[op](g, tensor.data, *rest),), op)

    def of_two(op):
        def method(left, right):
            left, right = wrapped(left), wrapped(right)
            a, b = left.data, right.data

            def shares(g):
                both = sends[op](g, a, b)
                return [unbroadcast(s, x.shape) for s, x in zip(both, (a, b), strict=True)]

            return Tensor(BINARY[op](a, b), (left, right), shares, op)

        return method

    def matmul(left, right):
        a, b = left.data, right.data
        return Tensor(a @ b, (left, right), lambda g: sends["@"](g, a, b), "@")

    def summed(self, axis=None, keepdims=False):
        return of_one(self, "sum", self.data.sum(axis=axis, keepdims=keepdims), axis, keepdims)

    def mean(self, axis=None, keepdims=False):
        return of_one(self, "mean", self.data.mean(axis=axis, keepdims=keepdims), axis, keepdims)

    names = {"+": "add", "-": "sub", "*": "mul", "/": "truediv"}
    made = {}
    for op, name in names.items():
        made[f"__{name}__"] = of_two(op)
        made[f"__r{name}__"] = lambda self, other, way=made[f"__{name}__"]: way(
            wrapped(other), self
        )
    made |= {
        "__matmul__": matmul,
        "__neg__": lambda self: of_one(self, "neg", -self.data),
        "__pow__": lambda self, k: of_one(self, "**", self.data**k, k),
        "exp": lambda self: of_one(self, "exp", np.exp(self.data)),
        "log": lambda self: of_one(self, "log", np.log(self.data)),
        "tanh": lambda self: of_one(self, "tanh", np.tanh(self.data)),
        "relu": lambda self: of_one(self, "relu", np.maximum(self.data, 0.0)),
        "sum": summed,
        "mean": mean,
        "reshape": lambda self, *shape: of_one(self, "reshape", self.data.reshape(*shape)),
        "T": property(lambda self: of_one(self, "T", self.data.T)),
        "__getitem__": lambda self, index: of_one(self, "[ ]", self.data[index], index),
    }
    for name, method in (made | (methods or {})).items():
        if method is not None:
            setattr(Tensor, name, method)
        elif name in vars(Tensor):
            delattr(Tensor, name)
    return Tensor
