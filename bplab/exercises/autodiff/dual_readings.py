"""Dual: what the value and the slope of one program tell of the operation in it."""

import numpy as np

from bplab.exam import Fault
from bplab.exam.probes.array_programs import _dual_run
from bplab.exercises.autodiff.dual import SLOPES, Dual
from bplab.exercises.autodiff.programs import operations


def _program(wrong, rows):
    _, title, what = wrong.path
    found = (p for p in rows[0][0]["programs"] if p["title"] == title)
    return next(found, None), title, what


@Dual.tells_of_shapes
def _slope_not_indexed(wrong, rows):
    program, title, what = _program(wrong, rows)
    if program is None or what != "slope" or operations(program["text"]) != ("[ ]",):
        return None
    [(_, slope)] = program["given"].values()
    if wrong.actual is None or not np.array_equal(wrong.actual, slope):
        return None
    mistake = Dual.mistakes["in-indexing"]
    return Fault(
        "slope-not-indexed",
        f"In {title} the value is picked and the slope is not: it has all its entries still.",
        mistake.look,
        mistake.derive,
    )


@Dual.tells
def _known_slope(wrong, rows):
    """A named mistake of the one operation in this program: another slip besides hides it not."""
    program, _, what = _program(wrong, rows)
    if program is None or what != "slope" or wrong.fault is not None:
        return None
    found = operations(program["text"])
    for mistake in Dual.mistakes.values():
        given = getattr(mistake.solution, "given_slopes", {})
        if mistake.when is None and len(found) == 1 and list(given) == list(found):
            try:
                _, slope = _dual_run(mistake.solution, program)
            except Exception:
                continue
            same = np.shape(slope) == wrong.actual.shape
            if same and np.allclose(slope, wrong.actual, rtol=1e-9, atol=1e-12):
                return Fault(mistake.name, mistake.observed, mistake.look, mistake.derive)
    return None


CURVES = {"tanh": np.tanh, "exp": np.exp, "relu": lambda a: np.maximum(a, 0.0)}


@Dual.tells
def _slope_read_off(wrong, rows):
    """What stands in place of the slope of one operation: with another sign, of what is at hand."""
    program, title, what = _program(wrong, rows)
    if program is None or what != "slope" or wrong.fault is not None or wrong.actual is None:
        return None
    found = operations(program["text"])
    if len(found) != 1 or wrong.actual.shape != wrong.expected.shape:
        return None
    part = next((m for m in Dual.mistakes.values() if m.when == wrong.part), None)
    if part is None:
        return None
    for words in _in_words(found[0], program, wrong):
        return Fault(
            "slope-read-off",
            f"The slope that you give {title} is {words}.",
            "Put the numbers in by hand: first the value, then how fast it moves.",
            part.derive,
        )
    return None


def _in_words(operation, program, wrong):
    """What a wrong slope is, the likeliest first."""

    def same(other):
        return np.shape(other) == wrong.actual.shape and np.allclose(
            wrong.actual, other, rtol=1e-9, atol=1e-12
        )

    if wrong.expected.any() and same(-wrong.expected):
        yield "the right one with its sign turned round"
    if program["text"] == f"a.{operation}()" and operation in CURVES:
        a, da = program["given"]["a"]
        curve = CURVES[operation]
        steep = SLOPES[operation](a, 1.0)
        for words, other in (
            ("the curve's own slope: the slope of what went in is left out", steep),
            (f"{operation} of the slope of what went in", curve(da)),
            ("the slope of what went in, as it came", da),
            (f"{operation} of the value, times the slope of what went in", curve(a) * da),
            ("the value itself", curve(a)),
            ("the curve's slope plus the slope of what went in", steep + da),
            ("the curve's slope at the slope of what went in", SLOPES[operation](da, 1.0)),
        ):
            if same(other):
                yield words
