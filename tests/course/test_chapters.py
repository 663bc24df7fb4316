"""Every chapter runs as a whole, solutions in, in a fresh kernel."""

import time

import pytest

from bplab.study.solutions import run, solved
from bplab.study.workspace import chapters, course_source, read_notebook

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", chapters())
def test_the_solved_chapter_runs_top_to_bottom_without_a_warning(name, tmp_path):
    source = read_notebook(course_source() / name / f"{name}.ipynb")
    started = time.perf_counter()
    node = run(solved(source), tmp_path)  # any error stops it
    assert time.perf_counter() - started < 120  # 60 s on a machine that has nothing else to do
    outputs = [out for cell in node.cells if cell.cell_type == "code" for out in cell.outputs]
    assert [out for out in outputs if out.get("name") == "stderr"] == []
