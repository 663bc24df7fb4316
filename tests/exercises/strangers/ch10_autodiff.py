"""Chapter 10 as strangers answer it: the engines."""

import numpy as np

from tests.exercises.strangers.table import right, wrong


@wrong("unbroadcast", "mean in place of sum")
def _(grad, shape):
    while grad.ndim > len(shape):
        grad = grad.mean(axis=0)
    for i, n in enumerate(shape):
        if n == 1:
            grad = grad.mean(axis=i, keepdims=True)
    return grad


@wrong("unbroadcast", "front axes only, axes of 1 forgotten")
def _(grad, shape):
    while grad.ndim > len(shape):
        grad = grad.sum(axis=0)
    return grad


@wrong("unbroadcast", "axes of 1 only", kind="raises")
def _(grad, shape):
    for i, n in enumerate(shape):
        if n == 1:
            grad = grad.sum(axis=i, keepdims=True)
    return grad.reshape(shape)


@wrong("unbroadcast", "keepdims forgotten")
def _(grad, shape):
    while grad.ndim > len(shape):
        grad = grad.sum(axis=0)
    for i, n in enumerate(shape):
        if n == 1:
            grad = grad.sum(axis=i)
    return grad


@wrong("unbroadcast", "takes the first slice")
def _(grad, shape):
    while grad.ndim > len(shape):
        grad = grad[0]
    for i, n in enumerate(shape):
        if n == 1:
            grad = np.take(grad, [0], axis=i)
    return grad


@wrong("unbroadcast", "sums the last axes away, not the first")
def _(grad, shape):
    while grad.ndim > len(shape):
        grad = grad.sum(axis=-1)
    return np.broadcast_to(grad.sum(), shape) if grad.shape != tuple(shape) else grad


@right("unbroadcast", "all axes at once, then a reshape")
def _(grad, shape):
    full = (1,) * (np.ndim(grad) - len(shape)) + tuple(shape)
    axes = tuple(i for i, n in enumerate(full) if n == 1)
    return np.asarray(np.sum(grad, axis=axes)).reshape(shape)


def _un(grad, shape):
    while grad.ndim > len(shape):
        grad = grad.sum(axis=0)
    for i, n in enumerate(shape):
        if n == 1 and grad.shape[i] != 1:
            grad = grad.sum(axis=i, keepdims=True)
    return grad


def _tensor(fault=None):
    class Tensor:
        __array_priority__ = 100

        def __init__(self, data, ways=()):
            self.data = np.array(data, dtype=float)
            self.grad = np.zeros_like(self.data)
            self.ways = ways

        def _wrap(self, other):
            return other if isinstance(other, Tensor) else Tensor(other)

        def __add__(self, other):
            other = self._wrap(other)
            return Tensor(self.data + other.data, [(self, lambda g: g), (other, lambda g: g)])

        def __mul__(self, other):
            other = self._wrap(other)
            a, b = self.data, other.data
            return Tensor(a * b, [(self, lambda g: g * b), (other, lambda g: g * a)])

        def __pow__(self, n):
            a = self.data
            return Tensor(a**n, [(self, lambda g: g * n * a ** (n - 1))])

        def __neg__(self):
            return self * -1.0

        def __sub__(self, other):
            return self + -self._wrap(other)

        def __rsub__(self, other):
            return self._wrap(other) - self

        def __truediv__(self, other):
            return self * self._wrap(other) ** -1.0

        def __rtruediv__(self, other):
            return self._wrap(other) / self

        __radd__, __rmul__ = __add__, __mul__

        def __matmul__(self, other):
            a, b = self.data, self._wrap(other).data
            left = (
                (lambda g: g @ b.reshape(b.shape[::-1]))
                if fault == "matmul"
                else (lambda g: g @ b.T)
            )
            return Tensor(a @ b, [(self, left), (other, lambda g: a.T @ g)])

        def sum(self, axis=None, keepdims=False):
            shape = self.data.shape

            def back(g):
                if axis is not None and not keepdims and fault != "sum":
                    g = np.expand_dims(g, axis)
                return np.broadcast_to(g, shape)

            return Tensor(self.data.sum(axis=axis, keepdims=keepdims), [(self, back)])

        def mean(self, axis=None, keepdims=False):
            n = self.data.size if axis is None or fault == "mean" else self.data.shape[axis]
            return self.sum(axis, keepdims) * (1.0 / n)

        def exp(self):
            e = np.exp(self.data)
            return Tensor(e, [(self, lambda g: g * e)])

        def log(self):
            a = self.data
            return Tensor(
                np.log(a),
                [(self, (lambda g: g / np.log(a)) if fault == "log" else (lambda g: g / a))],
            )

        def tanh(self):
            t = np.tanh(self.data)
            return Tensor(t, [(self, lambda g: g * (1 - t**2))])

        def relu(self):
            on = self.data > 0
            return Tensor(
                self.data * on,
                [(self, (lambda g: g * (g > 0)) if fault == "relu" else (lambda g: g * on))],
            )

        def reshape(self, *shape):
            old = self.data.shape
            if len(shape) == 1 and isinstance(shape[0], tuple):
                shape = shape[0]
            return Tensor(self.data.reshape(shape), [(self, lambda g: g.reshape(old))])

        @property
        def T(self):
            return Tensor(
                self.data.T,
                [
                    (
                        self,
                        (lambda g: g.reshape(self.data.shape)) if fault == "T" else (lambda g: g.T),
                    )
                ],
            )

        def __getitem__(self, i):
            shape = self.data.shape

            def back(g):
                out = np.zeros(shape)
                if fault == "index":
                    out[i] = g
                else:
                    np.add.at(out, i, g)
                return out

            return Tensor(self.data[i], [(self, back)])

        def backward(self):
            order, seen, todo = [], set(), [(self, False)]
            while todo:
                t, done = todo.pop()
                if done:
                    order.append(t)
                elif id(t) not in seen:
                    seen.add(id(t))
                    todo.append((t, True))
                    todo.extend((p, False) for p, _ in t.ways)
            if fault != "clear":
                for t in order:
                    t.grad = np.zeros_like(t.data)
            self.grad = np.ones_like(self.data)
            for t in reversed(order):
                for p, back in t.ways:
                    share = back(t.grad)
                    if fault != "broadcast":
                        share = _un(share, p.data.shape)
                    p.grad = share if fault == "overwrite" else p.grad + share

    return Tensor


for _fault, _note in {
    "matmul": "@ sends back through a reshaped W, not a transposed one",
    "sum": "sum over an axis: the summed axis is not put back",
    "mean": "mean over an axis divides by the number of all entries",
    "log": "slope of log is 1 / log",
    "relu": "relu's gate looks at the gradient",
    "T": "T sends back by a reshape",
    "index": "repeated indices overwrite",
    "clear": "gradients of the last call stay",
    "broadcast": "shares of broadcast tensors keep the big shape",
    "overwrite": "a tensor used twice keeps the last share",
}.items():
    wrong("Tensor", _note)(_tensor(_fault))

right("Tensor", "iterative walk, ways with closures")(_tensor())


def _dual(fault=None):
    class Dual:
        __array_priority__ = 100

        def __init__(self, value, slope=0.0):
            self.value, self.slope = value, slope

        def _of(self, o):
            return o if isinstance(o, Dual) else Dual(o, 0.0)

        def __add__(self, o):
            o = self._of(o)
            return Dual(self.value + o.value, self.slope + o.slope)

        def __sub__(self, o):
            o = self._of(o)
            return Dual(self.value - o.value, self.slope - o.slope)

        def __rsub__(self, o):
            return self - o if fault == "rsub" else self._of(o) - self

        def __mul__(self, o):
            o = self._of(o)
            if fault == "product":
                return Dual(self.value * o.value, self.slope * o.slope)
            return Dual(self.value * o.value, self.slope * o.value + self.value * o.slope)

        def __truediv__(self, o):
            o = self._of(o)
            top = self.slope * o.value - self.value * o.slope
            if fault == "quotient":
                top = self.slope * o.value + self.value * o.slope
            return Dual(self.value / o.value, top / o.value**2)

        def __rtruediv__(self, o):
            return self._of(o) / self

        def __pow__(self, n):
            if fault == "power":
                return Dual(self.value**n, n * self.value ** (n - 1))
            return Dual(self.value**n, n * self.value ** (n - 1) * self.slope)

        def __neg__(self):
            return Dual(-self.value, self.slope if fault == "neg" else -self.slope)

        __radd__, __rmul__ = __add__, __mul__

        def tanh(self):
            t = np.tanh(self.value)
            return Dual(t, (1 - t**2) * self.slope)

        def exp(self):
            e = np.exp(self.value)
            return Dual(e, e if fault == "exp" else e * self.slope)

        def relu(self):
            on = np.asarray(self.value) > 0
            return Dual(self.value * on, (1.0 if fault == "relu" else on) * self.slope)

        def __getitem__(self, i):
            slope = np.broadcast_to(self.slope, np.shape(self.value))
            return Dual(self.value[i], slope if fault == "index" else slope[i])

    return Dual


for _fault, _note in {
    "rsub": "number - dual is dual - number",
    "product": "slopes multiplied in a product",
    "quotient": "plus in the quotient rule",
    "power": "the power forgets the inner slope",
    "neg": "minus turns the value only",
    "exp": "exp forgets the inner slope",
    "relu": "relu lets the slope through when off",
    "index": "indexing leaves the slope whole",
}.items():
    wrong("Dual", _note)(_dual(_fault))

right("Dual", "all by hand")(_dual())
