"""What else is wrong, where a named mistake explains the first wrong part alone."""

from dataclasses import replace

import numpy as np

from bplab.exam import compare
from bplab.exam.diagnosis.givens import value_before
from bplab.exam.diagnosis.sentences import opened
from bplab.exam.diagnosis.words import joined
from bplab.exam.leaves import judged


def others_unlike(evidence, outcome):
    """The names of the other wrong parts in which a mistake gives something else, if any.

    Of one dict, its entries.
    """
    exercise, paper, wrong, names = evidence.exercise, evidence.paper, evidence.wrong, {}
    if wrong.layer is not None or type(exercise.returns) is not tuple and not is_one_dict(evidence):
        return []
    of = (lambda leaf: leaf.name) if is_one_dict(evidence) else (lambda leaf: leaf.part)
    for case, right, answer, leaves in zip(
        paper.cases, paper.expected(), outcome, evidence.table, strict=False
    ):
        found = judged(exercise, right["value"], answer["value"], case.rtol or exercise.rtol)
        for mine, theirs in zip(leaves, found, strict=False):
            if of(mine) != of(wrong) and not mine.right and not _same_leaf(mine, theirs):
                names[of(mine)] = True
    return list(names)


def layers_unlike(evidence, outcome):
    """Whether a mistake gives something else in another wrong array, where layers are returned."""
    exercise, paper, wrong = evidence.exercise, evidence.paper, evidence.wrong
    if wrong.layer is None:
        return False
    for case, right, answer, leaves in zip(
        paper.cases, paper.expected(), outcome, evidence.table, strict=False
    ):
        found = judged(exercise, right["value"], answer["value"], case.rtol or exercise.rtol)
        theirs = {leaf.slot: leaf for leaf in found}
        for mine in leaves:
            other = theirs.get(mine.slot)
            if not mine.right and other is not None and not _same_leaf(mine, other):
                return True
    return False


def is_one_multiple(paper, table, wrong):
    """Whether one sign or factor is what is wrong with the first wrong array, or with its step."""
    several = wrong.fault is None and wrong.actual.size > 1
    return several and all_multiples(paper, table, wrong.slot)


def all_multiples(paper, table, slot):
    """Whether an array, or its step from what came in, is a multiple of the right one in every case
    that has its shape."""
    arrays, steps = [], []
    for case, leaves in zip(paper.cases, table, strict=False):
        for leaf in leaves:
            if leaf.slot == slot and _of_one_shape(leaf) and leaf.expected.any():
                before = value_before(leaf, case.inputs)
                came = 0.0 if before is None or before.shape != leaf.expected.shape else before
                arrays.append((leaf.expected.ravel(), leaf.actual.ravel()))
                steps.append(((leaf.expected - came).ravel(), (leaf.actual - came).ravel()))
    return any(
        all(e.size == 1 or np.allclose(a * (e @ e), e * (a @ e), rtol=1e-7) for e, a in pairs)
        for pairs in (arrays, steps)
    )


def _of_one_shape(leaf):
    both = type(leaf.actual) is np.ndarray and type(leaf.expected) is np.ndarray
    return both and leaf.actual.shape == leaf.expected.shape


def is_one_dict(evidence):
    """Whether one dict is all that is returned: a mistake's words speak of several of its entries,
    and are told of all or of none."""
    first = evidence.paper.expected()[0]["value"]
    return type(evidence.exercise.returns) is str and type(first) is dict


def by_itself(evidence, fault, others):
    """A mistake's words, quoted: the first wrong part is as it gives it, and the others are not.

    fault : of an answer that has this mistake alone
    """
    beside = f"{joined(others)} {'is' if len(others) == 1 else 'are'} off in another way."
    return replace(
        fault,
        observed=f"More than one thing is off. {opened(evidence.wrong.name)} is what one slip "
        f'gives. Of it alone one would say: "{fault.observed}" {beside} '
        f"{evidence.place}".strip(),
    )


def _same_leaf(mine, theirs):
    """Whether two answers give the same in one place, as far as numbers tell."""
    a, b = mine.actual, theirs.actual
    if type(a) is not np.ndarray or type(b) is not np.ndarray or a.dtype.kind not in "fiub":
        return True
    return a.shape == b.shape and bool(np.all(compare.close(a, b, 1e-6)))
