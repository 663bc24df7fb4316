"""Two mistakes at once: a named one on changed inputs or beside an empty end; an array unmoved."""

import numpy as np

from bplab.exam import compare
from bplab.exam.diagnosis.as_if import fit_for_it, verdict
from bplab.exam.diagnosis.changes import changes
from bplab.exam.diagnosis.givens import value_before
from bplab.exam.diagnosis.named import outcomes, tell
from bplab.exam.diagnosis.words import joined
from bplab.exam.report import Fault

# Solutions asked of one case: those of networks, and of walks over time, take their time.
MOST, OF_WALKS, OF_NETWORKS = 150, 60, 30


def named_on_other_inputs(evidence):
    """A named mistake's answer where an input is left out, or taken with the other sign."""
    if not fit_for_it(evidence):
        return None
    paper, asked = evidence.paper, 0
    given = paper.cases[0].inputs
    walks = any(type(v) is np.ndarray and v.ndim == 3 for v in given.values())
    most = OF_WALKS if walks else MOST
    if any(type(value) in (list, tuple) for value in given.values()):
        most = OF_NETWORKS
    common = [change for change in changes(evidence.exercise, paper) if change.common]
    # A bias is what is forgotten most; changes of it come first.
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


def named_beside_an_empty_end(evidence):
    """Places at one end of an axis that hold 0, as a loop leaves them that ends too early, and a
    named mistake's numbers in all others."""
    exercise, paper, wrong = evidence.exercise, evidence.paper, evidence.wrong
    if not fit_for_it(evidence) or wrong.actual.ndim < 2 or isinstance(exercise.returns, tuple):
        return None
    leaves = [leaf for row in evidence.table for leaf in row if leaf.slot == wrong.slot]
    for axis in range(min(leaf.actual.ndim for leaf in leaves)):
        for end, word in ((-1, "last"), (0, "first")):
            if not all(_empty(leaf, axis, end) for leaf in leaves):
                continue
            for mistake in exercise.mistakes.values():
                if mistake.solution is None or mistake.when is not None:
                    continue
                answers = outcomes(paper, mistake)
                if len(answers) == len(leaves) and all(
                    _alike_elsewhere(leaf, answer, axis, end, exercise.rtol)
                    for leaf, answer in zip(leaves, answers, strict=True)
                ):
                    return _beside_the_end(evidence, mistake, f"{word} place along axis {axis}")
    return None


def _empty(leaf, axis, end):
    there = leaf.actual.take(end, axis=axis)
    return not there.any() and leaf.expected.take(end, axis=axis).any()


def _alike_elsewhere(leaf, answer, axis, end, rtol):
    value = answer.get("value")
    if type(value) is not np.ndarray or value.shape != leaf.actual.shape:
        return False
    mine, theirs = (np.delete(array, end, axis=axis) for array in (leaf.actual, value))
    return mine.size > 0 and bool(np.all(compare.close(mine, theirs, rtol)))


def _beside_the_end(evidence, mistake, where):
    fault = tell(evidence, mistake, place=False)
    return Fault(
        f"{mistake.name}-and-empty-end",
        f"Your numbers are what two slips together give. The first, by itself: {fault.observed} "
        f"The second: the {where} of {evidence.wrong.name} holds 0 throughout. {evidence.place}",
        fault.look,
        "Which loop or slice runs along that axis, and does it begin with the first place and end "
        "with the last?",
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
