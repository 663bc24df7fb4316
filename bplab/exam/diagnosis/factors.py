"""What a number may be made of: lengths of axes, arguments, and a few constants."""

import math
from functools import lru_cache
from itertools import combinations

import numpy as np

from bplab.exam.diagnosis.givens import Length
from bplab.exam.diagnosis.words import joined, number

TOL = 1e-6


def ratio_and_cosine(e, a):
    """Ratio and cosine of two vectors; None where there is none."""
    with np.errstate(all="ignore"):
        ee, aa, ea = float(e @ e), float(a @ a), float((a * e).sum())
    if ee == 0 or aa == 0 or not math.isfinite(aa):
        return None, None
    return ea / ee, ea / math.sqrt(ee) / math.sqrt(aa)  # the product may underflow


def beside_the_right(what, other, ratio, cosine):
    """The angle to the right array and the length beside it, in a sentence."""
    length = number(abs(ratio / cosine)) if cosine else "0"
    return (
        f" Against the right {other} {what} has cosine {cosine:.2f} and is {length} times as long."
    )


def exact_ratios(pairs):
    """The ratio of each case if actual is exactly that multiple of expected, else None."""
    ratios = []
    for e, a in pairs:
        r, _ = ratio_and_cosine(e, a)
        if r is None:
            if not e.any() and not a.any():
                continue
            return None
        if np.max(np.abs(a - r * e)) > TOL * np.max(np.abs(a)):
            return None
        ratios.append(r)
    return ratios or None


def formula(all_sizes, scale):
    """(words, value, kind) of a factor that explains the ratio in every case, or None."""
    return plain_formula(all_sizes, scale) or number_for_argument(all_sizes, scale)


def plain_formula(all_sizes, scale):
    """The same, of sizes, arguments and a few constants only."""
    fixed = {"2": 2.0, "1/2": 0.5, "4": 4.0, "1/4": 0.25}
    logs = {"1/ln 10": 1 / math.log(10), "ln 10": math.log(10), "1/ln 2": 1 / math.log(2)}
    for table, kind in ((fixed, "two"), (logs, "log")):
        for words, value in table.items():
            if _alike(scale, [value] * len(scale)):
                return words, number(value), kind
    names = tuple(name for name in all_sizes[0] if all(name in s for s in all_sizes))
    lengths = frozenset(name for name in names if isinstance(all_sizes[0][name], Length))
    made = np.array([_values(names, lengths, tuple(s[n] for n in names)) for s in all_sizes])
    off = np.abs(np.array(scale, dtype=float)[:, None] - made)
    hits = np.flatnonzero((off <= 1e-8 + 1e-5 * np.abs(made)).all(axis=0))
    if not hits.size:
        return None
    words, value, kind = _candidates(names, lengths)[hits[0]]
    values = dict.fromkeys(value(s) for s in all_sizes)
    return words, joined([number(v) for v in values][:3]), kind


@lru_cache(maxsize=256)
def _values(names, lengths, sizes):
    """What each candidate is for these sizes; nan where it is nothing."""
    found, known = [], dict(zip(names, sizes, strict=True))
    for _, value, _ in _candidates(names, lengths):
        try:
            found.append(float(value(known)))
        except (ZeroDivisionError, ValueError, OverflowError):
            found.append(math.nan)
    return np.array(found)


@lru_cache(maxsize=256)
def _candidates(names, lengths):
    """Formulas of these names, the likeliest first: (words, function of the sizes, kind).

    lengths : those of the names that say how many there are
    """
    candidates = []
    for name in filter(lengths.__contains__, names):
        for base, log in (("ln 2", math.log(2)), ("ln 10", math.log(10))):
            candidates.append((f"{name}/{base}", lambda s, n=name, c=log: s[n] / c, "size-log"))
            candidates.append(
                (f"1/({name} {base})", lambda s, n=name, c=log: 1 / s[n] / c, "size-log")
            )
    for name in names:
        kind = "size" if name in lengths else "argument"
        candidates.append((name, lambda s, n=name: s[n], kind))
        candidates.append((f"1/{name}", lambda s, n=name: 1 / s[n], kind))
        if kind == "argument":  # of a length nobody takes it away from 1
            candidates.append((f"(1 - {name})", lambda s, n=name: 1 - s[n], kind))
            candidates.append((f"1/(1 - {name})", lambda s, n=name: 1 / (1 - s[n]), kind))
        candidates.append((f"(1 + {name})", lambda s, n=name: 1 + s[n], kind))
        candidates.append((f"{name}/2", lambda s, n=name: s[n] / 2, kind))
        candidates.append((f"2/{name}", lambda s, n=name: 2 / s[n], kind))
        candidates.append((f"2*{name}", lambda s, n=name: 2 * s[n], kind))
        candidates.append((f"1/(2*{name})", lambda s, n=name: 0.5 / s[n], kind))
        candidates.append((f"{name}**2", lambda s, n=name: s[n] ** 2, kind))
        candidates.append((f"1/{name}**2", lambda s, n=name: 1 / s[n] ** 2, kind))
        candidates.append((f"sqrt({name})", lambda s, n=name: math.sqrt(s[n]), kind))
        candidates.append((f"1/sqrt({name})", lambda s, n=name: 1 / math.sqrt(s[n]), kind))
        candidates.append((f"({name} - 1)/{name}", lambda s, n=name: (s[n] - 1) / s[n], kind))
        candidates.append((f"{name}/({name} - 1)", lambda s, n=name: s[n] / (s[n] - 1), kind))
    for a, b in combinations(names, 2):
        kind = "size" if lengths.issuperset((a, b)) else "argument"
        candidates.append((f"{a}*{b}", lambda s, a=a, b=b: s[a] * s[b], kind))
        candidates.append((f"1/({a}*{b})", lambda s, a=a, b=b: 1 / (s[a] * s[b]), kind))
        candidates.append((f"{a}/{b}", lambda s, a=a, b=b: s[a] / s[b], kind))
        candidates.append((f"{b}/{a}", lambda s, a=a, b=b: s[b] / s[a], kind))
    return candidates


def _alike(scale, values):
    # Hundreds of these for one wrong array: np.allclose takes ten times as long.
    return all(abs(s - v) <= 1e-8 + 1e-5 * abs(v) for s, v in zip(scale, values, strict=True))


def number_for_argument(all_sizes, scale):
    """A number c written where an argument belongs: the ratio is c/name, or name/c."""
    names = [name for name in all_sizes[0] if all(name in s for s in all_sizes)]
    for name in names:
        values = np.array([float(s[name]) for s in all_sizes])
        if len(set(values)) < 2 or not values.all():
            continue
        is_length = isinstance(all_sizes[0][name], Length)
        kind = "size" if is_length else "argument"
        for over, c in ((False, values[0] * scale[0]), (True, values[0] / scale[0])):
            if is_length and abs(c - round(c)) > 1e-6:
                continue  # a length is a whole number, whoever wrote it
            if np.allclose(values / c if over else c / values, scale, rtol=1e-5):
                words = f"{name}/{number(c)}" if over else f"{number(c)}/{name}"
                shown = joined([number(v) for v in scale[:3]])
                return words, f"{shown}: as if {name} were {number(c)} throughout", kind
    return None
