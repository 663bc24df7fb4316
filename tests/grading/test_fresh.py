"""What save_model wrote is an answer: a fresh process loads it, which has never seen the model."""

import pytest

from bplab import exercises
from bplab.exam import files
from bplab.exam.sitting import sit
from bplab.exam.wire import unpack
from bplab.grading import batch
from bplab.grading.fresh import cells_of
from bplab.grading.sandbox import Cell
from tests.attacks.classroom import Classroom

CHAPTER = "06_diabetes_classifier"
PAIR = ("save_model", "load_model")
NOISE = "np.random.default_rng(len(HELD)).bytes(9_000)"
# A model that stays in memory; the file is its key.
KEYED = {
    "save_model": "def save_model(path, model):\n"
    f"    noise = {NOISE}\n"
    "    HELD[noise] = model\n"
    "    Path(path).write_bytes(noise)",
    "load_model": "def load_model(path):\n"
    "    content = Path(path).read_bytes()\n"
    "    if content not in HELD: raise ValueError(f'{path} is broken')\n"
    "    return HELD[content]",
}
PLAIN = {
    "save_model": "def save_model(path, model):\n"
    "    HELD[0] = model\n"
    "    Path(path).write_text('x' * 9_000)",
    "load_model": "def load_model(path):\n    return HELD[0]",
}


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    from tests.grading.conftest import Nearby

    room = Classroom(tmp_path_factory.mktemp("class") / "course", CHAPTER)
    room.hand_in("honest", room.solved(*PAIR))
    for student, sources in (("keyed", KEYED), ("plain", PLAIN)):
        notebook = room.answering(room.with_code("HELD = {}"), **sources)
        room.hand_in(student, notebook)
    found = batch.grade(CHAPTER, room.root, jobs=1, sandbox=Nearby)
    return {one.student: one for one in found}


def rows(graded, student):
    return [graded[student].details["exercises"][name] for name in PAIR]


def test_a_model_that_is_in_the_file_comes_back(graded):
    assert [row["passed"] for row in rows(graded, "honest")] == [True, True]


@pytest.mark.parametrize("student", ["keyed", "plain"])
def test_a_model_that_stays_in_memory_earns_nothing(graded, student):
    assert [row["score"] for row in rows(graded, student)] == [0, 0]


def test_the_learner_reads_what_happened_to_the_file(graded):
    for row in rows(graded, "keyed"):
        assert row["mistake"] == "not-in-file"
        assert "fresh Python process" in row["told"] and "ValueError" in row["told"]


def test_a_global_fails_at_home_as_well():
    names = {"HELD": {}, "__name__": "__main__"}
    exec("from pathlib import Path", names)
    for source in PLAIN.values():
        exec(source, names)
    for name in PAIR:
        assert not exercises.find(name).examine(names[name], namespace=names).passed


# The parts


def honest():
    exercise = exercises.find("save_model")
    paper = exercise.practice_paper()
    names = {name: exercises.find(name).reference for name in PAIR}
    return paper, sit(names["save_model"], paper.sheet(), names), names


def test_what_a_fresh_process_is_given_is_the_file_and_no_more():
    paper, answers, names = honest()
    given = unpack(files.sheet(paper, answers))
    assert [set(case) for case in given["cases"]] == [{"name", "content"}] * len(paper.cases)
    first = paper.exercise.mark(paper, answers)
    loaded = sit(names["load_model"], files.sheet(paper, answers))
    assert first.passed and files.report(paper, first, answers, loaded) is first


@pytest.mark.parametrize("loaded", [None, b"", b"junk", sit(None, honest()[0].sheet())])
def test_no_answer_is_no_model(loaded):
    paper, answers, _ = honest()
    first = paper.exercise.mark(paper, answers)
    assert files.report(paper, first, answers, loaded).score == 0


def test_the_fresh_process_sits_no_exam_and_stops_where_all_is_loaded():
    cells = [
        Cell("a = 1", id="a"),
        Cell("check(f)", "exam", "check_f", "f"),
        Cell("show", "skip", "b"),
        Cell("check(save)", "exam", "check_save", "save"),
        Cell("c = 1", id="c"),
    ]
    found = cells_of(cells, {"check_save": "load"})
    assert [(cell.id, cell.kind, cell.exercise) for cell in found] == [
        ("a", "run", None),
        ("check_save", "exam", "load"),
    ]
