"""A chapter's notebook as `bplab.authors.chapter` begins and tidies it."""

import ast

import pytest
from nbformat import v4, validate

from bplab import exercises
from bplab.authors.chapter import begun, tidied
from bplab.study.release import release, text
from bplab.study.workspace import graded_cells


@pytest.mark.parametrize("chapter", ["02_chain_rule", "10_autodiff"])  # functions, and a class
def test_a_chapter_is_begun_with_a_stub_and_a_check_for_each_exercise(chapter):
    notebook = begun(chapter)
    validate(notebook)
    asked = {one.name: one.points for one in exercises.chapter(chapter)}
    found = {name: cell.metadata.nbgrader.points for cell, name in graded_cells(notebook)}
    assert found == asked
    released = {cell["id"]: text(cell) for cell in release(notebook)["cells"]}
    for name in asked:
        assert "NotImplementedError" in released[name] and '"""' in released[name]
        ast.parse(released[name])


def test_cells_named_by_chance_get_ids_that_speak_and_outputs_go():
    lab = "3f0f2bd2-3f70-4b8c-9a1e-7c4d5e6f7a8b"
    graded = {"nbgrader": {"grade_id": "check_f"}}
    printed = v4.new_output("stream", text="4")
    notebook = v4.new_notebook(
        cells=[
            v4.new_markdown_cell("## One outlier rules", id=lab),
            v4.new_markdown_cell("## One outlier rules", id="c0958a1f"),
            v4.new_code_cell("print(4)", id="print-four", outputs=[printed], execution_count=3),
            v4.new_code_cell("check(f)", id="cell-1", metadata=graded),
        ]
    )
    changed = tidied(notebook)
    assert [cell.id for cell in notebook.cells] == [
        "one-outlier-rules",
        "one-outlier-rules-2",
        "print-four",
        "check_f",
    ]
    assert changed == {
        lab: "one-outlier-rules",
        "c0958a1f": "one-outlier-rules-2",
        "cell-1": "check_f",
    }
    assert notebook.cells[2].outputs == [] and notebook.cells[2].execution_count is None
    assert tidied(notebook) == {}
