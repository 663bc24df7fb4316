"""Say which mistake a wrong answer is: one pipeline in one list (see `pipeline.PIPELINE`).

A file for each family of rules:

    named      the named mistakes of the exercise
    parts      a named mistake of a part, inside the whole
    readings   what the exercise alone can read off its arrays
    unfinished what is wrong in the written part of a half-written class
    depths     networks of one depth only
    general    what is seen before values are compared; `errors` reads an error's words
    shapes     arrays of another shape, things of another type
    scales     signs and factors
    rounding   digits that were lost
    places     the right numbers in wrong places
    wholes     what was done to the whole of the right array
    terms      a term too many or too few, a function too many
    sequences  what is right up to a moment
    as_if      the right answer to other inputs (`changes` lists them)
    one_step   the right function with one step changed (`slips` makes them)
    formulas   products of what was at hand
    two_slips  a named mistake on changed inputs; arrays that never moved
    last       the first wrong array with its numbers

`evidence` is what the rules read; `words`, `factors` and `givens` are their tools.
"""

from importlib import import_module

_HOME = {"diagnose": "pipeline", "general": "general", "tell": "named", "named": "named"}
__all__ = ["diagnose", "tell"]


def __getattr__(name):
    # Lazy: an exercise takes `number` from here, and needs no pipeline for it.
    if name in ("diagnose",):
        return import_module("bplab.exam.diagnosis.pipeline").diagnose
    if name in ("tell",):
        return import_module("bplab.exam.diagnosis.named").tell
    raise AttributeError(f"module 'bplab.exam.diagnosis' has no attribute {name!r}")
