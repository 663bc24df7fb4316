"""Changed arrays: what a learner's function may have computed with in place of the one given."""

import numpy as np

from bplab.exam.diagnosis.change import one


def of_array(name, value):
    """The changes of one array, those that are asked first at the beginning."""
    if value.dtype.kind == "f":
        yield from _of_floats(name, value)
    yield from _other_order(name, value)
    yield from _along_axes(name, value)
    if value.ndim == 3:
        yield from _other_moments(name)
    if value.dtype.kind in "iu" or (value.size and np.isin(value, (0.0, 1.0)).all()):
        yield from _other_labels(name, value)


def _of_floats(name, value):
    yield from _other_numbers(name, value)
    yield from _shifted(name)
    yield from _turned(name, value)
    yield one(name, f"with {name} scaled to length 1", lambda v: v / np.linalg.norm(v))
    if value.ndim == 1:
        yield from _row_prepared(name)
    if value.ndim == 2 and np.allclose(value.sum(axis=1), 1):
        yield from _probabilities(name)
    if value.ndim == 2:
        yield from _table_prepared(name)


def _not_used(name):
    return f"Which term of the formula holds {name}? Is it in your code, and does it count?"


def _other_numbers(name, value):
    used = _not_used(name)
    sign = f"Look at the sign of each term with {name} in it."
    twice = f"What kind of number is {name}: before the activation, or after it?"
    once = f"{name} stands in the formula as it is given; no function is put over it once more."
    yield one(name, f"with 0 for every number in {name}", np.zeros_like, used, common=True)
    yield one(name, f"with 1 for every number in {name}", np.ones_like, used)
    words = f"with -{name} for {name}"
    yield one(name, words, np.negative, sign, common=True, turns_sign=True)
    for factor, words in ((2.0, f"2 {name}"), (0.5, f"{name} / 2")):
        yield one(name, f"with {words} for {name}", lambda v, f=factor: f * v)
    # Each of these costs a call of the right function, and over time that is dear.
    seldom = () if value.ndim > 2 else (np.sign, np.trunc, np.round)
    names = {np.sign: "its sign", np.trunc: "its whole part", np.round: "its rounded value"}
    for words, make in (
        ("its absolute value", np.abs),
        ("its square", np.square),
        *((names[make], make) for make in seldom),
    ):
        yield one(name, f"if each number in {name} is replaced by {words}", make)
    for words, make in (
        ("sigmoid", lambda v: 1 / (1 + np.exp(-v))),
        ("tanh", np.tanh),
        ("ReLU", lambda v: np.maximum(v, 0)),
        ("exponential", np.exp),
    ):
        yield one(name, f"for the {words} of {name} in place of {name}", make, twice, once)


def _shifted(name):
    yield one(name, f"with {name} clipped to [-1, 1]", lambda v: np.clip(v, -1, 1))
    yield one(name, f"with 1 + {name} for {name}", lambda v: 1 + v)
    yield one(name, f"with 1 - {name} for {name}", lambda v: 1 - v)
    yield one(
        name,
        f"with the first number of {name} in each of its places",
        lambda v: np.full_like(v, v.flat[0]),
        f"Does the index of {name} move with your loop?",
        f"Each of the numbers in {name} has its own place in the formula.",
    )


def _turned(name, value):
    for axis in range(value.ndim) if value.ndim > 1 else ():
        yield one(
            name,
            f"with {name} reversed along axis {axis}",
            lambda v, k=axis: np.flip(v, k).copy(),
            f"Which index of {name} runs the other way in your code?",
        )
    if value.ndim > 1 and value.shape[-1] == value.shape[-2]:
        yield one(
            name,
            f"with the last two axes of {name} exchanged",
            lambda v: v.swapaxes(-1, -2).copy(),
            f"Which index of {name} is the sender, and which the receiver?",
        )
    if value.ndim == 2 and value.shape[0] == value.shape[1]:
        pairs = f"In a product with {name} every unit meets every other. Does it in your code?"
        yield one(
            name,
            f"with 0 everywhere in {name} but on its diagonal",
            lambda v: np.diag(np.diag(v)),
            f"Is {name} in a matrix product, or multiplied entry by entry?",
            pairs,
        )
        yield one(
            name,
            f"with ones on the diagonal of {name} and 0 elsewhere",
            lambda v: np.eye(len(v)),
            f"Is {name} in that step at all?",
            pairs,
        )


def _row_prepared(name):
    yield one(
        name,
        f"with the mean of {name} in each of its places",
        _averaged,
        f"Which line averages over {name}, or pairs each of its entries with all of "
        "another array's? Print the shapes there.",
        "Example i belongs with example i: the same index on both sides.",
    )
    fair = f"Does your function change {name} before it uses it? Is that asked here?"
    as_given = f"The formula takes {name} as it comes; whoever calls has prepared it."
    for words, make in (
        (f"the mean of {name} taken off each of its numbers", lambda v: v - v.mean()),
        (f"{name} scaled to mean 0 and spread 1", lambda v: (v - v.mean()) / v.std()),
        (
            f"{name} scaled to mean 0 and spread 1, the spread with N - 1",
            lambda v: (v - v.mean()) / v.std(ddof=1),
        ),
        (f"{name} divided by its sum", lambda v: v / v.sum()),
        (f"{name} divided by its largest size", lambda v: v / np.abs(v).max()),
        (f"{name} scaled to lie between 0 and 1", lambda v: (v - v.min()) / np.ptp(v)),
    ):
        yield one(name, f"with {words}", make, fair, as_given)


def _probabilities(name):
    yield one(
        name,
        f"for the softmax of {name} in place of {name}",
        _softmax,
        f"How often is the softmax taken? What does {name} hold already?",
        f"Each row of {name} sums to 1: these are probabilities, not scores.",
    )
    yield one(
        name,
        f"with 1 for the largest number in each row of {name} and 0 for the others",
        lambda v: 1.0 * (v == v.max(axis=1, keepdims=True)),
        "At which line does a probability turn into a decision? Is that asked here?",
        "How sure the network was is what the loss and its slope are made from.",
    )


def _table_prepared(name):
    fair = f"Does your function scale {name}? Whoever calls it holds the unscaled numbers."
    yield one(name, f"with each column of {name} centered", lambda v: v - v.mean(0), fair)
    yield one(
        name,
        f"with each column of {name} scaled to mean 0 and deviation 1",
        lambda v: (v - v.mean(0)) / v.std(0),
        fair,
    )
    yield one(
        name,
        f"with the rows of {name} added up on the way, each to those before it",
        lambda v: np.cumsum(v, axis=0),
        "Which sum is not set back to 0 before the next example begins?",
        "Each example has a sum of its own, which starts from nothing.",
    )
    yield one(name, f"with {name} read in another order", lambda v: v.T.reshape(v.shape))


def _other_order(name, value):
    if value.ndim == 1:
        yield one(name, f"with {name} in reversed order", lambda v: v[::-1].copy())
        yield one(name, f"with {name} sorted", np.sort)
    for step, words in ((1, "before"), (-1, "after")):
        yield one(
            name,
            f"with the one {words} in the place of each {'row' if value.ndim > 1 else 'number'} of "
            f"{name}",
            lambda v, k=step: np.roll(v, k, axis=0),
            f"Which index of {name} is one off in your code?",
            f"Example i belongs with entry i of {name}, from the first line to the last.",
        )


def _along_axes(name, value):
    for axis in _indexed(value):
        for step, words in ((1, "before"), (-1, "after")):
            yield one(
                name,
                f"with the one {words} in the place of each along axis {axis} of {name}, going "
                "round at the end",
                lambda v, k=step, axis=axis: np.roll(v, k, axis=axis),
                f"Which index of {name} is one off in your code? What is index -1?",
                f"Each place along axis {axis} of {name} has its own index, on both sides.",
            )
        if value.ndim > 2 and value.dtype.kind == "f":
            for at, words in ((-1, "last"), (0, "first")):
                yield one(
                    name,
                    f"with 0 in the {words} place along axis {axis} of {name}",
                    lambda v, at=at, axis=axis: _emptied(v, at, axis),
                    f"Where does your loop, or your slice, over axis {axis} of {name} start and "
                    "end?",
                    f"Every place along axis {axis} has its share, from the first to the last.",
                )
    if value.ndim == 4 and value.dtype.kind == "f":
        yield one(
            name,
            f"with 0 in the last row and the last column of {name}",
            lambda v: _emptied(_emptied(v, -1, 2), -1, 3),
            f"Where do your loops over the rows and the columns of {name} end?",
            "Every place has its share, from the first to the last.",
        )


def _other_moments(name):
    for words, moved in (("before", _moved_later), ("after", _moved_earlier)):
        yield one(
            name,
            f"with the moment {words} in the place of each of {name}",
            moved,
            f"Which moment of {name} does your step t read?",
            f"Step t reads moment t of {name}: the same index on both sides.",
        )


def _other_labels(name, value):
    top = int(value.max())
    yield one(
        name,
        f"with the labels {name} the other way round, {top} for 0 and 0 for {top}",
        lambda v: v.max() - v,
        "Which of the classes does each of your terms speak of?",
        "A label of 0 and a label of 1 each switch one term on and the other off.",
    )
    yield one(name, f"with every label in {name} the same, 0", np.zeros_like, _not_used(name))
    if value.dtype.kind in "iu":
        yield one(
            name,
            f"with every label in {name} one lower",
            lambda v: (v - 1) % (int(v.max()) + 1),
            "Do your classes count from 0 or from 1?",
            "Python counts from 0: the label c stands for column c.",
        )


def _indexed(value):
    """The axes along which a loop's index runs: time, or the rows and columns of an image."""
    if value.ndim == 2:
        return (1,) if value.dtype.kind in "iu" else ()
    return {3: (1,), 4: (2, 3)}.get(value.ndim, ())


def _emptied(v, at, axis):
    v = v.copy()
    np.moveaxis(v, axis, 0)[at] = 0
    return v


def _moved_later(v):
    return np.concatenate([v[:, :1], v[:, :-1]], axis=1)


def _moved_earlier(v):
    return np.concatenate([v[:, 1:], v[:, -1:]], axis=1)


def _softmax(v):
    E = np.exp(v)
    return E / E.sum(axis=1, keepdims=True)


def _averaged(v):
    return np.full_like(v, np.mean(v))
