"""What a case gives: its arguments, the lengths of their axes, and what an update started from."""

import inspect

import numpy as np

from bplab.exam.called import array_of


class Length(int):
    """How many there are: the length of an axis, or an argument with the role "length"."""


def sizes(exercise, case):
    """Numbers that a factor may come from: Lengths by letter, and scalar arguments by name."""
    found = {}
    for name, value in case.inputs.items():
        letters = exercise.shapes.get(name, "").split()
        if type(value) is np.ndarray and len(letters) == value.ndim:
            found.update(zip(letters, map(Length, value.shape), strict=True))
        elif type(value) is np.ndarray and value.ndim == 2:
            found.setdefault("N", Length(value.shape[0]))
            found.setdefault("D", Length(value.shape[1]))
        elif type(value) in (int, float) and not isinstance(value, bool):
            counts = type(value) is int and "length" in exercise.role(name)
            found[name] = Length(value) if counts else value
        elif type(value) is dict:
            found |= {key: item for key, item in value.items() if type(item) is float}
        elif "layers" in exercise.role(name) and len(value) and type(value) in (list, tuple):
            first, last = (w[0] if type(w) in (list, tuple) else w for w in (value[0], value[-1]))
            if np.ndim(first) == np.ndim(last) == 2:
                found.setdefault("D", Length(np.shape(first)[0]))
                found["C"] = Length(np.shape(last)[1])
                found.setdefault("L", Length(len(value)))
    return found


def arguments(exercise, case):
    """The case's inputs, and the defaults of what it leaves out."""
    try:
        parameters = inspect.signature(exercise.reference).parameters.values()
    except (TypeError, ValueError):
        return case.inputs
    return {p.name: p.default for p in parameters if p.default is not p.empty} | case.inputs


def value_before(leaf, inputs):
    """The argument that an array is the update of, or None."""
    return None if leaf.makes == "gradient" else _given(leaf, inputs)


def own_array(leaf, inputs):
    """The W or b that a gradient belongs to, or None."""
    return _given(leaf, inputs) if leaf.makes == "gradient" else None


def _given(leaf, inputs):
    path = leaf.path
    try:
        if leaf.layer is not None and len(path) == 3:
            found = array_of(inputs["params"], leaf)
        elif len(path) == 1 or (len(path) == 2 and type(path[1]) is int):
            found = inputs[path[0]] if len(path) == 1 else inputs[path[0]][path[1]]
        else:
            return None
    except (KeyError, IndexError, TypeError):
        return None
    is_numbers = type(found) is float or (type(found) is np.ndarray and found.dtype.kind == "f")
    return np.asarray(found) if is_numbers else None
