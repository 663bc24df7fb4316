"""A fifth round, chapter 10, Dual and what the engines are used for: before any run."""

import numpy as np

from bplab import nn
from tests.exercises.strangers.table import right, wrong


def _dual(**change):
    class Dual:
        __array_ufunc__ = None

        def __init__(self, value, slope=0.0):
            self.value = np.asarray(value, float)
            self.slope = np.asarray(slope, float) + np.zeros_like(self.value)

        @classmethod
        def of(cls, x):
            return x if isinstance(x, cls) else cls(x)

        def _chain(self, value, factor):
            return type(self)(value, factor * self.slope)

        def __add__(self, o):
            o = self.of(o)
            return type(self)(self.value + o.value, self.slope + o.slope)

        __radd__ = __add__

        def __neg__(self):
            return self._chain(-self.value, -1.0)

        def __sub__(self, o):
            return self + (-self.of(o))

        def __rsub__(self, o):
            return self.of(o) + (-self)

        def __mul__(self, o):
            o = self.of(o)
            return type(self)(self.value * o.value, self.slope * o.value + self.value * o.slope)

        __rmul__ = __mul__

        def __pow__(self, k):
            return self._chain(self.value**k, k * self.value ** (k - 1))

        def __truediv__(self, o):
            return self * self.of(o) ** -1

        def __rtruediv__(self, o):
            return self.of(o) * self**-1

        def tanh(self):
            return self._chain(np.tanh(self.value), 1 / np.cosh(self.value) ** 2)

        def exp(self):
            return self._chain(np.exp(self.value), np.exp(self.value))

        def relu(self):
            return self._chain(np.maximum(self.value, 0), np.heaviside(self.value, 0))

        def __getitem__(self, k):
            return type(self)(self.value[k], self.slope[k])

    for name, method in change.items():
        setattr(Dual, name, method)
    Dual.__qualname__ = "Dual"
    return Dual


right("Dual", "everything from sum, product, power and a chain")(_dual())

wrong("Dual", "numerator of the quotient added up, not subtracted")(
    _dual(
        __truediv__=lambda s, o: type(s)(
            s.value / s.of(o).value,
            (s.slope * s.of(o).value + s.value * s.of(o).slope) / s.of(o).value ** 2,
        )
    )
)
wrong("Dual", "the power's slope without the chain")(
    _dual(__pow__=lambda s, k: type(s)(s.value**k, k * s.value ** (k - 1)))
)
wrong("Dual", "rtruediv is truediv")(_dual(__rtruediv__=lambda s, o: s / o))
wrong("Dual", "ReLU of the slope as well")(
    _dual(relu=lambda s: type(s)(np.maximum(s.value, 0), np.maximum(s.slope, 0)))
)
wrong("Dual", "tanh's slope with z: 1 - z**2")(
    _dual(tanh=lambda s: s._chain(np.tanh(s.value), 1 - s.value**2))
)
wrong("Dual", "a number added to the slope too")(
    _dual(
        __add__=lambda s, o: (
            type(s)(s.value + o.value, s.slope + o.slope)
            if isinstance(o, type(s))
            else type(s)(s.value + o, s.slope + o)
        )
    )
)
wrong("Dual", "indexing takes the value's entry and the whole slope's sum")(
    _dual(__getitem__=lambda s, k: type(s)(s.value[k], np.sum(s.slope)))
)


@right("jacobian", "a weight vector picks the output")
def _(f, x):
    x = np.asarray(x, dtype=float)
    inputs = nn.Tensor(x)
    out = f(inputs)
    M = out.data.shape[0]
    J = np.zeros((M, len(x)))
    for m, e in enumerate(np.eye(M)):
        (out * nn.Tensor(e)).sum().backward()
        J[m] = inputs.grad
    return J


@wrong("jacobian", "the gradient of the mean of the outputs, one row")
def _(f, x):
    inputs = nn.Tensor(x)
    f(inputs).mean().backward()
    return inputs.grad[None, :]


@wrong("jacobian", "one-sided differences with h = 1e-3")
def _(f, x):
    x = np.asarray(x, float)
    base, cols = f(nn.Tensor(x)).data, []
    for d in range(len(x)):
        moved = x.copy()
        moved[d] += 1e-3
        cols.append((f(nn.Tensor(moved)).data - base) / 1e-3)
    return np.stack(cols, axis=1)


@wrong("jacobian", "as many rows as inputs: range(len(x))")
def _(f, x):
    inputs = nn.Tensor(x)
    out = f(inputs)
    rows = []
    for m in range(min(len(x), len(out.data))):
        out[m].backward()
        rows.append(inputs.grad.copy())
    return np.array(rows)


@wrong("jacobian", "no copy: every row is the same array of the last pass, if grad is reused")
def _(f, x):
    inputs = nn.Tensor(x)
    out = f(inputs)
    J = np.zeros((len(out.data), len(x)))
    for m in range(len(out.data)):
        out[m].backward()
        J[:] = inputs.grad
    return J


@right("directional_derivative", "slope read off a Dual made beforehand")
def _(f, x, v):
    moving = nn.Dual(np.asarray(x, float), np.asarray(v, float))
    result = f(moving)
    return np.array([float(s) for s in result.slope])


@wrong("directional_derivative", "once for each input, added up: right, but D calls of f")
def _(f, x, v):
    total = 0
    for d in range(len(x)):
        e = np.zeros(len(x))
        e[d] = 1.0
        total = total + f(nn.Dual(x, e)).slope * v[d]
    return total


@wrong("directional_derivative", "slope 1 for every input, v never used")
def _(f, x, v):
    return f(nn.Dual(x, 1.0)).slope


@wrong("directional_derivative", "finite difference along v")
def _(f, x, v):
    h = 1e-4
    return (f(nn.Dual(x + h * v, v)).value - f(nn.Dual(x, v)).value) / h


@wrong("directional_derivative", "summed to one number")
def _(f, x, v):
    return np.sum(f(nn.Dual(x, v)).slope)


@wrong("directional_derivative", "the Dual itself comes back")
def _(f, x, v):
    return f(nn.Dual(x, v))


def _scores(X, tensors, kind):
    h = nn.Tensor(np.asarray(X, float))
    pairs = list(zip(tensors[::2], tensors[1::2]))
    for k, (W, b) in enumerate(pairs):
        h = h @ W + b
        if k < len(pairs) - 1:
            h = h.relu() if kind == "relu" else h.tanh()
    return h


@right("mlp_loss", "differences to the label's score, log of a sum of exps")
def _(X, y, tensors, kind="tanh"):
    s = _scores(X, tensors, kind)
    N = len(y)
    s = s - s.data.max(axis=1, keepdims=True)
    lse = s.exp().sum(axis=1).log()
    return (lse - s[np.arange(N), y]).sum() / N


@right("mlp_loss", "one_hot mask times scores")
def _(X, y, tensors, kind="tanh"):
    s = _scores(X, tensors, kind)
    top = np.max(s.data, axis=1, keepdims=True)
    lse = (s - top).exp().sum(axis=1, keepdims=True).log() + top
    hot = np.eye(s.data.shape[1])[y]
    return ((lse - s) * hot).sum() * (1.0 / len(X))


@wrong("mlp_loss", "no shift: exp of raw scores")
def _(X, y, tensors, kind="tanh"):
    s = _scores(X, tensors, kind)
    with np.errstate(all="ignore"):
        P = s.exp() / s.exp().sum(axis=1, keepdims=True)
        return -P[np.arange(len(y)), y].log().mean()


@wrong("mlp_loss", "shifted softmax, then log(P + 1e-12)")
def _(X, y, tensors, kind="tanh"):
    s = _scores(X, tensors, kind)
    e = (s - s.data.max(axis=1, keepdims=True)).exp()
    P = e / e.sum(axis=1, keepdims=True)
    return -(P[np.arange(len(y)), y] + 1e-12).log().mean()


@wrong("mlp_loss", "the last layer is squashed too")
def _(X, y, tensors, kind="tanh"):
    s = _scores(X, tensors, kind)
    s = s.relu() if kind == "relu" else s.tanh()
    lse = (s - s.data.max(axis=1, keepdims=True)).exp().sum(axis=1).log()
    top = s.data.max(axis=1)
    return (lse + top - s[np.arange(len(y)), y]).mean()


@wrong("mlp_loss", "mean over all N C entries of the one_hot table")
def _(X, y, tensors, kind="tanh"):
    s = _scores(X, tensors, kind)
    top = s.data.max(axis=1, keepdims=True)
    log_p = (s - top) - (s - top).exp().sum(axis=1, keepdims=True).log()
    return -(log_p * np.eye(s.data.shape[1])[y]).mean()


@wrong("mlp_loss", "a plain Tensor of the number: the graph is cut")
def _(X, y, tensors, kind="tanh"):
    s = _scores(X, tensors, kind).data
    s = s - s.max(axis=1, keepdims=True)
    log_p = s - np.log(np.exp(s).sum(axis=1, keepdims=True))
    return nn.Tensor(-log_p[np.arange(len(y)), y].mean())


@wrong("mlp_loss", "log-likelihood: the minus is missing")
def _(X, y, tensors, kind="tanh"):
    s = _scores(X, tensors, kind)
    top = s.data.max(axis=1, keepdims=True)
    lse = (s - top).exp().sum(axis=1).log() + top[:, 0]
    return (s[np.arange(len(y)), y] - lse).mean()


@wrong("mlp_loss", "s[:, y]: a table of every label for every example")
def _(X, y, tensors, kind="tanh"):
    s = _scores(X, tensors, kind)
    top = s.data.max(axis=1, keepdims=True)
    lse = (s - top).exp().sum(axis=1, keepdims=True).log() + top
    return (lse - s[:, y]).mean()
