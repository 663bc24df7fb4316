"""Dual: what the value and the slope of one program tell of the operation in it."""

import numpy as np

from bplab.exam import Fault
from bplab.exam.probes.array_programs import _dual_run
from bplab.exercises.autodiff.dual import Dual
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
