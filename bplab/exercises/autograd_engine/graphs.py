"""Computations drawn at random, in which values are shared and every operation occurs."""

import math

from bplab.exam.probes.engine import FAMILIES, OPERATIONS

FUNCTIONS = {"tanh": math.tanh, "exp": math.exp, "relu": lambda x: max(x, 0.0)}
EVERY = list(FAMILIES)


def draw_graph(rng, given):
    """Lines such as "v1 = a * b"; the last one's value depends on all before it.

    given : dict of name to number

    Each operation occurs once and a few once more, mostly on what was made last, and beside it
    anything made before, so that values are used early and late.
    """
    known, lines, loose = dict(given), [], []
    wanted = [*rng.permutation(EVERY), *rng.choice(EVERY, 3)]
    while wanted or len(loose) > 1:
        line = _line(rng, wanted[0], list(known), loose) if wanted else " + ".join(loose[:2])
        number = computed(line, known)
        if wanted and not _fits(number, line, known):
            continue
        wanted = wanted[1:]
        target = f"v{len(lines) + 1}"
        loose = [name for name in loose if name not in names_in(line)] + [target]
        known[target] = number
        lines.append(f"{target} = {line}")
    return lines


def _line(rng, operation, names, loose):
    late = loose[-1] if loose and rng.random() < 0.7 else str(rng.choice(names))
    other = loose[0] if len(loose) > 2 else str(rng.choice(names))
    u, v = (late, other) if rng.random() < 0.5 else (other, late)
    if operation in FUNCTIONS:
        return f"{u}.{operation}()"
    if operation == "unary -":
        return f"-{u}"
    if operation == "**":
        return f"{u} ** {rng.choice([2, 3, -1])}"
    return f"{u} {operation} {v}"


def computed(line, known):
    """The number on the right side of a line."""
    if line.endswith("()"):
        name, function = line[:-2].split(".")
        return FUNCTIONS[function](known[name])
    if line.startswith("-"):
        return -known[line[1:]]
    u, operation, v = line.split()
    return OPERATIONS[operation](known[u], known[v] if v in known else int(v))


def names_in(line):
    """The names on the right side of a line."""
    return set(line.replace("-", " ").replace(".", " ").split())


def _fits(number, line, known):
    """Neither tiny nor huge; no kink or pole is near."""
    if ".relu" in line and known[line.partition(".")[0]] < 0.2:
        return False  # what is off passes nothing on
    return 0.2 < abs(number) < 3
