"""Named mistakes that give the learner's answers but for some cases: extreme ones, or errors."""

from dataclasses import replace

from bplab.exam.diagnosis.evidence import Evidence
from bplab.exam.diagnosis.general import in_words
from bplab.exam.diagnosis.named import outcomes, same_outcome, tell


def extremes(evidence):
    """The named wrong solution that gives the learner's answers wherever the case is no extreme
    one: a guard that is missing, or another one, hides no mistake."""
    exercise, paper, said = evidence.exercise, evidence.paper, evidence.said
    ordinary = [n for n, case in enumerate(paper.cases) if not case.extreme]
    if not ordinary or len(ordinary) == len(paper.cases) or ordinary[-1] >= len(said):
        return None

    def same(these, those, among):
        return all(
            same_outcome(these[n], those[n], paper.cases[n].rtol or exercise.rtol)
            if n < min(len(these), len(those))
            else False
            for n in among
        )

    if same(said, paper.expected(), ordinary):
        return None
    for mistake in exercise.mistakes.values():
        if mistake.solution is None or mistake.when is not None:
            continue
        if ordinary[0] == 0 and not same(said, outcomes(paper, mistake, cases=1), [0]):
            continue
        outcome = outcomes(paper, mistake)
        if same(said, outcome, ordinary) and not same(outcome, paper.expected(), ordinary):
            table = [
                [] if case.extreme else leaves
                for case, leaves in zip(paper.cases, evidence.table, strict=False)
            ]
            # The place is one of an ordinary case; what is called right is right in all of them.
            seen = Evidence(exercise, paper, said, table)
            return tell(seen, mistake, table=evidence.table)
    return None


def raised(evidence):
    """The named wrong solution that gives the learner's answers in all cases that have one.

    In the others the learner's code stops with an error, where another way to write the same
    mistake goes on.
    """
    fault, paper, said = evidence.general, evidence.paper, evidence.said
    if fault is None or fault.name != "raised" or len(said) != len(paper.cases):
        return None
    among = [n for n, answer in enumerate(said) if "value" in answer]
    right = paper.expected()

    def agree(these, those, numbers):
        return [
            same_outcome(these[n], those[n], paper.cases[n].rtol or evidence.exercise.rtol)
            for n in numbers
        ]

    if agree(said, right, among).count(False) < 2:
        return None
    for mistake in evidence.exercise.mistakes.values():
        if mistake.solution is None or mistake.when is not None:
            continue
        if among[0] == 0 and not all(agree(said, outcomes(paper, mistake, cases=1), [0])):
            continue
        outcome = outcomes(paper, mistake)
        if all(agree(said, outcome, among)):
            told = tell(Evidence(evidence.exercise, paper, said, []), mistake)
            where = "another case" if len(among) == len(said) - 1 else "other cases"
            also = f"{told.observed} In {where}: {in_words(evidence.exercise, fault)}"
            return replace(told, observed=also)
    return None
