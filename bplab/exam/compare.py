"""Whether two answers are the same, up to rounding and the types of containers."""

import math

import numpy as np

from bplab.exam.wire import Odd, Raised


def close(actual, expected, rtol):
    """True where `actual` agrees with `expected` entry by entry, nan with nan."""
    if actual.ndim == expected.ndim == 0 and actual.dtype == expected.dtype == np.float64:
        a, e = float(actual), float(expected)  # many single numbers: np.isclose takes its time
        if math.isfinite(a) and math.isfinite(e):
            return np.bool_(abs(a - e) <= max(1e-2 * rtol * abs(e), 1e-13) + rtol * abs(e))
    with np.errstate(all="ignore"):
        if actual.dtype == expected.dtype == np.float64 and expected.size:
            sizes = np.abs(expected)
            size = float(sizes.max())
            if math.isfinite(size):  # no nan, no inf: the common case, in half the time
                return np.abs(actual - expected) <= max(1e-2 * rtol * size, 1e-13) + rtol * sizes
        finite = np.abs(expected[np.isfinite(expected)])
        size = float(finite.max()) if finite.size else 0.0
        atol = max(1e-2 * rtol * size, 1e-13)
        if finite.size == expected.size and actual.dtype.kind == expected.dtype.kind == "f":
            return np.abs(actual - expected) <= atol + rtol * np.abs(expected)
        return np.isclose(actual, expected, rtol=rtol, atol=atol, equal_nan=True)


def as_numbers(value):
    """An answer as one array of numbers, or None if it is none."""
    if isinstance(value, (bool, int, float)):
        return np.asarray(value, dtype=float) if not isinstance(value, bool) else np.asarray(value)
    if type(value) is np.ndarray:
        return value
    if type(value) in (list, tuple):
        try:
            array = np.asarray([as_numbers(item) for item in value])
        except (ValueError, TypeError):
            return None
        return array if array.dtype.kind in "biufc" else None
    return None


def same_tree(a, b, rtol):
    """True if two answers are the same up to rounding and containers' types."""
    if type(a) is Odd or type(b) is Odd:
        return type(a) is type(b) and a.kind == b.kind
    if type(a) is Raised or type(b) is Raised:
        return type(a) is type(b) and (a.type, a.message) == (b.type, b.message)
    if type(a) is dict or type(b) is dict:
        return (
            type(a) is type(b)
            and set(b) <= set(a)
            and all(same_tree(a[key], b[key], rtol) for key in b)
        )
    if type(b) in (list, tuple):
        if type(a) not in (list, tuple):
            a = a if type(a) is np.ndarray else as_numbers(a)
            if a is None or a.ndim == 0:
                return False
        return len(a) == len(b) and all(same_tree(x, y, rtol) for x, y in zip(a, b, strict=True))
    if a is None or b is None or isinstance(a, str) or isinstance(b, str):
        return type(a) is type(b) and a == b
    x, y = as_numbers(a), as_numbers(b)
    if x is None or y is None or x.shape != y.shape:
        return False
    return bool(np.all(close(x, y, rtol)))


class Flat:
    """An answer in one row, so that another is seen at a glance to be a different one.

    what : for each thing in it, where it stands and its shape, or what it is if it is no number
    """

    def __init__(self, tree):
        self.where, self.what, arrays = [], [], []
        self._walk((), tree, arrays)
        self.row = np.concatenate([a.ravel() for a in arrays]) if arrays else np.zeros(0)
        starts = np.cumsum([0] + [a.size for a in arrays])
        size = [_largest(a) for a in arrays]
        self.largest = np.repeat(size, np.diff(starts)) if arrays else self.row

    def _walk(self, at, tree, arrays):
        kind = type(tree)
        if kind is dict:
            for key in sorted(tree, key=str):
                self._walk((*at, key), tree[key], arrays)
            return
        if kind in (list, tuple):
            for index, item in enumerate(tree):
                self._walk((*at, index), item, arrays)
            return
        self.where.append(at)
        if kind in (bool, int, float) or (kind is np.ndarray and tree.dtype.kind in "biuf"):
            numbers = np.asarray(tree, dtype=float)
            self.what.append(numbers.shape)
            arrays.append(numbers)
        else:
            self.what.append(vars(tree) if kind in (Odd, Raised) else str(tree))

    def rules_out(self, other, rtol):
        """Whether `other` cannot be the same answer. False says nothing: `same_tree` decides."""
        if self.where != other.where:
            return False
        if self._raised_apart(other):
            return True
        if [w for w in self.what if type(w) is tuple] != [
            w for w in other.what if type(w) is tuple
        ]:
            return True
        a, e = self.row, other.row
        with np.errstate(all="ignore"):
            room = np.maximum(1e-2 * rtol * other.largest, 1e-13) + rtol * np.abs(e)
            apart = np.abs(a - e) > 2 * room  # nan is never apart
        return bool(apart.any())

    def _raised_apart(self, other):
        return any(
            (type(mine) is tuple) != (type(theirs) is tuple)
            for mine, theirs in zip(self.what, other.what, strict=True)
        )


def _largest(array):
    finite = np.abs(array[np.isfinite(array)])
    return float(finite.max()) if finite.size else 0.0
