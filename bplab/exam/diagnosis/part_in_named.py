"""Two slips, one in a step and one around it: a part's named mistake inside a named mistake.

A walk back through time that drops what comes from later, and whose step has the wrong slope too,
is a wrong solution that nobody has to write down: the named mistake of the walk is rebuilt with
the mistaken step in it.
"""

import numpy as np

from bplab.exam import compare
from bplab.exam.compose import with_parts
from bplab.exam.diagnosis.as_if import fit_for_it
from bplab.exam.diagnosis.named import tell
from bplab.exam.diagnosis.parts import StandIn, cases_unlike, seen_in_the_part
from bplab.exam.diagnosis.two_told import leave_right_what_is_wrong, told_of_both
from bplab.exam.leaves import lined_up
from bplab.exam.report import Fault

CALLS = 3000  # of a part, in all that is tried


def both(evidence):
    """A named mistake of the whole, with one of a part in it, that gives the learner's answers."""
    exercise = evidence.exercise
    if exercise.costly or not exercise.built_on or not fit_for_it(evidence):
        return None
    at = next(n for n, case in enumerate(evidence.paper.cases) if case is evidence.case)
    alone = _Alone(evidence, at)
    left = CALLS
    for part in exercise.built_on:
        stand_in = StandIn()
        inners = [
            (
                inner,
                alone.numbers(with_parts(exercise.reference, {part.reference: inner.solution})),
            )
            for inner in part.mistakes.values()
            if inner.solution is not None and inner.when is None
        ]
        for outer, whole in _around(exercise, part, stand_in):
            outside = alone.numbers(outer.solution)
            for inner, inside in inners:
                if not alone.may_be(inside, outside):
                    continue
                stand_in.now, stand_in.calls = inner.solution, 0
                agrees = _agrees(evidence, whole, at)
                left -= stand_in.calls
                if agrees and not cases_unlike(evidence, whole):
                    return _told(evidence, part, inner, outer, at)
                if left < 0:
                    return None
    return None


class _Alone:
    """What each of two slips gives by itself, in one case: most pairs are ruled out by it.

    Where one slip changes nothing, the learner's numbers are the other's.
    """

    def __init__(self, evidence, at):
        self.evidence, self.case = evidence, evidence.paper.sat_cases()[at]
        leaves = evidence.table[at]
        self.slots = [leaf.slot for leaf in leaves]
        self.right = [np.asarray(leaf.expected, dtype=float) for leaf in leaves]
        self.mine = [np.asarray(leaf.actual, dtype=float) for leaf in leaves]
        self.expected = evidence.paper.expected()[at]["value"]

    def numbers(self, solution):
        """The arrays that a solution gives, each of the right shape; None if there is another."""
        answer = self.evidence.paper.values_on([self.case], solution)[0]
        if "value" not in answer:
            return None
        found = lined_up(self.evidence.exercise, self.expected, answer["value"])
        found = {leaf.slot: leaf.actual for leaf in found}
        arrays = [found.get(slot) for slot in self.slots]
        if any(
            array is None or isinstance(array, str) or np.shape(array) != right.shape
            for array, right in zip(arrays, self.right, strict=True)
        ):
            return None
        return [np.asarray(array, dtype=float) for array in arrays]

    def may_be(self, inside, outside):
        """Whether the learner's numbers can be those of both together."""
        if inside is None or outside is None:
            return False
        for mine, right, one, other in zip(self.mine, self.right, inside, outside, strict=True):
            for still, moved in ((one, other), (other, one)):
                left_right = compare.close(still, right, 1e-9)
                if not np.all(compare.close(mine, moved, 1e-7) | ~left_right):
                    return False
        return True


def _around(exercise, part, stand_in):
    """(a named mistake of the whole, its solution with `stand_in` where it calls the part)."""
    found = []
    for outer in exercise.mistakes.values():
        if outer.solution is None or outer.when is not None or outer.made is None:
            continue
        make, settings = outer.made
        rebuilt = with_parts(make, {part.reference: stand_in})
        if rebuilt is not make:
            found.append((outer, rebuilt(**settings)))
    return found


def _agrees(evidence, whole, at):
    """Whether the first wrong array of the first wrong case does not rule it out."""
    paper, exercise = evidence.paper, evidence.exercise
    answer = paper.values_on([paper.sat_cases()[at]], whole)[0]
    rtol = paper.cases[at].rtol or exercise.rtol
    return "value" in answer and compare.same_tree(
        evidence.said[at]["value"], answer["value"], rtol
    )


def _told(evidence, part, inner, outer, at):
    step = tell(seen_in_the_part(evidence, part, inner, at), inner, place=False)
    around = tell(evidence, outer, place=False)
    words = told_of_both(
        step,
        around,
        where=(f", in the step that {part.name} does", ", around it"),
        quoted=leave_right_what_is_wrong(evidence, outer),
    )
    return Fault(
        f"{part.name}/{inner.name}-and-{outer.name}",
        f"{words} {evidence.place}".strip(),
        step.look,
        around.look,
    )
