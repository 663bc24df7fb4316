"""What one submission has met, such as pictures, the warm process loads for those to come."""

import pytest

from bplab.grading.sandbox import Cell, Sandbox, available
from bplab.grading.sandbox.inside import shell
from bplab.grading.sandbox.inside.frames import MEET
from tests.grading.sandbox.cells import CHAPTER, LIMITS, text

LOOK = "import sys\nprint([name in sys.modules for name in ('matplotlib.pyplot', 'stack_data')])"


def test_every_letter_stands_for_something():
    assert set(MEET) == set(shell.TO_MEET)


@pytest.mark.skipif(not available()[0], reason=available()[1])
@pytest.mark.parametrize("isolate", [True, False])
def test_what_one_has_met_is_there_for_the_next(isolate, monkeypatch, tmp_path):
    fonts = tmp_path / "fontlist-v0.json"  # or pictures are loaded from the start
    fonts.write_text('{"ttflist": [], "afmlist": []}')
    monkeypatch.setenv("MPLCONFIGDIR", str(tmp_path))
    with Sandbox(CHAPTER, limits=LIMITS, isolate=isolate) as sandbox:

        def first_and_last(*sources):
            cells = sandbox.run([Cell(source) for source in sources], draw=None).cells
            return text(cells[0]), text(cells[-1])

        assert first_and_last(LOOK)[0] == "[False, False]\n"
        drawn = "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()"
        assert first_and_last(LOOK, drawn, LOOK) == ("[False, False]\n", "[True, False]\n")
        assert first_and_last(LOOK)[0] == "[True, False]\n"
        assert first_and_last(LOOK, "1 / 0", LOOK) == ("[True, False]\n", "[True, True]\n")
        assert first_and_last(LOOK)[0] == "[True, True]\n"


@pytest.mark.skipif(not available()[0], reason=available()[1])
def test_without_a_list_of_fonts_pictures_are_loaded_from_the_start(monkeypatch, tmp_path):
    monkeypatch.setenv("MPLCONFIGDIR", str(tmp_path))
    with Sandbox(CHAPTER, limits=LIMITS) as sandbox:
        assert text(sandbox.run([Cell(LOOK)], draw=None).cells[0]) == "[True, False]\n"


@pytest.mark.skipif(not available()[0], reason=available()[1])
def test_what_a_child_says_it_has_met_is_a_letter_or_nothing(sandbox_of_lies):
    sandbox, lie = sandbox_of_lies
    for told in ("pt" * 10_000, ["p"], {"p": 1}, None, 7, "+", "\x00"):
        lie(told)
        assert text(sandbox.run([Cell("print(1)")], draw=None).cells[0]) == "1\n"


@pytest.fixture
def sandbox_of_lies(monkeypatch):
    from bplab.grading.sandbox.child import Child

    taken, told = Child.take, []

    def take(self, *arguments):
        done, answers = taken(self, *arguments)
        return done | {"met": told[-1]}, answers

    monkeypatch.setattr(Child, "take", take)
    with Sandbox(CHAPTER, limits=LIMITS) as sandbox:
        yield sandbox, told.append
