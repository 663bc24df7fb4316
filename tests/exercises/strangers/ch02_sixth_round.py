"""A short sixth round, chapters 1 and 2: more of what is rare and of two mistakes at once.

Written after the fifth was mended, before any of these was run.
"""

import numpy as np

from bplab import nn
from tests.exercises.strangers.table import wrong


def _s(z):
    return 0.5 + 0.5 * np.tanh(0.5 * np.asarray(z, dtype=float))


wrong("linear_neuron_step", "the step is taken twice")(
    lambda x, w, y, learning_rate: nn.linear_neuron_step(
        x, nn.linear_neuron_step(x, w, y, learning_rate), y, learning_rate
    )
)
wrong("linear_neuron_step", "divides the gradient by x: solves for w")(
    lambda x, w, y, learning_rate: w + learning_rate * 2 * (y - w * x) / x
)
wrong("linear_neuron_step", "y and the prediction exchanged, and the rate outside", "two")(
    lambda x, w, y, learning_rate: w - 2 * x * (y - w * x) - learning_rate
)
wrong("sigmoid", "clipped to at least 1e-7 and at most 1 - 1e-7")(
    lambda z: np.clip(_s(z), 1e-7, 1 - 1e-7)
)
wrong("sigmoid", "exp(-z) above the bar, too")(
    lambda z: np.exp(-np.clip(z, -700, 700)) / (1 + np.exp(-np.clip(z, -700, 700)))
)
wrong("sigmoid", "arctan squeezed into 0..1")(lambda z: 0.5 + np.arctan(z) / np.pi)
wrong("neuron_forward", "the last weight is left out of the loop")(
    lambda X, w, b: _s(X[:, :-1] @ w[:-1] + b)
)
wrong("neuron_forward", "tanh neuron, and the bias forgotten", "two")(
    lambda X, w, b: np.tanh(X @ w)
)
wrong("neuron_forward", "the net input is averaged over the features")(
    lambda X, w, b: _s(X @ w / len(w) + b)
)
wrong("mse_loss", "mean over the squared error of the rounded predictions")(
    lambda p, y: np.mean((np.round(p) - y) ** 2)
)
wrong("mse_loss", "Huber: linear beyond 1")(
    lambda p, y: np.mean(np.where(np.abs(p - y) < 1, (p - y) ** 2, 2 * np.abs(p - y) - 1))
)
wrong("bce_loss", "positives weighted double, as for a rare class")(
    lambda a, y: (
        -np.mean(2 * y * np.log(np.clip(a, 1e-12, 1)) + (1 - y) * np.log(np.clip(1 - a, 1e-12, 1)))
    )
)
wrong("bce_loss", "hinge loss")(lambda a, y: np.mean(np.maximum(0, 1 - (2 * y - 1) * (2 * a - 1))))
wrong("bce_loss", "sum divided by N - 1")(lambda a, y: nn.bce_loss(a, y) * len(y) / (len(y) - 1))
wrong("neuron_backward", "dw of the largest error's example alone")(
    lambda X, a, y: (
        X[np.argmax(np.abs(a - y))] * (a - y)[np.argmax(np.abs(a - y))],
        np.mean(a - y),
    )
)
wrong("neuron_backward", "X centred first, dw of another neuron")(
    lambda X, a, y: ((X - X.mean(0)).T @ (a - y) / len(y), np.mean(a - y))
)
wrong("neuron_backward", "dw not divided, db with the other sign", "two")(
    lambda X, a, y: (X.T @ (a - y), np.mean(y - a))
)
wrong("gradient_step", "w moves with db and b with the mean of dw, uphill", "two")(
    lambda w, b, dw, db, learning_rate: (w + learning_rate * db, b + learning_rate * np.mean(dw))
)
wrong("gradient_step", "the rate is halved for the bias")(
    lambda w, b, dw, db, learning_rate: (w - learning_rate * dw, b - learning_rate / 2 * db)
)


def _neuron(X, y, rate, epochs, step):
    w, b, losses = np.zeros(X.shape[1]), 0.0, []
    for epoch in range(epochs):
        a = nn.neuron_forward(X, w, b)
        losses.append(nn.bce_loss(a, y))
        w, b = step(epoch, w, b, *nn.neuron_backward(X, a, y), rate)
    return w, b, losses


wrong("train_neuron", "rate divided by the epoch")(
    lambda X, y, learning_rate, epochs: _neuron(
        X,
        y,
        learning_rate,
        epochs,
        lambda e, w, b, dw, db, r: (w - r / (e + 1) * dw, b - r / (e + 1) * db),
    )
)
wrong("train_neuron", "weight decay beside the gradient")(
    lambda X, y, learning_rate, epochs: _neuron(
        X,
        y,
        learning_rate,
        epochs,
        lambda e, w, b, dw, db, r: (w - r * (dw + 0.01 * w), b - r * db),
    )
)
wrong("train_neuron", "momentum of 0.9 inside")(
    lambda X, y, learning_rate, epochs: _with_momentum(X, y, learning_rate, epochs)
)


def _with_momentum(X, y, rate, epochs):
    v = [0.0, 0.0]

    def step(e, w, b, dw, db, r):
        v[:] = 0.9 * v[0] + dw, 0.9 * v[1] + db
        return w - r * v[0], b - r * v[1]

    return _neuron(X, y, rate, epochs, step)


wrong("train_neuron", "the bias is not trained and the loss is a sum", "two")(
    lambda X, y, learning_rate, epochs: (lambda w, b, losses: (w, b, [v * len(y) for v in losses]))(
        *_neuron(X, y, learning_rate, epochs, lambda e, w, b, dw, db, r: (w - r * dw, b))
    )
)
wrong("tanh_grad", "2 sech(2z)")(lambda z: 2 / np.cosh(2 * np.asarray(z)))
wrong("sigmoid_grad", "a Gaussian bell that looks like it")(
    lambda z: 0.25 * np.exp(-(np.asarray(z) ** 2) / 4)
)
wrong("relu_grad", "clipped at 6: slope 0 beyond, as ReLU6")(
    lambda z: ((np.asarray(z) > 0) & (np.asarray(z) < 6)) * 1.0
)


@wrong("two_neuron_backward", "sigmoid's slope taken at a2, and dx without w1", "two")
def _(x, y, w1, w2, values):
    dz2 = 2 * (values["a2"] - y) * _s(values["a2"]) * (1 - _s(values["a2"]))
    dz1 = dz2 * w2 * (1 - values["a1"] ** 2)
    return {"dw1": dz1 * x, "db1": dz1, "dw2": dz2 * values["a1"], "db2": dz2, "dx": dz1}


@wrong("two_neuron_backward", "w1 and w2 exchanged on the way down")
def _(x, y, w1, w2, values):
    dz2 = 2 * (values["a2"] - y) * values["a2"] * (1 - values["a2"])
    dz1 = dz2 * w1 * (1 - values["a1"] ** 2)
    return {"dw1": dz1 * x, "db1": dz1, "dw2": dz2 * values["a1"], "db2": dz2, "dx": dz1 * w2}


@wrong("numerical_gradient", "five-point formula with a wrong weight: 8 and -1 over 10 h")
def _(f, x, h=1e-5):
    x = np.array(x, dtype=float)
    e = np.eye(x.size).reshape(-1, *x.shape)
    rows = [
        (8 * (f(x + h * d) - f(x - h * d)) - (f(x + 2 * h * d) - f(x - 2 * h * d))) / (10 * h)
        for d in e
    ]
    return np.reshape(rows, x.shape)


@wrong("relative_error", "mean of both sizes below the bar: twice the definition")
def _(a, b):
    return np.max(np.abs(a - b) / np.maximum((np.abs(a) + np.abs(b)) / 2, 1e-8))
