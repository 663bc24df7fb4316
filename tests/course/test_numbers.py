"""A number that a chapter's prose states is one that its cells show, to the digits given.

Read from the solved chapters: a retrained network, a new seed or a slip of the pen leaves prose
behind. What no cell shows stands below, with what it is.
"""

import json
import re
from pathlib import Path

import pytest

SOLUTIONS = Path(__file__).parents[2] / "solutions"
NUMBER = r"(?<![\w.])\d+\.\d+(?:e[-+]?\d+)?"
ELSEWHERE = {
    "04_optimizers": {
        "annealing-idea": {"0.61"},  # exp(-1/2)
        "adam-idea": {"0.0316"},  # the root of 0.001
    },
    "05_regularization": {
        "ex-split": {"0.7", "0.15"},  # shares of an example by hand
        "memorized-look": {"0.69"},  # ln 2
        "ex-early": {"4.5", "4.2"},  # losses of an example by hand
        "stopping-look": {"0.480"},  # in the script of the picture
        "hard-look": {"0.056"},  # a difference of two that are shown
    },
    "06_diabetes_classifier": {
        "patients": {"0.871"},  # data.simulated: the best possible
        "test-look": {"0.871"},
        "ex-train": {"0.81", "0.835"},  # the bars of the exam
        "answers": {"0.008"},  # 1.54 spreads of 0.005: the best of ten
    },
    "06b_before_a_clinic": {"card": {"0.871"}, "town-look": {"2.20"}},  # ln(0.1 / 0.9)
}


def shown(cells):
    """Numbers in what code cells hold and show."""
    texts = []
    for cell in cells:
        texts.append("".join(cell["source"]))
        for output in cell["outputs"]:
            texts.append("".join(output.get("text", "")))
            rich = "".join(output.get("data", {}).get("text/html", ""))
            texts.append(re.sub(r'base64,[^"]*|<script.*?</script>', "", rich, flags=re.S))
    found = re.findall(rf"{NUMBER}|\d+", "\n".join(texts))
    return {float(number) for number in found}


def is_shown(number, values):
    half = 0.5000001 * 10.0 ** -len(number.partition(".")[2])
    stated = float(number)
    return any(abs(value - stated) <= half for value in values)


@pytest.mark.parametrize("name", ELSEWHERE)
def test_numbers_in_prose_are_those_that_the_cells_show(name):
    cells = json.loads((SOLUTIONS / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
    values = shown([cell for cell in cells if cell["cell_type"] == "code"])
    unseen = {}
    for cell in cells:
        if cell["cell_type"] == "markdown":
            stated = re.findall(NUMBER, "".join(cell["source"]))
            missing = {number for number in stated if not is_shown(number, values)}
            if missing:
                unseen[cell["id"]] = missing
    assert unseen == ELSEWHERE[name]
