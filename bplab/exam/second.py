"""The second sitting: one mistake costs once.

A function that fails only because another of the learner's own functions does is right itself.
It is sat again with those others bound to their references; if it passes then, they carry the
fault. `called_names_of` and `bound` run where the learner's code lives, so that a sandbox can hold
a second sitting too, after all first ones are over.
"""

import contextlib
from types import FunctionType, MethodType

from bplab.exam.compose import called_names
from bplab.exam.sitting import namespace_of, sit

MOST = 400  # functions and methods that are followed


def names_called(fn, names, namespace):
    """Those of `names` that the function, or the class, uses: itself, or through what it calls.

    fn : the learner's function or class
    names : the names of exercises
    namespace : the learner's names
    """
    found, seen, waiting = [], set(), [fn]
    while waiting and len(seen) < MOST:
        thing = waiting.pop(0)
        if id(thing) in seen:
            continue
        seen.add(id(thing))
        waiting += _inside(thing)
        if type(thing) is not FunctionType:
            continue
        for name in sorted(called_names(thing.__code__)):
            other = thing.__globals__.get(name, namespace.get(name))
            if other is fn:
                continue
            if name in names and name not in found and (other is None or callable(other)):
                found.append(name)  # one that was never defined fails what calls it as well
            if isinstance(other, (FunctionType, type)) and not _of_a_library(other):
                waiting.append(other)
    return found


def _inside(thing):
    """The functions a class, a wrapper or a closure is made of."""
    if isinstance(thing, type):
        return [v for v in vars(thing).values() if isinstance(v, (FunctionType, MethodType))]
    inner = [
        cell.cell_contents
        for cell in getattr(thing, "__closure__", None) or ()
        if _filled(cell) and isinstance(cell.cell_contents, (FunctionType, type))
    ]
    for name in ("__wrapped__", "__func__", "func"):
        other = getattr(thing, name, None) if callable(thing) else None
        if isinstance(other, (FunctionType, type)):
            inner.append(other)
    return inner


def _filled(cell):
    try:
        return cell.cell_contents is not None
    except ValueError:
        return False


def _of_a_library(thing):
    home = str(getattr(thing, "__module__", "")).partition(".")[0]
    return home in ("numpy", "bplab", "builtins", "math", "scipy", "sklearn")


@contextlib.contextmanager
def bound(namespace, parts):
    """The learner's names with some of them bound to other things, for a while."""
    missing = object()
    before = {name: namespace.get(name, missing) for name in parts}
    namespace.update(parts)
    try:
        yield
    finally:
        for name, old in before.items():
            if old is missing:
                namespace.pop(name, None)
            else:
                namespace[name] = old


def carriers(exercise, fn, paper, asked, seed=None, namespace=None):
    """The names of the exercises whose faults alone make `fn` fail; empty if it has its own.

    fn : what has failed on `paper`
    asked : dict of name to Exercise, in teaching order, of all that may be called
    seed : of the papers on which the others are sat

    Only what is taught before an exercise, or is its partner, can carry its fault. What comes after
    holds it: softmax(Z) that asks an unwritten mlp_forward for its answer is not written either.
    """
    namespace = namespace_of(fn) if namespace is None else namespace
    before = _before(asked, exercise.name)
    names = names_called(fn, before, namespace) + list(exercise.partners)
    failing = {
        name: asked[name].reference
        for name in dict.fromkeys(names)
        if name in asked
        and name != exercise.name
        and not asked[name].costly
        and namespace.get(name) is not asked[name].reference
        and not _passes(asked[name], namespace.get(name), seed, namespace)
    }
    if not failing:
        return []
    with bound(namespace, failing):
        if not exercise.passes(paper, sit(fn, paper.sheet(), namespace)):
            return []
    return [name for name in failing if _at_fault(asked[name], name, failing, seed, namespace)]


def _before(asked, name):
    """The names that come before this one; all of them if it is not among them."""
    names = list(asked)
    return frozenset(names[: names.index(name)] if name in asked else names)


def _passes(exercise, fn, seed, namespace):
    paper = exercise.practice_paper() if seed is None else exercise.draw(seed)
    return exercise.passes(paper, sit(fn, paper.sheet(), namespace))


def _at_fault(exercise, name, failing, seed, namespace):
    """Whether it fails even where all the others are right."""
    others = {other: reference for other, reference in failing.items() if other != name}
    if not others:
        return True
    with bound(namespace, others):
        return not _passes(exercise, namespace.get(name), seed, namespace)
