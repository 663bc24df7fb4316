"""Read answers: bytes that a learner's side sent, in the one form that marking reads."""

from bplab.exam.report import Fault
from bplab.exam.wire import MAX_BYTES, WireError, unpack


def read(answers):
    """The list of answers in bytes from `sit`, or a Fault if there is none."""
    said = unpack(answers, MAX_BYTES)
    if type(said) is not dict:
        raise WireError("no answers")
    if "undefined" in said:
        return Fault("not-defined", "")
    if "uncallable" in said:
        return Fault("not-callable", str(said["uncallable"])[:100])
    if "too_large" in said:
        return Fault("too-large", str(said["too_large"])[:20])
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
    if "value" in item:
        answer["value"] = item["value"]
    elif "arguments" in item:
        answer["arguments"] = str(item["arguments"])[:400]
    elif "slow" in item:
        answer["slow"] = True
    else:
        raised = item.get("raised")
        raised = raised if type(raised) is dict else {}
        keys = ("type", "message", "line", "lineno", "function", "caller", "hidden")
        answer["raised"] = {key: str(raised.get(key, ""))[:500] for key in keys}
    return answer


def _words(found, count, length):
    return [str(word)[:length] for word in found[:count]] if type(found) is list else []
