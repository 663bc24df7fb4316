"""Chapter 7 as strangers answer it."""

import math

import numpy as np

from tests.exercises.strangers.ch03_network import _act, _forward, _slope
from tests.exercises.strangers.table import right, wrong


@wrong("xavier_init", "variance 1 / fan_in")
def _(fan_in, fan_out, rng):
    return rng.normal(size=(fan_in, fan_out)) / np.sqrt(fan_in)


@wrong("xavier_init", "the variance as the spread")
def _(fan_in, fan_out, rng):
    return rng.normal(size=(fan_in, fan_out)) * (2 / (fan_in + fan_out))


@wrong("xavier_init", "sqrt(6 / ...) of the uniform form with normal numbers")
def _(fan_in, fan_out, rng):
    return rng.normal(size=(fan_in, fan_out)) * np.sqrt(6 / (fan_in + fan_out))


@wrong("xavier_init", "uniform numbers")
def _(fan_in, fan_out, rng):
    a = math.sqrt(6 / (fan_in + fan_out))
    return rng.uniform(-a, a, size=(fan_in, fan_out))


@wrong("xavier_init", "shape (fan_out, fan_in)")
def _(fan_in, fan_out, rng):
    return rng.normal(size=(fan_out, fan_in)) * np.sqrt(2 / (fan_in + fan_out))


@wrong("xavier_init", "1 / (fan_in + fan_out)")
def _(fan_in, fan_out, rng):
    return rng.normal(size=(fan_in, fan_out)) * np.sqrt(1 / (fan_in + fan_out))


@right("xavier_init", "rng.normal with its scale")
def _(fan_in, fan_out, rng):
    return rng.normal(0.0, (2.0 / (fan_in + fan_out)) ** 0.5, (fan_in, fan_out))


@wrong("he_init", "fan_out")
def _(fan_in, fan_out, rng):
    return rng.normal(size=(fan_in, fan_out)) * np.sqrt(2 / fan_out)


@wrong("he_init", "1 / fan_in")
def _(fan_in, fan_out, rng):
    return rng.normal(size=(fan_in, fan_out)) * np.sqrt(1 / fan_in)


@wrong("he_init", "0.01, whatever the fan")
def _(fan_in, fan_out, rng):
    return rng.normal(size=(fan_in, fan_out)) * 0.01


@wrong("he_init", "mean 1: rng.normal(1, ...)")
def _(fan_in, fan_out, rng):
    return rng.normal(1, np.sqrt(2 / fan_in), size=(fan_in, fan_out))


@right("he_init", "divided by the root")
def _(fan_in, fan_out, rng):
    return rng.normal(size=(fan_in, fan_out)) / math.sqrt(fan_in / 2)


@wrong("signal_by_layer", "standard deviation of the pre-activations")
def _(X, params, kind):
    return [z.std() for z in _forward(X, params, kind)[1]["Z"][:-1]]


@wrong("signal_by_layer", "mean in place of spread")
def _(X, params, kind):
    return [a.mean() for a in _forward(X, params, kind)[1]["A"][1:]]


@wrong("signal_by_layer", "root mean square, the mean not taken off")
def _(X, params, kind):
    return [np.sqrt(np.mean(a**2)) for a in _forward(X, params, kind)[1]["A"][1:]]


@wrong("signal_by_layer", "the input counted as a layer")
def _(X, params, kind):
    return [a.std() for a in _forward(X, params, kind)[1]["A"]]


@wrong("signal_by_layer", "mean of the units' own spreads")
def _(X, params, kind):
    return [a.std(axis=0).mean() for a in _forward(X, params, kind)[1]["A"][1:]]


@wrong("signal_by_layer", "variance")
def _(X, params, kind):
    return [a.var() for a in _forward(X, params, kind)[1]["A"][1:]]


@wrong("signal_by_layer", "kind ignored")
def _(X, params, kind):
    return [a.std() for a in _forward(X, params)[1]["A"][1:]]


@right("signal_by_layer", "a generator walking the layers")
def _(X, params, kind):
    def spreads(A):
        for W, b in params[:-1]:
            A = _act(A @ W + b, kind)
            yield math.sqrt(np.mean(np.square(A)) - np.mean(A) ** 2)

    return np.fromiter(spreads(X), float)


def _blame(P, y, cache, params, kind, slope=True, deltas=False):
    d = (P - np.eye(P.shape[1])[y]) / len(y)
    out = [d]
    for i in range(len(params) - 1, 0, -1):
        d = d @ params[i][0].T * (_slope(cache["Z"][i - 1], kind) if slope else 1)
        out.append(d)
    return out[::-1]


@wrong("blame_by_layer", "last layer first")
def _(P, y, cache, params, kind):
    return [np.sqrt(np.mean(d**2)) for d in _blame(P, y, cache, params, kind)][::-1]


@wrong("blame_by_layer", "no root")
def _(P, y, cache, params, kind):
    return [np.mean(d**2) for d in _blame(P, y, cache, params, kind)]


@wrong("blame_by_layer", "norm, not mean square")
def _(P, y, cache, params, kind):
    return [np.linalg.norm(d) for d in _blame(P, y, cache, params, kind)]


@wrong("blame_by_layer", "standard deviation")
def _(P, y, cache, params, kind):
    return [np.std(d) for d in _blame(P, y, cache, params, kind)]


@wrong("blame_by_layer", "no slope on the way down")
def _(P, y, cache, params, kind):
    return [np.sqrt(np.mean(d**2)) for d in _blame(P, y, cache, params, kind, slope=False)]


@wrong("blame_by_layer", "of dW, not dZ")
def _(P, y, cache, params, kind):
    ds = _blame(P, y, cache, params, kind)
    return [np.sqrt(np.mean((A.T @ d) ** 2)) for A, d in zip(cache["A"], ds)]


@wrong("blame_by_layer", "mean of the sizes")
def _(P, y, cache, params, kind):
    return [np.mean(np.abs(d)) for d in _blame(P, y, cache, params, kind)]


@wrong("blame_by_layer", "1/N forgotten")
def _(P, y, cache, params, kind):
    return [len(y) * np.sqrt(np.mean(d**2)) for d in _blame(P, y, cache, params, kind)]


@right("blame_by_layer", "norm over root of the count")
def _(P, y, cache, params, kind):
    ds = _blame(P, y, cache, params, kind)
    return np.array([np.linalg.norm(d) / d.size**0.5 for d in ds])


@wrong("leaky_relu_forward", "plain relu")
def _(Z, slope=0.01):
    return np.maximum(Z, 0)


@wrong("leaky_relu_forward", "the sides swapped")
def _(Z, slope=0.01):
    return np.where(Z > 0, slope * Z, Z)


@wrong("leaky_relu_forward", "0.01 whatever the slope")
def _(Z, slope=0.01):
    return np.maximum(Z, 0.01 * Z)


@wrong("leaky_relu_forward", "the constant slope below 0")
def _(Z, slope=0.01):
    return np.where(Z > 0, Z, slope)


@wrong("leaky_relu_forward", "minus below zero")
def _(Z, slope=0.01):
    return np.where(Z > 0, Z, -slope * Z)


@right("leaky_relu_forward", "maximum")
def _(Z, slope=0.01):
    return np.maximum(Z, np.multiply(slope, Z))


@wrong("leaky_relu_backward", "0 below")
def _(dA, Z, slope=0.01):
    return dA * (Z > 0)


@wrong("leaky_relu_backward", "upstream not multiplied")
def _(dA, Z, slope=0.01):
    return np.where(Z > 0, 1.0, slope)


@wrong("leaky_relu_backward", "upstream only where on")
def _(dA, Z, slope=0.01):
    return np.where(Z > 0, dA, slope)


@wrong("leaky_relu_backward", "looks at dA")
def _(dA, Z, slope=0.01):
    return np.where(dA > 0, dA, slope * dA)


@wrong("leaky_relu_backward", "slope times Z below")
def _(dA, Z, slope=0.01):
    return np.where(Z > 0, dA, slope * Z * dA)


@right("leaky_relu_backward", "own copy, in place")
def _(dA, Z, slope=0.01):
    dZ = np.array(dA, dtype=float)
    dZ[Z <= 0] *= slope
    return dZ
