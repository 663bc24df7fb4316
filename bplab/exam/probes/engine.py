"""The learner's Value class, driven by small programs.

A program is a function of named values: it computes with them and returns the last one, on which
the driver calls backward(). What is written down is the last value's data and each named value's
grad; an inner value is returned after the last one and has its name in INNER.

a, b, c are any numbers but 0, p is positive, m negative, r near 1, e equals a; k is a plain
number, not a Value.
"""

from bplab.exam.probes import driver
from bplab.exam.wire import Raised


def _again(a, b, c):
    out = a * b + c
    out.backward()
    return out


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


PROGRAMS = {
    "sums and products": {
        "a + b": lambda a, b: a + b,
        "a * b": lambda a, b: a * b,
        "a * b + c": lambda a, b, c: a * b + c,
        "(a + b) * c": lambda a, b, c: (a + b) * c,
        "c * (a * b)": lambda a, b, c: c * (a * b),
    },
    "used twice": {
        "a + a": lambda a: a + a,
        "a * a": lambda a: a * a,
        "a * b + a": lambda a, b: a * b + a,
        "a * b + b * a": lambda a, b: a * b + b * a,
        "d * d + d with d = a * b": _reused,
        "a * e + e with e equal to a": lambda a, e: a * e + e,
    },
    "order": {
        "d + d * c * c with d = a * b": _early_and_late,
        "d * c * c + d with d = a * b": _late_and_early,
        "e * f + d with d = a + b, e = d * c, f = e * d": _three_depths,
        "a * b doubled 6 times by d + d": _doubled,
        "a put through d * r + c 40 times": _long_chain,
    },
    "differences": {
        "a - b": lambda a, b: a - b,
        "-a": lambda a: -a,
        "c * (a - b)": lambda a, b, c: c * (a - b),
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
        "m.relu() + a": lambda m, a: m.relu() + a,
        "c * (a * b).tanh()": lambda a, b, c: c * (a * b).tanh(),
        "c * (a + b).exp()": lambda a, b, c: c * (a + b).exp(),
        "c * (p * a).relu()": lambda a, c, p: c * (p * a).relu(),
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
        "2 * a - 1": lambda a: 2 * a - 1,
        "sum([a, b, c])": lambda a, b, c: sum([a, b, c]),
    },
    "backward() again": {
        "a * b + c after a second backward()": _again,
        "d * c with d = a * b, after d.backward()": _inner_first,
        "a * b after (a + b).backward()": _another_first,
    },
}
INNER = {"d * d + d with d = a * b": ["d"]}


@driver("value")
def value(bench, fn, case):
    """Every program, part by part; what one of them raises costs only that one."""
    bench.call(fn, data=case["a"])  # a class that cannot be made at all raises here
    found = {}
    for part, programs in PROGRAMS.items():
        runs = [_run(fn, program, case) for program in programs.values()]
        outcomes = bench.attempt(lambda runs=runs: [run() for run in runs])
        if type(outcomes) is Raised:
            outcomes = [bench.attempt(run) for run in runs]
        found[part] = {}
        for (name, program), outcome in zip(programs.items(), outcomes, strict=True):
            named = [value for value in _names(program) if value != "k"]
            keys = [name, *(f"{value}.grad of {name}" for value in named + INNER.get(name, []))]
            numbers = [outcome] * len(keys) if type(outcome) is Raised else outcome
            found[part] |= zip(keys, numbers, strict=True)
    if all(type(x) is Raised for part in found.values() for x in part.values()):
        _run(fn, PROGRAMS["sums and products"]["a + b"], case)()  # nothing works: raise it as such
    return found


def _names(program):
    return program.__code__.co_varnames[: program.__code__.co_argcount]


def _run(fn, program, case):
    """A call that gives the last value's data, and each named value's grad."""

    def run():
        given = {
            name: case["k"] if name == "k" else fn(case["a" if name == "e" else name])
            for name in _names(program)
        }
        found = program(**given)
        out, *inner = found if type(found) is tuple else (found,)
        out.backward()
        named = [value for name, value in given.items() if name != "k"]
        return [out.data, *(value.grad for value in named + inner)]

    return run
