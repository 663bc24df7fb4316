"""What an exercise alone can read off its own wrong array."""

import numpy as np

from bplab.exam.diagnosis.givens import arguments
from bplab.exam.diagnosis.strict import strict


def of_the_exercise(evidence):
    """The first of the exercise's own readings that has something to say."""
    exercise, wrong = evidence.exercise, evidence.wrong
    if wrong is None:
        return None
    fault = None if wrong.fault is None else wrong.fault.name
    if fault not in (None, "raised", "wrong-shape"):
        return None
    tellers = exercise.shape_tellers if fault == "wrong-shape" else exercise.tellers
    rows = [
        (arguments(exercise, case), leaf, leaves)
        for case, leaves in zip(evidence.paper.cases, evidence.table, strict=False)
        for leaf in leaves
        if leaf.slot == wrong.slot and (leaf.fault is None or leaf is wrong)
    ]
    for teller in tellers:
        with np.errstate(all="ignore"):
            fault = _asked(teller, wrong, rows)
        if fault is not None:
            return evidence.in_full(fault)
    return None


def _asked(teller, wrong, rows):
    try:
        return teller(wrong, rows)
    except Exception:
        if strict():
            raise
        return None  # a learner is still told what another rule sees
