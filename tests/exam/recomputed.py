"""What rung 1 states in numbers and names, recomputed from the answer at hand."""

import math
import re
from dataclasses import dataclass

import numpy as np

from bplab.exam.diagnosis.givens import arguments
from bplab.exam.marking import answers_table

NAME = r"[\w'\[\]]+"
NAMES = rf"{NAME}(?:(?:, | and ){NAME})*"
OPEN = r"(?:^|[.;:] )"
NUMBER = r"-?\d[\d.e+-]*"

PLACE = re.compile(
    r"(?<![\w'\]])([\w'\[\]]+?)(?:\[([\d, ]+)\])? is (-?[\d.e+-]+); (-?[\d.e+-]+) belongs"
)
ALL_BUT = re.compile(rf"(?i)everything but ({NAMES}) is right")
RIGHT = re.compile(rf"{OPEN}({NAMES}) (?:is|are) right(?=[.;])")
ELSE = re.compile(r"(?:^|[.:] )Everything else is right\.")
OFF = re.compile(rf"{OPEN}({NAMES}) (?:is|are) off (?:too|in another way)(?=[.;])")
FACTOR = re.compile(
    r"([\w'\[\]]+) is exactly [^.]*? times what it should be \(([^)]*)\)(, and of the opp)?"
)
OPPOSITE = re.compile(rf"({NAME}) is exactly the opposite")
ZERO = re.compile(rf"({NAME}) is zero everywhere")
COUNTED = re.compile(r"It is right on (\d+) of (\d+) cases")
WHERE = re.compile(r"It is right where (\w+) is ([^;]+?), and wrong for other \1\.(?= |$)")
ONLY = re.compile(r"It is wrong only where (\w+) is ([^;]+?)\.(?= |$)")
SHAPE = re.compile(
    rf"({NAME}) has shape (\([\d, ]*\))(?: \(one number\))?; (\([\d, ]*\)) belongs there"
)
EXACTLY = re.compile(
    rf"(?:^|[.:] )({NAME}) is exactly (?!what|the |half|twice|\d)([^;]+?)\."
    rf"(?= [A-Z(]| {NAMES} (?:is|are) |$)"
)
COSINE = re.compile(
    rf"first array that is wrong is ({NAME})\. Against the right one it has cosine ({NUMBER}) "
    rf"and is ({NUMBER}) times as long"
)


@dataclass
class Seen:
    """A failed paper: its cases, the leaves of each, and all leaves by name and by part."""

    exercise: object
    cases: list
    table: list

    def __post_init__(self):
        self.leaves = [leaf for row in self.table for leaf in row]
        self.named = {}
        for leaf in self.leaves:
            self.named.setdefault(leaf.name, []).append(leaf)

    def of(self, name):
        return self.named.get(name) or [leaf for leaf in self.leaves if leaf.part == name]

    def pairs(self, name, wrong=False):
        """(expected, actual) of the arrays of this name, or the wrong ones, of the right shape."""
        return [
            (leaf.expected, leaf.actual)
            for leaf in self.named.get(name, ())
            if not (wrong and leaf.right)
            and _numbers(leaf)
            and leaf.actual.shape == leaf.expected.shape
        ]


def claims(exercise, said, report):
    """(what is claimed, whether it is so) for each claim of the card that can be recomputed."""
    if report.passed or exercise.judged:
        return
    text = report.hints[0].rpartition("In the whole: ")[2]
    paper = exercise.practice_paper()
    seen = Seen(exercise, paper.cases, answers_table(exercise, paper, said))
    for reading in (places, parts, sizes, cases, formulas):
        yield from reading(text, seen)


def false_claims(exercise, said, report):
    """What the card of these answers states that is not so."""
    return [claim for claim, so in claims(exercise, said, report) if not so]


def places(text, seen):
    """Which number stands where, and which belongs there."""
    for name, at, have, want in PLACE.findall(text):
        place = tuple(map(int, at.split(", "))) if at else ()
        known = seen.named.get(name)
        if known:
            yield (
                f"{name}{list(place)}: {have}, {want}",
                any(
                    _shows(leaf.actual, place, have) and _shows(leaf.expected, place, want)
                    for leaf in known
                ),
            )
    for name, have, want in SHAPE.findall(text):
        if name in seen.named:
            yield (
                f"{name} has shape {have}, not {want}",
                any(
                    _numbers(leaf)
                    and str(leaf.actual.shape) == have
                    and str(leaf.expected.shape) == want
                    for leaf in seen.named[name]
                ),
            )


def parts(text, seen):
    """Which of the returned things are right, and which are not."""
    for names in RIGHT.findall(text):
        for name in _split(names):
            if seen.of(name):
                yield f"{name} is right", all(leaf.right for leaf in seen.of(name))
    for names in ALL_BUT.findall(text):
        off = set(_split(names))
        beside = [leaf for leaf in seen.leaves if not {leaf.part, leaf.name} & off]
        yield f"everything but {names} is right", all(leaf.right for leaf in beside)
    for names in OFF.findall(text):
        for name in _split(names):
            if seen.of(name):
                yield f"{name} is off", not all(leaf.right for leaf in seen.of(name))
    if ELSE.search(text):
        off = {leaf.name for leaf in seen.leaves if not leaf.right}
        yield "everything else is right", len(off) <= 1 or all(name in text for name in off)


def sizes(text, seen):
    """By which factor, with which sign, and whether there is anything at all."""
    for name, factors, turned in FACTOR.findall(text):
        for factor in re.findall(NUMBER, factors) if name in seen.named else ():
            ratio = -float(factor) if turned else float(factor)
            yield (
                f"{name} is {ratio} times",
                any(np.allclose(a, ratio * e, rtol=1e-3) for e, a in seen.pairs(name)),
            )
    for name in OPPOSITE.findall(text):
        if seen.pairs(name, wrong=True):
            yield (
                f"{name} is the opposite",
                all(
                    np.allclose(a, -e, rtol=1e-6, atol=1e-12)
                    for e, a in seen.pairs(name, wrong=True)
                ),
            )
    for name in ZERO.findall(text):
        if name in seen.named:
            yield f"{name} is zero", all(not a.any() for _, a in seen.pairs(name, wrong=True))
    for name, cosine, ratio in COSINE.findall(text):
        found = [_cosine_and_ratio(e, a) for e, a in seen.pairs(name, wrong=True)]
        yield (
            f"{name} has cosine {cosine}, ratio {ratio}",
            not found
            or any(
                abs(c - float(cosine)) < 0.006 and math.isclose(r, float(ratio), rel_tol=1e-3)
                for c, r in found
            ),
        )


def cases(text, seen):
    """In which cases all is right."""
    if len(seen.table) < len(seen.cases) or not all(seen.table):
        return
    rows = [
        (arguments(seen.exercise, case), all(leaf.right for leaf in leaves))
        for case, leaves in zip(seen.cases, seen.table, strict=True)
    ]
    good = sum(right for _, right in rows)
    for right, of in COUNTED.findall(text):
        yield f"right on {right} of {of}", (int(right), int(of)) == (good, len(rows))
    for reading, wrong_there in ((WHERE, False), (ONLY, True)):
        for name, value in reading.findall(text):
            if any(name not in given for given, _ in rows) or value == "negative":
                continue
            there = [_is(given[name], value) for given, _ in rows]
            said = "wrong only" if wrong_there else "right only"
            yield (
                f"{said} where {name} is {value}",
                all(
                    right != at if wrong_there else right == at
                    for at, (_, right) in zip(there, rows, strict=True)
                ),
            )


def formulas(text, seen):
    """What it is made of: the formula is worked out with the arguments and the other answers."""
    for name, formula in EXACTLY.findall(text):
        worked = [
            _worked_out(formula, case.inputs, _others(leaves, name), leaf)
            for case, leaves in zip(seen.cases, seen.table, strict=False)
            for leaf in leaves
            if leaf.name == name and not leaf.right and _numbers(leaf)
        ]
        if worked and None not in worked:
            yield f"{name} is {formula}", all(worked)


def _others(leaves, name):
    return {leaf.name: leaf.actual for leaf in leaves if leaf.name != name and _numbers(leaf)}


def _worked_out(formula, given, returned, leaf):
    """Whether the formula gives the answer; None if it is not one that can be worked out here.

    A name in it may be that of an argument or of another answer.
    """
    curves = {
        "sigma": lambda z: 1 / (1 + np.exp(-np.asarray(z))),
        "tanh": np.tanh,
        "exp": np.exp,
        "log": np.log,
        "sqrt": np.sqrt,
        "relu": lambda z: np.maximum(z, 0),
    }
    try:
        with np.errstate(all="ignore"):
            values = [
                eval(formula, {"__builtins__": {}, **curves}, names)
                for names in ({**given, **returned}, {**returned, **given})
            ]
        return any(np.allclose(value, leaf.actual, rtol=1e-5, atol=1e-9) for value in values)
    except Exception:
        return None


def _split(names):
    return re.split(r", | and ", names)


def _numbers(leaf):
    return all(
        isinstance(a, np.ndarray) and a.dtype.kind in "fiub" for a in (leaf.actual, leaf.expected)
    )


def _cosine_and_ratio(e, a):
    e, a = e.ravel(), a.ravel()
    size = np.linalg.norm(e) * np.linalg.norm(a)
    return (float(e @ a / size) if size else 0.0), float(np.linalg.norm(a) / np.linalg.norm(e))


def _is(value, text):
    if isinstance(value, float):
        try:
            return math.isclose(value, float(text), rel_tol=1e-3, abs_tol=1e-12)
        except ValueError:
            return False
    return repr(value) == text


def _shows(array, place, text):
    if array is None or isinstance(array, str) or len(place) > np.ndim(array):
        return False
    try:
        value = float(np.asarray(array)[place])
    except (IndexError, TypeError):
        return False
    return abs(value - float(text)) <= 6e-3 * abs(float(text)) + 1e-12
