"""Chapter 1, steps and training, as strangers answer it."""

import functools

import numpy as np

from tests.exercises.strangers.table import right, wrong


def _s(z):
    return 0.5 * (1 + np.tanh(np.asarray(z, float) / 2))


# gradient_step
@wrong("gradient_step", "uphill")
def _(w, b, dw, db, learning_rate):
    return w + learning_rate * dw, b + learning_rate * db


@wrong("gradient_step", "b is not updated")
def _(w, b, dw, db, learning_rate):
    return w - learning_rate * dw, b


@wrong("gradient_step", "in place on the caller's w")
def _(w, b, dw, db, learning_rate):
    w -= learning_rate * dw
    b -= learning_rate * db
    return w, b


@wrong("gradient_step", "b without the rate")
def _(w, b, dw, db, learning_rate):
    return w - learning_rate * dw, b - db


@wrong("gradient_step", "b gets the gradient of w")
def _(w, b, dw, db, learning_rate):
    return w - learning_rate * dw, b - learning_rate * dw.sum()


@wrong("gradient_step", "returns the steps")
def _(w, b, dw, db, learning_rate):
    return learning_rate * dw, learning_rate * db


@wrong("gradient_step", "fixed rate 0.1")
def _(w, b, dw, db, learning_rate):
    return w - 0.1 * dw, b - 0.1 * db


@wrong("gradient_step", "forgets the return")
def _(w, b, dw, db, learning_rate):
    w = w - learning_rate * dw
    b = b - learning_rate * db


@right("gradient_step", "a namedtuple and np.subtract")
def _(w, b, dw, db, learning_rate):
    import collections

    Step = collections.namedtuple("Step", "w b")
    return Step(np.subtract(w, np.multiply(learning_rate, dw)), np.array(b - learning_rate * db))


# train_neuron
def _train(X, y, learning_rate, epochs, start=0.0, every=1, after=False, bias=True, shrink=1.0):
    w, b, losses = np.full(X.shape[1], start), start, []
    for k in range(epochs):
        a = _s(X @ w + b)

        def loss():
            p = np.clip(_s(X @ w + b), 1e-12, 1 - 1e-12)
            return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))

        if not after and k % every == 0:
            losses.append(loss())
        d = (a - y) / len(y)
        w = w - learning_rate * X.T @ d
        if bias:
            b = b - learning_rate * d.sum()
        if after:
            losses.append(loss())
        learning_rate *= shrink
    return w, b, losses


@wrong("train_neuron", "loss recorded after the update")
def _(X, y, learning_rate, epochs):
    return _train(X, y, learning_rate, epochs, after=True)


@wrong("train_neuron", "starts at 0.01")
def _(X, y, learning_rate, epochs):
    return _train(X, y, learning_rate, epochs, start=0.01)


@wrong("train_neuron", "loss recorded every 10th epoch")
def _(X, y, learning_rate, epochs):
    return _train(X, y, learning_rate, epochs, every=10)


@wrong("train_neuron", "the bias is never trained")
def _(X, y, learning_rate, epochs):
    return _train(X, y, learning_rate, epochs, bias=False)


@wrong("train_neuron", "the rate decays by 1 % an epoch")
def _(X, y, learning_rate, epochs):
    return _train(X, y, learning_rate, epochs, shrink=0.99)


@wrong("train_neuron", "runs one epoch too few: range(1, epochs)")
def _(X, y, learning_rate, epochs):
    return _train(X, y, learning_rate, epochs - 1)


@wrong("train_neuron", "random start")
def _(X, y, learning_rate, epochs):
    w, b, losses = np.random.randn(X.shape[1]) * 0.1, 0.0, []
    for _k in range(epochs):
        a = _s(X @ w + b)
        losses.append(-np.mean(y * np.log(a) + (1 - y) * np.log(1 - a)))
        w = w - learning_rate * X.T @ (a - y) / len(y)
        b = b - learning_rate * np.mean(a - y)
    return w, b, losses


@wrong("train_neuron", "one update for every example (stochastic)")
def _(X, y, learning_rate, epochs):
    w, b, losses = np.zeros(X.shape[1]), 0.0, []
    for _k in range(epochs):
        a = _s(X @ w + b)
        losses.append(-np.mean(y * np.log(a) + (1 - y) * np.log(1 - a)))
        for x, t in zip(X, y):
            d = _s(x @ w + b) - t
            w, b = w - learning_rate * d * x, b - learning_rate * d
    return w, b, losses


@wrong("train_neuron", "returns only w and b")
def _(X, y, learning_rate, epochs):
    w, b, _ = _train(X, y, learning_rate, epochs)
    return w, b


@wrong("train_neuron", "mean squared error recorded")
def _(X, y, learning_rate, epochs):
    w, b, losses = np.zeros(X.shape[1]), 0.0, []
    for _k in range(epochs):
        a = _s(X @ w + b)
        losses.append(np.mean((a - y) ** 2))
        w = w - learning_rate * X.T @ (a - y) / len(y)
        b = b - learning_rate * np.mean(a - y)
    return w, b, losses


@wrong("train_neuron", "the new w is used for the gradient of b")
def _(X, y, learning_rate, epochs):
    w, b, losses = np.zeros(X.shape[1]), 0.0, []
    for _k in range(epochs):
        a = _s(X @ w + b)
        losses.append(-np.mean(y * np.log(a) + (1 - y) * np.log(1 - a)))
        w = w - learning_rate * X.T @ (a - y) / len(y)
        a = _s(X @ w + b)
        b = b - learning_rate * np.mean(a - y)
    return w, b, losses


@wrong("train_neuron", "stops early when the loss hardly changes")
def _(X, y, learning_rate, epochs):
    w, b, losses = np.zeros(X.shape[1]), 0.0, []
    for _k in range(epochs):
        a = _s(X @ w + b)
        losses.append(-np.mean(y * np.log(a) + (1 - y) * np.log(1 - a)))
        if len(losses) > 3 and abs(losses[-1] - losses[-2]) < 1e-2:
            break
        w = w - learning_rate * X.T @ (a - y) / len(y)
        b = b - learning_rate * np.mean(a - y)
    return w, b, losses


@right("train_neuron", "a class with its own cache, losses as an array")
def _(X, y, learning_rate, epochs):
    class Neuron:
        def __init__(self, D):
            self.w, self.b = np.zeros(D), 0.0

        def forward(self, X):
            self.X, self.a = X, _s(X @ self.w + self.b)
            return self.a

        def backward(self, y):
            d = (self.a - y) / y.size
            self.dw, self.db = d @ self.X, d.sum()

        def step(self, rate):
            self.w -= rate * self.dw
            self.b -= rate * self.db

    n, history = Neuron(X.shape[1]), np.zeros(epochs)
    for k in range(epochs):
        p = n.forward(X)
        history[k] = -np.mean(np.log(np.where(y == 1, p, 1 - p)))
        n.backward(y)
        n.step(learning_rate)
    return n.w, n.b, history


def _timed(fn):
    @functools.wraps(fn)
    def wrapper(*args, **kwargs):
        return fn(*args, **kwargs)

    return wrapper


@right("train_neuron", "decorated, with functools.reduce")
@_timed
def _(X, y, learning_rate, epochs):
    def one(state, _k):
        theta, losses = state
        p = _s(X1 @ theta)
        loss = float(-np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)))
        return theta - learning_rate * X1.T @ (p - y) / len(y), losses + [loss]

    X1 = np.hstack([X, np.ones((len(X), 1))])
    theta, losses = functools.reduce(one, range(epochs), (np.zeros(X1.shape[1]), []))
    return theta[:-1], theta[-1], losses
