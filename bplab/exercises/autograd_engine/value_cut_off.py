"""Shares that never arrive, and values taken for one another: read off an engine's grads.

Asked before the readings of what is lost where a value is used twice.
"""

from bplab.exam import Fault, number
from bplab.exam.probes.engine import PROGRAMS, TERMS, under_a_factor
from bplab.exercises.autograd_engine.operations import is_long
from bplab.exercises.autograd_engine.seen import SPOKEN, Seen, joined
from bplab.exercises.autograd_engine.value import Value

# The programs whose values can be told apart by their numbers: no long ones, no plain number.
SHORT = ("used twice", "order")
# Others may be built on the first ones: a difference on a minus sign, that on a product.
BASIC_FIRST = ("+", "*", "unary -", "-", "**", "/", "tanh", "exp", "relu")

# The same functions of other numbers: for relu one above 1.
INSIDE = {
    "tanh": ("a", "c * (a * b).tanh()"),
    "exp": ("a", "c * (a + b).exp()"),
    "relu": ("p", "c * (p + k).relu()"),
}


@Value.tells
def _cut_off(wrong, rows):
    """An operation through which nothing comes back at all, or nothing to one of its sides."""
    seen = Seen(wrong, rows)
    silent = {}
    for term in TERMS:
        leaf = seen.grad(term.u, under_a_factor(term))
        if leaf is None or leaf.actual is None:
            return None
        silent.setdefault(term.operation, []).append(
            (term.side, not leaf.right and not leaf.actual.any() and bool(leaf.expected.any()))
        )
    for op, (name, text) in INSIDE.items():
        leaf = seen.leaves.get((text, name))
        zero = leaf is not None and leaf.actual is not None and not leaf.actual.any()
        silent[op].append(("", zero))
    wholly = [op for op in BASIC_FIRST if all(zero for _, zero in silent[op])]
    if len(wholly) > len(BASIC_FIRST) // 2:
        return None  # no pass back, or next to none: that is another matter
    for op in BASIC_FIRST:
        zero = [side for side, nothing in silent[op] if nothing and side]
        if op in wholly:
            return Fault(
                "cut-off",
                f"Through {joined([SPOKEN[op] for op in wholly])} nothing comes back: the grad of "
                "what went in stays 0.",
                "What does the new value that comes out of it remember of the value it was made "
                "from?",
                "Each operation gives back a value that knows its inputs and how to pass blame on "
                "to them. A value made of a plain number alone is a new beginning.",
            )
        if len(zero) == 1:
            return Fault(
                "one-side-only",
                f"In {SPOKEN[op]} the one on the {zero[0]} gets nothing: its grad stays 0.",
                "Write down its share: which numbers is it made of, and what are they at that "
                "moment?",
                "A share is the slope times the grad of the result. The slope is made of the data "
                "that went in; the grads of the inputs are what is being made.",
            )
    return None


@Value.tells
def _another_seed(wrong, rows):
    """Every grad of sums and products by one factor: that of the output itself."""
    factors = []
    for leaf in Seen(wrong, rows).leaves.values():
        if leaf.part != "sums and products":
            continue
        if leaf.right or leaf.actual is None or not leaf.expected.any():
            return None
        factors.append(float(leaf.actual / leaf.expected))
    if not factors or max(factors) - min(factors) > 1e-9 or not factors[0]:
        return None
    return Fault(
        "another-seed",
        f"Every grad is exactly {number(factors[0])} times what it should be, where there are sums "
        "and products alone.",
        "Which grad does the output get before the pass begins?",
        "It is the derivative of the output with respect to itself, which is 1.",
    )


@Value.tells
def _equal_ones(wrong, rows):
    """All that is wrong holds two values with the same number; what holds none is right."""
    seen = Seen(wrong, rows)
    twins = {True: 0, False: 0}
    for program in (program for part in SHORT for program in PROGRAMS[part]):
        if is_long(program):
            continue
        leaves = [seen.grad(name, program) for name in (*program.names, *program.inner)]
        if any(leaf is None or leaf.actual is None for leaf in leaves):
            return None
        right = all(leaf.right for leaf in leaves)
        if not right and not _has_twins(program, seen):
            return None
        twins[right] += 1
    if not twins[False] or wrong.part not in SHORT:
        return None
    mistake = Value.mistakes["equal-taken-for-same"]
    return Fault(mistake.name, mistake.observed, mistake.look, mistake.derive)


def _has_twins(program, seen):
    found = program.run(*seen.values(["a" if name == "e" else name for name in program.names]))
    todo, met = list(found if type(found) is tuple else (found,)), {}
    while todo:
        value = todo.pop()
        if id(value) not in met:
            met[id(value)] = value
            todo.extend(value.parents)
    numbers = [value.data for value in met.values()]
    return len(set(numbers)) < len(numbers)
