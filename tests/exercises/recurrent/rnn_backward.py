"""rnn_backward: what must pass, and what must be told."""

import numpy as np

from bplab import nn
from bplab.exercises.recurrent.sequences import blame_at_each_step, states_before


def all_at_once(dH, X, h0, H, Wx, Wh):
    """The blame of every step first, then the gradients in one product each."""
    da = blame_at_each_step(dH, X, h0, H, Wx, Wh)
    return (
        da @ Wx.T,
        da[:, 0] @ Wh.T,
        np.einsum("ntd,nth->dh", X, da),
        np.einsum("ntk,nth->kh", states_before(h0, H), da),
        da.sum(axis=(0, 1)),
    )


def own_accumulators(dH, X, h0, H, Wx, Wh):
    T = X.shape[1]
    dX = np.empty_like(X)
    dWx, dWh, db = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros(Wh.shape[1])
    dh = np.zeros_like(h0)
    for t in range(T - 1, -1, -1):
        dh = dh + dH[:, t]
        da = (1 - H[:, t] ** 2) * dh
        dX[:, t] = da.dot(Wx.T)
        dWx += X[:, t].T.dot(da)
        dWh += (h0 if t == 0 else H[:, t - 1]).T.dot(da)
        db += da.sum(0)
        dh = da.dot(Wh.T)
    return [dX, dh, dWx, dWh, db]


def by_sources(dH, X, h0, H, Wx, Wh):
    """Each moment's loss sent back on its own, then added up."""
    total = None
    for t in range(X.shape[1]):
        part = np.zeros(dH.shape)
        part[:, t] = dH[:, t]
        found = own_accumulators(part, X, h0, H, Wx, Wh)
        total = found if total is None else [a + b for a, b in zip(total, found, strict=True)]
    return tuple(total)


ACCEPTED = [all_at_once, own_accumulators, by_sources]


def walk(
    join=lambda own, later: own + later,
    before=lambda t, h0, H: H[:, t - 1] if t else h0,
    gather=lambda a, b: a + b,
    fade=1.0,
):
    def rnn_backward(dH, X, h0, H, Wx, Wh):
        dX, later, totals = np.zeros(X.shape), np.zeros(h0.shape), None
        for t in reversed(range(X.shape[1])):
            dX[:, t], later, *shares = nn.rnn_step_backward(
                join(dH[:, t], later), X[:, t], before(t, h0, H), H[:, t], Wx, Wh
            )
            later = fade * later
            if totals is None:
                totals = shares
            else:
                totals = [gather(a, b) for a, b in zip(totals, shares, strict=True)]
        return dX, later, *totals

    return rnn_backward


def without_first_step(dH, X, h0, H, Wx, Wh):
    dX, _, *_ = nn.rnn_backward(dH, X, h0, H, Wx, Wh)
    rest = nn.rnn_backward(dH[:, 1:], X[:, 1:], H[:, 0], H[:, 1:], Wx, Wh)
    return dX, nn.rnn_backward(dH, X, h0, H, Wx, Wh)[1], *rest[2:]


def averaged(dH, X, h0, H, Wx, Wh):
    dX, dh0, *weights = nn.rnn_backward(dH, X, h0, H, Wx, Wh)
    return dX, dh0, *(w / X.shape[1] for w in weights)


def later_past_the_slope(dH, X, h0, H, Wx, Wh):
    da, later = np.zeros_like(H), 0
    for t in reversed(range(X.shape[1])):
        da[:, t] = dH[:, t] * (1 - H[:, t] ** 2) + later
        later = da[:, t] @ Wh.T
    dWh = np.einsum("ntk,nth->kh", states_before(h0, H), da)
    return da @ Wx.T, later, np.einsum("ntd,nth->dh", X, da), dWh, da.sum(axis=(0, 1))


def bias_of_first_step(dH, X, h0, H, Wx, Wh):
    *others, _ = nn.rnn_backward(dH, X, h0, H, Wx, Wh)
    return *others, blame_at_each_step(dH, X, h0, H, Wx, Wh)[:, 0].sum(axis=0)


def unsquared_and_cut_off(dH, X, h0, H, Wx, Wh, slope=lambda h: 1 - h, first=0, later=0.0):
    """A walk of its own with another slope, that adds nothing from later or stops early."""
    dX, dh = np.zeros(X.shape), np.zeros(h0.shape)
    dWx, dWh, db = np.zeros(Wx.shape), np.zeros(Wh.shape), np.zeros(len(Wh))
    for t in range(X.shape[1] - 1, first - 1, -1):
        before = H[:, t - 1] if t else h0
        da = (dH[:, t] + later * dh) * slope(H[:, t])
        dX[:, t], dh = da @ Wx.T, da @ Wh.T
        dWx, dWh, db = dWx + X[:, t].T @ da, dWh + before.T @ da, db + da.sum(axis=0)
    return dX, dh, dWx, dWh, db


def without_the_first_step(*given):
    return unsquared_and_cut_off(*given, slope=lambda h: 1 - h**2, first=1, later=1.0)


def unsquared_without_the_first_step(*given):
    return unsquared_and_cut_off(*given, first=1, later=1.0)


TOLD = [
    (without_the_first_step, "first-step-left-out"),
    (unsquared_and_cut_off, "rnn_step_backward/square-forgotten-and-later-forgotten"),
    (
        unsquared_without_the_first_step,
        "rnn_step_backward/square-forgotten-and-first-step-left-out",
    ),
    (later_past_the_slope, "later-past-the-slope"),
    (bias_of_first_step, "step 1's share is there once, as it should be"),
    (walk(join=lambda own, later: own), "later-forgotten"),
    (walk(join=lambda own, later: later if later.any() else own), "own-overwritten"),
    (walk(join=lambda own, later: own - later), "the other sign"),
    (walk(join=lambda own, later: own + 2 * later), "times in place of once"),
    (walk(fade=0.5), "taken apart"),
    (walk(before=lambda t, h0, H: H[:, t]), "old-state-one-late"),
    (walk(before=lambda t, h0, H: H[:, t - 1] if t else 0 * h0), "start-ignored"),
    (walk(before=lambda t, h0, H: H[:, t - 1]), "end-for-start"),
    (walk(before=lambda t, h0, H: h0), "dWh"),
    (walk(gather=lambda a, b: b), "last-share-only"),
    (walk(gather=lambda a, b: a), "step 5's share is there once"),
    (without_first_step, "step 1's share is missing"),
    (averaged, "averaged-over-time"),
    (lambda *given: nn.rnn_backward(*given)[2:], "should hold 5 things"),
    (lambda dH, X, h0, H, Wx, Wh: nn.rnn_backward(dH, X, h0, H, Wx, Wh.T), "dX"),
]
