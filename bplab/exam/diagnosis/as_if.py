"""As if: a wrong answer that is the right function's answer to other inputs, or a named mistake's
times a factor.

"Exactly what the right function gives with b = 0 throughout" says more than a cosine does, and it
is true of every exercise that takes numbers and gives numbers.
"""

from typing import NamedTuple

import numpy as np

from bplab.exam import compare
from bplab.exam.diagnosis.changes import changes
from bplab.exam.diagnosis.factors import exact_ratios, plain_formula
from bplab.exam.diagnosis.givens import sizes, value_before
from bplab.exam.diagnosis.named import first_value, outcomes, tell
from bplab.exam.leaves import judged, lined_up
from bplab.exam.report import Fault


class Factor(NamedTuple):
    """How many times: as words, and what it is made of (size, argument, two, log or sign)."""

    words: str
    kind: str


def all_to_other_inputs(evidence):
    """Everything returned is the right answer to other inputs."""
    fault, sure = _explained(evidence)
    return fault if sure else None


def named_times_factor(evidence):
    """A named mistake's answers times a factor: a sign, a plain number or lengths of axes."""
    if not fit_for_it(evidence):
        return None
    for mistake in evidence.exercise.mistakes.values():
        if mistake.solution is None or mistake.when == evidence.wrong.part:
            continue
        told = verdict(evidence, lambda n, m=mistake: _values(evidence.paper, m, n))
        if told is None or not told[0] or not told[1]:
            continue
        if told[1].kind != "argument" and not _partly(evidence, mistake):
            return _two_things(evidence, mistake, told[1])
    return None


def _values(paper, mistake, cases):
    return first_value(paper, mistake) if cases == 1 else outcomes(paper, mistake, cases)


def _partly(evidence, mistake):
    """Whether some wrong array is the mistake's as it is: the factor is not one of all of it."""
    pairs, _ = _pairs(
        evidence.exercise, evidence.paper, evidence.table, outcomes(evidence.paper, mistake)
    )
    return any(
        all(row.agrees for row in rows) and not all(row.same_as_right for row in rows)
        for rows in pairs.values()
    )


def some_to_other_inputs(evidence):
    """The first wrong array is the right answer to other inputs, or that times a factor."""
    return _explained(evidence)[0]


def _two_things(evidence, mistake, factor):
    fault = tell(evidence, mistake, place=False)
    second = "all signs turned round" if factor.words == "-1" else f"all of it {factor.words} times"
    told = (
        f"Your numbers are what two slips together give. The first, by itself: {fault.observed} "
        f"The second, on top of it: {second}. {evidence.place}"
    )
    return Fault(f"{mistake.name}-and-factor", told.strip(), fault.look, fault.derive)


def _explained(evidence):
    """(the Fault of an answer that belongs to other inputs or None, whether it explains all)."""
    if evidence.as_if is None:
        evidence.as_if = _search(evidence)
    return evidence.as_if


def _search(evidence):
    if not fit_for_it(evidence):
        return None, False
    found = None
    for change in changes(evidence.exercise, evidence.paper):
        agrees = verdict(evidence, lambda n, c=change: _redone(evidence.paper, c, n))
        if agrees is None:
            continue
        explains_all, factor = agrees
        if factor and not change.leaves_out:
            continue  # true, and no help
        score = (explains_all, factor is None)
        if found is None or score > found[0]:
            found = (score, change, factor)
        if score == (True, True):
            break
    if found is None:
        return None, False
    (explains_all, _), change, factor = found
    told = f"what the right function gives {change.words}"
    if factor and factor.words == f"({change.leaves_out} - 1)/{change.leaves_out}":
        told += f", but still divided by all {change.leaves_out}"
    elif factor:
        told = f"{factor.words} times {told}"
    wrong = {leaf.slot for leaves in evidence.table for leaf in leaves if not leaf.right}
    everything = explains_all and len(wrong) > 1
    what = "All that you return" if everything else evidence.wrong.name
    fault = Fault("as-if", f"{what} is exactly {told}.", change.look, change.derive)
    if everything:
        observed = f"{fault.observed} {evidence.place}".strip()
        return Fault(fault.name, observed, fault.look, fault.derive), factor is None
    return evidence.plain_in_full(fault), explains_all and factor is None


def fit_for_it(evidence):
    wrong = evidence.wrong
    return (
        evidence.exercise.driver == "call"
        and evidence.exercise.signatures
        and wrong.fault is None
        and wrong.actual is not None
        and not isinstance(wrong.expected, str)
        and all(leaf.fault is None for leaves in evidence.table for leaf in leaves)
    )


# --- comparing ----------------------------------------------------------------------------------


def verdict(evidence, answers):
    """(whether all arrays agree, the Factor or None) for other answers, or None.

    answers : function of a number of cases (None: all), the list of answers to those
    """
    exercise, paper, table, wrong = (
        evidence.exercise,
        evidence.paper,
        evidence.table,
        evidence.wrong,
    )
    first = answers(1)
    if not first or first[0].get("value") is None:
        return None
    if not _may_agree(exercise, paper, table[0], first[0], wrong.slot):
        return None
    whole = answers(None)
    if len(whole) != len(table) or not all("value" in answer for answer in whole):
        return None
    one, astray = _pairs(exercise, paper, table, whole, only=wrong.slot)
    if astray or not one or not _proportional(one[wrong.slot]):
        return None
    rows = one[wrong.slot]
    if all(row.same_as_right for row in rows):
        return None
    agrees = all(row.agrees for row in rows)
    factor = None if agrees else _factor(rows)
    if not agrees and factor is None:
        return None
    pairs, astray = _pairs(exercise, paper, table, whole)
    if agrees:
        return not astray and all(row.agrees for slot in pairs for row in pairs[slot]), None
    same = not astray and all(
        all(row.agrees for row in pairs[slot]) or _factor(pairs[slot]) == factor for slot in pairs
    )
    return same, factor


def _may_agree(exercise, paper, mine, answer, slot):
    """Whether one array of the first case does not rule it out: most are, and this takes little."""
    theirs = lined_up(exercise, paper.expected()[0]["value"], answer["value"])
    one = next((leaf for leaf in mine if leaf.slot == slot), None)
    other = next((leaf for leaf in theirs if leaf.slot == slot), None)
    if one is None or not _comparable(one, other):
        return True
    case = paper.cases[0]
    row = _Row(exercise, case, one, other, case.rtol or exercise.rtol)
    ratio = row.ratio()
    if row.agrees or ratio is None or row.mine.size > 1:
        return row.agrees or ratio is not None
    return _made_of([row.sizes], [ratio]) is not None  # any two numbers have a ratio


def _comparable(one, other):
    return (
        other is not None
        and other.actual is not None
        and one.actual is not None
        and other.actual.shape == one.actual.shape
        and np.isfinite(other.actual).all()
    )


class _Row:
    """One array of one case: the learner's beside the other answer's."""

    def __init__(self, exercise, case, mine, theirs, rtol):
        self.sizes = sizes(exercise, case)
        self.agrees = bool(np.all(compare.close(mine.actual, theirs.actual, max(rtol, 1e-7))))
        self.same_as_right = theirs.right
        before = value_before(mine, case.inputs)
        if before is None or before.shape != mine.actual.shape:
            before = np.zeros_like(mine.expected)
        self.mine = (np.asarray(mine.actual, dtype=float) - before).ravel()
        self.theirs = (np.asarray(theirs.actual, dtype=float) - before).ravel()

    def ratio(self):
        """How many times theirs is mine; None if it is no multiple."""
        if not self.theirs.any():
            return None
        found = exact_ratios([(self.theirs, self.mine)])
        return found[0] if found else None


def _pairs(exercise, paper, table, answers, only=None):
    """The rows of each slot (or of one), and the slots whose arrays cannot be compared."""
    found, astray = {}, set()
    for case, right, answer, mine in zip(
        paper.cases, paper.expected(), answers, table, strict=False
    ):
        rtol = case.rtol or exercise.rtol
        theirs = judged(exercise, right["value"], answer["value"], rtol)
        by_slot = {leaf.slot: leaf for leaf in theirs}
        for leaf in mine:
            other = by_slot.get(leaf.slot)
            if isinstance(leaf.expected, str) or only not in (None, leaf.slot):
                continue
            if _comparable(leaf, other):
                found.setdefault(leaf.slot, []).append(_Row(exercise, case, leaf, other, rtol))
            else:
                astray.add(leaf.slot)
    return found, astray


def _proportional(rows):
    return all(row.agrees or row.ratio() is not None for row in rows)


def _factor(rows):
    rows = [row for row in rows if row.mine.any() or row.theirs.any()]  # 0 is any multiple of 0
    ratios = [row.ratio() for row in rows]
    if not rows or None in ratios or (max(row.mine.size for row in rows) == 1 and len(rows) < 3):
        return None
    return _made_of([row.sizes for row in rows], ratios)


def _made_of(sizes, ratios):
    if np.allclose(ratios, -1, rtol=1e-6):
        return Factor("-1", "sign")
    found = plain_formula(sizes, ratios)
    if found:
        return Factor(found[0], found[2])
    found = plain_formula(sizes, [-ratio for ratio in ratios])
    return Factor(f"-{found[0]}", found[2]) if found else None


def _redone(paper, change, cases):
    altered = []
    for inputs in paper.sat_cases()[:cases]:
        try:
            with np.errstate(all="ignore"):
                altered.append(change.apply(inputs))
        except (ValueError, TypeError, IndexError, KeyError, ArithmeticError):
            return []  # the change has no meaning for these inputs
        if altered[-1] is None:
            return []
    return paper.values_on(altered, paper.exercise.reference)
