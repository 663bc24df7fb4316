"""All wrong ways to build the diabetes classifier, by slug."""

from bplab.exercises.diabetes import wrong_preparation, wrong_training  # noqa: F401
from bplab.exercises.diabetes.pipelines import WRONG

__all__ = ["WRONG"]
