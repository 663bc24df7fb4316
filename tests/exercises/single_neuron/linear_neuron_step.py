"""linear_neuron_step: what must pass, and what must be told."""

import numpy as np


def step_with_named_gradient(x, w, y, learning_rate):
    error = w * x - y
    return w - learning_rate * (2 * error * x)


def step_as_numpy_scalar(x, w, y, learning_rate):
    return np.array(w + 2 * learning_rate * x * (y - w * x))


def step_by_halves(x, w, y, learning_rate):
    return float(w - np.multiply(learning_rate, x * (w * x - y)) * 2)


def step_by_differences(x, w, y, learning_rate):
    def loss(v):
        return (y - v * x) ** 2

    return w - learning_rate * (loss(w + 1) - loss(w - 1)) / 2


def input_squared(x, w, y, learning_rate):
    return w + 2 * learning_rate * (y - w * x) * x**2


def rate_squared(x, w, y, learning_rate):
    return w + 2 * learning_rate**2 * (y - w * x) * x


def target_for_input(x, w, y, learning_rate):
    return w + 2 * learning_rate * (y - w * x) * y


def rate_written_in(x, w, y, learning_rate):
    return w + 2 * 0.1 * (y - w * x) * x


def nothing_learned(x, w, y, learning_rate):
    return w


def answer_written_in(x, w, y, learning_rate):
    return 1.7


def rounded_weight(x, w, y, learning_rate):
    return round(w + 2 * learning_rate * (y - w * x) * x, 2)


def weight_and_loss(x, w, y, learning_rate):
    return w + 2 * learning_rate * (y - w * x) * x, (y - w * x) ** 2


def two_steps(x, w, y, learning_rate):
    for _ in range(2):
        w = w + 2 * learning_rate * (y - w * x) * x
    return w


def uphill_and_halved(x, w, y, learning_rate):
    grad = (y - w * x) * x
    return w - learning_rate * grad


def error_without_input(x, w, y, learning_rate):
    p = w * x
    (p - y) ** 2
    grad = 2 * (p - y)
    w -= learning_rate * grad
    return w


def twice_the_prediction(x, w, y, learning_rate):
    return w - learning_rate * (2 * w * x - y) * x


def step_in_a_lambda(x, w, y, learning_rate):
    err = np.subtract(w * x, y)
    g = 2.0 * err * x
    return (lambda w: w - learning_rate * g)(w)


ACCEPTED = [
    step_in_a_lambda,
    step_with_named_gradient,
    step_as_numpy_scalar,
    step_by_halves,
    step_by_differences,
]


def sigmoid_in_a_linear_neuron(x, w, y, learning_rate):
    return w - learning_rate * 2 * (1 / (1 + np.exp(-w * x)) - y) * x


def sigmoid_and_its_slope(x, w, y, learning_rate):
    a = 1 / (1 + np.exp(-w * x))
    return w - learning_rate * 2 * (a - y) * a * (1 - a) * x


TOLD = [
    (twice_the_prediction, "y / 2 for y"),
    (error_without_input, "input-forgotten"),
    (uphill_and_halved, "1/2 times as long", "opposite way"),
    (input_squared, "step in w", "exactly x times", "one of the arguments"),
    (rate_squared, "step in w", "exactly learning_rate times"),
    (target_for_input, "step in w", "exactly y/x times"),
    (rate_written_in, "as if learning_rate were 0.1 throughout"),
    (nothing_learned, "has not moved at all"),
    (answer_written_in, "1.7 in every case", "written into the function"),
    (rounded_weight, "right to 2 decimals", "rounded"),
    (weight_and_loss, "2 things where one is asked, w", "Number 1 of them is the right one"),
    (two_steps, "applied twice", "1.7 belongs there"),
    (sigmoid_in_a_linear_neuron, "sigmoid-neuron"),
    (sigmoid_and_its_slope, "sigmoid-neuron-with-its-slope"),
    (
        lambda x, w, y, learning_rate: (
            w - learning_rate if x * (w * x - y) > 0 else w + learning_rate
        ),
        "sign-only",
    ),
    (
        lambda x, w, y, learning_rate: w - learning_rate * (w + x - y) * x,
        "prediction-added-and-factor",
    ),
]
