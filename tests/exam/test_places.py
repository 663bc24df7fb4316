"""Networks and updates: where the diagnosis points."""

import numpy as np
import pytest

from bplab import nn
from bplab.exam import Exercise
from bplab.exam.diagnosis import layers
from bplab.exam.leaves import Leaf

NAMES = {f"d{kind}{n}": (kind, n) for n in (3, 2, 1) for kind in "Wb"}


def leaf(name, right):
    layer = NAMES.get(name)
    makes = "gradient" if layer else ""
    return Leaf(name, name, np.zeros(2), np.zeros(2), right=right, layer=layer, makes=makes)


def place(name, *wrong):
    leaves = {n: leaf(n, n not in wrong) for n in NAMES}
    return layers.place(leaves[name], list(leaves.values()), {})


def test_one_wrong_array_of_a_layer_clears_the_delta():
    observed, look, _ = place("dW2", "dW2")
    assert "db2 is right, so dZ2 is right" in observed and "what went into layer 2" in look
    observed, look, _ = place("db2", "db2")
    assert "dW2 is right" in observed and "which axis" in look


def test_two_wrong_arrays_of_a_layer_blame_its_delta():
    observed, look, _ = place("dW2", "dW2", "db2", "dW1", "db1")
    assert "The layers above are right" in observed and "dZ2" in observed
    assert "from layer 3 to layer 2" in look
    observed, look, _ = place("dW3", "dW3", "db3", "dW2", "db2", "dW1", "db1")
    assert "first delta" in observed and "very start" in look


def test_arrays_that_are_no_layer_have_no_place():
    assert layers.place(leaf("dX", False), [], {}) is None
    assert layers.place(leaf("dW1", False), [], {}) is None


def descent():
    exercise = Exercise("descend", "x", lambda params, rate: _down(params, rate), returns="params")

    @exercise.paper
    def _(rng):
        for D, H in [(3, 4), (2, 5)]:
            yield {"params": [(rng.normal(size=(D, H)), rng.normal(size=H))], "rate": 0.3}

    return exercise


def _down(params, rate, scale=1.0):
    return [(W - scale * rate * np.cos(W), b - scale * rate * np.cos(b)) for W, b in params]


@pytest.mark.parametrize(
    "scale, words",
    [
        (0.0, "has not moved"),
        (-1.0, "the opposite way"),
        (2.0, "exactly 2 times as long"),
        (0.3, "exactly rate times as long"),
        (0.77, "exactly 0.77 times as long"),
    ],
)
def test_an_update_is_judged_by_its_step(scale, words):
    exercise = descent()
    report = exercise.examine(lambda params, rate: _down(params, rate, scale))
    assert not report.passed and words in report.observed, str(report)


def test_an_error_is_a_named_one_only_with_the_same_sizes():
    exercise = Exercise("product", "x", lambda A, B: A @ B, returns="C")

    @exercise.paper
    def _(rng):
        yield {"A": rng.normal(size=(6, 3)), "B": rng.normal(size=(3, 4))}

    exercise.mistake("transposed", "You transposed B.", "Look.", "Derive.")(lambda A, B: A @ B.T)
    assert exercise.examine(lambda A, B: A.dot(np.ones(7))).mistake == "raised"
    assert exercise.examine(lambda A, B: np.matmul(A, np.transpose(B))).mistake == "transposed"


def test_gradients_earn_credit_array_by_array():
    def loss_gradients(params):
        return [(2 * W, 2 * b) for W, b in params]

    exercise = Exercise("grads_of", "x", loss_gradients, returns="grads", latest_first=True)

    @exercise.paper
    def _(rng):
        yield {"params": nn.init_params((3, 4, 2), rng)}
        yield {"params": nn.init_params((2, 5, 4, 3), rng)}

    report = exercise.examine(lambda params: [(2 * W, b + 1) for W, b in params])
    assert list(report.parts) == ["dW2", "db2", "dW1", "db1", "dW3", "db3"]
    assert report.score == 0.5 and report.parts["dW3"] and not report.parts["db1"]


def test_a_pair_that_is_none_is_told_what_belongs_there():
    exercise = Exercise("pairs", "x", lambda x: [(x, x), (x, x)], returns="grads")

    @exercise.paper
    def _(rng):
        yield {"x": rng.normal(size=6)}

    assert "dW2, db2" in exercise.examine(lambda x: [(x, x), x[0]]).observed


def sequence():
    exercise = Exercise("run", "x", lambda n: np.arange(1.0, n), returns="losses")

    @exercise.paper
    def _(rng):
        for n in (6, 8):
            yield {"n": n}

    return exercise


@pytest.mark.parametrize(
    "run, mistake, words",
    [
        (lambda n: np.arange(1.0, n + 2), "stops-late", "goes on too long"),
        (lambda n: np.arange(1.0, n - 1), "stops-early", "ends too early"),
        (lambda n: np.arange(1.0, n - 1) ** 2, "right-until", "Already number 2 is off"),
    ],
)
def test_a_sequence_of_another_length_is_compared_as_far_as_it_goes(run, mistake, words):
    report = sequence().examine(run)
    assert report.mistake == mistake and words in report.observed, str(report)


def difference(*cases):
    """An exercise that takes a square from a tanh, with the mistake that turns it round."""
    exercise = Exercise(
        "take_away", "01_single_neuron", lambda a, b: np.tanh(a) - b**2, returns=("c",)
    )

    @exercise.paper
    def _(rng):
        for a, b in cases:
            yield {"a": a, "b": b}

    exercise.mistake("turned", "You turned it round.", "look", "derive")(
        lambda a, b: b**2 - np.tanh(a)
    )
    return exercise


def test_a_sum_in_place_of_a_difference_is_not_told_as_two_turned_signs():
    cases = [(np.array([1.3, -2.1, 0.4]), np.array([0.7, 1.9, -3.2])) for _ in range(2)]
    report = difference(*cases).examine(lambda a, b: np.tanh(a) + b**2)
    assert not report.passed and "two slips" not in str(report)


@pytest.mark.parametrize(("count", "is_said"), [(3, False), (6, True)])
def test_a_border_between_drawn_numbers_is_said_where_chance_would_hardly_find_it(count, is_said):
    drawn = [(x, 1.0) for x in np.linspace(0.3, 1.7, 2 * count).tolist()]
    wrong_above = difference(*drawn).examine(
        lambda a, b: np.tanh(a) - b**2 + (0 if a < 1 else np.sin(9 * a))
    )
    assert ("It is wrong only for a of" in str(wrong_above)) is is_said, str(wrong_above)
