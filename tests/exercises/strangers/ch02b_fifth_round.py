"""A fifth round, chapter 2b: engines written from the table of exercises alone, before any ran."""

import math
from collections import deque

from tests.exercises.strangers.table import right, wrong


class Engine:
    """A right engine, in the manner of a known one, for others to spoil."""

    def __init__(self, data, children=()):
        self.data = float(data)
        self.grad = 0.0
        self._prev = tuple(children)
        self._backward = lambda: None

    @classmethod
    def lift(cls, v):
        return v if isinstance(v, Engine) else cls(v)

    def node(self, data, *edges):
        out = type(self)(data, [v for v, _ in edges])

        def _backward():
            for v, slope in edges:
                v.grad += slope * out.grad

        out._backward = _backward
        return out

    def __add__(self, other):
        other = self.lift(other)
        return self.node(self.data + other.data, (self, 1.0), (other, 1.0))

    def __mul__(self, other):
        other = self.lift(other)
        return self.node(self.data * other.data, (self, other.data), (other, self.data))

    def __pow__(self, n):
        return self.node(self.data**n, (self, n * self.data ** (n - 1)))

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + -self.lift(other)

    def __rsub__(self, other):
        return self.lift(other) + -self

    def __truediv__(self, other):
        return self * self.lift(other) ** -1

    def __rtruediv__(self, other):
        return self.lift(other) * self**-1

    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def tanh(self):
        t = math.tanh(self.data)
        return self.node(t, (self, 1 - t * t))

    def exp(self):
        e = math.exp(self.data)
        return self.node(e, (self, e))

    def relu(self):
        return self.node(max(0.0, self.data), (self, float(self.data > 0)))

    def order(self):
        order, seen = [], set()

        def visit(v):
            if id(v) not in seen:
                seen.add(id(v))
                for child in v._prev:
                    visit(child)
                order.append(v)

        visit(self)
        return order

    def backward(self):
        order = self.order()
        for v in order:
            v.grad = 0.0
        self.grad = 1.0
        for v in reversed(order):
            v._backward()


@wrong("Value", "backward walks the sorted list from the leaves up, not reversed")
class _(Engine):
    def backward(self):
        order = self.order()
        for v in order:
            v.grad = 0.0
        self.grad = 1.0
        for v in order:
            v._backward()


@wrong("Value", "only the root's own children get a share: no walk at all")
class _(Engine):
    def backward(self):
        for v in self.order():
            v.grad = 0.0
        self.grad = 1.0
        self._backward()


@wrong("Value", "breadth first with a queue: a node passes on before it is complete")
class _(Engine):
    def backward(self):
        for v in self.order():
            v.grad = 0.0
        self.grad = 1.0
        queue, seen = deque([self]), {id(self)}
        while queue:
            v = queue.popleft()
            v._backward()
            for child in v._prev:
                if id(child) not in seen:
                    seen.add(id(child))
                    queue.append(child)


@wrong("Value", "only leaves are cleared at the start; inner nodes keep the last call's")
class _(Engine):
    def backward(self):
        order = self.order()
        for v in order:
            if not v._prev:
                v.grad = 0.0
        self.grad = 1.0
        for v in reversed(order):
            v._backward()


@wrong("Value", "power rule without the exponent in front")
class _(Engine):
    def __pow__(self, n):
        return self.node(self.data**n, (self, self.data ** (n - 1)))


@wrong("Value", "quotient's slope of the denominator has a plus")
class _(Engine):
    def __truediv__(self, other):
        a, b = self, self.lift(other)
        return self.node(a.data / b.data, (a, 1 / b.data), (b, a.data / b.data**2))

    def __rtruediv__(self, other):
        return self.lift(other) / self


@wrong("Value", "number - value gives value - number")
class _(Engine):
    def __rsub__(self, other):
        return self - other


@wrong("Value", "tanh's slope is 1 - t, no square")
class _(Engine):
    def tanh(self):
        t = math.tanh(self.data)
        return self.node(t, (self, 1 - t))


@wrong("Value", "relu's gate looks at the gradient, not at the value")
class _(Engine):
    def relu(self):
        out = type(self)(max(0.0, self.data), [self])

        def _backward():
            self.grad += out.grad if out.grad > 0 else 0.0

        out._backward = _backward
        return out


@wrong("Value", "exp's slope evaluated with the data of the input")
class _(Engine):
    def exp(self):
        return self.node(math.exp(self.data), (self, self.data))


@wrong("Value", "the product overwrites in place of adding")
class _(Engine):
    def __mul__(self, other):
        other = self.lift(other)
        out = type(self)(self.data * other.data, [self, other])

        def _backward():
            self.grad = other.data * out.grad
            other.grad = self.data * out.grad

        out._backward = _backward
        return out


@wrong("Value", "visited kept as a set of values' data: equal numbers are one node")
class _(Engine):
    def order(self):
        order, seen = [], set()

        def visit(v):
            if v.data not in seen:
                seen.add(v.data)
                for child in v._prev:
                    visit(child)
                order.append(v)

        visit(self)
        return order


@wrong("Value", "the right-hand versions are missing", "raises")
class _(Engine):
    __radd__ = __rmul__ = None


@wrong("Value", "half finished: no tanh, no exp, no relu yet", "raises")
class _(Engine):
    tanh = exp = relu = None


@wrong("Value", "the seed is the value: self.grad = self.data")
class _(Engine):
    def backward(self):
        order = self.order()
        for v in order:
            v.grad = 0.0
        self.grad = self.data
        for v in reversed(order):
            v._backward()


right("Value", "closures that add, a list of children")(Engine)


@right("Value", "parents counted down, no recursion")
class _(Engine):
    def backward(self):
        uses, stack, nodes = {}, [self], {id(self): self}
        while stack:
            for child in stack.pop()._prev:
                uses[id(child)] = uses.get(id(child), 0) + 1
                if id(child) not in nodes:
                    nodes[id(child)] = child
                    stack.append(child)
        for v in nodes.values():
            v.grad = 0.0
        self.grad, ready = 1.0, [self]
        while ready:
            v = ready.pop()
            v._backward()
            for child in v._prev:
                uses[id(child)] -= 1
                if not uses[id(child)]:
                    ready.append(child)


@right("Value", "numbered at birth, walked by falling number")
class _(Engine):
    births = 0

    def __init__(self, data, children=()):
        super().__init__(data, children)
        type(self).births += 1
        self.born = type(self).births

    def backward(self):
        nodes = sorted(self.order(), key=lambda v: -v.born)
        for v in nodes:
            v.grad = 0.0
        self.grad = 1.0
        for v in nodes:
            v._backward()
