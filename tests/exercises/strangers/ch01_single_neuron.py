"""Chapter 1 as strangers answer it."""

import math

import numpy as np

from tests.exercises.strangers.table import right, wrong


def _s(z):
    return 0.5 * (1 + np.tanh(np.asarray(z, float) / 2))


# linear_neuron_step
@wrong("linear_neuron_step", "forgets the 2 of the square")
def _(x, w, y, learning_rate):
    return w + learning_rate * (y - w * x) * x


@wrong("linear_neuron_step", "goes uphill")
def _(x, w, y, learning_rate):
    return w - learning_rate * 2 * (y - w * x) * x


@wrong("linear_neuron_step", "forgets the x of the chain rule")
def _(x, w, y, learning_rate):
    error = y - w * x
    return w + learning_rate * 2 * error


@wrong("linear_neuron_step", "returns the gradient, not the new weight")
def _(x, w, y, learning_rate):
    return -2 * x * (y - w * x)


@wrong("linear_neuron_step", "the rate is divided by, not multiplied")
def _(x, w, y, learning_rate):
    return w + 2 * x * (y - w * x) / learning_rate


@wrong("linear_neuron_step", "uses the size of the error")
def _(x, w, y, learning_rate):
    return w + learning_rate * 2 * abs(y - w * x) * x


@wrong("linear_neuron_step", "no step is multiplied by the weight: w * gradient", kind="two")
def _(x, w, y, learning_rate):
    return w + learning_rate * (y - w * x)


@wrong("linear_neuron_step", "squares the error in the gradient")
def _(x, w, y, learning_rate):
    return w + learning_rate * 2 * x * (y - w * x) ** 2


@right("linear_neuron_step", "Fractions of the chain rule, one by one, as float")
def _(x, w, y, learning_rate):
    p = w * x
    dL_dp = 2.0 * (p - y)
    dp_dw = x
    return float(w - learning_rate * (dL_dp * dp_dw))


# sigmoid
@wrong("sigmoid", "sign of the exponent")
def _(z):
    return 1 / (1 + np.exp(np.clip(z, -500, 500)))


@wrong("sigmoid", "clips z at 5 on both sides")
def _(z):
    return 1 / (1 + np.exp(-np.clip(z, -5, 5)))


@wrong("sigmoid", "tanh without the factor inside")
def _(z):
    return 0.5 * (1 + np.tanh(z))


@wrong("sigmoid", "tanh(z/2) not shifted up")
def _(z):
    return np.tanh(np.asarray(z) / 2)


@wrong("sigmoid", "returns the slope")
def _(z):
    s = 1 / (1 + np.exp(-np.clip(z, -500, 500)))
    return s * (1 - s)


@wrong("sigmoid", "math.exp on an array", kind="raises")
def _(z):
    return 1 / (1 + math.exp(-z))


@wrong("sigmoid", "no minus, and the sum in the numerator", kind="two")
def _(z):
    return (1 + np.exp(-np.abs(z))) / 1


@wrong("sigmoid", "stable with abs but not mirrored for negative z")
def _(z):
    return 1 / (1 + np.exp(-np.abs(z)))


@wrong("sigmoid", "exp(z) / (1 + exp(z)): overflows for large z")
def _(z):
    e = np.exp(z)
    return e / (1 + e)


@wrong("sigmoid", "rounds to 4 digits for a nicer print")
def _(z):
    return np.round(1 / (1 + np.exp(-np.clip(z, -700, 700))), 4)


@wrong("sigmoid", "a softmax over all entries")
def _(z):
    e = np.exp(z - np.max(z))
    return e / np.sum(e)


@wrong("sigmoid", "a list instead of the same shape, flattened")
def _(z):
    return np.array([1 / (1 + math.exp(-min(max(v, -700), 700))) for v in np.ravel(z)])


@right("sigmoid", "scipy")
def _(z):
    from scipy.special import expit

    return expit(z)


@right("sigmoid", "np.vectorize of a scalar function")
def _(z):
    def one(v):
        if v >= 0:
            return 1 / (1 + math.exp(-v))
        e = math.exp(v)
        return e / (1 + e)

    return np.vectorize(one, otypes=[float])(z)


@right("sigmoid", "masks on an own output")
def _(z):
    z = np.asarray(z, dtype=float)
    out = np.empty_like(z)
    up = z >= 0
    out[up] = 1 / (1 + np.exp(-z[up]))
    e = np.exp(z[~up])
    out[~up] = e / (1 + e)
    return out


@right("sigmoid", "logaddexp")
def _(z):
    return np.exp(-np.logaddexp(0, -np.asarray(z)))


@right("sigmoid", "errstate silences the warning")
def _(z):
    with np.errstate(over="ignore"):
        return 1.0 / (1.0 + np.exp(-np.asarray(z)))


# neuron_forward
@wrong("neuron_forward", "no bias")
def _(X, w, b):
    return _s(X @ w)


@wrong("neuron_forward", "returns z")
def _(X, w, b):
    return X @ w + b


@wrong("neuron_forward", "thresholds the activation to 0 or 1")
def _(X, w, b):
    return (_s(X @ w + b) >= 0.5).astype(float)


@wrong("neuron_forward", "bias added after the sigmoid")
def _(X, w, b):
    return _s(X @ w) + b


@wrong("neuron_forward", "minus the bias, as a threshold")
def _(X, w, b):
    return _s(X @ w - b)


@wrong("neuron_forward", "* for @ then summed over the whole table")
def _(X, w, b):
    return _s(np.sum(X * w) + b) * np.ones(len(X))


@wrong("neuron_forward", "bias added once for every feature")
def _(X, w, b):
    return _s(np.sum(X * w + b, axis=1))


@wrong("neuron_forward", "tanh neuron")
def _(X, w, b):
    return np.tanh(X @ w + b)


@wrong("neuron_forward", "w.T @ X in the layout with examples as columns", kind="raises")
def _(X, w, b):
    return _s(np.dot(w.T, X) + b)


@wrong("neuron_forward", "returns a column (N, 1)")
def _(X, w, b):
    return _s(X @ w + b).reshape(-1, 1)


@right("neuron_forward", "a list, example by example")
def _(X, w, b):
    return [1 / (1 + math.exp(-(sum(xi * wi for xi, wi in zip(x, w)) + b))) for x in X]


@right("neuron_forward", "einsum")
def _(X, w, b):
    return _s(np.einsum("nd,d->n", X, w) + b)


@right("neuron_forward", "bias as a column of ones")
def _(X, w, b):
    X1 = np.column_stack([np.ones(len(X)), X])
    return _s(X1 @ np.concatenate([[b], w]))


# mse_loss
@wrong("mse_loss", "half of the mean")
def _(p, y):
    return 0.5 * np.mean((p - y) ** 2)


@wrong("mse_loss", "sum, not mean")
def _(p, y):
    return np.sum((p - y) ** 2)


@wrong("mse_loss", "root mean square")
def _(p, y):
    return np.sqrt(np.mean((p - y) ** 2))


@wrong("mse_loss", "mean of the absolute error")
def _(p, y):
    return np.mean(np.abs(p - y))


@wrong("mse_loss", "square of the mean error")
def _(p, y):
    return np.mean(p - y) ** 2


@wrong("mse_loss", "divides by N - 1")
def _(p, y):
    return np.sum((p - y) ** 2) / (len(y) - 1)


@wrong("mse_loss", "difference of the squares")
def _(p, y):
    return np.mean(p**2 - y**2)


@wrong("mse_loss", "column against row: a table of pairs")
def _(p, y):
    return np.mean((p.reshape(-1, 1) - y) ** 2)


@wrong("mse_loss", "returns the vector of squares")
def _(p, y):
    return (p - y) ** 2


@right("mse_loss", "dot product of the error")
def _(p, y):
    e = np.asarray(p, float) - np.asarray(y, float)
    return e.dot(e) / e.size


@right("mse_loss", "scikit-learn")
def _(p, y):
    from sklearn.metrics import mean_squared_error

    return mean_squared_error(y, p)
