"""The pipeline: every rule, in one list, in the order in which they are asked.

A rule looks at the evidence and returns a Fault or None. The first exact one wins. If there is
none, the first faint one does: it is true of the numbers, but says little of the cause. If there
is none of these either, the first of the last ones.
"""

from collections.abc import Callable
from dataclasses import dataclass

from bplab.exam.diagnosis import (
    as_if,
    but_for,
    depths,
    general,
    given_back,
    last,
    named,
    one_step,
    part_in_named,
    parts,
    picked,
    places,
    products,
    readings,
    relations,
    rounding,
    scales,
    sequences,
    shapes,
    terms,
    two_made,
    two_named,
    two_slips,
    unfinished,
    wholes,
)
from bplab.exam.diagnosis.evidence import Evidence
from bplab.exam.diagnosis.strict import strict
from bplab.exam.report import Fault

EXACT, FAINT, LAST = "exact", "faint", "last"
LOST = ("raised", "not-finite", "warned")  # in extreme cases only, this may not be all

# What a rule reads, and so when it is asked.
PAPER = "paper"  # anything: it may not have been answered
ANSWERS = "answers"  # every case has a value, and one of them is wrong
WRONG = "wrong"  # something is wrong, perhaps not even an array
NUMBERS = "numbers"  # the first wrong array, of the right shape, over all cases


@dataclass(frozen=True)
class Rule:
    """A rule of the diagnosis: `ask(evidence)`, or `ask(evidence.group)` where it reads NUMBERS."""

    ask: Callable
    strength: str
    reads: str

    @property
    def name(self):
        """Its name, with its family: such as "scales.factor"."""
        return f"{self.ask.__module__.rpartition('.')[2]}.{self.ask.__name__}"


def as_far_as_written(evidence):
    """The mistake in what needs nothing unwritten: a named one, or what the rules say of it."""
    written = unfinished.written_part(evidence)
    if written is None:
        return None
    return unfinished.named(written) or first_match(written, PIPELINE)[1]


PIPELINE = (
    Rule(as_far_as_written, EXACT, PAPER),
    Rule(named.same_answers, EXACT, PAPER),
    Rule(but_for.extremes, EXACT, PAPER),
    Rule(but_for.raised, EXACT, PAPER),
    Rule(given_back.nothing_in_some_cases, EXACT, PAPER),
    Rule(named.in_place_of_fault, EXACT, PAPER),
    Rule(depths.only_one_depth, EXACT, PAPER),
    Rule(general.before_values, EXACT, PAPER),
    Rule(rounding.only_float32, EXACT, WRONG),
    Rule(parts.inside, EXACT, ANSWERS),
    Rule(two_named.part_by_part, EXACT, ANSWERS),
    Rule(named.same_array, EXACT, ANSWERS),
    Rule(readings.of_the_exercise, EXACT, ANSWERS),
    Rule(named.of_part, LAST, WRONG),
    Rule(given_back.one_level_deeper, EXACT, WRONG),
    Rule(general.first_fault, EXACT, WRONG),
    Rule(shapes.wrong_shape, EXACT, WRONG),
    Rule(scales.zeros, EXACT, NUMBERS),
    Rule(places.constant, EXACT, NUMBERS),
    Rule(places.one_for_all, EXACT, NUMBERS),
    Rule(scales.step_factor, EXACT, NUMBERS),
    Rule(rounding.nearly, EXACT, NUMBERS),
    Rule(scales.factor, EXACT, NUMBERS),
    Rule(places.swapped, EXACT, NUMBERS),
    Rule(places.unchanged, EXACT, NUMBERS),
    Rule(places.transposed, EXACT, NUMBERS),
    Rule(wholes.turned, EXACT, NUMBERS),
    Rule(places.permuted, EXACT, NUMBERS),
    Rule(terms.offset, EXACT, NUMBERS),
    Rule(terms.plus_input, EXACT, NUMBERS),
    Rule(terms.plus_own, EXACT, NUMBERS),
    Rule(terms.plus_penalty, EXACT, NUMBERS),
    Rule(terms.transformed, EXACT, NUMBERS),
    Rule(wholes.done_besides, EXACT, NUMBERS),
    Rule(wholes.mixed_with_a_constant, EXACT, NUMBERS),
    Rule(rounding.rounded, EXACT, NUMBERS),
    Rule(relations.running_total, EXACT, NUMBERS),
    Rule(relations.in_the_others_places, EXACT, NUMBERS),
    Rule(relations.counted_in, EXACT, NUMBERS),
    Rule(places.region, EXACT, NUMBERS),
    Rule(places.column, EXACT, NUMBERS),
    Rule(places.along_a_middle_axis, EXACT, NUMBERS),
    Rule(relations.bounded, EXACT, NUMBERS),
    Rule(as_if.all_to_other_inputs, EXACT, WRONG),
    Rule(places.one_side, EXACT, NUMBERS),
    Rule(picked.others_multiplied, EXACT, NUMBERS),
    Rule(picked.let_through, EXACT, NUMBERS),
    Rule(two_named.case_by_case, EXACT, ANSWERS),
    Rule(two_made.together, EXACT, WRONG),
    Rule(two_made.handed_to_one_helper, EXACT, WRONG),
    Rule(as_if.named_times_factor, EXACT, WRONG),
    Rule(products.as_formula, EXACT, WRONG),
    Rule(as_if.some_to_other_inputs, EXACT, WRONG),
    Rule(relations.reduced_otherwise, EXACT, NUMBERS),
    Rule(part_in_named.both, EXACT, WRONG),
    Rule(two_slips.named_beside_an_empty_end, EXACT, WRONG),
    Rule(two_slips.unmoved_beside, EXACT, WRONG),
    Rule(two_slips.named_on_other_inputs, EXACT, WRONG),
    Rule(named.same_array_alone, FAINT, ANSWERS),
    Rule(one_step.one_step_apart, FAINT, WRONG),
    Rule(scales.out_of_scale, FAINT, NUMBERS),
    Rule(scales.step_length, FAINT, NUMBERS),
    Rule(scales.length, FAINT, NUMBERS),
    Rule(relations.mixed, FAINT, NUMBERS),
    Rule(sequences.right_until, FAINT, NUMBERS),
    Rule(relations.kept_within, FAINT, NUMBERS),
    Rule(wholes.one_for_each, FAINT, NUMBERS),
    Rule(wholes.partly_empty, FAINT, NUMBERS),
    Rule(sequences.right_along, FAINT, NUMBERS),
    Rule(relations.taken_as_it_is, FAINT, NUMBERS),
    Rule(relations.another_curve, FAINT, NUMBERS),
    Rule(rounding.roughly, FAINT, NUMBERS),
    Rule(shapes.wrong_word, LAST, WRONG),
    Rule(last.first_array, LAST, NUMBERS),
)


def diagnose(exercise, paper, said, table, general_fault=None, rules=None):
    """The Fault that explains a failed paper, with all its rungs.

    rules : the pipeline, unless the tests take one out
    """
    rules = PIPELINE if rules is None else rules
    evidence = Evidence(exercise, paper, said, table, general_fault)
    _, fault = first_match(evidence, rules)
    if fault.name in LOST:
        ordinary = evidence.ordinary()
        _, seen = first_match(ordinary, rules) if ordinary is not None else (None, None)
        if seen is not None and seen.name not in last.UNTOLD:
            fault = seen  # the guard that is missing as well hides no mistake
    return general.explained(exercise, fault)


def first_match(evidence, rules):
    """(the rule that has something to say, its Fault); (None, a general one) if none has."""
    for strength in (EXACT, FAINT, LAST):
        for rule in rules:
            if _strength(rule, evidence.exercise) == strength and _applies(rule, evidence):
                fault = _asked(rule, evidence)
                if fault is not None:
                    _raise_if_told_too_early(rule, fault, strength)
                    return rule, fault
    return None, evidence.general or Fault("too-slow", "Not every case was answered.")


def _raise_if_told_too_early(rule, fault, strength):
    """For authors: what tells no cause is told last, or no other rule would get its say."""
    if strict() and fault.name in last.UNTOLD and strength != LAST:
        raise ValueError(
            f"the rule {rule.name} is {strength} and says {fault.name!r}, which tells no cause "
            "(see UNTOLD in last.py). Make it LAST, or give what it says a name of its own."
        )


def _strength(rule, exercise):
    # Where single numbers stand side by side, ratios and signs tell little.
    return LAST if rule.reads == NUMBERS and not exercise.signatures else rule.strength


def _applies(rule, evidence):
    if rule.reads == PAPER:
        return True
    if evidence.wrong is None:
        return False
    if rule.reads == ANSWERS:
        return evidence.answered
    if rule.reads == NUMBERS:
        wrong = evidence.wrong
        return wrong.fault is None and not isinstance(wrong.expected, str)
    return True


def _asked(rule, evidence):
    reads_numbers = rule.reads == NUMBERS
    try:
        fault = rule.ask(evidence.group if reads_numbers else evidence)
        return evidence.in_full(fault) if fault is not None and reads_numbers else fault
    except Exception:
        if strict():
            raise
        return None  # a learner is still told what another rule sees
