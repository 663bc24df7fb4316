"""lstm_step_backward: what must pass, and what must be told."""

import numpy as np

from bplab import nn


def gate_by_gate(dh, dc, x, h_prev, c_prev, Wx, Wh, b):
    H = len(Wh)
    s = [slice(k * H, (k + 1) * H) for k in range(4)]
    a = x @ Wx + h_prev @ Wh + b
    i, f, o = (1 / (1 + np.exp(-a[:, s[k]])) for k in range(3))
    g = np.tanh(a[:, s[3]])
    c = f * c_prev + i * g
    total = np.array(dc)
    total += dh * o / np.cosh(c) ** 2
    da = np.empty_like(a)
    da[:, s[0]] = total * g * (i - i**2)
    da[:, s[1]] = total * c_prev * (f - f**2)
    da[:, s[2]] = dh * np.tanh(c) * (o - o**2)
    da[:, s[3]] = total * i * (1 - g) * (1 + g)
    dx = sum(da[:, k] @ Wx[:, k].T for k in s)
    return [dx, da.dot(Wh.T), total * f, x.T.dot(da), h_prev.T.dot(da), da.sum(0)]


def example_by_example(dh, dc, x, h_prev, c_prev, Wx, Wh, b):
    found = [
        gate_by_gate(*(v[n : n + 1] for v in (dh, dc, x, h_prev, c_prev)), Wx, Wh, b)
        for n in range(len(x))
    ]
    rows = [np.concatenate([f[k] for f in found]) for k in range(3)]
    return (*rows, *(sum(f[k] for f in found) for k in (3, 4, 5)))


ACCEPTED = [gate_by_gate, example_by_example]


def back(
    total=lambda dh, dc, o, t: dc + dh * o * (1 - t**2),
    blocks=None,
    dc_prev=lambda total, f: total * f,
):
    def lstm_step_backward(dh, dc, x, h_prev, c_prev, Wx, Wh, b):
        i, f, o, g = np.split(x @ Wx + h_prev @ Wh + b, 4, axis=1)
        i, f, o, g = nn.sigmoid(i), nn.sigmoid(f), nn.sigmoid(o), np.tanh(g)
        t = np.tanh(f * c_prev + i * g)
        all_ = total(dh, dc, o, t)
        parts = [
            all_ * g * i * (1 - i),
            all_ * c_prev * f * (1 - f),
            dh * t * o * (1 - o),
            all_ * i * (1 - g**2),
        ]
        da = np.concatenate(blocks(parts) if blocks else parts, axis=1)
        return (
            da @ Wx.T,
            da @ Wh.T,
            dc_prev(all_, f),
            x.T @ da,
            h_prev.T @ da,
            da.sum(axis=0),
        )

    return lstm_step_backward


def bracket_squared(dh, dc, x, h_prev, c_prev, Wx, Wh, b):
    i, f, o, g = np.split(x @ Wx + h_prev @ Wh + b, 4, axis=1)
    i, f, o, g = nn.sigmoid(i), nn.sigmoid(f), nn.sigmoid(o), np.tanh(g)
    shown = np.tanh(f * c_prev + i * g)
    dc = dc + dh * o * (1 - shown) ** 2
    blocks = [
        dc * g * i * (1 - i),
        dc * c_prev * f * (1 - f),
        dh * shown * o * (1 - o),
        dc * i * (1 - g**2),
    ]
    da = np.concatenate(blocks, axis=1)
    return da @ Wx.T, da @ Wh.T, dc * f, x.T @ da, h_prev.T @ da, da.sum(axis=0)


TOLD = [
    (bracket_squared, "bracket-squared"),
    (back(lambda dh, dc, o, t: dh * o * (1 - t**2)), "later-ignored"),
    (back(lambda dh, dc, o, t: dc), "state-sends-nothing"),
    (back(lambda dh, dc, o, t: dc + dh * o), "curve-forgotten"),
    (back(lambda dh, dc, o, t: dc + dh * (1 - t**2)), "output-gate-forgotten"),
    (back(lambda dh, dc, o, t: dc - dh * o * (1 - t**2)), "the other sign"),
    (back(lambda dh, dc, o, t: 2 * dc + dh * o * (1 - t**2)), "2 times in place of once"),
    (back(blocks=lambda p: [p[0], p[1], p[3], p[2]]), "order-of-pytorch"),
    (back(blocks=lambda p: [p[0], p[1], 0 * p[2], p[3]]), "output is missing"),
    (back(blocks=lambda p: [p[0], 0 * p[1], p[2], p[3]]), "forget"),
    (back(blocks=lambda p: [p[0], -p[1], p[2], p[3]]), "the other sign"),
    (back(dc_prev=lambda total, f: total), "memory-not-gated"),
    (back(dc_prev=lambda total, f: total * f * (1 - f)), "dc_prev"),
    (back(dc_prev=lambda total, f: -total * f), "other sign"),
]
