"""A paper: cases drawn from one seed, inputs only, and what solutions of our own answer to it."""

import contextlib
import warnings
from dataclasses import dataclass, field

import numpy as np

from bplab.exam.answers import cleaned
from bplab.exam.limits import TimeUp, time_limit
from bplab.exam.probes.registry import PLAIN
from bplab.exam.sitting import answers_to, real
from bplab.exam.wire import pack, plain


@dataclass
class Case:
    """One case of a paper.

    inputs : dict of arguments, in their order; all that the learner's side ever sees
    key : what marking needs beside the inputs (labels held back, say); it never travels
    rtol : tolerance of this case, where it differs from the exercise's
    quiet : True if the call must not warn
    extreme : True for inputs that need a guard: a version without it is right elsewhere, and its
        other mistakes are told first. By default that of quiet cases, of floats beyond 100 and of
        probabilities that are exactly 0 or 1
    """

    inputs: dict
    key: object = None
    rtol: float | None = None
    quiet: bool = False
    extreme: bool | None = None

    def __post_init__(self):
        if self.extreme is None:
            self.extreme = self.quiet or any(map(_is_extreme, self.inputs.values()))


def _is_extreme(value):
    if type(value) is float:
        return abs(value) > 100
    if type(value) is not np.ndarray or value.dtype.kind != "f" or not value.size:
        return False
    least, most = value.min(), value.max()
    if not (least >= 0 and most <= 1):
        return bool(least < -100 or most > 100)
    sure = (value == 0) | (value == 1)
    return bool(sure.any() and not sure.all())


@dataclass
class Paper:
    """Cases drawn from one seed."""

    exercise: object
    cases: list
    _expected: list | None = field(default=None, repr=False)
    _rights: list | None = field(default=None, repr=False)  # values alone
    _sheet: bytes = field(default=b"", repr=False)
    _sat: dict | None = field(default=None, repr=False)  # the sheet as a learner's side reads it
    outcomes: dict = field(default_factory=dict, repr=False)  # of the named wrong solutions
    read: tuple | None = field(default=None, repr=False)  # (bytes, answers) that were read last
    table: tuple | None = field(default=None, repr=False)  # (answers, their leaves), the same
    sound: bool = field(default=False, repr=False)  # the reference was seen to pass it

    def sheet(self):
        """What travels to the learner's side, as bytes: inputs and limits, no answers."""
        if not self._sheet:
            self._sheet = pack(self._unpacked())
        return self._sheet

    def expected(self):
        """The reference's answers to this paper."""
        if self._expected is None:
            self._expected = self.sat_on(self.sat_cases(), self.exercise.reference)
        return self._expected

    def sat_by(self, solution, cases=None):
        """What a solution of our own answers, here, to the paper or its first `cases`."""
        paper = {**self._unpacked(), "cases": self.sat_cases()[:cases]}
        return cleaned(answers_to(paper, solution))

    def sat_cases(self):
        """The inputs of the cases as the learner's side reads them."""
        return self._unpacked()["cases"]

    def sat_on(self, cases, solution):
        """What a solution of our own answers to other inputs than the paper's, each sat once."""
        return cleaned(answers_to({**self._unpacked(), "cases": cases, "repeat": False}, solution))

    def values_on(self, cases, solution):
        """The same in a third of the time, where only values count: {} for one that has none."""
        shaped = self._only_called(cases)
        if shaped is None:
            return self.sat_on(cases, solution)
        found = []
        with contextlib.suppress(TimeUp), time_limit(self.exercise.seconds):
            for case in cases:
                with np.errstate(all="ignore"), warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    try:
                        value = plain(solution(*map(real, case.values())))
                        found.append({"value": shaped.given(value)})
                    except Exception:  # whatever it is, there is no value
                        found.append({})
        return found + [{}] * (len(cases) - len(found))

    def rights(self):
        """The values of `expected`: a dict with one, or {}, for each case."""
        if self._expected is None and self._rights is None and self._only_called(self.sat_cases()):
            found = self.values_on(self.sat_cases(), self.exercise.reference)
            self._rights = found if all(found) else None
        return self._rights or self.expected()

    def _only_called(self, cases):
        """How answers are given where the driver does no more than call, see `Plain`; or None."""
        shaped = PLAIN.get(self.exercise.driver)
        return shaped if shaped and all(map(shaped.serves, cases)) else None

    def _unpacked(self):
        """The sheet as the learner's side reads it."""
        if self._sat is None:
            exercise = self.exercise
            self._sat = {
                "exercise": exercise.name,
                "driver": exercise.driver,
                "seconds": exercise.seconds,
                "repeat": exercise.repeat,
                "may_change": list(exercise.may_change),
                "max_bytes": exercise.max_bytes,
                "cases": [plain(case.inputs) for case in self.cases],
            }
        return self._sat
