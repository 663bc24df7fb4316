"""Signatures of wrong arrays: what their numbers say when no named mistake fits.

Each detector looks at one wrong array over all cases of the paper and returns a Fault or None.
"""

import inspect
import math
import re
from dataclasses import replace
from itertools import combinations

import numpy as np

from bplab.exam import layers
from bplab.exam.compare import close, shape, too_many
from bplab.exam.report import Fault

TOL = 1e-6


def explain(exercise, paper, said, table, wrong):
    """The Fault of the first wrong array: the first signature it bears, else its numbers."""
    if isinstance(wrong.expected, str):
        return Fault(
            "wrong-word",
            f"{wrong.name} is {_shown(wrong.actual)}; {wrong.expected!r} belongs there.",
            "Go through the conditions in the order the exercise gives them.",
            "The first condition that holds decides; the later ones are not asked.",
        )
    table, wrong = as_steps(paper, table, wrong)
    group = _Group(exercise, paper, table, wrong)
    if wrong.fault is not None:
        if wrong.fault.name != "wrong-shape":
            return wrong.fault
        fault, where = _shape_fault(group, wrong), group.where_wrong()
        return replace(fault, observed=f"{fault.observed} {where}") if where else fault
    for detector in DETECTORS:
        fault = detector(group)
        if fault is not None:
            return _with_numbers(fault, group, wrong)
    return _with_numbers(_first_array(group), group, wrong)


_STEPPED = re.compile(r"tensor (\d+) after step (\d+)")


def as_steps(paper, table, wrong):
    """Where an optimizer walks, its steps tell more than the places they lead to."""
    if not _STEPPED.fullmatch(wrong.name) or wrong.fault is not None:
        return table, wrong
    new, chosen = [], wrong
    for case, leaves in zip(paper.cases, table, strict=False):
        walked = []
        for leaf in leaves:
            found = _STEPPED.fullmatch(leaf.name)
            if not found or leaf.fault is not None or leaf.actual is None:
                continue
            tensor, step = int(found[1]), int(found[2])
            name = f"tensor {tensor} after step {step - 1}"
            before = next((other for other in leaves if other.name == name), None)
            if before is None:
                start = case.inputs["params"][tensor - 1]
                gone = (leaf.expected - start, leaf.actual - start)
            elif before.actual is None or before.actual.shape != leaf.actual.shape:
                continue
            else:
                gone = (leaf.expected - before.expected, leaf.actual - before.actual)
            name = f"step {step} of tensor {tensor}"
            walked.append(replace(leaf, name=name, slot=name, expected=gone[0], actual=gone[1]))
            if leaf is wrong:
                chosen = walked[-1]
        new.append(walked)
    return (new, chosen) if chosen is not wrong else (table, wrong)


class _Group:
    """One wrong array over all cases: pairs (sizes, inputs, expected, actual), and its company."""

    def __init__(self, exercise, paper, table, wrong):
        self.exercise = exercise
        self.paper = paper
        self.table = table
        self.name = wrong.name
        self.rows = []
        for case, leaves in zip(paper.cases, table, strict=False):
            for leaf in leaves:
                if leaf.slot == wrong.slot and leaf.fault is None and leaf.actual is not None:
                    self.rows.append((sizes(exercise, case), case, leaf, leaves))
        self.rows = _where_a_word_tells(exercise, self.rows)
        good, bad = {}, {}
        for leaves in table:
            for leaf in leaves:
                (good if leaf.right else bad)[leaf.name] = leaf
        self.right = [name for name in good if name not in bad]
        self.also_wrong = [name for name in bad if name != wrong.name]

    def pairs(self):
        return [(leaf.expected.ravel(), leaf.actual.ravel()) for _, _, leaf, _ in self.rows]

    def company(self):
        """Sentences on the other arrays, and on the cases that are right."""
        said = []
        if " of tensor " in self.name:
            return f" {self.where_wrong()}".rstrip()
        if len(self.right) > 9 and not self.also_wrong:
            said.append("Everything else is right.")
        elif self.right and not self.also_wrong:
            said.append(f"{_join(self.right)} {'is' if len(self.right) == 1 else 'are'} right.")
        elif self.also_wrong:
            verb = "is" if len(self.also_wrong) == 1 else "are"
            names = _join(self.also_wrong[:4])
            if ", " in self.name:  # a name made of several words
                names = f"{len(self.also_wrong)} more"
            said.append(f"{names} {verb} off too.")
        said.append(self.where_wrong())
        return "".join(f" {sentence}" for sentence in said if sentence)

    def where_wrong(self):
        """What the cases with a wrong array have in common, where some are right."""
        good, bad = [], []
        for case, leaves in zip(self.paper.cases, self.table, strict=False):
            inputs = arguments(self.exercise, case)
            (good if all(leaf.right for leaf in leaves) else bad).append(inputs)
        if not good or not bad:
            return ""
        for name in bad[0]:
            values = [case.get(name) for case in bad]
            others = [case.get(name) for case in good]
            if not all(type(value) in (str, bool, int, float) for value in values + others):
                continue
            if type(values[0]) is bool and name not in self.exercise.signature:
                continue  # the driver's business, not the learner's
            if set(values) & set(others):
                continue
            if _telling(values):
                return f"It is wrong only where {name} is {_said(values[0])}."
            if _telling(others):
                return (
                    f"It is right where {name} is {_said(others[0])}, and wrong for other {name}."
                )
            if type(values[0]) is str or min(len(values), len(others)) < 2:
                continue
            if max(values) < 0 < min(others):
                return f"It is wrong only where {name} is negative."
            if min(values) > max(others):
                return f"It is wrong only for {name} of {number(min(values))} and more."
        return f"It is right on {len(good)} of {len(good) + len(bad)} cases{_first_case(bad[0])}."


def _telling(values):
    """One value all the way, and not by chance: a word, a count, or a number met twice."""
    chance = type(values[0]) is float and values[0] not in (0.0, 1.0) and len(values) == 1
    return len(set(values)) == 1 and not chance


def _said(value):
    return number(value) if type(value) is float and len(repr(value)) > 6 else repr(value)


def arguments(exercise, case):
    """The case's inputs, and the defaults of what it leaves out."""
    try:
        parameters = inspect.signature(exercise.reference).parameters.values()
    except (TypeError, ValueError):
        return case.inputs
    return {p.name: p.default for p in parameters if p.default is not p.empty} | case.inputs


def _where_a_word_tells(exercise, rows):
    """Only the wrong cases' rows, if a word among the arguments (kind, say) tells them apart."""
    good, bad = [], []
    for row in rows:
        (good if row[2].right else bad).append((arguments(exercise, row[1]), row))
    for name, value in bad[0][0].items() if good and bad else ():
        if type(value) is str and not {a[name] for a, _ in bad} & {a[name] for a, _ in good}:
            return [row for _, row in bad]
    return rows


def _first_case(inputs):
    shown = [
        f"{name} = {np.array2string(np.asarray(value), precision=4, separator=', ')}"
        for name, value in inputs.items()
        if type(value) in (int, float) or (type(value) is np.ndarray and value.size <= 8)
    ]
    return f"; the first that is not has {', '.join(shown[:3])}" if shown else ""


def sizes(exercise, case):
    """Numbers that a factor may come from: dimensions by letter, and scalar arguments by name."""
    found = {}
    for name, value in case.inputs.items():
        letters = exercise.shapes.get(name, "").split()
        if type(value) is np.ndarray and len(letters) == value.ndim:
            found.update(zip(letters, map(int, value.shape), strict=True))
        elif type(value) is np.ndarray and value.ndim == 2:
            found.setdefault("N", int(value.shape[0]))
            found.setdefault("D", int(value.shape[1]))
        elif type(value) in (int, float) and not isinstance(value, bool):
            found[name] = value
        elif type(value) is dict:
            found |= {key: item for key, item in value.items() if type(item) is float}
        elif name in ("params", "weights") and type(value) in (list, tuple):
            first, last = (w[0] if type(w) in (list, tuple) else w for w in (value[0], value[-1]))
            if np.ndim(first) == np.ndim(last) == 2:
                found.setdefault("D", int(np.shape(first)[0]))
                found["C"] = int(np.shape(last)[1])
    return found


def entry(leaf):
    """Numbers of the worst entry of a leaf, for templates."""
    found = {"part": leaf.name, "where": leaf.name}
    if leaf.actual is None or isinstance(leaf.expected, str) or leaf.expected is None:
        return found
    found |= {"shape": shape(leaf.actual), "wanted_shape": shape(leaf.expected)}
    if leaf.actual.shape != leaf.expected.shape or leaf.expected.size == 0:
        return found
    at = _first(leaf) if _is_sequence(leaf.name) else _worst(leaf)
    found["actual"], found["expected"] = _scalar(leaf.actual[at]), _scalar(leaf.expected[at])
    found["where"] = leaf.name + (f"[{', '.join(map(str, at))}]" if at else "")
    ratio, _ = _ratio(leaf.expected.ravel(), leaf.actual.ravel())
    if ratio is not None:
        found["ratio"] = ratio
    return found


def sentence(leaf, case=None):
    """Where the worst entry is, and what stands there."""
    if leaf.fault is not None:
        return leaf.fault.observed
    if isinstance(leaf.expected, str):
        return f"{leaf.name} is {_shown(leaf.actual)}; {leaf.expected!r} belongs there."
    found = entry(leaf)
    if "actual" not in found:
        return ""
    actual, expected = _apart(found["actual"], found["expected"])
    return f"{found['where']} is {actual}; {expected} belongs there{_setting(leaf, case)}."


def _setting(leaf, case):
    """The numbers of a case that is made of numbers alone: those the leaf's name speaks of."""
    if case is None:
        return ""
    if len(case.inputs) == 1:
        ((name, value),) = case.inputs.items()
        if type(value) is np.ndarray and value.ndim and value.shape == leaf.expected.shape:
            at = _worst(leaf)
            return f" ({name}[{', '.join(map(str, at))}] = {number(_scalar(value[at]))})"
    if any(type(value) is np.ndarray for value in case.inputs.values()):
        return ""
    numbers = {n: v for n, v in case.inputs.items() if type(v) in (int, float)}
    spoken = {n: v for n, v in numbers.items() if re.search(rf"\b{n}\b", leaf.name)} or numbers
    return f" ({', '.join(f'{n} = {number(v)}' for n, v in spoken.items())})" if spoken else ""


def _apart(a, b):
    """Two different numbers with as many digits as it takes to tell them apart."""
    if isinstance(a, float) and isinstance(b, float) and number(a) == number(b) and a != b:
        for digits in range(5, 17):
            if f"{a:.{digits}g}" != f"{b:.{digits}g}":
                return f"{a:.{digits}g}", f"{b:.{digits}g}"
    return number(a), number(b)


def number(value):
    """A number as a tutor would say it."""
    if isinstance(value, (bool, np.bool_)) or isinstance(value, (int, np.integer)):
        return str(value)
    if not math.isfinite(value):
        return str(value)
    if value == 0:
        return "0"  # not -0
    return f"{value:.4g}" if abs(value) >= 1e-3 else f"{value:.3g}"


def _worst(leaf):
    with np.errstate(all="ignore"):
        size = np.abs(leaf.actual.astype(complex) - leaf.expected)
    size = np.where(np.isnan(size), np.inf, size)
    return tuple(int(i) for i in np.unravel_index(int(np.argmax(size)), leaf.expected.shape))


def _first(leaf):
    """The first wrong entry: in a sequence the later ones follow from it."""
    bad = np.argwhere(~close(leaf.actual, leaf.expected, 1e-7))
    return tuple(int(i) for i in bad[0]) if len(bad) else _worst(leaf)


def _scalar(value):
    value = value.item()
    return value.real if isinstance(value, complex) else value


def _shown(value):
    return "nothing" if value is None else repr(value)[:60]


def _join(names):
    names = [str(name) for name in names]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def with_company(exercise, paper, table, wrong, fault):
    """The fault with what is said of the other arrays, and the worst entry."""
    return _with_numbers(fault, _Group(exercise, paper, table, wrong), wrong)


def _with_numbers(fault, group, wrong):
    if not fault.observed:
        return fault  # a general fault, explained by its name
    case = next((case for _, case, leaf, _ in group.rows if leaf is wrong), None)
    observed = f"{fault.observed}{group.company()} {sentence(wrong, case)}"
    return Fault(fault.name, observed, fault.look, fault.derive)


# --- shapes ---------------------------------------------------------------------------------


def _shape_fault(group, wrong):
    e, a = wrong.expected, wrong.actual
    observed = wrong.fault.observed
    swapped = _stands_for_another(group, wrong)
    if swapped is not None:
        return swapped
    if wrong.several:
        return too_many(wrong.name, e, wrong.several)
    if a.ndim == e.ndim == 1 and _is_sequence(wrong.name):
        return _length_fault(wrong, group.exercise.rtol)
    if a.shape == e.shape[::-1] and e.ndim == 2:
        same = np.all(close(a.T, e, group.exercise.rtol))
        return Fault(
            "transposed",
            f"{observed} {'Its transpose has the right numbers.' if same else ''}".strip(),
            "Write the shapes of the two factors beside the product that makes it.",
            f"{wrong.name} has the shape of what it belongs to: {shape(e)}. Which order of the "
            "factors, and which transpose, gives that?",
        )
    agree = a.size == e.size and np.all(close(a.ravel(), e.ravel(), group.exercise.rtol))
    if agree and [n for n in a.shape if n > 1] != [n for n in e.shape if n > 1]:
        return Fault(
            "reshaped",
            f"{observed} The numbers are right; they stand in another shape.",
            "Which line flattens, reshapes or stacks?",
            "Work on the array as it comes: NumPy applies a function to every entry and keeps the "
            "shape.",
        )
    if agree:
        return Fault(
            "extra-axis",
            f"{observed} The numbers are right; only an axis of length 1 is too many or missing.",
            "Which line keeps an axis that it sums over, or adds one by indexing?",
            f"Adding {shape(a)} to {shape(e)} would broadcast to a table. One shape, everywhere.",
        )
    if a.ndim > e.ndim:
        for axis in range(a.ndim):
            for how, word in ((np.sum, "sum"), (np.mean, "mean")):
                reduced = how(a, axis=axis)
                if reduced.shape == e.shape and np.all(close(reduced, e, group.exercise.rtol)):
                    return Fault(
                        "not-reduced",
                        f"{observed} Its {word} over axis {axis} would be right.",
                        "One step is missing: which axis should have disappeared by then?",
                        "What is used in several places collects from all of them: the chain rule "
                        "adds over every use; a mean loss averages over the examples.",
                    )
        if e.ndim == 0:
            return Fault(
                "not-reduced",
                observed,
                "Is a sum or a mean missing at the end, or does an array stand where a single "
                "number was meant?",
                f"{wrong.name} is one number, so every index must have been summed over, and every "
                "number it is made from must be one number too.",
            )
    if a.ndim < e.ndim:
        return Fault(
            "reduced-too-far",
            observed,
            "Which sum or mean runs over more axes than it should?",
            f"{wrong.name} keeps one number for each of its {shape(e)} places.",
        )
    if a.ndim == e.ndim + 1 and a.shape[-1:] == e.shape and a.shape[0] != a.shape[-1]:
        return Fault(
            "not-reduced",
            f"{observed} There is a row of {a.shape[-1]} for each of {a.shape[0]}.",
            "One step is missing: which axis should have disappeared by then?",
            "What is used in several places collects from all of them: the chain rule adds over "
            "every use; a mean loss averages over the examples.",
        )
    if a.ndim == e.ndim + 1 or (a.ndim == 2 and a.shape[0] == a.shape[1] != e.shape[0]):
        return Fault(
            "broadcast-table",
            f"{observed} Every entry met every other: that is a table of pairs.",
            "Print the shapes on both sides of the operation that makes it: (N,) and (N, 1)?",
            "NumPy pairs a column with a row to a full table. Example i belongs with example i.",
        )
    return Fault("wrong-shape", observed)


# --- detectors --------------------------------------------------------------------------------


def _length_fault(wrong, rtol):
    """A sequence of another length: does it agree as far as it goes?"""
    e, a = wrong.expected, wrong.actual
    n = min(len(e), len(a))
    good = close(a[:n], e[:n], rtol)
    there = f"{wrong.name} has {len(a)} value{'s' * (len(a) != 1)}; {len(e)} belong there."
    if not good.all():
        at = int(np.argmin(good))
        return Fault(
            "right-until",
            f"{there} Already number {at + 1} is off: {number(_scalar(a[at]))} where "
            f"{number(_scalar(e[at]))} belongs.",
            "Leave the question of when to stop for later: which line makes these values?",
            "Do the first two rounds by hand, and print what goes into each.",
        )
    word, why = ("goes on too long", "late") if len(a) > len(e) else ("ends too early", "early")
    return Fault(
        f"stops-{why}",
        f"{there} {f'The first {n} agree' if n > 1 else 'The first agrees'}: your loop does the "
        f"right thing and {word}.",
        "Put the numbers of the last round that both have into the rule that ends the loop.",
        "Write each stopping rule with its numbers: which quantity, of which moment, compared with "
        "what, and is it less than, or at most?",
    )


def _ratio(e, a):
    """Ratio and cosine of two vectors; None where there is none."""
    with np.errstate(all="ignore"):
        ee, aa, ea = float(e @ e), float(a @ a), float((a * e).sum())
    if ee == 0 or aa == 0 or not math.isfinite(aa):
        return None, None
    return ea / ee, ea / math.sqrt(ee) / math.sqrt(aa)  # the product may underflow


def _exact_ratios(pairs):
    """The ratio of each case if actual is exactly that multiple of expected, else None."""
    ratios = []
    for e, a in pairs:
        r, _ = _ratio(e, a)
        if r is None:
            if not e.any() and not a.any():
                continue
            return None
        if np.max(np.abs(a - r * e)) > TOL * np.max(np.abs(a)):
            return None
        ratios.append(r)
    return ratios or None


def _zeros(group):
    pairs = group.pairs()
    if all(not a.any() for _, a in pairs) and any(e.any() for e, _ in pairs):
        return Fault(
            "all-zero",
            f"{group.name} is zero everywhere.",
            "Is it ever assigned, or does an integer array cut your fractions off?",
            "Follow one number on its way into this array: where does it become 0?",
        )
    return None


def _factor(group):
    rows = [
        (size, leaf.expected.ravel(), leaf.actual.ravel())
        for size, _, leaf, _ in group.rows
        if leaf.expected.any()
    ]
    if not rows or len(rows) < len([1 for e, a in group.pairs() if a.any()]):
        return None
    wrong = [row for row in group.rows if not row[2].right and row[2].expected.any()]
    if wrong and max(leaf.expected.size for _, _, leaf, _ in wrong) > 1:  # right cases tell nothing
        rows = [(size, leaf.expected.ravel(), leaf.actual.ravel()) for size, _, leaf, _ in wrong]
    ratios = _exact_ratios([(e, a) for _, e, a in rows])
    if ratios is None or len(ratios) != len(rows):
        return None
    sign = -1 if all(r < 0 for r in ratios) else 1
    scale = [r * sign for r in ratios]
    if np.allclose(scale, 1, rtol=TOL):
        if sign < 0 and "loss" in group.name:
            return Fault(
                "sign",
                f"{group.name} is exactly the opposite: it has the other sign everywhere.",
                "Can a loss be negative? What is the sign of the logarithm of a probability?",
                "A loss counts a cost: squares are positive, and log of a number below 1 is "
                "negative, so a minus stands in front of it.",
            )
        if sign < 0:
            return Fault(
                "sign",
                f"{group.name} is exactly the opposite: every entry has the other sign.",
                "Look for the one minus sign on the way: prediction minus target, or the reverse?",
                "Downhill is minus the gradient; the gradient itself has no minus of its own.",
            )
        return None
    sizes_of = [size for size, _, _ in rows]
    text, opposite = plain_formula(sizes_of, ratios), ""
    if text is None and sign < 0:
        text = plain_formula(sizes_of, scale)
    if text is None:
        text = _number_for_argument(sizes_of, ratios)
    elif sign < 0:
        opposite = ", and of the opposite sign"
    if text is None and min(scale) <= 0:
        return None
    if text is None and sign < 0:
        opposite = ", and of the opposite sign"
    if text:
        words, value, kind = text
        return Fault(
            f"factor-{kind}",
            f"{group.name} is exactly {words} times what it should be ({value}){opposite}.",
            *_FACTOR_HINTS.get(kind, _FACTOR_HINTS["other"]),
        )
    if max(e.size for _, e, _ in rows) == 1 and (
        len(rows) < 2 or not np.allclose(scale, scale[0], rtol=1e-5)
    ):
        return None  # any two numbers have a ratio
    if np.allclose(scale, scale[0], rtol=1e-5):
        return Fault(
            "factor-constant",
            f"{group.name} is {number(scale[0])} times what it should be, in every case{opposite}.",
            *_FACTOR_HINTS["other"],
        )
    return Fault(
        "factor",
        f"{group.name} points the right way but is {_join([number(r) for r in scale[:3]])} times "
        f"as long as it should be{opposite}.",
        *_FACTOR_HINTS["other"],
    )


def _step(group):
    """What is returned is an argument after a step: a factor, or a sign, in the step alone."""
    steps = []
    for size, case, leaf, _ in group.rows:
        before = _before(leaf.name, case.inputs)
        if before is None or before.shape != leaf.actual.shape:
            return None
        steps.append((size, (leaf.expected - before).ravel(), (leaf.actual - before).ravel()))
    steps = [(size, e, a) for size, e, a in steps if e.any()]
    single = bool(steps) and max(e.size for _, e, _ in steps) == 1
    if not steps or (single and len(steps) < 3):
        return None
    if not any(a.any() for _, _, a in steps):
        return Fault(
            "no-step",
            f"{group.name} has not moved at all: it is what it was before the step.",
            "Is its new value computed, and is it the new one that you give back?",
            "Every weight and every bias takes its own step, along its own gradient.",
        )
    ratios = _exact_ratios([(e, a) for _, e, a in steps])
    if ratios is None or len(ratios) != len(steps) or np.allclose(ratios, 1, rtol=1e-4):
        return None
    sign = -1 if all(r < 0 for r in ratios) else 1
    scale = [r * sign for r in ratios]
    mixed = min(scale) <= 0  # for single numbers a factor may be an argument of either sign
    if mixed and not single:
        return None
    if np.allclose(scale, 1, rtol=TOL):
        return Fault(
            "step-sign",
            f"The step in {group.name} has the right length and goes the opposite way.",
            "Which way is downhill? Look for a minus sign that is missing, or one too many.",
            "Descent subtracts learning_rate times the gradient. A rule that adds has its minus "
            "inside, in target minus output.",
        )
    sizes_of = [size for size, _, _ in steps]
    text = plain_formula(sizes_of, scale)
    if text is None and mixed:
        text = plain_formula(sizes_of, [-r for r in scale])
        sign = 1 if text is None else -1
    text = text or _number_for_argument(sizes_of, scale)
    opposite = ", and goes the opposite way" if sign < 0 else ""
    points = "" if mixed or sign < 0 else "points the right way but "
    if text is None and single and not np.allclose(scale, scale[0], rtol=1e-5):
        return None  # any two numbers have a ratio
    if text is None and not np.allclose(scale, scale[0], rtol=1e-5):
        shown = _join([number(r) for r in scale[:3]])
        words, kind = f"{shown} times as long as it should be", "other"
    else:
        words, value, kind = text or (number(scale[0]), "", "other")
        words = f"exactly {words} times as long as it should be{f' ({value})' if text else ''}"
    return Fault(
        f"step-{kind}",
        f"The step in {group.name} {points}is {words}{opposite}.",
        *_FACTOR_HINTS[kind],
    )


def _before(name, inputs):
    """The argument that the array `name` is the update of, or None."""
    layer = re.fullmatch(r"([Wb])(\d+)", name)
    item = re.fullmatch(r"(\w+)\[(\d+)\]", name)
    try:
        if layer:
            found = inputs["params"][int(layer[2]) - 1]["Wb".index(layer[1])]
        elif item:
            found = inputs[item[1]][int(item[2])]
        else:
            found = inputs[name]
    except (KeyError, IndexError, TypeError):
        return None
    is_numbers = type(found) is float or (type(found) is np.ndarray and found.dtype.kind == "f")
    return np.asarray(found) if is_numbers else None


_FACTOR_HINTS = {
    "size": (
        "That is the length of an axis. Count the divisions by it on the path from the loss.",
        "A mean over examples brings its 1/N into the chain exactly once, at the loss; every later "
        "step only sums or multiplies.",
    ),
    "argument": (
        "That number is one of the arguments. Count how often it comes in, and where.",
        "Write the formula once more and mark each place where the argument stands: one for each "
        "place in your code.",
    ),
    "two": (
        "A 2, or a half, comes from differentiating a square, from a convention that puts a half "
        "before it, or from two points that lie 2h apart.",
        "The derivative of u**2 is 2u u'. Does this course put a half before the square?",
    ),
    "log": (
        "That is the ratio of two logarithms.",
        "The course's losses use the natural logarithm.",
    ),
    "other": (
        "The direction is right and the length is not: look for a factor, not for a wrong array.",
        "Go along the chain factor by factor with the numbers of one example.",
    ),
}


def _formula(all_sizes, scale):
    """(words, value, kind) of a factor that explains the ratio in every case, or None."""
    return plain_formula(all_sizes, scale) or _number_for_argument(all_sizes, scale)


def plain_formula(all_sizes, scale):
    """The same, of sizes, arguments and a few constants only."""
    fixed = {"2": 2.0, "1/2": 0.5, "4": 4.0, "1/4": 0.25}
    logs = {"1/ln 10": 1 / math.log(10), "ln 10": math.log(10), "1/ln 2": 1 / math.log(2)}
    for table, kind in ((fixed, "two"), (logs, "log")):
        for words, value in table.items():
            if _alike(scale, [value] * len(scale)):
                return words, number(value), kind
    names = [name for name in all_sizes[0] if all(name in s for s in all_sizes)]
    candidates = []
    for name in names:
        kind = "size" if name.isupper() else "argument"
        candidates.append((name, lambda s, n=name: s[n], kind))
        candidates.append((f"1/{name}", lambda s, n=name: 1 / s[n], kind))
        candidates.append((f"(1 - {name})", lambda s, n=name: 1 - s[n], kind))
        candidates.append((f"1/(1 - {name})", lambda s, n=name: 1 / (1 - s[n]), kind))
        candidates.append((f"(1 + {name})", lambda s, n=name: 1 + s[n], kind))
        candidates.append((f"{name}/2", lambda s, n=name: s[n] / 2, kind))
        candidates.append((f"2/{name}", lambda s, n=name: 2 / s[n], kind))
        candidates.append((f"2*{name}", lambda s, n=name: 2 * s[n], kind))
        candidates.append((f"1/(2*{name})", lambda s, n=name: 0.5 / s[n], kind))
        candidates.append((f"{name}**2", lambda s, n=name: s[n] ** 2, kind))
        candidates.append((f"1/{name}**2", lambda s, n=name: 1 / s[n] ** 2, kind))
        candidates.append((f"sqrt({name})", lambda s, n=name: math.sqrt(s[n]), kind))
        candidates.append((f"1/sqrt({name})", lambda s, n=name: 1 / math.sqrt(s[n]), kind))
        candidates.append((f"({name} - 1)/{name}", lambda s, n=name: (s[n] - 1) / s[n], kind))
        candidates.append((f"{name}/({name} - 1)", lambda s, n=name: s[n] / (s[n] - 1), kind))
    for a, b in combinations(names, 2):
        kind = "size" if (a + b).isupper() else "argument"
        candidates.append((f"{a}*{b}", lambda s, a=a, b=b: s[a] * s[b], kind))
        candidates.append((f"1/({a}*{b})", lambda s, a=a, b=b: 1 / (s[a] * s[b]), kind))
        candidates.append((f"{a}/{b}", lambda s, a=a, b=b: s[a] / s[b], kind))
        candidates.append((f"{b}/{a}", lambda s, a=a, b=b: s[b] / s[a], kind))
    for words, value, kind in candidates:
        try:
            values = [value(s) for s in all_sizes]
        except (ZeroDivisionError, ValueError, OverflowError):
            continue
        if _alike(scale, values):
            shown = _join([number(v) for v in dict.fromkeys(values)][:3])
            return words, shown, kind
    return None


def _alike(scale, values):
    # Hundreds of these for one wrong array: np.allclose takes ten times as long.
    return all(abs(s - v) <= 1e-8 + 1e-5 * abs(v) for s, v in zip(scale, values, strict=True))


def _number_for_argument(all_sizes, scale):
    """A number c written where an argument belongs: the ratio is c/name, or name/c."""
    names = [name for name in all_sizes[0] if all(name in s for s in all_sizes)]
    for name in names:
        values = np.array([float(s[name]) for s in all_sizes])
        if len(set(values)) < 2 or not values.all():
            continue
        kind = "size" if name.isupper() else "argument"
        for over, c in ((False, values[0] * scale[0]), (True, values[0] / scale[0])):
            if np.allclose(values / c if over else c / values, scale, rtol=1e-5):
                words = f"{name}/{number(c)}" if over else f"{number(c)}/{name}"
                shown = _join([number(v) for v in scale[:3]])
                return words, f"{shown}: as if {name} were {number(c)} throughout", kind
    return None


def _transposed(group):
    def test(e, a):
        return e.ndim == 2 and e.shape[0] == e.shape[1] and np.allclose(a.T, e, rtol=TOL)

    if all(test(leaf.expected, leaf.actual) for _, _, leaf, _ in group.rows):
        return Fault(
            "transposed",
            f"{group.name} is the transpose of what it should be.",
            "Which index is the sender and which the receiver?",
            "Entry [i, j] belongs to the weight from i to j: rows are inputs, columns outputs.",
        )
    return None


def _permuted(group):
    for axis, word in ((0, "rows"), (-1, "columns")):
        long_enough = any(
            leaf.expected.ndim and leaf.expected.shape[axis] > 2 for _, _, leaf, _ in group.rows
        )
        if long_enough and all(_is_permutation(leaf, axis) for _, _, leaf, _ in group.rows):
            return Fault(
                "permuted",
                f"{group.name} has the right {word if leaf_dim(group) > 1 else 'numbers'}, "
                "in another order.",
                "Which line sorts, reverses or shuffles, or walks the other way round?",
                "Entry i must belong to example or unit i from the first line to the last.",
            )
    if all(
        leaf.expected.size > 2
        and np.allclose(
            np.sort(leaf.expected.ravel()), np.sort(leaf.actual.ravel()), rtol=TOL, atol=1e-12
        )
        for _, _, leaf, _ in group.rows
    ):
        return Fault(
            "scrambled",
            f"{group.name} holds the right numbers in the wrong places.",
            "Is there a reshape where a transpose was meant?",
            "reshape reads the numbers again in the same order; a transpose swaps the axes.",
        )
    return None


def leaf_dim(group):
    """Number of axes of the group's array."""
    return group.rows[0][2].expected.ndim


def _is_permutation(leaf, axis):
    e, a = leaf.expected, leaf.actual
    if e.ndim == 0 or e.size > 20_000:
        return False
    e = np.moveaxis(e, axis, 0).reshape(e.shape[axis], -1)
    a = np.moveaxis(a, axis, 0).reshape(e.shape[0], -1)
    left = list(range(len(a)))
    for row in e:
        hit = next((i for i in left if np.allclose(a[i], row, rtol=TOL, atol=1e-12)), None)
        if hit is None:
            return False
        left.remove(hit)
    return True


def _constant(group):
    flat = [a for _, a in group.pairs()]
    if len(flat) < 2 or not all(a.size for a in flat):
        return None
    first = flat[0].flat[0]
    differs = len({float(np.real(e.flat[0])) for e, _ in group.pairs()}) > 1
    if differs and all(np.all(a == first) for a in flat):
        return Fault(
            "constant",
            f"{group.name} is {number(_scalar(first))} in every case: it does not depend on what "
            "your function is given.",
            "Is a number from an example written into the function?",
            "Use the arguments: the next check draws other numbers.",
        )
    return None


def _one_for_all(group):
    """Every entry, or every row, of the array is the same."""
    rows = [leaf for _, _, leaf, _ in group.rows if leaf.expected.ndim and len(leaf.expected) > 1]
    if not rows or any(len(leaf.actual) != len(leaf.expected) for leaf in rows):
        return None
    for leaf in rows:
        same = np.all(close(leaf.actual, np.broadcast_to(leaf.actual[:1], leaf.actual.shape), TOL))
        varied = np.any(~close(leaf.expected, leaf.expected[:1] + 0 * leaf.expected, 1e-3))
        if not same or not varied or not leaf.actual.any():
            return None
    what = "row" if leaf_dim(group) > 1 else "entry"
    whose = ""
    for at, word in ((-1, "last"), (0, "first")):
        if all(np.all(close(leaf.actual[at], leaf.expected[at], 1e-7)) for leaf in rows):
            whose = f", that of the {word} one"
    return Fault(
        "all-the-same",
        f"Every {what} of {group.name} holds the same{whose}.",
        "If you loop: does each turn write into its own place, and from its own numbers? If you "
        "sum or average: over which axis?",
        f"Write {group.name} with its index. What on the right-hand side carries that index too?",
    )


def _float32(group):
    """The error is that of the right formula in float32."""
    from bplab.exam import wire
    from bplab.exam.sitting import sit

    rough = group.paper.exercise.reference
    sheet = wire.unpack(group.paper.sheet())
    for case in sheet["cases"]:
        for name, value in case.items():
            case[name] = _halved(value)
    answers = wire.unpack(sit(rough, wire.pack(sheet)))["answers"]
    from bplab.exam.compare import leaves

    if 2 * sum(not leaf.right for _, _, leaf, _ in group.rows) < len(group.rows):
        return None  # float32 blurs every case
    expected = group.paper.expected()
    for right, answer, mine in zip(expected, answers, group.table, strict=False):
        if "value" not in answer:
            return None
        theirs = leaves(group.exercise, right["value"], answer["value"], group.exercise.rtol)
        for leaf, other in zip(mine, theirs, strict=False):
            if leaf.name != group.name or leaf.actual is None or other.actual is None:
                continue
            if not leaf.expected.size or leaf.right:
                continue
            if leaf.actual.shape != other.actual.shape:
                return None
            size = np.abs(leaf.expected).max() or 1.0
            error = np.abs(leaf.actual - leaf.expected).max() / size
            noise = np.abs(other.actual - leaf.expected).max() / size
            if not 1e-9 < error < min(max(100 * noise, 1e-6), 1e-3):
                return None
            gaps = ((leaf.actual - leaf.expected) * leaf.expected).ravel()
            gaps = gaps[np.abs(gaps) > 0.01 * np.abs(gaps).max()]
            if gaps.size >= 6 and (np.all(gaps > 0) or np.all(gaps < 0)):
                return None  # rounding goes both ways
    return Fault("float32", "", "", "")


def _halved(value):
    if type(value) is np.ndarray and value.dtype == np.float64:
        return value.astype(np.float32).astype(np.float64)
    if type(value) in (list, tuple):
        return type(value)(_halved(item) for item in value)
    if type(value) is dict:
        return {key: _halved(item) for key, item in value.items()}
    return value


def _swapped(group):
    found = [_stands_for_another(group, leaf) for _, _, leaf, _ in group.rows if not leaf.right]
    if not found or found[0] is None:
        return None
    if None in found and leaf_dim(group) == 0:
        return None  # two single numbers are easily equal: a ReLU of z and z
    return found[0]


def _stands_for_another(group, leaf):
    leaves = next(leaves for leaves in group.table if any(other is leaf for other in leaves))
    for other in leaves:
        if other.name == leaf.name or isinstance(other.expected, str) or other.expected is None:
            continue
        if other.expected.shape != leaf.actual.shape or not leaf.actual.any():
            continue
        if np.allclose(other.expected, leaf.actual, rtol=TOL):
            by_place = isinstance(group.exercise.returns, tuple)
            return Fault(
                "swapped",
                f"What stands in the place of {leaf.name} is {other.name}.",
                "Compare the order of what you return with the exercise's."
                if by_place
                else f"Is {leaf.name} given its own value, or one that was made for another name?",
                f"The exercise asks for {_returns(group.exercise)}, in this order."
                if by_place
                else f"Write down what {leaf.name} is made from. {other.name} has its own formula.",
            )
    return None


def _returns(exercise):
    returns = exercise.returns
    return ", ".join(returns) if isinstance(returns, tuple) else returns


def _unchanged(group):
    for name in _inputs(group):
        if all(_equal_input(leaf.actual, case.inputs[name]) for _, case, leaf, _ in group.rows):
            return Fault(
                "unchanged",
                f"{group.name} is the argument {name} itself: nothing has been done to it.",
                "Is the result computed but not returned, or never computed?",
                "Follow the name you return back to the line that last gave it a value.",
            )
    return None


def _inputs(group):
    case = group.rows[0][1] if group.rows else None
    if case is None:
        return []
    return [name for name, value in case.inputs.items() if type(value) is np.ndarray]


def _equal_input(actual, value):
    same_shape = np.shape(value) == actual.shape and actual.size
    return same_shape and np.allclose(actual, value, rtol=TOL)


def _offset(group):
    gaps = []
    for _, _, leaf, _ in group.rows:
        if leaf.right:
            continue
        gap = (leaf.actual - leaf.expected).ravel()
        if gap.size < 2 or np.ptp(gap) > TOL * max(np.abs(gap).max(), 1e-300):
            return None
        gaps.append(float(gap.mean()))
    if not gaps:
        return None
    return Fault(
        "offset",
        f"Every entry of {group.name} is off by the same amount ({_join(map(number, gaps[:3]))}).",
        "Something is added to all entries at once: a sum over everything, or a constant.",
        "The derivative with respect to one entry holds only what touches that entry.",
    )


def _plus_input(group):
    """The difference is a multiple of one of the inputs."""
    for name in _inputs(group):
        found = []
        for size, case, leaf, _ in group.rows:
            gap, x = leaf.actual - leaf.expected, case.inputs[name]
            if np.shape(x) != gap.shape or gap.size < 2:
                break
            if not gap.any():
                continue
            r, _ = _ratio(x.ravel(), gap.ravel())
            if r is None or np.max(np.abs(gap - r * x)) > TOL * np.max(np.abs(gap)):
                break
            found.append((size, r))
        else:
            if found:
                return _plus_fault(group, name, found)
    return None


def _plus_fault(group, name, found):
    ratios = [r for _, r in found]
    sign = "missing" if all(r < 0 for r in ratios) else "too much"
    text = _formula([s for s, _ in found], [abs(r) for r in ratios])
    words = text[0] if text else number(abs(ratios[0]))
    return Fault(
        "term-" + ("missing" if sign == "missing" else "extra"),
        f"{group.name} differs by exactly {words} times {name}: that much is {sign}.",
        f"Look for a term with {name} in it that is left out, doubled, or has the other sign.",
        "Differentiate the whole loss term by term; each term leaves one term in the gradient.",
    )


_TRANSFORMS = (
    ("absolute value", np.abs, "Where does the sign get lost?"),
    ("square", np.square, "Is there a square too many, or a missing root?"),
    ("square root", lambda e: np.sqrt(np.abs(e)), "Is there a root too many?"),
    ("logarithm", lambda e: np.log(np.abs(e)), "Is there a log too many, or a missing exp?"),
    ("exponential", np.exp, "Is there an exp too many, or a missing log?"),
    ("reciprocal", lambda e: 1 / e, "Is something upside down?"),
    ("complement (1 minus it)", lambda e: 1 - e, "Which of the two outcomes does it speak of?"),
    ("sigmoid", lambda e: 1 / (1 + np.exp(-e)), "Is a sigmoid applied once too often?"),
    ("tanh", np.tanh, "Is a tanh applied once too often?"),
    ("positive part", lambda e: np.maximum(e, 0), "Is a ReLU applied where none belongs?"),
    ("clipped version", lambda e: np.clip(e, -1, 1), "Is something clipped to [-1, 1]?"),
    ("sign", np.sign, "Where does the size get lost?"),
    ("rounded value", np.round, "Where are the fractions lost: int(), //, or round?"),
    ("whole part", np.trunc, "Where are the fractions lost: int(), //, or an integer array?"),
)


def _transformed(group):
    with np.errstate(all="ignore"):
        for word, transform, ask in _TRANSFORMS:
            if all(
                np.all(close(np.asarray(a, float), transform(e), 1e-7)) and a.any()
                for e, a in group.pairs()
            ):
                return Fault(
                    "transformed",
                    f"{group.name} is the {word} of what it should be.",
                    ask,
                    "Put one number in by hand and compare after each line.",
                )
    return None


def _rounded(group):
    """The right numbers, cut to a few decimals."""
    for decimals in range(1, 9):
        if all(np.array_equal(np.round(e, decimals), a) for e, a in group.pairs()):
            return Fault(
                "rounded",
                f"{group.name} is right to {decimals} decimals: it was rounded.",
                "Where does round, or a format with few digits, come in?",
                "Round for reading only: what is computed goes on into other computations.",
            )
    return None


def _region(group):
    """Wrong only on part of the entries, and the part says which."""
    for name in _inputs(group):
        hit = _side(group, name)
        if hit:
            side, share = hit
            return Fault(
                "one-sided",
                f"{group.name} is right except where {name} is {side} ({share:.0%} of it).",
                f"Follow one entry with {name} {side} through your function.",
                "The function behaves differently on the two sides: write down both cases.",
            )
    if len(group.rows) and all(leaf.expected.ndim >= 1 for _, _, leaf, _ in group.rows):
        for index, word in ((-1, "last"), (0, "first")):
            if all(_only_wrong_row(leaf, index) for _, _, leaf, _ in group.rows):
                return Fault(
                    f"{word}-row",
                    f"Only the {word} row of {group.name} is wrong.",
                    "Where does a loop start and end; is a range one too short?",
                    f"range(n) runs from 0 to n - 1: is the {word} one treated as the others?",
                )
    return None


def _side(group, name):
    bad_total = total = 0
    sides = set()
    for _, case, leaf, _ in group.rows:
        x = case.inputs[name]
        if type(x) is not np.ndarray or x.shape != leaf.expected.shape or x.dtype.kind != "f":
            return None
        bad = ~close(leaf.actual, leaf.expected, group.exercise.rtol)
        bad_total, total = bad_total + bad.sum(), total + bad.size
        if not bad.any():
            continue
        if bad.all():
            return None
        if np.all(x[bad] < 0) and np.all(bad[x < 0] | (leaf.expected[x < 0] == 0)):
            sides.add("negative")
        elif np.all(x[bad] > 0) and np.all(bad[x > 0] | (leaf.expected[x > 0] == 0)):
            sides.add("positive")
        elif np.abs(x[bad]).min() > np.abs(x[~bad]).max():
            sides.add("large")
        else:
            return None
    return (sides.pop(), bad_total / total) if len(sides) == 1 else None


def _only_wrong_row(leaf, index):
    if leaf.expected.shape[0] < 3:
        return False
    good = close(leaf.actual, leaf.expected, 1e-7).reshape(leaf.expected.shape[0], -1).all(axis=1)
    rest = np.delete(good, index)
    return not good[index] and bool(rest.all())


def _until(group):
    """Right until some step of a sequence."""
    starts = []
    if not _is_sequence(group.name):
        return None
    for _, _, leaf, _ in group.rows:
        if leaf.right:
            continue
        if leaf.expected.ndim == 0:
            return None
        good = close(leaf.actual, leaf.expected, 1e-7).reshape(leaf.expected.shape[0], -1)
        good = good.all(axis=1)
        first = int(np.argmin(good)) if not good.all() else len(good)
        if first > 0 and (good[first:].any() or len(good) < 3):
            return None
        starts.append(first)
    if starts and max(starts) == 0 and "loss" in group.name:
        return _off_from_the_start(group.name)
    if not starts or min(starts) == 0:
        return None
    if "loss" in group.name and min(starts) == 1:
        name = group.name
        return Fault(
            "right-at-the-start",
            f"{name}[0] is right and {name}[1] is not.",
            f"Between {name}[0] and {name}[1] lie a gradient and an update. Which of them is off?",
            "Take the first update apart: print the gradient and the new weights, and hold them "
            "against the functions that have passed their own checks.",
        )
    return Fault(
        "right-until",
        f"{group.name} is right for the first {min(starts)} and wrong from there on.",
        "The first step works. What is carried to the next one, and with which value?",
        "Do two steps by hand: the second starts from what the first left behind.",
    )


def _off_from_the_start(name):
    return Fault(
        "off-from-the-start",
        f"{name} is off from its first value on.",
        f"What goes into {name}[0]: the starting values, a forward pass, the loss. Which of them "
        "is not the one the exercise names?",
        f"Work {name}[0] out by hand from the start that the exercise gives.",
    )


def _is_sequence(name):
    return any(word in name for word in ("loss", "step", "trace", "path"))


def _nearly(group):
    cosines = [_ratio(e, a)[1] for e, a in group.pairs()]
    cosines = [c for c in cosines if c is not None]
    if cosines and min(cosines) > 0.999999:
        worst = max(
            float(np.max(np.abs(a - e)) / max(np.max(np.abs(e)), 1e-300))
            for e, a in group.pairs()
            if e.size
        )
        if worst < 1e-4:
            return (
                _rounded(group)
                or _float32(group)
                or Fault(
                    "imprecise",
                    f"{group.name} is nearly right: off by {worst:.1e} of its size.",
                    "Where do digits get lost: a small dtype, a clip, an extra eps, a numerical "
                    "derivative?",
                    "The exact formula agrees to 10 digits and more.",
                )
            )
    return None


def _first_step(group):
    """What is known of an optimizer whose step bears no signature."""
    found = re.fullmatch(r"step (\d+) of tensor (\d+)", group.name)
    if not found:
        return None
    step, ratios = int(found[1]), ""
    for _, _, leaf, _ in group.rows:
        r, c = _ratio(leaf.expected.ravel(), leaf.actual.ravel())
        if not leaf.right and r is not None:
            ratios = f" Against the right step it has cosine {c:.2f} and ratio {number(r)}."
            break
    if step == 1:
        return Fault(
            "first-step",
            f"The first step is off already, in tensor {found[2]}.{ratios}",
            "The state is empty at the first step, so the formula alone decides: which of its "
            "factors differs?",
            "Take one weight and its gradient and put them into the table's formula by hand, with "
            "a memory that starts at 0.",
        )
    before = "Step 1 is" if step == 2 else f"Steps 1 {'and' if step == 3 else 'to'} {step - 1} are"
    return Fault(
        "right-until",
        f"{before} right in every tensor; step {step} is the first that is off.{ratios}",
        f"What does step {step} read from the state, and is it what step {step - 1} should have "
        "left there?",
        "Do two steps by hand for one weight: the second starts from the memory of the first, each "
        "term with its own weight.",
    )


def _first_array(group):
    stepped = _first_step(group)
    if stepped is not None:
        return stepped
    if not group.right and not group.also_wrong:
        return _only_array(group)
    if max(leaf.expected.size for _, _, leaf, _ in group.rows) == 1:
        return Fault(
            "first-wrong-array",
            f"The first number that is wrong is {group.name}.",
            f"Everything computed before {group.name} agrees: look at the line that makes it.",
            "Put these numbers into its formula by hand, one operation at a time, and compare.",
        )
    detail = _against_the_right_one(group)
    _, _, leaf, leaves = next(row for row in group.rows if not row[2].right)
    backward = any("cache" in case.inputs or "X" in case.inputs for case in group.paper.cases)
    place = layers.place(leaf.name, leaves) if backward else None
    if place is not None:
        observed, look, derive = place
        observed = f"The first array that is wrong is {group.name}.{detail} {observed}"
        return Fault("first-wrong-array", observed, look, derive)
    return Fault(
        "first-wrong-array",
        f"The first array that is wrong is {group.name}.{detail}",
        f"Everything computed before {group.name} agrees: look at the line that makes it.",
        f"Write {group.name} for one single entry, with its indices, and sum over what is left.",
    )


def _against_the_right_one(group):
    """Cosine and ratio, of the step where an update is returned."""
    what = "it has"
    for _, case, leaf, _ in group.rows:
        if leaf.right or leaf.expected.size < 3:
            continue
        e, a = leaf.expected.ravel(), leaf.actual.ravel()
        before = _before(leaf.name, case.inputs)
        if before is not None and before.shape == leaf.expected.shape:
            e, a, what = e - before.ravel(), a - before.ravel(), "its step has"
        r, c = _ratio(e, a)
        if r is not None:
            return f" Against the right one {what} cosine {c:.2f} and ratio {number(r)}."
    return ""


def _only_array(group):
    """Nothing else is returned, and no signature fits: the case itself is what helps."""
    case = next(case for _, case, leaf, _ in group.rows if not leaf.right)
    given = _given(case.inputs) if not group.where_wrong() else ""
    return Fault(
        "wrong-numbers",
        f"{group.name} is not what the formula gives{f' for {given}' if given else ''}.",
        "Work this case out on paper from the formula above the cell, one operation at a time, and "
        "print the same values from your function: at which one do they part?",
        "Write the formula for one example with all its indices. Each symbol in it stands in your "
        "code exactly once, with the same sign and inside the same brackets.",
    )


def _given(inputs):
    """The inputs of a case in words, if they are few enough to work with by hand."""
    shown = [
        f"{name} = {number(value) if type(value) is not np.ndarray else _short(value)}"
        for name, value in inputs.items()
        if type(value) in (int, float) or (type(value) is np.ndarray and value.size <= 8)
    ]
    return ", ".join(shown) if len(shown) == len(inputs) <= 5 else ""


def _short(value):
    return np.array2string(value, precision=4, separator=", ", suppress_small=True)


DETECTORS = (
    _zeros,
    _constant,
    _one_for_all,
    _step,
    _nearly,
    _factor,
    _swapped,
    _unchanged,
    _transposed,
    _permuted,
    _offset,
    _plus_input,
    _transformed,
    _rounded,
    _region,
    _until,
)
