"""What is seen before values are compared, in three rungs; and what an error's words tell."""

from dataclasses import replace
from inspect import signature

from bplab.exam.diagnosis.errors import hints_for
from bplab.exam.diagnosis.sentences import opened
from bplab.exam.diagnosis.warned import hints_for_warning
from bplab.exam.report import Fault

GENERAL = {
    "not-defined": (
        "{name} is not defined yet.",
        "Run the cell that defines {name}, from the top of the notebook if need be.",
        "The check looks for the call {signature}.",
    ),
    "not-callable": (
        "{name} stands for a thing of type {detail}, which cannot be called.",
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
        "{name} cannot be seen at work before {detail} is written.",
    ),
    "partnerless": (
        "{detail}",
        "Run the cell of the other one, from the top of the notebook if need be, and its own check "
        "if it has one. Then run this check again.",
        "What one makes the other takes, so neither can be judged alone.",
    ),
    "wrong-arguments": (
        "{name} cannot be called as {signature}; yours takes {detail}.",
        "Compare the first line of your function with the one the exercise gave.",
        "The arguments and their order are part of the exercise: {signature}.",
    ),
    "raised": (
        "{detail}",
        "Read the last line of the message and the line of your code it names.",
        "Put one case into that line by hand: what is each name on it at that moment, a number, an "
        "array, or something else?",
    ),
    "returned-nothing": (
        "{name} returned nothing (None). {detail}",
        "Does every way through the function end in a return? A print shows a value and hands "
        "nothing over.",
        "A function without return gives None, whatever it computed or printed.",
    ),
    "wrong-type": (
        "{detail}",
        "Compare what you return with the first lines of the exercise.",
        "Work back from the line that returns: what is each thing there?",
    ),
    "wrong-shape": (
        "{detail}",
        "Write the shape beside each line of your function; all widths differ on purpose.",
        "The docstring says which shapes go in and which come out. An axis disappears where it is "
        "summed over, in a sum or in a product, and nowhere else.",
    ),
    "not-finite": (
        "{detail}",
        "Which operation on the way can give inf or nan: a root or a logarithm of a number that "
        "has none, exp of a large one, or a division by 0?",
        "Put the numbers of this case in by hand and follow them line by line to the first inf or "
        "nan.",
    ),
    "changed-arguments": (
        "{name} changed what it was given: {detail}.",
        "Which line writes into an argument: an assignment to one of its entries, or += and its "
        "relatives?",
        "The caller may still need what it gave. Make new arrays, and a new list of them.",
    ),
    "not-repeatable": (
        "Two calls with the same arguments gave different answers.",
        "What differs between two calls: something that is kept outside the function, a set, whose "
        "order is not fixed, or a random number?",
        "The answer must follow from the arguments alone{rng}.",
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
    "too-many": (
        "The answer to one call holds {detail} things, one inside or beside the other: far more "
        "than a right one.",
        "Is something appended in a loop that runs more often than you think?",
        "The first lines of the exercise say what is returned, and of which shape.",
    ),
    "too-deep": (
        "The answer to one call is nested {detail} levels deep: far more than a right one.",
        "Is a list or a dict put into itself, or into another one in every turn of a loop?",
        "The first lines of the exercise say what is returned, and of which shape.",
    ),
    "unreadable": (
        "{detail}",
        "Something on the way between your function and the check was changed.",
        "Restart the kernel and run the notebook from the top.",
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
        look, derive = hints_for(fault.kind, fault.message) or (look, derive)
    takes_rng = "rng" in signature(exercise.reference).parameters
    fill = {
        "name": exercise.name,
        "signature": exercise.signature,
        "detail": fault.observed,
        "rng": "; what is random comes from the rng given" if takes_rng else "",
    }
    return Fault(
        fault.name,
        in_words(exercise, fault),
        fault.look or look.format(**fill),
        fault.derive or derive.format(**fill),
    )


def in_words(exercise, fault):
    """The first rung of such a fault."""
    if fault.name not in GENERAL:
        return fault.observed
    observed = GENERAL[_key(fault)][0]
    return observed.format(
        name=exercise.name, signature=exercise.signature, detail=fault.observed
    ).strip()


def explained(exercise, fault):
    """The fault with all three rungs; the general ones get theirs here."""
    found = fault if fault.look and fault.derive else general(exercise, fault)
    return replace(found, observed=opened(found.observed)) if found.observed else found


def before_values(evidence):
    """An error, nothing returned, arguments changed, ... unless values are wrong beside it."""
    fault = evidence.general
    if fault is None or (fault.name in BESIDE and evidence.wrong is not None):
        return None
    return general(evidence.exercise, fault)


BESIDE = ("float32", "warned")  # values may be wrong for another reason


def first_fault(evidence):
    """What stands in the first wrong place is no array of numbers, or is nan."""
    fault = evidence.wrong.fault
    if fault is None or fault.name == "wrong-shape":
        return None
    if fault.name == "raised" and fault.kind == "ValueError":
        return _with_the_part(evidence, fault)
    if fault.name == "not-finite":
        warned = [text for answer in evidence.said for text in answer["warned"]]
        hints = hints_for_warning(warned)
        return fault if hints is None else replace(fault, look=hints[0], derive=hints[1])
    return fault


def _with_the_part(evidence, fault):
    """Shapes that do not fit on the way back: what the exercise says of that part leads there.

    The line of the error is often in a helper that has no fault.
    """
    wrong = evidence.wrong
    if wrong.part == "values":  # on the way forward the line of the error is to blame
        return fault
    for mistake in evidence.exercise.mistakes.values():
        if mistake.when == wrong.part:
            return replace(fault, look=mistake.look, derive=mistake.derive)
    return fault
