"""rnn_forward: what must pass, and what must be told."""

import numpy as np

from bplab import nn


def filled_in(X, h0, Wx, Wh, b):
    N, T, _ = X.shape
    H = np.zeros((N, T, len(b)))
    h = h0
    for t in range(T):
        h = np.tanh(X[:, t, :] @ Wx + h @ Wh + b)
        H[:, t] = h
    return H


def inputs_first(X, h0, Wx, Wh, b):
    """All inputs' parts in one product, before the walk."""
    states = [h0]
    for a in np.moveaxis(X @ Wx + b, 1, 0):
        states.append(np.tanh(a + states[-1] @ Wh))
    return np.swapaxes(np.array(states[1:]), 0, 1)


ACCEPTED = [filled_in, inputs_first]


def walk(carry=lambda h, h0: h, start=lambda h0: h0):
    def rnn_forward(X, h0, Wx, Wh, b):
        h, states = start(h0), []
        for t in range(X.shape[1]):
            h = nn.rnn_step_forward(X[:, t], h, Wx, Wh, b)
            states.append(h)
            h = carry(h, h0)
        return np.stack(states, axis=1)

    return rnn_forward


def one_array_for_all(X, h0, Wx, Wh, b):
    h, states = h0.copy(), []
    for t in range(X.shape[1]):
        h[:] = nn.rnn_step_forward(X[:, t], h, Wx, Wh, b)
        states.append(h)
    return np.stack(states, axis=1)


def bent_when_kept(X, h0, Wx, Wh, b):
    a, states = h0, []
    for t in range(X.shape[1]):
        a = X[:, t] @ Wx + a @ Wh + b
        states.append(np.tanh(a))
    return np.stack(states, axis=1)


def kept_before(start):
    def rnn_forward(X, h0, Wx, Wh, b):
        h, H = start(h0), np.zeros((*X.shape[:2], len(b)))
        for t in range(X.shape[1]):
            H[:, t] = h
            h = nn.rnn_step_forward(X[:, t], h, Wx, Wh, b)
        return H

    return rnn_forward


def over(moments, start=lambda h0: h0, at=lambda t: t):
    def rnn_forward(X, h0, Wx, Wh, b):
        h, H = start(h0), np.zeros((len(X), X.shape[1], len(Wh)))
        for t in moments(X.shape[1]):
            h = np.tanh(X[:, at(t)] @ Wx + h @ Wh + b)
            H[:, t] = h
        return H

    return rnn_forward


def last_in_all(X, h0, Wx, Wh, b):
    H = over(range)(X, h0, Wx, Wh, b)
    return H[:, -1:] + 0 * H


def start_at_every_step(X, h0, Wx, Wh, b):
    h, states = h0, []
    for t in range(X.shape[1]):
        h = nn.rnn_step_forward(X[:, t], h + h0, Wx, Wh, b)
        states.append(h)
    return np.stack(states, axis=1)


def mean_handed_on(X, h0, Wx, Wh, b):
    h, states = h0, []
    for t in range(X.shape[1]):
        h = nn.rnn_step_forward(X[:, t], h * 0 + h.mean(axis=0), Wx, Wh, b)
        states.append(h)
    return np.stack(states, axis=1)


TOLD = [
    (mean_handed_on, "Each step, the first one too, finds the mean"),
    (start_at_every_step, "start-added-at-every-step"),
    (
        lambda X, h0, Wx, Wh, b: over(range)(X, h0, Wx, Wh.T, 0 * b),
        "terms-otherwise",
        "b is left out, and Wh is turned",
    ),
    (over(lambda T: range(1, T)), "first-step-left-out"),
    (over(lambda T: range(T - 1)), "last-step-left-out"),
    (over(range, at=lambda t: -t), "counted-from-the-end"),
    (
        over(lambda T: range(T - 1), start=np.zeros_like),
        "starts-from-zeros-and-last-step-left-out",
    ),
    (last_in_all, "last-state-everywhere"),
    (bent_when_kept, "bent-when-kept-only"),
    (kept_before(lambda h0: h0), "start-for-the-last"),
    (kept_before(np.zeros_like), "starts-from-zeros-and-start-for-the-last"),
    (walk(carry=lambda h, h0: h0), "state-not-carried"),
    (walk(start=np.zeros_like), "starts-from-zeros"),
    (lambda *given: walk()(*given)[:, -1], "last-only"),
    (lambda *given: np.swapaxes(walk()(*given), 0, 1), "time-first"),
    (lambda *given: walk()(*given)[:, ::-1], "reversed-in-time"),
    (one_array_for_all, "H"),
    (lambda X, h0, Wx, Wh, b: np.tanh(X @ Wx + b), "does not depend on h_prev"),
    (lambda X, h0, Wx, Wh, b: walk()(X[:, ::-1], h0, Wx, Wh, b), "backward-in-time"),
    (lambda X, h0, Wx, Wh, b: walk()(X, h0, Wx, Wh, 0 * b), "b"),
]
