"""What was done to the whole of the right array, or to a part of it: turned, divided, shifted, cut.

Each of these is checked on every number of every case.
"""

from itertools import permutations, product

import numpy as np

from bplab.exam.compare import close
from bplab.exam.diagnosis.words import joined, number
from bplab.exam.report import Fault

FEW = 4  # so many numbers agree with nothing by chance


def _wrong(group):
    return [leaf for _, _, leaf, _ in group.rows if not leaf.right]


def _same(a, b):
    return np.shape(a) == np.shape(b) and bool(np.all(close(np.asarray(a, float), b, 1e-7)))


def _axes(axes):
    numbers = joined([str(axis) for axis in axes])
    return f"ax{'is' if len(axes) == 1 else 'es'} {numbers}"


def turned(group):
    """The right array, reversed along axes or with axes exchanged."""
    rows = _wrong(group)
    ndim = min(leaf.expected.ndim for leaf in rows)
    if ndim != max(leaf.expected.ndim for leaf in rows) or not 1 < ndim < 5:
        return None
    if max(leaf.expected.size for leaf in rows) < FEW:
        return None
    ways = [
        ([axis for axis, flip in enumerate(flips) if flip], None)
        for flips in product((False, True), repeat=ndim)
        if any(flips)
    ]
    ways += [([], order) for order in permutations(range(ndim)) if order != tuple(range(ndim))]
    for flips, order in ways:
        if all(_same(leaf.actual, _turn(leaf.expected, flips, order)) for leaf in rows):
            if order is None:
                told = f"reversed along {_axes(flips)}"
            else:
                told = "with " + _axes([k for k, at in enumerate(order) if at != k]) + " exchanged"
            return Fault(
                "turned",
                f"{group.name} is the right array {told}.",
                "Which line flips, rotates or transposes, or which index runs the other way?",
                f"Write {group.name} with its indices, on both sides of the line that makes it.",
            )
    return None


def _turn(e, flips, order):
    return np.flip(e, flips) if order is None else np.transpose(e, order)


_DONE = (
    ("minus its mean", lambda e, k: e - e.mean(k, keepdims=True)),
    ("divided by its sum", lambda e, k: e / e.sum(k, keepdims=True)),
    ("divided by its largest number", lambda e, k: e / e.max(k, keepdims=True)),
    ("divided by its largest size", lambda e, k: e / np.abs(e).max(k, keepdims=True)),
    ("divided by its length", lambda e, k: e / np.sqrt((e**2).sum(k, keepdims=True))),
    ("divided by its mean", lambda e, k: e / e.mean(k, keepdims=True)),
    ("divided by its spread", lambda e, k: e / e.std(k, keepdims=True)),
    (
        "scaled to mean 0 and spread 1",
        lambda e, k: (e - e.mean(k, keepdims=True)) / e.std(k, keepdims=True),
    ),
    ("divided by its last number", lambda e, k: e / np.take(e, [-1], k)),
    ("divided by its first number", lambda e, k: e / np.take(e, [0], k)),
    ("minus its last number", lambda e, k: e - np.take(e, [-1], k)),
    ("minus its first number", lambda e, k: e - np.take(e, [0], k)),
    ("multiplied up from the first number on", lambda e, k: np.cumprod(e, k)),
    ("put through a softmax", lambda e, k: np.exp(e) / np.exp(e).sum(k, keepdims=True)),
    ("sorted", lambda e, k: np.sort(e, k)),
    ("with the number before taken off each", lambda e, k: np.diff(e, axis=k, prepend=0)),
)


def done_besides(group):
    """The right array, normalized or multiplied up along an axis, or as a whole."""
    rows = _wrong(group)
    ndim = min(leaf.expected.ndim for leaf in rows)
    if ndim < 1 or max(leaf.expected.size for leaf in rows) < 3:
        return None
    with np.errstate(all="ignore"):
        for words, make in _DONE:
            for axis in range(ndim):
                if all(_same(leaf.actual, make(leaf.expected, axis)) for leaf in rows):
                    whose = "" if ndim == 1 else f", along axis {axis}"
                    return _done(group, f"the right array {words}{whose}")
            if ndim > 1 and all(
                _same(leaf.actual.ravel(), make(leaf.expected.ravel(), 0)) for leaf in rows
            ):
                return _done(group, f"the right array {words}, all of it together")
    return None


def _done(group, told):
    return Fault(
        "done-besides",
        f"{group.name} is {told}.",
        "Which step of your code does that? Does the exercise ask for it?",
        f"Hold the last lines before {group.name} beside the formula, one operation at a time.",
    )


def mixed_with_a_constant(group):
    """A multiple of the right array and a constant besides, the multiple alike in all cases."""
    rows = _wrong(group)
    if min(leaf.expected.size for leaf in rows) < FEW or len(rows) < 2:
        return None
    if all(len(np.unique(leaf.expected)) < 3 for leaf in rows):
        return None  # two numbers become any two others so
    found = []
    for leaf in rows:
        e, a = leaf.expected.ravel(), leaf.actual.ravel().astype(float)
        if np.ptp(e) == 0:
            return None
        low, high = int(e.argmin()), int(e.argmax())
        times = (a[high] - a[low]) / (e[high] - e[low])
        plus = a[low] - times * e[low]
        if not np.all(np.abs(times * e + plus - a) <= 1e-9 * np.abs(a).max()):
            return None
        found.append((times, plus))
    times, plus = found[0]
    if not np.allclose([t for t, _ in found], times, rtol=1e-7) or abs(times) < 1e-9:
        return None
    if abs(times - 1) < 1e-9 or max(abs(p) for _, p in found) < 1e-9:
        return None  # an offset, or a factor
    added = joined([number(float(p)) for p in dict.fromkeys(round(p, 12) for _, p in found)][:3])
    return Fault(
        "mixed-with-a-constant",
        f"{group.name} is {number(float(times))} times what it should be, with {added} added to "
        "every number.",
        "Where is something averaged in, smoothed, or shifted?",
        "The formula has no share for anything else: what it gives is the result.",
    )


def one_for_each(group):
    """Off by the same amount, or by the same factor, all along but one axis."""
    rows = _wrong(group)
    ndim = min(leaf.expected.ndim for leaf in rows)
    if ndim != max(leaf.expected.ndim for leaf in rows) or ndim < 2:
        return None
    for how, what in (
        ("amount", "Something is added, or left out, that has one number for"),
        ("factor", "Something is multiplied in, or left out, that has one for"),
    ):
        for axis in range(ndim):
            tables = [leaf for leaf in rows if _is_table(leaf.expected, axis)]
            lines = [_line(leaf.expected, leaf.actual, axis, how) for leaf in tables] or [None]
            if any(line is None for line in lines):
                continue
            none = 0.0 if how == "amount" else 1.0
            off = [v for v in lines[0] if abs(v - none) > 1e-6] or list(lines[0])
            values = ", ".join(number(float(v)) for v in off[:3])
            values += ", ..." if len(off) > 3 else ""
            values += "" if len(off) == len(lines[0]) else "; others are right"
            return Fault(
                f"one-{how}-for-each",
                f"{group.name} is off by one and the same {how} for each place along axis {axis} "
                f"({values}), whatever the other indices are.",
                f"{what} each place along axis {axis}. Which array has that length?",
                f"Write {group.name} with its indices: which factors and terms carry that one "
                "alone?",
            )
    return None


def _is_table(e, axis):
    return e.shape[axis] > 1 and e.size > e.shape[axis]


def _line(e, a, axis, how):
    """The one amount, or the one factor, of each place along the axis; or None."""
    e, a = (np.moveaxis(v, axis, 0).reshape(v.shape[axis], -1) for v in (e, a))
    if not np.isfinite(a).all():
        return None
    if how == "amount":
        gap = a - e
        return gap[:, 0] if np.ptp(gap, axis=1).max() <= 1e-8 * np.abs(gap).max() else None
    size = (e**2).sum(axis=1)
    times = (a * e).sum(axis=1) / np.where(size > 0, size, 1)
    exact = np.abs(a - times[:, None] * e).max() <= 1e-8 * np.abs(a).max()
    return times if exact and np.ptp(times) > 1e-6 else None


def partly_empty(group):
    """Some entries are right, and all others are 0."""
    rows = _wrong(group)
    shares, diagonal = [], True
    for leaf in rows:
        e, a = leaf.expected, leaf.actual
        good = close(a, e, 1e-7) & (e != 0)
        if e.size < FEW or not np.all(good | (a == 0)) or not good.any() or good.all():
            return None
        shares.append((int(good.sum()), e.size, int(np.sum((e == 0) & (a == 0)))))
        if diagonal and e.ndim == 2:
            on = np.eye(*e.shape) > 0
            diagonal = bool(np.all(close(a[on], e[on], 1e-7)) and not a[~on].any())
        else:
            diagonal = False
    right, size, rightly = shares[0]
    where = "on the diagonal, " if diagonal else ""
    return Fault(
        "partly-empty",
        f"Of {size} numbers in {group.name}, {right} are right, {where}and all others are 0"
        f"{f', which is right in {rightly} of them' if rightly else ''}.",
        "Which places does your code write into, and which stay as they were made?",
        "Each place has its number: take one that is 0, and follow by hand how it should come by "
        "its own.",
    )
