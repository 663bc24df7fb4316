"""Two named mistakes in one answer, where both are the same solution with another setting each."""

from itertools import combinations, islice

from bplab.exam.diagnosis.as_if import fit_for_it, verdict
from bplab.exam.diagnosis.named import outcomes, tell
from bplab.exam.leaves import judged
from bplab.exam.report import Fault

MOST = 250  # pairs: each costs the answer to one case


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
        if agrees == (True, None) and _clear_nothing_wrong(evidence, one, other):
            return _told(evidence, one, other, "Your numbers are")
        if partly is None and agrees == (False, None) and one.part == wrong.part:
            partly = one, other
    if partly is None:
        return None
    fault = _told(evidence, *partly, f"The numbers in {wrong.name} are", place=False)
    return evidence.plain_in_full(fault)


def _clear_nothing_wrong(evidence, *mistakes):
    """Whether each part that is wrong here is wrong by one of them: what they call right is read
    off the learner's answer, but for what they say of themselves alone."""
    exercise, paper = evidence.exercise, evidence.paper
    if isinstance(exercise.returns, str):
        return True
    theirs = set()
    for mistake in mistakes:
        table = [
            judged(exercise, right["value"], answer["value"], case.rtol or exercise.rtol)
            for case, right, answer in zip(
                paper.cases, paper.expected(), outcomes(paper, mistake), strict=True
            )
            if "value" in answer
        ]
        theirs |= _wrong_parts(table)
    return _wrong_parts(evidence.table) <= theirs


def _wrong_parts(table):
    return {leaf.part for leaves in table for leaf in leaves if not leaf.right}


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
                yield one, other, solution if of is None else exercise.with_part(of, solution)


def _told(evidence, one, other, what, place=True):
    """What each is by itself: of both together some of it may not hold."""
    first, second = (tell(evidence, mistake, place=False) for mistake in (one, other))
    return Fault(
        f"{one.name}-and-{other.name}",
        f"{what} what two slips together give. The one, by itself: {first.observed} The other, by "
        f"itself: {second.observed} {evidence.place if place else ''}".strip(),
        first.look,
        second.look,
    )
