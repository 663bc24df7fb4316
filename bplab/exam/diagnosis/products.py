"""The wrong numbers as a formula of what was at hand."""

from bplab.exam.diagnosis.formulas import formula_of
from bplab.exam.diagnosis.named import of_part
from bplab.exam.report import Fault


def as_formula(evidence):
    """The wrong numbers as a formula, with the hints of the part it stands in where there are."""
    words = formula_of(evidence)
    if words is None:
        return None
    wrong, general = evidence.wrong, of_part(evidence)
    if general is not None:
        return Fault(general.name, f"{words} {general.observed}", general.look, general.derive)
    fault = Fault(
        "as-formula",
        words,
        f"Hold this against the formula for {wrong.name} above the cell, factor by factor.",
        "Which factor is too much, which is missing, and which is taken of the wrong thing? The "
        "derivation has one line for each.",
    )
    return evidence.plain_in_full(fault)
