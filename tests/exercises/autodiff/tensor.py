"""Tensor: what must pass, and what must be told."""

import numpy as np

from bplab import nn
from bplab.exercises.autodiff.engines import (
    engine,
    expanded,
    from_scratch,
    in_order,
    pass_on,
)


class ByClosures:
    """In the manner of micrograd: each result knows how to push its gradient on; a recursion."""

    __array_priority__ = 1000
    __array_ufunc__ = None

    def __init__(self, data, children=()):
        self.data = np.array(data, dtype=np.float64)
        self.grad = np.zeros(self.data.shape)
        self._backward = lambda: None
        self._prev = set(children)

    @classmethod
    def of(cls, x):
        return x if isinstance(x, cls) else cls(x)

    def _push(self, data, *pairs):
        out = type(self)(data, [t for t, _ in pairs])

        def backward():
            for tensor, share in pairs:
                tensor.grad += nn.unbroadcast(share(out.grad), tensor.data.shape)

        out._backward = backward
        return out

    def __add__(self, other):
        other = self.of(other)
        return self._push(self.data + other.data, (self, lambda g: g), (other, lambda g: g))

    def __mul__(self, other):
        other = self.of(other)
        return self._push(
            self.data * other.data,
            (self, lambda g: g * other.data),
            (other, lambda g: g * self.data),
        )

    def __pow__(self, k):
        return self._push(self.data**k, (self, lambda g: g * k * self.data**k / self.data))

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + (-self.of(other))

    def __truediv__(self, other):
        return self * self.of(other) ** -1

    __radd__, __rmul__ = __add__, __mul__

    def __rsub__(self, other):
        return -self + other

    def __rtruediv__(self, other):
        return self**-1 * other

    def __matmul__(self, other):
        a, b = self.data, other.data
        return self._push(
            a.dot(b),
            (self, lambda g: np.einsum("ij,kj->ik", g, b)),
            (other, lambda g: (g.T @ a).T),
        )

    def sum(self, axis=None, keepdims=False):
        kept = self.data.sum(axis=axis, keepdims=True).shape
        return self._push(
            self.data.sum(axis=axis, keepdims=keepdims),
            (self, lambda g: np.ones_like(self.data) * g.reshape(kept)),
        )

    def mean(self, axis=None, keepdims=False):
        total = self.sum(axis, keepdims)
        return total * (total.data.size / self.data.size)

    def exp(self):
        out = self._push(np.exp(self.data), (self, lambda g: g * out.data))
        return out

    def log(self):
        return self._push(np.log(self.data), (self, lambda g: g * self.data**-1))

    def tanh(self):
        return self._push(np.tanh(self.data), (self, lambda g: g / np.cosh(self.data) ** 2))

    def relu(self):
        return self._push(
            np.maximum(0, self.data), (self, lambda g: np.where(self.data > 0, g, 0.0))
        )

    def reshape(self, *shape):
        return self._push(self.data.reshape(shape), (self, lambda g: g.reshape(self.data.shape)))

    @property
    def T(self):
        return self._push(self.data.transpose(), (self, lambda g: g.transpose()))

    def __getitem__(self, index):
        def share(g):
            full = np.zeros(self.data.shape)
            np.add.at(full, index, g)
            return full

        return self._push(self.data[index], (self, share))

    def backward(self):
        topo, visited = [], set()

        def build(v):
            if v not in visited:
                visited.add(v)
                for child in v._prev:
                    build(child)
                topo.append(v)

        build(self)
        for v in topo:
            v.grad = np.zeros_like(v.data)
        self.grad = np.ones_like(self.data)
        for v in reversed(topo):
            v._backward()


class ByPriority(ByClosures):
    """A subclass; NumPy leaves arrays on the left to it by priority."""

    __array_ufunc__ = None


class ByUfunc(ByClosures):
    """NumPy hands its operators over, and the class does them itself."""

    _mine = {np.add: "__radd__", np.subtract: "__rsub__", np.multiply: "__rmul__",
             np.divide: "__rtruediv__"}  # fmt: skip

    def __array_ufunc__(self, ufunc, method, left, right):
        return getattr(self, self._mine[ufunc])(left)


class Tape:
    """Everything ever computed stands on a tape, in order; backward() reads it from the end."""

    tape = []
    __array_ufunc__ = None

    def __init__(self, data, made_of=()):
        self.data = np.asarray(data) * 1.0
        self.grad = np.zeros(np.shape(self.data))
        self.made_of = made_of
        Tape.tape.append(self)

    def backward(self):
        at = next(i for i in reversed(range(len(Tape.tape))) if Tape.tape[i] is self)
        for one in Tape.tape[: at + 1]:
            one.grad = np.zeros(np.shape(one.data))
        self.grad = np.ones(np.shape(self.data))
        for one in Tape.tape[at::-1]:
            for tensor, share in one.made_of:
                tensor.grad = tensor.grad + share(one.grad)
        del Tape.tape[: max(0, len(Tape.tape) - 3000)]

    def _both(self, other, f, mine, theirs):
        a, b = self, other if isinstance(other, Tape) else Tape(other)

        def back(slope, to):
            return lambda g: nn.unbroadcast(g * slope(a.data, b.data), np.shape(to.data))

        return Tape(f(a.data, b.data), [(a, back(mine, a)), (b, back(theirs, b))])

    def __add__(self, other):
        one = lambda a, b: 1.0  # noqa: E731
        return self._both(other, np.add, one, one)

    def __sub__(self, other):
        return self._both(other, np.subtract, lambda a, b: 1.0, lambda a, b: -1.0)

    def __mul__(self, other):
        return self._both(other, np.multiply, lambda a, b: b, lambda a, b: a)

    def __truediv__(self, other):
        return self._both(other, np.divide, lambda a, b: 1 / b, lambda a, b: -a / b / b)

    __radd__, __rmul__ = __add__, __mul__

    def __rsub__(self, other):
        return Tape(other) - self

    def __rtruediv__(self, other):
        return Tape(other) / self

    def _one(self, data, back):
        return Tape(data, [(self, back)])

    def __neg__(self):
        return self._one(-self.data, lambda g: -g)

    def __pow__(self, k):
        return self._one(self.data**k, lambda g: k * g * self.data ** (k - 1))

    def exp(self):
        return self._one(np.exp(self.data), lambda g: g * np.exp(self.data))

    def log(self):
        return self._one(np.log(self.data), lambda g: g / self.data)

    def tanh(self):
        return self._one(np.tanh(self.data), lambda g: g - g * np.tanh(self.data) ** 2)

    def relu(self):
        out = self.data * (self.data > 0)
        return self._one(out, lambda g: g * np.sign(out))

    def __matmul__(self, other):
        a, b = self, other
        return Tape(
            a.data @ b.data,
            [(a, lambda g: np.inner(g, b.data)), (b, lambda g: np.transpose(a.data) @ g)],
        )

    def sum(self, axis=None, keepdims=False):
        shape = self.data.shape
        out = np.sum(self.data, axis=axis, keepdims=keepdims)
        lost = axis is not None and not keepdims
        return self._one(
            out,
            lambda g: (np.expand_dims(g, axis) if lost else g) + np.zeros(shape),
        )

    def mean(self, axis=None, keepdims=False):
        return self.sum(axis, keepdims) / (
            self.data.size if axis is None else self.data.shape[axis]
        )

    def reshape(self, *shape):
        old = self.data.shape
        return self._one(np.reshape(self.data, shape), lambda g: np.reshape(g, old))

    def transpose(self):
        return self._one(np.swapaxes(self.data, 0, 1), lambda g: np.swapaxes(g, 0, 1))

    T = property(transpose)

    def __getitem__(self, index):
        numbers = np.arange(self.data.size).reshape(self.data.shape)[index]

        def back(g):
            counted = np.bincount(np.ravel(numbers), np.ravel(g), self.data.size)
            return counted.reshape(self.data.shape)

        return self._one(self.data[index], back)


class Named(nn.Tensor):
    """A subclass that adds something of its own."""

    def __init__(self, data, *rest, **more):
        super().__init__(data, *rest, **more)
        self.name = ""


def without(*names):
    return engine(methods=dict.fromkeys(names))


def no_backward(self):
    raise NotImplementedError


def seed_added(out):
    order = in_order(out)
    for tensor in order[:-1]:
        tensor.grad = np.zeros_like(tensor.data)
    out.grad = out.grad + 1.0
    for tensor in reversed(order):
        pass_on(tensor)


def aliased(out):
    """Shares are added in place, into arrays that others hold too."""
    for tensor in in_order(out):
        tensor.grad = None
    out.grad = np.ones_like(out.data)
    for tensor in reversed(in_order(out)):
        for parent, share in zip(tensor.parents, tensor.shares(tensor.grad), strict=True):
            if parent.grad is None:
                parent.grad = share if share.flags.writeable else share.copy()
            else:
                parent.grad += share


def left_parent_only(out):
    for tensor in reversed(from_scratch(out)):
        if tensor.parents:
            tensor.parents[0].grad = tensor.parents[0].grad + tensor.shares(tensor.grad)[0]


def relu_in_place(self):
    self.data[self.data < 0] = 0.0
    return self


EXERCISE = "Tensor"

ACCEPTED = [ByClosures, ByPriority, ByUfunc, Tape, Named, engine()]

TOLD = [
    (engine(methods={"backward": no_backward}), "not-written", "new tensors, values"),
    (without("log"), "no attribute 'log'"),
    (without("__neg__"), "minus sign"),
    (without("__getitem__"), "not subscriptable"),
    (engine(seed_added), "in-backward()-again"),
    (engine(aliased),),
    (engine(left_parent_only),),
    (engine(methods={"relu": relu_in_place}),),
    (engine(unbroadcast=lambda g, shape: np.resize(g, shape)),),
    (engine(shares={"+": lambda g, a, b: (g, 2 * g)}), "wrong-in-arithmetic", "c.grad is 2"),
    (engine(shares={"log": lambda g, a: g * a}), "slope-read-off", "what went in"),
    (engine(shares={"@": lambda g, a, b: (g @ b.T, 2 * a.T @ g)}), "one-operation-factor"),
    (engine(shares={"[ ]": lambda g, a, index: np.zeros_like(a)}), "cut-off", "Through indexing"),
    (engine(methods={"mean": lambda self, axis=None, keepdims=False: self.sum(axis, keepdims)}),
     "value-factor", "exactly 3 times"),
]  # fmt: skip


def _seeded_with_two(out):
    for tensor in from_scratch(out):
        del tensor
    out.grad = 2.0 * np.ones_like(out.data)
    for tensor in reversed(in_order(out)):
        pass_on(tensor)


def _in_float32(self, data, parents=(), shares=None, op=""):
    self.data = np.asarray(data, dtype=np.float32)
    self.grad = np.zeros_like(self.data)
    self.parents, self.shares, self.op = parents, shares or (lambda g: ()), op


def _without_keepdims(self, axis=None, keepdims=False):
    return type(self)(self.data.sum(axis=axis))


def _sum_in_its_own_shape(self, other):
    other = other if isinstance(other, type(self)) else type(self)(other)
    return type(self)(self.data + other.data, (self, other), lambda g: (g, g), "+")


# The seventh round of strangers' engines: told where only, or falsely, at its first run.
TOLD += [
    (engine(methods={"T": property(lambda self: type(self)(self.data.T))}), "cut-off",
     "Through the transpose nothing comes back to a"),
    (engine(methods={"__add__": _sum_in_its_own_shape}), "broadcasting-not-summed",
     "In a sum a + b an operand was broadcast"),
    (engine(shares={"**": lambda g, a, k: g * a ** (k - 1)}), "power-without-factor"),
    (engine(shares={"reshape": lambda g, a: g.reshape(a.shape, order="F")}),
     "right-in-wrong-places"),
    (engine(shares={"/": lambda g, a, b: (g / b, -g * a / b),
                    "tanh": lambda g, a: g * (1 - np.tanh(a))}), "quotient-not-squared"),
    (engine(shares={"sum": lambda g, a, axis, keep: expanded(g, a, axis, keep) / 2}),
     "one-operation-factor", "exactly 1/2 times"),
    (engine(_seeded_with_two), "another-seed", "exactly 2 times"),
    (engine(methods={"__init__": _in_float32}), "float32"),
    (engine(shares={"*": lambda g, a, b: (g * b, g * b)}), "another-share", "to b g b, where g a"),
    (engine(shares={"sum": lambda g, a, axis, keep: expanded(g, a, axis, keep) * a}),
     "another-share", "times the entry itself"),
    (engine(methods={"log": lambda self: type(self)(np.log10(self.data))}), "to base 10"),
    (engine(methods={"sum": _without_keepdims}), "value-of-another-shape"),
    (engine(methods={"relu": lambda self: type(self)(np.abs(self.data))}), "another-curve",
     "a without its signs"),
]  # fmt: skip


NOT_SAID = [(engine(left_parent_only), "keeps only one share")]
