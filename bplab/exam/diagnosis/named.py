"""The named mistakes of an exercise: which one gives the learner's answers, and its words."""

from dataclasses import replace
from itertools import islice

import numpy as np

from bplab.exam import compare
from bplab.exam.compare import Flat
from bplab.exam.diagnosis import author_slips, beside, cleared
from bplab.exam.diagnosis.evidence import Evidence
from bplab.exam.diagnosis.formulas import formula_of
from bplab.exam.diagnosis.general import in_words
from bplab.exam.diagnosis.givens import sizes
from bplab.exam.diagnosis.sentences import entry
from bplab.exam.diagnosis.strict import strict
from bplab.exam.diagnosis.words import fill
from bplab.exam.leaves import judged, lined_up
from bplab.exam.report import Fault


def same_answers(evidence):
    """The named wrong solution whose outcome on the whole paper is the learner's."""
    exercise, paper, said = evidence.exercise, evidence.paper, evidence.said
    rough = any(is_float32(answer.get("value")) for answer in said)
    loose = 1e-3 if rough else exercise.rtol

    flat = Flat(said[0]["value"]) if said and "value" in said[0] else None

    def ruled_out(mistake):
        """Whether the first case tells them apart: most part there, and this takes little."""
        if different_where_wrong(evidence, mistake):
            return True
        theirs = flat and _first_flat(paper, mistake)
        return bool(theirs) and flat.rules_out(theirs, paper.cases[0].rtol or loose)

    def same(these, those):
        return len(these) == len(those) and all(
            same_outcome(_asked_for(mine, right), _asked_for(theirs, right), case.rtol or loose)
            for mine, theirs, right, case in zip(
                these, those, paper.expected(), paper.cases, strict=False
            )
        )

    for mistake in exercise.mistakes.values():
        if mistake.solution is None:
            continue
        if ruled_out(mistake) or not same(said[:1], outcomes(paper, mistake, cases=1)):
            continue
        outcome = outcomes(paper, mistake)
        right = paper.expected()
        if rough and (same(outcome, right) or same(right, outcome)):
            continue  # to float32's few digits its values are the right ones
        if same(said, outcome):
            return _with_formula(evidence, mistake)
    return None


def first_value(paper, mistake):
    """A list of what a mistake gives in the first case: {"value": ...}, or {} if nothing.

    Most mistakes are told apart by this alone, for a sixth of what `outcomes` takes.
    """
    key = mistake.name, "first"
    if key not in paper.outcomes:
        paper.outcomes[key] = paper.values_on(paper.sat_cases()[:1], mistake.solution)
    return paper.outcomes[key]


def _first_flat(paper, mistake):
    """That in one row; None if it gives nothing."""
    key = mistake.name, "flat"
    if key not in paper.outcomes:
        first = first_value(paper, mistake)
        paper.outcomes[key] = Flat(first[0]["value"]) if first and "value" in first[0] else None
    return paper.outcomes[key]


def different_where_wrong(evidence, mistake):
    """Whether a mistake gives other answers than the learner's to what is wrong in a case.

    Only of exercises that can ask for less than a whole case: a few programs of many.
    """
    exercise, paper = evidence.exercise, evidence.paper
    if evidence.narrow is None:
        evidence.narrow = list(_narrower(evidence))
    for at, inputs in evidence.narrow:
        theirs = paper.sat_on([inputs], mistake.solution)[0]
        rtol = paper.cases[at].rtol or exercise.rtol
        mine = evidence.said[at]["value"]
        if "value" in theirs and not compare.same_tree(mine, theirs["value"], rtol):
            return True
    return False


def _narrower(evidence):
    """(number of the first wrong case, its inputs without most of what is right): with one wrong
    thing alone, which rules out most and takes least, then with all that is wrong."""
    exercise, paper = evidence.exercise, evidence.paper
    if exercise.narrowed is None or evidence.wrong is None or not evidence.answered:
        return
    at = next(n for n, case in enumerate(paper.cases) if case is evidence.case)
    wrong = [leaf.path for leaf in evidence.table[at] if not leaf.right]
    asked = paper.sat_cases()[at]
    alone = (exercise.narrowed(asked, [path]) for path in wrong)
    yield from ((at, inputs) for inputs in islice(filter(None, alone), 1))
    together = exercise.narrowed(asked, wrong)
    if together is not None:
        yield at, together


def same_array(evidence, others_may_be_right=False):
    """The named wrong solution that gives the same first wrong array, and is wrong there.

    others_may_be_right : whether it may leave other arrays right that are wrong here
    """
    exercise, paper, wrong = evidence.exercise, evidence.paper, evidence.wrong
    if wrong is None or wrong.actual is None or isinstance(wrong.expected, str):
        return None
    if exercise.driver in ("optimizer", "fit", "value", "tensor"):
        return None  # many share a first step, or one number; what comes after was not this one's
    asked, near = _asked_alone(evidence), None
    for mistake in exercise.mistakes.values():
        if mistake.solution is None or mistake.when is not None:
            continue
        if asked is not None and not _same_alone(evidence, mistake, *asked):
            continue
        first = first_value(paper, mistake)
        if not first or "value" not in first[0]:
            continue
        if _agreement(exercise, paper, first, evidence.table[:1], wrong) is None:
            continue
        outcome = outcomes(paper, mistake)
        if len(outcome) != len(evidence.said) or not all("value" in answer for answer in outcome):
            continue
        if _same_array(exercise, paper, outcome, evidence.table, wrong, others_may_be_right):
            if beside.is_one_multiple(paper, evidence.table, wrong) and beside.layers_unlike(
                evidence, outcome
            ):
                continue  # what is said of a sign or a factor is said of all layers
            others = beside.others_unlike(evidence, outcome)
            if not others:
                return tell(evidence, mistake)
            if not beside.is_one_dict(evidence):
                near = near or beside.by_itself(evidence, of_it_alone(evidence, mistake), others)
    return near


def same_array_alone(evidence):
    """The same where others are wrong that its mistake leaves right: they are off otherwise."""
    wrong, several = evidence.wrong, type(evidence.exercise.returns) is tuple
    if wrong is None or wrong.layer is not None or not several:
        return None
    return same_array(evidence, others_may_be_right=True)


def _asked_alone(evidence):
    """(inputs that ask for the first wrong array alone, the right answer), or None."""
    exercise, paper, wrong = evidence.exercise, evidence.paper, evidence.wrong
    if exercise.narrowed is None:
        return None
    at = next(n for n, case in enumerate(paper.cases) if case is evidence.case)
    inputs = exercise.narrowed(paper.sat_cases()[at], [wrong.path])
    return inputs and (inputs, paper.sat_on([inputs], exercise.reference)[0]["value"])


def _same_alone(evidence, mistake, inputs, right):
    """Whether a mistake gives the learner's first wrong array, asked for that alone."""
    exercise, wrong = evidence.exercise, evidence.wrong
    theirs = evidence.paper.sat_on([inputs], mistake.solution)[0]
    if "value" not in theirs:
        return False
    found = lined_up(exercise, right, theirs["value"])
    other = next((leaf.actual for leaf in found if leaf.slot == wrong.slot), None)
    return (
        other is not None
        and other.shape == wrong.actual.shape
        and bool(np.all(compare.close(wrong.actual, other, exercise.rtol)))
    )


def _with_formula(evidence, mistake):
    """What the numbers are, before the words of a mistake that only says which part is off."""
    fault, wrong = tell(evidence, mistake), evidence.wrong
    if wrong is None or mistake.when != wrong.part:
        return fault
    words = formula_of(evidence)
    return fault if words is None else replace(fault, observed=f"{words} {fault.observed}")


def in_place_of_fault(evidence):
    """The mistake that stands for what is seen before values are compared, such as nan."""
    fault, wrong = evidence.general, evidence.wrong
    if wrong is not None and (fault is None or fault.name in ("warned", "float32")):
        fault = wrong.fault  # what is wrong comes before what only warned
    return None if fault is None else instead(evidence, fault)


def of_part(evidence):
    """The mistake that stands for any wrong number of this part."""
    wrong = evidence.wrong
    if wrong is None or wrong.fault is not None:
        return None
    for mistake in evidence.exercise.mistakes.values():
        if mistake.when == wrong.part:
            return tell(evidence, mistake)
    return None


def outcomes(paper, mistake, cases=None):
    """What the named wrong solution answers to this paper, or to its first `cases`."""
    known = paper.outcomes
    if (mistake.name, cases) not in known:
        whole = known.get((mistake.name, None))
        found = paper.sat_by(mistake.solution, cases) if whole is None else whole[:cases]
        if strict():
            author_slips.raise_if_slip(paper, mistake, found)
        known[mistake.name, cases] = found
    return known[mistake.name, cases]


def _same_array(exercise, paper, outcome, table, wrong, others_may_be_right=False):
    found = _agreement(exercise, paper, outcome, table, wrong)
    if found is None:
        return False
    differs, theirs_wrong = found
    mine_wrong = {leaf.slot for leaves in table for leaf in leaves if not leaf.right}
    if beside.is_one_multiple(paper, table, wrong) and not all(
        beside.all_multiples(paper, table, slot) for slot in mine_wrong
    ):
        return False  # what is said of a factor is said of all arrays, and others have none
    # Else its hints would blame or clear others.
    return differs and (
        theirs_wrong < mine_wrong if others_may_be_right else theirs_wrong == mine_wrong
    )


def _agreement(exercise, paper, outcome, table, wrong):
    """(whether the array is wrong, the slots of what is wrong) in a mistake's answers, if that
    array is the learner's in every case; else None."""
    differs, theirs_wrong = False, set()
    for case, right, answer, leaves in zip(
        paper.cases, paper.expected(), outcome, table, strict=False
    ):
        mine = next((leaf for leaf in leaves if leaf.slot == wrong.slot), None)
        rtol = case.rtol or exercise.rtol
        found = judged(exercise, right["value"], answer["value"], rtol)
        theirs_wrong |= {leaf.slot for leaf in found if not leaf.right}
        theirs = next((leaf for leaf in found if leaf.slot == wrong.slot), None)
        if mine is None and theirs is None:
            continue  # this case has fewer layers
        if mine is None or theirs is None or mine.actual is None or theirs.actual is None:
            return None
        if mine.actual.shape != theirs.actual.shape:
            return None
        if not np.all(compare.close(mine.actual, theirs.actual, rtol)):
            return None
        differs = differs or not theirs.right
    return differs, theirs_wrong


def same_outcome(mine, theirs, rtol):
    """Whether two answers to one case are the same: values, errors, and what was done beside."""
    if mine["changed"] != theirs["changed"] or mine["differs"] != theirs["differs"]:
        return False
    if "value" in theirs:
        return "value" in mine and compare.same_tree(mine["value"], theirs["value"], rtol)
    if "raised" in theirs:
        return (
            "raised" in mine
            and mine["raised"]["type"] == theirs["raised"]["type"]
            and mine["raised"]["message"] == theirs["raised"]["message"]  # its sizes tell the place
        )
    return ("slow" in theirs and "slow" in mine) or ("arguments" in theirs and "arguments" in mine)


def _asked_for(answer, right):
    """An answer without what it keeps under names of its own: they are nobody's mistake."""
    if type(answer.get("value")) is not dict or type(right.get("value")) is not dict:
        return answer
    return {**answer, "value": _shared(answer["value"], right["value"])}


def _shared(value, right):
    if type(value) is not dict or type(right) is not dict:
        return value
    return {key: _shared(item, right[key]) for key, item in value.items() if key in right}


def is_float32(value):
    """Whether there is an array of less than 64 bits in a tree."""
    if type(value) is np.ndarray:
        return value.dtype.kind == "f" and value.dtype.itemsize < 8
    if type(value) in (list, tuple):
        return any(map(is_float32, value))
    if type(value) is dict:
        return any(map(is_float32, value.values()))
    return False


def _stands_for(mistake, fault):
    return (
        mistake.when == fault.name
        and mistake.kind in ("", fault.kind)
        and mistake.says in fault.message
    )


def instead(evidence, fault):
    """The mistake that is to be told in place of a general fault, or None."""
    for mistake in evidence.exercise.mistakes.values():
        if (
            _stands_for(mistake, fault)
            and (mistake.only is None or mistake.only(evidence.case.inputs))
            and _lost_alike(evidence, fault, mistake)
        ):
            plain = Evidence(evidence.exercise, evidence.paper, evidence.said, [])
            words = in_words(evidence.exercise, fault)
            return tell(plain, mistake, also=words, table=evidence.table)
    return None


def _lost_alike(evidence, fault, mistake):
    """Where it is nan or inf that is told by name: whether it comes in the same cases."""
    if fault.name != "not-finite" or mistake.solution is None:
        return True
    theirs = outcomes(evidence.paper, mistake)
    return [_is_lost(answer) for answer in theirs] == [_is_lost(a) for a in evidence.said]


def _is_lost(answer):
    return not _all_finite(answer.get("value"))


def _all_finite(value):
    if type(value) in (list, tuple):
        return all(map(_all_finite, value))
    if type(value) is dict:
        return all(map(_all_finite, value.values()))
    if type(value) is np.ndarray:
        return value.dtype.kind not in "fc" or bool(np.isfinite(value).all())
    return type(value) is not float or bool(np.isfinite(value))


def tell(evidence, mistake, also="", place=True, table=None):
    """The Fault of a named mistake, its templates filled in with the numbers of the paper.

    also : a sentence to add; by default the place of the first wrong number
    place : whether to add one at all
    table : of the whole answer, where the evidence holds less: what is right is read off it
    """
    numbers = sizes(evidence.exercise, evidence.case)
    if evidence.wrong is not None:
        numbers |= entry(evidence.wrong)
        also = also or evidence.place
    table = evidence.table if table is None else table
    try:
        seen = cleared.as_seen(mistake.observed, evidence.exercise, table)
        templates = (seen, mistake.look, mistake.derive)
        observed, look, derive = (fill(template, numbers) for template in templates)
    except ValueError as error:  # in the tests
        at = "" if mistake.solution is None else f" ({author_slips.place(mistake.solution)})"
        raise ValueError(f"{evidence.exercise.name}/{mistake.name}{at}: {error}") from None
    if also and place:
        observed = f"{observed} {also}".strip()
    return Fault(mistake.name, observed, look, derive)


def of_it_alone(evidence, mistake):
    """The Fault of an answer with this mistake alone: its numbers, and what is right in it."""
    said = outcomes(evidence.paper, mistake)
    if len(said) != len(evidence.paper.cases) or not all("value" in answer for answer in said):
        return tell(evidence, mistake, place=False)
    table = table_of(evidence, mistake)
    return tell(Evidence(evidence.exercise, evidence.paper, said, table), mistake, place=False)


def table_of(evidence, mistake):
    """The leaves that a mistake gives, right and wrong, for each case to which it has a value."""
    exercise, paper = evidence.exercise, evidence.paper
    return [
        judged(exercise, right["value"], answer["value"], case.rtol or exercise.rtol)
        for case, right, answer in zip(
            paper.cases, paper.expected(), outcomes(paper, mistake), strict=False
        )
        if "value" in answer
    ]
