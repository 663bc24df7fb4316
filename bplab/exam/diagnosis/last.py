"""Where nothing else is known: the first wrong array, with its numbers and where it stands."""

import numpy as np

from bplab.exam.diagnosis import layers
from bplab.exam.diagnosis.factors import beside_the_right, ratio_and_cosine
from bplab.exam.diagnosis.givens import value_before
from bplab.exam.diagnosis.sequences import first_step
from bplab.exam.diagnosis.words import number
from bplab.exam.report import Fault

# Names of faults that say what is wrong first, and nothing of the cause: the ruler counts them, and
# the pipeline lets none but its LAST rules say one.
FIRST_ARRAY, ONLY_ARRAY, WORD = "first-wrong-array", "wrong-numbers", "wrong-word"
UNTOLD = (FIRST_ARRAY, ONLY_ARRAY, WORD)


def first_array(group):
    """The first wrong array, with what the others tell about the place."""
    stepped = first_step(group)
    if stepped is not None:
        return stepped
    if not group.right and not group.also_wrong:
        return _only_array(group)
    if max(leaf.expected.size for _, _, leaf, _ in group.rows) == 1:
        return Fault(
            FIRST_ARRAY,
            f"The first number that is wrong is {group.name}.",
            f"Everything computed before {group.name} agrees: look at the line that makes it.",
            "Put these numbers into its formula by hand, one operation at a time, and compare.",
        )
    detail = _against_the_right_one(group)
    _, case, leaf, leaves = next(row for row in group.rows if not row[2].right)
    switch = group.switched_off()
    if switch:
        return Fault(
            FIRST_ARRAY,
            f"The first array that is wrong is {group.name}.{detail}",
            f"With {switch} at 0 all is right: look at the term that {switch} switches on.",
            f"Write down what is added where {switch} is not 0, and differentiate that alone.",
        )
    textbook = leaf.makes == "textbook"
    backward = textbook or any("cache" in c.inputs or "X" in c.inputs for c in group.paper.cases)
    place = layers.place(leaf, leaves, case.inputs) if backward else None
    if place is not None:
        observed, look, derive = place
        observed = f"The first array that is wrong is {group.name}.{detail} {observed}"
        return Fault(FIRST_ARRAY, observed, look, derive)
    return Fault(
        FIRST_ARRAY,
        f"The first array that is wrong is {group.name}.{detail}",
        f"Everything computed before {group.name} agrees: look at the line that makes it.",
        f"Write {group.name} for one single entry, with its indices, and sum over what is left.",
    )


def _against_the_right_one(group):
    """Cosine and length, of the step where an update is returned."""
    what = "it"
    for _, case, leaf, _ in group.rows:
        if leaf.right or leaf.expected.size < 3:
            continue
        e, a = leaf.expected.ravel(), leaf.actual.ravel()
        before = value_before(leaf, case.inputs)
        if before is not None and before.shape == leaf.expected.shape:
            e, a, what = e - before.ravel(), a - before.ravel(), "its step"
        r, c = ratio_and_cosine(e, a)
        if r is not None:
            return beside_the_right(what, "one", r, c)
    return ""


def _only_array(group):
    """Nothing else is returned, and no signature fits: the case itself is what helps."""
    case = next(case for _, case, leaf, _ in group.rows if not leaf.right)
    given = _given(case.inputs) if not group.where_wrong() else ""
    return Fault(
        ONLY_ARRAY,
        f"{group.name} is not what the formula gives{f' for {given}' if given else ''}.",
        "Work this case out on paper from the formula above the cell, one operation at a time, and "
        "print the same values from your function: at which one do they part?",
        "Write the formula for one example with all its indices. Each symbol in it stands in your "
        "code exactly once, with the same sign and inside the same brackets.",
    )


def _given(inputs):
    """The inputs of a case in words, if they are few enough to work with by hand."""
    shown = [
        f"{name} = {number(value) if type(value) is not np.ndarray else _short(value)}"
        for name, value in inputs.items()
        if type(value) in (int, float) or (type(value) is np.ndarray and value.size <= 8)
    ]
    return ", ".join(shown) if len(shown) == len(inputs) <= 5 else ""


def _short(value):
    return np.array2string(value, precision=4, separator=", ", suppress_small=True)
