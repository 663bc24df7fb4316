"""The right function with one step changed: which slip of the hand gives the learner's numbers.

What a learner wrote may look quite different. That the numbers are the same is what is said.
"""

from types import FunctionType

from bplab.exam import compare
from bplab.exam.compose import with_parts
from bplab.exam.diagnosis.parts import BUT_FOR_EXTREMES, parts_of
from bplab.exam.diagnosis.slips import METER, Dear, functions_in, slips_of
from bplab.exam.leaves import lined_up
from bplab.exam.report import Fault

BUDGET = 5_000  # rounds of loops, and calls at so many rounds each
CALL = 20
# What agrees with a slip: all numbers, all but those of extreme inputs, the first wrong array.
WHOLLY, EXTREMES, ARRAY = "wholly", "extremes", "array"

HINTS = {
    "sign": (
        "Which way round is it in your code: what is taken from what, and where does a minus "
        "come from?",
        "Write the formula with the sign of each term in front of it, and go through it once for "
        "each term.",
    ),
    "term": (
        "Count the terms of the formula, and those in your code.",
        "Each term answers one way in which the result depends on what goes in: none may be "
        "missing, none may be counted for another.",
    ),
    "factor": (
        "Go along the formula factor by factor: which of them does your code hold once, twice, or "
        "not at all, and on which side of the fraction bar?",
        "The chain rule gives one factor for each link, no more and no less.",
    ),
    "product": (
        "Write the shapes beside the product: which axis is summed over?",
        "In a matrix product the inner axis is the one that is summed; its index stands in both "
        "factors.",
    ),
    "function": (
        "Which functions stand in the formula, and which in your code?",
        "Take one number by hand through each of them, in their order.",
    ),
    "axis": (
        "Over which axis, and over how many numbers, is it taken?",
        "Write it with its indices: the index that is summed over is gone afterwards, the others "
        "stay.",
    ),
    "loop": (
        "Do the first and the last round by hand: where does it start, which way does it go, and "
        "where does it end?",
        "Write down what is known before the first round, and what each round makes of it.",
    ),
    "choice": (
        "Take one value on each side, and one at the border, and follow them through.",
        "Write down what belongs on either side, and to which side the border itself belongs.",
    ),
    "number": (
        "Which numbers stand in the formula itself, and which in your code?",
        "Each constant has its reason in the derivation: a power brings one, a start another.",
    ),
    "name": (
        "Which array comes in at that place: the one before the step, or the one after it?",
        "Read the formula name by name and hold your code beside it.",
    ),
    "step": (
        "Does every step of the exercise have its line, and does each of them run?",
        "Number the steps in the text, and the lines that do them.",
    ),
}


def one_step_apart(evidence):
    """The right function with one step changed gives the learner's answers, or one array."""
    exercise, wrong = evidence.exercise, evidence.wrong
    if exercise.costly or not evidence.answered or isinstance(wrong.expected, str):
        return None
    if type(exercise.reference) is not FunctionType or wrong.fault is not None:
        return None
    at = next(n for n, case in enumerate(evidence.paper.cases) if case is evidence.case)
    METER.left = BUDGET
    part_found = None
    for slip, where, whole in _wholes(exercise):
        METER.left -= CALL
        if METER.left < 0:
            break
        if not _same_leaf(evidence, whole, at):
            continue
        unlike = _compared(evidence, whole)
        if unlike == WHOLLY:
            return _told(evidence, slip, where, "Your numbers are")
        if unlike == EXTREMES:
            return _told(evidence, slip, where, f"Your numbers are{BUT_FOR_EXTREMES}")
        if part_found is None and unlike == ARRAY:
            part_found = slip, where
    return part_found and _told(evidence, *part_found, f"{wrong.name} is")


def _wholes(exercise):
    """(slip, the part it is in or "", the reference with it) for each, the nearest first."""
    reference = exercise.reference
    parts = {part.reference: part for part in parts_of(exercise)}
    inside = [f for part in parts for f in functions_in(part)]
    own = [f for f in functions_in(reference) if f not in inside]
    for function in [*own, *dict.fromkeys(inside)]:
        part = parts.get(function)
        of = exercise if function is reference else part
        returns = () if of is None else of.returns
        returns = returns if isinstance(returns, tuple) else (returns,)
        for slip in slips_of(function, returns):
            yield slip, part.name if part else "", with_parts(reference, {function: slip.changed})


def _values(evidence, cases, whole):
    try:
        return evidence.paper.values_on(cases, whole)
    except Dear:
        return [{}]


def _same_leaf(evidence, whole, at):
    """Whether the first wrong array of the first wrong case does not rule it out."""
    paper, exercise, wrong = evidence.paper, evidence.exercise, evidence.wrong
    answer = _values(evidence, [paper.sat_cases()[at]], whole)[0]
    if answer.get("value") is None:
        return False
    return _leaf_agrees(exercise, paper, at, answer, wrong.slot, wrong.actual)


def _leaf_agrees(exercise, paper, at, answer, slot, mine):
    right = paper.expected()[at]["value"]
    theirs = lined_up(exercise, right, answer["value"])
    other = next((leaf for leaf in theirs if leaf.slot == slot), None)
    if other is None or other.actual is None or mine is None or isinstance(mine, str):
        return False
    rtol = paper.cases[at].rtol or exercise.rtol
    return other.actual.shape == mine.shape and bool(
        compare.close(mine, other.actual, max(rtol, 1e-9)).all()
    )


def _compared(evidence, whole):
    """WHOLLY, EXTREMES or ARRAY: what of the learner's answers the changed function gives; or None.

    Another guard than the reference's hides no slip.
    """
    exercise, paper, wrong = evidence.exercise, evidence.paper, evidence.wrong
    agrees = WHOLLY
    for at, inputs in enumerate(paper.sat_cases()):
        answer, mine = _values(evidence, [inputs], whole)[0], evidence.said[at]["value"]
        rtol = paper.cases[at].rtol or exercise.rtol
        if answer.get("value") is not None and compare.same_tree(mine, answer["value"], rtol):
            continue
        if paper.cases[at].extreme and paper.cases[at] is not evidence.case:
            agrees = EXTREMES if agrees == WHOLLY else agrees
            continue
        leaf = next((leaf for leaf in evidence.table[at] if leaf.slot == wrong.slot), None)
        if answer.get("value") is None:
            return None
        if leaf and not _leaf_agrees(exercise, paper, at, answer, wrong.slot, leaf.actual):
            return None
        agrees = ARRAY
    return agrees


def _told(evidence, slip, where, what):
    step = f" in {where}" if where else ""
    told = f"{what} exactly what the right function gives with one step changed{step}: "
    told += f"{slip.words}."
    return evidence.plain_in_full(Fault(f"one-step-{slip.kind}", told, *HINTS[slip.kind]))
