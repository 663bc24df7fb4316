"""rnn_step_backward: what must pass, and what must be told."""

import numpy as np


def stacked(dh, x, h_prev, h, Wx, Wh):
    da = dh - dh * h * h
    both = da @ np.vstack([Wx, Wh]).T
    weights = np.hstack([x, h_prev]).T @ da
    D = len(Wx)
    return both[:, :D], both[:, D:], weights[:D], weights[D:], np.ones(len(x)) @ da


def example_by_example(dh, x, h_prev, h, Wx, Wh):
    dx, dh_prev = np.zeros(x.shape), np.zeros(h_prev.shape)
    dWx, dWh, db = 0 * Wx, 0 * Wh, 0 * Wh[0]
    for n in range(len(x)):
        da = dh[n] * (1 + h[n]) * (1 - h[n])
        dx[n], dh_prev[n] = Wx @ da, Wh @ da
        dWx += np.outer(x[n], da)
        dWh += np.outer(h_prev[n], da)
        db += da
    return [dx, dh_prev, dWx, dWh, db]


def from_the_sum(dh, x, h_prev, h, Wx, Wh):
    da = dh / np.cosh(np.arctanh(h)) ** 2
    return (
        np.einsum("nh,dh->nd", da, Wx),
        np.einsum("nh,kh->nk", da, Wh),
        np.einsum("nd,nh->dh", x, da),
        np.einsum("nk,nh->kh", h_prev, da),
        da.sum(0).tolist(),
    )


ACCEPTED = [stacked, example_by_example, from_the_sum]


def back(slope, dh_prev=lambda da, Wh: da @ Wh.T, dWh=lambda da, h_prev, h: h_prev.T @ da):
    def rnn_step_backward(dh, x, h_prev, h, Wx, Wh):
        da = slope(dh, h)
        return da @ Wx.T, dh_prev(da, Wh), x.T @ da, dWh(da, h_prev, h), da.sum(axis=0)

    return rnn_step_backward


def right(dh, h):
    return dh * (1 - h**2)


def bracket_squared(dh, x, h_prev, h, Wx, Wh):
    da = dh * (1 - h) ** 2
    return da @ Wx.T, da @ Wh.T, x.T @ da, h_prev.T @ da, da.sum(axis=0)


TOLD = [
    (bracket_squared, "bracket-squared"),
    (back(lambda dh, h: dh), "slope-forgotten"),
    (back(lambda dh, h: dh * (1 - np.tanh(h) ** 2)), "slope-at-the-state"),
    (back(lambda dh, h: dh * h * (1 - h)), "slope-of-sigmoid"),
    (back(lambda dh, h: dh * (h**2 - 1)), "other sign"),
    (back(right, lambda da, Wh: da @ Wh), "weights-not-turned"),
    (back(right, dWh=lambda da, h_prev, h: h.T @ da), "new-state-for-old"),
    (back(right, dWh=lambda da, h_prev, h: da.T @ h_prev), "dwh-turned"),
    (back(right, lambda da, Wh: da), "has not gone back through Wh"),
    (back(lambda dh, h: 1 - h**2), "upstream-ignored"),
    (back(lambda dh, h: dh * (1 - h**2) / len(h)), "1/N"),
]
