"""A card's colors, in JupyterLab's themes, on pages without a theme, and on paper: measured."""

import pytest

from bplab import exercises

pytestmark = pytest.mark.browser

# What JupyterLab 4's own themes give these two names.
THEMES = {
    "no theme": "",
    "light": "--jp-layout-color0:white;--jp-content-font-color0:#000",
    "dark": "--jp-layout-color0:#111;--jp-content-font-color0:#fff",
}
# Of each text: how much it stands out from what lies behind it; of the border: from the page.
CONTRASTS = """() => {
  const mix = (over, under) =>
    over.slice(0, 3).map((c, i) => over[3] * c + (1 - over[3]) * under[i]);
  const color = (text) => {
    const found = text.match(/[\\d.]+/g).map(Number);
    return [...found.slice(0, 3), found[3] ?? 1];
  };
  const light = (rgb) => rgb.map((c) => c / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const apart = (a, b) => {
    const [x, y] = [light(a), light(b)].sort((p, q) => q - p);
    return (x + 0.05) / (y + 0.05);
  };
  const behind = (node) => {
    const own = node ? color(getComputedStyle(node).backgroundColor) : [255, 255, 255, 1];
    return own[3] === 1 ? own.slice(0, 3) : mix(own, behind(node.parentElement));
  };
  const card = document.querySelector(".bplab-card");
  const texts = [...card.querySelectorAll("p, strong, summary, span")].map((node) =>
    apart(color(getComputedStyle(node).color).slice(0, 3), behind(node)));
  const edge = color(getComputedStyle(card).borderLeftColor).slice(0, 3);
  return { texts, border: apart(edge, behind(card)) };
}"""


def cards():
    exercise = exercises.find("linear_backward")
    wrong = exercise.examine(lambda dZ, X, W: (dZ @ W.T, X.T @ dZ, dZ.mean(axis=0)))
    return wrong.html(2, unfolded=True), exercise.examine(exercise.reference).html()


@pytest.mark.parametrize("theme", THEMES)
def test_every_word_of_a_card_stands_out(chromium, theme):
    page = chromium.new_page()
    for card in cards():
        page.set_content(f"<body style='background:#111;color:#fff;{THEMES[theme]}'>{card}</body>")
        seen = page.evaluate(CONTRASTS)
        assert len(seen["texts"]) >= 2 and min(seen["texts"]) >= 4.5, seen
        assert seen["border"] >= 3, seen
    page.close()


def test_on_paper_a_card_needs_no_color_and_cuts_no_word(chromium):
    page = chromium.new_page(viewport={"width": 600, "height": 800})
    page.emulate_media(media="print")
    long = cards()[0].replace("What is left", "x" * 300)
    page.set_content(f"<body style='{THEMES['light']}'>{long}</body>")
    assert page.evaluate("document.documentElement.scrollWidth") <= 600
    said = page.locator(".bplab-card").inner_text()
    assert "✗ linear_backward: not yet." in said and "x" * 300 in said.replace("\n", "")
    assert "one sum, no division" in said  # the rungs stand open
    page.close()
