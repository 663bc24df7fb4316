"""Pictures of chapter 10: the graph of a tensor expression, and what the two modes cost."""

import json
import warnings

import numpy as np
import pytest

from bplab import viz
from bplab.nn import Tensor
from bplab.viz import style
from tests.viz.letters import smallest


def expression():
    rng = np.random.default_rng(0)
    X, W, b = (Tensor(rng.normal(size=shape)) for shape in [(6, 3), (3, 4), (4,)])
    A = (X @ W + b).tanh()
    loss = (A * A).mean()
    return loss, {"X": X, "W": W, "b": b, "A": A, "loss": loss}


def test_the_graph_says_its_shapes_and_steps_both_ways():
    loss, names = expression()
    loss.backward()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        shown = viz.tensor_graph(loss, names)
    assert json.loads(json.dumps(shown.state)) == shown.state
    assert "X @ W: (6, 3) @ (3, 4) gives (6, 4)" in shown.alt
    says = [step["say"] for step in shown.state["steps"]]
    assert any("b gets a share of shape (4,) (it was copied to (6, 4)" in say for say in says)
    assert any("A gets a share of shape (6, 4), twice" in say for say in says)
    assert shown.state["steps"][-1]["gradients"]
    assert smallest(shown)[0] >= style.SMALLEST, smallest(shown)
    assert len(shown.png) > 1000 and viz.tensor_graph(loss, names).state == shown.state


def test_a_long_expression_breaks_into_rows_that_its_edges_go_around():
    t = Tensor(np.ones(3))
    for _ in range(10):
        t = t.tanh()
    shown = viz.tensor_graph(t.sum())
    assert shown.state["size"][0] <= 6
    boxes = [tuple(at) for at in shown.state["at"] if at]
    assert len(set(boxes)) == len(boxes)
    rows = sorted({y for _, y in boxes})
    assert all(below - above > 1 for above, below in zip(rows, rows[1:], strict=False))
    turns = [turn for edge in shown.state["edges"] for turn in edge["turns"]]
    assert len(turns) == len(rows) - 1 and smallest(shown)[0] >= style.SMALLEST


def test_without_a_backward_pass_it_steps_forward_only_and_says_why():
    loss, names = expression()
    steps = viz.tensor_graph(loss, names).state["steps"]
    assert {step["way"] for step in steps} == {"forward"}
    assert "call backward()" in steps[-1]["say"]


def test_a_class_of_the_learners_own_is_drawn_too():
    class Mine:
        def __init__(self, data, children=()):
            self.data, self.grad = np.asarray(data), np.ones(np.shape(data))
            self._prev = set(children)

    a = Mine(np.ones((2, 3)))
    shown = viz.tensor_graph(Mine(3.0, [Mine(np.ones(3), [a])]), {"a": a})
    assert [node["shape"] for node in shown.state["nodes"]] == ["(2, 3)", "(3,)", "one number"]


def test_too_large_a_graph_is_refused_with_its_size():
    t = Tensor(np.ones(3))
    for _ in range(30):
        t = t + 1
    with pytest.raises(ValueError, match="62 tensors; at most 24"):
        viz.tensor_graph(t.sum())


def test_costs_are_told_in_words_too():
    costs = {"reverse": [3.0, 3.2], "forward": [2.0, 130.0]}
    shown = viz.mode_costs([1, 64], costs, {"reverse": [3.0, 200.0], "forward": [2.0, 2.1]})
    assert (
        "From 1 to 64 inputs reverse mode costs 3 to 3.2, forward mode costs 2 to 130" in shown.alt
    )
    assert smallest(shown)[0] >= style.SMALLEST, smallest(shown)
    assert len(shown.png) > 1000
