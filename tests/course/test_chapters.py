"""Every solved chapter runs as a whole in a fresh kernel; its cells then run again in any order,
raise nothing and show what they showed.

A learner goes back, changes a rate and runs a cell again; what it shows must not depend on which
later cells have run since.
"""

import copy
import os
import random
import re

import pytest

from bplab import exercises
from bplab.study.solutions import run, solved
from bplab.study.workspace import chapters, course_source, read_notebook

pytestmark = pytest.mark.slow
OF_A_CLOCK = {"race-picture"}  # drawings of what an earlier cell timed
# Checks that train for a quarter of a minute: tests/grading/test_chapters.py has them sat.
TRAINED_ELSEWHERE = {f"check({e.name})" for e in exercises.every() if e.costly}


def shown(cell):
    """What a cell shows, without what differs between two runs of one thing."""
    texts = []
    for output in cell["outputs"]:
        data = output.get("data", {})
        text = output.get("text", "") or data.get("text/html", "") or data.get("text/plain", "")
        text = re.sub(r"bplab-[0-9a-f]{32}", "", text)  # the name of one drawing on its page
        if "time" in cell["source"]:  # a clock's numbers are never the same twice
            text = re.sub(r"\s*[\d.]+", "#", text)
        if cell["id"].removeprefix("again-") in OF_A_CLOCK:
            text = "a drawing" if text else ""
        texts.append(text)
    return texts


@pytest.mark.parametrize("name", chapters())
def test_the_solved_chapter_runs_and_its_cells_again_in_any_order_show_the_same(name, tmp_path):
    notebook = solved(read_notebook(course_source() / name / f"{name}.ipynb"))
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    again = [cell for cell in code if not cell["source"].startswith("check(")]
    code = [cell for cell in code if cell["source"].strip() not in TRAINED_ELSEWHERE]
    random.Random(name).shuffle(again)
    if not os.environ.get("BPLAB_THOROUGH"):  # all by command: BPLAB_THOROUGH=1 pytest ...
        # From chapter 7 on, half a minute of training each.
        again = [] if name >= "07" else again[: len(again) // 2]
    again = [cell | {"id": f"again-{cell['id']}"} for cell in copy.deepcopy(again)]
    before = os.times()
    node = run(notebook | {"cells": [*code, *again]}, tmp_path)  # any error stops it
    after = os.times()  # of the kernel, which has ended: its computing, whatever else runs here
    spent = after.children_user + after.children_system
    assert spent - before.children_user - before.children_system < 360
    outputs = [out for cell in node.cells for out in cell.outputs]
    assert [out for out in outputs if out.get("name") == "stderr"] == []
    first = {cell["id"]: shown(cell) for cell in node.cells}
    differ = [cell["id"] for cell in again if first[cell["id"]] != first[cell["id"][6:]]]
    assert not differ
