"""A third round, chapter 10, Dual and what the engines are used for: before any run."""

import numpy as np

from bplab import nn
from tests.exercises.strangers.table import right, wrong


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
