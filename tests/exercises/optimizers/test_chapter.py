"""Chapter 4: laws that hold for more than one table row."""

import numpy as np
import pytest

from bplab import nn
from bplab.exercises import find
from tests.exercises.optimizers.fit_minibatch import cut, fit


@pytest.mark.parametrize("name", ["minibatches", "fit_minibatch"])
@pytest.mark.parametrize("seed", (0, 1, 2, 12, 22, 24))
def test_any_fair_shuffle_will_do(name, seed):
    def sorted_batches(N, size, rng):
        return [np.sort(batch) for batch in nn.minibatches(N, size, rng)]

    def by_sorting(N, size, rng):
        return cut(np.argsort(rng.random(N)), size)

    def one_by_one(N, size, rng):
        left = list(range(N))
        return cut(np.array([left.pop(rng.integers(len(left))) for _ in range(N)]), size)

    for shuffle in (sorted_batches, by_sorting, one_by_one):
        solution = shuffle if name == "minibatches" else fit(shuffle)
        report = find(name).examine(solution, seed)
        assert report.passed, str(report)
