"""What is caught before values are compared, and what a wrong array is told."""

import threading
import time

import numpy as np
import pytest

from bplab import examine, nn
from bplab.exam import Case, CheckFailed, Exercise, Fault, sit
from bplab.exam.diagnosis import errors
from bplab.exam.diagnosis.general import GENERAL
from bplab.exam.marking import mark
from bplab.exam.wire import pack, unpack
from tests import patience

linear_backward = Exercise(
    "linear_backward",
    "03_two_pass_mlp",
    nn.linear_backward,
    returns=("dX", "dW", "db"),
    shapes={"dZ": "N H", "X": "N D", "W": "D H"},
    seconds=0.3,
)


@linear_backward.paper
def _(rng):
    for N, D, H in [(6, 3, 5), (9, 4, 2)]:
        yield {
            "dZ": rng.normal(size=(N, H)),
            "X": rng.normal(size=(N, D)),
            "W": rng.normal(size=(D, H)),
        }


@linear_backward.mistake("bias-averaged", "db is 1/{N}; {where} is {actual}.", "look", "derive")
def _(dZ, X, W):
    return dZ @ W.T, X.T @ dZ, dZ.mean(axis=0)


def right(dZ, X, W):
    return dZ @ W.T, X.T @ dZ, dZ.sum(axis=0)


def told(fn):
    return linear_backward.examine(fn)


def raises_in_a_line(dZ, X, W):
    scores = X @ dZ
    return scores


def changes_its_argument(dZ, X, W):
    dZ *= 1.0001
    return right(dZ, X, W)


calls = []


def differs_between_calls(dZ, X, W):
    calls.append(0)
    dX, dW, db = right(dZ, X, W)
    return dX + len(calls), dW, db


def never_ends(dZ, X, W):
    while True:
        try:
            time.sleep(0.01)
        except Exception:
            pass


BEFORE = {
    "not-defined": (None, "not defined"),
    "not-callable": (np.ones(3), "cannot be called"),
    "wrong-arguments": (lambda dZ, X: 0, "(dZ, X)"),
    "raised": (raises_in_a_line, "scores = X @ dZ"),
    "not-written": (lambda dZ, X, W: (_ for _ in ()).throw(NotImplementedError()), "not written"),
    "returned-nothing": (lambda dZ, X, W: None, "None"),
    "wrong-type": (lambda dZ, X, W: "dX", "3 things (dX, dW, db)"),
    "not-finite": (lambda dZ, X, W: (dZ @ W.T * np.nan, X.T @ dZ, dZ.sum(0)), "nan"),
    "changed-arguments": (changes_its_argument, "dZ"),
    "not-repeatable": (differs_between_calls, "Two calls"),
    "too-slow": (never_ends, "0.3 s"),
    "wrong-shape": (lambda dZ, X, W: (dZ @ W.T, X.T @ dZ, dZ.sum() * np.ones(1)), "(1,)"),
    "float32": (lambda dZ, X, W: tuple(a.astype(np.float32) for a in right(dZ, X, W)), "float32"),
}


@pytest.mark.parametrize("name", BEFORE)
def test_each_fault_seen_before_values_has_its_own_message(name):
    fn, words = BEFORE[name]
    report = told(fn)
    assert not report.passed and report.mistake == name, str(report)
    assert words in report.observed
    assert len(report.hints) == 3


def test_an_error_is_known_by_its_type_not_by_a_word_of_the_line_that_raised_it():
    def asks_an_empty_dict(dZ, X, W):
        return {}["function"]

    def speaks_of_a_key_error(dZ, X, W):
        raise OSError("KeyError")

    looks = [told(fn).hints[1] for fn in (asks_an_empty_dict, speaks_of_a_key_error)]
    assert looks[0] == errors.TYPES["KeyError"][0]
    assert looks[1] == GENERAL["raised"][1]


def test_a_mistake_that_stands_for_an_error_asks_for_its_type():
    """And one that asks for words asks Python's own, not those of the learner's line."""
    exercise = Exercise("halved", "toys", lambda x: x / 2, returns="y")

    @exercise.paper
    def _(rng):
        yield {"x": rng.normal(size=4)}

    hints = ("observed", "look", "derive")
    exercise.mistake("no-entry", *hints, when="raised", kind="KeyError")(lambda x: {}["half"])
    exercise.mistake("none", *hints, when="raised", says="'NoneType'")(lambda x: x / None)

    def names_a_key_error(x):
        return np.ones(3) @ np.ones(4) or "'NoneType' KeyError"

    assert exercise.examine(lambda x: {}["other"]).mistake == "no-entry"
    assert exercise.examine(lambda x: None / x).mistake == "none"
    assert exercise.examine(names_a_key_error).mistake == "raised"


def test_too_slow_is_caught_outside_the_main_thread_too():
    found = []

    def never_ends(dZ, X, W):
        while True:
            pass

    thread = threading.Thread(target=lambda: found.append(told(never_ends)))
    thread.start()
    thread.join(patience.SECONDS)
    assert found and found[0].mistake == "too-slow"


def test_containers_and_scalar_types_are_not_what_is_graded():
    assert told(lambda dZ, X, W: [a.tolist() for a in right(dZ, X, W)]).passed
    assert told(lambda dZ, X, W: right(dZ, X, W)).passed


def test_a_named_mistake_is_called_by_its_name_with_its_numbers():
    report = told(lambda dZ, X, W: (dZ @ W.T, X.T @ dZ, dZ.sum(axis=0) / len(dZ)))
    assert report.mistake == "bias-averaged"
    assert "1/6" in report.hints[0] and "{" not in report.hints[0]
    assert report.parts == {"dX": True, "dW": True, "db": False}
    assert report.score == pytest.approx(2 / 3)


def swap(index, change):
    def fn(dZ, X, W):
        answer = list(right(dZ, X, W))
        answer[index] = change(answer[index], dZ, X, W)
        return answer

    return fn


WRONG = {
    "factor-size": (swap(1, lambda a, dZ, X, W: a * len(X)), "exactly N times"),
    "factor-two": (swap(0, lambda a, dZ, X, W: 2 * a), "exactly 2 times"),
    "factor-constant": (swap(0, lambda a, dZ, X, W: 3.7 * a), "3.7 times"),
    "sign": (swap(1, lambda a, dZ, X, W: -a), "opposite"),
    "transposed": (swap(1, lambda a, dZ, X, W: a.T), "transpose"),
    "permuted": (swap(0, lambda a, dZ, X, W: np.roll(a, 2, axis=0)), "another order"),
    "offset": (swap(2, lambda a, dZ, X, W: a + 0.25), "0.25"),
    "term-extra": (swap(1, lambda a, dZ, X, W: a + 0.1 * W), "0.1 times W"),
    "not-reduced": (swap(2, lambda a, dZ, X, W: dZ), "sum over axis 0"),
    "extra-axis": (swap(2, lambda a, dZ, X, W: a[None]), "axis of length 1"),
    "reduced-too-far": (swap(2, lambda a, dZ, X, W: dZ.sum()), "one number"),
    "all-zero": (swap(2, lambda a, dZ, X, W: 0 * a), "zero everywhere"),
    "unchanged": (swap(1, lambda a, dZ, X, W: W), "argument W itself"),
    "transformed": (swap(1, lambda a, dZ, X, W: abs(a)), "absolute value"),
    "scrambled": (swap(1, lambda a, dZ, X, W: a.T.reshape(a.shape)), "wrong places"),
    "last-row": (swap(0, lambda a, dZ, X, W: np.vstack([a[:-1], 0 * a[-1:]])), "last row"),
    "swapped": (lambda dZ, X, W: right(dZ, X, W)[::-1], "place of dX is db"),
    "first-wrong-array": (swap(1, lambda a, dZ, X, W: a + X.T @ dZ**2), "dX and db are right"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_array_is_told_by_its_signature(name):
    fn, words = WRONG[name]
    report = told(fn)
    assert report.mistake == name, str(report)
    assert words in report.observed, report.observed
    assert 0 <= report.score < 1 and len(report.hints) == 3


def test_float32_inside_and_float64_outside_is_told_from_a_wrong_formula():
    def rounds(dZ, X, W):
        dX, dW, db = right(dZ, X.astype(np.float32), W)
        return dX, (X.T.astype(np.float32) @ dZ.astype(np.float32)).astype(float), db

    assert told(rounds).mistake == "float32"

    def wrong_too(dZ, X, W):
        return right(dZ, X, W)[0].astype(np.float32) * 2, *right(dZ, X, W)[1:]

    assert told(wrong_too).mistake == "factor-two"


def test_where_a_case_separates_right_from_wrong_it_is_said():
    shrink = Exercise("shrink", "x", lambda w, lam: w * (1 - lam), returns="w")

    @shrink.paper
    def _(rng):
        for lam in (0.0, 0.3, 0.7):
            yield {"w": rng.normal(size=4), "lam": lam}

    report = shrink.examine(lambda w, lam: w * (1 - lam) + (lam > 0) * w**2)
    assert "right where lam is 0.0" in report.observed


def test_judged_exercises_pass_any_answer_the_judge_accepts():
    pick = Exercise("pick", "x", lambda items: items[0], returns="item")

    @pick.paper
    def _(rng):
        yield Case({"items": [1.0, 2.0]}, key=[1.0, 2.0])

    @pick.judge
    def _(case, value):
        return None if value in case.key else Fault("stranger", f"{value} is not one of them.")

    assert pick.examine(lambda items: items[1]).passed
    assert pick.examine(lambda items: 5.0).mistake == "stranger"


def test_answers_for_fewer_cases_do_not_pass():
    paper = linear_backward.draw(3)
    short = linear_backward.draw(3)
    short.cases = short.cases[:1]
    report = mark(paper, sit(right, short.sheet()))
    assert not report.passed and report.score == 0


def test_check_failed_is_an_assertion_error_that_is_its_message():
    report = told(lambda dZ, X, W: None)
    error = CheckFailed(report)
    assert isinstance(error, AssertionError)
    assert str(error) == str(report)
    assert error._render_traceback_() == [f"CheckFailed: {report}"]
    (line,) = CheckFailed(report, under_card=True)._render_traceback_()
    assert len(line) < 80 and "card" in line and report.exercise in line
    assert report.observed not in line  # it stands in the card, once


def test_the_headline_is_what_was_observed_and_nothing_is_said_twice():
    report = told(lambda dZ, X, W: None)
    assert len(report.hints) == 3 and report.hints[0] == report.observed
    for card in (str(report), report.html()):
        for hint in report.hints:
            assert card.count(hint) == 1


def test_on_a_page_to_print_the_rungs_stand_open():
    report = told(lambda dZ, X, W: (dZ @ W.T, X.T @ dZ, dZ.mean(axis=0)))
    assert report.html().count("<details open") == 0
    assert report.html(unfolded=True).count("<details open") == 2


def test_the_card_needs_no_script_and_escapes_what_learners_say():
    def shouts(dZ, X, W):
        raise ValueError("<script>alert(1)</script>")

    card = told(shouts).html(points=3)
    assert "<script" not in card and "&lt;script&gt;" in card
    assert card.count("<details") == 2 and "0 of 3 points" in card


def two_parts(**more):
    exercise = Exercise("pair", "toys", lambda x: (x, 2 * x), ("one", "two"), **more)

    @exercise.paper
    def _(rng):
        yield {"x": rng.normal(size=4)}

    return exercise


def test_where_what_is_wrong_earns_nothing_by_itself_half_is_left():
    report = two_parts(credit=("one",)).examine(lambda x: (x, 3 * x))
    assert (report.passed, report.score) == (False, 0.5)


def test_each_part_that_earns_is_worth_the_same():
    assert two_parts().examine(lambda x: (x, 3 * x)).score == 0.5
    assert two_parts(credit=("two",)).examine(lambda x: (x, 3 * x)).score == 0


def test_answers_to_the_first_case_alone_earn_nothing():
    paper = linear_backward.draw(1)
    said = unpack(sit(right, paper.sheet()))
    assert len(said["answers"]) == 2
    said["answers"] = said["answers"][:1]
    report = linear_backward.mark(paper, pack(said))
    assert (report.mistake, report.score) == ("too-slow", 0)
    assert "Not every case was answered" in report.observed
    assert not linear_backward.passes(paper, pack(said))


def test_a_judge_that_cannot_read_an_answer_refuses_it_in_class_and_raises_in_the_tests(request):
    exercise = Exercise("guess", "toys", lambda x: x, returns="y")

    @exercise.paper
    def _(rng):
        yield {"x": 1.0}

    @exercise.judge
    def _(case, value):
        return None if value["first"] > 0 else Fault("low", "Too low.", "Look.", "Derive.")

    with pytest.raises(TypeError):
        exercise.examine(lambda x: x)
    request.getfixturevalue("as_in_class")
    report = exercise.examine(lambda x: x)
    assert (report.mistake, report.score) == ("wrong-type", 0)
    assert "could not be compared" in report.observed


def in_itself():
    found = []
    found.append(found)
    return found


@pytest.mark.parametrize(
    ("back", "told"),
    [
        (in_itself(), "nested more than 30 levels deep"),
        ([0.5] * 200_000, "holds more than 190000 things"),
        (np.broadcast_to(0.5, (10**6, 10**6)), "it is an array of shape (1000000, 1000000)"),
    ],
    ids=["in itself", "long", "broadcast"],
)
def test_what_is_far_too_large_is_told_as_that(back, told):
    report = examine("sigmoid", lambda z: back)
    assert told in str(report) and "Restart the kernel" not in str(report)
