"""Wrong formulas of one returned part, whatever stands in the others.

A named wrong solution answers the whole exercise. Here one part is held against what a learner
may have written for it alone, so that two mistakes at once are told one after the other.
"""

import numpy as np

from bplab.exam import Fault
from bplab.exam.compare import close


def other_formulas(exercise, part, *formulas, rtol=1e-7):
    """Tell a part by the first of `formulas` that gives its numbers in every case.

    part : a part returned, or a path in one such as ("cache", "std")
    formulas : (name, function of the arguments, observed, look, derive)
    """

    path = part if type(part) is tuple else (part,)

    @exercise.tells
    def told(wrong, rows):
        if wrong.path != path:
            return None
        for name, formula, observed, look, derive in formulas:
            if all(_gives(formula, inputs, leaf, rtol) for inputs, leaf, _ in rows):
                return Fault(name, observed.replace("{part}", wrong.name), look, derive)
        return None

    told.path, told.formulas = path, formulas  # for the test that asks every one of them


def _gives(formula, inputs, leaf, rtol):
    try:
        value = np.asarray(formula(**inputs), dtype=float)
    except (ArithmeticError, ValueError, IndexError, TypeError):
        return False
    same = leaf.actual is not None and leaf.actual.shape == value.shape
    return same and bool(np.all(close(np.asarray(leaf.actual, dtype=float), value, rtol)))
