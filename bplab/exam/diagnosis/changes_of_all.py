"""Changes that reach several inputs at once: an axis cut, two in each other's place, done again."""

import numpy as np

from bplab.exam.diagnosis.change import Change

THINGS = {"N": "example", "D": "input", "H": "unit", "C": "class"}


def of_axes(exercise, inputs):
    letters = {
        name: exercise.shapes.get(name, "").split()
        for name, value in inputs.items()
        if type(value) is np.ndarray and len(exercise.shapes.get(name, "").split()) == value.ndim
    }
    for letter in dict.fromkeys(letter for found in letters.values() for letter in found):
        thing = THINGS.get(letter, letter)
        things = f"{thing}es" if thing.endswith("s") else f"{thing}s"
        for words, part in (
            (f"without the last {thing}", slice(None, -1)),
            (f"without the first {thing}", slice(1, None)),
            (f"for the first {thing} alone", slice(None, 1)),
            (f"for the last {thing} alone", slice(-1, None)),
        ):
            yield Change(
                words,
                _sliced(letters, letter, part),
                f"Where does your loop, or your index, over the {things} start and end?",
                f"Every {thing} has its share: the sum runs from the first to the last.",
                letter,
            )
        for words, count in (("two", 2), ("three", 3)):
            yield Change(
                f"for the first {words} {things} alone",
                _sliced(letters, letter, slice(None, count)),
                f"Is a number of {things} written into your function, or does it ask how many "
                "there are?",
                f"How many {things} there are is what a shape says; another case has another "
                "number.",
                letter,
            )
    labels = [name for name in letters if "labels" in exercise.role(name)]
    if any("N" in letters[name] for name in labels):
        for words, label in (("1", 1), ("0", 0)):
            yield Change(
                f"for the examples with label {words} alone",
                _with_label(letters, labels[0], label),
                "Which examples have a say in your result?",
                "Every example counts, whatever its label.",
            )


def _sliced(letters, letter, part):
    def apply(inputs):
        new = dict(inputs)
        for name, axes in letters.items():
            where = tuple(part if axis == letter else slice(None) for axis in axes)
            new[name] = inputs[name][where].copy()
        return new

    return apply


def _with_label(letters, y, label):
    def apply(inputs):
        keep = inputs[y] == label
        if not keep.any():
            return None
        new = dict(inputs)
        for name, axes in letters.items():
            if axes[0] == "N":
                new[name] = inputs[name][keep]
        return new

    return apply


def swaps(inputs):
    names = list(inputs)
    for i, a in enumerate(names):
        for b in names[i + 1 :]:
            if type(inputs[a]) is not type(inputs[b]):
                continue
            if type(inputs[a]) not in (float, np.ndarray):
                continue
            if np.shape(inputs[a]) == np.shape(inputs[b]):
                yield Change(
                    f"with {a} and {b} in each other's place",
                    lambda given, a=a, b=b: {**given, a: given[b], b: given[a]},
                    f"Compare the first line of your function with the exercise's: where is {a}, "
                    f"and where {b}?",
                    "Put the numbers of one case into the formula by name, not by place.",
                )


def again(exercise, inputs):
    returns = exercise.returns if isinstance(exercise.returns, tuple) else (exercise.returns,)
    fed_back = [name for name in returns if name in inputs]
    if not fed_back:
        return

    def apply(given, times):
        for _ in range(times - 1):
            value = exercise.reference(**given)
            found = (
                dict(zip(returns, value, strict=True)) if len(returns) > 1 else {returns[0]: value}
            )
            given = {**given, **{name: found[name] for name in fed_back}}
        return given

    for times, word in ((2, "twice"), (3, "three times")):
        yield Change(
            f"when it is applied {word}",
            lambda given, n=times: apply(given, n),
            "How often is the update made? Look for a loop, or for a second line that does the "
            "same.",
            "One call, one update.",
        )
