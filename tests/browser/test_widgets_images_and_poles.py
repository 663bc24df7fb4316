"""The widgets of chapters 9 and 11 in a real browser: right numbers, fast, quiet, not cut."""

import numpy as np
import pytest

from bplab import data, nn, viz

pytestmark = pytest.mark.browser

FAST = 500  # milliseconds that the page computes until it is painted
IMAGE = data.digits()[0][5, 0]
GOOD = np.array([[-0.2, 0.2], [-0.8, 0.8], [-8.0, 8.0], [-4.6, 4.6]])


def poles():
    return viz.cart_poles({"by chance": np.zeros((4, 2)), "trained": GOOD}, seed=3)


@pytest.mark.parametrize(
    "make, label, values",
    [
        (lambda: viz.filter_over_digit(IMAGE), "place", [0, 27, 63]),
        (poles, "step", [0, 120, 500]),
    ],
    ids=["sliding", "poles"],
)
@pytest.mark.parametrize("width", [620, 1100])
def test_it_redraws_at_once_and_fits_the_page(stage, make, label, values, width):
    stage.page.set_viewport_size({"width": width, "height": 900})
    stage.show(make())
    assert stage.redraw_time(label, values) < FAST
    assert stage.page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_sliding_filter_says_the_number_that_the_convolution_gives(stage):
    shown = stage.show(viz.filter_over_digit(IMAGE))
    shown.locator("select").select_option("1")  # ink below
    stage.slider("place").evaluate("e => { e.value = 34; e.dispatchEvent(new Event('input')); }")
    weights = np.array([[-1, -1, -1], [0, 0, 0], [1, 1, 1]], dtype=float)
    Z = nn.conv_forward(IMAGE[None, None], weights[None, None], np.zeros(1), 1, 1)[0, 0, 4, 2]
    said = shown.locator(".say").inner_text().replace("−", "-")
    assert f"Row 4, column 2 of the map: Z = {Z:.2f}." in said


def test_the_poles_tell_who_is_down_and_play_moves_them(stage):
    shown = stage.show(poles())
    stage.stop_the_clock()
    stage.slider("step").evaluate("e => { e.value = 500; e.dispatchEvent(new Event('input')); }")
    said = shown.locator(".say").inner_text()
    assert "by chance: it is over" in said and "trained: still up at the end" in said
    shown.get_by_role("button", name="Play").click()
    stage.after(1000)
    assert 3 < int(stage.slider("step").input_value()) < 400
