"""Chapter 2, written differently."""

import math
from dataclasses import dataclass, field

import numpy as np
from scipy.special import expit

from bplab import nn

# --- slopes -------------------------------------------------------------------------------------


def sigmoid_slope_by_exponentials(z):
    e = np.exp(-z)
    return e / (1 + e) ** 2


def sigmoid_slope_by_tanh(z):
    return 0.25 * (1 - np.tanh(z / 2) ** 2)


def sigmoid_slope_by_cosh(z):
    return 1 / (2 + 2 * np.cosh(z))


def sigmoid_slope_as_list(z):
    a = expit(z)
    return (a - a * a).tolist()


def tanh_slope_by_cosh(z):
    return 1 / np.cosh(z) ** 2


def tanh_slope_by_sigmoid(z):
    a = expit(2 * z)
    return 4 * a * (1 - a)


def tanh_slope_by_exponentials(z):
    p, m = np.exp(z), np.exp(-z)
    return 1 - ((p - m) / (p + m)) ** 2


def tanh_slope_factored(z):
    a = np.tanh(z)
    return (1 - a) * (1 + a)


def relu_slope_as_bools(z):
    return z > 0


def relu_slope_as_ints(z):
    return (z > 0).astype(int)


def relu_slope_as_floats(z):
    return (z > 0).astype(float)


def relu_slope_by_where(z):
    return np.where(z > 0, 1, 0)


def relu_slope_from_activation(z):
    return np.maximum(0, z) > 0


def relu_slope_by_heaviside(z):
    return np.heaviside(z, 0.5)


def relu_slope_by_mask(z):
    slope = np.zeros_like(z)
    slope[z >= 0] = 1
    return slope


# --- two neurons --------------------------------------------------------------------------------


def two_forward_with_numpy(x, y, w1, b1, w2, b2):
    z1 = np.asarray(w1 * x + b1)
    a1 = np.tanh(z1)
    z2 = np.asarray(w2 * a1 + b2)
    a2 = 1 / (1 + np.exp(-z2))
    return dict(z1=z1, a1=a1, z2=z2, a2=a2, loss=np.square(a2 - y))


def two_forward_with_more_keys(x, y, w1, b1, w2, b2):
    values = {"x": x, "y": y, "z1": b1 + x * w1}
    values["a1"] = 2 * expit(2 * values["z1"]) - 1
    values["z2"] = values["a1"] * w2 + b2
    values["a2"] = expit(values["z2"])
    values["loss"] = (y - values["a2"]) ** 2
    return values


def two_forward_with_math(x, y, w1, b1, w2, b2):
    z1 = w1 * x + b1
    a1 = (math.exp(2 * z1) - 1) / (math.exp(2 * z1) + 1)
    z2 = w2 * a1 + b2
    a2 = math.exp(z2) / (1 + math.exp(z2))
    return {"loss": (a2 - y) * (a2 - y), "a2": a2, "z2": z2, "a1": a1, "z1": z1}


def two_backward_by_slopes_at_z(x, y, w1, w2, values):
    dz2 = 2 * (values["a2"] - y) * nn.sigmoid_grad(values["z2"])
    dz1 = dz2 * w2 * nn.tanh_grad(values["z1"])
    return {"dx": w1 * dz1, "dw1": x * dz1, "db1": dz1, "dw2": values["a1"] * dz2, "db2": dz2}


def two_backward_by_textbook(x, y, w1, w2, values):
    """Err_j = O_j (1 - O_j) (T_j - O_j); the squared error has a slope of -2 Err."""
    err2 = values["a2"] * (1 - values["a2"]) * (y - values["a2"])
    err1 = (1 - values["a1"]) * (1 + values["a1"]) * err2 * w2
    share = {"dw1": err1 * x, "db1": err1, "dw2": err2 * values["a1"], "db2": err2}
    return {name: np.float64(-2 * s) for name, s in (share | {"dx": err1 * w1}).items()}


def two_backward_recomputed(x, y, w1, w2, values):
    a1, a2 = np.tanh(values["z1"]), expit(values["z2"])
    out = {}
    out["db2"] = np.array(2 * (a2 - y) / (2 + 2 * np.cosh(values["z2"])))
    out["dw2"] = out["db2"] * a1
    out["db1"] = out["db2"] * w2 / np.cosh(values["z1"]) ** 2
    out["dw1"] = out["db1"] * x
    out["dx"] = out["db1"] * w1
    out["da2"] = 2 * (a2 - y)
    return out


# --- checking -----------------------------------------------------------------------------------


def gradient_in_place(f, x, h=1e-5):
    grad = np.zeros_like(x)
    walk = np.nditer(x, flags=["multi_index"], op_flags=["readwrite"])
    while not walk.finished:
        i = walk.multi_index
        old = float(x[i])
        x[i] = old + h
        above = f(x)
        x[i] = old - h
        below = f(x)
        x[i] = old
        grad[i] = (above - below) / (2 * h)
        walk.iternext()
    return grad


def gradient_restored_by_arithmetic(f, x, h=1e-5):
    grad = np.empty(x.shape)
    for i in np.ndindex(x.shape):
        x[i] += h
        above = f(x)
        x[i] -= 2 * h
        below = f(x)
        x[i] += h
        grad[i] = (above - below) / 2 / h
    return grad


def gradient_with_unit_steps(f, x, h=1e-5):
    steps = h * np.eye(x.size).reshape((x.size, *x.shape))
    slopes = [(f(x + step) - f(x - step)) / (2 * h) for step in steps]
    return np.array(slopes).reshape(x.shape)


def gradient_through_flat(f, x, h=1e-5):
    x = np.array(x, dtype=float)
    flat, grad = x.reshape(-1), np.zeros(x.size)
    for i in range(x.size):
        middle = flat[i]
        flat[i] = middle + h
        up, above = flat[i] - middle, f(x)
        flat[i] = middle - h
        down, below = middle - flat[i], f(x)
        flat[i] = middle
        grad[i] = (above - below) / (up + down)  # the steps that were really taken
    return grad.reshape(x.shape)


def gradient_as_list(f, x, h=1e-5):
    return gradient_with_unit_steps(f, x, h).tolist()


def gradient_with_two_copies(f, x, h=1e-5):
    grad = np.zeros(np.shape(x))
    for i, _ in np.ndenumerate(x):
        above, below = np.copy(x), np.copy(x)
        above[i] += h
        below[i] -= h
        grad[i] = 0.5 * (f(above) - f(below)) / h
    return grad


def error_by_entry(a, b):
    worst = 0.0
    for u, v in zip(np.ravel(a), np.ravel(b), strict=True):
        worst = max(worst, abs(u - v) / max(abs(u) + abs(v), 1e-8))
    return worst


def error_with_clip(a, b):
    return (np.abs(np.subtract(a, b)) / np.clip(np.abs(a) + np.abs(b), 1e-8, None)).max()


def error_as_array(a, b):
    size = np.where(np.abs(a) + np.abs(b) > 1e-8, np.abs(a) + np.abs(b), 1e-8)
    return np.array(np.amax(np.abs(b - a) / size))


def check_spelled_out(f, grad_f, x):
    analytic, numeric = grad_f(x), gradient_in_place(f, x)
    return np.max(np.abs(analytic - numeric) / np.maximum(abs(analytic) + abs(numeric), 1e-8))


def check_swapped(f, grad_f, x):
    return error_by_entry(gradient_with_unit_steps(f, x, 1e-5), grad_f(x))


def check_with_finer_differences(f, grad_f, x):
    """Richardson's extrapolation of two centered differences."""
    fine = (4 * nn.numerical_gradient(f, x, 5e-4) - nn.numerical_gradient(f, x, 1e-3)) / 3
    return nn.relative_error(grad_f(x), fine)


# --- Value --------------------------------------------------------------------------------------


class ByClosures:
    """In the manner of micrograd: each result knows how to push its gradient on."""

    def __init__(self, data, children=(), op=""):
        self.data = data
        self.grad = 0
        self._backward = lambda: None
        self._prev = set(children)
        self._op = op

    def __add__(self, other):
        other = other if isinstance(other, ByClosures) else ByClosures(other)
        out = ByClosures(self.data + other.data, (self, other), "+")

        def push():
            self.grad += out.grad
            other.grad += out.grad

        out._backward = push
        return out

    def __mul__(self, other):
        other = other if isinstance(other, ByClosures) else ByClosures(other)
        out = ByClosures(self.data * other.data, (self, other), "*")

        def push():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad

        out._backward = push
        return out

    def __pow__(self, k):
        assert isinstance(k, (int, float))
        return self._unary(self.data**k, k * self.data ** (k - 1))

    def _unary(self, data, slope):
        out = ByClosures(data, (self,))

        def push():
            self.grad += slope * out.grad

        out._backward = push
        return out

    def tanh(self):
        t = math.tanh(self.data)
        return self._unary(t, 1 - t**2)

    def exp(self):
        return self._unary(math.exp(self.data), math.exp(self.data))

    def relu(self):
        return self._unary(0 if self.data < 0 else self.data, self.data > 0)

    def backward(self):
        topo, visited = [], set()

        def build(v):
            if v not in visited:
                visited.add(v)
                for child in v._prev:
                    build(child)
                topo.append(v)

        build(self)
        for v in topo:
            v.grad = 0
        self.grad = 1
        for v in reversed(topo):
            v._backward()

    def __neg__(self):
        return self * -1

    def __radd__(self, other):
        return self + other

    def __sub__(self, other):
        return self + (-other)

    def __rsub__(self, other):
        return other + (-self)

    def __rmul__(self, other):
        return self * other

    def __truediv__(self, other):
        return self * other**-1

    def __rtruediv__(self, other):
        return other * self**-1


@dataclass(eq=False)
class ByCountingUses:
    """Each value waits until all that was made from it has had its turn."""

    data: float
    made_of: list = field(default_factory=list)  # pairs (value, slope)
    grad: float | None = None

    def _join(self, other, data, mine, theirs):
        return ByCountingUses(np.float64(data), [(self, mine), (other, theirs)])

    def __add__(self, other):
        other = _wrapped(other)
        return self._join(other, self.data + other.data, 1, 1)

    def __sub__(self, other):
        other = _wrapped(other)
        return self._join(other, self.data - other.data, 1, -1)

    def __mul__(self, other):
        other = _wrapped(other)
        return self._join(other, self.data * other.data, other.data, self.data)

    def __truediv__(self, other):
        other = _wrapped(other)
        q = self.data / other.data
        return self._join(other, q, 1 / other.data, -q / other.data)

    def __radd__(self, other):
        return _wrapped(other) + self

    def __rsub__(self, other):
        return _wrapped(other) - self

    def __rmul__(self, other):
        return _wrapped(other) * self

    def __rtruediv__(self, other):
        return _wrapped(other) / self

    def __neg__(self):
        return ByCountingUses(-self.data, [(self, -1.0)])

    def __pow__(self, k):
        return ByCountingUses(self.data**k, [(self, k * self.data**k / self.data)])

    def tanh(self):
        return ByCountingUses(np.tanh(self.data), [(self, 1 / np.cosh(self.data) ** 2)])

    def exp(self):
        return ByCountingUses(np.exp(self.data), [(self, np.exp(self.data))])

    def relu(self):
        return ByCountingUses(np.maximum(0, self.data), [(self, np.heaviside(self.data, 0))])

    def backward(self):
        uses, todo, seen = {}, [self], {id(self)}
        while todo:
            for parent, _ in todo.pop().made_of:
                uses[id(parent)] = uses.get(id(parent), 0) + 1
                parent.grad = np.array(0.0)
                if id(parent) not in seen:
                    seen.add(id(parent))
                    todo.append(parent)
        self.grad = np.array(1.0)
        ready = [self]
        while ready:
            value = ready.pop()
            for parent, slope in value.made_of:
                parent.grad = parent.grad + slope * value.grad
                uses[id(parent)] -= 1
                if uses[id(parent)] == 0:
                    ready.append(parent)


def _wrapped(x):
    return x if isinstance(x, ByCountingUses) else ByCountingUses(x)


class ByCreation:
    """Values are numbered as they are made; a parent always has a smaller number."""

    made = 0

    def __init__(self, data, parents=()):
        ByCreation.made += 1
        self.number, self.data, self.parents, self.grad = ByCreation.made, data, parents, 0.0

    @staticmethod
    def _apply(f, *args):
        """The slopes of f by nudging a complex number, exact to rounding."""
        args = [a if isinstance(a, ByCreation) else ByCreation(a) for a in args]
        numbers = [complex(a.data) for a in args]
        parents = []
        for i, a in enumerate(args):
            nudged = numbers[:i] + [numbers[i] + 1e-30j] + numbers[i + 1 :]
            parents.append((a, f(*nudged).imag / 1e-30))
        return ByCreation(f(*numbers).real, parents)

    def __add__(self, other):
        return self._apply(lambda a, b: a + b, self, other)

    def __sub__(self, other):
        return self._apply(lambda a, b: a - b, self, other)

    def __mul__(self, other):
        return self._apply(lambda a, b: a * b, self, other)

    def __truediv__(self, other):
        return self._apply(lambda a, b: a / b, self, other)

    def __rsub__(self, other):
        return self._apply(lambda a, b: b - a, self, other)

    def __rtruediv__(self, other):
        return self._apply(lambda a, b: b / a, self, other)

    __radd__, __rmul__ = __add__, __mul__

    def __pow__(self, k):
        return self._apply(lambda a: a**k, self)

    def __neg__(self):
        return self._apply(lambda a: -a, self)

    def tanh(self):
        return self._apply(np.tanh, self)

    def exp(self):
        return self._apply(np.exp, self)

    def relu(self):
        return self._apply(lambda a: a if a.real > 0 else 0 * a, self)

    def backward(self):
        below, todo = {self.number: self}, [self]
        while todo:
            for parent, _ in todo.pop().parents:
                if parent.number not in below:
                    below[parent.number] = parent
                    todo.append(parent)
        grads = dict.fromkeys(below, 0.0) | {self.number: 1.0}
        for number in sorted(below, reverse=True):
            for parent, slope in below[number].parents:
                grads[parent.number] += slope * grads[number]
        for number, grad in grads.items():
            below[number].grad = grad


ALTERNATIVES = {
    "sigmoid_grad": [
        sigmoid_slope_by_exponentials,
        sigmoid_slope_by_tanh,
        sigmoid_slope_by_cosh,
        sigmoid_slope_as_list,
    ],
    "tanh_grad": [
        tanh_slope_by_cosh,
        tanh_slope_by_sigmoid,
        tanh_slope_by_exponentials,
        tanh_slope_factored,
    ],
    "relu_grad": [
        relu_slope_as_bools,
        relu_slope_as_ints,
        relu_slope_as_floats,
        relu_slope_by_where,
        relu_slope_from_activation,
        relu_slope_by_heaviside,
        relu_slope_by_mask,
    ],
    "two_neuron_forward": [
        two_forward_with_numpy,
        two_forward_with_more_keys,
        two_forward_with_math,
    ],
    "two_neuron_backward": [
        two_backward_by_slopes_at_z,
        two_backward_by_textbook,
        two_backward_recomputed,
    ],
    "numerical_gradient": [
        gradient_in_place,
        gradient_restored_by_arithmetic,
        gradient_with_unit_steps,
        gradient_through_flat,
        gradient_as_list,
        gradient_with_two_copies,
    ],
    "relative_error": [error_by_entry, error_with_clip, error_as_array],
    "gradient_check": [check_spelled_out, check_swapped, check_with_finer_differences],
    "Value": [ByClosures, ByCountingUses, ByCreation],
}
