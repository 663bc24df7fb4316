"""Changed inputs, and what to say where a wrong answer is the right one to them."""

from types import SimpleNamespace

import numpy as np

from bplab.exam.diagnosis.change import Change, one
from bplab.exam.diagnosis.changes_of_all import again, of_axes, swaps
from bplab.exam.diagnosis.changes_of_arrays import of_array
from bplab.exam.diagnosis.givens import Length, sizes


def changes(exercise, paper):
    inputs = paper.cases[0].inputs
    for name, value in inputs.items():
        if type(value) is np.ndarray and value.ndim:
            yield from of_array(name, value)
        elif type(value) is float:
            yield from _of_number(name)
            yield from _times_size(exercise, name, paper.cases[0])
            for other, array in inputs.items():
                if type(array) is np.ndarray and array.dtype.kind == "f" and array.ndim:
                    yield from _from_array(name, other)
        elif type(value) is bool:
            yield one(
                name,
                f"with {name} turned round: True for False, and False for True",
                lambda v: not v,
                f"Which branch of your function is taken where {name} is True?",
            )
        elif type(value) is int:
            yield from _of_count(name)
        elif type(value) is str:
            yield from _of_word(name, paper)
        elif type(value) in (list, tuple) and len(value):
            yield from _of_list(name, value)
    yield from of_axes(exercise, inputs)
    yield from swaps(inputs)
    yield from again(exercise, inputs)


def _of_number(name):
    used = f"Where does {name} come in, and does its value count there?"
    for value in (0.0, 1.0, 0.1, 0.01, 0.5):
        yield one(
            name,
            f"with {name} = {value:g} throughout",
            lambda v, new=value: new,
            used,
            f"{name} is an argument: it stands in your code wherever it stands in the formula.",
            common=value == 0,
        )
    sign = f"Look at the sign of each term with {name} in it."
    words = f"with -{name} for {name}"
    yield one(name, words, lambda v: -v, sign, common=True, turns_sign=True)
    for words, make in (
        (f"2 {name}", lambda v: 2 * v),
        (f"{name} / 2", lambda v: v / 2),
        (f"{name} squared", lambda v: v * v),
        (f"1 / {name}", lambda v: 1 / v),
        (f"the absolute value of {name}", abs),
        (f"1 - {name}", lambda v: 1 - v),
    ):
        yield one(name, f"with {words} for {name}", make)


def _times_size(exercise, name, case):
    for letter, size in sizes(exercise, case).items():
        if not isinstance(size, Length):
            continue
        for words, power in ((f"{letter} {name}", 1), (f"{name} / {letter}", -1)):
            yield Change(
                f"with {words} for {name}",
                _sized(exercise, name, letter, power),
                f"Count the divisions by the length of an axis, {letter}, on the path from the "
                f"loss to the place where {name} comes in.",
                "A mean over examples brings its 1/N into the chain exactly once, at the loss; "
                "every later step only sums or multiplies.",
            )


def _sized(exercise, name, letter, power):
    def apply(inputs):
        size = sizes(exercise, SimpleNamespace(inputs=inputs))[letter]
        return {**inputs, name: inputs[name] * float(size) ** power}

    return apply


def _from_array(name, other):
    for words, reduce in (("mean", np.mean), ("sum", np.sum)):
        yield Change(
            f"with the {words} of {other} for {name}",
            lambda inputs, r=reduce: {**inputs, name: float(r(inputs[other]))},
            f"From which of the arguments is {name} taken in your code?",
            f"{name} is given beside {other}, and has a meaning of its own.",
        )


def _of_count(name):
    for step, words in ((1, "more"), (-1, "fewer")):
        yield one(
            name,
            f"with one {words} {name}",
            lambda v, s=step: v + s,
            "Where does your loop start, and where does it end?",
            f"{name} rounds, counted by hand: which is the first, and which the last?",
        )


def _of_word(name, paper):
    words = {case.inputs.get(name) for case in paper.cases} - {None}
    for word in sorted(words) if len(words) > 1 else ():
        yield Change(
            f"with {name} = {word!r} throughout",
            lambda inputs, w=word: {**inputs, name: w},
            f"Where does your function look at {name}, and is it handed on from there?",
            f"Every step that depends on {name} has to be told it.",
        )


def _of_list(name, value):
    used = f"Where does {name} come in, and does every one of its arrays count?"
    if all(type(item) is np.ndarray for item in value):
        for words, factor, look in (("0 for every number in", 0, used), (f"-{name} for", -1, None)):
            yield one(
                name,
                f"with {words} {name}",
                lambda v, k=factor: [k * a for a in v],
                look,
                common=True,
            )
    elif all(type(item) in (list, tuple) and len(item) == 2 for item in value):
        for words, make, common in (
            ("all biases 0", lambda v: [(W, 0 * b) for W, b in v], True),
            ("all biases doubled", lambda v: [(W, 2 * b) for W, b in v], False),
            ("all biases of the opposite sign", lambda v: [(W, -b) for W, b in v], True),
            ("the biases of all layers but the last at 0", _biases_above, True),
            ("the last layer's biases at 0", _biases_below, True),
        ):
            yield one(
                name,
                f"with {words}",
                make,
                "Where do the biases come in, and in which layers?",
                "Each layer adds its own bias to every example: Z = A W + b.",
                common,
            )


def _biases_above(v):
    return [*((W, 0 * b) for W, b in v[:-1]), v[-1]]


def _biases_below(v):
    return [*v[:-1], (v[-1][0], 0 * v[-1][1])]
