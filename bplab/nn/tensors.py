"""Backpropagation as a small class, grown to arrays: chapter 2's engine with shapes."""

import numpy as np

from bplab.nn.broadcasting import unbroadcast


class Tensor:
    """An array in a computation, which can pass its gradient back to what it was made of.

    Supports `+ - * /` with tensors, arrays and numbers on either side, broadcasting; `**` with a
    number as exponent; unary minus; `@` of two matrices; `sum`, `mean`, `exp`, `log`, `tanh`,
    `relu`, `reshape`, `.T`; indexing with ints, slices and integer arrays.

    Parameters
    ----------
    data : array, or what `np.asarray` takes
    parents : tuple of Tensor
        What this tensor was computed from; empty for an input.
    pulls : tuple of functions
        One for each parent: from the gradient of this tensor to that parent's share.
    op : str
        The operation, for drawing.

    Notes
    -----
    Reverse-mode differentiation of a recorded expression (Linnainmaa 1970; Speelpenning 1980). A
    pull is what the literature calls a vector-Jacobian product.
    """

    # NumPy asks the class of the right operand before it spreads an operation over an array.
    __array_ufunc__ = None

    def __init__(self, data, parents=(), pulls=(), op=""):
        self.data = np.asarray(data, dtype=float)
        self.grad = np.zeros_like(self.data)
        self.parents, self.pulls, self.op = parents, pulls, op

    def __repr__(self):
        return f"Tensor({np.array2string(self.data, precision=4)})"

    @property
    def shape(self):
        return self.data.shape

    # -- entry by entry, with broadcasting --------------------------------------------------

    def __add__(self, other):
        return self._with(other, np.add, lambda g, a, b: (g, g), "+")

    def __sub__(self, other):
        return self._with(other, np.subtract, lambda g, a, b: (g, -g), "-")

    def __mul__(self, other):
        return self._with(other, np.multiply, lambda g, a, b: (g * b, g * a), "*")

    def __truediv__(self, other):
        return self._with(other, np.divide, lambda g, a, b: (g / b, -g * a / b**2), "/")

    def _with(self, other, compute, shares, op):
        """self op other, entry by entry; each share is summed back to its parent's shape."""
        other = other if isinstance(other, Tensor) else Tensor(other)
        a, b = self.data, other.data
        pulls = (
            lambda g: unbroadcast(shares(g, a, b)[0], a.shape),
            lambda g: unbroadcast(shares(g, a, b)[1], b.shape),
        )
        return Tensor(compute(a, b), (self, other), pulls, op)

    def __radd__(self, other):
        return Tensor(other) + self

    def __rsub__(self, other):
        return Tensor(other) - self

    def __rmul__(self, other):
        return Tensor(other) * self

    def __rtruediv__(self, other):
        return Tensor(other) / self

    def __neg__(self):
        return self * -1.0

    def __pow__(self, k):
        if isinstance(k, Tensor):
            raise TypeError("The exponent must be a number, got a Tensor.")
        slope = k * self.data ** (k - 1) if k else np.zeros_like(self.data)
        return Tensor(self.data**k, (self,), (lambda g: g * slope,), f"**{k}")

    def exp(self):
        e = np.exp(self.data)
        return Tensor(e, (self,), (lambda g: g * e,), "exp")

    def log(self):
        return Tensor(np.log(self.data), (self,), (lambda g: g / self.data,), "log")

    def tanh(self):
        t = np.tanh(self.data)
        return Tensor(t, (self,), (lambda g: g * (1 - t**2),), "tanh")

    def relu(self):
        on = self.data > 0
        return Tensor(np.where(on, self.data, 0.0), (self,), (lambda g: g * on,), "relu")

    # -- matrices, sums and shapes ----------------------------------------------------------

    def __matmul__(self, other):
        pulls = lambda g: g @ other.data.T, lambda g: self.data.T @ g  # noqa: E731
        return Tensor(self.data @ other.data, (self, other), pulls, "@")

    def sum(self, axis=None, keepdims=False):
        def pull(g):
            if axis is not None and not keepdims:
                g = np.expand_dims(g, axis)
            return np.broadcast_to(g, self.shape)

        return Tensor(self.data.sum(axis=axis, keepdims=keepdims), (self,), (pull,), "sum")

    def mean(self, axis=None, keepdims=False):
        n = self.data.size if axis is None else self.shape[axis]
        return self.sum(axis, keepdims) / n

    def reshape(self, *shape):
        return Tensor(
            self.data.reshape(*shape), (self,), (lambda g: g.reshape(self.shape),), "reshape"
        )

    @property
    def T(self):
        return Tensor(self.data.T, (self,), (lambda g: g.T,), "T")

    def __getitem__(self, index):
        def pull(g):
            share = np.zeros_like(self.data)
            np.add.at(share, index, g)  # `share[index] += g` would drop repeated indices
            return share

        return Tensor(self.data[index], (self,), (pull,), "[ ]")

    # -- backward ---------------------------------------------------------------------------

    def history(self):
        """Every tensor this one was made of, each after its own parents; this one last."""
        # A stack of our own: deep graphs would hit Python's limit on recursion.
        order, seen, stack = [], set(), [(self, False)]
        while stack:
            tensor, parents_done = stack.pop()
            if parents_done:
                order.append(tensor)
            elif tensor not in seen:
                seen.add(tensor)
                stack.append((tensor, True))
                stack.extend((parent, False) for parent in tensor.parents)
        return order

    def backward(self):
        """Set `grad` on every tensor in the history of this one, from scratch.

        Raises ValueError if this tensor has more than one entry.
        """
        if self.data.size != 1:
            raise ValueError(
                f"backward() starts at one number, and this tensor has shape {self.shape}: "
                "sum it, or take its mean, first."
            )
        order = self.history()
        for tensor in order:
            tensor.grad = np.zeros_like(tensor.data)
        self.grad = np.ones_like(self.data)
        for tensor in reversed(order):
            for parent, pull in zip(tensor.parents, tensor.pulls, strict=True):
                parent.grad = parent.grad + pull(tensor.grad)
