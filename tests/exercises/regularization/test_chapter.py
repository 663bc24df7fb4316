"""Chapter 5: laws that hold for more than one table row."""

import numpy as np
import pytest

from bplab.exercises import find
from tests.exercises.regularization.early_stopping import watch
from tests.exercises.regularization.split_indices import cut


def test_what_a_stopper_says_after_the_end_is_not_asked():
    exercise = find("EarlyStopping")
    assert exercise.examine(watch(stop=lambda self: self.wait == self.patience)).passed


@pytest.mark.parametrize("seed", range(4))
def test_sorted_parts_are_as_good_as_shuffled_ones(seed):
    def split_indices(N, fractions, rng):
        return [np.sort(part).tolist() for part in cut(rng.permutation(N), fractions)]

    report = find("split_indices").examine(split_indices, seed)
    assert report.passed, str(report)
