"""Train, validation and test: who is in which part."""

import math

import numpy as np

from bplab import nn
from bplab.exam import Exercise, Fault, Rng
from bplab.exercises.regularization.splits import (
    PARTS,
    as_rows,
    fractions_that_tell,
    in_order,
    sizes_fault,
    split_fault,
)

split_indices = Exercise(
    "split_indices",
    "05_regularization",
    nn.split_indices,
    returns=("train", "validation", "test"),
    points=2,
    driver="two seeds",
    achieved="No example is in two parts: what is measured on the test part is honest.",
)


@split_indices.paper
def _(rng):
    for low, high in ((18, 60), (60, 400)):
        fractions, (down, up) = fractions_that_tell(rng, (low, high), (low, high))
        for N in (down, up):
            first, second = (Rng(int(seed)) for seed in rng.integers(1, 2**31, 2))
            yield {"N": N, "fractions": fractions, "rng": first, "other": second}
    N = 20 * int(rng.integers(5, 20))  # nothing to round
    first, second = (Rng(int(seed)) for seed in rng.integers(1, 2**31, 2))
    yield {"N": N, "fractions": (0.7, 0.2, 0.1), "rng": first, "other": second}


@split_indices.judge
def _(case, value):
    N, fractions = case.inputs["N"], case.inputs["fractions"]
    for parts in (value["first"], value["second"]):
        fault = split_fault(parts, N) or sizes_fault(parts, N, fractions)
        if fault is not None:
            return fault
        if in_order(parts):
            return Fault("not-shuffled", "")
    one, two = (np.concatenate(as_rows(value[name])) for name in ("first", "second"))
    if np.array_equal(one, two):
        return Fault("rng-unused", "")
    return _fixed_part(value["first"], value["second"])


def _fixed_part(one, two):
    """A part that holds the same people whatever the generator, or hardly shuffled ones."""
    for name, first, second in zip(PARTS, one, two, strict=True):
        first, second = sorted(np.ravel(first).tolist()), sorted(np.ravel(second).tolist())
        if first == second:
            return Fault(
                "same-people",
                f"{name} holds the same indices with two different generators: who is in it is not "
                "left to chance.",
                "Do you shuffle before you cut, or inside the parts after cutting?",
                "Shuffle all N indices first, then cut: everyone may land in any part.",
            )
        follows = int(np.sum(np.diff(first) == 1))
        share = len(first) / (first[-1] - first[0] + 1)
        if len(first) >= 15 and share > 0.98:
            return Fault(
                "in-one-piece",
                f"{name} holds {follows + 1} neighbors from the file, without a gap.",
                "Which indices does your shuffle move away from their neighbors?",
                "After a fair shuffle each part is spread over the whole file.",
            )
    return None


@split_indices.mistake(
    "not-shuffled",
    "Your parts are cut from the file in its order.",
    "What if the file lists all healthy people first? What is rng for?",
    "Shuffle all indices once, then cut: each part is then a fair sample of the whole.",
)
def _(N, fractions, rng):
    cuts = np.rint(np.cumsum(fractions)[:2] * N).astype(int)
    return tuple(np.split(np.arange(N), cuts))


@split_indices.mistake(
    "overlap",
    "Some people are in more than one part: the test would ask what training has told.",
    "Is each part drawn for itself, or are all three cut from one shuffled row?",
    "Disjoint by construction: one permutation of all N, cut in two places.",
)
def _(N, fractions, rng):
    return tuple(rng.permutation(N)[: round(f * N)] for f in fractions)


@split_indices.mistake(
    "with-replacement",
    "Some people occur twice and others not at all.",
    "Are your indices drawn one by one, or is one full set shuffled?",
    "A split uses everyone exactly once: a permutation, not N independent draws.",
)
def _(N, fractions, rng):
    cuts = np.rint(np.cumsum(fractions)[:2] * N).astype(int)
    return tuple(np.split(rng.integers(0, N, N), cuts))


@split_indices.mistake(
    "rest-lost",
    "Some people are in no part at all.",
    "Where does each of your parts begin and end? Who stands between two of them, or behind the "
    "last?",
    "Each part begins where the one before it ends, and the last one takes everything behind the "
    "second cut: whatever is rounded, nobody is left over.",
)
def _(N, fractions, rng):
    order, parts, start = rng.permutation(N), [], 0
    for f in fractions:
        size = int(f * N) - (f == fractions[-1] and int(f * N) == f * N)
        parts.append(order[start : start + size])
        start += size
    return tuple(parts)


def _cut_by_sizes(N, fractions, rng, size):
    order = rng.permutation(N)
    first, second = size(N * fractions[0]), size(N * fractions[1])
    return order[:first], order[first : first + second], order[first + second :]


@split_indices.mistake(
    "rounded-down",
    "Two shares are rounded down, and the third part takes what is left of both.",
    "What becomes of the fractions of a person that int cuts off twice?",
    "Round the places where the row is cut, not the lengths of the pieces: the second cut stands "
    "at the sum of the first two shares of the whole row.",
)
def _(N, fractions, rng):
    return _cut_by_sizes(N, fractions, rng, int)


@split_indices.mistake(
    "rounded-up",
    "Two shares are rounded up, and the third part has to pay for both.",
    "What becomes of the third part if each of the others takes a fraction of a person more?",
    "Round the places where the row is cut, not the lengths of the pieces: the second cut stands "
    "at the sum of the first two shares of the whole row.",
)
def _(N, fractions, rng):
    return _cut_by_sizes(N, fractions, rng, math.ceil)


@split_indices.mistake(
    "shares",
    "Your parts do not have the sizes that the shares ask for.",
    "What decides how many indices a part gets: two cuts through one shuffled row, or chance?",
    "Shuffle, then cut. The second cut stands at the sum of the first two shares of the whole row: "
    "each share is one of the whole, whatever the parts before have taken.",
)
def _(N, fractions, rng):
    order = rng.permutation(N)
    first, second = (np.rint(f * N).astype(int) for f in fractions[:2])
    return order[:first], order[first:second], order[max(first, second) :]


@split_indices.mistake(
    "order-swapped",
    "The three sizes are right, but for other parts: train, validation and test have changed "
    "places.",
    "Which of the three is the training set, and which share in fractions is its own?",
    "First train, then validation, then test, as in fractions.",
)
def _(N, fractions, rng):
    return nn.split_indices(N, fractions, rng)[::-1]


@split_indices.mistake(
    "rng-unused",
    "Two different generators gave the same split: the shuffle does not come from rng.",
    "Where does your randomness come from?",
    "Draw from the rng you are given: then a seed repeats an experiment, and a new one varies it.",
)
def _(N, fractions, rng):
    return nn.split_indices(N, fractions, np.random.default_rng(0))
