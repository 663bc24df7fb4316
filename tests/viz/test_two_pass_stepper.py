"""The stepper of both passes: the learner's own arrays, and what it cannot draw."""

import re

import numpy as np
import pytest

from bplab import data, nn, viz
from bplab.viz import two_pass_numbers
from tests.viz.networks import network


@pytest.mark.parametrize("kind", ["tanh", "relu", "sigmoid"])
def test_the_stepper_shows_the_learner_s_arrays(kind):
    rng = np.random.default_rng(1)
    X, y, params = rng.normal(size=(9, 3)), rng.integers(0, 3, 9), network((3, 5, 4, 3))
    seen = {}

    def forward(X, params, kind):
        P, cache = nn.mlp_forward(X, params, kind)
        seen.update(P=P, **cache)
        return P, cache

    def backward(P, y, cache, params, kind):
        seen["grads"] = nn.mlp_backward(P, y, cache, params, kind)
        return seen["grads"]

    state = viz.two_pass_stepper(X, y, params, forward, backward, kind).state
    np.testing.assert_array_equal(state["P"], seen["P"])
    for i in range(3):
        np.testing.assert_array_equal(state["Z"][i], seen["Z"][i])
        np.testing.assert_array_equal(state["A"][i], seen["A"][i])
        np.testing.assert_array_equal(state["dW"][i], seen["grads"][i][0])
        np.testing.assert_array_equal(state["db"][i], seen["grads"][i][1])
    assert state["doubts"] == {}
    assert state["loss"] == pytest.approx(nn.cross_entropy(seen["P"], y))


def test_the_stepper_says_which_of_the_learner_s_arrays_is_off():
    X, y = data.xor()

    def averaged(P, y, cache, params, kind):
        return [(dW, db / 4) for dW, db in nn.mlp_backward(P, y, cache, params, kind)]

    def flat(P, y, cache, params, kind):
        return [(dW.ravel(), db) for dW, db in nn.mlp_backward(P, y, cache, params, kind)]

    shown = viz.two_pass_stepper(X, y, network((2, 3, 2)), backward=averaged)
    assert set(shown.state["doubts"]) == {"db1", "db2"}
    assert re.search(r"Your db2\[\d\] is .* the formula gives", shown.alt)
    shown = viz.two_pass_stepper(X, y, network((2, 3, 2)), backward=flat)
    assert shown.state["doubts"]["dW1"] == "Your dW1 has shape (6,); expected (2, 3)."


@pytest.mark.parametrize(
    "change, message",
    [
        ({"params": network((2, 7, 2))}, "at most 4 layers of 6 units"),
        ({"params": network((3, 3, 2))}, r"W1 must be \(2, 3\)"),
        ({"kind": "gelu"}, "gelu"),
        ({"example": 4}, "example must be one of the first 4"),
        ({"forward": lambda X, params, kind: (X, {"A": [X]})}, "list 'Z'"),
        ({"forward": lambda X, params, kind: (X, {"A": [X, X], "Z": [X]})}, "must hold 2 arrays"),
        ({"backward": lambda *a: None}, "must return a list of"),
        ({"backward": lambda *a: [(1, 2)]}, "must return 2 pairs"),
    ],
)
def test_the_stepper_says_what_it_cannot_draw(change, message):
    X, y = data.xor()
    arguments = {"X": X, "y": y, "params": network((2, 3, 2))} | change
    with pytest.raises((ValueError, KeyError), match=message):
        viz.two_pass_stepper(**arguments)


def test_the_stepper_leaves_its_arguments_alone():
    X, y = data.xor()
    params = network((2, 3, 2))
    before = [(W.copy(), b.copy()) for W, b in params]
    viz.two_pass_stepper(X, y, params)
    for (W, b), (V, c) in zip(params, before, strict=True):
        np.testing.assert_array_equal(W, V)
        np.testing.assert_array_equal(b, c)


@pytest.mark.parametrize(
    "x, text",
    [(0, "0"), (1.0, "1"), (-0.0, "0"), (0.55, "0.550"), (-0.0277, "−0.0277"), (0.0012, "0.0012"),
     (4.2e-4, "4.2e−4"), (-12.34, "−12.3"), (123456.0, "1.2e5"), (np.nan, "nan")],
)  # fmt: skip
def test_numbers_fit_their_cells(x, text):
    assert two_pass_numbers.short(x) == text and len(text) <= 7
