"""Arrays of another shape, and other things where an array belongs."""

from dataclasses import replace

import numpy as np

from bplab.exam.compare import close
from bplab.exam.diagnosis import last
from bplab.exam.diagnosis.places import stands_for_another
from bplab.exam.diagnosis.sequences import other_length
from bplab.exam.diagnosis.words import shown
from bplab.exam.leaves import shape, too_many
from bplab.exam.report import Fault


def wrong_word(evidence):
    """A word that is not the right one."""
    wrong = evidence.wrong
    if not isinstance(wrong.expected, str) or wrong.fault is not None:
        return None
    if any(mistake.when == wrong.part for mistake in evidence.exercise.mistakes.values()):
        return None  # the exercise has words of its own for whatever is wrong there
    return Fault(
        last.WORD,
        f"{wrong.name} is {shown(wrong.actual)}; {wrong.expected!r} belongs there.",
        "Which line decides on that word, and what did it see in this case?",
        "Follow the case by hand through the conditions of the exercise, in their order: the first "
        "one that holds decides.",
    )


def wrong_shape(evidence):
    """An array of another shape."""
    wrong = evidence.wrong
    if wrong.fault is None or wrong.fault.name != "wrong-shape":
        return None
    fault = _layers_turned_round(evidence) or _shape_fault(evidence.group, wrong)
    where = evidence.group.where_wrong()
    return replace(fault, observed=f"{fault.observed} {where}") if where else fault


def _layers_turned_round(evidence):
    """Gradients whose shapes are those of the layers from the last to the first."""
    at = next(leaves for leaves in evidence.table if any(leaf is evidence.wrong for leaf in leaves))
    found = {(leaf.makes, *leaf.layer): leaf for leaf in at if leaf.layer}
    layers = max((leaf.layer[1] for leaf in found.values()), default=0)
    if layers < 2 or any(leaf.actual is None for leaf in found.values()):
        return None

    def other_end(leaf):
        kind, number = leaf.layer
        return found.get((leaf.makes, kind, layers + 1 - number))

    if any(
        (other := other_end(leaf)) is None or leaf.actual.shape != other.expected.shape
        for leaf in found.values()
    ):
        return None
    told = evidence.exercise.mistakes.get("last-layer-first")
    if told is None:
        return None
    also = " Their numbers are off as well."
    if all(np.all(close(leaf.actual, other_end(leaf).expected, 1e-6)) for leaf in found.values()):
        also = ""
    return Fault(
        told.name, f"{told.observed}{also} {evidence.wrong.fault.observed}", told.look, told.derive
    )


def _is_table_of_pairs(a, e):
    """Whether every entry met every other: where an example met itself, its right number stands."""
    square = a.ndim == 2 and a.shape == (e.size, e.size) and e.size > 2
    return square and bool(np.all(close(np.diag(a), e.ravel(), 1e-6)))


def _shape_fault(group, wrong):
    for tell in (stands_for_another, _several, _longer, *OTHER_SHAPES):
        fault = tell(group, wrong)
        if fault is not None:
            return fault
    return Fault("wrong-shape", wrong.fault.observed)


def _several(group, wrong):
    return too_many(wrong.name, wrong.expected, wrong.several) if wrong.several else None


def _longer(group, wrong):
    both_rows = wrong.actual.ndim == wrong.expected.ndim == 1
    return other_length(wrong, group) if both_rows and wrong.sequence else None


def _transposed(group, wrong):
    e, a, observed = wrong.expected, wrong.actual, wrong.fault.observed
    if a.shape == e.shape[::-1] and e.ndim == 2:
        same = np.all(close(a.T, e, group.exercise.rtol))
        return Fault(
            "transposed",
            f"{observed} {'Its transpose has the right numbers.' if same else ''}".strip(),
            "Write the shapes of the two factors beside the product that makes it.",
            f"{wrong.name} has the shape of what it belongs to: {shape(e)}. Which order of the "
            "factors, and which transpose, gives that?",
        )
    return None


def _same_numbers(group, wrong):
    e, a, observed = wrong.expected, wrong.actual, wrong.fault.observed
    agree = a.size == e.size and np.all(close(a.ravel(), e.ravel(), group.exercise.rtol))
    if agree and [n for n in a.shape if n > 1] != [n for n in e.shape if n > 1]:
        return Fault(
            "reshaped",
            f"{observed} The numbers are right; they stand in another shape.",
            "Which line flattens, reshapes or stacks?",
            "Work on the array as it comes: NumPy applies a function to every entry and keeps the "
            "shape.",
        )
    if agree:
        return Fault(
            "extra-axis",
            f"{observed} The numbers are right; only an axis of length 1 is too many or missing.",
            "Which line keeps an axis that it sums over, or adds one by indexing?",
            f"Adding {shape(a)} to {shape(e)} would broadcast to a table. One shape, everywhere.",
        )
    return None


def _not_reduced(group, wrong):
    e, a, observed = wrong.expected, wrong.actual, wrong.fault.observed
    if a.ndim > e.ndim:
        for axis in range(a.ndim):
            for how, word in ((np.sum, "sum"), (np.mean, "mean")):
                reduced = how(a, axis=axis)
                if reduced.shape == e.shape and np.all(close(reduced, e, group.exercise.rtol)):
                    return Fault(
                        "not-reduced",
                        f"{observed} Its {word} over axis {axis} would be right.",
                        "One step is missing: which axis should have disappeared by then?",
                        "What is used in several places collects from all of them: the chain rule "
                        "adds over every use; a mean loss averages over the examples.",
                    )
        if e.ndim == 0:
            return Fault(
                "not-reduced",
                observed,
                "Is a sum or a mean missing at the end, or does an array stand where a single "
                "number was meant?",
                f"{wrong.name} is one number, so every index must have been summed over, and every "
                "number it is made from must be one number too.",
            )
    return None


def _one_inside(group, wrong):
    e, a, observed = wrong.expected, wrong.actual, wrong.fault.observed
    inside = _one_inside_the_other(a, e)
    if inside is not None:
        name, told, look, derive = inside
        return Fault(name, f"{observed} {told}", look, derive)
    return None


def _one_place_only(group, wrong):
    e, a, observed = wrong.expected, wrong.actual, wrong.fault.observed
    if a.ndim == e.ndim - 1:
        kept = _one_place_of(a, e)
        if kept is not None:
            axis, word = kept
            return Fault(
                "one-place-only",
                f"{observed} It is the {word} of the {e.shape[axis]} along axis {axis} of what "
                "belongs there.",
                "Where are the others: written over, or not collected?",
                f"Each of the {e.shape[axis]} has its place along axis {axis}, in their order.",
            )
    return None


def _reduced_too_far(group, wrong):
    e, a, observed = wrong.expected, wrong.actual, wrong.fault.observed
    if a.ndim < e.ndim:
        return Fault(
            "reduced-too-far",
            observed,
            "Where does it lose an axis: in a sum or a mean, or was it made without one?",
            f"{wrong.name} keeps one number for each of its {shape(e)} places.",
        )
    return None


def _row_for_each(group, wrong):
    e, a, observed = wrong.expected, wrong.actual, wrong.fault.observed
    if a.ndim == e.ndim + 1 and a.shape[-1:] == e.shape and a.shape[0] != a.shape[-1]:
        return Fault(
            "not-reduced",
            f"{observed} There is a row of {a.shape[-1]} for each of {a.shape[0]}.",
            "One step is missing: which axis should have disappeared by then?",
            "What is used in several places collects from all of them: the chain rule adds over "
            "every use; a mean loss averages over the examples.",
        )
    return None


def _table_of_pairs(group, wrong):
    e, a, observed = wrong.expected, wrong.actual, wrong.fault.observed
    if _is_table_of_pairs(a, e):
        return Fault(
            "broadcast-table",
            f"{observed} Every entry met every other: that is a table of pairs.",
            "Print the shapes on both sides of the operation that makes it: (N,) and (N, 1)?",
            "NumPy pairs a column with a row to a full table. Example i belongs with example i.",
        )
    return None


OTHER_SHAPES = (
    _transposed,
    _same_numbers,
    _not_reduced,
    _one_inside,
    _one_place_only,
    _reduced_too_far,
    _row_for_each,
    _table_of_pairs,
)


def _one_place_of(a, e):
    """(axis, "first" or "last") if the array is one end of the right one along an axis."""
    for axis, n in enumerate(e.shape):
        for at, word in ((n - 1, "last"), (0, "first")):
            part = np.take(e, at, axis)
            if n > 1 and a.size > 1 and a.shape == part.shape and np.all(close(a, part, 1e-7)):
                return axis, word
    return None


_ENDS = (
    ("first", lambda n, m: slice(0, m)),
    ("last", lambda n, m: slice(n - m, n)),
    ("middle", lambda n, m: slice((n - m) // 2, (n - m) // 2 + m)),
)


def _one_inside_the_other(a, e):
    """(name, told, look, derive) if the right numbers stand inside a larger array, or some of them
    are all there is, or None."""
    if a.ndim != e.ndim or not a.ndim or a.shape == e.shape or not a.size or not e.size:
        return None
    more = all(n >= m for n, m in zip(a.shape, e.shape, strict=True))
    less = all(n <= m for n, m in zip(a.shape, e.shape, strict=True))
    if not (more or less) or (min(a.size, e.size) < 2 and (more or not a.all())):
        return None  # one number is soon found, and a 0 anywhere
    large, small = (a, e) if more else (e, a)
    sides = list(zip(large.shape, small.shape, strict=True))
    for word, part in _ENDS:
        at = tuple(part(n, m) for n, m in sides)
        if np.all(close(large[at], small, 1e-7)):
            where = "in its middle" if word == "middle" else f"at its {_END[word]}"
            if more:
                return (
                    "more-than-asked",
                    f"The right numbers stand in it, {where}; the rest is too much.",
                    "Which margin, row or round is not cut off, or was one too many?",
                    "Count what belongs there along each axis, first and last included.",
                )
            return (
                "less-than-asked",
                f"What is there is right: it is the part {where.replace('its', 'the')} of what "
                "belongs there, and the rest is missing.",
                "At which round of its loop does your function end?"
                if a.size == 1 and word == "first"
                else "Which row or round is left out: where do a loop or a slice start and end?",
                "Count what belongs there along each axis, first and last included.",
            )
    for step in (2, 3, 4):
        at = tuple(slice(None, None, step if n != m else 1) for n, m in sides)
        there = large[at][tuple(slice(0, m) for _, m in sides)]
        if there.shape == small.shape and np.all(close(there, small, 1e-7)):
            if more:
                return (
                    "steps-too-small",
                    f"Every number {step} steps apart in it is right; those between are too much.",
                    "By how much does your window, or your index, move from one place to the next?",
                    f"From one place to the next it moves by {step} here.",
                )
    return None


_END = {"first": "beginning", "last": "end"}
