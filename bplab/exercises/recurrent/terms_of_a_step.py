"""What stands inside the tanh of a step, and what outside: every way to put three terms together.

A step has three terms and one curve. Where numbers agree with another way to put them together,
that is said; in a whole sequence each step is judged by the state that the learner's own step
before it has left.
"""

from functools import cache
from itertools import product

import numpy as np

from bplab.exam import Fault
from bplab.exam.compare import close
from bplab.exam.diagnosis.words import joined

INSIDE, OUTSIDE, ALONE, OUT, TWICE, LESS = range(6)
WORDS = {
    OUTSIDE: "{} is added outside the tanh",
    ALONE: "{} has a tanh of its own",
    OUT: "{} is left out",
    TWICE: "{} counts twice inside the tanh",
    LESS: "{} is taken away inside the tanh",
}
CURVES = {
    "tanh": np.tanh,
    "ReLU": lambda a: np.maximum(a, 0.0),
    "sigmoid": lambda a: 1 / (1 + np.exp(-a)),
}
TERMS = ("x @ Wx", "h_prev @ Wh", "b")
TURNED = ", and Wh is turned: it is square, so nothing complains"
DUE = ("tanh", INSIDE, INSIDE, INSIDE)
LOOK = "Which terms stand in the formula, each how often, and which brackets are around the sum?"
FORM = "h = tanh(x @ Wx + h_prev @ Wh + b): three terms inside, one curve around all of them."


@cache
def _ways():
    """Each way but the right one, the fewest changes first."""
    ways = [(curve, *way) for curve in CURVES for way in product(range(6), repeat=3)]
    return tuple(sorted(filter(_changes, ways), key=_changes))


def _changes(way):
    return (way[0] != "tanh") + sum(place != INSIDE for place in way[1:])


def _put_together(way, terms):
    weight = {INSIDE: 1.0, TWICE: 2.0, LESS: -1.0}
    curve, places = CURVES[way[0]], way[1:]
    inside = [
        weight[place] * term for place, term in zip(places, terms, strict=True) if place in weight
    ]
    h = curve(sum(inside)) if inside else 0.0
    for place, term in zip(places, terms, strict=True):
        h = h + (term if place == OUTSIDE else curve(term) if place == ALONE else 0.0)
    return h


def _way(cases):
    """The way that gives h in every case; None if there is none."""
    for way in _ways():
        if all(_same(_put_together(way, terms), h) for terms, h in cases):
            return way
    return None


def _same(a, b):
    a = np.broadcast_to(a, b.shape)
    # One number first: most ways are ruled out by it.
    return bool(close(a.flat[0], b.flat[0], 1e-7)) and bool(np.all(close(a, b, 1e-7)))


def _terms(x, h_prev, Wx, Wh, b):
    return x @ Wx, h_prev @ Wh, b + np.zeros((*x.shape[:-1], 1))


def _said(way):
    said = [
        WORDS[place].format(term).replace("tanh", way[0])
        for place, term in zip(way[1:], TERMS, strict=True)
        if place != INSIDE
    ]
    return joined([f"a {way[0]} takes the place of the tanh"] * (way[0] != "tanh") + said)


def of_one_step(wrong, rows):
    """For `tells`: of rnn_step_forward."""
    for turned in (False, True):
        way = _way(
            [
                (_terms(**_step_of(given, turned)), np.asarray(leaf.actual))
                for given, leaf, _ in rows
            ]
        )
        if way:
            told = f"In your step {_said(way)}{TURNED * turned}."
            return Fault("terms-otherwise", told, LOOK, FORM)
    return None


def _step_of(given, turned):
    step = {name: given[name] for name in ("x", "h_prev", "Wx", "Wh", "b")}
    return {**step, "Wh": step["Wh"].T} if turned else step


def of_each_step(wrong, rows):
    """For `tells`: of rnn_forward, the first step and the later ones by themselves."""
    return _of_each_step(rows, turned=False) or _of_each_step(rows, turned=True)


def _of_each_step(rows, turned):
    first, later = [], []
    for given, leaf, _ in rows:
        H = np.asarray(leaf.actual)
        found = np.concatenate([given["h0"][:, None], H[:, :-1]], axis=1)
        Wh = given["Wh"].T if turned else given["Wh"]
        terms = _terms(given["X"], found, given["Wx"], Wh, given["b"])
        first.append(([term[:, :1] for term in terms], H[:, :1]))
        later.append(([term[:, 1:] for term in terms], H[:, 1:]))
    right = [_same_as_the_formula(cases) for cases in (first, later)]
    ways = [
        None if good else _way(cases) for good, cases in zip(right, (first, later), strict=True)
    ]
    if None not in ways and ways[0] == ways[1]:
        told = f"In each of your steps {_said(ways[0])}"
    elif right[0] and ways[1]:
        told = f"Step 1 is right. In each of the later ones {_said(ways[1])}"
    elif right[1] and ways[0]:
        told = "From the state they find, later steps do what they should. "
        told += f"In step 1 {_said(ways[0])}"
    else:
        return None
    if turned and None in ways:
        return None  # one of the two is right with Wh turned: another story
    told += f"{TURNED * turned}."
    return Fault("terms-otherwise", told, LOOK, FORM + " That holds at every step.")


# What a later step finds in place of the state that the step before it made.
HANDED = (
    ("the state before plus h0", lambda h, h0: h + h0),
    ("the mean of the states of all examples", lambda h, h0: h.mean(axis=0, keepdims=True) + 0 * h),
    ("the state of the first example", lambda h, h0: h[:1] + 0 * h),
    ("the state of the example before", lambda h, h0: np.roll(h, 1, axis=0)),
    ("the tanh of the state", lambda h, h0: np.tanh(h)),
    ("the state with its sign turned", lambda h, h0: -h),
    ("half of the state", lambda h, h0: 0.5 * h),
    ("the state without what is negative", lambda h, h0: np.maximum(h, 0.0)),
    ("zeros", lambda h, h0: 0 * h),
    ("the state of two steps before", None),
)


def handed_on(wrong, rows):
    """For `tells`: of rnn_forward, where each step is right for another state than it found."""
    for (words, made), first in product(HANDED, (False, True)):
        if all(_handed(given, np.asarray(leaf.actual), made, first) for given, leaf, _ in rows):
            begin = "Each step, the first one too," if first else "Step 1 is right. Each later one"
            return Fault(
                "handed-on-otherwise",
                f"{begin} finds {words}, where the state that was handed to it belongs.",
                "What is done to the state between two steps of your loop?",
                "h of each step is the h_prev of the next, as it is, example by example.",
            )
    return None


def _handed(given, H, made, first):
    T, h0 = H.shape[1], given["h0"]
    begins = made(h0, h0) if first and made else h0
    if made is None:
        before = [h0, h0, *(H[:, t] for t in range(T - 2))]
    else:
        before = [begins, *(made(H[:, t], h0) for t in range(T - 1))]
    found = np.stack(before[:T], axis=1)
    terms = _terms(given["X"], found, given["Wx"], given["Wh"], given["b"])
    return _same(_put_together(DUE, terms), H)


def _same_as_the_formula(cases):
    return all(_same(_put_together(DUE, terms), h) for terms, h in cases)
