"""Walk an answer beside the expected one and line up their arrays, leaf by leaf."""

import math
import re
from dataclasses import dataclass

import numpy as np

from bplab.exam.report import Fault
from bplab.exam.wire import Odd, Raised

ABSENT = object()


@dataclass
class Leaf:
    """One expected array (or number, or word) and what stands in its place."""

    name: str
    part: str
    expected: np.ndarray
    actual: np.ndarray | None
    fault: Fault | None = None
    right: bool = False
    slot: object = None  # what it is beside in other cases: its name, or its place from the end
    several: list | None = None  # the things in a tuple that stands where one array belongs
    sequence: bool = False  # numbers of one moment after another
    layer: tuple | None = None  # ("W" or "b", number from 1) of an array of a network
    makes: str = ""  # whether that is a gradient, an update, or a textbook's update
    step: tuple | None = None  # (number of the step, number of the tensor) of an optimizer


def leaves(exercise, expected, actual, rtol):
    """The leaves of one case, judged, in the order the learner computes them."""
    found = lined_up(exercise, expected, actual)
    for leaf in found:
        _judge(leaf, rtol)
    return found


def lined_up(exercise, expected, actual):
    """The leaves of one case, not judged."""
    found = []
    if isinstance(exercise.returns, tuple) and isinstance(expected, (tuple, list)):
        fault = _container_fault("the answer", expected, actual, exercise.returns)
        for index, name in enumerate(exercise.returns):
            item = _item(actual, index) if fault is None else ABSENT
            _walk(name, name, expected[index], item, found, fault)
    elif type(expected) is dict:
        for key, item in expected.items():
            value, fault = _entry("the answer", key, actual)
            _walk(str(key), str(key), item, value, found, fault)
    else:
        part = exercise.returns if isinstance(exercise.returns, str) else exercise.name
        _walk(part, part, expected, actual, found)
    if exercise.order is not None:
        found.sort(key=lambda leaf: exercise.order(leaf.name))
    elif exercise.latest_first:
        found.sort(key=lambda leaf: -_number(leaf.name))
    for place, leaf in enumerate(found):
        leaf.slot = place if exercise.latest_first else leaf.name
        leaf.layer, leaf.makes = layer_of(leaf.name)
        leaf.sequence = "sequence" in exercise.role(leaf.part)
    return found


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


def none_inside(name, wanted):
    """The Fault of a part that is None."""
    return Fault(
        "none-inside",
        f"{name} is None; {wanted}.",
        f"Which line gives {name} its value, and is there a way through your code that leaves it "
        "out?",
        "None stands where nothing was ever put: whoever uses the answer next finds nothing there.",
    )


def shape_of(expected):
    """What belongs in a place, in words."""
    shape = np.shape(expected)
    return f"an array of shape {shape}" if shape else "a number"


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
            a = a if type(a) is np.ndarray else _numbers(a)
            if a is None or a.ndim == 0:
                return False
        return len(a) == len(b) and all(same_tree(x, y, rtol) for x, y in zip(a, b, strict=True))
    if a is None or b is None or isinstance(a, str) or isinstance(b, str):
        return type(a) is type(b) and a == b
    x, y = _numbers(a), _numbers(b)
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


def told(name, raised):
    """An error, as a sentence; `raised` is a dict or a Raised."""
    raised = vars(raised) if type(raised) is Raised else raised
    where = f' in the line "{raised["line"]}"' if raised["line"] else ""
    if raised.get("caller"):
        helper = f" of {raised['function']}" if raised["function"] else ""
        where += f'{helper}, which was called in your line "{raised["caller"]}"'
    hidden = f" {raised['hidden']}" if raised.get("hidden") else ""
    return f"{name} raised {raised['type']}: {raised['message']}{where}.{hidden}"


def _raised_fault(name, raised):
    if raised.type != "NotImplementedError":
        return Fault("raised", told(name, raised))
    return Fault(
        "not-written",
        f"{name} needs {raised.function or 'a method'}, which is not written yet: it still raises "
        "NotImplementedError.",
        "Replace the line that raises by your own; the docstring says what goes in and out.",
        "Begin from its formula above the cell, and from what works already.",
    )


def _walk(name, part, expected, actual, found, fault=None):
    if type(actual) is Raised and fault is None:
        fault = _raised_fault(name, actual)
    if type(expected) is dict:
        for key, item in expected.items():
            value, wrong = _entry(name, key, actual) if fault is None else (ABSENT, fault)
            child = f"{name}['{key}']" if isinstance(key, str) else f"{name}[{key}]"
            if isinstance(key, str) and not key.isidentifier():
                child = key  # an expression speaks for itself
            _walk(child, part, item, value, found, wrong)
    elif type(expected) in (list, tuple) and not _is_row(expected):
        wrong = fault or _container_fault(name, expected, actual, _layer_names(name, expected))
        for index, item in enumerate(expected):
            value = _item(actual, index) if wrong is None else ABSENT
            child = _child(name, index)
            # The arrays of a network's gradients earn credit one by one.
            own = child if name.startswith("grads[") and part == "grads" else part
            _walk(child, own, item, value, found, wrong)
        if not expected and wrong:
            found.append(Leaf(name, part, np.zeros(0), None, wrong))
    else:
        found.append(_leaf(name, part, expected, actual, fault))


def _is_row(expected):
    return bool(expected) and all(type(item) in (int, float) for item in expected)


def _leaf(name, part, expected, actual, fault):
    if isinstance(expected, str) or expected is None:
        good = expected is None or (isinstance(actual, str) and actual == expected)
        leaf = Leaf(name, part, expected, actual, fault)
        leaf.right = good and fault is None
        return leaf
    wanted = np.asarray(expected, dtype=float) if not _complex(expected) else np.asarray(expected)
    leaf = Leaf(name, part, wanted, None, fault)
    if fault is not None:
        return leaf
    if actual is None:
        leaf.fault = none_inside(name, f"{shape_of(expected)} belongs there")
        return leaf
    numbers = _numbers(actual)
    if numbers is None and type(actual) is tuple and actual:
        leaf.fault = too_many(name, wanted, [_numbers(item) for item in actual])
        return leaf
    if numbers is None:
        leaf.fault = Fault(
            "wrong-type",
            f"{name} should be {_kind(wanted)}, and it is {_called(actual)}.",
            f"Look at what stands in the place of {name} when you return.",
            f"{name} is {_kind(wanted)}: work back from the line that returns it.",
        )
        return leaf
    leaf.actual = numbers
    if type(actual) is tuple and 1 < len(actual) < 6:
        leaf.several = [_numbers(item) for item in actual]
    return leaf


def _judge(leaf, rtol):
    if leaf.fault is not None or leaf.actual is None:
        return
    if isinstance(leaf.expected, str) or leaf.expected is None:
        return
    if leaf.actual.shape != leaf.expected.shape:
        leaf.fault = Fault(
            "wrong-shape",
            f"{leaf.name} has shape {shape(leaf.actual)}; {shape(leaf.expected)} belongs there.",
        )
        return
    if np.isfinite(leaf.expected).all() and not np.isfinite(leaf.actual).all():
        bad = leaf.actual[~np.isfinite(leaf.actual)]
        kind = "nan" if np.isnan(bad).any() else "inf"
        leaf.fault = Fault("not-finite", f"{leaf.name} holds {kind} in {bad.size} place(s).")
        return
    leaf.right = bool(np.all(close(leaf.actual, leaf.expected, rtol)))


def shape(array):
    """A shape as a learner writes it."""
    return "() (one number)" if array.ndim == 0 else str(tuple(array.shape))


def _numbers(value):
    if isinstance(value, (bool, int, float)):
        return np.asarray(value, dtype=float) if not isinstance(value, bool) else np.asarray(value)
    if type(value) is np.ndarray:
        return value
    if type(value) in (list, tuple):
        try:
            array = np.asarray([_numbers(item) for item in value])
        except (ValueError, TypeError):
            return None
        return array if array.dtype.kind in "biufc" else None
    return None


def _container_fault(name, expected, actual, names=None):
    wanted = f"{len(expected)} things" + (f" ({', '.join(names)})" if names else "")
    if type(actual) in (list, tuple) and len(actual) == len(expected):
        return None
    if type(actual) is np.ndarray and actual.ndim and len(actual) == len(expected):
        return None
    if actual is None:
        return none_inside(name, f"{wanted} belong there")
    got = _called(actual)
    if type(actual) in (list, tuple) or (type(actual) is np.ndarray and actual.ndim):
        got = f"{got} of {len(actual)}"
    return Fault(
        "wrong-type",
        f"{name} should hold {wanted}, and it is {got}.",
        "Compare what you return with the first lines of the exercise.",
        f"Return {wanted}, in this order."
        if names
        else f"There is one thing for each place: {len(expected)} of them, in the order of the way "
        "through.",
    )


def _entry(name, key, actual):
    if type(actual) is not dict:
        return ABSENT, Fault(
            "wrong-type",
            f"{name} should be a dict with an entry {key!r}, and it is {_called(actual)}.",
            "Compare what you return with the first lines of the exercise.",
            "A dict names each value, so that whoever uses it next can ask for it.",
        )
    if key not in actual:
        have = ", ".join(map(repr, list(actual)[:8])) or "nothing"
        return ABSENT, Fault(
            "wrong-type",
            f"{name} has no entry {key!r}; it has {have}.",
            "Compare the keys you return with those the exercise names.",
            f"Whoever uses it next asks for {key!r} by this name.",
        )
    return actual[key], None


def _item(actual, index):
    return actual[index]


def _child(name, index):
    layer = re.fullmatch(r"(grads|params)\[(\d+)\]", name)
    if layer and index < 2:
        return ("d" if layer[1] == "grads" else "") + f"{'Wb'[index]}{int(layer[2]) + 1}"
    return f"{name}[{index}]"


_LAYER = re.compile(r"(d?)([Wb])(\d+)|(weights|biases)\[(\d+)\]")


def layer_of(name):
    """What `_child` has named: ((kind, number), what it makes), or (None, "")."""
    found = _LAYER.fullmatch(name)
    if found is None:
        return None, ""
    if found[2]:
        return (found[2], int(found[3])), "gradient" if found[1] else "update"
    return ("W" if found[4] == "weights" else "b", int(found[5]) + 1), "textbook"


def _layer_names(name, expected):
    """What a layer's pair holds, in words, or None."""
    names = [_child(name, index) for index in range(len(expected))]
    return names if names and "[" not in "".join(names) else None


def _number(name):
    digits = re.search(r"(\d+)\D*$", name)
    return int(digits[1]) if digits else 0


def too_many(name, wanted, items):
    """The fault of a tuple returned where one thing is asked."""
    which = [
        number
        for number, item in enumerate(items, 1)
        if item is not None and item.shape == wanted.shape and np.all(close(item, wanted, 1e-6))
    ]
    right = f" Number {which[0]} of them is the right one." if which else ""
    return Fault(
        "too-many-returned",
        f"You return {len(items)} things where one is asked, {name}.{right}",
        "Compare the line that returns with the first lines of the exercise.",
        f"Whoever calls it goes on with {name}, {_kind(wanted)}, and with nothing else.",
    )


def _complex(value):
    return type(value) is np.ndarray and value.dtype.kind == "c"


def _kind(array):
    return "one number" if array.ndim == 0 else f"an array of shape {tuple(array.shape)}"


def _called(value):
    if type(value) is Odd:
        return f"{'an' if value.kind[:1] in 'aeiou' else 'a'} {value.kind}"
    if value is ABSENT or value is None:
        return "nothing"
    if type(value) is np.ndarray:
        return f"an array of shape {tuple(value.shape)}"
    article = "an" if type(value).__name__[0] in "aeiou" else "a"
    return f"{article} {type(value).__name__}"
