"""How a tutor says numbers and lists of names, and fills them into a template."""

import math
import re

import numpy as np

from bplab.exam.diagnosis.strict import strict


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


def fill(template, numbers):
    """A template with its {names} filled in. A name that nothing fills stays as a word; in the
    tests it raises ValueError."""

    def word(match):
        value = numbers.get(match[1])
        if value is None:
            if strict():
                raise ValueError(
                    f"nothing fills {{{match[1]}}} in {template!r}; there are: "
                    f"{', '.join(map(str, numbers))}."
                )
            return match[1]
        return number(value) if isinstance(value, (int, float)) else str(value)

    filled = re.sub(r"\{(\w+)\}", word, template)
    if strict() and re.search(r"[{}]", re.sub(r"\{\w+\}", "", template)):
        raise ValueError(f"a brace stands alone in {template!r}: a word is filled as {{word}}.")
    return filled
