"""What each side of a curve of two straight pieces holds, one side at a time."""

import numpy as np

from bplab.exam import Fault
from bplab.exam.compare import close

FORWARD = {
    "Z": lambda Z, s: Z,
    "slope * Z": lambda Z, s: s * Z,
    "0": lambda Z, s: 0 * Z,
    "slope": lambda Z, s: s + 0 * Z,
    "1": lambda Z, s: 1 + 0 * Z,
    "-1": lambda Z, s: 0 * Z - 1,
    "-slope": lambda Z, s: 0 * Z - s,
    "-Z": lambda Z, s: -Z,
    "-slope * Z": lambda Z, s: -s * Z,
    "Z / slope": lambda Z, s: Z / s,
    "(1 - slope) * Z": lambda Z, s: (1 - s) * Z,
    "(1 + slope) * Z": lambda Z, s: (1 + s) * Z,
    "Z + slope": lambda Z, s: Z + s,
    "Z - slope": lambda Z, s: Z - s,
    "slope**2 * Z": lambda Z, s: s * s * Z,
    "Z**2": lambda Z, s: Z * Z,
    "slope * Z**2": lambda Z, s: s * Z * Z,
    "0.01 * Z": lambda Z, s: 0.01 * Z,
    "0.01": lambda Z, s: 0.01 + 0 * Z,
    "exp(Z) - 1": lambda Z, s: np.expm1(Z),
    "slope * (exp(Z) - 1)": lambda Z, s: s * np.expm1(Z),
}
FACTORS = {  # of dA on the way back
    "{}": lambda Z, s: 1.0,
    "slope * {}": lambda Z, s: s,
    "-{}": lambda Z, s: -1.0,
    "-slope * {}": lambda Z, s: -s,
    "{} / slope": lambda Z, s: 1 / s,
    "(1 - slope) * {}": lambda Z, s: 1 - s,
    "(1 + slope) * {}": lambda Z, s: 1 + s,
    "slope**2 * {}": lambda Z, s: s * s,
    "0.01 * {}": lambda Z, s: 0.01,
    "Z * {}": lambda Z, s: Z,
    "slope * Z * {}": lambda Z, s: s * Z,
    "0.01 * Z * {}": lambda Z, s: 0.01 * Z,
    "(Z - slope) * {}": lambda Z, s: Z - s,
    "(Z + slope) * {}": lambda Z, s: Z + s,
}


def of_forward(derive):
    """For `tells` of leaky_relu_forward."""
    tables = {words: lambda g, f=f: f(g["Z"], g["slope"]) for words, f in FORWARD.items()}
    return _reading("A", ("Z",), tables, {"above": "Z", "below": "slope * Z"}, derive)


def of_backward(derive):
    """For `tells` of leaky_relu_backward: the blame times a factor, or what has no blame in it."""
    tables = {
        words.format("dA"): lambda g, f=f: g["dA"] * f(g["Z"], g["slope"])
        for words, f in FACTORS.items()
    }
    tables |= {
        "the size of dA": lambda g: np.abs(g["dA"]),
        "slope times the size of dA": lambda g: g["slope"] * np.abs(g["dA"]),
        "dA + slope": lambda g: g["dA"] + g["slope"],
        "dA - slope": lambda g: g["dA"] - g["slope"],
    }
    tables |= {words: lambda g, f=f: f(g["Z"], g["slope"]) for words, f in FORWARD.items()}
    return _reading("dZ", ("Z", "dA"), tables, {"above": "dA", "below": "slope * dA"}, derive)


def _reading(part, deciders, tables, due, derive):
    def read(wrong, rows):
        if wrong.name != part:
            return None
        for by in deciders:
            held = {
                side: _held(part, by, sign, rows, tables)
                for side, sign in (("above", 1), ("below", -1))
            }
            if all(held.values()) and (by != deciders[0] or held != due):
                return _told(part, by, held, due, by != deciders[0], derive)
        return None

    return read


def _held(part, by, sign, rows, tables):
    """The words of what stands on one side in every case, or None."""
    for words, table in tables.items():
        if all(_holds(given, leaf, sign * given[by] > 0, table) for given, leaf, _ in rows):
            return words
    return None


def _holds(given, leaf, side, table):
    if np.shape(leaf.actual) != side.shape:
        return False
    return bool(np.all(close(np.asarray(leaf.actual, float)[side], table(given)[side], 1e-9)))


def _told(part, by, held, due, other_side, derive):
    said = [
        f"where {by} is {where} it is {held[side]}"
        + ("" if other_side or held[side] == due[side] else f", and {due[side]} belongs there")
        for side, where in (("above", "positive"), ("below", "negative"))
    ]
    border = f"Your {part} is split by the sign of {by}, and the sign of Z decides" * other_side
    words = f"{border or f'Your {part} on its two sides'}: {said[0]}; {said[1]}."
    return Fault(
        "each-side-otherwise",
        words,
        f"Take one entry with {by} above 0 and one below, and follow both through your function.",
        derive,
    )
