"""Where a wrong number stands, what stands there and what belongs there, in a sentence."""

import re

import numpy as np

from bplab.exam.compare import close
from bplab.exam.diagnosis.factors import ratio_and_cosine
from bplab.exam.diagnosis.words import apart, number, scalar, shown
from bplab.exam.leaves import shape


def entry(leaf):
    """Numbers of the worst entry of a leaf, for templates."""
    found = {"part": leaf.name, "where": leaf.name}
    if leaf.actual is None or isinstance(leaf.expected, str) or leaf.expected is None:
        return found
    found |= {"shape": shape(leaf.actual), "wanted_shape": shape(leaf.expected)}
    if leaf.actual.shape != leaf.expected.shape or leaf.expected.size == 0:
        return found
    at = first_off(leaf) if leaf.sequence else worst(leaf)
    found["actual"], found["expected"] = scalar(leaf.actual[at]), scalar(leaf.expected[at])
    found["where"] = _where(leaf.name, at)
    ratio, _ = ratio_and_cosine(leaf.expected.ravel(), leaf.actual.ravel())
    if ratio is not None:
        found["ratio"] = ratio
    return found


def _where(name, at):
    """ "W[0, 1]"; of what has no name but a description, "entry [0, 1] of the table"."""
    place = f"[{', '.join(map(str, at))}]" if at else ""
    described = " " in name and re.fullmatch(r"[A-Za-z0-9 ]+", name)
    return f"entry {place} of {name}" if place and described else name + place


def sentence(leaf, case=None):
    """Where the worst entry is, and what stands there."""
    if leaf.fault is not None:
        return opened(leaf.fault.observed)
    if isinstance(leaf.expected, str):
        return f"{leaf.name} is {shown(leaf.actual)}; {leaf.expected!r} belongs there."
    found = entry(leaf)
    if "actual" not in found:
        return ""
    actual, expected = found["actual"], found["expected"]
    if leaf.decision or (leaf.expected.ndim and isinstance(actual, bool) and expected in (0, 1)):
        expected = bool(expected)
    actual, expected = apart(actual, expected)
    return opened(f"{found['where']} is {actual}; {expected} belongs there{_setting(leaf, case)}.")


def opened(told):
    """The sentence with a capital if it begins with a description, such as "the table"."""
    described = re.match(r"(the|entry|where) [\w\[']|(tensor|step|number) \d", told)
    return told[0].upper() + told[1:] if described else told


def _setting(leaf, case):
    """The numbers of a case that is made of numbers alone: those the leaf's name speaks of."""
    if case is None:
        return ""
    if len(case.inputs) == 1:
        ((name, value),) = case.inputs.items()
        if type(value) is np.ndarray and value.ndim and value.shape == leaf.expected.shape:
            at = worst(leaf)
            return f" ({name}[{', '.join(map(str, at))}] = {number(scalar(value[at]))})"
    if any(type(value) is np.ndarray for value in case.inputs.values()):
        return ""
    numbers = {n: v for n, v in case.inputs.items() if type(v) in (int, float)}
    spoken = {n: v for n, v in numbers.items() if re.search(rf"\b{n}\b", leaf.name)} or numbers
    return f" ({', '.join(f'{n} = {number(v)}' for n, v in spoken.items())})" if spoken else ""


def worst(leaf):
    with np.errstate(all="ignore"):
        size = np.abs(leaf.actual.astype(complex) - leaf.expected)
    size = np.where(np.isnan(size), np.inf, size)
    return tuple(int(i) for i in np.unravel_index(int(np.argmax(size)), leaf.expected.shape))


def first_off(leaf):
    """The first wrong entry: in a sequence the later ones follow from it."""
    bad = np.argwhere(~close(leaf.actual, leaf.expected, 1e-7))
    return tuple(int(i) for i in bad[0]) if len(bad) else worst(leaf)
