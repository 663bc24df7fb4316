"""A third round, chapter 10: written from the table of exercises alone, before any was run."""

import numpy as np

from tests.exercises.strangers.table import right, wrong


def _unbroadcast(grad, shape, reduce=np.sum, front=True, ones=True):
    while front and grad.ndim > len(shape):
        grad = reduce(grad, axis=0)
    for axis, n in enumerate(shape):
        if ones and n == 1 and grad.shape[axis] != 1:
            grad = reduce(grad, axis=axis, keepdims=True)
    return grad


right("unbroadcast", "while and for, one axis at a time")(_unbroadcast)
wrong("unbroadcast", "means in place of sums")(
    lambda grad, shape: _unbroadcast(grad, shape, np.mean)
)
wrong("unbroadcast", "axes of 1 are not summed, only front ones")(
    lambda grad, shape: _unbroadcast(grad, shape, ones=False)
)
wrong("unbroadcast", "reshaped to the first entries, no sum")(
    lambda grad, shape: np.ravel(grad)[: int(np.prod(shape))].reshape(shape)
)
wrong("unbroadcast", "everything is summed and spread again")(
    lambda grad, shape: np.full(shape, np.sum(grad) / max(int(np.prod(shape)), 1))
)
wrong("unbroadcast", "first slice of each copied axis")(
    lambda grad, shape: _unbroadcast(
        grad, shape, lambda g, axis, keepdims=False: np.take(g, [0] if keepdims else 0, axis)
    )
)
wrong("unbroadcast", "sums every axis whose length differs, from the left")(
    lambda grad, shape: _left(np.asarray(grad), shape)
)


def _left(grad, shape):
    for axis in range(len(shape)):
        if grad.shape[axis] != shape[axis]:
            grad = grad.sum(axis=axis, keepdims=shape[axis] == 1)
    return grad.reshape(shape) if grad.size == int(np.prod(shape)) else grad


def _tensor(**change):
    """A tensor engine with closures; `change` replaces methods."""

    class Tensor:
        __array_ufunc__ = None

        def __init__(self, data, parents=(), go=None):
            self.data = np.array(data, dtype=float)
            self.grad = np.zeros_like(self.data)
            self._parents, self._go = parents, go or (lambda g: ())

        def _new(self, data, parents, go):
            return Tensor(data, parents, go)

        def _other(self, v):
            return v if isinstance(v, Tensor) else Tensor(v)

        def __add__(self, o):
            o = self._other(o)
            return Tensor(self.data + o.data, (self, o), lambda g: (g, g))

        def __mul__(self, o):
            o = self._other(o)
            return Tensor(self.data * o.data, (self, o), lambda g: (g * o.data, g * self.data))

        def __sub__(self, o):
            o = self._other(o)
            return Tensor(self.data - o.data, (self, o), lambda g: (g, -g))

        def __truediv__(self, o):
            o = self._other(o)
            return Tensor(
                self.data / o.data,
                (self, o),
                lambda g: (g / o.data, -g * self.data / o.data**2),
            )

        def __pow__(self, k):
            return Tensor(self.data**k, (self,), lambda g: (g * k * self.data ** (k - 1),))

        def __neg__(self):
            return Tensor(-self.data, (self,), lambda g: (-g,))

        def __radd__(self, o):
            return self._other(o) + self

        def __rmul__(self, o):
            return self._other(o) * self

        def __rsub__(self, o):
            return self._other(o) - self

        def __rtruediv__(self, o):
            return self._other(o) / self

        def __matmul__(self, o):
            o = self._other(o)
            return Tensor(self.data @ o.data, (self, o), lambda g: (g @ o.data.T, self.data.T @ g))

        def sum(self, axis=None, keepdims=False):
            def go(g):
                if axis is not None and not keepdims:
                    g = np.expand_dims(g, axis)
                return (np.broadcast_to(g, self.data.shape),)

            return Tensor(self.data.sum(axis=axis, keepdims=keepdims), (self,), go)

        def mean(self, axis=None, keepdims=False):
            n = self.data.size if axis is None else self.data.shape[axis]
            return self.sum(axis, keepdims) * (1.0 / n)

        def exp(self):
            e = np.exp(self.data)
            return Tensor(e, (self,), lambda g: (g * e,))

        def log(self):
            return Tensor(np.log(self.data), (self,), lambda g: (g / self.data,))

        def tanh(self):
            t = np.tanh(self.data)
            return Tensor(t, (self,), lambda g: (g * (1 - t * t),))

        def relu(self):
            return Tensor(np.maximum(self.data, 0), (self,), lambda g: (g * (self.data > 0),))

        def reshape(self, *shape):
            return Tensor(
                self.data.reshape(*shape), (self,), lambda g: (g.reshape(self.data.shape),)
            )

        @property
        def T(self):
            return Tensor(self.data.T, (self,), lambda g: (g.T,))

        def __getitem__(self, key):
            def go(g):
                full = np.zeros_like(self.data)
                np.add.at(full, key, g)
                return (full,)

            return Tensor(self.data[key], (self,), go)

        def _share(self, parent, g):
            parent.grad = parent.grad + _unbroadcast(np.asarray(g, dtype=float), parent.data.shape)

        def backward(self):
            order, seen = [], set()

            def visit(t):
                if id(t) in seen:
                    return
                seen.add(id(t))
                for p in t._parents:
                    visit(p)
                order.append(t)

            visit(self)
            for t in order:
                t.grad = np.zeros_like(t.data)
            self.grad = np.ones_like(self.data)
            for t in reversed(order):
                for p, g in zip(t._parents, t._go(t.grad), strict=True):
                    self._share(p, g)

    for name, method in change.items():
        setattr(Tensor, name, method)
    Tensor.__name__ = Tensor.__qualname__ = "Tensor"
    return Tensor


def _assign(self, parent, g):
    parent.grad = _unbroadcast(np.asarray(g, dtype=float), parent.data.shape)


def _overwrite_rows(self, key):
    def go(g):
        full = np.zeros_like(self.data)
        full[key] = g
        return (full,)

    return type(self)(self.data[key], (self,), go)


def _max_sum(self, axis=None, keepdims=False):
    return type(self)(
        self.data.sum(axis=axis, keepdims=keepdims),
        (self,),
        lambda g: (np.broadcast_to(np.sum(g), self.data.shape),),
    )


def _mean_not_divided(self, axis=None, keepdims=False):
    out = self.sum(axis, keepdims)
    n = self.data.size if axis is None else self.data.shape[axis]
    return type(self)(out.data / n, (out,), lambda g: (g,))


right("Tensor", "closures that hand back their shares")(_tensor())
wrong("Tensor", "gradients assigned, not added")(_tensor(_share=_assign))
wrong("Tensor", "indexing: repeated rows overwrite their shares")(
    _tensor(__getitem__=_overwrite_rows)
)
wrong("Tensor", "sum over an axis spreads the total of the blame")(_tensor(sum=_max_sum))
wrong("Tensor", "mean: blame not divided by the count")(_tensor(mean=_mean_not_divided))
wrong("Tensor", "log: slope 1/log")(
    _tensor(log=lambda s: type(s)(np.log(s.data), (s,), lambda g: (g / np.log(s.data),)))
)
wrong("Tensor", "power: exponent not lowered")(
    _tensor(__pow__=lambda s, k: type(s)(s.data**k, (s,), lambda g: (g * k * s.data**k,)))
)
wrong("Tensor", "reshape hands its blame back in reversed order")(
    _tensor(
        reshape=lambda s, *shape: type(s)(
            s.data.reshape(*shape), (s,), lambda g: (np.ravel(g)[::-1].reshape(s.data.shape),)
        )
    )
)
wrong("Tensor", "quotient: the divisor's minus forgotten")(
    _tensor(
        __truediv__=lambda s, o: (
            lambda o: type(s)(
                s.data / o.data, (s, o), lambda g: (g / o.data, g * s.data / o.data**2)
            )
        )(s._other(o))
    )
)
wrong("Tensor", "tanh: slope at the activation, tanh taken twice")(
    _tensor(
        tanh=lambda s: type(s)(
            np.tanh(s.data), (s,), lambda g: (g * (1 - np.tanh(np.tanh(s.data)) ** 2),)
        )
    )
)
wrong("Tensor", "broadcast blame is averaged, not summed")(
    _tensor(
        _share=lambda self, parent, g: setattr(
            parent,
            "grad",
            parent.grad + _unbroadcast(np.asarray(g, dtype=float), parent.data.shape, np.mean),
        )
    )
)
