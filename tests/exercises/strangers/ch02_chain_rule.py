"""Chapter 2 without the engine, as strangers answer it."""

import math

import numpy as np

from tests.exercises.strangers.table import right, wrong


def _s(z):
    return 0.5 * (1 + np.tanh(np.asarray(z, float) / 2))


# slopes
@wrong("sigmoid_grad", "z(1 - z)")
def _(z):
    return z * (1 - z)


@wrong("sigmoid_grad", "returns the sigmoid")
def _(z):
    return _s(z)


@wrong("sigmoid_grad", "s(1 + s)")
def _(z):
    return _s(z) * (1 + _s(z))


@wrong("sigmoid_grad", "1 - s squared, tanh's slope")
def _(z):
    return 1 - _s(z) ** 2


@wrong("sigmoid_grad", "sigmoid taken twice")
def _(z):
    a = _s(_s(z))
    return a * (1 - a)


@wrong("sigmoid_grad", "minus: derivative of exp(-z) by hand without the inner sign")
def _(z):
    return -_s(z) * (1 - _s(z))


@wrong("sigmoid_grad", "forgets the square in exp(-z) / (1 + exp(-z))**2")
def _(z):
    return np.exp(-z) / (1 + np.exp(-z))


@right("sigmoid_grad", "1 / (2 + e^z + e^-z)")
def _(z):
    return 1 / (2 + 2 * np.cosh(z))


@wrong("tanh_grad", "1 - z squared")
def _(z):
    return 1 - z**2


@wrong("tanh_grad", "1 - tanh, no square")
def _(z):
    return 1 - np.tanh(z)


@wrong("tanh_grad", "1 + tanh squared")
def _(z):
    return 1 + np.tanh(z) ** 2


@wrong("tanh_grad", "1 / cosh, no square")
def _(z):
    return 1 / np.cosh(z)


@wrong("tanh_grad", "slope taken at the activation")
def _(z):
    return 1 - np.tanh(np.tanh(z)) ** 2


@wrong("tanh_grad", "-2 tanh: differentiates 1 - t**2 once more")
def _(z):
    t = np.tanh(z)
    return -2 * t * (1 - t**2)


@right("tanh_grad", "central complex step")
def _(z):
    return np.imag(np.tanh(np.asarray(z) + 1e-30j)) / 1e-30


@wrong("relu_grad", "returns relu")
def _(z):
    return np.maximum(0, z)


@wrong("relu_grad", "the sign")
def _(z):
    return np.sign(z)


@wrong("relu_grad", "a leak of 0.01")
def _(z):
    return np.where(z > 0, 1.0, 0.01)


@wrong("relu_grad", "the other side")
def _(z):
    return (z < 0).astype(float)


@wrong("relu_grad", "ones everywhere")
def _(z):
    return np.ones_like(z)


@wrong("relu_grad", "an if on an array", kind="raises")
def _(z):
    if z > 0:
        return 1
    return 0


@right("relu_grad", "heaviside")
def _(z):
    return np.heaviside(z, 0)


# two neurons
def _fwd(x, y, w1, b1, w2, b2):
    z1 = w1 * x + b1
    a1 = math.tanh(z1)
    z2 = w2 * a1 + b2
    a2 = 1 / (1 + math.exp(-z2))
    return {"z1": z1, "a1": a1, "z2": z2, "a2": a2, "loss": (a2 - y) ** 2}


@wrong("two_neuron_forward", "sigmoid in both neurons")
def _(x, y, w1, b1, w2, b2):
    z1 = w1 * x + b1
    a1 = 1 / (1 + np.exp(-z1))
    z2 = w2 * a1 + b2
    a2 = 1 / (1 + np.exp(-z2))
    return dict(z1=z1, a1=a1, z2=z2, a2=a2, loss=(a2 - y) ** 2)


@wrong("two_neuron_forward", "second neuron fed with z1")
def _(x, y, w1, b1, w2, b2):
    z1 = w1 * x + b1
    a1 = np.tanh(z1)
    z2 = w2 * z1 + b2
    a2 = 1 / (1 + np.exp(-z2))
    return dict(z1=z1, a1=a1, z2=z2, a2=a2, loss=(a2 - y) ** 2)


@wrong("two_neuron_forward", "half the squared error")
def _(x, y, w1, b1, w2, b2):
    v = _fwd(x, y, w1, b1, w2, b2)
    v["loss"] /= 2
    return v


@wrong("two_neuron_forward", "b1 used in both neurons")
def _(x, y, w1, b1, w2, b2):
    return _fwd(x, y, w1, b1, w2, b1)


@wrong("two_neuron_forward", "loss of z2")
def _(x, y, w1, b1, w2, b2):
    v = _fwd(x, y, w1, b1, w2, b2)
    return {**v, "loss": (v["z2"] - y) ** 2}


@wrong("two_neuron_forward", "returns a tuple in place of a dict")
def _(x, y, w1, b1, w2, b2):
    return tuple(_fwd(x, y, w1, b1, w2, b2).values())


@right("two_neuron_forward", "locals() with extra keys")
def _(x, y, w1, b1, w2, b2):
    z1 = np.float64(w1) * x + b1
    a1 = np.tanh(z1)
    z2 = w2 * a1 + b2
    a2 = _s(z2)
    loss = np.square(a2 - y)
    return locals()


def _bwd(x, y, w1, w2, v, two=2.0, sig=True, tanh=True, w=True):
    d2 = two * (v["a2"] - y) * (v["a2"] * (1 - v["a2"]) if sig else 1)
    d1 = d2 * (w2 if w else 1) * (1 - v["a1"] ** 2 if tanh else 1)
    return dict(dw1=d1 * x, db1=d1, dw2=d2 * v["a1"], db2=d2, dx=d1 * w1)


@wrong("two_neuron_backward", "no factor 2")
def _(x, y, w1, w2, values):
    return _bwd(x, y, w1, w2, values, two=1)


@wrong("two_neuron_backward", "no sigmoid slope at the output")
def _(x, y, w1, w2, values):
    return _bwd(x, y, w1, w2, values, sig=False)


@wrong("two_neuron_backward", "no tanh slope")
def _(x, y, w1, w2, values):
    return _bwd(x, y, w1, w2, values, tanh=False)


@wrong("two_neuron_backward", "w2 left out on the way back")
def _(x, y, w1, w2, values):
    return _bwd(x, y, w1, w2, values, w=False)


@wrong("two_neuron_backward", "dw2 uses z1")
def _(x, y, w1, w2, values):
    g = _bwd(x, y, w1, w2, values)
    g["dw2"] = g["db2"] * values["z1"]
    return g


@wrong("two_neuron_backward", "dx uses w2")
def _(x, y, w1, w2, values):
    g = _bwd(x, y, w1, w2, values)
    g["dx"] = g["db1"] * w2
    return g


@wrong("two_neuron_backward", "sigmoid form of the slope for the tanh neuron")
def _(x, y, w1, w2, values):
    d2 = 2 * (values["a2"] - y) * values["a2"] * (1 - values["a2"])
    d1 = d2 * w2 * values["a1"] * (1 - values["a1"])
    return dict(dw1=d1 * x, db1=d1, dw2=d2 * values["a1"], db2=d2, dx=d1 * w1)


@wrong("two_neuron_backward", "the slope 1 - z1 squared")
def _(x, y, w1, w2, values):
    d2 = 2 * (values["a2"] - y) * values["a2"] * (1 - values["a2"])
    d1 = d2 * w2 * (1 - values["z1"] ** 2)
    return dict(dw1=d1 * x, db1=d1, dw2=d2 * values["a1"], db2=d2, dx=d1 * w1)


@wrong("two_neuron_backward", "no 2, and y - a2", kind="two")
def _(x, y, w1, w2, values):
    return _bwd(x, y, w1, w2, values, two=-1)


@wrong("two_neuron_backward", "a key that is not there", kind="raises")
def _(x, y, w1, w2, values):
    d2 = 2 * (values["a2"] - y) * values["a2"] * (1 - values["a2"])
    d1 = d2 * values["w2"] * (1 - values["a1"] ** 2)
    return dict(dw1=d1 * x, db1=d1, dw2=d2 * values["a1"], db2=d2, dx=d1 * w1)


@right("two_neuron_backward", "recomputes the slopes from z, numpy scalars")
def _(x, y, w1, w2, values):
    s = _s(values["z2"])
    dz2 = 2 * (s - y) * np.exp(-values["z2"]) * s**2
    dz1 = dz2 * w2 / np.cosh(values["z1"]) ** 2
    return {
        "dw2": dz2 * np.tanh(values["z1"]),
        "db2": dz2,
        "dw1": np.array(dz1 * x),
        "db1": dz1,
        "dx": dz1 * w1,
    }
