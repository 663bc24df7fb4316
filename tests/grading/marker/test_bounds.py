"""What a marker cannot digest goes to a person, and the class goes on."""

import json

import pytest

from bplab.grading import batch
from bplab.grading.marker import Budget

BUDGET = Budget(cell_seconds=0.5, seconds=2, memory_mb=300)
OWN = """
from bplab.exam import Exercise

def {name}(x):
    return x

{name} = Exercise({name!r}, "own", {name}, "y")

@{name}.paper
def _(rng):
    yield {{"x": 1.0}}

@{name}.judge
def _(case, value):
    {judge}
"""
JUDGES = {
    "an endless loop": "while value == 2.0: pass",
    "a loop that nothing stops": (
        "import signal; signal.signal(signal.SIGPROF, signal.SIG_IGN)\n    while value == 2.0: pass"
    ),
    "memory without end": "b'x' * 10**10 if value == 2.0 else None; return None",
    "a crash": "import os; os.abort() if value == 2.0 else None",
    "an end": "import os; os._exit(0) if value == 2.0 else None",
}


def ask(room, builders, judge):
    """Add an exercise of the instructor's own whose judge is expensive for the answer 2."""
    (room.root / "exercises").mkdir()
    (room.root / "exercises" / "heavy.py").write_text(OWN.format(name="heavy", judge=judge))
    stub = "def heavy(x):\n    ### BEGIN SOLUTION\n    return x\n    ### END SOLUTION"
    room.source["cells"] += [
        builders[1]("heavy", stub, solution=True),
        builders[1]("check_heavy", "check(heavy)", grade=True, locked=True, points=2),
    ]
    path = room.root / "source" / room.chapter / f"{room.chapter}.ipynb"
    path.write_text(json.dumps(room.source))


def answer(room, value):
    notebook = room.solved()
    room.find(notebook, "heavy")["source"] = f"def heavy(x):\n    return {value}"
    return notebook


@pytest.mark.parametrize("judge", JUDGES.values(), ids=JUDGES)
def test_a_marker_that_runs_out_or_dies_stops_nobody(room, nearby, builders, judge):
    ask(room, builders, judge)
    for student in ("ann", "cay"):
        room.hand_in(student, answer(room, "x"))
    room.hand_in("bob", answer(room, "2.0"))
    options = {"sandbox": nearby, "budget": BUDGET, "jobs": 1}
    results = {r.student: r for r in batch.grade(room.chapter, room.root, **options)}
    assert (results["ann"].score, results["cay"].score) == (8, 8)
    bob = results["bob"]
    assert bob.status == "failed" and "heavy" in json.dumps(bob.details)
    assert "a person has to look" in json.dumps(room.autograded("bob"))
    grades = {grade[0]: grade for grade in room.scores()["bob"][0]}
    assert grades["check_heavy"][1] is None and grades["check_heavy"][4]
    # A restart does not meet it again, unless it is forced to.
    again = {r.student: r.status for r in batch.grade(room.chapter, room.root, **options)}
    assert set(again.values()) == {"skipped"}
    forced = batch.grade(room.chapter, room.root, force=True, students=["bob"], **options)
    assert forced[0].status == "failed"


KILLED = """
    import os, signal
    if value == 2.0:
        with open({seen!r}, "a") as file:
            file.write("x")
        if os.path.getsize({seen!r}) <= {times}:
            os.kill(os.getpid(), signal.{signal})
    return None
"""
ONCE_AGAIN = {
    "killed once, as by a machine out of memory": ("SIGKILL", 1, 2, "graded", None),
    "killed whenever it is tried": ("SIGKILL", 9, 2, "failed", "by signal 9, Killed"),
    "out of processor time": ("SIGXCPU", 9, 1, "failed", "ran out of processor time"),
}


@pytest.mark.parametrize("end", ONCE_AGAIN.values(), ids=ONCE_AGAIN)
def test_a_death_that_nobody_ordered_is_tried_once_more(room, nearby, builders, tmp_path, end):
    signal, times, tries, status, told = end
    seen = tmp_path / "seen"
    ask(room, builders, KILLED.format(seen=str(seen), times=times, signal=signal))
    for student, value in (("ann", "x"), ("bob", "2.0"), ("cay", "x")):
        room.hand_in(student, answer(room, value))
    results = {r.student: r for r in batch.grade(room.chapter, room.root, sandbox=nearby, jobs=2)}
    assert (results["ann"].score, results["cay"].score) == (8, 8)
    assert seen.read_text() == "x" * tries, "one judged case a try: the first ends it"
    assert results["bob"].status == status
    if told is None:
        assert results["bob"].score == 8
    else:
        text = json.dumps(room.autograded("bob"))
        assert told in text and "the answers to heavy" in text
        assert results["bob"].details["marking"]["cpu_seconds"] > 0, "it cost something"


def test_a_cell_that_takes_too_long_leaves_the_others_their_points(room, nearby, builders):
    ask(room, builders, JUDGES["an endless loop"])
    room.hand_in("bob", answer(room, "2.0"))
    batch.grade(room.chapter, room.root, sandbox=nearby, budget=BUDGET)
    grades = {grade[0]: grade[1] for grade in room.scores()["bob"][0]}
    assert grades.pop("check_heavy") is None
    assert sum(grades.values()) == 6


DEADLY = """
import os
from bplab.grading.submission import clean

def outputs(found, room=None, whole=clean.outputs):
    if "DEADLY" in str(found):
        {end}
    return whole(found, room)

clean.outputs = outputs
"""
ENDS = {"a crash": "os.abort()", "a step of C without end": "pow(3, 10**9)"}


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_outputs_that_cannot_be_cleaned_cost_no_points(room, nearby, builders, end):
    """The worker that cleans them ends; then all is done again, and that cell shows nothing."""
    ask(room, builders, "return None")
    with (room.root / "exercises" / "heavy.py").open("a") as file:
        file.write(DEADLY.format(end=end))
    for student, word in (("ann", "harmless"), ("bob", "DEADLY")):
        notebook = answer(room, "x")
        room.find(notebook, "sigmoid")["source"] += f"\nprint('{word}')"
        room.hand_in(student, notebook)
    budget = Budget(cell_seconds=0.5, seconds=1, memory_mb=300)
    results = batch.grade(room.chapter, room.root, sandbox=nearby, budget=budget, jobs=1)
    assert [(r.student, r.status, r.score) for r in results] == [
        ("ann", "graded", 8), ("bob", "graded", 8),
    ]  # fmt: skip
    shown = [
        room.find(room.autograded(s), "sigmoid")["outputs"][-1]["text"] for s in ("ann", "bob")
    ]
    assert shown[0] == "harmless\n" and "took too long to be made safe" in shown[1]
