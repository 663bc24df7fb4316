"""What holds for the whole first chapter: credit for single parts, and hints of their own."""

import pytest

from bplab import exercises
from tests.exercises.alternatives import ALTERNATIVES
from tests.exercises.single_neuron.gradient_step import weights_kept
from tests.exercises.single_neuron.neuron_backward import weights_uphill
from tests.exercises.single_neuron.train_neuron import accuracy_for_loss


def test_what_is_wrong_only_in_one_part_earns_the_others():
    assert exercises.find("neuron_backward").examine(weights_uphill).score == 0.5
    assert exercises.find("train_neuron").examine(accuracy_for_loss).score == pytest.approx(2 / 3)
    assert exercises.find("gradient_step").examine(weights_kept).parts == {"w": False, "b": True}


def test_an_unwritten_function_is_named_by_the_one_that_calls_it():
    def sigmoid(z):
        raise NotImplementedError()

    def neuron_forward(X, w, b):
        return sigmoid(X @ w + b)

    report = exercises.find("neuron_forward").examine(neuron_forward)
    assert "needs" in report.observed and "sigmoid" in report.observed


def test_every_exercise_of_the_chapter_has_three_alternatives():
    for exercise in exercises.chapter("01_single_neuron"):
        assert len(ALTERNATIVES[exercise.name]) >= 3


def test_every_mistake_says_something_of_its_own():
    for exercise in exercises.chapter("01_single_neuron"):
        told = [mistake.observed for mistake in exercise.mistakes.values()]
        assert len(set(told)) == len(told)
