"""Bounded workers that draw papers, mark answers and write up graded notebooks.

What a learner handed in can make any of this expensive. So it happens in processes that have so
much processor time and memory for a submission and no more; one that runs out or dies is replaced,
that submission goes to a person, and the class goes on.
"""

from bplab.grading.marker.limits import Budget
from bplab.grading.marker.pool import Died, Markers, Session

__all__ = ["Budget", "Died", "Markers", "Session"]
