"""A sandbox with small limits, warm for a whole file of tests."""

import textwrap

import pytest

from bplab.grading.sandbox import Cell, Sandbox, through
from tests.grading.sandbox.cells import CHAPTER, LIMITS, text


@pytest.fixture(scope="module")
def _impatient():
    before, through.GRACE_SECONDS = through.GRACE_SECONDS, 1.0
    yield
    through.GRACE_SECONDS = before


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox(CHAPTER, limits=LIMITS) as sandbox:
        yield sandbox


@pytest.fixture
def run(sandbox):
    """Run sources as cells; the results of the cells."""

    def run(*sources):
        return sandbox.run([Cell(textwrap.dedent(text)) for text in sources], draw=None)

    return run


@pytest.fixture
def says(run):
    """What a cell printed, or the error it ended in."""

    def says(source):
        return text(run(source).cells[0])

    return says
