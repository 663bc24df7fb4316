"""Chapter 3b: what nobody has named gets numbers and a place; every stopping rule is met."""

import itertools

import pytest

from bplab import nn
from bplab.exercises import find


def late_rule(*args):
    args = list(args)
    args[5] /= 3  # min_change
    return nn.train_until(*args)


def wrong_activation(X, y, params, learning_rate, max_epochs, min_change, max_error):
    losses = []
    for _ in range(max_epochs):
        params, loss = nn.train_step(X, y, params, learning_rate, "relu")
        losses.append(loss)
    return params, losses, "epochs"


def other_words(*args):
    params, losses, reason = nn.train_until(*args)
    return params, losses, reason.upper()


UNNAMED = [
    (
        "per_unit_update",
        lambda x, t, w, b, rate: nn.per_unit_update(x, t, w, b, rate / 2),
        ["1/2 times as long"],
    ),
    (
        "epoch_update",
        lambda X, T, w, b, rate: nn.epoch_update(X[1:], T[1:], w, b, rate),
        ["All that you return", "without the first example"],
    ),
    ("train_until", late_rule, ["too late or never", "belongs there"]),
    ("train_until", wrong_activation, ["Already number 1 is off"]),
    ("train_until", other_words, ["'WEIGHTS'", "'weights' belongs there"]),
]


@pytest.mark.parametrize("name, solution, words", UNNAMED)
def test_an_unnamed_wrong_solution_gets_numbers_and_a_place(name, solution, words):
    report = find(name).examine(solution)
    assert not report.passed and len(report.hints) == 3
    assert all(word in str(report) for word in words), str(report)


@pytest.mark.parametrize("seed", range(6))
def test_every_stopping_rule_is_provoked(seed):
    answers = [answer["value"] for answer in find("train_until").draw(seed).expected()]
    assert [reason for _, _, reason in answers] == [
        "weights",
        "weights",
        "weights",
        "error",
        "epochs",
        "weights",
        "error",
        "error",
    ]


def test_reasons_learned_by_heart_earn_nothing():
    reasons = [answer["value"][2] for answer in find("train_until").draw(1).expected()]
    told = itertools.cycle([reasons[0], *reasons])
    report = find("train_until").examine(lambda *args: ([], [0.0], next(told)), 2)
    assert not report.passed and report.score == 0
