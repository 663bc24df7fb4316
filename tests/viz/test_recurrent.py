"""Pictures of chapter 8: they build, say what they show, and the numbers are the functions' own."""

import json
import warnings

import numpy as np
import pytest

from bplab import nn, viz
from bplab.viz import style
from tests.viz.letters import smallest


def rng():
    return np.random.default_rng(8)


X, DH = rng().normal(size=(2, 4, 3)), rng().normal(size=(2, 4, 2))
WX, WH, B, H0 = rng().normal(size=(3, 2)), np.eye(2) * 0.5, np.ones(2) * 0.1, np.zeros((2, 2))


@pytest.fixture(scope="module")
def stepper():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return viz.through_time(
            nn.rnn_step_forward, nn.rnn_step_backward, X, H0, WX, WH, B, DH, example=1
        )


def test_the_stepper_carries_a_picture_with_alt_text_and_a_drawing(stepper):
    data, metadata = stepper._repr_mimebundle_()
    assert data["image/png"].startswith("iVBOR") and "<script" in data["text/html"]
    assert metadata["image/png"]["alt"] == stepper.alt and "over 4 moments" in stepper.alt
    assert metadata["image/png"]["width"] <= 800
    assert smallest(stepper)[0] >= style.SMALLEST, smallest(stepper)
    assert len(json.dumps(stepper.state, allow_nan=False)) < 20_000


def test_the_stepper_shows_what_the_whole_walk_gives(stepper):
    state = stepper.state
    H = nn.rnn_forward(X, H0, WX, WH, B)
    np.testing.assert_allclose(state["h"], H[1])
    _, dh0, _, dWh, _ = nn.rnn_backward(DH, X, H0, H, WX, WH)
    np.testing.assert_allclose(state["dh0"], dh0[1])
    np.testing.assert_allclose(np.add(state["own"], state["later"]), state["blame"])
    assert state["later"][-1] == [0.0, 0.0]
    assert state["sums"][0] == pytest.approx(np.linalg.norm(dWh))


def test_the_stepper_shows_a_learner_s_own_mistake():
    def forgetful(dh, x, h_prev, h, Wx, Wh):
        dx, dh_prev, *weights = nn.rnn_step_backward(dh, x, h_prev, h, Wx, Wh)
        return dx, 0 * dh_prev, *weights

    shown = viz.through_time(nn.rnn_step_forward, forgetful, X, H0, WX, WH, B, DH)
    assert not np.any(shown.state["later"]) and not np.any(shown.state["dh0"])


def test_blame_by_age_is_told_relative_to_the_youngest():
    ages = 4.0 * 0.1 ** np.arange(6)
    shown = viz.blame_by_age({"RNN": np.array([ages, ages]), "gone": np.array([1.0, 0.0] * 3)})
    assert "RNN: 1.0e-05" in shown.alt and "gone: 1.0e-18" in shown.alt
    assert shown._repr_mimebundle_()[1]["image/png"]["width"] <= 800
    assert smallest(shown)[0] >= style.SMALLEST, smallest(shown)


def test_blame_by_age_has_a_slider_for_each_network_with_settings():
    def left(factor):
        return np.array([3.0 * factor ** np.arange(5), 7.0 * factor ** np.arange(5)])

    sizes = {"RNN, Wh x": {s: left(s / 2) for s in (2, 0.5, 1)}, "LSTM": left(0.9)}
    rnn, lstm = viz.blame_by_age(sizes).state["networks"]
    assert rnn["settings"] == [0.5, 1, 2] and rnn["start"] == 1 and lstm["settings"] is None
    ages = np.arange(5)
    for setting, table in zip(rnn["settings"], rnn["tables"], strict=True):
        np.testing.assert_allclose(table, [ages * np.log10(setting / 2)] * 2, atol=1e-3)
    np.testing.assert_allclose(lstm["tables"], [[ages * np.log10(0.9)] * 2], atol=1e-3)
    shown = viz.blame_by_age(sizes, start={"RNN, Wh x": 2})
    assert shown.state["networks"][0]["start"] == 2
    assert "RNN, Wh x 0.5: 3.9e-03; RNN, Wh x 2: 1.0e+00; LSTM: 6.6e-01" in shown.alt


def test_recall_curves_tell_each_seed_s_end():
    run = np.linspace(0.5, 1, 100)
    shown = viz.recall_curves({"RNN": np.full((2, 100), 0.5), "LSTM": np.array([run])}, 0.5, 10)
    assert "RNN: 50%, 50%" in shown.alt and "LSTM: 98%" in shown.alt


BAD = {
    "at most 6 moments": lambda: viz.through_time(
        None, None, np.zeros((1, 7, 2)), H0, WX, WH, B, DH
    ),
    "example must be from 0 to 1": lambda: viz.through_time(
        None, None, X, H0, WX, WH, B, DH, example=2
    ),
    "sizes is empty": lambda: viz.blame_by_age({}),
    "one number of ages, got [3, 4]": lambda: viz.blame_by_age({"a": np.ones(3), "b": np.ones(4)}),
    "settings of a: [1, 2], got 3": lambda: viz.blame_by_age(
        {"a": {2: np.ones(3), 1: np.ones(3)}}, start={"a": 3}
    ),
    "runs must hold arrays": lambda: viz.recall_curves({"a": np.zeros((2, 2, 2))}, 0.5),
}


@pytest.mark.parametrize("message", BAD)
def test_bad_input_is_refused_with_the_value(message):
    with pytest.raises(ValueError) as error:
        BAD[message]()
    assert message in str(error.value)
