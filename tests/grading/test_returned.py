"""What a worker of a cluster may bring back: a graded submission of what was sent, and no more."""

import copy
import json

import pytest

from bplab.grading import returned
from bplab.grading.chapter import Chapter, take_up
from bplab.grading.course import Course
from bplab.grading.examine import Cost, examine, task_of
from bplab.grading.marker import Markers

SCRIPT = "<img src=x onerror=alert(1)><script>alert(1)</script>"
LONG = "x" * 10**6


@pytest.fixture(scope="module")
def answered():
    """A class of one, run and marked as a worker does it: (task, what the worker says)."""
    return {}


@pytest.fixture
def honest(room, nearby, builders, answered):
    if not answered:
        wrong = room.solved(mse_loss="def mse_loss(p, y):\n    return np.sum((p - y) ** 2)")
        wrong["cells"].append(builders[0]("mine", "Own *words*, and a [link](https://x.test)."))
        wrong["cells"].append(builders[1]("more", "print('more')"))
        room.hand_in("ada", wrong)
        chapter = Chapter(Course.at(room.root), room.chapter)
        task = task_of(take_up(chapter, "ada", {}, {}), chapter)
        with nearby(room.chapter) as sandbox, Markers() as markers:
            found = examine(sandbox, markers, copy.deepcopy(task))
        answered.update(task=task, found=found)
    return answered["task"], copy.deepcopy(answered["found"])


def test_an_honest_answer_comes_through_letter_by_letter(honest):
    task, found = honest
    assert returned.read(json.dumps(found), task) == found
    died = {"died": "of hunger", "cost": vars(Cost(1.5, 2.0, 90, 0.25))}
    assert returned.checked(died, task) == died


def cell_of(found, name):
    notebook = json.loads(found["notebook"])
    return notebook, next(cell for cell in notebook["cells"] if cell["id"] == name)


def put(found, notebook):
    found["notebook"] = json.dumps(notebook)


def test_what_a_page_shows_is_made_safe_again(honest):
    task, found = honest
    notebook, cell = cell_of(found, "check_mse_loss")
    shown = {"output_type": "display_data", "data": {"text/html": SCRIPT}, "metadata": {}}
    cell["outputs"].insert(0, shown)
    cell["source"] = "check(another)"
    cell["metadata"]["nbgrader"]["points"] = 1000
    own = next(c for c in notebook["cells"] if "Own" in c["source"])
    own["source"] = SCRIPT
    put(found, notebook)
    found["comments"]["mse_loss"] = SCRIPT
    read = returned.checked(found, task)
    assert "<script" not in json.dumps(read) and "<img src" not in json.dumps(read)
    ours = next(c for c in task["repaired"]["notebook"]["cells"] if c["id"] == "check_mse_loss")
    theirs = cell_of(read, "check_mse_loss")[1]
    assert (theirs["source"], theirs["metadata"]) == (ours["source"], ours["metadata"])


def test_a_score_that_is_no_number_is_for_a_person(honest):
    task, found = honest
    found["scores"]["check_sigmoid"] = found["details"]["score"] = float("nan")
    with pytest.raises(ValueError, match="a worker sent"):
        returned.checked(found, task)
    found["details"]["score"] = sum(s for s in found["scores"].values() if s == s) or 0.0
    assert returned.read(json.dumps(found), task)["scores"]["check_sigmoid"] is None


def row(found):
    return found["details"]["exercises"]["mse_loss"]


HOSTILE = {
    "points without end": lambda f: f["scores"].update(check_mse_loss=1e5),
    "more points than there are": lambda f: f["scores"].update(check_mse_loss=1.5),
    "fewer than none": lambda f: f["scores"].update(check_mse_loss=-1),
    "yes for a number": lambda f: f["scores"].update(check_mse_loss=True),
    "a word for a number": lambda f: f["scores"].update(check_mse_loss="1"),
    "a cell that is not there": lambda f: f["scores"].update(check_more=1),
    "a cell left out": lambda f: f["scores"].popitem(),
    "scores in a list": lambda f: f.update(scores=list(f["scores"].items())),
    "a comment on another cell": lambda f: f["comments"].update(check_mse_loss="x"),
    "a comment without end": lambda f: f["comments"].update(mse_loss=LONG),
    "a comment that is a tree": lambda f: f["comments"].update(mse_loss=[["x"]]),
    "another sum": lambda f: f["details"].update(score=6.0),
    "a sum of nothing": lambda f: f["details"].update(max_score=1e9),
    "a detail more": lambda f: f["details"].update(audit={"by": "me"}),
    "a detail less": lambda f: f["details"].pop("fault"),
    "notes without end": lambda f: f["details"].update(notes=["x"] * 10**5),
    "a note without end": lambda f: f["details"].update(notes=[LONG]),
    "a deep note": lambda f: f["details"].update(notes=[[[["x"]]]]),
    "time without end": lambda f: f["details"].update(cpu_seconds=1e300),
    "a row of another cell": lambda f: row(f).update(cell="check_more"),
    "a row with more points": lambda f: row(f).update(points=1000.0),
    "a row with a better score": lambda f: row(f).update(score=100.0),
    "a row that is a word": lambda f: f["details"]["exercises"].update(mse_loss="x"),
    "a row with a long name": lambda f: f["details"]["exercises"].update({LONG: row(f)}),
    "many rows": lambda f: f["details"]["exercises"].update({str(i): row(f) for i in range(99)}),
    "a mistake without end": lambda f: row(f).update(mistake=LONG),
    "a number for a yes": lambda f: row(f).update(passed=1),
    "no notebook": lambda f: f.update(notebook=1),
    "half a notebook": lambda f: f.update(notebook=f["notebook"][:99]),
    "a notebook that is a nest": lambda f: f.update(notebook="[" * 10**6),
    "a notebook without cells": lambda f: f.update(notebook="{}"),
    "other cells": lambda f: f.update(notebook='{"cells": [{"id": "x"}]}'),
    "a report without end": lambda f: put(f, _with_outputs(f)),
    "another key": lambda f: f.update(more=1),
}


def _with_outputs(found):
    notebook, cell = cell_of(found, "check_sigmoid")
    cell["outputs"] *= 5000
    return notebook


@pytest.mark.parametrize("change", HOSTILE.values(), ids=HOSTILE)
def test_everything_else_is_turned_away(honest, change):
    task, found = honest
    change(found)
    with pytest.raises(ValueError, match="a worker sent"):
        returned.read(json.dumps(found), task)


@pytest.mark.parametrize("text", [None, 5, "", "[]", "[" * 10**6, "x" * (returned.MAX_ANSWER + 1)],
                         ids=lambda text: str(text)[:9])  # fmt: skip
def test_what_is_no_answer_is_turned_away(honest, text):
    with pytest.raises(ValueError, match="a worker sent"):
        returned.read(text, honest[0])
