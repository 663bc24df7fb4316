"""check goes by the name that the learner bound."""

import functools

import numpy as np
import pytest

import bplab
from bplab import check, nn
from bplab.exam.report import CheckFailed


def timed(function):
    def wrapper(*arguments):
        return function(*arguments)

    return wrapper


def kept(function):
    @functools.wraps(function)
    def wrapper(*arguments):
        return function(*arguments)

    return wrapper


def run(source):
    """Run a cell of a notebook, and return its names."""
    names = {"nn": nn, "np": np, "check": check, "timed": timed, "kept": kept}
    exec(compile(source, "<cell>", "exec"), names)
    return names


@pytest.mark.parametrize(
    "cell",
    [
        "sigmoid = timed(nn.sigmoid)\ncheck(sigmoid)",
        "sigmoid = kept(nn.sigmoid)\ncheck(sigmoid)",
        "mine = nn.sigmoid\nsigmoid = mine\ncheck(sigmoid)",
        "relu_grad = lambda z: 1.0 * (np.asarray(z) > 0)\ncheck(relu_grad)",
        "def softmax(Z):\n    return nn.softmax(Z)\ncheck('softmax')",
    ],
)
def test_whatever_the_function_is_called_inside(cell, capsys):
    run(cell)
    assert "passed" in capsys.readouterr().out


def test_the_name_that_was_bound_decides_and_not_the_one_inside():
    cell = "def sigmoid(z):\n    return nn.sigmoid(z)\ntanh_grad = sigmoid\ndel sigmoid\n"
    with pytest.raises(CheckFailed) as failed:
        run(cell + "check(tanh_grad)")
    assert failed.value.report.exercise == "tanh_grad"


def test_what_is_no_function_is_told_kindly():
    with pytest.raises(TypeError, match="check takes the function or class"):
        run("check(np.zeros(3))")


def test_a_name_given_to_something_else_is_told():
    with pytest.raises(CheckFailed) as failed:
        run("import bplab\nnn = 3\ndef softmax(Z):\n    return nn.softmax(Z)\ncheck(softmax)")
    assert "nn is no module any more: it is an int" in failed.value.report.observed


BROKEN = """
def sigmoid(z):
    return 1 / (1 + np.exp(z))

def neuron_forward(X, w, b):
    return sigmoid(X @ w + b)
"""


def test_a_fault_that_another_function_carries_is_told_as_its_own():
    with pytest.raises(CheckFailed) as failed:
        run(BROKEN + "check(neuron_forward)")
    report = failed.value.report
    assert report.carried == ["sigmoid"] and "The fault lies in sigmoid" in report.hints[0]
    assert report.to_dict()["carried"] == ["sigmoid"]


def test_a_second_sitting_leaves_the_learners_names_as_they_were():
    names = {"np": np}
    exec(BROKEN, names)
    before = dict(names)
    bplab.examine("neuron_forward", names["neuron_forward"])
    assert all(names[name] is thing for name, thing in before.items())


def test_two_faults_are_not_carried_away():
    cell = BROKEN.replace("X @ w + b", "X @ w - b")
    with pytest.raises(CheckFailed) as failed:
        run(cell + "check(neuron_forward)")
    assert failed.value.report.carried == []
