"""What the memory of an LSTM step is made of, where it is wrong: every way to make it.

c is what is kept, times c_prev, plus what is let in, times a candidate.
"""

from itertools import product

import numpy as np

from bplab import nn
from bplab.exam import Fault
from bplab.exam.compare import close

FORM = "c = f * c_prev + i * g, then h = o * tanh(c)."
LOOK = "Which gate keeps, which lets in, what is let in, and through which curve did each come?"


def _hard(z):
    return np.clip(0.2 * z + 0.5, 0, 1)


def _found(given):
    """(what keeps, what lets in, what is let in, what was there): four dicts of words: arrays."""
    z = given["x"] @ given["Wx"] + given["h_prev"] @ given["Wh"] + given["b"]
    zi, zf, zo, zg = np.split(z, 4, axis=1)
    old = given["c_prev"]
    gates = {}
    for letter, zs in (("f", zf), ("i", zi), ("o", zo), ("g", zg)):
        gates[letter if letter != "g" else "a gate of the candidate's block"] = nn.sigmoid(zs)
    for letter, zs in (("f", zf), ("i", zi)):
        gates[f"1 - {letter}"] = 1 - nn.sigmoid(zs)
        gates[f"a straight line cut off at 0 and 1 in place of the sigmoid of {letter}"] = _hard(zs)
        gates[f"{letter} with c_prev in its sum"] = nn.sigmoid(zs + old)
        gates[f"tanh in place of the sigmoid of {letter}"] = np.tanh(zs)
        gates[f"{letter} without its sigmoid"] = zs
        gates[f"{letter} with 1 in its sum"] = nn.sigmoid(zs + 1)
        gates[f"{letter} squared"] = nn.sigmoid(zs) ** 2
        gates[f"the sign turned in {letter}"] = -nn.sigmoid(zs)
    gates["1"], gates["nothing"] = 1.0, 0.0
    new = {
        "g": np.tanh(zg),
        "g without its tanh": zg,
        "a sigmoid in place of g's tanh": nn.sigmoid(zg),
        "a ReLU in place of g's tanh": np.maximum(zg, 0),
        "h_prev": given["h_prev"],
    }
    was = {"c_prev": old, "tanh(c_prev)": np.tanh(old), "h_prev": given["h_prev"]}
    return gates, gates, new, was


DUE = ("f", "i", "g", "c_prev")


def of_memory(wrong, rows):
    """For `tells` of lstm_step_forward."""
    if wrong.name != "c":
        return None
    cases = [(_found(given), np.asarray(leaf.actual)) for given, leaf, _ in rows]
    ways = sorted(
        product(*cases[0][0]),
        key=lambda way: sum(a != b for a, b in zip(way, DUE, strict=True)),
    )
    for way in ways:
        if all(_gives(way, tables, c) for tables, c in cases):
            return Fault("memory-otherwise", f"In your c {_words(way)}.", LOOK, FORM)
    return None


def _gives(way, tables, c):
    keeps, lets, new, was = (table[words] for table, words in zip(tables, way, strict=True))
    # One number first: nearly every way is ruled out by it.
    made = _at(keeps) * _at(was) + _at(lets) * _at(new)
    if not close(made, c.flat[0], 1e-7):
        return False
    return bool(np.all(close(keeps * was + lets * new, c, 1e-7)))


def _at(array):
    return array.flat[0] if isinstance(array, np.ndarray) else array


def _words(way):
    said = []
    for words, due, what in zip(
        way,
        DUE,
        ("what keeps the old", "what lets the new in", "the new", "the old"),
        strict=True,
    ):
        if words != due:
            said.append(f"{what} is {words}, where {due} belongs")
    return " and ".join(said)
