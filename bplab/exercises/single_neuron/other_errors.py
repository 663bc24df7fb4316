"""What learners put in the place of a neuron's a - y."""

import numpy as np

from bplab.exam import Fault
from bplab.exam.compare import close
from bplab.exercises.single_neuron.neuron_backward import neuron_backward

# What stands for a - y: (words, formula of a and y).
IN_ITS_PLACE = (
    ("(a - y) * a", lambda a, y: (a - y) * a),
    ("(a - y) * (1 - a)", lambda a, y: (a - y) * (1 - a)),
    ("(a - y) * y", lambda a, y: (a - y) * y),
    ("(a - y)**2 * a * (1 - a)", lambda a, y: (a - y) ** 2 * a * (1 - a)),
    ("(a - y) / a", lambda a, y: (a - y) / a),
    ("a", lambda a, y: a),
    ("y", lambda a, y: y),
    ("a * y", lambda a, y: a * y),
    ("a * (1 - y)", lambda a, y: a * (1 - y)),
    ("y / a", lambda a, y: y / a),
    ("log a - y", lambda a, y: np.log(a) - y),
    ("the sign of a - y", lambda a, y: np.sign(a - y)),
    ("-log of the probability of the label", lambda a, y: -np.log(np.where(y == 1, a, 1 - a))),
)


@neuron_backward.tells
def _another_error(wrong, rows):
    """What each example's inputs are multiplied by, in the place of a - y."""
    for words, formula in IN_ITS_PLACE:
        for sign in ("", "-"):
            if all(_made_with(formula, sign, wrong, inputs, leaf) for inputs, leaf, _ in rows):
                told = f"{sign}({words})" if sign else words
                return Fault(
                    "another-error",
                    f"In your {wrong.name} {told} stands where a - y belongs, for each example.",
                    "What is dz, and what is it multiplied by on its way to dw and to db?",
                    "dw = (1/N) * sum over i of (a_i - y_i) x_i, and db = (1/N) * sum over i of "
                    "(a_i - y_i).",
                )
    return None


def _made_with(formula, sign, wrong, inputs, leaf):
    a, y = np.asarray(inputs["a"], float), np.asarray(inputs["y"], float)
    each = formula(a, y) * (-1 if sign else 1)
    made = inputs["X"].T @ each / len(y) if wrong.name == "dw" else np.mean(each)
    return leaf.actual is not None and bool(np.all(close(np.asarray(leaf.actual), made, 1e-7)))
