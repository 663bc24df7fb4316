"""Every chapter runs as a whole, solutions in, in a fresh kernel."""

import os

import pytest

from bplab.study.solutions import run, solved
from bplab.study.workspace import chapters, course_source, read_notebook

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", chapters())
def test_the_solved_chapter_runs_top_to_bottom_without_a_warning(name, tmp_path):
    source = read_notebook(course_source() / name / f"{name}.ipynb")
    before = os.times()
    node = run(solved(source), tmp_path)  # any error stops it
    after = os.times()  # of the kernel, which has ended: its computing, whatever else runs here
    spent = after.children_user + after.children_system
    assert spent - before.children_user - before.children_system < 180
    outputs = [out for cell in node.cells if cell.cell_type == "code" for out in cell.outputs]
    assert [out for out in outputs if out.get("name") == "stderr"] == []
