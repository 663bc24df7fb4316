"""A split in which every part has the same share of the ill."""

import numpy as np

from bplab import nn
from bplab.exam import Exercise, Fault, Rng
from bplab.exercises.regularization.split_indices import split_indices
from bplab.exercises.regularization.splits import (
    fractions_that_tell,
    in_order,
    shares_fault,
    split_fault,
)

stratified_split = Exercise(
    "stratified_split",
    "06_diabetes_classifier",
    nn.stratified_split,
    returns=("train", "validation", "test"),
    points=2,
    driver="two seeds",
    built_on=(split_indices,),
    achieved="Each part holds the same share of the ill, so that their scores can be compared.",
)


@stratified_split.paper
def _(rng):
    for healthy, sick in [((20, 60), (18, 60)), ((60, 200), (30, 60)), ((20, 60), (60, 200))]:
        fractions, sizes = fractions_that_tell(rng, healthy, sick)
        y = rng.permutation(np.repeat([0, 1], sizes))
        first, second = (Rng(int(seed)) for seed in rng.integers(1, 2**31, 2))
        yield {"y": y, "fractions": fractions, "rng": first, "other": second}


@stratified_split.judge
def _(case, value):
    y, fractions = case.inputs["y"], case.inputs["fractions"]
    for parts in (value["first"], value["second"]):
        fault = _one_class(parts, y) or split_fault(parts, len(y))
        fault = fault or _class_fault(parts, y, fractions)
        if fault is not None:
            return _as_in_a_plain_split(fault)
        if in_order(parts):
            return Fault("not-shuffled", "")
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
        from_the_front = all(
            set(np.flatnonzero(y == label)[: np.sum(y[train] == label)]) <= set(train)
            for label in (0, 1)
        )
        return Fault("not-shuffled" if from_the_front else "rng-unused", "")
    return None


def _as_in_a_plain_split(fault):
    """The fault with the rungs it has in split_indices, if it has none here."""
    told = split_indices.mistakes.get(fault.name)
    if told is None or fault.look or fault.name in stratified_split.mistakes:
        return fault
    return Fault(fault.name, f"{told.observed} {fault.observed}", told.look, told.derive)


def _members(part, y, label):
    return {int(i) for i in np.ravel(part) if y[int(i)] == label}


def _one_class(parts, y):
    """The fault of parts that hold the positions within a class, or people of one class only."""
    try:
        have = np.sort(np.concatenate([np.ravel(part) for part in parts]).astype(int))
    except (TypeError, ValueError):
        return None
    if any(np.asarray(part).dtype.kind == "b" for part in parts):
        return None  # masks: what a plain split says of them
    if len(have) and have[0] == 0 and have[-1] == 1 and len(have) > 2:
        return Fault("labels-for-indices", "")
    sizes = [int(np.sum(y == label)) for label in (0, 1)]
    if np.array_equal(have, np.sort(np.concatenate([np.arange(size) for size in sizes]))):
        return Fault("positions-for-indices", "")
    for label in (0, 1):
        if np.array_equal(have, np.flatnonzero(y == label)):
            return Fault("one-class-only", f"Your parts hold those with y = {label}.")
    return None


def _class_fault(parts, y, fractions):
    """What is wrong with how each class is shared out, or None."""
    have = np.array([[len(_members(part, y, label)) for part in parts] for label in (0, 1)])
    sizes = have.sum(axis=1)
    cuts = np.rint(np.cumsum(fractions)[:2] * len(y)).astype(int)
    by_all = [np.diff(np.r_[0, np.minimum(cuts, size), size]) for size in sizes]
    if np.all(np.abs(have - by_all) <= 1):
        return Fault("cut-by-all", _told(have[1], 1))
    faults = [
        shares_fault(have[label], np.array(fractions) * sizes[label], _told(have[label], label))
        for label in (0, 1)
    ]
    found = [fault for fault in faults if fault is not None]
    if not found:
        return None
    if len({fault.name for fault in faults if fault}) == 1 and found[0].name != "shares":
        return found[0]
    return Fault("not-stratified", found[0].observed)


def _told(have, label):
    return "Your parts hold {}, {} and {} of the {} people with y = {}.".format(
        *have, sum(have), label
    )


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
    "cut-by-all",
    "Each class is cut at the places where all people together would be cut.",
    "How many people are in the row that you cut: everybody, or one class?",
    "The two cuts stand at the sums of the shares, times the number of people in this class.",
)
def _(y, fractions, rng):
    return _stratify(y, fractions, rng.permutation, cut=lambda members: len(y))


@stratified_split.mistake(
    "labels-for-indices",
    "Your parts hold nothing but 0 and 1: the labels of people, not their numbers.",
    "What does X[train] give if train holds 0 and 1?",
    "A part says who is in it: the places in y, not what stands there.",
)
def _(y, fractions, rng):
    return tuple(y[part] for part in nn.stratified_split(y, fractions, rng))


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


def _stratify(y, fractions, shuffle, labels=(0, 1), cut=len):
    parts = [[], [], []]
    for label in labels:
        members = shuffle(np.flatnonzero(y == label))
        cuts = np.rint(np.cumsum(fractions)[:2] * cut(members)).astype(int)
        for part, piece in zip(parts, np.split(members, cuts), strict=True):
            part.append(piece)
    return tuple(np.concatenate(part) for part in parts)
