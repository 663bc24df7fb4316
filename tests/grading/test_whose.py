"""Another assignment's notebook that shares a cell with this one is told to be what it is."""

import copy
import json

from bplab.grading import batch
from bplab.grading.book import class_list, insights, insights_page, insights_table
from bplab.grading.course import Course
from bplab.grading.submission import whose

OTHER = "02_other"


def add_other(room, builders):
    """An assignment that asks `sigmoid` too, and three things more."""
    markdown, code = builders
    cells = [copy.deepcopy(c) for c in room.source["cells"] if c["id"] in ("imports", "sigmoid")]
    for name in ("relu", "tanh", "step"):
        text = f"def {name}(z):\n    ### BEGIN SOLUTION\n    return z\n    ### END SOLUTION"
        cells.append(code(name, text, solution=True))
        cells.append(code(f"test_{name}", "assert True", grade=True, locked=True, points=1))
    book = {**room.source, "cells": cells}
    folder = room.root / "source" / OTHER
    folder.mkdir(parents=True)
    (folder / f"{OTHER}.ipynb").write_text(json.dumps(book))
    return book


def test_the_notebook_of_another_assignment_is_told(room, nearby, builders):
    other = add_other(room, builders)
    stranger = copy.deepcopy(other)
    stranger["cells"] = [c for c in stranger["cells"] if c["id"] != "test_step"]
    room.hand_in("eve", stranger)
    started = room.solved()  # little is there, but it is this one's
    started["cells"] = [c for c in started["cells"] if c["id"] in ("imports", "sigmoid")]
    room.hand_in("bob", started)
    room.hand_in("ada", room.solved())
    found = {r.student: r.details for r in batch.grade(room.chapter, room.root, sandbox=nearby)}
    assert found["eve"]["notes"][0] == (
        f"This looks like the notebook of {OTHER}: 6 of the 7 marked cells of {OTHER} are in it, "
        "and 1 of the 8 of the one that was asked for."
    )
    assert found["eve"]["whose"] == OTHER and found["eve"]["score"] == 1  # its sigmoid counts
    assert "whose" not in found["bob"] and "whose" not in found["ada"]
    seen = insights.collect(Course.at(room.root), room.chapter)
    assert seen.strangers == {"eve": [OTHER]} and seen.to_dict()["strangers"]
    assert any(OTHER in line for line in insights_table.lines(seen))
    assert f"<b>eve</b> {OTHER}" in insights_page.page(seen)
    (line,) = class_list.strangers({s: {room.chapter: d} for s, d in found.items()})
    assert line.startswith("1 handed in") and f"eve ({OTHER})" in line


def test_one_that_shares_nothing_is_told_too(room, nearby, builders):
    other = add_other(room, builders)
    other["cells"] = [c for c in other["cells"] if c["id"] != "sigmoid"]
    for cell in other["cells"]:
        cell["id"] = f"x-{cell['id']}"
    room.hand_in("eve", other)
    (result,) = batch.grade(room.chapter, room.root, sandbox=nearby)
    assert "This looks like the notebook of 02_other: 6 of the 7" in result.details["unreadable"]
    assert "none of the 8" in result.details["unreadable"]


def test_what_is_half_or_more_of_this_one_is_never_another_s():
    own, other = {"a", "b", "c", "d"}, {"a", "b", "x", "y", "z"}
    assert whose.owner({"a", "b", "x", "y", "z"}, own, [("other", other)]) is None
    assert whose.owner({"a", "x"}, own, [("other", other)]) is None  # of neither enough
    assert whose.owner(set(), own, [("other", other)]) is None
