"""Whatever happened to a notebook on the way, the answers are found and nothing else counts."""

import copy
import json

import pytest

from bplab.grading.submission.repair import repair

ANSWER = "def mse_loss(p, y):\n    return np.mean((p - y) ** 2)"


@pytest.fixture
def mended(room):
    """Repair a notebook (dict) or bytes against the chapter."""

    def mend(content):
        if isinstance(content, dict):
            content = json.dumps(content).encode()
        return repair(room.source, content)

    return mend


def sources(repaired):
    return {cell["id"]: cell["source"] for cell in repaired.notebook["cells"]}


def order(repaired):
    return [cell["id"] for cell in repaired.notebook["cells"]]


def pristine_ids(room):
    return [cell["id"] for cell in room.released()["cells"]]


def test_a_clean_submission_needs_no_repair(room, mended):
    done = mended(room.solved())
    assert (done.notes, done.unreadable) == ([], None)
    assert order(done) == pristine_ids(room)
    assert sources(done) == {c["id"]: c["source"] for c in room.solved()["cells"]}


def test_only_sources_are_taken(room, mended):
    notebook = room.solved()
    for cell in notebook["cells"]:
        cell["metadata"]["evil"] = {"x": 1}
        if cell["cell_type"] == "code":
            text = {"text/html": "<script>1</script>" * 100_000}
            cell["outputs"] = [{"output_type": "display_data", "data": text, "metadata": {}}]
    notebook["metadata"]["widgets"] = {"bad": 1}
    notebook["cells"].append(
        {"cell_type": "markdown", "source": "mine", "metadata": {"a": 1}, "attachments": {"x": {}}}
    )
    done = mended(notebook)
    text = json.dumps(done.notebook)
    assert "script" not in text and "evil" not in text and "widgets" not in text
    assert done.notebook["cells"][-1]["source"] == "mine"
    assert set(done.notebook["cells"][-1]) == {"cell_type", "id", "metadata", "source"}


def test_test_cells_are_put_back_and_it_is_said(room, mended):
    notebook = room.solved()
    room.find(notebook, "check_sigmoid")["source"] = "print('passed')"
    notebook["cells"].remove(room.find(notebook, "check_mse_loss"))
    twice = copy.deepcopy(room.find(notebook, "check_neuron_forward"))
    notebook["cells"].insert(3, twice)
    done = mended(notebook)
    assert order(done) == pristine_ids(room)
    assert sources(done)["check_sigmoid"] == "check(sigmoid)"
    assert sorted(done.notes) == [
        "The test cell check_mse_loss was not handed in; the chapter's was used.",
        "The test cell check_neuron_forward was there more than once; the original was used.",
        "The test cell check_sigmoid was edited; the original was used.",
    ]


def test_points_and_flags_are_the_chapters(room, mended):
    notebook = room.solved()
    room.find(notebook, "check_sigmoid")["metadata"]["nbgrader"]["points"] = 100
    room.find(notebook, "check_mse_loss")["metadata"]["nbgrader"]["solution"] = True
    room.find(notebook, "mse_loss")["metadata"]["nbgrader"]["grade"] = True
    done = mended(notebook)
    marks = {c["id"]: c["metadata"].get("nbgrader") for c in done.notebook["cells"]}
    assert marks == {c["id"]: c["metadata"].get("nbgrader") for c in room.released()["cells"]}
    (note,) = done.notes
    assert "marks of cell check_sigmoid" in note and note.endswith("for mse_loss, check_mse_loss.")


def test_swapped_ids_go_by_what_the_cells_define(room, mended):
    notebook = room.solved()
    one, two = room.find(notebook, "sigmoid"), room.find(notebook, "mse_loss")
    one["metadata"], two["metadata"] = two["metadata"], one["metadata"]
    one["id"], two["id"] = two["id"], one["id"]
    done = mended(notebook)
    assert sources(done)["sigmoid"].startswith("def sigmoid")
    assert sources(done)["mse_loss"].startswith("def mse_loss")
    assert any("id of another cell" in note for note in done.notes)


def test_solution_and_test_ids_swapped(room, mended):
    notebook = room.solved()
    one, two = room.find(notebook, "sigmoid"), room.find(notebook, "check_sigmoid")
    one["metadata"], two["metadata"] = two["metadata"], one["metadata"]
    one["id"], two["id"] = two["id"], one["id"]
    done = mended(notebook)
    assert sources(done)["sigmoid"].startswith("def sigmoid")
    assert sources(done)["check_sigmoid"] == "check(sigmoid)"


def test_of_duplicates_the_last_answer_counts(room, mended):
    notebook = room.solved()
    place = notebook["cells"].index(room.find(notebook, "mse_loss"))
    again = copy.deepcopy(notebook["cells"][place])
    again["source"] = ANSWER
    notebook["cells"].insert(place + 1, again)
    done = mended(notebook)
    assert sources(done)["mse_loss"] == ANSWER
    assert done.about["mse_loss"] == [
        "There were several cells for mse_loss; the last answer was taken."
    ]


@pytest.mark.parametrize("keeps_mark", ["both", "head", "tail"])
def test_a_split_cell_is_joined(room, mended, builders, keeps_mark):
    notebook = room.solved(mse_loss='def mse_loss(p, y):\n    """Mean."""')
    place = notebook["cells"].index(room.find(notebook, "mse_loss"))
    tail = builders[1]("tail", "    e = p - y\n    return np.mean(e ** 2)")
    head = notebook["cells"][place]
    if keeps_mark != "head":
        tail["metadata"] = copy.deepcopy(head["metadata"])
    if keeps_mark == "tail":
        head["metadata"], head["id"] = {}, "x"
    notebook["cells"].insert(place + 1, tail)
    done = mended(notebook)
    assert sources(done)["mse_loss"].endswith(
        '"""Mean."""\n    e = p - y\n    return np.mean(e ** 2)'
    )
    assert order(done) == pristine_ids(room)
    assert "split into several cells" in done.notes[0]


def test_merged_cells_are_used_from_where_they_are(room, mended):
    notebook = room.solved()
    one, two = room.find(notebook, "sigmoid"), room.find(notebook, "neuron_forward")
    one["source"] += "\n\n" + two["source"]
    notebook["cells"].remove(two)
    done = mended(notebook)
    assert "def neuron_forward" in sources(done)["sigmoid"]
    assert "raise NotImplementedError" not in sources(done)["neuron_forward"]
    assert sources(done)["neuron_forward"].startswith("#")
    assert "another of your cells" in done.about["neuron_forward"][0]


@pytest.mark.parametrize("where", ["above the stub", "below the check", "at the end"])
def test_an_answer_beside_its_untouched_stub_is_found(room, mended, builders, where):
    notebook = room.solved(mse_loss=room.find(room.released(), "mse_loss")["source"])
    place = notebook["cells"].index(room.find(notebook, "mse_loss"))
    mine = builders[1]("mine", ANSWER)
    at = {"above the stub": place, "below the check": place + 2, "at the end": 99}[where]
    notebook["cells"].insert(at, mine)
    done = mended(notebook)
    text = [c["source"] for c in done.notebook["cells"]]
    check = text.index("check(mse_loss)")
    assert text.count(ANSWER) == 1 and text.index(ANSWER) < check
    assert not any("raise NotImplementedError" in part for part in text)


def test_an_answer_below_its_stub_counts_as_it_stands(room, mended, builders):
    notebook = room.solved(mse_loss=room.find(room.released(), "mse_loss")["source"])
    place = notebook["cells"].index(room.find(notebook, "mse_loss"))
    notebook["cells"].insert(place + 1, builders[1]("mine", ANSWER))
    done = mended(notebook)
    text = [c["source"] for c in done.notebook["cells"]]
    assert text.index(ANSWER) == text.index("check(mse_loss)") - 1
    assert done.notes == []


def test_an_answer_whose_cell_is_gone_is_found_by_its_name(room, mended, builders):
    notebook = room.solved()
    notebook["cells"].remove(room.find(notebook, "mse_loss"))
    notebook["cells"].append(builders[1]("mine", ANSWER))
    done = mended(notebook)
    assert sources(done)["mse_loss"] == ANSWER
    assert "put in its place" in done.about["mse_loss"][0]


def test_a_missing_answer_stays_the_stub(room, mended):
    notebook = room.solved()
    notebook["cells"].remove(room.find(notebook, "mse_loss"))
    done = mended(notebook)
    assert "raise NotImplementedError" in sources(done)["mse_loss"]
    assert "was handed in" in done.about["mse_loss"][0]


def test_an_answer_written_into_the_test_cell_is_found(room, mended):
    notebook = room.untouched()
    room.find(notebook, "check_mse_loss")["source"] = ANSWER + "\ncheck(mse_loss)"
    done = mended(notebook)
    assert sources(done)["mse_loss"].startswith(ANSWER)
    assert sources(done)["check_mse_loss"] == "check(mse_loss)"


def test_an_answer_turned_into_markdown_is_still_code(room, mended):
    notebook = room.solved()
    room.find(notebook, "mse_loss")["cell_type"] = "markdown"
    done = mended(notebook)
    cell = room.find(done.notebook, "mse_loss")
    assert cell["cell_type"] == "code" and "np.mean" in cell["source"]


def test_answers_in_the_last_cell_are_used_where_they_are_checked(room, mended):
    notebook, stubs = room.solved(), room.untouched()
    answers = [room.find(notebook, name)["source"] for name in ("sigmoid", "mse_loss")]
    for name in ("sigmoid", "mse_loss"):
        room.find(notebook, name)["source"] = room.find(stubs, name)["source"]
    room.find(notebook, "neuron_backward")["source"] += "\n\n" + "\n\n".join(answers)
    done = mended(notebook)
    assert answers[0] in sources(done)["sigmoid"]
    assert "put in its place" in done.about["sigmoid"][0]
    assert "used from there" in done.about["mse_loss"][0]


def test_cells_of_another_kind_are_said(room, mended):
    notebook = room.solved()
    room.find(notebook, "check_sigmoid")["cell_type"] = "markdown"
    room.find(notebook, "mse_loss")["cell_type"] = "raw"
    done = mended(notebook)
    assert sources(done)["mse_loss"] == room.find(notebook, "mse_loss")["source"]
    assert done.about["mse_loss"] == [
        "The answer to mse_loss stood in a cell of another kind; it was used."
    ]
    assert any("test cell check_sigmoid was no cell of code" in note for note in done.notes)


def test_lost_marks_are_said_in_one_sentence(room, mended):
    notebook = room.solved()
    for cell in notebook["cells"]:
        cell["metadata"] = {}
    (note,) = mended(notebook).notes
    assert note.startswith("The grading marks of cell sigmoid were lost; they were put back. The")


@pytest.mark.parametrize("name", ["check_sigmoid", "mse_loss"])
def test_moved_cells_are_said(room, mended, name):
    notebook = room.solved()
    cell = room.find(notebook, name)
    notebook["cells"].remove(cell)
    notebook["cells"].append(cell)
    done = mended(notebook)
    assert order(done) == pristine_ids(room)
    assert done.notes == ["Cells of the chapter were moved; they were put back in its order."]


def test_own_cells_stay_where_they_were(room, mended, builders):
    notebook = room.solved()
    notebook["cells"].insert(0, builders[1]("first", "import math"))
    place = notebook["cells"].index(room.find(notebook, "sigmoid"))
    notebook["cells"].insert(place, builders[1]("helper", "def squash(z): ..."))
    notebook["cells"].append(builders[0]("thoughts", "I think"))
    done = mended(notebook)
    got = [c["source"] for c in done.notebook["cells"]]
    assert got[0] == "import math"
    assert got[got.index("def squash(z): ...") + 1].startswith("def sigmoid")
    assert got[-1] == "I think"
    assert done.notes == []


def test_a_rewritten_ordinary_cell_runs_after_the_original(room, mended):
    """Stock nbgrader would run the learner's version too; a helper in it may be needed."""
    notebook = room.solved()
    room.find(notebook, "imports")["source"] += "\nimport math"
    done = mended(notebook)
    got = [c["source"] for c in done.notebook["cells"]]
    assert got[1:3] == [room.source["cells"][1]["source"], got[1] + "\nimport math"]


def test_a_rewritten_explore_cell_is_not_run(room, mended):
    notebook = room.solved()
    room.find(notebook, "play")["source"] = "while True: pass"
    assert "while True" not in json.dumps(mended(notebook).notebook)


def test_read_only_cells_are_the_chapters(room, builders):
    _, code = builders
    room.source["cells"].insert(2, code("given", "K = 1", locked=True))
    notebook = room.solved()
    room.find(notebook, "given")["source"] = "K = 2"
    done = repair(room.source, json.dumps(notebook).encode())
    assert "K = 2" not in json.dumps(done.notebook)
    assert "read-only" in done.notes[0]


def test_format_3_is_converted(room, mended):
    cells = []
    for cell in room.solved()["cells"]:
        old = {"cell_type": cell["cell_type"], "metadata": cell["metadata"]}
        old["input" if cell["cell_type"] == "code" else "source"] = cell["source"].splitlines(True)
        cells.append(old)
    notebook = {
        "nbformat": 3,
        "nbformat_minor": 0,
        "metadata": {},
        "worksheets": [{"cells": cells}],
    }
    done = mended(notebook)
    assert "def sigmoid" in sources(done)["sigmoid"]
    assert any("old format" in note for note in done.notes)


def test_format_5_is_read_and_a_foreign_kernel_named(room, mended):
    notebook = room.solved()
    notebook["nbformat"] = 5
    notebook["metadata"]["kernelspec"] = {"name": "ir", "language": "R"}
    done = mended(notebook)
    assert done.notebook["nbformat"] == 4
    assert done.notebook["metadata"]["kernelspec"]["name"] == "python3"
    assert len(done.notes) == 2


def test_ids_and_marks_lost_altogether(room, mended):
    notebook = room.solved()
    for cell in notebook["cells"]:
        cell["metadata"] = {}
        del cell["id"]
    done = mended(notebook)
    text = "\n".join(c["source"] for c in done.notebook["cells"])
    assert "raise NotImplementedError" not in text
    assert text.count("def sigmoid") == 1


def test_a_notebook_of_another_chapter_is_told(mended, builders):
    markdown, code = builders
    other = {"cells": [markdown("a", "Hello"), code("b", "x = 1")], "metadata": {}, "nbformat": 4}
    assert "not the notebook of this chapter" in mended(other).unreadable


def test_odd_values_everywhere_do_no_harm(room, mended):
    notebook = room.solved()
    cells = notebook["cells"]
    cells += [None, 7, "x", [], {}, {"cell_type": 5, "source": {"a": 1}, "metadata": []}]
    cells += [{"cell_type": "code", "source": ["a", 3, None, "b"], "metadata": {"nbgrader": 9}}]
    cells += [{"cell_type": "code", "source": "\ud800 \x00 ok", "metadata": None, "id": 12}]
    marks = {"grade_id": ["sigmoid"], "grade": "yes", "points": "nan"}
    cells += [{"cell_type": "code", "source": "z = 1", "metadata": {"nbgrader": marks}}]
    notebook["metadata"] = "none"
    done = mended(notebook)
    assert done.unreadable is None
    json.dumps(done.notebook, ensure_ascii=False).encode("utf-8")


def test_too_much_is_cut_and_said(room, mended, builders):
    notebook = room.solved()
    notebook["cells"] += [builders[1](f"x{i}", f"y{i} = {i}") for i in range(4000)]
    done = mended(notebook)
    assert len(done.notebook["cells"]) < 600
    assert any("only the first" in note for note in done.notes)


def test_pristine_notebook_is_never_changed(room):
    before = copy.deepcopy(room.source)
    repair(room.source, json.dumps(room.solved()).encode())
    repair(room.source, b"")
    assert room.source == before


@pytest.mark.parametrize("grade_id", ["sigmoid", "check_sigmoid"])
def test_thousands_of_copies_of_a_cell_take_no_time(room, mended, builders, grade_id):
    import time

    notebook = room.solved()
    cell = room.find(notebook, grade_id)
    notebook["cells"] += [copy.deepcopy(cell) for _ in range(2900)]
    started = time.process_time()
    mended(notebook)
    assert time.process_time() - started < 20


def test_answers_below_what_is_read_are_told_as_that(room, mended):
    notebook = room.solved()
    notebook["cells"][:0] = [{"cell_type": "markdown", "source": "x", "metadata": {}}] * 4000
    assert "only the first 3000 were read" in mended(notebook).unreadable
