"""A split in which every part has the same share of the ill."""

import numpy as np

from bplab import nn
from bplab.exam import Exercise, Fault, Rng
from bplab.exercises.regularization.split_indices import split_indices
from bplab.exercises.regularization.splits import split_fault

stratified_split = Exercise(
    "stratified_split",
    "06_diabetes_classifier",
    nn.stratified_split,
    returns=("train", "validation", "test"),
    points=2,
    driver="two seeds",
)


@stratified_split.paper
def _(rng):
    # Class sizes that any way of rounding keeps within one patient of the shares.
    for healthy, sick, fractions in [
        (80, 40, (0.7, 0.15, 0.15)),
        (46, 35, (0.6, 0.2, 0.2)),
        (41, 36, (0.6, 0.2, 0.2)),
    ]:
        more = 20 * int(rng.integers(0, 5))
        y = rng.permutation(np.repeat([0, 1], [healthy + more, sick]))
        first, second = (Rng(int(seed)) for seed in rng.integers(1, 2**31, 2))
        yield {"y": y, "fractions": fractions, "rng": first, "other": second}


@stratified_split.judge
def _(case, value):
    y, fractions = case.inputs["y"], case.inputs["fractions"]
    for parts in (value["first"], value["second"]):
        fault = split_fault(parts, len(y), fractions, slack=2) or _class_fault(parts, y, fractions)
        if fault is not None:
            return _as_in_a_plain_split(fault)
    same = [
        _members(one, y, label) == _members(two, y, label)
        for one, two in zip(value["first"], value["second"], strict=True)
        for label in (0, 1)
    ]
    if any(same) and not all(same):
        return Fault(
            "same-people",
            "Two different generators put the same people of one class into the same part.",
            "Is every class shuffled, and before it is cut?",
            "Shuffle the members of each class, all of them, and only then cut.",
        )
    if all(same):
        train = np.ravel(value["first"][0]).astype(int)
        in_order = all(
            set(np.flatnonzero(y == label)[: np.sum(y[train] == label)]) <= set(train)
            for label in (0, 1)
        )
        return Fault("not-shuffled" if in_order else "rng-unused", "")
    return None


def _as_in_a_plain_split(fault):
    """The fault with the rungs it has in split_indices, if it has none here."""
    told = split_indices.mistakes.get(fault.name)
    if told is None or fault.look or fault.name in stratified_split.mistakes:
        return fault
    return Fault(fault.name, f"{told.observed} {fault.observed}", told.look, told.derive)


def _members(part, y, label):
    return {int(i) for i in np.ravel(part) if y[int(i)] == label}


def _class_fault(parts, y, fractions):
    for name, part, share in zip(("train", "validation", "test"), parts, fractions, strict=True):
        members = y[np.asarray(part, dtype=int).ravel()]
        for label in (0, 1):
            wanted = share * np.sum(y == label)
            have = int(np.sum(members == label))
            if abs(have - wanted) > 1 + 1e-9:
                return Fault(
                    "not-stratified",
                    f"{name} holds {have} people with y = {label}; its share is {wanted:g}.",
                )
    return None


@stratified_split.mistake(
    "not-stratified",
    "The classes are not shared out evenly.",
    "If 40 of 120 people are ill, how many ill people belong in a part of 15 %?",
    "Split the ill and the healthy separately, each by the same shares, then join the parts.",
)
def _(y, fractions, rng):
    return nn.split_indices(len(y), fractions, rng)


@stratified_split.mistake(
    "not-shuffled",
    "Within each class you take people in the order of the file.",
    "What if the file is sorted by year, or by hospital? What is rng for?",
    "Shuffle the members of each class before you cut.",
)
def _(y, fractions, rng):
    return _stratify(y, fractions, lambda members: members)


@stratified_split.mistake(
    "positions-for-indices",
    "Your parts hold positions within a class, not the numbers of people: some occur twice.",
    "What does the 3 in one of your parts mean: person 3 of all, or the third of the ill?",
    "Shuffle and cut the list of a class's members themselves.",
)
def _(y, fractions, rng):
    return _stratify(y, fractions, lambda members: rng.permutation(len(members)))


@stratified_split.mistake(
    "one-class-only",
    "Only one class was shared out; the others are in no part.",
    "How many classes does y have?",
    "Repeat the same cut for every class, and join the pieces part by part.",
)
def _(y, fractions, rng):
    return _stratify(y, fractions, rng.permutation, labels=(1,))


@stratified_split.mistake(
    "balanced",
    "Your parts hold as many ill as healthy people: you kept equal numbers, not equal shares.",
    "Should each part look like the whole, or like a coin?",
    "Stratified means: every part has the class shares of the whole set; nobody is left out.",
)
def _(y, fractions, rng):
    few = min(np.sum(y == 0), np.sum(y == 1))
    return _stratify(y, fractions, lambda members: rng.permutation(members)[:few])


@stratified_split.mistake(
    "rng-unused",
    "Two different generators gave the same split: the shuffle does not come from rng.",
    "Where does your randomness come from?",
    "Draw from the rng you are given: then a seed repeats an experiment, and a new one varies it.",
)
def _(y, fractions, rng):
    return nn.stratified_split(y, fractions, np.random.default_rng(0))


def _stratify(y, fractions, shuffle, labels=(0, 1)):
    parts = [[], [], []]
    for label in labels:
        members = shuffle(np.flatnonzero(y == label))
        cuts = np.rint(np.cumsum(fractions)[:2] * len(members)).astype(int)
        for part, piece in zip(parts, np.split(members, cuts), strict=True):
            part.append(piece)
    return tuple(np.concatenate(part) for part in parts)
