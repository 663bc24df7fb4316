"""Two mistakes at once: a named one, made on changed inputs; and an array that never moved."""

import numpy as np

from bplab.exam.diagnosis.as_if import fit_for_it, verdict
from bplab.exam.diagnosis.changes import changes
from bplab.exam.diagnosis.givens import value_before
from bplab.exam.diagnosis.named import tell
from bplab.exam.diagnosis.words import joined
from bplab.exam.report import Fault

MOST, OF_NETWORKS = 150, 30  # solutions asked of one case: those of networks take their time


def named_on_other_inputs(evidence):
    """A named mistake's answer where an input is left out, or taken with the other sign."""
    if not fit_for_it(evidence):
        return None
    paper, asked = evidence.paper, 0
    networks = any(type(value) in (list, tuple) for value in paper.cases[0].inputs.values())
    most = OF_NETWORKS if networks else MOST
    common = [change for change in changes(evidence.exercise, paper) if change.common]
    # A bias is what is forgotten most; changes of it come first.
    given = paper.cases[0].inputs
    common.sort(key=lambda change: getattr(given.get(change.name), "ndim", 0) != 1)
    for change in common:
        altered = _altered(paper, change)
        if altered is None:
            continue
        for mistake in evidence.exercise.mistakes.values():
            if mistake.solution is None or mistake.when is not None:
                continue
            asked += 1
            if asked > most:
                return None
            found = verdict(
                evidence, lambda n, m=mistake, a=altered: paper.values_on(a[:n], m.solution)
            )
            if found == (True, None) and not _two_signs(paper, mistake, change):
                return _both(evidence, mistake, change)
    return None


def _two_signs(paper, mistake, change):
    """Whether both only turn signs: a sum in place of a difference is the likelier story."""
    if not change.turns_sign:
        return False
    cases = paper.sat_cases()
    right, turned = (
        [one.get("value") for one in paper.values_on(cases, solution)]
        for solution in (paper.exercise.reference, mistake.solution)
    )
    try:
        return all(np.allclose(np.negative(a), b) for a, b in zip(right, turned, strict=True))
    except (TypeError, ValueError):  # what holds several arrays, or none
        return False


def _altered(paper, change):
    found = []
    for inputs in paper.sat_cases():
        try:
            found.append(change.apply(inputs))
        except (ValueError, TypeError, IndexError, KeyError, ArithmeticError):
            return None
        if found[-1] is None:
            return None
    return found


def _both(evidence, mistake, change):
    fault = tell(evidence, mistake, place=False)
    return Fault(
        f"{mistake.name}-and-input",
        f"Your numbers are what two slips together give. The first, by itself: {fault.observed} "
        f"The second: all of it {change.words}. {evidence.place}".strip(),
        fault.look,
        change.look,
    )


def unmoved_beside(evidence):
    """Arrays that are in every case what they were before the step, beside the first wrong one."""
    still = {}
    for case, leaves in zip(evidence.paper.cases, evidence.table, strict=False):
        for leaf in leaves:
            before = value_before(leaf, case.inputs)
            if leaf.right or leaf.fault is not None or leaf.actual is None or before is None:
                continue
            stays = np.array_equal(before, leaf.actual)
            still[leaf.name] = still.get(leaf.name, True) and stays
    names = [name for name, stays in still.items() if stays]
    if not names or evidence.wrong.name in names:
        return None
    stayed = "has not moved" if len(names) == 1 else "have not moved"
    return Fault(
        "others-unmoved",
        f"{joined(names)} {stayed} at all, in any case. {evidence.wrong.name} is off too. "
        f"{evidence.place}".strip(),
        f"Look at {names[0]} first: is its new value computed, and is it the new one that you give "
        "back?",
        "Every weight and every bias takes its own step, along its own gradient.",
    )
