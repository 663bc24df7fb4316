"""A fifth round, chapter 10, engines in the manner of micrograd and tinygrad: before any run."""

import numpy as np

from tests.exercises.strangers.table import right, wrong


def _sum_to(grad, shape):
    grad = np.asarray(grad)
    extra = grad.ndim - len(shape)
    axes = tuple(range(extra)) + tuple(
        i + extra for i, n in enumerate(shape) if n == 1 and grad.shape[i + extra] != 1
    )
    return grad.sum(axis=axes).reshape(shape) if axes else grad


right("unbroadcast", "all axes at once, then reshaped")(_sum_to)


@right("unbroadcast", "recursion: one axis a call")
def _(grad, shape):
    def down(g, shape):
        if g.ndim > len(shape):
            return down(np.add.reduce(g, 0), shape)
        for k in range(g.ndim):
            if g.shape[k] != shape[k]:
                return down(g.sum(k, keepdims=True), shape)
        return g

    return down(np.asarray(grad), tuple(shape))


@wrong("unbroadcast", "front axes only")
def _(grad, shape):
    while grad.ndim > len(shape):
        grad = grad.sum(axis=0)
    return grad


@wrong("unbroadcast", "axis of 1 summed without keepdims")
def _(grad, shape):
    while grad.ndim > len(shape):
        grad = grad.sum(axis=0)
    for i, n in enumerate(shape):
        if n == 1:
            grad = grad.sum(axis=i)
    return grad


@wrong("unbroadcast", "axes of 1 only, the missing front axes stay")
def _(grad, shape):
    for i, n in enumerate(shape):
        if n == 1:
            grad = grad.sum(axis=i, keepdims=True)
    return grad


@wrong("unbroadcast", "extra axes taken off at the back")
def _(grad, shape):
    while grad.ndim > len(shape):
        grad = grad.sum(axis=-1)
    for i, n in enumerate(shape):
        if n == 1:
            grad = grad.sum(axis=i, keepdims=True)
    return grad if grad.shape == tuple(shape) else np.resize(grad, shape)


@wrong("unbroadcast", "mean over the front axes, sum over axes of 1")
def _(grad, shape):
    while grad.ndim > len(shape):
        grad = grad.mean(axis=0)
    for i, n in enumerate(shape):
        if n == 1:
            grad = grad.sum(axis=i, keepdims=True)
    return grad


def _engine(**change):
    """micrograd with arrays: closures that add to the parents' grad."""

    class Tensor:
        __array_priority__ = 1000
        __array_ufunc__ = None

        def __init__(self, data, _children=(), _op=""):
            self.data = np.array(data, dtype=np.float64)
            self.grad = np.zeros_like(self.data)
            self._backward = lambda: None
            self._prev = tuple(_children)

        @classmethod
        def wrap(cls, x):
            return x if isinstance(x, cls) else cls(x)

        def _node(self, data, parents, pulls):
            out = type(self)(data, parents)

            def _backward():
                for p, pull in zip(parents, pulls):
                    p.grad = p.grad + _sum_to(pull(out.grad), p.data.shape)

            out._backward = _backward
            return out

        def __add__(self, o):
            o = self.wrap(o)
            return self._node(self.data + o.data, (self, o), (lambda g: g, lambda g: g))

        def __mul__(self, o):
            o = self.wrap(o)
            return self._node(
                self.data * o.data, (self, o), (lambda g: g * o.data, lambda g: g * self.data)
            )

        def __pow__(self, k):
            return self._node(self.data**k, (self,), (lambda g: g * k * self.data ** (k - 1),))

        def __truediv__(self, o):
            return self * self.wrap(o) ** -1

        def __neg__(self):
            return self * -1

        def __sub__(self, o):
            return self + (-self.wrap(o))

        def __rsub__(self, o):
            return self.wrap(o) - self

        def __rtruediv__(self, o):
            return self.wrap(o) / self

        def __radd__(self, o):
            return self + o

        def __rmul__(self, o):
            return self * o

        def __matmul__(self, o):
            return self._node(
                self.data @ o.data, (self, o), (lambda g: g @ o.data.T, lambda g: self.data.T @ g)
            )

        def exp(self):
            e = np.exp(self.data)
            return self._node(e, (self,), (lambda g: g * e,))

        def log(self):
            return self._node(np.log(self.data), (self,), (lambda g: g / self.data,))

        def tanh(self):
            t = np.tanh(self.data)
            return self._node(t, (self,), (lambda g: g * (1 - t * t),))

        def relu(self):
            return self._node(np.maximum(self.data, 0), (self,), (lambda g: g * (self.data > 0),))

        def sum(self, axis=None, keepdims=False):
            def pull(g):
                if axis is not None and not keepdims:
                    g = np.expand_dims(g, axis)
                return g * np.ones_like(self.data)

            return self._node(self.data.sum(axis=axis, keepdims=keepdims), (self,), (pull,))

        def mean(self, axis=None, keepdims=False):
            n = self.data.size if axis is None else self.data.shape[axis]
            return self.sum(axis, keepdims) * (1 / n)

        def reshape(self, *shape):
            old = self.data.shape
            return self._node(self.data.reshape(*shape), (self,), (lambda g: g.reshape(old),))

        @property
        def T(self):
            return self._node(self.data.T, (self,), (lambda g: g.T,))

        def __getitem__(self, key):
            def pull(g):
                d = np.zeros_like(self.data)
                np.add.at(d, key, g)
                return d

            return self._node(self.data[key], (self,), (pull,))

        def _order(self):
            topo, seen = [], set()

            def build(v):
                if id(v) not in seen:
                    seen.add(id(v))
                    for child in v._prev:
                        build(child)
                    topo.append(v)

            build(self)
            return topo

        def backward(self):
            topo = self._order()
            for v in topo:
                v.grad = np.zeros_like(v.data)
            self.grad = np.ones_like(self.data)
            for v in reversed(topo):
                v._backward()

    for name, method in change.items():
        setattr(Tensor, name, method)
    Tensor.__qualname__ = "Tensor"
    return Tensor


right("Tensor", "micrograd with arrays, parents added to in closures")(_engine())


def _no_clear(self):
    topo = self._order()
    self.grad = np.ones_like(self.data)
    for v in reversed(topo):
        v._backward()


wrong("Tensor", "micrograd as it is: gradients never cleared")(_engine(backward=_no_clear))


def _no_seed(self):
    topo = self._order()
    for v in topo:
        v.grad = np.zeros_like(v.data)
    for v in reversed(topo):
        v._backward()


wrong("Tensor", "the seed of ones is forgotten")(_engine(backward=_no_seed))


def _stack(self):
    for v in self._order():
        v.grad = np.zeros_like(v.data)
    self.grad = np.ones_like(self.data)
    todo = [self]
    while todo:
        v = todo.pop()
        v._backward()
        todo.extend(v._prev)


wrong("Tensor", "no order: a stack of nodes, shared ones walked twice")(_engine(backward=_stack))


def _breadth(self):
    queue, seen = [self], {id(self)}
    for v in queue:
        for p in v._prev:
            if id(p) not in seen:
                seen.add(id(p))
                queue.append(p)
    for v in queue:
        v.grad = np.zeros_like(v.data)
    self.grad = np.ones_like(self.data)
    for v in queue:
        v._backward()


wrong("Tensor", "breadth first from the end: each node once, but too early")(
    _engine(backward=_breadth)
)


def _overwriting(self, data, parents, pulls):
    out = type(self)(data, parents)

    def _backward():
        for p, pull in zip(parents, pulls):
            p.grad = _sum_to(pull(out.grad), p.data.shape)

    out._backward = _backward
    return out


wrong("Tensor", "the last share overwrites: p.grad = pull(...)")(_engine(_node=_overwriting))


def _no_unbroadcast(self, data, parents, pulls):
    out = type(self)(data, parents)

    def _backward():
        for p, pull in zip(parents, pulls):
            p.grad = p.grad + pull(out.grad)

    out._backward = _backward
    return out


wrong("Tensor", "gradients keep the broadcast shape")(_engine(_node=_no_unbroadcast))

wrong("Tensor", "1/b for both in the quotient")(
    _engine(
        __truediv__=lambda s, o: s._node(
            s.data / s.wrap(o).data,
            (s, s.wrap(o)),
            (lambda g: g / s.wrap(o).data, lambda g: -g / s.wrap(o).data ** 2),
        )
    )
)
wrong("Tensor", "rsub is sub: number - tensor has the wrong sign")(
    _engine(__rsub__=lambda s, o: s - o)
)
wrong("Tensor", "the mean over an axis divides by the size of all")(
    _engine(mean=lambda s, axis=None, keepdims=False: s.sum(axis, keepdims) * (1 / s.data.size))
)


def _plus_equals(self, key):
    def pull(g):
        d = np.zeros_like(self.data)
        d[key] += g
        return d

    return self._node(self.data[key], (self,), (pull,))


wrong("Tensor", "d[key] += g: a row picked twice counts once")(_engine(__getitem__=_plus_equals))
wrong("Tensor", "product's two factors not transposed in @")(
    _engine(
        __matmul__=lambda s, o: s._node(
            s.data @ o.data, (s, o), (lambda g: g @ o.data.T, lambda g: g.T @ s.data)
        )
    )
)
wrong("Tensor", "log's slope is 1/log")(
    _engine(log=lambda s: s._node(np.log(s.data), (s,), (lambda g: g / np.log(s.data),)))
)
wrong("Tensor", "ReLU's mask taken of the gradient")(
    _engine(relu=lambda s: s._node(np.maximum(s.data, 0), (s,), (lambda g: np.maximum(g, 0),)))
)


def _sum_no_axis(self, axis=None, keepdims=False):
    return self._node(
        self.data.sum(axis=axis, keepdims=keepdims),
        (self,),
        (lambda g: np.ones_like(self.data) * (g if axis is None else np.sum(g)),),
    )


wrong("Tensor", "sum over an axis hands on the total of the gradient")(_engine(sum=_sum_no_axis))
wrong("Tensor", "reshape backwards reshapes to its own new shape")(
    _engine(
        reshape=lambda s, *shape: s._node(
            s.data.reshape(*shape), (s,), (lambda g: g.ravel()[: s.data.size].reshape(shape),)
        )
    )
)
wrong("Tensor", "power: k - 1 forgotten in the exponent; tanh's slope without the square", "two")(
    _engine(
        __pow__=lambda s, k: s._node(s.data**k, (s,), (lambda g: g * k * s.data**k,)),
        tanh=lambda s: s._node(np.tanh(s.data), (s,), (lambda g: g * (1 - np.tanh(s.data)),)),
    )
)
