"""What is put in for a second sitting: only what is taught before, or a partner."""

import numpy as np
import pytest

from bplab import exercises, nn
from bplab.exam import second
from tests.attacks.follow_through import BORROWED

ASKED = {exercise.name: exercise for exercise in exercises.every()}


def written(**sources):
    """A learner's names, with these functions among them and none of the others written."""
    names = {"np": np, "__name__": "__main__"}
    for name in BORROWED | {"train_step": "", "mlp_backward": ""}:
        unwritten = f"def {name}(*args, **keys):\n    raise NotImplementedError"
        exec(sources.get(name, unwritten), names)
    return names


@pytest.mark.parametrize("name", BORROWED)
def test_nothing_is_carried_by_what_comes_after(name):
    """Each of these is right as soon as one that is taught later is put in."""
    names = written(**BORROWED)
    exercise = ASKED[name]
    assert second.carriers(exercise, names[name], exercise.draw(5), ASKED, namespace=names) == []
    later = {n: getattr(nn, n) for n in ("mlp_forward", "mlp_backward", "train_step") if n != name}
    with second.bound(names, later):
        assert second._passes(exercise, names[name], 5, names)  # it would have passed


@pytest.mark.parametrize("defined", [True, False])
def test_what_comes_before_carries_its_fault(defined):
    """Also where its cell has a syntax error, so that there is no function of its name."""
    names = written(
        softmax="def softmax(Z):\n    return Z",
        linear_forward="def linear_forward(X, W, b):\n    return X @ W + b",
        activation_forward="def activation_forward(Z, kind):\n    return np.tanh(Z)",
        mlp_forward="def mlp_forward(X, params, kind='tanh'):\n"
        "    A, Z = [X], []\n"
        "    for W, b in params:\n"
        "        Z.append(linear_forward(A[-1], W, b))\n"
        "        A.append(activation_forward(Z[-1], kind))\n"
        "    return softmax(Z[-1]), {'A': A[:-1], 'Z': Z}",
    )
    if not defined:
        del names["softmax"]
    exercise = ASKED["mlp_forward"]
    found = second.carriers(
        exercise, names["mlp_forward"], exercise.draw(5), ASKED, namespace=names
    )
    assert "softmax" in found
