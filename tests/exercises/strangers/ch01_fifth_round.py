"""A fifth round, chapter 1: written from the table of exercises alone, before any was run."""

import math
from functools import reduce

import numpy as np

from tests.exercises.strangers.table import right, wrong


def _logistic(z):
    return 0.5 + 0.5 * np.tanh(0.5 * np.asarray(z, dtype=float))


# linear_neuron_step


@wrong("linear_neuron_step", "the error is squared before it is differentiated: e**2 * x")
def _(x, w, y, learning_rate):
    error = y - w * x
    gradient = -2 * error**2 * x
    return w - learning_rate * gradient


@wrong("linear_neuron_step", "the perceptron's step: sign of the error only")
def _(x, w, y, learning_rate):
    error = y - w * x
    return w + learning_rate * 2 * np.sign(error) * x


@wrong("linear_neuron_step", "w times w: the prediction uses w twice", "one")
def _(x, w, y, learning_rate):
    pred = w * w * x
    grad = -2 * x * (y - pred)
    return w - learning_rate * grad


@wrong("linear_neuron_step", "adds the gradient and forgets the two", "two")
def _(x, w, y, learning_rate):
    y_hat = w * x
    dw = (y_hat - y) * x
    w += learning_rate * dw
    return w


@wrong("linear_neuron_step", "returns the gradient and w as a pair of which the first is dw")
def _(x, w, y, learning_rate):
    dw = 2 * x * (w * x - y)
    w_new = w - learning_rate * dw
    return dw, w_new


@right("linear_neuron_step", "closed form of the update, factored")
def _(x, w, y, learning_rate):
    return w * (1 - 2 * learning_rate * x**2) + 2 * learning_rate * x * y


@right("linear_neuron_step", "slope through complex step")
def _(x, w, y, learning_rate):
    loss = lambda v: (y - v * x) ** 2  # noqa: E731
    return w - learning_rate * loss(complex(w, 1e-20)).imag / 1e-20


# sigmoid


@wrong("sigmoid", "float32 clip habit: clipped to plus and minus 10")
def _(z):
    z = np.clip(z, -10, 10)
    return 1 / (1 + np.exp(-z))


@wrong("sigmoid", "exp(z) / (1 + exp(-z)): the two forms mixed up")
def _(z):
    z = np.clip(z, -500, 500)
    return np.exp(z) / (1 + np.exp(-z))


@wrong("sigmoid", "tanh form with the inner half forgotten")
def _(z):
    return 0.5 * (np.tanh(z) + 1)


@wrong("sigmoid", "tanh form with the outer shift forgotten")
def _(z):
    return 0.5 * np.tanh(np.asarray(z) / 2)


@wrong("sigmoid", "works on a list with a loop and returns a flat list for a table", "raises")
def _(z):
    out = []
    for v in z:
        if v >= 0:
            out.append(1 / (1 + math.exp(-v)))
        else:
            out.append(math.exp(v) / (1 + math.exp(v)))
    return np.array(out)


@wrong("sigmoid", "rounded to four digits for a nice print")
def _(z):
    return np.round(_logistic(z), 4)


@right("sigmoid", "np.piecewise on both halves")
def _(z):
    z = np.asarray(z, dtype=float)
    low = lambda v: np.exp(v) / (1 + np.exp(v))  # noqa: E731
    return np.piecewise(z, [z >= 0, z < 0], [lambda v: 1 / (1 + np.exp(-v)), low])


@right("sigmoid", "exp of minus logaddexp")
def _(z):
    return np.exp(-np.logaddexp(0, -np.asarray(z)))


# neuron_forward


@wrong("neuron_forward", "the bias multiplies in place of adding")
def _(X, w, b):
    return _logistic(X.dot(w) * b)


@wrong("neuron_forward", "bias added once for every feature, inside the sum")
def _(X, w, b):
    z = np.array([sum(x_j * w_j + b for x_j, w_j in zip(row, w)) for row in X])
    return _logistic(z)


@wrong("neuron_forward", "decides: rounds the activation to 0 or 1")
def _(X, w, b):
    return (_logistic(X @ w + b) > 0.5).astype(float)


@wrong("neuron_forward", "weights are normalised to length one first")
def _(X, w, b):
    w_hat = w / np.linalg.norm(w)
    return _logistic(np.matmul(X, w_hat) + b)


@wrong("neuron_forward", "the running z is never reset between examples")
def _(X, w, b):
    activations = []
    z = 0
    for i in range(len(X)):
        for j in range(len(w)):
            z += X[i][j] * w[j]
        activations.append(float(_logistic(z + b)))
    return np.array(activations)


@right("neuron_forward", "weights with the bias appended, einsum")
def _(X, w, b):
    ones = np.ones((X.shape[0], 1))
    return _logistic(np.einsum("ij,j->i", np.hstack([ones, X]), np.r_[b, w]))


# mse_loss and bce_loss


@wrong("mse_loss", "root of the mean square, as RMSE in a Kaggle kernel")
def _(p, y):
    return np.sqrt(((p - y) ** 2).mean())


@wrong("mse_loss", "square of the mean: brackets closed too early")
def _(p, y):
    return np.mean(p - y) ** 2


@wrong("mse_loss", "squared difference of squares")
def _(p, y):
    return np.mean(p**2 - y**2)


@wrong("mse_loss", "sums with a loop that skips the last example")
def _(p, y):
    total = 0.0
    n = len(y)
    for i in range(n - 1):
        total += (p[i] - y[i]) ** 2
    return total / n


@right("mse_loss", "reduce over zip, pure Python")
def _(p, y):
    return reduce(lambda s, t: s + (float(t[0]) - float(t[1])) ** 2, zip(p, y), 0.0) / len(p)


@wrong("bce_loss", "clips at 1e-7 like Keras")
def _(a, y):
    a = np.clip(a, 1e-7, 1 - 1e-7)
    return float(-(y * np.log(a) + (1 - y) * np.log(1 - a)).mean())


@wrong("bce_loss", "y and 1 - y exchanged")
def _(a, y):
    a = np.clip(a, 1e-12, 1 - 1e-12)
    return -np.mean((1 - y) * np.log(a) + y * np.log(1 - a))


@wrong("bce_loss", "log(1 - a) written as 1 - log(a)")
def _(a, y):
    a = np.clip(a, 1e-12, 1 - 1e-12)
    return -np.mean(y * np.log(a) + (1 - y) * (1 - np.log(a)))


@wrong("bce_loss", "takes the product of likelihoods, without a logarithm")
def _(a, y):
    return -np.mean(a**y * (1 - a) ** (1 - y))


@wrong("bce_loss", "mean of the ones plus mean of the zeros: each class averaged for itself")
def _(a, y):
    a = np.clip(a, 1e-12, 1 - 1e-12)
    return -np.log(a[y == 1]).mean() - np.log(1 - a[y == 0]).mean()


@wrong("bce_loss", "log base 2 and summed", "two")
def _(a, y):
    a = np.clip(a, 1e-12, 1 - 1e-12)
    return -np.sum(np.where(y == 1, np.log2(a), np.log2(1 - a)))


@right("bce_loss", "probability of what happened, one log")
def _(a, y):
    happened = np.where(np.asarray(y) > 0.5, a, 1 - np.asarray(a))
    return -np.log(np.clip(happened, 1e-12, 1 - 1e-12)).mean()


# neuron_backward and gradient_step


@wrong("neuron_backward", "error times activation in place of error times input")
def _(X, a, y):
    error = a - y
    dw = (error * a) @ X / len(y)
    db = error.mean()
    return dw, db


@wrong("neuron_backward", "dw is the mean of X times the mean of the error")
def _(X, a, y):
    e = np.mean(a - y)
    return X.mean(axis=0) * e, e


@wrong("neuron_backward", "a decision in place of the activation: the perceptron rule")
def _(X, a, y):
    e = np.round(a) - y
    return X.T @ e / len(y), e.mean()


@wrong("neuron_backward", "twice the gradient, from habit with squares")
def _(X, a, y):
    n = X.shape[0]
    return 2 / n * X.T.dot(a - y), 2 / n * np.sum(a - y)


@wrong("neuron_backward", "db is dw summed up")
def _(X, a, y):
    dw = X.T @ (a - y) / len(y)
    return dw, dw.sum()


@wrong("neuron_backward", "sign wrong, and db not divided", "two")
def _(X, a, y):
    d = y - a
    return X.T @ d / len(d), d.sum()


@wrong("neuron_backward", "computed per feature, dw overwritten with a number", "raises")
def _(X, a, y):
    dz = a - y
    for j in range(X.shape[1]):
        dw = np.mean(dz * X[:, j])
    return dw, np.mean(dz)


@right("neuron_backward", "average over the augmented inputs")
def _(X, a, y):
    g = np.average(np.column_stack([X, np.ones(len(X))]) * (a - y)[:, None], axis=0)
    return g[:-1], g[-1]


@wrong("gradient_step", "only the sign of the gradients counts")
def _(w, b, dw, db, learning_rate):
    return w - learning_rate * np.sign(dw), b - learning_rate * np.sign(db)


@wrong("gradient_step", "the step is added to the rate: w - (rate + dw)")
def _(w, b, dw, db, learning_rate):
    return w - (learning_rate + dw), b - (learning_rate + db)


@wrong("gradient_step", "w and b swapped on return")
def _(w, b, dw, db, learning_rate):
    new_w = w - learning_rate * dw
    new_b = b - learning_rate * db
    return new_b, new_w


@wrong("gradient_step", "scales w itself: w * (1 - rate * dw)")
def _(w, b, dw, db, learning_rate):
    return w * (1 - learning_rate * dw), b * (1 - learning_rate * db)


@right("gradient_step", "a generator unpacked into a tuple")
def _(w, b, dw, db, learning_rate):
    return tuple(v - learning_rate * d for v, d in ((w, dw), (b, db)))


# train_neuron


def _fit(X, y, rate, epochs, w=None, b=0.0):
    w = np.zeros(X.shape[1]) if w is None else w
    losses = []
    for _ in range(epochs):
        a = np.clip(_logistic(X @ w + b), 1e-12, 1 - 1e-12)
        losses.append(float(-np.mean(y * np.log(a) + (1 - y) * np.log(1 - a))))
        w, b = w - rate * X.T @ (a - y) / len(y), b - rate * np.mean(a - y)
    return w, b, losses


wrong("train_neuron", "starts at ones")(
    lambda X, y, learning_rate, epochs: _fit(X, y, learning_rate, epochs, np.ones(X.shape[1]), 1.0)
)
wrong("train_neuron", "one epoch too few")(
    lambda X, y, learning_rate, epochs: _fit(X, y, learning_rate, epochs - 1)
)
wrong("train_neuron", "scales the columns of X before it trains")(
    lambda X, y, learning_rate, epochs: _fit((X - X.mean(0)) / X.std(0), y, learning_rate, epochs)
)
wrong("train_neuron", "rate fixed to 0.1")(
    lambda X, y, learning_rate, epochs: _fit(X, y, 0.1, epochs)
)


@wrong("train_neuron", "squared error recorded in place of the cross-entropy")
def _(X, y, learning_rate, epochs):
    w, b, losses = np.zeros(X.shape[1]), 0.0, []
    for _ in range(epochs):
        a = _logistic(X @ w + b)
        losses.append(np.mean((a - y) ** 2))
        w = w - learning_rate * X.T @ (a - y) / len(y)
        b = b - learning_rate * np.mean(a - y)
    return w, b, losses


@wrong("train_neuron", "the forward pass happens once before the loop: a is stale")
def _(X, y, learning_rate, epochs):
    w, b, losses = np.zeros(X.shape[1]), 0.0, []
    a = _logistic(X @ w + b)
    for _ in range(epochs):
        losses.append(-np.mean(y * np.log(a) + (1 - y) * np.log(1 - a)))
        w = w - learning_rate * X.T @ (a - y) / len(y)
        b = b - learning_rate * np.mean(a - y)
    return w, b, losses


@wrong("train_neuron", "b is updated with the activations of the new w")
def _(X, y, learning_rate, epochs):
    w, b, losses = np.zeros(X.shape[1]), 0.0, []
    for _ in range(epochs):
        a = _logistic(X @ w + b)
        losses.append(-np.mean(y * np.log(a) + (1 - y) * np.log(1 - a)))
        w = w - learning_rate * X.T @ (a - y) / len(y)
        a = _logistic(X @ w + b)
        b = b - learning_rate * np.mean(a - y)
    return w, b, losses


@right("train_neuron", "a class with fit, weights and bias in one vector")
def _(X, y, learning_rate, epochs):
    class Neuron:
        def __init__(self, D):
            self.theta = np.zeros(D + 1)

        def fit(self, X, y):
            X1 = np.insert(X, 0, 1.0, axis=1)
            for _ in range(epochs):
                a = _logistic(X1 @ self.theta)
                kept = np.where(y == 1, a, 1 - a)
                yield -np.log(np.maximum(kept, 1e-12)).mean()
                self.theta -= learning_rate * (X1.T @ (a - y)) / len(X)

    unit = Neuron(X.shape[1])
    losses = list(unit.fit(X, y))
    return unit.theta[1:], unit.theta[0], losses
