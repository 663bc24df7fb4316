"""What can be wrong with a split, whoever is in which part; and papers on which it shows."""

import math
from itertools import combinations, permutations

import numpy as np

from bplab.exam import Fault

PARTS = ("train", "validation", "test")


def fractions_that_tell(rng, *groups):
    """(fractions, sizes) with which floors, ceilings and swapped parts of each group show.

    groups : (low, high) for the size of each group that is cut by the same three shares. In the
    first group any two shares rounded down leave the third more than one too large; in the last
    any two rounded up leave it more than one too small.
    """
    while True:
        second, third = (float(part) / 100 for part in rng.choice(np.arange(12, 29), 2, False))
        fractions = (round(1 - second - third, 2), second, third)
        sizes = [int(rng.integers(low, high)) for low, high in groups]
        apart = min(abs(a - b) for a, b in combinations(fractions, 2))
        of_a_person = [np.array(fractions) * N % 1 for N in (sizes[0], sizes[-1])]
        if (
            apart * min(sizes) > 2.2
            and round(of_a_person[0].sum()) == 2
            and of_a_person[0].max() < 0.95
            and round(of_a_person[1].sum()) == 1
            and of_a_person[1].min() > 0.05
        ):
            return fractions, sizes


def split_fault(parts, N):
    """What is wrong with a split of N indices into three parts, whatever their sizes, or None."""
    fault = _form_fault(parts)
    if fault is not None:
        return fault
    parts = as_rows(parts)
    indices = np.concatenate(parts)
    if len(indices) and (indices.min() < 0 or indices.max() >= N):
        return Fault(
            "index-range",
            f"Your parts hold the index {int(indices.max() if indices.max() >= N else -1)}; "
            f"the {N} examples are numbered 0 to {N - 1}.",
            "Where do the numbers that you shuffle begin and end?",
            "N indices starting from 0 end at N - 1.",
        )
    twice = len(indices) - len(np.unique(indices))
    train, validation, test = parts
    if twice and not len(validation) and len(train) + len(test) > N:
        if np.array_equal(train[N - len(test) :], test[: len(train) + len(test) - N]):
            return Fault(
                "second-cut-before-the-first",
                f"validation is empty, and test begins before train ends: the first {len(train)} "
                f"of your row are train, and the last {len(test)} are test.",
                "At which two places is the shuffled row cut?",
                "The second cut stands at the sum of the first two shares of the whole row, behind "
                "the first.",
            )
    many = f"{twice} {'index occurs' if twice == 1 else 'indices occur'} more than once."
    if twice and any(len(np.unique(part)) < len(part) for part in parts):
        return Fault("with-replacement", many)
    if twice:
        return Fault("overlap", many)
    if len(indices) < N:
        lost = N - len(indices)
        are = "is" if lost == 1 else "are"
        return Fault("rest-lost", f"{_told(parts, N)} {lost} {are} in none.")
    return None


def _form_fault(parts):
    """What keeps the three parts from being three rows of indices, or None."""
    if parts is None:
        return Fault("returned-nothing", "")
    if isinstance(parts, dict):
        return Fault(
            "wrong-type",
            f"A dict of {len(parts)} came back; three index arrays belong here, train first, then "
            "validation, then test.",
            "What does the one who calls your function write on the left of the equals sign?",
            "return train, validation, test gives the three back side by side, as one tuple.",
        )
    if not isinstance(parts, (tuple, list)) or len(parts) != 3:
        many = f"{len(parts)} things" if isinstance(parts, (tuple, list)) else "something else"
        return Fault("wrong-type", f"Three index arrays belong here, and it is {many}.")
    if any(np.ndim(item) for part in parts if isinstance(part, (list, tuple)) for item in part[:1]):
        return Fault(
            "wrong-type",
            "Your parts are lists of pieces; each part should be one row of indices.",
            "How do you put the pieces of one part together?",
            "The pieces of a part are joined end to end, into one array.",
        )
    if not all(isinstance(part, (list, tuple, np.ndarray)) for part in parts):
        return Fault("wrong-type", "Three index arrays belong here, one for each part.")
    for name, part in zip(PARTS, parts, strict=True):
        if np.ndim(part) != 1:
            shape = np.shape(part)
            return Fault(
                "not-a-row",
                f"{name} has the shape {shape}; a row of indices, ({int(np.prod(shape))},), "
                "belongs there.",
                "Print the shape of what you shuffle. What would X[train] be with it?",
                "A column of indices picks rows of rows: X[train] then has one axis too many. "
                "Flatten what you were given by the search before you cut it.",
            )
    if any(np.asarray(part).dtype.kind == "b" for part in parts if len(part)):
        return Fault(
            "wrong-type",
            "Your parts hold true and false; the numbers of the examples are asked for.",
            "What is the length of train: how many are in it, or how many there are in all?",
            "A mask has an entry for everybody; an index array names only those who are in it.",
        )
    if any(np.asarray(part).dtype.kind in "fc" for part in parts if len(part)):
        return Fault("wrong-type", "Your parts hold no whole numbers, and only those can index.")
    return None


def shares_fault(sizes, wanted, said):
    """What is wrong with the sizes of three parts that use each index once, or None.

    sizes, wanted : of the parts, and what their shares ask for
    said : the sentence that tells the sizes
    """
    if _within(sizes, wanted):
        return None
    ask = f"The shares ask for {_listed(wanted)}."
    for order in permutations(range(3)):
        if _within([sizes[i] for i in order], wanted):
            return Fault("order-swapped", f"{said} {ask}")
    for name, rounded, slip in (
        ("rounded-down", math.floor, 1e-9),
        ("rounded-up", math.ceil, -1e-9),
    ):
        off = [i for i, share in enumerate(wanted) if sizes[i] != rounded(share + slip)]
        if len(off) == 1:
            over = sizes[off[0]] - wanted[off[0]]
            return Fault(
                name,
                f"{said} {ask} {PARTS[off[0]]} is {abs(over):.3g} "
                f"{'above' if over > 0 else 'below'} its share.",
            )
    return Fault("shares", f"{said} {ask}")


def _within(sizes, wanted):
    return all(abs(size - share) <= 1 + 1e-9 for size, share in zip(sizes, wanted, strict=True))


def _listed(numbers):
    return "{:.4g}, {:.4g} and {:.4g}".format(*numbers)


def _told(parts, N):
    return f"Your parts hold {_listed([len(part) for part in parts])} of the {N} indices."


def sizes_fault(parts, N, fractions):
    """What is wrong with the sizes of the parts of one group of N, or None."""
    parts = as_rows(parts)
    wanted = [f * N for f in fractions]
    return shares_fault([len(part) for part in parts], wanted, _told(parts, N))


def in_order(parts):
    """True if the parts, one after the other, run through the indices as they are in the file."""
    order = np.concatenate(as_rows(parts))
    return bool(np.all(np.diff(order) > 0))


def as_rows(parts):
    """The parts as rows of floats."""
    return [np.asarray(part, dtype=float).ravel() for part in parts]
