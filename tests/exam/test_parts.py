"""A part's mistake inside a whole is found, and told with the part's own words."""

import inspect

import numpy as np
import pytest

from bplab import exercises
from bplab.exam.compose import called_names, with_parts
from bplab.exam.diagnosis.parts import parts_of

EVERY = exercises.every()


def with_a_mistaken(whole, part, mistake):
    part = exercises.find(part)
    reference = exercises.find(whole).reference
    return with_parts(reference, {part.reference: part.mistakes[mistake].solution})


@pytest.mark.parametrize(
    "whole, part, mistake",
    [
        ("mlp_backward", "linear_backward", "weights-averaged"),
        ("train_step", "linear_forward", "bias-subtracted"),
        ("train_step", "cross_entropy", "summed"),
        ("fit_minibatch", "linear_forward", "bias-subtracted"),
        ("train_neuron", "neuron_forward", "no-activation"),
        ("gradient_check", "relative_error", "mean-of-entries"),
    ],
)
def test_a_mistaken_part_is_named_with_its_own_hints(whole, part, mistake):
    report = exercises.find(whole).examine(with_a_mistaken(whole, part, mistake))
    assert not report.passed
    assert report.mistake == f"{part}/{mistake}" or report.mistake in exercises.find(whole).mistakes
    if "/" in report.mistake:
        assert f"the one that {part} does" in report.hints[0]
        assert "{" not in " ".join(report.hints)


def test_what_the_part_says_is_true_of_a_call_the_whole_makes():
    """train_step's batch has another N than linear_backward's own papers."""
    whole = with_a_mistaken("train_step", "linear_backward", "bias-averaged")
    report = exercises.find("train_step").examine(whole, seed=5)
    if report.mistake == "linear_backward/bias-averaged":
        first = exercises.find("train_step").draw(5).cases[0].inputs["X"]
        assert f"1/{len(first)} of what it should be" in report.hints[0]


def test_an_answer_that_no_part_explains_is_not_blamed_on_one():
    exercise = exercises.find("mlp_backward")

    def mlp_backward(*arguments):
        grads = exercise.reference(*arguments)
        return [(dW + 0.01 * np.sin(dW), db) for dW, db in grads]

    assert "/" not in exercise.examine(mlp_backward).mistake


@pytest.mark.parametrize("exercise", EVERY, ids=lambda e: e.name)
def test_an_exercise_says_what_it_is_built_on(exercise):
    """What its reference calls, and is an exercise itself, stands in `built_on`."""
    if exercise.costly or not inspect.isfunction(exercise.reference):
        return
    asked = {
        id(other.reference): other
        for other in EVERY
        if other is not exercise and inspect.isfunction(other.reference)
    }
    called = [
        asked[id(value)].name
        for name in called_names(exercise.reference.__code__)
        if id(value := exercise.reference.__globals__.get(name)) in asked
    ]
    missing = set(called) - {part.name for part in parts_of(exercise)}
    assert not missing, f"{exercise.name} calls {missing}: name them in built_on=(...)"
