"""Take a returned array apart: how often is each of its terms in it?

A gradient is often a sum over roads, or over moments. Which of them is missing, doubled or of the
other sign can be solved for, and is true of every number of the array.
"""

from types import SimpleNamespace

import numpy as np

from bplab.exam import Fault, number, plain_formula
from bplab.exam.diagnosis.givens import sizes


def taken_apart(exercise, part, terms, look, derive, name="terms", beside=None, alike=True):
    """Tell a wrong part by the weight of each of its terms.

    part : name of the part
    terms : function of the arguments that gives {words: array}; the right part is their sum
    beside : the same for what does not belong there, and may be there
    alike : False if one factor of all terms is left to the general rules
    """

    @exercise.tells
    def _(wrong, rows):
        if wrong.path != (part,) or not np.any(wrong.actual):
            return None
        wrong_rows = [row for row in rows if not row[1].right]
        found = [
            _weights(terms(**given) | (beside(**given) if beside else {}), leaf.actual)
            for given, leaf, _ in wrong_rows
        ]
        if not found or any(weights is None for weights in found):
            return None
        own = next(w for w, row in zip(found, wrong_rows, strict=True) if row[1] is wrong)
        extra = set(beside(**next(r for r in wrong_rows if r[1] is wrong)[0])) if beside else set()
        if all(abs(weight - (words not in extra)) < 1e-6 for words, weight in own.items()):
            return None
        if not alike and np.allclose(list(own.values()), next(iter(own.values()))):
            return None
        same_terms = [weights for weights in found if weights.keys() == own.keys()]
        cases = [
            sizes(exercise, SimpleNamespace(inputs=given))
            for (given, _, _), weights in zip(wrong_rows, found, strict=True)
            if weights.keys() == own.keys()
        ]
        said = {
            words: _said([w[words] for w in same_terms], cases, own[words])
            for words in own
            if words not in extra
        } | {words: _astray(own[words]) for words in own if words in extra and own[words]}
        return Fault(name, f"{wrong.name} of yours, taken apart: {_listed(said)}.", look, derive)


def _weights(named, target):
    """{words: weight} if the target is a sum of the arrays, each with a weight; else None."""
    named = {words: np.asarray(array, dtype=float).ravel() for words, array in named.items()}
    named = {words: array for words, array in named.items() if np.any(array)}
    target = np.asarray(target, dtype=float).ravel()
    if not named or not np.isfinite(target).all():
        return None
    if len(target) <= len(named):
        return _one_otherwise(named, target)
    columns = np.stack(list(named.values()), axis=1)
    size = np.linalg.norm(columns, axis=0)
    found, _, rank, _ = np.linalg.lstsq(columns / size, target, rcond=1e-9)
    off = np.max(np.abs(columns / size @ found - target))
    if rank < len(named) or off > 1e-8 * np.max(np.abs(target)):
        return None
    found = found / size
    found[np.abs(found) < 1e-7] = 0.0
    return dict(zip(named, found.tolist(), strict=True))


def _one_otherwise(named, target):
    """The same for an array too small to solve for all weights: one term is there alone, or all are
    but one that is missing or turned."""
    if len(target) < 2:
        return None
    whole = sum(named.values())
    scale = max(np.max(np.abs(array)) for array in named.values())
    for words, array in named.items():
        for others, weight, made in (
            (0.0, 1.0, array),
            (1.0, 0.0, whole - array),
            (1.0, -1.0, whole - 2 * array),
        ):
            if np.max(np.abs(made - target)) <= 1e-8 * scale:
                return {w: weight if w == words else others for w in named}
    return None


def _said(weights, cases, own):
    """A weight in words; nothing if it is 1 in every case."""
    if np.allclose(weights, 1, rtol=1e-6):
        return ""
    if np.allclose(weights, 0, atol=1e-7):
        return "missing"
    if np.allclose(weights, -1, rtol=1e-6):
        return "there with the other sign"
    for sign, words in ((1, ""), (-1, ", with the other sign")):
        if len(weights) < 2:
            break  # one number agrees with many formulas
        formula = plain_formula(cases, [sign * weight for weight in weights])
        if formula is not None:
            return f"there {formula[0]} times in place of once{words}"
    return f"there {number(own)} times in place of once"


def _astray(weight):
    """How often something is there that does not belong there; {do} is filled in by number."""
    often = {1: "once", -1: "with the other sign"}.get(round(weight, 6), f"{number(weight)} times")
    return f"there {often}, and {{do}} not belong there"


def _listed(said):
    """'the first is missing; the second is there, as it should', like ones in one breath."""
    groups = {}
    for words, fate in said.items():
        groups.setdefault(fate, []).append(words)
    told = []
    for fate, words in sorted(groups.items(), key=lambda item: item[0] == ""):
        names = words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
        if not fate and len(words) > 3:
            told.append("all others are there once, as they should be")
            continue
        one = len(words) == 1
        fate = (fate or "there once, as it should be").format(do="does" if one else "do")
        told.append(f"{names} {'is' if one else 'are each'} {fate}")
    return "; ".join(told)
