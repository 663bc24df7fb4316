"""What the blame of one gate of an LSTM is made of, where it is wrong: every way to make it.

The blame of a gate is what arrives, times its partner, times the slope of its curve. db holds the
sum over the examples.
"""

from itertools import product

import numpy as np

from bplab.exam.compare import close
from bplab.exercises.recurrent.gates import gates

PARTNERS = ("g", "c_prev", "tanh(c)", "i")  # of i, f, o, g
LETTERS = "ifog"


def made_of(gate, given):
    """Three dicts of words and arrays: what arrives, the partners, the slopes."""
    i, f, o, g = gates(*(given[name] for name in ("x", "h_prev", "Wx", "Wh", "b")))
    dh, dc, c_prev = given["dh"], given["dc"], given["c_prev"]
    c = f * c_prev + i * g
    bent = np.tanh(c)
    s, own = (i, f, o, g)[gate], LETTERS[gate]
    by_h = dh * o * (1 - bent**2)
    arriving = {
        "both roads into c": dc + by_h,
        "dh": dh,
        "dc alone": dc,
        "what h sends into c alone": by_h,
        "dc + dh": dc + dh,
        "dc + dh * o": dc + dh * o,
    }
    partners = {
        "g": g, "c_prev": c_prev, "tanh(c)": bent, "i": i, "c": c, "f": f, "o": o,
        "tanh(c_prev)": np.tanh(c_prev), "nothing": 1.0,
    }  # fmt: skip
    slopes = {
        f"{own} * (1 - {own})": s * (1 - s),
        f"1 - {own}**2": 1 - s**2,
        "nothing": 1.0,
        f"1 - {own}": 1 - s,
        own: s,
        f"{own}**2 * (1 - {own})": s**2 * (1 - s),
    }
    return arriving, partners, slopes


def due_of(gate):
    """What should arrive, the right partner and the right slope, in the words of `made_of`."""
    own = LETTERS[gate]
    return (
        "dh" if own == "o" else "both roads into c",
        PARTNERS[gate],
        f"1 - {own}**2" if own == "g" else f"{own} * (1 - {own})",
    )


def gate_otherwise(gate, rows):
    """What is told of the factors of a gate's blame that are off, or "".

    rows : (arguments, leaf, all leaves) of each case, db among them
    """
    due, cases = due_of(gate), []
    for given, _, leaves in rows:
        mine = next(leaf.actual for leaf in leaves if leaf.name == "db")
        cases.append((made_of(gate, given), np.split(mine, 4)[gate]))
    ways = sorted(
        product(*(words for words in cases[0][0])),
        key=lambda way: sum(a != b for a, b in zip(way, due, strict=True)),
    )
    for way in ways:
        for sign in (1.0, -1.0):
            if all(_gives(way, made_of, sign, block) for made_of, block in cases):
                return words_of(way, due, sign)
    return ""


def _gives(way, made_of, sign, block):
    arrives, partner, slope = (table[words] for table, words in zip(made_of, way, strict=True))
    return bool(np.all(close(sign * np.sum(arrives * partner * slope, axis=0), block, 1e-7)))


def words_of(way, due, sign):
    """The factors that are off, in words."""
    said = []
    for words, right, what in zip(
        way, due, ("it starts from", "its partner is", "its slope is"), strict=True
    ):
        if words == "nothing":
            said.append(f"{'the partner' if what[4] == 'p' else 'the slope'} {right} is missing")
        elif words != right:
            said.append(f"{what} {words} where {right} belongs")
    if sign < 0:
        said.append("it has the other sign")
    return " and ".join(said)
