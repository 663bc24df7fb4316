"""Blame that is kept within a bound on its way back through time: where, and within which."""

import numpy as np

from bplab.exam import Fault, number
from bplab.exam.compare import close
from bplab.exercises.recurrent.rnn_backward import rnn_backward
from bplab.exercises.recurrent.sequences import blame_at_each_step

BOUNDS = (0.01, 0.05, 0.1, 0.2, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0)
PLACES = (
    ("what arrives at each state, its own and the later together,", 0),
    ("the blame behind each tanh", 1),
    ("what each step sends back to the state before", 2),
)


def _walked(given, place, bound):
    """Blame at every pre-activation, clipped at one place of each step."""
    dH, H, Wh = given["dH"], given["H"], given["Wh"]
    da, later = np.zeros(dH.shape), np.zeros(dH[:, 0].shape)

    def kept(values, here):
        return np.clip(values, -bound, bound) if here == place else values

    for t in reversed(range(dH.shape[1])):
        da[:, t] = kept(kept(dH[:, t] + later, 0) * (1 - H[:, t] ** 2), 1)
        later = kept(da[:, t] @ Wh.T, 2)
    return da


@rnn_backward.tells
def _(wrong, rows):
    if wrong.name != "dX" or wrong.fault is not None:
        return None
    given, leaf, _ = rows[0]
    free = blame_at_each_step(*(given[name] for name in ("dH", "X", "h0", "H", "Wx", "Wh")))
    for words, place in PLACES:
        for bound in BOUNDS:
            da = _walked(given, place, bound)
            if np.array_equal(da, free) or not np.all(close(da @ given["Wx"].T, leaf.actual, 1e-7)):
                continue
            if all(
                np.all(close(_walked(g, place, bound) @ g["Wx"].T, other.actual, 1e-7))
                for g, other, _ in rows[1:]
            ):
                return Fault(
                    "clipped-on-the-way",
                    f"In your walk {words} is clipped to between -{number(bound)} and "
                    f"{number(bound)}.",
                    "Is anything bounded in your loop? Which blame would be beyond the bound?",
                    "The chain rule has no bound. A clip against explosions is put on the finished "
                    "gradients, before the step.",
                )
    return None
