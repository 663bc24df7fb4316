"""Read answers: bytes that a learner's side sent, in the one form that marking reads."""

import numpy as np

from bplab.exam.report import Fault
from bplab.exam.wire import MAX_BYTES, MOST_THINGS, WireError, unpack

ROOMY = 5_000  # things in answers that are no trouble whatever was expected
SLACK = 20  # times the things that were expected
DEEP = 6  # levels more than were expected
MOST_COUNTED, MOST_DEEP = MOST_THINGS // 10_000 * 10_000, 30


def read(answers, max_bytes=MAX_BYTES):
    """The list of answers in bytes from `sit`, or a Fault if there is none."""
    said = unpack(answers, max_bytes)
    if type(said) is not dict:
        raise WireError("no answers")
    if "undefined" in said:
        return Fault("not-defined", "")
    if "uncallable" in said:
        return Fault("not-callable", _word(said["uncallable"], 100))
    if "too_large" in said:
        return Fault("too-large", f"{_whole(said['too_large'])}")
    if "too_many" in said:
        return Fault("too-many", _counted(MOST_THINGS + 1, MOST_COUNTED))
    return cleaned(said["answers"])


def cleaned(found):
    """Answers in the one form that marking reads. Raises WireError if there is no list of them."""
    if type(found) is not list or not all(type(item) is dict for item in found):
        raise WireError("no list of answers")
    return [_clean(item) for item in found]


def _clean(item):
    answer = {
        "changed": _words(item.get("changed"), 20, 60),
        "warned": _words(item.get("warned"), 5, 200),
        "differs": item.get("differs") is True,
    }
    kept = item.get("kept")
    if type(kept) is np.ndarray and kept.dtype == np.uint8 and kept.ndim == 1:
        answer["kept"] = kept
    if "value" in item:
        answer["value"] = item["value"]
    elif "arguments" in item:
        answer["arguments"] = _word(item["arguments"], 400)
    elif "slow" in item:
        answer["slow"] = True
    else:
        raised = item.get("raised")
        raised = raised if type(raised) is dict else {}
        keys = ("type", "message", "line", "lineno", "function", "caller", "hidden")
        answer["raised"] = {key: _word(raised.get(key), 500) for key in keys}
    return answer


def _words(found, count, length):
    return [_word(word, length) for word in found[:count]] if type(found) is list else []


def _word(found, length):
    # Never str() of what else may stand there: that writes out the whole of a tree first.
    if type(found) is int:
        return str(found)[:length] if abs(found) < 10**18 else ""
    return found[:length] if type(found) is str else ""


def _whole(found):
    return found if type(found) is int and abs(found) < 10**18 else 0


def outsized(said, expected):
    """A Fault if the answers hold far more things than the right ones, nested or side by side.

    expected : function that gives the right answers; called only where it matters
    """
    sizes = [_size(answer.get("value")) for answer in said]
    things, depth = sum(size[0] for size in sizes), max((size[1] for size in sizes), default=0)
    if things <= ROOMY and depth <= DEEP:
        return None
    values = [answer.get("value") for answer in expected()]
    rights = [_size(value) for value in values]
    right, deep = sum(size[0] for size in rights), max(size[1] for size in rights)
    if depth > DEEP + deep:
        return Fault("too-deep", _counted(depth, MOST_DEEP))
    # Lists may stand for arrays: they hold every entry, and the rows that hold the entries.
    if things > ROOMY + SLACK * right + 2 * _entries(values):
        return Fault("too-many", _counted(max(size[0] for size in sizes), MOST_COUNTED))
    return None


def _counted(number, most):
    """In words. What has no end is written down to some place only."""
    return f"more than {most}" if number > most else f"{number}"


def _size(tree):
    """How many things a tree holds, and how deep they lie; an array is one thing, at depth 0."""
    things, depth, level = 0, -1, [tree]
    while level:
        depth += 1
        inner = []
        for node in level:
            if type(node) in (list, tuple):
                inner += node
            elif type(node) is dict:
                inner += node.values()
        things += len(inner)
        level = inner
    return max(things, 1), depth


def _entries(tree):
    """How many numbers the arrays in a tree hold."""
    if type(tree) is dict:
        tree = list(tree.values())
    if type(tree) in (list, tuple):
        return sum(map(_entries, tree))
    return getattr(tree, "size", 0)
