"""Two named mistakes in one answer, where both are the same solution with another setting each."""

from itertools import chain, combinations, islice

import numpy as np

from bplab.exam import compare
from bplab.exam.diagnosis import handed_on
from bplab.exam.diagnosis.as_if import fit_for_it, verdict
from bplab.exam.diagnosis.named import first_value, of_it_alone
from bplab.exam.diagnosis.two_told import leave_right_what_is_wrong, told_of_both
from bplab.exam.leaves import judged
from bplab.exam.report import Fault

MOST = 250  # pairs: each costs the answer to one case
OF_WHOLES, OF_TRAINING = 150, 40  # where other exercises are called on the way


def together(evidence):
    """What a maker gives with the settings of two mistakes that set different things."""
    exercise, paper, wrong = evidence.exercise, evidence.paper, evidence.wrong
    if exercise.costly or not fit_for_it(evidence):
        return None
    partly = None
    for one, other, solution in islice(_pairs(exercise, wrong.part), MOST):
        agrees = verdict(
            evidence, lambda n, both=solution: paper.values_on(paper.sat_cases()[:n], both)
        )
        if agrees == (True, None):
            return _told(evidence, one, other)
        if partly is None and agrees == (False, None) and one.part == wrong.part:
            partly = one, other
    if partly is None:
        return None
    fault = _told(evidence, *partly, f"The numbers in {wrong.name} are", place=False)
    return evidence.plain_in_full(fault)


def handed_to_one_helper(evidence):
    """What a helper gives with what two mistakes hand on to it that set different things."""
    exercise, paper, wrong = evidence.exercise, evidence.paper, evidence.wrong
    if exercise.costly or not evidence.answered or wrong.fault is not None:
        return None
    at = next(n for n, case in enumerate(paper.cases) if case is evidence.case)
    order = [at, *(n for n in range(len(paper.cases)) if n != at)]
    pairs = handed_on.pairs(exercise, paper)
    if exercise.driver != "call":  # others are tried by `together`
        pairs = chain(_pairs(exercise, wrong.part), pairs)
    if len(evidence.table[at]) > 1:  # what one slip does alone often tells the likely pairs
        pairs = sorted(pairs, key=lambda pair: not _may_be(evidence, *pair[:2], at))
    most = OF_WHOLES if exercise.built_on else MOST
    most = OF_TRAINING if exercise.driver == "fit" else most
    for one, other, solution in islice(pairs, most):
        if all(_alike(evidence, n, solution) for n in order):
            return _told(evidence, one, other)
    return None


def _may_be(evidence, one, other, at):
    """Whether each array of a case is as the one gives it where the other leaves it right."""
    mine = evidence.table[at]
    for leaf, *theirs in zip(mine, *(_leaves(evidence, m, at) for m in (one, other)), strict=False):
        for still, moved in (theirs, theirs[::-1]):
            if still.right and not moved.right and not _same(leaf, moved):
                return False
    return True


def _alike(evidence, at, solution):
    paper = evidence.paper
    answer = paper.values_on([paper.sat_cases()[at]], solution)[0]
    rtol = paper.cases[at].rtol or evidence.exercise.rtol
    mine = evidence.said[at]["value"]
    return answer.get("value") is not None and compare.same_tree(mine, answer["value"], rtol)


def _pairs(exercise, part):
    """(one mistake, another, the solution that makes both), of the whole or of this part."""
    makers = {}
    for mistake in exercise.mistakes.values():
        if mistake.made is not None and mistake.when is None and mistake.part in (None, part):
            makers.setdefault((mistake.made[0], mistake.part), []).append(mistake)
    for (make, of), mistakes in makers.items():
        for one, other in combinations(mistakes, 2):
            first, second = one.made[1], other.made[1]
            if first.keys().isdisjoint(second):
                solution = make(**first, **second)
                yield (
                    one,
                    other,
                    solution if of is None else exercise.with_part(of, solution),
                )


def _told(evidence, one, other, what="Your numbers are", place=True):
    """What each is by itself: of both together some of it may not hold."""
    first, second = (of_it_alone(evidence, mistake) for mistake in (one, other))
    quoted = leave_right_what_is_wrong(evidence, one, other)
    words = told_of_both(first, second, what, quoted=quoted)
    told = f"{words} {evidence.place if place else ''}".strip()
    return Fault(f"{one.name}-and-{other.name}", told, first.look, second.look)


def _leaves(evidence, mistake, at):
    """The leaves of one case in a mistake's answer; none if it gives no value."""
    exercise, paper = evidence.exercise, evidence.paper
    key, case = (mistake.name, "at", at), paper.cases[at]
    if at == 0:
        paper.outcomes[key] = first_value(paper, mistake)
    elif key not in paper.outcomes:
        paper.outcomes[key] = paper.values_on([paper.sat_cases()[at]], mistake.solution)
    answer = (paper.outcomes[key] or [{}])[0]
    if "value" not in answer:
        return []
    right = paper.expected()[at]["value"]
    return judged(exercise, right, answer["value"], case.rtol or exercise.rtol)


def _same(mine, theirs):
    a, b = mine.actual, theirs.actual
    if type(a) is not np.ndarray or type(b) is not np.ndarray or a.dtype.kind not in "fiub":
        return True
    return a.shape == b.shape and bool(np.all(compare.close(a, b, 1e-6)))
