"""Computations drawn at random, in which values are shared and every operation occurs."""

import math

from bplab.exam.probes.engine import FAMILIES, OPERATIONS

FUNCTIONS = {
    "tanh": math.tanh,
    "exp": math.exp,
    "relu": lambda x: max(x, 0.0),
    "unary -": lambda x: -x,
}
EVERY = list(FAMILIES)


def draw_graph(rng, given):
    """Steps such as ["v1", "*", "a", "b"]; the last one's value depends on all before it.

    given : dict of name to number

    Each operation occurs once and a few once more, mostly on what was made last, and beside it
    anything made before, so that values are used early and late.
    """
    known, steps, loose = dict(given), [], []
    wanted = [*rng.permutation(EVERY), *rng.choice(EVERY, 3)]
    while wanted or len(loose) > 1:
        step = _step(rng, wanted[0], list(known), loose) if wanted else ["+", *loose[:2]]
        number = _number(step, known)
        if wanted and not _fits(number, step, known):
            continue
        wanted = wanted[1:]
        target = f"v{len(steps) + 1}"
        loose = [name for name in loose if name not in step[1:]] + [target]
        known[target] = number
        steps.append([target, *step])
    return steps


def written(step):
    """A step as a line of a program: "v1 = a * b", "v2 = v1.tanh()", "v3 = -v2"."""
    target, operation, *of = step
    if operation == "unary -":
        return f"{target} = -{of[0]}"
    if operation in FUNCTIONS:
        return f"{target} = {of[0]}.{operation}()"
    return f"{target} = {of[0]} {operation} {of[1]}"


def _step(rng, operation, names, loose):
    operation = str(operation)
    late = loose[-1] if loose and rng.random() < 0.7 else str(rng.choice(names))
    other = loose[0] if len(loose) > 2 else str(rng.choice(names))
    u, v = (late, other) if rng.random() < 0.5 else (other, late)
    if operation in FUNCTIONS:
        return [operation, u]
    return [operation, u, int(rng.choice([2, 3, -1])) if operation == "**" else v]


def _number(step, known):
    operation, *of = step
    values = [known.get(name, name) for name in of]
    return (FUNCTIONS.get(operation) or OPERATIONS[operation])(*values)


def _fits(number, step, known):
    """Neither tiny nor huge; no kink or pole is near."""
    operation, u = step[:2]
    if operation == "relu" and known[u] < 0.2:
        return False  # what is off passes nothing on
    return 0.2 < abs(number) < 3
