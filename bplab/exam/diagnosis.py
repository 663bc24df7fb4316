"""Say which mistake a wrong answer is.

First match wins: a named wrong solution gives the same answers on the whole paper; then one that
gives the same first wrong array; then a signature (ratio, sign, transpose, ...; see
`bplab.exam.signatures`); else the first wrong array with its numbers.
"""

import re
import string

import numpy as np

from bplab.exam import as_if, compare, formulas, signatures
from bplab.exam.report import Fault


def diagnose(exercise, paper, said, table, general_fault):
    """The Fault that explains a failed paper, with all its rungs."""
    if general_fault is not None and general_fault.name in ("not-written", "wrong-arguments"):
        return general(exercise, general_fault)
    found = named(exercise, paper, said, table)
    wrong = first_wrong(table)
    if found is not None:
        return _with_formula(exercise, paper, table, wrong, found)
    values_wrong = wrong is not None
    beside = ("float32", "warned")  # values may be wrong for another reason
    if general_fault is not None and not (general_fault.name in beside and values_wrong):
        return instead(exercise, paper, general_fault) or general(exercise, general_fault)
    if not values_wrong:
        return general(exercise, Fault("too-slow", "Not every case was answered."))
    if general_fault is not None and general_fault.name == "float32" and _only_rough(table):
        return general(exercise, general_fault)
    if wrong.fault is not None:
        found = instead(exercise, paper, wrong.fault)
        if found is not None:
            return found
    if all(answer.get("value") is not None for answer in said):
        found = named_by_array(exercise, paper, said, table, wrong)
        if found is not None:
            return found
        found = _read_off(exercise, paper, table, wrong)
        if found is not None:
            return found
    fault = None
    if exercise.signatures or wrong.fault is not None:
        fault = signatures.explain(exercise, paper, said, table, wrong)
    if fault is None or fault.name in UNTOLD + FAINT:
        fault = _derived(exercise, paper, table, wrong) or fault
    if fault is None or fault.name in UNTOLD:
        fault = _of_part(exercise, paper, table, wrong) or fault
    return _explained(exercise, fault or signatures.explain(exercise, paper, said, table, wrong))


UNTOLD = ("first-wrong-array", "wrong-numbers", "wrong-word")  # no signature was found
FAINT = ("right-at-the-start", "off-from-the-start", "right-until", "factor", "step-other")


def _derived(exercise, paper, table, wrong):
    """What the numbers can be derived from, told, or None.

    The right answer to changed inputs; a named mistake times a factor; a product of what was at
    hand. Each is true of every number of the wrong array.
    """
    try:
        return _found(exercise, paper, table, wrong)
    except (ArithmeticError, ValueError, IndexError, TypeError, KeyError):
        return None  # numbers it was not made for


def _found(exercise, paper, table, wrong):
    as_if_fault, sure = as_if.explain(exercise, paper, table, wrong) or (None, False)
    if not sure:
        found = as_if.named_and_factor(exercise, paper, table, wrong, outcomes)
        if found is not None:
            return _two_things(exercise, paper, table, wrong, *found)
        words = formulas.explain(exercise, paper, table, wrong)
        if words is not None:
            return _as_formula(exercise, paper, table, wrong, words)
    if as_if_fault is None:
        return None
    if as_if_fault.observed.startswith("All"):
        return _with_place(paper, table, wrong, as_if_fault)
    return signatures.with_company(exercise, paper, table, wrong, as_if_fault)


def _with_place(paper, table, wrong, fault):
    observed = f"{fault.observed} {_place(paper, table, wrong)}".strip()
    return Fault(fault.name, observed, fault.look, fault.derive)


def _place(paper, table, wrong):
    case = next(
        (case for case, leaves in zip(paper.cases, table, strict=False) if _holds(leaves, wrong)),
        None,
    )
    return signatures.sentence(wrong, case)


def _holds(leaves, wrong):
    return any(leaf is wrong for leaf in leaves)


def _two_things(exercise, paper, table, wrong, mistake, factor):
    fault, where = tell(exercise, mistake, paper, table), _place(paper, table, wrong)
    first = fault.observed.removesuffix(where).strip()
    told = f"Two things at once. The first: {first} The second: a factor {factor} too much."
    return Fault(f"{mistake.name}-and-factor", f"{told} {where}", fault.look, fault.derive)


def _with_formula(exercise, paper, table, wrong, fault):
    """What the numbers are, before the words of a mistake that only says which part is off."""
    mistake = exercise.mistakes[fault.name]
    if wrong is None or mistake.when != wrong.part:
        return fault
    words = formulas.explain(exercise, paper, table, wrong)
    told = f"{words} {fault.observed}" if words else fault.observed
    return Fault(fault.name, told, fault.look, fault.derive)


def _as_formula(exercise, paper, table, wrong, words):
    """The formula, with the hints of the part it stands in where there are such."""
    general = _of_part(exercise, paper, table, wrong)
    if general is not None:
        return Fault(general.name, f"{words} {general.observed}", general.look, general.derive)
    fault = Fault(
        "as-formula",
        words,
        f"Hold this against the formula for {wrong.name} above the cell, factor by factor.",
        "Which factor is too much, which is missing, and which is taken of the wrong thing? The "
        "derivation has one line for each.",
    )
    return signatures.with_company(exercise, paper, table, wrong, fault)


def _read_off(exercise, paper, table, wrong):
    """What the exercise itself can tell from its wrong array, or None."""
    if not exercise.tellers or (wrong.fault is not None and wrong.fault.name != "raised"):
        return None
    rows = [
        (signatures.arguments(exercise, case), leaf, leaves)
        for case, leaves in zip(paper.cases, table, strict=False)
        for leaf in leaves
        if leaf.slot == wrong.slot and (leaf.fault is None or leaf is wrong)
    ]
    for teller in exercise.tellers:
        try:
            with np.errstate(all="ignore"):
                fault = teller(wrong, rows)
        except (ArithmeticError, AttributeError, LookupError, StopIteration, TypeError, ValueError):
            continue  # numbers it was not made for
        if fault is not None:
            table, wrong = signatures.as_steps(paper, table, wrong)
            return signatures.with_company(exercise, paper, table, wrong, fault)
    return None


def _only_rough(table):
    """True if every number is right to float32's few digits."""
    wrong = [leaf for leaves in table for leaf in leaves if not leaf.right]
    return all(
        leaf.fault is None
        and leaf.actual is not None
        and bool(np.all(compare.close(leaf.actual, leaf.expected, 1e-5)))
        for leaf in wrong
    )


def _of_part(exercise, paper, table, wrong):
    """The mistake that stands for any wrong number of this part, told, or None."""
    for mistake in exercise.mistakes.values():
        if mistake.when == wrong.part and wrong.fault is None:
            return tell(exercise, mistake, paper, table)
    return None


def first_wrong(table):
    """The first leaf that is not right, in the order the learner computes them."""
    ranks = [
        (rank, number, leaf)
        for number, leaves in enumerate(table)
        for rank, leaf in enumerate(leaves)
        if not leaf.right
    ]
    if not ranks:
        return None
    return min(ranks, key=lambda item: item[:2])[2]


def named(exercise, paper, said, table=()):
    """The named wrong solution whose outcome on the whole paper is the learner's, told."""
    rough = any(_float32(answer) for answer in said)
    loose = 1e-3 if rough else exercise.rtol

    def same(these, those):
        return len(these) == len(those) and all(
            _same_outcome(mine, theirs, case.rtol or loose)
            for mine, theirs, case in zip(these, those, paper.cases, strict=False)
        )

    for mistake in exercise.mistakes.values():
        if mistake.solution is None:
            continue
        if not same(said[:1], outcomes(paper, mistake, cases=1)):
            continue  # most mistakes part from this answer on the first case
        outcome = outcomes(paper, mistake)
        right = paper.expected()
        if rough and (same(outcome, right) or same(right, outcome)):
            continue  # to float32's few digits its values are the right ones
        if same(said, outcome):
            return tell(exercise, mistake, paper, table)
    return None


def named_by_array(exercise, paper, said, table, wrong):
    """The named wrong solution that gives the same first wrong array, and is wrong there."""
    if wrong.actual is None or isinstance(wrong.expected, str):
        return None
    if exercise.driver in ("optimizer", "fit"):
        return None  # many rules share a first step; what comes after was not a named one's
    for mistake in exercise.mistakes.values():
        if mistake.solution is None:
            continue
        first = outcomes(paper, mistake, cases=1)
        if not first or "value" not in first[0]:
            continue
        if _agreement(exercise, paper, first, table[:1], wrong) is None:
            continue
        outcome = outcomes(paper, mistake)
        if len(outcome) != len(said) or not all("value" in answer for answer in outcome):
            continue
        if _same_array(exercise, paper, outcome, table, wrong):
            return tell(exercise, mistake, paper, table)
    return None


def outcomes(paper, mistake, cases=None):
    """What the named wrong solution answers to this paper, or to its first `cases`."""
    known = paper._outcomes
    if (mistake.name, cases) not in known:
        whole = known.get((mistake.name, None))
        known[mistake.name, cases] = (
            paper.sat_by(mistake.solution, cases) if whole is None else whole[:cases]
        )
    return known[mistake.name, cases]


def _same_array(exercise, paper, outcome, table, wrong):
    found = _agreement(exercise, paper, outcome, table, wrong)
    if found is None:
        return False
    differs, theirs_wrong = found
    mine_wrong = {leaf.name for leaves in table for leaf in leaves if not leaf.right}
    return differs and theirs_wrong == mine_wrong  # else its hints would blame or clear others


def _agreement(exercise, paper, outcome, table, wrong):
    """(whether the array is wrong, the names of what is wrong) in a mistake's answers, if that
    array is the learner's in every case; else None."""
    differs, theirs_wrong = False, set()
    for case, right, answer, leaves in zip(
        paper.cases, paper.expected(), outcome, table, strict=False
    ):
        mine = next((leaf for leaf in leaves if leaf.slot == wrong.slot), None)
        rtol = case.rtol or exercise.rtol
        found = compare.leaves(exercise, right["value"], answer["value"], rtol)
        theirs_wrong |= {leaf.name for leaf in found if not leaf.right}
        theirs = next((leaf for leaf in found if leaf.slot == wrong.slot), None)
        if mine is None and theirs is None:
            continue  # this case has fewer layers
        if mine is None or theirs is None or mine.actual is None or theirs.actual is None:
            return None
        if mine.actual.shape != theirs.actual.shape:
            return None
        if not np.all(compare.close(mine.actual, theirs.actual, rtol)):
            return None
        differs = differs or not theirs.right
    return differs, theirs_wrong


def _same_outcome(mine, theirs, rtol):
    if mine["changed"] != theirs["changed"] or mine["differs"] != theirs["differs"]:
        return False
    if "value" in theirs:
        return "value" in mine and compare.same_tree(mine["value"], theirs["value"], rtol)
    if "raised" in theirs:
        return (
            "raised" in mine
            and mine["raised"]["type"] == theirs["raised"]["type"]
            and mine["raised"]["message"] == theirs["raised"]["message"]  # its sizes tell the place
        )
    return ("slow" in theirs and "slow" in mine) or ("arguments" in theirs and "arguments" in mine)


def _float32(answer):
    from bplab.exam.marking import _is_float32

    return _is_float32(answer.get("value"))


def instead(exercise, paper, fault):
    """The mistake that is to be told in place of a general fault, or None."""
    for mistake in exercise.mistakes.values():
        if mistake.when == fault.name:
            return tell(exercise, mistake, paper, [], _general_observed(exercise, fault))
    return None


def tell(exercise, mistake, paper, table, also=""):
    """The Fault of a named mistake, its templates filled in with the numbers of the paper."""
    wrong = first_wrong(table)
    case = paper.cases[0]
    for candidate, leaves in zip(paper.cases, table, strict=False):
        if any(leaf is wrong for leaf in leaves):
            case = candidate
            break
    numbers = signatures.sizes(exercise, case)
    where = ""
    if wrong is not None:
        numbers |= signatures.entry(wrong)
        where = signatures.sentence(wrong, case)
    speak = _Lenient(numbers)
    observed = " ".join(part for part in (speak(mistake.observed), also or where) if part)
    return Fault(mistake.name, observed, speak(mistake.look), speak(mistake.derive))


class _Lenient(string.Formatter):
    """Fills templates; a name it does not know stays as a word, so that hints never crash."""

    def __init__(self, numbers):
        self.numbers = numbers

    def __call__(self, template):
        return re.sub(r"\{(\w+)\}", self._fill, template)

    def _fill(self, match):
        value = self.numbers.get(match[1], match[1])
        return signatures.number(value) if isinstance(value, (int, float)) else str(value)


def headline(fault):
    """What the card says before any hint is opened."""
    return fault.observed


GENERAL = {
    "not-defined": (
        "{name} is not defined yet.",
        "Run the cell that defines {name}, from the top of the notebook if need be.",
        "The check looks for the call {signature}.",
    ),
    "not-callable": (
        "{name} is a {detail}, which cannot be called.",
        "Was the name {name} used for something else after the function was defined?",
        "Run the cell that defines {signature} again.",
    ),
    "not-written": (
        "{name} is not written yet: it still raises NotImplementedError. A good place to start.",
        "Replace the line that raises by your own; the docstring says what goes in and out.",
        "Begin from the formula above the cell and the shapes of what comes in.",
    ),
    "needs-unwritten": (
        "{name} needs {detail}, which is not written yet: it still raises NotImplementedError.",
        "Write {detail} first, then run this check again.",
        "{name} is built on {detail}: where one is missing, the other cannot be seen.",
    ),
    "wrong-arguments": (
        "{name} cannot be called as {signature}; yours takes {detail}.",
        "Compare the first line of your function with the one the exercise gave.",
        "The arguments and their order are part of the exercise: {signature}.",
    ),
    "raised": (
        "{detail}",
        "Read the last line of the message and the line of your code it names.",
        "Print the shapes of everything on that line, and hold them against the exercise's.",
    ),
    "returned-nothing": (
        "{name} returned nothing (None). {detail}",
        "Does every way through the function end in a return?",
        "A function without return gives None, whatever it computed.",
    ),
    "wrong-type": (
        "{detail}",
        "Compare what you return with the first lines of the exercise.",
        "Work back from the line that returns: what is each thing there?",
    ),
    "wrong-shape": (
        "{detail}",
        "Write the shape beside each line of your function; all widths differ on purpose.",
        "A gradient has the shape of what it belongs to; a mean loss is one number.",
    ),
    "not-finite": (
        "{detail}",
        "Which operation can give inf or nan: exp of a large number, log of 0, or 0/0?",
        "Put the extreme input in by hand and follow it line by line to the first inf or nan.",
    ),
    "changed-arguments": (
        "{name} changed what it was given: {detail}.",
        "Which line writes into an argument: an indexed assignment, or += and its relatives?",
        "The caller still needs those numbers for the other pass. Build new arrays instead.",
    ),
    "not-repeatable": (
        "Two calls with the same arguments gave different answers.",
        "What differs between two calls: a global that is kept, or a generator of your own?",
        "The answer must follow from the arguments alone; draw only from the rng given.",
    ),
    "too-slow": (
        "{name} took too long. {detail}",
        "Is there a loop that cannot end, or one in Python over every entry?",
        "Count the steps your function takes for N rows, and which of them NumPy can take at once.",
    ),
    "warned": (
        "The values are right, but NumPy warned: {detail}.",
        "Which input makes the inner step leave the range of floating point numbers?",
        "Rewrite the formula for that side so that exp only ever sees what is at most 0.",
    ),
    "float32": (
        "The values were computed in float32: they keep about 7 digits, where float64 keeps 16.",
        "Where does a smaller dtype come in: an astype, or a dtype= given to an array?",
        "The formula is right. Gradient checks need float64, so keep the dtype you are given.",
    ),
    "too-large": (
        "The answer was too large to read ({detail} bytes).",
        "Which returned array is larger than its shape in the exercise?",
        "Returned arrays have the sizes of the arguments, no more.",
    ),
    "unreadable": (
        "{detail}",
        "Something on the way between your function and the check was changed.",
        "Restart the kernel and run the notebook from the top.",
    ),
}


# What an error's words say about its cause, where shapes have no part in it.
RAISED = {
    "truth value of an array": (
        "An if, an and, or Python's max was asked about a whole array: true for which entry?",
        "Work on all entries at once: a comparison of arrays is an array of true and false, and "
        "NumPy has functions that choose or compare entry by entry.",
    ),
    "can be converted to Python scalars": (
        "A function that takes one number was given an array.",
        "The functions of math take one number; NumPy's of the same name take arrays entry by "
        "entry.",
    ),
    "JSON serializable": (
        "JSON knows numbers, words, lists and dicts. Which type does the message name?",
        "An array becomes lists before it is written, and the lists become an array again when "
        "they are read.",
    ),
    "cannot reshape array": (
        "Do the numbers of the array fill the new shape exactly, or is a rest left over?",
        "A reshape neither drops nor adds a number. Where a rest is left, cut the row instead.",
    ),
    "equal division": (
        "You asked for equal parts of something that does not divide. What becomes of the rest?",
        "Cut at places of your own: the last part may be smaller than the others.",
    ),
    "scalar index": (
        "Read what the second argument of that function means: it may be an axis, not a value.",
        "One function finds the largest entry of an array; another compares two things entry by "
        "entry.",
    ),
    "unsized object": (
        "The array may have the shape (): one number, which has no length.",
        "What works for every shape asks for its shape and its size, never for a length.",
    ),
    "0-d array": (
        "The array may have the shape (): one number, which cannot be looped over.",
        "What works for every shape goes through its index tuples; for the shape () there is "
        "exactly one, the empty tuple.",
    ),
    "not 'function'": (
        "A function stands where its value is meant.",
        "Call it: the value of a function at x is not the function.",
    ),
    "unsupported operand": (
        "Python looked for an operation between the two types in the message and found none.",
        "For u - v, say, Python asks the left one first, for its own subtraction, and if that has "
        "no answer the right one, for its reflected subtraction. Which of them should have known?",
    ),
    "bad operand type for unary": (
        "Python asked an object for its own minus sign and found none.",
        "A class answers to -u with a method of its own, beside the one for u - v.",
    ),
    "is not iterable": (
        "The line goes through something entry by entry that is a single number.",
        "What works for one number and for an array of any shape asks for no length and has no "
        "loop: NumPy's functions take both.",
    ),
    "bitwise_xor": (
        "In Python ^ is no power: it works on the bits of whole numbers.",
        "A power is written with two stars, a square also as a number times itself.",
    ),
    "'NoneType'": (
        "Something that should be a value is None. Which call on that line gave it?",
        "A function that ends without giving its result back gives None, whatever it computed.",
    ),
    "has no attribute": (
        "The message names a type and what it lacks. Is it the type you expect on that line?",
        "Either the name is misspelled or not written yet, or a plain number stands where an "
        "object of your own is meant.",
    ),
    "Cannot cast ufunc": (
        "An array of whole numbers cannot take fractions: where was it made?",
        "An array keeps the kind of numbers it was made with. Start it with floats, or let the "
        "expression on the right make a new array.",
    ),
    "mismatch in its core dimension": (
        "The two arrays of a product do not fit: the last axis of the left one has to be as long "
        "as the first axis of the right one.",
        "Write both shapes beside the product. Which axis should be summed over and disappear?",
    ),
    "could not be broadcast": (
        "Two arrays of different lengths met in one operation. Which axis does each one have?",
        "Write both shapes beside the line: entry by entry, they must agree from the last axis on, "
        "or be 1 there.",
    ),
    "NameError": (
        "The line uses a name that nothing has been assigned to so far.",
        "Compare its spelling with the argument or the variable you mean; arguments go by the "
        "names in the first line.",
    ),
    "KeyError": (
        "The dict has no entry of that name. Print its keys beside the one you ask for.",
        "The names in the dict are those of the exercise that made it.",
    ),
    "RecursionError": (
        "A function calls itself again and again. Where does it stop?",
        "Each call must come closer to the end: what has been visited is not visited again, and "
        "an operation may not be built on itself.",
    ),
}


def _key(fault):
    if fault.name == "not-written" and fault.observed:
        return "needs-unwritten"
    return fault.name


def general(exercise, fault):
    """A fault seen before values are compared, with its three rungs."""
    if fault.name not in GENERAL:
        look = fault.look or "Compare your function with the formula above the cell."
        derive = fault.derive or "Take the smallest case you can do by hand and follow it through."
        return Fault(fault.name, fault.observed, look, derive)
    _, look, derive = GENERAL[_key(fault)]
    if fault.name == "raised":
        fitting = (hints for words, hints in RAISED.items() if words in fault.observed)
        look, derive = next(fitting, (look, derive))
    fill = {"name": exercise.name, "signature": exercise.signature, "detail": fault.observed}
    return Fault(
        fault.name,
        _general_observed(exercise, fault),
        fault.look or look.format(**fill),
        fault.derive or derive.format(**fill),
    )


def _general_observed(exercise, fault):
    if fault.name not in GENERAL:
        return fault.observed
    observed = GENERAL[_key(fault)][0]
    return observed.format(
        name=exercise.name, signature=exercise.signature, detail=fault.observed
    ).strip()


def _explained(exercise, fault):
    return fault if fault.look and fault.derive else general(exercise, fault)
