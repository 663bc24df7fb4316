"""What can be read off an engine's wrong numbers: which operation they have in common, and how.

Nothing is said that the numbers do not show: each reading works out what its sentence would make
of every program, and is silent where one of them says otherwise.
"""

import re

from bplab import nn
from bplab.exam import Fault
from bplab.exam.probes.engine import FAMILIES, PROGRAMS, TERMS, beside_itself, under_a_factor
from bplab.exercises.autograd_engine.graphs import written
from bplab.exercises.autograd_engine.operations import meets_a_plain_number, operations
from bplab.exercises.autograd_engine.orders import untidy
from bplab.exercises.autograd_engine.seen import ENDINGS, SPOKEN, Seen, alike, joined
from bplab.exercises.autograd_engine.value import Value

BY_SLOPE = {
    "sums and products": "sum-or-product",
    "differences": "difference",
    "powers and quotients": "power-or-quotient",
    "functions": "function-slope",
    "plain numbers": "plain-number",
}


PLAIN_ASKED = re.compile(r"'(int|float|float64|bool)' object has no attribute '(\w+)'")


@Value.tells
def _plain_number_given(wrong, rows):
    """A line of the learner's asks the plain number of an expression for what a Value has."""
    program = Seen(wrong, rows).program(wrong)
    found = PLAIN_ASKED.search(_told(wrong)) if wrong.fault is not None else None
    if found is None or " in the line " not in _told(wrong):
        return None
    if not meets_a_plain_number(program):
        return None
    text = program.text
    told = f"In {text} a Value meets a plain number, and a line of yours asks that number for its "
    if "**" in operations(program):
        derive = "The k of a ** k is a plain number and stays one: the slope is that for a alone."
    else:
        derive = Value.mistakes["plain-number"].derive
    return Fault(
        "plain-number-given",
        f"{told}{found[2]}.",
        "What stands on each side of the operation here, and which of the two is no Value?",
        derive,
    )


@Value.tells
def _plain_number_returned(wrong, rows):
    if wrong.fault is None or wrong.fault.name != "raised":
        return None
    found = PLAIN_ASKED.search(_told(wrong))
    if found is None or found[2] not in ("backward", "data", "grad"):
        return None
    return Fault(
        "plain-number-returned",
        f"{wrong.path[1]} is a plain {found[1]} in your engine, not a Value: it has no {found[2]}.",
        "Follow each way out of that operation, above and below 0 too: does every one of them "
        "give back a new Value?",
        "The next operation, and the pass back, need to know what the result was made from; a "
        "plain number has forgotten it.",
    )


def _told(leaf):
    return leaf.fault.observed


@Value.tells
def _replaced(wrong, rows):
    seen = Seen(wrong, rows)
    hit = set()
    for term in TERMS:
        for first in (True, False):
            leaf = seen.grad(term.u, beside_itself(term, first))
            if leaf is None:
                return None
            if leaf.right:
                continue
            direct = term.run(*seen.values([term.u, "b"])).data
            alone = seen.grad(term.u, under_a_factor(term))
            if alone is None or not alone.right:
                return None  # its share is another one, even where nothing was there before
            if leaf.actual is None or not alike(leaf.actual, leaf.expected - direct):
                return None
            hit.add(term.operation)
    if not seen.operations(wrong) & hit:
        return None  # what is shown first is wrong for another reason
    if not all(operations(program) & hit for program in _wrong_where_shared(seen)):
        return None  # shares are lost where none of these operations is: it is another matter
    first = next(operation for operation in FAMILIES if operation in hit)
    everywhere = len(hit) == len(FAMILIES)
    mistake = Value.mistakes["overwritten" if everywhere else _in("overwritten", first)]
    also = [SPOKEN[operation] for operation in FAMILIES if operation in hit - {first}]
    more = f" (So it is with {joined(also)} too.)" if also and not everywhere else ""
    return Fault(mistake.name, mistake.observed + more, mistake.look, mistake.derive)


@Value.tells
def _deaf(wrong, rows):
    seen = Seen(wrong, rows)
    c, hit, otherwise = seen.inputs["c"], set(), set()
    for term in TERMS:
        leaf = seen.grad(term.u, under_a_factor(term))
        if leaf is None:
            return None
        if leaf.right:
            continue
        if leaf.actual is None:
            return None
        deaf = alike(leaf.actual, leaf.expected / c)
        (hit if deaf else otherwise).add(term.operation)
    built = {"/"} if "**" in hit else set()  # a quotient made of a power: its b is off as well
    if not otherwise <= built or len(hit) == len(FAMILIES):
        return None
    if not seen.operations(wrong) & (hit | otherwise):
        return None
    first = next(operation for operation in FAMILIES if operation in hit)
    mistake = Value.mistakes[_in("upstream-ignored", first)]
    also = [SPOKEN[operation] for operation in FAMILIES if operation in hit - {first}]
    more = f" (So it is with {joined(also)} too.)" if also else ""
    more += " (A quotient has a wrong grad as well.)" if otherwise else ""
    return Fault(mistake.name, mistake.observed + more, mistake.look, mistake.derive)


def _wrong_where_shared(seen):
    """The programs with a shared value that come out wrong."""
    return [
        seen.program(leaf)
        for leaf in seen.leaves.values()
        if leaf.part == "used twice" and not leaf.right
    ]


def _in(mistake, operation):
    return f"{mistake}-in-{ENDINGS[operation]}"


@Value.tells
def _stops_early(wrong, rows):
    seen = Seen(wrong, rows)
    first = [("a + b", "a"), ("a * b", "a"), ("a * b + c", "c"), ("(a + b) * c", "c")]
    second = [("a * b + c", "a"), ("a * b + c", "b"), ("(a + b) * c", "a")]
    if not seen.leaves.keys() >= {*first, *second}:
        return None
    silent = all(seen.leaves[at].actual == 0 for at in second)
    if not silent or not all(seen.leaves[at].right for at in first):
        return None
    if not all(_silent_below(program, seen) for program in PROGRAMS["order"]):
        return None
    mistake = Value.mistakes["stops-after-one-step"]
    return Fault(mistake.name, mistake.observed, mistake.look, mistake.derive)


def _silent_below(program, seen):
    """Whether no value of a program has a grad, but those the output was made from directly."""
    values = seen.values(["a" if name == "e" else name for name in program.names])
    found = program.run(*values)
    out = found[0] if type(found) is tuple else found
    for name, value in zip(program.names, values, strict=True):
        leaf = seen.grad(name, program)
        if leaf is None or leaf.actual is None:
            return False
        if leaf.actual != 0 and all(parent is not value for parent in out.parents):
            return False
    return True


@Value.tells
def _out_of_order(wrong, rows):
    if wrong.part not in ("used twice", "order"):
        return None
    seen = Seen(wrong, rows)
    name = untidy(seen)
    if name is None:
        return None
    mistake = Value.mistakes[name]
    return Fault(mistake.name, mistake.observed, mistake.look, mistake.derive)


# What an operation gives alone: (text, the values in it, a plain number in it).
ALONE = {
    "*": (("a * b", "ab", ()),),
    "-": (("a - b", "ab", ()),),
    "unary -": (("-a", "a", ()),),
    "**": (("a ** 2", "a", (2,)), ("b ** 3", "b", (3,)), ("c ** -1", "c", (-1,))),
    "/": (("a / b", "ab", ()),),
    "tanh": (("a.tanh()", "a", ()),),
    "exp": (("b.exp()", "b", ()),),
    "relu": (("p.relu()", "p", ()), ("m.relu()", "m", ())),
}


@Value.tells
def _slope_alone(wrong, rows):
    """A known wrong slope, in an engine whose other operations are built on the one with it."""
    seen = Seen(wrong, rows)
    held = operations(seen.program(wrong)) if len(wrong.path) == 3 else ()
    for mistake in Value.mistakes.values():
        if mistake.when is not None:
            continue  # it says no more than which part is off
        given = getattr(mistake.solution, "given_slopes", {})
        for operation, slope in given.items():
            alone = ALONE.get(operation, ())
            if operation in held and alone and _gives(slope, alone, seen):
                return Fault(mistake.name, mistake.observed, mistake.look, mistake.derive)
    return None


def _gives(slope, alone, seen):
    leaves, wanted = [], []
    for text, names, plain in alone:
        numbers = [seen.inputs[name] for name in names]
        leaves += [seen.leaves.get((text, name)) for name in names]
        wanted += slope(*numbers, *plain)
    if any(leaf is None or leaf.actual is None for leaf in leaves):
        return False
    if all(leaf.right for leaf in leaves):
        return False
    return all(alike(leaf.actual, share) for leaf, share in zip(leaves, wanted, strict=True))


@Value.tells
def _in_common(wrong, rows):
    """The operation that every wrong expression holds, and none of the right ones."""
    seen = Seen(wrong, rows)
    numbers = wrong.part == "numbers"
    held = {True: [], False: []}
    for leaf in seen.leaves.values():
        program = seen.program(leaf)
        kind = leaf.part == "numbers" if numbers else leaf.part in BY_SLOPE
        if kind and not program.steps:
            held[leaf.right].append(operations(program))
    common = set.intersection(*held[False]) if held[False] else set()
    innocent = set().union(*held[True]) if held[True] else set()
    common = [operation for operation in SPOKEN if operation in common]
    guilty = [operation for operation in common if operation not in innocent] or common
    if len(guilty) != 1 or not held[True] or wrong.fault is not None:
        return None
    what = "numbers" if numbers else "gradients"
    [operation] = guilty
    family = FAMILIES.get(operation, "plain numbers")
    mistake = Value.mistakes["number-off" if numbers else BY_SLOPE[family]]
    told = f"Every expression with wrong {what} has {SPOKEN[operation]} in it."
    return Fault(mistake.name, told, mistake.look, mistake.derive)


@Value.tells
def _equal_numbers(wrong, rows):
    """Every wrong program holds two values with the same number in them, and no other is wrong."""
    seen, wanting = Seen(wrong, rows), 0
    for part in ("used twice", "order"):
        for program in PROGRAMS[part]:
            leaves = [leaf for name in program.names if (leaf := seen.grad(name, program))]
            if all(leaf.right for leaf in leaves):
                continue
            if not _holds_equal_numbers(program, seen):
                return None
            wanting += 1
    if not wanting:
        return None
    mistake = Value.mistakes["equal-numbers-visited-once"]
    return Fault(mistake.name, mistake.observed, mistake.look, mistake.derive)


def _holds_equal_numbers(program, seen):
    values = [nn.Value(seen.inputs["a" if name == "e" else name]) for name in program.names]
    found = program.run(*values)
    todo, held = [found[0] if type(found) is tuple else found], {}
    while todo:
        value = todo.pop()
        if id(value) not in held:
            held[id(value)] = value
            todo.extend(value.parents)
    return len({value.data for value in held.values()}) < len(held)


@Value.tells
def _graph(wrong, rows):
    """A graph has a number only; here is what it computes."""
    program = Seen(wrong, rows).program(wrong)
    if not program.steps or wrong.fault is not None:
        return None
    mistake = Value.mistakes["many-operations"]
    lines = ", ".join(map(written, program.steps))
    told = f"{mistake.observed} {program.text.capitalize()} is {lines}."
    return Fault(mistake.name, told, mistake.look, mistake.derive)
