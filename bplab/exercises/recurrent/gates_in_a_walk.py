"""What one gate's blame is made of in an LSTM's walk back, where its step is wrong: read off dX.

At the last moment nothing arrives from later, so dX shows there what the step by itself does. What
fits it is then walked through all moments, with the rest of the walk as it should be, or with one
of its named mistakes.
"""

from itertools import product

import numpy as np

from bplab.exam import Fault
from bplab.exam.compare import close
from bplab.exam.compose import with_parts
from bplab.exercises.recurrent.gates import gates
from bplab.exercises.recurrent.gates_otherwise import due_of, made_of, words_of
from bplab.exercises.recurrent.lstm_backward import STEP, lstm_backward, walk, walked

NAMES = ("the input gate", "the forget gate", "the output gate", "the candidate")
MOST = 40  # ways that fit the last moment and are walked
# What stands in the place of tanh(c), on the road from h into c and beside o.
SHOWN = {
    "tanh(h)": lambda h, c, c_prev: np.tanh(h),
    "h": lambda h, c, c_prev: h,
    "c": lambda h, c, c_prev: c,
    "tanh(c_prev)": lambda h, c, c_prev: np.tanh(c_prev),
}
ASK = "What did it multiply on the way up, and through which curve did it come?"
DERIVE = (
    "c = f * c_prev + i * g and h = o * tanh(c): every product hands its blame to one factor, "
    "times the other, and then comes the slope of that factor's own curve."
)


def _step(gate=None, way=None, sign=1.0, shown=None):
    """lstm_step_backward with one gate's blame made otherwise, or another array for tanh(c)."""

    def step(dh, dc, x, h_prev, c_prev, Wx, Wh, b):
        i, f, o, g = gates(x, h_prev, Wx, Wh, b)
        c = f * c_prev + i * g
        bent = SHOWN[shown](o * np.tanh(c), c, c_prev) if shown else np.tanh(c)
        into_c = dc + dh * o * (1 - bent**2)
        blocks = [
            into_c * g * i * (1 - i),
            into_c * c_prev * f * (1 - f),
            dh * bent * o * (1 - o),
            into_c * i * (1 - g**2),
        ]
        if gate is not None:
            given = {"x": x, "h_prev": h_prev, "c_prev": c_prev, "Wx": Wx, "Wh": Wh, "b": b}
            made = made_of(gate, {**given, "dh": dh, "dc": dc})
            arrives, partner, slope = (table[w] for table, w in zip(made, way, strict=True))
            blocks[gate] = sign * arrives * partner * slope
        da = np.concatenate(blocks, axis=1)
        return da @ Wx.T, da @ Wh.T, into_c * f, x.T @ da, h_prev.T @ da, da.sum(axis=0)

    return step


def _last_moment(given):
    return {
        "dh": given["dH"][:, -1],
        "dc": np.zeros(given["c0"].shape),
        "x": given["X"][:, -1],
        "h_prev": given["H"][:, -2],
        "c_prev": given["C"][:, -2],
        **{name: given[name] for name in ("Wx", "Wh", "b")},
    }


def _fitting(given, dX):
    """(words, step) of all that give dX at the last moment, those with the fewest changes first."""
    moment, found = _last_moment(given), []
    mine, right = dX[:, -1], STEP(**moment)[0]
    for shown in SHOWN:
        step = _step(shown=shown)
        if np.all(close(mine, step(**moment)[0], 1e-7)):
            said = f"where tanh(c) belongs, {shown} stands, on both roads from h"
            found.append((1, f"In each of your steps, {said}", step))
    for gate, name in enumerate(NAMES):
        tables, due = made_of(gate, moment), due_of(gate)
        into = np.split(moment["Wx"], 4, axis=1)[gate].T
        own = np.prod([table[w] for table, w in zip(tables, due, strict=True)], axis=0) @ into
        for way, sign in product(product(*tables), (1.0, -1.0)):
            if way == due and sign > 0:
                continue
            arrives, partner, slope = (t[w] for t, w in zip(tables, way, strict=True))
            if np.all(close(mine, right - own + sign * (arrives * partner * slope) @ into, 1e-7)):
                changes = sum(a != b for a, b in zip(way, due, strict=True)) + (sign < 0)
                said = f"In each of your steps the blame of {name} is off: "
                said += words_of(way, due, sign)
                found.append((changes, said, _step(gate, way, sign)))
    found.sort(key=lambda one: one[0])
    return [one[1:] for one in found[:MOST]]


@lstm_backward.tells
def _gate_in_each_step(wrong, rows):
    if wrong.name != "dX" or wrong.fault is not None:
        return None
    given, leaf, _ = min(rows, key=lambda row: row[0]["X"].size)
    fitting = _fitting(given, leaf.actual)
    for around in (None, *lstm_backward.mistakes.values()):
        if around is not None and (around.made is None or around.made[0] is not walked):
            continue
        changes = {} if around is None else around.made[1]
        for said, step in fitting:
            again = with_parts(walk, {STEP: step})
            if all(_gives(again, changes, g, mine) for g, mine, _ in rows):
                return _told(said, around)
    return None


def _gives(again, changes, given, leaf):
    return bool(np.all(close(leaf.actual, again(**given, **changes)[0], 1e-7)))


def _told(said, around):
    if around is None:
        return Fault("gate-otherwise", f"{said}.", ASK, DERIVE)
    return Fault(
        f"gate-otherwise-and-{around.name}",
        f"Your dX is what two slips together give. The one: {said[0].lower()}{said[1:]}. The "
        f"other, in the walk, by itself: {around.observed}",
        ASK,
        around.look,
    )
