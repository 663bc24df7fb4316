"""The graph that is stepped through: any class is read, sums and powers are told."""

import pytest

from bplab import nn, viz


def steps(shown):
    return [step["say"] for step in shown.state["steps"]]


def test_the_graph_adds_up_what_comes_along_two_ways():
    x = nn.Value(0.7)
    out = (x * x + x) * x
    out.backward()
    shown = viz.graph_stepper(out, {"x": x})
    assert shown.state["nodes"][0]["grad"] == pytest.approx(3 * 0.49 + 1.4)
    final = shown.state["steps"][-1]["sums"]
    assert final["0"] == pytest.approx(x.grad)
    assert "from before" in " ".join(steps(shown))
    assert len(shown.state["steps"]) == 1 + 3 + 1 + 3


def test_the_graph_without_backward_steps_forward_only():
    x = nn.Value(2.0)
    shown = viz.graph_stepper(x * 3 + 1, {"x": x})
    assert {step["way"] for step in shown.state["steps"]} == {"forward"}
    assert "call backward()" in steps(shown)[-1] and "v2 = v1 + 1 = 6 + 1 = 7" in steps(shown)[-1]


class Tape:
    """A learner's own: parents in a set, no record of the operation, a gradient overwritten."""

    def __init__(self, data, *made_from):
        self.data, self.grad, self._made_from = data, 0.0, set(made_from)


def test_the_graph_reads_any_class_and_says_where_its_gradient_is_wrong():
    a, b = Tape(3.0), Tape(4.0)
    product = Tape(12.0, a, b)
    total = Tape(15.0, product, a)
    total.grad, product.grad, a.grad, b.grad = 1.0, 1.0, 1.0, 3.0  # a's first share was lost
    shown = viz.graph_stepper(total, {"a": a, "b": b})
    assert {node["op"] for node in shown.state["nodes"]} == {"", "*", "+"}
    assert "(but its .grad is 1)" in " ".join(steps(shown))
    assert "b gets 1 × 3 = 3" in " ".join(steps(shown))


def test_the_graph_takes_pairs_of_value_and_slope_and_plain_nodes():
    class Pair:
        def __init__(self, data, grad, inputs=()):
            self.data, self.grad, self.inputs = data, grad, inputs

    x = Pair(0.5, 0.7)
    shown = viz.graph_stepper(Pair(9.0, 1.0, [(x, 0.7)]))
    assert shown.state["nodes"][1]["slopes"] == [0.7]
    nodes = [
        {"name": "x", "data": 2.0, "grad": 4.0, "parents": []},
        {"data": 4.0, "grad": 1.0, "op": "**2", "parents": [0]},
    ]
    assert "x gets 1 × 4 = 4" in " ".join(steps(viz.graph_stepper(nodes)))


@pytest.mark.parametrize("op", ["**", "^", "pow"])
def test_a_power_whose_class_keeps_no_exponent_is_written_with_it(op):
    nodes = [
        {"name": "x", "data": 3.0, "grad": 6.0, "parents": []},
        {"name": "y", "data": 9.0, "grad": 1.0, "op": op, "parents": [0]},
    ]
    told = " ".join(steps(viz.graph_stepper(nodes)))
    assert "y = x^2 = (3)^2 = 9" in told and "x gets 1 × 6 = 6" in told


def test_the_graph_refuses_what_cannot_be_read():
    x = nn.Value(1.0)
    for _ in range(45):
        x = x + 1
    with pytest.raises(ValueError, match="at most 40"):
        viz.graph_stepper(x)
    with pytest.raises(TypeError, match="has no .data"):
        viz.graph_stepper(3.5)
