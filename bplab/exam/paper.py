"""An exercise, and the papers it draws."""

import contextlib
import inspect
import warnings
import zlib
from dataclasses import dataclass, field

import numpy as np

from bplab.exam import marking, second
from bplab.exam.answers import cleaned
from bplab.exam.limits import TimeUp, time_limit
from bplab.exam.probes.registry import PLAIN
from bplab.exam.roles import roles_of
from bplab.exam.sitting import answers_to, real, sit
from bplab.exam.wire import pack, plain, unpack


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
    sure = np.isin(value, (0.0, 1.0))
    shares = value.min() >= 0 and value.max() <= 1 and not sure.all()
    return bool(np.abs(value).max() > 100 or (shares and sure.any()))


@dataclass
class Paper:
    """Cases drawn from one seed."""

    exercise: "Exercise"
    cases: list
    _expected: list | None = field(default=None, repr=False)
    _sheet: bytes = field(default=b"", repr=False)
    _sat: dict | None = field(default=None, repr=False)  # the sheet as a learner's side reads it
    outcomes: dict = field(default_factory=dict, repr=False)  # of the named wrong solutions
    read: tuple | None = field(default=None, repr=False)  # (bytes, answers) that were read last
    table: tuple | None = field(default=None, repr=False)  # (answers, their leaves), the same
    sound: bool = field(default=False, repr=False)  # the reference was seen to pass it

    def sheet(self):
        """What travels to the learner's side, as bytes: inputs and limits, no answers."""
        if not self._sheet:
            self._sheet = self._packed()
        return self._sheet

    def _packed(self):
        exercise = self.exercise
        return pack(
            {
                "exercise": exercise.name,
                "driver": exercise.driver,
                "seconds": exercise.seconds,
                "repeat": exercise.repeat,
                "may_change": list(exercise.may_change),
                "max_bytes": exercise.max_bytes,
                "cases": [plain(case.inputs) for case in self.cases],
            }
        )

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
        shaped = PLAIN.get(self.exercise.driver)
        if shaped is None or any(not shaped.serves(case) for case in cases):
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

    def _unpacked(self):
        if self._sat is None:
            self._sat = unpack(self.sheet())
        return self._sat


@dataclass(frozen=True)
class Mistake:
    """A named wrong solution with its three rungs.

    `when` names a general fault (such as "not-finite" or "raised") that is to be told as this
    mistake even if the answers are not the same as this solution's; or a part, any wrong number of
    which is told as this mistake where its numbers bear no signature. Of general faults, `kind`
    asks for a type (of the error raised, or of what stands in the wrong place) and `says` for
    words in Python's own message. `only(inputs)` is true of the cases that its words hold of:
    elsewhere the general fault keeps its own. `part` is the one returned thing that it gives.
    """

    name: str
    solution: object
    observed: str
    look: str
    derive: str
    when: str | None = None
    only: object = None
    kind: str = ""
    says: str = ""
    part: str | None = None

    @property
    def made(self):
        """(make, its settings) where `made` gave the solution; else None."""
        return getattr(inspect.unwrap(self.solution), "made", None) if self.solution else None


def made(make, **settings):
    """The wrong solution make(**settings), which can be put together with others of `make`.

    Two mistakes of one `make` that set different things are then told together, too, where a
    learner made both; see the rule `two_made.together`.
    """
    solution = make(**settings)
    solution.made = make, settings
    return solution


class Exercise:
    """Something a learner writes: its reference, its papers and the mistakes made on it.

    name : the name the learner's function or class must have
    chapter : such as "03_two_pass_mlp"
    reference : the right solution
    returns : the name of what is returned, or a tuple of names
    points : what it is worth in a class
    shapes : the letters of the arguments' dimensions, {"X": "N D", ...}; hints speak of them
    driver : how it is called (see bplab.exam.probes)
    rtol : relative tolerance; entries are also compared with 1e-2 * rtol of their array's size
    credit : the parts that earn credit; default all
    form_only : parts of which names and lengths are compared and not the numbers, so that where
        another part is wrong they cannot be called right
    latest_first : True if the last layer's gradients are computed, and looked at, first
    order : the parts returned, or paths in them such as ("cache", "std"), in the order they are
        computed, what is left out last; or a key that sorts the leaves
    may_change : arguments that may be updated in place
    signatures : False if single numbers stand side by side, so that ratios and signs tell nothing
    repeat : whether the first case is sat twice, to catch answers that differ
    seconds : what one call may take
    costly : True if named wrong solutions take too long to be tried; the judge names them
    named : function of a path in the answer that gives what stands there its name, or None
    roles : what its names are, where they are not the course's, see bplab.exam.roles
    partners : names of the learner's functions that it is examined together with
    achieved : one sentence for who has passed: what was achieved, and what it will be used for
    practice : False if it is marked only after it has been handed in
    narrowed : for cases of many programs: `narrowed(inputs, wrong)` gives the inputs of a case that
        asks only for some of the paths in the list `wrong`, or None
    loaded_by : name of the learner's function that reads what this one's answers left in a file; in
        a class a fresh process does so, from the file alone
    built_on : exercises whose references this one's reference calls; their mistakes inside it are
        wrong solutions of this one too, and need not be written again
    """

    def __init__(
        self,
        name,
        chapter,
        reference,
        returns,
        points=1,
        shapes=None,
        driver="call",
        rtol=1e-8,
        credit=None,
        form_only=(),
        latest_first=False,
        order=None,
        may_change=(),
        signatures=True,
        repeat=True,
        seconds=5.0,
        costly=False,
        max_bytes=16 * 2**20,
        built_on=(),
        roles=None,
        named=None,
        partners=(),
        achieved="",
        practice=True,
        narrowed=None,
        loaded_by=None,
    ):
        self.name = name
        self.chapter = chapter
        self.reference = reference
        self.returns = returns
        self.points = points
        self.shapes = dict(shapes or {})
        self.driver = driver
        self.rtol = rtol
        self.credit = credit
        self.form_only = form_only
        self.latest_first = latest_first
        self.order = order
        self.may_change = may_change
        self.signatures = signatures
        self.repeat = repeat
        self.seconds = seconds
        self.costly = costly
        self.max_bytes = max_bytes
        self.built_on = tuple(built_on)
        if not all(isinstance(part, Exercise) for part in self.built_on):
            raise TypeError(f"{name}: built_on names exercises, not the functions they ask for.")
        self.roles = dict(roles or {})
        self.named = named
        self.partners = tuple(partners)
        self.achieved = achieved
        self.practice = practice
        self.narrowed = narrowed
        self.loaded_by = loaded_by
        self.mistakes = {}
        self.tellers = []
        self.shape_tellers = []
        self._paper = None
        self._practice = None
        self._judge = None

    def __repr__(self):
        return f"Exercise({self.name!r}, {self.chapter!r}, {self.points} points)"

    def role(self, name):
        """The roles of an argument or a returned part, such as {"layers"}."""
        return roles_of(name, self.roles)

    @property
    def signature(self):
        """The call the learner must support, as text."""
        return f"{self.name}{inspect.signature(self.reference)}"

    @property
    def practice_seed(self):
        """The seed of the paper that `check` draws."""
        return zlib.crc32(self.name.encode())

    def paper(self, function):
        """Decorator: `function(rng)` yields dicts of inputs, or Cases."""
        self._paper, self._practice = function, None
        return function

    def judge(self, function):
        """Decorator: `function(case, value)` returns a Fault or None.

        For exercises where more than one answer is right; replaces the comparison with the
        reference's answers.
        """
        self._judge = function
        return function

    def tells(self, function):
        """Decorator: `function(wrong, rows)` returns a Fault that explains a wrong array, or None.

        For what this exercise alone can read off an answer that is no named mistake's. `wrong` is
        the first wrong `Leaf`; `rows` hold, for each case that has it, the arguments with their
        defaults, the leaf, and all leaves of the case.
        """
        self.tellers.append(function)
        return function

    def tells_of_shapes(self, function):
        """Decorator: the same, where the first wrong array has another shape."""
        self.shape_tellers.append(function)
        return function

    def mistake(
        self, name, observed, look, derive, when=None, part=None, only=None, kind="", says=""
    ):
        """Decorator: a named wrong solution and its hints.

        The hints are templates: {N} and other dimensions, scalar arguments by name, {part} (the
        first wrong array), {where} (its worst entry), {actual}, {expected}, {ratio}.

        part : name of the one returned thing that is wrong; the solution gives that alone, and
            the reference the others
        when : name of a general fault, or of a part, that is told as this mistake, see `Mistake`
        only : with `when`, a function of a case's inputs: whether these words hold of it
        kind, says : with `when`, the type of the error (or thing) and words of Python's message
        """
        if name in self.mistakes:
            raise ValueError(
                f"{self.name} has a mistake {name!r} already: give the second one a name of its "
                "own, or take one of them away."
            )

        def register(solution):
            whole = solution if part is None else self.with_part(part, solution)
            told = observed, look, derive
            self.mistakes[name] = Mistake(name, whole, *told, when, only, kind, says, part)
            return solution

        return register

    def with_part(self, part, solution):
        """The reference, with one of the things it returns made by `solution`."""
        if isinstance(self.returns, str):
            raise ValueError(f"{self.name} returns {self.returns} alone: leave out part={part!r}.")
        if part not in self.returns:
            raise ValueError(f"{self.name} returns {', '.join(self.returns)}, but no {part!r}.")

        def whole(*arguments):
            answer = self.reference(*arguments)
            if type(answer) is dict:
                return {**answer, part: solution(*arguments)}
            at = self.returns.index(part)
            return (*answer[:at], solution(*arguments), *answer[at + 1 :])

        whole.__wrapped__ = solution  # its arguments and its place in a file are what is told
        return whole

    def draw(self, seed):
        """The paper of a seed."""
        if self._paper is None:
            raise ValueError(
                f"{self.name} has no paper: put @{self.name}.paper over a function of rng that "
                "yields cases."
            )
        rng = np.random.default_rng(seed)
        cases = [c if isinstance(c, Case) else Case(c) for c in self._paper(rng)]
        return Paper(self, cases)

    def paper_of(self, inputs):
        """A paper of one case, with these inputs."""
        return Paper(self, [Case(inputs)])

    @property
    def judged(self):
        """`function(case, value)`, giving a Fault or None; None where answers are compared."""
        return self._judge

    def passes(self, paper, answers):
        """Whether `answers` are all right; nothing is diagnosed."""
        return marking.passed(paper, answers) is not None

    def mark(self, paper, answers, explain=True):
        """The report on `answers` (bytes from `sit`) to `paper`. explain: see `marking.mark`."""
        return marking.mark(paper, answers, explain)

    def practice_paper(self):
        """The paper that `check` sets, drawn once; the reference's answers stay with it."""
        if self._practice is None:
            self._practice = self.draw(self.practice_seed)
        return self._practice

    def examine(self, fn, seed=None, namespace=None, asked=None):
        """Draw, sit and mark in this process.

        asked : dict of name to Exercise; a fault that one of these carries is told as such
        """
        paper = self.practice_paper() if seed is None else self.draw(seed)
        answers = sit(fn, paper.sheet(), namespace)
        right = marking.passed(paper, answers)
        if right is not None:
            return right
        if asked and fn is not None and callable(fn):
            names = second.carriers(self, fn, paper, asked, seed, namespace)
            if names:
                return marking.carried(paper, answers, names)
        return self.mark(paper, answers)
