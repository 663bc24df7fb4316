"""A fifth round, chapter 2: written from the table of exercises alone, before any was run."""

import math

import numpy as np

from tests.exercises.strangers.table import right, wrong


def _s(z):
    return 0.5 * (1 + np.tanh(0.5 * np.asarray(z, dtype=float)))


wrong("sigmoid_grad", "the sigmoid of z (1 - z)")(lambda z: _s(np.asarray(z) * (1 - np.asarray(z))))
wrong("sigmoid_grad", "sigmoid taken twice inside the slope")(lambda z: _s(_s(z)) * (1 - _s(_s(z))))
wrong("sigmoid_grad", "s times z: the derivative of another thing")(lambda z: _s(z) * np.asarray(z))
wrong("sigmoid_grad", "s (s - 1), the sign turned")(lambda z: _s(z) * (_s(z) - 1))
wrong("sigmoid_grad", "clipped from below at 0.01 against vanishing gradients")(
    lambda z: np.maximum(_s(z) * (1 - _s(z)), 0.01)
)
right("sigmoid_grad", "product of the sigmoid at z and at minus z")(
    lambda z: _s(z) * _s(-np.asarray(z))
)
right("sigmoid_grad", "through np.vectorize and math")(
    lambda z: np.vectorize(lambda v: math.exp(-abs(v)) / (1 + math.exp(-abs(v))) ** 2)(z)
)
wrong("tanh_grad", "(1 - tanh) squared")(lambda z: (1 - np.tanh(z)) ** 2)
wrong("tanh_grad", "1 + tanh squared")(lambda z: 1 + np.tanh(z) ** 2)
wrong("tanh_grad", "secant squared with cos for cosh")(lambda z: 1 / np.cos(z) ** 2)
wrong("tanh_grad", "arctan's slope, 1 / (1 + z^2)")(lambda z: 1 / (1 + np.asarray(z) ** 2))
wrong("tanh_grad", "4 times the sigmoid's slope at z, not at 2z")(lambda z: 4 * _s(z) * (1 - _s(z)))
right("tanh_grad", "factors (1 - t)(1 + t)")(lambda z: (1 - np.tanh(z)) * (1 + np.tanh(z)))
wrong("relu_grad", "1 where z is below zero: comparison turned round")(
    lambda z: (np.asarray(z) < 0).astype(float)
)
wrong("relu_grad", "ones everywhere: ones_like and nothing switched off")(
    lambda z: np.ones_like(z, dtype=float)
)
wrong("relu_grad", "softplus' slope, the sigmoid")(_s)
wrong("relu_grad", "an if on the whole array", "raises")(lambda z: 1.0 if z > 0 else 0.0)
wrong("relu_grad", "writes 1 and 0 into z itself")(
    lambda z: (z.__setitem__(z > 0, 1.0), z.__setitem__(z <= 0, 0.0), z)[-1]
)
right("relu_grad", "half of one plus the sign, zero at zero")(
    lambda z: np.floor((1 + np.sign(z)) / 2)
)


# two_neuron_forward


@wrong("two_neuron_forward", "both units are tanh")
def _(x, y, w1, b1, w2, b2):
    z1 = w1 * x + b1
    a1 = np.tanh(z1)
    z2 = w2 * a1 + b2
    a2 = np.tanh(z2)
    return {"z1": z1, "a1": a1, "z2": z2, "a2": a2, "loss": (a2 - y) ** 2}


@wrong("two_neuron_forward", "the second unit sees x again, not a1")
def _(x, y, w1, b1, w2, b2):
    z1 = w1 * x + b1
    a1 = np.tanh(z1)
    z2 = w2 * x + b2
    a2 = _s(z2)
    return dict(z1=z1, a1=a1, z2=z2, a2=a2, loss=(a2 - y) ** 2)


@wrong("two_neuron_forward", "the loss has a half")
def _(x, y, w1, b1, w2, b2):
    z1 = w1 * x + b1
    a1 = np.tanh(z1)
    z2 = w2 * a1 + b2
    a2 = _s(z2)
    return {"z1": z1, "a1": a1, "z2": z2, "a2": a2, "loss": 0.5 * (a2 - y) ** 2}


@wrong("two_neuron_forward", "the loss is taken at z2, before the sigmoid")
def _(x, y, w1, b1, w2, b2):
    z1 = w1 * x + b1
    a1 = np.tanh(z1)
    z2 = w2 * a1 + b2
    a2 = _s(z2)
    return {"z1": z1, "a1": a1, "z2": z2, "a2": a2, "loss": (z2 - y) ** 2}


@wrong("two_neuron_forward", "b1 used for both units")
def _(x, y, w1, b1, w2, b2):
    z1 = w1 * x + b1
    a1 = math.tanh(z1)
    z2 = w2 * a1 + b1
    a2 = 1 / (1 + math.exp(-z2))
    return {"z1": z1, "a1": a1, "z2": z2, "a2": a2, "loss": (y - a2) ** 2}


@right("two_neuron_forward", "locals filtered into the dict")
def _(x, y, w1, b1, w2, b2):
    z1 = b1 + w1 * x
    a1 = (math.exp(2 * z1) - 1) / (math.exp(2 * z1) + 1)
    z2 = b2 + w2 * a1
    a2 = 1 / (1 + math.exp(-z2))
    loss = abs(y - a2) ** 2
    return {k: v for k, v in locals().items() if k in ("z1", "a1", "z2", "a2", "loss")}


# two_neuron_backward


def _walk(x, y, w1, w2, v, **changed):
    dz2 = 2 * (v["a2"] - y) * v["a2"] * (1 - v["a2"])
    dz1 = dz2 * w2 * (1 - v["a1"] ** 2)
    grads = dict(dw1=dz1 * x, db1=dz1, dw2=dz2 * v["a1"], db2=dz2, dx=dz1 * w1)
    return grads | changed


@wrong("two_neuron_backward", "cross-entropy's shortcut: dz2 = a2 - y")
def _(x, y, w1, w2, values):
    dz2 = values["a2"] - y
    dz1 = dz2 * w2 * (1 - values["a1"] ** 2)
    return {"dw1": dz1 * x, "db1": dz1, "dw2": dz2 * values["a1"], "db2": dz2, "dx": dz1 * w1}


@wrong("two_neuron_backward", "dw2 with z1 for a1")
def _(x, y, w1, w2, values):
    g = _walk(x, y, w1, w2, values)
    return g | {"dw2": g["db2"] * values["z1"]}


@wrong("two_neuron_backward", "the sigmoid's slope used for the hidden tanh, too")
def _(x, y, w1, w2, values):
    a1, a2 = values["a1"], values["a2"]
    d2 = 2 * (a2 - y) * a2 * (1 - a2)
    d1 = d2 * w2 * a1 * (1 - a1)
    return {"dw1": d1 * x, "db1": d1, "dw2": d2 * a1, "db2": d2, "dx": d1 * w1}


@wrong("two_neuron_backward", "dx through both weights but without the hidden slope")
def _(x, y, w1, w2, values):
    g = _walk(x, y, w1, w2, values)
    return g | {"dx": g["db2"] * w2 * w1}


@wrong("two_neuron_backward", "the biases' gradients are 1: b is a constant, they say")
def _(x, y, w1, w2, values):
    return _walk(x, y, w1, w2, values, db1=1.0, db2=1.0)


@wrong("two_neuron_backward", "w2 forgotten on the way down, and no factor two", "two")
def _(x, y, w1, w2, values):
    a1, a2 = values["a1"], values["a2"]
    d2 = (a2 - y) * a2 * (1 - a2)
    d1 = d2 * (1 - a1**2)
    return {"dw1": d1 * x, "db1": d1, "dw2": d2 * a1, "db2": d2, "dx": d1 * w1}


@wrong("two_neuron_backward", "half finished: the first unit's gradients are None")
def _(x, y, w1, w2, values):
    g = _walk(x, y, w1, w2, values)
    return {"dw1": None, "db1": None, "dw2": g["dw2"], "db2": g["db2"], "dx": None}


@right("two_neuron_backward", "one product of local slopes for each")
def _(x, y, w1, w2, values):
    z1, z2 = values["z1"], values["z2"]
    up = 2 * (_s(z2) - y)
    s2 = _s(z2) * _s(-z2)
    s1 = 1 / np.cosh(z1) ** 2
    chain = np.prod([up, s2, w2, s1])
    return {
        "db2": up * s2,
        "dw2": up * s2 * np.tanh(z1),
        "db1": chain,
        "dw1": chain * x,
        "dx": chain * w1,
    }


# numerical_gradient, relative_error, gradient_check


@wrong("numerical_gradient", "shifts every entry at once: the directional slope everywhere")
def _(f, x, h=1e-5):
    return np.full_like(x, (f(x + h) - f(x - h)) / (2 * h), dtype=float)


@wrong("numerical_gradient", "the backward difference")
def _(f, x, h=1e-5):
    g = np.zeros(np.shape(x))
    for i in np.ndindex(*np.shape(x)):
        low = np.array(x, dtype=float)
        low[i] -= h
        g[i] = (f(x) - f(low)) / h
    return g


@wrong("numerical_gradient", "h is relative: h times the entry")
def _(f, x, h=1e-5):
    g = np.zeros(np.shape(x))
    for i in np.ndindex(*np.shape(x)):
        up, down = np.array(x, dtype=float), np.array(x, dtype=float)
        up[i] += h * up[i]
        down[i] -= h * down[i]
        g[i] = (f(up) - f(down)) / (2 * h)
    return g


@wrong("numerical_gradient", "loops over the rows only: a whole row is nudged")
def _(f, x, h=1e-5):
    x = np.array(x, dtype=float)
    g = np.zeros_like(x)
    if x.ndim == 0:
        return np.asarray((f(x + h) - f(x - h)) / (2 * h))
    for i in range(len(x)):
        up, down = x.copy(), x.copy()
        up[i] += h
        down[i] -= h
        g[i] = (f(up) - f(down)) / (2 * h)
    return g


@wrong("numerical_gradient", "returns a flat vector: shape lost after ravel")
def _(f, x, h=1e-5):
    shape, flat = np.shape(x), np.ravel(np.array(x, dtype=float))
    out = []
    for i in range(flat.size):
        e = np.zeros(flat.size)
        e[i] = h
        out.append((f((flat + e).reshape(shape)) - f((flat - e).reshape(shape))) / (2 * h))
    return np.array(out)


@wrong("numerical_gradient", "the nudge is not taken back before the next entry")
def _(f, x, h=1e-5):
    x = np.array(x, dtype=float)
    g = np.zeros_like(x)
    for i in np.ndindex(*x.shape):
        x[i] += h
        up = f(x)
        x[i] -= 2 * h
        g[i] = (up - f(x)) / (2 * h)
    return g


@right("numerical_gradient", "recursion over the first axis")
def _(f, x, h=1e-5):
    x = np.array(x, dtype=float)
    if x.ndim == 0:
        return (f(x + h) - f(x - h)) / (2 * h)
    identity = np.eye(x.size).reshape(x.size, *x.shape)
    return np.reshape([(f(x + h * e) - f(x - h * e)) / (2 * h) for e in identity], x.shape)


@wrong("relative_error", "divided by the first one only")
def _(a, b):
    return np.max(np.abs(a - b) / np.maximum(np.abs(a), 1e-8))


@wrong("relative_error", "sum of all the entries' errors")
def _(a, b):
    return np.sum(np.abs(a - b) / np.maximum(np.abs(a) + np.abs(b), 1e-8))


@wrong("relative_error", "max and min confused: np.minimum below the bar")
def _(a, b):
    return np.max(np.abs(a - b) / np.minimum(np.abs(a) + np.abs(b), 1e-8))


@wrong("relative_error", "eps added below the bar, 1e-8, no maximum")
def _(a, b):
    return np.max(np.abs(a - b) / (np.abs(a) + np.abs(b) + 1e-8))


@wrong("relative_error", "absolute value forgotten above the bar")
def _(a, b):
    return np.max((a - b) / np.maximum(np.abs(a) + np.abs(b), 1e-8))


@wrong("relative_error", "built-in max on a whole array", "raises")
def _(a, b):
    return max(abs(a - b) / max(abs(a) + abs(b), 1e-8))


@right("relative_error", "a generator over flat entries")
def _(a, b):
    pairs = zip(np.ravel(a).tolist(), np.ravel(b).tolist())
    return max(abs(p - q) / max(abs(p) + abs(q), 1e-8) for p, q in pairs)


def _numeric(f, x, h=1e-5):
    x = np.array(x, dtype=float)
    e = np.eye(x.size).reshape(-1, *x.shape)
    return np.reshape([(f(x + h * d) - f(x - h * d)) / (2 * h) for d in e], x.shape)


def _off(a, b):
    return np.max(np.abs(a - b) / np.maximum(np.abs(a) + np.abs(b), 1e-8))


wrong("gradient_check", "says True or False")(
    lambda f, grad_f, x: bool(_off(grad_f(x), _numeric(f, x)) < 1e-6)
)
wrong("gradient_check", "h is the root of machine precision")(
    lambda f, grad_f, x: _off(grad_f(x), _numeric(f, x, 1.5e-8))
)
wrong("gradient_check", "compares f with grad_f")(lambda f, grad_f, x: _off(grad_f(x), f(x)))
wrong("gradient_check", "the largest plain difference, not relative")(
    lambda f, grad_f, x: np.abs(grad_f(x) - _numeric(f, x)).max()
)
wrong("gradient_check", "the numerical gradient of grad_f itself")(
    lambda f, grad_f, x: _off(grad_f(x), _numeric(lambda v: np.sum(grad_f(v)), x))
)
right("gradient_check", "helpers written inside")(
    lambda f, grad_f, x: _off(np.asarray(grad_f(np.copy(x))), _numeric(f, x))
)
