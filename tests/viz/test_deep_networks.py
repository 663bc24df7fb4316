"""Pictures of chapter 7: they build, say what they show, and the numbers are the functions' own."""

import json
import warnings

import numpy as np
import pytest

from bplab import nn, viz
from bplab.viz import depth, style
from tests.viz.letters import smallest


@pytest.fixture(scope="module")
def bars():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return viz.signal_and_blame(nn.signal_by_layer, nn.blame_by_layer, depth=20, kind="tanh")


def test_the_bars_carry_a_picture_with_alt_text_and_a_drawing_of_bearable_size(bars):
    data, metadata = bars._repr_mimebundle_()
    assert data["image/png"].startswith("iVBOR") and "<script" in data["text/html"]
    assert metadata["image/png"]["alt"] == bars.alt and "20 layers, tanh" in bars.alt
    assert smallest(bars)[0] >= style.SMALLEST, smallest(bars)
    assert len(json.dumps(bars.state, allow_nan=False)) < 120_000


def test_the_bars_are_what_the_given_functions_measure(bars):
    state, asked = bars.state, []
    assert np.shape(state["signal"]) == (3, len(depth.STEPS), 49)
    assert [len(logs) for logs in state["blame"][0][0]] == list(depth.DEPTHS)
    # Xavier's spread keeps tanh's signal, He's keeps ReLU's; half of either loses it.
    xavier, he, half = (depth.STEPS.index(k) for k in (0, 2, -4))
    tanh, relu, sigmoid = state["signal"]
    assert tanh[xavier][28] > -1.5 > -6 > tanh[half][28]
    assert relu[he][28] > -1.5 > -6 > relu[half][28]
    assert all(logs[4][0] < -10 for logs in state["blame"][2][:9])  # the sigmoid's blame is gone

    def constant(X, params, kind):
        asked.append((len(params), kind))
        return np.full(len(params) - 1, 10.0)

    other = viz.signal_and_blame(constant, lambda P, y, cache, params, kind: np.ones(len(params)))
    assert set(np.ravel(other.state["signal"])) == {1.0}
    assert {kind for _, kind in asked} == {"tanh", "relu", "sigmoid"}


def test_nothing_at_all_is_drawn_at_the_floor():
    assert depth._logs([0.0, 1.0, np.nan, np.inf]) == [depth.FLOOR, 0.0, depth.FLOOR, 99.0]


def test_thirty_layers_tell_the_spread_over_seeds_and_survive_nan():
    runs = {
        "none": np.full((3, 50), 1.1),
        "a cure": np.linspace(1.1, [0.1, 0.2, 0.3], 50).T,
        "exploded": np.full((3, 50), np.nan),
    }
    shown = viz.thirty_layers(runs, rate=0.01)
    assert "a cure 0.1 to 0.3" in shown.alt and "exploded nan" in shown.alt
    assert shown._repr_mimebundle_()[1]["image/png"]["width"] <= 800
    assert smallest(shown)[0] >= style.SMALLEST, smallest(shown)
    drawn = {run["name"]: run["losses"] for run in shown.state["runs"]}
    np.testing.assert_allclose(drawn["a cure"], runs["a cure"], atol=1e-4)
    assert drawn["exploded"] == [[None] * 50] * 3 and shown.state["bar"] == 0.6


def test_one_network_s_layers_are_told_by_their_ends():
    shown = viz.layers_measured(0.1 ** np.arange(1, 10.0), 0.1 ** np.arange(9.0, -1, -1), "Ten")
    assert "from 10^-1.0 in layer 1 to 10^-9.0 in layer 9" in shown.alt
    assert "the blame of layer 1 is 10^-9.0 times" in shown.alt


def test_regions_of_a_network_of_another_build():
    X, y = np.array([[0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), np.array([0, 1, 1])

    def by_the_first_feature(points, params):
        right = 1 / (1 + np.exp(-9 * (points[:, 0] - 0.5)))
        return np.stack([1 - right, right], axis=1)

    params = [(np.ones((2, 2)), np.zeros(2))]
    shown = viz.decision_regions(X, y, [params], by_the_first_feature)
    assert shown.state["wrong"] == [0]


BAD = {
    "depth must be one of": lambda: viz.signal_and_blame(None, None, depth=7),
    "kind must be one of": lambda: viz.signal_and_blame(None, None, kind="selu"),
    "signal must be (L - 1,)": lambda: viz.layers_measured(np.ones(3), np.ones(3)),
    "runs needs the network without": lambda: viz.thirty_layers({"none": np.ones((1, 3))}),
}


@pytest.mark.parametrize("message", BAD)
def test_bad_input_is_refused_with_the_value(message):
    with pytest.raises(ValueError) as error:
        BAD[message]()
    assert message in str(error.value)
