"""How a tutor says numbers and lists of names."""

import math

import numpy as np


def number(value):
    """A number as a tutor would say it."""
    if isinstance(value, (bool, np.bool_)) or isinstance(value, (int, np.integer)):
        return str(value)
    if not math.isfinite(value):
        return str(value)
    if value == 0:
        return "0"  # not -0
    return f"{value:.4g}" if abs(value) >= 1e-3 else f"{value:.3g}"


def apart(a, b):
    """Two different numbers with as many digits as it takes to tell them apart."""
    if isinstance(a, float) and isinstance(b, float) and number(a) == number(b) and a != b:
        for digits in range(5, 17):
            if f"{a:.{digits}g}" != f"{b:.{digits}g}":
                return f"{a:.{digits}g}", f"{b:.{digits}g}"
    return number(a), number(b)


def joined(names):
    names = [str(name) for name in names]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def shown(value):
    if isinstance(value, (np.ndarray, np.generic)) and value.ndim == 0:
        value = value.item()  # nan, not array(nan)
    return "nothing" if value is None else repr(value)[:60]


def scalar(value):
    value = value.item()
    return value.real if isinstance(value, complex) else value
