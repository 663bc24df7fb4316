"""Value: what must pass, and what must be told."""

import math
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from bplab.exercises.autograd_engine.engines import BUILT, engine, ordered, pass_on, right_backward
from bplab.exercises.autograd_engine.value_backward import accumulating, forward_order, seed_added


class ByClosures:
    """In the manner of micrograd: each result knows how to push its gradient on."""

    def __init__(self, data, children=(), op=""):
        self.data = data
        self.grad = 0
        self._backward = lambda: None
        self._prev = set(children)
        self._op = op

    def __add__(self, other):
        other = other if isinstance(other, ByClosures) else ByClosures(other)
        out = ByClosures(self.data + other.data, (self, other), "+")

        def push():
            self.grad += out.grad
            other.grad += out.grad

        out._backward = push
        return out

    def __mul__(self, other):
        other = other if isinstance(other, ByClosures) else ByClosures(other)
        out = ByClosures(self.data * other.data, (self, other), "*")

        def push():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad

        out._backward = push
        return out

    def __pow__(self, k):
        assert isinstance(k, (int, float))
        return self._unary(self.data**k, k * self.data ** (k - 1))

    def _unary(self, data, slope):
        out = ByClosures(data, (self,))

        def push():
            self.grad += slope * out.grad

        out._backward = push
        return out

    def tanh(self):
        t = math.tanh(self.data)
        return self._unary(t, 1 - t**2)

    def exp(self):
        return self._unary(math.exp(self.data), math.exp(self.data))

    def relu(self):
        return self._unary(0 if self.data < 0 else self.data, self.data > 0)

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
            v.grad = 0
        self.grad = 1
        for v in reversed(topo):
            v._backward()

    def __neg__(self):
        return self * -1

    def __radd__(self, other):
        return self + other

    def __sub__(self, other):
        return self + (-other)

    def __rsub__(self, other):
        return other + (-self)

    def __rmul__(self, other):
        return self * other

    def __truediv__(self, other):
        return self * other**-1

    def __rtruediv__(self, other):
        return other * self**-1


@dataclass(eq=False)
class ByCountingUses:
    """Each value waits until all that was made from it has had its turn."""

    data: float
    made_of: list = field(default_factory=list)  # pairs (value, slope)
    grad: float | None = None

    def _join(self, other, data, mine, theirs):
        return ByCountingUses(np.float64(data), [(self, mine), (other, theirs)])

    def __add__(self, other):
        other = _wrapped(other)
        return self._join(other, self.data + other.data, 1, 1)

    def __sub__(self, other):
        other = _wrapped(other)
        return self._join(other, self.data - other.data, 1, -1)

    def __mul__(self, other):
        other = _wrapped(other)
        return self._join(other, self.data * other.data, other.data, self.data)

    def __truediv__(self, other):
        other = _wrapped(other)
        q = self.data / other.data
        return self._join(other, q, 1 / other.data, -q / other.data)

    def __radd__(self, other):
        return _wrapped(other) + self

    def __rsub__(self, other):
        return _wrapped(other) - self

    def __rmul__(self, other):
        return _wrapped(other) * self

    def __rtruediv__(self, other):
        return _wrapped(other) / self

    def __neg__(self):
        return ByCountingUses(-self.data, [(self, -1.0)])

    def __pow__(self, k):
        return ByCountingUses(self.data**k, [(self, k * self.data**k / self.data)])

    def tanh(self):
        return ByCountingUses(np.tanh(self.data), [(self, 1 / np.cosh(self.data) ** 2)])

    def exp(self):
        return ByCountingUses(np.exp(self.data), [(self, np.exp(self.data))])

    def relu(self):
        return ByCountingUses(np.maximum(0, self.data), [(self, np.heaviside(self.data, 0))])

    def backward(self):
        uses, todo, seen = {}, [self], {id(self)}
        while todo:
            for parent, _ in todo.pop().made_of:
                uses[id(parent)] = uses.get(id(parent), 0) + 1
                parent.grad = np.array(0.0)
                if id(parent) not in seen:
                    seen.add(id(parent))
                    todo.append(parent)
        self.grad = np.array(1.0)
        ready = [self]
        while ready:
            value = ready.pop()
            for parent, slope in value.made_of:
                parent.grad = parent.grad + slope * value.grad
                uses[id(parent)] -= 1
                if uses[id(parent)] == 0:
                    ready.append(parent)


def _wrapped(x):
    return x if isinstance(x, ByCountingUses) else ByCountingUses(x)


class ByCreation:
    """Values are numbered as they are made; a parent always has a smaller number."""

    made = 0

    def __init__(self, data, parents=()):
        ByCreation.made += 1
        self.number, self.data, self.parents, self.grad = ByCreation.made, data, parents, 0.0

    @staticmethod
    def _apply(f, *args):
        """The slopes of f by nudging a complex number, exact to rounding."""
        args = [a if isinstance(a, ByCreation) else ByCreation(a) for a in args]
        numbers = [complex(a.data) for a in args]
        parents = []
        for i, a in enumerate(args):
            nudged = numbers[:i] + [numbers[i] + 1e-30j] + numbers[i + 1 :]
            parents.append((a, f(*nudged).imag / 1e-30))
        return ByCreation(f(*numbers).real, parents)

    def __add__(self, other):
        return self._apply(lambda a, b: a + b, self, other)

    def __sub__(self, other):
        return self._apply(lambda a, b: a - b, self, other)

    def __mul__(self, other):
        return self._apply(lambda a, b: a * b, self, other)

    def __truediv__(self, other):
        return self._apply(lambda a, b: a / b, self, other)

    def __rsub__(self, other):
        return self._apply(lambda a, b: b - a, self, other)

    def __rtruediv__(self, other):
        return self._apply(lambda a, b: b / a, self, other)

    __radd__, __rmul__ = __add__, __mul__

    def __pow__(self, k):
        return self._apply(lambda a: a**k, self)

    def __neg__(self):
        return self._apply(lambda a: -a, self)

    def tanh(self):
        return self._apply(np.tanh, self)

    def exp(self):
        return self._apply(np.exp, self)

    def relu(self):
        return self._apply(lambda a: a if a.real > 0 else 0 * a, self)

    def backward(self):
        below, todo = {self.number: self}, [self]
        while todo:
            for parent, _ in todo.pop().parents:
                if parent.number not in below:
                    below[parent.number] = parent
                    todo.append(parent)
        grads = dict.fromkeys(below, 0.0) | {self.number: 1.0}
        for number in sorted(below, reverse=True):
            for parent, slope in below[number].parents:
                grads[parent.number] += slope * grads[number]
        for number, grad in grads.items():
            below[number].grad = grad


def left_parent_only(out):
    for value in ordered(out, [], set()):
        value.grad = 0.0
    out.grad = 1.0
    for value in reversed(ordered(out, [], set())):
        if value.parents:
            value.parents[0].grad += value.slopes[0] * value.grad


def only_inputs_get_a_grad(out):
    right_backward(out)
    for value in ordered(out, [], set()):
        if value.parents:
            value.grad = 0.0


def cleared_afterwards(out):
    right_backward(out)
    for value in ordered(out, [], set()):
        value.grad = 0.0


def counted_once(last):
    """A value that is multiplied by itself counts as used once: it has its turn too early."""

    def backward(out):
        uses = {}
        for value in ordered(out, [], set()):
            value.grad = 0.0
            for parent in set(value.parents):
                uses[parent] = uses.get(parent, 0) + 1
        out.grad, ready = 1.0, [out]
        while ready:
            value = ready.pop(last)
            for parent, slope in zip(value.parents, value.slopes, strict=True):
                parent.grad += slope * value.grad
                uses[parent] -= 1
                if uses[parent] == 0:
                    ready.append(parent)

    return backward


everything_seen = set()


def one_list_for_all(out):
    order = ordered(out, [], everything_seen)
    for value in order:
        value.grad = 0.0
    out.grad = 1.0
    for value in reversed(order):
        pass_on(value)


def half_grown(backward=right_backward, **slopes):
    """The engine of the chapter's second round: sums, products and the pass back."""
    later = ("__sub__", "__neg__", "__pow__", "__truediv__", "__rsub__", "__rtruediv__")
    return engine(backward, dict.fromkeys((*later, "tanh", "exp", "relu"), _stub), **slopes)


def _stub(self, *others):
    raise NotImplementedError


def not_wrapped(self, other):
    return type(self)(self.data * other.data, (self, other), (other.data, self.data), "*")


def not_read(self, other):
    return type(self)(float(other), (self, other), (1.0, self.data), "*")


EXERCISE = "Value"

ACCEPTED = [
    ByClosures,
    ByCountingUses,
    ByCreation,
]


def _by_a_power(self, other):
    return self * (other if isinstance(other, type(self)) else type(self)(other)) ** -1


def _all_arrives_as_one(out):
    right_backward(out, deaf=("+", "*", "**", "tanh", "exp", "relu"))


TOLD = [
    (engine(_all_arrives_as_one, BUILT), "upstream-ignored"),
    (engine(**{"*": lambda a, b: (a * b, a)}, methods=BUILT), "another-slope", "to a is a b, what"),
    (engine(**{"**": lambda a, k: (abs(k) * a ** (k - 1),)}), "For c ** -1", "without its sign"),
    (engine(relu=lambda a: (0.01 if a < 0 else 1.0,)), "another-slope", "0.01, that of a leaky"),
    (engine(relu=lambda a: (1.0 if a > 0.5 else 0.0,)), "another-slope", "though p lies above 0"),
    (
        engine(methods={"relu": lambda self: self * float(self.data > 0.5)}),
        "another-curve",
        "0, though p lies above 0",
    ),
    (engine(exp=lambda a: (math.exp(a) / 2,)), "another-slope", "half of what it should be"),
    (engine(**{"*": lambda a, b: (b, b)}), "another-slope", "to b is b, its own number"),
    (engine(**{"/": lambda a, b: (1 / b, -a)}), "another-slope", "to b is -a"),
    (
        engine(partial(right_backward, deaf=("**",)), methods={"__truediv__": _by_a_power}),
        "upstream-ignored-in-power",
        "A quotient has a wrong grad as well",
    ),
    (engine(tanh=lambda a: (1 + math.tanh(a) ** 2,)), "tanh-slope-with-plus"),
    (engine(exp=lambda a: (a,)), "exp-slope-of-input"),
    (engine(**{"**": lambda a, k: ((k + 1) * a ** (k - 1),)}), "a.grad of a ** 2"),
    (engine(**{"/": lambda a, b: (1 / b, -1 / b**2)}), "quotient-top-forgotten"),
    (engine(methods={"tanh": None}), "no attribute 'tanh'"),
    (engine(methods={"__neg__": None}), "minus sign"),
    (engine(methods={"__radd__": None}), "k + a raised TypeError"),
    (engine(methods={"tanh": lambda self: math.tanh(self.data)}), "a.tanh() is a plain float"),
    (engine(methods={"__rsub__": lambda self, other: other - self}), "calls itself"),
    (engine(methods={"__add__": lambda self, other: self.data}), "a + b is a plain float"),
    (engine(seed_added), "another-call", "second backward()"),
    (engine(counted_once(-1)), "several-steps"),
    (engine(counted_once(0)), "several-steps"),
    (engine(**{"unary -": lambda a: (1.0,), "-": lambda a, b: (1.0, 1.0)}), "minus-like-plus"),
    (engine(one_list_for_all), "another-call"),
    (engine(left_parent_only), "b.grad of a + b is 0"),
    (engine(only_inputs_get_a_grad), "d.grad of d * d + d"),
    (engine(cleared_afterwards), "a.grad of a + b is 0"),
    (engine(methods={"__mul__": not_wrapped}), "plain-number-given", "In a * k"),
    (half_grown(), "not-written"),
    (engine(methods={"__mul__": not_read}), "stands where the number itself is meant"),
    (half_grown(forward_order), "stops-after-one-step"),
    (half_grown(accumulating), "not-from-scratch"),
    (half_grown(left_parent_only), "b.grad of a + b is 0"),
    (half_grown(**{"*": lambda a, b: (a, b)}), "product-slopes-swapped"),
]
