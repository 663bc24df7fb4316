"""Backpropagation as a small class: numbers that remember where they came from."""

import math


class Value:
    """A number in a computation, which can pass its gradient back to what it was made of.

    Supports `+ - * /` with values and numbers on either side, `**` with a number as exponent,
    unary minus, `tanh()`, `exp()` and `relu()`. After `out.backward()`, the `grad` of every value
    that went into `out` is d out / d value.

    Parameters
    ----------
    data : float
    parents : tuple of Value
        What this value was computed from; empty for an input.
    slopes : tuple of float
        d self / d parent, one for each parent.
    op : str
        The operation, for drawing.

    Notes
    -----
    Reverse-mode differentiation of a recorded expression; the scalar form was made popular by
    A. Karpathy's micrograd.
    """

    def __init__(self, data, parents=(), slopes=(), op=""):
        self.data = float(data)
        self.grad = 0.0
        self.parents = parents
        self.slopes = slopes
        self.op = op

    def __repr__(self):
        return f"Value(data={self.data:.6g}, grad={self.grad:.6g})"

    def __add__(self, other):
        other = _as_value(other)
        return Value(self.data + other.data, (self, other), (1.0, 1.0), "+")

    def __mul__(self, other):
        other = _as_value(other)
        return Value(self.data * other.data, (self, other), (other.data, self.data), "*")

    def __pow__(self, k):
        if isinstance(k, Value):
            raise TypeError("The exponent must be a number, got a Value.")
        slope = k * self.data ** (k - 1) if k else 0.0
        return Value(self.data**k, (self,), (slope,), f"**{k}")

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + (-_as_value(other))

    def __truediv__(self, other):
        return self * _as_value(other) ** -1

    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __rsub__(self, other):
        return _as_value(other) - self

    def __rtruediv__(self, other):
        return _as_value(other) / self

    def tanh(self):
        t = math.tanh(self.data)
        return Value(t, (self,), (1 - t**2,), "tanh")

    def exp(self):
        e = math.exp(self.data)
        return Value(e, (self,), (e,), "exp")

    def relu(self):
        return Value(max(self.data, 0.0), (self,), (1.0 if self.data > 0 else 0.0,), "relu")

    def history(self):
        """Every value this one was made of, each after its own parents; this one last."""
        # A stack of our own: long sums would hit Python's limit on recursion.
        order, seen, stack = [], set(), [(self, False)]
        while stack:
            value, parents_done = stack.pop()
            if parents_done:
                order.append(value)
            elif value not in seen:
                seen.add(value)
                stack.append((value, True))
                stack.extend((parent, False) for parent in value.parents)
        return order

    def backward(self):
        """Set `grad` on every value in the history of this one, from scratch."""
        order = self.history()
        for value in order:
            value.grad = 0.0
        self.grad = 1.0
        for value in reversed(order):
            for parent, slope in zip(value.parents, value.slopes, strict=True):
                parent.grad += slope * value.grad


def _as_value(x):
    return x if isinstance(x, Value) else Value(x)
