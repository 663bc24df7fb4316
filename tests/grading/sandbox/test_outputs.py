"""Outputs of the sandbox against those of a real kernel under nbclient, cell by cell."""

from pathlib import Path

import pytest

from bplab.grading.sandbox import available
from tests.grading.sandbox.kernel_outputs import differences, kernel_run, sandbox_run

WORKS, WHY = available()


def cells(name):
    """Sources of notebooks/NAME.txt; a line of # %% parts them."""
    text = (Path(__file__).parent / "notebooks" / f"{name}.txt").read_text(encoding="utf-8")
    return text.strip("\n").split("\n# %%\n")


@pytest.mark.slow
@pytest.mark.skipif(not WORKS, reason=WHY)
@pytest.mark.parametrize("name", ["streams", "errors", "display", "figures"])
def test_outputs_are_those_of_a_kernel(name, tmp_path):
    sources = cells(name)
    assert differences(kernel_run(sources, tmp_path), sandbox_run(sources)) == []


@pytest.mark.slow
def test_they_are_without_isolation_too(tmp_path):
    sources = [*cells("streams")[:12], *cells("errors")[:6], *cells("figures")[:2]]
    assert differences(kernel_run(sources, tmp_path), sandbox_run(sources, isolate=False)) == []
