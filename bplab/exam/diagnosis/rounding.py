"""Digits that were lost: rounding, float32, an epsilon too many."""

from dataclasses import dataclass

import numpy as np

from bplab.exam.compare import close
from bplab.exam.diagnosis.factors import ratio_and_cosine
from bplab.exam.diagnosis.givens import value_before
from bplab.exam.leaves import judged
from bplab.exam.report import Fault


def nearly(group):
    """Right to a few digits: rounded, float32, or imprecise."""
    off = _off(group)
    if off is None or off.cosine <= 0.999999 or off.worst >= 1e-4:
        return None
    return (
        rounded(group)
        or _float32(group)
        or Fault(
            "imprecise",
            f"{group.name} is nearly right: off by {off.worst:.1e} of {off.size}.",
            "Where do digits get lost: a small dtype, a clip, an extra eps, a numerical "
            "derivative?",
            "The exact formula agrees to 10 digits and more.",
        )
    )


def roughly(group):
    """Right to two digits or three: not the formula's fault, more likely a loop's or an eps's."""
    off = _off(group)
    if off is None or off.cosine < 0.9999 or off.worst > 1e-2 or off.numbers < 3 or group.step:
        return None
    return Fault(
        "roughly",
        f"{group.name} is nearly right: off by at most {off.worst:.1e} of {off.size}.",
        "Does a loop end too early, is a step or an eps too large, or is something small left out?",
        "The formula is nearly there: what is missing is small. Print the difference itself.",
    )


@dataclass
class _Off:
    """How far an array is off: the least cosine, the largest share, of what, of how many numbers.

    Of an update, the old values say nothing: it is judged by its step.
    """

    cosine: float
    worst: float
    size: str
    numbers: int


def _off(group):
    if any(not leaf.right and not leaf.expected.any() for _, _, leaf, _ in group.rows):
        return None  # of zeros nothing is a small share
    found = [_as_step(case, leaf) for _, case, leaf, _ in group.rows]
    pairs = [(e, a) for e, a, _ in found if e.any()]
    cosines = [ratio_and_cosine(e, a)[1] for e, a in pairs]
    if not pairs or None in cosines:
        return None
    return _Off(
        min(cosines),
        max(float(np.abs(a - e).max() / np.abs(e).max()) for e, a in pairs),
        "its step's size" if any(is_step for *_, is_step in found) else "its size",
        max(e.size for e, _ in pairs),
    )


def _as_step(case, leaf):
    """(right, wrong, whether these are the steps of an update)."""
    e, a, before = leaf.expected, leaf.actual, value_before(leaf, case.inputs)
    if before is None or before.shape != e.shape:
        return e.ravel(), a.ravel(), False
    return (e - before).ravel(), (a - before).ravel(), True


def rounded(group):
    """The right numbers, cut to a few decimals."""
    for decimals in range(1, 9):
        if all(_is_rounded(e, a, decimals) for e, a in group.pairs()):
            return Fault(
                "rounded",
                f"{group.name} is right to {decimals} decimals: it was rounded.",
                "Where does round, or a format with few digits, come in?",
                "Round for reading only: what is computed goes on into other computations.",
            )
    return None


def _is_rounded(e, a, decimals):
    if e.dtype.kind != "f":
        return False
    a = np.asarray(a, dtype=float)
    near = np.abs(a - e) <= 0.5 * 10.0**-decimals + 1e-7 * np.abs(e)
    return np.array_equal(np.round(a, decimals), a) and bool(np.all(near))


def _float32(group):
    """The error is that of the right formula in float32."""
    paper = group.paper
    answers = paper.sat_on([_halved(case) for case in paper.sat_cases()], paper.exercise.reference)
    if 2 * sum(not leaf.right for _, _, leaf, _ in group.rows) < len(group.rows):
        return None  # float32 blurs every case
    expected = group.paper.expected()
    for right, answer, mine in zip(expected, answers, group.table, strict=False):
        if "value" not in answer:
            return None
        theirs = judged(group.exercise, right["value"], answer["value"], group.exercise.rtol)
        for leaf, other in zip(mine, theirs, strict=False):
            if leaf.name != group.name or leaf.actual is None or other.actual is None:
                continue
            if not leaf.expected.size or leaf.right:
                continue
            if leaf.actual.shape != other.actual.shape:
                return None
            size = np.abs(leaf.expected).max() or 1.0
            error = np.abs(leaf.actual - leaf.expected).max() / size
            noise = np.abs(other.actual - leaf.expected).max() / size
            if not 1e-9 < error < min(max(10 * noise, 1e-7), 1e-3):
                return None
            gaps = ((leaf.actual - leaf.expected) * leaf.expected).ravel()
            gaps = gaps[np.abs(gaps) > 0.01 * np.abs(gaps).max()]
            if gaps.size >= 6 and (np.all(gaps > 0) or np.all(gaps < 0)):
                return None  # rounding goes both ways
    return Fault("float32", "", "", "")


def _halved(value):
    if type(value) is np.ndarray and value.dtype == np.float64:
        return value.astype(np.float32).astype(np.float64)
    if type(value) in (list, tuple):
        return type(value)(_halved(item) for item in value)
    if type(value) is dict:
        return {key: _halved(item) for key, item in value.items()}
    return value


def only_float32(evidence):
    """Computed in float32, and right to its few digits."""
    if evidence.general is None or evidence.general.name != "float32":
        return None
    wrong = [leaf for leaves in evidence.table for leaf in leaves if not leaf.right]
    rough = all(
        isinstance(leaf.expected, str)  # the name of a dtype says the same
        or leaf.fault is None
        and leaf.actual is not None
        and bool(np.all(close(leaf.actual, leaf.expected, 1e-5)))
        for leaf in wrong
    )
    return evidence.general if rough else None
