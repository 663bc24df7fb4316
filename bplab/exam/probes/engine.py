"""The learner's Value class, driven by small programs.

A program computes with named values and gives the last one, on which the driver calls
backward(). What is written down is the last value's data, and each named value's grad; an inner
value is given after the last one.

a, b, c are any numbers but 0, p is positive, m negative, r near 1, e equals a; k is a plain
number, not a Value.

Every operation is met alone, under a factor c, and with its own input used once more beside it,
so that a share that replaces the other, or leaves out what arrives, shows in each of them.
"""

import operator
from typing import NamedTuple

from bplab.exam.probes.registry import driver
from bplab.exam.wire import Raised


class Program(NamedTuple):
    """text: what it computes; names: what it is given; run(*values); inner: what else it gives;
    steps: of a drawn one, what is computed, one after another."""

    text: str
    names: tuple
    run: object
    inner: tuple = ()
    steps: tuple = ()


class Term(NamedTuple):
    """An operation on a value u, on this side of b if there is one: text(u) and run(u, b)."""

    operation: str
    text: str
    run: object
    side: str = ""
    u: str = "a"

    def written(self):
        """The term with its letters in place."""
        return self.text.format(u=self.u)

    def others(self):
        """What it is given beside u."""
        return ("b",) if self.side else ()


TERMS = (
    Term("+", "({u} + b)", lambda u, b: u + b, "left"),
    Term("+", "(b + {u})", lambda u, b: b + u, "right"),
    Term("*", "({u} * b)", lambda u, b: u * b, "left"),
    Term("*", "(b * {u})", lambda u, b: b * u, "right"),
    Term("-", "({u} - b)", lambda u, b: u - b, "left"),
    Term("-", "(b - {u})", lambda u, b: b - u, "right"),
    Term("unary -", "(-{u})", lambda u, b: -u),
    Term("**", "{u} ** 3", lambda u, b: u**3),
    Term("/", "({u} / b)", lambda u, b: u / b, "left"),
    Term("/", "(b / {u})", lambda u, b: b / u, "right"),
    Term("tanh", "{u}.tanh()", lambda u, b: u.tanh()),
    Term("exp", "{u}.exp()", lambda u, b: u.exp()),
    Term("relu", "{u}.relu()", lambda u, b: u.relu(), u="p"),
)
FAMILIES = {
    "+": "sums and products",
    "*": "sums and products",
    "-": "differences",
    "unary -": "differences",
    "**": "powers and quotients",
    "/": "powers and quotients",
    "tanh": "functions",
    "exp": "functions",
    "relu": "functions",
}


def under_a_factor(term):
    """c times the term: what arrives at the operation is c, not 1."""
    return Program(
        f"c * {term.written()}",
        (term.u, "c", *term.others()),
        lambda u, c, b=None: c * term.run(u, b),
    )


def beside_itself(term, first):
    """The term times its own input: the product has always had its turn before the term has."""
    text = f"{term.written()} * {term.u}" if first else f"{term.u} * {term.written()}"
    product = _first if first else _second
    return Program(text, (term.u, *term.others()), lambda u, b=None: product(u, term.run(u, b)))


def _first(u, found):
    return found * u


def _second(u, found):
    return u * found


def _again(a, b, c):
    out = a * b + c
    out.backward()
    return out


def _again_with_inner(a, b, c):
    d = a * b
    out = d + c
    out.backward()
    return out, d


def _inner_first(a, b, c):
    d = a * b
    d.backward()
    return d * c


def _another_first(a, b):
    (a + b).backward()
    return a * b


def _reused(a, b):
    d = a * b
    return d * d + d, d


def _early_and_late(a, b, c):
    d = a * b
    return d + (d * c) * c


def _late_and_early(a, b, c):
    d = a * b
    return (d * c) * c + d


def _square_and_late(a, b, c):
    d = a * b
    return d * d + (d * c) * c


def _late_and_square(a, b, c):
    d = a * b
    return (d * c) * c + d * d


def _three_depths(a, b, c):
    d = a + b
    e = d * c
    f = e * d
    return e * f + d


def _doubled(a, b):
    d = a * b
    for _ in range(6):
        d = d + d
    return d


def _long_chain(a, r, c):
    d = a
    for _ in range(40):
        d = d * r + c
    return d


AGAIN = "backward() again"
WRITTEN = {
    "sums and products": {
        "a + b": lambda a, b: a + b,
        "a * b": lambda a, b: a * b,
        "a * b + c": lambda a, b, c: a * b + c,
        "(a + b) * c": lambda a, b, c: (a + b) * c,
        "c * (a * b)": lambda a, b, c: c * (a * b),
    },
    "differences": {
        "-a": lambda a: -a,  # before what may be built on it
        "a - b": lambda a, b: a - b,
        "a - b * c": lambda a, b, c: a - b * c,
    },
    "powers and quotients": {
        "a ** 2": lambda a: a**2,
        "b ** 3": lambda b: b**3,
        "c ** -1": lambda c: c**-1,
        "p ** 0.5": lambda p: p**0.5,
        "a / b": lambda a, b: a / b,
        "(a + b) / c": lambda a, b, c: (a + b) / c,
        "c / (a * b)": lambda a, b, c: c / (a * b),
    },
    "functions": {
        "a.tanh()": lambda a: a.tanh(),
        "b.exp()": lambda b: b.exp(),
        "p.relu()": lambda p: p.relu(),
        "m.relu()": lambda m: m.relu(),
        "m.relu() + a": lambda m, a: m.relu() + a,
        "c * m.relu()": lambda c, m: c * m.relu(),
        "c * (a * b).tanh()": lambda a, b, c: c * (a * b).tanh(),
        "c * (a + b).exp()": lambda a, b, c: c * (a + b).exp(),
        "c * (p * a).relu()": lambda a, c, p: c * (p * a).relu(),
        "c * (p + k).relu()": lambda c, p, k: c * (p + k).relu(),
    },
    "plain numbers": {
        "a + k": lambda a, k: a + k,
        "a * k": lambda a, k: a * k,
        "a - k": lambda a, k: a - k,
        "a / k": lambda a, k: a / k,
        "k + a": lambda a, k: k + a,
        "k * a": lambda a, k: k * a,
        "k - a": lambda a, k: k - a,
        "k / a": lambda a, k: k / a,
        "c * (k - a)": lambda a, c, k: c * (k - a),
        "c * (k / a)": lambda a, c, k: c * (k / a),
        "2 * a - 1": lambda a: 2 * a - 1,
        "sum([a, b, c])": lambda a, b, c: sum([a, b, c]),
    },
    "used twice": {
        "a + a": lambda a: a + a,
        "a * a": lambda a: a * a,
        "a * b + a": lambda a, b: a * b + a,
        "a + a * b": lambda a, b: a + a * b,
        "a * b + b * a": lambda a, b: a * b + b * a,
        "d * d + d with d = a * b": _reused,
        "a * e + e with e equal to a": lambda a, e: a * e + e,
    },
    "order": {
        "d + d * c * c with d = a * b": _early_and_late,
        "d * c * c + d with d = a * b": _late_and_early,
        "d * d + d * c * c with d = a * b": _square_and_late,
        "d * c * c + d * d with d = a * b": _late_and_square,
        "e * f + d with d = a + b, e = d * c, f = e * d": _three_depths,
        "a * b doubled 6 times by d + d": _doubled,
        "a put through d * r + c 40 times": _long_chain,
    },
    "together": {
        "a - a": lambda a: a - a,
        "a / a": lambda a: a / a,
        "m.relu() + m": lambda m: m.relu() + m,
        "m + m.relu()": lambda m: m + m.relu(),
    },
    AGAIN: {
        "a * b + c after a second backward()": _again,
        "d + c with d = a * b, after a second backward()": _again_with_inner,
        "d * c with d = a * b, after d.backward()": _inner_first,
        "a * b after (a + b).backward()": _another_first,
    },
}
INNER = {
    "d * d + d with d = a * b": ("d",),
    "d + c with d = a * b, after a second backward()": ("d",),
}


def _programs():
    return {
        part: [
            Program(text, _arguments(run), run, INNER.get(text, ())) for text, run in texts.items()
        ]
        for part, texts in WRITTEN.items()
    }


def _with_every_term(programs):
    found = {part: list(of_part) for part, of_part in programs.items()}
    for term in TERMS:
        found[FAMILIES[term.operation]].append(under_a_factor(term))
        found["together"] += [beside_itself(term, first) for first in (True, False)]
    return found


def _arguments(function):
    return function.__code__.co_varnames[: function.__code__.co_argcount]


PROGRAMS = _programs()
THOROUGH = _with_every_term(PROGRAMS)

OPERATIONS = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "**": operator.pow,
}


def graphs(drawn):
    """The programs called "graph 1", "graph 2" and so on, each of steps such as
    ["v1", "*", "a", "b"], ["v2", "tanh", "v1"], ["v3", "unary -", "v2"], ["v4", "**", "v3", 2]."""
    return [_graph(f"graph {number}", steps) for number, steps in enumerate(drawn, 1)]


def _graph(text, steps):
    read = {name for _, _, *of in steps for name in of}
    names = tuple(name for name in "abcpm" if name in read)

    def run(*values):
        known = dict(zip(names, values, strict=True))
        for target, operation, *of in steps:
            known[target] = _computed(operation, [known.get(name, name) for name in of])
        return known[steps[-1][0]]

    return Program(text, names, run, steps=tuple(map(tuple, steps)))


def _computed(operation, values):
    if operation in OPERATIONS:
        return OPERATIONS[operation](*values)
    return -values[0] if operation == "unary -" else getattr(values[0], operation)()


@driver("value")
def value(bench, fn, case):
    """Every program, part by part; what one of them raises costs only that one.

    A number stands in answer["numbers"][text], a grad in answer[part][text][name].

    A case with graphs is the thorough one: all operations in all places, and the graphs.
    """
    bench.call(fn, data=case["a"])  # a class that cannot be made at all raises here
    parts = PROGRAMS
    if case["graphs"]:
        parts = THOROUGH | {"together": THOROUGH["together"] + graphs(case["graphs"])}
    found = {"numbers": {}}
    for part, programs in parts.items():
        outcomes = _outcomes(bench, fn, programs, case)
        found[part] = {}
        for program, (data, grads) in zip(programs, outcomes, strict=True):
            if part != AGAIN:  # those call backward() on the way
                found["numbers"][program.text] = data
            found[part][program.text] = dict(zip(_given(program), grads, strict=True))
    if all(type(data) is Raised for data in found["numbers"].values()):
        run_of(fn, PROGRAMS["sums and products"][0], case)()  # nothing works: raise it as such
    return found


def _given(program):
    return [name for name in program.names if name != "k"] + list(program.inner)


def _outcomes(bench, fn, programs, case):
    """(data, grads) of each program; an error stands in place of what it has cost."""
    runs = [run_of(fn, program, case) for program in programs]
    outcomes = bench.attempt(lambda: [run() for run in runs])
    if type(outcomes) is not Raised:
        return outcomes
    found = []
    for program, run in zip(programs, runs, strict=True):
        outcome = bench.attempt(run)
        if type(outcome) is Raised:
            data = bench.attempt(run_of(fn, program, case, backward=False))
            outcome = data[0] if type(data) is tuple else data, [outcome] * len(_given(program))
        found.append(outcome)
    return found


def run_of(fn, program, case, backward=True):
    """A call that gives the last value's data, and each named value's grad."""

    def run():
        given = {
            name: case["k"] if name == "k" else fn(case["a" if name == "e" else name])
            for name in program.names
        }
        found = program.run(*given.values())
        out, *inner = found if type(found) is tuple else (found,)
        if not backward:
            return out.data, []
        out.backward()
        named = [value for name, value in given.items() if name != "k"]
        return out.data, [value.grad for value in named + inner]

    return run
