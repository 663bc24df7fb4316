"""Chapter 1's exams: wrong answers that nobody named, and what they are told."""

import numpy as np
import pytest

from bplab import exercises, nn
from tests.exercises.alternatives import ALTERNATIVES

SEEDS = (None, 5, 20261122)
WRONG = []


def wrong(exercise, *words):
    """Register a wrong answer to `exercise`; its report must hold all the `words`."""

    def register(solution):
        WRONG.append(pytest.param(exercise, solution, words, id=f"{exercise}-{solution.__name__}"))
        return solution

    return register


# --- linear_neuron_step -----------------------------------------------------------------------


@wrong("linear_neuron_step", "step in w", "exactly x times", "one of the arguments")
def input_squared(x, w, y, learning_rate):
    return w + 2 * learning_rate * (y - w * x) * x**2


@wrong("linear_neuron_step", "step in w", "exactly learning_rate times")
def rate_squared(x, w, y, learning_rate):
    return w + 2 * learning_rate**2 * (y - w * x) * x


@wrong("linear_neuron_step", "step in w", "exactly y/x times")
def target_for_input(x, w, y, learning_rate):
    return w + 2 * learning_rate * (y - w * x) * y


@wrong("linear_neuron_step", "as if learning_rate were 0.1 throughout")
def rate_written_in(x, w, y, learning_rate):
    return w + 2 * 0.1 * (y - w * x) * x


@wrong("linear_neuron_step", "has not moved at all")
def nothing_learned(x, w, y, learning_rate):
    return w


@wrong("linear_neuron_step", "1.7 in every case", "written into the function")
def answer_written_in(x, w, y, learning_rate):
    return 1.7


@wrong("linear_neuron_step", "right to 2 decimals", "rounded")
def rounded_weight(x, w, y, learning_rate):
    return round(w + 2 * learning_rate * (y - w * x) * x, 2)


@wrong("linear_neuron_step", "2 things where one is asked, w", "Number 1 of them is the right one")
def weight_and_loss(x, w, y, learning_rate):
    return w + 2 * learning_rate * (y - w * x) * x, (y - w * x) ** 2


@wrong("linear_neuron_step", "applied twice", "1.7 belongs there")
def two_steps(x, w, y, learning_rate):
    for _ in range(2):
        w = w + 2 * learning_rate * (y - w * x) * x
    return w


# --- sigmoid ------------------------------------------------------------------------------------


@wrong("sigmoid", "nearly right", "a clip")
def clipped_too_early(z):
    return 1 / (1 + np.exp(-np.clip(z, -10, 10)))


@wrong("sigmoid", "rounded value")
def decision(z):
    return (np.asarray(z) > 0) * 1.0


@wrong("sigmoid", "(12,)", "(3, 4) belongs there", "flattens")
def flattened(z):
    return np.array([nn.sigmoid(v) for v in np.ravel(z)])


@wrong("sigmoid", "float32", "about 7 digits")
def small_numbers(z):
    return nn.sigmoid(z).astype(np.float32)


@wrong("sigmoid", "changed what it was given: z")
def minus_in_place(z):
    z = np.asarray(z)
    z *= -1
    return nn.sigmoid(-z)


@wrong("sigmoid", "belongs there (z[")
def base_two(z):
    return 1 / (1 + 2.0 ** -np.clip(z, -700, 700))


# --- neuron_forward -----------------------------------------------------------------------------


@wrong("neuron_forward", "complement", "Which of the two outcomes")
def of_the_other_class(X, w, b):
    return 1 - nn.sigmoid(X @ w + b)


@wrong("neuron_forward", "sigmoid of what it should be", "once too often")
def sigmoid_twice(X, w, b):
    return nn.sigmoid(nn.sigmoid(X @ w + b))


@wrong("neuron_forward", "(6, 1)", "(6,) belongs there", "axis of length 1")
def column(X, w, b):
    return nn.sigmoid(X @ w.reshape(-1, 1) + b)


@wrong("neuron_forward", "2 things where one is asked, a", "Number 2")
def both_z_and_a(X, w, b):
    z = X @ w + b
    return z, nn.sigmoid(z)


@wrong("neuron_forward", "one number", "(6,) belongs there", "more axes than it should")
def one_for_all(X, w, b):
    return nn.sigmoid(np.sum(X * w) + b)


@wrong("neuron_forward", "right on 3 of 4 cases", "one number")
def squeezed(X, w, b):
    return np.squeeze(nn.sigmoid(X @ w.reshape(-1, 1) + b))


# --- losses -------------------------------------------------------------------------------------


@wrong("mse_loss", "exactly N/(N - 1) times", "length of an axis")
def one_example_fewer(p, y):
    return np.sum((p - y) ** 2) / (len(y) - 1)


@wrong("mse_loss", "exactly N/2 times")
def half_of_the_sum(p, y):
    return np.sum((p - y) ** 2) / 2


@wrong("mse_loss", "exactly 2 times")
def doubled(p, y):
    return 2 * np.mean((p - y) ** 2)


@wrong("mse_loss", "N/6", "as if N were 6 throughout")
def size_written_in(p, y):
    return np.sum((p - y) ** 2) / 6


@wrong("mse_loss", "whole part", "fractions")
def whole_division(p, y):
    return np.sum((p - y) ** 2) // len(y)


@wrong("mse_loss", "changed what it was given: p")
def difference_in_place(p, y):
    p -= y
    return np.mean(p**2)


@wrong("mse_loss", "one number", "str")
def told_in_words(p, y):
    return f"{np.mean((p - y) ** 2):.3f}"


@wrong("bce_loss", "exactly 1/2 times")
def halved(a, y):
    return nn.bce_loss(a, y) / 2


@wrong("bce_loss", "not a finite number")
def clipped_on_one_side(a, y):
    with np.errstate(all="ignore"):
        a = np.maximum(a, 1e-12)
        return -np.mean(y * np.log(a) + (1 - y) * np.log(1 - a))


@wrong("bce_loss", "right on 5 of 6 cases", "a = [1. , 0. , 0.6, 0.2]")
def infinities_dropped(a, y):
    with np.errstate(all="ignore"):
        yes, no = y * np.log(a), (1 - y) * np.log(1 - a)
    return -np.mean(np.nan_to_num(yes, neginf=0) + np.nan_to_num(no, neginf=0))


@wrong("bce_loss", "changed what it was given: a")
def clipped_in_place(a, y):
    np.clip(a, 1e-12, 1 - 1e-12, out=a)
    return -np.mean(y * np.log(a) + (1 - y) * np.log(1 - a))


# --- neuron_backward ----------------------------------------------------------------------------


@wrong("neuron_backward", "dw is exactly N times", "db is right", "Count the divisions")
def weights_not_averaged(X, a, y):
    return X.T @ (a - y), np.mean(a - y)


@wrong("neuron_backward", "dw is exactly the opposite", "db is right")
def weights_uphill(X, a, y):
    dw, db = nn.neuron_backward(X, a, y)
    return -dw, db


@wrong("neuron_backward", "db is exactly the opposite", "dw is right")
def bias_uphill(X, a, y):
    dw, db = nn.neuron_backward(X, a, y)
    return dw, -db


@wrong("neuron_backward", "in the place of dw is db", "dw, db, in this order")
def bias_first(X, a, y):
    dw, db = nn.neuron_backward(X, a, y)
    return db, dw


@wrong("neuron_backward", "(6, 3)", "(3,) belongs there", "mean over axis 0")
def not_collected(X, a, y):
    return X * (a - y)[:, None], np.mean(a - y)


@wrong("neuron_backward", "(3, 1)", "axis of length 1")
def column_of_weights(X, a, y):
    return X.T @ (a - y).reshape(-1, 1) / len(y), np.mean(a - y)


@wrong("neuron_backward", "2 things (dw, db)", "array of shape (3,)")
def bias_not_returned(X, a, y):
    return X.T @ (a - y) / len(y)


@wrong("neuron_backward", "exactly sqrt(N) times")
def divided_by_root(X, a, y):
    return X.T @ (a - y) / np.sqrt(len(y)), np.sum(a - y) / np.sqrt(len(y))


@wrong("neuron_backward", "N/6", "as if N were 6")
def batch_of_six(X, a, y):
    return X.T @ (a - y) / 6, np.sum(a - y) / 6


@wrong("neuron_backward", "right to 4 decimals")
def rounded_gradient(X, a, y):
    dw, db = nn.neuron_backward(X, a, y)
    return np.round(dw, 4), round(db, 4)


@wrong("neuron_backward", "changed what it was given: a")
def error_in_place(X, a, y):
    a -= y
    return X.T @ a / len(y), a.mean()


@wrong("neuron_backward", "dw has shape (3, 6)")
def every_pair(X, a, y):
    dz = (a.reshape(-1, 1) - y) / len(y)
    return X.T @ dz, dz.sum()


@wrong("neuron_backward", "first number that is wrong is db", "dw is right")
def slope_in_the_bias(X, a, y):
    return X.T @ (a - y) / len(y), np.mean((a - y) * a * (1 - a))


# --- gradient_step ------------------------------------------------------------------------------


@wrong("gradient_step", "step in b has the right length", "w is right", "downhill")
def bias_climbs(w, b, dw, db, learning_rate):
    return w - learning_rate * dw, b + learning_rate * db


@wrong("gradient_step", "as if learning_rate were 0.1 throughout")
def rate_of_a_tenth(w, b, dw, db, learning_rate):
    return w - 0.1 * dw, b - 0.1 * db


@wrong("gradient_step", "w has not moved at all", "b is right")
def weights_kept(w, b, dw, db, learning_rate):
    return w, b - learning_rate * db


@wrong("gradient_step", "step in w points the right way", "1/2")
def half_steps(w, b, dw, db, learning_rate):
    return w - learning_rate * dw / 2, b - learning_rate * db / 2


@wrong("gradient_step", "changed what it was given: dw")
def gradient_scaled_in_place(w, b, dw, db, learning_rate):
    dw *= learning_rate
    return w - dw, b - learning_rate * db


# --- train_neuron -------------------------------------------------------------------------------


def _loop(X, y, learning_rate, epochs, w, b, loss=nn.bce_loss):
    losses = []
    for _ in range(epochs):
        a = nn.neuron_forward(X, w, b)
        losses.append(loss(a, y))
        dw, db = nn.neuron_backward(X, a, y)
        w, b = w - learning_rate * dw, b - learning_rate * db
    return w, b, losses


@wrong("train_neuron", "losses is off from its first value on", "starting values", "0.6931")
def random_start(X, y, learning_rate, epochs):
    w = np.random.default_rng(0).normal(size=X.shape[1])
    return _loop(X, y, learning_rate, epochs, w, 0.0)


@wrong("train_neuron", "Two calls with the same arguments")
def another_start_every_time(X, y, learning_rate, epochs):
    w = np.random.default_rng().normal(size=X.shape[1])
    return _loop(X, y, learning_rate, epochs, w, 0.0)


@wrong("train_neuron", "All that you return", "learning_rate = 0.01 throughout")
def rate_not_used(X, y, learning_rate, epochs):
    return _loop(X, y, 0.01, epochs, np.zeros(X.shape[1]), 0.0)


@wrong("train_neuron", "losses has 100 values", "The first 5 agree", "too long")
def always_a_hundred(X, y, learning_rate, epochs):
    return _loop(X, y, learning_rate, 100, np.zeros(X.shape[1]), 0.0)


@wrong("train_neuron", "3 things (w, b, losses)")
def curve_not_returned(X, y, learning_rate, epochs):
    return _loop(X, y, learning_rate, epochs, np.zeros(X.shape[1]), 0.0)[:2]


@wrong("train_neuron", "another order", "w and b are right")
def curve_backward(X, y, learning_rate, epochs):
    w, b, losses = _loop(X, y, learning_rate, epochs, np.zeros(X.shape[1]), 0.0)
    return w, b, losses[::-1]


@wrong("train_neuron", "w and b are right", "losses[0] is", "0.6931 belongs there")
def accuracy_for_loss(X, y, learning_rate, epochs):
    def accuracy(a, y):
        return np.mean((a > 0.5) == y)

    return _loop(X, y, learning_rate, epochs, np.zeros(X.shape[1]), 0.0, accuracy)


@wrong("train_neuron", "UFuncTypeError", "whole numbers cannot take fractions")
def whole_number_weights(X, y, learning_rate, epochs):
    w, b = np.zeros(X.shape[1], dtype=int), 0.0
    dw, db = nn.neuron_backward(X, nn.neuron_forward(X, w, b), y)
    w -= learning_rate * dw
    return w, b - learning_rate * db, [np.log(2)]


@pytest.mark.parametrize("exercise, solution, words", WRONG)
def test_a_wrong_answer_nobody_named_is_told_something_specific(exercise, solution, words):
    report = exercises.find(exercise).examine(solution)
    assert not report.passed and report.score < 1
    assert report.mistake not in exercises.find(exercise).mistakes or report.mistake in (
        "log-of-zero",
    )
    for word in words:
        assert word in str(report), str(report)
    assert len(report.hints) == 3 and all(report.hints)


@pytest.mark.parametrize("exercise, solution, words", WRONG)
def test_a_wrong_answer_fails_on_every_paper(exercise, solution, words):
    for seed in SEEDS:
        assert not exercises.find(exercise).examine(solution, seed).passed


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
