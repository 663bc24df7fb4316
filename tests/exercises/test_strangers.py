"""Answers written without sight of the exams: right ones pass, wrong ones are refused and told."""

from importlib import import_module
from pathlib import Path

import pytest

from bplab import examine, exercises
from tests.exam.test_claims import audit
from tests.exercises.strangers.table import STRANGERS

for _file in sorted((Path(__file__).parent / "strangers").glob("ch*.py")):
    import_module(f"tests.exercises.strangers.{_file.stem}")

COSTLY = {"train_classifier", "train_digits", "train_policy"}
WORDS = {
    ("linear_neuron_step", "the rate is divided by, not multiplied"): "1/learning_rate**2",
    ("sigmoid", "stable with abs but not mirrored for negative z"): "absolute value",
    ("mse_loss", "divides by N - 1"): "N/(N - 1)",
    ("neuron_backward", "mean over all entries of X"): "dw is exactly 1/D times",
    ("neuron_backward", "loop overwrites dw, the last example remains"): "last example alone",
    ("gradient_step", "fixed rate 0.1"): "as if learning_rate were 0.1 throughout",
    ("train_neuron", "loss recorded every 10th epoch"): "not all written down",
    ("train_neuron", "stops early when the loss hardly changes"): "ends too early",
    ("mlp_forward", "biases of hidden layers left out"): "biases of all layers but the last at 0",
    ("epoch_update", "skips the first tuple"): "without the first example",
    ("inverse_time_rate", "the rate ignored"): "1/learning_rate times",
    ("l2_penalty", "lam squared"): "exactly lam times",
    ("dropout_backward", "scaled twice"): "exactly 1/keep_prob times",
    ("confusion_counts", "threshold ignored"): "rounded value",
    ("he_init", "mean 1: rng.normal(1, ...)"): "off by the same amount",
    ("conv_backward", "db of the first example"): "first example alone",
    ("policy_gradient", "sum, and uphill"): "exactly N times",
}


def _name(stranger):
    return f"{stranger.exercise}: {stranger.note}"


RIGHT = [stranger for stranger in STRANGERS if stranger.right]
WRONG = [stranger for stranger in STRANGERS if not stranger.right]


@pytest.mark.parametrize("stranger", RIGHT, ids=_name)
def test_a_right_answer_in_any_manner_passes(stranger):
    for seed in (None,) if stranger.exercise in COSTLY else (None, 3, 11):
        report = examine(stranger.exercise, stranger.answer, seed)
        assert report.passed, str(report)


@pytest.mark.parametrize("stranger", WRONG, ids=_name)
def test_a_wrong_answer_is_refused_and_told_in_words_true_of_it(stranger):
    key = stranger.exercise, stranger.note
    report = examine(stranger.exercise, stranger.answer)
    assert not report.passed
    assert WORDS.get(key, "") in str(report)


def test_the_words_are_those_of_answers_in_the_table():
    assert set(WORDS) <= {(s.exercise, s.note) for s in WRONG}


@pytest.mark.parametrize("name", sorted({s.exercise for s in WRONG} - COSTLY))
def test_what_the_card_states_is_so(name):
    audit(exercises.find(name), [(s.note, s.answer) for s in WRONG if s.exercise == name])
