"""train_neuron: what must pass, and what must be told."""

import numpy as np

from bplab import nn


def train_with_array_of_losses(X, y, learning_rate, epochs):
    w, b, losses = np.zeros(X.shape[1]), 0.0, np.zeros(epochs)
    for i in range(epochs):
        a = nn.neuron_forward(X, w, b)
        losses[i] = nn.bce_loss(a, y)
        dw, db = nn.neuron_backward(X, a, y)
        w -= learning_rate * dw
        b -= learning_rate * db
    return w, b, losses


def train_with_bias_as_weight(X, y, learning_rate, epochs):
    X1, v, losses = np.hstack([X, np.ones((len(X), 1))]), np.zeros(X.shape[1] + 1), ()
    for _ in range(epochs):
        a = 1 / (1 + np.exp(-X1 @ v))
        losses += (-np.mean(y * np.log(a) + (1 - y) * np.log(1 - a)),)
        v = v + learning_rate * np.mean((y - a)[:, None] * X1, axis=0)
    return [list(v[:-1]), v[-1], losses]


def train_by_columns(X, y, learning_rate, epochs):
    w, b, losses = np.zeros((X.shape[1], 1)), np.zeros(1), []
    target = y.reshape(-1, 1)
    while len(losses) < epochs:
        z = X @ w + b
        losses.append(np.mean(np.logaddexp(0, z) - target * z))
        dz = (nn.sigmoid(z) - target) / len(y)
        w = w - learning_rate * X.T @ dz
        b = b - learning_rate * dz.sum(axis=0)
    return w.ravel(), b[0], losses


def train_recursive(X, y, learning_rate=0.1, epochs=100):
    def go(w, b, left):
        if left == 0:
            return w, b, []
        a = nn.sigmoid(X @ w + b)
        loss = np.mean(np.logaddexp(0, X @ w + b) - y * (X @ w + b))
        dw, db = X.T @ (a - y) / len(y), (a - y).mean()
        w, b, losses = go(w - learning_rate * dw, b - learning_rate * db, left - 1)
        return w, b, [loss, *losses]

    return go(np.zeros(X.shape[1]), 0.0, epochs)


def _loop(X, y, learning_rate, epochs, w, b, loss=nn.bce_loss):
    losses = []
    for _ in range(epochs):
        a = nn.neuron_forward(X, w, b)
        losses.append(loss(a, y))
        dw, db = nn.neuron_backward(X, a, y)
        w, b = w - learning_rate * dw, b - learning_rate * db
    return w, b, losses


def random_start(X, y, learning_rate, epochs):
    w = np.random.default_rng(0).normal(size=X.shape[1])
    return _loop(X, y, learning_rate, epochs, w, 0.0)


def another_start_every_time(X, y, learning_rate, epochs):
    w = np.random.default_rng().normal(size=X.shape[1])
    return _loop(X, y, learning_rate, epochs, w, 0.0)


def rate_not_used(X, y, learning_rate, epochs):
    return _loop(X, y, 0.01, epochs, np.zeros(X.shape[1]), 0.0)


def always_a_hundred(X, y, learning_rate, epochs):
    return _loop(X, y, learning_rate, 100, np.zeros(X.shape[1]), 0.0)


def curve_not_returned(X, y, learning_rate, epochs):
    return _loop(X, y, learning_rate, epochs, np.zeros(X.shape[1]), 0.0)[:2]


def curve_backward(X, y, learning_rate, epochs):
    w, b, losses = _loop(X, y, learning_rate, epochs, np.zeros(X.shape[1]), 0.0)
    return w, b, losses[::-1]


def accuracy_for_loss(X, y, learning_rate, epochs):
    def accuracy(a, y):
        return np.mean((a > 0.5) == y)

    return _loop(X, y, learning_rate, epochs, np.zeros(X.shape[1]), 0.0, accuracy)


def whole_number_weights(X, y, learning_rate, epochs):
    w, b = np.zeros(X.shape[1], dtype=int), 0.0
    dw, db = nn.neuron_backward(X, nn.neuron_forward(X, w, b), y)
    w -= learning_rate * dw
    return w, b - learning_rate * db, [np.log(2)]


ACCEPTED = [
    train_with_array_of_losses,
    train_with_bias_as_weight,
    train_by_columns,
    train_recursive,
]


def after_each_example(X, y, learning_rate, epochs):
    w, b, losses = np.zeros(X.shape[1]), 0.0, []
    for _ in range(epochs):
        losses.append(nn.bce_loss(nn.sigmoid(X @ w + b), y))
        for x, label in zip(X, y, strict=True):
            a = nn.sigmoid(x @ w + b)
            w, b = w - learning_rate * (a - label) * x, b - learning_rate * (a - label)
    return w, b, losses


def _from(w, bias=1.0):
    def train(X, y, learning_rate, epochs):
        at, b, losses = w(X.shape[1]), 0.0, []
        for _ in range(epochs):
            a = nn.sigmoid(X @ at + b)
            losses.append(nn.bce_loss(a, y))
            dw, db = nn.neuron_backward(X, a, y)
            at, b = at - learning_rate * dw, b - bias * learning_rate * db
        return at, b, losses

    return train


started_at_random = _from(lambda D: 0.01 * np.random.default_rng(0).normal(size=D))
started_at_ones_without_a_bias = _from(np.ones, bias=0.0)


def example_by_example_shuffled(X, y, learning_rate, epochs):
    rng, w, b, losses = np.random.default_rng(0), np.zeros(X.shape[1]), 0.0, []
    for _ in range(epochs):
        losses.append(nn.bce_loss(nn.sigmoid(X @ w + b), y))
        for i in rng.permutation(len(y)):
            off = nn.sigmoid(X[i] @ w + b) - y[i]
            w, b = w - learning_rate * off * X[i], b - learning_rate * off
    return w, b, losses


def running_mean_of_losses(X, y, learning_rate, epochs):
    w, b, losses = nn.train_neuron(X, y, learning_rate, epochs)
    return w, b, list(np.cumsum(losses) / np.arange(1, epochs + 1))


def smoothed_losses(X, y, learning_rate, epochs):
    w, b, losses = nn.train_neuron(X, y, learning_rate, epochs)
    smooth = losses[:1]
    for loss in losses[1:]:
        smooth.append(0.9 * smooth[-1] + 0.1 * loss)
    return w, b, smooth


def recording(share):
    def train(X, y, learning_rate, epochs):
        w, b, shares = np.zeros(X.shape[1]), 0.0, []
        for _ in range(epochs):
            a = nn.neuron_forward(X, w, b)
            shares.append(share(a, y))
            dw, db = nn.neuron_backward(X, a, y)
            w, b = w - learning_rate * dw, b - learning_rate * db
        return w, b, shares

    return train


def ones_and_losses_after(X, y, learning_rate, epochs):
    w, b, losses = np.ones(X.shape[1]), 1.0, []
    for _ in range(epochs):
        dw, db = nn.neuron_backward(X, nn.neuron_forward(X, w, b), y)
        w, b = w - learning_rate * dw, b - learning_rate * db
        losses.append(nn.bce_loss(nn.neuron_forward(X, w, b), y))
    return w, b, losses


TOLD = [
    (random_start, "starts-elsewhere", "0.6931"),
    (another_start_every_time, "Two calls with the same arguments"),
    (rate_not_used, "All that you return", "learning_rate = 0.01 throughout"),
    (always_a_hundred, "losses has 100 values", "The first 5 agree", "too long"),
    (curve_not_returned, "3 things (w, b, losses)"),
    (curve_backward, "another order", "w and b are right"),
    (accuracy_for_loss, "bce_loss/accuracy", "losses[0] is", "0.6931 belongs there"),
    (whole_number_weights, "UFuncTypeError", "whole numbers cannot take fractions"),
    (after_each_example, "example-by-example"),
    (started_at_random, "starts-elsewhere"),
    (started_at_ones_without_a_bias, "starts-elsewhere-and-bias-frozen"),
    (example_by_example_shuffled, "as-far-as-many-steps"),
    (running_mean_of_losses, "losses holds running means"),
    (smoothed_losses, "right-at-the-start", "and so are the updates"),
    (recording(lambda a, y: np.mean((a >= 0.5) != y)), "errors-recorded"),
    (recording(lambda a, y: 1 - np.mean(np.abs((a >= 0.5) - y))), "accuracy-recorded"),
    (
        ones_and_losses_after,
        "loss-after-update-and-starts-at-ones",
        'Of the one alone one would say: "w and b are right; each of your losses',
    ),
]
