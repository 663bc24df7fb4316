"""Chapter 2b, the engine, as strangers answer it."""

import math

import numpy as np

from tests.exercises.strangers.table import right, wrong


# Value
def _engine(fault=None):
    class Value:
        def __init__(self, data, parents=(), op=""):
            self.data, self.grad, self._prev, self._op = float(data), 0.0, tuple(parents), op
            self._back = lambda: None

        @staticmethod
        def _of(v):
            return v if isinstance(v, Value) else Value(v)

        def _pass(self, parent, share):
            if fault == "overwrites":
                parent.grad = share
            else:
                parent.grad += share

        def _make(self, data, *pairs):
            out = Value(data, [p for p, _ in pairs])

            def back():
                for p, slope in pairs:
                    self._pass(p, slope * out.grad)

            out._back = back
            return out

        def __add__(self, o):
            o = Value._of(o)
            return self._make(self.data + o.data, (self, 1), (o, 1))

        def __mul__(self, o):
            o = Value._of(o)
            if fault == "mul":
                return self._make(self.data * o.data, (self, self.data), (o, o.data))
            return self._make(self.data * o.data, (self, o.data), (o, self.data))

        def __pow__(self, n):
            power = n if fault == "pow" else n - 1
            return self._make(self.data**n, (self, n * self.data**power))

        def __sub__(self, o):
            o = Value._of(o)
            return self._make(self.data - o.data, (self, 1), (o, 1 if fault == "sub" else -1))

        def __truediv__(self, o):
            o = Value._of(o)
            slope = -self.data / o.data if fault == "div" else -self.data / o.data**2
            return self._make(self.data / o.data, (self, 1 / o.data), (o, slope))

        def __neg__(self):
            return self._make(-self.data, (self, -1))

        def __rsub__(self, o):
            return self - o if fault == "rsub" else Value._of(o) - self

        def __rtruediv__(self, o):
            return Value._of(o) / self

        __radd__, __rmul__ = __add__, __mul__

        def tanh(self):
            t = math.tanh(self.data)
            return self._make(t, (self, 1 - self.data**2 if fault == "tanh" else 1 - t * t))

        def exp(self):
            e = math.exp(self.data)
            return self._make(e, (self, self.data if fault == "exp" else e))

        def relu(self):
            slope = 1.0 if fault == "relu" else float(self.data > 0)
            return self._make(max(0.0, self.data), (self, slope))

        def backward(self):
            order, seen = [], []

            def walk(v):
                if not any(v is s for s in seen):
                    seen.append(v)
                    for p in v._prev:
                        walk(p)
                    order.append(v)

            walk(self)
            if fault != "keeps":
                for v in order:
                    v.grad = 0.0
            self.grad = self.grad + 1.0 if fault == "keeps" else 1.0
            if fault == "seed":
                self.grad = self.data
            for v in order if fault == "order" else reversed(order):
                v._back()

    return Value


for _fault, _note in {
    "overwrites": "= in place of += everywhere",
    "mul": "the product passes each its own value",
    "pow": "n x**n for the power",
    "sub": "minus passes +1 to both",
    "div": "the divisor's slope lacks a square",
    "rsub": "2 - v computed as v - 2",
    "tanh": "1 - x**2 for the slope of tanh",
    "exp": "the slope of exp is x",
    "relu": "relu lets blame through when off",
    "keeps": "gradients are never cleared: a second backward doubles",
    "seed": "the output's gradient starts at its value",
    "order": "walks from the leaves up",
}.items():
    wrong("Value", _note)(_engine(_fault))


right("Value", "one helper for all operations")(_engine())


@right("Value", "a tape with weights, no closures")
class Value:
    def __init__(self, data, ways=()):
        self.data, self.ways, self.grad = data, ways, 0

    def __add__(self, o):
        o = o if isinstance(o, Value) else Value(o)
        return Value(self.data + o.data, ((self, 1), (o, 1)))

    def __mul__(self, o):
        o = o if isinstance(o, Value) else Value(o)
        return Value(self.data * o.data, ((self, o.data), (o, self.data)))

    def __pow__(self, n):
        return Value(self.data**n, ((self, n * self.data ** (n - 1)),))

    def __neg__(self):
        return self * -1

    def __sub__(self, o):
        return self + (-1) * (o if isinstance(o, Value) else Value(o))

    def __rsub__(self, o):
        return (-self) + o

    def __truediv__(self, o):
        return self * (o if isinstance(o, Value) else Value(o)) ** -1.0

    def __rtruediv__(self, o):
        return Value(o) * self**-1.0

    __radd__, __rmul__ = __add__, __mul__

    def exp(self):
        e = np.exp(self.data)
        return Value(e, ((self, e),))

    def tanh(self):
        t = np.tanh(self.data)
        return Value(t, ((self, 1 - t**2),))

    def relu(self):
        return Value(self.data * (self.data > 0), ((self, self.data > 0),))

    def backward(self):
        order, done = [], set()

        def visit(v):
            if id(v) in done:
                return
            done.add(id(v))
            for p, _ in v.ways:
                visit(p)
            order.append(v)

        visit(self)
        for v in order:
            v.grad = 0
        self.grad = 1
        for v in order[::-1]:
            for p, slope in v.ways:
                p.grad += slope * v.grad
