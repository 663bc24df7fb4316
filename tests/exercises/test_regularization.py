"""Chapter 5: wrong solutions nobody has named are told something true and useful."""

import copy
import math

import numpy as np
import pytest

from bplab import nn
from bplab.exercises import find


def cut(order, fractions):
    a, b = round(fractions[0] * len(order)), round((fractions[0] + fractions[1]) * len(order))
    return order[:a], order[a:b], order[b:]


def drop(draw, out=lambda A, mask, keep: A * mask / keep, test=None):
    def dropout_forward(A, keep_prob, rng, train=True):
        if not train:
            return test(A, keep_prob) if test else (A, np.ones(A.shape))
        mask = draw(A, keep_prob, rng)
        return out(A, mask, keep_prob), mask

    return dropout_forward


def fair(A, keep, rng):
    return rng.random(A.shape) < keep


def normalize(out=lambda h, gamma, beta: gamma * h + beta, std=None):
    def batchnorm_forward(X, gamma, beta, eps=1e-5):
        s = np.sqrt(X.var(axis=0) + eps) if std is None else std(X, eps)
        h = (X - X.mean(axis=0)) / s
        return out(h, gamma, beta), {"X_hat": h, "std": s}

    return batchnorm_forward


def backward(through):
    def batchnorm_backward(dout, cache, gamma):
        dX = through(dout * gamma, cache["X_hat"], cache["std"])
        return dX, (dout * cache["X_hat"]).sum(axis=0), dout.sum(axis=0)

    return batchnorm_backward


class Watch:
    start = math.inf

    def __init__(self, patience):
        self.patience, self.wait, self.epoch = patience, 0, -1
        self.best_loss, self.best_params, self.best_epoch = self.start, None, None

    def better(self, loss):
        return loss < self.best_loss

    def after_a_record(self):
        return 0

    def stop(self):
        return self.wait >= self.patience

    def update(self, loss, params):
        self.epoch += 1
        if self.better(loss):
            self.best_loss, self.best_epoch = loss, self.epoch
            self.best_params, self.wait = copy.deepcopy(params), self.after_a_record()
        else:
            self.wait += 1
        return self.stop()


def watch(**hooks):
    return type("EarlyStopping", (Watch,), hooks)


def regularized(change):
    def gradients(P, y, cache, params, lam, kind="tanh"):
        grads = nn.mlp_backward(P, y, cache, params, kind)
        return [change(dW, db, W, lam) for (dW, db), (W, _) in zip(grads, params, strict=True)]

    return gradients


UNNAMED = [
    ("l2_penalty", lambda params, lam: lam**2 * nn.l2_penalty(params, 1.0), ["lam times"]),
    ("l2_penalty", lambda params, lam: [nn.l2_penalty([p], lam) for p in params], ["sum over"]),
    ("l2_penalty", lambda params, lam: -nn.l2_penalty(params, lam), ["opposite"]),
    ("l2_gradients", lambda params, lam: nn.l2_gradients(params, lam)[::-1], ["dW1 is dW2"]),
    ("l2_gradients", lambda params, lam: [(lam * W, None) for W, _ in params], ["db1 is None"]),
    ("l2_gradients", lambda params, lam: [(lam * W, W.sum(0)) for W, _ in params], ["db1"]),
    ("dropout_forward", drop(lambda A, keep, rng: rng.random(A.shape) > 1 - keep), ["mask"]),
    (
        "dropout_forward",
        drop(fair, test=lambda A, keep: (A / keep, np.ones(A.shape))),
        ["1/keep_prob", "only where train is False"],
    ),
    ("dropout_forward", drop(fair, lambda A, mask, keep: A * mask * keep), ["keep_prob**2"]),
    ("dropout_forward", lambda A, keep_prob, rng, train=True: (A, np.ones(A.shape)), ["mask is 1"]),
    ("dropout_backward", lambda dout, mask, keep_prob: dout * mask / keep_prob**2, ["keep_prob"]),
    ("dropout_backward", lambda dout, mask, keep_prob: -dout * mask / keep_prob, ["opposite"]),
    ("batchnorm_forward", normalize(lambda h, gamma, beta: gamma * (h + beta)), ["out", "right"]),
    ("batchnorm_forward", normalize(std=lambda X, eps: np.abs(X).mean(0) + eps), ["std"]),
    ("batchnorm_backward", backward(lambda d, h, s: d * 0), ["dX is zero"]),
    (
        "batchnorm_backward",
        backward(lambda d, h, s: (d - d.mean(0) + h * (d * h).mean(0)) / s),
        ["dX", "dgamma and dbeta are right"],
    ),
    ("l2_penalty", lambda params, lam: lam * sum((b**2).sum() for _, b in params), ["the biases"]),
    ("l2_penalty", lambda params, lam: lam / 2 * sum(W.sum() for W, _ in params), ["cancel"]),
    ("l2_gradients", lambda params, lam: [(lam * abs(W), 0 * b) for W, b in params], ["its sign"]),
    ("l2_gradients", lambda params, lam: [(lam * W, lam / 2 * b) for W, b in params], ["lam * b"]),
    ("dropout_backward", lambda dout, mask, keep_prob: dout + mask / keep_prob, ["You added"]),
    ("batchnorm_forward", normalize(std=lambda X, e: X.std(0) + e + 0), ["eps stands outside"]),
    (
        "batchnorm_forward",
        normalize(lambda h, g, b: b * h + g, lambda X, e: np.sqrt(X.var(0) + e) + e),
        ["eps comes into your std twice"],
    ),
    (
        "batchnorm_backward",
        backward(lambda d, h, s: (d + d.mean(0) - h * (d * h).mean(0)) / s),
        ["The road through the mean is there with the other sign"],
    ),
    (
        "batchnorm_backward",
        backward(lambda d, h, s: d - d.mean(0)),
        ["The direct road is std times", "The road through the std is missing"],
    ),
    (
        "split_indices",
        lambda N, fractions, rng: tuple(map(rng.permutation, cut(np.arange(N), fractions))),
        ["same indices with two different generators"],
    ),
    (
        "split_indices",
        lambda N, fractions, rng: cut(np.roll(np.arange(N), rng.integers(1, N)), fractions),
        ["without a gap"],
    ),
    (
        "split_indices",
        lambda N, fractions, rng: cut(rng.permutation(N), (0.8, 0.1, 0.1)),
        ["The shares ask for"],
    ),
    (
        "EarlyStopping",
        watch(after_a_record=lambda self: max(0, self.wait - 1)),
        ["stops_at_update"],
    ),
    ("EarlyStopping", watch(start=1000.0), ["record starts"]),
    ("EarlyStopping", watch(start=0.0), ["no loss was as low"]),
    ("EarlyStopping", watch(after_a_record=lambda self: 1), ["only 1 update in a row"]),
    ("EarlyStopping", watch(better=lambda self, loss: loss < self.best_loss - 1e-4), ["a little"]),
    ("EarlyStopping", watch(stop=lambda self: self.wait >= 3), ["stops_at_update", "patience"]),
    ("EarlyStopping", watch(stop=lambda self: None), ["never say stop"]),
    (
        "regularized_gradients",
        regularized(lambda dW, db, W, lam: (dW + lam * W**2, db)),
        ["lam times W**2"],
    ),
    (
        "regularized_gradients",
        regularized(lambda dW, db, W, lam: (lam * W, db)),
        ["nothing of the gradient of the data loss"],
    ),
]


@pytest.mark.parametrize("name, solution, words", UNNAMED)
def test_an_unnamed_wrong_solution_gets_numbers_and_a_place(name, solution, words):
    report = find(name).examine(solution)
    assert not report.passed and len(report.hints) == 3
    assert all(word in str(report) for word in words), str(report)
    assert "1, 1 and 1 times" not in str(report)


def test_what_a_stopper_says_after_the_end_is_not_asked():
    exercise = find("EarlyStopping")
    assert exercise.examine(watch(stop=lambda self: self.wait == self.patience)).passed


@pytest.mark.parametrize("seed", range(4))
def test_sorted_parts_are_as_good_as_shuffled_ones(seed):
    def split_indices(N, fractions, rng):
        return [np.sort(part).tolist() for part in cut(rng.permutation(N), fractions)]

    report = find("split_indices").examine(split_indices, seed)
    assert report.passed, str(report)
