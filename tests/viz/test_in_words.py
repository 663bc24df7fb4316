"""Where matplotlib is missing, pictures say in words what they would show."""

import subprocess
import sys

PROGRAM = """
import sys
from importlib.abc import MetaPathFinder


class Missing(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("matplotlib", "PIL", "cycler"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


sys.meta_path.insert(0, Missing())
import importlib.util

real = importlib.util.find_spec
importlib.util.find_spec = lambda name, *rest: (
    None if name == "matplotlib" else real(name, *rest)
)
import numpy as np

from bplab import nn, viz

X, y = np.random.default_rng(0).normal(size=(30, 2)), np.arange(30) % 2
plain = viz.loss_curves({"training": np.linspace(1, 0.2, 20)})
params = nn.init_params((2, 3, 2), np.random.default_rng(1))
drawn = viz.two_pass_stepper(X, y, params, example=1)
regions = viz.decision_regions(X, y, [params, params])
loss = (nn.Tensor(X) * 2.0).mean()
loss.backward()
graph = viz.tensor_graph(loss)
for shown in (plain, drawn, regions, graph):
    data, metadata = shown._repr_mimebundle_()
    assert "image/png" not in data and shown.alt in data["text/plain"], shown
    assert "in words" in data["text/html"]
assert "<script" in drawn.html and "<script" in graph.html and "<script" not in plain.html
try:
    import matplotlib
except ModuleNotFoundError:
    print("a learner's own import still says that it is missing")
"""


def test_every_kind_of_picture_is_told_in_words():
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    assert "still says" in done.stdout
