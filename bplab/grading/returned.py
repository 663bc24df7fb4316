"""What a worker of a cluster brought back, checked piece by piece before anything is recorded.

A worker may be in wrong hands, or its machine. It may decide the grades of the submissions it is
given, within the points there are; it may decide nothing else. Cells and their sources are those
that were sent; outputs and words are made safe to look at once more; every number has a range,
every word a length.
"""

import json
import math
from dataclasses import fields

from .examine import Cost
from .submission import attached, clean, reading, write_up

MAX_ANSWER = 64 * 2**20  # letters of all that comes back for one submission
MAX_NOTE = 5_000
MAX_NOTES = 1_000
MAX_COMMENT = 100_000
MAX_CARD = 200_000
_KEYS = {"notebook", "scores", "comments", "details"}
_LARGE = 1e7  # of seconds and megabytes


class Returned(ValueError):
    """Something else than a graded submission came back; the message says what."""

    def __init__(self, what):
        super().__init__(f"a worker sent {what}")


def read(text, sent: dict) -> dict:
    """The graded submission in a worker's answer.

    text : the answer, JSON. sent : the task it answers, see `examine.task_of`.
    Raises ValueError for whatever is no graded submission of that task.
    """
    return checked(_parsed(text, "an answer"), sent)


def checked(found, sent: dict) -> dict:
    """As `read`, of an answer that is no text any more."""
    if type(found) is dict and set(found) == {"died", "cost"} and type(found["died"]) is str:
        return {"died": _text(found["died"], MAX_NOTE), "cost": _cost(found["cost"])}
    if type(found) is not dict or set(found) != _KEYS:
        raise Returned("what is no graded submission")
    cells = sent["repaired"]["notebook"]["cells"]
    marks = {c["metadata"]["nbgrader"]["grade_id"]: c["metadata"]["nbgrader"]
             for c in cells if "nbgrader" in c["metadata"]}  # fmt: skip
    points = {name: float(mark.get("points", 0)) for name, mark in marks.items()
              if mark.get("grade") or mark.get("task")}  # fmt: skip
    answers = {name for name, mark in marks.items() if mark.get("solution") or mark.get("task")}
    scores = _scores(found["scores"], points)
    return {
        "notebook": _notebook(found["notebook"], sent["repaired"]["notebook"], points),
        "scores": scores,
        "comments": _comments(found["comments"], answers),
        "details": _details(found["details"], scores, points, {cell["id"] for cell in cells}),
    }


def _parsed(text, what):
    if type(text) is not str or len(text) > MAX_ANSWER:
        raise Returned(f"{what} that is no text, or too long")
    try:
        return reading.parse(text.encode("utf-8", "surrogatepass"))[0]
    except reading.Unreadable as error:
        raise Returned(f"{what} that cannot be read ({error})") from None


def _scores(found, points):
    if type(found) is not dict or set(found) != set(points):
        raise Returned("scores of other cells than are graded")
    for name, score in found.items():
        if score is not None and not _is_number(score, points[name]):
            raise Returned(f"a score that is none: {str(score)[:50]} at {name}")
    return found


def _cost(found):
    names = {field.name for field in fields(Cost)}
    if type(found) is not dict or set(found) != names or not all(map(_is_number, found.values())):
        raise Returned("a cost that is none")
    return found


def _is_number(value, most=_LARGE):
    return type(value) in (int, float) and math.isfinite(value) and 0 <= value <= most


# The notebook: our cells, and what each of them showed


def _notebook(text, sent, points):
    cells = _parsed(text, "a notebook").get("cells")
    if type(cells) is not list or not all(type(cell) is dict for cell in cells):
        raise Returned("a notebook without cells")
    notes = cells.pop(0) if cells and cells[0].get("id") == "bplab-notes" else None
    if [cell.get("id") for cell in cells] != [cell["id"] for cell in sent["cells"]]:
        raise Returned("a notebook of other cells than were sent")
    room = clean.Room()
    pairs = zip(cells, sent["cells"], strict=True)
    made = [_cell(theirs, ours, points, room) for theirs, ours in pairs]
    if notes is not None:
        source = clean.markdown(_text(notes.get("source"), MAX_COMMENT))
        about = {"bplab": {"notes": True}}
        first = {"cell_type": "markdown", "id": "bplab-notes", "metadata": about, "source": source}
        made.insert(0, first)
    return write_up.as_text({**sent, "cells": made})


def _cell(theirs, ours, points, room):
    if ours["cell_type"] != "code":
        marks, about = ours["metadata"].get("nbgrader", {}), ours["metadata"].get("bplab", {})
        if ours["cell_type"] == "markdown" and (marks.get("solution") or about.get("own")):
            source = _text(theirs.get("source"), clean.MAX_TEXT)
            return {**ours, "source": attached.markdown(source, ours.get("attachments"))}
        return ours
    shown, count = theirs.get("outputs"), theirs.get("execution_count")
    if ours["metadata"].get("nbgrader", {}).get("grade_id") in points:
        room = clean.Room()  # a report has room below any page of tables
        if len(json.dumps(shown)) > MAX_CARD + clean.MAX_TEXT:
            raise Returned(f"a report that is too long, at {ours['id']}")
    count = count if type(count) is int and 0 <= count < 10**9 else None
    return {**ours, "outputs": clean.outputs(shown, room), "execution_count": count}


# Words


def _text(value, most=MAX_NOTE):
    if type(value) is not str or len(value) > most + 100:  # a line that says what was cut
        raise Returned("words that are none, or too long")
    return clean.text(value, most + 100)


def _maybe(value, most=MAX_NOTE):
    return None if value is None else _text(value, most)


def _texts(found, most=MAX_NOTES):
    if type(found) is not list or len(found) > most:
        raise Returned("a list of words that is none, or too long")
    return [_text(word) for word in found]


def _comments(found, names):
    if type(found) is not dict or set(found) != names:
        raise Returned("comments on other cells than were answered")
    told = {name: _maybe(text, MAX_COMMENT) for name, text in found.items()}
    return {name: text and clean.markdown(text) for name, text in told.items()}


# Details


def _details(found, scores, points, ids):
    wanted = {
        "score": lambda value: _same(value, sum(score or 0.0 for score in scores.values())),
        "max_score": lambda value: _number(value, sum(points.values())),
        "exercises": lambda value: _rows(value, points),
        "notes": _texts,
        "repaired": _flag,
        "unreadable": _maybe,
        "failed": _maybe,
        "broken": lambda value: _some_of(value, ids),
        "written": lambda value: _by_cell(value, points, lambda digest: _text(digest, 64)),
        "fault": lambda value: _maybe(value, 100),
        "cpu_seconds": _number,
        "peak_mb": _number,
        "wall_seconds": _number,
        "marking": lambda value: _marking(value, ids),
    }
    return _record(found, wanted, "details")


def _rows(found, points):
    if type(found) is not dict or len(found) > len(points):
        raise Returned("rows of more exercises than there are")
    wanted = {
        "cell": lambda value: _one_of(value, points),
        "points": _number,
        "score": _number,
        "passed": _flag,
        "mistake": lambda value: _maybe(value, 200),
        "told": lambda value: _text(value, 400),
        "carried": lambda value: None if value is None else _texts(value, 50),
        "group": lambda value: _maybe(value, 300),
        "fault": lambda value: _maybe(value, 100),
        "seconds": lambda value: None if value is None else _number(value),
    }
    rows = {_text(name, 200): _record(row, wanted, "a row") for name, row in found.items()}
    for row in rows.values():
        if row["points"] != points[row["cell"]] or row["score"] > row["points"]:
            raise Returned(f"a row with points that are not there: {row['cell']}")
    return rows


def _marking(found, ids):
    wanted = {
        "cpu_seconds": _number,
        "peak_mb": _number,
        "by_cell": lambda value: _by_cell(value, ids, _number),
    }
    return _record(found, wanted, "the cost of marking")


def _record(found, wanted, what):
    if type(found) is not dict or set(found) != set(wanted):
        raise Returned(f"{what} of another form")
    return {key: check(found[key]) for key, check in wanted.items()}


def _by_cell(found, names, check):
    if type(found) is not dict or not set(found) <= set(names):
        raise Returned("entries of cells that are not there")
    return {_text(key, 200): check(value) for key, value in found.items()}


def _some_of(found, names):
    if type(found) is not list or len(found) > len(names):
        raise Returned("a list of cells that is none")
    return [_one_of(name, names) for name in found]


def _one_of(name, names):
    if type(name) is not str or name not in names:
        raise Returned("the name of a cell that is not there")
    return name


def _number(value, most=_LARGE):
    if not _is_number(value, most):
        raise Returned(f"a number that is none: {str(value)[:50]}")
    return value


def _same(value, right):
    if abs(_number(value) - right) > 1e-6:
        raise Returned("a sum that is not that of its scores")
    return value


def _flag(value):
    if type(value) is not bool:
        raise Returned("a yes or no that is neither")
    return value
