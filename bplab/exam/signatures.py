"""Names that have moved: take them from `bplab.exam`."""

from bplab.exam.diagnosis.factors import plain_formula
from bplab.exam.diagnosis.words import number

__all__ = ["number", "plain_formula"]
