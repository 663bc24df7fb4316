"""What wrong numbers can be derived from: other inputs, a named mistake's factor, a formula."""

import numpy as np
import pytest

from bplab import nn
from bplab.exercises import find


def softmax_and_an_eps(Z):
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    return E / (E.sum(axis=1, keepdims=True) + 1e-6)


def slopes_exchanged(dA, Z, kind):
    other = {"tanh": "sigmoid", "sigmoid": "tanh"}.get(kind, kind)
    return nn.activation_backward(dA, Z, other)


def first_bias_in_second_sum(x, y, w1, b1, w2, b2):
    values = nn.two_neuron_forward(x, y, w1, b1, w2, b2)
    values["z2"] = w2 * values["a1"] + b1
    values["a2"] = float(nn.sigmoid(values["z2"]))
    return values | {"loss": (values["a2"] - y) ** 2}


def second_delta_for_w1(x, y, w1, w2, values):
    grads = nn.two_neuron_backward(x, y, w1, w2, values)
    return grads | {"dw1": grads["db2"] * x}


DERIVED = [
    ("mse_loss", lambda p, y: ((p - y) ** 2)[:-1].sum() / len(p), "without the last example, but"),
    ("mse_loss", lambda p, y: (p.sum() - y.sum()) ** 2, "averaged first and squared afterwards"),
    ("neuron_forward", lambda X, w, b: nn.sigmoid(X[:, 1:] @ w[1:] + b), "without the first input"),
    (
        "neuron_backward",
        lambda X, a, y: (X.T @ (y - a), (y - a).sum()),
        "N times what it should be",
    ),
    ("neuron_backward", lambda X, a, y: (X.T @ (y - a), (y - a).sum()), "the opposite sign"),
    (
        "neuron_backward",
        lambda X, a, y: nn.neuron_backward(X - X.mean(axis=0), a, y),
        "with each column of X centered",
    ),
    (
        "train_neuron",
        lambda X, y, rate, epochs: nn.train_neuron(X, y, rate / len(y), epochs),
        "dw is exactly 1/",  # a mean of means, or the rate over N
    ),
    ("sigmoid", lambda z: nn.sigmoid(np.abs(z)), "absolute value"),
    ("sigmoid", lambda z: np.maximum(z, 0), "a is exactly ReLU(z)"),
    ("sigmoid_grad", lambda z: z * (1 - nn.sigmoid(z)), "slope is exactly z * (1 - sigma(z))"),
    ("two_neuron_forward", first_bias_in_second_sum, "z2 is exactly a1 * w2 + b1"),
    ("two_neuron_backward", second_delta_for_w1, "dw1 is exactly x * db2"),
    ("activation_backward", slopes_exchanged, "by itself: For tanh your slope is that of sigmoid."),
    ("linear_backward", lambda dZ, X, W: (dZ @ W.T, X.T @ dZ, dZ / len(X)), "a row of 4 for each"),
    ("softmax", softmax_and_an_eps, "an extra eps"),
    (
        "neuron_forward",
        lambda X, w, b: [float(nn.sigmoid(X[-1] @ w + b))] * len(X),
        "Every entry of a holds the same, that of the last one",
    ),
]


@pytest.mark.parametrize("name, solution, words", DERIVED)
def test_wrong_numbers_are_derived_from_something(name, solution, words):
    for seed in (None, 3):
        report = find(name).examine(solution, seed)
        assert not report.passed and len(report.hints) == 3
        assert words in str(report), str(report)


def test_a_float32_answer_is_still_called_so():
    def in_float32(X, W, b):
        return np.asarray(X.astype(np.float32) @ W.astype(np.float32) + b, dtype=float)

    report = find("linear_forward").examine(in_float32)
    assert report.mistake == "float32", str(report)
