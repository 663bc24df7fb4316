"""What the steps of an LSTM's walk back are given, read off dX moment by moment.

The last step shows which state and which memory a step is told that it found, since nothing
arrives there from later; the step before it shows what is made of what comes back. What is found
there is then asked of all moments.
"""

from itertools import product

import numpy as np

from bplab import nn
from bplab.exam import Fault
from bplab.exam.compare import close
from bplab.exam.diagnosis.words import joined
from bplab.exercises.recurrent.lstm_backward import TWICE, lstm_backward

RIGHT = "the one before"
# What a step is told that it found: of the states or memories of all moments, and of the start.
FOUND = {
    RIGHT: lambda t, start, all_: all_[:, t - 1] if t > 0 else start,
    "the one that it made itself": lambda t, start, all_: all_[:, t],
    "the start": lambda t, start, all_: start,
    "zeros": lambda t, start, all_: 0 * start,
    "the last of all": lambda t, start, all_: all_[:, -1],
    "the one before, and zeros at the first": lambda t, start, all_: (
        all_[:, t - 1] if t > 0 else 0 * start
    ),
    "the one before, and the last of all at the first": lambda t, start, all_: all_[:, t - 1],
}
# Those that part from the right one at the first moment alone.
AT_FIRST = (
    "the one before, and zeros at the first",
    "the one before, and the last of all at the first",
)
# What is handed to a step as dh and dc: own is dH of the moment, the others came back from later.
DH = {
    "own + dh_prev": lambda own, dh, dc: own + dh,
    "own": lambda own, dh, dc: own,
    "dh_prev": lambda own, dh, dc: dh if np.any(dh) else own,
    "own - dh_prev": lambda own, dh, dc: own - dh,
    "own + dc_prev": lambda own, dh, dc: own + dc,
    "own + dh_prev + dc_prev": lambda own, dh, dc: own + dh + dc,
    "own + dh_prev / 2": lambda own, dh, dc: own + dh / 2,
    "(own + dh_prev) / 2": lambda own, dh, dc: (own + dh) / 2 if np.any(dh) else own,
}
DC = {
    "dc_prev": lambda own, dh, dc: dc,
    "zeros": lambda own, dh, dc: 0 * dc,
    "dc_prev + own": lambda own, dh, dc: dc + own,
    "dc_prev + dh_prev": lambda own, dh, dc: dc + dh,
    "dh_prev": lambda own, dh, dc: dh,
    "own": lambda own, dh, dc: own,
    "own + dh_prev + dc_prev": lambda own, dh, dc: own + dh + dc,
    "-dc_prev": lambda own, dh, dc: -dc,
    "dc_prev / 2": lambda own, dh, dc: dc / 2,
}
OWN_IN_DC = ("dc_prev + own", "own", "own + dh_prev + dc_prev")


def _step(given, t, way, dh, dc):
    h, c, into_h, into_c = way
    own = given["dH"][:, t]
    return nn.lstm_step_backward(
        DH[into_h](own, dh, dc),
        DC[into_c](own, dh, dc),
        given["X"][:, t],
        FOUND[h](t, given["h0"], given["H"]),
        FOUND[c](t, given["c0"], given["C"]),
        given["Wx"],
        given["Wh"],
        given["b"],
    )


def _walked(given, way, moments, dX=None):
    """dX of these moments, the last first; stops where it parts from `dX`."""
    dh, dc = np.zeros(given["h0"].shape), np.zeros(given["c0"].shape)
    T = given["X"].shape[1]
    for t in range(T - 1, T - 1 - moments, -1):
        dx, dh, dc, *_ = _step(given, t, way, dh, dc)
        if dX is not None and not np.all(close(dx, dX[:, t], 1e-7)):
            return False
    return True


def _way(rows):
    given, leaf, _ = max(rows, key=lambda row: row[0]["X"].shape[1])
    dX, right = leaf.actual, (RIGHT, RIGHT, "own + dh_prev", "dc_prev")
    # At the last moment dh and dc from later are 0: each of these stands for several.
    last = [
        (h, c, "own + dh_prev", into_c)
        for h, c in product(list(FOUND)[:5], repeat=2)
        for into_c in ("dc_prev", "own")
        if _walked(given, (h, c, "own + dh_prev", into_c), 1, dX)
    ]
    ways = [
        (h_, c_, into_h, into_c)
        for h, c, _, begins in last
        for h_ in (list(FOUND) if h == RIGHT else [h])
        for c_ in (list(FOUND) if c == RIGHT else [c])
        if h_ in (RIGHT, h, *AT_FIRST) and c_ in (RIGHT, c, *AT_FIRST)
        for into_h, into_c in product(DH, DC)
        if (into_c in OWN_IN_DC) == (begins == "own")
    ]
    ways.sort(key=lambda way: sum(a != b for a, b in zip(way, right, strict=True)))
    fits = {}
    for way in ways:
        if way == right:
            continue
        # What the first moment alone can tell is not asked of the second from the end.
        inner = tuple(RIGHT if name in AT_FIRST else name for name in way[:2]) + way[2:]
        if inner not in fits:
            fits[inner] = _walked(given, inner, 2, dX)
        if fits[inner] and all(
            _walked(other, way, other["X"].shape[1], row.actual) for other, row, _ in rows
        ):
            return way
    return None


@lstm_backward.tells
def _given_otherwise(wrong, rows):
    if wrong.name != "dX" or wrong.fault is not None:
        return None
    way = _way(rows)
    if way is None:
        return None
    h, c, into_h, into_c = way
    said = []
    for name, what, plural in (("h_prev", h, "state"), ("c_prev", c, "memory")):
        if what != RIGHT:
            whose = what.replace("the start", f"the {plural} at the start, {name[0]}0")
            said.append(f"its {name} is {whose}, where the {plural} before belongs")
    if into_h != "own + dh_prev":
        said.append(f"its dh is {into_h}, where own + dh_prev belongs")
    if into_c != "dc_prev":
        said.append(f"its dc is {into_c}, where dc_prev of the step after belongs")
    return Fault(
        "given-otherwise",
        "As dX shows, each of your steps does the right thing with what it is given; but "
        f"{joined(said)} (own: dH of its moment).",
        "What does step t get, in each of its places: what it found, and what comes from later?",
        TWICE + " Step t found H and C of step t - 1, and step 0 found h0 and c0.",
    )
