"""Pictures of chapter 11: they build, say what they show, and move by the theta they are given."""

import json
import warnings
from functools import cache

import numpy as np
import pytest

from bplab import data, nn, viz
from bplab.viz import poles, style
from tests.viz.letters import smallest

GOOD = np.array([[-0.2, 0.2], [-0.8, 0.8], [-8.0, 8.0], [-4.6, 4.6]])
CHANCE = np.zeros((4, 2))
SHOWN = {
    "poles": lambda: viz.cart_poles({"by chance": CHANCE, "trained": GOOD}),
    "other env": lambda: viz.cart_poles({"turned": GOOD}, data.CartPole(0.7, -9.0), seed=2),
    "lengths": lambda: viz.episode_lengths({"one": [20, 60, 300], "other": [20, 30, 40]}),
    "one curve": lambda: viz.episode_lengths(np.linspace(20, 500, 30)),
    "spread": lambda: viz.gradient_spread(
        {
            "as they are": np.random.default_rng(0).normal(1, 2, 80),
            "with a baseline": np.random.default_rng(1).normal(1, 0.5, 80),
        }
    ),
}


@cache
def made(name):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return SHOWN[name]()


@pytest.mark.parametrize("name", SHOWN)
def test_builds_without_warnings_and_carries_its_picture_with_alt_text(name):
    shown = made(name)
    bundle, metadata = shown._repr_mimebundle_()
    assert bundle["image/png"].startswith("iVBOR")
    assert metadata["image/png"]["alt"] == bundle["text/plain"] == shown.alt
    assert len(shown.alt) > 40 and "nan" not in shown.alt
    assert metadata["image/png"]["width"] <= 800
    assert smallest(shown)[0] >= style.SMALLEST, smallest(shown)


def test_the_poles_move_by_the_policy_that_is_given():
    x, angle, actions = poles.play(GOOD, data.CartPole(), seed=4)
    env, draw = data.CartPole(), np.random.default_rng(4)
    S, theirs, _ = nn.run_episode(env, GOOD, draw)
    np.testing.assert_array_equal(actions, theirs)
    np.testing.assert_allclose(x[:-1], S[:, 0])
    np.testing.assert_allclose(angle[:-1], S[:, 2])


def test_the_drawing_knows_which_way_a_push_goes_and_who_fell():
    runs = made("poles").state["runs"]
    assert [run["fell"] for run in runs] == [True, False]
    assert len(runs[1]["x"]) == 501
    assert set(made("other env").state["runs"][0]["push"]) <= {-1, 0, 1}
    assert made("other env").state["runs"][0]["fell"]  # there action 1 pushes left
    assert len(json.dumps(made("poles").state, allow_nan=False)) < 40_000


def test_the_spread_is_that_of_the_samples():
    found = np.random.default_rng(0).normal(1, 2, 80)
    assert f"spread {found.std() / found.mean():.1f} times" in made("spread").alt


BAD = {
    "thetas is empty": lambda: viz.cart_poles({}),
    "theta must be (4, 2)": lambda: viz.cart_poles({"a": np.zeros((2, 4))}),
    "samples is empty": lambda: viz.gradient_spread({}),
    "lengths must be (steps,)": lambda: viz.episode_lengths([]),
}


@pytest.mark.parametrize("message", BAD)
def test_bad_input_is_refused_with_the_value(message):
    with pytest.raises(ValueError) as error:
        BAD[message]()
    assert message in str(error.value)
