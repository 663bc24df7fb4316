"""An exercise: what is asked, the mistakes made on it, and how it is drawn, sat and marked."""

import functools
import inspect
import zlib
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from bplab.exam import marking, second
from bplab.exam.paper import Case, Paper
from bplab.exam.probes.registry import DRIVERS
from bplab.exam.roles import KNOWN, roles_of
from bplab.exam.sitting import sit


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


def maker(make):
    """A function of settings alone; what it makes is put together as by `made`."""

    @functools.wraps(make)
    def noted(*places, **settings):
        return made(make, **inspect.signature(make).bind(*places, **settings).arguments)

    return noted


@dataclass(eq=False, repr=False)
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

    name: str
    chapter: str
    reference: Any
    returns: str | tuple
    points: float = 1
    shapes: dict | None = None
    driver: str = "call"
    rtol: float = 1e-8
    credit: Any = None
    form_only: tuple = ()
    latest_first: bool = False
    order: Any = None
    may_change: tuple = ()
    signatures: bool = True
    repeat: bool = True
    seconds: float = 5.0
    costly: bool = False
    max_bytes: int = 16 * 2**20
    built_on: tuple = ()
    roles: dict | None = None
    named: Any = None
    partners: tuple = ()
    achieved: str = ""
    practice: bool = True
    narrowed: Any = None
    loaded_by: str | None = None
    mistakes: dict = field(default_factory=dict, init=False)
    tellers: list = field(default_factory=list, init=False)
    shape_tellers: list = field(default_factory=list, init=False)
    _paper: Any = field(default=None, init=False)
    _practice: Paper | None = field(default=None, init=False)
    _judge: Any = field(default=None, init=False)

    def __post_init__(self):
        self.shapes, self.roles = dict(self.shapes or {}), dict(self.roles or {})
        self.built_on, self.partners = tuple(self.built_on), tuple(self.partners)
        if not isinstance(self.points, (int, float)) or self.points < 0 or self.seconds <= 0:
            raise ValueError(
                f"{self.name}: points is a number from 0 on and seconds one above 0; got "
                f"points={self.points!r}, seconds={self.seconds!r}."
            )
        if self.driver not in DRIVERS:
            known = ", ".join(sorted(DRIVERS))
            raise ValueError(f"{self.name}: there is no driver {self.driver!r}; there are {known}.")
        odd = set().union(*(self.role(name) for name in self.roles)) - KNOWN
        if odd:
            raise ValueError(
                f"{self.name}: there is no role {', '.join(map(repr, sorted(odd)))}; there are "
                f"{', '.join(sorted(KNOWN))}."
            )
        if not all(isinstance(part, Exercise) for part in self.built_on):
            raise TypeError(
                f"{self.name}: built_on names exercises, not the functions they ask for."
            )

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
        told = observed, look, derive
        if name in self.mistakes:
            raise ValueError(
                f"{self.name} has a mistake {name!r} already: give the second one a name of its "
                "own, or take one of them away."
            )
        if not all(isinstance(rung, str) and rung.strip() for rung in told):
            raise ValueError(
                f"{self.name}/{name}: one of the three rungs is empty. Say what is observed, where "
                "to look, and the step of the derivation."
            )
        if when is None and (only or kind or says):
            raise ValueError(
                f"{self.name}/{name}: only, kind and says narrow `when`, and there is none. Add "
                'the fault it stands for, such as when="raised", or take them away.'
            )

        def register(solution):
            whole = solution if part is None else self.with_part(part, solution)
            self.mistakes[name] = Mistake(name, whole, *told, when, only, kind, says, part)
            return solution

        return register

    def with_part(self, part, solution):
        """The reference, with one of the things it returns made by `solution`."""
        if isinstance(self.returns, str):
            raise ValueError(f"{self.name} returns {self.returns} alone: leave out part={part!r}.")
        if part not in self.returns:
            known = ", ".join(self.returns)
            raise ValueError(f"{self.name} returns {known}, but no {part!r}: name one of these.")

        def whole(*arguments, **named):
            answer = self.reference(*arguments, **named)
            own = solution(*arguments, **named)
            if type(answer) is dict:
                return {**answer, part: own}
            at = self.returns.index(part)
            return (*answer[:at], own, *answer[at + 1 :])

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
        drawn = list(self._paper(rng))
        if not drawn or not all(isinstance(case, (Case, dict)) for case in drawn):
            raise ValueError(
                f"{self.name}: its paper should yield one case or more, each a dict of inputs or a "
                f"Case; it gives {drawn or 'none'}."
            )
        return Paper(self, [case if isinstance(case, Case) else Case(case) for case in drawn])

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
