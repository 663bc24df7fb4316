"""Engines that are right but for what is given."""

import math

SLOPES = {
    "+": lambda a, b: (1.0, 1.0),
    "-": lambda a, b: (1.0, -1.0),
    "*": lambda a, b: (b, a),
    "/": lambda a, b: (1 / b, -a / b**2),
    "**": lambda a, k: (k * a ** (k - 1),),
    "unary -": lambda a: (-1.0,),
    "tanh": lambda a: (1 - math.tanh(a) ** 2,),
    "exp": lambda a: (math.exp(a),),
    "relu": lambda a: (1.0 if a > 0 else 0.0,),
}


def ordered(value, order, seen):
    """Parents before children, each value once."""
    if value not in seen:
        seen.add(value)
        for parent in value.parents:
            ordered(parent, order, seen)
        order.append(value)
    return order


def begun(out, listed=ordered):
    """The values below `out`, each after its parents: all their grads are 0, and the output's 1."""
    order = listed(out, [], set())
    for value in order:
        value.grad = 0.0
    out.grad = 1.0
    return order


def right_backward(out, replacing=(), deaf=()):
    """The pass back, but for the operations that replace a grad, or do not hear what arrives."""
    for value in reversed(begun(out)):
        arrived = 1.0 if value.op in deaf else value.grad
        for parent, slope in zip(value.parents, value.slopes, strict=True):
            before = 0.0 if value.op in replacing else parent.grad
            parent.grad = before + slope * arrived


def pass_on(value):
    """Add a value's shares to its parents."""
    for parent, slope in zip(value.parents, value.slopes, strict=True):
        parent.grad += slope * value.grad


# Differences and quotients built on sums, products and powers, as the chapter builds them.
BUILT = {
    "__neg__": lambda self: self * -1.0,
    "__sub__": lambda self, other: self + (-other),
    "__rsub__": lambda self, other: -self + other,
    "__truediv__": lambda self, other: self * other**-1,
    "__rtruediv__": lambda self, other: self**-1 * other,
}


def engine(backward=right_backward, methods=None, **slopes):
    """A Value class that is right but for what is given."""
    slope, given, way_back = SLOPES | slopes, slopes, staticmethod(backward)

    class Value:
        given_slopes = given  # read by `value_readings`, for engines built otherwise
        given_backward = way_back
        given_methods = methods

        def __init__(self, data, parents=(), slopes=(), op=""):
            self.data, self.grad = data, 0.0
            self.parents, self.slopes, self.op = parents, slopes, op

        def _with(self, other, op, compute):
            other = other if isinstance(other, Value) else Value(other)
            a, b = self.data, other.data
            return Value(compute(a, b), (self, other), slope[op](a, b), op)

        def _of(self, op, data, *args):
            return Value(data, (self,), slope[op](self.data, *args), op)

        def __add__(self, other):
            return self._with(other, "+", lambda a, b: a + b)

        def __sub__(self, other):
            return self._with(other, "-", lambda a, b: a - b)

        def __mul__(self, other):
            return self._with(other, "*", lambda a, b: a * b)

        def __truediv__(self, other):
            return self._with(other, "/", lambda a, b: a / b)

        def __pow__(self, k):
            return self._of("**", self.data**k, k)

        def __neg__(self):
            return self._of("unary -", -self.data)

        def __rsub__(self, other):
            return Value(other) - self

        def __rtruediv__(self, other):
            return Value(other) / self

        def tanh(self):
            return self._of("tanh", math.tanh(self.data))

        def exp(self):
            return self._of("exp", math.exp(self.data))

        def relu(self):
            return self._of("relu", max(self.data, 0.0))

        __radd__ = __add__
        __rmul__ = __mul__

        def backward(self):
            backward(self)

    return with_methods(Value, methods or {})


def with_methods(engine, methods):
    """The class with these methods in place of its own, and without those that are None."""
    for name, method in methods.items():
        if method is not None:
            setattr(engine, name, method)
        elif name in vars(engine):
            delattr(engine, name)
    return engine
