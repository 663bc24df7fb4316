"""Passes back in a wrong order: what they make of a small graph, in whatever order parents come.

An engine that keeps parents in a set has them in any order, so that no one answer is the wrong
one. What such an engine can answer at all is worked out, choice by choice.
"""

from itertools import product

from bplab.exam.probes.engine import PROGRAMS
from bplab.exercises.autograd_engine.operations import is_long


def depth_first(out, parents):
    """Each value passes on when it is first reached."""
    grads, seen = {id(out): 1.0}, set()

    def visit(value):
        if id(value) not in seen:
            seen.add(id(value))
            _share(value, grads)
            for parent in parents(value):
                visit(parent)

    visit(out)
    return grads


def every_road(out, parents):
    """Each value passes on all it has, whenever it is reached."""
    grads = {id(out): 1.0}

    def visit(value):
        _share(value, grads)
        for parent in parents(value):
            visit(parent)

    visit(out)
    return grads


def road_by_road(out, parents):
    """The same, but each share is passed all the way down before the next one is made."""
    grads = {id(out): 1.0}

    def visit(value):
        left = list(zip(value.parents, value.slopes, strict=True))
        for parent in parents(value):
            at = next(number for number, (other, _) in enumerate(left) if other is parent)
            grads[id(parent)] = grads.get(id(parent), 0.0) + left.pop(at)[1] * grads[id(value)]
            visit(parent)

    visit(out)
    return grads


def as_they_come(out, parents):
    """Values pass on in the order in which they are first reached, nearest first."""
    grads, queue, seen = {id(out): 1.0}, [out], set()
    while queue:
        value = queue.pop(0)
        if id(value) not in seen:
            seen.add(id(value))
            _share(value, grads)
            queue.extend(parents(value))
    return grads


def last_come_first(out, parents):
    """Values wait on a pile; the one laid down last passes on first."""
    grads, pile, seen = {id(out): 1.0}, [out], {id(out)}
    while pile:
        value = pile.pop()
        _share(value, grads)
        for parent in parents(value):
            if id(parent) not in seen:
                seen.add(id(parent))
                pile.append(parent)
    return grads


def _share(value, grads):
    for parent, slope in zip(value.parents, value.slopes, strict=True):
        grads[id(parent)] = grads.get(id(parent), 0.0) + slope * grads[id(value)]


WALKS = (
    ("no-order", as_they_come),
    ("no-order-depth-first", depth_first),
    ("no-order", last_come_first),
    ("passed-on-twice", every_road),
    ("passed-on-twice", road_by_road),
)


def untidy(seen):
    """The name of the wrong walk that can give all grads of the programs with shared values."""
    programs = [
        program
        for part in ("used twice", "order")
        for program in PROGRAMS[part]
        if not is_long(program)
    ]
    for name, walk in WALKS:
        if all(_possible(walk, program, seen) for program in programs):
            return name
    return None


def _possible(walk, program, seen):
    """Whether the walk gives the grads that were seen, for some order of each value's parents."""
    values = seen.values(["a" if name == "e" else name for name in program.names])
    found = program.run(*values)
    out, *inner = found if type(found) is tuple else (found,)
    named = dict(zip(program.names, values, strict=True)) | dict(
        zip(program.inner, inner, strict=True)
    )
    gone = [seen.grad(name, program).actual for name in named]
    if any(grad is None for grad in gone):
        return False
    forks = _forks(out)
    for once in (False, True):  # a set holds an equal parent once
        for turned in product((False, True), repeat=len(forks)):
            grads = walk(out, _ordered(dict(zip(forks, turned, strict=True)), once))
            if all(
                abs(float(grad) - grads.get(id(value), 0.0)) < 1e-8 * (1 + abs(float(grad)))
                for grad, value in zip(gone, named.values(), strict=True)
            ):
                return True
    return False


def _forks(out):
    """The ids of the values that have two parents, both made of something or shared."""
    found, todo = {}, [out]
    while todo:
        value = todo.pop()
        if id(value) not in found:
            found[id(value)] = len({id(parent) for parent in value.parents}) == 2
            todo.extend(value.parents)
    return [key for key, forked in found.items() if forked]


def _ordered(turned, once):
    def parents(value):
        found = list(value.parents)
        if once:
            found = list({id(parent): parent for parent in found}.values())
        return found[::-1] if turned.get(id(value)) else found

    return parents
