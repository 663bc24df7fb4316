"""A third round, chapter 10: written from the table of exercises alone, before any was run."""

import numpy as np

from bplab import nn
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


def _dual(**change):
    class Dual:
        __array_ufunc__ = None

        def __init__(self, value, slope=0.0):
            self.value, self.slope = value, slope

        def _o(self, v):
            return v if isinstance(v, Dual) else Dual(v, 0.0)

        def __add__(self, o):
            o = self._o(o)
            return Dual(self.value + o.value, self.slope + o.slope)

        def __mul__(self, o):
            o = self._o(o)
            return Dual(self.value * o.value, self.slope * o.value + self.value * o.slope)

        def __sub__(self, o):
            o = self._o(o)
            return Dual(self.value - o.value, self.slope - o.slope)

        def __truediv__(self, o):
            o = self._o(o)
            return Dual(
                self.value / o.value, (self.slope * o.value - self.value * o.slope) / o.value**2
            )

        def __pow__(self, k):
            return Dual(self.value**k, k * self.value ** (k - 1) * self.slope)

        def __neg__(self):
            return Dual(-self.value, -self.slope)

        __radd__ = __add__
        __rmul__ = __mul__

        def __rsub__(self, o):
            return self._o(o) - self

        def __rtruediv__(self, o):
            return self._o(o) / self

        def tanh(self):
            t = np.tanh(self.value)
            return Dual(t, (1 - t * t) * self.slope)

        def exp(self):
            return Dual(np.exp(self.value), np.exp(self.value) * self.slope)

        def relu(self):
            return Dual(
                np.maximum(self.value, 0),
                np.where(np.asarray(self.value) > 0, 1.0, 0.0) * self.slope,
            )

        def __getitem__(self, key):
            slope = np.broadcast_to(self.slope, np.shape(self.value))
            return Dual(self.value[key], slope[key])

    for name, method in change.items():
        setattr(Dual, name, method)
    Dual.__name__ = Dual.__qualname__ = "Dual"
    return Dual


right("Dual", "value and slope side by side")(_dual())
wrong("Dual", "product of the slopes in the product")(
    _dual(__mul__=lambda s, o: type(s)(s.value * s._o(o).value, s.slope * s._o(o).slope))
)
wrong("Dual", "exp: slope is exp of the slope")(
    _dual(exp=lambda s: type(s)(np.exp(s.value), np.exp(s.slope)))
)
wrong("Dual", "power: inner slope forgotten")(
    _dual(__pow__=lambda s, k: type(s)(s.value**k, k * s.value ** (k - 1)))
)
wrong("Dual", "quotient's slopes in the other order")(
    _dual(
        __truediv__=lambda s, o: type(s)(
            s.value / s._o(o).value,
            (s.value * s._o(o).slope - s.slope * s._o(o).value) / s._o(o).value ** 2,
        )
    )
)
wrong("Dual", "unary minus leaves the slope")(_dual(__neg__=lambda s: type(s)(-s.value, s.slope)))
wrong("Dual", "constants get slope 1")(
    _dual(_o=lambda s, v: v if hasattr(v, "slope") else type(s)(v, 1.0))
)
wrong("Dual", "tanh: slope not multiplied by the inner one")(
    _dual(tanh=lambda s: type(s)(np.tanh(s.value), 1 - np.tanh(s.value) ** 2))
)


def _rows(f, x, each=None):
    M = len(f(nn.Tensor(x)).data)
    rows = []
    for m in range(M):
        t = nn.Tensor(x)
        out = f(t)
        out[m].reshape(1).sum().backward()
        rows.append(np.array(t.grad))
    return np.array(rows)


right("jacobian", "one pass for each output, fresh tensors")(_rows)
wrong("jacobian", "transposed: (D, M)")(lambda f, x: _rows(f, x).T)
wrong("jacobian", "one backward of the sum, repeated M times")(
    lambda f, x: np.tile(_rows(f, x).sum(axis=0), (len(_rows(f, x)), 1))
)
wrong("jacobian", "the last output alone in every row (aliased grad)")(
    lambda f, x: np.tile(_rows(f, x)[-1], (len(_rows(f, x)), 1))
)
wrong("jacobian", "each row on top of those before it: gradients pile up")(
    lambda f, x: np.cumsum(_rows(f, x), axis=0)
)
wrong("directional_derivative", "direction scaled to length 1")(
    lambda f, x, v: f(nn.Dual(x, v / np.linalg.norm(v))).slope
)
wrong("directional_derivative", "the value comes back")(lambda f, x, v: f(nn.Dual(x, v)).value)
wrong("directional_derivative", "x and v exchanged")(lambda f, x, v: f(nn.Dual(v, x)).slope)
wrong("directional_derivative", "slope of ones, times the sum of v at the end")(
    lambda f, x, v: f(nn.Dual(x, np.ones_like(x))).slope * np.sum(v)
)
right("directional_derivative", "np.asarray around the slope")(
    lambda f, x, v: np.asarray(f(nn.Dual(np.array(x, dtype=float), np.array(v, dtype=float))).slope)
)


def _loss(X, y, tensors, kind="tanh", act=None, end=None, bias=True):
    h = nn.Tensor(X)
    last = len(tensors) // 2 - 1
    for i in range(0, len(tensors), 2):
        h = h @ tensors[i]
        if bias:
            h = h + tensors[i + 1]
        if i // 2 < last:
            h = act(h, kind) if act else (h.tanh() if kind == "tanh" else h.relu())
    m = h.data.max(axis=1, keepdims=True)
    lse = (h - m).exp().sum(axis=1, keepdims=True).log() + m
    hit = h[np.arange(len(y)), np.asarray(y)]
    return (lse.reshape(len(y)) - hit).mean() if end is None else end(h, lse, hit, y)


right("mlp_loss", "log-sum-exp with the largest score as a constant")(_loss)
wrong("mlp_loss", "kind ignored: tanh")(
    lambda X, y, tensors, kind="tanh": _loss(X, y, tensors, kind, act=lambda h, k: h.tanh())
)
wrong("mlp_loss", "sum over the examples")(
    lambda X, y, tensors, kind="tanh": _loss(
        X, y, tensors, kind, end=lambda h, lse, hit, y: (lse.reshape(len(y)) - hit).sum()
    )
)
wrong("mlp_loss", "biases not added")(
    lambda X, y, tensors, kind="tanh": _loss(X, y, tensors, kind, bias=False)
)
wrong("mlp_loss", "score of the label alone, no log-sum-exp")(
    lambda X, y, tensors, kind="tanh": _loss(
        X, y, tensors, kind, end=lambda h, lse, hit, y: -hit.mean()
    )
)
wrong("mlp_loss", "a plain number: the graph is cut by .data")(
    lambda X, y, tensors, kind="tanh": nn.Tensor(_loss(X, y, tensors, kind).data)
)
