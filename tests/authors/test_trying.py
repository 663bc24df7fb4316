"""`bplab try` and `bplab explain`: what an author is told about an entry."""

from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from bplab.authors import settings, trying
from bplab.cli import app
from bplab.exam import Exercise

run = CliRunner()


def doubled(x):
    """The exercise of these tests: twice x."""
    return 2.0 * x


def exercise():
    made = Exercise("doubled", "01_single_neuron", doubled, returns="y")

    @made.paper
    def _(rng):
        for size in (3, 4):
            yield {"x": rng.normal(size=size)}

    return made


HINTS = ("You gave {part}.", "Which factor?", "Two times x.")


def test_a_good_entry_is_refused_everywhere_under_its_name():
    one = exercise()
    one.mistake("halved", *HINTS)(lambda x: x / 2)
    (trial,) = trying.tried(one, papers=5)
    assert trial.good and trial.refused == 5
    assert trial.without[0] not in ("halved", "passed")


def test_an_entry_that_answers_right_is_told():
    one = exercise()
    one.mistake("no-mistake", *HINTS)(lambda x: x + x)
    (trial,) = trying.tried(one, papers=5)
    assert not trial.good and trial.refused == 0 and trial.told == {"passed": 5}


def test_the_second_of_two_entries_that_answer_alike_is_told_under_the_first_ones_name():
    one = exercise()
    one.mistake("halved", *HINTS)(lambda x: x / 2)
    one.mistake("by-two", *HINTS)(lambda x: x * 0.5)
    first, second = trying.tried(one, papers=3)
    assert second.told == {"halved": 3} and not second.good
    assert first.shadows == ["by-two"]


def test_the_order_of_the_entries_is_kept():
    one = exercise()
    for name in ("a", "b", "c"):
        one.mistake(name, *HINTS)(lambda x, n=name: x + ord(n))
    trying.tried(one, ["a"], papers=2)
    assert list(one.mistakes) == ["a", "b", "c"]


ENTRY = """
@linear_backward.mistake("db-of-inputs", "db is off.", "Which sum?", "Of dZ.", part="db")
def _(dZ, X, W):
    return np.full(dZ.shape[1], X.sum())
"""


def test_the_command_tries_a_file_of_new_entries(tmp_path):
    from bplab import exercises

    file = tmp_path / "new.py"
    file.write_text(ENTRY)
    try:
        result = run.invoke(
            app, ["try", "linear_backward", "--mistake", str(file), "--papers", "3"]
        )
    finally:
        exercises.find("linear_backward").mistakes.pop("db-of-inputs", None)
    assert result.exit_code == 0, result.output
    assert "db-of-inputs" in result.output and "by its name" in result.output
    assert "Where to look" in result.output or "where to look" in result.output


def test_a_file_that_does_not_run_is_told_with_its_error(tmp_path):
    file = tmp_path / "new.py"
    file.write_text("nonsense + 1\n")
    result = run.invoke(app, ["try", "sigmoid", "--mistake", str(file)])
    assert result.exit_code == 2 and "NameError" in result.output


def test_a_wrong_name_offers_the_nearest():
    result = run.invoke(app, ["try", "sigmiod"])
    assert result.exit_code == 2 and "sigmoid" in result.output
    result = run.invoke(app, ["explain", "bias-averagd"])
    assert result.exit_code == 2 and "bias-averaged" in result.output


def test_explain_shows_the_card_and_the_place():
    result = run.invoke(app, ["explain", "linear_backward/bias-averaged"])
    assert result.exit_code == 0
    assert "linear_backward.py" in result.output and "1/6" in result.output


@pytest.mark.parametrize("part", ["dQ"])
def test_a_part_that_is_not_returned_is_refused(part):
    from bplab import exercises

    with pytest.raises(ValueError, match="returns dX, dW, db, but no 'dQ'"):
        exercises.find("linear_backward").mistake("x", *HINTS, part=part)(lambda *a: np.zeros(1))


def test_a_second_entry_of_one_name_is_refused():
    one = exercise()
    one.mistake("halved", *HINTS)(lambda x: x / 2)
    with pytest.raises(ValueError, match="has a mistake 'halved' already"):
        one.mistake("halved", *HINTS)


SLIPS = {
    "a name that is not there": (
        '@one.mistake("x", "a", "b", "c")\ndef _(x):\n    return xx\n',
        ("NameError: name 'xx'", "one.py, line 13"),
    ),
    "other arguments": (
        '@one.mistake("x", "a", "b", "c")\ndef _(x, y):\n    return x\n',
        ("cannot be called as one(x)", "one.py, line 11"),
    ),
    "a part where one thing is returned": (
        '@one.mistake("x", "a", "b", "c", part="db")\ndef _(x):\n    return x\n',
        ("leave out part='db'", "line 11"),
    ),
    "a word that nothing fills": (
        '@one.mistake("x", "{Nn}", "b", "c")\ndef _(x):\n    return x\n',
        ("one/x", "nothing fills {Nn}", "one.py, line 11"),
    ),
    "in a reading": (
        "@one.tells\ndef _(wrong, rows):\n    return rowz\n\n\n"
        '@one.mistake("x", "a", "b", "c")\ndef _(x):\n    return x**3\n',
        ("'rowz' is not defined", "one.py, line 13"),
    ),
    "in a judge": (
        "@one.judge\ndef _(case, value):\n    return cas\n",
        ("'cas' is not defined", "one.py, line 13"),
    ),
    "in a paper": (
        '@one.paper\ndef _(rng):\n    yield {"x": rgn.normal()}\n',
        ("'rgn' is not defined", "one.py, line 13"),
    ),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_an_authors_slip_is_told_with_its_file_and_line(tmp_path, slip):
    text, words = SLIPS[slip]
    file = tmp_path / "one.py"
    file.write_text(
        "from bplab.exam import Exercise\n\n"
        'one = Exercise("one", "week3", lambda x: 2 * x, returns="y")\n\n\n'
        '@one.paper\ndef _(rng):\n    yield {"x": rng.normal(size=3)}\n\n\n' + text
    )
    result = run.invoke(app, ["try", str(file), "--papers", "2"])
    said = " ".join(result.output.split())
    assert result.exit_code == 2, said
    for word in words:
        assert word in said
    assert "Traceback" not in said


SETTINGS = {
    "returns": ("returns=('a', 'b')", "returns names a, b, and the reference gives one thing"),
    "driver": ("returns='y', driver='cal'", "there is no driver 'cal'; there are"),
    "credit": ("returns='y', credit=('Y',)", "credit names 'Y', and the parts of the answer are y"),
    "may_change": (
        "returns='y', may_change=['X']",
        "may_change names 'X', and the",
    ),
    "shapes": ("returns='y', shapes={'x': 'N D'}", "shapes gives x the dimensions 'N D', and"),
    "shapes of nothing": ("returns='y', shapes={'X': 'N'}", "shapes names 'X', and the arguments"),
    "roles": ("returns='y', roles={'x': 'skore'}", "there is no role 'skore'; there are"),
    "a role of nothing": ("returns='y', roles={'Y': 'loss'}", "roles names 'Y', and the arguments"),
    "points": ("returns='y', points='2'", "points is a number from 0 on"),
}
PAPERS = {
    "another input": (
        '    yield {"z": rng.normal(size=3)}',
        "the paper names 'z', and the",
    ),
    "no case": ("    yield from ()", "its paper should yield one case or more"),
    "no yield": ('    return {"x": 1.0}', "each a dict of inputs or a Case; it gives ['x']"),
    "a die of its own": (
        '    yield {"x": np.random.default_rng().normal(size=3)}',
        "draws another paper from the same seed",
    ),
}
DRAWN = '    yield {"x": rng.normal(size=3)}'
MISSET = {name: (given, DRAWN, words) for name, (given, words) in SETTINGS.items()}
MISSET |= {name: ("returns='y'", drawn, words) for name, (drawn, words) in PAPERS.items()}


@pytest.mark.parametrize("slip", MISSET)
def test_a_setting_that_nothing_answers_to_is_told(tmp_path, slip):
    given, drawn, words = MISSET[slip]
    file = tmp_path / "one.py"
    file.write_text(
        "import numpy as np\nfrom bplab.exam import Exercise\n\n"
        f"one = Exercise('one', 'week3', lambda x: 2 * x, {given})\n\n\n"
        f"@one.paper\ndef _(rng):\n{drawn}\n"
    )
    result = run.invoke(app, ["try", str(file), "--papers", "2"])
    said = " ".join(result.output.split())
    assert result.exit_code == 2 and words in said, said


@pytest.mark.parametrize(
    ("named", "meant"),
    [("01_single_neurn", "01_single_neuron"), ("Week2", "week2"), ("week3", ""), ("week2", "")],
)
def test_a_chapter_that_is_nearly_another_is_told(tmp_path, named, meant):
    (tmp_path / "source" / "week2").mkdir(parents=True)
    one = Exercise("one", named, abs, returns="y")
    one.paper(lambda rng: iter([{"x": rng.normal()}]))
    told = list(settings.slips(one, tmp_path / "exercises"))
    assert [f"is it {meant!r}?" in each for each in told] == ([True] if meant else [])


# The arguments of an entry after its name, its function, and what is said of it.
RUNGS = '"a", "b", "c"'
ENTRIES = {
    "an empty rung": ('"a", "", "c"', "dZ * 2", "one of the three rungs is empty. Say"),
    "a lone brace": ('"{N times", "b", "c"', "(dZ, X, W)", "a brace stands alone in '{N times'"),
    "a keyword": (f"{RUNGS}, prt='db'", "dZ", "An entry is @linear_backward.mistake(name,"),
    "another exercise's name": (f"{RUNGS}, when=lin.name", "dZ", "The file knows linear_backward"),
    "what narrows nothing": (f"{RUNGS}, kind='KeyError'", "dZ", "narrow `when`, and there is none"),
    "a fault that is not there": (
        f"{RUNGS}, when='rased'",
        "{}[0]",
        "no answer is ever called 'rased'. `when` names a part of the answer (dX, dW, db) or",
    ),
    "an error that is not raised": (
        f"{RUNGS}, when='raised', kind='KeyEror'",
        "{}[0]",
        "its own function raises KeyError: 0; kind='KeyEror'",
    ),
    "all where a part is asked": (
        f"{RUNGS}, part='db'",
        "(dZ, X, W)",
        "gives all of dX, dW, db where part='db' asks for db alone",
    ),
    "nothing": (f"{RUNGS}, part='db'", "None", "gives nothing for db; has it a return?"),
    "a part without its name": (RUNGS, "dZ", "gives one array where dX, dW, db are returned"),
    "what is right": (f"{RUNGS}, part='db'", "sum(dZ)", "no paper of 2 tells it from the right"),
    "chance": (
        f"{RUNGS}, part='db'",
        "dZ.sum(0) * np.random.default_rng().random()",
        'is called not-repeatable: say when="not-repeatable" if it stands for that, else mend',
    ),
}


@pytest.mark.parametrize("slip", ENTRIES)
def test_a_slip_in_an_entry_is_told_with_what_to_do(tmp_path, slip):
    from bplab import exercises

    arguments, given, words = ENTRIES[slip]
    file = tmp_path / "new.py"
    file.write_text(
        f'@linear_backward.mistake("slip", {arguments})\ndef _(dZ, X, W):\n    return {given}\n'
    )
    try:
        command = ["try", "linear_backward", "--mistake", str(file), "--papers", "2"]
        result = run.invoke(app, command)
    finally:
        exercises.find("linear_backward").mistakes.pop("slip", None)
        exercises.find("linear_backward").practice_paper().outcomes.clear()
    said = " ".join(result.output.split())
    assert result.exit_code and words in said, said


def test_an_entry_that_never_ends_is_told_with_its_line():
    one = Exercise("doubled", "toys", doubled, returns="y", seconds=0.05)

    @one.paper
    def _(rng):
        yield {"x": rng.normal(size=3)}

    @one.mistake("endless", *HINTS)
    def _(x):
        while True:
            pass

    with pytest.raises(trying.AuthoringError, match=r"endless takes longer .*test_trying.py, line"):
        with trying.loud():
            trying.tried(one, papers=1)


def test_explain_finds_a_name_with_a_stroke_in_it():
    result = run.invoke(app, ["explain", "overwritten-by-/"])
    assert result.exit_code == 0 and "Tensor" in result.output


def test_the_example_of_the_guide_passes_its_trial(tmp_path):
    guide = Path(__file__).parents[2] / "docs" / "own-exercises.md"
    file = tmp_path / "huber.py"
    file.write_text(guide.read_text().partition("```python\n")[2].partition("```")[0])
    result = run.invoke(app, ["try", str(file), "--papers", "3"])
    assert result.exit_code == 0, result.output
    assert "1 named mistake tried" in result.output


def test_an_entry_that_a_reading_tells_by_name_can_be_tried():
    result = run.invoke(app, ["try", "sigmoid", "--only", "clipped-early", "--papers", "2"])
    assert result.exit_code == 0, result.output
