"""A third round, chapter 1: written from the table of exercises alone, before any was run."""

import math

import numpy as np

from bplab import nn
from tests.exercises.strangers.table import right, wrong


def _s(z):
    return 0.5 * (1 + np.tanh(0.5 * np.asarray(z)))


wrong("linear_neuron_step", "steps by the loss itself, not by its slope")(
    lambda x, w, y, learning_rate: w - learning_rate * (y - w * x) ** 2
)
wrong("linear_neuron_step", "slope with respect to x: w in place of x")(
    lambda x, w, y, learning_rate: w + learning_rate * 2 * (y - w * x) * w
)
wrong("linear_neuron_step", "perceptron habit: the sign of the error alone")(
    lambda x, w, y, learning_rate: w + learning_rate * np.sign(y - w * x) * x
)


@wrong("linear_neuron_step", "two steps in place of one")
def _(x, w, y, learning_rate):
    for _ in range(2):
        w = w + learning_rate * 2 * (y - w * x) * x
    return w


@wrong("linear_neuron_step", "returns the prediction after the step, not the weight")
def _(x, w, y, learning_rate):
    w = w + learning_rate * 2 * (y - w * x) * x
    return w * x


@right("linear_neuron_step", "spelled out in small steps")
def _(x, w, y, learning_rate):
    prediction = w * x
    error = prediction - y
    dloss_dpred = 2 * error
    grad = dloss_dpred * x
    return w - learning_rate * grad


wrong("sigmoid", "tanh form without the half inside")(lambda z: 0.5 * (1 + np.tanh(z)))
wrong("sigmoid", "sign slipped in the exponent, written stably")(
    lambda z: np.exp(-np.logaddexp(0, z))
)
wrong("sigmoid", "softsign in place of the sigmoid")(lambda z: 0.5 + 0.5 * z / (1 + np.abs(z)))
wrong("sigmoid", "hard sigmoid, as in Keras")(lambda z: np.clip(0.2 * z + 0.5, 0, 1))


@wrong("sigmoid", "fills a buffer of ones and forgets the negative side")
def _(z):
    z = np.asarray(z, dtype=float)
    out = np.ones_like(z)
    out[z >= 0] = 1 / (1 + np.exp(-z[z >= 0]))
    return out


@right("sigmoid", "masks and a buffer, one formula for each side")
def _(z):
    z = np.asarray(z, dtype=float)
    out = np.empty_like(z)
    pos = z >= 0
    out[pos] = 1.0 / (1.0 + np.exp(-z[pos]))
    ez = np.exp(z[~pos])
    out[~pos] = ez / (1.0 + ez)
    return out


wrong("neuron_forward", "bias added after the sigmoid")(lambda X, w, b: _s(X @ w) + b)
wrong("neuron_forward", "rounded to a decision at one half")(
    lambda X, w, b: (_s(X @ w + b) >= 0.5).astype(float)
)
wrong("neuron_forward", "tanh in place of the sigmoid")(lambda X, w, b: np.tanh(X @ w + b))
wrong("neuron_forward", "the bias is subtracted, as a threshold")(lambda X, w, b: _s(X @ w - b))


@wrong("neuron_forward", "the inner loop overwrites z: only the last feature counts")
def _(X, w, b):
    out = []
    for row in X:
        z = b
        for j in range(len(w)):
            z = row[j] * w[j] + b
        out.append(_s(z))
    return np.array(out)


@wrong("neuron_forward", "bias added once per feature in the loop")
def _(X, w, b):
    out = np.zeros(X.shape[0])
    for i in range(X.shape[0]):
        for j in range(X.shape[1]):
            out[i] += X[i, j] * w[j] + b
    return _s(out)


@right("neuron_forward", "einsum and a scalar loop for the sigmoid")
def _(X, w, b):
    z = np.einsum("nd,d->n", X, w) + b
    return np.array(
        [1 / (1 + math.exp(-t)) if t >= 0 else math.exp(t) / (1 + math.exp(t)) for t in z]
    )


wrong("mse_loss", "the mean error squared, not the mean of the squares")(
    lambda p, y: float(np.mean(p - y) ** 2)
)
wrong("mse_loss", "root of it (RMSE)")(lambda p, y: float(np.sqrt(np.mean((p - y) ** 2))))
wrong("mse_loss", "squares first, then the difference")(lambda p, y: float(np.mean(p**2 - y**2)))
wrong("mse_loss", "skips the last example in the loop")(
    lambda p, y: sum((p[i] - y[i]) ** 2 for i in range(len(y) - 1)) / len(y)
)
right("mse_loss", "dot product of the residual with itself")(
    lambda p, y: float(np.dot(np.asarray(p) - y, np.asarray(p) - y) / len(y))
)

wrong("bce_loss", "second term without its log")(
    lambda a, y: float(-np.mean(y * np.log(np.clip(a, 1e-12, 1)) + (1 - y) * (1 - a)))
)


@wrong("bce_loss", "mean of each class on its own, then added (balanced)")
def _(a, y):
    a = np.clip(a, 1e-12, 1 - 1e-12)
    return float(-np.mean(np.log(a[y == 1])) - np.mean(np.log(1 - a[y == 0])))


@wrong("bce_loss", "log of the mean in place of the mean of the log")
def _(a, y):
    a = np.clip(a, 1e-12, 1 - 1e-12)
    return float(-np.log(np.mean(y * a + (1 - y) * (1 - a))))


@wrong("bce_loss", "divided by the number of positives")
def _(a, y):
    a = np.clip(a, 1e-12, 1 - 1e-12)
    return float(-np.sum(y * np.log(a) + (1 - y) * np.log(1 - a)) / np.sum(y))


@wrong("bce_loss", "half of it and the sum, two at once", "two")
def _(a, y):
    a = np.clip(a, 1e-12, 1 - 1e-12)
    return float(-0.5 * np.sum(y * np.log(a) + (1 - y) * np.log(1 - a)))


@right("bce_loss", "picks the probability of what happened, then one log")
def _(a, y):
    happened = np.where(np.asarray(y) == 1, a, 1 - np.asarray(a))
    return float(np.mean(-np.log(np.clip(happened, 1e-12, 1 - 1e-12))))


wrong("neuron_backward", "residual squared")(
    lambda X, a, y: (X.T @ (a - y) ** 2 / len(y), float(np.mean((a - y) ** 2)))
)
wrong("neuron_backward", "decisions in place of probabilities")(
    lambda X, a, y: (X.T @ ((a > 0.5) - y) / len(y), float(np.mean((a > 0.5) - y)))
)
wrong("neuron_backward", "mean for dw, sum for db")(
    lambda X, a, y: (X.T @ (a - y) / len(y), float(np.sum(a - y)))
)
wrong("neuron_backward", "absolute error: blame has lost its sign")(
    lambda X, a, y: (X.T @ np.abs(a - y) / len(y), float(np.mean(np.abs(a - y))))
)


@wrong("neuron_backward", "loop divides by N inside and once more at the end")
def _(X, a, y):
    N, D = X.shape
    dw, db = np.zeros(D), 0.0
    for i in range(N):
        dw += (a[i] - y[i]) * X[i] / N
        db += (a[i] - y[i]) / N
    return dw / N, db / N


@right("neuron_backward", "loops over examples, means taken at the end")
def _(X, a, y):
    dw, db = np.zeros(X.shape[1]), 0.0
    for row, guess, label in zip(X, a, y, strict=True):
        dw += (guess - label) * row
        db += guess - label
    return dw / len(y), float(db / len(y))


wrong("gradient_step", "b moves by the mean of dw")(
    lambda w, b, dw, db, learning_rate: (w - learning_rate * dw, b - learning_rate * np.mean(dw))
)
wrong("gradient_step", "gradient made unit length first")(
    lambda w, b, dw, db, learning_rate: (
        w - learning_rate * dw / np.linalg.norm(dw),
        b - learning_rate * db,
    )
)
wrong("gradient_step", "only the steps come back, not the new weights")(
    lambda w, b, dw, db, learning_rate: (-learning_rate * dw, -learning_rate * db)
)
wrong("gradient_step", "weight decay copied in from another course")(
    lambda w, b, dw, db, learning_rate: (w * 0.99 - learning_rate * dw, b - learning_rate * db)
)
wrong("gradient_step", "rate applied to the weight: w times (1 - rate) minus dw")(
    lambda w, b, dw, db, learning_rate: (w * (1 - learning_rate) - dw, b * (1 - learning_rate) - db)
)
right("gradient_step", "a list comprehension over both")(
    lambda w, b, dw, db, learning_rate: [v - learning_rate * g for v, g in ((w, dw), (b, db))]
)


def _training(X, y, learning_rate, epochs, each):
    w, b, losses = np.zeros(X.shape[1]), 0.0, []
    for epoch in range(epochs):
        w, b = each(w, b, losses, epoch)
    return w, b, losses


@wrong("train_neuron", "the forward pass is outside the loop: a is never renewed")
def _(X, y, learning_rate, epochs):
    w, b, losses = np.zeros(X.shape[1]), 0.0, []
    a = nn.neuron_forward(X, w, b)
    for _ in range(epochs):
        losses.append(nn.bce_loss(a, y))
        dw, db = nn.neuron_backward(X, a, y)
        w, b = nn.gradient_step(w, b, dw, db, learning_rate)
    return w, b, losses


@wrong("train_neuron", "losses hold mean squared errors")
def _(X, y, learning_rate, epochs):
    def each(w, b, losses, epoch):
        a = nn.neuron_forward(X, w, b)
        losses.append(nn.mse_loss(a, y))
        return nn.gradient_step(w, b, *nn.neuron_backward(X, a, y), learning_rate)

    return _training(X, y, learning_rate, epochs, each)


@wrong("train_neuron", "the rate shrinks as 1 / (1 + epoch)")
def _(X, y, learning_rate, epochs):
    def each(w, b, losses, epoch):
        a = nn.neuron_forward(X, w, b)
        losses.append(nn.bce_loss(a, y))
        return nn.gradient_step(w, b, *nn.neuron_backward(X, a, y), learning_rate / (1 + epoch))

    return _training(X, y, learning_rate, epochs, each)


@wrong("train_neuron", "w moves first, db is then taken at the new w")
def _(X, y, learning_rate, epochs):
    def each(w, b, losses, epoch):
        a = nn.neuron_forward(X, w, b)
        losses.append(nn.bce_loss(a, y))
        w = w - learning_rate * nn.neuron_backward(X, a, y)[0]
        a = nn.neuron_forward(X, w, b)
        return w, b - learning_rate * nn.neuron_backward(X, a, y)[1]

    return _training(X, y, learning_rate, epochs, each)


@wrong("train_neuron", "keeps the best weights seen, not the last")
def _(X, y, learning_rate, epochs):
    w, b, losses = np.zeros(X.shape[1]), 0.0, []
    best = (np.inf, w, b)
    for _ in range(epochs):
        a = nn.neuron_forward(X, w, b)
        losses.append(nn.bce_loss(a, y))
        if losses[-1] < best[0]:
            best = (losses[-1], w, b)
        w, b = nn.gradient_step(w, b, *nn.neuron_backward(X, a, y), learning_rate)
    return best[1], best[2], losses


@right("train_neuron", "by hand, nothing of the package, preallocated losses")
def _(X, y, learning_rate, epochs):
    N, D = X.shape
    w = np.zeros(D)
    b = 0.0
    losses = np.zeros(epochs)
    for i in range(epochs):
        a = _s(X.dot(w) + b)
        c = np.clip(a, 1e-12, 1 - 1e-12)
        losses[i] = -(y * np.log(c) + (1 - y) * np.log(1 - c)).mean()
        err = (a - y) / N
        w, b = w - learning_rate * err.dot(X), b - learning_rate * err.sum()
    return w, b, losses
