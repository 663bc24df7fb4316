"""Named mistakes in an engine whose differences and quotients are built on other operations.

Such an engine gives other grads than the one in which the mistake was written down: a wrong product
is wrong in a minus sign too. And passes back in which some values have no turn.
"""

from itertools import combinations

from bplab.exam import Fault
from bplab.exam.probes.engine import AGAIN, PROGRAMS, run_of
from bplab.exercises.autograd_engine.engines import BUILT, engine
from bplab.exercises.autograd_engine.operations import is_long
from bplab.exercises.autograd_engine.seen import SPOKEN, Seen, alike, joined
from bplab.exercises.autograd_engine.value import Value


@Value.tells
def _built_on(wrong, rows):
    """The mistake whose engine, so built, gives every grad."""
    if wrong.part == "numbers" or wrong.fault is not None:
        return None
    seen = Seen(wrong, rows, first=True)
    grads = {}
    for leaf in seen.leaves.values():
        if leaf.part != "numbers":
            grads.setdefault(leaf.path[1], []).append(leaf)
    wrong_first = sorted(grads, key=lambda text: all(leaf.right for leaf in grads[text]))
    texts = [wrong.path[1], *(text for text in wrong_first if text != wrong.path[1])]
    for mistake in Value.mistakes.values():
        if mistake.when is None and not getattr(mistake.solution, "given_methods", True):
            of = mistake.solution
            fn = engine(of.given_backward, BUILT, **of.given_slopes)
            if all(_gives(fn, seen.programs[text], seen.inputs, grads[text]) for text in texts):
                return Fault(mistake.name, mistake.observed, mistake.look, mistake.derive)
    return None


def _gives(fn, program, inputs, leaves):
    try:
        _, grads = run_of(fn, program, inputs)()
    except Exception:
        return False
    asked = [name for name in program.names if name != "k"] + list(program.inner)
    given = dict(zip(asked, grads, strict=True))
    return all(
        leaf.actual is not None and alike(leaf.actual, given[leaf.path[2]]) for leaf in leaves
    )


@Value.tells
def _without_a_turn(wrong, rows):
    """All that is wrong is as if some values, of several kinds, had passed nothing on."""
    if wrong.part not in ("sums and products", "used twice", "order"):
        return None
    seen, kinds, heard, told = Seen(wrong, rows), set(), set(), None
    of_one_pass = [PROGRAMS[part] for part in PROGRAMS if part != AGAIN]
    for program in (program for programs in of_one_pass for program in programs):
        if is_long(program) or "k" in program.names:
            continue
        found = _silent(program, seen)
        if found is None:
            return None
        silent, others = found
        kinds |= silent
        heard |= others
        if program.text == wrong.path[1]:
            told = silent
    if not told or not kinds <= heard:
        return None  # an operation through which nothing ever comes is another matter
    mistake = Value.mistakes["several-steps"]
    return Fault(
        "without-a-turn",
        f"Some values pass nothing on. In {wrong.path[1]} it is so with the result of "
        f"{joined([SPOKEN[kind] for kind in SPOKEN if kind in told])}: its parents never get its "
        "share.",
        "Print the list of values that your pass goes through. Which of them is missing, or never "
        "reached?",
        mistake.derive,
    )


def _silent(program, seen):
    """(kinds of the values that pass nothing on, kinds that do) in the smallest set of silent ones
    that gives the grads seen; None if none does."""
    values = seen.values(["a" if name == "e" else name for name in program.names])
    found = program.run(*values)
    out, *inner = found if type(found) is tuple else (found,)
    leaves = [seen.grad(name, program) for name in (*program.names, *program.inner)]
    if any(leaf is None or leaf.actual is None for leaf in leaves):
        return None
    order = [value for value in out.history() if value.parents]
    for size in range(min(len(order), 3) + 1):
        for silent in combinations(order, size):
            grads = _passed(out, order, silent)
            if all(
                alike(leaf.actual, grads.get(id(value), 0.0))
                for leaf, value in zip(leaves, [*values, *inner], strict=True)
            ):
                return {v.op for v in silent}, {v.op for v in order if v not in silent}
    return None


def _passed(out, order, silent):
    grads = {id(out): 1.0}
    for value in reversed(order):
        if value in silent:
            continue
        for parent, slope in zip(value.parents, value.slopes, strict=True):
            grads[id(parent)] = grads.get(id(parent), 0.0) + slope * grads.get(id(value), 0.0)
    return grads
