"""What is special to chapter 2: many shapes, noise, and papers that keep away from zero."""

import pytest

from bplab import nn
from bplab.exam.compose import with_parts
from bplab.exercises import find
from tests.exercises.chain_rule.numerical_gradient import gradient_in_place

SEEDS = range(12)


@pytest.mark.parametrize("seed", SEEDS)
def test_two_neurons_stay_away_from_zero_and_from_saturation(seed):
    for case in find("two_neuron_forward").draw(seed).cases:
        values = nn.two_neuron_forward(**case.inputs)
        assert 0.4 < abs(values["z1"]) < 1.8 and 0.3 < abs(values["z2"]) < 1.8
        assert all(case.inputs[name] != 0 for name in ("x", "w1", "b1", "w2", "b2"))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_numerical_gradient_is_exact_where_the_paper_asks(seed):
    exercise = find("numerical_gradient")
    shapes = {case.inputs["x"].shape for case in exercise.draw(seed).cases}
    assert {(7,), (3, 4), (), (2, 3, 2)} <= shapes
    assert exercise.examine(gradient_in_place, seed).passed


@pytest.mark.parametrize("seed", SEEDS)
def test_one_sided_differences_never_pass(seed):
    for name, mistake in (
        ("numerical_gradient", "forward-difference"),
        ("numerical_gradient", "backward-difference"),
        ("gradient_check", "one-sided"),
    ):
        exercise = find(name)
        assert exercise.examine(exercise.mistakes[mistake].solution, seed).mistake == mistake


@pytest.mark.parametrize("seed", SEEDS)
def test_a_right_gradient_reads_as_zero_and_a_wrong_one_does_not(seed):
    paper = find("gradient_check").draw(seed)
    errors = [answer["value"] for answer in paper.expected()]
    assert errors[:4] == [0.0] * 4
    assert min(errors[4:-1]) > 1e-3 and errors[-1] == 0.0  # the last: a right one of a large f
    assert errors[4] == pytest.approx(0.01 / 2.01, rel=1e-4)  # one entry off by a percent
    assert errors[5] == pytest.approx(0.01 / 2.01, rel=1e-4)
    assert errors[6] == pytest.approx(1) and errors[7] == pytest.approx(1 / 3)


def test_a_check_that_a_global_norm_would_dilute_is_on_the_paper():
    norms = {nn.relative_error: find("relative_error").mistakes["norms"].solution}
    report = find("gradient_check").examine(with_parts(nn.gradient_check, norms))
    assert "0.004975" in report.observed
