"""Pictures of the later chapters in a graded class: seen, unless they work out what is asked."""

import sys

import pytest

from bplab.grading.sandbox import Cell, Sandbox, available

WORKS, WHY = available() if sys.platform == "linux" else (False, "no Linux namespaces")
AGES = """
import numpy as np
from bplab import viz
viz.blame_by_age({"plain": 0.5 ** np.arange(9.0)})
"""
CURVES = "viz.recall_curves({'plain': np.linspace(0.5, 1, 40)[None]}, chance=0.5)"
UNROLLED = """
import numpy as np
from bplab import viz
step = lambda x, h, Wx, Wh, b: np.tanh(x @ Wx + h @ Wh + b)
def back(dh, x, before, h, Wx, Wh):
    dz = dh * (1 - h**2)
    return dz @ Wx.T, dz @ Wh.T, x.T @ dz, before.T @ dz, dz.sum(axis=0)
draw = np.random.default_rng(0).normal
viz.through_time(step, back, draw(size=(2, 4, 1)), np.zeros((2, 2)), draw(size=(1, 2)),
                 draw(size=(2, 2)), np.zeros(2), draw(size=(2, 4, 2)))
"""
LEFT_OUT = "not drawn while this chapter is graded"


@pytest.mark.skipif(not WORKS, reason=WHY)
@pytest.mark.parametrize("chapter, unrolled", [("08_recurrent", False), ("09_convolution", True)])
def test_chapter_8_draws_what_it_measured_and_not_what_it_asks(chapter, unrolled):
    with Sandbox(chapter) as sandbox:
        cells = [Cell(AGES), Cell(CURVES), Cell(UNROLLED)]
        shown = [cell.outputs[-1] for cell in sandbox.run(cells, draw=None).cells]
    for output in shown if unrolled else shown[:2]:
        assert "image/png" in output["data"], output
        assert "script" not in output["data"]["text/html"]
    assert unrolled or LEFT_OUT in shown[2]["data"]["text/plain"]
