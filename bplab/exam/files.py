"""Files that answers left behind, and what a fresh process makes of them.

A model that comes back in the process that saved it may have stayed in its memory. In a class the
bytes of the file are part of the answer; a process that has never seen the model loads them, and
its answers take the place of the first ones.
"""

import contextlib
from dataclasses import replace

from bplab.exam import marking
from bplab.exam.answers import read
from bplab.exam.report import Fault
from bplab.exam.wire import WireError, pack, plain

DRIVER = "from the file alone"
NOTHING_LEFT = (
    "What save_model wrote was read again in a fresh Python process, where nothing is left but the "
    "file and your code, and the model did not come back: {told}"
)
LOOK = "What does load_model use beside the file: a global, another file, the path it was given?"
DERIVE = (
    "The one who loads a model has the file and your code, not this notebook's memory: everything "
    "that predicting needs is in the file."
)


def sheet(paper, answers):
    """The paper for a fresh process, or None if the answers (bytes) left no file for every case."""
    exercise, said = paper.exercise, read(answers)
    if isinstance(said, Fault) or len(said) < len(paper.cases):
        return None
    kept = [answer.get("kept") for answer in said[: len(paper.cases)]]
    if any(content is None for content in kept):
        return None
    cases = [
        {"name": case.inputs["name"], "content": content}
        for case, content in zip(paper.cases, kept, strict=True)
    ]
    return pack(
        {
            "exercise": exercise.loaded_by,
            "driver": DRIVER,
            "seconds": exercise.seconds,
            "repeat": False,
            "may_change": [],
            "max_bytes": exercise.max_bytes,
            "cases": [plain(case) for case in cases],
        }
    )


def report(paper, first, answers, loaded):
    """The report where a fresh process gave `loaded` (bytes, or None) after the first `answers`.

    first : the report on these, which stands where the fresh process does as well
    """
    found = marking.mark(paper, pack({"answers": _from_files(paper, answers, loaded)}))
    if found.passed or found.score >= first.score:
        return first
    told = NOTHING_LEFT.format(told=found.observed)
    return replace(found, mistake="not-in-file", observed=told, hints=[told, LOOK, DERIVE])


def _from_files(paper, answers, loaded):
    """The first answers, with what the fresh process loaded in place of what came back then."""
    said, again = read(answers), []
    with contextlib.suppress(WireError):
        again = read(loaded) if loaded is not None else []
    if isinstance(again, Fault):
        again = []
    merged = []
    for number, answer in enumerate(said[: len(paper.cases)]):
        other = again[number] if number < len(again) else {"slow": True}
        values = answer.get("value"), other.get("value")
        if all(type(value) is dict for value in values):
            answer = {**answer, "value": {**values[0], **values[1]}}
        else:
            answer = {key: other[key] for key in ("raised", "arguments", "slow") if key in other}
        answer.pop("kept", None)
        merged.append(answer)
    return merged
