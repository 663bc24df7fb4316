"""A third round, chapter 2: written from the table of exercises alone, before any was run."""

import math

import numpy as np

from bplab import nn
from tests.exercises.strangers.table import right, wrong


def _s(z):
    return 0.5 * (1 + np.tanh(0.5 * np.asarray(z)))


wrong("sigmoid_grad", "minus for times: s - (1 - s)")(lambda z: _s(z) - (1 - _s(z)))
wrong("sigmoid_grad", "squares the wrong factor: s (1 - s^2)")(lambda z: _s(z) * (1 - _s(z) ** 2))
wrong("sigmoid_grad", "differentiates exp(-z) without the inner minus")(
    lambda z: -np.exp(-np.abs(z)) / (1 + np.exp(-np.abs(z))) ** 2
)
wrong("sigmoid_grad", "power 1 under the bar: the outer square forgotten")(
    lambda z: np.exp(-np.abs(z)) / (1 + np.exp(-np.abs(z)))
)
right("sigmoid_grad", "through the hyperbolic cosine")(
    lambda z: 0.25 / np.cosh(0.5 * np.asarray(z)) ** 2
)
wrong("tanh_grad", "1 - 2 tanh")(lambda z: 1 - 2 * np.tanh(z))
wrong("tanh_grad", "tanh (1 - tanh), the sigmoid's shortcut")(
    lambda z: np.tanh(z) * (1 - np.tanh(z))
)
wrong("tanh_grad", "1 - tanh(z squared)")(lambda z: 1 - np.tanh(np.asarray(z) ** 2))
wrong("tanh_grad", "one over cosh, not squared")(lambda z: 1 / np.cosh(z))
wrong("relu_grad", "the sign: -1 on the left")(lambda z: np.sign(z))
wrong("relu_grad", "max(z, 0) times step: returns the value")(lambda z: np.where(z > 0, z, 0.0))
wrong("relu_grad", "off by one: slope 1 only beyond 1")(lambda z: (np.asarray(z) > 1).astype(float))
wrong("relu_grad", "leaky habit: 0.01 on the left")(
    lambda z: np.where(np.asarray(z) > 0, 1.0, 0.01)
)
right("relu_grad", "heaviside")(lambda z: np.heaviside(z, 0.0))


@wrong("two_neuron_forward", "second neuron is fed z1, not a1")
def _(x, y, w1, b1, w2, b2):
    z1 = w1 * x + b1
    a1 = np.tanh(z1)
    z2 = w2 * z1 + b2
    a2 = _s(z2)
    return dict(z1=z1, a1=a1, z2=z2, a2=a2, loss=(a2 - y) ** 2)


@wrong("two_neuron_forward", "cross-entropy in place of the squared error")
def _(x, y, w1, b1, w2, b2):
    z1 = w1 * x + b1
    a1 = np.tanh(z1)
    z2 = w2 * a1 + b2
    a2 = _s(z2)
    return dict(z1=z1, a1=a1, z2=z2, a2=a2, loss=-(y * np.log(a2) + (1 - y) * np.log(1 - a2)))


@wrong("two_neuron_forward", "b1 used twice, b2 never")
def _(x, y, w1, b1, w2, b2):
    z1 = w1 * x + b1
    a1 = np.tanh(z1)
    z2 = w2 * a1 + b1
    a2 = _s(z2)
    return dict(z1=z1, a1=a1, z2=z2, a2=a2, loss=(a2 - y) ** 2)


def _two(x, y, w1, w2, v, **change):
    d2 = change.get("d2", 2 * (v["a2"] - y) * v["a2"] * (1 - v["a2"]))
    d1 = change.get("d1", d2 * w2 * (1 - v["a1"] ** 2))
    out = dict(dw2=d2 * v["a1"], db2=d2, dw1=d1 * x, db1=d1, dx=d1 * w1)
    return out | change.get("out", {})


wrong("two_neuron_backward", "slope of tanh with the a(1-a) shortcut")(
    lambda x, y, w1, w2, values: _two(
        x,
        y,
        w1,
        w2,
        values,
        d1=2
        * (values["a2"] - y)
        * values["a2"]
        * (1 - values["a2"])
        * w2
        * values["a1"]
        * (1 - values["a1"]),
    )
)
wrong("two_neuron_backward", "dw1 forgets the input x")(
    lambda x, y, w1, w2, values: (
        _two(x, y, w1, w2, values) | {"dw1": _two(x, y, w1, w2, values)["db1"]}
    )
)
wrong("two_neuron_backward", "dx stops at w2: not through the first neuron's weight")(
    lambda x, y, w1, w2, values: (
        _two(x, y, w1, w2, values) | {"dx": _two(x, y, w1, w2, values)["db1"]}
    )
)


@wrong("two_neuron_backward", "the first neuron gets w1 in place of w2 on the way down")
def _(x, y, w1, w2, values):
    d2 = 2 * (values["a2"] - y) * values["a2"] * (1 - values["a2"])
    d1 = d2 * w1 * (1 - values["a1"] ** 2)
    return dict(dw2=d2 * values["a1"], db2=d2, dw1=d1 * x, db1=d1, dx=d1 * w1)


@wrong("two_neuron_backward", "sign reversed and the 2 forgotten", "two")
def _(x, y, w1, w2, values):
    d2 = (y - values["a2"]) * values["a2"] * (1 - values["a2"])
    return _two(x, y, w1, w2, values, d2=d2)


@right("two_neuron_backward", "every edge of the drawing by name")
def _(x, y, w1, w2, values):
    a1, a2 = values["a1"], values["a2"]
    da2 = 2 * a2 - 2 * y
    dz2 = da2 * nn.sigmoid_grad(values["z2"])
    da1 = dz2 * w2
    dz1 = da1 * nn.tanh_grad(values["z1"])
    return {"dx": dz1 * w1, "db2": dz2, "dw2": dz2 * a1, "db1": dz1, "dw1": dz1 * x, "da1": da1}


def _entries(f, x, quotient):
    x = np.array(x, dtype=float)
    g = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        g[i] = quotient(x, i)
    return g


def _at(x, i, d):
    c = x.copy()
    c[i] += d
    return c


wrong("numerical_gradient", "backward difference")(
    lambda f, x, h=1e-5: _entries(f, x, lambda x, i: (f(x) - f(_at(x, i, -h))) / h)
)
wrong("numerical_gradient", "plus in the numerator")(
    lambda f, x, h=1e-5: _entries(f, x, lambda x, i: (f(_at(x, i, h)) + f(_at(x, i, -h))) / (2 * h))
)
wrong("numerical_gradient", "all entries moved at once: one number everywhere")(
    lambda f, x, h=1e-5: np.full(np.shape(x), (f(x + h) - f(x - h)) / (2 * h))
)
wrong("numerical_gradient", "step in proportion to the entry, divided by plain h")(
    lambda f, x, h=1e-5: _entries(
        f, x, lambda x, i: (f(_at(x, i, h * x[i])) - f(_at(x, i, -h * x[i]))) / (2 * h)
    )
)


@wrong("numerical_gradient", "moves up, then down by h only: the second point is x itself")
def _(f, x, h=1e-5):
    x = np.array(x, dtype=float)
    g = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        x[i] += h
        up = f(x)
        x[i] -= h
        down = f(x)
        g[i] = (up - down) / (2 * h)
    return g


@wrong("numerical_gradient", "only the first axis is looped over: rows moved as a whole")
def _(f, x, h=1e-5):
    x = np.array(x, dtype=float)
    g = np.zeros_like(x)
    if x.ndim == 0:
        return np.array((f(x + h) - f(x - h)) / (2 * h))
    for i in range(len(x)):
        g[i] = (f(_at(x, i, h)) - f(_at(x, i, -h))) / (2 * h)
    return g


@right("numerical_gradient", "flat view, fresh copies")
def _(f, x, h=1e-5):
    base = np.array(x, dtype=float)
    g = np.empty(base.size)
    for k in range(base.size):
        e = np.zeros(base.size)
        e[k] = h
        e = e.reshape(base.shape)
        g[k] = (f(base + e) - f(base - e)) / (2 * h)
    return g.reshape(base.shape)


wrong("relative_error", "min in place of max over the entries")(
    lambda a, b: float(np.min(np.abs(a - b) / np.maximum(np.abs(a) + np.abs(b), 1e-8)))
)
wrong("relative_error", "absolute difference alone")(lambda a, b: float(np.max(np.abs(a - b))))
wrong("relative_error", "divided by abs(a) only")(
    lambda a, b: float(np.max(np.abs(a - b) / np.maximum(np.abs(a), 1e-8)))
)
wrong("relative_error", "abs of the sum below, not the sum of abs")(
    lambda a, b: float(np.max(np.abs(a - b) / np.maximum(np.abs(a + b), 1e-8)))
)
wrong("relative_error", "floor added, and a hundred times too coarse: + 1e-6")(
    lambda a, b: float(np.max(np.abs(a - b) / (np.abs(a) + np.abs(b) + 1e-6)))
)
right("relative_error", "a loop in plain Python")(
    lambda a, b: max(
        abs(float(p) - float(q)) / max(abs(float(p)) + abs(float(q)), 1e-8)
        for p, q in zip(np.ravel(a), np.ravel(b), strict=True)
    )
)
wrong("gradient_check", "True or False in place of the error")(
    lambda f, grad_f, x: nn.relative_error(grad_f(x), nn.numerical_gradient(f, x)) < 1e-5
)
wrong("gradient_check", "numerical gradient of grad_f, not of f")(
    lambda f, grad_f, x: nn.relative_error(
        grad_f(x), nn.numerical_gradient(lambda v: float(np.sum(grad_f(v))), x)
    )
)
wrong("gradient_check", "numerical gradient taken at a point 0.01 away")(
    lambda f, grad_f, x: nn.relative_error(grad_f(x), nn.numerical_gradient(f, x + 0.01))
)
wrong("gradient_check", "h of 0.1 passed on")(
    lambda f, grad_f, x: nn.relative_error(grad_f(x), nn.numerical_gradient(f, x, 0.1))
)
right("gradient_check", "own inner loop, no helper")(
    lambda f, grad_f, x: float(
        np.max(
            np.abs(np.asarray(grad_f(x)) - (n := nn.numerical_gradient(f, x, h=1e-5)))
            / np.maximum(np.abs(grad_f(x)) + np.abs(n), 1e-8)
        )
    )
)


def _engine(**change):
    """A small engine as in the lecture everyone copies; `change` replaces single parts."""

    class Value:
        def __init__(self, data, parents=()):
            self.data, self.grad = data, 0.0
            self._prev, self._backward = parents, lambda: None

        def _binary(self, other, data, left, right_share):
            other = other if isinstance(other, Value) else Value(other)
            out = Value(data(self.data, other.data), (self, other))

            def push():
                self.grad += left(self.data, other.data) * out.grad
                other.grad += right_share(self.data, other.data) * out.grad

            out._backward = push
            return out

        def _unary(self, data, slope):
            out = Value(data(self.data), (self,))

            def push():
                self.grad += slope(self.data, out.data) * out.grad

            out._backward = push
            return out

        def __add__(self, other):
            return self._binary(other, lambda a, b: a + b, lambda a, b: 1, lambda a, b: 1)

        def __mul__(self, other):
            return self._binary(other, lambda a, b: a * b, lambda a, b: b, lambda a, b: a)

        def __sub__(self, other):
            return self + (-other if isinstance(other, Value) else Value(-other))

        def __truediv__(self, other):
            other = other if isinstance(other, Value) else Value(other)
            return self * other**-1

        def __pow__(self, k):
            return self._unary(lambda a: a**k, lambda a, o: k * a ** (k - 1))

        def __neg__(self):
            return self * -1

        def __radd__(self, other):
            return self + other

        def __rmul__(self, other):
            return self * other

        def __rsub__(self, other):
            return Value(other) - self

        def __rtruediv__(self, other):
            return Value(other) / self

        def tanh(self):
            return self._unary(math.tanh, lambda a, o: 1 - o**2)

        def exp(self):
            return self._unary(math.exp, lambda a, o: o)

        def relu(self):
            return self._unary(lambda a: a if a > 0 else 0.0, lambda a, o: 1.0 if a > 0 else 0.0)

        def backward(self):
            order, seen = [], set()

            def visit(v):
                if id(v) not in seen:
                    seen.add(id(v))
                    for p in v._prev:
                        visit(p)
                    order.append(v)

            visit(self)
            for v in order:
                v.grad = 0.0
            self.grad = 1.0
            for v in reversed(order):
                v._backward()

    for name, method in change.items():
        setattr(Value, name, method)
    Value.__name__ = Value.__qualname__ = "Value"
    return Value


right("Value", "lectures' engine: closures, order by depth-first search")(_engine())
wrong("Value", "power rule keeps the exponent: k a^k")(
    _engine(__pow__=lambda s, k: s._unary(lambda a: a**k, lambda a, o: k * a**k))
)
wrong("Value", "exp slope is x exp(x - 1), the power rule")(
    _engine(exp=lambda s: s._unary(math.exp, lambda a, o: a * math.exp(a - 1)))
)
wrong("Value", "tanh slope with the input: 1 - x^2")(
    _engine(tanh=lambda s: s._unary(math.tanh, lambda a, o: 1 - a**2))
)
wrong("Value", "number minus Value gives Value minus number, turned round")(
    _engine(__rsub__=lambda s, other: s - other)
)
wrong("Value", "number over Value gives Value over number")(
    _engine(__rtruediv__=lambda s, other: s / other)
)
wrong("Value", "right-hand plus is missing")(_engine(__radd__=None))
wrong("Value", "product gives each its own value, not the other's")(
    _engine(__mul__=lambda s, o: s._binary(o, lambda a, b: a * b, lambda a, b: a, lambda a, b: b))
)
wrong("Value", "relu: slope 1 on the wrong side")(
    _engine(relu=lambda s: s._unary(lambda a: max(a, 0.0), lambda a, o: 1.0 if a < 0 else 0.0))
)


def _no_reset(self):
    order, seen = [], set()

    def visit(v):
        if id(v) not in seen:
            seen.add(id(v))
            for p in v._prev:
                visit(p)
            order.append(v)

    visit(self)
    self.grad = 1.0
    for v in reversed(order):
        v._backward()


def _forward_order(self):
    order, seen = [], set()

    def visit(v):
        if id(v) not in seen:
            seen.add(id(v))
            for p in v._prev:
                visit(p)
            order.append(v)

    visit(self)
    for v in order:
        v.grad = 0.0
    self.grad = 1.0
    for v in order:
        v._backward()


wrong("Value", "backward does not clear what an earlier call left")(_engine(backward=_no_reset))
wrong("Value", "the order is not reversed")(_engine(backward=_forward_order))
wrong("Value", "subtraction: the second one is blamed with a plus")(
    _engine(__sub__=lambda s, o: s._binary(o, lambda a, b: a - b, lambda a, b: 1, lambda a, b: 1))
)
