"""What is wrong in the written part of an answer whose other parts still raise NotImplementedError.

A class grows method by method: that one is missing must not hide a mistake in those that are there.
"""

import numpy as np

from bplab.exam.compare import close
from bplab.exam.diagnosis.evidence import Evidence
from bplab.exam.diagnosis.named import different_where_wrong, outcomes, tell
from bplab.exam.leaves import judged


def written_part(evidence):
    """The evidence of what needs nothing unwritten, where that is wrong, else None."""
    if evidence.general is not None or not evidence.answered:
        return None
    if not any(_unwritten(leaf) for leaves in evidence.table for leaf in leaves):
        return None
    table = [[leaf for leaf in leaves if not _unwritten(leaf)] for leaves in evidence.table]
    written = Evidence(evidence.exercise, evidence.paper, evidence.said, table)
    return written if written.wrong is not None else None


def named(written):
    """The named mistake that answers as what is written does, or None."""
    for mistake in written.exercise.mistakes.values():
        if mistake.solution is None or different_where_wrong(written, mistake):
            continue
        if _same(written, mistake, cases=1) and _same(written, mistake):
            return tell(written, mistake)
    return None


def _unwritten(leaf):
    return leaf.fault is not None and leaf.fault.name == "not-written"


def _same(written, mistake, cases=None):
    """Whether a mistake answers the paper, or its first `cases`, as what is written does."""
    exercise, paper = written.exercise, written.paper
    answers = outcomes(paper, mistake, cases)
    if not all("value" in answer for answer in answers):
        return False
    for case, right, answer, leaves in zip(
        paper.cases, paper.expected(), answers, written.table, strict=False
    ):
        rtol = case.rtol or exercise.rtol
        found = judged(exercise, right["value"], answer["value"], rtol)
        theirs = {leaf.slot: leaf for leaf in found}
        if not all(_same_leaf(leaf, theirs.get(leaf.slot), rtol) for leaf in leaves):
            return False
    return True


def _same_leaf(mine, theirs, rtol):
    if theirs is None or (mine.fault is None) != (theirs.fault is None):
        return False
    if mine.fault is not None:
        return (mine.fault.name, mine.fault.observed) == (theirs.fault.name, theirs.fault.observed)
    if mine.actual is None or theirs.actual is None:
        return mine.right and theirs.right
    return mine.actual.shape == theirs.actual.shape and bool(
        np.all(close(mine.actual, theirs.actual, rtol))
    )
