"""What a wrong array has to do with the right one or with an argument, number for number."""

from itertools import combinations

import numpy as np

from bplab.exam.compare import close
from bplab.exam.diagnosis.words import joined, number
from bplab.exam.report import Fault

EXACT = 1e-9


def running_total(group):
    """The right numbers, added up, or averaged, along an axis."""
    rows = [leaf for _, _, leaf, _ in group.rows if leaf.expected.ndim and leaf.expected.size > 2]
    if not rows:
        return None
    for axis in (0, -1):
        for words, total in (
            ("from the first to each", lambda e, k: np.cumsum(e, axis=k)),
            ("from each to the last", lambda e, k: np.flip(np.cumsum(np.flip(e, k), k), k)),
        ):
            if all(_same(leaf.actual, total(leaf.expected, axis)) for leaf in rows):
                return Fault(
                    "running-total",
                    f"{group.name} holds running totals: the right numbers, added up {words}.",
                    "Which line adds to what the round before has left?",
                    f"Each entry of {group.name} stands for itself alone.",
                )
        if all(_same(leaf.actual, _running_mean(leaf.expected, axis)) for leaf in rows):
            return Fault(
                "running-mean",
                f"{group.name} holds running means: each entry is the mean of the right numbers up "
                "to it.",
                "Which line divides what has been added up so far?",
                f"Each entry of {group.name} stands for itself alone.",
            )
    return None


def _running_mean(numbers, axis):
    total = np.moveaxis(np.cumsum(numbers, axis=axis), axis, 0)
    counts = np.arange(1, len(total) + 1).reshape(-1, *[1] * (total.ndim - 1))
    return np.moveaxis(total / counts, 0, axis)


def bounded(group):
    """The right numbers, but for what lies beyond a bound: that stands at the bound."""
    low, high, sure = [], [], False
    for _, _, leaf, _ in group.rows:
        e, a = leaf.expected, np.asarray(leaf.actual, dtype=float)
        if leaf.right:
            continue
        wrong = ~close(a, e, 1e-7)
        top, bottom = (np.sum(wrong & (a == end)) if a.size else 0 for end in (a.max(), a.min()))
        even = top and bottom and a.max() == -a.min()
        if a.size < 3 or not _same(a, np.clip(e, a.min(), a.max())):
            return None
        if wrong.all() and not even:
            return None
        high += [float(a.max())] if top else []
        low += [float(a.min())] if bottom else []
        # One number at an end is the largest or the smallest of any array.
        sure = sure or max(top, bottom) > 1 or even
    if not sure:
        return None
    said = [f"above {number(ends)}" for ends in high[:1]]
    said += [f"below {number(ends)}" for ends in low[:1]]
    return Fault(
        "cut-at-a-bound",
        f"{group.name} is right but for what should be {' or '.join(said)}: there stands just that "
        "bound.",
        "Where is something clipped, or bounded by a minimum or a maximum?",
        "The formula has no bound: what is large stays large.",
    )


def kept_within(group):
    """Many numbers stand at one and the same bound, and none lies beyond it: something is clipped.

    Unlike `bounded`, the others may be wrong as well: what was cut is carried on. So each wrong
    array is looked at.
    """
    for slot in dict.fromkeys(leaf.slot for leaves in group.table for leaf in leaves):
        wrong = [
            leaf
            for leaves in group.table
            for leaf in leaves
            if leaf.slot == slot and not leaf.right and leaf.fault is None
        ]
        found = [_at_the_bound(leaf) for leaf in wrong]
        if not found or None in found or len({end for end, _ in found}) > 1:
            continue
        end, count = found[0]
        return Fault(
            "kept-within-a-bound",
            f"No number in {wrong[0].name} lies beyond {number(end)} in size, and {count} of "
            f"{wrong[0].actual.size} are exactly that: something is clipped.",
            "Where is something clipped, or bounded by a minimum or a maximum?",
            "The formula has no bound: what is large stays large, and is carried on as it is.",
        )
    return None


def _at_the_bound(leaf):
    """(bound, how many numbers are exactly that), or None if the array has no such bound."""
    e, a = leaf.expected, leaf.actual
    if a is None or isinstance(e, str) or np.shape(a) != np.shape(e) or np.size(a) < 6:
        return None
    if a.dtype.kind != "f" or not np.isfinite(a).all():
        return None
    end, due = np.abs(a).max(), np.abs(e).max()
    count = int(np.sum(np.abs(a) == end))
    if end == 0 or count < 3 or due <= end or np.sum(np.abs(e) == due) > 1:
        return None
    return float(end), count


def in_the_others_places(group):
    """Zero exactly where the right array is not, and not zero where it is."""
    pairs = [(e, a) for e, a in group.pairs() if e.any()]
    if not pairs or not all(e.size > 2 and not e.all() for e, _ in pairs):
        return None
    if all(np.array_equal(a == 0, e != 0) for e, a in pairs):
        return Fault(
            "places-turned-round",
            f"{group.name} is 0 exactly where it should not be, and not 0 where it should be.",
            "Which condition chooses the places, and which side of it do you take?",
            "Take one place of each kind, and say what belongs there and why.",
        )
    return None


def taken_as_it_is(group):
    """Every number stands in an argument as it is, where the right ones are made from it."""
    wrong = [(case, leaf) for _, case, leaf, _ in group.rows if not leaf.right]
    if max(leaf.expected.size for _, leaf in wrong) < 2:
        return None
    for name in group.array_inputs():
        if all(_all_from(leaf, case.inputs[name]) for case, leaf in wrong):
            return Fault(
                "taken-as-it-is",
                f"Every number in {group.name} is one that stands in {name} as it is: none is made "
                "from several.",
                f"Do you add up, or only pick and reshape? How many numbers of {name} should make "
                f"one of {group.name}?",
                f"Write one entry of {group.name} with its index; sum over the index that goes.",
            )
    return None


def _all_from(leaf, given):
    if np.asarray(given).dtype.kind != "f" or not leaf.actual.any():
        return False
    wrong = ~close(leaf.actual, leaf.expected, 1e-7)
    return bool(
        np.isin(leaf.actual, given).all() and not np.isin(leaf.expected[wrong], given).any()
    )


def mixed(group):
    """A sum of arguments of its shape, as the right one is, with other weights."""
    names = None
    for _, case, leaf, _ in group.rows:
        fits = [
            name
            for name in group.array_inputs()
            if np.asarray(case.inputs[name]).dtype.kind == "f"
            and np.shape(case.inputs[name]) == leaf.expected.shape
        ]
        names = fits if names is None else [name for name in names if name in fits]
    if not names or len(names) < 2:
        return None
    told = None
    for _, case, leaf, _ in group.rows:
        A = np.stack([case.inputs[name].ravel() for name in names], axis=1)
        if len(A) <= len(names):
            return None
        mine, right = (_solved(A, part.ravel()) for part in (leaf.actual, leaf.expected))
        if mine is None or right is None:
            return None
        if told is None and not leaf.right:
            told = mine, right, case
    mine, right, case = told
    scalars = [f"{k} = {number(v)}" for k, v in case.inputs.items() if type(v) is float]
    given = f" ({', '.join(scalars)})" if scalars else ""
    return Fault(
        "other-weights",
        f"{group.name}, taken apart, holds {_weighted(mine, names)}; {_weighted(right, names)} "
        f"belongs there{given}.",
        f"Which of {joined(names)} is kept as it is, and which is multiplied, and by what?",
        "Write the sum with the factor before each of its terms, and hold your line beside it.",
    )


def _weighted(weights, names):
    return " and ".join(f"{number(w)} times {n}" for w, n in zip(weights, names, strict=True))


def _solved(A, b):
    weights, *_ = np.linalg.lstsq(A, b, rcond=None)
    weights = np.where(np.abs(weights) < 1e-12, 0.0, weights)
    exact = np.max(np.abs(A @ weights - b)) <= EXACT * max(np.abs(b).max(), 1e-300)
    return weights if exact else None


_REDUCED = (
    ("the sum", np.sum),
    ("the mean", np.mean),
    ("the largest number", np.max),
    ("the smallest number", np.min),
    ("the median", np.median),
    ("the sum of the sizes", lambda v, axis: np.abs(v).sum(axis=axis)),
    ("the sum of the squares", lambda v, axis: (v**2).sum(axis=axis)),
    ("the mean of the squares", lambda v, axis: (v**2).mean(axis=axis)),
    ("the root of the sum of squares", lambda v, axis: np.sqrt((v**2).sum(axis=axis))),
    ("the root of the mean square", lambda v, axis: np.sqrt((v**2).mean(axis=axis))),
    ("the standard deviation", np.std),
    ("the variance", np.var),
    ("the product", np.prod),
)


def reduced_otherwise(group):
    """One number for each column or row of an argument, found in another way."""
    wrong = [(case, leaf) for _, case, leaf, _ in group.rows if not leaf.right]
    if not all(leaf.expected.ndim == 1 and leaf.expected.size > 1 for _, leaf in wrong):
        return None
    for name in group.array_inputs():
        if any(
            np.ndim(case.inputs[name]) != 2 or case.inputs[name].dtype.kind != "f"
            for case, _ in wrong
        ):
            continue
        for axis, word in ((0, "column"), (1, "row")):
            for words, reduce in _REDUCED:
                if all(_same(leaf.actual, reduce(c.inputs[name], axis=axis)) for c, leaf in wrong):
                    return Fault(
                        "reduced-otherwise",
                        f"{group.name} is {words} of each {word} of {name}.",
                        f"What does the formula do with the numbers of a {word}?",
                        f"Write {group.name}[j] with its indices: what is summed, over which "
                        "index, and is there a root, a square or a division?",
                    )
    return None


def counted_in(group):
    """A count that holds the right one and others of the counts beside it."""
    wrong = [(leaf, leaves) for _, _, leaf, leaves in group.rows if not leaf.right]
    if len(wrong) < 2 or any(leaf.expected.shape or leaf.expected.size != 1 for leaf, _ in wrong):
        return None
    beside = [leaf.name for leaf in wrong[0][1] if _is_number(leaf)]
    if not 3 <= len(beside) <= 6:
        return None
    right = [
        {leaf.name: float(leaf.expected) for leaf in leaves if _is_number(leaf)}
        for _, leaves in wrong
    ]
    if any(set(row) != set(beside) or any(v % 1 for v in row.values()) for row in right):
        return None
    for many in (2, 3, 4):
        for names in combinations(beside, many):
            if all(
                sum(row[name] for name in names) == float(leaf.actual)
                for row, (leaf, _) in zip(right, wrong, strict=True)
            ):
                held = group.name in names
                return Fault(
                    "counted-in",
                    f"{group.name} of yours is {joined(names)} together.",
                    f"Which of those does the line for {group.name} let in"
                    f"{' besides its own' if held else ''}, and by which condition? An else "
                    "belongs to the nearest if alone.",
                    "Each one is counted once, in one place: together they add up to all.",
                )
    return None


def _is_number(leaf):
    return type(leaf.expected) is np.ndarray and leaf.expected.shape == ()


_TOO = {1: "too large", -1: "too small"}


def another_curve(group):
    """A function of one array, entry by entry: on which side of 0 it lies too high or too low."""
    names = group.array_inputs()
    if len(names) != 1 or group.right or group.also_wrong:
        return None
    points, gaps, sizes = [], [], []
    for _, case, leaf, _ in group.rows:
        z = np.asarray(case.inputs[names[0]])
        if z.shape != leaf.expected.shape or z.dtype.kind != "f":
            return None
        points += list(z.ravel())
        gaps += list((leaf.actual - leaf.expected).ravel())
        sizes += list(np.maximum(np.abs(leaf.expected), 1e-3).ravel())
    points, gaps, sizes = map(np.asarray, (points, gaps, sizes))
    off = np.abs(gaps) > 1e-7 * sizes
    said = []
    for word, side in (("negative", points < 0), ("positive", points > 0)):
        far = np.argsort(np.abs(points[side]))
        signs = np.where(off[side], np.sign(gaps[side]), 0)[far]
        z = points[side][far][signs != 0]
        signs = signs[signs != 0]
        turns = np.flatnonzero(np.diff(signs))
        if np.sum(side) < 3 or len(turns) > 1:
            return None
        words = [_TOO[sign] for sign in signs[[0, -1]]] if len(signs) else []
        if not words:
            said.append(f"right where {names[0]} is {word}")
        elif not len(turns):
            said.append(f"{words[0]} where {names[0]} is {word}")
        else:
            near = number(float(z[turns[0]]))
            said.append(
                f"where {names[0]} is {word}, {words[0]} as far as {near} and {words[1]} beyond"
            )
    worst = int(np.argmax(np.abs(gaps)))
    return Fault(
        "another-curve",
        f"Your {group.name} follows another curve: {'; '.join(said)}; it is farthest off at "
        f"{names[0]} = {number(float(points[worst]))}.",
        "Draw both curves from -5 to 5: where do they touch, and where do they end?",
        "Put 0, 1 and a large number into the formula above the cell, and into yours.",
    )


def _same(a, b):
    return np.shape(a) == np.shape(b) and bool(np.all(close(np.asarray(a, float), b, 1e-7)))
