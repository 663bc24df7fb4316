"""Chapter 2, checking gradients and the engine, as strangers answer it."""

import math

import numpy as np

from tests.exercises.strangers.table import right, wrong


def _num(f, x, h=1e-5, span=None):
    x = np.array(x, dtype=float)
    g = np.zeros_like(x)
    for i in np.ndindex(*x.shape):
        up, down = x.copy(), x.copy()
        up[i] += h
        down[i] -= h
        g[i] = (f(up) - f(down)) / (2 * h if span is None else span)
    return g


@wrong("numerical_gradient", "divides by h")
def _(f, x, h=1e-5):
    return _num(f, x, h, span=h)


@wrong("numerical_gradient", "forward difference")
def _(f, x, h=1e-5):
    x = np.array(x, dtype=float)
    g = np.zeros_like(x)
    for i in np.ndindex(*x.shape):
        up = x.copy()
        up[i] += h
        g[i] = (f(up) - f(x)) / h
    return g


@wrong("numerical_gradient", "/ 2 * h")
def _(f, x, h=1e-5):
    return _num(f, x, h) * h * h


@wrong("numerical_gradient", "shifts all entries at once")
def _(f, x, h=1e-5):
    return (f(x + h) - f(x - h)) / (2 * h) * np.ones_like(x)


@wrong("numerical_gradient", "does not restore x")
def _(f, x, h=1e-5):
    g = np.zeros(np.shape(x))
    for i in np.ndindex(*np.shape(x)):
        x[i] += h
        up = f(x)
        x[i] -= 2 * h
        g[i] = (up - f(x)) / (2 * h)
    return g


@wrong("numerical_gradient", "down is f(x), but divided by 2h")
def _(f, x, h=1e-5):
    x = np.array(x, dtype=float)
    g = np.zeros_like(x)
    for i in np.ndindex(*x.shape):
        up = x.copy()
        up[i] += h
        g[i] = (f(up) - f(x)) / (2 * h)
    return g


@wrong("numerical_gradient", "one-dimensional loop only: rows of a matrix at once")
def _(f, x, h=1e-5):
    x = np.array(x, dtype=float)
    g = np.zeros_like(x)
    for i in range(len(x)) if x.ndim else [()]:
        up, down = x.copy(), x.copy()
        up[i] += h
        down[i] -= h
        g[i] = (f(up) - f(down)) / (2 * h)
    return g


@wrong("numerical_gradient", "the copy is taken once: earlier shifts stay", kind="two")
def _(f, x, h=1e-5):
    g = np.zeros(np.shape(x))
    y = np.array(x, dtype=float)
    for i in np.ndindex(*np.shape(x)):
        y[i] += h
        up = f(y)
        g[i] = (up - f(x)) / h
    return g


@wrong("numerical_gradient", "h ignored: 1e-3 in place of the argument")
def _(f, x, h=1e-5):
    return _num(f, x, 1e-3)


@wrong("numerical_gradient", "sign: f(x - h) - f(x + h)")
def _(f, x, h=1e-5):
    return -_num(f, x, h)


@wrong("numerical_gradient", "flat list in place of x's shape")
def _(f, x, h=1e-5):
    return _num(f, x, h).ravel()


@right("numerical_gradient", "nditer, in place and restored")
def _(f, x, h=1e-5):
    g = np.empty_like(x, dtype=float)
    for i in np.ndindex(x.shape):
        kept = x[i]
        x[i] = kept + h
        up = f(x)
        x[i] = kept - h
        down = f(x)
        x[i] = kept
        g[i] = (up - down) / (2 * h)
    return g


@right("numerical_gradient", "unit vectors of the identity, reshaped")
def _(f, x, h=1e-5):
    x = np.asarray(x, float)
    E = np.eye(x.size) * h
    return np.array(
        [(f(x + e.reshape(x.shape)) - f(x - e.reshape(x.shape))) / (2 * h) for e in E]
    ).reshape(x.shape)


# relative_error
@wrong("relative_error", "norms, as in deeplearning.ai")
def _(a, b):
    return np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b))


@wrong("relative_error", "mean, not max")
def _(a, b):
    return np.mean(np.abs(a - b) / np.maximum(np.abs(a) + np.abs(b), 1e-8))


@wrong("relative_error", "abs of the sum")
def _(a, b):
    return np.max(np.abs(a - b) / np.maximum(np.abs(a + b), 1e-8))


@wrong("relative_error", "no abs in the numerator")
def _(a, b):
    return np.max((a - b) / np.maximum(np.abs(a) + np.abs(b), 1e-8))


@wrong("relative_error", "max(abs a, abs b) in the denominator")
def _(a, b):
    return np.max(np.abs(a - b) / np.maximum(np.maximum(np.abs(a), np.abs(b)), 1e-8))


@wrong("relative_error", "largest difference over largest size, separately")
def _(a, b):
    return np.max(np.abs(a - b)) / np.max(np.maximum(np.abs(a) + np.abs(b), 1e-8))


@wrong("relative_error", "1e-8 added and no max: 0/1e-8 fine, small ones differ")
def _(a, b):
    return np.max(np.abs(a - b) / (np.abs(a) + np.abs(b) + 1e-8))


@wrong("relative_error", "no guard: 0 / 0")
def _(a, b):
    return np.max(np.abs(a - b) / (np.abs(a) + np.abs(b)))


@wrong("relative_error", "relative to a only")
def _(a, b):
    return np.max(np.abs(a - b) / np.maximum(np.abs(a), 1e-8))


@wrong("relative_error", "np.max(x, 1e-8)", kind="raises")
def _(a, b):
    return np.max(np.abs(a - b)) / np.max(np.abs(a) + np.abs(b), 1e-8)


@wrong("relative_error", "halves the denominator: mean of the sizes")
def _(a, b):
    return np.max(np.abs(a - b) / np.maximum((np.abs(a) + np.abs(b)) / 2, 1e-8))


@right("relative_error", "a generator over flat entries")
def _(a, b):
    a, b = np.ravel(a), np.ravel(b)
    return max(abs(p - q) / max(abs(p) + abs(q), 1e-8) for p, q in zip(a, b))


# gradient_check
@wrong("gradient_check", "compares the number with itself")
def _(f, grad_f, x):
    return float(np.max(np.abs(_num(f, x) - _num(f, x))))


@wrong("gradient_check", "grad_f not called", kind="raises")
def _(f, grad_f, x):
    n = _num(f, x)
    return np.max(np.abs(grad_f - n) / np.maximum(np.abs(grad_f) + np.abs(n), 1e-8))


@wrong("gradient_check", "returns a bool")
def _(f, grad_f, x):
    n, g = _num(f, x), grad_f(x)
    return bool(np.max(np.abs(g - n) / np.maximum(np.abs(g) + np.abs(n), 1e-8)) < 1e-6)


@wrong("gradient_check", "absolute difference")
def _(f, grad_f, x):
    return np.max(np.abs(grad_f(x) - _num(f, x)))


@wrong("gradient_check", "numerical gradient of grad_f")
def _(f, grad_f, x):
    n, g = _num(lambda v: np.sum(grad_f(v)), x), grad_f(x)
    return np.max(np.abs(g - n) / np.maximum(np.abs(g) + np.abs(n), 1e-8))


@wrong("gradient_check", "forward difference inside")
def _(f, grad_f, x):
    x = np.asarray(x, float)
    n = np.zeros_like(x)
    for i in np.ndindex(*x.shape):
        up = x.copy()
        up[i] += 1e-5
        n[i] = (f(up) - f(x)) / 1e-5
    g = grad_f(x)
    return np.max(np.abs(g - n) / np.maximum(np.abs(g) + np.abs(n), 1e-8))


@right("gradient_check", "everything inside, float")
def _(f, grad_f, x):
    g, n = np.asarray(grad_f(x), float).ravel(), _num(f, x).ravel()
    return float(np.max(np.abs(g - n) / np.clip(np.abs(g) + np.abs(n), 1e-8, None)))


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
