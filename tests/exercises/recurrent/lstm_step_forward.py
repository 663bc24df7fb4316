"""lstm_step_forward: what must pass, and what must be told."""

import numpy as np

from bplab import nn


def sigmoid(z):
    return 0.5 * (1 + np.tanh(z / 2))


def sliced(x, h_prev, c_prev, Wx, Wh, b):
    H = h_prev.shape[1]
    a = x.dot(Wx) + h_prev.dot(Wh) + b
    ifo = sigmoid(a[:, : 3 * H])
    c = ifo[:, H : 2 * H] * c_prev + ifo[:, :H] * np.tanh(a[:, 3 * H :])
    return [ifo[:, 2 * H :] * np.tanh(c), c]


def gate_by_gate(x, h_prev, c_prev, Wx, Wh, b):
    H = len(Wh)

    def block(k):
        s = slice(k * H, (k + 1) * H)
        return x @ Wx[:, s] + h_prev @ Wh[:, s] + b[s]

    c = sigmoid(block(1)) * c_prev + sigmoid(block(0)) * np.tanh(block(3))
    return sigmoid(block(2)) * np.tanh(c), c


ACCEPTED = [sliced, gate_by_gate]


def step(c, h=lambda o, c: o * np.tanh(c), order=(0, 1, 2, 3)):
    def lstm_step_forward(x, h_prev, c_prev, Wx, Wh, b):
        a = np.split(x @ Wx + h_prev @ Wh + b, 4, axis=1)
        i, f, o, g = (a[k] for k in order)
        new = c(nn.sigmoid(i), nn.sigmoid(f), np.tanh(g), c_prev)
        return h(nn.sigmoid(o), new), new

    return lstm_step_forward


def right(i, f, g, c):
    return f * c + i * g


TOLD = [
    (step(right, order=(0, 1, 3, 2)), "order-of-pytorch"),
    (step(right, order=(1, 0, 2, 3)), "input-for-forget"),
    (step(right, order=(2, 1, 0, 3)), "read in"),
    (step(lambda i, f, g, c: c + i * g), "forget-missing"),
    (step(lambda i, f, g, c: f * c + (1 - f) * g), "gates-tied"),
    (step(lambda i, f, g, c: f * c + g), "input-missing"),
    (step(right, lambda o, c: o * c), "state-not-bent"),
    (step(right, lambda o, c: np.tanh(c)), "output-missing"),
    (step(lambda i, f, g, c: np.tanh(f * c + i * g)), "memory-bent"),
    (lambda *given: step(right)(*given)[::-1], "order-swapped"),
]
