"""Two named mistakes side by side, each in cases or in parts that the other leaves right."""

import numpy as np

from bplab.exam import compare
from bplab.exam.diagnosis.evidence import Evidence
from bplab.exam.diagnosis.named import first_value, outcomes, same_outcome, tell
from bplab.exam.leaves import judged
from bplab.exam.report import Fault


def case_by_case(evidence):
    """One where a word or a switch that is given has one value, another where it has another."""
    paper, said = evidence.paper, evidence.said
    if not evidence.answered or len(said) != len(paper.cases):
        return None
    for name, first in paper.cases[0].inputs.items():
        values = [case.inputs.get(name) for case in paper.cases]
        if type(first) not in (str, bool) or len(set(values)) < 2:
            continue
        groups = {value: [n for n, v in enumerate(values) if v == value] for value in values}
        wrong = {
            value: among
            for value, among in groups.items()
            if any(not leaf.right for n in among for leaf in evidence.table[n])
        }
        if len(wrong) != 2:
            continue
        found = {value: _mistake_of(evidence, among) for value, among in wrong.items()}
        if all(found.values()):
            told = [
                (
                    f"where {name} is {value!r}",
                    tell(_of_cases(evidence, wrong[value]), mistake, place=False),
                )
                for value, mistake in found.items()
            ]
            return _side_by_side(evidence, told)
    return None


def _mistake_of(evidence, among):
    """The named mistake that gives these cases and leaves all others right, or None."""
    exercise, paper, said = evidence.exercise, evidence.paper, evidence.said
    for mistake in exercise.mistakes.values():
        if mistake.solution is None or mistake.when is not None:
            continue
        theirs = outcomes(paper, mistake)
        if len(theirs) == len(said) and all(
            same_outcome(
                said[n] if n in among else right,
                theirs[n],
                paper.cases[n].rtol or exercise.rtol,
            )
            for n, right in enumerate(paper.expected())
        ):
            return mistake
    return None


def _of_cases(evidence, among):
    paper = evidence.paper
    alone = type(paper)(evidence.exercise, [paper.cases[n] for n in among])
    said, table = [evidence.said[n] for n in among], [evidence.table[n] for n in among]
    return Evidence(evidence.exercise, alone, said, table)


def part_by_part(evidence):
    """One in each of the two returned things that are wrong."""
    exercise, paper = evidence.exercise, evidence.paper
    parts = list(dict.fromkeys(leaf.part for leaves in evidence.table for leaf in leaves))
    wrong = [
        part
        for part in parts
        if any(not leaf.right for leaves in evidence.table for leaf in leaves if leaf.part == part)
    ]
    if len(wrong) != 2 or not evidence.answered or exercise.driver != "call":
        return None
    found = {}
    for mistake in exercise.mistakes.values():
        if mistake.solution is None or mistake.when is not None:
            continue
        part = _its_part(evidence, mistake, first_value(paper, mistake), wrong)
        if part is None or part in found:
            continue
        outcome = outcomes(paper, mistake)
        if _its_part(evidence, mistake, outcome, [part]) == part and _clears_no_case(
            evidence, outcome
        ):
            found[part] = mistake
    if len(found) != 2:
        return None
    told = [
        (f"in {p}", tell(_of_part(evidence, p), found[p], place=False, table=evidence.table))
        for p in wrong
    ]
    return _side_by_side(evidence, told)


def _clears_no_case(evidence, outcome):
    """Whether no case is right in a mistake's answers and wrong in the learner's: its words may say
    that it is right there."""
    exercise = evidence.exercise
    for case, right, answer, mine in zip(
        evidence.paper.cases, evidence.paper.expected(), outcome, evidence.table, strict=True
    ):
        theirs = judged(exercise, right["value"], answer["value"], case.rtol or exercise.rtol)
        if all(leaf.right for leaf in theirs) and not all(leaf.right for leaf in mine):
            return False
    return True


def _its_part(evidence, mistake, outcome, among):
    """The part of `among` that a mistake gives as the learner does, if it leaves the rest right."""
    exercise, paper, left = evidence.exercise, evidence.paper, list(among)
    for case, right, answer, mine in zip(
        paper.cases, paper.expected(), outcome, evidence.table, strict=False
    ):
        if "value" not in answer or not left:
            return None
        rtol = case.rtol or exercise.rtol
        theirs = judged(exercise, right["value"], answer["value"], rtol)
        off = {leaf.part for leaf in theirs if not leaf.right}
        left = [part for part in left if off <= {part} and _alike(mine, theirs, part, rtol)]
    return left[0] if len(left) == 1 else None


def _alike(mine, theirs, part, rtol):
    pairs = [
        (a.actual, b.actual) for a, b in zip(mine, theirs, strict=False) if b.part == a.part == part
    ]
    return all(
        type(a) is type(b) is np.ndarray
        and a.shape == b.shape
        and bool(np.all(compare.close(a, b, rtol)))
        for a, b in pairs
    )


def _of_part(evidence, part):
    table = [[leaf for leaf in leaves if leaf.part == part] for leaves in evidence.table]
    return Evidence(evidence.exercise, evidence.paper, evidence.said, table)


def _side_by_side(evidence, told):
    """What each of the two is by itself; what it calls right is read off the whole answer."""
    (where, one), (elsewhere, other) = told
    return Fault(
        f"{one.name}-and-{other.name}",
        f"Your numbers are what two slips together give. The one, {where}, by itself: "
        f"{one.observed} The other, {elsewhere}, by itself: {other.observed} "
        f"{evidence.place}".strip(),
        one.look,
        other.look,
    )
