"""Mistakes in the gradient that train_neuron steps along."""

import numpy as np

from bplab import nn
from bplab.exercises.single_neuron.train_neuron import train_neuron, trained


@train_neuron.mistake(
    "uphill",
    "Your loss rises from epoch to epoch: the first step goes uphill.",
    "Is a sign missing in the update, or one too many in the gradient?",
    "Descent subtracts learning_rate times the gradient, and the gradient begins with a - y.",
)
def _(X, y, learning_rate, epochs):
    return trained(X, y, -learning_rate, epochs)


@train_neuron.mistake(
    "bias-not-trained",
    "b is still 0 at the end: it never learned.",
    "Is b different after one epoch?",
    "Without a bias the decision line passes through the origin. b takes its step with db.",
)
def _(X, y, learning_rate, epochs):
    def backward(X, a, y):
        return nn.neuron_backward(X, a, y)[0], 0.0

    return trained(X, y, learning_rate, epochs, backward)


@train_neuron.mistake(
    "not-averaged",
    "Your steps are {N} times too long, and your data have {N} rows.",
    "Is the gradient you step along that of the mean loss, or of the sum?",
    "The loss is a mean over N examples, so its gradient carries one 1/N.",
)
def _(X, y, learning_rate, epochs):
    return trained(X, y, learning_rate * len(y), epochs)


@train_neuron.mistake(
    "example-by-example",
    "You update after every single example; here one update uses all examples together.",
    "How many updates does one epoch of yours make?",
    "The gradient of the mean loss is the mean of all examples' gradients at the same w and b; "
    "only then comes the step.",
)
def _(X, y, learning_rate, epochs):
    w, b, losses = np.zeros(X.shape[1]), 0.0, []
    for _ in range(epochs):
        losses.append(nn.bce_loss(nn.neuron_forward(X, w, b), y))
        for i in range(len(y)):
            one, label = X[i : i + 1], y[i : i + 1]
            dw, db = nn.neuron_backward(one, nn.neuron_forward(one, w, b), label)
            w, b = w - learning_rate * dw, b - learning_rate * db
    return w, b, losses


@train_neuron.mistake(
    "gradients-added-up",
    "Your first update is right; after it you step along the sum of all gradients so far.",
    "Is dw fresh in every epoch, or added to what the last one left?",
    "Each step uses the gradient at the present w and b, and no older one.",
)
def _(X, y, learning_rate, epochs):
    total_w, total_b = np.zeros(X.shape[1]), 0.0

    def backward(X, a, y):
        nonlocal total_w, total_b
        dw, db = nn.neuron_backward(X, a, y)
        total_w, total_b = total_w + dw, total_b + db
        return total_w, total_b

    return trained(X, y, learning_rate, epochs, backward)


@train_neuron.mistake(
    "slope-kept",
    "Your steps are shorter than they should be, example by example: an extra factor a(1 - a) is "
    "in the gradient.",
    "Which gradient does the loop use: yours from the exercise before, or another?",
    "For the cross-entropy through the sigmoid dz = a - y; the slope has cancelled.",
)
def _(X, y, learning_rate, epochs):
    def backward(X, a, y):
        dz = (a - y) * a * (1 - a) / len(y)
        return X.T @ dz, dz.sum()

    return trained(X, y, learning_rate, epochs, backward)


@train_neuron.mistake(
    "rate-fades",
    "Your first update is right; after it your learning rate shrinks as 1/t.",
    "Is learning_rate the same in the last epoch as in the first?",
    "Here the rate is fixed: every update is learning_rate times the gradient. (Rates that fade "
    "come in chapter 4.)",
)
def _(X, y, learning_rate, epochs):
    t = 0

    def backward(X, a, y):
        nonlocal t
        t += 1
        dw, db = nn.neuron_backward(X, a, y)
        return dw / t, db / t

    return trained(X, y, learning_rate, epochs, backward)


@train_neuron.mistake(
    "squared-error-throughout",
    "You trained on the squared error: your losses begin at 0.25, and the steps are its steps.",
    "Which loss does the exercise name? What is it for a = 1/2?",
    "The cross-entropy starts at log 2 = 0.693, and its gradient begins with a - y.",
)
def _(X, y, learning_rate, epochs):
    w, b, losses = np.zeros(X.shape[1]), 0.0, []
    for _ in range(epochs):
        a = nn.neuron_forward(X, w, b)
        losses.append(nn.mse_loss(a, y))
        dz = 2 * (a - y) * a * (1 - a) / len(y)
        w, b = w - learning_rate * (X.T @ dz), b - learning_rate * dz.sum()
    return w, b, losses


@train_neuron.mistake(
    "bias-from-moved-weights",
    "Your bias's gradient is taken after w has moved: the two steps start from different places.",
    "Which w do the activations belong to from which db is made?",
    "Both gradients come from one forward pass; then w and b take their steps together.",
)
def _(X, y, learning_rate, epochs):
    w, b, losses = np.zeros(X.shape[1]), 0.0, []
    for _ in range(epochs):
        a = nn.neuron_forward(X, w, b)
        losses.append(nn.bce_loss(a, y))
        w = w - learning_rate * nn.neuron_backward(X, a, y)[0]
        b = b - learning_rate * nn.neuron_backward(X, nn.neuron_forward(X, w, b), y)[1]
    return w, b, losses


@train_neuron.mistake(
    "bias-uphill",
    "Your bias climbs: w goes downhill and b uphill.",
    "Compare the two lines that update: which sign has each?",
    "Both parameters go against their own gradient: minus learning_rate times db, as with dw.",
)
def _(X, y, learning_rate, epochs):
    def backward(X, a, y):
        dw, db = nn.neuron_backward(X, a, y)
        return dw, -db

    return trained(X, y, learning_rate, epochs, backward)


@train_neuron.mistake(
    "bias-not-averaged",
    "The step of your bias is {N} times too long, and you have {N} rows; that of w is right.",
    "How is db made from a - y: a sum, or a mean?",
    "The loss is a mean over the examples, and so is each of its gradients.",
)
def _(X, y, learning_rate, epochs):
    def backward(X, a, y):
        dw, db = nn.neuron_backward(X, a, y)
        return dw, len(y) * db

    return trained(X, y, learning_rate, epochs, backward)


@train_neuron.mistake(
    "weights-not-averaged",
    "The step of your weights is {N} times too long, and you have {N} rows; that of b is right.",
    "How is dw made from a - y: is there a division by N?",
    "The loss is a mean over the examples, and so is each of its gradients.",
)
def _(X, y, learning_rate, epochs):
    def backward(X, a, y):
        dw, db = nn.neuron_backward(X, a, y)
        return len(y) * dw, db

    return trained(X, y, learning_rate, epochs, backward)


@train_neuron.mistake(
    "uphill-and-summed",
    "Two things at once: you go uphill, and {N} times too far, the number of your rows.",
    "Is the gradient that of the mean loss, and is it subtracted?",
    "Descent subtracts learning_rate times the gradient of the mean, which carries one 1/N.",
)
def _(X, y, learning_rate, epochs):
    def backward(X, a, y):
        dw, db = nn.neuron_backward(X, a, y)
        return -len(y) * dw, -len(y) * db

    return trained(X, y, learning_rate, epochs, backward)


@train_neuron.mistake(
    "one-example-an-epoch",
    "Each of your updates uses a single example, a different one in every epoch.",
    "How many examples have a say in your first update?",
    "One epoch here is one update, along the mean of all examples' gradients.",
)
def _(X, y, learning_rate, epochs):
    w, b, losses = np.zeros(X.shape[1]), 0.0, []
    for epoch in range(epochs):
        losses.append(nn.bce_loss(nn.neuron_forward(X, w, b), y))
        i = epoch % len(y)
        dz = nn.neuron_forward(X, w, b)[i] - y[i]
        w, b = w - learning_rate * X[i] * dz, b - learning_rate * dz
    return w, b, losses


def _descended(X, y, learning_rate, epochs, direction):
    """train_neuron along directions made from the gradients and what was before them."""
    w, b, losses, memory = np.zeros(X.shape[1]), 0.0, [], (0.0, 0.0)
    for _ in range(epochs):
        a = nn.neuron_forward(X, w, b)
        losses.append(nn.bce_loss(a, y))
        memory = direction(w, b, *nn.neuron_backward(X, a, y), memory)
        w, b = w - learning_rate * memory[0], b - learning_rate * memory[1]
    return w, b, losses


for _beta in (0.9, 0.5):
    train_neuron.mistake(
        f"momentum-{_beta:g}",
        f"Your first update is right; after it each step holds {_beta:g} of the one before, as "
        "momentum does.",
        "Which gradients does your second step go along: the present one, or older ones too?",
        "One update: w - learning_rate * dw, with the gradient at the present w and b alone.",
    )(
        lambda X, y, learning_rate, epochs, beta=_beta: _descended(
            X,
            y,
            learning_rate,
            epochs,
            lambda w, b, dw, db, v: (beta * v[0] + dw, beta * v[1] + db),
        )
    )

for _lam in (0.1, 0.01, 0.001):
    train_neuron.mistake(
        f"weights-decay-{_lam:g}",
        f"Your first update is right; after it {_lam:g} times w is taken off beside the gradient: "
        "weight decay.",
        "Which term of your update has w in it? Only the place one starts from should.",
        "The loss here has no penalty, so its gradient holds nothing of w itself.",
    )(
        lambda X, y, learning_rate, epochs, lam=_lam: _descended(
            X, y, learning_rate, epochs, lambda w, b, dw, db, v: (dw + lam * w, db)
        )
    )
