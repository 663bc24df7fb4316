"""The learner's Tensor and Dual, driven by small programs that the paper writes as text.

A program is `{"part", "title", "text", "given", "plain", "watch"}`: `text` is lines of Python
joined by "; ", the last one an expression; `given` are the numbers that the learner's class is
made of, `plain` what it meets (arrays, numbers); `watch` the names that are looked at at the end;
with `early`, backward() is called on the way.

What is found stands in its part under the program's title: answer[part][title]["grad"]["a"].
"""

import functools
import linecache
import sys

import numpy as np

from bplab.exam.probes.registry import driver
from bplab.exam.wire import Raised, plain


@driver("tensor")
def tensor(bench, fn, case):
    """What a new tensor holds; then each program's numbers, forward, and gradients, backward.

    What one program raises costs only that one, and a backward pass that is missing costs none of
    the forward numbers.
    """
    bench.call(fn, data=case["fresh"]["number"])  # a class that cannot be made at all raises here
    found = {"new tensors": {}, "values": {}}
    for name, data in case["fresh"].items():
        found["new tensors"][name] = _fresh(bench, fn, data)
    deep = [program for program in case["programs"] if program.get("deep")]
    # Then 2**100 turns would not come to an end, and only the forward pass is asked.
    every_road = bool(deep) and bench.call(lambda: _walks_every_road(fn))
    runs = [
        _Run(fn, program, every_road and bool(program.get("deep"))) for program in case["programs"]
    ]
    for run, grads in zip(runs, bench.attempt_all(runs), strict=True):
        values, grads = run.told(grads)
        program = run.program
        # Where backward() is called on the way, the numbers tell of more than the forward pass.
        part = program["part"] if program.get("early") else "values"
        _put(found, part, program["title"], "data", values)
        if not run.forward_only:
            _put(found, program["part"], program["title"], "grad", grads)
    if deep:
        turns = "doubled by every step" if every_road else "one for each tensor"
        part = deep[0]["part"]
        found[part] = {"turns of backward()": turns} | found.get(part, {})
    if all(_all_raised(value["data"]) for value in found["values"].values()):
        forward(fn, case["programs"][0])  # nothing works: raise it as such
    return found


def _put(found, part, title, what, numbers):
    found.setdefault(part, {}).setdefault(title, {})[what] = numbers


def _all_raised(numbers):
    return all(type(number) is Raised for number in numbers.values())


def _walks_every_road(fn):
    """Whether the work of backward() doubles with every step in which a tensor is used twice.

    Counted in calls, not in seconds: a slow engine is right.
    """

    def turns(depth):
        s, count = fn(1.0), 0
        for _ in range(depth):
            s = s + s

        def look(frame, event, argument):
            nonlocal count
            count += event == "call"

        before = sys.getprofile()
        sys.setprofile(look)
        try:
            s.backward()
        finally:
            sys.setprofile(before)
        return count

    try:
        return turns(10) > 12 * turns(4)
    except Exception:
        return False  # what it raises is told where it is asked for


def _fresh(bench, fn, data):
    keys = ("data", "grad", "data.dtype")
    made = bench.attempt(lambda: _new(fn, data))
    return dict(zip(keys, [made] * 3 if type(made) is Raised else made, strict=True))


def _new(fn, data):
    made = fn(data)
    return made.data, made.grad, str(np.asarray(made.data).dtype)


class _Run:
    """One program for the learner's Tensor: forward, backward, and what is then looked at."""

    def __init__(self, fn, program, forward_only=False):
        self.fn, self.program, self.values = fn, program, None
        self.forward_only = forward_only
        self.inner = [name for name in program["watch"] if name not in program["given"]]

    def __call__(self):
        names, out = forward(self.fn, self.program)
        self.values = [out.data] + [names[name].data for name in self.inner]
        if self.forward_only:
            return []
        out.backward()
        return [names[name].grad for name in self.program["watch"]]

    def told(self, grads):
        """({name: number} of what was computed, "" for the last; {name: gradient} watched)."""
        names = [] if self.forward_only else self.program["watch"]
        given = ["", *self.inner]
        if type(grads) is Raised:
            values = [grads] * len(given) if self.values is None else self.values
            grads = [grads] * len(names)
        else:
            values = self.values
        return dict(zip(given, values, strict=True)), dict(zip(names, grads, strict=True))


def forward(fn, program, make=None):
    """All names of a program after its run, and its last value."""
    make = make or (lambda data: fn(data.copy() if type(data) is np.ndarray else data))
    names = {name: make(data) for name, data in program["given"].items()} | program["plain"]
    lines, last = _compiled(program["text"])
    exec(lines, {"range": range, "sum": sum}, names)
    return names, eval(last, {"sum": sum}, names)


@functools.lru_cache(maxsize=4096)
def _compiled(text):
    *lines, last = text.split("; ")
    file = f"<{text}>"
    # An error in a program is told with its line, as one of the learner's own is.
    linecache.cache[file] = (len(text), None, [*(f"{line}\n" for line in lines), last], file)
    blank = "\n" * len(lines)
    return compile("\n".join(lines), file, "exec"), compile(blank + last, file, "eval")


@driver("dual")
def dual(bench, fn, case):
    """Each program's value and slope; what one of them raises costs only that one."""
    bench.call(fn, value=0.5, slope=1.0)  # a class that cannot be made at all raises here
    found = {}
    runs = [functools.partial(_dual_run, fn, program) for program in case["programs"]]
    for program, outcome in zip(case["programs"], bench.attempt_all(runs), strict=True):
        numbers = [outcome] * 2 if type(outcome) is Raised else outcome
        told = dict(zip(("value", "slope"), numbers, strict=True))
        found.setdefault(program["part"], {})[program["title"]] = told
    if all(_all_raised(told) for part in found.values() for told in part.values()):
        _dual_run(fn, case["programs"][0])  # nothing works: raise it as such
    return found


def _dual_run(fn, program):
    def make(pair):
        value, slope = (part.copy() if type(part) is np.ndarray else part for part in pair)
        return fn(value, slope)

    _, out = forward(fn, program, make)
    return out.value, _spread(plain(out.slope), np.shape(out.value))


def _spread(slope, shape):
    """A slope that is one number, at every entry it stands for."""
    numbers = type(slope) in (int, float) or type(slope) is np.ndarray
    if numbers and np.ndim(slope) < len(shape):
        try:
            return np.broadcast_to(np.asarray(slope, dtype=float), shape).copy()
        except ValueError:
            return slope
    return slope
