"""The evidence of a failed paper, as the rules read it."""

import re
from dataclasses import replace
from functools import cached_property
from math import comb

import numpy as np

from bplab.exam.called import is_step
from bplab.exam.diagnosis.givens import arguments, sizes
from bplab.exam.diagnosis.sentences import sentence
from bplab.exam.diagnosis.words import joined, number
from bplab.exam.report import Fault


class Evidence:
    """What is known of a paper that was not passed.

    said : the answers, one for each case
    table : for each case that was answered, its leaves, right and wrong
    general : the Fault that was seen before values were compared, or None
    wrong : the first wrong leaf, in the order the learner computes them, or None
    """

    as_if = None  # what `as_if` has found, once
    narrow = None  # what `named` asks a mistake before the whole paper, once

    def __init__(self, exercise, paper, said, table, general=None):
        self.exercise = exercise
        self.paper = paper
        self.said = said
        self.table = table
        self.general = general
        self.wrong = first_wrong(table, by_part=exercise.narrowed is not None)

    @cached_property
    def group(self):
        """The first wrong array over all cases; where an optimizer walks, its steps."""
        walked, wrong = as_steps(self.paper, self.table, self.wrong)
        return Group(self.exercise, self.paper, walked, wrong, self.table)

    @property
    def answered(self):
        """Whether every case has a value."""
        return all(answer.get("value") is not None for answer in self.said)

    def ordinary(self):
        """The evidence of the cases that are no extremes, if these alone are wrong without a
        fault that is seen before values are compared; else None."""
        cases = self.paper.cases
        among = [at for at, case in enumerate(cases) if not case.extreme]
        if not among or len(among) == len(cases) or among[-1] >= len(self.said):
            return None
        said, table = [self.said[at] for at in among], [self.table[at] for at in among]
        if any(answer.get("value") is None for answer in said):
            return None
        faults = [leaf.fault for leaves in table for leaf in leaves if not leaf.right]
        if not faults or any(faults):
            return None
        alone = type(self.paper)(self.exercise, [cases[at] for at in among])
        return Evidence(self.exercise, alone, said, table)

    @cached_property
    def case(self):
        """The case of the first wrong leaf; the paper's first if there is none."""
        for case, leaves in zip(self.paper.cases, self.table, strict=False):
            if any(leaf is self.wrong for leaf in leaves):
                return case
        return self.paper.cases[0]

    @property
    def place(self):
        """Where the first wrong leaf is off, and by what, in a sentence."""
        return sentence(self.wrong, self.case)

    def in_full(self, fault):
        """The fault with what is said of the other arrays, and the worst entry."""
        return self.group.in_full(fault)

    def plain_in_full(self, fault):
        """The same, of the array as it was returned, not of its steps."""
        return Group(self.exercise, self.paper, self.table, self.wrong).in_full(fault)


def first_wrong(table, by_part=False):
    """The first leaf that is not right, in the order the learner computes them.

    Where cases hold drawn programs, a place in one means nothing in another: the parts have an
    order there, from what stands alone to what needs it; and what is written and wrong comes before
    what is not written yet, whose part is known without a card.
    """
    parts = dict.fromkeys(leaf.part for leaves in table for leaf in leaves) if by_part else ()
    order = {part: number for number, part in enumerate(parts)}
    ranks = [
        (by_part and unwritten(leaf), order[leaf.part] if by_part else rank, number, leaf)
        for number, leaves in enumerate(table)
        for rank, leaf in enumerate(leaves)
        if not leaf.right
    ]
    if not ranks:
        return None
    return min(ranks, key=lambda item: item[:3])[3]


def unwritten(leaf):
    return leaf.fault is not None and leaf.fault.name == "not-written"


def as_steps(paper, table, wrong):
    """Where an optimizer walks, its steps tell more than the places they lead to."""
    if not is_step(paper.exercise, wrong.path) or wrong.fault is not None:
        return table, wrong
    new, chosen = [], wrong
    for case, leaves in zip(paper.cases, table, strict=False):
        walked = []
        for leaf in leaves:
            is_one = is_step(paper.exercise, leaf.path)
            if not is_one or leaf.fault is not None or leaf.actual is None:
                continue
            part, step, tensor = leaf.path[0], leaf.path[1] + 1, leaf.path[2] + 1
            earlier = (part, step - 2, tensor - 1)
            before = next((other for other in leaves if other.path == earlier), None)
            if before is None:
                start = case.inputs["params"][tensor - 1]
                gone = (leaf.expected - start, leaf.actual - start)
            elif before.actual is None or before.actual.shape != leaf.actual.shape:
                continue
            else:
                gone = (leaf.expected - before.expected, leaf.actual - before.actual)
            name = f"step {step} of tensor {tensor}"
            walked.append(
                replace(
                    leaf,
                    name=name,
                    slot=name,
                    expected=gone[0],
                    actual=gone[1],
                    step=(step, tensor),
                )
            )
            if leaf is wrong:
                chosen = walked[-1]
        new.append(walked)
    return (new, chosen) if chosen is not wrong else (table, wrong)


class Group:
    """One wrong array over all cases, and its company.

    rows : (sizes, case, leaf, all leaves of the case) for each case that has the array
    whole : the table as it was returned, where the one that is read holds an optimizer's steps
    right, also_wrong : names of the other arrays
    """

    def __init__(self, exercise, paper, table, wrong, whole=None):
        self.exercise = exercise
        self.paper = paper
        self.table = table
        self.whole = table if whole is None else whole
        self.wrong = wrong
        self.name = wrong.name
        self.step = wrong.step
        self.roles = exercise.role(wrong.part)
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

    @property
    def ndim(self):
        """Number of axes of the array."""
        return self.rows[0][2].expected.ndim

    def pairs(self):
        """(expected, actual) of each case, as flat arrays."""
        return [(leaf.expected.ravel(), leaf.actual.ravel()) for _, _, leaf, _ in self.rows]

    def array_inputs(self):
        """The names of the arguments that are arrays."""
        case = self.rows[0][1] if self.rows else None
        if case is None:
            return []
        return [name for name, value in case.inputs.items() if type(value) is np.ndarray]

    def in_full(self, fault):
        """The fault with what is said of the other arrays, and the worst entry."""
        if not fault.observed:
            return fault  # a general fault, explained by its name
        wrong = self.wrong
        case = next((case for _, case, leaf, _ in self.rows if leaf is wrong), None)
        observed = f"{fault.observed}{self.company()} {sentence(wrong, case)}"
        return Fault(fault.name, observed, fault.look, fault.derive)

    def company(self):
        """Sentences on the other arrays, and on the cases that are right."""
        said = []
        if self.step:
            return f" {self.where_wrong()}".rstrip()
        if len(self.right) > 9 and not self.also_wrong:
            said.append("Everything else is right.")
        elif self.right and not self.also_wrong:
            verb = "is" if len(self.right) == 1 else "are"
            said.append(f"{_opening(joined(self.right))} {verb} right.")
        elif self.also_wrong:
            verb = "is" if len(self.also_wrong) == 1 else "are"
            names = joined(self.also_wrong[:4])
            if any(", " in name or " of " in name for name in (self.name, *self.also_wrong[:4])):
                # names made of several words
                names = f"{len(self.also_wrong)} more"
            said.append(f"{_opening(names)} {verb} off too.")
        said.append(self.where_wrong())
        return "".join(f" {sentence}" for sentence in said if sentence)

    def switched_off(self):
        """The name of a number that switches off what is wrong: right where it is 0, wrong else."""
        name, value, _ = self._telling_argument
        return name if type(value) is float and value == 0 else ""

    def where_wrong(self):
        """What the cases with a wrong array have in common, where some are right."""
        if self.exercise.narrowed is not None:
            return ""  # a case is a heap of programs there, and tells a learner nothing
        return self._telling_argument[2]

    @cached_property
    def _telling_argument(self):
        """(argument, its one value where all is right, the sentence): the first two None if no
        argument is told by such a value."""
        good, bad = [], []
        for case, leaves in zip(self.paper.cases, self.whole, strict=False):
            if not leaves:
                continue  # no answer to it
            inputs = arguments(self.exercise, case)
            (good if all(leaf.right for leaf in leaves) else bad).append(inputs)
        if not good or not bad:
            return None, None, ""
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
                return None, None, f"It is wrong only where {name} is {_said(values[0])}."
            if _telling(others):
                said = f"is {_said(others[0])}, and wrong for other {name}."
                return name, others[0], f"It is right where {name} {said}"
            if type(values[0]) is str or min(len(values), len(others)) < 2:
                continue
            if float in map(type, values + others) and not _many(len(values), len(others)):
                continue  # among few drawn numbers a border is soon found, and means nothing
            if max(values) < 0 < min(others):
                return None, None, f"It is wrong only where {name} is negative."
            if min(values) > max(others):
                return None, None, f"It is wrong only for {name} of {number(min(values))} and more."
        counted = f"{len(good)} of {len(good) + len(bad)} cases{_first_case(bad[0])}"
        return None, None, f"It is right on {counted}."


def _many(bad, good):
    """Whether so many drawn numbers would hardly ever fall on two sides of a border by chance."""
    return comb(bad + good, bad) >= 500


def _telling(values):
    """One value all the way, and not by chance: a word, a count, or a number met twice."""
    chance = type(values[0]) is float and values[0] not in (0.0, 1.0) and len(values) == 1
    return len(set(values)) == 1 and not chance


def _said(value):
    return number(value) if type(value) is float and len(repr(value)) > 6 else repr(value)


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


def _opening(names):
    """Names as the first words of a sentence: `dW` and `a * b` stay, a phrase gets its capital."""
    first = re.split(", | and ", names)[0]
    return names[0].upper() + names[1:] if re.match(r"[a-z]{2,} \w", first) else names
