"""Pictures of chapter 9: they build, say what they show, and the numbers are right."""

import json
import warnings
from functools import cache

import numpy as np
import pytest

from bplab import data, nn, viz
from bplab.viz import sliding, style
from tests.viz.letters import smallest

X, Y = data.digits()
FILTERS = np.random.default_rng(0).normal(size=(6, 1, 3, 3))

SHOWN = {
    "gallery": lambda: viz.digit_gallery(X[:10], Y[:10]),
    "read": lambda: viz.digit_gallery(X[:4], Y[:4], np.array([0, 7, 2, 3])),
    "filters": lambda: viz.learned_filters(FILTERS, np.zeros(6), X[3, 0], count=4),
    "scores": lambda: viz.shift_scores({"one": (0.97, 0.44), "other": (0.99, 0.96)}, bar=0.85),
    "sliding": lambda: viz.filter_over_digit(X[3, 0]),
    "own filters": lambda: viz.filter_over_digit(X[3, 0], {"mine": np.eye(5)}, 0.5, (0, 7)),
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


def test_the_sliding_filter_is_a_drawing_of_bearable_size():
    shown = made("sliding")
    assert "<script" in shown.html and "<img" in shown.html
    assert len(json.dumps(shown.state, allow_nan=False)) < 20_000
    assert len(shown.state["filters"]) == 5


def test_the_map_is_the_convolution_of_the_chapter():
    image, weights = X[3, 0], np.array(sliding.FILTERS["edge: ink below"][0], dtype=float)
    right = nn.conv_forward(image[None, None], weights[None, None], np.array([0.25]), 1, 1)
    np.testing.assert_allclose(sliding.map_of(image, weights, 0.25), right[0, 0])
    assert f"{sliding.map_of(image, np.eye(5), 0.5)[0, 7]:.2f}" in made("own filters").alt


def test_the_alt_text_of_the_scores_holds_the_scores():
    for number in ("97.0%", "44.0%", "99.0%", "96.0%"):
        assert number in made("scores").alt


def test_what_was_read_wrong_is_said():
    assert "1 read as 7" in made("read").alt


BAD = {
    "give one channel": lambda: viz.filter_over_digit(X[:1]),
    "X must be (N, 1, H, W)": lambda: viz.digit_gallery(X[0], Y[:1]),
    "Wc must be (F, 1, K, K)": lambda: viz.learned_filters(FILTERS[:, 0], np.zeros(6), X[0, 0]),
    "scores is empty": lambda: viz.shift_scores({}),
}


@pytest.mark.parametrize("message", BAD)
def test_bad_input_is_refused_with_the_value(message):
    with pytest.raises(ValueError) as error:
        BAD[message]()
    assert message in str(error.value)
