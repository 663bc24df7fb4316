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


def test_a_memory_of_which_only_the_names_are_compared_is_not_called_right():
    def forgetful(params, grads, state, learning_rate, rho=0.9, eps=1e-8):
        s = [(1 - rho) * g**2 for g in grads]
        moves = [g / (np.sqrt(s_i) + eps) for g, s_i in zip(grads, s, strict=True)]
        new = [w - learning_rate * move for w, move in zip(params, moves, strict=True)]
        return new, {"s": s}

    report = find("rmsprop_step").examine(forgetful)
    assert not report.passed and report.parts == {"params": False}

    def nameless(*arguments, **others):
        return nn.rmsprop_step(*arguments, **others)[0], {}

    assert find("rmsprop_step").examine(nameless).parts["state"] is False
