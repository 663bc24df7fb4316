"""Walk an answer beside the expected one and line up their arrays, leaf by leaf."""

from dataclasses import dataclass

import numpy as np

from bplab.exam.called import called, layer_of
from bplab.exam.compare import as_numbers, close
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
    path: tuple = ()  # where it stands in the answer: the part, then keys and indices
    fault: Fault | None = None
    right: bool = False
    slot: object = None  # what it is beside in other cases: its name, or its place from the end
    several: list | None = None  # the things in a tuple that stands where one array belongs
    sequence: bool = False  # numbers of one moment after another
    layer: tuple | None = None  # ("W" or "b", number from 1) of an array of a network
    makes: str = ""  # whether that is a gradient, an update, or a textbook's update
    decision: bool = False  # True or False belongs there, not a number
    step: tuple | None = None  # (number of the step, number of the tensor) of an optimizer


def judged(exercise, expected, actual, rtol):
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
            _walk(exercise, (name,), name, name, expected[index], item, found, fault)
    elif type(expected) is dict:
        for key, item in expected.items():
            value, fault = _entry("the answer", key, actual)
            _walk(exercise, (str(key),), str(key), str(key), item, value, found, fault)
    else:
        part = exercise.returns if isinstance(exercise.returns, str) else exercise.name
        _walk(exercise, (part,), part, part, expected, actual, found)
    for leaf in found:
        leaf.layer, leaf.makes = layer_of(exercise, leaf.path)
    if type(exercise.order) is tuple:
        found.sort(key=lambda leaf: _rank(leaf, exercise.order))
    elif exercise.order is not None:
        found.sort(key=exercise.order)
    elif exercise.latest_first:
        found.sort(key=lambda leaf: -leaf.layer[1] if leaf.layer else 0)
    for place, leaf in enumerate(found):
        leaf.slot = place if exercise.latest_first else leaf.name
        leaf.sequence = "sequence" in exercise.role(leaf.part)
    return found


def _rank(leaf, order):
    """Where a leaf, or the part it is of, stands in an order; last if it does not."""
    places = [place for place in (leaf.path, leaf.path[0]) if place in order]
    return order.index(places[0]) if places else len(order)


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
        return Fault("raised", told(name, raised), kind=raised.type, message=raised.message)
    return Fault(
        "not-written",
        f"{name} needs {raised.function or 'a method'}, which is not written yet: it still raises "
        "NotImplementedError.",
        "Replace the line that raises by your own; the docstring says what goes in and out.",
        "Begin from its formula above the cell, and from what works already.",
    )


def _walk(exercise, path, name, part, expected, actual, found, fault=None):
    if type(actual) is Raised and fault is None:
        fault = _raised_fault(name, actual)
    if type(expected) is dict:
        for key, item in expected.items():
            value, wrong = _entry(name, key, actual) if fault is None else (ABSENT, fault)
            below = (*path, key)
            child = called(exercise, below, name)
            _walk(exercise, below, child, part, item, value, found, wrong)
    elif type(expected) in (list, tuple) and not _is_row(expected):
        below = [(*path, index) for index in range(len(expected))]
        names = [called(exercise, place, name) for place in below]
        layers = [layer_of(exercise, place)[0] for place in below]
        pair = names and len(path) == 2 and all(layers)
        wrong = fault or _container_fault(name, expected, actual, names if pair else None)
        for index, item in enumerate(expected):
            value = _item(actual, index) if wrong is None else ABSENT
            # The arrays of a network's gradients earn credit one by one.
            alone = pair and "gradient" in exercise.role(part)
            own = names[index] if alone else part
            _walk(exercise, below[index], names[index], own, item, value, found, wrong)
        if not expected and wrong:
            found.append(Leaf(name, part, np.zeros(0), None, path, wrong))
    else:
        found.append(_leaf(path, name, part, expected, actual, fault))


def _is_row(expected):
    return bool(expected) and all(type(item) in (int, float) for item in expected)


def _leaf(path, name, part, expected, actual, fault):
    if isinstance(expected, str) or expected is None:
        good = expected is None or (isinstance(actual, str) and actual == expected)
        leaf = Leaf(name, part, expected, actual, path, fault)
        leaf.right = good and fault is None
        return leaf
    wanted = np.asarray(expected, dtype=float) if not _complex(expected) else np.asarray(expected)
    decision = isinstance(expected, (bool, np.bool_))
    leaf = Leaf(name, part, wanted, None, path, fault, decision=decision)
    if fault is not None:
        return leaf
    if actual is None:
        leaf.fault = none_inside(name, f"{shape_of(expected)} belongs there")
        return leaf
    numbers = as_numbers(actual)
    if numbers is None and type(actual) is tuple and actual:
        leaf.fault = too_many(name, wanted, [as_numbers(item) for item in actual])
        return leaf
    if numbers is None:
        leaf.fault = Fault(
            "wrong-type",
            f"{name} should be {_kind(wanted)}, and it is {_called(actual)}.",
            f"Look at what stands in the place of {name} when you return.",
            f"{name} is {_kind(wanted)}: work back from the line that returns it.",
            kind=actual.kind if type(actual) is Odd else type(actual).__name__,
        )
        return leaf
    leaf.actual = numbers
    if type(actual) is tuple and 1 < len(actual) < 6:
        leaf.several = [as_numbers(item) for item in actual]
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
    leaf.right = bool(np.all(close(leaf.actual, leaf.expected, rtol)))
    if leaf.right or not np.isfinite(leaf.expected).all():
        return
    if not np.isfinite(leaf.actual).all():
        bad = leaf.actual[~np.isfinite(leaf.actual)]
        kind = "nan" if np.isnan(bad).any() else "inf"
        where = f"holds {kind} in {bad.size} of its {leaf.actual.size} places"
        where = where if leaf.actual.ndim else f"is {kind}"
        leaf.fault = Fault("not-finite", f"{leaf.name} {where}.")


def shape(array):
    """A shape as a learner writes it."""
    return "() (one number)" if array.ndim == 0 else str(tuple(array.shape))


def _container_fault(name, expected, actual, names=None):
    wanted = f"{len(expected)} things" + (f" ({', '.join(names)})" if names else "")
    if type(actual) in (list, tuple) and len(actual) == len(expected):
        return None
    if type(actual) is np.ndarray and actual.ndim and len(actual) == len(expected):
        return None
    if actual is None:
        return none_inside(name, f"{wanted} belong there")
    got = _called(actual)
    if type(actual) in (list, tuple):
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
