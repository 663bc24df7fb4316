"""Of an assignment with several notebooks: which file of a submission is which of them."""

import json
from pathlib import Path

import pytest

from bplab.grading.submission import folders

STUBS = {name: {f"{name}_{n}": f"def {name}{n}():\n    ..." for n in "abc"} for name in "pq"}
SAME = {name: {"a": "def a():\n    ..."} for name in ("part1", "part2")}


def book(*names, ids=()):
    """A notebook that defines these, with these grade ids."""
    cells = [{"cell_type": "code", "source": f"def {name}():\n    return 1"} for name in names]
    marks = [{"nbgrader": {"grade_id": name}} for name in ids]
    cells += [{"cell_type": "code", "source": "", "metadata": mark} for mark in marks]
    whole = [{"metadata": {}, **cell, "outputs": []} for cell in cells]
    return json.dumps({"cells": whole, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


@pytest.mark.parametrize(
    "asked, files, taken",
    [
        (STUBS, {"p.ipynb": book("pa"), "q.ipynb": book("qa")}, {"p": "p", "q": "q"}),
        (STUBS, {"p.ipynb": book("qa"), "q.ipynb": book("pa")}, {"p": "q", "q": "p"}),
        (STUBS, {"p.ipynb": book("pa")}, {"p": "p", "q": None}),
        (STUBS, {"mine.ipynb": book("qb", "qc")}, {"p": None, "q": "mine"}),
        (STUBS, {"p.ipynb": book(ids=["p_a"]), "p (1).ipynb": book("pa")}, {"p": "p (1)"}),
        (STUBS, {"p.ipynb": book("pa"), "q.ipynb": "{"}, {"p": "p", "q": "unreadable"}),
        (STUBS, {"p.ipynb": "{", "hw.ipynb": book("pb"), "q.ipynb": book("qa")}, {"p": "hw"}),
        (STUBS, {"p.ipynb": book("pa", "qa", "qb")}, {"p": "p", "q": None}),
        (STUBS, {"p.ipynb": book("pa"), "q.ipynb.txt": book("qa")}, {"p": "p", "q": "q.ipynb.txt"}),
        (STUBS, {"p.ipynb": book("pa"), "hw/q.ipynb": book("qa")}, {"p": "p", "q": "q"}),
        (SAME, {"part2.ipynb": book("a", ids="a")}, {"part1": None, "part2": "part2"}),
        (SAME, {"Part2-final.ipynb": book("a", ids="a")}, {"part1": None, "part2": "Part2-final"}),
    ],
)
def test_which_file_is_which_notebook(tmp_path, asked, files, taken):
    home = tmp_path / "submitted" / "ada" / "ch"
    for name, text in files.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(text)
    raw = {text.encode(): Path(name).name.removesuffix(".ipynb") for name, text in files.items()}
    for name, wanted in taken.items():
        others = {other: stubs for other, stubs in asked.items() if other != name}
        found = folders.find(home, name, asked[name], others)
        if wanted is None:
            assert found.raw is None and "was not handed in, only" in found.reason
        elif wanted == "unreadable":
            assert found.raw == b"{" or found.raw is None
        else:
            assert raw[found.raw] == wanted
            assert bool(found.notes) == (wanted != name or "hw/" in "".join(files) and name == "q")
